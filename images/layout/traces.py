"""Traces: where the x-height bands of lines run, out of maps; touching lines cut, gaps joined, ends at the ink."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.maps import Maps
from images.layout.pieces import pieces_of
from images.layout.preprocess import UNIT

Numbers = NDArray[np.float64]
Ink = NDArray[np.uint8]
Plane = NDArray[np.float32]
Pixel = TypeVar("Pixel", bound=np.generic)

_LEVEL = 0.5
_STEP = 0.12
_DEEPEST = 4
_LEAST = 6
_OTHER_HAND = 0.6
_IN_STEP, _SAME_PLACE, _ALIKE_IN_STEP = 0.2, 0.75, 0.3
BLANK = 1.25 * UNIT
"""Width of a blank where no pitch is known, in pixels."""
ALIKE = 0.6
"""Ink of one line is on no stretch of it paler than this share of its darkest stretch."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The band of one line in the working frame: its first column, the middle of the band in each column from there,
    the height of its small letters, the probability of each hand, how sure the maps are of it (0..1), and how dark its
    ink is (0..1).

    `cell` is the pitch of the typewriter, 0 where none is known, and `beat` how its letters keep step with it."""

    start: int
    middle: Numbers
    height: float
    hand: Numbers
    certainty: float
    darkness: float = 1.0
    cell: float = 0.0
    beat: complex = 0j

    @property
    def end(self) -> int:
        """First column behind the trace."""
        return self.start + len(self.middle)

    @property
    def columns(self) -> NDArray[np.int64]:
        """Every column of the trace."""
        return np.arange(self.start, self.end)

    @property
    def slope(self) -> float:
        """Fall of the line per pixel; 0 for one too short to tell."""
        if len(self.middle) <= 3 * UNIT:
            return 0.0
        away = np.arange(len(self.middle)) - (len(self.middle) - 1) / 2
        return float(away @ self.middle / (away @ away))

    def usual_level(self) -> float:
        """Give the usual height of the middle."""
        return _median(self.middle)

    def head_level(self) -> float:
        """Give the usual height of the middle near the first column."""
        return _median(self.middle[: int(5 * UNIT)])

    def tail_level(self) -> float:
        """Give the usual height of the middle near the last column."""
        return _median(self.middle[-int(5 * UNIT) :])


def _median(values: Numbers) -> float:
    """Give the median of a few numbers, ten times as fast as numpy's, which is asked for hundreds of times a page."""
    ranked = np.sort(values)
    return float((ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2)


def bands_of(maps: Maps, ink: Ink) -> list[Trace]:
    """Find the bands of a page, brought to the size and the ends of its ink."""
    found = (trim(_scaled(trace, maps=maps, ink=ink), ink) for trace in _pieces(maps))
    return [trace for trace in found if trace is not None]


def strip(plane: NDArray[Pixel], trace: Trace, *, above: float, below: float) -> NDArray[Pixel]:
    """Cut the straightened strip of a trace out of a picture, from `above` over its middle to `below` under it."""
    level, height = np.rint(trace.middle).astype(np.int64), len(plane)
    cut = np.empty((int(above) + int(below) + 1, len(level)), plane.dtype)
    steps = np.flatnonzero(level[1:] != level[:-1]) + 1
    # Lines are nearly level: few stretches of columns, each moved as a whole.
    for first, last in itertools.pairwise((0, *steps.tolist(), len(level))):
        top, bottom = int(level[first]) - int(above), int(level[first]) + int(below) + 1
        inside = top >= 0 and bottom <= height
        rows = slice(top, bottom) if inside else np.clip(np.arange(top, bottom), 0, height - 1)
        cut[:, first:last] = plane[rows, trace.start + first : trace.start + last]
    return cut


def trim(trace: Trace, ink: Ink) -> Trace | None:
    """Bring the ends of a trace to its ink; None where it has no ink worth a line."""
    band = strip(ink, trace, above=0.75 * trace.height, below=0.75 * trace.height)
    # Ditto marks and stray accents hang above the middle: alone they are no end of a line.
    standing = band[band.shape[0] // 2 :].max(axis=0)
    reach = np.ones((1, 2 * int(1.6 * UNIT) + 1), np.uint8)
    near = cv2.dilate(standing[None], reach)[0] > 0
    filled = np.flatnonzero((band.sum(axis=0) >= 2) & near)
    if len(filled) < 0.25 * UNIT or filled[-1] - filled[0] < 0.15 * trace.height:
        return None
    first, last = int(filled[0]), int(filled[-1]) + 1
    return replace(trace, start=trace.start + first, middle=trace.middle[first:last])


def profile(trace: Trace, ink: Ink) -> Numbers:
    """Give how much ink stands in the band of a trace, per column; thick strokes count no more than thin ones."""
    band = strip(ink, trace, above=0.6 * UNIT, below=0.6 * UNIT)
    return np.asarray(np.minimum(band.sum(axis=0), 4), dtype=np.float64)


def join(traces: list[Trace]) -> list[Trace]:
    """Join neighbouring pieces of one line, typed ones over at most two blanks."""
    waiting = sorted(traces, key=lambda trace: trace.start)
    done: list[Trace] = []
    while waiting:
        current = waiting.pop(0)
        follower = _follower(current, waiting, traces)
        if follower is None:
            done.append(current)
        else:
            waiting.remove(follower)
            waiting.insert(0, joined(current, follower))
    return done


def _follower(trace: Trace, others: list[Trace], every: list[Trace]) -> Trace | None:
    """Find the piece that goes on where a trace ends."""
    blank = trace.cell or BLANK
    best, nearest = None, np.inf
    for other in others:
        height = max(trace.height, other.height, UNIT)
        written = trace.hand[1] > 0.5 and other.hand[1] > 0.5
        gap = other.start - trace.end
        if not -0.8 * height < gap < (7 * height if written else 5 * blank) or other.end <= trace.end:
            continue
        alike = min(trace.darkness, other.darkness) / max(1e-6, trace.darkness, other.darkness)
        if alike < (_ALIKE_IN_STEP if in_step(trace, other) else ALIKE):
            continue
        if abs(trace.hand[0] - other.hand[0]) > _OTHER_HAND and gap > 1.2 * UNIT:
            continue
        drop = abs(trace.tail_level() - other.head_level())
        if drop > (0.6 if written else 0.5) * height or gap >= nearest:
            continue
        # A wider gap is one within a line, unless the lines around leave the same place free.
        if gap < (4 * height if written else 2.95 * blank) or _is_spanned(trace, other, every):
            best, nearest = other, gap
    return best


def in_step(first: Trace, second: Trace) -> bool:
    """Tell whether the letters of two pieces stand in the cells of one grid, as those of one machine do and those that
    show through from behind do not."""
    both = first.beat * second.beat.conjugate()
    strong = min(abs(first.beat), abs(second.beat)) > _IN_STEP
    return first.cell > 0 and strong and both.real > _SAME_PLACE * abs(both)


def _is_spanned(first: Trace, second: Trace, every: list[Trace]) -> bool:
    """Tell whether a line close above or below runs on where there is a gap between two pieces."""
    level = first.tail_level()
    for other in every:
        if other.start < first.end - 2 * UNIT and other.end > second.start + 2 * UNIT:
            at = (first.end + second.start) // 2 - other.start
            if 0.8 * UNIT < abs(float(other.middle[at]) - level) < 6 * UNIT:
                return True
    return False


def joined(first: Trace, second: Trace) -> Trace:
    """Lay two pieces end to end, the gap between them bridged by a straight line."""
    columns = np.concatenate([first.columns, second.columns[second.columns >= first.end]])
    kept = second.middle[second.columns >= first.end]
    share = len(first.middle) / max(1, len(first.middle) + len(kept))
    every = np.arange(first.start, second.end)
    return Trace(
        start=first.start,
        middle=np.interp(every, columns, np.concatenate([first.middle, kept])),
        height=share * first.height + (1 - share) * second.height,
        hand=share * first.hand + (1 - share) * second.hand,
        certainty=share * first.certainty + (1 - share) * second.certainty,
        darkness=share * first.darkness + (1 - share) * second.darkness,
        cell=first.cell or second.cell,
        beat=share * first.beat + (1 - share) * second.beat,
    )


def _pieces(maps: Maps) -> Iterator[Trace]:
    """Find the bands of the maps, at the resolution of the maps."""
    strength = np.asarray(maps.core * (1 - 0.4 * maps.border), dtype=np.float32)
    found = pieces_of((strength > _LEVEL).view(np.uint8))
    for label in np.flatnonzero(found.stats[:, cv2.CC_STAT_AREA] >= _LEAST):
        left, top, width, height = (int(v) for v in found.stats[label, :4])
        area_of = (slice(top, top + height), slice(left, left + width))
        member = found.labels[area_of] == label
        for part in _cut(member, strength[area_of], level=_LEVEL, depth=0):
            yield _trace(part, maps, left=left, top=top)


def _cut(member: NDArray[np.bool_], strength: Plane, *, level: float, depth: int) -> Iterator[NDArray[np.bool_]]:
    """Give a component as it is, or cut into the lines that run above each other in it."""
    if depth >= _DEEPEST or not _is_stacked(member):
        yield member
        return
    higher = (member & (strength > level + _STEP)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(higher, connectivity=8)
    large = [i for i in range(1, count) if stats[i][4] >= max(_LEAST, 0.02 * int(member.sum()))]
    if not large:
        yield member
        return
    seeds = np.isin(labels, large)
    _, nearest = cv2.distanceTransformWithLabels(
        (~seeds).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_CCOMP
    )
    for label in np.unique(nearest[seeds]):
        yield from _cut(member & (nearest == label), strength, level=level + _STEP, depth=depth + 1)


def _is_stacked(member: NDArray[np.bool_]) -> bool:
    """Tell whether many columns of a component hold more than one band."""
    thickness = member.sum(axis=0)
    filled = thickness[thickness > 0]
    usual = float(np.median(filled))
    tops = (member[1:] & ~member[:-1]).sum(axis=0) + member[0]
    several = (tops > 1) | (thickness > 1.7 * usual + 1)
    middles = _middles(member)
    return bool(several.mean() > 0.08 or np.ptp(middles) > 3 * usual + 0.1 * len(middles))


def _middles(member: NDArray[np.bool_]) -> Numbers:
    rows = np.arange(member.shape[0], dtype=np.float64)
    counts = member.sum(axis=0)
    filled = np.flatnonzero(counts)
    centres = (rows @ member)[filled] / counts[filled]
    return np.asarray(np.interp(np.arange(member.shape[1]), filled, centres), dtype=np.float64)


def _trace(member: NDArray[np.bool_], maps: Maps, *, left: int, top: int) -> Trace:
    filled = np.flatnonzero(member.any(axis=0))
    member = member[:, filled[0] : filled[-1] + 1]
    left += int(filled[0])
    thickness = member.sum(axis=0)
    usual = float(np.median(thickness[thickness > 0]))
    middle = _middles(member)
    window = int(min(len(middle), 5 * usual)) | 1
    padded = np.pad(middle, window // 2, mode="edge")
    smooth = np.convolve(padded, np.ones(window) / window, "valid")
    area = (slice(top, top + member.shape[0]), slice(left, left + member.shape[1]))
    hand = maps.hand[(slice(None), *area)][:, member].mean(axis=1).astype(np.float64)
    certainty = float(maps.core[area][member].mean())
    return Trace(start=left, middle=smooth + top + 0.5, height=usual, hand=hand, certainty=certainty)


def _scaled(trace: Trace, *, maps: Maps, ink: Ink) -> Trace:
    """Carry a trace from the resolution of the maps to the working frame."""
    down, across = ink.shape[0] / maps.core.shape[0], ink.shape[1] / maps.core.shape[1]
    start, end = int(trace.start * across), min(ink.shape[1], round(trace.end * across))
    columns = np.arange(start, max(end, start + 1))
    middle = np.interp((columns + 0.5) / across, np.arange(trace.start, trace.end) + 0.5, trace.middle) * down
    return replace(
        trace, start=start, middle=middle, height=float(np.clip(trace.height * down, 0.6 * UNIT, 2.5 * UNIT))
    )
