"""Typed lines carried on where the maps let go of them: over letters that are faint, and through what is struck out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from images.layout.maps import Maps
from images.layout.preprocess import UNIT
from images.layout.traces import BLANK, Ink, Trace, joined

_TYPED = 0.55
_SHORTEST, _LONGEST_BRIDGE = 6 * UNIT, 18 * UNIT
_INKED, _SEEN, _TYPED_HERE = 0.35, 0.1, 0.4
_BLANKS = 2
_LEVEL, _AWAY, _APART = 0.35 * UNIT, 0.5 * UNIT, 1.1 * UNIT
_REACH = 6 * UNIT
_MAYBE_TYPED, _SIGNS = 0.3, 4
_DASH, _THIN, _HIGH = (0.3 * UNIT, 1.5 * UNIT), 0.45 * UNIT, 0.5 * UNIT
_DOT, _LOW = (0.12 * UNIT, 0.5 * UNIT), (0.15 * UNIT, 0.9 * UNIT)
_TALL, _WIDE, _FAR, _BESIDE = (0.8 * UNIT, 2.4 * UNIT), 1.3 * UNIT, 2.1, 1.3
_STEEPEST, _TRUSTED = 0.03, 25 * UNIT


def extend(traces: Sequence[Trace], ink: Ink, maps: Maps) -> list[Trace]:
    """Carry typed lines on along their own baseline, letter by letter.

    A line goes on while there is ink of letters in its band that the maps do not quite deny, over two blanks at most,
    and ends where another line stands.
    """
    lines = list(traces)
    for index, trace in enumerate(lines):
        if trace.hand[0] < _TYPED or len(trace.middle) < _SHORTEST:
            continue
        others = [other for number, other in enumerate(lines) if number != index]
        for forward in (True, False):
            trace = _carried_on(trace, others, ink, maps, forward=forward)
        lines[index] = trace
    return lines


def with_signs(traces: Sequence[Trace], ink: Ink) -> list[Trace]:
    """Carry short typed lines on over the dashes, dots and brackets beside them, which the maps take for no letters.

    A page number between dashes and a number with its dot are one line.
    """
    lines = list(traces)
    for index, trace in enumerate(lines):
        if trace.hand[0] < _MAYBE_TYPED or len(trace.middle) >= _SHORTEST:
            continue
        others = [other for number, other in enumerate(lines) if number != index]
        for forward in (True, False):
            for _ in range(_SIGNS):
                end = _sign_end(trace, others, ink, forward=forward)
                if end is None:
                    break
                level = trace.tail_level() if forward else trace.head_level()
                trace = _stretched(trace, end, level, float(trace.end if forward else trace.start))
        lines[index] = trace
    return lines


def _sign_end(trace: Trace, others: Sequence[Trace], ink: Ink, *, forward: bool) -> int | None:
    """Give how far a line reaches with the next sign on one side; None where there is none."""
    cell = trace.cell or BLANK
    reach = int((_FAR + 1.5) * cell)
    level = trace.tail_level() if forward else trace.head_level()
    first = trace.end if forward else max(0, trace.start - reach)
    last = min(ink.shape[1], trace.end + reach) if forward else trace.start
    top, bottom = int(max(0, level - 2 * UNIT)), int(level + 1.5 * UNIT)
    piece = np.ascontiguousarray(ink[top:bottom, first:last])
    if not piece.any():
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(piece, connectivity=8)
    nearest: tuple[int, int, float, int, int] | None = None
    for left, high, width, height, _ in stats[1:].tolist():
        away = left if forward else piece.shape[1] - left - width
        if away > 0 and (nearest is None or away < nearest[0]) and max(width, height) > _DOT[0]:
            nearest = away, left, high + top - level, width, height
    if nearest is None:
        return None
    away, left, high, width, height = nearest
    if not _is_sign(away, high, width, height, cell=cell):
        return None
    start, end = first + left, first + left + width
    middles = (level, level + high + height / 2)
    if any(_taken_by(others, (start + end) / 2, middle) is not None for middle in middles):
        return None
    return end if forward else start


def _is_sign(away: int, high: float, width: int, height: int, *, cell: float) -> bool:
    """Tell whether ink of these measures, its top `high` against the middle of small letters, is a sign of a line that
    ends `away` from it."""
    centre = high + height / 2
    dash = _DASH[0] <= width <= _DASH[1] and height <= _THIN and abs(centre) <= _HIGH and away <= _FAR * cell
    dot = max(width, height) <= _DOT[1] and min(width, height) >= _DOT[0] and _LOW[0] <= centre <= _LOW[1]
    tall = _TALL[0] <= height <= _TALL[1] and width <= _WIDE and abs(centre) <= UNIT
    return dash or ((dot or tall) and away <= _BESIDE * cell)


def _carried_on(trace: Trace, others: Sequence[Trace], ink: Ink, maps: Maps, *, forward: bool) -> Trace:
    cell = trace.cell or BLANK
    step = cell if forward else -cell
    end = float(trace.end if forward else trace.start)
    level = trace.tail_level() if forward else trace.head_level()
    # The usual height near an end is that in the middle of the stretch it is taken from.
    origin = end - (1 if forward else -1) * min(len(trace.middle), 5 * UNIT) / 2
    reached, at, empty = end, end, 0
    while empty <= _BLANKS:
        first, last = sorted((at, at + step))
        middle = level + _slope(trace) * ((first + last) / 2 - origin)
        taken = _taken_by(others, (first + last) / 2, middle)
        if taken is not None and taken.hand[0] < _TYPED:
            # What a hand wrote beside a typed line stays apart from it.
            return trace
        if first < 0 or last > ink.shape[1] or taken is not None:
            break
        at += step
        if _is_typed(ink, maps, int(first), int(last), middle):
            reached, empty = at, 0
        else:
            empty += 1
    return _stretched(trace, int(reached), level, origin) if reached != end else trace


def _slope(trace: Trace) -> float:
    """Give the slope to go on at: the page is straight, and short lines tell theirs badly."""
    return float(np.clip(trace.slope, -_STEEPEST, _STEEPEST)) * min(1.0, len(trace.middle) / _TRUSTED)


def _taken_by(others: Sequence[Trace], column: float, middle: float) -> Trace | None:
    for other in others:
        if other.start <= column < other.end and abs(float(other.middle[int(column) - other.start]) - middle) < _APART:
            return other
    return None


def _is_typed(ink: Ink, maps: Maps, first: int, last: int, middle: float) -> bool:
    where = letter_at(ink, maps, first, last, middle, inked=_INKED, seen=_SEEN)
    return where is not None and float(maps.hand[0][where].mean()) > _TYPED_HERE


def letter_at(
    ink: Ink, maps: Maps, first: int, last: int, middle: float, *, inked: float, seen: float
) -> tuple[slice, slice] | None:
    """Give where in the maps a letter stands between two columns; None where there is none.

    A share of its columns must be `inked`, and the maps must have `seen` a band there.
    """
    top, bottom = int(max(0, middle - 0.5 * UNIT)), int(middle + 0.5 * UNIT) + 1
    band = ink[top:bottom, first:last]
    if not band.size or np.count_nonzero(band.max(axis=0)) / band.shape[1] < inked:
        return None
    down, across = ink.shape[0] / maps.core.shape[0], ink.shape[1] / maps.core.shape[1]
    where = (slice(int(top / down), int(bottom / down) + 1), slice(int(first / across), int(last / across) + 1))
    core = maps.core[where]
    return where if core.size and float(core.max(axis=0).mean()) > seen else None


def _stretched(trace: Trace, reached: int, level: float, origin: float) -> Trace:
    columns = np.arange(trace.end, reached) if reached > trace.end else np.arange(reached, trace.start)
    own = np.asarray(level + _slope(trace) * (columns - origin), dtype=np.float64)
    if reached > trace.end:
        return replace(trace, middle=np.concatenate([trace.middle, own]))
    return replace(trace, start=reached, middle=np.concatenate([own, trace.middle]))


def bridge(traces: Sequence[Trace]) -> list[Trace]:
    """Join typed pieces of one line over a short piece between them that a pen has gone through."""
    lines = list(traces)
    for middle in [trace for trace in traces if trace.hand[0] < _TYPED and len(trace.middle) < _LONGEST_BRIDGE]:
        head, tail = middle.head_level(), middle.tail_level()
        before = [t for t in lines if _is_near(t.end, middle.start, t) and abs(t.tail_level() - head) < _AWAY]
        after = [t for t in lines if _is_near(middle.end, t.start, t) and abs(tail - t.head_level()) < _AWAY]
        if middle not in lines or not before or not after:
            continue
        first, last = max(before, key=lambda t: t.end), min(after, key=lambda t: t.start)
        if first is not last and abs(first.tail_level() - last.head_level()) < _LEVEL + 0.02 * (last.start - first.end):
            for piece in (first, middle, last):
                lines.remove(piece)
            lines.append(joined(joined(first, middle), last))
    return lines


def _is_near(end: int, start: int, typed: Trace) -> bool:
    """Tell whether a typed line as long as a word is within reach over a gap."""
    return -UNIT < start - end < _REACH and bool(typed.hand[0] > _TYPED) and len(typed.middle) > _SHORTEST
