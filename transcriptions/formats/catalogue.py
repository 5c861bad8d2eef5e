"""Every format that a document or a page of it goes out in: how it is written, and how HTTP and IIIF name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from transcriptions import exporting
from transcriptions.formats import zip_archive
from transcriptions.formats.pages import FORMATS as PAGE_FORMATS
from transcriptions.formats.pages import PageFormat
from transcriptions.identity import PageId
from transcriptions.model import Page
from transcriptions.revision import Snapshot

Pictures = Callable[[Page], bytes | None]
"""Gives the JPEG that a page is printed with; None for a page whose scan is not at hand."""


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """One format of whole documents.

    `suffix` stands after the document's id in its address. What `for_people` is offered for reading, the rest to
    programs. `write` streams the file; `exists` tells whether there is anything to write of a document.
    """

    name: str
    label: tuple[str, str]
    suffix: str
    media_type: str
    profile: str
    for_people: bool
    write: Callable[[Snapshot, Pictures], Iterator[bytes]]
    exists: Callable[[Snapshot], bool]


def page_formats(snapshot: Snapshot, page: PageId) -> tuple[PageFormat, ...]:
    """List the formats that a page goes out in: none where no line of it is known."""
    return tuple(PAGE_FORMATS.values()) if any(line.page == page for line in snapshot.lines) else ()


def document_formats(snapshot: Snapshot) -> tuple[DocumentFormat, ...]:
    """List the formats that a document goes out in."""
    return tuple(each for each in DOCUMENT_FORMATS.values() if each.exists(snapshot))


def _has_lines(snapshot: Snapshot) -> bool:
    return bool(snapshot.lines)


# --- one file for each page, in an archive


def _pages_in(form: PageFormat, snapshot: Snapshot, pictures: Pictures) -> Iterator[bytes]:
    """Write the pages of a document in a page format, each a file of a ZIP archive, in reading order."""
    names = {page.id: number for number, page in enumerate(snapshot.ordered_pages(), start=1)}
    known = {line.page for line in snapshot.lines}
    entries = (
        (f"{snapshot.document.id}/{names[page]:04}-{page}.{form.suffix}", form.write(written))
        for page, written in exporting.pages(snapshot)
        if page in known and page in names
    )
    return zip_archive.write(entries, large=True)


def _archive_of(form: PageFormat) -> DocumentFormat:
    return DocumentFormat(
        name=f"{form.name}-zip",
        label=(f"{form.label}, a file for each page", f"{form.label}, по файлу на страницу"),
        suffix=f"{form.suffix.removesuffix('.xml')}.zip",
        media_type="application/zip",
        profile="",
        for_people=False,
        write=partial(_pages_in, form),
        exists=_has_lines,
    )


DOCUMENT_FORMATS: Mapping[str, DocumentFormat] = {
    each.name: each for each in (*(_archive_of(form) for form in PAGE_FORMATS.values()),)
}
