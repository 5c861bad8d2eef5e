"""A part's text and its translation side by side: rows of segments that answer to each other, page by page.

Rows come from the sentence beads; a row that runs over a page's end is cut there, by the links of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from transcriptions import exporting, reading
from transcriptions.identity import PageId, SegmentId, TextId
from transcriptions.markup import State
from transcriptions.model import BeadLevel, Mark, Page, Part, Segment, Text
from transcriptions.revision import Snapshot


@dataclass(frozen=True, slots=True)
class Cell:
    """Characters [start, end) of a segment, with the segment's marks."""

    segment: Segment
    start: int
    end: int
    marks: tuple[Mark, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether a paragraph begins here."""
        return self.segment.opens_paragraph and self.start == 0

    def read(self, state: State, *, language: str) -> str:
        """Read the cell's words in one state, its lines joined."""
        return reading.prose(self.segment, self.marks, state, language=language, start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Row:
    """What stands side by side; either side may be empty."""

    source: tuple[Cell, ...]
    target: tuple[Cell, ...]

    @property
    def opens(self) -> bool:
        """Whether a paragraph begins with the row."""
        first = (self.source or self.target)[0]
        return first.opens


@dataclass(frozen=True, slots=True)
class FacingPage:
    """A page with its rows; the page is None for what has no place on any."""

    page: Page | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FacingPart:
    """A part with the two texts that face each other, either of which may be missing, and its pages in order."""

    part: Part
    source: Text | None
    target: Text | None
    pages: tuple[FacingPage, ...]


def parts(snapshot: Snapshot, *, translation: TextId | None = None) -> Iterator[FacingPart]:
    """Go through a document's parts, each with its source text and a translation: the first, or the one asked for."""
    marks = reading.marks_by_segment(snapshot)
    pages = {page.id: page for page in snapshot.pages}
    for part in snapshot.parts:
        source = exporting.source_text(snapshot, part)
        target = translation_of(snapshot, part, translation)
        own = [pages[id] for id in part.pages if id in pages]
        yield FacingPart(part, source, target, tuple(_pages(snapshot, own, source, target, marks)))


def translation_of(snapshot: Snapshot, part: Part, wanted: TextId | None = None) -> Text | None:
    """Give a part's first translation, or the one asked for."""
    return next((text for text in exporting.translations(snapshot, part) if wanted in (None, text.id)), None)


def pages(
    snapshot: Snapshot, part: Part, text: Text, marks: reading.Marks
) -> Iterator[tuple[Page | None, tuple[Cell, ...]]]:
    """Cut one text of a part at its pages, in the order of the text."""
    by_id = {page.id: page for page in snapshot.pages}
    own = [by_id[id] for id in part.pages if id in by_id]
    placed = (entry for cut in _cells(snapshot, text, own, marks).values() for entry in cut)
    for place, group in groupby(placed, key=lambda entry: entry[0]):
        yield (None if place is None else by_id[place]), tuple(cell for _, cell in group)


def read(cells: Sequence[Cell], state: State, *, language: str) -> str:
    """Read cells in one state, a line feed before each paragraph but the first."""
    written = ""
    for cell in cells:
        said = cell.read(state, language=language)
        if said:
            written += (("\n" if cell.opens else " ") if written else "") + said
    return written


def _pages(
    snapshot: Snapshot,
    pages: Sequence[Page],
    source: Text | None,
    target: Text | None,
    marks: reading.Marks,
) -> Iterator[FacingPage]:
    cells = {
        segment: cut
        for text in (source, target)
        if text is not None
        for segment, cut in _cells(snapshot, text, pages, marks).items()
    }
    rows: dict[PageId | None, list[Row]] = {}
    for first, second in _answering(snapshot, source, target):
        sides = [[each for id in ids for each in cells.get(id, ())] for ids in (first, second)]
        for place in dict.fromkeys(place for side in sides for place, _ in side):
            left, right = (tuple(cell for at, cell in side if at == place) for side in sides)
            rows.setdefault(place, []).append(Row(left, right))
    for page in pages:
        yield FacingPage(page, tuple(rows.get(page.id, ())))
    if rows.get(None):
        yield FacingPage(None, tuple(rows[None]))


def _cells(
    snapshot: Snapshot, text: Text, pages: Sequence[Page], marks: reading.Marks
) -> dict[SegmentId, list[tuple[PageId | None, Cell]]]:
    """Cut a text's segments where their words go on to another page; what has no place stays with what is before it."""
    segments = {segment.id: segment for segment in snapshot.segments_of(text.id)}
    known = frozenset(page.id for page in pages)
    places = [
        (segments[piece.segment], piece.start, piece.end, _place(piece.page, segments[piece.segment], known))
        for piece in exporting.pieces_of(snapshot, text)
    ]
    places += [(each, 0, 0, _place(None, each, known)) for each in segments.values() if not each.content]
    order = {id: index for index, id in enumerate(segments)}
    places.sort(key=lambda place: (order[place[0].id], place[1]))
    page = next((each[3] for each in places if each[3] is not None), pages[0].id if len(pages) == 1 else None)
    found: dict[SegmentId, list[tuple[PageId | None, Cell]]] = {}
    for segment, start, end, own in places:
        page = own or page
        held = found.setdefault(segment.id, [])
        if held and held[-1][0] == page:
            start = held.pop()[1].start
        held.append((page, Cell(segment, start, end, marks.get(segment.id, ()))))
    return found


def _place(page: PageId | None, segment: Segment, known: frozenset[PageId]) -> PageId | None:
    place = page or segment.page
    return place if place in known else None


def _answering(
    snapshot: Snapshot, source: Text | None, target: Text | None
) -> list[tuple[list[SegmentId], list[SegmentId]]]:
    """Group segments that beads bring together, in the order of the source; what answers to nothing is alone."""
    sources = [segment.id for segment in snapshot.segments_of(source.id)] if source else []
    targets = [segment.id for segment in snapshot.segments_of(target.id)] if target else []
    group = {id: id for id in (*sources, *targets)}
    for bead in snapshot.beads:
        if bead.level is BeadLevel.SENTENCE and any(span.segment in group for span in bead.source):
            members = [span.segment for span in (*bead.source, *bead.target) if span.segment in group]
            _join(group, members)
    order = list(dict.fromkeys(_root(group, id) for id in sources))
    _put_in(order, (_root(group, id) for id in targets))
    rows: dict[SegmentId, tuple[list[SegmentId], list[SegmentId]]] = {root: ([], []) for root in order}
    for side, ids in enumerate((sources, targets)):
        for id in ids:
            rows[_root(group, id)][side].append(id)
    return list(rows.values())


def _root(group: dict[SegmentId, SegmentId], id: SegmentId) -> SegmentId:
    while group[id] != id:
        group[id] = group[group[id]]
        id = group[id]
    return id


def _join(group: dict[SegmentId, SegmentId], members: Sequence[SegmentId]) -> None:
    for each in members[1:]:
        group[_root(group, each)] = _root(group, members[0])


def _put_in(order: list[SegmentId], targets: Iterable[SegmentId]) -> None:
    """Put groups of targets alone behind the group of the target before them."""
    known = set(order)
    following: dict[SegmentId | None, list[SegmentId]] = {}
    last: SegmentId | None = None
    for root in targets:
        if root in known:
            last = root
        else:
            known.add(root)
            following.setdefault(last, []).append(root)
    merged = [*following.get(None, ())]
    for root in order:
        merged += [root, *following.get(root, ())]
    order[:] = merged
