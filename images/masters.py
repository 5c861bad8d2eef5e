"""Reads masters: an allow-list of formats told by content, the size before any pixel, and upright sRGB or grey pixels.

Libvips reads what it can as a stream; the rest is read whole. EXIF orientation is applied, colour profiles become sRGB,
alpha is laid on white, 16 bits become 8, CMYK becomes RGB. A page that is grey stays grey.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyvips

from images import tiff, whole
from images.errors import ImageRefused
from images.geometry import Box, Size
from images.packfile import View
from images.spool import Spool
from images.turning import UPRIGHT, Turning, of_exif
from images.whole import Pixels

# Nothing is computed twice here, and a cache of operations keeps their pixels in memory.
pyvips.cache_set_max(0)

_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "JPEG"),
    (b"\x89PNG\r\n\x1a\n", 0, "PNG"),
    (b"II*\0", 0, "TIFF"),
    (b"MM\0*", 0, "TIFF"),
    (b"II+\0", 0, "TIFF"),
    (b"MM\0+", 0, "TIFF"),
    (b"WEBP", 8, "WEBP"),
    (b"GIF8", 0, "GIF"),
    (b"jP  ", 4, "JPEG2000"),
    (b"\xff\x4f\xff\x51", 0, "JPEG2000"),
    (b"BM", 0, "BMP"),
    (b"%PDF-", 0, "PDF"),
)
FORMATS = tuple(dict.fromkeys(name for _, _, name in _SIGNATURES))
_CHUNK = 1 << 20
_ROWS = 64
_STRIPE = 512


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()


def sniff(path: Path) -> str:
    """Name the format that a file holds, whatever it is called. Raises ImageRefused for any but those of FORMATS."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise ImageRefused(f"cannot be read: {error.strerror}") from error
    if not head:
        raise ImageRefused("is empty")
    for signature, offset, name in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return name
    raise ImageRefused(f"is no image of a format that is read here; allowed are {', '.join(FORMATS)}")


@dataclass(frozen=True, slots=True)
class Master:
    """An opened master: its upright size, and `strip`, which gives its rows from a top on, asked for in order."""

    size: Size
    grey: bool
    strip: Callable[[int, int], Pixels]


def open_master(path: Path, view: View, *, max_pixels: int, spool: Path | None = None) -> Master:
    """Open what a view shows of a master: a page of the file, cropped, then turned clockwise.

    What must be turned by quarters is kept in a nameless file in the folder `spool` meanwhile. Raises ImageRefused
    where it is no image, is larger than `max_pixels`, or the crop does not lie inside it. That its pixels are whole is
    found when they are read: `strip` raises ImageRefused too.
    """
    kind = sniff(path)
    if kind == "PDF":
        return _of_array(whole.read_pdf_page(path, view.page, max_pixels), view)
    if kind in whole.PILLOW_FORMATS:
        return _of_array(whole.read_by_pillow(path, view.page, max_pixels), view)
    if kind == "TIFF":
        with path.open("rb") as file:
            tiff.check(partial(_read_at, file), path.stat().st_size, page=view.page)
    image = _vips_header(path, kind, view.page, max_pixels)
    orientation = of_exif(int(image.get("orientation")) if image.get_typeof("orientation") else 1)
    shown = _Shown.of(Size(image.width, image.height), orientation, view)
    box = shown.box
    image = _to_display(image.crop(box.x, box.y, box.width, box.height))
    rows = _reader(image)
    grey = image.bands == 1
    if shown.turning.quarters == 0:
        return shown.master(grey, lambda box: rows(box.y, box.height)[:, box.x : box.right])
    return shown.master(grey, _Spooled(rows, Size(box.width, box.height), image.bands, shown.turning, spool).read)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a view shows of a stored picture: a box of it, turned."""

    box: Box
    turning: Turning

    @classmethod
    def of(cls, stored: Size, orientation: Turning, view: View) -> _Shown:
        """Follow a view, whose crop is in upright pixels, back to the stored picture."""
        upright = orientation.size(stored)
        crop = view.crop or upright.box
        if crop.x < 0 or crop.y < 0 or crop.right > upright.width or crop.bottom > upright.height:
            raise ImageRefused(f"has {upright.width} x {upright.height} pixels, and the crop reaches beyond them")
        return cls(orientation.stored_box(crop, stored), orientation.then(view.quarters))

    def master(self, grey: bool, read: Callable[[Box], Pixels]) -> Master:
        """Make a master out of what reads boxes of the box that is shown."""
        kept = Size(self.box.width, self.box.height)
        size = self.turning.size(kept)

        def strip(top: int, height: int) -> Pixels:
            pixels = read(self.turning.stored_box(Box(0, top, size.width, height), kept))
            return np.ascontiguousarray(self.turning.turned(pixels))

        return Master(size, grey, strip)


def _of_array(pixels: Pixels, view: View) -> Master:
    shown = _Shown.of(Size(pixels.shape[1], pixels.shape[0]), UPRIGHT, view)
    kept = pixels[shown.box.y : shown.box.bottom, shown.box.x : shown.box.right]
    return shown.master(pixels.ndim == 2, lambda box: kept[box.y : box.bottom, box.x : box.right])


def _reader(image: pyvips.Image) -> Callable[[int, int], Pixels]:
    """Give what reads rows of an image, from the top on, in order."""
    # One region for all rows: a pipeline for each piece would drop the decoded rows between them, and then read back.
    region = pyvips.Region.new(image)
    shape = (image.width,) if image.bands == 1 else (image.width, image.bands)

    def rows(top: int, height: int) -> Pixels:
        pixels = np.empty((height, *shape), np.uint8)
        try:
            # In pieces that stay in the processor's cache between the steps of the pipeline.
            for start in range(0, height, _ROWS):
                count = min(_ROWS, height - start)
                data = region.fetch(0, top + start, image.width, count)
                pixels[start : start + count] = np.frombuffer(data, np.uint8).reshape(count, *shape)
        except pyvips.Error as error:
            raise ImageRefused(_reason(error)) from error
        return pixels

    return rows


@dataclass(slots=True)
class _Spooled:
    """Reads boxes of a stream in any order; the stream is brought to disk with the first of them."""

    rows: Callable[[int, int], Pixels]
    size: Size
    bands: int
    turning: Turning
    folder: Path | None
    spool: Spool | None = None

    def read(self, box: Box) -> Pixels:
        """Read a box."""
        self.spool = self.spool or self._filled()
        pixels = self.spool.read(box)
        return pixels[:, :, 0] if self.bands == 1 else pixels

    def _filled(self) -> Spool:
        stripe = _STRIPE if self.turning.quarters % 2 else self.size.width
        spool = Spool(self.size, self.bands, stripe=stripe, folder=self.folder)
        for top in range(0, self.size.height, _STRIPE):
            spool.write(
                top, self.rows(top, min(_STRIPE, self.size.height - top)).reshape(-1, self.size.width, self.bands)
            )
        return spool


def frames(path: Path) -> tuple[int, ...]:
    """Number the pages that the file of a master holds, from 0. Raises ImageRefused where it is no image."""
    kind = sniff(path)
    if kind == "PDF":
        return tuple(range(whole.count_pdf_pages(path)))
    if kind != "TIFF":
        return (0,)
    with path.open("rb") as file:
        return tiff.frames(partial(_read_at, file))


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    # What a damaged file names may be farther than any seek goes.
    if offset >= os.fstat(file.fileno()).st_size:
        return b""
    file.seek(offset)
    return file.read(length)


def _paged(page: int) -> dict[str, int]:
    return {"page": page} if page else {}


def _reason(error: pyvips.Error) -> str:
    detail = str(error.detail).strip().splitlines()
    said = detail[-1].split(": ", 1)[-1] if detail else "unreadable"
    if "premature end" in said or "truncat" in said.lower() or "out of order" in said:
        return f"is cut short or damaged: {said}"
    return f"cannot be decoded: {said}"


def _vips_header(path: Path, kind: str, page: int, max_pixels: int) -> pyvips.Image:
    # Without `unlimited`, libvips refuses strips of more than some megabytes; their number and place were checked.
    options: dict[str, Any] = {"unlimited": True} if kind == "TIFF" else {}
    try:
        image = pyvips.Image.new_from_file(
            str(path), access="sequential", fail_on="truncated", **_paged(page), **options
        )
    except pyvips.Error as error:
        raise ImageRefused(_reason(error)) from error
    if kind == "WEBP" or image.get_typeof("interlaced"):
        whole.check_whole(image.width, image.height, max_pixels)
    whole.check_size(image.width, image.height, max_pixels)
    if image.format not in ("uchar", "ushort"):
        raise ImageRefused(f"has pixels of the type {image.format}; 8 and 16 bits a channel are read")
    return image


def _to_display(image: pyvips.Image) -> pyvips.Image:
    """Bring any interpretation to 8-bit grey or sRGB without alpha."""
    if image.get_typeof("icc-profile-data") and image.format in ("uchar", "ushort"):
        grey = image.bands < 3
        try:
            converted = image.icc_transform("srgb", embedded=True, intent="relative", depth=8)
        except pyvips.Error:
            converted = image
        image = converted.colourspace("b-w") if grey and converted.interpretation == "srgb" else converted
    if image.interpretation == "cmyk":
        image = image.icc_transform("srgb", input_profile="cmyk", depth=8)
    elif image.interpretation in ("grey16", "b-w") or image.bands < 3:
        image = _grey(image)
    elif image.interpretation != "srgb":
        image = image.colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=[255] * (image.bands - 1))
    return image.cast("uchar") if image.format != "uchar" else image


def _grey(image: pyvips.Image) -> pyvips.Image:
    if image.interpretation not in ("grey16", "b-w"):
        image = image.copy(interpretation="grey16" if image.format == "ushort" else "b-w")
    return image.colourspace("b-w")
