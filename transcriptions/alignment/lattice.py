"""The dynamic program over (line in reading order, cut of the text): best path and posteriors, in windows.

A state (t, k) says that t lines are done and the text is done up to cut k. Each step takes a line: it stays empty, or
takes the text between two cuts (an edge); two neighbouring parts of one line may be taken by one step. Before any
line, text may be skipped. All values are log-likelihoods.
Tables hold only a window of cuts for each t, so that memory is linear in the length of a document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SKIP, SKIP_CHARACTER = 6.0, 0.06
"""Cost of text that lies on no line: once, and for each character."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Indices of edges brought together by a key: `order`, where each group begins in it, and its key."""

    order: Ints
    first: Ints
    key: Ints

    @staticmethod
    def of(keys: Ints) -> Groups:
        """Group the indices of the keys."""
        order = np.argsort(keys, kind="stable")
        ranked = keys[order]
        first = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
        return Groups(order, first, ranked[first])


@dataclass(frozen=True, slots=True)
class Edges:
    """The spans of text that one line may take: indices of cuts, and the gain over background; at least one."""

    start: Ints
    end: Ints
    gain: Floats
    by_start: Groups = field(init=False)
    by_end: Groups = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_start", Groups.of(self.start))
        object.__setattr__(self, "by_end", Groups.of(self.end))

    def within(self, low: tuple[int, int], high: tuple[int, int]) -> Edges | None:
        """Keep the edges that begin in one range of cuts and end in another, or None where none is left."""
        inside = (self.start >= low[0]) & (self.start < low[1]) & (self.end >= high[0]) & (self.end < high[1])
        if inside.all():
            return self
        return Edges(self.start[inside], self.end[inside], self.gain[inside]) if inside.any() else None


@dataclass(frozen=True, slots=True)
class Tables:
    """Log-likelihoods of what lies before each state, and of what lies behind it, without and with a skip there."""

    before: list[Floats]
    ready: list[Floats]
    behind: list[Floats]
    open: list[Floats]


@dataclass(frozen=True, slots=True)
class Taken:
    """The edge that a line takes on the best path, alone or (`both`) together with the one behind it."""

    start: int
    end: int
    edge: int
    both: bool = False


class Lattice:
    """Lines in reading order over the cuts of a text, each line with its edges and the cost of staying empty."""

    def __init__(
        self,
        cuts: Ints,
        costs: Floats,
        windows: Sequence[tuple[int, int]],
        edges: Sequence[Edges | None],
        empty: Sequence[float],
        *,
        doubles: Mapping[int, Edges],
        ends: tuple[Floats, Floats] | None = None,
    ) -> None:
        """Set up the program over cuts at some positions, where a line breaks at some cost.

        `doubles` are the edges that take the line at a place and the next one together. `ends` gives the values of the
        first and last window's states, for a part of a document.
        """
        self._landing = costs
        self._last = len(cuts) - 1
        self._skip = SKIP_CHARACTER * cuts.astype(np.float64)
        self.windows = list(windows)
        self.edges = [
            None if e is None else e.within(self.windows[t], self.windows[t + 1]) for t, e in enumerate(edges)
        ]
        kept = {t: e.within(self.windows[t], self.windows[t + 2]) for t, e in doubles.items()}
        self.doubles = {t: e for t, e in kept.items() if e is not None}
        self._empty = empty
        self._ends = ends

    def __len__(self) -> int:
        return len(self.edges)

    def _skipping(self, values: Floats, t: int, reduce: np.ufunc, *, forward: bool) -> Floats:
        """Let text be skipped from (forward) or to (backward) the states of a window; it ends where a line may."""
        low, high = self.windows[t]
        landing = self._landing[low:high]
        toll = self._skip[low:high]
        if forward:
            passed = np.concatenate(([-np.inf], reduce.accumulate(values + toll)[:-1])) - toll - landing
        else:
            reached = (values - toll - landing)[::-1]
            passed = np.concatenate(([-np.inf], reduce.accumulate(reached)[:-1]))[::-1] + toll
        return np.asarray(reduce(values, passed - SKIP))

    def tables(self, reduce: np.ufunc) -> Tables:
        """Fill the tables, with `np.maximum` for the best path or `np.logaddexp` for sums over all paths."""
        with np.errstate(invalid="ignore"):
            before, ready = self._forward(reduce)
            behind, open = self._backward(reduce)
        return Tables(before, ready, behind, open)

    def _forward(self, reduce: np.ufunc) -> tuple[list[Floats], list[Floats]]:
        low, high = self.windows[0]
        first = np.full(high - low, -np.inf)
        first[0] = 0.0
        if self._ends is not None:
            first = self._ends[0]
        before, ready = [first], [self._skipping(first, 0, reduce, forward=True)]
        for t, edges in enumerate(self.edges):
            (low, high), (next_low, next_high) = self.windows[t], self.windows[t + 1]
            values = np.full(next_high - next_low, -np.inf)
            shared = slice(max(low, next_low), min(high, next_high))
            if shared.start < shared.stop:
                stays = ready[t][shared.start - low : shared.stop - low] - self._empty[t]
                values[shared.start - next_low : shared.stop - next_low] = stays
            for since, taken in ((t, edges), (t - 1, self.doubles.get(t - 1))):
                if taken is not None:
                    gained = ready[since][taken.start - self.windows[since][0]] + taken.gain
                    best = reduce.reduceat(gained[taken.by_end.order], taken.by_end.first)
                    at = taken.by_end.key - next_low
                    values[at] = reduce(values[at], best)
            before.append(values)
            ready.append(self._skipping(values, t + 1, reduce, forward=True))
        return before, ready

    def _backward(self, reduce: np.ufunc) -> tuple[list[Floats], list[Floats]]:
        n = len(self.edges)
        low, high = self.windows[n]
        last = np.full(high - low, -np.inf)
        if self._ends is None:
            last[self._last - low] = 0.0
        else:
            last = self._ends[1]
        open: list[Floats] = [last] * (n + 1)
        behind: list[Floats] = [self._skipping(last, n, reduce, forward=False)] * (n + 1)
        for t in range(n - 1, -1, -1):
            (low, high), (next_low, next_high) = self.windows[t], self.windows[t + 1]
            values = np.full(high - low, -np.inf)
            shared = slice(max(low, next_low), min(high, next_high))
            if shared.start < shared.stop:
                stays = behind[t + 1][shared.start - next_low : shared.stop - next_low] - self._empty[t]
                values[shared.start - low : shared.stop - low] = stays
            for until, taken in ((t + 1, self.edges[t]), (t + 2, self.doubles.get(t))):
                if taken is not None:
                    gained = behind[until][taken.end - self.windows[until][0]] + taken.gain
                    best = reduce.reduceat(gained[taken.by_start.order], taken.by_start.first)
                    at = taken.by_start.key - low
                    values[at] = reduce(values[at], best)
            open[t] = values
            behind[t] = self._skipping(values, t, reduce, forward=False)
        return behind, open

    def path(self, tables: Tables) -> list[Taken | None]:
        """Follow the best path from the start: for each line its edge, or None where it stays empty.

        The second of two lines that are taken together has None, too.
        """
        at = self.windows[0][0]
        found: list[Taken | None] = []
        while (t := len(found)) < len(self):
            at = self._after_skip(at, t, tables)
            taken = self._best_edge(at, t, tables)
            found += [taken, None] if taken is not None and taken.both else [taken]
            at = at if taken is None else taken.end
        return found

    def _after_skip(self, at: int, t: int, tables: Tables) -> int:
        low, high = self.windows[t]
        values = tables.open[t]
        if at + 1 >= high:
            return at
        ahead = np.arange(at + 1, high)
        passed = values[ahead - low] - SKIP - self._skip[ahead] + self._skip[at] - self._landing[ahead]
        best = int(passed.argmax())
        return int(ahead[best]) if passed[best] > values[at - low] else at

    def _best_edge(self, at: int, t: int, tables: Tables) -> Taken | None:
        low, high = self.windows[t + 1]
        best = tables.behind[t + 1][at - low] - self._empty[t] if low <= at < high else -np.inf
        chosen: Taken | None = None
        for until, edges in ((t + 1, self.edges[t]), (t + 2, self.doubles.get(t))):
            mine = np.flatnonzero(edges.start == at) if edges is not None else np.zeros(0, dtype=np.int64)
            if edges is None or not len(mine):
                continue
            values = edges.gain[mine] + tables.behind[until][edges.end[mine] - self.windows[until][0]]
            top = int(values.argmax())
            if values[top] > best:
                best = values[top]
                chosen = Taken(at, int(edges.end[mine[top]]), int(mine[top]), until == t + 2)
        return chosen

    def gain(self, t: int, taken: Taken) -> float:
        """Give the gain of what the line at a place takes."""
        edges = self.doubles[t] if taken.both else self.edges[t]
        assert edges is not None
        return float(edges.gain[taken.edge])

    def posteriors(self, path: Sequence[Taken | None]) -> Floats:
        """Give the posterior probability of each step of a path, over all paths."""
        sums = self.tables(np.logaddexp)
        total = sums.behind[0][0]
        out = np.zeros(len(path))
        for t, taken in enumerate(path):
            (low, high), (next_low, next_high) = self.windows[t], self.windows[t + 1]
            if taken is not None:
                until = t + 2 if taken.both else t + 1
                behind = sums.behind[until][taken.end - self.windows[until][0]]
                value = sums.ready[t][taken.start - low] + self.gain(t, taken) + behind
            else:
                a, b = max(low, next_low), min(high, next_high)
                stays = sums.ready[t][a - low : b - low] + sums.behind[t + 1][a - next_low : b - next_low]
                value = np.logaddexp.reduce(stays) - self._empty[t] if len(stays) else -np.inf
            out[t] = np.exp(min(0.0, value - total))
        return out
