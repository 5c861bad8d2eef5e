"""Lines elsewhere in the order than where they were found: moved ones, and ones inserted into another's text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz.distance import Levenshtein

from transcriptions.alignment.gauge import Gauge
from transcriptions.alignment.lattice import Edges, Lattice, Tables, Taken
from transcriptions.alignment.order import oddness
from transcriptions.alignment.spans import Hole, Seen, Speller
from transcriptions.alignment.stream import Stream

_WEAK, _HARDLY, _LEAST_MOVE, _LEAST_COARSE_MOVE = 2.0, -1.0, 2.0, 8.0
_LEAST_MOVE_BY_HAND = 6.0
"""Gain from which a line by hand is read elsewhere."""

_LEAST_TAKEN_IN, _UNREAD = 0.0, 2.3
"""Gain from which loose ink is taken for a line, where there is one piece of it; more where it could not be read."""

_LEAST_INSERTION, _OFF_THE_CARET, _NARROWEST, _WIDEST, _TRIED = 2.0, 12, 0.35, 2.6, 4
_COARSE, _MOST_COARSE = 10, 16


@dataclass(frozen=True, slots=True)
class Solution:
    """A solved lattice: what each line takes, and the place of each line in the order that was solved.

    `pairs` gives, for a line that is taken together with the next one, that one.
    """

    lattice: Lattice
    tables: Tables
    path: Mapping[int, Taken]
    slots: Mapping[int, int]
    pairs: Mapping[int, int]

    @property
    def total(self) -> float:
        """The value of the best path."""
        return float(self.tables.behind[0][0])

    def gain(self, line: int) -> float:
        """Give the gain of what a line takes."""
        return self.lattice.gain(self.slots[line], self.path[line])

    @property
    def joined(self) -> frozenset[int]:
        """The lines that are taken together with another one."""
        return frozenset(self.pairs) | frozenset(self.pairs.values())


@dataclass(frozen=True, slots=True)
class Move:
    """That a line is read just before another one (None: last on its page), with its spans, and where it begins."""

    gain: float
    line: int
    before: int | None
    edges: Edges
    start: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """That a line carries words out of the middle of its host's text, with the host's spans around them."""

    gain: float
    line: int
    host: int
    hole: Hole
    edges: Edges


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a solution, solved once more with its lines free to lie anywhere in its text.

    `reach` are the cuts of its text.
    """

    order: Sequence[int]
    reach: tuple[int, int]
    lattice: Lattice
    tables: Tables

    def without(self, j: int) -> tuple[Sequence[tuple[int, int]], Tables]:
        """Give the windows and the tables of the lines but one, or of all where it is none of them."""
        if j not in self.order:
            return self.lattice.windows, self.tables
        part, tables = self.lattice.without(self.order.index(j), self.tables, np.maximum)
        return part.windows, tables


@dataclass(frozen=True, slots=True)
class Board:
    """What a solution was made of: the lines, the stream, and what is known of each line by its index."""

    stream: Stream
    lines: Sequence[Seen]
    speller: Speller
    gauge: Callable[[int], Gauge]
    idle: Callable[[int], float]
    known: dict[tuple[int, int, int], Edges | None] = field(default_factory=dict)

    def moves(self, solution: Solution, order: Sequence[int], first: int) -> Iterator[Move]:
        """Go through the lines of a page (its order begins at place `first`) that gain by being read elsewhere."""
        tried: list[tuple[int, float]] = []
        coarse: list[tuple[int, float]] = []
        for j in order:
            line = self.lines[j]
            channel = self.speller.channel(line)
            if channel is None or line.fixed is not None or j in solution.joined:
                continue
            if channel[1].letters < _COARSE:
                coarse += [] if j in solution.path else [(j, _LEAST_COARSE_MOVE)]
            elif j not in solution.path or solution.gain(j) <= _WEAK:
                tried.append((j, _LEAST_MOVE_BY_HAND if line.by_hand else _LEAST_MOVE))
        coarse.sort(key=lambda each: -len(self.lines[each[0]].codes))
        tried += coarse[:_MOST_COARSE]
        yield from self._best_moves(solution, order, first, tried)

    def taken_in(self, solution: Solution, order: Sequence[int], first: int, loose: Sequence[int]) -> Iterator[Move]:
        """Go through the loose ink of a page that gains by being read as a line, where some text stands nowhere."""
        tried = []
        for j in loose:
            if self.lines[j].host is None:
                unread = 0.0 if len(self.lines[j].codes) else _UNREAD
                tried.append((j, _LEAST_TAKEN_IN + math.log(len(loose)) + unread))
        yield from self._best_moves(solution, order, first, tried)

    def _best_moves(
        self, solution: Solution, order: Sequence[int], first: int, tried: Sequence[tuple[int, float]]
    ) -> Iterator[Move]:
        """Go through the best moves of some lines that gain more than the least that is asked of each."""
        if tried:
            page = self._page(solution, order, first)
            moves = (self._best_move(solution, page, j, least) for j, least in tried)
            yield from (move for move in moves if move is not None)

    def _best_move(self, solution: Solution, page: Page, j: int, least: float) -> Move | None:
        everywhere = self._everywhere(j, *page.reach)
        others = [i for i in page.order if i != j]
        if everywhere is None or not others:
            return None
        windows, tables = page.without(j)
        best = Move(solution.total + least, j, None, everywhere, -1)
        for t, (low, high) in enumerate(windows):
            fits = everywhere.within((low, high), (low, high))
            if fits is None:
                continue
            gained = tables.ready[t][fits.start - low] + fits.gain + tables.behind[t][fits.end - low]
            top = int(gained.argmax())
            value = float(gained[top]) - oddness(others, t, j, self.lines, self.gauge(j).pitch)
            if value > best.gain:
                start = int(self.stream.cuts[fits.start[top]])
                best = Move(value, j, others[t] if t < len(others) else None, everywhere, start)
        return None if best.start < 0 else best

    def _page(self, solution: Solution, order: Sequence[int], first: int) -> Page:
        """Solve a page again, its lines free to lie anywhere in its text, and the rest of the document as it was."""
        lattice, tables = solution.lattice, solution.tables
        last = first + len(order)
        reach = lattice.windows[first][0], lattice.windows[last][1]
        part = Lattice(
            self.stream.cuts,
            self.stream.costs,
            [lattice.windows[first], *[reach] * (len(order) - 1), lattice.windows[last]],
            lattice.edges[first:last],
            [self.idle(i) for i in order],
            doubles={t: lattice.doubles[first + t] for t in range(len(order) - 1) if first + t in lattice.doubles},
            ends=(tables.before[first], tables.open[last]),
        )
        return Page(order, reach, part, part.tables(np.maximum))

    def _everywhere(self, j: int, low: int, high: int) -> Edges | None:
        """List the best spans of a line in a window; a line that stays is asked for round after round."""
        key = j, low, high
        if key not in self.known:
            self.known[key] = self._best_edges(j, low, high)
        return self.known[key]

    def _best_edges(self, j: int, low: int, high: int) -> Edges | None:
        edges = self.speller.edges((j,), self.lines[j], (low, high), self.gauge(j))
        if edges is None or edges.gain.max() < _HARDLY:
            return None
        good = edges.gain > edges.gain.max() - 6.0
        return Edges(edges.start[good], edges.end[good], edges.gain[good])

    # --- words inserted above a line

    def insertions(self, solution: Solution, order: Sequence[int], first: int) -> Iterator[Insertion]:
        """Go through the inserted lines of a page that carry words of the text of the line that they go into."""
        page: Page | None = None
        for j in order:
            host = self.lines[j].host
            if host is None or self.lines[j].fixed is not None or host.line not in solution.path:
                continue
            if host.line not in order or self.lines[host.line].fixed is not None or host.line in solution.joined:
                continue
            if j in solution.path and solution.gain(j) > 3 * _WEAK:
                continue
            page = page or self._page(solution, order, first)
            best = self._best_insertion(solution, page, j)
            if best is not None:
                yield best

    def _best_insertion(self, solution: Solution, page: Page, j: int) -> Insertion | None:
        owner = self.lines[j].host
        assert owner is not None
        host = owner.line
        holes = self._holes(solution, j, host, owner.x)
        if not holes:
            return None
        windows, tables = page.without(j)
        t = [i for i in page.order if i != j].index(host)
        low, next_low = windows[t][0], windows[t + 1][0]
        within = solution.lattice.windows[solution.slots[host]]
        best: Insertion | None = None
        for hole in holes:
            edges = self.speller.edges((host,), self.lines[host], within, self.gauge(host), hole=hole)
            fits = None if edges is None else edges.within(windows[t], windows[t + 1])
            if fits is None:
                continue
            gained = tables.ready[t][fits.start - low] + fits.gain + tables.behind[t + 1][fits.end - next_low]
            value = float(gained.max()) + self.speller.inserted_gain(self.lines[j], hole, self.gauge(j))
            if value > (solution.total + _LEAST_INSERTION if best is None else best.gain):
                best = Insertion(value, j, host, hole, fits)
        return best

    def _holes(self, solution: Solution, j: int, host: int, x: float) -> list[Hole]:
        """List the runs of words near the caret whose leaving out brings the host's text nearest to its reading."""
        stream, line = self.stream, self.lines[host]
        start = int(stream.cuts[solution.path[host].start])
        caret = start + (x - line.box.x) / self.gauge(host).pitch
        room = self.gauge(j).room(self.lines[j].length)
        words = stream.cuts[~stream.sealed & (stream.cuts > start + 1)]
        words = words[[stream.text[p - 1] == " " for p in words.tolist()]]
        heads = words[np.abs(words - caret) <= _OFF_THE_CARET]
        found: list[tuple[int, Hole]] = []
        for head in heads.tolist():
            ends = words[(words >= head + _NARROWEST * room) & (words <= head + _WIDEST * room + 2)]
            found += [(self._distance(line, Hole(head, end), start), Hole(head, end)) for end in ends.tolist()]
        return [hole for _, hole in sorted(found, key=lambda each: (each[0], each[1].start))[:_TRIED]]

    def _distance(self, line: Seen, hole: Hole, start: int) -> int:
        channel = self.speller.channel(line)
        if channel is None:
            return 0
        text, codes = channel[0], line.codes
        rest = len(codes) - (hole.start - start)
        left = np.concatenate((text[start : hole.start], text[hole.end : hole.end + max(0, rest)]))
        return Levenshtein.distance(codes.tolist(), left.tolist())
