"""The spans of text that one line may take, each with its gain: readings or shapes, width, breaks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from images.geometry import Box, union
from transcriptions.alignment.costs import (
    OCR,
    SHAPE,
    UNIT,
    Chance,
    Channel,
    Distances,
    Told,
    chance_of,
    edit_distances,
    read_gain,
)
from transcriptions.alignment.evidence import Reading
from transcriptions.alignment.gauge import Gauge
from transcriptions.alignment.lattice import Edges
from transcriptions.alignment.letters import Codes, fold_codes, shape_codes
from transcriptions.alignment.margins import Ends
from transcriptions.alignment.stream import Stream

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CROSSING = 4.0
"""Cost of a line that runs over a place where a new line must begin."""

_OPENS_FLUSH, _INDENTED, _STOPS_SHORT, _CLOSES_FULL = -0.8, -1.2, -2.5, -0.8
"""Costs of a paragraph that opens without an indent, an indent that opens none, and likewise for its end."""

_TORN_BY_HAND = 4.0
"""Cost of a word broken at the end of a line by hand, besides that of the break: hands squeeze words in."""

_HYPHEN, _BLANK = ord("-"), ord(" ")
_WIDE_WINDOW = 200
_HOPELESS = 30.0
"""How far below a line's best span another one is no choice any more; this keeps documents small."""

_NO_MORE = 6.0
"""Cost of a pinned line that takes no more than its pin, where it has room for more."""

_AGAIN, _QUICK, _LEAST_READ = 0.2, 2, 8
"""What each further reading of a line adds to the weight of all, which share most errors; how many of them are used
in wide windows at first; and the letters by hand from which it is known what they gain by chance."""

_OTHER_WORDS = 0.65
"""Share of letters that differ from which on a sure reading is of other words: of 3,900 with twelve letters and more,
none that was right differed in more than half."""

_WIDEST_KEPT = 20_000
"""Spans of one line whose gains are kept from run to run."""

_NOTHING: Codes = np.zeros(0, dtype=np.uint16)

_SLACK = 6
_KEPT, _KEPT_GAINS = 600, 300
"""Readings whose tables are kept: a document of some pages, some 30 MB."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Text that a person put on a line: positions [start, end); where not `exact`, it may reach beyond that end."""

    start: int
    end: int
    exact_start: bool
    exact_end: bool


@dataclass(frozen=True, slots=True)
class Host:
    """The line that an inserted one goes into: its index, and the x of the place."""

    line: int
    x: float


@dataclass(frozen=True, slots=True)
class Hole:
    """Positions [start, end) inside a line's text that stand elsewhere: words inserted above it."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many characters are left out."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Seen:
    """One line as the program sees it: which page (an index), where, by hand or not, and what was read on it.

    Boxes are of a page on which most lines run from left to right; a `turned` line runs up or down it. The first of
    what was `told` is what was read, others what was read on other pictures of the line. `loose` ink is no line unless
    words come to stand on it. Where what was read is `sure`, words of which it has next to nothing stand elsewhere.
    """

    page: int
    box: Box
    by_hand: bool
    told: tuple[Told, ...]
    shapes: Codes
    idle: float
    fixed: Fixed | None = None
    host: Host | None = None
    loose: bool = False
    turned: bool = False
    sure: bool = False

    @property
    def length(self) -> int:
        """How long the line is, in pixels."""
        return self.box.height if self.turned else self.box.width

    @property
    def read(self) -> Codes:
        """What was read on it, if anything."""
        return self.told[0].letters if self.told else _NOTHING

    @property
    def codes(self) -> Codes:
        """What there is to compare with the text: the reading, or the shapes."""
        return self.read if len(self.read) else self.shapes


class Memory:
    """What was measured between readings and one text, so that a run after a correction need not measure it again.

    It belongs to one editor's view of one text; runs that share it follow one another.
    """

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self._text = ""
        self._measured: dict[bytes, tuple[int, Distances, Ints]] = {}
        self._chances: dict[bytes, Chance] = {}
        self._gains: dict[bytes, Floats] = {}
        self._told: dict[int, tuple[Reading, tuple[Told, ...]]] = {}

    def turn_to(self, text: str) -> None:
        """Take a text; another one than before forgets all."""
        if text != self._text:
            self._text, self._measured, self._chances, self._gains = text, {}, {}, {}

    def recall(self, read: bytes) -> tuple[int, Distances, Ints] | None:
        """Give what was measured for a reading: up to which length, and from which starts."""
        return self._measured.get(read)

    def keep(self, read: bytes, measured: tuple[int, Distances, Ints]) -> None:
        """Keep what was measured for a reading, as long as there are not too many."""
        if len(self._measured) < _KEPT or read in self._measured:
            self._measured[read] = measured

    def gain(self, key: bytes, measure: Callable[[], Floats]) -> Floats:
        """Give what spans of a line by hand gain by what was read on it, measured once."""
        known = self._gains.get(key)
        if known is None:
            known = measure()
            if len(self._gains) < _KEPT_GAINS:
                self._gains[key] = known
        return known

    def told(self, reading: Reading, fold: Callable[[Reading], tuple[Told, ...]]) -> tuple[Told, ...]:
        """Give a reading folded, once for each that is at hand."""
        known = self._told.get(id(reading))
        if known is None or known[0] is not reading:
            known = (reading, fold(reading))
            if len(self._told) < _KEPT:
                self._told[id(reading)] = known
        return known[1]

    def chance(self, told: Told, text: Codes, longest: int) -> Chance:
        """Give how near a reading comes to the text by chance, for spans up to `longest` at least."""
        known = self._chances.get(told.key)
        if known is None or len(known.mean) <= longest:
            known = chance_of(told, text, longest + _SLACK, _HYPHEN)
            if len(self._chances) < _KEPT:
                self._chances[told.key] = known
        return known


class Speller:
    """Lists the spans that lines may take out of one stream; remembers what it measured."""

    def __init__(self, stream: Stream, ends: Sequence[Ends] = (), memory: Memory | None = None) -> None:
        """Take a stream, and what is known of the ends of the lines, where something is."""
        self.stream = stream
        self.folded = fold_codes(stream.text)
        self.shaped = shape_codes(stream.text)
        self._blank = np.array([p > 0 and stream.text[p - 1] == " " for p in stream.cuts.tolist()], dtype=np.int64)
        self._ends = ends
        self._opens = np.isin(stream.cuts, stream.paragraphs) | (stream.cuts == 0)
        self._closes = self._opens | (stream.cuts == len(stream.text))
        self._memory = memory or Memory()
        self._memory.turn_to(stream.text)

    def count(self, start: int, end: int) -> int:
        """Give how many characters a span between two cuts has on its line, with a hyphen that has to be added."""
        cuts, sealed = self.stream.cuts, self.stream.sealed
        return int(cuts[end] - cuts[start] - self._blank[end] + sealed[end])

    def channel(self, line: Seen) -> tuple[Codes, Channel] | None:
        """Give the text in the letters of a line's evidence, and how far to trust it; None where there is none."""
        if len(line.read):
            return self.folded, OCR
        if len(line.shapes) > 1:
            return self.shaped, SHAPE
        return None

    def edges(
        self,
        index: tuple[int, ...],
        line: Seen,
        window: tuple[int, int],
        gauge: Gauge,
        *,
        hole: Hole | None = None,
        first: bool = False,
    ) -> Edges | None:
        """List the spans that begin in a window of cuts (first, behind the last); None where none fits.

        `index` is that of the line, or those of the two that the line is made of. With a `hole`, only spans around it,
        whose text is what is left of them. At `first` a wide window is searched by words where the evidence is weak.
        """
        if line.fixed is not None and line.fixed.exact_start and line.fixed.exact_end:
            return self._exact(line.fixed)
        stream = self.stream
        room = gauge.room(line.length)
        starts = np.arange(window[0], min(window[1], len(stream.cuts) - 1))
        coarse = len(starts) > _WIDE_WINDOW and (line.by_hand or not len(line.codes) or (first and len(line.read) < 2))
        if coarse:
            starts = starts[~stream.sealed[starts]]
        if line.fixed is not None:
            starts = starts[self._may_start(stream.cuts[starts], line.fixed)]
        if hole is not None:
            starts = starts[stream.cuts[starts] < hole.start]
        row, end, most = self._pairs(starts, line, room, hole)
        if line.fixed is not None or coarse:
            keep = ~stream.sealed[end] if line.fixed is None else self._may_end(stream.cuts[end], line.fixed)
            row, end = row[keep], end[keep]
        found = None
        if len(row):
            gain = self._gain(index, line, starts, row, end, gauge, most, hole, first and coarse)
            likely = gain > gain.max() - _HOPELESS
            found = Edges(starts[row][likely], end[likely], gain[likely]) if likely.any() else None
        return found if line.fixed is None else self._exact(line.fixed, found)

    def _pairs(self, starts: Ints, line: Seen, room: float, hole: Hole | None) -> tuple[Ints, Ints, int]:
        """Pair starts (by their place among them) with the ends that leave a line's room well filled; and the most."""
        cuts = self.stream.cuts
        least = max(1, int((0.45 if line.by_hand else 0.55) * room - 4))
        most = int((2.1 if line.by_hand else 1.5) * room + 6)
        gap = 0 if hole is None else hole.length
        low = np.searchsorted(cuts, cuts[starts] + least + gap)
        if hole is not None:
            low = np.maximum(low, np.searchsorted(cuts, hole.end, side="right"))
        high = np.searchsorted(cuts, cuts[starts] + most + gap, side="right")
        counts = np.maximum(high - low, 0)
        row = np.repeat(np.arange(len(starts)), counts)
        end = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + low[row]
        return row, end, most

    def _exact(self, fixed: Fixed, more: Edges | None = None) -> Edges:
        """Give a pinned span as it stands, beside those that reach beyond it; so that there is always a way."""
        ends = np.searchsorted(self.stream.cuts, [fixed.start, fixed.end])
        if more is None:
            return Edges(ends[:1], ends[1:], np.zeros(1))
        gain = np.append(more.gain, more.gain.max() - _NO_MORE)
        return Edges(np.append(more.start, ends[0]), np.append(more.end, ends[1]), gain)

    @staticmethod
    def _may_start(at: Ints, fixed: Fixed) -> NDArray[np.bool_]:
        return np.asarray(at == fixed.start if fixed.exact_start else at <= fixed.start)

    @staticmethod
    def _may_end(at: Ints, fixed: Fixed) -> NDArray[np.bool_]:
        return np.asarray(at == fixed.end if fixed.exact_end else at >= fixed.end)

    def _gain(
        self,
        index: tuple[int, ...],
        line: Seen,
        starts: Ints,
        row: Ints,
        end: Ints,
        gauge: Gauge,
        most: int,
        hole: Hole | None,
        quick: bool,
    ) -> NDArray[np.float64]:
        stream = self.stream
        start_at, end_at = stream.cuts[starts][row], stream.cuts[end]
        bare = end_at - start_at - self._blank[end] - (0 if hole is None else hole.length)
        sealed = stream.sealed[end]
        length = (bare + sealed).astype(np.float64)
        gain = gauge.gain(length, line.length)
        gain -= stream.costs[end] + (_TORN_BY_HAND * sealed if line.by_hand else 0.0)
        joints = np.searchsorted(stream.joints, end_at) - np.searchsorted(stream.joints, start_at, side="right")
        gain -= CROSSING * np.minimum(joints, 3)
        if self._ends and len(stream.paragraphs):
            ends = Ends(self._ends[index[0]].indented, self._ends[index[-1]].short)
            gain += self._paragraph_gain(ends, starts[row], end)
        channel = self.channel(line)
        if channel is not None:
            told = (line.told or (Told(line.shapes),))[: _QUICK if quick else None]

            def measure() -> Floats:
                return self._told_gain(line, told, channel, stream.cuts[starts], row, bare, sealed, most, hole)

            kept = line.by_hand and hole is None and len(row) <= _WIDEST_KEPT
            asked = (*(each.key for each in told), start_at.tobytes(), end_at.tobytes(), bare.tobytes())
            gain += self._memory.gain(_named(asked, most), measure) if kept else measure()
        return np.asarray(gain)

    def _told_gain(
        self,
        line: Seen,
        told: Sequence[Told],
        channel: tuple[Codes, Channel],
        starts: Ints,
        row: Ints,
        bare: Ints,
        sealed: NDArray[np.bool_],
        most: int,
        hole: Hole | None,
    ) -> Floats:
        """Give what spans gain by what was read on a line: pairs of a start and a length without blanks at the end."""
        length = (bare + sealed).astype(np.float64)
        weight = (1 + _AGAIN * (len(told) - 1)) / len(told)
        gain = np.zeros(len(row))
        for each in told:
            distances = self._distances(each, channel[0], starts, most + 1, hole)
            distance = np.where(sealed, distances.hyphenated[bare, row], distances.plain[bare, row])
            gain += weight * self._read_gain(line, each, distance / UNIT, length, channel[1], most)
            if line.sure and line.fixed is None:
                gain[distance / UNIT > _OTHER_WORDS * np.maximum(length, len(each.letters))] = -np.inf
        return gain

    def _read_gain(
        self, line: Seen, told: Told, distance: Floats, length: Floats, channel: Channel, most: int
    ) -> Floats:
        """Give the gain of spans by one reading of a line; by hand, beyond what it gains on any text."""
        read = len(told.letters)
        if not line.by_hand or channel is not OCR or read < _LEAST_READ:
            return read_gain(distance, length, read, channel, channel.hand if line.by_hand else channel.typed)
        chance = self._memory.chance(told, self.folded, most + 1)
        return read_gain(distance, length, read, channel, channel.hand, chance)

    def inserted_gain(self, line: Seen, hole: Hole, gauge: Gauge) -> float:
        """Give the gain of an inserted line's carrying the words of a hole."""
        length = np.array([hole.length - 1], dtype=np.float64)
        gain = replace(gauge, by_hand=True, strays=None).gain(length, line.length, wider=2.0)
        if len(line.read) > 1:
            words = self.folded[hole.start : hole.end - 1]
            distance = np.array([Levenshtein.distance(line.read.tolist(), words.tolist())], dtype=np.float64)
            gain = gain + read_gain(distance, length, len(line.read), OCR, OCR.hand)
        return float(gain[0])

    def _paragraph_gain(self, ends: Ends, start: Ints, end: Ints) -> NDArray[np.float64]:
        """Give the gain of beginning and ending a paragraph where the line looks like it, or not."""
        gain = np.zeros(len(start))
        if ends.indented is not None:
            opens = self._opens[start]
            gain += np.where(opens, _OPENS_FLUSH, 0.0) if not ends.indented else np.where(opens, 0.0, _INDENTED)
        if ends.short is not None:
            closes = self._closes[end]
            gain += np.where(closes, 0.0, _STOPS_SHORT) if ends.short else np.where(closes, _CLOSES_FULL, 0.0)
        return gain

    def _distances(self, told: Told, text: Codes, starts: Ints, longest: int, hole: Hole | None) -> Distances:
        """Measure, or take out of what was measured for a wider window of starts."""
        if hole is not None:
            left = np.concatenate((text[: hole.start], text[hole.end :]))
            return edit_distances(told, left, starts, longest, _HYPHEN)
        key = text[:1].tobytes() + told.key
        known = self._memory.recall(key)
        if known is None or known[0] < longest:
            known = (longest + _SLACK, *_measured_at(starts, told, text, longest + _SLACK))
        elif len(new := starts[~np.isin(starts, known[2], assume_unique=True)]):
            more, _ = _measured_at(new, told, text, known[0])
            at = np.concatenate((known[2], new))
            order = np.argsort(at)
            plain = np.concatenate((known[1].plain, more.plain), axis=1)[:, order]
            hyphenated = np.concatenate((known[1].hyphenated, more.hyphenated), axis=1)[:, order]
            known = (known[0], Distances(plain, hyphenated), at[order])
        self._memory.keep(key, known)
        if np.array_equal(known[2], starts):
            return known[1]
        inside = np.searchsorted(known[2], starts)
        return Distances(known[1].plain[:, inside], known[1].hyphenated[:, inside])


def _named(asked: Iterable[bytes], most: int) -> bytes:
    name = hashlib.blake2b(str(most).encode(), digest_size=16)
    for part in asked:
        name.update(part)
    return name.digest()


def _measured_at(starts: Ints, told: Told, text: Codes, longest: int) -> tuple[Distances, Ints]:
    return edit_distances(told, text, starts, longest, _HYPHEN), starts


def together(first: Seen, second: Seen) -> Seen:
    """Give two neighbouring parts of one line as one."""
    return replace(
        first,
        box=union((first.box, second.box)),
        told=_told_together(first, second),
        shapes=_joined(first.shapes, second.shapes),
        idle=first.idle + second.idle,
        host=None,
        sure=first.sure and second.sure,
    )


def _told_together(first: Seen, second: Seen) -> tuple[Told, ...]:
    if not first.told and not second.told:
        return ()
    if len(first.told) != len(second.told):
        return (Told(_joined(first.read, second.read)),)
    return tuple(
        Told(_joined(a.letters, b.letters), (*a.rivals, (), *b.rivals) if a.rivals and b.rivals else ())
        for a, b in zip(first.told, second.told, strict=True)
    )


def _joined(first: Codes, second: Codes) -> Codes:
    return np.concatenate((first, np.array([_BLANK], dtype=np.uint16), second))


def pitch_of(lines: Sequence[Seen]) -> float | None:
    """Give the width of a character from the lines' readings, or None where too few were read."""
    widths = [line.length / len(line.codes) for line in lines if not line.by_hand and len(line.codes) >= 12]
    return float(np.median(widths)) if len(widths) >= 3 else None
