"""What a source of packs and a cache of derivatives must offer."""

from __future__ import annotations

from typing import Protocol


class Source(Protocol):
    """A file, or an object in an object store, that is read at offsets; from several threads at once."""

    def length(self) -> int:
        """Give its length in bytes."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Read bytes from an offset on; fewer where it ends."""
        ...

    def read_at_once(self, offset: int, length: int) -> bytes | None:
        """Read bytes where that takes no waiting for a disk or a network, or else give None."""
        ...


class Cache(Protocol):
    """Keeps answers that are dear to make; what it holds may go at any time."""

    def load(self, key: str) -> bytes | None:
        """Give what is kept under a key, or None."""
        ...

    def save(self, key: str, data: bytes) -> None:
        """Keep bytes under a key; that nothing is kept is no error."""
        ...
