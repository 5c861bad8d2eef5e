"""Paragraph-like groups of lines: what stands above each other, alike and at one distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from images.layout.page import Hand, Role


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the letters of one line stand in the working frame: ends, tops of small letters, baseline, and its lean.

    `slope` is the fall of the baseline per pixel; `hand` and `role` as far as they are known.
    """

    left: float
    right: float
    head: float
    base: float
    slope: float = 0.0
    hand: Hand = Hand.TYPED
    role: Role = Role.BODY

    @property
    def width(self) -> float:
        """Distance of the ends."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height of the small letters."""
        return max(1.0, self.base - self.head)

    @property
    def middle(self) -> float:
        """Height halfway between head and base."""
        return (self.head + self.base) / 2

    def shared(self, other: Extent) -> float:
        """Give the share of the shorter of two lines that lies over or under the other."""
        overlap = min(self.right, other.right) - max(self.left, other.left)
        return max(0.0, overlap) / max(1.0, min(self.width, other.width))


def line_distance(extents: Sequence[Extent]) -> float:
    """Give the usual distance of typed lines that stand right above each other; 0 where there are none."""
    distances = []
    typed = [e for e in extents if e.hand in (Hand.TYPED, Hand.PRINTED)]
    for extent in typed:
        below = [o.base - extent.base for o in typed if o.base > extent.base + extent.height and extent.shared(o) > 0.4]
        if below:
            distances.append(min(below))
    return float(np.percentile(distances, 40)) if distances else 0.0


def group(extents: Sequence[Extent]) -> tuple[tuple[int, ...], ...]:
    """Group lines into blocks, each a tuple of indices from top to bottom; blocks come from top to bottom."""
    usual = line_distance(extents)
    order = sorted(range(len(extents)), key=lambda i: extents[i].base)
    block_of: dict[int, int] = {}
    blocks: list[list[int]] = []
    for position, index in enumerate(order):
        upper = _line_above(index, order[:position], extents, usual)
        if upper is None:
            block_of[index] = len(blocks)
            blocks.append([index])
        else:
            block_of[index] = block_of[upper]
            blocks[block_of[upper]].append(index)
    return tuple(tuple(block) for block in blocks)


def _line_above(index: int, before: Sequence[int], extents: Sequence[Extent], usual: float) -> int | None:
    """Find the line right above that belongs to the same block."""
    this = extents[index]
    best, nearest = None, np.inf
    for other in before:
        upper = extents[other]
        gap = this.base - upper.base
        reach = max(1.35 * usual if upper.hand is not Hand.HANDWRITTEN else 0.0, 3.2 * max(this.height, upper.height))
        alike = upper.hand is this.hand and upper.role is this.role
        if alike and 0.8 * this.height < gap < reach and gap < nearest and this.shared(upper) > 0.5:
            best, nearest = other, gap
    return best
