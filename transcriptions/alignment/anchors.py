"""Lines that are found at one place of the text only, by the runs of letters that they share with it.

Anchors give the windows in which the program looks, and the order in which lines are read where columns and margins
contradict the page's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcriptions.alignment.letters import Codes

Ints = NDArray[np.int64]

_SMEAR = 4
_BLANK = ord(" ")


@dataclass(frozen=True, slots=True)
class Anchor:
    """That a line's text begins at about this position; `support` counts shared runs of letters, rare ones most."""

    position: int
    support: float


class Finder:
    """Looks up runs of letters of a text."""

    def __init__(self, text: Codes, *, run: int, least: float) -> None:
        """Index the text by runs of `run` letters; anchors have at least the support `least`."""
        self._run, self._least = run, least
        self._places = np.flatnonzero(text != _BLANK)
        keys = _keys(text[self._places], run)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def find(self, read: Codes) -> Anchor | None:
        """Find where a line's text begins, or None where no place stands out."""
        letters = np.flatnonzero(read != _BLANK)
        keys = _keys(read[letters], self._run)
        if not len(keys) or not len(self._keys):
            return None
        low, high = np.searchsorted(self._keys, keys), np.searchsorted(self._keys, keys, side="right")
        counts = high - low
        use = (counts > 0) & (counts <= 64)
        if not use.any():
            return None
        asked = np.repeat(np.flatnonzero(use), counts[use])
        within = np.arange(len(asked)) - np.repeat(np.cumsum(counts[use]) - counts[use], counts[use])
        found = self._order[low[asked] + within]
        return self._best(found - asked, 1.0 / counts[asked], letters)

    def _best(self, shifts: Ints, support: NDArray[np.float64], letters: Ints) -> Anchor | None:
        order = np.argsort(shifts, kind="stable")
        shifts, support = shifts[order], support[order]
        sums = np.concatenate(([0.0], np.cumsum(support)))
        ends = np.searchsorted(shifts, shifts + _SMEAR, side="right")
        totals = sums[ends] - sums[np.arange(len(shifts))]
        best = int(totals.argmax())
        away = np.abs(shifts - shifts[best]) > len(letters) // 2
        rival = float(totals[away].max()) if away.any() else 0.0
        if totals[best] < self._least or totals[best] < 1.7 * rival:
            return None
        middle = int(np.median(shifts[best : ends[best]]))
        first = min(max(0, middle), len(self._places) - 1)
        return Anchor(int(self._places[first]) - int(letters[0]), float(totals[best]))


def _keys(letters: Codes, run: int) -> Ints:
    count = len(letters) - run + 1
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    keys = np.zeros(count, dtype=np.int64)
    for at in range(run):
        keys = keys * 1_000_003 + letters[at : at + count]
    return keys


def rising(values: Sequence[int], support: Iterable[float]) -> list[int]:
    """Give the indices of the rising subsequence with the largest support."""
    ranks = sorted(set(values))
    tree: list[tuple[float, int]] = [(0.0, -1)] * (len(ranks) + 1)
    before: list[int] = []
    best, last = 0.0, -1
    for index, (value, gain) in enumerate(zip(values, support, strict=True)):
        at = bisect_left(ranks, value)
        total, previous = _most(tree, at)
        total += gain
        before.append(previous)
        _raise(tree, at + 1, (total, index))
        if total > best:
            best, last = total, index
    found: list[int] = []
    while last >= 0:
        found.append(last)
        last = before[last]
    return found[::-1]


def _most(tree: Sequence[tuple[float, int]], at: int) -> tuple[float, int]:
    best = (0.0, -1)
    while at > 0:
        best = max(best, tree[at])
        at -= at & -at
    return best


def _raise(tree: list[tuple[float, int]], at: int, value: tuple[float, int]) -> None:
    while at < len(tree):
        tree[at] = max(tree[at], value)
        at += at & -at
