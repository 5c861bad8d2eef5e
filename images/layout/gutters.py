"""Gutters: blanks that stand at one place through many rows, as those between columns do, and those of words do not.

A gutter may be as narrow as a letter, so no blank of a single row tells it; the rows on its sides need not be level.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.maps import Maps
from images.layout.preprocess import UNIT
from images.layout.traces import Ink, Numbers, Trace, strip, trim

_TYPED = 0.5
_STEP = 2
_NARROWEST, _NARROWEST_TYPED = 0.45 * UNIT, 1.6
_BESIDE = 4 * UNIT
_FEWEST, _RAREST, _COMMONEST, _PARTED, _BY_CHANCE = 5, 0.05, 0.5, 0.25, 1e-5
_COLUMN, _NEAR_SIDED = 5 * UNIT, 0.5
_ABOVE = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What stands at each place of each typed row, rows x places of `_STEP` columns: ink or less blank than a gutter
    has, such blank within the row, and the room beside its ends.

    `blanks` is the share of each row that is so blank.
    """

    inked: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    before: NDArray[np.bool_]
    behind: NDArray[np.bool_]
    blanks: Numbers


def gutters(traces: Sequence[Trace], ink: Ink, pitch: float) -> Ink | None:
    """Mark where gutters run, None where there are none; `pitch` is 0 where letters have none.

    Blanks between words meet by chance for some rows, the wide ones of print more often than narrow ones. A single
    blank of a typewriter is no gutter at all, for there all words begin in few places.
    """
    typed = sorted((trace for trace in traces if trace.hand[0] > _TYPED), key=lambda trace: trace.usual_level())
    if len(typed) < _FEWEST:
        return None
    narrowest = _NARROWEST_TYPED * pitch if pitch else _NARROWEST
    rows = _rows(typed, ink, narrowest)
    runs = _runs(rows, typed)
    if not runs:
        return None
    marked = np.zeros(ink.shape, np.uint8)
    for place, first, last in runs:
        top, bottom = (typed[number].usual_level() for number in (first, last))
        marked[max(0, int(top - UNIT)) : int(bottom + UNIT) + 1, place * _STEP : (place + 1) * _STEP] = 1
    return marked


def without(maps: Maps, marked: Ink) -> Maps:
    """Give maps in which no band of a line runs over a gutter."""
    height, width = maps.core.shape
    shrunk = cv2.resize(marked, (width, height), interpolation=cv2.INTER_AREA)
    return replace(maps, core=np.where(shrunk > 0, np.float32(0), maps.core))


def cut(trace: Trace, marked: Ink, ink: Ink) -> list[Trace]:
    """Cut a trace where gutters run through it."""
    crossed = strip(marked, trace, above=0, below=0)[0] > 0
    if not crossed.any():
        return [trace]
    edges = np.flatnonzero(np.diff(np.concatenate([[1], crossed.astype(np.int8), [1]]))).reshape(-1, 2)
    pieces = (
        replace(trace, start=trace.start + first, middle=trace.middle[first:last]) for first, last in edges.tolist()
    )
    return [piece for piece in (trim(each, ink) for each in pieces) if piece is not None]


def _blank_columns(trace: Trace, ink: Ink) -> NDArray[np.bool_]:
    band = strip(ink, trace, above=_ABOVE * trace.height, below=_ABOVE * trace.height)
    return np.asarray(~band.any(axis=0))


def _rows(traces: Sequence[Trace], ink: Ink, narrowest: float) -> _Rows:
    places = ink.shape[1] // _STEP + 1
    inked, blank, before, behind = (np.zeros((len(traces), places), np.bool_) for _ in range(4))
    blanks = np.zeros(len(traces))
    reach, beside = np.ones((1, int(narrowest) | 1), np.uint8), int(_BESIDE / _STEP)
    for number, trace in enumerate(traces):
        empty = _blank_columns(trace, ink).astype(np.uint8)
        wide = cv2.erode(empty[None], reach, borderValue=0)[0] > 0
        first, last = trace.start // _STEP, min(places, (trace.end - 1) // _STEP + 1)
        there = wide[np.clip(np.arange(first, last) * _STEP - trace.start, 0, len(wide) - 1)]
        blank[number, first:last], inked[number, first:last] = there, ~there
        if len(trace.middle) > _COLUMN:
            before[number, last : last + beside] = True
            behind[number, max(0, first - beside) : first] = True
        blanks[number] = wide.mean()
    return _Rows(inked, blank, before, behind, blanks)


def _runs(rows: _Rows, traces: Sequence[Trace]) -> list[tuple[int, int, int]]:
    """Give the places, and the first and the last row there, that so many rows in turn leave blank that their blanks
    hardly meet by chance, with columns wide enough on both sides."""
    count, places = rows.inked.shape
    stretch = np.cumsum(rows.inked, axis=0) * places + np.arange(places)
    size = (count + 1) * places

    def over(weights: NDArray[np.generic]) -> Numbers:
        counts = np.bincount(stretch.ravel(), weights=np.asarray(weights, np.float64).ravel(), minlength=size)
        return np.asarray(counts, dtype=np.float64)

    crossing, parted = over(rows.blank), np.minimum(over(rows.before), over(rows.behind))
    chance = np.log(np.clip(rows.blanks, _RAREST, _COMMONEST))
    logs = over(rows.blank * chance[:, None]) + parted * math.log(_PARTED)
    unlikely = (crossing + parted >= _FEWEST) & (logs < math.log(_BY_CHANCE))
    near = over(_near_sided(unlikely[stretch] & rows.blank, traces))
    runs = np.flatnonzero(unlikely & (near <= _NEAR_SIDED * crossing))
    concerned = rows.blank | rows.before | rows.behind
    out = []
    for run in runs.tolist():
        members = np.flatnonzero((stretch[:, run % places] == run) & concerned[:, run % places])
        out.append((run % places, int(members[0]), int(members[-1])))
    return out


def _near_sided(crossed: NDArray[np.bool_], traces: Sequence[Trace]) -> NDArray[np.bool_]:
    """Tell which crossings of rows stand so near the row's end or another crossing, as the dots of a leader do, that no
    column is between them."""
    out = np.zeros_like(crossed)
    for number, trace in enumerate(traces):
        at = np.flatnonzero(crossed[number])
        if len(at):
            breaks = np.flatnonzero(np.diff(at) > 1)
            firsts, lasts = at[np.append(0, breaks + 1)] * _STEP, at[np.append(breaks, len(at) - 1)] * _STEP
            before = firsts - np.append(trace.start, lasts[:-1])
            after = np.append(firsts[1:], trace.end) - lasts
            narrow = np.minimum(before, after) < _COLUMN
            out[number, at] = np.repeat(narrow, np.diff(np.concatenate([[0], breaks + 1, [len(at)]])))
    return out
