"""Pages of PDF files by PDFium: their words in paragraphs, and which of them are scans."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw

from transcriptions.errors import Unreadable

_MOST_PAGES = 5_000
_MOST_CHARACTERS = 5_000_000
"""Characters of a file beyond which it is no document of anybody's; a thousand full pages have less."""

_MOST_PICTURES = 2_000
"""Pictures of a page that are looked at; a scan has one, or a few strips."""

_SCAN = 0.6
"""Share of a page that pictures cover on a scan."""

_WIDE = 1.45
"""How much farther than usual two lines stand apart where a paragraph ends."""

_HYPHENS = frozenset({0x02, 0xFFFE})
"""What PDFium gives for a hyphen at a line's end."""


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page: its words, an empty line between paragraphs, and whether it is a scan."""

    text: str
    scan: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page, and how far up it stands, in points."""

    text: str
    height: float


def read(source: Path | bytes, *, name: str, first: int | None = None) -> tuple[PdfPage, ...]:
    """Read the pages of a file, or the first of them; lines that most of them begin or end with are left out.

    Raises Unreadable.
    """
    try:
        with closing(pypdfium2.PdfDocument(source)) as document:
            if len(document) > _MOST_PAGES:
                raise Unreadable(f"{name} has {len(document):,} pages; {_MOST_PAGES:,} are allowed")
            read_pages = list(_read(document, first, name))
    except (pypdfium2.PdfiumError, OSError, ValueError, ctypes.ArgumentError) as error:
        raise Unreadable(f"{name} cannot be read as PDF: {error}") from error
    texts = _without_furniture([lines for lines, _ in read_pages])
    return tuple(PdfPage(_paragraphs(lines), scan) for lines, (_, scan) in zip(texts, read_pages, strict=True))


def _read(document: pypdfium2.PdfDocument, first: int | None, name: str) -> Iterator[tuple[list[_Line], bool]]:
    left = _MOST_CHARACTERS
    for number in range(len(document))[:first]:
        lines, scan = _page(document, number, left)
        left -= sum(len(line.text) for line in lines)
        if left < 0:
            raise Unreadable(f"{name} has more than {_MOST_CHARACTERS:,} characters")
        yield lines, scan


def _page(document: pypdfium2.PdfDocument, number: int, most: int) -> tuple[list[_Line], bool]:
    with closing(document[number]) as page:
        with closing(page.get_textpage()) as text:
            lines = list(_lines(text, most))
        return lines, _is_scan(page)


def _is_scan(page: pypdfium2.PdfPage) -> bool:
    wide, high = page.get_size()
    covered = 0.0
    pictures = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    for picture in islice(pictures, _MOST_PICTURES):
        left, bottom, right, top = picture.get_bounds()
        covered += max(0.0, min(right, wide) - max(left, 0.0)) * max(0.0, min(top, high) - max(bottom, 0.0))
    return bool(covered >= _SCAN * wide * high > 0)


def _lines(text: pypdfium2.PdfTextPage, most: int) -> Iterator[_Line]:
    """Go through the lines of a page as PDFium breaks them, for about as many characters as are allowed."""
    written: list[int] = []
    height = 0.0
    for index in range(min(text.count_chars(), most + 1)):
        code = pypdfium2.raw.FPDFText_GetUnicode(text, index)
        if code in (10, 13):
            if written:
                yield _Line(_words(written), height)
            written = []
            continue
        if not written:
            height = _height(text, index)
        written.append(0x2D if code in _HYPHENS else code)
    if written:
        yield _Line(_words(written), height)


def _height(text: pypdfium2.PdfTextPage, index: int) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    pypdfium2.raw.FPDFText_GetCharOrigin(text, index, x, y)
    return y.value


def _words(codes: Sequence[int]) -> str:
    units = b"".join(
        chr(code).encode("utf-16-le", "surrogatepass") for code in codes if code >= 32 and code <= 0x10FFFF
    )
    return " ".join(units.decode("utf-16-le", "replace").split())


def _without_furniture(pages: Sequence[list[_Line]]) -> list[list[_Line]]:
    """Leave out the first and last lines that most pages have alike but for figures: an address, a page number."""
    filled = [[line for line in lines if line.text] for lines in pages]
    ends = Counter(key for lines in filled for key in {_alike(line) for line in (*lines[:2], *lines[-2:])})
    many = max(3, len([lines for lines in filled if lines]) * 0.6)
    repeated = {key for key, times in ends.items() if times >= many}
    return [
        [
            line
            for index, line in enumerate(lines)
            if not (_alike(line) in repeated and (index < 2 or index >= len(lines) - 2))
        ]
        for lines in filled
    ]


def _alike(line: _Line) -> str:
    return "".join("0" if c.isdecimal() else c for c in line.text.casefold())


def _paragraphs(lines: Sequence[_Line]) -> str:
    """Put lines together; where two stand farther apart than lines of one paragraph do, one ends."""
    steps = [first.height - second.height for first, second in pairwise(lines)]
    usual = sorted(step for step in steps if step > 1) or [0.0]
    close = usual[len(usual) // 5] * _WIDE
    written = lines[0].text if lines else ""
    for step, line in zip(steps, lines[1:], strict=True):
        written += ("\n\n" if step > close or step < -1 else "\n") + line.text
    return written
