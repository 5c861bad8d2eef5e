"""Every format that a document or a page of it goes out in: how it is written, and how HTTP and IIIF name it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from transcriptions import exporting
from transcriptions.formats import (
    citations,
    docx,
    docx_writing,
    links_csv,
    pdf,
    pdf_edition,
    pdf_facsimile,
    reading_text,
    tmx,
    zip_archive,
)
from transcriptions.formats.citations import Address, Style
from transcriptions.formats.pages import FORMATS as PAGE_FORMATS
from transcriptions.formats.pages import PageFormat
from transcriptions.formats.reading_text import Side
from transcriptions.formats.tei import vocabulary
from transcriptions.formats.tei import writing as tei
from transcriptions.identity import PageId
from transcriptions.markup import State
from transcriptions.model import BeadLevel, Page
from transcriptions.revision import Snapshot

Pictures = Callable[[Page], bytes | None]
"""Gives the JPEG that a page is printed with; None for a page whose scan is not at hand."""


def _no_picture(page: Page) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is wished for: which state of the texts, one page or all, labels in which language.

    `address` is where the document is seen, and `today` on which day; `pictures` are those of its pages, and
    `picture_address` says where they are.
    """

    state: State = State.AS_CHANGED
    page: PageId | None = None
    language: str = "en"
    address: str = ""
    today: datetime.date | None = None
    pictures: Pictures = _no_picture
    picture_address: Callable[[Page], str] = tei.picture_of


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """One format of whole documents.

    `suffix` stands after the document's id in its address. What `for_people` is offered for reading, the rest to
    programs. `write` streams the file; `exists` tells whether there is anything to write of a document. `by_page`
    tells that it can be written of one page alone, `dated` that the day is part of it.
    """

    name: str
    label: tuple[str, str]
    suffix: str
    media_type: str
    profile: str
    write: Callable[[Snapshot, Wish], Iterator[bytes]]
    exists: Callable[[Snapshot], bool]
    for_people: bool = False
    by_page: bool = False
    dated: bool = False


def pages_with_lines(snapshot: Snapshot) -> frozenset[PageId]:
    """List the pages that go out in the formats of pages: those of which a line is known."""
    return frozenset(line.page for line in snapshot.lines)


def document_formats(snapshot: Snapshot) -> tuple[DocumentFormat, ...]:
    """List the formats that a document goes out in."""
    return tuple(each for each in DOCUMENT_FORMATS.values() if each.exists(snapshot))


# --- what there must be


def _always(snapshot: Snapshot) -> bool:
    return True


def _has_pages(snapshot: Snapshot) -> bool:
    return bool(snapshot.pages)


def _has_lines(snapshot: Snapshot) -> bool:
    return bool(snapshot.lines)


def _has_source(snapshot: Snapshot) -> bool:
    return any(exporting.source_text(snapshot, part) for part in snapshot.parts)


def _has_translation(snapshot: Snapshot) -> bool:
    return any(exporting.translations(snapshot, part) for part in snapshot.parts)


def _has_both(snapshot: Snapshot) -> bool:
    return _has_source(snapshot) and _has_translation(snapshot)


def _has_text(snapshot: Snapshot) -> bool:
    return bool(snapshot.texts)


def _has_pairs(snapshot: Snapshot) -> bool:
    return any(bead.level is BeadLevel.SENTENCE and bead.source and bead.target for bead in snapshot.beads)


# --- how each is written


def _facsimile(snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return pdf_facsimile.write(snapshot, wish.pictures, page=wish.page, language=wish.language)


def _edition(snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return pdf_edition.write(snapshot, wish.pictures, state=wish.state, page=wish.page, language=wish.language)


def _tei(snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return tei.write(snapshot, page=wish.page, image=wish.picture_address)


def _docx(snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return docx_writing.write(snapshot, state=wish.state, page=wish.page, language=wish.language)


def _text(side: Side, snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return reading_text.write(snapshot, side, state=wish.state, page=wish.page, language=wish.language)


def _facing(snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return reading_text.write_facing(snapshot, state=wish.state, page=wish.page, language=wish.language)


def _tmx(snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return tmx.write(snapshot, state=wish.state)


def _links(snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    return links_csv.write(snapshot, page=wish.page)


def _citation(style: Style, snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    yield citations.write(snapshot, style, address=Address(wish.address, wish.today))


def _pages_in(form: PageFormat, snapshot: Snapshot, wish: Wish) -> Iterator[bytes]:
    """Write the pages of a document in a page format, each a file of a ZIP archive, in reading order."""
    names = {page.id: number for number, page in enumerate(snapshot.ordered_pages(), start=1)}
    known = pages_with_lines(snapshot)
    entries = (
        (f"{snapshot.document.id}/{names[page]:04}-{page}.{form.suffix}", form.write(written))
        for page, written in exporting.pages(snapshot)
        if page in known and page in names
    )
    return zip_archive.write(entries, large=True)


# --- the formats

_FACSIMILE = DocumentFormat(
    "pdf", ("PDF, scans with searchable text", "PDF, сканы с поиском по тексту"), pdf_facsimile.SUFFIX, pdf.MEDIA_TYPE,
    pdf.PROFILE, _facsimile, _has_pages, for_people=True, by_page=True,
)  # fmt: skip
_EDITION = DocumentFormat(
    "edition", ("PDF, scan and both texts facing", "PDF, скан и оба текста рядом"), pdf_edition.SUFFIX, pdf.MEDIA_TYPE,
    pdf.PROFILE, _edition, _has_text, for_people=True, by_page=True,
)  # fmt: skip
_TEI = DocumentFormat(
    "tei", ("TEI, scans, texts and what binds them", "TEI, сканы, тексты и их связи"), "tei.xml", vocabulary.MEDIA_TYPE,
    vocabulary.PROFILE, _tei, _has_pages, by_page=True,
)  # fmt: skip
_DOCX = DocumentFormat(
    "docx", ("Word file, both texts facing", "Файл Word, оба текста рядом"), docx.SUFFIX, docx.MEDIA_TYPE, docx.PROFILE,
    _docx, _has_text, for_people=True, by_page=True,
)  # fmt: skip
_TRANSCRIPTION = DocumentFormat(
    "text", ("Transcription, plain text", "Расшифровка, простой текст"), reading_text.SUFFIX, reading_text.MEDIA_TYPE,
    reading_text.PROFILE, partial(_text, Side.SOURCE), _has_source, for_people=True, by_page=True,
)  # fmt: skip
_TRANSLATION = DocumentFormat(
    "translation", ("Translation, plain text", "Перевод, простой текст"), f"translation.{reading_text.SUFFIX}",
    reading_text.MEDIA_TYPE, reading_text.PROFILE, partial(_text, Side.TARGET), _has_translation, for_people=True,
    by_page=True,
)  # fmt: skip
_FACING = DocumentFormat(
    "facing", ("Both texts in columns, plain text", "Оба текста в колонках, простой текст"), reading_text.FACING_SUFFIX,
    reading_text.MEDIA_TYPE, reading_text.PROFILE, _facing, _has_both, for_people=True, by_page=True,
)  # fmt: skip
_TMX = DocumentFormat(
    "tmx", ("Translation memory (TMX)", "Память переводов (TMX)"), tmx.SUFFIX, tmx.MEDIA_TYPE, tmx.PROFILE, _tmx,
    _has_pairs,
)  # fmt: skip
_LINKS = DocumentFormat(
    "links", ("Table of the places of the words (CSV)", "Таблица мест слов (CSV)"), links_csv.SUFFIX,
    links_csv.MEDIA_TYPE, links_csv.PROFILE, _links, _has_text, by_page=True,
)  # fmt: skip

_CITATIONS = {
    Style.CHICAGO: ("Citation, Chicago style", "Ссылка, стиль «Чикаго»"),
    Style.GOST: ("Citation, GOST R 7.0.5", "Ссылка, ГОСТ Р 7.0.5"),
    Style.RIS: ("Citation, RIS", "Ссылка, RIS"),
    Style.CSL: ("Citation, CSL-JSON", "Ссылка, CSL-JSON"),
}
_NOTES = frozenset({Style.CHICAGO, Style.GOST})


def _cited_as(style: Style) -> DocumentFormat:
    return DocumentFormat(
        style.value, _CITATIONS[style], citations.SUFFIXES[style], citations.MEDIA_TYPES[style],
        citations.PROFILES[style], partial(_citation, style), _always, for_people=style in _NOTES, dated=True,
    )  # fmt: skip


def _archive_of(form: PageFormat) -> DocumentFormat:
    return DocumentFormat(
        f"{form.name}-zip", (f"{form.label}, a file for each page", f"{form.label}, по файлу на страницу"),
        f"{form.suffix.removesuffix('.xml')}.zip", "application/zip", "", partial(_pages_in, form), _has_lines,
    )  # fmt: skip


DOCUMENT_FORMATS: Mapping[str, DocumentFormat] = {
    each.name: each
    for each in (
        _FACSIMILE,
        _EDITION,
        _DOCX,
        _TRANSCRIPTION,
        _TRANSLATION,
        _FACING,
        _TEI,
        *(_cited_as(style) for style in Style),
        *(_archive_of(form) for form in PAGE_FORMATS.values()),
        _TMX,
        _LINKS,
    )
}
