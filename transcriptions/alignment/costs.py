"""What a line's evidence says about the text that it may carry: readings, shapes and widths, as log-likelihood ratios.

Every gain is against background: text that has nothing to do with the line gains nothing. A reading is a mixture of
a good, a bad and a useless one (OCR fails by the word and by the line), so that no line can outvote its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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

UNIT = 8
"""What one wrong letter counts in tables of distances, so that letters that are nearly right are whole numbers."""

Rivals = tuple[tuple[tuple[int, float], ...], ...]
"""For each letter of a reading, letters that it was nearly taken for, with how near, 0..1."""

_TAIL, _LEAST_SPREAD = 0.6, 0.5
_CHANCES = 40


@dataclass(frozen=True, slots=True)
class Told:
    """One reading of a line, folded; or the shapes of its letters. `rivals` are none or as many as letters."""

    letters: Codes
    rivals: Rivals = ()
    key: bytes = field(init=False)
    """What tells it from other readings."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.letters.tobytes() + str(hash(self.rivals)).encode())


@dataclass(frozen=True, slots=True)
class Chance:
    """How far a reading is from text that has nothing to do with it, by the length of that text."""

    mean: Floats
    spread: Floats

    def at(self, length: Floats) -> tuple[Floats, Floats]:
        """Give mean and spread of the distance for texts of these lengths."""
        place = np.minimum(length.astype(np.int64), len(self.mean) - 1)
        return self.mean[place], self.spread[place]


def read_gain(
    distance: Floats, length: Floats, read: int, channel: Channel, mixture: Mixture, chance: Chance | None = None
) -> Floats:
    """Give the gain of spans of some length whose reading (of `read` letters) lies at an edit distance from them.

    Where it is known how near the reading comes to any text by `chance`, what that would gain is taken off: a distance
    is the least over all ways to lay two texts onto each other, and letters agree more often in it than at random.
    """
    whole = np.maximum(length, read)
    parts, useless = mixture
    total = np.full(len(distance), np.log(useless))
    for share, wrong in parts:
        agrees, differs = np.log(channel.letters * (1 - wrong)), np.log(wrong)
        evidence = (whole - distance) * agrees + distance * differs
        if chance is not None:
            mean, spread = chance.at(length)
            step = agrees - differs
            expected = whole * agrees - step * mean + _TAIL * (step * spread) ** 2 / 2
            evidence = evidence - np.maximum(expected, 0.0)
        total = np.logaddexp(total, np.log(share) + channel.temper * evidence)
    return total


def chance_of(told: Told, text: Codes, longest: int, hyphen: int) -> Chance:
    """Measure how far a reading is from stretches of a text read backwards, which has the letters and no sense."""
    back = np.resize(text[::-1], max(len(text), 2 * longest))
    starts = np.unique(np.linspace(0, len(back) - longest, _CHANCES).astype(np.int64))
    distances = edit_distances(told, back, starts, longest, hyphen).plain / UNIT
    return Chance(distances.mean(axis=1), np.maximum(distances.std(axis=1), _LEAST_SPREAD))


@dataclass(frozen=True, slots=True)
class Distances:
    """Edit distances of one reading to `text[start : start + length]`, for many starts and all lengths at once.

    A wrong letter counts UNIT. `plain[length, i]` is for the i-th start; `hyphenated` has a hyphen added behind.
    """

    plain: Counts
    hyphenated: Counts


def edit_distances(told: Told, text: Codes, starts: Ints, longest: int, hyphen: int) -> Distances:
    """Measure how far a reading is from all spans that begin at `starts` and have up to `longest` characters.

    Levenshtein distances, row by row over the reading, for all starts at once; positions behind the end of the text
    agree with nothing. Tables hold distance less length, so that a running minimum does the insertions.
    """
    read = told.letters
    behind = np.arange(longest)[:, None] + starts[None, :]
    letters = np.where(behind < len(text), text[np.minimum(behind, len(text) - 1)], 0)
    table = np.zeros((longest + 1, len(starts)), dtype=np.int16)
    last = table
    near = _near(told, letters) if told.rivals else None
    for done, letter in enumerate(read, start=1):
        fresh = np.empty_like(table)
        fresh[0] = done * UNIT
        agreeing = (letters == letter) * np.int16(UNIT) if near is None else next(near)
        swapped = table[:-1] - agreeing
        np.minimum(swapped, table[1:] + UNIT, out=fresh[1:])
        step = 1
        while step <= longest:
            np.minimum(fresh[step:], fresh[:-step], out=fresh[step:])
            step *= 2
        last, table = table, fresh
    lengths = np.arange(longest + 1, dtype=np.int16)[:, None] * np.int16(UNIT)
    plain = table + lengths
    wrong = 0 if len(read) and int(read[-1]) == hyphen else UNIT
    hyphenated = np.minimum(plain + UNIT, last + lengths + wrong) if len(read) else plain + UNIT
    return Distances(plain, np.asarray(hyphenated, dtype=np.int16))


def _near(told: Told, letters: Codes) -> Iterator[Counts]:
    """Say for each letter of a reading how nearly each letter of a table is it, up to UNIT."""
    known, place = np.unique(letters, return_inverse=True)
    place = place.reshape(letters.shape)
    for letter, rivals in zip(told.letters, told.rivals, strict=True):
        near = np.where(known == letter, UNIT, 0).astype(np.int16)
        for other, how in rivals:
            np.maximum(near, np.where(known == other, round(how * UNIT), 0), out=near, casting="unsafe")
        yield np.take(near, place, mode="clip")
