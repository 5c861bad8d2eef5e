"""ZIP archives: those of strangers within bounds on names, count, sizes and compression; our own as a stream."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from transcriptions.errors import Unreadable

_CHUNK = 1 << 16
_LONGEST_NAME = 240
_DEEPEST = 12
_SMALL = 1 << 20
"""Bytes up to which a file may be compressed however much."""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    KeyError,
    IndexError,
    OverflowError,
)
"""What the standard library raises over damaged archives."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: files, bytes of one of them and of all when unpacked, and times that they grow."""

    files: int = 20_000
    file_bytes: int = 2 << 30
    total_bytes: int = 20 << 30
    growth: int = 250


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive: its path with "/", relative and without "..", and its size unpacked, in bytes."""

    name: str
    size: int


_LIMITS = Limits()


class Archive:
    """An archive whose names and sizes were checked before any of it is unpacked.

    `name` is what errors call it. Raises Unreadable where it is no ZIP, or one that must not be unpacked.
    """

    def __init__(self, file: BinaryIO | bytes, *, name: str, limits: Limits = _LIMITS) -> None:
        self._name = name
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
            listed = self._zip.infolist()
        except _FAILURES as error:
            raise Unreadable(f"{name} is no ZIP archive that can be read: {error}") from error
        if len(listed) > limits.files:
            raise Unreadable(f"{name} holds {len(listed):,} files; {limits.files:,} are allowed")
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._seen: set[str] = set()
        for info in listed:
            if not info.filename.endswith("/"):
                self._take(info)
        total = sum(info.file_size for info in self._infos.values())
        if total > limits.total_bytes:
            raise Unreadable(f"{name} holds {total:,} bytes unpacked; {limits.total_bytes:,} are allowed")

    def _take(self, info: zipfile.ZipInfo) -> None:
        path = self._path(info)
        said = f"{self._name}: {path}"
        # Two names that differ only in case are one file on some systems.
        if path.casefold() in self._seen:
            raise Unreadable(f"{said} is in the archive twice")
        self._seen.add(path.casefold())
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(f"{said} is encrypted; save the archive without a password")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Unreadable(f"{said} is a link; put the file itself into the archive")
        if info.compress_type not in _METHODS:
            raise Unreadable(f"{said} is compressed by a method that is not read; use deflate")
        if info.file_size > self._limits.file_bytes:
            raise Unreadable(f"{said} has {info.file_size:,} bytes; {self._limits.file_bytes:,} are allowed")
        if info.file_size > max(_SMALL, info.compress_size * self._limits.growth):
            raise Unreadable(
                f"{said} grows more than {self._limits.growth} times when unpacked; it is taken for a bomb"
            )
        self._infos[path] = info

    def _path(self, info: zipfile.ZipInfo) -> str:
        """Give the path of a file with "/"; one that could lead out of a folder is refused."""
        written = info.filename.replace("\\", "/")
        steps = written.split("/")
        bad = written.startswith("/") or _DRIVE.match(written) or ".." in steps or "" in steps or "." in steps
        if bad or any(character < " " or character == "\x7f" for character in written):
            raise Unreadable(f"{self._name} holds the path {written!r}, which could lead out of its folder")
        if len(written) > _LONGEST_NAME or len(steps) > _DEEPEST:
            raise Unreadable(f"{self._name} holds a path that is too long or too deep: {written[:80]!r}…")
        return written

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The files, in the archive's order."""
        return tuple(Entry(name, info.file_size) for name, info in self._infos.items())

    @property
    def names(self) -> Mapping[str, int]:
        """The sizes of the files by their paths."""
        return {name: info.file_size for name, info in self._infos.items()}

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a file piece by piece; never more than the size that the archive states. Raises Unreadable."""
        info = self._infos[name]
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _FAILURES as error:
            raise Unreadable(f"{self._name}: {name} is damaged: {error}") from error

    def read(self, name: str) -> bytes:
        """Unpack a file. Raises Unreadable where it is damaged."""
        return b"".join(self.chunks(name))


def looks_like(data: bytes) -> bool:
    """Say whether bytes begin as a ZIP archive does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


# --- writing


def write(entries: Iterable[tuple[str, Iterable[bytes]]], *, large: bool = False) -> Iterator[bytes]:
    """Stream a ZIP archive of named files; the same files give the same bytes.

    `large` allows for files beyond 2 GiB, by records that old programs do not know.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, chunks in entries:
            described = zipfile.ZipInfo(name, _EARLIEST)
            described.compress_type = zipfile.ZIP_DEFLATED
            described.external_attr = 0o644 << 16
            with archive.open(described, "w", force_zip64=large) as file:
                for chunk in chunks:
                    file.write(chunk)
                    yield from sink.drained()
            yield from sink.drained()
    yield from sink.drained()


class _Sink(io.RawIOBase):
    """Takes what an archive writes, until it is fetched; it can only go forward."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        """Say that it takes bytes."""
        return True

    def write(self, data: object) -> int:
        """Take bytes."""
        chunk = bytes(memoryview(data))  # type: ignore[arg-type]
        self._chunks.append(chunk)
        return len(chunk)

    def drained(self) -> list[bytes]:
        """Give what came since the last time."""
        chunks, self._chunks = self._chunks, []
        return chunks
