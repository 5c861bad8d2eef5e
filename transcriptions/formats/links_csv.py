"""The links of a document as a table (CSV, RFC 4180): which words of which segment lie where, and how sure that is.

A cell that a spreadsheet would take for a formula begins with an apostrophe, which is none of its words.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from transcriptions import exporting
from transcriptions.alignment.project import Piece
from transcriptions.identity import PageId, SegmentId
from transcriptions.model import Link, Page, Text
from transcriptions.revision import Snapshot

MEDIA_TYPE = "text/csv"
SUFFIX = "links.csv"
PROFILE = ""

COLUMNS = tuple(
    "part text_id text_kind language segment_id segment_number start end words page page_id line_id x y width height "
    "confidence evidence moved pinned".split()
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(snapshot: Snapshot, *, page: PageId | None = None) -> Iterator[bytes]:
    """Write a row for each stretch of text that lies on one line, and for each that has no place, in order.

    Boxes are integer pixels of the page frame. With `page`, only the stretches on that page. A byte order mark leads,
    by which spreadsheets know UTF-8.
    """
    yield "\ufeff".encode() + _row(COLUMNS)
    parts = {part.id: index for index, part in enumerate(snapshot.parts, start=1)}
    pages = {each.id: each for each in snapshot.pages}
    pinned: dict[SegmentId, list[Link]] = {}
    for link in snapshot.links:
        if link.pinned:
            pinned.setdefault(link.segment, []).append(link)
    for text in sorted(snapshot.texts, key=lambda each: (parts.get(each.part, 0), each.kind.value, each.id)):
        numbers = {segment.id: n for n, segment in enumerate(snapshot.segments_of(text.id), start=1)}
        for piece in exporting.pieces_of(snapshot, text):
            if page in (None, piece.page):
                held = any(_covers(link, piece) for link in pinned.get(piece.segment, ()))
                place = None if piece.page is None else pages.get(piece.page)
                told = _cells(parts.get(text.part, 0), text, numbers[piece.segment], piece, place)
                yield _row((*told, "yes" if held else "no"))


def _covers(link: Link, piece: Piece) -> bool:
    return link.line == piece.line and link.start < piece.end and piece.start < link.end


def _cells(part: int, text: Text, number: int, piece: Piece, page: Page | None) -> tuple[str | int | float, ...]:
    box = piece.box
    return (
        part,
        text.id,
        text.kind.value,
        text.language,
        piece.segment,
        number,
        piece.start,
        piece.end,
        " ".join(piece.text.split()),
        page.label if page else "",
        page.id if page else "",
        piece.line or "",
        *((box.x, box.y, box.width, box.height) if box else ("", "", "", "")),
        round(piece.confidence, 3) if piece.line else "",
        text.alignment.evidence if text.alignment else "",
        "yes" if piece.moved else "no",
    )


def _row(cells: tuple[str | int | float, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe(each) if isinstance(each, str) else each for each in cells])
    return out.getvalue().encode()


def safe(cell: str) -> str:
    """Keep a spreadsheet from taking words for a formula (OWASP, CSV injection), also behind blanks."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_FORMULA) else cell
