"""One alignment of a text with its lines: from entities to the program's values, and back to links and marks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from images.geometry import union
from images.layout.page import Hand, LinePart, Role
from transcriptions.alignment.anchors import rising
from transcriptions.alignment.asides import hand_of, standing_apart
from transcriptions.alignment.costs import Told
from transcriptions.alignment.course import LEVEL, course_of, levelled, usual_course
from transcriptions.alignment.covered import Covered
from transcriptions.alignment.evidence import LineAlignment, PageLines, Reading, Shapes
from transcriptions.alignment.letters import cell_codes, fold, fold_codes
from transcriptions.alignment.lines import LineProgram, Placed
from transcriptions.alignment.places import edges_of
from transcriptions.alignment.spans import Fixed, Host, Memory, Seen
from transcriptions.alignment.stream import UNKEPT, Stream, build_stream
from transcriptions.identity import LineId, LinkId, Mint, PageId, SegmentId
from transcriptions.model import Line, Link, Mark, Segment, Span

_QUIET_ROLES = frozenset({Role.STAMP, Role.PAGE_NUMBER})
_QUIET = 0.3
_HINT_SLACK = 300
_LEAST_TORN = 4
_LEAST_BLANKS = 0.05
_SURE, _LEAST_SURE = 0.5, 12
"""Confidence of what was read on a typed line, and letters, from which words that it has not stand elsewhere."""

NO_LINES = "no lines were found on the pages"
NO_PLACE = "no line was found that carries these words"
NO_HAND = "no line of that hand was left for it"
OTHER_WORDS = "other words were read on the lines of the page"


def _telling(page: PageLines, shapes: Mapping[LineId, Shapes]) -> dict[LineId, Shapes]:
    """Give the shapes of a page's lines, or none where its cells do not part words: then they are no letters' cells."""
    found = {line.id: shapes[line.id] for line in page.lines if line.id in shapes}
    cells = "".join(each.codes for each in found.values())
    return found if cells.count(" ") >= _LEAST_BLANKS * len(cells) else {}


def _is_sure(reading: Reading) -> bool:
    return reading.confidence >= _SURE and len(reading.text) >= _LEAST_SURE


def _breaks_elsewhere(stream: Stream, placed: Mapping[int, Placed]) -> bool:
    """Say whether a third of the lines end where the text, which is said to have kept its breaks, has none."""
    cost = dict(zip(stream.cuts.tolist(), stream.costs.tolist(), strict=True))
    torn = [cost.get(place.end, 0.0) >= UNKEPT for place in placed.values() if place.end < len(stream.text)]
    return len(torn) >= _LEAST_TORN and 3 * sum(torn) > len(torn)


def _usual_hand(lines: Iterable[Line]) -> Hand:
    """Give the hand of most of what is written."""
    width: dict[Hand, float] = {}
    for line in lines:
        width[line.hand] = width.get(line.hand, 0) + line.baseline.length
    return max(width, key=lambda hand: width[hand], default=Hand.UNKNOWN)


def _told(reading: Reading) -> tuple[Told, ...]:
    """Fold what was read on a line, and on other pictures of it."""
    found = []
    for each in (reading, *reading.again):
        text = " ".join(each.text.split())
        rivals = tuple(tuple((ord(fold(c)) & 0xFFFF, near) for c, near in others) for others in each.rivals)
        if text:
            found.append(Told(fold_codes(text), rivals if len(rivals) == len(text) else ()))
    return tuple(found)


class Placing:
    """Aligns one text; made anew for each run."""

    def __init__(
        self,
        pages: Sequence[PageLines],
        segments: Sequence[Segment],
        marks: Sequence[Mark],
        *,
        kept: bool,
        readings: Mapping[LineId, Reading],
        shapes: Mapping[LineId, Shapes],
        pins: Sequence[Link],
        memory: Memory | None = None,
    ) -> None:
        """Sort out what stands apart from the running text, and which pins can hold."""
        self._pages = pages
        self._segments = segments
        self._marks = marks
        self._readings = readings
        self._shapes = {id: each for page in pages for id, each in _telling(page, shapes).items()}
        self._pins = tuple(pins)
        self._lines = [(number, line) for number, page in enumerate(pages) for line in page.lines]
        self._loose = [(number, line) for number, page in enumerate(pages) for line in page.loose]
        self._loose_ids = frozenset(line.id for _, line in self._loose)
        self._usual = _usual_hand(line for _, line in self._lines)
        self._courses = [usual_course(line.baseline for line in page.lines) for page in pages]
        self._apart = standing_apart(segments, marks)
        self._kept = kept
        self._memory = memory or Memory()
        self._joined: list[tuple[LineId, LineId]] = []
        self._strange: frozenset[int] = frozenset()

    def align(self, mint: Mint) -> LineAlignment:
        """Run the program, then place what stands apart."""
        if not self._lines:
            spoken = [s for s in self._segments if s.content.strip()]
            return LineAlignment(self._pins, tuple(self._marks), tuple((s.id, NO_LINES) for s in spoken), "width")
        holding, loose = self._usable_pins()
        links, taken = self._run(holding, loose, mint)
        free = [
            line
            for number, line in (*self._lines, *self._loose)
            if line.id not in taken and number not in self._strange
        ]
        settled = self._settle(list(links), free, mint)
        return replace(
            settled,
            evidence=self._evidence(),
            joined=tuple(self._joined),
            found=tuple(self._found(settled)),
        )

    def _found(self, settled: LineAlignment) -> Iterator[Line]:
        """Go through the loose ink that carries words, by the hand of what it carries."""
        carrying = {link.line for link in settled.links}
        marked = {id: hand_of(mark) for mark in settled.marks for id in mark.lines}
        for _, line in self._loose:
            if line.id in marked or line.id in carrying:
                box = line.box
                part = LinePart(box.x, box.right, marked.get(line.id, self._usual), line.confidence)
                yield replace(line, parts=(part,))

    def _run(self, holding: Sequence[Link], loose: Sequence[Link], mint: Mint) -> tuple[Sequence[Link], set[LineId]]:
        """Run the program under the pins that hold; give all links and the lines they are on."""
        without = [*self._apart.spans, *(Span(pin.segment, pin.start, pin.end) for pin in loose)]
        stream = build_stream(self._segments, without=without, kept=self._kept)
        used, placed = self._walk(stream, holding, loose, kept=self._kept)
        if self._kept and (self._strange or _breaks_elsewhere(stream, placed)):
            stream = build_stream(self._segments, without=without, kept=False)
            used, placed = self._walk(stream, holding, loose, kept=False)
        self._joined = [
            (used[j][1].id, used[place.joined][1].id) for j, place in placed.items() if place.joined is not None
        ]
        taken = (
            {used[j][1].id for j in placed} | {second for _, second in self._joined} | {pin.line for pin in self._pins}
        )
        return self._links(stream, used, placed, mint), taken

    def _walk(
        self, stream: Stream, holding: Sequence[Link], loose: Sequence[Link], *, kept: bool
    ) -> tuple[list[tuple[int, Line]], dict[int, Placed]]:
        """Run the program over the lines that a stream may lie on; give these and what each takes.

        Pages that are refused leave their words to the others: it is run again without them.
        """
        aside_lines = self._apart.own_lines([line for _, line in self._lines])
        fixed = self._fixed(stream, holding)
        away = aside_lines | {pin.line for pin in loose}
        used = [(number, line) for number, line in self._lines if line.id in fixed or line.id not in away]
        used += self._loose
        program, placed = self._try(stream, used, fixed, kept=kept)
        self._strange = program.strange
        rest = [each for each in used if each[0] not in self._strange]
        if self._strange and rest:
            used = rest
            program, placed = self._try(stream, used, fixed, kept=kept)
            self._strange |= program.strange
        return used, placed

    def _try(
        self, stream: Stream, used: Sequence[tuple[int, Line]], fixed: Mapping[LineId, Fixed], *, kept: bool
    ) -> tuple[LineProgram, dict[int, Placed]]:
        """Run the program over some lines; it gives what each takes by its place among them."""
        places = {line.id: index for index, (_, line) in enumerate(used)}
        seen = [self._seen(number, line, fixed.get(line.id), places) for number, line in used]
        program = LineProgram(stream, seen, kept=kept, hints=self._hints(stream), memory=self._memory)
        return program, program.run()

    # --- pins

    def _usable_pins(self) -> tuple[list[Link], list[Link]]:
        """Part the pins into those that rise with the order of pages, and those that cannot hold the others apart."""
        where = {line.id: number for number, line in self._lines}
        rank = {segment.id: index for index, segment in enumerate(self._segments)}
        known = [pin for pin in self._pins if pin.segment in rank]
        apart = self._apart.covers
        good = [p for p in known if p.line in where and not apart(p.segment, p.start, p.end)]
        good.sort(key=lambda p: (rank[p.segment], p.start))
        # Pages must not fall: a page's number and the pin's rank in one number rise just where the page does not fall.
        rise = rising([where[pin.line] * len(good) + k for k, pin in enumerate(good)], [1.0] * len(good))
        kept = [good[k] for k in rise]
        chosen = set(map(id, kept))
        return kept, [pin for pin in known if id(pin) not in chosen]

    def _fixed(self, stream: Stream, pins: Sequence[Link]) -> dict[LineId, Fixed]:
        """Turn pinned links into what their lines must carry."""
        rank = {segment.id: index for index, segment in enumerate(self._segments)}
        found: dict[LineId, Fixed] = {}
        last, latest = 0, None
        for pin in pins:
            owner = rank[pin.segment]
            members = np.flatnonzero(stream.segment == owner)
            inside = members[(stream.offset[members] >= pin.start) & (stream.offset[members] < pin.end)]
            if not len(inside):
                continue
            start, end = int(inside[0]), int(inside[-1]) + 1
            one = Fixed(start, end, start != int(members[0]), end <= int(members[-1]))
            before = found.get(pin.line)
            if start < last or (before is not None and pin.line != latest):
                continue
            if before is not None:
                one = Fixed(before.start, end, before.exact_start, one.exact_end)
            found[pin.line], latest = one, pin.line
            last = end
        return found

    # --- what the program sees

    def _seen(self, number: int, line: Line, fixed: Fixed | None, places: Mapping[LineId, int]) -> Seen:
        anchor = line.anchor if line.role is Role.INSERTION else None
        reading, shapes = self._readings.get(line.id), self._shapes.get(line.id)
        course = self._courses[number]
        by_hand = (self._usual if line.id in self._loose_ids else line.hand) is Hand.HANDWRITTEN
        return Seen(
            page=number,
            box=levelled(line.box, self._pages[number].size, course),
            turned=course_of(line.baseline).is_level != course.is_level,
            by_hand=by_hand,
            told=self._memory.told(reading, _told) if reading is not None else (),
            shapes=cell_codes(shapes.codes if shapes is not None else ""),
            idle=_QUIET if line.role in _QUIET_ROLES or line.hand is Hand.STAMP or line.faint else 1.0,
            fixed=fixed,
            host=Host(places[anchor.line], anchor.x)
            if anchor is not None and anchor.line in places and course == LEVEL
            else None,
            loose=line.id in self._loose_ids,
            sure=not by_hand and reading is not None and _is_sure(reading),
        )

    def _hints(self, stream: Stream) -> dict[int, tuple[int, int]]:
        numbers: dict[PageId, int] = {page.page: number for number, page in enumerate(self._pages)}
        found: dict[int, tuple[int, int]] = {}
        for page, start, end in stream.hints:
            if page not in numbers:
                continue
            first, last = found.get(numbers[page], (start, end))
            found[numbers[page]] = (min(first, start), max(last, end))
        return {number: (a - _HINT_SLACK, b + _HINT_SLACK) for number, (a, b) in found.items()}

    def _evidence(self) -> str:
        ids = {line.id for _, line in self._lines}
        if any(reading.text.strip() for id, reading in self._readings.items() if id in ids):
            return "ocr"
        return "shape" if any(id in ids for id in self._shapes) else "width"

    # --- what comes out

    def _links(
        self, stream: Stream, used: Sequence[tuple[int, Line]], placed: Mapping[int, Placed], mint: Mint
    ) -> list[Link]:
        links = list(self._pins)
        covered = Covered(self._pins)
        for j, place in sorted(placed.items()):
            line = used[j][1]
            shown = "".join(stream.text[start:end] for start, end in place.spans).rstrip()
            edges = self._edges_of(
                shown + "-" * place.split, line, used[place.joined][1] if place.joined is not None else None
            )
            for owner, start, end in (span for part in place.spans for span in stream.spans(*part)):
                segment = self._segments[owner].id
                for first, last in covered.free(segment, start, end):
                    left = float(edges[min(place.offset(stream.position(owner, first)), len(edges) - 1)])
                    right = float(edges[min(place.offset(stream.position(owner, last - 1)) + 1, len(edges) - 1)])
                    links.append(
                        Link(
                            id=LinkId(mint()),
                            segment=segment,
                            start=first,
                            end=last,
                            line=line.id,
                            confidence=place.confidence,
                            left=math.floor(left) if left <= right else math.ceil(left),
                            right=math.ceil(right) if left <= right else math.floor(right),
                            moved=place.moved,
                        )
                    )
        return links

    def _edges_of(self, shown: str, line: Line, other: Line | None) -> NDArray[np.float64]:
        """Give where on a line, or on two that are one, each character stands."""
        reading, shapes = self._readings.get(line.id), self._shapes.get(line.id)
        course = course_of(line.baseline)
        if other is None:
            return edges_of(shown, line.box, course=course, reading=reading, shapes=shapes)
        more = self._readings.get(other.id)
        words = (*(reading.words if reading else ()), *(more.words if more else ()))
        both = Reading(" ".join(word.text for word in words), 1.0, words) if words else None
        return edges_of(shown, union((line.box, other.box)), course=course, reading=both)

    def _settle(self, links: list[Link], free: Sequence[Line], mint: Mint) -> LineAlignment:
        """Place what stands apart, and say what has no place."""
        more, marks = self._apart.place(self._pages, self._segments, self._marks, links, free, self._readings, mint)
        done = (*links, *more)
        return LineAlignment(done, marks, self._unplaced(done), "")

    def _unplaced(self, links: Sequence[Link]) -> tuple[tuple[SegmentId, str], ...]:
        parts: dict[SegmentId, list[tuple[int, int]]] = {}
        for link in links:
            parts.setdefault(link.segment, []).append((link.start, link.end))
        found = []
        for segment in self._segments:
            bare = np.array([not c.isspace() for c in segment.content], dtype=bool)
            for start, end in parts.get(segment.id, ()):
                bare[start:end] = False
            for start, end in self._apart.nowhere(segment.id):
                bare[start:end] = False
            if bare.sum() > 0:
                by_hand = self._apart.covers(segment.id, int(bare.argmax()), int(bare.argmax()) + 1)
                elsewhere = OTHER_WORDS if self._strange and segment.id not in parts else NO_PLACE
                found.append((segment.id, NO_HAND if by_hand else elsewhere))
        return tuple(found)
