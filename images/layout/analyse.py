"""The one entry of page analysis: pixels in, layout out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Baseline, Point, Polygon, union
from images.layout import confidence, hands, strokes
from images.layout.blocks import Extent, group
from images.layout.carets import caret_column
from images.layout.lines import Shape, own_ink, shape_lines, upright_odds
from images.layout.maps import Maps, Network
from images.layout.page import Block, Hand, InsertionPlace, Layout, Line, LinePart, Role, Stroke
from images.layout.parting import part
from images.layout.pitch import find_pitch
from images.layout.preprocess import UNIT, Prepared, prepare, turned
from images.layout.reading_order import reading_order
from images.layout.roles import Roles, roles_of
from images.layout.traces import Trace, bands_of, join, profile

Ink = NDArray[np.uint8]

_CLEARLY = 0.35
_ROOM = 64
_SHORTEST = 3
# Lines up the left margin are read from below, and far more frequent than lines that run down.
_BIAS = {1: 1.2, 3: 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A line in the working frame that it was found in: the page's own, or that of the page on its side."""

    shape: Shape
    parts: tuple[LinePart, ...]
    page: Prepared


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What an analysis saw on its way to a layout, in the working frame.

    `text` is the ink without rules and underlines; there are no `maps` of a page that could not be prepared.
    """

    page: Prepared
    text: Ink
    maps: Maps | None
    layout: Layout


def analyse(pixels: NDArray[np.uint8], network: Network) -> Layout:
    """Analyse a page of H x W grey or H x W x 3 RGB pixels, into a layout in the frame of those pixels.

    Raises ValueError for an array of any other form.
    """
    return analyse_in_steps(pixels, network).layout


def analyse_in_steps(pixels: NDArray[np.uint8], network: Network) -> Steps:
    """Analyse a page, and give what was seen on the way as well, to be looked at."""
    page = prepare(pixels)
    if page.remark:
        return Steps(page, page.ink, None, _nothing(page, page.remark))
    runs, text, plain = strokes.find_runs(page.ink)
    maps = maps_of(page, network)
    level = _lines_of(page, maps, text, plain)
    steep = _steep_lines(page, maps, network, text, plain, [found.shape.trace for found in level])
    if level or steep:
        return Steps(page, text, maps, _layout(page, level, steep, runs))
    return Steps(page, text, maps, _nothing(page, "picture: there is ink, but no line of writing"))


def maps_of(page: Prepared, network: Network) -> Maps:
    """Give the maps of a page; the network looks only at where there is ink, with some room around it."""
    filled = cv2.boundingRect(page.ink)
    height, width = page.ink.shape
    left, top = (max(0, 2 * ((edge - _ROOM) // 2)) for edge in filled[:2])
    right, bottom = min(width, filled[0] + filled[2] + _ROOM), min(height, filled[1] + filled[3] + _ROOM)
    inner = network.maps(np.ascontiguousarray(page.grey[top:bottom, left:right]))
    return inner.within(((height + 1) // 2, (width + 1) // 2), top=top // 2, left=left // 2)


def _layout(page: Prepared, level: Sequence[_Found], steep: Sequence[_Found], runs: tuple[strokes.Run, ...]) -> Layout:
    extents = [_extent(found) for found in level]
    roles = roles_of(extents)
    named = [replace(e, role=role) for e, role in zip(extents, roles.roles, strict=True)]
    lines = tuple(_line(i, level, roles) for i in range(len(level))) + tuple(_steep_line(found) for found in steep)
    beside = range(len(level), len(lines))
    return Layout(
        size=page.size,
        lines=lines,
        strokes=_strokes(runs, named, page),
        blocks=(
            *(Block(union(lines[i].box for i in block), block) for block in group(named)),
            *(Block(lines[i].box, (i,)) for i in beside),
        ),
        order=(*_with_insertions(reading_order(_standing(named, roles)), roles), *beside),
    )


def _nothing(page: Prepared, remark: str) -> Layout:
    return Layout(size=page.size, lines=(), strokes=(), blocks=(), order=(), remark=remark)


def _lines_of(page: Prepared, maps: Maps, text: Ink, plain: Ink) -> list[_Found]:
    """Find the level lines of a page: `text` is its ink without free strokes, `plain` without any."""
    shapes, owners = shape_lines(find_traces(page, maps, text), text)
    shapes = confidence.keep_likely(shapes, owners, page, plain)
    return [_Found(shape, hands.parts_of(shape.trace, shape.hand, maps, page.ink.shape), page) for shape in shapes]


def find_traces(page: Prepared, maps: Maps, text: Ink) -> list[Trace]:
    """Find the traces of the level lines of a page: bands, cut where they go over into other writing, then joined."""
    parts = [each for band in bands_of(maps, text) for each in part(band, text, page.darkness, maps)]
    pitch = find_pitch(profile(trace, text) for trace in parts)
    return join(parts, blank=pitch or 1.25 * UNIT)


def _steep_lines(
    page: Prepared, maps: Maps, network: Network, text: Ink, plain: Ink, level: Sequence[Trace]
) -> list[_Found]:
    """Find the lines that run up or down a page, in the ink that no level line has.

    The network looks again where there seem to be some, with the page laid on either side; the side on which the
    writing is clearer and its letters stand upright is the right one.
    """
    place = _steep_place(maps, text.shape)
    if place is None:
        return []
    place = np.where(own_ink(list(level), text) > 0, 0, place).astype(np.uint8)
    sides = []
    for quarters in (1, 3):
        side, own_place = turned(page, quarters), _turned(place, quarters)
        own_text, own_plain = _turned(text * place, quarters), _turned(plain * place, quarters)
        own_maps = maps_of(replace(side, ink=own_place), network)
        found = _lines_of(side, own_maps, own_text, own_plain)
        long = [line for line in found if len(line.shape.trace.middle) > _SHORTEST * UNIT]
        odds = [min(2.0, upright_odds(line.shape.trace, own_text)) for line in long]
        clear = sum(
            len(line.shape.trace.middle) * line.shape.confidence * odd for line, odd in zip(long, odds, strict=True)
        )
        sides.append((clear * _BIAS[quarters], quarters, long))
    return max(sides, key=lambda each: each[0])[2]


def _steep_place(maps: Maps, shape: tuple[int, ...]) -> Ink | None:
    """Mark where lines seem to run up or down, with some room around them; None where none do."""
    seen = (maps.upright > np.maximum(_CLEARLY, maps.core)).astype(np.uint8)
    closed = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((int(1.5 * UNIT), int(UNIT)), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    keep = stats[:, cv2.CC_STAT_HEIGHT] > _SHORTEST * UNIT / 2
    keep[0] = False
    if not keep.any():
        return None
    grown = cv2.dilate(keep.astype(np.uint8)[labels], np.ones((int(1.2 * UNIT), int(UNIT)), np.uint8))
    wide = cv2.resize(grown, (2 * grown.shape[1], 2 * grown.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(wide[: shape[0], : shape[1]])


def _turned(ink: Ink, quarters: int) -> Ink:
    return np.ascontiguousarray(np.rot90(ink, -quarters))


def _extent(found: _Found) -> Extent:
    shape = found.shape
    left, right = float(shape.nodes[0]), float(shape.nodes[-1])
    base = float(shape.base.mean())
    slope = float(np.polyfit(shape.nodes, shape.base, 1)[0]) if right - left > 3 * shape.height else 0.0
    return Extent(left, right, base - shape.height, base, slope=slope, hand=_hand(found))


def _hand(found: _Found) -> Hand:
    return max(found.parts, key=lambda part: part.end - part.start).hand


def _line(index: int, level: Sequence[_Found], roles: Roles) -> Line:
    found = level[index]
    return replace(_carried(found, roles.roles[index]), place=_place(found, roles.places[index], level))


def _steep_line(found: _Found) -> Line:
    return _carried(found, Role.STAMP if _hand(found) is Hand.STAMP else Role.MARGINAL)


def _carried(found: _Found, role: Role) -> Line:
    return carried_line(found.shape, found.parts, found.page, role)


def carried_line(shape: Shape, parts: Sequence[LinePart], page: Prepared, role: Role) -> Line:
    """Carry a line out of the working frame into the page frame."""
    edge = np.concatenate([np.stack([shape.nodes, shape.top], 1), np.stack([shape.nodes, shape.bottom], 1)[::-1]])
    return Line(
        baseline=Baseline(_points(np.stack([shape.nodes, shape.base], 1), page)),
        boundary=Polygon(_points(edge, page)),
        role=role,
        parts=tuple(_carried_part(part, shape, page) for part in parts),
        confidence=shape.confidence,
        faint=shape.faint,
    )


def _carried_part(part: LinePart, shape: Shape, page: Prepared) -> LinePart:
    ends = np.array([part.start, part.end], dtype=np.float64)
    at = np.stack([ends, np.interp(ends, shape.nodes, shape.base)], 1)
    first, last = sorted(point.x for point in _points(at, page))
    return LinePart(first, last, part.hand, part.confidence)


def _place(found: _Found, line: int | None, level: Sequence[_Found]) -> InsertionPlace | None:
    if line is None:
        return None
    into = level[line].shape
    column = caret_column(found.shape, into, found.page.ink)
    at = np.array([[column, float(np.interp(column, into.nodes, into.base))]])
    return InsertionPlace(line=line, x=_points(at, found.page)[0].x)


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
