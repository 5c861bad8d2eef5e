"""Boundaries of lines that were seen in different looks, held apart: none lies over a neighbour's.

Lines of one look are held apart as they are shaped. A line that leans, stands upright or was seen closer was shaped
alone: here it gives way to its neighbours outside its own letters, then they to it outside theirs, and what still lies
upon each other is parted down to the middle of the letters. Only what was written across a line lies over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from images.layout.lines import Shape
from images.layout.look import UNTURNED, Found

Numbers = NDArray[np.float64]

_ROOM = 1.5
_LETTERS, _MIDDLE = 0.0, 0.45


@dataclass(frozen=True, slots=True, eq=False)
class _Over:
    """Where another line's boundary lies at columns of a line, in that line's frame: its upper and its lower edge,
    infinitely far away where it does not."""

    columns: Numbers
    high: Numbers
    low: Numbers


def held_apart(found: Sequence[Found]) -> list[Found]:
    """Give lines whose boundaries do not overlap, but where one was written across another."""
    out = list(found)
    alone = [i for i, line in enumerate(out) if line.own is not UNTURNED]
    for inset in (_LETTERS, _MIDDLE):
        for i in alone:
            for j in range(len(out)):
                if j != i and _is_near(out[i], out[j]):
                    out[i] = _given_way(out[i], out[j], inset)
                    out[j] = _given_way(out[j], out[i], inset)
    return out


def outline(line: Found) -> Numbers:
    """Give the corners of a line's boundary in the page's own working frame."""
    shape = line.shape
    edge = np.concatenate([np.stack([shape.nodes, shape.top], 1), np.stack([shape.nodes, shape.bottom], 1)[::-1]])
    return np.asarray(edge @ line.own[:, :2].T + line.own[:, 2], dtype=np.float64)


def _is_near(a: Found, b: Found) -> bool:
    first, second = outline(a), outline(b)
    return bool((first.min(axis=0) <= second.max(axis=0)).all() and (second.min(axis=0) <= first.max(axis=0)).all())


def _given_way(line: Found, other: Found, inset: float) -> Found:
    """Draw a line's boundary back from another's, into its small letters by `inset` of their height at most."""
    over = _over(line, other)
    shape = line.shape
    if over is None:
        return line
    base, top, bottom = (np.interp(over.columns, shape.nodes, each) for each in (shape.base, shape.top, shape.bottom))
    hit = (over.high < bottom + _ROOM) & (over.low > top - _ROOM)
    if not hit.any():
        return line
    middle = base - shape.height / 2
    # Where the other is not there its edges are infinitely far.
    below = hit & (over.high - middle > middle - over.low)
    above = hit & ~below
    lowest, highest = base - inset * shape.height, base - (1 - inset) * shape.height
    bottom = np.where(below, np.minimum(bottom, np.maximum(over.high - _ROOM, lowest)), bottom)
    top = np.where(above, np.maximum(top, np.minimum(over.low + _ROOM, highest)), top)
    return replace(line, shape=_with_edges(shape, over.columns, base, top, bottom))


def _with_edges(shape: Shape, columns: Numbers, base: Numbers, top: Numbers, bottom: Numbers) -> Shape:
    return replace(shape, nodes=columns, base=base, top=top, bottom=np.maximum(bottom, top + 1))


def _over(line: Found, other: Found) -> _Over | None:
    """Find where another line's boundary lies at the columns of a line; None where it lies at none."""
    forth = np.linalg.inv(line.own[:, :2])
    corners = (outline(other) - line.own[:, 2]) @ forth.T
    nodes = line.shape.nodes
    inside = corners[(corners[:, 0] > nodes[0]) & (corners[:, 0] < nodes[-1]), 0]
    columns = np.union1d(nodes, inside)
    after = np.roll(corners, -1, axis=0)
    left, right = np.minimum(corners[:, 0], after[:, 0]), np.maximum(corners[:, 0], after[:, 0])
    wide = np.maximum(after[:, 0] - corners[:, 0], 1e-9)
    wide = np.where(after[:, 0] < corners[:, 0], np.minimum(after[:, 0] - corners[:, 0], -1e-9), wide)
    share = np.clip((columns[:, None] - corners[:, 0]) / wide, 0, 1)
    heights = corners[:, 1] + share * (after[:, 1] - corners[:, 1])
    there = (columns[:, None] >= left - 1e-6) & (columns[:, None] <= right + 1e-6)
    if not there.any():
        return None
    high = np.where(there, heights, np.inf).min(axis=1)
    low = np.where(there, heights, -np.inf).max(axis=1)
    return _Over(columns, high, low)
