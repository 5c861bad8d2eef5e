"""Reads masters that libvips cannot stream, whole: JPEG 2000, BMP and GIF by Pillow, pages of PDF files by PDFium."""

from __future__ import annotations

import contextlib
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from images.errors import ImageRefused

Pixels = NDArray[np.uint8]
"""Height x width of grey, or height x width x 3 of RGB, 8 bits."""

WHOLE_PIXELS = 200_000_000
"""The most pixels of a master that cannot be read as a stream, and so is held in memory whole."""

LONGEST_SIDE = 100_000
"""The longest side of a master, in pixels: strips of the full width are held in memory, and few bytes may claim any."""

PDF_DPI = (300, 600)
"""Dots per inch of a PDF page: the least, and the most that a scan in it may ask for."""

# Sizes are checked against our own limit before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None

PILLOW_FORMATS = frozenset({"JPEG2000", "BMP", "GIF"})


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Raise ImageRefused where an image has no pixels, too many, or too long a side."""
    if width < 1 or height < 1:
        raise ImageRefused("has no pixels")
    if width * height > max_pixels:
        raise ImageRefused(f"has {width} x {height} pixels; at most {max_pixels:,} are allowed")
    if max(width, height) > LONGEST_SIDE:
        raise ImageRefused(f"has {width} x {height} pixels; at most {LONGEST_SIDE:,} are allowed on a side")


def check_whole(width: int, height: int, max_pixels: int) -> None:
    """Raise ImageRefused where an image has too many pixels to be held in memory."""
    check_size(width, height, max_pixels)
    if width * height > WHOLE_PIXELS:
        said = f"at most {WHOLE_PIXELS:,} are allowed in a form that cannot be read piece by piece"
        raise ImageRefused(f"has {width} x {height} pixels; {said}; save it as TIFF")


def check_page(page: int, pages: int) -> None:
    """Raise ImageRefused where a file has no such page."""
    if not 0 <= page < pages:
        raise ImageRefused(f"has {pages} pages, and page {page + 1} is asked for")


def count_pdf_pages(path: Path) -> int:
    """Say how many pages a PDF file has. Raises ImageRefused."""
    with contextlib.closing(_open_pdf(path)) as document:
        return len(document)


def read_by_pillow(path: Path, page: int, max_pixels: int) -> Pixels:
    """Read an image of PILLOW_FORMATS, upright. Raises ImageRefused."""
    check_page(page, 1)
    try:
        with warnings.catch_warnings(), Image.open(path, formats=sorted(PILLOW_FORMATS)) as opened:
            warnings.simplefilter("ignore")
            check_whole(opened.width, opened.height, max_pixels)
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


def read_pdf_page(path: Path, number: int, max_pixels: int) -> Pixels:
    """Draw a page of a PDF file at the resolution of its finest scan. Raises ImageRefused."""
    with contextlib.closing(_open_pdf(path)) as document:
        check_page(number, len(document))
        try:
            page = document[number]
            scale = _pdf_dpi(page) / 72
            width, height = page.get_size()
            check_whole(int(width * scale), int(height * scale), max_pixels)
            shown: Pixels = page.render(scale=scale, rev_byteorder=True).to_numpy()
        except pypdfium2.PdfiumError as error:
            raise ImageRefused(f"its page {number + 1} cannot be drawn: {error}") from error
        # The bitmap goes with the document: what is given is a copy.
        return np.array(_grey_where_grey(shown[:, :, :3] if shown.ndim == 3 else shown), order="C")


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
    return _grey_where_grey(np.asarray(image.convert("RGB")))


def _grey_where_grey(pixels: Pixels) -> Pixels:
    """Give one channel where all three are the same, as in palettes and drawings without colour."""
    if pixels.ndim == 3 and all((pixels[:, :, 0] == pixels[:, :, band]).all() for band in (1, 2)):
        return pixels[:, :, 0]
    return pixels
