"""Renders a plan out of a pack: the stored image where the plan names one, else decode, resize, treat, encode.

Only the restart intervals that the region touches are decoded, once, from the nearest finer level. Large JPEG results
are made in strips that are joined at restart markers, so that their size costs time but no memory.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from images import restart
from images.errors import RequestUnsupported
from images.geometry import Box, Size, box_outward, clip
from images.iiif.plan import Plan, turned_size
from images.iiif.request import Format, Quality, Rotation
from images.pack import Pack
from images.turning import Turning
from images.whole import Pixels

# Requests are served side by side; a request that takes all cores slows the others down.
cv2.setNumThreads(1)

MEDIA_TYPES = {
    Format.JPG: "image/jpeg",
    Format.PNG: "image/png",
    Format.WEBP: "image/webp",
    Format.TIF: "image/tiff",
    Format.GIF: "image/gif",
}

STRIP_PIXELS = 1 << 22
"""Results of more pixels are made in strips of about this many, where the format can be joined."""

_MARGIN = 3
_WARPED_STEP = 1.3
_WEBP_SIDE = 16383
_TRANSPARENT = frozenset({Format.PNG, Format.WEBP, Format.TIF, Format.GIF})


def render(pack: Pack, plan: Plan) -> bytes:
    """Give the bytes that answer a plan. Raises PackDamaged, or RequestUnsupported for a result no codec can hold."""
    if plan.stored is not None:
        return pack.read(plan.stored)
    _check_codec(plan)
    turned = plan.rotation.mirror or plan.rotation.degrees
    if plan.format is Format.JPG and not turned and plan.size.area > STRIP_PIXELS:
        return _in_strips(pack, plan)
    pixels, alpha = _turned(_sampled(pack, plan, 0, plan.size.height), plan)
    return _encoded(_toned(pixels, pack, plan), alpha, plan, pack.description.parameters.quality)


def _check_codec(plan: Plan) -> None:
    turned = turned_size(plan.size, plan.rotation)
    if plan.format is Format.WEBP and max(turned.width, turned.height) > _WEBP_SIDE:
        raise RequestUnsupported("format", f"webp holds at most {_WEBP_SIDE} x {_WEBP_SIDE} pixels")


# --- pixels


def _space(pack: Pack, plan: Plan) -> str:
    """Name the colour space to decode to: what the encoder takes."""
    if pack.description.grey or plan.quality in (Quality.GRAY, Quality.BITONAL):
        return "GRAY"
    return "BGR" if plan.format is Format.PNG else "RGB"


def _sampled(pack: Pack, plan: Plan, top: int, bottom: int) -> Pixels:
    """Give rows of the result before rotation, from a top to a bottom row."""
    level, pyramid = plan.level, pack.pyramid
    width, height = plan.size.width, bottom - top
    down = plan.region.height / plan.size.height
    first, last = plan.region.y + top * down, plan.region.y + bottom * down
    x0, y0 = pyramid.place(level, plan.region.x, first)
    x1, y1 = pyramid.place(level, plan.region.right, last)
    wanted = box_outward(x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN)
    box = clip(wanted, pyramid.levels[level])
    assert box is not None, "a plan lies inside its level"
    pixels = pack.pixels(level, box, space=_space(pack, plan))
    step_x, step_y = (x1 - x0) / width, (y1 - y0) / height
    x, y = x0 - box.x, y0 - box.y
    if step_x == 1 and step_y == 1 and x % 1 == 0 and y % 1 == 0:
        return np.ascontiguousarray(pixels[int(y) : int(y) + height, int(x) : int(x) + width])
    if max(step_x, step_y) > _WARPED_STEP:
        # A kernel of fixed width would skip pixels: Lanczos over all that a pixel of the result covers.
        bounds = (x, y, min(x + step_x * width, box.width), min(y + step_y * height, box.height))
        image = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS, box=bounds)
        return _uint8(image)
    if curved := _curved(pack, plan, box, first, down, height):
        return _uint8(cv2.remap(pixels, *curved, interpolation=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
    # Centres of pixels lie at half coordinates.
    matrix = np.array([[step_x, 0, x + step_x / 2 - 0.5], [0, step_y, y + step_y / 2 - 0.5]])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return _uint8(cv2.warpAffine(pixels, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _curved(
    pack: Pack, plan: Plan, box: Box, first: float, down: float, height: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Give the place of each pixel of the result in the box, where the region reaches into stretched tiles."""
    left, top, across, along = pack.pyramid.stretch(plan.level)
    region = plan.region
    reaches_x = abs(across - 1) > 1e-9 and region.x < left < region.right
    reaches_y = abs(along - 1) > 1e-9 and region.y < top < region.bottom
    if not (reaches_x or reaches_y):
        return None
    step = region.width / plan.size.width
    factor = 1 << plan.level
    xs = region.x + (np.arange(plan.size.width) + 0.5) * step
    ys = first + (np.arange(height) + 0.5) * down
    xs = np.where(xs > left, (left + (xs - left) * across) / factor, xs / factor) - box.x - 0.5
    ys = np.where(ys > top, (top + (ys - top) * along) / factor, ys / factor) - box.y - 0.5
    map_x, map_y = np.meshgrid(xs.astype(np.float32), ys.astype(np.float32))
    return map_x, map_y


def _uint8(pixels: Any) -> Pixels:
    return np.asarray(pixels, np.uint8)


def _turned(pixels: Pixels, plan: Plan) -> tuple[Pixels, Pixels | None]:
    """Mirror and turn; between quarters, the ground is white, and transparent where the format can be."""
    rotation = plan.rotation
    if rotation.degrees % 90 == 0:
        return Turning(rotation.mirror, int(rotation.degrees // 90) % 4).turned(pixels), None
    pixels = Turning(rotation.mirror).turned(pixels)
    size, matrix = _turning(pixels, rotation)
    turned = _uint8(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)))
    if plan.format not in _TRANSPARENT or plan.quality is Quality.BITONAL:
        return turned, None
    full = np.full(pixels.shape[:2], 255, np.uint8)
    return turned, _uint8(cv2.warpAffine(full, matrix, size, flags=cv2.INTER_LINEAR))


def _turning(pixels: Pixels, rotation: Rotation) -> tuple[tuple[int, int], NDArray[np.float64]]:
    height, width = pixels.shape[:2]
    turned = turned_size(Size(width, height), rotation)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -float(rotation.degrees), 1.0)
    matrix[:, 2] += ((turned.width - width) / 2, (turned.height - height) / 2)
    return (turned.width, turned.height), np.asarray(matrix, np.float64)


def _toned(pixels: Pixels, pack: Pack, plan: Plan) -> Pixels:
    if plan.quality is not Quality.BITONAL:
        return pixels
    # One threshold for the whole page, or neighbouring tiles would not fit together.
    return _uint8(cv2.threshold(pixels, pack.description.threshold, 255, cv2.THRESH_BINARY)[1])


# --- bytes


def _encoded(pixels: Pixels, alpha: Pixels | None, plan: Plan, quality: int) -> bytes:
    bitonal = plan.quality is Quality.BITONAL
    if plan.format is Format.JPG:
        return _jpeg(pixels, quality)
    if plan.format is Format.PNG:
        return _png(pixels, alpha, bitonal=bitonal)
    image = Image.fromarray(pixels)
    options: dict[str, Any] = {}
    if alpha is not None:
        image.putalpha(Image.fromarray(alpha))
    elif bitonal and plan.format is not Format.WEBP:
        image = image.convert("1", dither=Image.Dither.NONE)
    if plan.format is Format.WEBP:
        options = {"quality": quality, "method": 0}
    elif plan.format is Format.TIF:
        options = {"compression": "group4" if image.mode == "1" else "tiff_lzw"}
    out = BytesIO()
    image.save(out, {Format.TIF: "TIFF", Format.GIF: "GIF", Format.WEBP: "WEBP"}[plan.format], **options)
    return out.getvalue()


def _jpeg(pixels: Pixels, quality: int) -> bytes:
    if pixels.ndim == 2:
        grey = np.ascontiguousarray(pixels)[:, :, np.newaxis]
        return bytes(simplejpeg.encode_jpeg(grey, quality=quality, colorspace="GRAY", colorsubsampling="Gray"))
    whole = np.ascontiguousarray(pixels)
    return bytes(simplejpeg.encode_jpeg(whole, quality=quality, colorspace="RGB", colorsubsampling="420"))


def _png(pixels: Pixels, alpha: Pixels | None, *, bitonal: bool) -> bytes:
    settings = [
        cv2.IMWRITE_PNG_COMPRESSION, 1,
        cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY,
        cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG,
    ]  # fmt: skip
    if bitonal:
        settings = [cv2.IMWRITE_PNG_BILEVEL, 1]
    if alpha is not None:
        coloured = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
        pixels = np.dstack([coloured, alpha])
    return bytes(cv2.imencode(".png", pixels, settings)[1].tobytes())


def _in_strips(pack: Pack, plan: Plan) -> bytes:
    """Make a JPEG strip by strip."""
    grey = _space(pack, plan) == "GRAY"
    side = restart.mcu_side(grey=grey)
    rows = max(side, STRIP_PIXELS // 4 // plan.size.width // side * side)
    interval = -(-plan.size.width // side)
    strips = []
    for top in range(0, plan.size.height, rows):
        bottom = min(top + rows, plan.size.height)
        pixels = _toned(_sampled(pack, plan, top, bottom), pack, plan)
        strips.append(restart.encode(pixels, quality=pack.description.parameters.quality, interval=interval))
    return restart.stack(strips, height=plan.size.height)
