"""Lines that came from elsewhere (ground truth, another detector) as a layout, with our own roles and reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from images.geometry import Baseline, Point, Polygon, Size, box_outward
from images.layout.blocks import Extent
from images.layout.page import Hand, InsertionPlace, Layout, Line, LinePart
from images.layout.reading_order import reading_order
from images.layout.roles import roles_of
from server.errors import CannotServe

_SMALL_LETTERS = 0.42
"""Height of small letters as a share of their line's polygon."""


Shape = tuple[Baseline, Polygon, Hand]


def layout_of(shapes: Sequence[Shape], size: Size) -> Layout:
    """Give roles and an order to the lines of a page."""
    extents = [_extent(*shape) for shape in shapes]
    roles = roles_of(extents)
    lines = []
    for (base, boundary, hand), role, place in zip(shapes, roles.roles, roles.places, strict=True):
        box = boundary.box
        into = None if place is None else InsertionPlace(place, box.x + box.width // 2)
        lines.append(Line(base, boundary, role, (LinePart(box.x, box.right, hand, 1.0),), 1.0, place=into))
    standing = [
        replace(e, role=role) if place is None else replace(extents[place], left=e.left, right=e.right)
        for e, role, place in zip(extents, roles.roles, roles.places, strict=True)
    ]
    order = [i for i in reading_order(standing) if roles.places[i] is None]
    for index, place in enumerate(roles.places):
        if place is not None:
            order.insert(order.index(place) + 1 if place in order else len(order), index)
    return Layout(size, tuple(lines), (), (), tuple(order))


def _extent(base: Baseline, boundary: Polygon, hand: Hand) -> Extent:
    box = boundary.box
    x, y = np.array([p.x for p in base.points], float), np.array([p.y for p in base.points], float)
    slope = float(np.polyfit(x, y, 1)[0]) if len(x) > 1 and np.ptp(x) > 3 * np.ptp(y) and np.ptp(x) > 0 else 0.0
    foot, height = float(y.mean()), _SMALL_LETTERS * box.height
    return Extent(float(box.x), float(box.right), foot - height, foot, slope=slope, hand=hand)


class _Line(msgspec.Struct):
    polygon: list[tuple[float, float]] | None = None
    bbox: tuple[float, float, float, float] | None = None
    baseline: list[tuple[float, float]] | None = None
    kind: str = ""


class _Page(msgspec.Struct):
    id: str
    lines: list[_Line]


class _Predictions(msgspec.Struct):
    pages: list[_Page]


def read(path: Path) -> dict[str, tuple[Shape, ...]]:
    """Read another detector's predictions, by the page's id. Raises CannotServe where the file holds none."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Predictions)
    except (OSError, msgspec.DecodeError) as error:
        raise CannotServe(f"{path} holds no predictions: {error}") from error
    return {page.id: tuple(_shape(line) for line in page.lines if line.polygon or line.bbox) for page in found.pages}


def _shape(line: _Line) -> Shape:
    if line.polygon and len(line.polygon) > 2:
        boundary = Polygon(tuple(Point(round(x), round(y)) for x, y in line.polygon))
    else:
        assert line.bbox is not None
        boundary = box_outward(*line.bbox).polygon
    box = boundary.box
    foot = Baseline((Point(box.x, box.bottom), Point(box.right, box.bottom)))
    given = tuple(Point(round(x), round(y)) for x, y in line.baseline or ())
    hand = Hand(line.kind) if line.kind in set(Hand) else Hand.TYPED
    return (Baseline(given) if len(given) > 1 else foot), boundary, hand
