"""Where a trace holds two lines end to end: writing that goes over into much paler writing, or into another hand."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np

from images.layout.hands import along
from images.layout.maps import Maps
from images.layout.preprocess import UNIT
from images.layout.traces import ALIKE, Ink, Numbers, Plane, Trace, strip

_GAP, _HAND_GAP = 0.6 * UNIT, 1.2 * UNIT
_SHORTEST, _SHORTEST_BY_HAND = 1.5 * UNIT, 2.5 * UNIT
_OTHER_HAND = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """Of each column of a trace: its area of ink, and the sums over it of darkness and of the chances of each hand."""

    area: Numbers
    dark: Numbers
    hand: Numbers

    def mean_darkness(self, first: int, last: int) -> float:
        return float(self.dark[first:last].sum() / max(1e-6, self.area[first:last].sum()))

    def mean_hand(self, first: int, last: int) -> Numbers:
        return np.asarray(self.hand[:, first:last].sum(axis=1) / max(1e-6, self.area[first:last].sum()))


def part(trace: Trace, ink: Ink, darkness: Plane, maps: Maps) -> list[Trace]:
    """Cut a trace at the gaps on whose sides the ink is not alike; each part has its own darkness and hands."""
    reach = 0.6 * trace.height
    band = strip(ink, trace, above=reach, below=reach) > 0
    area = band.sum(axis=0).astype(np.float64)
    if not area.any():
        return [trace]
    dark = np.where(band, strip(darkness, trace, above=reach, below=reach), 0).sum(axis=0).astype(np.float64)
    columns = _Columns(area, dark, along(trace, maps, ink.shape) * area)
    bounds = [0, *_cuts(columns, 0, len(area)), len(area)]
    return [_piece(trace, columns, first, last) for first, last in itertools.pairwise(bounds)]


def _piece(trace: Trace, columns: _Columns, first: int, last: int) -> Trace:
    filled = first + np.flatnonzero(columns.area[first:last])
    return replace(
        trace,
        start=trace.start + int(filled[0]),
        middle=trace.middle[filled[0] : filled[-1] + 1],
        darkness=columns.mean_darkness(first, last),
        hand=columns.mean_hand(first, last),
    )


def _cuts(columns: _Columns, first: int, last: int) -> list[int]:
    """Give the columns to cut at, in order: first where the sides differ most, then within each side."""
    best, most = -1, 0.0
    for start, end in _gaps(columns.area, first, last):
        unlike = _unlike(columns, first, start, end, last)
        if unlike > most:
            best, most = (start + end) // 2, unlike
    if best < 0:
        return []
    return [*_cuts(columns, first, best), best, *_cuts(columns, best, last)]


def _gaps(area: Numbers, first: int, last: int) -> list[tuple[int, int]]:
    empty = np.concatenate([[0], (area[first:last] == 0).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(empty)).reshape(-1, 2) + first
    return [(int(a), int(b)) for a, b in edges if b - a >= _GAP]


def _unlike(columns: _Columns, first: int, start: int, end: int, last: int) -> float:
    """Give by how much the sides of a gap differ beyond what one line may differ in itself; 0 where they do not."""
    shorter = min(start - first, last - end)
    if shorter < _SHORTEST or min(columns.area[first:start].sum(), columns.area[end:last].sum()) < UNIT:
        return 0.0
    left, right = columns.mean_darkness(first, start), columns.mean_darkness(end, last)
    paler = ALIKE - min(left, right) / max(left, right, 1e-6)
    if shorter < _SHORTEST_BY_HAND or end - start < _HAND_GAP:
        return paler
    typed = abs(columns.mean_hand(first, start)[0] - columns.mean_hand(end, last)[0])
    return max(paler, float(typed) - _OTHER_HAND)
