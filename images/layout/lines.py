"""Lines out of traces and ink: each line's own ink, its baseline at the foot of the letters, its boundary."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.preprocess import UNIT
from images.layout.traces import Trace, strip

Ink = NDArray[np.uint8]
Owners = NDArray[np.int32]
Numbers = NDArray[np.float64]

_NODE = int(1.5 * UNIT)
_AIR = 0.2 * UNIT


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One line in the working frame.

    `nodes` are columns; `base`, `top` and `bottom` the heights of baseline and boundary there. `foot` and `head` are
    the offsets of baseline and of the tops of small letters from the middle of the trace. `hand` is the chance of each
    hand, in the order of `maps.MAP_HANDS`.
    """

    trace: Trace
    nodes: Numbers
    base: Numbers
    top: Numbers
    bottom: Numbers
    foot: float
    head: float
    area: int
    hand: Numbers
    confidence: float = 1.0
    faint: bool = False

    @property
    def height(self) -> float:
        """Height of the small letters."""
        return self.foot - self.head


@dataclass(frozen=True, slots=True, eq=False)
class _Letters:
    """The pixels of some ink, row by row: the height and the column of each, and the number of its component."""

    heights: NDArray[np.int64]
    columns: NDArray[np.int64]
    labels: NDArray[np.int32]
    count: int


def shape_lines(traces: list[Trace], ink: Ink) -> tuple[list[Shape], Owners]:
    """Give the shapes of all traces that have ink of their own, and whose ink each pixel is, by number of shape from 1.

    No two shapes overlap.
    """
    letters, bands = _letters(ink), _bands(traces, ink.shape)
    limbs = _limbs(traces, letters, bands)
    if limbs:
        traces = [trace for index, trace in enumerate(traces) if index not in limbs]
        bands = _bands(traces, ink.shape)
    own = _own(len(traces), letters, bands)
    columns, heights, starts = _by_owner(own, letters, len(traces))
    shapes, numbers = [], np.zeros(len(traces) + 1, np.int32)
    for index, trace in enumerate(traces):
        part = slice(starts[index], starts[index + 1])
        shape = _shape(trace, ink, columns[part], heights[part])
        if shape is not None:
            shapes.append(shape)
            numbers[index + 1] = len(shapes)
    owners = np.zeros(ink.shape, np.int32)
    owners[letters.heights, letters.columns] = numbers[own]
    return _apart(shapes), owners


def _own(traces: int, letters: _Letters, bands: Owners) -> NDArray[np.int32]:
    """Give each pixel of ink the number (from 1) of the trace it belongs to, 0 for none.

    A component goes whole to the line that holds nearly all of what it has in any band; one that runs through several
    bands is cut halfway between them.
    """
    labels, band = letters.labels, bands[letters.heights, letters.columns]
    if not traces:
        return band
    near = _nearest(bands, letters)
    size = traces + 1
    pairs, votes = np.unique(labels[band > 0].astype(np.int64) * size + band[band > 0], return_counts=True)
    total = np.bincount(pairs // size, weights=votes, minlength=letters.count)
    order = np.argsort(votes, kind="stable")
    winner, share = np.zeros(letters.count, np.int32), np.zeros(letters.count)
    winner[pairs[order] // size] = (pairs[order] % size).astype(np.int32)
    share[pairs[order] // size] = votes[order]
    whole = (share >= 0.85 * np.maximum(total, 1)) & (total > 0)
    own = np.where(whole[labels], winner[labels], near)
    # Specks far from every band belong to no line.
    area = np.bincount(labels, minlength=letters.count)
    own[(area < 0.12 * UNIT * UNIT)[labels] & (band == 0)] = 0
    return own


def _limbs(traces: list[Trace], letters: _Letters, bands: Owners) -> set[int]:
    """Find the short traces that are limbs of other lines' letters: flourishes, loops and tall letters.

    Most of their ink hangs together with more ink of another line.
    """
    band = bands[letters.heights, letters.columns]
    size = len(traces) + 1
    pairs, votes = np.unique(letters.labels[band > 0].astype(np.int64) * size + band[band > 0], return_counts=True)
    component, number = pairs // size, pairs % size
    order = np.argsort(votes, kind="stable")
    winner = np.zeros(letters.count, np.int64)
    winner[component[order]] = number[order]
    total = np.bincount(number, weights=votes, minlength=size)
    foreign = np.bincount(number, weights=votes * (winner[component] != number), minlength=size)
    return {
        index
        for index, trace in enumerate(traces)
        if len(trace.middle) < 6 * UNIT and foreign[index + 1] > 0.6 * max(1.0, total[index + 1])
    }


def _letters(ink: Ink) -> _Letters:
    count, labels = cv2.connectedComponents(ink, connectivity=8)
    at = np.flatnonzero(ink.view(np.bool_))
    heights, columns = np.divmod(at, ink.shape[1])
    return _Letters(heights, columns, np.asarray(labels, dtype=np.int32).ravel()[at], count)


def _bands(traces: list[Trace], shape: tuple[int, ...]) -> Owners:
    """Draw the band of each trace with its number, from 1."""
    bands = np.zeros(shape, np.int32)
    for number, trace in enumerate(traces, start=1):
        reach = max(2, int(0.45 * trace.height))
        lines = np.rint(trace.middle).astype(np.int64)[None] + np.arange(-reach, reach + 1)[:, None]
        bands[np.clip(lines, 0, shape[0] - 1), np.clip(trace.columns, 0, shape[1] - 1)[None]] = number
    return bands


def _nearest(bands: Owners, letters: _Letters) -> NDArray[np.int32]:
    """Give the number of the nearest band to each pixel of ink, to two pixels; 0 where none is within reach."""
    small = np.ascontiguousarray(bands[::2, ::2])
    distance, index = cv2.distanceTransformWithLabels(
        (small == 0).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(index.max()) + 1, np.int32)
    marked = small > 0
    table[index[marked]] = small[marked]
    at = (letters.heights // 2, letters.columns // 2)
    return np.where(distance[at] <= 0.65 * UNIT, table[index[at]], 0)


def _by_owner(
    own: NDArray[np.int32], letters: _Letters, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Give columns and heights of all pixels of ink, ordered by owner, and where each owner's begin."""
    # Short numbers are sorted ten times as fast.
    order = np.argsort(own.astype(np.min_scalar_type(count)), kind="stable")
    starts = np.searchsorted(own[order], np.arange(1, count + 2))
    return letters.columns[order], letters.heights[order], starts


def _shape(trace: Trace, ink: Ink, columns: NDArray[np.int64], heights: NDArray[np.int64]) -> Shape | None:
    if len(columns) < 0.2 * UNIT * UNIT or np.ptp(heights) < 0.5 * UNIT:
        return None
    head, foot = letter_zone(trace, ink)
    first, last = int(max(0, columns.min() - _AIR)), int(columns.max() + 1 + _AIR)
    # Ink far outside the trace (a long flourish, a margin stroke) does not stretch the line.
    first, last = max(first, trace.start - int(1.5 * UNIT)), min(last, trace.end + int(1.5 * UNIT))
    inner = np.arange(first // _NODE + 1, (last - 1) // _NODE + 1) * _NODE
    nodes = np.concatenate([[first], inner, [last]]).astype(np.float64)
    middle = np.interp(nodes, trace.columns, trace.middle)
    base = middle + foot
    high, low = _envelope(nodes, columns, heights)
    reach = max(2.2 * UNIT, 2.2 * (foot - head))
    top = np.minimum(np.maximum(high - _AIR, base - reach), middle + head - 0.3 * UNIT)
    bottom = np.maximum(np.minimum(low + 1 + _AIR, base + 0.6 * reach), base + _AIR)
    return Shape(trace, nodes, base, top, bottom, foot=foot, head=head, area=len(columns), hand=trace.hand)


def letter_zone(trace: Trace, ink: Ink) -> tuple[float, float]:
    """Find the tops and the feet of the small letters, as offsets from the middle of the trace.

    Both are where the ink per row of the straightened line changes most.
    """
    reach = int(1.5 * UNIT)
    density = strip(ink, trace, above=reach, below=reach).mean(axis=1)
    change = np.convolve(density, [1, 1, 0, -1, -1], "same")
    offsets = np.arange(-reach, reach + 1)
    half = trace.height / 2
    tops = (offsets > -1.6 * half) & (offsets < -0.3 * half)
    feet = (offsets > 0.3 * half) & (offsets < 1.6 * half)
    if not tops.any() or not feet.any():
        return -half, half
    head = float(offsets[tops][int(change[tops].argmax())]) - 0.5
    foot = float(offsets[feet][int(change[feet].argmin())]) + 0.5
    return head, foot


def upright_odds(trace: Trace, ink: Ink) -> float:
    """Give how much more ink stands above the small letters of a line than below them: over 1 where it is upright.

    Letters reach up more often than down, in Cyrillic and in Latin writing.
    """
    head, foot = letter_zone(trace, ink)
    reach = int(1.5 * UNIT)
    density = strip(ink, trace, above=reach, below=reach).mean(axis=1)
    offsets = np.arange(-reach, reach + 1)
    above = density[(offsets < head) & (offsets > head - 0.8 * UNIT)].sum()
    below = density[(offsets > foot) & (offsets < foot + 0.8 * UNIT)].sum()
    return float((above + 0.05) / (below + 0.05))


def _envelope(nodes: Numbers, columns: NDArray[np.int64], heights: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """Give the highest and lowest ink around each node; where there is none, values that never bind."""
    bins = np.clip(np.searchsorted(nodes, columns, side="right") - 1, 0, len(nodes) - 2)
    high, low = np.full(len(nodes) - 1, np.inf), np.full(len(nodes) - 1, -np.inf)
    np.minimum.at(high, bins, heights.astype(np.float64))
    np.maximum.at(low, bins, heights.astype(np.float64))
    return (
        np.minimum(np.append(high, np.inf), np.insert(high, 0, np.inf)),
        np.maximum(np.append(low, -np.inf), np.insert(low, 0, -np.inf)),
    )


def _apart(shapes: list[Shape]) -> list[Shape]:
    """Clamp the boundaries of lines above each other, so that no two overlap.

    Boundaries are straight between nodes and inner nodes are shared by all lines, so it is enough to hold them apart
    at every column that is a node of either.
    """
    order = sorted(range(len(shapes)), key=lambda i: float(shapes[i].base.mean()))
    for position, above in enumerate(order):
        for below in order[position + 1 :]:
            _hold_apart(shapes[above], shapes[below])
    return shapes


def _hold_apart(first: Shape, second: Shape) -> None:
    left, right = max(first.nodes[0], second.nodes[0]), min(first.nodes[-1], second.nodes[-1])
    if right <= left or first.bottom.max() <= second.top.min() or second.bottom.max() <= first.top.min():
        return
    upper, lower = first, second
    at = (left + right) / 2
    if np.interp(at, first.nodes, first.base) > np.interp(at, second.nodes, second.base):
        upper, lower = second, first
    border = _between(upper, lower, np.union1d(upper.nodes, lower.nodes))
    for shape, is_upper in ((upper, True), (lower, False)):
        touched = (shape.nodes >= left - _NODE) & (shape.nodes <= right + _NODE)
        limit = border(shape.nodes)
        if is_upper:
            shape.bottom[touched] = np.minimum(shape.bottom, np.maximum(limit, shape.top + 1))[touched]
        else:
            shape.top[touched] = np.maximum(shape.top, np.minimum(limit + 1, shape.bottom - 1))[touched]


class _Border:
    """A height per column between two lines."""

    def __init__(self, nodes: Numbers, heights: Numbers) -> None:
        self.nodes, self.heights = nodes, heights

    def __call__(self, columns: Numbers) -> Numbers:
        return np.interp(columns, self.nodes, self.heights)


def _between(upper: Shape, lower: Shape, nodes: Numbers) -> _Border:
    """Run between the foot of the upper line and the tops of the lower line's letters, nearest to where ink ends."""
    foot = np.interp(nodes, upper.nodes, upper.base)
    head = np.interp(nodes, lower.nodes, lower.base) - lower.height
    wished = (np.interp(nodes, upper.nodes, upper.bottom) + np.interp(nodes, lower.nodes, lower.top)) / 2
    return _Border(nodes, np.clip(wished, np.minimum(foot, head), np.maximum(foot, head)))
