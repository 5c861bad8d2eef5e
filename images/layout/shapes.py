"""A typed line as shape codes: cells at the typewriter's pitch, each coded by what its ink looks like.

No recognition and no language: enough for alignment to tell lines apart where nothing can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Baseline, Polygon
from images.layout import orientation
from images.layout.pitch import find_pitch
from images.layout.preprocess import UNIT, find_ink, grey_of, positive

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_ABOVE, _BELOW = 2.0, 1.0
_SURVEY = 2.2e6
_CLOSE, _USUAL, _LARGEST = 1.1, 1.4, 4.0
_DRIFT = 0.02
_TOO_WIDE = 1.75
_BLANK, _LOW, _THIN = 0.035, 0.45, 0.45
_TALL, _DEEP = 1.28, 0.24
_EDGES = 0.2


@dataclass(frozen=True, slots=True)
class Shapes:
    """A line's letters by their shape alone: one code for each cell of the typewriter's pitch.

    Codes: blank " ", x-height "x", tall "T", descender "g", both "D", low dot ".", middle dash "-". `pitch` is the
    width of a cell in pixels of the page frame, `left` the left edge of the first cell.
    """

    codes: str
    pitch: float
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class _Strip:
    """The ink of one line, its baseline level: rows from `_ABOVE` letters above it to `_BELOW` below it."""

    ink: NDArray[np.float64]
    left: float


def read_shapes(pixels: NDArray[np.uint8], lines: Sequence[tuple[Baseline, Polygon]]) -> tuple[Shapes | None, ...]:
    """Code the lines of a page of grey or RGB pixels; None for a line that shows no cells.

    Lines are in the frame of those pixels. Where the page has no pitch (handwriting, print) every line gives None.
    """
    nothing: tuple[Shapes | None, ...] = (None,) * len(lines)
    if not lines:
        return nothing
    page = positive(grey_of(pixels))
    scale = letter_scale(page)
    if scale == 0:
        return nothing
    strips = _strips(page, lines, scale)
    pitch = _pitch(strips)
    if 0 < pitch < _CLOSE * UNIT:
        # Letters are narrower than their pitch: the height was that of capitals.
        scale = min(_LARGEST, scale * _USUAL * UNIT / pitch)
        strips = _strips(page, lines, scale)
        pitch = _pitch(strips)
    if pitch > _TOO_WIDE * UNIT:
        # No letter is so wide: the height was that of smears, and the period may be that of three letters.
        finer = _strips(page, lines, scale * 2)
        if (own := _pitch(finer)) > 0:
            strips, pitch, scale = finer, own, scale * 2
    if pitch == 0:
        return nothing
    return tuple(None if strip is None else _coded(strip, pitch, scale) for strip in strips)


def _strips(page: NDArray[np.uint8], lines: Sequence[tuple[Baseline, Polygon]], scale: float) -> list[_Strip | None]:
    size = max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(page, size, interpolation=way), dtype=np.uint8)
    ink = find_ink(small, unit=UNIT).ink
    return [_strip(ink, baseline, boundary, scale) for baseline, boundary in lines]


def letter_scale(page: NDArray[np.uint8]) -> float:
    """Give what brings the letters of an upright grey page, dark on light, to the unit; 0 where it has none."""
    reduction = min(1.0, float(np.sqrt(_SURVEY / page.size)))
    size = max(1, round(page.shape[1] * reduction)), max(1, round(page.shape[0] * reduction))
    survey = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    found = find_ink(survey, unit=12.0 if reduction < 1 else max(5.0, float(np.sqrt(page.size)) / 130))
    height = orientation.letter_height(found.blots)
    return 0.0 if height == 0 else float(np.clip(UNIT / height * reduction, 0.05, _LARGEST))


def _pitch(strips: Sequence[_Strip | None]) -> float:
    """Give the period of the ink along all long lines; 0 where there is none."""
    return find_pitch(strip.ink.sum(axis=0) for strip in strips if strip is not None)


def _strip(ink: Ink, baseline: Baseline, boundary: Polygon, scale: float) -> _Strip | None:
    corners = np.array([[point.x, point.y] for point in boundary.points], dtype=np.float64) * scale
    base = np.array([[point.x, point.y] for point in baseline.points], dtype=np.float64) * scale
    base = base[np.argsort(base[:, 0], kind="stable")]
    left, right = int(np.floor(corners[:, 0].min())), int(np.ceil(corners[:, 0].max()))
    left, right = max(0, left), min(ink.shape[1], right)
    if right - left < 2 * UNIT:
        return None
    across = np.arange(left, right, dtype=np.float32)
    level = np.interp(across, base[:, 0], base[:, 1]).astype(np.float32)
    rows = np.arange(-int(_ABOVE * UNIT), int(_BELOW * UNIT) + 1, dtype=np.float32)
    own = np.zeros(ink.shape, dtype=np.uint8)
    cv2.fillPoly(own, [np.rint(corners).astype(np.int32)], 1)
    own = np.asarray(cv2.dilate(own, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    x = np.repeat(across[None, :], len(rows), axis=0)
    y = rows[:, None] + level[None, :]
    cut = cv2.remap(ink * own, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=[0])
    return _Strip(np.asarray(cut, dtype=np.float64), float(left)) if cut.any() else None


def _coded(strip: _Strip, pitch: float, scale: float) -> Shapes | None:
    base, height = _band(strip.ink.sum(axis=1))
    ink = _standing(strip.ink, base, height)
    profile = ink.sum(axis=0)
    inked = np.flatnonzero(profile)
    if not len(inked):
        return None
    own, phase = _grid(profile, pitch)
    first = int(np.floor((inked[0] - phase) / own + 0.25))
    last = int(np.ceil((inked[-1] + 1 - phase) / own - 0.25))
    codes = "".join(_code(ink, phase + k * own, own, base, height) for k in range(first, last))
    kept = codes.strip()
    if not kept:
        return None
    lead = len(codes) - len(codes.lstrip())
    return Shapes(kept, own / scale, (strip.left + phase + (first + lead) * own) / scale)


def _band(rows: Numbers) -> tuple[int, float]:
    """Give the row on which the letters stand, and the height of small ones, from the ink of the rows."""
    nominal = int(_ABOVE * UNIT)
    smooth = np.convolve(rows, [0.25, 0.5, 0.25], "same")
    falls, reach = smooth[:-1] - smooth[1:], int(0.6 * UNIT)
    low, high = max(0, nominal - reach), min(len(falls), nominal + reach)
    base = low + int(falls[low:high].argmax())
    rises = smooth[1:] - smooth[:-1]
    low, high = max(0, base - int(1.35 * UNIT)), max(1, base - int(0.65 * UNIT))
    top = low + int(rises[low:high].argmax()) + 1
    return base, float(base - top + 1)


def _standing(ink: Numbers, base: int, height: float) -> Numbers:
    """Keep what stands in the band of small letters, and marks just above it; drop what belongs to other lines."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    top, bottom = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    inside = (bottom > base - 1.35 * height) & (top <= base + 0.1 * height)
    inside &= (top > 0) | (bottom > base - 0.3 * height)
    inside[0] = False
    return np.asarray(inside[labels], dtype=np.float64)


def _grid(profile: Numbers, pitch: float) -> tuple[float, float]:
    """Give the pitch of one line, near the page's, and where its cells begin: where their edges hold least ink."""
    soft = cv2.GaussianBlur(profile[None, :], (0, 0), 0.08 * pitch)[0]
    best = (np.inf, pitch, 0.0)
    for own in pitch * np.linspace(1 - _DRIFT, 1 + _DRIFT, 17):
        phases = np.arange(0, own, 0.5)
        edges = phases[:, None] + own * np.arange(int(len(soft) / own) + 1)[None, :]
        ink = np.interp(edges, np.arange(len(soft)), soft, right=0.0)
        cost = np.minimum(ink, 0.8 * UNIT).mean(axis=1)
        at = int(cost.argmin())
        best = min(best, (float(cost[at]), float(own), float(phases[at])))
    return best[1], best[2]


def _code(ink: Numbers, left: float, pitch: float, base: int, height: float) -> str:
    first, last = round(left + _EDGES * pitch), round(left + (1 - _EDGES) * pitch)
    cell = ink[:, max(0, first) : max(0, last)]
    if cell.size == 0:
        return " "
    rows = np.flatnonzero(cell.sum(axis=1) > 0)
    if cell.sum() < _BLANK * pitch * UNIT or not len(rows):
        return " "
    above, below = (base - rows[0] + 1) / height, (rows[-1] - base) / height
    if above < _LOW:
        return "."
    if rows[-1] - rows[0] + 1 < _THIN * height:
        return "-"
    tall, deep = above > _TALL, below > _DEEP
    if tall:
        return "D" if deep else "T"
    return "g" if deep else "x"
