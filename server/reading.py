"""What the reader page shows of a document and of each page, as JSON: lines, and texts cut at lines and marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from images.geometry import Box, box_outward
from manifests import canvases, description, uris, words
from manifests.annotations import canvas_uri, ordered_texts
from transcriptions.alignment.project import Piece, boxes_of_marks, transcription_pieces, translation_pieces
from transcriptions.formats import catalogue
from transcriptions.formats.catalogue import DocumentFormat
from transcriptions.identity import PageId
from transcriptions.model import Line, Mark, Page, Segment, Text, TextKind
from transcriptions.revision import Snapshot

Json = dict[str, Any]


def document(snapshot: Snapshot, *, base: str) -> bytes:
    """Write what the reader shows of a whole document."""
    described = snapshot.document
    value = {
        "id": described.id,
        "title": description.title(described),
        "summary": words.language_map(described.summary),
        "credit": description.credit(snapshot),
        "modified": snapshot.modified,
        "manifest": uris.manifest(base, described.id),
        "fields": [{"label": label, "value": value} for label, value in description.fields(snapshot)],
        "files": [_file(each, snapshot, base) for each in catalogue.document_formats(snapshot)],
        "dates": [{"written": each.written, "edtf": each.edtf, "kind": each.kind} for each in described.dates],
        "parts": _parts(snapshot),
        "pages": [_page(page, base) for page in snapshot.ordered_pages()],
        "texts": [_text(text, snapshot) for text in ordered_texts(snapshot)],
    }
    return msgspec.json.encode(value)


def _file(form: DocumentFormat, snapshot: Snapshot, base: str) -> Json:
    address = uris.export(base, snapshot.document.id, form.suffix)
    return {"label": words.both(form.label), "address": address.removeprefix(base), "format": form.media_type}


def _parts(snapshot: Snapshot) -> list[Json]:
    parts = [part for part in snapshot.parts if part.pages]
    return [
        {
            "id": part.id,
            "label": canvases.part_label(words.language_map(part.label), number)
            if len(parts) > 1 or part.label
            else {},
            "pages": part.pages,
            "untranslated": part.untranslated,
        }
        for number, part in enumerate(parts, start=1)
    ]


def _page(page: Page, base: str) -> Json:
    placements = description.placements(page)
    return {
        "id": page.id,
        "label": page.label,
        "width": page.size.width,
        "height": page.size.height,
        "canvas": canvas_uri(page, base=base),
        "image": description.service_uri(placements[0], base=base) if placements else "",
    }


def _text(text: Text, snapshot: Snapshot) -> Json:
    return {
        "id": text.id,
        "part": text.part,
        "kind": text.kind,
        "language": text.language,
        "label": words.text_label(text),
        "notice": words.text_notice(text, snapshot),
        "creator": text.creator,
    }


# --- one page


def page(snapshot: Snapshot, page_id: PageId) -> bytes | None:
    """Write the lines of a page, and what of each text touches it; None where the document has no such page."""
    if snapshot.page(page_id) is None:
        return None
    shown = [found for text in ordered_texts(snapshot) if (found := _PageText.of(snapshot, text, page_id))]
    value = {
        "page": page_id,
        "lines": [_line(line) for line in snapshot.ordered_lines(page_id)],
        "texts": [each.json() for each in shown],
        "marks": [mark for each in shown for mark in each.marks_json(snapshot)],
    }
    return msgspec.json.encode(value)


def _line(line: Line) -> Json:
    return {
        "id": line.id,
        "box": _box(line.box),
        "polygon": [[point.x, point.y] for point in line.boundary.points],
        "role": line.role,
        "hand": line.hand,
        "confidence": round(line.confidence, 3),
        "anchor": None if line.anchor is None else {"line": line.anchor.line, "x": line.anchor.x},
    }


def _box(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]


class _PageText:
    """The segments of one text that touch one page, with their pieces and marks."""

    def __init__(
        self, text: Text, page: PageId, segments: Sequence[Segment], pieces: Mapping[str, list[Piece]]
    ) -> None:
        self._text = text
        self._page = page
        self._segments = segments
        self._pieces = pieces
        self._marks: dict[str, list[Mark]] = {segment.id: [] for segment in segments}

    @classmethod
    def of(cls, snapshot: Snapshot, text: Text, page: PageId) -> _PageText | None:
        """Gather what touches the page; None where nothing does."""
        part = snapshot.part(text.part)
        if part is None or page not in part.pages:
            return None
        every = snapshot.segments_of(text.id)
        find = translation_pieces if text.kind is TextKind.TRANSLATION else transcription_pieces
        pieces: dict[str, list[Piece]] = {segment.id: [] for segment in every}
        for piece in find(snapshot, text.id):
            pieces[piece.segment].append(piece)
        places = _pages_of(every, pieces, part.pages)
        segments = [segment for segment, pages in zip(every, places, strict=True) if page in pages]
        if not segments:
            return None
        found = cls(text, page, segments, pieces)
        for mark in snapshot.marks_of(segment.id for segment in segments):
            found._marks[mark.segment].append(mark)
        return found

    def json(self) -> Json:
        paragraphs: list[Json] = []
        for segment in self._segments:
            if segment.opens_paragraph or not paragraphs:
                paragraphs.append({"segments": []})
            runs = list(self._runs(segment))
            paragraphs[-1]["segments"].append({"id": segment.id, "kind": segment.kind, "runs": runs})
        return {"text": self._text.id, "paragraphs": paragraphs}

    def marks_json(self, snapshot: Snapshot) -> Iterator[Json]:
        places = boxes_of_marks(snapshot, (mark for marks in self._marks.values() for mark in marks))
        for segment in self._segments:
            for mark in sorted(self._marks[segment.id], key=lambda each: (each.start, -each.end, each.id)):
                boxes = [_box(box) for page, box in places[mark.id] if page == self._page]
                yield _mark(mark, self._text, boxes)

    def _runs(self, segment: Segment) -> Iterator[Json]:
        """Cut a segment where pieces and marks begin and end; a mark without width is a run without text."""
        marks = self._marks[segment.id]
        for piece in self._pieces[segment.id]:
            inner = {place for mark in marks for place in (mark.start, mark.end) if piece.start < place < piece.end}
            for start, end in pairwise(sorted({piece.start, piece.end} | inner)):
                yield from self._notes(marks, start)
                over = [mark.id for mark in marks if mark.start <= start and end <= mark.end and mark.start < mark.end]
                yield self._run(piece, start, end, over)
        yield from self._notes(marks, len(segment.content))

    def _notes(self, marks: Iterable[Mark], place: int) -> Iterator[Json]:
        for mark in marks:
            if mark.start == mark.end == place:
                yield {
                    "text": "",
                    "start": place,
                    "end": place,
                    "line": None,
                    "box": None,
                    "confidence": round(mark.confidence, 3),
                    "moved": False,
                    "marks": [mark.id],
                }

    def _run(self, piece: Piece, start: int, end: int, marks: Sequence[str]) -> Json:
        here = piece.page == self._page and piece.box is not None
        return {
            "text": piece.text[start - piece.start : end - piece.start],
            "start": start,
            "end": end,
            "line": piece.line if here else None,
            "box": _box(_share(piece, start, end)) if here else None,
            "confidence": round(piece.confidence, 3),
            "moved": here and piece.moved,
            "marks": marks,
        }


def _share(piece: Piece, start: int, end: int) -> Box:
    """Give the part of a piece's box that some of its characters take, as in type of fixed pitch."""
    assert piece.box is not None
    box = piece.box
    step = box.width / max(1, piece.end - piece.start)
    cut = box_outward(
        box.x + (start - piece.start) * step, box.y, min(box.right, box.x + (end - piece.start) * step), box.bottom
    )
    return box if (start, end) == (piece.start, piece.end) else cut


def _pages_of(
    segments: Sequence[Segment], pieces: Mapping[str, list[Piece]], pages: Sequence[PageId]
) -> list[frozenset[PageId]]:
    """Say which pages each segment touches; one without a place goes with its nearest placed neighbour."""
    known: list[frozenset[PageId]] = []
    for segment in segments:
        found = frozenset(piece.page for piece in pieces[segment.id] if piece.page is not None)
        if not found and segment.page is not None:
            found = frozenset({segment.page})
        known.append(found)
    placed = [place for place, found in enumerate(known) if found]
    if not placed:
        return [frozenset(pages[:1])] * len(known)
    return [known[place] or _neighbour(place, placed, known) for place in range(len(known))]


def _neighbour(place: int, placed: Sequence[int], known: Sequence[frozenset[PageId]]) -> frozenset[PageId]:
    nearest = min(placed, key=lambda other: (abs(other - place), other > place))
    return known[nearest]


def _mark(mark: Mark, text: Text, boxes: list[list[int]]) -> Json:
    return {
        "id": mark.id,
        "text": text.id,
        "segment": mark.segment,
        "kind": mark.kind,
        "start": mark.start,
        "end": mark.end,
        "value": mark.value,
        "raw": mark.raw,
        "hand": mark.hand,
        "certainty": mark.certainty,
        "label": words.mark_label(mark),
        "boxes": boxes,
    }
