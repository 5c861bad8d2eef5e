"""The levels of a tile pack: which sizes a page is stored at, and where its tiles lie.

Level k is the page reduced by 2^k; its size is rounded half up, as OpenSeadragon rounds it, so that every tile that a
viewer asks for is a stored one. The last level is the first that fits into one tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from images.geometry import Box, Size


def round_half_up(dividend: int, divisor: int) -> int:
    """Divide two positive integers and round to the nearest integer, halves up."""
    return (2 * dividend + divisor) // (2 * divisor)


def level_size(size: Size, factor: int) -> Size:
    """Give the size of a page reduced by a factor, at least one pixel each way."""
    return Size(max(1, round_half_up(size.width, factor)), max(1, round_half_up(size.height, factor)))


def confined(size: Size, longest: int) -> Size:
    """Give the size with its longest side reduced to `longest`; a smaller size stays."""
    side = max(size.width, size.height)
    if side <= longest:
        return size
    return Size(max(1, round_half_up(size.width * longest, side)), max(1, round_half_up(size.height * longest, side)))


@dataclass(frozen=True, slots=True)
class Axis:
    """How the pixels of a result lie along one axis of a picture: where the first begins, the extent of each."""

    start: float
    step: float
    count: int

    @property
    def end(self) -> float:
        """Where the last pixel ends."""
        return self.start + self.step * self.count


@dataclass(frozen=True)
class Pyramid:
    """The levels of one page, level 0 first, and the grid of tiles on each."""

    size: Size
    tile: int

    @cached_property
    def levels(self) -> tuple[Size, ...]:
        """The size of every level."""
        sizes = [self.size]
        while max(sizes[-1].width, sizes[-1].height) > self.tile:
            sizes.append(level_size(self.size, 1 << len(sizes)))
        return tuple(sizes)

    @cached_property
    def firsts(self) -> tuple[int, ...]:
        """The number of each level's first tile; after the last level, the number of tiles in all."""
        numbers = [0]
        for level in range(len(self.levels)):
            columns, rows = self.grid(level)
            numbers.append(numbers[-1] + columns * rows)
        return tuple(numbers)

    @property
    def tiles(self) -> int:
        """How many tiles there are."""
        return self.firsts[-1]

    def grid(self, level: int) -> tuple[int, int]:
        """Give the number of tile columns and rows of a level."""
        size = self.levels[level]
        return -(-size.width // self.tile), -(-size.height // self.tile)

    def number(self, level: int, column: int, row: int) -> int:
        """Give a tile's number in the pack."""
        return self.firsts[level] + row * self.grid(level)[0] + column

    def tile_box(self, level: int, column: int, row: int) -> Box:
        """Give the place of a tile on its level, in that level's pixels."""
        size, side = self.levels[level], self.tile
        x, y = column * side, row * side
        return Box(x, y, min(side, size.width - x), min(side, size.height - y))

    def tile_region(self, level: int, column: int, row: int) -> Box:
        """Give the part of the page that a tile shows, in pixels of the page."""
        side = self.tile << level
        x, y = column * side, row * side
        return Box(x, y, min(side, self.size.width - x), min(side, self.size.height - y))

    def across(self, level: int, axis: Axis) -> tuple[Axis, ...]:
        """Carry an axis along the page's width to a level: the part in its stretched last column lies by itself."""
        columns, _ = self.grid(level)
        return self._carried(level, axis, columns, self.size.width, self.levels[level].width)

    def along(self, level: int, axis: Axis) -> tuple[Axis, ...]:
        """Carry an axis along the page's height to a level: the part in its stretched last row lies by itself."""
        _, rows = self.grid(level)
        return self._carried(level, axis, rows, self.size.height, self.levels[level].height)

    def _carried(self, level: int, axis: Axis, tiles: int, page: int, size: int) -> tuple[Axis, ...]:
        factor, edge = 1 << level, (tiles - 1) * self.tile
        seam = edge << level
        stretched = (size - edge) / (page - seam)
        # A pixel belongs to the side on which its centre lies.
        before = axis.count if stretched * factor == 1 else round((seam - axis.start) / axis.step)
        before = min(max(before, 0), axis.count)
        parts = [Axis(axis.start / factor, axis.step / factor, before)]
        start = edge + (axis.start + before * axis.step - seam) * stretched
        parts.append(Axis(start, axis.step * stretched, axis.count - before))
        return tuple(part for part in parts if part.count)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a pack holds: the levels, the sizes at which the whole page is stored besides, and whether it is grey."""

    pyramid: Pyramid
    sizes: tuple[Size, ...]
    grey: bool
