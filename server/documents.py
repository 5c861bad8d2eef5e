"""Keeps what was read and built: snapshots by their revision, answers by the revision that they were built from.

An answer's ETag is a hash of its bytes, so that it changes only when they do; whether it must be built at all is told
by the revision's number, which is one small look-up.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from transcriptions.errors import EntityUnknown
from transcriptions.identity import DocumentId
from transcriptions.revision import Snapshot
from transcriptions.store.sql import SqlStore

Held = TypeVar("Held")

_SNAPSHOTS = 8
_ANSWER_BYTES = 64_000_000
_WORTH_ZIPPING = 800


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes with their hash, and the same bytes compressed where that is worth while."""

    body: bytes
    zipped: bytes | None
    etag: str

    @property
    def weight(self) -> int:
        """Bytes of memory that it takes."""
        return len(self.body) + len(self.zipped or b"")


def answer(body: bytes) -> Answer:
    """Hash and compress bytes that are to be served."""
    zipped = gzip.compress(body, 6, mtime=0) if len(body) >= _WORTH_ZIPPING else None
    return Answer(body, zipped, hashlib.sha256(body).hexdigest()[:24])


class _Recent(Generic[Held]):
    """What was used last, by key and version, up to a limit of weight; safe to share between threads."""

    def __init__(self, limit: int, weigh: Callable[[Held], int]) -> None:
        self._held: OrderedDict[tuple[str, ...], tuple[int, Held]] = OrderedDict()
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], version: int, make: Callable[[], Held]) -> Held:
        with self._lock:
            held = self._held.get(key)
            if held is not None and held[0] == version:
                self._held.move_to_end(key)
                return held[1]
        made = make()
        with self._lock:
            self._drop(key)
            self._held[key] = (version, made)
            self._weight += self._weigh(made)
            while self._weight > self._limit and len(self._held) > 1:
                self._drop(next(iter(self._held)))
        return made

    def _drop(self, key: tuple[str, ...]) -> None:
        old = self._held.pop(key, None)
        if old is not None:
            self._weight -= self._weigh(old[1])


class Documents:
    """Reads documents and builds answers from them, each once for a revision."""

    def __init__(self, store: SqlStore, *, answer_bytes: int = _ANSWER_BYTES) -> None:
        self.store = store
        self._snapshots: _Recent[Snapshot] = _Recent(_SNAPSHOTS, lambda _: 1)
        self._answers: _Recent[Answer] = _Recent(answer_bytes, lambda each: each.weight)

    def answer(self, document: str | None, key: tuple[str, ...], build: Callable[[Snapshot], bytes | None]) -> Answer:
        """Give what `build` makes of a document, kept until its next revision.

        Raises EntityUnknown where there is no such document, or `build` gives None.
        """
        id = DocumentId(document or "")
        version = self.store.version(id) if document else None
        if version is None:
            raise EntityUnknown("there is no document of that id")
        return self._answers.get((id, *key), version[0], lambda: self._build(id, version[0], build))

    def read(self, document: str) -> tuple[int, Snapshot]:
        """Give a document and the revision that it is of. Raises EntityUnknown."""
        id = DocumentId(document)
        version = self.store.version(id)
        if version is None:
            raise EntityUnknown("there is no document of that id")
        return version[0], self._snapshot(id, version[0])

    def listing(self, key: tuple[str, ...], build: Callable[[], bytes]) -> Answer:
        """Give what `build` makes of the whole store, kept until the next revision of any document."""
        return self._answers.get(("", *key), self.store.latest(), lambda: answer(build()))

    def _build(self, id: DocumentId, version: int, build: Callable[[Snapshot], bytes | None]) -> Answer:
        body = build(self._snapshot(id, version))
        if body is None:
            raise EntityUnknown("the document holds nothing of that id")
        return answer(body)

    def _snapshot(self, id: DocumentId, version: int) -> Snapshot:
        return self._snapshots.get((id,), version, lambda: self.store.snapshot(id))
