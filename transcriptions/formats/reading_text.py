"""A document's texts as plain text for readers: one text, or two in facing columns, each in one state.

A form feed begins a new page, as it does in the plain texts that are read here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import zip_longest

from transcriptions import exporting, facing, imprint, reading
from transcriptions.facing import Cell
from transcriptions.identity import PageId, TextId
from transcriptions.markup import State
from transcriptions.model import Part, Text
from transcriptions.revision import Snapshot

MEDIA_TYPE = "text/plain"
SUFFIX = "txt"
FACING_SUFFIX = "facing.txt"
PROFILE = ""

_COLUMN = 58
_GAP = " | "


class Side(StrEnum):
    """Which of a document's texts: what stands on its pages, or their translation."""

    SOURCE = "transcription"
    TARGET = "translation"


def write(
    snapshot: Snapshot,
    side: Side,
    *,
    state: State,
    page: PageId | None = None,
    translation: TextId | None = None,
    language: str = "en",
    headed: bool = True,
) -> Iterator[bytes]:
    """Write one text of every part, or of one page, in one state; the page's line breaks stay where they were kept.

    Nothing but the text is written where `headed` is false. A part without such a text is left out.
    """
    texts = [(part, text) for part in snapshot.parts if (text := _text(snapshot, part, side, translation))]
    if headed:
        yield _headed(imprint.lines(snapshot, (text for _, text in texts), state, language=language))
    marks = reading.marks_by_segment(snapshot)
    written = False
    for part, text in texts:
        if headed and len(texts) > 1 and (label := reading.said(part.label, language)):
            yield f"{label}\n\n".encode()
        for place, cells in facing.pages(snapshot, part, text, marks):
            if page is None or (place is not None and place.id == page):
                said = _running(cells, text, state, language)
                yield (("\f" if written else "") + said).encode()
                written = True


def _text(snapshot: Snapshot, part: Part, side: Side, translation: TextId | None) -> Text | None:
    if side is Side.SOURCE:
        return exporting.source_text(snapshot, part)
    return facing.translation_of(snapshot, part, translation)


def _headed(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n\n").encode()


def _running(cells: Sequence[Cell], text: Text, state: State, language: str) -> str:
    written, before = "", ""
    for cell in cells:
        read = reading.words if text.breaks_kept else reading.prose
        said = read(cell.segment, cell.marks, state, language=language, start=cell.start, end=cell.end)
        if said:
            breaks = text.breaks_kept and "\n" in before[len(before.rstrip()) :]
            between = "\n\n" if cell.opens else "\n" if breaks else " "
            written += (between if written else "") + said
            before = cell.segment.raw
    return f"{written}\n" if written else ""


def write_facing(
    snapshot: Snapshot,
    *,
    state: State,
    page: PageId | None = None,
    translation: TextId | None = None,
    language: str = "en",
) -> Iterator[bytes]:
    """Write every part's text and its translation in two columns, row by row, in one state."""
    parts = list(facing.parts(snapshot, translation=translation))
    texts = [text for part in parts for text in (part.source, part.target) if text]
    lines = imprint.lines(snapshot, texts, state, language=language)
    if any(imprint.joined_by_machine(snapshot, part.target) for part in parts):
        lines = (*lines, imprint.chosen(imprint.MACHINE, language))
    yield _headed(lines)
    for part in parts:
        for each in part.pages:
            if not each.rows or (page is not None and (each.page is None or each.page.id != page)):
                continue
            named = f"{imprint.chosen(imprint.PAGE, language)} {each.page.label}" if each.page else ""
            yield f"{named or imprint.chosen(imprint.UNPLACED, language)}\n\n".encode()
            for row in each.rows:
                yield _columns(*(facing.read(cells, state, language=language) for cells in (row.source, row.target)))


def _columns(left: str, right: str) -> bytes:
    sides = [[line for part in side.split("\n") for line in textwrap.wrap(part, _COLUMN)] for side in (left, right)]
    rows = (f"{a:<{_COLUMN}}{_GAP}{b}".rstrip() for a, b in zip_longest(*sides, fillvalue=""))
    return ("\n".join(rows) + "\n\n").encode()
