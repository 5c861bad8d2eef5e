"""Annotations of lines, translated line parts and marks, as plain values; one page for each canvas and text.

The shapes are those that every viewer tried can draw: a target string with integer xywh, one inline TextualBody, and
motivations that both the text layers and the lists of viewers look for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

import msgspec

from images.geometry import Box, clip, intersection, union
from images.layout.page import Hand, Role
from manifests import uris, words
from transcriptions import imprint
from transcriptions.alignment.project import Piece, boxes_of_marks, transcription_pieces, translation_pieces
from transcriptions.identity import LineId, PageId, TextId
from transcriptions.model import Line, Mark, MarkKind, Page, Segment, Text, TextKind
from transcriptions.revision import Snapshot

PRESENTATION = "http://iiif.io/api/presentation/3/context.json"
GRANULARITY = "http://iiif.io/api/extension/text-granularity/context.json"
WEB_ANNOTATION = "http://www.w3.org/ns/anno.jsonld"

_TEXT_MOTIVATION = ("supplementing", "commenting")
_MARK_MOTIVATION = ("commenting", "tagging")
_UNSEEN = frozenset({MarkKind.STRUCTURE, MarkKind.CREDIT})
_SAME_PLACE = 0.5
"""Marks of one kind, in two texts, whose boxes share this much of their union stand for the same ink."""


class Form(Enum):
    """Whose vocabulary an annotation that is served alone is written in."""

    WEB_ANNOTATION = "web annotation"
    PRESENTATION = "presentation"


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """A TextualBody."""

    type: str
    value: str
    language: str = ""
    format: str = ""
    purpose: str = ""


class Software(msgspec.Struct, frozen=True):
    """A program that made an annotation."""

    type: str
    name: str


class Annotation(msgspec.Struct, frozen=True, omit_defaults=True, rename={"text_granularity": "textGranularity"}):
    """A Web Annotation with one target on a canvas."""

    id: str
    type: str
    motivation: tuple[str, ...]
    body: Body | tuple[Body, ...]
    target: str
    text_granularity: str = ""
    generator: Software | None = None


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """Another resource, by its URI."""

    id: str
    type: str
    label: dict[str, list[str]] = {}


class AnnotationPage(
    msgspec.Struct, frozen=True, omit_defaults=True, rename={"context": "@context", "part_of": "partOf"}
):
    """A page of annotations as it is served."""

    context: str | tuple[str, ...]
    id: str
    type: str
    label: dict[str, list[str]]
    items: tuple[Annotation, ...]
    part_of: tuple[Reference, ...] = ()
    next: Reference | None = None
    prev: Reference | None = None


class AnnotationCollection(msgspec.Struct, frozen=True, omit_defaults=True, rename={"context": "@context"}):
    """All annotation pages of a text."""

    context: str
    id: str
    type: str
    label: dict[str, list[str]]
    total: int = 0
    first: Reference | None = None
    last: Reference | None = None


def text_page(snapshot: Snapshot, page_id: PageId, text_id: TextId, *, base: str) -> bytes | None:
    """Write the page of one text's annotations on one canvas; None where the document has no such page or text."""
    text, page = snapshot.text(text_id), snapshot.page(page_id)
    if text is None or page is None:
        return None
    every = text_annotations(snapshot, text, base=base)
    layer = Reference(uris.layer(base, text.id), "AnnotationCollection")
    pages = list(every)
    place = pages.index(page_id) if page_id in every else None
    written = AnnotationPage(
        context=(GRANULARITY, PRESENTATION),
        id=uris.annotation_page(base, page.id, text.id),
        type="AnnotationPage",
        label=words.noticed_label(text, snapshot),
        items=every.get(page_id, ()),
        part_of=(layer,) if every else (),
        next=_page_reference(base, pages[place + 1], text) if place is not None and place + 1 < len(pages) else None,
        prev=_page_reference(base, pages[place - 1], text) if place else None,
    )
    return msgspec.json.encode(written)


def marks_page(snapshot: Snapshot, page_id: PageId, *, base: str) -> bytes | None:
    """Write the page of the marks on one canvas; None where the document has no such page."""
    page = snapshot.page(page_id)
    if page is None:
        return None
    written = AnnotationPage(
        context=PRESENTATION,
        id=uris.annotation_page(base, page.id, uris.MARKS_LAYER),
        type="AnnotationPage",
        label=marks_label(snapshot),
        items=mark_annotations(snapshot, base=base).get(page_id, ()),
    )
    return msgspec.json.encode(written)


def layer(snapshot: Snapshot, text_id: TextId, *, base: str) -> bytes | None:
    """Write the collection of a text's annotation pages; None where the document has no such text."""
    text = snapshot.text(text_id)
    if text is None:
        return None
    every = text_annotations(snapshot, text, base=base)
    pages = list(every)
    written = AnnotationCollection(
        context=PRESENTATION,
        id=uris.layer(base, text.id),
        type="AnnotationCollection",
        label=words.noticed_label(text, snapshot),
        total=sum(len(items) for items in every.values()),
        first=_page_reference(base, pages[0], text) if pages else None,
        last=_page_reference(base, pages[-1], text) if pages else None,
    )
    return msgspec.json.encode(written)


def single(snapshot: Snapshot, annotation_id: str, *, base: str, form: Form = Form.WEB_ANNOTATION) -> bytes | None:
    """Write one annotation as it is served alone; None where there is none of that id."""
    wanted = uris.annotation(base, annotation_id)
    found = next((each for each in _every(snapshot, annotation_id, base) if each.id == wanted), None)
    if found is None:
        return None
    fields = msgspec.to_builtins(found)
    if form is Form.WEB_ANNOTATION:
        fields.pop("textGranularity", None)
        return msgspec.json.encode({"@context": WEB_ANNOTATION, **fields})
    context = (GRANULARITY, PRESENTATION) if found.text_granularity else PRESENTATION
    return msgspec.json.encode({"@context": context, **fields})


def _every(snapshot: Snapshot, annotation_id: str, base: str) -> Iterable[Annotation]:
    """Go through the annotations among which an id may be found: its first part names a text, segment or mark."""
    owner = annotation_id.partition("-")[0]
    if any(mark.id == owner for mark in snapshot.marks):
        groups = mark_annotations(snapshot, base=base)
    else:
        segment = next((each for each in snapshot.segments if each.id == owner), None)
        text = snapshot.text(TextId(owner) if segment is None else segment.text)
        groups = {} if text is None else text_annotations(snapshot, text, base=base)
    return (each for annotations in groups.values() for each in annotations)


def references(snapshot: Snapshot, *, base: str) -> dict[PageId, list[Reference]]:
    """List each canvas's annotation pages: the texts in the order of their kinds, then the marks; no empty ones."""
    listed: dict[PageId, list[Reference]] = defaultdict(list)
    for text in ordered_texts(snapshot):
        label = words.noticed_label(text, snapshot)
        for page in text_annotations(snapshot, text, base=base):
            listed[page].append(_page_reference(base, page, text, label))
    label = marks_label(snapshot)
    for page in mark_annotations(snapshot, base=base):
        listed[page].append(Reference(uris.annotation_page(base, page, uris.MARKS_LAYER), "AnnotationPage", label))
    return listed


def _page_reference(base: str, page: PageId, text: Text, label: dict[str, list[str]] | None = None) -> Reference:
    return Reference(uris.annotation_page(base, page, text.id), "AnnotationPage", label or {})


def ordered_texts(snapshot: Snapshot) -> tuple[Text, ...]:
    """Give the texts as they are listed: transcriptions, machine readings, translations."""
    order = (TextKind.TRANSCRIPTION, TextKind.OCR_DRAFT, TextKind.TRANSLATION)
    return tuple(sorted(snapshot.texts, key=lambda text: order.index(text.kind)))


def marks_label(snapshot: Snapshot) -> dict[str, list[str]]:
    """Name the marks' layer, and say where a program found the places."""
    label = words.both(words.MARKS)
    if not any(imprint.is_machine_work(text, snapshot) for text in snapshot.texts):
        return label
    return {tag: [f"{values[0]} – {words.both(words.MACHINE)[tag][0]}"] for tag, values in label.items()}


def canvas_uri(page: Page, *, base: str) -> str:
    """Name a page's canvas: the owner's where the scan is another institution's, else ours."""
    return page.canvas or uris.canvas(base, page.id)


# --- texts


def text_annotations(snapshot: Snapshot, text: Text, *, base: str) -> dict[PageId, tuple[Annotation, ...]]:
    """Give a text's annotations by page, pages in the document's order, annotations in reading order."""
    if text.kind is TextKind.TRANSLATION:
        pieces = translation_pieces(snapshot, text.id)
    else:
        pieces = transcription_pieces(snapshot, text.id)
    by_page: dict[PageId, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.page is not None and piece.box is not None and piece.text.strip():
            by_page[piece.page].append(piece)
    maker = _Maker(snapshot, text, base)
    found = {page.id: maker.on(page, by_page[page.id]) for page in snapshot.ordered_pages() if page.id in by_page}
    return {page: annotations for page, annotations in found.items() if annotations}


class _Maker:
    """Makes the annotations of one text."""

    def __init__(self, snapshot: Snapshot, text: Text, base: str) -> None:
        self._snapshot = snapshot
        self._text = text
        self._base = base
        self._generator = _generator(text, snapshot)
        self._pinned = {(link.segment, link.line) for link in snapshot.links if link.pinned}

    def on(self, page: Page, pieces: Sequence[Piece]) -> tuple[Annotation, ...]:
        lines = {line.id: (place, line) for place, line in enumerate(self._snapshot.ordered_lines(page.id))}
        ordered = sorted(enumerate(pieces), key=lambda each: (_place(each[1], lines), each[0]))
        translated = self._text.kind is TextKind.TRANSLATION
        groups: dict[tuple[str, str], list[Piece]] = {}
        for _, piece in ordered:
            owner = piece.segment if translated or piece.line is None else self._text.id
            groups.setdefault((owner, piece.line or ""), []).append(piece)
        made = (self._annotation(page, owner, group, lines) for (owner, _), group in groups.items())
        return tuple(each for each in made if each is not None)

    def _annotation(
        self, page: Page, owner: str, pieces: Sequence[Piece], lines: Mapping[LineId, tuple[int, Line]]
    ) -> Annotation | None:
        line_id = pieces[0].line
        line = lines[line_id][1] if line_id is not None and line_id in lines else None
        translated = self._text.kind is TextKind.TRANSLATION
        whole = (
            union(piece.box for piece in pieces if piece.box is not None) if translated or line is None else line.box
        )
        box = clip(whole, page.size)
        if box is None:
            return None
        body = Body("TextualBody", joined_text(pieces), _tag(self._text.language), "text/plain")
        tag = None if translated or line is None else _line_tag(line)
        confirmed = all((piece.segment, piece.line) in self._pinned for piece in pieces)
        return Annotation(
            id=uris.annotation(self._base, f"{owner}-{line_id}" if line_id else owner),
            type="Annotation",
            motivation=_TEXT_MOTIVATION,
            body=body if tag is None else (body, Body("TextualBody", tag, "en", purpose="tagging")),
            target=f"{canvas_uri(page, base=self._base)}#xywh={box.x},{box.y},{box.width},{box.height}",
            text_granularity="" if translated else "line",
            generator=None if confirmed else self._generator,
        )


def joined_text(pieces: Sequence[Piece]) -> str:
    """Join the pieces that lie on one line; what is not adjacent in its segment is set apart by a space."""
    parts: list[str] = []
    last: Piece | None = None
    for piece in pieces:
        adjacent = last is not None and last.segment == piece.segment and last.end == piece.start
        if parts and not adjacent:
            parts.append(" ")
        parts.append(piece.text)
        last = piece
    return " ".join("".join(parts).split())


def _place(piece: Piece, lines: Mapping[LineId, tuple[int, Line]]) -> tuple[int, int]:
    if piece.line is not None and piece.line in lines:
        return lines[piece.line][0], 0
    return len(lines), piece.box.y if piece.box else 0


def _tag(language: str) -> str:
    return "" if language == "none" else language


def _line_tag(line: Line) -> str | None:
    """Say in one English tag what is special about a line; typed lines of the body have none."""
    written = line.hand is Hand.HANDWRITTEN
    if line.role is Role.INSERTION:
        return "handwritten insertion" if written else "insertion"
    if line.role is Role.STAMP or line.hand is Hand.STAMP:
        return "stamp"
    return "handwritten" if written else None


def _generator(text: Text, snapshot: Snapshot) -> Software | None:
    if text.alignment is None or not (text.kind is TextKind.OCR_DRAFT or imprint.is_machine_work(text, snapshot)):
        return None
    return Software("Software", text.alignment.generator)


# --- marks


def mark_annotations(snapshot: Snapshot, *, base: str) -> dict[PageId, tuple[Annotation, ...]]:
    """Give the marks' annotations by page, from the top of the page down; what two texts both mark is given once."""
    segments = {segment.id: segment for segment in snapshot.segments}
    texts = {text.id: text for text in snapshot.texts}
    order = {text.id: place for place, text in enumerate(ordered_texts(snapshot))}
    placed: dict[PageId, list[_PlacedMark]] = defaultdict(list)
    marks = [mark for mark in snapshot.marks if mark.kind not in _UNSEEN and mark.segment in segments]
    places = boxes_of_marks(snapshot, marks)
    for mark in sorted(marks, key=lambda each: order.get(segments[each.segment].text, len(order))):
        segment = segments[mark.segment]
        for number, (page, box) in enumerate(places[mark.id], start=1):
            _add(placed[page], _PlacedMark(mark, segment, texts[segment.text], number, box))
    pages = [page for page in snapshot.ordered_pages() if placed.get(page.id)]
    generators = {text.id: _generator(text, snapshot) for text in snapshot.texts}
    found = {page.id: tuple(_mark_annotations(page, placed[page.id], generators, base)) for page in pages}
    return {page: annotations for page, annotations in found.items() if annotations}


class _PlacedMark(msgspec.Struct, frozen=True):
    mark: Mark
    segment: Segment
    text: Text
    number: int
    box: Box


def _add(held: list[_PlacedMark], new: _PlacedMark) -> None:
    """Keep a mark's place, unless a mark of another text already says the same of it."""
    for each in held:
        other_text = each.text.id != new.text.id
        if other_text and each.mark.kind is new.mark.kind and _overlap(each.box, new.box) >= _SAME_PLACE:
            return
    held.append(new)


def _overlap(first: Box, second: Box) -> float:
    shared = intersection(first, second)
    return 0.0 if shared is None else shared.area / (first.area + second.area - shared.area)


def _mark_annotations(
    page: Page, placed: Sequence[_PlacedMark], generators: Mapping[TextId, Software | None], base: str
) -> Iterable[Annotation]:
    for each in sorted(placed, key=lambda one: (one.box.y, one.box.x, one.mark.id)):
        box = clip(each.box, page.size)
        if box is None:
            continue
        mark = each.mark
        tag = Body("TextualBody", mark.kind.replace("_", " "), "en", purpose="tagging")
        yield Annotation(
            id=uris.annotation(base, mark.id if each.number == 1 else f"{mark.id}-{each.number}"),
            type="Annotation",
            motivation=_MARK_MOTIVATION,
            body=(Body("TextualBody", said_of(mark, each.segment), format="text/plain"), tag),
            target=f"{canvas_uri(page, base=base)}#xywh={box.x},{box.y},{box.width},{box.height}",
            generator=None if mark.pinned else generators[each.text.id],
        )


def said_of(mark: Mark, segment: Segment) -> str:
    """Say what a mark is, in both languages, and which words it is about."""
    label = words.mark_label(mark)
    name = f"{label['ru'][0]} / {label['en'][0]}"
    about = " ".join(segment.content[mark.start : mark.end].split()) or mark.value
    return f"{name}: {about}" if about else name
