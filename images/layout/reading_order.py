"""The order in which lines are read: columns one after the other, tables and heads line by line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from images.layout.blocks import Extent, group
from images.layout.page import Hand

_GUTTER = 0.4
_COLUMN_WIDTH = 12.0
_COLUMN_LINES = 3


def reading_order(extents: Sequence[Extent]) -> tuple[int, ...]:
    """Order lines by cutting the page at gutters and at gaps between lines, each index once.

    A recursive XY-cut: a gutter parts columns only where both sides look like columns of running text; the cells of a
    table stand in one line and are read across. A stamp is read as a whole, where its first line stands.
    """
    if not extents:
        return ()
    unit = float(np.median([extent.height for extent in extents]))
    stamps = [i for i, extent in enumerate(extents) if extent.hand is Hand.STAMP]
    under = {stamps[block[0]]: [stamps[i] for i in block] for block in group([extents[i] for i in stamps])}
    firsts = [i for i, extent in enumerate(extents) if extent.hand is not Hand.STAMP or i in under]
    return tuple(index for first in _order(firsts, extents, unit) for index in under.get(first, [first]))


def _order(members: list[int], extents: Sequence[Extent], unit: float) -> list[int]:
    if len(members) < 2:
        return members
    columns = _columns(members, extents, unit)
    if columns:
        return [index for column in columns for index in _order(column, extents, unit)]
    parts = _bands(members, extents, unit)
    if len(parts) > 1:
        return [index for part in parts for index in _order(part, extents, unit)]
    return _across(members, extents)


def _columns(members: list[int], extents: Sequence[Extent], unit: float) -> list[list[int]]:
    """Part lines at a gutter that no line crosses, or give nothing."""
    ordered = sorted(members, key=lambda i: extents[i].left)
    reach = extents[ordered[0]].right
    for position in range(1, len(ordered)):
        start = extents[ordered[position]].left
        if start - reach > _GUTTER * unit:
            left, right = ordered[:position], ordered[position:]
            if _is_column(left, extents, unit) and _is_column(right, extents, unit) and _beside(left, right, extents):
                return [left, right]
        reach = max(reach, extents[ordered[position]].right)
    return []


def _is_column(members: list[int], extents: Sequence[Extent], unit: float) -> bool:
    widths = [extents[i].width for i in members]
    return len(members) >= _COLUMN_LINES and float(np.median(widths)) > _COLUMN_WIDTH * unit


def _beside(left: list[int], right: list[int], extents: Sequence[Extent]) -> bool:
    top = max(min(extents[i].head for i in side) for side in (left, right))
    bottom = min(max(extents[i].base for i in side) for side in (left, right))
    return bottom > top


def _bands(members: list[int], extents: Sequence[Extent], unit: float) -> list[list[int]]:
    """Part lines at a gap between lines above each other: where most of them then stand in columns, as they do under a
    heading, else at the widest."""
    ordered = sorted(members, key=lambda i: extents[i].middle)
    reach = extents[ordered[0]].base
    best, at = (0, 0.0), 0
    may_be_columns = _any_beside(members, extents, unit)
    highest_below = np.minimum.accumulate([extents[i].head for i in reversed(ordered)])[::-1]
    for position in range(1, len(ordered)):
        gap = float(highest_below[position]) - reach
        if gap > 0:
            parts = (ordered[:position], ordered[position:])
            beside = sum(len(part) for part in parts if _columns(part, extents, unit)) if may_be_columns else 0
            best, at = max((best, at), ((beside, gap), position))
        reach = max(reach, extents[ordered[position]].base)
    return [ordered[:at], ordered[at:]] if at else [ordered]


def _any_beside(members: list[int], extents: Sequence[Extent], unit: float) -> bool:
    """Tell whether any two lines as wide as those of columns stand beside each other."""
    wide = [extents[i] for i in members if extents[i].width > _COLUMN_WIDTH * unit]
    left, right, head, base = np.array([(e.left, e.right, e.head, e.base) for e in wide]).reshape(-1, 4).T
    level = (head[:, None] < base) & (base[:, None] > head)
    return bool((level & (right[:, None] < left)).any())


def _across(members: list[int], extents: Sequence[Extent]) -> list[int]:
    """Order lines that no cut parts: from the top, those at one height from the left."""
    waiting = sorted(members, key=lambda i: extents[i].middle)
    out: list[int] = []
    while waiting:
        first = extents[waiting[0]]
        level = [i for i in waiting if abs(extents[i].middle - first.middle) < 0.6 * first.height]
        out += sorted(level, key=lambda i: extents[i].left)
        waiting = [i for i in waiting if i not in level]
    return out
