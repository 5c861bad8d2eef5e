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
from images.layout.look import Found
from images.layout.preprocess import Prepared

Numbers = NDArray[np.float64]

_ROOM = 1.5
_LETTERS, _MIDDLE = 0.0, 0.45
_LEVEL = 1e-6
# Bends are kept to this many pixels, for lines that give way to each other by turns would double theirs each time.
_STEP = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class _Over:
    """Where something lies at columns of a line, in its frame: its upper and its lower edge, infinitely far away where
    there is none."""

    high: Numbers
    low: Numbers


def held_apart(found: Sequence[Found], page: Prepared) -> list[Found]:
    """Give lines whose boundaries do not overlap, but where one was written across another.

    `page` is what the first look was at: its lines, as those of any one look, are held apart from each other already.
    """
    out = list(found)
    alone = [i for i, line in enumerate(out) if line.page is not page]
    for inset in (_LETTERS, _MIDDLE):
        for i in alone:
            for j in range(len(out)):
                if out[j].page is not out[i].page and _is_near(out[i], out[j]):
                    out[i] = _given_way(out[i], out[j], inset)
                    out[j] = _given_way(out[j], out[i], inset)
    return out


def outline(line: Found) -> Numbers:
    """Give the corners of a line's boundary in the page's own working frame."""
    return line.band(line.shape.top, line.shape.bottom)


def _is_near(a: Found, b: Found) -> bool:
    first, second = outline(a), outline(b)
    return bool((first.min(axis=0) <= second.max(axis=0)).all() and (second.min(axis=0) <= first.max(axis=0)).all())


def _given_way(line: Found, other: Found, inset: float) -> Found:
    """Draw a line's boundary back from another's, into its small letters by `inset` of their height at most."""
    shape, corners = line.shape, outline(other)
    columns = _columns(line, corners)
    over, letters = _over(line, corners, columns), _over(line, other.letters(), columns)
    base, top, bottom = (np.interp(columns, shape.nodes, each) for each in (shape.base, shape.top, shape.bottom))
    hit = (over.high < bottom + _ROOM) & (over.low > top - _ROOM)
    if not hit.any():
        return line
    middle = base - shape.height / 2
    hit &= ~((letters.high < middle) & (letters.low > middle))
    # Where the other is not there its edges are infinitely far.
    below = hit & (over.high - middle > middle - over.low)
    above = hit & ~below
    lowest, highest = base - inset * shape.height, base - (1 - inset) * shape.height
    bottom = np.where(below, np.minimum(bottom, np.maximum(over.high - _ROOM, lowest)), bottom)
    top = np.where(above, np.maximum(top, np.minimum(over.low + _ROOM, highest)), top)
    return replace(line, shape=_with_edges(shape, columns, base, top, bottom))


def _with_edges(shape: Shape, columns: Numbers, base: Numbers, top: Numbers, bottom: Numbers) -> Shape:
    return replace(shape, nodes=columns, base=base, top=top, bottom=np.maximum(bottom, top + 1))


def _columns(line: Found, corners: Numbers) -> Numbers:
    """Give the columns of a line at which its own edges or those of another bend."""
    x, nodes = _STEP * np.rint(_into(line, corners)[:, 0] / _STEP), line.shape.nodes
    return np.union1d(nodes, x[(x > nodes[0]) & (x < nodes[-1])])


def _into(line: Found, corners: Numbers) -> Numbers:
    """Carry points of the page's own working frame into a line's."""
    return np.asarray((corners - line.own[:, 2]) @ np.linalg.inv(line.own[:, :2]).T, dtype=np.float64)


def _over(line: Found, corners: Numbers, columns: Numbers) -> _Over:
    """Find where a polygon lies at some columns of a line."""
    own = _into(line, corners)
    after = np.roll(own, -1, axis=0)
    left, right = np.minimum(own[:, 0], after[:, 0]), np.maximum(own[:, 0], after[:, 0])
    run = after[:, 0] - own[:, 0]
    share = np.clip((columns[:, None] - own[:, 0]) / np.where(np.abs(run) < _LEVEL, _LEVEL, run), 0, 1)
    heights = own[:, 1] + share * (after[:, 1] - own[:, 1])
    there = (columns[:, None] >= left - _LEVEL) & (columns[:, None] <= right + _LEVEL)
    return _Over(np.where(there, heights, np.inf).min(axis=1), np.where(there, heights, -np.inf).max(axis=1))
