"""Ink that is not text: rules, underlines and deletions, found as long straight runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.blocks import Extent
from images.layout.page import StrokeKind
from images.layout.pieces import pieces_of
from images.layout.preprocess import UNIT

Ink = NDArray[np.uint8]
_SHORTEST = 4.5
_THICKEST = 0.6
_FREE = 0.3


@dataclass(frozen=True, slots=True)
class Run:
    """A straight run of ink in working pixels: its box, and whether it stands upright."""

    left: int
    top: int
    right: int
    bottom: int
    upright: bool


CONFIDENCE = {StrokeKind.UNDERLINE: 0.7, StrokeKind.DELETION: 0.6, StrokeKind.RULE: 0.6, StrokeKind.TICK: 0.4}
"""How often a stroke of each kind is what it is called; checked by eye, not fitted."""


def kind_of(run: Run, extents: Sequence[Extent]) -> StrokeKind:
    """Tell what a run is by the line it lies in or under: deletion, underline, or a rule that belongs to none."""
    if run.upright:
        return StrokeKind.RULE
    at = (run.top + run.bottom) / 2
    for extent in extents:
        overlap = min(run.right, extent.right) - max(run.left, extent.left)
        if overlap < 0.6 * (run.right - run.left):
            continue
        if extent.head - 0.1 * extent.height < at < extent.base - 0.1 * extent.height:
            return StrokeKind.DELETION
        if extent.base - 0.1 * extent.height <= at < extent.base + 0.9 * extent.height:
            return StrokeKind.UNDERLINE
    return StrokeKind.RULE


def find_runs(ink: Ink) -> tuple[tuple[Run, ...], Ink, Ink]:
    """Find long straight runs of ink; give them, the ink without free ones, and the ink without any.

    A deletion stays in the second with the letters it runs through; only what stands free is no part of a line.
    """
    lying, across, struck = _runs_of(ink, upright=False)
    standing, down, _ = _runs_of(np.ascontiguousarray(ink.T), upright=True)
    text = np.asarray(ink & (1 - (across | np.ascontiguousarray(down.T))), dtype=np.uint8)
    return (*lying, *standing), text, np.asarray(text & (1 - struck), dtype=np.uint8)


def _runs_of(ink: Ink, *, upright: bool) -> tuple[list[Run], Ink, Ink]:
    kernel = np.ones((1, int(2.5 * UNIT)), np.uint8)
    opened: Ink = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), dtype=np.uint8)
    bridged = cv2.dilate(opened, np.ones((3, int(0.6 * UNIT)), np.uint8))
    pieces = pieces_of(np.asarray(bridged, dtype=np.uint8))
    labels, stats, count = pieces.labels, pieces.stats, len(pieces.stats)
    body: Ink = np.asarray(cv2.dilate(opened, np.ones((3, 1), np.uint8)), dtype=np.uint8)
    above, below = _attached(ink, body, labels, count)
    opened_area = np.bincount(labels.ravel()[_places(opened)], minlength=count)
    found: list[Run] = []
    keep, crossed = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    for label in range(1, count):
        left, top, width, height, _ = (int(v) for v in stats[label])
        area = opened_area[label]
        straight = height - 2 < 0.06 * width + _THICKEST * UNIT
        most, least = max(above[label], below[label]), min(above[label], below[label])
        # The serifs of joined letters are long runs too, but with letters on one side only; blotted letters are short.
        free = most < _FREE
        crossing = least > 0.4 * most and area < 0.4 * UNIT * width
        if not (width > (_SHORTEST + upright) * UNIT and straight and (free or crossing)):
            continue
        where = (slice(top, top + height), slice(left, left + width))
        if free or _longest(np.where(labels[where] == label, opened[where], 0).astype(np.uint8)) > 6 * UNIT:
            keep[label], crossed[label] = free, not free
            box = (left, top, left + width, top + height)
            found.append(Run(box[1], box[0], box[3], box[2], True) if upright else Run(*box, False))
    where_gone = _places(body & ink)
    numbers = labels.ravel()[where_gone]
    free_ink, crossing_ink = np.zeros_like(ink), np.zeros_like(ink)
    free_ink.ravel()[where_gone], crossing_ink.ravel()[where_gone] = keep[numbers], crossed[numbers]
    return found, free_ink, crossing_ink


def _places(ink: Ink) -> NDArray[np.int64]:
    """Give the places of ink in its plane laid out as one row."""
    return np.flatnonzero(ink.view(np.bool_))


def _attached(ink: Ink, body: Ink, labels: NDArray[np.int32], count: int) -> tuple[NDArray[np.float64], ...]:
    """Give for each run the share of its columns that have ink right above it, and right below it."""
    at = _places(body)
    numbers = labels.ravel()[at]
    shares = []
    for shift in (-2, 2):
        beyond = (at + shift * body.shape[1]) % body.size
        edge = body.ravel()[beyond] == 0
        there = np.bincount(numbers[edge], weights=ink.ravel()[beyond[edge]], minlength=count)
        shares.append(there / np.maximum(1, np.bincount(numbers[edge], minlength=count)))
    return tuple(shares)


def _longest(opened: Ink) -> int:
    """Give the width of the widest unbroken piece of a run."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    return int(stats[1:, cv2.CC_STAT_WIDTH].max(initial=0))
