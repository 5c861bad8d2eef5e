"""The dynamic program over (line in reading order, cut of the text): best path and posteriors, in windows.

A state (t, k) says that t lines are done and the text is done up to cut k. Each step takes a line: it stays empty, or
takes the text between two cuts (an edge); two neighbouring parts of one line may be taken by one step. Before any
line, text may be skipped. All values are log-likelihoods.
Tables hold only a window of cuts for each t, so that memory is linear in the length of a document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
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
        starts, ends = self.by_start.key, self.by_end.key
        if starts[0] >= low[0] and starts[-1] < low[1] and ends[0] >= high[0] and ends[-1] < high[1]:
            return self
        inside = (self.start >= low[0]) & (self.start < low[1]) & (self.end >= high[0]) & (self.end < high[1])
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
        self.edges = list(edges)
        self.doubles = dict(doubles)
        self._fit(0, len(self))
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
        n = len(self.edges)
        first, last = (np.full(high - low, -np.inf) for low, high in (self.windows[0], self.windows[n]))
        if self._ends is None:
            first[0] = last[self._last - self.windows[n][0]] = 0.0
        else:
            first, last = self._ends
        found = Tables([first] * (n + 1), [first] * (n + 1), [last] * (n + 1), [last] * (n + 1))
        with np.errstate(invalid="ignore"):
            self._forward(found, 0, reduce)
            self._backward(found, n, reduce)
        return found

    def without(self, place: int, tables: Tables, reduce: np.ufunc) -> tuple[Lattice, Tables]:
        """Leave out the line at a place; give the program of the others, and its tables.

        What is before that place and what is behind it is taken from this program's tables, so that only the half of
        each table that sees both sides is filled anew. The windows on either side of the line must meet.
        """
        windows, joint = self.windows, place + 1
        low, high = max(windows[place][0], windows[joint][0]), min(windows[place][1], windows[joint][1])
        part = copy(self)
        part.windows = [*windows[:place], (low, high), *windows[joint + 1 :]]
        part.edges = [*self.edges[:place], *self.edges[joint:]]
        part.doubles = {t - (t > place): each for t, each in self.doubles.items() if t not in (place - 1, place)}
        part._empty = [*self._empty[:place], *self._empty[joint:]]
        part._fit(max(0, place - 2), joint)
        (since, _), (until, _) = windows[place], windows[joint]
        before = [*tables.before[:place], tables.before[place][low - since : high - since]]
        open = [tables.open[joint][low - until : high - until], *tables.open[joint + 1 :]]
        found = Tables(
            [*before, *tables.before[joint + 1 :]],
            [*tables.ready[:joint], *tables.ready[joint + 1 :]],
            [*tables.behind[:place], *tables.behind[joint:]],
            [*tables.open[:place], *open],
        )
        with np.errstate(invalid="ignore"):
            part._forward(found, place, reduce)
            part._backward(found, place, reduce)
        return part, found

    def _fit(self, first: int, last: int) -> None:
        """Drop the edges of the lines at [first, last) that leave the windows."""
        for t in range(first, min(last, len(self))):
            edges, both = self.edges[t], self.doubles.pop(t, None)
            self.edges[t] = edges and edges.within(self.windows[t], self.windows[t + 1])
            kept = both and both.within(self.windows[t], self.windows[t + 2])
            if kept:
                self.doubles[t] = kept

    def _forward(self, tables: Tables, since: int, reduce: np.ufunc) -> None:
        """Fill what lies before the states behind the line at a place, where it is known up to there."""
        before, ready = tables.before, tables.ready
        ready[since] = self._skipping(before[since], since, reduce, forward=True)
        for t in range(since, len(self)):
            (low, high), (next_low, next_high) = self.windows[t], self.windows[t + 1]
            values = np.full(next_high - next_low, -np.inf)
            shared = slice(max(low, next_low), min(high, next_high))
            if shared.start < shared.stop:
                stays = ready[t][shared.start - low : shared.stop - low] - self._empty[t]
                values[shared.start - next_low : shared.stop - next_low] = stays
            for at, taken in ((t, self.edges[t]), (t - 1, self.doubles.get(t - 1))):
                if taken is not None:
                    gained = ready[at][taken.start - self.windows[at][0]] + taken.gain
                    best = reduce.reduceat(gained[taken.by_end.order], taken.by_end.first)
                    ends = taken.by_end.key - next_low
                    values[ends] = reduce(values[ends], best)
            before[t + 1] = values
            ready[t + 1] = self._skipping(values, t + 1, reduce, forward=True)

    def _backward(self, tables: Tables, until: int, reduce: np.ufunc) -> None:
        """Fill what lies behind the states before a place, where it is known from there on."""
        behind, open = tables.behind, tables.open
        behind[until] = self._skipping(open[until], until, reduce, forward=False)
        for t in range(until - 1, -1, -1):
            (low, high), (next_low, next_high) = self.windows[t], self.windows[t + 1]
            values = np.full(high - low, -np.inf)
            shared = slice(max(low, next_low), min(high, next_high))
            if shared.start < shared.stop:
                stays = behind[t + 1][shared.start - next_low : shared.stop - next_low] - self._empty[t]
                values[shared.start - low : shared.stop - low] = stays
            for at, taken in ((t + 1, self.edges[t]), (t + 2, self.doubles.get(t))):
                if taken is not None:
                    gained = behind[at][taken.end - self.windows[at][0]] + taken.gain
                    best = reduce.reduceat(gained[taken.by_start.order], taken.by_start.first)
                    starts = taken.by_start.key - low
                    values[starts] = reduce(values[starts], best)
            open[t] = values
            behind[t] = self._skipping(values, t, reduce, forward=False)

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
