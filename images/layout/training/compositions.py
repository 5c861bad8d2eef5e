"""The kinds of random page, and a composer that puts their pieces on the grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from images.layout.page import Hand, Role
from images.layout.training.description import (
    Frame,
    Insertion,
    PageDescription,
    Rule,
    Signature,
    Stamp,
    Typed,
    Written,
)
from images.layout.training.wording import Wording

_CELL = 1.75
"""Height of a row of the grid in columns, about."""
_LETTER = 0.42
"""Width of a letter written by hand as a share of the height of the writing, about."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How somebody writes: typeface, lean, width and weight of the letters."""

    hand: int
    slant: float
    squeeze: float
    weight: float


class Composer:
    """One page while it is being put together; `row` is where the running text has got to."""

    def __init__(self, page: PageDescription, rng: np.random.Generator, *, hands: int, stamps: int) -> None:
        dots = page.resolution / 25.4
        self.rng = rng
        self.wording = Wording(rng, latin=bool(rng.random() < 0.2))
        self.columns = int(page.size.width / (page.pitch * dots))
        self.rows = page.size.height / (page.step * dots)
        self.left = int(rng.integers(8, 15))
        self.right = int(rng.integers(4, 9))
        self.leading = float(rng.choice((1.0, 1.5, 1.5, 2.0)))
        self.row = float(rng.uniform(7, 11))
        self.last_row = self.rows - float(rng.uniform(4, 10))
        self._page, self._hands, self._faces = page, hands, stamps
        self.style = self.stranger()
        self.typed: list[Typed] = []
        self._written: list[Written] = []
        self._signatures: list[Signature] = []
        self._stamps: list[Stamp] = []
        self._rules: list[Rule] = []

    @property
    def width(self) -> int:
        """Characters that a line may have."""
        return self.columns - self.left - self.right

    def finish(self) -> PageDescription:
        """Give the page, with another one behind it."""
        behind = tuple(
            Typed(f"b{number}", line, self.left, 8 + number * self.leading)
            for number, line in enumerate(self.wording.lines(self.width, int(self.rng.integers(5, 40))))
        )
        return replace(
            self._page, typed=tuple(self.typed), written=tuple(self._written), signatures=tuple(self._signatures),
            stamps=tuple(self._stamps), rules=tuple(self._rules), behind=behind,
        )  # fmt: skip

    def chance(self, share: float) -> bool:
        """Say yes in that share of cases."""
        return bool(self.rng.random() < share)

    # --- typed

    def type(self, text: str, column: float, row: float, role: Role = Role.BODY) -> Typed | None:
        """Type a line, unless nothing of it is left or it would leave the page."""
        kept = text[: max(0, self.columns - int(column) - 2)].rstrip()
        if not kept.strip() or row > self.rows - 2:
            return None
        line = Typed(f"t{len(self.typed)}", kept, column, row, role)
        self.typed.append(line)
        return line

    def paragraph(self, count: int, *, left: int | None = None, width: int | None = None, indent: int = 5) -> None:
        """Type a paragraph in the run of the text."""
        column, room = self.left if left is None else left, self.width if width is None else width
        for number, line in enumerate(self.wording.lines(room - indent, count)):
            if self.row > self.last_row:
                return
            self.type(line, column + (indent if number == 0 else 0), self.row)
            self.row += self.leading

    def underline(self, line: Typed | None) -> None:
        """Underline a typed line on the machine."""
        if line is not None:
            self.typed[self.typed.index(line)] = replace(line, underlined=((0, len(line.text)),))

    # --- by hand, and stamps

    def stranger(self) -> _Style:
        """Give the writing of somebody."""
        slant, squeeze = float(np.clip(self.rng.normal(0.12, 0.16), -0.25, 0.5)), float(self.rng.uniform(0.75, 1.08))
        return _Style(int(self.rng.integers(self._hands)), slant, squeeze, float(self.rng.uniform(0.6, 1.8)))

    def write(
        self, text: str, column: float, row: float, *, height: float = 1.2, angle: float = 0.0,
        role: Role = Role.MARGINAL, underlined: bool = False, style: _Style | None = None,
    ) -> None:  # fmt: skip
        """Write a line by hand."""
        pressure = float(self.rng.uniform(0.4, 1.0))
        line = Written(
            f"w{len(self._written)}", text, column, row, height, angle, role=role, underlined=underlined,
            pressure=pressure,
        )  # fmt: skip
        self._written.append(_in_style(line, style or self.style))

    def insert(self, line: Typed, text: str, *, replaced: int = 0) -> None:
        """Write words in above a typed line, at a blank; `replaced` characters before it are struck out."""
        blanks = [place for place, char in enumerate(line.text) if char == " "]
        if not blanks:
            return
        place = blanks[int(self.rng.integers(len(blanks)))]
        if replaced and place > 4:
            start = line.text.rfind(" ", 0, max(1, place - replaced)) + 1
            self.typed[self.typed.index(line)] = replace(line, struck=((start, place),))
        height = float(self.rng.uniform(0.5, 1.25)) * min(1.0, 0.4 + 0.35 * self.leading)
        # Some hands write on the very line that they change.
        down = float(self.rng.uniform(0.1, 0.6) if self.chance(0.25) else self.rng.normal(-0.05, 0.15))
        across, upper = float(self.rng.normal(0, 1.5)), self.chance(0.12)
        insertion = Written(
            id=f"w{len(self._written)}",
            text=text,
            column=across,
            row=down,
            height=height,
            angle=float(self.rng.normal(0, 1.2) if self.chance(0.8) else self.rng.uniform(-6, 10)),
            role=Role.INSERTION,
            into=Insertion(line.id, place),
            pressure=float(self.rng.uniform(0.45, 1.0)),
        )
        self._written.append(_in_style(insertion, self.style))
        if upper and self.leading > 1.2:
            above = replace(insertion, id=f"w{len(self._written)}", text=self.wording.words(2), row=down - height * 0.9)
            self._written.append(_in_style(above, self.style))

    def sign(self, column: float, row: float) -> None:
        """Put a signature."""
        name = self.wording.name().split(" ")[-1]
        height, angle = float(self.rng.uniform(1.6, 3.2)), float(self.rng.uniform(-3, 14))
        self._signatures.append(
            Signature(
                f"s{len(self._signatures)}", name, column, row, height, angle, int(self.rng.integers(self._hands))
            )
        )

    def stamp(self, column: float, row: float) -> None:
        """Press a stamp of any form."""
        frame = list(Frame)[int(self.rng.integers(len(Frame)))]
        lines = self.wording.seal() if frame is Frame.ROUND else self.wording.stamp()
        if frame is Frame.CELLS and len(lines) < 3:
            lines = (*lines, *self.wording.stamp())
        angle = float(self.rng.normal(0, 7) if self.chance(0.6) else self.rng.uniform(-16, 16))
        if self.chance(0.1):
            angle = float(self.rng.choice((-90, 90, 45)))
        height = float(self.rng.uniform(0.7, 0.95) if frame is Frame.ROUND else self.rng.uniform(0.6, 1.5))
        if self.chance(0.12):
            height *= float(self.rng.uniform(1.2, 1.8))
        face, strength = int(self.rng.integers(self._faces)), float(self.rng.uniform(0.25, 1.4))
        spacing = float(self.rng.choice((0.02, 0.06, 0.06, 0.12, 0.25)))
        blotched = float(self.rng.uniform(0.1, 0.9)) if self.chance(0.55) else 0.0
        slipped = float(self.rng.uniform(0.03, 0.15)) if self.chance(0.12) else 0.0
        # A stamp that hung over the edge would have letters that nobody can read.
        longest = max(len(line) for line in lines) * (0.94 + spacing)
        half = longest * height * (0.34 if frame is Frame.ROUND else 0.6) + 3.0
        column = float(np.clip(column, min(half, self.columns / 2), max(self.columns - half, self.columns / 2)))
        row = float(np.clip(row, half / 1.6 if frame is Frame.ROUND else 3.0, self.rows - 6.0))
        self._stamps.append(
            Stamp(
                f"p{len(self._stamps)}", lines, column, row, height, angle, frame, face, strength, spacing, blotched,
                slipped,
            )
        )  # fmt: skip
        if frame is not Frame.ROUND and abs(angle) < 20 and self.chance(0.3):
            self.write(self.wording.choose((self.wording.date(), str(self.rng.integers(1, 9999)), self.wording.name())),
                       column - float(self.rng.uniform(0, 8)), row + float(self.rng.uniform(-0.5, 1.5)),
                       height=height, angle=angle + float(self.rng.normal(0, 3)), style=self.stranger())  # fmt: skip

    def resolve(self) -> None:
        """Write a resolution: some lines by hand, rising across the page over whatever stands there."""
        count, height = int(self.rng.integers(2, 7)), float(self.rng.uniform(0.75, 1.9))
        angle = float(self.rng.choice((self.rng.normal(2, 3), self.rng.uniform(3, 25), self.rng.uniform(10, 42))))
        step = height * float(self.rng.uniform(0.85, 1.35))
        lines = [self.wording.note() if self.chance(0.6) else self.wording.words(3) for _ in range(count)]
        rise, run = math.sin(math.radians(angle)), math.cos(math.radians(angle))
        long = max(len(line) for line in lines) * _LETTER * height * _CELL
        room = self.columns - 4 - long * run - step * count * rise * _CELL
        if room < 4:
            return
        column = float(self.rng.uniform(3, room))
        least = 3 + long * max(rise, 0.0) / _CELL
        row = float(self.rng.uniform(least, max(least + 1, self.rows * (0.5 if self.chance(0.7) else 0.9))))
        style = self.stranger()
        for number, line in enumerate(lines):
            shift = float(self.rng.normal(0, 1.2))
            at = (
                column + (shift * run + number * step * rise * _CELL),
                row + number * step * run - shift * rise / _CELL,
            )
            if at[1] < self.rows - 3:
                self.write(line, *at, height=height, angle=angle + float(self.rng.normal(0, 1)), style=style,
                           underlined=self.chance(0.1))  # fmt: skip

    def slash(self) -> None:
        """Draw a pen through what stands there: words, or a whole paragraph."""
        column, row = float(self.rng.uniform(8, self.columns - 20)), float(self.rng.uniform(10, self.rows - 10))
        if self.chance(0.25):
            wide, high = float(self.rng.uniform(10, 50)), float(self.rng.uniform(3, 14))
            ends = (min(column + wide, self.columns - 3), min(row + high, self.rows - 3))
            self.rule((column, row), ends, Hand.HANDWRITTEN)
            if self.chance(0.5):
                self.rule((column, ends[1]), (ends[0], row), Hand.HANDWRITTEN)
            return
        for _ in range(int(self.rng.integers(1, 5))):
            wide, high = float(self.rng.uniform(2, 14)), float(self.rng.normal(0, 0.6))
            self.rule((column, row), (min(column + wide, self.columns - 3), row + high), Hand.HANDWRITTEN)
            column, row = column + float(self.rng.normal(0, 3)), row + float(self.rng.normal(0, 1.5))
            column, row = float(np.clip(column, 4, self.columns - 18)), float(np.clip(row, 6, self.rows - 6))

    def rule(self, start: tuple[float, float], end: tuple[float, float], hand: Hand = Hand.TYPED) -> None:
        """Draw a line."""
        self._rules.append(Rule(start, end, hand))

    # --- what any page may have

    def head(self) -> None:
        """Begin a page: number or letterhead, date, addressee."""
        if self.chance(0.4):
            number = int(self.rng.integers(2, 40))
            self.type(self.wording.choose((f"- {number} -", f"{number}.", str(number))), self.columns / 2, self.row - 3,
                      Role.PAGE_NUMBER)  # fmt: skip
            return
        if self.chance(0.4):
            for words in (self.wording.words(2), self.wording.words(3))[: int(self.rng.integers(1, 3))]:
                self.type(words.upper()[:34], self.left, self.row, Role.HEADING)
                self.row += self.leading
            self.underline(self.typed[-1] if self.chance(0.4) else None)
        if self.chance(0.7):
            self.write(self.wording.date(), self.left + self.width * float(self.rng.uniform(-0.08, 0.7)),
                       self.row - float(self.rng.uniform(0.5, 4.5)), height=float(self.rng.uniform(0.7, 1.8)),
                       angle=float(self.rng.normal(1, 3.5)), role=Role.DATE,
                       underlined=self.chance(0.4))  # fmt: skip
        if self.chance(0.6):
            self.row += self.leading
            place = self.type(self.wording.place(), self.left + (self.width // 2 if self.chance(0.4) else 0), self.row,
                              Role.HEADING)  # fmt: skip
            self.underline(place if self.chance(0.4) else None)
            self.row += self.leading
        self.row += self.leading

    def change(self, share: float) -> None:
        """Let a hand change lines of the run: words put in, struck out, replaced; a machine strikes out too."""
        for line in [line for line in self.typed if line.role is Role.BODY and len(line.text) > 15]:
            if not self.chance(share):
                continue
            kind = float(self.rng.random())
            words = self.wording.words(int(self.rng.integers(1, 5)))
            if kind < 0.45:
                self.insert(line, words)
            elif kind < 0.75:
                self.insert(line, words, replaced=int(self.rng.integers(3, 20)))
            else:
                start = int(self.rng.integers(0, len(line.text) - 8))
                stretch = (start, min(len(line.text), start + int(self.rng.integers(3, 30))))
                changed = replace(line, struck=(stretch,)) if kind < 0.88 else replace(line, overtyped=(stretch,))
                self.typed[self.typed.index(line)] = changed

    def margins(self) -> None:
        """Add what officials leave on a paper: notes, vertical lines, stamps, ticks."""
        for _ in range(int(self.rng.poisson(0.7))):
            note, row = self.wording.note(), float(self.rng.uniform(16, self.rows - 8))
            angle = float(self.rng.choice((90, 90, 0, 12, -90))) + float(self.rng.normal(0, 3))
            height = float(self.rng.uniform(0.8, 1.6))
            column = 3.0 if abs(angle) > 45 else 1.2
            text = note if abs(angle) > 45 else note.split(" ")[0][:8]
            self.write(text, column, row, height=height if abs(angle) > 45 else 0.8, angle=angle,
                       style=self.stranger())  # fmt: skip
        for _ in range(int(self.rng.poisson(0.45))):
            self.resolve()
        for _ in range(int(self.rng.poisson(0.35))):
            self.slash()
        if self.chance(0.25):
            number = self.wording.choose(("{}", "{}.", "-{}-", "({})", "№ {}", "{}/")).format(self.rng.integers(1, 400))
            at = (float(self.rng.choice((4.0, self.columns / 2, self.columns - 8))), float(self.rng.uniform(3, 6)))
            if self.chance(0.6):
                self.write(number, *at, height=float(self.rng.uniform(0.9, 2.0)), role=Role.PAGE_NUMBER,
                           style=self.stranger())  # fmt: skip
            else:
                self.type(number, *at, Role.PAGE_NUMBER)
        for _ in range(int(self.rng.poisson(1.1))):
            inside = self.chance(0.3)
            row = float(self.rng.uniform(8, self.rows - 8) if inside else self.rng.choice((5.0, self.rows - 6)))
            self.stamp(float(self.rng.uniform(14, self.columns - 16)), row)
        for _ in range(int(self.rng.poisson(0.25))):
            row = float(self.rng.uniform(12, self.rows - 20))
            column = self.left - 2.5
            self.rule((column, row), (column + 0.3, row + float(self.rng.uniform(3, 12))), Hand.HANDWRITTEN)
        if self.chance(0.12):
            text = self.wording.note()
            self.write(
                text, self.left + float(self.rng.uniform(0, 15)), self.rows - 4, angle=float(self.rng.normal(2, 3))
            )

    def tail(self) -> None:
        """End a page: the typed name and a signature beside it."""
        if self.row > self.last_row - 4 or self.chance(0.35):
            return
        self.row += 2.0
        column = self.left + self.width * 0.6
        if self.chance(0.8):
            name = self.wording.name()
            self.type(name.upper() if self.chance(0.6) else name, column, self.row, Role.SIGNATURE)
        if self.chance(0.5):
            for line in self.wording.lines(22, int(self.rng.integers(1, 4)))[:3]:
                self.type(line.upper() if self.chance(0.3) else line, self.left, self.row)
                self.row += self.leading
            self.row -= self.leading
        if self.chance(0.3):
            self.row += 2.0
            for line in (
                f"{self.rng.integers(1, 40)}",
                self.wording.choose(("вн", "-", "3 экз.", "№ 7", "дз/мк", "2/IX")),
            ):
                self.type(line, self.left + float(self.rng.integers(0, 4)), self.row)
                self.row += self.leading
        self.sign(column - float(self.rng.uniform(6, 16)), self.row + float(self.rng.uniform(-0.5, 1.0)))


def _letter(page: Composer) -> None:
    """A letter or cable: head, paragraphs, signature."""
    page.head()
    while page.row < page.last_row:
        page.paragraph(int(page.rng.integers(1, 9)), indent=int(page.rng.choice((0, 3, 5))))
        page.row += page.leading * float(page.rng.choice((0.0, 0.0, 0.5, 1.0)))
        if page.row > 25 and page.chance(0.12):
            break
    page.change(0.08 if page.chance(0.4) else 0.0)
    page.tail()
    page.margins()


def _draft(page: Composer) -> None:
    """A draft that a hand has changed all over."""
    page.leading = float(page.rng.choice((1.0, 1.5, 1.5, 2.0, 2.0)))
    page.head()
    while page.row < page.last_row:
        page.paragraph(int(page.rng.integers(2, 9)))
    page.change(float(page.rng.uniform(0.2, 0.6)))
    page.margins()


def _table(page: Composer) -> None:
    """A report with a table: cells in columns, ruled or not, between paragraphs."""
    page.head()
    page.paragraph(int(page.rng.integers(1, 5)))
    page.row += page.leading
    columns = int(page.rng.integers(2, 6))
    edges = np.linspace(page.left, page.left + page.width, columns + 1).round()
    ruled = page.chance(0.6)
    first = page.row
    for number in range(int(page.rng.integers(4, 22))):
        if page.row > page.last_row:
            break
        for place in range(columns):
            room = int(edges[place + 1] - edges[place]) - 2
            wordy = place == 0 or number == 0
            cell = page.wording.words(2) if wordy else f"{page.rng.integers(1, 99999)}"
            if not wordy and page.chance(0.3):
                cell = page.wording.choose(("-", "нет", f"{page.rng.integers(1, 99)},{page.rng.integers(0, 9)}"))
            page.type(cell[:room], float(edges[place]) + 1, page.row)
        page.row += page.leading
        if ruled and (number == 0 or page.chance(0.3)):
            under = page.row - page.leading * 0.72
            page.rule((page.left, under), (page.left + page.width, under))
    if ruled:
        for edge in edges:
            page.rule((float(edge), first - 1.2), (float(edge), page.row - page.leading * 0.7))
    page.row += page.leading
    while page.row < page.last_row and page.chance(0.7):
        page.paragraph(int(page.rng.integers(1, 6)))
    page.tail()
    page.margins()


def _columns(page: Composer) -> None:
    """Two columns of text under one head."""
    page.head()
    top, gap = page.row, int(page.rng.integers(3, 7))
    width = (page.width - gap) // 2
    for left in (page.left, page.left + width + gap):
        page.row = top
        stop = page.last_row - float(page.rng.uniform(0, 15))
        while page.row < stop:
            page.paragraph(int(page.rng.integers(1, 8)), left=left, width=width, indent=int(page.rng.choice((0, 3))))
    if page.chance(0.3):
        middle = page.left + width + gap / 2
        page.rule((middle, top - 1), (middle, page.last_row))
    page.margins()


def _form(page: Composer) -> None:
    """A form: typed words, with gaps that a hand has filled in."""
    page.head()
    page.leading = float(page.rng.choice((1.5, 2.0)))
    while page.row < page.last_row:
        label = page.wording.words(int(page.rng.integers(1, 4))).capitalize() + ":"
        page.type(label[:30], page.left, page.row)
        begin = page.left + min(len(label), 30) + 1
        if page.chance(0.6):
            page.rule((begin, page.row + 0.15), (page.left + page.width, page.row + 0.15))
        if page.chance(0.8):
            filled = page.wording.choose((page.wording.name(), page.wording.date(), page.wording.words(2)))
            page.write(filled, begin + 1, page.row - 0.1, height=float(page.rng.uniform(0.9, 1.3)), role=Role.BODY)
        page.row += page.leading
        if page.row > 25 and page.chance(0.06):
            break
    page.tail()
    page.margins()


def _handwritten(page: Composer) -> None:
    """A page written by hand throughout."""
    height = float(page.rng.uniform(1.0, 1.7))
    leading = height * float(page.rng.uniform(1.25, 1.9))
    room = int(page.width / (height * 0.95))
    angle, left = float(page.rng.normal(0, 0.8)), max(3, page.left - int(page.rng.integers(0, 6)))
    while page.row < page.last_row:
        for number, line in enumerate(page.wording.lines(room, int(page.rng.integers(1, 9)))):
            if page.row > page.last_row:
                break
            shift = 3.0 if number == 0 else float(page.rng.normal(0, 0.4))
            page.write(line, left + shift, page.row, height=height, angle=angle + float(page.rng.normal(0, 0.25)),
                       role=Role.BODY)  # fmt: skip
            page.row += leading
        page.row += leading * float(page.rng.choice((0.0, 0.5)))
    if page.chance(0.5):
        page.margins()


def _in_style(line: Written, style: _Style) -> Written:
    return replace(line, hand=style.hand, slant=style.slant, squeeze=style.squeeze, weight=style.weight)


@dataclass(frozen=True, slots=True)
class Composition:
    """A kind of page, and how often it comes."""

    compose: Callable[[Composer], None]
    share: float


COMPOSITIONS: Mapping[str, Composition] = {
    "letter": Composition(_letter, 0.32),
    "draft": Composition(_draft, 0.24),
    "table": Composition(_table, 0.12),
    "columns": Composition(_columns, 0.06),
    "form": Composition(_form, 0.1),
    "handwritten": Composition(_handwritten, 0.16),
}
"""The kinds of page by name."""
