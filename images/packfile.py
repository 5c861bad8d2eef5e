"""The tile pack as bytes: a header that one leading read brings, then complete JPEG files at the offsets it lists.

0   magic, version, lengths of description and index, SHA-256 of both
64  description: JSON, padded with spaces
    index: offset, length and CRC-32 of every tile (level by level, row by row), then of every stored size
    the JPEG files, in any order
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from images.errors import PackDamaged
from images.geometry import Box, Size
from images.pyramid import Pyramid

MAGIC = b"STROKAPK"
VERSION = 1
_RECIPE = 2
"""Changes when tiles are made otherwise of the same parameters: then packs get other names; old ones are still read."""

LEADING_READ = 64 * 1024
"""Bytes that the first read of a pack asks for: the whole header of a page of up to 800 megapixels."""

_PREFIX = struct.Struct("<8sHHII12x32s")
_DESCRIPTION_BYTES = 1024
INDEX = np.dtype([("offset", "<u8"), ("length", "<u4"), ("check", "<u4")])


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a pack is made: tile side in pixels, JPEG quality, longest sides of the pictures stored whole."""

    tile: int = 512
    quality: int = 90
    sizes: tuple[int, ...] = (200, 400, 1024)


@dataclass(frozen=True, slots=True)
class View:
    """What of a master is shown: page of a file with several, crop in its upright pixels, clockwise quarter turns."""

    crop: Box | None = None
    quarters: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Description:
    """What a pack says of itself; `threshold` divides ink from paper (0..255), `master` is the master's SHA-256."""

    master: str
    view: View
    parameters: Parameters
    size: Size
    grey: bool
    sizes: tuple[Size, ...]
    threshold: int

    @property
    def pyramid(self) -> Pyramid:
        """Its levels."""
        return Pyramid(self.size, self.parameters.tile)


@dataclass(frozen=True, slots=True)
class Header:
    """Description and index of a pack."""

    description: Description
    index: NDArray[np.void]


_DESCRIPTIONS = msgspec.json.Decoder(Description)


def pack_name(master: str, view: View, parameters: Parameters) -> str:
    """Name the pack that a view of a master gives with these parameters: 40 hexadecimal digits."""
    said = msgspec.json.encode((_RECIPE, master, view, parameters))
    return hashlib.sha256(said).hexdigest()[:40]


def header_length(entries: int) -> int:
    """Say how many bytes the header of a pack with so many entries takes."""
    return _PREFIX.size + _DESCRIPTION_BYTES + entries * INDEX.itemsize


def encode(header: Header) -> bytes:
    """Write a header."""
    said = msgspec.json.encode(header.description)
    if len(said) > _DESCRIPTION_BYTES:
        raise ValueError(f"a pack's description has {len(said)} bytes; {_DESCRIPTION_BYTES} are reserved")
    body = said.ljust(_DESCRIPTION_BYTES) + header.index.tobytes()
    digest = hashlib.sha256(body).digest()
    index_bytes = len(body) - _DESCRIPTION_BYTES
    return _PREFIX.pack(MAGIC, VERSION, 0, _DESCRIPTION_BYTES, index_bytes, digest) + body


def wanted_length(start: bytes) -> int:
    """Say how long the header is whose first bytes these are. Raises PackDamaged where they are not a pack's."""
    if len(start) < _PREFIX.size:
        raise PackDamaged("a tile pack is shorter than its header")
    magic, version, _, description, index, _ = _PREFIX.unpack_from(start)
    if magic != MAGIC:
        raise PackDamaged("a file in the place of a tile pack is none")
    if version != VERSION:
        raise PackDamaged(f"a tile pack has version {version}; this program reads version {VERSION}")
    return _PREFIX.size + int(description) + int(index)


def decode(data: bytes, *, file_length: int) -> Header:
    """Read a header that is there in full. Raises PackDamaged where anything in it is not as it must be."""
    if len(data) < wanted_length(data):
        raise PackDamaged("a tile pack is shorter than its header says")
    *_, length, index_bytes, digest = _PREFIX.unpack_from(data)
    body = data[_PREFIX.size : _PREFIX.size + length + index_bytes]
    if hashlib.sha256(body).digest() != digest:
        raise PackDamaged("the header of a tile pack does not have the checksum that it names")
    try:
        description = _DESCRIPTIONS.decode(body[:length])
        index = np.frombuffer(body[length:], INDEX)
        entries = description.pyramid.tiles + len(description.sizes)
    except (msgspec.MsgspecError, ValueError) as error:
        raise PackDamaged(f"the header of a tile pack cannot be read: {error}") from error
    ends = index["offset"] + index["length"]
    if len(index) != entries or (ends > file_length).any():
        raise PackDamaged("a tile pack is shorter than its index says")
    return Header(description, index)
