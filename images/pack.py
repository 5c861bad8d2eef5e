"""Makes tile packs out of masters, and reads them: tiles as bytes, boxes and whole pages as pixels.

A pack is written strip by strip, so that a page of any size takes little memory; each level is made of the one below
it. A tile shows just the part of the page that a viewer asks it for: where a level's size had to be rounded, the
tiles of its last column and row are stretched by less than a pixel.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import IO, BinaryIO

import cv2
import numpy as np
import pyvips
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from images import jpeg, packfile, restart
from images.errors import ImageRefused, ImageUnknown, PackDamaged
from images.geometry import Box, Size
from images.iiif.protocol import Source
from images.masters import checksum, open_master
from images.packfile import INDEX, Description, Header, Parameters, View, pack_name
from images.pyramid import Shape, confined
from images.whole import Pixels

MAX_PIXELS = 1_000_000_000
"""The most pixels of a master, unless a caller says otherwise."""

DEFAULT = Parameters()
"""The parameters that were measured to serve best."""

_OVERVIEW = 1400
"""The least longest side of the level that the pictures stored whole are made of, where there is one."""

_GAP = 3.0
"""How much larger than the result a picture still is that was reduced by a whole factor before Lanczos."""

Progress = Callable[[float], None]
"""Told how much of a pack is made, 0..1."""


@dataclass(frozen=True, slots=True)
class PackInfo:
    """What `build` made: the pack's name, the master's SHA-256, the size of what is shown."""

    name: str
    master: str
    size: Size
    grey: bool
    bytes: int


def build(
    master: Path,
    view: View,
    target: Path,
    parameters: Parameters = DEFAULT,
    *,
    max_pixels: int = MAX_PIXELS,
    master_checksum: str | None = None,
    progress: Progress | None = None,
) -> PackInfo:
    """Make the tile pack of a view of a master, in the file `target`, or in the folder `target` under its name.

    The file is there whole or not at all. Raises ImageRefused where the master cannot be shown.
    """
    digest = master_checksum or checksum(master)
    name = pack_name(digest, view, parameters)
    place = target / name if target.is_dir() else target
    opened = open_master(master, view, max_pixels=max_pixels, spool=place.parent)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file, tempfile.TemporaryFile(dir=place.parent) as page:
            sizes = _stored_sizes(opened.size, parameters)
            description = Description(digest, view, parameters, opened.size, opened.grey, sizes, threshold=128)
            writer = _Writer(file, page, description)
            for top in range(0, opened.size.height, parameters.tile):
                height = min(parameters.tile, opened.size.height - top)
                writer.add(opened.strip(top, height))
                if progress is not None:
                    progress((top + height) / opened.size.height)
            length = writer.finish()
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(place.parent)
    return PackInfo(name, digest, opened.size, opened.grey, length)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- writing


_COPIED = 1 << 20
"""Bytes that are copied at once."""

_CONTEXT = 16
"""Rows beyond those to be reduced that the filter sees; more than the reach of LANCZOS3 at a half."""


class _Gathered:
    """The rows of the level below that a level's next tiles wait for; the first `before` were used already.

    They lie in one buffer: with the rows of a wide page, pieces and their joined copy together would be most of the
    memory that its pack takes.
    """

    def __init__(self, batch: int) -> None:
        self.batch, self.rows, self.before, self.done = batch, 0, 0, 0
        self._buffer: Pixels | None = None

    @property
    def missing(self) -> int:
        """Say how many rows are missing until a batch and what the filter sees beside it are there."""
        return self.before + self.batch + _CONTEXT - self.rows

    def take(self, rows: Pixels) -> Pixels:
        """Keep the rows that are missing, and give back the others."""
        if self._buffer is None:
            self._buffer = np.empty((self.batch + 2 * _CONTEXT, *rows.shape[1:]), np.uint8)
        count = min(len(rows), self.missing)
        self._buffer[self.rows : self.rows + count] = rows[:count]
        self.rows += count
        return rows[count:]

    def waiting(self) -> Pixels:
        """Give the rows that are there; they change with the next call of `take` or `drop`."""
        if self._buffer is None:
            raise ValueError("no rows were taken")
        return self._buffer[: self.rows]

    def drop(self, last: int) -> None:
        """Let go of the rows before `last`, but for those that the filter sees beside the next ones."""
        kept = self.waiting()[max(0, last - _CONTEXT) :].copy()
        self.waiting()[: len(kept)] = kept
        self.rows, self.before = len(kept), min(last, _CONTEXT)


class _Writer:
    """Takes a page strip by strip, from the top, and writes tiles of all levels.

    Tiles of the page itself wait in the file `page`.
    """

    def __init__(self, file: BinaryIO, page: IO[bytes], description: Description) -> None:
        self.file, self.page, self.description = file, page, description
        self.grey, self.parameters, self.sizes = description.grey, description.parameters, description.sizes
        self.pyramid = description.pyramid
        self.index = np.zeros(self.pyramid.tiles + len(self.sizes), INDEX)
        self.gathered = [_Gathered(2 * self.parameters.tile) for _ in self.pyramid.levels]
        self.overview: list[Pixels] = []
        self.reduced: dict[int, bytes] = {}
        self.overview_level = next(
            (k for k, s in reversed(list(enumerate(self.pyramid.levels))) if max(s.width, s.height) >= _OVERVIEW), 0
        )
        self.file.seek(packfile.header_length(len(self.index)))

    def add(self, strip: Pixels) -> None:
        """Take the next strip of the page: a row of tiles."""
        if strip.shape[:2] != (strip.shape[0], self.pyramid.size.width) or (strip.ndim == 2) != self.grey:
            raise ImageRefused("changes its width or colours on the way")
        self._tiles(0, self.gathered[0].done, strip)
        self.gathered[0].done += 1
        self._pass_on(0, strip)

    def finish(self) -> int:
        """Write what is left, the pictures stored whole and the header; say how long the file is."""
        for level in range(1, len(self.pyramid.levels)):
            while self.gathered[level].rows > self.gathered[level].before:
                self._reduce(level)
        overview = np.concatenate(self.overview)
        whole = self.pyramid.size
        factor = 1 << self.overview_level
        extent = (whole.width / factor, whole.height / factor)
        for number, size in enumerate(self.sizes, self.pyramid.tiles):
            self._keep(number, _resampled(overview, (0.0, 0.0, *extent), size))
        self._arrange()
        header = Header(replace(self.description, threshold=_threshold(overview)), self.index)
        length = self.file.tell()
        self.file.seek(0)
        self.file.write(packfile.encode(header))
        return length

    def _pass_on(self, level: int, rows: Pixels) -> None:
        """Give rows of a level's unstretched picture to what is made of them."""
        if level == self.overview_level:
            self.overview.append(rows.copy())
        while level + 1 < len(self.pyramid.levels) and len(rows):
            above = self.gathered[level + 1]
            rows = above.take(rows)
            if not above.missing:
                self._reduce(level + 1)

    def _reduce(self, level: int) -> None:
        """Make a row of a level's tiles out of the rows gathered from the level below."""
        gathered = self.gathered[level]
        source, first = gathered.waiting(), gathered.before
        last = min(first + gathered.batch, len(source))
        reduced = _halved(source[: last + _CONTEXT])[first // 2 : first // 2 + (last - first + 1) // 2]
        if gathered.done < self.pyramid.grid(level)[1]:
            self._tiles(level, gathered.done, reduced, source[first:last])
        gathered.drop(last)
        gathered.done += 1
        self._pass_on(level, reduced)

    def _tiles(self, level: int, row: int, rows: Pixels, source: Pixels | None = None) -> None:
        pyramid, side = self.pyramid, self.parameters.tile
        for column in range(pyramid.grid(level)[0]):
            box = pyramid.tile_box(level, column, row)
            region = pyramid.tile_region(level, column, row)
            exact = (box.width << level, box.height << level) == (region.width, region.height)
            if exact or source is None:
                tile = rows[: box.height, box.x : box.right]
            else:
                # The part of the level below that holds the region, from the tile's first row on.
                factor = 1 << (level - 1)
                left = column * 2 * side
                extent = (float(left), 0.0, left + region.width / factor, region.height / factor)
                tile = _resampled(source, extent, Size(box.width, box.height))
            self._keep(pyramid.number(level, column, row), tile)

    def _keep(self, number: int, pixels: Pixels) -> None:
        """Keep a stored image until all are there: those of the page itself in a file, the others, which are few."""
        data = encode_tile(pixels, quality=self.parameters.quality)
        self.index[number] = (0, len(data), zlib.crc32(data))
        if number < self.pyramid.firsts[1]:
            self.page.write(data)
        else:
            self.reduced[number] = data

    def _arrange(self) -> None:
        """Write all that was kept, the smallest first, as viewers ask for it: so that reading runs ahead of them."""
        levels = reversed(list(pairwise(self.pyramid.firsts)))
        sizes = range(self.pyramid.tiles, len(self.index))
        order = [*sizes, *itertools.chain.from_iterable(range(*level) for level in levels)]
        ends = self.file.tell() + np.cumsum(self.index["length"][order], dtype=np.uint64)
        self.index["offset"][order] = ends - self.index["length"][order]
        for number in order:
            if number in self.reduced:
                self.file.write(self.reduced.pop(number))
        self.page.seek(0)
        shutil.copyfileobj(self.page, self.file, _COPIED)


def _stored_sizes(size: Size, parameters: Parameters) -> tuple[Size, ...]:
    smaller = (longest for longest in sorted(parameters.sizes) if longest < max(size.width, size.height))
    return tuple(dict.fromkeys(confined(size, longest) for longest in smaller))


def _halved(pixels: Pixels) -> Pixels:
    """Reduce by two each way; an odd last row or column stands for two."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        pixels = np.asarray(cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8)
    if min(height, width) < _CONTEXT:
        return np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    reduced: Pixels = pyvips.Image.new_from_array(pixels).reduce(2, 2, kernel="lanczos3").numpy()
    return reduced.reshape(((height + 1) // 2, (width + 1) // 2, *pixels.shape[2:]))


def _resampled(pixels: Pixels, extent: tuple[float, float, float, float], size: Size) -> Pixels:
    """Resample a fractional extent (left, top, right, bottom) to a size."""
    left, top, right, bottom = extent
    right, bottom = min(right, float(pixels.shape[1])), min(bottom, float(pixels.shape[0]))
    x, y = max(0, int(left) - 16), max(0, int(top) - 16)
    part = Image.fromarray(np.ascontiguousarray(pixels[y : int(bottom) + 17, x : int(right) + 17]))
    box = (left - x, top - y, right - x, bottom - y)
    return np.asarray(part.resize((size.width, size.height), Image.Resampling.LANCZOS, box=box, reducing_gap=_GAP))


def _threshold(pixels: Pixels) -> int:
    """Find the grey value that best divides ink from paper (Otsu, 1979)."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    value, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return int(value)


def encode_tile(pixels: Pixels, *, quality: int) -> bytes:
    """Encode grey or RGB pixels as a JPEG with restart markers at which it can be cut."""
    interval = restart.interval_for(pixels.shape[1], grey=pixels.ndim == 2)
    return jpeg.encode(pixels, table=jpeg.kept(quality), interval=interval)


# --- reading


_CUT_SIDE = 60_000
"""The longest side of what is decoded at once; a JPEG holds no more than 65,535 pixels, and is cut between markers."""

_MARKS = restart.Marks(4096)
_OPENINGS = itertools.count()


_READ_AHEAD = 512 << 10
"""Bytes of a file that the system is asked to have at hand where a stored image is not: its neighbours follow soon."""


_AT_HAND = 256 << 10
"""The longest stored image that is read without waiting, in bytes; tiles of 512 pixels have a third of that."""

_NOWAIT: int | None = getattr(os, "RWF_NOWAIT", None)


class _Space(threading.local):
    """Room to read into: making new room for every tile costs more than the read."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(_AT_HAND))


_SPACE = _Space()


class FileSource:
    """A file that is read at offsets; its handle is closed when nothing refers to it any more."""

    def __init__(self, path: Path) -> None:
        self._handle = -1
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)

    def length(self) -> int:
        """Give the file's length in bytes."""
        return os.fstat(self._handle).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Read bytes from an offset on; fewer where the file ends."""
        return os.pread(self._handle, length, offset)

    def read_at_once(self, offset: int, length: int) -> bytes | None:
        """Read bytes that the system holds in memory; None where it does not, or cannot tell."""
        if _NOWAIT is None or length > _AT_HAND:
            return None
        view = _SPACE.view[:length]
        # Where it fails, the file system cannot tell, or the disk is broken: then waiting for it says more.
        with suppress(OSError):
            if os.preadv(self._handle, (view,), offset, _NOWAIT) == length:
                return bytes(view)
        os.posix_fadvise(self._handle, offset, _READ_AHEAD, os.POSIX_FADV_WILLNEED)
        return None


class Pack:
    """An opened tile pack. Its methods may be called from several threads."""

    def __init__(self, name: str, source: Source) -> None:
        self.name, self._source, self._opened = name, source, next(_OPENINGS)
        data = source.read(0, packfile.LEADING_READ)
        wanted = packfile.wanted_length(data)
        if len(data) < wanted:
            data += source.read(len(data), wanted - len(data))
        header = packfile.decode(data[:wanted], file_length=source.length())
        self.description = header.description
        self.pyramid = header.description.pyramid
        self.shape = Shape(self.pyramid, header.description.sizes, header.description.grey)
        self._index = header.index
        self._offsets: list[int] = header.index["offset"].tolist()
        self._lengths: list[int] = header.index["length"].tolist()

    def read(self, number: int) -> bytes:
        """Read a stored JPEG: a tile by its number, or a stored size by the number of tiles plus its place.

        Raises PackDamaged where the file is shorter than it was.
        """
        data = self._source.read(self._offsets[number], self._lengths[number])
        if len(data) != self._lengths[number]:
            raise PackDamaged(f"the tile pack {self.name} is shorter than its index says")
        return data

    def read_at_once(self, number: int) -> bytes | None:
        """Read a stored JPEG where that takes no waiting, or else give None."""
        return self._source.read_at_once(self._offsets[number], self._lengths[number])

    def _tile(self, number: int) -> restart.Tile:
        return _MARKS.read((self._opened, number), self.read(number))

    def place(self, number: int) -> tuple[int, int]:
        """Give offset and length of a stored JPEG in the file."""
        return self._offsets[number], self._lengths[number]

    def verify(self) -> None:
        """Check and decode every stored JPEG. Raises PackDamaged."""
        for number in range(len(self._offsets)):
            data = self.read(number)
            if zlib.crc32(data) != int(self._index["check"][number]):
                raise PackDamaged(f"the tile pack {self.name} holds a tile that does not have its checksum")
            _decoded(data, "GRAY" if self.description.grey else "RGB")

    def pixels(self, level: int, box: Box, *, space: str = "") -> Pixels:
        """Decode a box of a level: `space` is GRAY, RGB or BGR; by default what the page is."""
        wanted = space or ("GRAY" if self.description.grey else "RGB")
        rows = []
        for top in range(box.y, box.bottom, _CUT_SIDE):
            band = Box(box.x, top, box.width, min(_CUT_SIDE, box.bottom - top))
            parts = [self._columns(level, part, wanted) for part in self._groups(level, band)]
            rows.append(parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1))
        return rows[0] if len(rows) == 1 else np.concatenate(rows)

    def _groups(self, level: int, box: Box) -> list[Box]:
        """Divide a box into columns that a JPEG can hold, and whose tiles share a restart interval.

        The last column of tiles may have an interval of its own.
        """
        columns, _ = self.pyramid.grid(level)
        edge, grey = (columns - 1) * self.pyramid.tile, self.description.grey
        width = self.pyramid.levels[level].width - edge
        alike = restart.interval_for(width, grey=grey) == restart.interval_for(self.pyramid.tile, grey=grey)
        seams = [*range(box.x, box.right, _CUT_SIDE), box.right]
        if not alike and box.x < edge < box.right:
            seams = sorted({*seams, edge})
        return [Box(left, box.y, right - left, box.height) for left, right in pairwise(seams)]

    def _columns(self, level: int, box: Box, space: str) -> Pixels:
        side = self.pyramid.tile
        first, top = box.x // side, box.y // side
        tiles = [
            [self._tile(self.pyramid.number(level, x, y)) for x in range(first, (box.right - 1) // side + 1)]
            for y in range(top, (box.bottom - 1) // side + 1)
        ]
        moved = Box(box.x - first * side, box.y - top * side, box.width, box.height)
        cut = restart.cut(tiles, side=side, box=moved)
        pixels = _decoded(cut.data, space)
        x, y = moved.x - cut.box.x, moved.y - cut.box.y
        return pixels[y : y + box.height, x : x + box.width]


def _decoded(data: bytes | bytearray, space: str) -> Pixels:
    try:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, space, fastdct=False, fastupsample=True)
    except ValueError as error:
        raise PackDamaged(f"a tile of a pack cannot be decoded: {error}") from error
    return pixels[:, :, 0] if space == "GRAY" else pixels


def open_pack(path: Path) -> Pack:
    """Open the tile pack in a file. Raises ImageUnknown where there is none, PackDamaged where it is none."""
    try:
        source = FileSource(path)
    except OSError as error:
        raise ImageUnknown(f"there is no tile pack {path.name}") from error
    return Pack(path.name, source)


def read_array(pack: Pack, *, longest: int | None = None) -> Pixels:
    """Read a whole page: height x width of grey, or height x width x 3 of RGB.

    With `longest`, the page is reduced so that its longest side has that many pixels; it is never enlarged.
    """
    target = pack.pyramid.size if longest is None else confined(pack.pyramid.size, longest)
    level = max(
        (
            k
            for k, size in enumerate(pack.pyramid.levels)
            if size.width >= target.width and size.height >= target.height
        ),
        default=0,
    )
    size = pack.pyramid.levels[level]
    bands = [
        pack.pixels(level, Box(0, top, size.width, min(2 * pack.pyramid.tile, size.height - top)))
        for top in range(0, size.height, 2 * pack.pyramid.tile)
    ]
    pixels = np.concatenate(bands)
    if size == target:
        return pixels
    return np.asarray(cv2.resize(pixels, (target.width, target.height), interpolation=cv2.INTER_AREA), np.uint8)
