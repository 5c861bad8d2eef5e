"""Which lines carry the right words: for figures that need to know it of each line, not only how many there are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
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
