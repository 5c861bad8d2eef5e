"""Files of several pages in a document folder, PDF and TIFF: which of their pages are the document's, and what a PDF of
the Digital Archive says of it."""

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
TIFF_SUFFIXES = (".tif", ".tiff")
_COVER = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """A file: the pages that it has (from 0), which of them show the document, and what the archive says of it."""

    name: str
    every: tuple[int, ...]
    shown: tuple[int, ...]
    archive: ArchivePage | None = None

    def pages(self, described: PageDescription, frames: Sequence[int]) -> list[PageDescription]:
        """Give pages of the file, each by a name of its own where there are several; all are turned and cut alike."""
        if len(self.every) == 1:
            return [replace(described, frame=self.every[0])]
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


def scans(folder: Path, names: Iterable[str]) -> list[Printed]:
    """Find the TIFF files among a folder's; one that cannot be read is named where its pixels are asked for."""
    found = []
    for name in (each for each in names if each.lower().endswith(TIFF_SUFFIXES)):
        try:
            every = masters.frames(folder / name)
        except (ImageRefused, OSError):
            continue
        found.append(Printed(name, every, every))
    return found


def spread(pages: Iterable[PageDescription], files: Sequence[Printed]) -> list[PageDescription]:
    """Put the pages of a file in the place of the one that names it."""
    known = {file.name: file for file in files}
    return [
        page
        for each in pages
        for page in (known[each.file].pages(each, known[each.file].every) if each.file in known else [each])
    ]


def read(path: Path) -> Printed:
    """Read a PDF file. Raises Unreadable, ImageRefused, OSError."""
    every = masters.frames(path)
    begun = pdf_pages.read(path, name=path.name, first=_COVER)
    if not digital_archive.is_pdf([(page.text, page.scan) for page in begun]):
        return Printed(path.name, every, every)
    pages = pdf_pages.read(path, name=path.name)
    found = digital_archive.read_pdf([(page.text, page.scan) for page in pages])
    supplied = Supplied(path.name, masters.checksum(path), "pdf")
    return Printed(path.name, every, found.scans, ArchivePage(supplied, found.document))
