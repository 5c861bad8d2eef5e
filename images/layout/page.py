"""The layout of one page as values: lines, strokes, blocks and their reading order.

Coordinates are integer pixels of the page frame (full resolution, origin top left). Layout values carry no ids:
they are what an analysis found or a file brought, before the store gives them identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from images.geometry import Baseline, Box, Polygon, Size


class Hand(StrEnum):
    """Who or what made the letters."""

    TYPED = "typed"
    HANDWRITTEN = "handwritten"
    PRINTED = "printed"
    STAMP = "stamp"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a line is for on its page."""

    BODY = "body"
    HEADING = "heading"
    DATE = "date"
    INSERTION = "insertion"
    MARGINAL = "marginal"
    STAMP = "stamp"
    SIGNATURE = "signature"
    PAGE_NUMBER = "page_number"


class StrokeKind(StrEnum):
    """Ink that is not text."""

    UNDERLINE = "underline"
    DELETION = "deletion"
    RULE = "rule"
    TICK = "tick"


@dataclass(frozen=True, slots=True)
class LinePart:
    """A stretch of one line, from one x to another, written by one hand; confidence 0..1."""

    start: int
    end: int
    hand: Hand
    confidence: float


@dataclass(frozen=True, slots=True)
class InsertionPlace:
    """Where an inserted line goes: index of the line in its layout, and the x in it."""

    line: int
    x: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing: baseline in reading direction, boundary around the ink, hands and role.

    `confidence` (0..1) says how surely this is a line. `faint` marks lines much paler than their page (show-through
    or carbon). `place` is set only for insertions.
    """

    baseline: Baseline
    boundary: Polygon
    role: Role
    parts: tuple[LinePart, ...]
    confidence: float
    faint: bool = False
    place: InsertionPlace | None = None

    @property
    def box(self) -> Box:
        """The smallest box around the boundary."""
        return self.boundary.box

    @property
    def hand(self) -> Hand:
        """The hand of the longest part."""
        if not self.parts:
            return Hand.UNKNOWN
        return max(self.parts, key=lambda part: part.end - part.start).hand


@dataclass(frozen=True, slots=True)
class Stroke:
    """An underline, deletion, rule or tick."""

    kind: StrokeKind
    boundary: Polygon
    confidence: float


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-like group of lines, by their indices."""

    box: Box
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands on a page. `order` holds indices into `lines` in reading order, each index once.

    `remark` says why a page could not be analysed (blank, picture, too coarse), and is empty otherwise.
    """

    size: Size
    lines: tuple[Line, ...]
    strokes: tuple[Stroke, ...]
    blocks: tuple[Block, ...]
    order: tuple[int, ...]
    remark: str = ""
