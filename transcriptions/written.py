"""Pages with their lines and texts as page formats (PAGE, ALTO, hOCR) hold them, before anything has an id.

Coordinates are integer pixels of a frame of `WrittenPage.size`; whoever knows the page scales them. Blocks stand in
reading order, and so do the lines in a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from images.geometry import Baseline, Box, Point, Polygon, Size, union
from images.layout.page import Hand, Line, LinePart, Role
from transcriptions.parsed import ParsedMark

UNSURE = 0.2
"""The confidence of a line whose place its file does not say."""

_UNDER = 0.8
"""How far down a line its baseline runs where a file gives none, as a fraction of the height."""


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line of a page with its text; `marks` are spans of the text. Confidence is about the reading, 0..1.

    `offset` is set only for insertions: the place in the host's text that they go before, where somebody knows it.
    """

    layout: Line
    text: str = ""
    source_id: str = ""
    marks: tuple[ParsedMark, ...] = ()
    confidence: float | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """Lines that stand together, in reading order; `role` is that of the block where its file names one."""

    boundary: Polygon
    lines: tuple[WrittenLine, ...] = ()
    role: Role | None = None
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """One page. `image` is the name of its image, `created` an ISO 8601 time, as the file gives them.

    The `place` of an insertion counts through the lines of all blocks.
    """

    size: Size
    blocks: tuple[WrittenBlock, ...] = ()
    image: str = ""
    language: str = ""
    creator: str = ""
    created: str = ""

    @property
    def lines(self) -> tuple[WrittenLine, ...]:
        """All lines in reading order."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def text(self) -> str:
        """The page's text, a line feed after each line and an empty line between blocks."""
        blocks = ["".join(f"{line.text}\n" for line in block.lines if line.text) for block in self.blocks]
        return "\n".join(block for block in blocks if block)


def compose_line(
    boundary: Polygon | None, baseline: Baseline | None, *, hand: Hand = Hand.UNKNOWN, role: Role = Role.BODY
) -> Line | None:
    """Make a line of what a file gives, with a baseline or boundary of our own where it lacks one; None without both.

    An imported line is sure.
    """
    if boundary is None and baseline is not None:
        boundary = _around(baseline)
    if boundary is None:
        return None
    box = boundary.box
    if baseline is None:
        y = box.y + round(_UNDER * box.height)
        baseline = Baseline((Point(box.x, y), Point(box.right, y)))
    parts = () if hand is Hand.UNKNOWN else (LinePart(box.x, box.right, hand, 1.0),)
    return Line(baseline, boundary, role, parts, 1.0)


def _around(baseline: Baseline) -> Polygon:
    """Give a flat band over a baseline that comes without a boundary."""
    points = baseline.points
    height = max(8, round(baseline.length / 40))
    above = [Point(p.x, max(0, p.y - height)) for p in points]
    below = [Point(p.x, p.y + height // 4) for p in reversed(points)]
    return Polygon((*above, *below))


def polygon_of(points: Sequence[Point]) -> Polygon | None:
    """Make a polygon of a file's points; two points are corners of a box, one, however often it stands, is none."""
    if len(set(points)) < 2:
        return None
    distinct = points[:-1] if len(points) > 1 and points[0] == points[-1] else points
    if len(distinct) >= 3:
        return Polygon(tuple(distinct))
    if len(distinct) < 2:
        return None
    (x0, y0), (x1, y1) = ((p.x, p.y) for p in distinct)
    return Box(min(x0, x1), min(y0, y1), max(1, abs(x1 - x0)), max(1, abs(y1 - y0))).polygon


def polygon_around(lines: Iterable[WrittenLine], size: Size) -> Polygon:
    """Give the box around lines as a polygon, or the whole page where there are none."""
    boxes = [line.layout.box for line in lines]
    return union(boxes).polygon if boxes else size.box.polygon


def around_words(words: Iterable[Polygon | None]) -> Polygon | None:
    """Give the box around the words of a line that has no place of its own, as a polygon."""
    boxes = [word.box for word in words if word is not None]
    return union(boxes).polygon if boxes else None


def somewhere_in(around: Polygon, *, hand: Hand = Hand.UNKNOWN, role: Role = Role.BODY) -> Line | None:
    """Make a line of words of which a file does not say where they stand, only in what; it is not sure."""
    line = compose_line(around, None, hand=hand, role=role)
    return None if line is None else replace(line, confidence=UNSURE)
