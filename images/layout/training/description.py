"""What is to stand on a rendered page: typed lines, handwriting, stamps and strokes, as values.

Places are in cells of the typewriter's grid: columns are one keystroke wide, rows one single line step high, counted
from the top left corner of the leaf. So a description holds at every resolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from images.geometry import Size
from images.layout.page import Hand, Role

A4 = Size(2480, 3508)
"""An A4 leaf at 300 dots per inch."""

Stretch = tuple[int, int]
"""Characters [start, end) of a typed line."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line made on the machine, its baseline on `row`.

    `underlined` and `overtyped` (struck out with other keys) are done on the machine, `struck` by hand.
    """

    id: str
    text: str
    column: float
    row: float
    role: Role = Role.BODY
    underlined: tuple[Stretch, ...] = ()
    overtyped: tuple[Stretch, ...] = ()
    struck: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Insertion:
    """Before which character of which typed line a handwritten line goes in."""

    line: str
    offset: int


@dataclass(frozen=True, slots=True)
class Written:
    """A line written by hand: its baseline begins at (column, row) and rises by `angle` degrees.

    `height` is the height of the writing in rows. An insertion is placed relative to the place that it goes into, and
    gets a caret there: column and row are then a shift from just above that place. `slant` is how far the letters lean
    (a share of their height), `squeeze` how wide they are and `weight` how bold, against the face.
    """

    id: str
    text: str
    column: float
    row: float
    height: float = 1.0
    angle: float = 0.0
    hand: int = 0
    role: Role = Role.MARGINAL
    into: Insertion | None = None
    underlined: bool = False
    pressure: float = 1.0
    slant: float = 0.0
    squeeze: float = 1.0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Signature:
    """A name written as a signature, with its flourish; the text of its line is empty where nobody could read it."""

    id: str
    name: str
    column: float
    row: float
    height: float = 2.4
    angle: float = 6.0
    hand: int = 0
    text: str = ""


class Frame(StrEnum):
    """The form of a stamp."""

    NONE = "none"
    SINGLE = "single"
    DOUBLE = "double"
    ROUNDED = "rounded"
    ROUND = "round"
    BARS = "bars"
    CELLS = "cells"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A rubber stamp about its centre; its lines get the ids `id`-1, `id`-2 …

    `height` is the height of its letters in rows; `strength` (0..1, more for very black ink) says how much ink it left,
    `spacing` how far its letters stand apart (a share of their size), `blotched` (0..1) how unevenly it was inked, and
    `slipped` by how much of the letters' size it was pressed twice. In a round stamp the first line runs along the rim;
    in one of cells, rules run between the lines.
    """

    id: str
    lines: tuple[str, ...]
    column: float
    row: float
    height: float = 1.3
    angle: float = 0.0
    frame: Frame = Frame.SINGLE
    face: int = 0
    strength: float = 0.7
    spacing: float = 0.06
    blotched: float = 0.0
    slipped: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line drawn by hand or on the machine from one cell to another."""

    start: tuple[float, float]
    end: tuple[float, float]
    hand: Hand = Hand.HANDWRITTEN


@dataclass(frozen=True, slots=True)
class Imprint:
    """Small print along the lower edge that is burnt in after all the faults, always clear and straight."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PageDescription:
    """One page: what stands on it, on which leaf, by which machine.

    `pitch` and `step` are the width and height of a cell in millimetres, `machine` the seed of the machine's own faults
    (two pages of one machine have the same crooked letters). `behind` shines through from another page. The finished
    page is turned clockwise by `quarters`.
    """

    typed: tuple[Typed, ...] = ()
    written: tuple[Written, ...] = ()
    signatures: tuple[Signature, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    rules: tuple[Rule, ...] = ()
    imprint: Imprint | None = None
    behind: tuple[Typed, ...] = ()
    size: Size = A4
    resolution: float = 300.0
    pitch: float = 2.54
    step: float = 4.233
    typewriter: int = 0
    machine: int = 0
    quarters: int = 0
