"""A document, or one page of it -> TEI P5, as a stream: facsimile, editions and translations, and what binds them.

Both directions between lines and zones are written: `lb/@facs`, as some programs read it, and `zone/@corresp`, as
others do. A line whose words are inserted into another one is a `seg` with `facs` in that line. What a machine read and
nobody corrected is a `div` of type "draft", never an edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from lxml import etree

from transcriptions.alignment.project import Piece
from transcriptions.exporting import Pages, parsed, pieces_of, source_text
from transcriptions.formats import xml
from transcriptions.formats.alto import is_language
from transcriptions.formats.tei import header, inline, surfaces
from transcriptions.formats.tei.inline import Milestone, Stretch
from transcriptions.formats.tei.vocabulary import (
    BEAD_PREFIX,
    CLAUSE,
    ID,
    NAMESPACE,
    PINNED,
    SEGMENT_PREFIX,
    SPACE,
    SPANS,
    TEXT_PREFIX,
    UNPLACED,
    pointer,
)
from transcriptions.identity import LineId, PageId, SegmentId, TextId
from transcriptions.model import Bead, BeadLevel, LanguageMap, Mark, Page, Segment, SegmentKind, Span, Text, TextKind
from transcriptions.parsed import ParsedMark
from transcriptions.revision import Snapshot

_TYPES = {TextKind.TRANSCRIPTION: "edition", TextKind.TRANSLATION: "translation", TextKind.OCR_DRAFT: "draft"}
_ABOVE = {SegmentKind.HEADING: "head", SegmentKind.DATE_LINE: "dateline", SegmentKind.ADDRESS: "opener"}
"""Elements of paragraphs that stand before the body of a division."""

_BELOW = {SegmentKind.DATE_LINE: "dateline", SegmentKind.SIGNATURE: "signed"}
"""Elements of paragraphs that stand after it."""


def picture_of(page: Page) -> str:
    """Name the picture of a page where no address of it is known: by its file, or the page's label."""
    return page.source_id or page.label or "page"


def write(
    snapshot: Snapshot, *, page: PageId | None = None, image: Callable[[Page], str] = picture_of
) -> Iterator[bytes]:
    """Write a document as TEI, or what stands on one page; `image` gives the address of a page's picture."""
    return _Writing(snapshot, page, image).chunks()


@dataclass(frozen=True, slots=True)
class _Cut:
    """The part [start, end) of a segment that is written, with its pieces, numbered as those of the whole text."""

    segment: Segment
    start: int
    end: int
    pieces: tuple[tuple[int, Piece], ...]

    @property
    def share(self) -> str:
        """What of the segment it is, as TEI says it: the initial, medial or final part; empty for all of it."""
        first, last = self.start == 0, self.end == len(self.segment.content)
        return "" if first and last else "I" if first else "F" if last else "M"


class _Writing:
    def __init__(self, snapshot: Snapshot, page: PageId | None, image: Callable[[Page], str]) -> None:
        self._snapshot = snapshot
        self._page = page
        self._image = image
        self._pages = {each.id: each for each in snapshot.ordered_pages() if page is None or each.id == page}
        self._lines = {line.id: line for line in snapshot.lines}
        self._segments: dict[TextId, list[Segment]] = {}
        for segment in snapshot.segments:
            self._segments.setdefault(segment.text, []).append(segment)
        self._marks: dict[SegmentId, list[Mark]] = {}
        for mark in snapshot.marks:
            self._marks.setdefault(mark.segment, []).append(mark)
        self._pieces = {text.id: pieces_of(snapshot, text) for text in snapshot.texts}
        self._by_segment = _by_segment(self._pieces)
        self._breaks: dict[LineId, list[str]] = {}
        self._names: dict[tuple[TextId, int], str] = {}
        self._asides: set[tuple[TextId, int]] = set()
        self._unplaced: set[tuple[TextId, int]] = set()
        for text in snapshot.texts:
            if text.kind is not TextKind.TRANSLATION:
                self._name_breaks(text.id)
        self._on_zones: list[tuple[SegmentId, tuple[LineId, ...], float]] = []
        self._written: set[SegmentId] = set()
        self._lengths = {segment.id: len(segment.content) for segment in snapshot.segments}
        self._anchors = _anchors(snapshot)
        self._anchored: set[str] = set()

    def chunks(self) -> Iterator[bytes]:
        yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f'<TEI xmlns="{NAMESPACE}">\n'.encode()
        yield _bytes(header.compose(self._snapshot))
        if self._pages:
            yield b"<facsimile>\n"
            pages = Pages(self._snapshot, None)
            for page in self._pages.values():
                yield _bytes(surfaces.compose(page, pages.lines_of(page.id), self._breaks, url=self._image(page)))
            yield b"</facsimile>\n"
        yield b"<text><body>\n"
        written = False
        for part in self._snapshot.parts:
            for text in (each for each in self._snapshot.texts if each.part == part.id):
                cuts = [cut for segment in self._segments.get(text.id, ()) if (cut := self._cut(text, segment))]
                if cuts or self._page is None:
                    written = True
                    yield from self._text(text, cuts)
        if not written:
            yield b"<div><p/></div>\n"
        yield b"</body></text>\n"
        yield from self._stand_off()
        yield b"</TEI>\n"

    # --- where lines begin

    def _name_breaks(self, text: TextId) -> None:
        """Give each place where words begin on a line its xml:id, so that zones can point there."""
        current: LineId | None = None
        pieces = self._pieces[text]
        for index, piece in enumerate(pieces):
            if piece.line is None and current is not None and piece.text.strip():
                self._unplaced.add((text, index))
                current = None
            if piece.line is None or piece.line == current:
                continue
            known = self._breaks.setdefault(piece.line, [])
            name = f"l-{piece.line}" + (f".{len(known) + 1}" if known else "")
            known.append(name)
            self._names[text, index] = name
            if _is_aside(pieces, index, current):
                self._asides.add((text, index))
            else:
                current = piece.line

    # --- texts

    def _cut(self, text: Text, segment: Segment) -> _Cut | None:
        """Give what of a segment stands on the page that is written; all of it where all pages are."""
        pieces = self._by_segment.get(segment.id, ())
        if self._page is None:
            return _Cut(segment, 0, len(segment.content), tuple(pieces))
        own = [(index, piece) for index, piece in pieces if piece.page == self._page]
        if own:
            return _Cut(segment, own[0][1].start, max(piece.end for _, piece in own), tuple(own))
        whole = segment.page == self._page and not any(piece.page for _, piece in pieces)
        return _Cut(segment, 0, len(segment.content), ()) if whole else None

    def _text(self, text: Text, cuts: Sequence[_Cut]) -> Iterator[bytes]:
        yield (_start("div", self._div(text)) + "\n").encode()
        page: PageId | None = None
        for section in _sections(_paragraphs(cuts)):
            if section.inner:
                yield b'<div type="section">\n'
            for name, paragraph in section.named():
                element = etree.Element(name, {SPACE: "preserve"})
                for cut in paragraph:
                    if len(element):
                        element[-1].tail = " "
                    page = self._segment(element, text, cut, page)
                yield _bytes(element)
            if section.inner:
                yield b"</div>\n"
        if not cuts:
            yield b"<p/>\n"
        yield b"</div>\n"

    def _div(self, text: Text) -> dict[str, str]:
        attributes = {"xml:id": f"{TEXT_PREFIX}{text.id}", "type": _TYPES[text.kind]}
        if self._page is not None:
            attributes["part"] = "Y"
        if text.kind is TextKind.OCR_DRAFT:
            attributes["subtype"] = "uncorrected_ocr"
        if is_language(text.language) and text.language != "none":
            attributes["xml:lang"] = text.language
        part = self._snapshot.part(text.part)
        if part is not None and len(self._snapshot.parts) > 1:
            attributes["n"] = _words(part.label) or str(part.position + 1)
        source = source_text(self._snapshot, part) if part else None
        if text.kind is TextKind.TRANSLATION and source is not None:
            attributes["corresp"] = f"#{TEXT_PREFIX}{source.id}"
        if text.creator:
            attributes["resp"] = f"#r-{text.id}"
        return attributes

    def _segment(self, parent: etree._Element, text: Text, cut: _Cut, page: PageId | None) -> PageId | None:
        """Write a segment with the lines and pages that begin in it; give the page that it ends on."""
        segment = cut.segment
        content = segment.content[cut.start : cut.end]
        name = f"{SEGMENT_PREFIX}{segment.id}"
        element = etree.SubElement(parent, "seg", {ID: name, "type": segment.kind.value})
        if segment.raw.strip() != segment.content and not cut.share:
            element.set("n", xml.clean(segment.raw.strip()))
        if cut.share:
            element.set("part", cut.share)
        milestones, stretches, page = self._breaks_in(text, cut, page)
        milestones += self._anchors_in(cut)
        translator = None
        if text.kind is TextKind.TRANSLATION:
            translator = f"#r-{text.id}" if text.creator else ""
        inline.write(
            element,
            content,
            _marks_in(self._marks.get(segment.id, ()), cut),
            prefix=name,
            milestones=milestones,
            stretches=stretches,
            translator=translator,
        )
        self._written.add(segment.id)
        on = [piece for _, piece in cut.pieces if piece.line in self._lines]
        if on:
            zones = tuple(dict.fromkeys(piece.line for piece in on if piece.line is not None))
            self._on_zones.append((segment.id, zones, min(piece.confidence for piece in on)))
        return page

    def _breaks_in(
        self, text: Text, cut: _Cut, page: PageId | None
    ) -> tuple[list[Milestone], list[Stretch], PageId | None]:
        """Give the beginnings of pages and lines in a segment, and the page that it ends on."""
        milestones: list[Milestone] = []
        stretches: list[Stretch] = []
        own = cut.segment.page
        if not any(piece.page for _, piece in cut.pieces) and own is not None and own != page and own in self._pages:
            page = own
            milestones.append(self._page_break(0, own))
        for index, piece in cut.pieces:
            start = piece.start - cut.start
            if piece.page is not None and piece.page != page and piece.page in self._pages:
                page = piece.page
                milestones.append(self._page_break(start, page))
            if (text.id, index) in self._unplaced:
                milestones.append(Milestone(start, "milestone", {"unit": UNPLACED}))
            name = self._names.get((text.id, index))
            if name is None:
                continue
            attributes = {ID: name, "facs": f"#z-{piece.line}"}
            if (text.id, index) in self._asides:
                stretches.append(Stretch(start, start + len(piece.text.rstrip()), "seg", attributes))
                continue
            if start and not cut.segment.content[piece.start - 1].isspace():
                attributes["break"] = "no"
            milestones.append(Milestone(start, "lb", attributes))
        return milestones, stretches, page

    def _anchors_in(self, cut: _Cut) -> Iterator[Milestone]:
        """Give the places where what links point to begins and ends."""
        for place in sorted(self._anchors.get(cut.segment.id, ())):
            if cut.start <= place <= cut.end:
                name = _anchor(cut.segment.id, place)
                self._anchored.add(name)
                yield Milestone(place - cut.start, "anchor", {ID: name})

    def _page_break(self, place: int, page: PageId) -> Milestone:
        return Milestone(place, "pb", {"facs": f"#s-{page}", "n": xml.clean(self._pages[page].label) or "-"})

    # --- what binds them

    def _stand_off(self) -> Iterator[bytes]:
        """Write the beads, on which lines each segment lies, and the persons; confidence is the `cert` of a link."""
        beads = [link for bead in self._snapshot.beads if (link := self._answer(bead)) is not None]
        zones = [
            _link((f"#{SEGMENT_PREFIX}{segment}", *(f"#z-{line}" for line in lines)), {}, confidence)
            for segment, lines, confidence in self._on_zones
        ]
        persons = header.person_list(self._snapshot)
        if not beads and not zones and persons is None:
            return
        yield b"<standOff>\n"
        for name, links in (("translation", beads), ("facsimile", zones)):
            if links:
                yield f'<linkGrp type="{name}">\n'.encode()
                yield "".join(links).encode()
                yield b"</linkGrp>\n"
        if persons is not None:
            yield _bytes(persons)
        yield b"</standOff>\n"

    def _answer(self, bead: Bead) -> str | None:
        """Write a bead, as far as both its sides stand in what was written."""
        written = [[span for span in side if span.segment in self._written] for side in (bead.source, bead.target)]
        pointed = [self._pointed(span, anchored=bead.pinned) for side in written for span in side]
        if not all(written) or not all(pointed):
            return None
        told = [pointer(PINNED)] if bead.pinned else []
        parts = [self._part(span) for side in written for span in side]
        if not bead.pinned and any(parts):
            told.append(pointer(SPANS, ",".join(part or "*" for part in parts)))
        named = {"xml:id": f"{BEAD_PREFIX}{bead.id}"}
        if bead.level is BeadLevel.CLAUSE:
            named |= {"type": CLAUSE} | ({"corresp": f"#{BEAD_PREFIX}{bead.within}"} if bead.within else {})
        return _link(pointed, named, bead.confidence, told)

    def _part(self, span: Span) -> str:
        """Say which characters of its segment a span is; empty for all of it."""
        return "" if _is_whole(span, self._lengths[span.segment]) else f"{span.start}-{span.end}"

    def _pointed(self, span: Span, *, anchored: bool) -> str:
        """Point to a segment, or to a stretch of one between two anchors (TEI P5, 17.2.4)."""
        if not anchored or not self._part(span):
            return f"#{SEGMENT_PREFIX}{span.segment}"
        ends = [_anchor(span.segment, place) for place in (span.start, span.end)]
        return f"#range({','.join(ends)})" if self._anchored.issuperset(ends) else ""


def _by_segment(pieces: Mapping[TextId, Sequence[Piece]]) -> dict[SegmentId, list[tuple[int, Piece]]]:
    found: dict[SegmentId, list[tuple[int, Piece]]] = {}
    for listed in pieces.values():
        for index, piece in enumerate(listed):
            found.setdefault(piece.segment, []).append((index, piece))
    return found


def _anchors(snapshot: Snapshot) -> dict[SegmentId, set[int]]:
    """List the places where what a person joined begins and ends within a segment.

    What a program joined would strew anchors all over an edition, and is found anew where its words are changed.
    """
    lengths = {segment.id: len(segment.content) for segment in snapshot.segments}
    found: dict[SegmentId, set[int]] = {}
    for bead in (bead for bead in snapshot.beads if bead.pinned):
        for span in (*bead.source, *bead.target):
            if span.segment in lengths and not _is_whole(span, lengths[span.segment]):
                found.setdefault(span.segment, set()).update((span.start, span.end))
    return found


def _is_whole(span: Span, length: int) -> bool:
    return span.start <= 0 and span.end >= length


def _anchor(segment: SegmentId, place: int) -> str:
    return f"{SEGMENT_PREFIX}{segment}.a{place}"


def _link(targets: Sequence[str], named: Mapping[str, str], confidence: float, told: Sequence[str] = ()) -> str:
    said = f' ana="{" ".join(told)}"' if told else ""
    name = "".join(f' {key}="{value}"' for key, value in named.items())
    return f'<link{name} target="{" ".join(targets)}" cert="{confidence!r}"{said}/>\n'


def _is_aside(pieces: Sequence[Piece], index: int, current: LineId | None) -> bool:
    """Say whether a piece is set into the line around it: the words after it are back on that line."""
    if current is None or index + 1 >= len(pieces):
        return False
    return pieces[index + 1].line == current and pieces[index + 1].segment == pieces[index].segment


def _marks_in(marks: Sequence[Mark], cut: _Cut) -> list[ParsedMark]:
    """Give the marks of a part of a segment, by their places in it; those without width belong to what they follow."""
    found = []
    for mark in marks:
        start, end = max(mark.start, cut.start), min(mark.end, cut.end)
        if mark.start == mark.end:
            if not (cut.start < mark.start <= cut.end or mark.start == cut.start == 0):
                continue
        elif start >= end:
            continue
        found.append(replace(parsed(mark, start - cut.start, end - cut.start), raw_start=mark.raw_start))
    return found


# --- divisions


@dataclass(frozen=True, slots=True)
class _Section:
    """Paragraphs under one head; `inner` where it is a division within that of its text.

    `ends` is false where inner divisions follow in the same one: nothing may close it before them.
    """

    paragraphs: tuple[tuple[_Cut, ...], ...]
    inner: bool = False
    ends: bool = True

    def named(self) -> Iterator[tuple[str, tuple[_Cut, ...]]]:
        """Name the element of each paragraph, as far as TEI allows it there."""
        kinds = [_kind(paragraph) for paragraph in self.paragraphs]
        first = next((i for i, kind in enumerate(kinds) if kind not in _ABOVE), len(kinds))
        last = next((i for i in range(len(kinds), first, -1) if kinds[i - 1] not in _BELOW), first)
        last = last if self.ends else len(kinds)
        for index, (kind, paragraph) in enumerate(zip(kinds, self.paragraphs, strict=True)):
            named = _ABOVE if index < first else _BELOW if index >= last else {}
            yield named.get(kind, "p") if kind is not None else "p", paragraph


def _paragraphs(cuts: Sequence[_Cut]) -> list[tuple[_Cut, ...]]:
    found: list[list[_Cut]] = []
    for cut in cuts:
        if not found or (cut.segment.opens_paragraph and cut.start == 0):
            found.append([])
        found[-1].append(cut)
    return [tuple(paragraph) for paragraph in found]


def _kind(paragraph: Sequence[_Cut]) -> SegmentKind | None:
    kinds = {cut.segment.kind for cut in paragraph}
    return kinds.pop() if len(kinds) == 1 else None


def _sections(paragraphs: Sequence[tuple[_Cut, ...]]) -> list[_Section]:
    """Cut a text before each heading that follows other paragraphs; what stands before the first is not set apart."""
    starts = [0]
    for index, paragraph in enumerate(paragraphs):
        heading = _kind(paragraph) is SegmentKind.HEADING
        if index and heading and any(_kind(each) not in _ABOVE for each in paragraphs[starts[-1] : index]):
            starts.append(index)
    stops = [*starts[1:], len(paragraphs)]
    return [
        _Section(tuple(paragraphs[start:stop]), inner=start > 0, ends=start > 0 or stop == len(paragraphs))
        for start, stop in zip(starts, stops, strict=True)
    ]


def _bytes(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False) + b"\n"


def _start(name: str, attributes: Mapping[str, str]) -> str:
    said = "".join(f' {key}="{escape(xml.clean(value))}"' for key, value in attributes.items())
    return f"<{name}{said}>"


def _words(entries: LanguageMap) -> str:
    return " / ".join(" ".join(values) for _, values in entries)
