"""Letters as alignment compares them: folded to what OCR can tell apart, coded by shape, and where words may break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16]
"""One number for each character of a text, or for each cell of a line."""

_ALIKE = str.maketrans("аеорсхукмтнвіјѕз0", "aeopcxykmthbijs3o")
_MARKS = str.maketrans(dict.fromkeys("«»“”„‟″", '"') | dict.fromkeys("‘’‚`´ʼ", "'") | dict.fromkeys("‐‑‒–—―−¬", "-"))

_VOWELS = frozenset("аеёиоуыэюяіїєaeiouyáéíóúýàèìòùâêîôûäëïöüåæœøõãěů")
_NEVER_FIRST = frozenset("ьъй")
_SOFT = _VOWELS | _NEVER_FIRST
_PREFIXES = frozenset(
    "без бес вз вос воз вс вы до за из ис на над об от пере по под пре пред при про раз рас со".split()
)
_CLUSTERS = ("ств", "ск")
_HYPHENS = frozenset("-–—‐=/")

_DESCENDING = frozenset("руцщдфgjpqyçj,;")
_TALL = frozenset("вбёйbdfhkltijßáéíóúůěščřžýàèùâêîôûäöüõ0123456789!?%()[]\"'“”«»§№&/")


@lru_cache(maxsize=4096)
def fold(character: str) -> str:
    """Fold one character to the letter that OCR could take it for: case, diacritics, look-alike scripts."""
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", character.translate(_MARKS).lower())
    base = next((c for c in plain if not unicodedata.combining(c)), " ")
    return base.translate(_ALIKE)


@lru_cache(maxsize=4096)
def shape(character: str) -> str:
    """Code one character by its shape in a typewriter's cell (`evidence.Shapes`)."""
    if character.isspace():
        return " "
    if character in ".,_…":
        return "."
    if character in "-–—=~*:":
        return "-"
    if character in "ДЦЩQф":
        return "D"
    tall = character.isupper() or character in _TALL
    if character in _DESCENDING:
        return "g"
    return "T" if tall else "x"


def fold_codes(text: str) -> Codes:
    """Fold a text, a number for each of its characters."""
    return np.array([ord(fold(c)) & 0xFFFF for c in text], dtype=np.uint16)


def shape_codes(text: str) -> Codes:
    """Code a text by shapes, a number for each of its characters."""
    return np.array([ord(shape(c)) for c in text], dtype=np.uint16)


def cell_codes(codes: str) -> Codes:
    """Give the shape codes of a line as numbers; a double blank counts as one."""
    return np.array([ord(c) & 0xFFFF for c in re.sub(" +", " ", codes.strip())], dtype=np.uint16)


def breaks_inside(word: str) -> Iterator[tuple[int, float, bool]]:
    """Go through the places where a word may be broken: offset, ease 0..1, and whether a hyphen has to be added.

    Ease is 1 after a hyphen that is written, 0.6 behind a Russian prefix, 0.5 by the rules of hyphenation, 0.4 inside
    a cluster that Russian keeps together, 0.25 where Russian would take the vowel away from the consonant before it, 0
    where the rules forbid a break.
    """
    lower = word.lower()
    vowels = [i for i, c in enumerate(lower) if c in _VOWELS]
    for at in range(1, len(word)):
        if word[at - 1] in _HYPHENS:
            yield at, 1.0, False
        elif 2 <= at <= len(word) - 2 and word[at - 1].isalpha() and word[at].isalpha():
            legal = bool(vowels) and vowels[0] < at <= vowels[-1] and lower[at] not in _NEVER_FIRST
            yield at, _ease(lower, at) if legal else 0.0, True


def _ease(word: str, at: int) -> float:
    """Give the ease of a break that the rules allow."""
    if word[at] in _VOWELS and "а" <= word[at - 1] <= "я" and word[at - 1] not in _SOFT:
        return 0.25
    if word[:at] in _PREFIXES and word[at] not in _VOWELS:
        return 0.6
    return 0.4 if any(word.startswith(c, at - k) for c in _CLUSTERS for k in range(1, len(c)) if at >= k) else 0.5
