"""Ids: 128 bits, time-ordered, written in lower-case base32 (26 characters), never re-used.

Pure code never mints: whoever composes the service passes a mint in. The first 48 bits are milliseconds since
1970, so that ids sort by time; the rest is random.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NewType

DocumentId = NewType("DocumentId", str)
PartId = NewType("PartId", str)
PageId = NewType("PageId", str)
LineId = NewType("LineId", str)
StrokeId = NewType("StrokeId", str)
TextId = NewType("TextId", str)
SegmentId = NewType("SegmentId", str)
MarkId = NewType("MarkId", str)
LinkId = NewType("LinkId", str)
BeadId = NewType("BeadId", str)
HandId = NewType("HandId", str)

Mint = Callable[[], str]
"""A source of fresh ids."""

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
"""RFC 4648's base32 characters in ASCII order, so that ids sort by time as plain text."""

_ID = re.compile(r"[a-z2-7]{26}")
_DOCUMENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,63}")


def compose_id(milliseconds: int, randomness: bytes) -> str:
    """Write a time (ms since 1970) and ten random bytes as an id."""
    if len(randomness) != 10:
        raise ValueError("an id takes ten random bytes")
    value = (milliseconds & ((1 << 48) - 1)) << 80 | int.from_bytes(randomness)
    return "".join(ALPHABET[(value << 2) >> shift & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Say whether the text has the form of an id."""
    return _ID.fullmatch(text) is not None


def id_in(name: str, prefix: str) -> str | None:
    """Read an id of ours off the name that a file bears it under, behind a prefix; None for any other name."""
    id = name.removeprefix(prefix)
    return id if name != id and is_id(id) else None


def is_document_id(text: str) -> bool:
    """Say whether the text may name a document: an id of ours or a slug given in `document.toml`."""
    return _DOCUMENT_ID.fullmatch(text) is not None
