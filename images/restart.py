"""Cuts boxes out of JPEG tiles without decoding them, at restart markers, and joins them into one JPEG.

A restart marker resets the decoder, so the stretches between markers can be moved freely within a scan of the same
tables and interval (ITU-T T.81, E.1.4). Every row of MCUs of our tiles begins a stretch.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from images.errors import PackDamaged
from images.geometry import Box, Size

INTERVAL = 4
"""MCUs between restart markers where the tile's width allows it; a compromise of bytes and precision of the cut."""

_END = b"\xff\xd9"


def mcu_side(*, grey: bool) -> int:
    """Give the side in pixels of what JPEG codes at once: 8 for grey, 16 for colour with halved chroma."""
    return 8 if grey else 16


def interval_for(width: int, *, grey: bool) -> int:
    """Give the restart interval, in MCUs, of a tile of this width: one that divides its rows."""
    return math.gcd(INTERVAL, -(-width // mcu_side(grey=grey)))


@dataclass(frozen=True, slots=True)
class _Head:
    """The part of a tile before its scan: bytes, place of the height in them, size, interval and MCU side."""

    data: bytes
    sof: int
    size: Size
    interval: int
    side: int

    @property
    def across(self) -> int:
        """Stretches in one row of MCUs."""
        return -(-self.size.width // self.side) // self.interval

    @property
    def down(self) -> int:
        return -(-self.size.height // self.side)


@lru_cache(maxsize=256)
def _read_head(data: bytes) -> _Head:
    sof = interval = side = 0
    at = 2
    while at + 4 <= len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in (0xC0, 0xC1):
            sof = at + 5
            side = 8 * (data[at + 11] >> 4) if data[at + 9] == 3 else 8
        elif marker == 0xDD:
            interval = int.from_bytes(data[at + 4 : at + 6])
        at += 2 + length
    if not (sof and interval and side):
        raise PackDamaged("a tile of a pack has no restart markers")
    height, width = struct.unpack_from(">HH", data, sof)
    return _Head(data, sof, Size(width, height), interval, side)


def _head(tile: bytes) -> _Head:
    scan = tile.find(b"\xff\xda")
    if scan < 0 or not tile.startswith(b"\xff\xd8") or not tile.endswith(_END):
        raise PackDamaged("a tile of a pack is no complete JPEG")
    return _read_head(tile[: scan + 2 + int.from_bytes(tile[scan + 2 : scan + 4])])


def _stretches(tile: bytes, head: _Head) -> NDArray[np.uint32]:
    """Give where each stretch of the scan begins, row by row, and in one more column where the row ends.

    A stretch ends after the marker that follows it; the last one after the end of the file.
    """
    first = len(head.data)
    scan: NDArray[np.uint8] = np.frombuffer(tile, np.uint8, offset=first)
    marks = np.flatnonzero(scan[:-1] == 0xFF)
    marks = marks[(scan[marks + 1] & 0xF8) == 0xD0]
    if len(marks) + 1 != head.across * head.down:
        raise PackDamaged("a tile of a pack does not have the restart markers that it should")
    ends = np.append(marks + (first + 2), len(tile)).reshape(head.down, head.across)
    begins = np.append(first, ends[:-1, -1])
    return np.column_stack((begins, ends)).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as bytes, and where the stretches of its scan begin."""

    data: bytes
    head: _Head
    starts: NDArray[np.uint32]

    @classmethod
    def read(cls, data: bytes) -> Tile:
        """Find the stretches of a tile. Raises PackDamaged where it is not whole."""
        head = _head(data)
        return cls(data, head, _stretches(data, head))


class Marks:
    """Remembers where the stretches of tiles begin, up to five kilobytes for each; a page's regions share its tiles."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[tuple[int, int], tuple[int, _Head, NDArray[np.uint32]]] = {}

    def read(self, key: tuple[int, int], data: bytes) -> Tile:
        """Find the stretches of a tile that is always the same under this key. Raises PackDamaged."""
        known = self._known.get(key)
        if known is not None and known[0] == len(data) and data.startswith(known[1].data) and data.endswith(_END):
            return Tile(data, known[1], known[2])
        tile = Tile.read(data)
        if len(self._known) >= self._limit:
            self._known.clear()
        self._known[key] = len(data), tile.head, tile.starts
        return tile


@dataclass(frozen=True, slots=True)
class Cut:
    """A JPEG of just a box, somewhat larger than what was asked: `box` says where it lies."""

    data: bytearray
    box: Box


@dataclass(frozen=True, slots=True)
class _Span:
    """Columns of stretches and rows of MCUs to take of one tile."""

    left: int
    right: int
    top: int
    bottom: int


def _span(head: _Head, inside: Box) -> _Span:
    wide = head.side * head.interval
    return _Span(
        inside.x // wide,
        min(head.across, -(-inside.right // wide)),
        inside.y // head.side,
        min(head.down, -(-inside.bottom // head.side)),
    )


def stack(strips: Sequence[bytes], *, height: int) -> bytes:
    """Put JPEGs of one width and one interval under each other; each but the last is whole rows of MCUs high."""
    tiles = [Tile.read(strip) for strip in strips]
    head = tiles[0].head
    pieces = [memoryview(tile.data)[len(tile.head.data) :] for tile in tiles]
    lengths = np.concatenate([np.diff(tile.starts).ravel() for tile in tiles])
    return bytes(_assemble(head, Size(head.size.width, height), pieces, lengths))


def cut(tiles: Sequence[Sequence[Tile]], *, side: int, box: Box) -> Cut:
    """Cut a box out of a block of tiles (rows of columns), all of one restart interval.

    The box is in pixels of the block, whose tiles are `side` apart.
    """
    heads = [[tile.head for tile in row] for row in tiles]
    spans = [
        [_span(head, _inside(box, head.size, side * x, side * y)) for x, head in enumerate(row)]
        for y, row in enumerate(heads)
    ]
    taken = _taken(heads, spans, side)
    pieces: list[memoryview] = []
    lengths: list[NDArray[np.uint32]] = []
    for row, spanned in zip(tiles, spans, strict=True):
        parts = [_part(tile, span) for tile, span in zip(row, spanned, strict=True)]
        pieces += chain.from_iterable(zip(*(rows for rows, _ in parts), strict=True))
        lengths.append(np.concatenate([each for _, each in parts], axis=1).ravel())
    size = Size(taken.width, taken.height)
    return Cut(_assemble(heads[0][0], size, pieces, np.concatenate(lengths)), taken)


def _inside(box: Box, size: Size, x: int, y: int) -> Box:
    left, top = max(0, box.x - x), max(0, box.y - y)
    right, bottom = min(size.width, box.right - x), min(size.height, box.bottom - y)
    return Box(left, top, right - left, bottom - top)


def _taken(heads: Sequence[Sequence[_Head]], spans: Sequence[Sequence[_Span]], side: int) -> Box:
    first, last = spans[0][0], spans[-1][-1]
    head = heads[-1][-1]
    wide = head.side * head.interval
    x, y = first.left * wide, first.top * head.side
    right = (len(heads[0]) - 1) * side + min(last.right * wide, head.size.width)
    bottom = (len(heads) - 1) * side + min(last.bottom * head.side, head.size.height)
    return Box(x, y, right - x, bottom - y)


def _part(tile: Tile, span: _Span) -> tuple[list[memoryview], NDArray[np.uint32]]:
    """Give the stretches to take of a tile, those of a row of MCUs in one piece, and the length of each stretch."""
    starts = tile.starts[span.top : span.bottom, span.left : span.right + 1]
    data = memoryview(tile.data)
    rows = zip(starts[:, 0].tolist(), starts[:, -1].tolist(), strict=True)
    return [data[begin:end] for begin, end in rows], np.diff(starts)


def _assemble(head: _Head, size: Size, pieces: Sequence[memoryview], lengths: NDArray[np.uint32]) -> bytearray:
    """Join stretches, each with the two bytes of a marker at its end, to a JPEG, and number the markers anew."""
    start = bytearray(head.data)
    struct.pack_into(">HH", start, head.sof, size.height, size.width)
    joined = bytearray().join((start, *pieces))
    marks = np.cumsum(lengths) + (len(start) - 1)
    np.frombuffer(joined, np.uint8)[marks] = 0xD0 + (np.arange(len(marks)) & 7)
    joined[-2:] = _END
    return joined
