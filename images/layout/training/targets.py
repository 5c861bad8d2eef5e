"""What the network is to say about a picture with known lines: bands of small letters by hand, borders, hands."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.maps import MAP_HANDS
from images.layout.page import Hand
from images.layout.training.corpus import LearnedLine
from images.layout.training.truth import Points

Plane = NDArray[np.uint8]
Weights = NDArray[np.float32]

REDUCTION = 2
"""Pixels of a picture to one point of its targets."""
NO_HAND = 255

_STEEP = 45.0
_EDGE = 1.6
_UPON = 2.0
"""Weight of what is written or stamped close to type or upon it: it is little, and easily taken for the type."""
_FOOT = 0.4
"""Share of a typed band's height that is left where it yields to another hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Targets at half the size of a picture.

    `core` is 1 in the bands of level lines, `upright` in those of lines that run up or down; `border` around all;
    `cores` (hands x H x W) the bands of level lines by hand, in the order of `MAP_HANDS`: lines of two hands may lie
    upon each other there; in `core` a typed band yields to what is written or stamped upon its upper part; `hand` an
    index into `MAP_HANDS`, or `NO_HAND` where there is none, or more than one, or it is unknown; `weight` how much each
    point counts, `known` 0 where the hand of a level line is not known; `text` 1 wherever a line is.
    """

    core: Plane
    upright: Plane
    border: Plane
    cores: Plane
    hand: Plane
    known: Plane
    weight: Weights
    text: Plane


def targets_of(lines: tuple[LearnedLine, ...], shape: tuple[int, int]) -> Targets:
    """Draw the targets of a picture of this height and width."""
    size = (shape[0] // REDUCTION, shape[1] // REDUCTION)
    steep, border, text, unknown = (np.zeros(size, np.uint8) for _ in range(4))
    level = np.zeros((len(MAP_HANDS), *size), np.uint8)
    hand = np.full(size, NO_HAND, np.uint8)
    for line in lines:
        _fill(hand, band(line, above=1.25, below=0.3, beyond=0.0), _hand(line))
    for line in lines:
        own = _fill(np.zeros(size, np.uint8), band(line, above=1.0, below=0.1, beyond=-0.1), 1)
        name = _hand(line)
        count = steep if is_steep(line) else unknown if name == NO_HAND else level[name]
        count += own
        hand[own > 0] = name
        _fill(border, band(line, above=1.6, below=0.6, beyond=0.9), 1)
        _fill(text, line.boundary, 1)
    # Where two bands of one hand lie upon each other, a border parts them.
    several = (level > 1).any(axis=0) | (unknown + (level > 0).any(axis=0) > 1) | (steep > 1)
    cores = ((level == 1) & ~several).astype(np.uint8)
    upright = ((steep > 0) & ~several).astype(np.uint8)
    typed, upon = cores[0], cores[1:].any(axis=0).astype(np.uint8)
    yielded = _yielded(typed, upon)
    core = (((level > 0).any(axis=0) | (unknown > 0)) & ~several & ((yielded == 0) | (upon > 0))).astype(np.uint8)
    border[yielded > 0] = 1
    border[(core | upright) > 0] = 0
    hand[cores.sum(axis=0) + upright - (yielded & upon) > 1] = NO_HAND
    weight = (1 + (_EDGE - 1) * border).astype(np.float32)
    weight[(upon > 0) & (cv2.dilate(typed, np.ones((9, 9), np.uint8)) > 0)] = _UPON
    known = (unknown == 0).astype(np.uint8)
    return Targets(core, upright, border, cores, hand, known, weight, text | border | core | upright)


def _yielded(typed: Plane, upon: Plane) -> Plane:
    """Give where bands of type yield to bands upon their upper part, and to a gap of one point below these.

    The lower part that stays says where the type stands, so that both bands can be followed in one plane.
    """
    wanted = typed & np.asarray(cv2.dilate(upon, np.ones((3, 1), np.uint8)), np.uint8)
    given = np.zeros_like(typed)
    if not wanted.any():
        return given
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(typed, connectivity=4)
    touched = np.unique(labels[wanted > 0])
    for label in touched[touched > 0]:
        left, top, width, height = (int(value) for value in boxes[label, :4])
        place = np.s_[top : top + height, left : left + width]
        own, lost = labels[place] == label, (labels[place] == label) & (wanted[place] > 0)
        rows = np.arange(height)[:, None]
        foot = np.where(own, rows, -1).max(axis=0)
        stays = (own & ~lost).sum(axis=0) >= _FOOT * own.sum(axis=0)
        above = np.where(lost, rows, -1).max(axis=0) < foot
        given[place][lost & (stays & above)] = 1
    return given


def is_steep(line: LearnedLine) -> bool:
    """Tell whether a line runs up or down rather than across."""
    across, down = np.abs(line.baseline[-1] - line.baseline[0])
    return bool(np.degrees(np.arctan2(down, across)) > _STEEP)


def band(line: LearnedLine, *, above: float, below: float, beyond: float) -> Points:
    """Give the polygon around a baseline, in heights of its small letters; it runs on at the ends by `beyond`."""
    path = line.baseline
    steps = np.gradient(path, axis=0)
    steps /= np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-6)[:, None]
    grown = path.copy()
    grown[0] -= steps[0] * beyond * line.height
    grown[-1] += steps[-1] * beyond * line.height
    up = np.stack([steps[:, 1], -steps[:, 0]], axis=1) * line.height
    return np.vstack([grown + up * above, (grown - up * below)[::-1]])


def _hand(line: LearnedLine) -> int:
    named = Hand.TYPED if line.hand is Hand.PRINTED else line.hand
    return MAP_HANDS.index(named) if named in MAP_HANDS else NO_HAND


def _fill(plane: Plane, polygon: Points, value: int) -> Plane:
    points = ((polygon + 0.5) / REDUCTION - 0.5) * 16
    cv2.fillPoly(plane, [np.round(points).astype(np.int32)], value, shift=4)
    return plane
