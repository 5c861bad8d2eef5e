"""What keeps masters and packs, and the folder that does: from a staging area, an ingest keeps all or nothing.

Masters are named by their SHA-256 and never changed; packs are named by what they are made of. So the same file is
stored once, and whatever a killed ingest left behind is either whole or in the staging area.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from images.errors import ImageRefused, ImageUnknown
from images.geometry import Size
from images.masters import checksum
from images.pack import Pack, open_pack, sync_folder

OPEN_PACKS = 256
"""Packs whose index and file handle are kept; some 20 KiB each for pages of 35 megapixels."""

FRESH_SECONDS = 1.0
"""How long an opened pack is used before its file is looked at again."""

_NAME = re.compile(r"[0-9a-f]{4,128}", re.ASCII)
_LOCK = ".lock"
_CHUNK = 1 << 20


class Store(Protocol):
    """Where masters and packs are kept; safe to share between threads and processes."""

    def add_master(self, source: Path) -> str:
        """Copy a master in, and give its SHA-256; one that is there already is left as it is."""
        ...

    def keep_master(self, checksum: str, source: Path) -> None:
        """Copy a master of this SHA-256 in, whole or not at all; one that is there already is left as it is.

        Raises ImageRefused where the file has another checksum by now.
        """
        ...

    def has_pack(self, name: str) -> bool:
        """Say whether a pack is kept."""
        ...

    def add_pack(self, file: Path, name: str) -> None:
        """Take a pack's file over; it is no longer where it was."""
        ...

    def open_pack(self, name: str) -> Pack:
        """Open a pack; its index stays in memory while it is in use. Raises ImageUnknown or PackDamaged."""
        ...

    def held_pack(self, name: str) -> Pack | None:
        """Give a pack that is open and was looked at a moment ago, without touching a disk or a network."""
        ...

    def pack_size(self, name: str) -> Size:
        """Give the size of what a pack shows."""
        ...

    def staging(self) -> AbstractContextManager[Staging]:
        """Open a staging area; what killed processes left in older ones is swept out first."""
        ...


@dataclass(slots=True)
class Staging:
    """Packs and masters that are not kept yet; they are dropped when the block ends, unless `keep` was called.

    A pack belongs to the staging area when its file lies in the folder `path` under its name.
    """

    store: Store
    path: Path
    masters: dict[str, Path] = field(default_factory=dict)

    def pack_path(self, name: str) -> Path:
        """Say where a pack of this name is to be made."""
        return self.path / name

    def add_master(self, checksum: str, source: Path) -> None:
        """Note a master that is to be kept."""
        self.masters[checksum] = source

    def keep(self) -> None:
        """Move everything into the store: masters first, so that no kept pack lacks its master.

        Raises ImageRefused where a master is no longer the file that was read.
        """
        for digest, source in self.masters.items():
            self.store.keep_master(digest, source)
        for entry in sorted(os.scandir(self.path), key=lambda each: each.name):
            if _NAME.fullmatch(entry.name):
                self.store.add_pack(Path(entry.path), entry.name)


@dataclass(slots=True)
class _Held:
    """An opened pack, the state of what it was opened from, and when that was looked at last."""

    pack: Pack
    state: Hashable
    seen: float


class OpenPacks:
    """Packs whose index is kept in memory, those used last; one that was replaced is opened anew.

    `state` tells a replaced file from the old one, and raises ImageUnknown where there is none.
    """

    def __init__(
        self, state: Callable[[str], Hashable], opened: Callable[[str], Pack], *, limit: int, fresh_seconds: float
    ) -> None:
        self._state, self._opened, self._limit, self._fresh = state, opened, limit, fresh_seconds
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def held(self, name: str) -> Pack | None:
        """Give an opened pack that was looked at a moment ago."""
        held = self._held.get(name)
        return held.pack if held is not None and time.monotonic() - held.seen < self._fresh else None

    def forget(self, name: str) -> None:
        """Open a pack anew when it is next asked for."""
        with self._lock:
            self._held.pop(name, None)

    def open(self, name: str) -> Pack:
        """Open a pack, or give the opened one. Raises ImageUnknown or PackDamaged."""
        fresh = self.held(name)
        if fresh is not None:
            return fresh
        now = time.monotonic()
        try:
            state = self._state(name)
        except ImageUnknown:
            with self._lock:
                self._held.pop(name, None)
            raise
        with self._lock:
            held = self._held.get(name)
            if held is not None and held.state == state:
                held.seen = now
                self._held.move_to_end(name)
                return held.pack
        pack = self._opened(name)
        with self._lock:
            self._held[name] = _Held(pack, state, now)
            while len(self._held) > self._limit:
                self._held.popitem(last=False)
        return pack


class FolderStore:
    """Masters and packs in one folder of this machine; safe to share between threads and processes."""

    def __init__(self, root: Path, *, open_packs: int = OPEN_PACKS, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._root = root
        self._packs = OpenPacks(
            self._state, lambda name: open_pack(self.pack_path(name)), limit=open_packs, fresh_seconds=fresh_seconds
        )
        for name in ("masters", "packs", "staging"):
            (root / name).mkdir(parents=True, exist_ok=True)

    # --- masters

    def master_path(self, checksum: str) -> Path:
        """Say where a master is kept. Raises ImageUnknown where that is no checksum."""
        return self._root / "masters" / checked_name(checksum)[:2] / checksum

    def add_master(self, source: Path) -> str:
        """Copy a master in, and give its SHA-256; one that is there already is left as it is."""
        digest = checksum(source)
        self.keep_master(digest, source)
        return digest

    def keep_master(self, checksum: str, source: Path) -> None:
        """Copy a master of this SHA-256 in, whole or not at all; one that is there already is left as it is.

        Raises ImageRefused where the file has another checksum by now.
        """
        target = self.master_path(checksum)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._root / "staging" / f"{checksum}.{uuid4().hex}"
        try:
            if _copy(source, temporary) != checksum:
                raise ImageRefused("was changed while it was read; supply it again")
            temporary.chmod(0o444)
            temporary.replace(target)
            sync_folder(target.parent)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()

    # --- packs

    def pack_path(self, name: str) -> Path:
        """Say where a pack is kept. Raises ImageUnknown where that is no pack's name."""
        return self._root / "packs" / checked_name(name)[:2] / name

    def has_pack(self, name: str) -> bool:
        """Say whether a pack is kept."""
        return self.pack_path(name).exists()

    def add_pack(self, file: Path, name: str) -> None:
        """Take a pack's file over, by a move within the file system."""
        target = self.pack_path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        sync_folder(target.parent)

    def open_pack(self, name: str) -> Pack:
        """Open a pack; its index stays in memory while it is in use. Raises ImageUnknown or PackDamaged."""
        return self._packs.open(name)

    def held_pack(self, name: str) -> Pack | None:
        """Give a pack that is open and was looked at a moment ago."""
        return self._packs.held(name)

    def _state(self, name: str) -> Hashable:
        try:
            found = self.pack_path(name).stat()
        except OSError as error:
            raise ImageUnknown(f"there is no pack {name}") from error
        return found.st_ino, found.st_size, found.st_mtime_ns

    def pack_size(self, name: str) -> Size:
        """Give the size of what a pack shows."""
        return self.open_pack(name).pyramid.size

    # --- staging

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """Open a staging area; what killed processes left in older ones is swept out first."""
        self._sweep()
        path = self._root / "staging" / uuid4().hex
        path.mkdir()
        with (path / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield Staging(self, path)
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove staging areas whose lock nobody holds, and copies that were never finished."""
        for entry in os.scandir(self._root / "staging"):
            if entry.is_dir(follow_symlinks=False):
                if _abandoned(Path(entry.path)):
                    shutil.rmtree(entry.path, ignore_errors=True)
            elif time.time() - entry.stat(follow_symlinks=False).st_mtime > 86_400:
                with suppress(OSError):
                    Path(entry.path).unlink()


def _abandoned(folder: Path) -> bool:
    """Say whether the process that opened a staging area is gone."""
    try:
        with (folder / _LOCK).open("rb") as lock:
            if time.time() - os.fstat(lock.fileno()).st_mtime < 5:
                return False
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except FileNotFoundError:
        # Made a moment ago, and not locked yet; or killed just then.
        with suppress(OSError):
            return time.time() - folder.stat().st_mtime > 60
        return False


def checked_name(name: str) -> str:
    """Give a name of a master or a pack back. Raises ImageUnknown where it can be none."""
    if _NAME.fullmatch(name) is None:
        raise ImageUnknown(f"{name[:80]!r} is no name of a master or a pack")
    return name


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    try:
        with source.open("rb") as read, target.open("xb") as written:
            while data := read.read(_CHUNK):
                digest.update(data)
                written.write(data)
            written.flush()
            os.fsync(written.fileno())
    except FileNotFoundError as error:
        raise ImageRefused("is no longer there") from error
    return digest.hexdigest()
