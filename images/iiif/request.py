"""Parses Image API request paths, version 3.0 (section 4) and 2.1.1, into values, and writes values as paths.

A request is syntax only: whether an image can answer it is decided by `images.iiif.plan`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import lru_cache

from images.errors import RequestInvalid, RequestUnsupported

ZERO = Decimal(0)


class Version(IntEnum):
    """A major version of the Image API."""

    TWO = 2
    THREE = 3


class Quality(StrEnum):
    """How colours are rendered."""

    DEFAULT = "default"
    COLOR = "color"
    GRAY = "gray"
    BITONAL = "bitonal"


class Format(StrEnum):
    """Formats that are offered."""

    JPG = "jpg"
    PNG = "png"
    WEBP = "webp"
    TIF = "tif"
    GIF = "gif"


class RegionKind(StrEnum):
    """The forms of a region."""

    FULL = "full"
    SQUARE = "square"
    PIXELS = "pixels"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Region:
    """A region as asked for; the numbers (x, y, width, height) mean pixels, which are whole, or percent, by kind."""

    kind: RegionKind
    x: Decimal | int = 0
    y: Decimal | int = 0
    width: Decimal | int = 0
    height: Decimal | int = 0


class SizeKind(StrEnum):
    """The forms of a size; FULL is version 2's, and never reduced to the limits."""

    FULL = "full"
    MAX = "max"
    WIDTH = "width"
    HEIGHT = "height"
    PERCENT = "percent"
    EXACT = "exact"
    CONFINED = "confined"


@dataclass(frozen=True, slots=True)
class Scale:
    """A size as asked for; `enlarge` says that the result may be larger than the region (`^`, always in version 2)."""

    kind: SizeKind
    width: int = 0
    height: int = 0
    percent: Decimal = ZERO
    enlarge: bool = False


@dataclass(frozen=True, slots=True)
class Rotation:
    """Mirroring about the vertical axis, then degrees clockwise, 0..360."""

    degrees: Decimal = ZERO
    mirror: bool = False

    @property
    def is_none(self) -> bool:
        """Say whether nothing is mirrored or turned."""
        return not self.degrees and not self.mirror


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A parsed request."""

    version: Version
    region: Region
    size: Scale
    rotation: Rotation
    quality: Quality
    format: Format


_INTEGER = r"(0|[1-9]\d{0,8})"
_DECIMAL = r"(\d{1,9}(?:\.\d{1,10})?|\.\d{1,10})"
_PIXELS = re.compile(rf"{_INTEGER},{_INTEGER},{_INTEGER},{_INTEGER}", re.ASCII)
_PERCENT = re.compile(rf"pct:{_DECIMAL},{_DECIMAL},{_DECIMAL},{_DECIMAL}", re.ASCII)
_SIZE = re.compile(rf"(!?)(?:{_INTEGER})?,(?:{_INTEGER})?", re.ASCII)
_SIZE_PERCENT = re.compile(rf"pct:{_DECIMAL}", re.ASCII)
_ROTATION = re.compile(rf"(!?){_DECIMAL}", re.ASCII)

KNOWN_FORMATS = ("jpg", "tif", "png", "gif", "jp2", "pdf", "webp")
"""Every format that the specification names (3.0 section 4.6)."""


_QUALITIES = {each.value: each for each in Quality}
_FORMATS = {each.value: each for each in Format}

_REMEMBERED = 1024
"""Sizes and rotations that are not parsed again: viewers ask for many tiles with the same. All are short."""

_SIZES = {
    Version.TWO: "is full, max, w,  ,h  pct:n  w,h or !w,h",
    Version.THREE: "is max, w,  ,h  pct:n  w,h or !w,h, each also with ^",
}


def parse(version: Version, region: str, size: str, rotation: str, file: str) -> ImageRequest:
    """Parse the four last segments of an image request, already percent-decoded.

    Raises RequestInvalid, which names the segment that breaks the syntax, and RequestUnsupported for a format of the
    specification that is not offered.
    """
    quality, dot, format = file.rpartition(".")
    if not dot:
        raise RequestInvalid("format", "the last part is quality.format, as in default.jpg")
    return ImageRequest(
        version=version,
        region=_parse_region(region),
        size=_parse_size(version, size),
        rotation=_parse_rotation(rotation),
        quality=_parse_quality(version, quality),
        format=_parse_format(format),
    )


def _parse_region(text: str) -> Region:
    if text in ("full", "square"):
        return Region(RegionKind(text))
    region: Region | None = None
    if found := _PIXELS.fullmatch(text):
        region = Region(RegionKind.PIXELS, *map(int, found.groups()))
    elif found := _PERCENT.fullmatch(text):
        region = Region(RegionKind.PERCENT, *map(Decimal, found.groups()))
    if region is None:
        raise RequestInvalid("region", "is full, square, x,y,w,h in whole pixels, or pct:x,y,w,h")
    if not region.width or not region.height:
        raise RequestInvalid("region", "width and height of a region are more than 0")
    return region


@lru_cache(_REMEMBERED)
def _parse_size(version: Version, text: str) -> Scale:
    enlarge = version is Version.TWO
    if version is Version.THREE and text.startswith("^"):
        enlarge, text = True, text[1:]
    if text == "full" and version is Version.TWO:
        return Scale(SizeKind.FULL)
    if text == "max":
        return Scale(SizeKind.MAX, enlarge=enlarge and version is Version.THREE)
    if found := _SIZE_PERCENT.fullmatch(text):
        if not Decimal(found[1]):
            raise RequestInvalid("size", "a size in percent is more than 0")
        return Scale(SizeKind.PERCENT, percent=Decimal(found[1]), enlarge=enlarge)
    found = _SIZE.fullmatch(text)
    if found is None:
        raise RequestInvalid("size", _SIZES[version])
    confined, width, height = found[1] == "!", found[2], found[3]
    if (confined and not (width and height)) or not (width or height):
        raise RequestInvalid("size", "names a width, a height or both; with ! it names both")
    if width == "0" or height == "0":
        raise RequestInvalid("size", "width and height are at least 1")
    kind = SizeKind.EXACT if width and height else SizeKind.WIDTH if width else SizeKind.HEIGHT
    return Scale(SizeKind.CONFINED if confined else kind, int(width or 0), int(height or 0), enlarge=enlarge)


@lru_cache(_REMEMBERED)
def _parse_rotation(text: str) -> Rotation:
    found = _ROTATION.fullmatch(text)
    if found is None or Decimal(found[2]) > 360:
        raise RequestInvalid("rotation", "is a number of degrees from 0 to 360, after ! where it is mirrored first")
    return Rotation(Decimal(found[2]), found[1] == "!")


def _parse_quality(version: Version, text: str) -> Quality:
    if text == "native" and version is Version.TWO:
        return Quality.DEFAULT
    quality = _QUALITIES.get(text)
    if quality is None:
        raise RequestInvalid("quality", f"is one of {', '.join(Quality)}")
    return quality


def _parse_format(text: str) -> Format:
    format = _FORMATS.get(text)
    if format is not None:
        return format
    offered = f"is one of {', '.join(Format)}"
    if text in KNOWN_FORMATS:
        raise RequestUnsupported("format", f"{offered}; {text} is not offered")
    raise RequestInvalid("format", offered)


def write(request: ImageRequest) -> str:
    """Write a request as the four segments of its path."""
    return "/".join(
        (
            _write_region(request.region),
            _write_size(request.version, request.size),
            write_rotation(request.rotation),
            f"{request.quality}.{request.format}",
        )
    )


def _write_region(region: Region) -> str:
    numbers = (region.x, region.y, region.width, region.height)
    match region.kind:
        case RegionKind.PIXELS:
            return ",".join(str(int(number)) for number in numbers)
        case RegionKind.PERCENT:
            return "pct:" + ",".join(write_number(number) for number in numbers)
        case _:
            return region.kind.value


def _write_size(version: Version, size: Scale) -> str:
    sign = "^" if size.enlarge and version is Version.THREE else ""
    match size.kind:
        case SizeKind.FULL:
            return "full"
        case SizeKind.MAX:
            return sign + "max"
        case SizeKind.PERCENT:
            return f"{sign}pct:{write_number(size.percent)}"
        case SizeKind.CONFINED:
            return f"{sign}!{size.width},{size.height}"
        case _:
            return f"{sign}{size.width or ''},{size.height or ''}"


def write_rotation(rotation: Rotation) -> str:
    """Write a rotation segment."""
    return ("!" if rotation.mirror else "") + write_number(rotation.degrees)


def write_number(number: Decimal | int) -> str:
    """Write a number as the specification asks: digits, a point where needed, no trailing zeros."""
    if not number:
        return "0"
    return f"{number:.10f}".rstrip("0").rstrip(".")
