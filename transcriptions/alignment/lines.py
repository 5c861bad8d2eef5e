"""Text onto lines: windows around anchors, the program over them, and lines tried at other places of the order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from transcriptions.alignment.anchors import Finder, rising
from transcriptions.alignment.belonging import (
    OTHER_WORDS_READ,
    OTHER_WORDS_SHAPED,
    Agreement,
    agreements,
    skill,
    skill_of_better,
)
from transcriptions.alignment.confidence import calibrated, calibrated_by_hand
from transcriptions.alignment.costs import OCR, SHAPE, Channel
from transcriptions.alignment.gauge import Gauge
from transcriptions.alignment.lattice import Edges, Lattice, Taken
from transcriptions.alignment.letters import Codes
from transcriptions.alignment.margins import UNKNOWN, Ends, ends_of
from transcriptions.alignment.moves import Board, Insertion, Move, Solution
from transcriptions.alignment.order import reading_order, side_by_side
from transcriptions.alignment.spans import Hole, Memory, Seen, Speller, pitch_of, together
from transcriptions.alignment.stream import Stream

Ints = NDArray[np.int64]

FIRST_WINDOW, NEXT_WINDOW = 40, 32
"""Characters looked at on either side of an anchor, and of a first solution."""

_WIDEST = 2400
_EMPTY, _EMPTY_CHARACTER, _EMPTY_UNWANTED = 3.0, 0.04, 0.5
_ROUNDS = 4
_STRAYS = (1.0, 0.7, 0.5, 0.4, 0.4)
"""How far lines of which nothing was read stray from their page's widths, in characters, step by step."""

_MOVED, _INSERTED = 0.85, 0.9
_LIKELY_PITCH, _TIGHTEST, _TIGHTER_THAN_TYPED = 0.4, 0.18, 0.5
"""Width of a typed letter, as a share of its line's height; and the least of one by hand, if the text is too long, as a
share of that and of typed ones."""

_GAP, _GAP_KEPT, _ONE_LINE = 2.6, 12.0, 4.0
_DISAGREES, _GOOD_GAIN = 0.35, 1.7


@dataclass(frozen=True, slots=True)
class Placed:
    """The positions [start, end) of the stream that lie on a line; `split` where a word goes on in the next line.

    Those of a `hole` inside them stand on another line. `joined` is the line that was taken as its other part.
    """

    start: int
    end: int
    split: bool
    confidence: float
    moved: bool
    hole: Hole | None = None
    joined: int | None = None

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The runs of positions that stand on the line."""
        if self.hole is None:
            return ((self.start, self.end),)
        return (self.start, self.hole.start), (self.hole.end, self.end)

    def offset(self, position: int) -> int:
        """Give how many characters of the line stand before a position of it."""
        gone = 0 if self.hole is None or position < self.hole.end else self.hole.length
        return position - self.start - gone


class LineProgram:
    """Places one stream on the lines of the pages of a part, given page after page."""

    def __init__(
        self,
        stream: Stream,
        lines: Sequence[Seen],
        *,
        kept: bool,
        hints: Mapping[int, tuple[int, int]] | None = None,
        memory: Memory | None = None,
    ):
        """Take a stream and lines in reading order; `hints` give the positions that each page holds, where known.

        `kept` says that the stream's breaks are those of the page.
        """
        pinned = {p for line in lines if line.fixed for p in (line.fixed.start, line.fixed.end)}
        self._stream = stream.with_cuts(pinned) if pinned else stream
        self._lines = lines
        self._hints = hints or {}
        self._length = len(stream.text)
        self._kept = kept
        self._speller = Speller(self._stream, self._ends(), memory)
        self._anchors = self._find_anchors()
        pages = sorted({line.page for line in lines})
        self._of_page = {
            page: [j for j, line in enumerate(lines) if line.page == page and not line.loose] for page in pages
        }
        self._loose = {page: [j for j, line in enumerate(lines) if line.page == page and line.loose] for page in pages}
        self._order = [
            j
            for page in pages
            for j in reading_order(self._of_page[page], lines, {j: a[0] for j, a in self._anchors.items()})
        ]
        self._wanted = False
        self._gauge: dict[tuple[int, bool], Gauge] = {}
        self._first_pitch()
        self._moved: set[int] = set()
        self.strange: frozenset[int] = frozenset()
        """The pages on whose typed lines other words were read than the text has."""
        self._inserted: dict[int, Insertion] = {}
        self._skill: dict[int, float | None] = {}
        self._board = Board(self._stream, lines, self._speller, self._gauge_for, self._idle_cost)

    # --- what is known before

    def _find_anchors(self) -> dict[int, tuple[int, float]]:
        found: dict[int, tuple[int, float]] = {}
        finders: dict[int, Finder] = {}
        for j, line in enumerate(self._lines):
            if line.fixed is not None:
                found[j] = (line.fixed.start, 1e6)
                continue
            channel = self._speller.channel(line)
            if channel is None or line.loose:
                continue
            text, trust = channel
            if id(text) not in finders:
                coarse = trust.letters < 10
                finders[id(text)] = Finder(text, run=11 if coarse else _run_of(len(text)), least=2.2)
            anchor = finders[id(text)].find(line.codes)
            if anchor is not None:
                found[j] = (max(0, anchor.position), anchor.support)
        return found

    def _ends(self) -> list[Ends]:
        """Say of each typed line whether it begins and ends a paragraph by its looks."""
        found = [UNKNOWN] * len(self._lines)
        known = [line for line in self._lines if not line.loose]
        common = pitch_of(known) or sum(line.length for line in known) / max(1, self._length) or 1.0
        for page in {line.page for line in known}:
            of_page = [j for j, line in enumerate(self._lines) if line.page == page and not line.loose]
            members = [j for j in of_page if not self._lines[j].by_hand]
            for j, ends in zip(members, ends_of([self._lines[j].box for j in members], common), strict=True):
                found[j] = ends
        return found

    def _first_pitch(self) -> None:
        found = [line for line in self._lines if not line.loose]
        typed = [line for line in found if not line.by_hand]
        common = pitch_of(typed) or self._likely_pitch(found, typed)
        capacity = sum(line.length for line in typed) / common
        left = self._length - capacity
        self._wanted = left > 0.2 * self._length
        hand_width = sum(line.length for line in found if line.by_hand)
        height = float(np.median([line.box.height for line in found if line.by_hand] or [0]))
        tightest = max(_TIGHTEST * height, _TIGHTER_THAN_TYPED * common if typed else 0.0)
        for page, members in self._of_page.items():
            own = pitch_of([self._lines[j] for j in members])
            self._gauge[page, False] = Gauge(own or common, by_hand=False)
            by_hand = max(hand_width / left, tightest) if self._wanted and hand_width else common
            self._gauge[page, True] = Gauge(by_hand, by_hand=True)

    def _likely_pitch(self, found: Sequence[Seen], typed: Sequence[Seen]) -> float:
        """Give the pitch at which the text fills all lines, or only the typed ones: the likelier by their height."""
        filled = [sum(line.length for line in lines) / max(1, self._length) for lines in (found, typed)]
        tried = [pitch for pitch in filled if pitch > 0] or [1.0]
        usual = _LIKELY_PITCH * float(np.median([line.box.height for line in typed])) if typed else tried[0]
        return min(tried, key=lambda pitch: abs(math.log(pitch / usual)))

    def _room(self, j: int) -> float:
        return self._gauge_for(j).room(self._lines[j].length)

    def _idle_cost(self, j: int) -> float:
        line = self._lines[j]
        if line.fixed is not None:
            return float("inf")
        if line.loose:
            return 0.0
        if line.by_hand and not self._wanted:
            return _EMPTY_UNWANTED
        return (_EMPTY + _EMPTY_CHARACTER * self._room(j)) * line.idle

    # --- windows

    def _windows(self, at: Mapping[int, int], near: int) -> list[tuple[int, int]]:
        """Give for each place of the order the cuts [first, last] at which its line may begin."""
        order = self._order
        low, high = np.zeros(len(order)), np.full(len(order), float(self._length))
        ends = np.zeros(len(order))
        for t, j in enumerate(order):
            line = self._lines[j]
            if line.fixed is not None:
                exact = line.fixed.exact_start
                low[t], high[t] = line.fixed.start - (0 if exact else near), line.fixed.start
                ends[t] = line.fixed.end
            elif j in at:
                low[t], high[t] = at[j] - near, at[j] + near
            if line.page in self._hints and line.fixed is None:
                first, last = self._hints[line.page]
                low[t], high[t] = max(low[t], first), min(high[t], max(first, last))
        ends = np.concatenate(([0.0], np.maximum.accumulate(ends)[:-1])) if len(order) else ends
        low = np.maximum.accumulate(np.maximum(np.maximum(low, 0), ends))
        high = np.minimum.accumulate(np.minimum(high, self._length)[::-1])[::-1]
        high = np.maximum(high, low)
        low, high = self._narrowed(low, high)
        cuts, open = self._stream.cuts, np.flatnonzero(~self._stream.sealed)
        begin = open[np.searchsorted(cuts[open], low, side="right") - 1]
        end = open[np.minimum(np.searchsorted(cuts[open], high), len(open) - 1)]
        return [(int(a), int(max(a, b))) for a, b in zip(begin, end, strict=True)]

    def _narrowed(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Cut windows that are too wide to be searched about where the widths of the lines would put them."""
        wide = high - low > _WIDEST
        if not wide.any():
            return low, high
        widths = np.array([self._room(j) for j in self._order])
        done = np.concatenate(([0.0], np.cumsum(widths)[:-1]))
        first, last = low.copy(), high.copy()
        for t in np.flatnonzero(wide):
            same = np.flatnonzero((low <= low[t]) & (high >= high[t]) & wide)
            share = (done[t] - done[same[0]]) / max(1.0, done[same[-1]] + widths[same[-1]] - done[same[0]])
            middle = low[t] + share * (high[t] - low[t])
            first[t], last[t] = max(low[t], middle - _WIDEST / 2), min(high[t], middle + _WIDEST / 2)
        return np.maximum.accumulate(first), np.minimum.accumulate(last[::-1])[::-1]

    def _states(self, windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Give the windows of states before each line and behind the last, as half-open ranges of cuts."""
        last = len(self._stream.cuts) - 1
        lows = [0, *(a for a, _ in windows)]
        highs = [*(b for _, b in windows), last]
        return [(a, max(a, b) + 1) for a, b in zip(lows, highs, strict=True)]

    # --- solving

    def _solve(self, windows: list[tuple[int, int]], edges: Mapping[int, Edges | None]) -> Solution:
        lattice = Lattice(
            self._stream.cuts,
            self._stream.costs,
            self._states(windows),
            [edges[j] for j in self._order],
            [self._idle_cost(j) for j in self._order],
            doubles=self._doubles(windows),
        )
        tables = lattice.tables(np.maximum)
        path = lattice.path(tables)
        taken = {j: step for j, step in zip(self._order, path, strict=True) if step is not None}
        pairs = {j: k for (j, k), step in zip(pairwise(self._order), path, strict=False) if step and step.both}
        return Solution(lattice, tables, taken, {j: t for t, j in enumerate(self._order)}, pairs)

    def _doubles(self, windows: Sequence[tuple[int, int]]) -> dict[int, Edges]:
        """Give the spans of neighbours that could be parts of one line, by the place of the first."""
        found: dict[int, Edges] = {}
        for t, (j, k) in enumerate(pairwise(self._order)):
            first, second, gauge = self._lines[j], self._lines[k], self._gauge_for(j)
            if not side_by_side(first, second, pitch=gauge.pitch, gap=_GAP_KEPT if self._kept else _GAP):
                continue
            a, b = windows[t]
            edges = self._speller.edges((j, k), together(first, second), (a, b + 1), gauge)
            if edges is not None:
                found[t] = Edges(edges.start, edges.end, edges.gain + (0.0 if self._kept else _ONE_LINE))
        return found

    def _edges(self, windows: Sequence[tuple[int, int]], *, first: bool = False) -> dict[int, Edges | None]:
        return {
            j: self._speller.edges((j,), self._lines[j], (a, b + 1), self._gauge_for(j), first=first)
            for j, (a, b) in zip(self._order, windows, strict=True)
        }

    def _gauge_for(self, j: int) -> Gauge:
        return self._gauge[self._lines[j].page, self._lines[j].by_hand]

    def _first_windows(self) -> list[tuple[int, int]]:
        seq = [j for j in self._order if j in self._anchors]
        kept = rising([self._anchors[j][0] for j in seq], [self._anchors[j][1] for j in seq])
        return self._windows({seq[i]: self._anchors[seq[i]][0] for i in kept}, FIRST_WINDOW)

    def _starts(self, solution: Solution) -> dict[int, int]:
        return {j: int(self._stream.cuts[step.start]) for j, step in solution.path.items()}

    def _learn(self, solution: Solution) -> None:
        """Learn the pitch of each page and hand from what was placed."""
        seen: dict[tuple[int, bool], list[float]] = {}
        for j, step in solution.path.items():
            length = int(self._stream.cuts[step.end] - self._stream.cuts[step.start])
            line = self._lines[j]
            if length >= 8:
                seen.setdefault((line.page, line.by_hand), []).append(line.length / length)
        for key, values in seen.items():
            if len(values) >= 3:
                self._gauge[key] = replace(self._gauge[key], pitch=float(np.median(values)))

    def _tightened(
        self, solution: Solution, edges: dict[int, Edges | None]
    ) -> tuple[Solution, dict[int, Edges | None]]:
        """Learn from lines of which nothing was read how long they are, and solve again, ever more exactly.

        That is expectation and maximisation by turns, annealed: what fits best of all is kept.
        """
        best, best_gauge, found = (solution, edges), self._gauge, solution
        for strays in _STRAYS:
            self._gauge = self._fitted(found, strays)
            windows = self._windows(self._starts(found), NEXT_WINDOW)
            edges = self._edges(windows)
            found = self._solve(windows, edges)
            if found.total > best[0].total:
                best, best_gauge = (found, edges), self._gauge
        self._gauge = best_gauge
        return best

    def _fitted(self, solution: Solution, strays: float) -> dict[tuple[int, bool], Gauge]:
        """Fit the gauges to what lines carry, so that they stray so far."""
        seen: dict[tuple[int, bool], list[tuple[int, int]]] = {}
        for j, step in solution.path.items():
            line = self._lines[j]
            if j not in solution.joined:
                count = self._speller.count(step.start, step.end)
                seen.setdefault((line.page, line.by_hand), []).append((line.length, count))
        fitted = dict(self._gauge)
        for key, pairs in seen.items():
            lengths, counts = np.array(pairs, dtype=np.float64).T
            fitted[key] = fitted[key].learned(lengths, counts, strays=strays)
        return fitted

    def run(self) -> dict[int, Placed]:
        """Place the text: for each line that takes some, by its index, where. Pinned lines must rise with the text."""
        if not self._lines or not self._length:
            return {}
        windows = self._first_windows()
        solution = self._solve(windows, self._edges(windows, first=True))
        assert np.isfinite(solution.total), "lines may stay empty and text be skipped, so there is a way"
        self._learn(solution)
        windows = self._windows(self._starts(solution), NEXT_WINDOW)
        edges = self._edges(windows)
        solution = self._solve(windows, edges)
        if not any(self._speller.channel(line) for line in self._lines):
            solution, edges = self._tightened(solution, edges)
        for _ in range(_ROUNDS):
            moved = self._move(solution, edges, self._board.moves)
            if not moved:
                break
            solution = self._solve_moved(solution, edges, moved)
        if found := self._move(solution, edges, self._loose_moves):
            solution = self._solve_moved(solution, edges, found)
        if self._insert(solution, edges):
            solution = self._solve(self._windows(self._starts(solution), NEXT_WINDOW), edges)
        return self._placed(solution)

    def _solve_moved(self, solution: Solution, edges: Mapping[int, Edges | None], moved: Mapping[int, int]) -> Solution:
        self._moved |= moved.keys()
        return self._solve(self._windows({**self._starts(solution), **moved}, NEXT_WINDOW), edges)

    def _loose_moves(self, solution: Solution, order: Sequence[int], first: int) -> Iterator[Move]:
        return self._board.taken_in(solution, order, first, self._loose[self._lines[order[0]].page])

    def _placed(self, solution: Solution) -> dict[int, Placed]:
        steps = [solution.path.get(j) for j in self._order]
        self._moved |= self._reordered(solution)
        sure = solution.lattice.posteriors(steps)
        self._judge(solution)
        cuts, sealed = self._stream.cuts, self._stream.sealed
        found = {
            j: Placed(
                start=int(cuts[step.start]),
                end=int(cuts[step.end]),
                split=bool(sealed[step.end]),
                confidence=self._sureness(solution, j, step, float(sure[t])),
                moved=j in self._moved,
                hole=self._inserted[j].hole if j in self._inserted else None,
                joined=solution.pairs.get(j),
            )
            for t, (j, step) in enumerate(zip(self._order, steps, strict=True))
            if step is not None
        }
        for host, insertion in self._inserted.items():
            if host in found:
                hole = insertion.hole
                confidence = found[host].confidence * _INSERTED
                found[insertion.line] = Placed(hole.start, hole.end, False, confidence, moved=True)
        return {j: place for j, place in found.items() if self._lines[j].page not in self.strange}

    def _judge(self, solution: Solution) -> None:
        """Find out how far the text belongs to each page, and to which of them not at all; to pinned ones it does."""
        pinned = {line.page for line in self._lines if line.fixed is not None}
        strange = set()
        for page in self._of_page:
            self._skill[page] = skill(self._agreements(solution, page, OCR, by_hand=True))
            for channel, least in ((OCR, OTHER_WORDS_READ), (SHAPE, OTHER_WORDS_SHAPED)):
                typed = skill_of_better(self._agreements(solution, page, channel, by_hand=False))
                if typed is not None:
                    if typed < least and page not in pinned:
                        strange.add(page)
                    break
        self.strange = frozenset(strange)

    def _agreements(self, solution: Solution, page: int, channel: Channel, *, by_hand: bool) -> list[Agreement]:
        """List how far what was read on a page's lines of a hand, or their shapes, agrees with what they take."""
        told: list[tuple[Codes, Codes]] = []
        text = self._speller.folded if channel is OCR else self._speller.shaped
        for j in self._of_page[page]:
            line, step = self._lines[j], solution.path.get(j)
            if step is None or line.by_hand != by_hand or j in solution.joined:
                continue
            known = self._speller.channel(line)
            if known and known[1] is channel:
                start, end = int(self._stream.cuts[step.start]), int(self._stream.cuts[step.end])
                told.append((line.codes, text[start:end]))
        return list(agreements(told, text))

    def _reordered(self, solution: Solution) -> set[int]:
        """List the lines that anchors put elsewhere than the page has them: as few as leave the others in its order."""
        found: set[int] = set()
        for _, order in self._pages_in_order(solution):
            read = [j for j in order if j in solution.path and j not in self._moved]
            steady = rising(read, [float(self._lines[j].length) for j in read])
            found |= {j for j in set(read) - {read[k] for k in steady} if self._lines[j].fixed is None}
        return found

    def _sureness(self, solution: Solution, j: int, step: Taken, posterior: float) -> float:
        """Give how sure it is that a line carries what it takes."""
        moved = j in self._moved
        if self._lines[j].by_hand:
            length = int(self._stream.cuts[step.end] - self._stream.cuts[step.start])
            return calibrated_by_hand(
                posterior, moved=moved, gain=solution.gain(j), length=length, skill=self._skill[self._lines[j].page]
            )
        return calibrated(posterior * (_MOVED if moved else 1.0) * self._agreement(solution, j, step))

    def _agreement(self, solution: Solution, j: int, step: Taken) -> float:
        """Give a factor up to 1 for how well what was read agrees with the text that a line takes."""
        if len(self._lines[j].read) < 2 or j in solution.pairs:
            return 1.0
        length = int(self._stream.cuts[step.end] - self._stream.cuts[step.start])
        length -= self._inserted[j].hole.length if j in self._inserted else 0
        share = solution.gain(j) / (_GOOD_GAIN * max(1, length))
        return 1.0 - _DISAGREES + _DISAGREES * min(1.0, max(0.0, share))

    # --- lines elsewhere in the order

    def _pages_in_order(self, solution: Solution) -> Iterator[tuple[int, list[int]]]:
        """Go through the pages: the place at which each begins in the order, and its lines."""
        for members in self._of_page.values():
            slots = sorted(solution.slots[j] for j in members if j in solution.slots)
            if slots:
                yield slots[0], [self._order[t] for t in slots]

    def _move(
        self, solution: Solution, edges: dict[int, Edges | None], moves_of: Callable[..., Iterator[Move]]
    ) -> dict[int, int]:
        """Put lines that stayed empty or fit badly where they gain most; give the new starts of those that moved.

        `moves_of` lists the moves of one page.
        """
        moved: dict[int, int] = {}
        reordered: list[int] = []
        for first, order in self._pages_in_order(solution):
            taken: set[int | None] = set()
            moves = sorted(moves_of(solution, order, first), key=lambda move: -move.gain)
            chosen = []
            for move in moves:
                if move.before in moved or move.line in taken:
                    continue
                chosen.append(move)
                taken.add(move.before)
                moved[move.line] = move.start
            for move in sorted(chosen, key=lambda move: move.start):
                if move.line in order:
                    order.remove(move.line)
                order.insert(order.index(move.before) if move.before is not None else len(order), move.line)
                edges[move.line] = move.edges
            reordered += order
        self._order = reordered
        for j in moved:
            self._take_in(j)
        return moved

    def _take_in(self, j: int) -> None:
        """Count loose ink among the lines of its page."""
        page = self._lines[j].page
        if j in self._loose[page]:
            self._loose[page].remove(j)
            self._of_page[page].append(j)

    def _insert(self, solution: Solution, edges: dict[int, Edges | None]) -> bool:
        """Let inserted lines carry words out of the middle of their hosts; they leave the order."""
        found = [
            insertion
            for first, order in self._pages_in_order(solution)
            for insertion in self._board.insertions(solution, order, first)
        ]
        for insertion in sorted(found, key=lambda each: -each.gain):
            if insertion.host in self._inserted or insertion.line in self._inserted:
                continue
            self._inserted[insertion.host] = insertion
            edges[insertion.host] = insertion.edges
        gone = {insertion.line for insertion in self._inserted.values()}
        self._order = [j for j in self._order if j not in gone]
        return bool(found)


def _run_of(length: int) -> int:
    """Give how many letters tell a place in a text of some length: more where more are alike by chance."""
    return min(8, 5 + max(0, math.ceil(math.log(max(1, length) / 12_000, 4))))
