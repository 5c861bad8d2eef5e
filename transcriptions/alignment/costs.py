"""What a line's evidence says about the text that it may carry: readings, shapes and widths, as log-likelihood ratios.

Every gain is against background: text that has nothing to do with the line gains nothing. A reading is a mixture of
a good, a bad and a useless one (OCR fails by the word and by the line), so that no line can outvote its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcriptions.alignment.letters import Codes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Counts = NDArray[np.int16]

Mixture = tuple[tuple[tuple[float, float], ...], float]
"""Pairs of a share and its rate of errors, and the share that says nothing."""


@dataclass(frozen=True, slots=True)
class Channel:
    """How far one sort of evidence can be trusted.

    `letters` is how many letters background text chooses from in effect, `temper` takes off what neighbouring
    letters share.
    """

    letters: float
    temper: float
    typed: Mixture
    hand: Mixture


OCR = Channel(
    letters=18.0,
    temper=1.0,
    typed=(((0.6, 0.04), (0.3, 0.3)), 0.1),
    hand=(((0.3, 0.04), (0.4, 0.45)), 0.3),
)
SHAPE = Channel(
    letters=3.6,
    temper=0.9,
    typed=(((0.6, 0.07), (0.3, 0.3)), 0.1),
    hand=(((0.3, 0.15), (0.3, 0.35)), 0.4),
)

WIDTH_SPREAD, WIDTH_SPREAD_HAND, WIDTH_LEAST = 0.045, 0.12, 1.2
"""Spread of a line's width about its number of characters, relative; and the least, in characters."""

WIDTH_USELESS = 0.03
"""Share of lines whose width says nothing (merged, partly found)."""

_LENGTHS = 80.0


def read_gain(distance: Floats, length: Floats, read: int, channel: Channel, mixture: Mixture) -> Floats:
    """Give the gain of spans of some length whose reading (of `read` letters) lies at an edit distance from them."""
    agreeing = np.maximum(length, read) - distance
    parts, useless = mixture
    total = np.full(len(distance), np.log(useless))
    for share, wrong in parts:
        evidence = agreeing * np.log(channel.letters * (1 - wrong)) + distance * np.log(wrong)
        total = np.logaddexp(total, np.log(share) + channel.temper * evidence)
    return total


def width_gain(length: Floats, expected: float, *, spread: float) -> Floats:
    """Give the gain of spans of some length on a line that has room for `expected` characters."""
    sigma = max(WIDTH_LEAST, spread * expected)
    density = np.exp(-0.5 * ((length - expected) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    return np.asarray(np.log(_LENGTHS * ((1 - WIDTH_USELESS) * density + WIDTH_USELESS / _LENGTHS)))


@dataclass(frozen=True, slots=True)
class Distances:
    """Edit distances of one reading to `text[start : start + length]`, for many starts and all lengths at once.

    `plain[length, i]` is for the i-th start; `hyphenated` has a hyphen added behind the span.
    """

    plain: Counts
    hyphenated: Counts


def edit_distances(read: Codes, text: Codes, starts: Ints, longest: int, hyphen: int) -> Distances:
    """Measure how far a reading is from all spans that begin at `starts` and have up to `longest` characters.

    Levenshtein distances, row by row over the reading, for all starts at once; positions behind the end of the text
    agree with nothing. Tables hold distance less length, so that a running minimum does the insertions.
    """
    behind = np.arange(longest)[:, None] + starts[None, :]
    letters = np.where(behind < len(text), text[np.minimum(behind, len(text) - 1)], 0)
    table = np.zeros((longest + 1, len(starts)), dtype=np.int16)
    last = table
    for done, letter in enumerate(read, start=1):
        fresh = np.empty_like(table)
        fresh[0] = done
        swapped = table[:-1] - (letters == letter)
        np.minimum(swapped, table[1:] + 1, out=fresh[1:])
        step = 1
        while step <= longest:
            np.minimum(fresh[step:], fresh[:-step], out=fresh[step:])
            step *= 2
        last, table = table, fresh
    lengths = np.arange(longest + 1, dtype=np.int16)[:, None]
    plain = table + lengths
    wrong = 0 if len(read) and int(read[-1]) == hyphen else 1
    hyphenated = np.minimum(plain + 1, last + lengths + wrong) if len(read) else plain + 1
    return Distances(plain, np.asarray(hyphenated, dtype=np.int16))
