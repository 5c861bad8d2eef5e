"""Where the characters of a text lie on the pages: pieces of transcriptions and translations, boxes of marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from images.geometry import Box, Size, box_outward, clip, union
from transcriptions.alignment.course import course_of
from transcriptions.identity import LineId, MarkId, PageId, SegmentId, TextId
from transcriptions.model import (
    STANDING_KINDS,
    Bead,
    BeadLevel,
    Line,
    Link,
    Mark,
    MarkKind,
    Segment,
    Span,
    TextKind,
)
from transcriptions.revision import Snapshot

_HELD = {
    MarkKind.HANDWRITTEN: {MarkKind.HANDWRITTEN, MarkKind.DATE, MarkKind.INSERTION, MarkKind.SIGNATURE},
    MarkKind.DATE: {MarkKind.DATE, MarkKind.HANDWRITTEN, MarkKind.STAMP},
    MarkKind.INSERTION: {MarkKind.INSERTION, MarkKind.HANDWRITTEN, MarkKind.SUBSTITUTION},
}
"""Kinds in a source that a kind in a translation may stand for, beside its own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [start, end) of a segment, on one line part; line, page and box are None where they have no place.

    The box lies within the page; `text` is those characters of the content as they are, blanks included. `moved` is
    that of the link.
    """

    segment: SegmentId
    start: int
    end: int
    text: str
    line: LineId | None
    page: PageId | None
    box: Box | None
    confidence: float
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters of a segment on a line, and the answer's place there."""

    start: int
    end: int
    link: Link | None
    left: float = 0.0
    right: float = 0.0
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class _Place:
    """Characters of a source's segment on one line."""

    link: Link
    start: int
    end: int


def transcription_pieces(snapshot: Snapshot, text_id: TextId) -> tuple[Piece, ...]:
    """Cut a text at its own Links, in order; what no Link covers is a piece without a line.

    Every character is in just one piece; blanks between two pieces go with the one before them.
    """
    index = _Index(snapshot)
    pieces: list[Piece] = []
    for segment in snapshot.segments_of(text_id):
        pieces += index.pieces(segment, _linked(segment, index.links.get(segment.id, ())))
    return tuple(pieces)


def translation_pieces(snapshot: Snapshot, text_id: TextId) -> tuple[Piece, ...]:
    """Cut a translation at the aligned breaks, so that each piece lies on one line part; words are never cut.

    The places come through its beads from the Links of the source, or from its own Links where it has some. Every
    character is in just one piece; what answers to nothing on a page is a piece without a line.
    """
    index = _Index(snapshot)
    segments = snapshot.segments_of(text_id)
    if any(segment.id in index.links for segment in segments):
        return transcription_pieces(snapshot, text_id)
    beads = _beads_by_target(snapshot, text_id)
    pieces: list[Piece] = []
    for segment in segments:
        words = [_Stretch(m.start(), m.end(), None) for m in re.finditer(r"\S+", segment.content)]
        for bead, span in beads.get(segment.id, ()):
            words = index.answered(words, bead, span, segment)
        pieces += index.pieces(segment, _joined(words))
    return tuple(pieces)


def answering_boxes(snapshot: Snapshot, span: Span) -> tuple[tuple[PageId, Box], ...]:
    """Give the regions of everything that answers to some words of a translation: whole words, a box for each line."""
    segment = next((s for s in snapshot.segments if s.id == span.segment), None)
    if segment is None:
        return ()
    index = _Index(snapshot)
    beads = _beads_by_target(snapshot, segment.text).get(segment.id, [])
    fine: list[tuple[Bead, Span]] = []
    for bead, target in beads:
        if target.start < span.end and span.start < target.end:
            fine = [entry for entry in fine if entry[0].id != bead.within] + [(bead, target)]
    return index.boxes_of([part for bead, target in fine for part in index.answer(bead, target, span, segment)])


def mark_boxes(snapshot: Snapshot, mark: Mark) -> tuple[tuple[PageId, Box], ...]:
    """Give the regions of a mark: from its words' links, from its lines, or for a translation's mark through its bead.

    A translation's mark has the region of the source's mark of the same kind that its bead answers to; marks that
    stand for nothing on the page have none.
    """
    return boxes_of_marks(snapshot, (mark,))[mark.id]


def boxes_of_marks(snapshot: Snapshot, marks: Iterable[Mark]) -> dict[MarkId, tuple[tuple[PageId, Box], ...]]:
    """Give the regions of several marks, as `mark_boxes` does of one, without going through the snapshot for each."""
    index = _Index(snapshot)
    texts = {text.id: text for text in snapshot.texts}
    owners = {segment.id: texts.get(segment.text) for segment in snapshot.segments}
    beads: dict[TextId, dict[SegmentId, list[tuple[Bead, Span]]]] = {}
    found: dict[MarkId, tuple[tuple[PageId, Box], ...]] = {}
    for mark in marks:
        text = owners.get(mark.segment)
        if text is None:
            found[mark.id] = ()
        elif text.kind is not TextKind.TRANSLATION:
            found[mark.id] = index.own_boxes(mark)
        else:
            if text.id not in beads:
                beads[text.id] = _beads_by_target(snapshot, text.id)
            found[mark.id] = _translated_boxes(index, mark, beads[text.id].get(mark.segment, ()))
    return found


def _translated_boxes(index: _Index, mark: Mark, beads: Sequence[tuple[Bead, Span]]) -> tuple[tuple[PageId, Box], ...]:
    if mark.kind not in STANDING_KINDS and mark.suggested not in STANDING_KINDS:
        return ()
    for bead, span in reversed(beads):
        if mark.start < span.end and span.start <= mark.start:
            boxes = index.answering_boxes(mark, bead)
            if boxes:
                return boxes
    return ()


def _beads_by_target(snapshot: Snapshot, text: TextId) -> dict[SegmentId, list[tuple[Bead, Span]]]:
    """Bring the beads of a translation together by segment, sentences before the clauses within them."""
    found: dict[SegmentId, list[tuple[Bead, Span]]] = {}
    mine = [bead for bead in snapshot.beads if bead.target_text == text and bead.source]
    for bead in sorted(mine, key=lambda bead: (bead.level is BeadLevel.CLAUSE, bead.pinned)):
        for span in bead.target:
            found.setdefault(span.segment, []).append((bead, span))
    return found


def _linked(segment: Segment, links: Iterable[Link]) -> list[_Stretch]:
    found: list[_Stretch] = []
    done = 0
    for link in sorted(links, key=lambda link: link.start):
        start, end = max(done, link.start), min(link.end, len(segment.content))
        if start >= end:
            continue
        found += _between(segment, done, start)
        found.append(_Stretch(start, end, link, *_ends(link), link.confidence))
        done = end
    return found + _between(segment, done, len(segment.content))


def _between(segment: Segment, start: int, end: int) -> list[_Stretch]:
    words = segment.content[start:end]
    if not words.strip():
        return []
    return [_Stretch(start + len(words) - len(words.lstrip()), start + len(words.rstrip()), None)]


def _ends(link: Link) -> tuple[float, float]:
    left = float("-inf") if link.left is None else float(link.left)
    right = float("inf") if link.right is None else float(link.right)
    return left, right


def _joined(words: Sequence[_Stretch]) -> list[_Stretch]:
    """Join neighbouring words that lie on the same line."""
    found: list[_Stretch] = []
    for word in words:
        last = found[-1] if found else None
        if last is not None and _line_of(last) == _line_of(word):
            reach = _reach([(last.left, last.right), (word.left, word.right)])
            found[-1] = replace(
                last,
                end=word.end,
                left=reach[0],
                right=reach[1],
                confidence=min(last.confidence, word.confidence),
            )
        else:
            found.append(word)
    return found


def _line_of(stretch: _Stretch) -> LineId | None:
    return None if stretch.link is None else stretch.link.line


class _Index:
    """What a snapshot holds, by id."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._lines: Mapping[LineId, Line] = {line.id: line for line in snapshot.lines}
        self._sizes: Mapping[PageId, Size] = {page.id: page.size for page in snapshot.pages}
        self._contents = {segment.id: segment.content for segment in snapshot.segments}
        self._marks: dict[SegmentId, list[Mark]] = {}
        for mark in snapshot.marks:
            self._marks.setdefault(mark.segment, []).append(mark)
        self.links: dict[SegmentId, list[Link]] = {}
        for link in snapshot.links:
            if link.line in self._lines:
                self.links.setdefault(link.segment, []).append(link)
        for links in self.links.values():
            links.sort(key=lambda link: link.start)

    def pieces(self, segment: Segment, stretches: Sequence[_Stretch]) -> list[Piece]:
        """Turn stretches in order into pieces that share out every character of a segment."""
        if not segment.content:
            return []
        if not stretches:
            stretches = [_Stretch(0, len(segment.content), None)]
        starts = [0, *(stretch.start for stretch in stretches[1:]), len(segment.content)]
        return [
            self._piece(segment, start, end, stretch)
            for (start, end), stretch in zip(pairwise(starts), stretches, strict=True)
        ]

    def _piece(self, segment: Segment, start: int, end: int, stretch: _Stretch) -> Piece:
        text = segment.content[start:end]
        line = None if stretch.link is None else self._lines.get(stretch.link.line)
        box = None if line is None else self._box(line, stretch.left, stretch.right)
        if stretch.link is None or line is None or box is None:
            return Piece(segment.id, start, end, text, None, None, None, 0.0)
        return Piece(
            segment.id, start, end, text, line.id, line.page, box, stretch.confidence, moved=stretch.link.moved
        )

    def _box(self, line: Line, first: float, last: float) -> Box | None:
        """Give the part of a line between two places along it, clipped to its page."""
        course = course_of(line.baseline)
        ends = course.ends(line.box)
        low, high = max(min(first, last), min(ends)), min(max(first, last), max(ends))
        if high - low < 1:
            low, high = float(min(ends)), float(max(ends))
        corners = [(p.x, p.y) if course.is_level else (p.y, p.x) for p in line.boundary.points]
        heights = list(_heights(corners, low, high))
        whole = line.box
        sides = (whole.y, whole.bottom) if course.is_level else (whole.x, whole.right)
        top, bottom = (min(heights), max(heights)) if heights else sides
        size = self._sizes.get(line.page)
        around = (low, top, high, bottom) if course.is_level else (top, low, bottom, high)
        return None if size is None else clip(box_outward(*around), size)

    # --- through beads

    def answered(self, words: list[_Stretch], bead: Bead, span: Span, segment: Segment) -> list[_Stretch]:
        """Lay the words of one target span over the lines of the bead's source, in proportion to its letters."""
        mine = [word for word in words if span.start <= (word.start + word.end) / 2 < span.end]
        places = [_Place(link, start, end) for link, start, end in self._places(bead.source)]
        total = sum(place.end - place.start for place in places)
        if not total or not mine:
            return words
        before, whole = _share(bead, span)
        middles = [(before + (w.start + w.end) / 2 - span.start) / whole * total for w in mine]
        laid = _laid(mine, middles, places, bead.confidence)
        return [laid.get(word.start, word) for word in words]

    def answer(self, bead: Bead, target: Span, asked: Span, segment: Segment) -> list[Span]:
        """Give the source's whole words that answer to what is asked of one target span of a bead."""
        start, end = max(asked.start, target.start), min(asked.end, target.end)
        words = list(re.finditer(r"\S+", segment.content[target.start : target.end]))
        inside = [m for m in words if start <= target.start + (m.start() + m.end()) / 2 < end]
        if not inside:
            return []
        if len(bead.target) == 1 and len(inside) == len(words):
            return list(bead.source)
        before, whole = _share(bead, target)
        low, high = (before + inside[0].start()) / whole, (before + inside[-1].end()) / whole
        return list(self._whole_words(bead.source, low, high))

    def _whole_words(self, spans: Sequence[Span], low: float, high: float) -> Iterator[Span]:
        total = sum(span.end - span.start for span in spans)
        done = 0
        for span in spans:
            content = self._contents.get(span.segment, "")
            for word in re.finditer(r"\S+", content[span.start : span.end]):
                middle = (done + (word.start() + word.end()) / 2) / max(1, total)
                if low <= middle <= high:
                    yield Span(span.segment, span.start + word.start(), span.start + word.end())
            done += span.end - span.start

    def boxes_of(self, spans: Sequence[Span]) -> tuple[tuple[PageId, Box], ...]:
        """Give the regions of stretches of a source, neighbours on one line in one box."""
        return self._boxes(self._places(spans))

    def _places(self, spans: Sequence[Span]) -> Iterator[tuple[Link, int, int]]:
        for span in spans:
            for link in self.links.get(span.segment, ()):
                start, end = max(span.start, link.start), min(span.end, link.end)
                if start < end:
                    yield link, start, end

    # --- marks

    def own_boxes(self, mark: Mark) -> tuple[tuple[PageId, Box], ...]:
        """Give the regions of a source's mark."""
        if mark.start < mark.end:
            words = self._places((Span(mark.segment, mark.start, mark.end),))
            boxes = self._boxes(words)
            if boxes:
                return boxes
        lines = [self._lines[id] for id in mark.lines if id in self._lines]
        found = [(line.page, self._box(line, float("-inf"), float("inf"))) for line in lines]
        if not found and mark.kind in STANDING_KINDS:
            return self._beside(mark)
        return tuple((page, box) for page, box in found if box is not None)

    def _boxes(self, places: Iterable[tuple[Link, int, int]]) -> tuple[tuple[PageId, Box], ...]:
        found: list[tuple[PageId, Box]] = []
        for id, group in groupby(places, key=lambda place: place[0].line):
            line = self._lines[id]
            boxes = [self._box(line, *_between_ends(link, start, end)) for link, start, end in group]
            shown = [box for box in boxes if box is not None]
            if shown:
                found.append((line.page, union(shown)))
        return tuple(found)

    def _beside(self, mark: Mark) -> tuple[tuple[PageId, Box], ...]:
        """Give a place for a mark without words: beside the letter before it, or else the one behind."""
        for link in self.links.get(mark.segment, ()):
            if link.start < mark.start <= link.end or link.start == mark.start == 0:
                line = self._lines[link.line]
                course = course_of(line.baseline)
                place, _ = _between_ends(link, mark.start, link.end)
                width = max(8.0, float(line.box.height if course.is_level else line.box.width))
                begins, ends = (course.sign * end for end in course.ends(line.box))
                place = min(max(course.sign * place, begins), ends - width / 2)
                box = self._box(line, course.sign * place, course.sign * (place + width))
                return () if box is None else ((line.page, box),)
        return ()

    def answering_boxes(self, mark: Mark, bead: Bead) -> tuple[tuple[PageId, Box], ...]:
        """Give the regions of the source's mark that a translation's mark stands for."""
        kinds = {mark.kind} | _HELD.get(mark.kind, set())
        spans = {span.segment: span for span in bead.source}
        rivals = [m for segment in spans for m in self._marks.get(segment, ()) if m.kind in kinds]
        inside = [m for m in rivals if spans[m.segment].start <= m.end and m.start <= spans[m.segment].end]
        if inside:
            own = next((m for m in inside if m.kind is mark.kind), inside[0])
            return self.own_boxes(own)
        whole = mark.start == 0 and mark.end >= max((span.end for span in bead.target), default=0)
        return self._boxes(self._places(bead.source)) if whole or bead.level is BeadLevel.CLAUSE else ()


def _share(bead: Bead, span: Span) -> tuple[int, int]:
    """Give how many letters of a bead's target stand before one of its spans, and how many there are."""
    before = 0
    for other in bead.target:
        if other == span:
            break
        before += other.end - other.start
    return before, max(1, sum(other.end - other.start for other in bead.target))


def _laid(
    words: Sequence[_Stretch], middles: Sequence[float], places: Sequence[_Place], sure: float
) -> dict[int, _Stretch]:
    """Put each word on the line where its middle falls; the words on a line share out all that answers there."""
    ends = list(accumulate(place.end - place.start for place in places))
    groups: dict[LineId, list[int]] = {}
    on = [min(bisect_right(ends, middle), len(places) - 1) for middle in middles]
    for k, at in enumerate(on):
        groups.setdefault(places[at].link.line, []).append(k)
    found: dict[int, _Stretch] = {}
    for line, members in groups.items():
        mine = [place for place in places if place.link.line == line]
        left, right = _reach(_between_ends(p.link, p.start, p.end) for p in mine)
        total = sum(words[k].end - words[k].start + 1 for k in members)
        known = abs(right - left) < float("inf")
        done = 0
        for k in members:
            size = words[k].end - words[k].start + 1
            ends_at = (left, right)
            if known:
                ends_at = left + (right - left) * done / total, left + (right - left) * (done + size) / total
            done += size
            link = places[on[k]].link
            found[words[k].start] = _Stretch(
                words[k].start, words[k].end, link, *ends_at, min(sure, min(p.link.confidence for p in mine))
            )
    return found


def _between_ends(link: Link, first: float, last: float) -> tuple[float, float]:
    if link.left is None or link.right is None:
        return float("-inf"), float("inf")
    step = (link.right - link.left) / max(1, link.end - link.start)
    return link.left + (first - link.start) * step, link.left + (last - link.start) * step


def _reach(ends: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Give from where to where stretches of one line reach together; places fall along lines that run up the page."""
    first, last = zip(*ends, strict=True)
    falls = any(a > b for a, b in zip(first, last, strict=True))
    return (max(first), min(last)) if falls else (min(first), max(last))


def _heights(corners: Sequence[tuple[int, int]], low: float, high: float) -> Iterator[float]:
    """Go through the heights of a polygon between two places: its corners there, and where it is crossed."""
    for (a, up), (b, next_up) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if low <= a <= high:
            yield float(up)
        for x in (low, high):
            if a != b and min(a, b) <= x <= max(a, b):
                yield up + (x - a) / (b - a) * (next_up - up)
