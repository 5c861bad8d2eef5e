"""What is known of a rendered page because it was made: lines, strokes and insertions, and their JSON form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from images.geometry import Baseline, Box, Point, Polygon, Size, clip, turn, turn_size
from images.layout.page import Hand, Role, StrokeKind

Points = NDArray[np.float64]
"""Positions as an array of x, y pairs, in pixels."""


@dataclass(frozen=True, slots=True)
class TruthAnchor:
    """Where an insertion goes: before which character of which line, and at which x and y of the page."""

    line: str
    offset: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class TruthLine:
    """A line that stands on the page; `stops` are the points of the baseline between its characters, where known."""

    id: str
    text: str
    hand: Hand
    role: Role
    baseline: Baseline
    boundary: Polygon
    anchor: TruthAnchor | None = None
    stops: tuple[Point, ...] = ()

    @property
    def box(self) -> Box:
        """The smallest box around the boundary."""
        return self.boundary.box


@dataclass(frozen=True, slots=True)
class TruthStroke:
    """Ink that is not text; `line` and the characters [start, end) say what an underline or deletion is about."""

    kind: StrokeKind
    boundary: Polygon
    line: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class PageTruth:
    """All that stands on a page; lines are in the order of their description."""

    size: Size
    lines: tuple[TruthLine, ...]
    strokes: tuple[TruthStroke, ...]


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as it was drawn, in fractional pixels of the leaf before the film."""

    id: str
    text: str
    hand: Hand
    role: Role
    baseline: Points
    boundary: Points
    stops: Points
    line: str = ""
    offset: int = 0
    anchor: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class DrawnStroke:
    """A stroke as it was drawn, in fractional pixels of the leaf before the film."""

    kind: StrokeKind
    boundary: Points
    line: str = ""
    start: int = 0
    end: int = 0


Carry = Callable[[Points], Points]
"""Takes points of the leaf to points of the finished page."""


def settle(
    lines: tuple[DrawnLine, ...], strokes: tuple[DrawnStroke, ...], carry: Carry, *, size: Size, quarters: int
) -> PageTruth:
    """Carry what was drawn to the finished page of a size before its quarter turns."""

    def points(drawn: Points) -> tuple[Point, ...]:
        carried = (Point(round(float(x)), round(float(y))) for x, y in carry(np.asarray(drawn, np.float64)))
        return tuple(turn(_inside(point, size), size=size, quarters=quarters) for point in carried)

    def settled(line: DrawnLine) -> TruthLine:
        anchor = None
        if line.anchor is not None:
            place = points(np.array([line.anchor]))[0]
            anchor = TruthAnchor(line.line, line.offset, place.x, place.y)
        stops = points(line.stops) if len(line.stops) else ()
        baseline, boundary = Baseline(points(line.baseline)), Polygon(points(line.boundary))
        return TruthLine(line.id, line.text, line.hand, line.role, baseline, boundary, anchor, stops)

    return PageTruth(
        turn_size(size, quarters=quarters),
        tuple(settled(line) for line in lines),
        tuple(TruthStroke(s.kind, Polygon(points(s.boundary)), s.line, s.start, s.end) for s in strokes),
    )


def as_json(truth: PageTruth) -> dict[str, Any]:
    """Give the truth of a page as plain JSON values."""
    return {
        "width": truth.size.width,
        "height": truth.size.height,
        "lines": [_line_json(line, truth.size) for line in truth.lines],
        "strokes": [
            {"kind": s.kind.value, "polygon": _pairs(s.boundary.points), "line": s.line, "from": s.start, "to": s.end}
            for s in truth.strokes
        ],
    }


def _line_json(line: TruthLine, size: Size) -> dict[str, Any]:
    box = clip(line.box, size) or line.box
    found: dict[str, Any] = {
        "id": line.id,
        "text": line.text,
        "hand": line.hand.value,
        "role": line.role.value,
        "bbox": [box.x, box.y, box.right, box.bottom],
        "polygon": _pairs(line.boundary.points),
        "baseline": _pairs(line.baseline.points),
    }
    if line.stops:
        found["stops"] = _pairs(line.stops)
    if line.anchor is not None:
        place = line.anchor
        found["anchor"] = {"line": place.line, "offset": place.offset, "x": place.x, "y": place.y}
    return found


def _pairs(points: tuple[Point, ...]) -> list[list[int]]:
    return [[point.x, point.y] for point in points]


def _inside(point: Point, size: Size) -> Point:
    return Point(min(max(point.x, 0), size.width), min(max(point.y, 0), size.height))
