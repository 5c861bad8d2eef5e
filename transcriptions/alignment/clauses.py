"""Clauses joined inside a bead of sentences: phrases of the target over ranges of the source, reordering allowed.

A semi-Markov dynamic program over (cut of the target, end of the last source range). Each phrase takes a range of the
source's words; a range that does not begin where the last one ended costs a jump. Posteriors by forward and backward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNKNOWN = 0.75
_PHRASE = -0.9
_LONGEST, _LONGEST_RANGE = 16, 22
_JUMP, _JUMP_FAR, _JUMP_BACK = 1.1, 0.25, 0.3
_LONG, _LONG_WORD = 6, -0.25
_DANGLES = -1.5
_STOP, _STOP_ONE_SIDE = 1.0, -0.7
_RUN_OVER = -0.5
_LENGTH_SPREAD = 0.33

LEADING = frozenset(
    """and but or that which who whom whose if when while as than because since until before after although though
    in on at by for from to of with without about into toward towards under over between among through against during
    concerning regarding according whether where""".split()
)
"""English words before which a phrase may begin."""

DANGLING = frozenset(
    """и а но или что чтобы как если когда где в во на с со к ко у о об обо от ото до по за из изо под подо над перед
    при про для без между через ради не ни the a an of to""".split()
)
"""Words that do not end a range of the source: what they lead follows."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Target words [first, last) that answer to source words [first, last)."""

    target: tuple[int, int]
    source: tuple[int, int]
    confidence: float


class ClauseProgram:
    """Joins the words of one bead: `table[i, j]` says how much source word i says about target word j."""

    def __init__(
        self,
        table: NDArray[np.float32],
        letters: tuple[Ints, Ints],
        stops: tuple[Ints, Ints],
        dangling: NDArray[np.bool_],
        cuts: Sequence[int],
    ) -> None:
        """Take the words' lengths, how strong a stop follows each (punctuation), and the target's cuts, both ends too.

        `dangling` marks the source's words at which a range should not end.
        """
        self._table = table.astype(np.float64)
        self._letters = tuple(np.concatenate(([0], np.cumsum(side))) for side in letters)
        self._stops = stops
        self._inner = np.concatenate(([0.0], np.cumsum(stops[0].astype(np.float64))))
        self._dangling = dangling
        self._cuts = list(cuts)
        self._n, self._m = table.shape
        self._ratio = self._letters[1][-1] / max(1, self._letters[0][-1])
        first = np.arange(self._n + 1)
        self._valid = (first[None, :] > first[:, None]) & (first[None, :] <= first[:, None] + _LONGEST_RANGE)
        ahead = first[None, :] - first[:, None]
        far = _JUMP + _JUMP_FAR * np.log1p(np.abs(ahead)) + np.where(ahead < 0, _JUMP_BACK, 0.0)
        self._jumps = np.where(ahead == 0, 0.0, -far)

    def run(self) -> list[Phrase]:
        """Give the phrases in the order of the target."""
        if not self._n or not self._m or len(self._cuts) < 2:
            return []
        gains = self._all_gains()
        best, _ = self._forward(gains, np.maximum)
        sums, total = self._forward(gains, np.logaddexp)
        behind = self._backward(gains)
        found: list[Phrase] = []
        k = len(self._cuts) - 1
        end = int((best[k] + self._jumps[:, self._n]).argmax())
        while k > 0:
            step = self._last(best, gains, k, end)
            if step is None:
                return []
            h, start, before = step
            value = np.logaddexp.reduce(sums[h] + self._jumps[:, start]) + gains[h, k][start, end] + behind[k][end]
            confidence = float(np.exp(min(0.0, value - total)))
            found.append(Phrase((self._cuts[h], self._cuts[k]), (start, end), confidence))
            k, end = h, before
        return found[::-1]

    def _last(
        self, best: list[Floats], gains: dict[tuple[int, int], Floats], k: int, end: int
    ) -> tuple[int, int, int] | None:
        found, chosen = -np.inf, None
        for h in range(k):
            if (h, k) not in gains:
                continue
            reached = best[h][:, None] + self._jumps
            ready = reached.max(axis=0)
            values = ready + gains[h, k][:, end]
            start = int(values.argmax())
            if values[start] > found:
                found, chosen = float(values[start]), (h, start, int(reached[:, start].argmax()))
        return chosen

    def _forward(self, gains: dict[tuple[int, int], Floats], reduce: np.ufunc) -> tuple[list[Floats], float]:
        first = np.full(self._n + 1, -np.inf)
        first[0] = 0.0
        states = [first]
        for k in range(1, len(self._cuts)):
            state = np.full(self._n + 1, -np.inf)
            for h in range(k):
                if (h, k) in gains:
                    ready = reduce.reduce(states[h][:, None] + self._jumps, axis=0)
                    state = reduce(state, reduce.reduce(ready[:, None] + gains[h, k], axis=0))
            states.append(state)
        return states, float(reduce.reduce(states[-1] + self._jumps[:, self._n]))

    def _backward(self, gains: dict[tuple[int, int], Floats]) -> list[Floats]:
        last = len(self._cuts) - 1
        states = [np.full(self._n + 1, -np.inf) for _ in self._cuts]
        states[last] = self._jumps[:, self._n].copy()
        for h in range(last - 1, -1, -1):
            open = np.full(self._n + 1, -np.inf)
            for k in range(h + 1, last + 1):
                if (h, k) in gains:
                    ranges = gains[h, k] + states[k][None, :]
                    open = np.logaddexp(open, np.logaddexp.reduce(ranges, axis=1))
            states[h] = np.logaddexp.reduce(self._jumps + open[None, :], axis=1)
        return states

    # --- gains

    def _all_gains(self) -> dict[tuple[int, int], Floats]:
        gains = {}
        for h in range(len(self._cuts)):
            for k in range(h + 1, len(self._cuts)):
                if self._cuts[k] - self._cuts[h] > _LONGEST and k > h + 1:
                    break
                gains[h, k] = self._gain(self._cuts[h], self._cuts[k])
        return gains

    def _gain(self, first: int, last: int) -> Floats:
        """Give the gain of one phrase for every range of the source, -inf where there is none."""
        n = self._n
        part = self._table[:, first:last]
        sums = np.concatenate((np.zeros((1, last - first)), np.cumsum(part, axis=0)))
        start, end = np.nonzero(self._valid)
        mean = (sums[end] - sums[start]) / (end - start)[:, None]
        gain = np.log(UNKNOWN + (1 - UNKNOWN) * mean).sum(axis=1)
        seen = np.concatenate(([0.0], np.cumsum(np.log(UNKNOWN + (1 - UNKNOWN) * part.mean(axis=1)))))
        gain += seen[end] - seen[start]
        expected = (self._letters[0][end] - self._letters[0][start]) * self._ratio
        letters = self._letters[1][last] - self._letters[1][first]
        z = np.log((letters + 4) / (expected + 4)) / (_LENGTH_SPREAD + 2.0 / (letters + 4))
        gain += (
            _PHRASE
            + _LONG_WORD * max(0, last - first - _LONG)
            - np.minimum(z * z / 2, 8.0)
            + np.where(self._dangling[end - 1], _DANGLES, 0.0)
        )
        gain += self._stop_gain(last, end) + _RUN_OVER * self._stops_inside(first, last, start, end)
        table = np.full((n + 1, n + 1), -np.inf)
        table[start, end] = gain
        return table

    def _stops_inside(self, first: int, last: int, start: Ints, end: Ints) -> Floats:
        """Count the stops that ranges run over, beyond those of the phrase."""
        inner = self._inner[end - 1] - self._inner[start]
        return np.maximum(0.0, inner - float(self._stops[1][first : last - 1].sum()))

    def _stop_gain(self, last: int, end: Ints) -> Floats:
        stops = self._stops[0][end - 1] > 0
        if self._stops[1][last - 1] > 0:
            return np.where(stops, _STOP, _STOP_ONE_SIDE)
        return np.where(stops, _STOP_ONE_SIDE, 0.0)
