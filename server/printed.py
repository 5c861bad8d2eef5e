"""PDF files in a document folder: what the Digital Archive's say, and which of their pages are the document's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from images import masters
from images.errors import ImageRefused
from server.folder_description import ArchivePage
from transcriptions import pdf_pages
from transcriptions.errors import Unreadable
from transcriptions.formats import digital_archive
from transcriptions.formats.document_toml import PageDescription
from transcriptions.model import Supplied
from transcriptions.problems import Problem

SUFFIX = ".pdf"
_COVER = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF file: how many pages it has, which of them (from 0) show the document, and what the archive says of it."""

    name: str
    count: int
    shown: tuple[int, ...]
    archive: ArchivePage | None = None

    def pages(self, described: PageDescription, frames: Sequence[int]) -> list[PageDescription]:
        """Give pages of the file, each by a name of its own where there are several; all are turned and cut alike."""
        if self.count == 1:
            return [described]
        path = Path(self.name)
        return [
            replace(described, file=f"{path.stem}#{frame + 1}{path.suffix}", holder=self.name, frame=frame)
            for frame in frames
        ]


def read_all(folder: Path, names: Iterable[str]) -> tuple[list[Printed], list[Problem]]:
    """Read the PDF files among a folder's, and list what is wrong with any."""
    found, problems = [], []
    for name in (each for each in names if each.lower().endswith(SUFFIX)):
        try:
            found.append(read(folder / name))
        except (Unreadable, ImageRefused, OSError) as error:
            problems.append(Problem(name, None, str(error)))
    return found, problems


def spread(pages: Iterable[PageDescription], pdfs: Sequence[Printed]) -> list[PageDescription]:
    """Put the pages of a PDF file in the place of the one that names it."""
    known = {pdf.name: pdf for pdf in pdfs}
    return [
        page
        for each in pages
        for page in (known[each.file].pages(each, range(known[each.file].count)) if each.file in known else [each])
    ]


def read(path: Path) -> Printed:
    """Read a PDF file. Raises Unreadable, ImageRefused, OSError."""
    count = masters.count_pages(path)
    every = tuple(range(count))
    begun = pdf_pages.read(path, name=path.name, first=_COVER)
    if not digital_archive.is_pdf([(page.text, page.scan) for page in begun]):
        return Printed(path.name, count, every)
    pages = pdf_pages.read(path, name=path.name)
    found = digital_archive.read_pdf([(page.text, page.scan) for page in pages])
    supplied = Supplied(path.name, masters.checksum(path), "pdf")
    return Printed(path.name, count, found.scans, ArchivePage(supplied, found.document))
