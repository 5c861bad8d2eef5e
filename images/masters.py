"""Reads masters: an allow-list of formats told by content, the size before any pixel, and upright sRGB or grey pixels.

Libvips reads what it can as a stream, Pillow what libvips lacks (JPEG 2000, BMP), PDFium the pages of PDF files. EXIF
orientation is applied, colour profiles are converted to sRGB, alpha is laid on white, 16 bits become 8, CMYK becomes
RGB. A page that is grey stays grey.
"""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pypdfium2
import pypdfium2.raw
import pyvips
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from images import tiff
from images.errors import ImageRefused
from images.geometry import Box, Size
from images.packfile import View

Pixels = NDArray[np.uint8]
"""Height x width of grey, or height x width x 3 of RGB, 8 bits."""

# Sizes are checked against our own limit before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None

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
_BY_PILLOW = frozenset({"JPEG2000", "BMP", "GIF"})
_CHUNK = 1 << 20

WHOLE_PIXELS = 200_000_000
"""The most pixels of a master that cannot be read as a stream, and so is held in memory whole."""

PDF_DPI = (300, 600)
"""Dots per inch of a PDF page: the least, and the most that a scan in it may ask for."""


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


def open_master(path: Path, view: View, *, max_pixels: int) -> Master:
    """Open what a view shows of a master: a page of the file, cropped, then turned clockwise.

    Raises ImageRefused where it is no image, is larger than `max_pixels`, or the crop does not lie inside it. That its
    pixels are whole is found when they are read: `strip` raises ImageRefused too.
    """
    kind = sniff(path)
    if kind == "PDF":
        return _cut_array(_by_pdfium(path, view.page, max_pixels), view)
    if kind in _BY_PILLOW:
        return _cut_array(_by_pillow(path, view.page, max_pixels), view)
    image = _vips_header(path, view.page, max_pixels)
    if kind == "TIFF":
        with path.open("rb") as file:
            tiff.check(partial(_read_at, file), path.stat().st_size, page=view.page)
    if view.quarters % 4 or (image.get_typeof("orientation") and image.get("orientation") > 1):
        # What is turned cannot be streamed; libvips spills it to disk where it is large.
        image = pyvips.Image.new_from_file(str(path), fail_on="truncated", **_paged(view.page)).autorot()
    image = _to_display(_cut(image, view))
    size, grey = Size(image.width, image.height), image.bands == 1

    # One region for all strips: a pipeline for each would drop the decoded rows between them, and then read back.
    region = pyvips.Region.new(image)

    def strip(top: int, height: int) -> Pixels:
        try:
            pixels = np.frombuffer(region.fetch(0, top, size.width, height), np.uint8)
        except pyvips.Error as error:
            raise ImageRefused(_reason(error)) from error
        return pixels.reshape((height, size.width) if grey else (height, size.width, 3))

    return Master(size, grey, strip)


def count_pages(path: Path) -> int:
    """Say how many pages the file of a master holds. Raises ImageRefused where it is no image."""
    kind = sniff(path)
    if kind == "PDF":
        with contextlib.closing(_open_pdf(path)) as document:
            return len(document)
    if kind != "TIFF":
        return 1
    try:
        image = pyvips.Image.new_from_file(str(path), access="sequential")
    except pyvips.Error as error:
        raise ImageRefused(_reason(error)) from error
    return int(image.get("n-pages")) if image.get_typeof("n-pages") else 1


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise ImageRefused("has no pixels")
    if width * height > max_pixels:
        raise ImageRefused(f"has {width} x {height} pixels; at most {max_pixels:,} are allowed")


def _check_page(page: int, pages: int) -> None:
    if not 0 <= page < pages:
        raise ImageRefused(f"has {pages} pages, and page {page + 1} is asked for")


def _paged(page: int) -> dict[str, int]:
    return {"page": page} if page else {}


def _reason(error: pyvips.Error) -> str:
    detail = str(error.detail).strip().splitlines()
    said = detail[-1].split(": ", 1)[-1] if detail else "unreadable"
    if "premature end" in said or "truncat" in said.lower() or "out of order" in said:
        return f"is cut short or damaged: {said}"
    return f"cannot be decoded: {said}"


def _vips_header(path: Path, page: int, max_pixels: int) -> pyvips.Image:
    try:
        image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="truncated", **_paged(page))
    except pyvips.Error as error:
        raise ImageRefused(_reason(error)) from error
    _check_size(image.width, image.height, max_pixels)
    if image.format not in ("uchar", "ushort"):
        raise ImageRefused(f"has pixels of the type {image.format}; 8 and 16 bits a channel are read")
    return image


def _cut(image: pyvips.Image, view: View) -> pyvips.Image:
    if crop := view.crop:
        _check_crop(crop, Size(image.width, image.height))
        image = image.crop(crop.x, crop.y, crop.width, crop.height)
    turn = (None, "d90", "d180", "d270")[view.quarters % 4]
    return image if turn is None else image.rot(turn)


def _check_crop(crop: Box, size: Size) -> None:
    if crop.x < 0 or crop.y < 0 or crop.right > size.width or crop.bottom > size.height:
        raise ImageRefused(f"has {size.width} x {size.height} pixels, and the crop reaches beyond them")


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


# --- what libvips lacks


def _by_pillow(path: Path, page: int, max_pixels: int) -> Pixels:
    _check_page(page, 1)
    try:
        with warnings.catch_warnings(), Image.open(path, formats=sorted(_BY_PILLOW)) as opened:
            warnings.simplefilter("ignore")
            _check_size(opened.width, opened.height, min(max_pixels, WHOLE_PIXELS))
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            return _pillow_pixels(upright, opened.info.get("icc_profile"))
    except ImageRefused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise ImageRefused(f"cannot be decoded: {error}") from error


def _open_pdf(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise ImageRefused(f"cannot be read as PDF: {error}") from error


def _by_pdfium(path: Path, number: int, max_pixels: int) -> Pixels:
    with contextlib.closing(_open_pdf(path)) as document:
        _check_page(number, len(document))
        try:
            page = document[number]
            scale = _pdf_dpi(page) / 72
            width, height = page.get_size()
            _check_size(int(width * scale), int(height * scale), min(max_pixels, WHOLE_PIXELS))
            shown: Pixels = page.render(scale=scale, rev_byteorder=True).to_numpy()
        except pypdfium2.PdfiumError as error:
            raise ImageRefused(f"its page {number + 1} cannot be drawn: {error}") from error
        pixels = shown[:, :, :3] if shown.ndim == 3 else shown
        if pixels.ndim == 3 and (pixels[:, :, :1] == pixels).all():
            pixels = pixels[:, :, 0]
        return np.array(pixels, order="C")


def _pdf_dpi(page: pypdfium2.PdfPage) -> float:
    """Give the resolution of the finest scan on a page, within the bounds of PDF_DPI."""
    finest = float(PDF_DPI[0])
    for image in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, _, right, _ = image.get_bounds()
        if right > left:
            finest = max(finest, image.get_px_size()[0] * 72 / (right - left))
    return min(finest, float(PDF_DPI[1]))


def _pillow_pixels(image: Image.Image, profile: bytes | None) -> Pixels:
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        return (values * (255.0 / max(65535.0, float(values.max(initial=1.0))))).round().astype(np.uint8)
    if image.mode in ("L", "1"):
        return np.asarray(image.convert("L"))
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            image = converted if converted is not None else image
        except ImageCms.PyCMSError:
            pass
    if image.mode in ("LA", "RGBA", "PA", "P"):
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        image = Image.alpha_composite(ground, layered)
    return np.asarray(image.convert("RGB"))


def _cut_array(pixels: Pixels, view: View) -> Master:
    if crop := view.crop:
        _check_crop(crop, Size(pixels.shape[1], pixels.shape[0]))
        pixels = pixels[crop.y : crop.bottom, crop.x : crop.right]
    pixels = np.ascontiguousarray(np.rot90(pixels, -(view.quarters % 4)))
    size = Size(pixels.shape[1], pixels.shape[0])
    return Master(size, pixels.ndim == 2, lambda top, height: pixels[top : top + height])
