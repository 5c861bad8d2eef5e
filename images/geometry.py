"""Places on a page: points, boxes, polygons and baselines in the pixels of one image, origin top left.

All values are frozen. Coordinates are integer pixels of the full-resolution page frame unless a function says
otherwise; a box made out of fractional coordinates is rounded outward, so that it never cuts ink.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, both at least 1."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a size is at least 1 x 1 pixel, not {self.width} x {self.height}")

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def box(self) -> Box:
        """The whole of it, as a box at the origin."""
        return Box(0, 0, self.width, self.height)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One pixel position."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle: left, top, width and height; width and height are at least 1."""

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a box is at least 1 x 1 pixel, not {self.width} x {self.height}")

    @property
    def right(self) -> int:
        """First column to the right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below the box."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def polygon(self) -> Polygon:
        """The four corners, clockwise from the top left."""
        return Polygon(
            (
                Point(self.x, self.y),
                Point(self.right, self.y),
                Point(self.right, self.bottom),
                Point(self.x, self.bottom),
            )
        )


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed polygon of at least three points; the last point is not repeated."""

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if len(self.points) < 3:
            raise ValueError(f"a polygon has at least 3 points, not {len(self.points)}")

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        return bounding_box(self.points)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The polyline under the letters, in reading direction, of at least two points."""

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if len(self.points) < 2:
            raise ValueError(f"a baseline has at least 2 points, not {len(self.points)}")

    @property
    def length(self) -> float:
        """Length along the polyline in pixels."""
        return sum(math.dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise(self.points))


def bounding_box(points: Iterable[Point]) -> Box:
    """Give the smallest box around the points, at least one pixel wide and high."""
    listed = tuple(points)
    if not listed:
        raise ValueError("no points to put a box around")
    left, top = min(p.x for p in listed), min(p.y for p in listed)
    right, bottom = max(p.x for p in listed), max(p.y for p in listed)
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def box_outward(left: float, top: float, right: float, bottom: float) -> Box:
    """Round fractional edges outward to a box."""
    x, y = math.floor(left), math.floor(top)
    return Box(x, y, max(1, math.ceil(right) - x), max(1, math.ceil(bottom) - y))


def clip(box: Box, size: Size) -> Box | None:
    """Give the part of the box that lies inside an image of this size, or None where there is none."""
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(size.width, box.right), min(size.height, box.bottom)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)


def intersection(first: Box, second: Box) -> Box | None:
    """Give the part that both boxes share, or None."""
    left, top = max(first.x, second.x), max(first.y, second.y)
    right, bottom = min(first.right, second.right), min(first.bottom, second.bottom)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)


def union(boxes: Iterable[Box]) -> Box:
    """Give the smallest box around all of them; there must be at least one."""
    listed = tuple(boxes)
    if not listed:
        raise ValueError("no boxes to unite")
    left, top = min(b.x for b in listed), min(b.y for b in listed)
    right, bottom = max(b.right for b in listed), max(b.bottom for b in listed)
    return Box(left, top, right - left, bottom - top)


def scale(box: Box, *, source: Size, target: Size) -> Box:
    """Carry a box from an image of one size to the same image at another size, rounded outward and clipped."""
    across, down = target.width / source.width, target.height / source.height
    scaled = box_outward(box.x * across, box.y * down, box.right * across, box.bottom * down)
    clipped = clip(scaled, target)
    if clipped is None:
        raise ValueError(f"{box} lies outside {source}")
    return clipped


def scale_points(points: Sequence[Point], *, source: Size, target: Size) -> tuple[Point, ...]:
    """Carry points from an image of one size to the same image at another size, to the nearest pixel."""
    across, down = target.width / source.width, target.height / source.height
    return tuple(Point(round(p.x * across), round(p.y * down)) for p in points)


def turn(point: Point, *, size: Size, quarters: int) -> Point:
    """Turn a point with its image clockwise by quarter turns about the image; `size` is the size before."""
    match quarters % 4:
        case 0:
            return point
        case 1:
            return Point(size.height - point.y, point.x)
        case 2:
            return Point(size.width - point.x, size.height - point.y)
        case _:
            return Point(point.y, size.width - point.x)


def turn_size(size: Size, *, quarters: int) -> Size:
    """Give the size of an image after quarter turns."""
    return size if quarters % 2 == 0 else Size(size.height, size.width)


def turn_box(box: Box, *, size: Size, quarters: int) -> Box:
    """Turn a box with its image clockwise by quarter turns; `size` is the size before."""
    corners = (Point(box.x, box.y), Point(box.right, box.bottom))
    return bounding_box(turn(corner, size=size, quarters=quarters) for corner in corners)


def interpolate(baseline: Baseline, fraction: float) -> tuple[float, float]:
    """Give the point at a fraction 0..1 of the baseline's length, in fractional pixels."""
    wanted = max(0.0, min(1.0, fraction)) * baseline.length
    walked = 0.0
    for a, b in pairwise(baseline.points):
        step = math.dist((a.x, a.y), (b.x, b.y))
        if step and walked + step >= wanted:
            part = (wanted - walked) / step
            return a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)
        walked += step
    last = baseline.points[-1]
    return float(last.x), float(last.y)
