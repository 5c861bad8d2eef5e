"""Renders a plan out of a pack: the stored image where the plan names one, else decode, resize, treat, encode.

Only the restart intervals that the region touches are decoded, once, from the nearest finer level. Large JPEG results
are made in strips that are joined at restart markers, so that their size costs time but no memory.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from images import jpeg, restart
from images.errors import RequestUnsupported
from images.geometry import Box, Point, Size, clip
from images.iiif.plan import Plan, turned_size
from images.iiif.request import Format, Quality, Rotation
from images.iiif.resample import resample, window
from images.pack import Pack
from images.pyramid import Axis
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

_WEBP_QUALITY = 85
"""Of WebP results."""

FINE_PIXELS = 1 << 20
"""Results of more pixels, which take longest, are resampled by the faster filter."""

_SHRUNK = 4
_BAND_PIXELS = 1 << 22
_SIDES = {Format.WEBP: 16383, Format.JPG: jpeg.LONGEST, Format.GIF: 65535}
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
    return _encoded(_toned(pixels, pack, plan), alpha, plan)


def _check_codec(plan: Plan) -> None:
    turned = turned_size(plan.size, plan.rotation)
    side = _SIDES.get(plan.format)
    if side is not None and max(turned.width, turned.height) > side:
        raise RequestUnsupported("format", f"{plan.format} holds at most {side} x {side} pixels")


# --- pixels


def _space(pack: Pack, plan: Plan) -> str:
    """Name the colour space to decode to: what the encoder takes."""
    if pack.description.grey or plan.quality in (Quality.GRAY, Quality.BITONAL):
        return "GRAY"
    return "BGR" if plan.format is Format.PNG else "RGB"


def _sampled(pack: Pack, plan: Plan, top: int, bottom: int) -> Pixels:
    """Give rows of the result before rotation, from a top to a bottom row."""
    region, size, pyramid = plan.region, plan.size, pack.pyramid
    down = region.height / size.height
    across = pyramid.across(plan.level, Axis(region.x, region.width / size.width, size.width))
    along = pyramid.along(plan.level, Axis(region.y + top * down, down, bottom - top))
    box = clip(window(across, along), pyramid.levels[plan.level])
    assert box is not None, "a plan lies inside its level"
    factors = max(_factor(x) for x in across), max(_factor(y) for y in along)
    pixels, box = _decoded(pack, plan, box, factors)
    corner = Point(box.x, box.y)
    columns, rows = (
        [_reduced(axis, factor) for axis in axes] for axes, factor in zip((across, along), factors, strict=True)
    )
    fine = size.area <= FINE_PIXELS or plan.quality is Quality.BITONAL
    parts = [[resample(pixels, corner, x, y, fine=fine, halved=plan.level > 0) for x in columns] for y in rows]
    joined = [row[0] if len(row) == 1 else np.concatenate(row, axis=1) for row in parts]
    return joined[0] if len(joined) == 1 else np.concatenate(joined)


def _factor(axis: Axis) -> int:
    """Say by how much an axis can be reduced beforehand, in pieces: much only where a size is distorted."""
    return max(1, int(axis.step) // _SHRUNK)


def _reduced(axis: Axis, factor: int) -> Axis:
    return axis if factor == 1 else Axis(axis.start / factor, axis.step / factor, axis.count)


def _decoded(pack: Pack, plan: Plan, box: Box, factors: tuple[int, int]) -> tuple[Pixels, Box]:
    """Decode a box of the plan's level, reduced by whole factors; give the pixels, and the box in their measure."""
    if factors == (1, 1):
        return pack.pixels(plan.level, box, space=_space(pack, plan)), box
    return _shrunk(pack, plan.level, box, _space(pack, plan), factors)


def _shrunk(pack: Pack, level: int, box: Box, space: str, factors: tuple[int, int]) -> tuple[Pixels, Box]:
    """Decode a box band by band, each reduced by whole factors; give the pixels and the box in their measure."""
    across, along = factors
    x, y = box.x // across, box.y // along
    width, height = -(-box.right // across) - x, -(-box.bottom // along) - y
    pixels: list[Pixels] = []
    rows = max(1, _BAND_PIXELS // box.width // along)
    for top in range(y, y + height, rows):
        bottom = min(top + rows, y + height)
        band = Box(x * across, top * along, width * across, (bottom - top) * along)
        inside = clip(band, pack.pyramid.levels[level])
        assert inside is not None, "a band begins inside its level"
        decoded = pack.pixels(level, inside, space=space)
        missing = band.height - inside.height, band.width - inside.width
        if any(missing):
            decoded = _uint8(cv2.copyMakeBorder(decoded, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE))
        pixels.append(_uint8(cv2.resize(decoded, (width, bottom - top), interpolation=cv2.INTER_AREA)))
    return np.concatenate(pixels), Box(x, y, width, height)


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


def _encoded(pixels: Pixels, alpha: Pixels | None, plan: Plan) -> bytes:
    bitonal = plan.quality is Quality.BITONAL
    if plan.format is Format.JPG:
        return jpeg.encode(pixels, table=jpeg.RESULT)
    if plan.format is Format.PNG:
        return _png(pixels, alpha, bitonal=bitonal)
    image = Image.fromarray(pixels)
    options: dict[str, Any] = {}
    if alpha is not None:
        image.putalpha(Image.fromarray(alpha))
    elif bitonal and plan.format is not Format.WEBP:
        image = image.convert("1", dither=Image.Dither.NONE)
    if plan.format is Format.WEBP:
        # Two shades take a third of the time without loss, and a sixth of the bytes.
        options = {"lossless": True, "quality": 0} if bitonal else {"quality": _WEBP_QUALITY}
        options["method"] = 0
    elif plan.format is Format.TIF:
        options = {"compression": "group4" if image.mode == "1" else "tiff_lzw"}
    out = BytesIO()
    image.save(out, {Format.TIF: "TIFF", Format.GIF: "GIF", Format.WEBP: "WEBP"}[plan.format], **options)
    return out.getvalue()


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
        strips.append(jpeg.encode(pixels, table=jpeg.RESULT, interval=interval))
    return restart.stack(strips, height=plan.size.height)
