"""Where on its line each character stands: by the words that OCR read, the pitch of a typewriter, or evenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from images.geometry import Box
from transcriptions.alignment.course import LEVEL, Course
from transcriptions.alignment.evidence import Reading, Shapes
from transcriptions.alignment.letters import fold

Floats = NDArray[np.float64]


def edges_of(
    text: str, box: Box, *, course: Course = LEVEL, reading: Reading | None = None, shapes: Shapes | None = None
) -> Floats:
    """Give where each character of a line's text begins, and where the last one ends, in pixels along its course.

    That is x, or y on a line that runs up or down; it falls along lines that run up, or upside down.
    """
    sign = course.sign
    first, last = (sign * end for end in course.ends(box))
    even = np.linspace(first, last, len(text) + 1)
    if reading is not None and reading.words:
        known = _by_words(text, reading, sign)
        if known is not None:
            x = np.interp(np.arange(len(text) + 1), *known, left=np.nan, right=np.nan).astype(np.float64)
            return sign * _rising(x, even)
    if course == LEVEL and shapes is not None and abs(len(shapes.codes) - len(text)) <= 2 and shapes.pitch > 0:
        start = shapes.left if shapes.left else float(box.x)
        cells = np.arange(len(text) + 1, dtype=np.float64) * shapes.pitch + start
        return _rising(cells.astype(np.float64), even)
    return sign * even


def _by_words(text: str, reading: Reading, sign: int) -> tuple[Floats, Floats] | None:
    """Give character edges whose place is known, and the place: those of letters that OCR read in the same place.

    Places are along the line, which rises with them where `sign` is 1, and turned into rising ones where it is -1.
    """
    letters: list[str] = []
    left: list[float] = []
    right: list[float] = []
    for word in reading.words:
        if letters:
            letters.append(" ")
            left.append(right[-1])
            right.append(float(sign * word.left))
        step = sign * (word.right - word.left) / max(1, len(word.text))
        for i, letter in enumerate(word.text):
            letters.append(fold(letter))
            left.append(sign * word.left + i * step)
            right.append(sign * word.left + (i + 1) * step)
    known: dict[int, list[float]] = {}
    mine = [fold(c) for c in text]
    for block in Levenshtein.opcodes(letters, mine):
        if block.tag != "equal":
            continue
        for i in range(block.src_end - block.src_start):
            if letters[block.src_start + i] != " ":
                known.setdefault(block.dest_start + i, []).append(left[block.src_start + i])
                known.setdefault(block.dest_start + i + 1, []).append(right[block.src_start + i])
    if len(known) < 4:
        return None
    at = sorted(known)
    return np.array(at, dtype=np.float64), np.array([sum(known[i]) / len(known[i]) for i in at])


def _rising(x: Floats, even: Floats) -> Floats:
    """Fill what is not known at the ends evenly, and keep the edges rising within the line."""
    known = np.flatnonzero(~np.isnan(x))
    if not len(known):
        return even
    filled = x.copy()
    first, last = int(known[0]), int(known[-1])
    if first:
        filled[: first + 1] = np.linspace(min(even[0], x[first]), x[first], first + 1)
    if last < len(x) - 1:
        filled[last:] = np.linspace(x[last], max(even[-1], x[last]), len(x) - last)
    return np.asarray(np.clip(np.maximum.accumulate(filled), even[0], even[-1]))
