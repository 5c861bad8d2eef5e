"""What an analysis found on a page, as the page's lines, strokes and order; what a person pinned stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from images.geometry import Baseline, Box, Point, Polygon, Size, intersection, scale_points
from images.layout import page as layout
from transcriptions.alignment.course import course_of
from transcriptions.identity import LineId, Mint, StrokeId
from transcriptions.model import Anchor, Line, Order, Page, Stroke
from transcriptions.revision import Effect, Snapshot, effects_between

_SAME = 0.7
_TAKEN = 0.3


@dataclass(frozen=True, slots=True)
class Analysed:
    """The lines, strokes and reading order of one page."""

    lines: tuple[Line, ...]
    strokes: tuple[Stroke, ...]
    order: Order


def settle(found: layout.Layout, page: Page, before: Snapshot, *, generator: str, mint: Mint) -> tuple[Effect, ...]:
    """Give the effects of a machine run over a page; none where it found what is there already.

    Coordinates are carried from the analysed image's size to the page frame. Pinned lines stay as they are, and
    nothing is put over them; other lines that lie where an old one lay keep its id.
    """
    old_lines = tuple(line for line in before.lines if line.page == page.id)
    old_strokes = tuple(stroke for stroke in before.strokes if stroke.page == page.id)
    old_order = tuple(order for order in before.orders if order.page == page.id)
    new = _analysed(found, page, old_lines, old_strokes, generator=generator, mint=mint)
    gone = {line.id for line in old_lines} - {line.id for line in new.lines}
    links = tuple(link for link in before.links if link.line in gone)
    return (
        *effects_between(links, ()),
        *effects_between((*old_lines, *old_strokes, *old_order), (*new.lines, *new.strokes, new.order)),
    )


def fresh(found: layout.Layout, page: Page, *, generator: str, mint: Mint) -> Analysed:
    """Give what was found on a page of which nothing was known; coordinates are carried to the page frame."""
    return _analysed(found, page, (), (), generator=generator, mint=mint)


def _analysed(
    found: layout.Layout,
    page: Page,
    old_lines: Sequence[Line],
    old_strokes: Sequence[Stroke],
    *,
    generator: str,
    mint: Mint,
) -> Analysed:
    pinned = [line for line in old_lines if line.pinned]
    free = [line for line in old_lines if not line.pinned]
    ids: dict[int, LineId] = {}
    standing: list[int] = []
    for index, line in enumerate(found.lines):
        box = _box(line.boundary, found.size, page.size)
        over = next((each for each in pinned if overlap(each.box, box) > _TAKEN), None)
        if over is not None:
            ids[index] = over.id
            continue
        same = next((each for each in free if overlap(each.box, box) > _SAME), None)
        if same is not None:
            free.remove(same)
        ids[index] = same.id if same else LineId(mint())
        standing.append(index)
    lines = tuple(_line(found, index, ids, page) for index in standing)
    order = tuple(dict.fromkeys(ids[index] for index in found.order))
    missing = tuple(line.id for line in pinned if line.id not in order)
    return Analysed(
        lines=(*pinned, *lines),
        strokes=_strokes(found, page, old_strokes, mint),
        order=Order(page=page.id, lines=(*order, *missing), generator=generator, remark=found.remark),
    )


def _line(found: layout.Layout, index: int, ids: dict[int, LineId], page: Page) -> Line:
    line = found.lines[index]
    across = page.size.width / found.size.width
    place = line.place
    return Line(
        id=ids[index],
        page=page.id,
        baseline=carried_baseline(line.baseline, found.size, page.size),
        boundary=carried_polygon(line.boundary, found.size, page.size),
        role=line.role,
        parts=tuple(
            layout.LinePart(round(part.start * across), round(part.end * across), part.hand, part.confidence)
            for part in line.parts
        ),
        confidence=line.confidence,
        faint=line.faint,
        anchor=Anchor(ids[place.line], round(place.x * across)) if place is not None and place.line in ids else None,
    )


def _strokes(found: layout.Layout, page: Page, old: Sequence[Stroke], mint: Mint) -> tuple[Stroke, ...]:
    free = [stroke for stroke in old if not stroke.pinned]
    strokes = [stroke for stroke in old if stroke.pinned]
    for stroke in found.strokes:
        boundary = carried_polygon(stroke.boundary, found.size, page.size)
        same = next((s for s in free if s.kind == stroke.kind and overlap(s.boundary.box, boundary.box) > _SAME), None)
        if same is not None:
            free.remove(same)
        id = same.id if same else StrokeId(mint())
        strokes.append(Stroke(id, page.id, stroke.kind, boundary, stroke.confidence))
    return tuple(strokes)


def carried_polygon(polygon: Polygon, source: Size, target: Size) -> Polygon:
    """Carry a polygon to a picture of its page at another size, within it."""
    return Polygon(_within(scale_points(polygon.points, source=source, target=target), target))


def carried_baseline(baseline: Baseline, source: Size, target: Size) -> Baseline:
    """Carry a baseline to a picture of its page at another size, within it."""
    return Baseline(_within(scale_points(baseline.points, source=source, target=target), target))


def _within(points: Sequence[Point], size: Size) -> tuple[Point, ...]:
    return tuple(Point(min(max(p.x, 0), size.width), min(max(p.y, 0), size.height)) for p in points)


def _box(polygon: Polygon, source: Size, target: Size) -> Box:
    return carried_polygon(polygon, source, target).box


def carried(line: Line, *, source: Size, target: Size) -> Line:
    """Carry a line to a picture of its page at another size."""
    across = target.width / source.width
    return replace(
        line,
        baseline=carried_baseline(line.baseline, source, target),
        boundary=carried_polygon(line.boundary, source, target),
        parts=tuple(replace(p, start=round(p.start * across), end=round(p.end * across)) for p in line.parts),
        anchor=replace(line.anchor, x=round(line.anchor.x * across)) if line.anchor else None,
    )


def as_one(first: Line, second: Line) -> Line:
    """Give two parts of one line as the first of them, which keeps its id and role."""
    corners = np.array([[p.x, p.y] for line in (first, second) for p in line.boundary.points], dtype=np.int32)
    hull = cv2.convexHull(corners)[:, 0, :].tolist()
    across = course_of(first.baseline).is_level
    foot = {p.x if across else p.y: p for line in (first, second) for p in line.baseline.points}
    falls = course_of(first.baseline).sign < 0
    return replace(
        first,
        baseline=Baseline(tuple(foot[place] for place in sorted(foot, reverse=falls))),
        boundary=Polygon(tuple(Point(x, y) for x, y in hull)),
        parts=tuple(sorted((*first.parts, *second.parts), key=lambda part: part.start)),
        confidence=min(first.confidence, second.confidence),
    )


def overlap(first: Box, second: Box) -> float:
    """Give the intersection over union of two boxes, 0..1."""
    shared = intersection(first, second)
    if shared is None:
        return 0.0
    return shared.area / (first.area + second.area - shared.area)
