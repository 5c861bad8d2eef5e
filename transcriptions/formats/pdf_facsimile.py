"""A document's scans as a PDF in which the words lie unseen on their lines, to be found, marked and copied."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from images.geometry import Polygon, Size, interpolate
from transcriptions import exporting, facing, imprint, reading
from transcriptions.exporting import Pages
from transcriptions.formats.pdf import A4, MEDIA_TYPE, PROFILE, About, Picture, Writer, number
from transcriptions.formats.pdf_fonts import UNSEEN_WIDTH, Codes, put_seen, put_unseen, width
from transcriptions.identity import PageId
from transcriptions.model import Page, Part, Text, TextKind
from transcriptions.revision import Snapshot
from transcriptions.written import WrittenLine, WrittenPage

__all__ = ["MEDIA_TYPE", "PROFILE", "SUFFIX", "write"]

SUFFIX = "pdf"

Pictures = Callable[[Page], bytes | None]
"""Gives the JPEG of a page; None for a page whose scan is not at hand."""

_UNSEEN, _SEEN = "U", "S"
_TALLEST = 0.9
"""The size of letters, as a part of their line's height."""


def write(
    snapshot: Snapshot,
    pictures: Pictures,
    *,
    page: PageId | None = None,
    translated: bool = False,
    language: str = "en",
) -> Iterator[bytes]:
    """Write a sheet for each page, or for one; its longer side is as long as that of A4.

    The words are all that stand on the page, whether typed or put in or struck out by hand; with `translated`, those of
    the translation in the places of what they translate. Where a scan is missing, the words are seen instead.
    """
    writer = Writer()
    codes = {_UNSEEN: Codes(), _SEEN: Codes()}
    fonts = {name: writer.reserve() for name in codes}
    yield writer.start()
    for part, each, written in _pages(snapshot, page, translated=translated):
        picture = None
        if (data := pictures(each)) is not None and (put := writer.put_picture(data)) is not None:
            picture, bytes_ = put
            yield bytes_
        sheet = _Sheet(each.size)
        content = sheet.content(written, picture, codes)
        shown = {} if picture is None else {"P": picture}
        first = part is not None and part.pages[:1] == (each.id,)
        bookmark = reading.said(part.label, language) if part is not None and first else ""
        yield writer.put_page(sheet.size, content, fonts=fonts, pictures=shown, label=each.label, bookmark=bookmark)
    yield from put_unseen(writer, fonts[_UNSEEN], codes[_UNSEEN])
    yield from put_seen(writer, fonts[_SEEN], codes[_SEEN])
    yield from writer.finish(about(snapshot, language=language))


def about(snapshot: Snapshot, *, language: str) -> About:
    """Say what a file of a document is."""
    document = snapshot.document
    spoken = next((text.language for text in snapshot.texts if text.kind is not TextKind.TRANSLATION), language)
    return About(
        imprint.title(document, language=language),
        imprint.source(document, language=language),
        "" if spoken == "none" else spoken,
    )


def _pages(
    snapshot: Snapshot, wanted: PageId | None, *, translated: bool
) -> Iterator[tuple[Part | None, Page, WrittenPage]]:
    by_id = {page.id: page for page in snapshot.pages}
    for part in snapshot.parts:
        own = [by_id.pop(id) for id in part.pages if id in by_id]
        chosen = [page for page in own if wanted in (None, page.id)]
        if chosen:
            found = Pages(snapshot, _text(snapshot, part, translated=translated))
            yield from ((part, page, found.page(page)) for page in chosen)
    rest = [page for page in by_id.values() if wanted in (None, page.id)]
    if rest:
        found = Pages(snapshot, None)
        yield from ((None, page, found.page(page)) for page in rest)


def _text(snapshot: Snapshot, part: Part, *, translated: bool) -> Text | None:
    translation = facing.translation_of(snapshot, part) if translated else None
    return translation or exporting.source_text(snapshot, part)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of paper for a page frame of some pixels."""

    frame: Size

    @property
    def scale(self) -> float:
        """Points of a pixel."""
        return A4[1] / max(self.frame.width, self.frame.height)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.frame.width * self.scale, self.frame.height * self.scale

    def content(self, page: WrittenPage, picture: Picture | None, codes: dict[str, Codes]) -> str:
        """Write the sheet's content: the scan, and on it the words of each line."""
        wide, high = self.size
        drawn = "" if picture is None else f"q {number(wide)} 0 0 {number(high)} 0 0 cm /P Do Q\n"
        font = _SEEN if picture is None else _UNSEEN
        said = [op for line in page.lines for op in self._line(line, font, codes[font])]
        if not said:
            return drawn
        return f"{drawn}BT\n{'' if picture is None else '3 Tr'}\n" + "\n".join(said) + "\nET\n"

    def _line(self, line: WrittenLine, font: str, codes: Codes) -> Iterator[str]:
        """Write a line word by word, each along its stretch of the baseline, with the blank behind it."""
        if not line.text.strip():
            return
        tall = _height(line.layout.boundary, line.layout.baseline.length) * _TALLEST * self.scale
        yield f"/{font} {number(tall)} Tf"
        for found in re.finditer(r"\S+\s*", line.text):
            ends = [each / len(line.text) for each in found.span()]
            (x, y), (x2, y2) = (interpolate(line.layout.baseline, each) for each in ends)
            run = math.dist((x, y), (x2, y2)) * self.scale
            own = (width(found[0]) if font == _SEEN else UNSEEN_WIDTH * len(found[0])) * tall
            turn = math.atan2(y - y2, x2 - x)
            cos, sin = number(math.cos(turn)), number(math.sin(turn))
            at = f"{number(x * self.scale)} {number(self.size[1] - y * self.scale)}"
            stretched = number(max(1.0, run / own * 100)) if own else "100"
            yield f"{stretched} Tz {cos} {sin} {number(-math.sin(turn))} {cos} {at} Tm {codes.encode(found[0])} Tj"


def _height(boundary: Polygon, length: float) -> float:
    """Give how tall a line is across its direction, in pixels: its area shared out along its baseline."""
    points = boundary.points
    area = abs(sum(a.x * b.y - b.x * a.y for a, b in zip(points, (*points[1:], points[0]), strict=True))) / 2
    return max(4.0, area / length) if length else float(boundary.box.height)
