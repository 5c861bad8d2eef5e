"""The one entry of page analysis: pixels in, layout out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from images.geometry import Baseline, Point, Polygon, union
from images.layout import strokes
from images.layout.apart import held_apart
from images.layout.blocks import Extent, group
from images.layout.carets import caret_column
from images.layout.closer import by_hand_over_carets
from images.layout.frames import find_frames
from images.layout.inks import look_at_other_ink
from images.layout.leaning import look_again
from images.layout.lines import Shape
from images.layout.look import UNTURNED, Found, Look, look
from images.layout.maps import Maps, Network
from images.layout.page import Block, Hand, InsertionPlace, Layout, Line, LinePart, Role, Stroke
from images.layout.preprocess import Prepared, Stance, prepare
from images.layout.reading_order import reading_order
from images.layout.roles import Roles, roles_of
from images.layout.stamps import in_frames, look_into_frames

Ink = NDArray[np.uint8]

_LONG = 8.0
_ASKEW = 0.7
_ON_ITS_SIDE = 1.5


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
    seen, runs = _first_look(page, network)
    stance = better_stance(seen)
    if stance is not None:
        straight = prepare(pixels, stance)
        if not straight.remark:
            seen, runs = _first_look(straight, network)
    seen, coloured = look_at_other_ink(pixels, seen, network)
    frames = find_frames(seen.page.ink)
    seen, stamped = look_into_frames(frames, seen, network)
    level, leaning = look_again(seen, network)
    found = in_frames((*by_hand_over_carets((*level, *leaning, *coloured), seen), *stamped), frames)
    if found:
        return Steps(seen.page, seen.text, seen.maps, _layout(seen.page, found, runs))
    return Steps(seen.page, seen.text, seen.maps, _nothing(page, "picture: there is ink, but no line of writing"))


def _first_look(page: Prepared, network: Network) -> tuple[Look, tuple[strokes.Run, ...]]:
    runs, text, plain = strokes.find_runs(page.ink)
    return look(page, network, text, plain), runs


def better_stance(seen: Look) -> Stance | None:
    """Give how a page lies, where what was seen of it says that it lies otherwise than it was taken to lie.

    Most of the writing then runs up or down, or the long lines all lean.
    """
    stance = seen.page.stance
    if float(seen.maps.upright.sum()) > _ON_ITS_SIDE * float(seen.maps.core.sum()):
        return Stance((stance.quarters + 1) % 4)
    long = [line for line in seen.lines if line.length > _LONG]
    if not long:
        return None
    leans = np.array([math.degrees(math.atan(line.shape.trace.slope)) for line in long])
    order = np.argsort(leans)
    reached = np.cumsum(np.array([line.length for line in long])[order])
    lean = float(leans[order][int(np.searchsorted(reached, reached[-1] / 2))])
    return Stance(stance.quarters, (stance.angle or 0.0) + lean) if abs(lean) > _ASKEW else None


def _layout(page: Prepared, found: Sequence[Found], runs: tuple[strokes.Run, ...]) -> Layout:
    """Name and order what was found; lines that run up or down come last, each a block of its own."""
    found = held_apart(found, page)
    across = [each for each in found if not each.is_steep]
    extents = [_extent(each) for each in across]
    roles = roles_of(extents)
    named = [replace(e, role=role) for e, role in zip(extents, roles.roles, strict=True)]
    steep = [_carried(each, _steep_role(each)) for each in _as_read([each for each in found if each.is_steep])]
    lines = (*(_line(i, across, roles) for i in range(len(across))), *steep)
    beside = range(len(across), len(lines))
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


def _as_read(steep: Sequence[Found]) -> list[Found]:
    """Put lines that run up or down into the order in which they are read when their page is turned."""
    views: dict[bytes, list[Found]] = {}
    for each in steep:
        views.setdefault(each.own.tobytes(), []).append(each)
    return [
        lines[i]
        for lines in views.values()
        for i in reading_order([_extent(replace(each, own=UNTURNED)) for each in lines])
    ]


def _nothing(page: Prepared, remark: str) -> Layout:
    return Layout(size=page.size, lines=(), strokes=(), blocks=(), order=(), remark=remark)


def _extent(found: Found) -> Extent:
    shape = found.shape
    line = found.carried(np.stack([shape.nodes, shape.base], 1))
    left, right = float(line[:, 0].min()), float(line[:, 0].max())
    base = float(line[:, 1].mean())
    height = shape.height * math.hypot(found.own[0, 0], found.own[1, 0])
    slope = float(np.polyfit(line[:, 0], line[:, 1], 1)[0]) if right - left > 3 * height else 0.0
    return Extent(left, right, base - height, base, slope=slope, hand=found.hand)


def _steep_role(found: Found) -> Role:
    return Role.STAMP if found.hand is Hand.STAMP else Role.MARGINAL


def _line(index: int, across: Sequence[Found], roles: Roles) -> Line:
    found = across[index]
    return replace(_carried(found, roles.roles[index]), place=_place(found, roles.places[index], across))


def _carried(found: Found, role: Role) -> Line:
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


def _place(found: Found, line: int | None, across: Sequence[Found]) -> InsertionPlace | None:
    if line is None:
        return None
    into, extent = across[line], _extent(found)
    column = caret_column((extent.left, extent.right), into.shape, into.page.ink)
    at = np.array([[column, float(np.interp(column, into.shape.nodes, into.shape.base))]])
    return InsertionPlace(line=line, x=_points(at, into.page)[0].x)


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
