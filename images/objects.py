"""Masters and packs in an object store, read by byte ranges; a folder of this machine is the staging area.

The client comes from the package obstore, which knows S3 and what speaks it, Google's and Microsoft's stores, and takes
credentials from the environment as their own tools do.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from images.errors import ImageRefused, ImageUnknown, StorageUnreachable
from images.geometry import Size
from images.masters import checksum
from images.pack import Pack
from images.store import OPEN_PACKS, FolderStore, OpenPacks, Staging, Store, checked_name

FRESH_SECONDS = 30.0
"""How long an opened pack is used before the store is asked again whether it was replaced."""

_CHUNK = 5 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where images live: the URL of an object store, "" for none, and a folder of this machine."""

    folder: Path
    url: str = ""


def open_store(place: Place) -> Store:
    """Open the store at a place. Raises StorageUnreachable where an object store's URL or client is not usable."""
    return ObjectStore(place.url, place.folder) if place.url else FolderStore(place.folder)


class ObjectStore:
    """Masters and packs in an object store; safe to share between threads and processes."""

    def __init__(
        self, url: str, folder: Path, *, open_packs: int = OPEN_PACKS, fresh_seconds: float = FRESH_SECONDS
    ) -> None:
        self._objects, self._local = _Objects(url), FolderStore(folder)
        self._packs = OpenPacks(self._state, self._opened, limit=open_packs, fresh_seconds=fresh_seconds)

    # --- masters

    def add_master(self, source: Path) -> str:
        """Copy a master in, and give its SHA-256; one that is there already is left as it is."""
        digest = checksum(source)
        self.keep_master(digest, source)
        return digest

    def keep_master(self, checksum: str, source: Path) -> None:
        """Copy a master of this SHA-256 in, whole or not at all; one that is there already is left as it is.

        Raises ImageRefused where the file has another checksum by now.
        """
        key = _key("masters", checksum)
        if self._objects.state(key) is None:
            self._objects.put(key, _checked_bytes(source, checksum))

    # --- packs

    def has_pack(self, name: str) -> bool:
        """Say whether a pack is kept."""
        return self._objects.state(_key("packs", name)) is not None

    def add_pack(self, file: Path, name: str) -> None:
        """Copy a pack in, and remove its file."""
        self._objects.put(_key("packs", name), file)
        file.unlink()

    def open_pack(self, name: str) -> Pack:
        """Open a pack; its index stays in memory while it is in use. Raises ImageUnknown or PackDamaged."""
        return self._packs.open(name)

    def held_pack(self, name: str) -> Pack | None:
        """Give a pack that is open and was looked at a moment ago."""
        return self._packs.held(name)

    def pack_size(self, name: str) -> Size:
        """Give the size of what a pack shows."""
        return self.open_pack(name).pyramid.size

    def _state(self, name: str) -> Hashable:
        state = self._objects.state(_key("packs", name))
        if state is None:
            raise ImageUnknown(f"there is no pack {name}")
        return state

    def _opened(self, name: str) -> Pack:
        key = _key("packs", name)
        state = self._objects.state(key)
        if state is None:
            raise ImageUnknown(f"there is no pack {name}")
        return Pack(name, _ObjectSource(self._objects, key, state, lambda: self._packs.forget(name)))

    # --- staging

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """Open a staging area on this machine; what killed processes left in older ones is swept out first."""
        with self._local.staging() as staging:
            yield Staging(self, staging.path, staging.masters)


@dataclass(frozen=True, slots=True)
class _State:
    """What tells an object from another of the same name."""

    length: int
    tag: str | None
    modified: str


@dataclass(frozen=True, slots=True)
class _ObjectSource:
    """An object that is read at offsets for as long as it is the same; `replaced` is called when it is not."""

    objects: _Objects
    key: str
    state: _State
    replaced: Callable[[], None]

    def length(self) -> int:
        """Give its length in bytes."""
        return self.state.length

    def read(self, offset: int, length: int) -> bytes:
        """Read bytes from an offset on; fewer where it ends."""
        try:
            return self.objects.read(self.key, self.state.tag, offset, min(length, self.state.length - offset))
        except _Replaced as error:
            self.replaced()
            raise StorageUnreachable("the image was replaced while it was read; ask again") from error

    def read_at_once(self, offset: int, length: int) -> bytes | None:
        """Give None: whatever comes over a network is waited for."""
        return None


class _Replaced(Exception):
    """Another object is in the place of the one that was opened."""


class _Objects:
    """The client of one object store; its errors in our words."""

    def __init__(self, url: str) -> None:
        try:
            self._client = importlib.import_module("obstore")
        except ModuleNotFoundError as error:
            raise StorageUnreachable("an object store needs the Python package obstore; install it") from error
        exceptions = importlib.import_module("obstore.exceptions")
        self._failures: type[Exception] = exceptions.BaseError
        self._changed: type[Exception] = exceptions.PreconditionError
        try:
            self._store = importlib.import_module("obstore.store").from_url(url)
        except (self._failures, ValueError) as error:
            raise StorageUnreachable(f"the object store {url} cannot be used: {error}") from error

    def state(self, key: str) -> _State | None:
        """Give an object's state, or None where there is no such object."""
        try:
            found: dict[str, Any] = self._client.head(self._store, key)
        except FileNotFoundError:
            return None
        except self._failures as error:
            raise _unreachable(error) from error
        return _State(found["size"], found["e_tag"], str(found["last_modified"]))

    def read(self, key: str, tag: str | None, offset: int, length: int) -> bytes:
        """Read a byte range of the object of this tag. Raises ImageUnknown where it is gone, or _Replaced."""
        if length < 1:
            return b""
        try:
            options: dict[str, Any] = {"range": (offset, offset + length)}
            if tag is not None:
                options["if_match"] = tag
            return bytes(self._client.get(self._store, key, options=options).bytes())
        except self._changed as error:
            raise _Replaced from error
        except FileNotFoundError as error:
            raise ImageUnknown(f"there is no longer an object {key}") from error
        except self._failures as error:
            raise _unreachable(error) from error

    def put(self, key: str, content: Path | Iterator[bytes]) -> None:
        """Store an object, whole or not at all."""
        try:
            self._client.put(self._store, key, content, chunk_size=_CHUNK)
        except self._failures as error:
            raise _unreachable(error) from error


def _unreachable(error: Exception) -> StorageUnreachable:
    said = str(error).strip().splitlines()
    return StorageUnreachable(f"the object store does not answer: {said[0] if said else type(error).__name__}")


def _key(kind: str, name: str) -> str:
    return f"{kind}/{checked_name(name)[:2]}/{name}"


def _checked_bytes(source: Path, expected: str) -> Iterator[bytes]:
    """Give a file's bytes. Raises ImageRefused at their end where they do not have the checksum."""
    digest = hashlib.sha256()
    try:
        with source.open("rb") as file:
            while data := file.read(_CHUNK):
                digest.update(data)
                yield data
    except FileNotFoundError as error:
        raise ImageRefused("is no longer there") from error
    if digest.hexdigest() != expected:
        raise ImageRefused("was changed while it was read; supply it again")
