"""The grid that a typewriter writes on: letters at one pitch, rows at one distance, per block of typed rows.

What keeps to the grid is of one machine and one line, however pale; a row that the grid asks for and whose letters
are there is one, though the maps left it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from images.layout.extending import letter_at
from images.layout.maps import Maps
from images.layout.pitch import beat, find_pitch, sharpened
from images.layout.preprocess import UNIT
from images.layout.traces import Ink, Trace, profile, trim

Numbers = NDArray[np.float64]

_TYPED = 0.55
_SHORTEST = 3 * UNIT
_NEXT, _SHARED, _INDENT, _CLOSEST = 2.25, 0.5, 12 * UNIT, 0.8 * UNIT
_FEWEST_ROWS = 4
_STRAIGHT, _SHORT = 20 * UNIT, 12 * UNIT
_OFF, _FIT = 0.22, 0.8
_CLOSEST_ROWS = 1.3 * UNIT
_FREE = 0.75
_INKED, _SEEN = 0.3, 0.15
_FEWEST_LETTERS, _BLANKS = 3, 2


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of one block: the typed traces on it by number, the pitch (0 where none is clear), the slope of its
    rows, and the heights at column 0 of a row and from one row to the next possible one (0 where there is no grid)."""

    members: tuple[int, ...]
    pitch: float
    slope: float
    level: float
    step: float


def grids_of(traces: Sequence[Trace], ink: Ink) -> list[Grid]:
    """Find the blocks of typed rows and the grid of each; a block without a clear pitch has that of the page."""
    typed = [i for i, trace in enumerate(traces) if trace.hand[0] > _TYPED and len(trace.middle) > _SHORTEST]
    profiles = {i: profile(traces[i], ink) for i in typed}
    usual = find_pitch(profiles.values())
    grids = []
    for members in _blocks(traces, typed):
        own = find_pitch(profiles[i] for i in members) if len(members) >= _FEWEST_ROWS else 0.0
        pitch = own or usual
        if pitch:
            pitch = sharpened(pitch, (profiles[i] for i in members))
        slope = _slope([traces[i] for i in members])
        level, step = _rows([_level(traces[i], slope) for i in members])
        grids.append(Grid(tuple(members), pitch, slope, level, step))
    return grids


def on_grid(traces: Sequence[Trace], grids: Sequence[Grid], ink: Ink) -> list[Trace]:
    """Give traces with the pitch of their block, how they keep step with it, and short ones as level as their block."""
    out = list(traces)
    for grid in grids:
        for i in grid.members:
            trace = _evened(traces[i], grid) if len(grid.members) >= _FEWEST_ROWS else traces[i]
            step = beat(profile(trace, ink), trace.start, grid.pitch) if grid.pitch else 0j
            out[i] = replace(trace, cell=grid.pitch, beat=step)
    return out


def missing_rows(traces: Sequence[Trace], grids: Sequence[Grid], ink: Ink, maps: Maps) -> list[Trace]:
    """Find the rows that a grid asks for between its others, where letters stand and no line was found."""
    found = []
    for grid in grids:
        if not (grid.step and grid.pitch and len(grid.members) >= _FEWEST_ROWS):
            continue
        rows = [traces[i] for i in grid.members]
        heights = [_level(row, grid.slope) for row in rows]
        for number in range(1, round((max(heights) - min(heights)) / grid.step)):
            level = min(heights) + number * grid.step
            for trace in _letters_at(level, grid, rows, ink, maps):
                if not any(_is_over(trace, other) for other in traces):
                    found.append(trace)
    return found


def _blocks(traces: Sequence[Trace], typed: Sequence[int]) -> list[list[int]]:
    """Group typed traces that stand right above each other and begin near one another."""
    if not typed:
        return []
    starts, ends = (np.array(edges) for edges in zip(*((traces[i].start, traces[i].end) for i in typed), strict=True))
    levels = np.array([float(np.median(traces[i].middle)) for i in typed])
    shared = np.minimum(ends[:, None], ends) - np.maximum(starts[:, None], starts)
    wide = shared > _SHARED * np.minimum(ends[:, None] - starts[:, None], ends - starts)
    near = np.abs(starts[:, None] - starts) < _INDENT
    below = np.where(wide & near, levels - levels[:, None], np.inf)
    below[below < _CLOSEST] = np.inf
    nearest = below.min(axis=1)
    known = nearest[np.isfinite(nearest)]
    linked = below < (_NEXT * float(np.median(known)) if len(known) else 0.0)
    waiting, groups = set(range(len(typed))), []
    while waiting:
        group, edge = set[int](), {min(waiting)}
        while edge:
            group |= edge
            edge = {int(j) for i in edge for j in np.flatnonzero(linked[i] | linked[:, i])} - group
        waiting -= group
        groups.append([typed[i] for i in sorted(group)])
    return groups


def _slope(rows: Sequence[Trace]) -> float:
    """Give the slope of long rows, by their length; 0 where none is long enough."""
    long = [row for row in rows if len(row.middle) > _STRAIGHT]
    if not long:
        return 0.0
    slopes, lengths = np.array([row.slope for row in long]), np.array([len(row.middle) for row in long])
    order = np.argsort(slopes)
    return float(slopes[order][int(np.searchsorted(np.cumsum(lengths[order]), lengths.sum() / 2))])


def _level(row: Trace, slope: float) -> float:
    """Give the height at column 0 of a row that runs at a slope."""
    return float(np.median(row.middle - slope * row.columns))


def _rows(heights: Sequence[float]) -> tuple[float, float]:
    """Give the height of a row, and the step of the grid that most rows stand on: the usual distance or half of it."""
    ranked = np.sort(np.array(heights))
    apart = np.diff(ranked)
    apart = apart[apart > _CLOSEST_ROWS]
    if len(apart) < _FEWEST_ROWS - 1:
        return 0.0, 0.0
    usual = float(np.median(apart))
    for step in (usual, usual / 2):
        own = float(np.median(apart / np.maximum(1, np.rint(apart / step))))
        places = np.rint(apart / own)
        off = np.abs(apart - places * own)
        if step > _CLOSEST_ROWS and float((off < _OFF * UNIT * np.maximum(1, places)).mean()) > _FIT:
            return float(ranked[0]), own
    return 0.0, 0.0


def _evened(trace: Trace, grid: Grid) -> Trace:
    """Let a short row run as its block does."""
    if len(trace.middle) > _SHORT:
        return trace
    level = _level(trace, grid.slope) + grid.slope * trace.columns
    return replace(trace, middle=np.asarray(level, dtype=np.float64))


def _letters_at(level: float, grid: Grid, rows: Sequence[Trace], ink: Ink, maps: Maps) -> list[Trace]:
    """Give the stretches of a row in which letters stand, cell by cell."""
    left, right = min(row.start for row in rows), min(ink.shape[1], max(row.end for row in rows))
    edges = np.arange(left, right - grid.pitch, grid.pitch)
    filled = [_has_letter(level + grid.slope * x, int(x), int(x + grid.pitch), ink, maps) for x in edges]
    runs: list[list[int]] = []
    for cell in np.flatnonzero(filled):
        if runs and cell - runs[-1][-1] <= _BLANKS + 1:
            runs[-1].append(int(cell))
        else:
            runs.append([int(cell)])
    height = float(np.median([row.height for row in rows]))
    out = []
    for run in runs:
        if len(run) < _FEWEST_LETTERS:
            continue
        columns = np.arange(int(edges[run[0]]), min(right, int(edges[run[-1]] + grid.pitch)))
        made = _seen(Trace(int(columns[0]), level + grid.slope * columns, height, rows[0].hand, 0.0), maps, ink)
        trimmed = trim(replace(made, cell=grid.pitch), ink)
        out += [trimmed] if trimmed is not None else []
    return out


def _seen(trace: Trace, maps: Maps, ink: Ink) -> Trace:
    """Give a trace with what the maps say of it."""
    down, across = ink.shape[0] / maps.core.shape[0], ink.shape[1] / maps.core.shape[1]
    y = np.clip((trace.middle / down).astype(np.int64), 0, maps.core.shape[0] - 1)
    x = np.clip((trace.columns / across).astype(np.int64), 0, maps.core.shape[1] - 1)
    return replace(
        trace, hand=maps.hand[:, y, x].mean(axis=1).astype(np.float64), certainty=float(maps.core[y, x].mean())
    )


def _has_letter(level: float, first: int, last: int, ink: Ink, maps: Maps) -> bool:
    return letter_at(ink, maps, first, last, level, inked=_INKED, seen=_SEEN) is not None


def _is_over(trace: Trace, other: Trace) -> bool:
    """Tell whether two traces lie upon each other somewhere."""
    first, last = max(trace.start, other.start), min(trace.end, other.end)
    if last - first < UNIT:
        return False
    away = (
        trace.middle[first - trace.start : last - trace.start] - other.middle[first - other.start : last - other.start]
    )
    return float(np.abs(away).min()) < _FREE * max(UNIT, other.height)
