"""Ink that stands on no line: letters outside all lines, and writing between the rows of typed ones.

Line detection leaves out what it is not sure of: page numbers, lone signs in tables, words squeezed in between rows.
What is found here is no line yet; alignment takes as lines what carries words that stand nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Baseline, Box, Point, Polygon, box_outward, intersection
from images.layout.preprocess import UNIT, find_ink, grey_of, positive
from images.layout.shapes import letter_scale

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]
Group = tuple[int, int, int, int]
"""Left, top, right and bottom in the scaled page."""

_MOST = 24
_SHORTEST, _TALLEST, _WIDEST, _THINNEST, _LEAST = 0.3, 3.2, 12.0, 0.12, 0.05
_DASH, _LONGEST_DASH = 0.4, 2.0
_ABOVE, _BELOW = 1.6, 0.5
_OWN, _LEAST_CUT = 0.4, 0.55
_GAP, _LOWEST, _HIGHEST, _FEWEST = 2.2, 0.45, 4.0, 0.15
_AROUND, _OVER, _FOOT = 0.6, 0.25, 0.1
_NARROWEST_BETWEEN, _LEAST_OVER, _MOST_OVER = 2.5, 0.5, 2.6


@dataclass(frozen=True, slots=True)
class Loose:
    """Ink that could be a line; `host` is the typed line above which it was squeezed in, by its index."""

    baseline: Baseline
    boundary: Polygon
    host: int | None = None


def loose_ink(pixels: NDArray[np.uint8], lines: Sequence[tuple[Baseline, Polygon, bool]]) -> tuple[Loose, ...]:
    """Find the ink of a page of grey or RGB pixels that belongs to none of its lines; at most two dozen places.

    Lines are baseline, boundary and whether they are typed, in the frame of those pixels, as is what is found.
    """
    page = positive(grey_of(pixels))
    scale = letter_scale(page)
    if scale == 0 or not lines:
        return ()
    size = max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    ink = find_ink(np.asarray(cv2.resize(page, size, interpolation=way), dtype=np.uint8), unit=UNIT).ink
    free = _free(ink, _owned(ink.shape, lines, scale))
    feet = {index: _feet(baseline, scale) for index, (baseline, _, is_typed) in enumerate(lines) if is_typed}
    hosted = [(group, ink, _host(group, feet)) for group, ink in _groups(free)]
    kept = [each for each in hosted if each[2] is None or each[0][2] - each[0][0] >= _NARROWEST_BETWEEN * UNIT]
    best = sorted(kept, key=lambda each: -each[1])[:_MOST]
    frame = Box(0, 0, page.shape[1], page.shape[0])
    made = (_made(group, host, scale, frame) for group, _, host in best)
    return tuple(each for each in made if each is not None)


def _owned(shape: tuple[int, ...], lines: Sequence[tuple[Baseline, Polygon, bool]], scale: float) -> Ink:
    """Mark what belongs to lines: the band of a typed line's letters, and the whole of any other."""
    own = np.zeros(shape, dtype=np.uint8)
    for baseline, boundary, is_typed in lines:
        mine = np.zeros(shape, dtype=np.uint8) if is_typed else own
        cv2.fillPoly(mine, [_corners(boundary.points, scale)], 1)
        if is_typed:
            within = np.zeros(shape, dtype=np.uint8)
            cv2.fillPoly(within, [_band(_feet(baseline, scale))], 1)
            own |= mine & within
    return own


def _band(foot: Numbers) -> NDArray[np.int32]:
    """Give where the letters on a baseline stand, a letter beyond both ends, which may stop short of the last one."""
    aside, up, down = np.array([UNIT, 0.0]), np.array([0.0, _ABOVE * UNIT]), np.array([0.0, _BELOW * UNIT])
    ends = np.concatenate([foot[:1] - aside, foot, foot[-1:] + aside])
    return np.asarray(np.rint(np.concatenate([ends - up, ends[::-1] + down])), dtype=np.int32)


def _corners(points: Sequence[Point], scale: float) -> NDArray[np.int32]:
    return np.rint(np.array([[p.x, p.y] for p in points], dtype=np.float64) * scale).astype(np.int32)


def _free(ink: Ink, own: Ink) -> Ink:
    """Keep the strokes of letters and dashes outside the lines; what reaches into a line is cut there."""
    cut = ink & ~own & 1
    whole, sizes = _parts(ink)
    labels, stats = _parts(np.asarray(cut, dtype=np.uint8))
    area = stats[:, cv2.CC_STAT_AREA] / UNIT**2
    width, height = stats[:, cv2.CC_STAT_WIDTH] / UNIT, stats[:, cv2.CC_STAT_HEIGHT] / UNIT
    letter = (height >= _SHORTEST) & (height <= _TALLEST) & (width >= _THINNEST) & (width <= _WIDEST)
    dash = (height >= _THINNEST) & (height < _SHORTEST) & (width >= _DASH) & (width <= _LONGEST_DASH)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    edge = (left <= 1) | (top <= 1) | (right >= ink.shape[1] - 1) | (bottom >= ink.shape[0] - 1)
    of = np.zeros(len(stats), dtype=np.int64)
    of[labels[cut > 0]] = whole[cut > 0]
    most = stats[:, cv2.CC_STAT_AREA] > (1 - _OWN) * sizes[of, cv2.CC_STAT_AREA]
    kept = np.where(most, letter | dash, letter & (height >= _LEAST_CUT)) & ~edge & (area >= _LEAST)
    kept[0] = False
    return np.asarray(kept[labels], dtype=np.uint8)


def _parts(ink: Ink) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return np.asarray(labels, dtype=np.int32), np.asarray(stats, dtype=np.int32)


def _groups(free: Ink) -> list[tuple[Group, float]]:
    """Bring strokes that stand beside each other together; with how much ink there is."""
    reach = int(_GAP * UNIT)
    wide = cv2.copyMakeBorder(free, 2, 2, reach, reach, cv2.BORDER_CONSTANT, value=[0])
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8))[2:-2, reach:-reach]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(closed), connectivity=8)
    inked = np.bincount(labels[free > 0], minlength=count) / UNIT**2
    found = []
    for i in range(1, count):
        left, top, width, height, _ = (int(v) for v in stats[i])
        if _LOWEST * UNIT <= height <= _HIGHEST * UNIT and inked[i] >= _FEWEST:
            found.append(((left, top, left + width, top + height), float(inked[i])))
    return found


def _feet(baseline: Baseline, scale: float) -> Numbers:
    points = np.array([[p.x, p.y] for p in baseline.points], dtype=np.float64) * scale
    return points[np.argsort(points[:, 0], kind="stable")]


def _host(group: Group, feet: Mapping[int, Numbers]) -> int | None:
    """Give the typed line just above whose letters a group stands."""
    left, _, right, bottom = group
    middle = (left + right) / 2
    over = {
        index: float(np.interp(middle, foot[:, 0], foot[:, 1])) - bottom
        for index, foot in feet.items()
        if foot[0, 0] - UNIT <= middle <= foot[-1, 0] + UNIT
    }
    near = [(away, index) for index, away in over.items() if _LEAST_OVER * UNIT <= away <= _MOST_OVER * UNIT]
    return min(near)[1] if near else None


def _made(group: Group, host: int | None, scale: float, frame: Box) -> Loose | None:
    left, top, right, bottom = group
    around, over = _AROUND * UNIT, _OVER * UNIT
    box = intersection(
        box_outward((left - around) / scale, (top - over) / scale, (right + around) / scale, (bottom + over) / scale),
        frame,
    )
    if box is None:
        return None
    foot = min(box.bottom, round((bottom - _FOOT * (bottom - top)) / scale))
    return Loose(Baseline((Point(box.x, foot), Point(box.right, foot))), box.polygon, host)
