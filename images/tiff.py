"""Checks that a TIFF's directory keeps to its file: decoders fill what is missing with grey and say nothing.

Reads classic TIFF (6.0) and BigTIFF; only the tags that place the pixels.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from images.errors import ImageRefused

Read = Callable[[int, int], bytes]
"""Reads bytes from an offset on; fewer where the file ends."""

WIDTH, HEIGHT, BITS, COMPRESSION, COLOURS, STRIP_OFFSETS, SAMPLES, ROWS, STRIP_COUNTS, PLANAR = (
    256, 257, 258, 259, 262, 273, 277, 278, 279, 284,
)  # fmt: skip
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS = 322, 323, 324, 325
SUBFILE, OLD_SUBFILE = 254, 255
PROFILE = 34675
"""The colour profile, of which offset and length are kept."""

_WANTED = frozenset({
    SUBFILE, OLD_SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, COLOURS, STRIP_OFFSETS, SAMPLES, ROWS, STRIP_COUNTS, PLANAR,
    TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS,
})  # fmt: skip
_TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
_MOST_VALUES = 4_000_000
_MOST_PAGES = 10_000
_MOST_PIECE_BYTES = 600_000_000
"""The longest tile, or strip of one plane, that decoders must hold in memory whole."""
_OLD_JPEG, _JPEG, _YCBCR = 6, 7, 6
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2

Tags = dict[int, tuple[int, ...]]


def check(read: Read, length: int, *, page: int = 0) -> None:
    """Check one page of a file of this length. Raises ImageRefused where its pixels are not all there."""
    try:
        tags = _directory(read, page)
    except (struct.error, IndexError) as error:
        raise ImageRefused("is cut short or damaged: its directory cannot be read") from error
    if _one(tags, COMPRESSION, 1) == _OLD_JPEG:
        return
    if _one(tags, COLOURS, 1) == _YCBCR and _one(tags, COMPRESSION, 1) != _JPEG:
        raise ImageRefused("has its colours as YCbCr without being JPEG inside; save it as RGB")
    if sum(tags.get(PROFILE, ())) > length:
        raise ImageRefused("is cut short: its colour profile is not all there")
    tiled = TILE_OFFSETS in tags
    offsets = tags.get(TILE_OFFSETS if tiled else STRIP_OFFSETS, ())
    counts = tags.get(TILE_COUNTS if tiled else STRIP_COUNTS, ())
    wanted = _pieces(tags, tiled=tiled)
    if len(offsets) != wanted or (counts and len(counts) != wanted):
        raise ImageRefused(f"is damaged: its {wanted} pieces are not all listed")
    if _piece_bytes(tags, tiled=tiled) > _MOST_PIECE_BYTES:
        raise ImageRefused(f"has tiles or strips of more than {_MOST_PIECE_BYTES:,} bytes; save it with smaller ones")
    for offset, count in zip(offsets, counts or (1,) * wanted, strict=True):
        if offset + count > length:
            raise ImageRefused(f"is cut short: a piece ends at byte {offset + count:,}, the file at {length:,}")
    if 0 in offsets or 0 in counts:
        raise ImageRefused("is cut short: some of its pieces were never written")
    if _one(tags, COMPRESSION, 1) == 1 and not tiled and counts and sum(counts) < _raw_bytes(tags):
        raise ImageRefused("is cut short or damaged: it has fewer bytes than pixels")


def frames(read: Read) -> tuple[int, ...]:
    """Number the pictures of a file that are pages of their own: no thumbnails, masks or levels of a pyramid.

    Raises ImageRefused where the list of directories cannot be followed.
    """
    found: list[int] = []
    before = (0, 0)
    try:
        for number, tags in enumerate(_directories(read)):
            size = (_one(tags, WIDTH, 0), _one(tags, HEIGHT, 0))
            other = bool(_one(tags, SUBFILE, 0) & (_REDUCED | _MASK)) or _one(tags, OLD_SUBFILE, 1) == _OLD_REDUCED
            # Some programs leave it unsaid that a picture is the next level of the one before it.
            halved = all(abs(2 * now - then) <= 2 for now, then in zip(size, before, strict=True))
            if not (other or halved):
                found.append(number)
            before = size
    except (struct.error, IndexError) as error:
        raise ImageRefused("is cut short or damaged: its directories cannot be read") from error
    return tuple(found) or (0,)


def _directory(read: Read, page: int) -> Tags:
    for number, tags in enumerate(_directories(read)):
        if number == page:
            return tags
    raise ImageRefused(f"has fewer than {page + 1} pages")


def _directories(read: Read) -> Iterator[Tags]:
    """Go through the directories of a file, each the tags of one picture."""
    order = "<" if read(0, 2) == b"II" else ">"
    big = struct.unpack(order + "H", read(2, 2))[0] == 43
    number, entry = (order + "Q", 20) if big else (order + "I", 12)
    width = struct.calcsize(number)
    at = struct.unpack(number, read(8 if big else 4, width))[0]
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) == _MOST_PAGES:
            raise ImageRefused("is damaged: its list of pictures has no end")
        seen.add(at)
        entries, start = _count(read, at, order, big=big)
        block = read(start, entries * entry)
        tags: Tags = {}
        for place in range(0, entries * entry, entry):
            tag, kind, values = struct.unpack_from(order + ("HHQ" if big else "HHI"), block, place)
            value = block[place + entry - width : place + entry]
            if tag == PROFILE and values > width:
                tags[tag] = (struct.unpack(number, value)[0], values)
            elif tag in _WANTED and kind in _TYPES:
                tags[tag] = _values(read, order, number, _TYPES[kind], values, value)
        yield tags
        at = struct.unpack(number, read(start + entries * entry, width))[0]


def _count(read: Read, at: int, order: str, *, big: bool) -> tuple[int, int]:
    width = 8 if big else 2
    entries = struct.unpack(order + ("Q" if big else "H"), read(at, width))[0]
    if entries > 4096:
        raise ImageRefused("is damaged: its directory is longer than any")
    return entries, at + width


def _values(read: Read, order: str, number: str, code: str, values: int, value: bytes) -> tuple[int, ...]:
    size = struct.calcsize(code) * values
    if values > _MOST_VALUES:
        raise ImageRefused("is damaged: its directory lists more pieces than any image has")
    data = value[:size] if size <= len(value) else read(struct.unpack(number, value)[0], size)
    return struct.unpack(f"{order}{values}{code}", data)


def _one(tags: Tags, tag: int, default: int) -> int:
    return (tags.get(tag) or (default,))[0]


def _pieces(tags: Tags, *, tiled: bool) -> int:
    width, height = _one(tags, WIDTH, 0), _one(tags, HEIGHT, 0)
    planes = _one(tags, SAMPLES, 1) if _one(tags, PLANAR, 1) == 2 else 1
    if tiled:
        across, down = max(1, _one(tags, TILE_WIDTH, 1)), max(1, _one(tags, TILE_HEIGHT, 1))
        return -(-width // across) * -(-height // down) * planes
    rows = max(1, min(height, _one(tags, ROWS, height)))
    return -(-height // rows) * planes


def _piece_bytes(tags: Tags, *, tiled: bool) -> int:
    """Give the bytes of what is decoded at once; strips of all planes together are decoded row by row."""
    if tiled:
        bits = _one(tags, TILE_WIDTH, 1) * _one(tags, TILE_HEIGHT, 1) * _pixel_bits(tags)
    elif _one(tags, PLANAR, 1) == 2:
        rows = min(_one(tags, HEIGHT, 0), _one(tags, ROWS, _one(tags, HEIGHT, 0)))
        bits = _one(tags, WIDTH, 0) * rows * _pixel_bits(tags)
    else:
        bits = _one(tags, WIDTH, 0) * _pixel_bits(tags)
    return bits // 8


def _pixel_bits(tags: Tags) -> int:
    bits = sum(tags.get(BITS, (1,)))
    return bits * _one(tags, SAMPLES, 1) if len(tags.get(BITS, ())) == 1 else bits


def _raw_bytes(tags: Tags) -> int:
    return -(-_one(tags, WIDTH, 0) * _pixel_bits(tags) // 8) * _one(tags, HEIGHT, 0)
