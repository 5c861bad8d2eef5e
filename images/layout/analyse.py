"""The one entry of page analysis: pixels in, layout out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from images.geometry import Baseline, Point, Polygon, union
from images.layout import components, confidence, hands, strokes
from images.layout.blocks import Extent, group
from images.layout.carets import caret_column
from images.layout.lines import Shape, shape_lines
from images.layout.maps import Network
from images.layout.page import Block, InsertionPlace, Layout, Line, LinePart, Stroke
from images.layout.preprocess import Prepared, prepare
from images.layout.reading_order import reading_order
from images.layout.roles import Roles, roles_of
from images.layout.traces import find_traces


def analyse(pixels: NDArray[np.uint8], *, network: Network | None = None) -> Layout:
    """Analyse a page of H x W grey or H x W x 3 RGB pixels, into a layout in the frame of those pixels.

    Raises ValueError for an array of any other form.
    """
    page = prepare(pixels)
    if page.remark:
        return Layout(size=page.size, lines=(), strokes=(), blocks=(), order=(), remark=page.remark)
    runs, text, plain = strokes.find_runs(page.ink)
    maps = components.maps_of(page, text, plain) if network is None else network.maps(page.grey)
    shapes = confidence.keep_likely(shape_lines(find_traces(maps, text), text), page, plain)
    if not shapes:
        return Layout(
            size=page.size,
            lines=(),
            strokes=(),
            blocks=(),
            order=(),
            remark="picture: there is ink, but no line of writing",
        )
    parts = [hands.parts_of(shape.trace, maps, page.ink.shape) for shape in shapes]
    extents = [_extent(shape, part) for shape, part in zip(shapes, parts, strict=True)]
    roles = roles_of(extents)
    named = [replace(e, role=role) for e, role in zip(extents, roles.roles, strict=True)]
    lines = tuple(_line(i, shapes, parts, roles, page) for i in range(len(shapes)))
    return Layout(
        size=page.size,
        lines=lines,
        strokes=_strokes(runs, named, page),
        blocks=tuple(Block(union(lines[i].box for i in block), block) for block in group(named)),
        order=_with_insertions(reading_order(_standing(named, roles)), roles),
    )


def _extent(shape: Shape, parts: Sequence[LinePart]) -> Extent:
    left, right = float(shape.nodes[0]), float(shape.nodes[-1])
    base = float(shape.base.mean())
    slope = float(np.polyfit(shape.nodes, shape.base, 1)[0]) if right - left > 3 * shape.height else 0.0
    hand = max(parts, key=lambda part: part.end - part.start).hand
    return Extent(left, right, base - shape.height, base, slope=slope, hand=hand)


def _line(index: int, shapes: list[Shape], parts: list[tuple[LinePart, ...]], roles: Roles, page: Prepared) -> Line:
    shape = shapes[index]
    edge = np.concatenate([np.stack([shape.nodes, shape.top], 1), np.stack([shape.nodes, shape.bottom], 1)[::-1]])
    base = Baseline(_points(np.stack([shape.nodes, shape.base], 1), page))
    return Line(
        baseline=base,
        boundary=Polygon(_points(edge, page)),
        role=roles.roles[index],
        parts=tuple(_carried_part(part, shape, page) for part in parts[index]),
        confidence=shape.confidence,
        faint=shape.faint,
        place=_place(shape, roles.places[index], shapes, page),
    )


def _carried_part(part: LinePart, shape: Shape, page: Prepared) -> LinePart:
    ends = np.array([part.start, part.end], dtype=np.float64)
    at = np.stack([ends, np.interp(ends, shape.nodes, shape.base)], 1)
    first, last = sorted(point.x for point in _points(at, page))
    return LinePart(first, last, part.hand, part.confidence)


def _place(shape: Shape, line: int | None, shapes: list[Shape], page: Prepared) -> InsertionPlace | None:
    if line is None:
        return None
    into = shapes[line]
    column = caret_column(shape, into, page.ink)
    at = np.array([[column, float(np.interp(column, into.nodes, into.base))]])
    return InsertionPlace(line=line, x=_points(at, page)[0].x)


def _points(points: NDArray[np.float64], page: Prepared) -> tuple[Point, ...]:
    """Carry working coordinates to the page frame, to the nearest pixel and never outside."""
    carried = np.rint(points @ page.to_page[:, :2].T + page.to_page[:, 2]).astype(np.int64)
    across = np.clip(carried[:, 0], 0, page.size.width)
    down = np.clip(carried[:, 1], 0, page.size.height)
    return tuple(Point(int(x), int(y)) for x, y in zip(across, down, strict=True))


def _strokes(runs: tuple[strokes.Run, ...], extents: Sequence[Extent], page: Prepared) -> tuple[Stroke, ...]:
    found = []
    for run in runs:
        kind = strokes.kind_of(run, extents)
        corners = np.array(
            [[run.left, run.top], [run.right, run.top], [run.right, run.bottom], [run.left, run.bottom]],
            dtype=np.float64,
        )
        found.append(Stroke(kind=kind, boundary=Polygon(_points(corners, page)), confidence=strokes.CONFIDENCE[kind]))
    return tuple(found)


def _standing(extents: list[Extent], roles: Roles) -> list[Extent]:
    """Let insertions stand in the line they go into, so that they do not disturb the order of the others."""
    return [
        e if place is None else replace(extents[place], left=e.left, right=e.right)
        for e, place in zip(extents, roles.places, strict=True)
    ]


def _with_insertions(order: tuple[int, ...], roles: Roles) -> tuple[int, ...]:
    """Put each insertion right behind the line it goes into."""
    out: list[int] = []
    for index in order:
        if roles.places[index] is not None:
            continue
        out.append(index)
        out += [i for i in order if roles.places[i] == index]
    return tuple(out)
