"""Where in a typed line an insertion goes: the caret that the writer drew into it, or the middle of the insertion."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.lines import Shape
from images.layout.preprocess import UNIT

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_LEAST, _SURE = 0.62, 0.97
_SIZES = (0.8, 1.0, 1.25)
_ABOVE, _BELOW = 1.9, 1.0


def caret_column(insertion: tuple[float, float], into: Shape, ink: Ink) -> float:
    """Give the column at which an insertion, given by its ends, goes into a line; all in working pixels.

    A caret is a V whose point lies below the baseline and whose arms rise to the tops of the small letters. Where none
    is clear enough the insertion is taken to go in under its own middle.
    """
    left, right = insertion
    middle = (left + right) / 2
    first, last = _stretch(insertion, into)
    if last - first < 2 * UNIT:
        return float(np.clip(middle, into.nodes[0], into.nodes[-1]))
    strip = _strip(into, ink, first, last)
    columns = np.arange(first, last)
    likely = _likeness(strip) - 0.25 * ((columns - middle) / max(UNIT, right - left)) ** 2
    best = int(likely.argmax())
    return float(columns[best]) if likely[best] > _LEAST else float(np.clip(middle, first, last))


def has_caret(insertion: tuple[float, float], into: Shape, ink: Ink) -> bool:
    """Tell whether there surely is a caret in a line under what may be an insertion, given by its ends.

    Of a thousand letters of typed rows about three look as much like one.
    """
    first, last = _stretch(insertion, into)
    return last - first >= 2 * UNIT and float(_likeness(_strip(into, ink, first, last)).max()) > _SURE


def _stretch(insertion: tuple[float, float], into: Shape) -> tuple[int, int]:
    left, right = insertion
    return int(max(into.nodes[0], left - 2.5 * UNIT)), int(min(into.nodes[-1], right + 2.5 * UNIT))


def _strip(into: Shape, ink: Ink, first: int, last: int) -> Ink:
    """Cut the surroundings of a baseline out of the ink, straightened."""
    columns = np.arange(first, last)
    offsets = np.arange(-int(_ABOVE * UNIT), int(_BELOW * UNIT) + 1)
    base = np.rint(np.interp(columns, into.nodes, into.base)).astype(np.int64)
    lines = np.clip(base[None] + offsets[:, None], 0, ink.shape[0] - 1)
    return np.asarray(ink[lines, np.clip(columns, 0, ink.shape[1] - 1)[None]], dtype=np.uint8)


def _likeness(strip: Ink) -> Numbers:
    """Give per column how well a V with its point there agrees with the ink: 1 for a perfect one."""
    near = cv2.dilate(strip, np.ones((3, 3), np.uint8)).astype(np.float32)
    bare = strip.astype(np.float32)
    best = np.zeros(strip.shape[1])
    for size in _SIZES:
        arms, inside = _caret(size)
        if arms.shape[1] > strip.shape[1]:
            continue
        on = cv2.filter2D(near, cv2.CV_32F, arms / arms.sum(), borderType=cv2.BORDER_CONSTANT)
        off = cv2.filter2D(bare, cv2.CV_32F, inside / inside.sum(), borderType=cv2.BORDER_CONSTANT)
        below = int((_ABOVE + 0.25) * UNIT), int((_ABOVE + 0.75) * UNIT)
        tips = slice(below[0] - arms.shape[0] // 2, below[1] - arms.shape[0] // 2)
        best = np.maximum(best, (on - off)[tips].max(axis=0))
    return np.asarray(best, dtype=np.float64)


def _caret(size: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw a V, and the room between its arms; the point is in the middle of the last line."""
    height, half = int(1.55 * UNIT * size), int(0.58 * UNIT * size)
    arms = np.zeros((height + 1, 2 * half + 1), np.float32)
    inside = np.zeros_like(arms)
    for line in range(height + 1):
        away = round(half * (height - line) / height)
        arms[line, half - away] = arms[line, half + away] = 1
        if away > 3:
            inside[line, half - away + 3 : half + away - 2] = 1
    return arms, inside
