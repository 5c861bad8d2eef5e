"""The levels of a tile pack: which sizes a page is stored at, and where its tiles lie.

Level k is the page reduced by 2^k; its size is rounded half up, as OpenSeadragon rounds it, so that every tile that a
viewer asks for is a stored one. The last level is the first that fits into one tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from images.geometry import Box, Size

TILE_SIZES = (128, 256, 512, 1024)


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

    def place(self, level: int, x: float, y: float) -> tuple[float, float]:
        """Carry a point of the page to a level, in fractional pixels of the level."""
        size, (columns, rows) = self.levels[level], self.grid(level)
        return (
            self._along(level, x, columns, self.size.width, size.width),
            self._along(level, y, rows, self.size.height, size.height),
        )

    def stretch(self, level: int) -> tuple[int, int, float, float]:
        """Say where on the page a level's last column and row begin, and by how much their tiles are stretched."""
        size, (columns, rows) = self.levels[level], self.grid(level)
        x, y = (columns - 1) * self.tile, (rows - 1) * self.tile
        left, top = x << level, y << level
        across = (size.width - x) * (1 << level) / (self.size.width - left)
        down = (size.height - y) * (1 << level) / (self.size.height - top)
        return left, top, across, down

    def _along(self, level: int, at: float, tiles: int, page: int, size: int) -> float:
        edge = (tiles - 1) * self.tile
        start = edge << level
        if at <= start:
            return at / (1 << level)
        return edge + (at - start) * (size - edge) / (page - start)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a pack holds: the levels, the sizes at which the whole page is stored besides, and whether it is grey."""

    pyramid: Pyramid
    sizes: tuple[Size, ...]
    grey: bool
