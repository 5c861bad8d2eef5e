"""Keeps rendered images that were dear to make, as files of bounded total size; safe between threads and processes.

A file is written beside its place and moved there whole; its last bytes hold length and CRC-32 of the rest, so that
a damaged one counts as missing. When the total grows past the bound, what was not used for longest goes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import threading
import time
import zlib
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

_TRAILER = struct.Struct("<QI")
_TOUCH_SECONDS = 3600.0
_LEFT = 0.8


class FolderCache:
    """A cache in a folder of at most about `max_bytes`; 0 keeps nothing."""

    def __init__(self, root: Path, *, max_bytes: int) -> None:
        self._root, self._limit = root, max_bytes
        self._lock = threading.Lock()
        self._written = max_bytes  # Looked at with the first save.
        if max_bytes:
            root.mkdir(parents=True, exist_ok=True)

    def load(self, key: str) -> bytes | None:
        """Give what is kept under a key, or None."""
        if not self._limit:
            return None
        path = self._path(key)
        try:
            with path.open("rb") as file:
                data = file.read()
                used = os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        body = data[: -_TRAILER.size]
        if len(data) < _TRAILER.size or _TRAILER.unpack(data[-_TRAILER.size :]) != (len(body), zlib.crc32(body)):
            with suppress(OSError):
                path.unlink()
            return None
        if time.time() - used > _TOUCH_SECONDS:
            with suppress(OSError):
                os.utime(path)
        return body

    def save(self, key: str, data: bytes) -> None:
        """Keep bytes under a key. That the disk is full or the folder is gone is no error."""
        if not self._limit or len(data) > self._limit // 4:
            return
        path = self._path(key)
        temporary = path.with_name(f".{uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("xb") as file:
                file.write(data)
                file.write(_TRAILER.pack(len(data), zlib.crc32(data)))
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            return
        self._account(len(data))

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._root / name[:2] / name[2:42]

    def _account(self, length: int) -> None:
        """Look at the folder whenever a twentieth of the bound was written since the last time."""
        with self._lock:
            self._written += length
            if self._written < self._limit // 20:
                return
            self._written = 0
        with suppress(OSError), (self._root / ".lock").open("wb") as lock:
            # One process at a time; the others need not wait for it.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._shrink()

    def _shrink(self) -> None:
        files: list[tuple[float, int, str]] = []
        for folder in os.scandir(self._root):
            if folder.is_dir(follow_symlinks=False):
                for entry in os.scandir(folder):
                    with suppress(OSError):
                        found = entry.stat(follow_symlinks=False)
                        files.append((found.st_mtime, found.st_size, entry.path))
        total = sum(size for _, size, _ in files)
        if total <= self._limit:
            return
        for _, size, path in sorted(files):
            with suppress(OSError):
                Path(path).unlink()
            total -= size
            if total <= self._limit * _LEFT:
                return
