"""A reading edition as a PDF: each page's scan with its text and translation beside it, row by row, in one state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from transcriptions import facing, imprint, reading
from transcriptions.facing import FacingPage, FacingPart
from transcriptions.formats.pdf import A4, MEDIA_TYPE, PROFILE, Picture, Writer, number
from transcriptions.formats.pdf_facsimile import Pictures, about
from transcriptions.formats.pdf_fonts import Codes, put_seen, width
from transcriptions.identity import PageId, TextId
from transcriptions.markup import State
from transcriptions.model import Page
from transcriptions.revision import Snapshot

__all__ = ["MEDIA_TYPE", "PROFILE", "SUFFIX", "write"]

SUFFIX = "edition.pdf"

_SHEET = (A4[1], A4[0])
_MARGIN = 36.0
_GAP = 14.0
_SCAN = 300.0
"""Width that a scan has at most, in points."""

_SIZES = (8.5, 8.0, 7.5, 7.0)
"""Sizes of the texts, the usual one first; smaller ones let a page stand on one sheet."""

_SMALL, _LARGE = 7.0, 13.0
_LEADING = 1.32
_ROW, _PARAGRAPH = 2.0, 4.0
_TOP = _SHEET[1] - _MARGIN - 16
_BOTTOM = _MARGIN + 14
_FONT = "S"

Shown = Callable[[str], str]
"""Writes words as a string of a page's content."""


@dataclass(slots=True)
class _Column:
    """A column of text: where it begins, and how wide it is, in points."""

    left: float
    wide: float


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is set: the lines of each side, and whether a paragraph begins with it."""

    sides: tuple[tuple[str, ...], ...]
    opens: bool

    @property
    def tallest(self) -> int:
        """How many lines it takes."""
        return max(map(len, self.sides), default=0)


@dataclass(slots=True)
class _Sheet:
    """A sheet that is being filled: what stands on it, and how far down it is full."""

    operators: list[str] = field(default_factory=list)
    y: float = _TOP
    filled: bool = False


def write(
    snapshot: Snapshot,
    pictures: Pictures,
    *,
    state: State,
    page: PageId | None = None,
    translation: TextId | None = None,
    language: str = "en",
) -> Iterator[bytes]:
    """Write the edition of a document, or of one page; labels in `language` (ru, else English).

    The scan stands again on each sheet that a page's text goes on to. Sheets are A4 lying on their side.
    """
    parts = tuple(facing.parts(snapshot, translation=translation))
    edition = _Edition(snapshot, parts, state, language)
    yield edition.writer.start()
    for part in parts:
        for each in part.pages:
            if page is None or (each.page is not None and each.page.id == page):
                yield from edition.put(part, each, None if each.page is None else pictures(each.page))
    yield from edition.finish()


class _Edition:
    """Lays an edition out, and knows what has been put in."""

    def __init__(self, snapshot: Snapshot, parts: Sequence[FacingPart], state: State, language: str) -> None:
        self._snapshot = snapshot
        self._state = state
        self._language = language
        self._codes = Codes()
        self.writer = Writer()
        self._font = self.writer.reserve()
        self._sheets = 0
        self._part: FacingPart | None = None
        texts = [text for part in parts for text in (part.source, part.target) if text]
        self._title, *self._about = imprint.lines(snapshot, texts, state, language=language)
        if any(imprint.joined_by_machine(snapshot, part.target) for part in parts):
            self._about.append(imprint.chosen(imprint.MACHINE, language))

    def put(self, part: FacingPart, page: FacingPage, data: bytes | None) -> Iterator[bytes]:
        """Put a page in, on as many sheets as its text takes."""
        found = None if data is None else self.writer.put_picture(data)
        picture = None
        if found is not None:
            picture, written = found
            yield written
        scan = self._scan_width(picture, page)
        columns = _columns(_MARGIN + scan + (_GAP if scan else 0), both=bool(part.source and part.target))
        sheet = self._begin(columns)
        size, rows = self._set(part, page, columns, sheet.y - _BOTTOM)
        step = size * _LEADING
        for row in rows:
            sheet.y -= _PARAGRAPH if row.opens and sheet.filled else 0.0
            done = 0
            while done < row.tallest:
                fitting = int((sheet.y - _BOTTOM) / step)
                if fitting < 1:
                    yield self._close(sheet, part, page.page, picture, scan)
                    sheet = self._begin(columns)
                    continue
                # One side of a row after the other, so that what is copied out reads on.
                for lines, column in zip(row.sides, columns, strict=False):
                    shown = enumerate(lines[done : done + fitting], start=1)
                    sheet.operators += [self._words(line, column.left, sheet.y - n * step, size) for n, line in shown]
                sheet.y -= min(fitting, row.tallest - done) * step
                done += fitting
                sheet.filled = True
            sheet.y -= _ROW
        yield self._close(sheet, part, page.page, picture, scan)

    def _set(
        self, part: FacingPart, page: FacingPage, columns: Sequence[_Column], room: float
    ) -> tuple[float, list[_Row]]:
        """Set a page's rows in the largest size in which they fit on the sheet, or else in the usual one."""
        said = [
            [facing.read(side, self._state, language=self._language)
             for text, side in ((part.source, row.source), (part.target, row.target)) if text]
            for row in page.rows
        ]  # fmt: skip
        usual: list[_Row] = []
        for size in _SIZES:
            rows = [_row(sides, columns, size, opens=row.opens) for sides, row in zip(said, page.rows, strict=True)]
            usual = usual or rows
            tall = sum(row.tallest * size * _LEADING + _ROW + (_PARAGRAPH if row.opens else 0) for row in rows)
            if tall <= room:
                return size, rows
            # Smaller letters take less room across and down.
            if tall * (_SIZES[-1] / size) ** 2 > room:
                break
        return _SIZES[0], usual

    def _scan_width(self, picture: Picture | None, page: FacingPage) -> float:
        if picture is None:
            return 0.0
        room = _SHEET[0] - 2 * _MARGIN if self._sheets and not page.rows else _SCAN
        return min(room, (_TOP - _BOTTOM) * picture.size.width / picture.size.height)

    def _begin(self, columns: Sequence[_Column]) -> _Sheet:
        """Begin a sheet; the first one says what the edition gives."""
        sheet = _Sheet()
        if self._sheets == 0:
            left, wide = columns[0].left, columns[-1].left + columns[-1].wide - columns[0].left
            for words, size in ((self._title, _LARGE), *((line, _SMALL) for line in self._about)):
                for line in wrap(words, max(wide, 160.0), size):
                    sheet.y -= size * _LEADING
                    sheet.operators.append(self._words(line, left, sheet.y, size))
            sheet.y -= 12.0
        return sheet

    def _close(self, sheet: _Sheet, part: FacingPart, page: Page | None, picture: Picture | None, scan: float) -> bytes:
        self._sheets += 1
        unplaced = imprint.chosen(imprint.UNPLACED, self._language)
        named = f"{imprint.chosen(imprint.PAGE, self._language)} {page.label}" if page else unplaced
        state = imprint.state_name(self._state, language=self._language)
        cited = imprint.source(self._snapshot.document, language=self._language)
        drawn = ["BT", *self._furniture(f"{self._title} – {state}", named, _SHEET[1] - _MARGIN)]
        drawn += [*self._furniture(cited, str(self._sheets), _MARGIN - 8), *sheet.operators, "ET"]
        if picture is not None:
            high = scan * picture.size.height / picture.size.width
            drawn.append(f"q {number(scan)} 0 0 {number(high)} {number(_MARGIN)} {number(_TOP - high)} cm /P Do Q")
        first = part is not self._part
        self._part = part
        return self.writer.put_page(
            _SHEET,
            "\n".join(drawn),
            fonts={_FONT: self._font},
            pictures={} if picture is None else {"P": picture},
            label=str(self._sheets),
            bookmark=reading.said(part.part.label, self._language) if first else "",
        )

    def _furniture(self, left: str, right: str, y: float) -> Iterator[str]:
        room = _SHEET[0] - 2 * _MARGIN - width(right) * _SMALL - _GAP
        yield self._words(next(iter(wrap(left, room, _SMALL)), ""), _MARGIN, y, _SMALL)
        yield self._words(right, _SHEET[0] - _MARGIN - width(right) * _SMALL, y, _SMALL)

    def _words(self, words: str, x: float, y: float, size: float) -> str:
        if not words:
            return ""
        return f"/{_FONT} {number(size)} Tf 1 0 0 1 {number(x)} {number(y)} Tm {self._codes.encode(words)} Tj"

    def finish(self) -> Iterator[bytes]:
        """End the file."""
        yield from put_seen(self.writer, self._font, self._codes)
        yield from self.writer.finish(about(self._snapshot, language=self._language))


def _row(sides: Sequence[str], columns: Sequence[_Column], size: float, *, opens: bool) -> _Row:
    lines = (
        tuple(line for paragraph in side.split("\n") for line in wrap(paragraph, column.wide, size))
        for side, column in zip(sides, columns, strict=False)
    )
    return _Row(tuple(lines), opens)


def _columns(left: float, *, both: bool) -> tuple[_Column, ...]:
    room = _SHEET[0] - _MARGIN - left
    if not both:
        return (_Column(left, room),)
    wide = (room - _GAP) / 2
    return _Column(left, wide), _Column(left + wide + _GAP, wide)


def wrap(words: str, room: float, size: float) -> Iterator[str]:
    """Cut words into lines that are at most `room` points wide at a size; a word that is too wide is cut too."""
    line, used = "", 0.0
    blank = width(" ") * size
    for word in words.split():
        for piece in _fitting(word, room, size):
            wide = width(piece) * size
            if line and used + blank + wide > room:
                yield line
                line, used = "", 0.0
            line, used = (f"{line} {piece}", used + blank + wide) if line else (piece, wide)
    if line:
        yield line


def _fitting(word: str, room: float, size: float) -> Iterator[str]:
    if width(word) * size <= room:
        yield word
        return
    piece, used = "", 0.0
    for character in word:
        wide = width(character) * size
        if piece and used + wide > room:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + character, used + wide
    yield piece
