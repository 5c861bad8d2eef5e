"""Writes documents and pages out in other formats: to a file that is complete before anybody sees it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from images.errors import ImageUnknown, PackDamaged
from images.iiif.plan import Limits, plan
from images.iiif.render import render
from images.iiif.request import Version, parse
from images.store import Store
from manifests import description
from transcriptions import exporting
from transcriptions.formats import catalogue
from transcriptions.formats.catalogue import DocumentFormat, Pictures, Wish
from transcriptions.formats.pages import FORMATS as PAGE_FORMATS
from transcriptions.formats.pages import PageFormat
from transcriptions.formats.tei.writing import picture_of
from transcriptions.identity import PageId, TextId
from transcriptions.model import Page
from transcriptions.revision import Snapshot

_IN_MEMORY = 4_000_000
_PRINTED_SIDE = 2_600
"""Longest side, in pixels, of the pictures that pages are printed with: 220 dots an inch on A4."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written: its name as a file, how HTTP names it, and how it is written."""

    filename: str
    media_type: str
    write: Callable[[], Iterable[bytes]]


def of_document(snapshot: Snapshot, form: DocumentFormat, wish: Wish) -> Export | None:
    """Give a document, or the page wished for, in a format; None where there is nothing to write in it."""
    if not form.exists(snapshot):
        return None
    if wish.page is not None and (not form.by_page or snapshot.page(wish.page) is None):
        return None
    name = snapshot.document.id if wish.page is None else f"{snapshot.document.id}-{wish.page}"
    return Export(f"{name}.{form.suffix}", form.media_type, lambda: form.write(snapshot, wish))


def of_page(snapshot: Snapshot, page: PageId, form: PageFormat, text: TextId | None = None) -> Export | None:
    """Give a page in a format of pages, with the words of a text.

    Gives None where the document has no such page, text or line.
    """
    if page not in catalogue.pages_with_lines(snapshot):
        return None
    written = exporting.page(snapshot, page, text)
    if written is None:
        return None
    return Export(f"{snapshot.document.id}-{page}.{form.suffix}", form.media_type, lambda: form.write(written))


def page_format(suffix: str) -> PageFormat | None:
    """Find a format of pages by the ending of its files."""
    return next((each for each in PAGE_FORMATS.values() if each.suffix == suffix), None)


def document_format(suffix: str) -> DocumentFormat | None:
    """Find a format of documents by the ending of its files."""
    return next((each for each in catalogue.DOCUMENT_FORMATS.values() if each.suffix == suffix), None)


@contextmanager
def spooled(export: Export) -> Iterator[BinaryIO]:
    """Give a file without a name that holds a whole export, read from its beginning."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        for chunk in export.write():
            file.write(chunk)
        file.seek(0)
        yield file  # type: ignore[misc]


def save(export: Export, path: Path) -> None:
    """Write an export to a path: it is there whole or not at all. Raises OSError."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        waiting = Path(file.name)
        try:
            for chunk in export.write():
                file.write(chunk)
            file.flush()
            waiting.chmod(0o644)
            waiting.replace(path)
        except BaseException:
            waiting.unlink(missing_ok=True)
            raise


def pictures_of(images: Store) -> Pictures:
    """Give what finds the picture of a page among our tile packs."""

    def picture(page: Page) -> bytes | None:
        pack = next((each.pack for each in page.placements if each.pack), None)
        if pack is None:
            return None
        try:
            opened = images.open_pack(pack)
        except (ImageUnknown, PackDamaged):
            return None
        request = parse(Version.THREE, "full", "max", "0", "default.jpg")
        limits = Limits(_PRINTED_SIDE, _PRINTED_SIDE, _PRINTED_SIDE**2)
        return render(opened, plan(request, opened.shape, limits=limits))

    return picture


def picture_address_of(base: str) -> Callable[[Page], str]:
    """Give what says where the picture of a page is, else its name."""

    def address(page: Page) -> str:
        shown = description.placements(page)
        return str(description.image(shown[0], base=base)["id"]) if shown else picture_of(page)

    return address
