"""Which lines carry the right words: for figures that need to know it of each line, not only how many there are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from images.geometry import Box
from server.evaluation.truth import TrueLine
from transcriptions.identity import LineId
from transcriptions.model import Line

_SAME_WIDTH, _OFF, _ACCURATE = 0.7, 0.5, 0.9
_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "—": "-", "–": "-", "№": "N"})


def same_words(words: str, truth: str) -> bool:
    """Say whether words are the true ones, at nine letters in ten; a hyphen at the end counts for nothing."""
    mine, theirs = _plain(words), _plain(truth)
    return bool(theirs) and 1 - Levenshtein.distance(mine, theirs) / len(theirs) >= _ACCURATE


def _plain(words: str) -> str:
    joined = " ".join(unicodedata.normalize("NFC", words).translate(_PLAIN).split())
    return re.sub(r"\s*[-=]$", "", joined)


def regions_of(truth: Sequence[TrueLine], lines: Sequence[Line], *, least: float = _SAME_WIDTH) -> dict[int, LineId]:
    """Give the line that stands where each true one does: of nearly the same width, within half a line's height."""
    unit = _unit([line.boundary.box for line in truth])
    near = [
        (_shared(line.boundary.box, other.box), i, other.id)
        for i, line in enumerate(truth)
        for other in lines
        if abs(_middle(line.boundary.box) - _middle(other.box)) <= _OFF * unit
    ]
    found: dict[int, LineId] = {}
    for share, i, id in sorted(near, reverse=True):
        if share >= least and i not in found and id not in found.values():
            found[i] = id
    return found


def _middle(box: Box) -> float:
    return box.y + box.height / 2


def _shared(first: Box, second: Box) -> float:
    both = min(first.right, second.right) - max(first.x, second.x)
    return both / max(1, max(first.right, second.right) - min(first.x, second.x))


def _unit(boxes: Sequence[Box]) -> float:
    """Give the distance of a page's lines, at most their height."""
    found = []
    for box in boxes:
        away = [
            abs(_middle(box) - _middle(other))
            for other in boxes
            if min(box.right, other.right) - max(box.x, other.x) > 0.3 * min(box.width, other.width)
        ]
        found.append(min([box.height, *(d for d in away if d > 0.25 * box.height)]))
    return float(np.median(found)) if found else 30.0


def right_lines(
    truth: Sequence[TrueLine], lines: Sequence[Line], words: Mapping[LineId, tuple[str, float]]
) -> dict[int, bool]:
    """Say of each true line that has words whether a line in its place carries them."""
    regions = regions_of(truth, lines)
    return {
        i: i in regions and same_words(words.get(regions[i], ("", 0.0))[0], line.words)
        for i, line in enumerate(truth)
        if line.words and not line.apart
    }


def words_fit(words: str, line: Line, truth: Sequence[TrueLine]) -> bool:
    """Say whether words stand in a line's place, be it one true line, several side by side, or a part of one."""
    unit = _unit([each.boundary.box for each in truth])
    across = [
        each for each in truth if each.words and abs(_middle(each.boundary.box) - _middle(line.box)) <= _OFF * unit
    ]
    inside = [e for e in across if _covered(e.boundary.box, line.box) > 0.5]
    if same_words(words, " ".join(e.words for e in sorted(inside, key=lambda e: e.boundary.box.x))):
        return True
    around = max(across, key=lambda e: _covered(line.box, e.boundary.box), default=None)
    if around is None or _covered(line.box, around.boundary.box) < 0.8:
        return False
    mine, theirs = _plain(words), _plain(around.words)
    room = len(theirs) * line.box.width / max(1, around.boundary.box.width)
    return fuzz.partial_ratio(mine, theirs) >= 100 * _ACCURATE and abs(len(mine) - room) <= 2 + 0.2 * room


def _covered(box: Box, by: Box) -> float:
    return (min(box.right, by.right) - max(box.x, by.x)) / max(1, box.width)
