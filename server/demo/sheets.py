"""From a transcription with its brackets to the page descriptions of the scans that it would be a transcription of.

The transcription is the one source of what stands on the pages: its lines are the typed lines, its brackets say what
was written by hand, struck out or stamped. A `Sheet` adds only where things stand. Form feeds separate pages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from images.layout.page import Role
from images.layout.training.description import (
    Frame,
    Imprint,
    Insertion,
    PageDescription,
    Rule,
    Signature,
    Stamp,
    Stretch,
    Typed,
    Written,
)

IMPRINT = "RECONSTRUCTION, NOT AN ARCHIVAL DOCUMENT / РЕКОНСТРУКЦИЯ"

_INLINE = re.compile(r"\[(?P<label>вписано от руки|зачёркнуто): (?P<words>[^\]]*)\]")
_BLOCK = re.compile(r"\[(?P<label>штамп|от руки|подпись)(?:: (?P<words>[^\]]*))?\]", re.S)
_PAGE_NUMBER = re.compile(r"- \d+ -")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands that is not in the run of the text: a cell, and how it is drawn there.

    A typed line uses column, row, role and `underlined`; writing also height, angle and hand; a stamp all but those.
    """

    column: float
    row: float
    height: float = 1.0
    angle: float = 0.0
    hand: int = 0
    role: Role = Role.HEADING
    underlined: bool = False
    frame: Frame = Frame.SINGLE
    face: int = 0
    strength: float = 0.75
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """How the pages of a transcription are laid out.

    `first` gives the row of the first running line by page, `leading` the rows from line to line, `spots` what stands
    elsewhere, by its first line (a signature by "[подпись]"); `shifts` moves an insertion, by its words. Paragraphs
    that begin with one of `tables` are tables. `rules` and quarter turns (`turned`) go by the number of the page.
    """

    left: float
    first: tuple[float, ...]
    leading: float
    spots: Mapping[str, Spot]
    indent: int = 5
    insert_height: float = 0.85
    shifts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    rules: Mapping[int, tuple[Rule, ...]] = field(default_factory=dict)
    turned: Mapping[int, int] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    typewriter: int = 0
    machine: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """That the characters [start, end) of the transcription stand on a line."""

    start: int
    end: int
    line: str


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The pages of a transcription, and where its characters stand."""

    pages: tuple[PageDescription, ...]
    placed: tuple[Placed, ...]


@dataclass(slots=True)
class _Page:
    """One page while it is being laid out."""

    number: int
    row: float
    typed: list[Typed] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)

    def next_id(self, prefix: str, kind: str) -> str:
        count = len(self.typed) + len(self.written) + len(self.signatures) + len(self.stamps) + 1
        return f"{prefix}{self.number}-{kind}{count}"


def lay_out(text: str, sheet: Sheet, *, prefix: str = "p", first_page: int = 1) -> LaidOut:
    """Lay out a transcription; ids of lines begin with the prefix and the number of their page."""
    setter = _Setter(text, sheet, prefix, first_page)
    start = 0
    for number, page in enumerate(text.split("\f")):
        setter.begin(number)
        for place, paragraph in _paragraphs(page):
            setter.paragraph(start + place, paragraph)
        start += len(page) + 1
    return setter.finish()


def _paragraphs(page: str) -> Iterator[tuple[int, str]]:
    for found in re.finditer(r"(?:(?!\n[ \t]*\n).)+", page, re.S):
        words = found[0].strip("\n")
        if words.strip():
            yield found.start() + found[0].index(words), words


class _Setter:
    """Goes through a transcription and fills pages."""

    def __init__(self, text: str, sheet: Sheet, prefix: str, first_page: int) -> None:
        self._text, self._sheet, self._prefix, self._first = text, sheet, prefix, first_page
        self._pages: list[_Page] = []
        self._placed: list[Placed] = []

    def begin(self, number: int) -> None:
        rows = self._sheet.first
        self._pages.append(_Page(self._first + number, rows[min(number, len(rows) - 1)]))

    def paragraph(self, start: int, words: str) -> None:
        block = _BLOCK.match(words)
        if block is not None:
            self._block(start, words, block)
            return
        lines = [(start + found.start(), found[0]) for found in re.finditer(r"[^\n]+", words)]
        table = words.startswith(self._sheet.tables) if self._sheet.tables else False
        for number, (place, line) in enumerate(lines):
            spot = None if table else self._spot(line)
            if table:
                self._row(place, line)
                continue
            if spot is not None:
                self._typed(place, line, spot.column, spot.row, spot.role, underlined=spot.underlined)
            elif _PAGE_NUMBER.fullmatch(line):
                self._typed(place, line, self._sheet.left + 29, 5.0, Role.PAGE_NUMBER)
            else:
                page = self._pages[-1]
                indent = self._sheet.indent if number == 0 else 0
                self._typed(place, line, self._sheet.left + indent, page.row, Role.BODY)
                page.row += self._sheet.leading
        if table:
            self._pages[-1].row += self._sheet.leading * 0.5

    def finish(self) -> LaidOut:
        pages = tuple(self._finished(page) for page in self._pages)
        behind = (*pages[1:], pages[0])
        return LaidOut(
            tuple(replace(page, behind=other.typed) for page, other in zip(pages, behind, strict=True)),
            tuple(self._placed),
        )

    def _finished(self, page: _Page) -> PageDescription:
        return PageDescription(
            typed=tuple(page.typed),
            written=tuple(page.written),
            signatures=tuple(page.signatures),
            stamps=tuple(page.stamps),
            rules=self._sheet.rules.get(page.number, ()),
            imprint=Imprint(f"{self._prefix}{page.number}-imprint", IMPRINT),
            typewriter=self._sheet.typewriter,
            machine=self._sheet.machine,
            quarters=self._sheet.turned.get(page.number, 0),
        )

    def _spot(self, words: str) -> Spot | None:
        page = self._pages[-1].number
        return self._sheet.spots.get(f"{page}:{words}") or self._sheet.spots.get(words)

    # --- blocks

    def _block(self, start: int, words: str, block: re.Match[str]) -> None:
        inner = block["words"] or ""
        begin = start + (block.start("words") if block["words"] else 0)
        key = inner.split("\n")[0] or block[0]
        spot = self._spot(key)
        if spot is None:
            raise ValueError(f"the sheet does not say where {key!r} stands")
        if block["label"] == "штамп":
            self._stamp(begin, inner, spot)
        elif block["label"] == "от руки":
            self._by_hand(begin, inner, spot)
        else:
            page = self._pages[-1]
            identity = page.next_id(self._prefix, "sign")
            page.signatures.append(
                Signature(identity, spot.name, spot.column, spot.row, spot.height, spot.angle, spot.hand)
            )
        rest = words[block.end() :]
        if rest.strip():
            self.paragraph(start + block.end() + len(rest) - len(rest.lstrip()), rest.lstrip())

    def _stamp(self, begin: int, inner: str, spot: Spot) -> None:
        page = self._pages[-1]
        identity = page.next_id(self._prefix, "stamp")
        lines = tuple(inner.split("\n"))
        for number, line in enumerate(lines, start=1):
            self._placed.append(Placed(begin, begin + len(line), f"{identity}-{number}"))
            begin += len(line) + 1
        page.stamps.append(
            Stamp(identity, lines, spot.column, spot.row, spot.height, spot.angle, spot.frame, spot.face, spot.strength)
        )

    def _by_hand(self, begin: int, inner: str, spot: Spot) -> None:
        page = self._pages[-1]
        lines = inner.split("\n")
        turned = math.radians(spot.angle)
        for number, line in enumerate(lines):
            away = number * spot.height * 1.3
            identity = page.next_id(self._prefix, "hand")
            self._placed.append(Placed(begin, begin + len(line), identity))
            begin += len(line) + 1
            page.written.append(
                Written(
                    identity,
                    line,
                    spot.column + away * math.sin(turned) * PageDescription().step / PageDescription().pitch,
                    spot.row + away * math.cos(turned),
                    spot.height,
                    spot.angle,
                    spot.hand,
                    spot.role,
                    underlined=spot.underlined and number == len(lines) - 1,
                )
            )

    # --- typed lines

    def _row(self, start: int, line: str) -> None:
        """Type the cells of a table's line, each a line of its own; two blanks or more part them."""
        page = self._pages[-1]
        for cell in re.finditer(r"\S+(?: \S+)*", line):
            self._typed(start + cell.start(), cell[0], self._sheet.left + cell.start(), page.row, Role.BODY)
        page.row += self._sheet.leading

    def _typed(self, start: int, line: str, column: float, row: float, role: Role, *, underlined: bool = False) -> None:
        page = self._pages[-1]
        identity = page.next_id(self._prefix, "line")
        typed, struck, insertions = self._unbracketed(start, line, identity)
        stretches: tuple[Stretch, ...] = ((0, len(typed)),) if underlined else ()
        page.typed.append(Typed(identity, typed, column, row, role, underlined=stretches, struck=struck))
        for offset, words, begin in insertions:
            own = page.next_id(self._prefix, "insert")
            across, down = self._sheet.shifts.get(words, (0.0, 0.0))
            self._placed.append(Placed(begin, begin + len(words), own))
            page.written.append(
                Written(
                    own,
                    words,
                    across,
                    down,
                    self._sheet.insert_height,
                    0.6,
                    role=Role.INSERTION,
                    into=Insertion(identity, offset),
                )
            )

    def _unbracketed(
        self, start: int, line: str, identity: str
    ) -> tuple[str, tuple[Stretch, ...], list[tuple[int, str, int]]]:
        """Give what was typed, the stretches struck out, and the insertions with their place in the typed line."""
        typed, place = "", 0
        struck: list[Stretch] = []
        insertions: list[tuple[int, str, int]] = []
        for found in _INLINE.finditer(line):
            before = line[place : found.start()]
            if found["label"] == "вписано от руки":
                before = before[:-1] if before.endswith(" ") else before
                typed = self._stretch(typed, before, start + place, identity)
                insertions.append((len(typed), found["words"], start + found.start("words")))
            else:
                typed = self._stretch(typed, before, start + place, identity)
                struck.append((len(typed), len(typed) + len(found["words"])))
                typed = self._stretch(typed, found["words"], start + found.start("words"), identity)
            place = found.end()
        rest = line[place:] if typed else line[place:].lstrip()
        typed = self._stretch(typed, rest, start + len(line) - len(rest), identity)
        return typed, tuple(struck), insertions

    def _stretch(self, typed: str, words: str, start: int, identity: str) -> str:
        kept = words.strip()
        if kept:
            begin = start + words.index(kept)
            self._placed.append(Placed(begin, begin + len(kept), identity))
        return typed + words
