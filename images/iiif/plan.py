"""Plans the answer to an image request: which stored image, or which level and region, size and treatment.

A plan is a value, made before any pixel is read, and the key of what is cached.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from images.errors import RequestInvalid
from images.geometry import Box, Size
from images.iiif.request import (
    Format,
    ImageRequest,
    Quality,
    Region,
    RegionKind,
    Rotation,
    Scale,
    SizeKind,
    Version,
    write_rotation,
)
from images.pyramid import Shape, round_half_up


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest result that is given; by default a whole A3 page at 600 dpi (7016 x 9921) passes."""

    width: int = 10000
    height: int = 10000
    area: int = 75_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How a request is answered: `stored` numbers an image of the pack to send as it is; else `level` is rendered.

    `region` is in pixels of the whole page; `size` is that before rotation. `quality` is never COLOR, and never GRAY
    for a page that is grey anyhow. `canonical` is the canonical path of the request, after the identifier.
    """

    region: Box
    size: Size
    level: int
    rotation: Rotation
    quality: Quality
    format: Format
    stored: int | None
    canonical: str

    @property
    def key(self) -> str:
        """Name what is answered: equal for all requests that get the same bytes."""
        box, size, turn = self.region, self.size, self.rotation
        return (
            f"{box.x},{box.y},{box.width},{box.height}/{size.width},{size.height}/"
            f"{write_rotation(turn)}/{self.quality}.{self.format}"
        )

    @property
    def work(self) -> int:
        """Say how many pixels are decoded, and how many encoded, to answer it."""
        if self.stored is not None:
            return 0
        return (self.region.area >> (2 * self.level)) + self.size.area

    @property
    def held(self) -> int:
        """Say how many pixels of the result are held in memory at once, where it cannot be made in strips."""
        if self.stored is not None or (self.format is Format.JPG and self.rotation.is_none):
            return 0
        return self.size.area + turned_size(self.size, self.rotation).area


def plan(request: ImageRequest, shape: Shape, *, limits: Limits) -> Plan:
    """Plan the answer for an image of this shape. Raises RequestInvalid for what no answer can be."""
    page = shape.pyramid.size
    region = _region(request.region, page)
    size = _size(request, region, limits)
    quality = request.quality
    if quality is Quality.COLOR or (quality is Quality.GRAY and shape.grey):
        quality = Quality.DEFAULT
    rotation = request.rotation
    if not rotation.is_none:
        rotation = Rotation(rotation.degrees % 360, rotation.mirror)
        _check_turned(size, rotation, limits)
    stored = None
    if rotation.is_none and quality is Quality.DEFAULT and request.format is Format.JPG:
        stored, size = _stored(request, shape, region, size)
    return Plan(
        region=region,
        size=size,
        level=_level(shape, region, size) if stored is None else 0,
        rotation=rotation,
        quality=quality,
        format=request.format,
        stored=stored,
        canonical=_canonical(request, rotation, quality, region, size, page, limits),
    )


# --- region


def _region(region: Region, page: Size) -> Box:
    match region.kind:
        case RegionKind.FULL:
            return page.box
        case RegionKind.SQUARE:
            side = min(page.width, page.height)
            return Box((page.width - side) // 2, (page.height - side) // 2, side, side)
        case RegionKind.PIXELS:
            x, y, width, height = (int(number) for number in (region.x, region.y, region.width, region.height))
        case _:
            x, width = (_round(page.width * Fraction(part) / 100) for part in (region.x, region.width))
            y, height = (_round(page.height * Fraction(part) / 100) for part in (region.y, region.height))
    if x >= page.width or y >= page.height:
        raise RequestInvalid("region", f"lies outside the image of {page.width} x {page.height} pixels")
    width, height = min(width, page.width - x), min(height, page.height - y)
    if width < 1 or height < 1:
        raise RequestInvalid("region", "is less than one pixel wide or high")
    return Box(x, y, width, height)


def _round(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


# --- size


def _size(request: ImageRequest, region: Box, limits: Limits) -> Size:
    scale = request.size
    width, height = _wanted(request, region, limits)
    if width < 1 or height < 1:
        raise RequestInvalid("size", "is less than one pixel wide or high")
    if not scale.enlarge and (width > region.width or height > region.height):
        said = "ask with ^ for that" if request.version is Version.THREE else "it is not enlarged"
        raise RequestInvalid("size", f"is larger than the region of {region.width} x {region.height}; {said}")
    if not _within(width, height, limits):
        said = f"{limits.width} x {limits.height}, and {limits.area} pixels in all"
        raise RequestInvalid("size", f"{width} x {height} is larger than what is given here: {said}")
    return Size(width, height)


def _within(width: int, height: int, limits: Limits) -> bool:
    return width <= limits.width and height <= limits.height and width * height <= limits.area


def _wanted(request: ImageRequest, region: Box, limits: Limits) -> tuple[int, int]:
    scale = request.size
    match scale.kind:
        case SizeKind.FULL:
            return region.width, region.height
        case SizeKind.MAX:
            return _largest(region, limits, None if scale.enlarge else 1)
        case SizeKind.WIDTH:
            return scale.width, _in_proportion(region.height, scale.width, region.width)
        case SizeKind.HEIGHT:
            return _in_proportion(region.width, scale.height, region.height), scale.height
        case SizeKind.PERCENT:
            if scale.percent > 100 and not scale.enlarge:
                raise RequestInvalid("size", "is larger than the region; ask with ^ for that")
            factor = Fraction(scale.percent) / 100
            return _round(region.width * factor), _round(region.height * factor)
        case SizeKind.EXACT:
            return scale.width, scale.height
        case _:
            factor = min(Fraction(scale.width, region.width), Fraction(scale.height, region.height))
            if not scale.enlarge:
                factor = min(factor, Fraction(1))
            width, height = _round(region.width * factor), _round(region.height * factor)
            if width < 1 or height < 1:
                # A sliver confined to a box keeps one pixel, so that thumbnails of it can be had.
                width, height = max(1, width), max(1, height)
            return (width, height) if _within(width, height, limits) else _largest(region, limits, factor)


def _in_proportion(length: int, part: int, whole: int) -> int:
    return round_half_up(length * part, whole)


def _largest(region: Box, limits: Limits, factor: Fraction | int | None) -> tuple[int, int]:
    """Give the largest size within the limits that keeps the proportions, and no larger than by `factor`."""
    if factor == 1 and _within(region.width, region.height, limits):
        return region.width, region.height
    largest = min(Fraction(limits.width, region.width), Fraction(limits.height, region.height))
    if factor is not None:
        largest = min(largest, Fraction(factor))
    width, height = max(1, _round(region.width * largest)), max(1, _round(region.height * largest))
    if width * height <= limits.area:
        return width, height
    root = math.isqrt(limits.area * region.width // region.height)
    return max(1, root), max(1, min(limits.area // max(1, root), _round(Fraction(region.height * root, region.width))))


def turned_size(size: Size, rotation: Rotation) -> Size:
    """Give the size of a result after rotation: all of it is shown."""
    degrees = float(rotation.degrees)
    if degrees % 180 == 0:
        return size
    if degrees % 90 == 0:
        return Size(size.height, size.width)
    angle = math.radians(degrees)
    sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
    width, height = size.width * cosine + size.height * sine, size.width * sine + size.height * cosine
    return Size(max(1, math.ceil(width - 1e-6)), max(1, math.ceil(height - 1e-6)))


def _check_turned(size: Size, rotation: Rotation, limits: Limits) -> None:
    turned = turned_size(size, rotation)
    if rotation.degrees % 90 and turned.area > limits.area:
        raise RequestInvalid("rotation", f"gives {turned.area} pixels; at most {limits.area} are given here")


# --- level and stored image


def _level(shape: Shape, region: Box, size: Size) -> int:
    """Choose the coarsest level that holds the region at no less than the wanted size, but for rounding."""
    for level in range(len(shape.pyramid.levels) - 1, 0, -1):
        if _holds(region.width, size.width << level) and _holds(region.height, size.height << level):
            return level
    return 0


def _holds(length: int, wanted: int) -> bool:
    """Say whether a length is as long as is wanted; sizes that were rounded up may want a hundredth more."""
    return 100 * wanted <= 101 * length


def _stored(request: ImageRequest, shape: Shape, region: Box, size: Size) -> tuple[int | None, Size]:
    """Find the stored image that shows the region at the size.

    Where the request names one side and the other follows, a stored tile answers that is a pixel off on the other:
    viewers ask for tiles so, and draw them at the tile's size.
    """
    pyramid = shape.pyramid
    page = pyramid.size
    if (region.width, region.height) == (page.width, page.height) and size in shape.sizes:
        return pyramid.tiles + shape.sizes.index(size), size
    right, bottom = page.width - region.x, page.height - region.y
    for level in range(len(pyramid.levels)):
        side = pyramid.tile << level
        if region.x % side or region.y % side:
            break
        # The part of the page that a tile at this place shows: see Pyramid.tile_region.
        if region.width != min(side, right) or region.height != min(side, bottom):
            continue
        columns, rows = pyramid.grid(level)
        column, row = region.x // side, region.y // side
        if column >= columns or row >= rows:
            continue
        box = pyramid.tile_box(level, column, row)
        if _answers(request.size, box, size):
            return pyramid.number(level, column, row), Size(box.width, box.height)
    return None, size


def _answers(asked: Scale, box: Box, size: Size) -> bool:
    off = abs(box.width - size.width), abs(box.height - size.height)
    match asked.kind:
        case SizeKind.WIDTH:
            return off[0] == 0 and off[1] <= 1
        case SizeKind.HEIGHT:
            return off[0] <= 1 and off[1] == 0
        case _:
            return off == (0, 0)


# --- canonical form


def _canonical(
    request: ImageRequest, rotation: Rotation, quality: Quality, region: Box, size: Size, page: Size, limits: Limits
) -> str:
    """Write the canonical path (section 4.7 of both versions)."""
    whole = (region.width, region.height) == (page.width, page.height)
    place = "full" if whole else f"{region.x},{region.y},{region.width},{region.height}"
    end = f"{write_rotation(rotation)}/{quality}.{request.format}"
    if request.version is Version.THREE:
        enlarged = size.width > region.width or size.height > region.height
        largest = (size.width, size.height) == _largest(region, limits, 1)
        named = "max" if largest else f"{'^' * enlarged}{size.width},{size.height}"
        return f"{place}/{named}/{end}"
    if (size.width, size.height) == (region.width, region.height):
        return f"{place}/full/{end}"
    kept = _in_proportion(region.height, size.width, region.width) == size.height
    return f"{place}/{size.width},{'' if kept else size.height}/{end}"
