"""Pages as page formats have them, out of a document: lines with the words of one text, its marks, where insertions go.

What has no place on any line (a translator's note, a segment that could not be aligned) is not on a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from images.geometry import union
from images.layout import page as layout
from images.layout.page import InsertionPlace, Role
from transcriptions.alignment.project import Piece, transcription_pieces, translation_pieces
from transcriptions.identity import LineId, PageId, SegmentId, TextId
from transcriptions.imported import line_name
from transcriptions.model import Line, Mark, Page, Part, Text, TextKind
from transcriptions.parsed import ParsedMark
from transcriptions.revision import Snapshot
from transcriptions.written import WrittenBlock, WrittenLine, WrittenPage

PROGRAM = "Stroka"
_NEVER = "1970-01-01T00:00:00Z"


def source_text(snapshot: Snapshot, part: Part) -> Text | None:
    """Give the text that stands on a part's pages: its first transcription, else its OCR draft."""
    own = [text for text in snapshot.texts if text.part == part.id]
    kinds = (TextKind.TRANSCRIPTION, TextKind.OCR_DRAFT)
    return next((text for kind in kinds for text in own if text.kind is kind), None)


def translations(snapshot: Snapshot, part: Part) -> tuple[Text, ...]:
    """Give a part's translations."""
    return tuple(text for text in snapshot.texts if text.part == part.id and text.kind is TextKind.TRANSLATION)


def pieces_of(snapshot: Snapshot, text: Text) -> tuple[Piece, ...]:
    """Cut a text at its lines, whatever its kind."""
    find = translation_pieces if text.kind is TextKind.TRANSLATION else transcription_pieces
    return find(snapshot, text.id)


def page(snapshot: Snapshot, page_id: PageId, text_id: TextId | None = None) -> WrittenPage | None:
    """Give a page with the words of a text, by default that of its part; None where there is no such page or text."""
    found = snapshot.page(page_id)
    part = next((part for part in snapshot.parts if page_id in part.pages), None)
    if found is None:
        return None
    if text_id is None:
        text = source_text(snapshot, part) if part else None
    else:
        text = snapshot.text(text_id)
        if text is None:
            return None
    return Pages(snapshot, text).page(found)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A piece, which place it has in its text, and where its words begin in its line's text."""

    piece: Piece
    index: int
    offset: int
    words: str
    lead: int


class Pages:
    """The pages of a document with the words of one text (None: without words); what all pages need is found once."""

    def __init__(self, snapshot: Snapshot, text: Text | None) -> None:
        self._snapshot = snapshot
        self._language = text.language if text and text.language != "none" else ""
        self._lines: dict[PageId, list[Line]] = {}
        for line in snapshot.lines:
            self._lines.setdefault(line.page, []).append(line)
        self._orders = {order.page: {id: place for place, id in enumerate(order.lines)} for order in snapshot.orders}
        pieces = () if text is None else pieces_of(snapshot, text)
        self._owners = [piece.line for piece in pieces]
        self._placed: dict[LineId, list[_Placed]] = {}
        for index, piece in enumerate(pieces):
            if piece.line is not None and piece.text.strip():
                self._place(piece, index, self._placed.setdefault(piece.line, []))
        segments = {piece.segment for piece in pieces}
        self._marks: dict[SegmentId, list[Mark]] = {}
        for mark in snapshot.marks:
            if mark.segment in segments:
                self._marks.setdefault(mark.segment, []).append(mark)

    @staticmethod
    def _place(piece: Piece, index: int, line: list[_Placed]) -> None:
        words = piece.text.strip().replace("\n", " ")
        offset = line[-1].offset + len(line[-1].words) + 1 if line else 0
        line.append(_Placed(piece, index, offset, words, len(piece.text) - len(piece.text.lstrip())))

    def text_of(self, line: LineId) -> str:
        """Give the words that stand on a line."""
        return " ".join(each.words for each in self._placed.get(line, ()))

    def lines_of(self, page: PageId) -> tuple[Line, ...]:
        """Give a page's lines in reading order; lines that the order does not list come last."""
        order = self._orders.get(page, {})
        return tuple(sorted(self._lines.get(page, ()), key=lambda line: (order.get(line.id, len(order)), line.id)))

    def page(self, page: Page) -> WrittenPage:
        """Give one page."""
        lines = self.lines_of(page.id)
        indices = {line.id: index for index, line in enumerate(lines)}
        written = [self._line(line, indices) for line in lines]
        blocks = []
        start = 0
        for role, members in _grouped(written):
            boundary = union(each.layout.box for each in members).polygon
            blocks.append(WrittenBlock(boundary, members, role, f"b{start + 1}"))
            start += len(members)
        return WrittenPage(
            size=page.size,
            blocks=tuple(blocks),
            image=page.source_id or page.label,
            language=self._language,
            creator=PROGRAM,
            created=self._snapshot.modified or _NEVER,
        )

    def _line(self, line: Line, indices: dict[LineId, int]) -> WrittenLine:
        place, offset = self._inserted(line, indices)
        shape = layout.Line(
            line.baseline, line.boundary, line.role, line.parts, line.confidence, faint=line.faint, place=place
        )
        name = line.source_id or line_name(line.id)
        return WrittenLine(shape, self.text_of(line.id), name, tuple(self._marks_on(line.id)), offset=offset)

    def _inserted(self, line: Line, indices: dict[LineId, int]) -> tuple[InsertionPlace | None, int | None]:
        """Say into which line a line goes: as it is anchored, or where its words stand between those of another."""
        own = self._placed.get(line.id, [])
        host = line.anchor.line if line.anchor else None
        if host is None and own:
            before = self._owner(own[0].index - 1)
            host = before if before == self._owner(own[-1].index + 1) != line.id else None
        if host is None or host not in indices or host == line.id:
            return None, None
        around = self._placed.get(host, [])
        following = next((each for each in around if own and each.index > own[-1].index), None)
        offset = None if not own or not around else following.offset if following else len(self.text_of(host))
        x = line.anchor.x if line.anchor else line.box.x
        return InsertionPlace(indices[host], x), offset

    def _owner(self, index: int) -> LineId | None:
        return self._owners[index] if 0 <= index < len(self._owners) else None

    def _marks_on(self, line: LineId) -> Iterator[ParsedMark]:
        for placed in self._placed.get(line, ()):
            for mark in self._marks.get(placed.piece.segment, ()):
                span = _span(mark, placed)
                if span is not None:
                    yield parsed(mark, *span)


def _grouped(lines: Iterable[WrittenLine]) -> Iterator[tuple[Role, tuple[WrittenLine, ...]]]:
    """Group neighbouring lines of one role; what is inserted between lines does not part them."""
    group: list[WrittenLine] = []
    for line in lines:
        inserted = line.layout.place is not None
        if group and not inserted and line.layout.role is not group[0].layout.role:
            yield group[0].layout.role, tuple(group)
            group = []
        group.append(line)
    if group:
        yield group[0].layout.role, tuple(group)


def _span(mark: Mark, placed: _Placed) -> tuple[int, int] | None:
    """Give the part of a mark that lies on a piece, in the line's text."""
    first = placed.piece.start + placed.lead
    last = first + len(placed.words)
    if mark.start < mark.end:
        start, end = max(mark.start, first), min(mark.end, last)
        return None if start >= end else (placed.offset + start - first, placed.offset + end - first)
    inside = placed.piece.start < mark.start <= placed.piece.end or mark.start == placed.piece.start == 0
    if not inside:
        return None
    at = placed.offset + min(max(mark.start, first), last) - first
    return at, at


def parsed(mark: Mark, start: int, end: int) -> ParsedMark:
    """Give what a mark says, on another span."""
    return ParsedMark(
        kind=mark.kind,
        start=start,
        end=end,
        raw=mark.raw,
        raw_start=0,
        value=mark.value,
        certainty=mark.certainty,
        hand=mark.hand,
        function=mark.function,
        place=mark.place,
        suggested=mark.suggested,
        hand_id=mark.hand_id,
        pinned=mark.pinned,
    )


def pages(snapshot: Snapshot) -> Iterator[tuple[PageId, WrittenPage]]:
    """Go through a document's pages, each with the text of its part."""
    for part, group in _parts(snapshot):
        text = source_text(snapshot, part) if part else None
        found = Pages(snapshot, text)
        for each in group:
            yield each.id, found.page(each)


def _parts(snapshot: Snapshot) -> Iterable[tuple[Part | None, list[Page]]]:
    by_id = {page.id: page for page in snapshot.pages}
    for part in snapshot.parts:
        yield part, [by_id.pop(id) for id in part.pages if id in by_id]
    if by_id:
        yield None, list(by_id.values())
