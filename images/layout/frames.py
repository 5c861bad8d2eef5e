"""Drawn frames, as around stamps: rectangles of straight strokes that may lean, be broken, or lie over type."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.preprocess import UNIT

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_LEANS = tuple(math.tan(math.radians(degrees)) for degrees in range(-20, 21, 5))
_PIECE, _BROKEN = int(1.75 * UNIT), int(1.2 * UNIT)
_NARROWEST, _WIDEST = 9 * UNIT, 45 * UNIT
_LOWEST, _HIGHEST = 2.4 * UNIT, 16 * UNIT
_STRAIGHT, _THICK = 0.11, 0.8 * UNIT
_ALIKE = 0.2
_OFF = (-0.04, -0.02, 0.0, 0.02, 0.04)
_MOST = 80
_BESIDE = 0.3
_NEAR = int(1.2 * UNIT)
_ROOM, _STROKE = int(3 * UNIT), int(2 * UNIT)
_COVERED = 0.5
_DRAWN, _WELL_DRAWN = 0.3, 0.52
_BEYOND = 0.4


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: its corners from the top left on, clockwise (x and y, working pixels), and the angle in degrees by which
    it falls to the right."""

    corners: tuple[tuple[float, float], ...]
    angle: float

    def share_inside(self, points: Numbers) -> float:
        """Give the share of some points (n x 2) that lie in it."""
        outline = np.array(self.corners, np.float32)
        return float(np.mean([cv2.pointPolygonTest(outline, (float(x), float(y)), False) > 0 for x, y in points]))


@dataclass(frozen=True, slots=True)
class _Side:
    """An upright stroke that may lean: its ends, the x at them, and the lean (x per y) at which it was looked for."""

    top: float
    bottom: float
    at_top: float
    at_bottom: float
    sought: float

    @property
    def lean(self) -> float:
        return (self.at_bottom - self.at_top) / (self.bottom - self.top)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.at_top + self.at_bottom) / 2, (self.top + self.bottom) / 2


def find_frames(ink: Ink) -> tuple[Frame, ...]:
    """Find the frames in the ink of a page: what stands out are their sides, which are taller than letters."""
    # At half its size a stroke is still one, and there is a quarter of the ink to look at.
    small = np.asarray(cv2.dilate(ink, np.ones((2, 2), np.uint8))[::2, ::2], dtype=np.uint8)
    sides = _apart(side for lean in _LEANS for side in _sides_at(small, lean))
    pairs = (_frame_of(a, b, ink) for a, b in itertools.permutations(sides, 2) if _may_pair(a, b))
    found = [pair for pair in pairs if pair is not None]
    kept: list[Frame] = []
    for _, frame in sorted(found, key=lambda each: -each[0]):
        middle = np.mean(frame.corners, axis=0, keepdims=True)
        if not any(each.share_inside(middle) for each in kept):
            kept.append(frame)
    return tuple(kept)


def _sides_at(small: Ink, lean: float) -> Iterator[_Side]:
    """Give the upright strokes of about a lean in ink of half its size: sheared upright, they are what is left of runs
    of ink."""
    height, width = small.shape
    room = int(abs(lean) * height) + 1
    shift = room if lean > 0 else 0.0
    carry = np.array([[1, -lean, shift], [0, 1, 0]], np.float64)
    flat = cv2.warpAffine(small, carry, (width + room, height), flags=cv2.INTER_NEAREST)
    tall = cv2.morphologyEx(flat, cv2.MORPH_OPEN, np.ones((_PIECE // 2, 1), np.uint8))
    if not tall.any():
        return
    joined = cv2.morphologyEx(tall, cv2.MORPH_CLOSE, np.ones((_BROKEN // 2, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for label, (x, y, w, h, _) in enumerate(stats.tolist()):
        if not label or not _PIECE <= 2 * h < 1.1 * _HIGHEST or 2 * w > _STRAIGHT * 2 * h + _THICK:
            continue
        down, across = np.nonzero((labels[y : y + h, x : x + w] == label) & (tall[y : y + h, x : x + w] > 0))
        tilt, base = np.polyfit(down, across, 1)
        at = [2 * (x + base + tilt * end - shift + lean * (y + end)) for end in (0, h)]
        yield _Side(2 * y, 2 * (y + h), at[0], at[1], lean)


def _apart(sides: Iterable[_Side]) -> list[_Side]:
    """Take sides that were seen at several leans once: long ones first, and as they were sought."""
    out: list[_Side] = []
    for side in sorted(sides, key=lambda s: s.top - s.bottom + 100 * abs(s.lean - s.sought)):
        x, y = side.middle
        near = (o for o in out if o.top - UNIT < y < o.bottom + UNIT)
        if not any(abs(o.at_top + o.lean * (y - o.top) - x) < 0.5 * UNIT for o in near):
            out.append(side)
    return out[:_MOST]


def _may_pair(left: _Side, right: _Side) -> bool:
    """Tell whether two strokes may be the left and right side of a frame."""
    (x, y), (to_x, to_y) = left.middle, right.middle
    lean = (left.lean + right.lean) / 2
    beside = abs(to_y - y + lean * (to_x - x)) < 0.5 * max(left.bottom - left.top, right.bottom - right.top)
    return abs(left.lean - right.lean) < _ALIKE and _NARROWEST < to_x - x < _WIDEST and beside


def _frame_of(left: _Side, right: _Side, ink: Ink) -> tuple[float, Frame] | None:
    """Give the frame whose sides two strokes are, with how well it is drawn, or None."""
    lean = (left.lean + right.lean) / 2
    angles = {-math.atan(each) for each in (left.lean, right.lean, *(lean + off for off in _OFF))}
    frames = (_frame_at(angle, left, right, ink) for angle in angles)
    return max((frame for frame in frames if frame is not None), key=lambda each: each[0], default=None)


def _frame_at(angle: float, left: _Side, right: _Side, ink: Ink) -> tuple[float, Frame] | None:
    """Give the frame between two sides, if it lies at an angle."""
    cos, sin = math.cos(angle), math.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]])
    upper = np.array([[s.at_top, s.top] for s in (left, right)]) @ turn.T
    lower = np.array([[s.at_bottom, s.bottom] for s in (left, right)]) @ turn.T
    top, bottom = float(upper[:, 1].min()), float(lower[:, 1].max())
    beside = float(lower[:, 1].min() - upper[:, 1].max())
    if beside < _BESIDE * (bottom - top) or bottom - top > _HIGHEST:
        return None
    start, end = ((upper[:, 0] + lower[:, 0]) / 2).tolist()
    carry = np.column_stack([turn, [_ROOM - start, _ROOM - top]])
    size = (int(end - start) + 2 * _ROOM, int(bottom - top) + 2 * _ROOM)
    crop = np.asarray(cv2.warpAffine(ink, carry, size, flags=cv2.INTER_NEAREST), dtype=np.uint8)
    ends = (upper[:, 1] - top + _ROOM, lower[:, 1] - top + _ROOM)
    level = _level_frame(crop, (_ROOM, _ROOM + int(end - start)), ends)
    if level is None:
        return None
    drawn, corners = level
    back = (corners - carry[:, 2]) @ turn
    return drawn, Frame(tuple((float(x), float(y)) for x, y in back), math.degrees(angle))


def _level_frame(crop: Ink, sides: tuple[int, int], ends: tuple[Numbers, Numbers]) -> tuple[float, Numbers] | None:
    """Give the corners of a level frame, with how well it is drawn, or None.

    `sides` are the columns of its sides, `ends` the heights at which these begin and at which they end.
    """
    left, right = sides
    near = cv2.dilate(crop, np.ones((3, 3), np.uint8))
    long = cv2.morphologyEx(crop, cv2.MORPH_OPEN, np.ones((1, _STROKE), np.uint8))
    rows = near[:, left + 3 : right - 2].mean(axis=1) + cv2.dilate(long[:, left:right], np.ones((3, 1), np.uint8)).mean(
        axis=1
    )
    top, bottom = (_fullest(rows, each) for each in ends)
    if bottom - top < _LOWEST:
        return None
    strokes = [long[at - 3 : at + 4].max(axis=0) for at in (top, bottom)]
    drawn = [float(stroke[left:right].mean()) for stroke in strokes]
    beyond = [float(piece.mean()) for stroke in strokes for piece in (stroke[: left - 4], stroke[right + 5 :])]
    covered = [float(near[at - 2 : at + 3, left:right].max(axis=0).mean()) for at in (top, bottom)]
    covered += [float(near[top:bottom, at - 3 : at + 4].max(axis=1).mean()) for at in sides]
    well = min(drawn) > _DRAWN and sum(drawn) / 2 > _WELL_DRAWN and max(beyond) < _BEYOND
    if not well or min(covered) < _COVERED:
        return None
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)
    return sum(drawn) + sum(covered), corners


def _fullest(rows: Numbers, ends: Numbers) -> int:
    """Give where between two heights, and a little beyond, a row has most ink."""
    first, last = max(3, int(ends.min()) - _NEAR), int(ends.max()) + _NEAR
    return first + int(rows[first:last].argmax())
