"""Unpacks archives of documents (ZIP) into folders that can be ingested, and throws these away afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from transcriptions.errors import Unreadable
from transcriptions.formats import document_toml, page_archives
from transcriptions.formats.page_archives import Found
from transcriptions.formats.zip_archive import Archive
from transcriptions.model import Origin

SUFFIXES = frozenset({".zip"})


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A document folder out of an archive; `origin` is where it came from, the same each time, `shown` names it."""

    folder: Path
    origin: Origin
    shown: Path


@contextmanager
def unpacked(path: Path, *, space: Path) -> Iterator[tuple[Unpacked, ...]]:
    """Unpack the documents of an archive under `space`, for as long as the context lasts.

    Raises Unreadable where it is no archive of documents, or one that must not be unpacked; OSError.
    """
    real = path.resolve()
    with path.open("rb") as file, tempfile.TemporaryDirectory(dir=space, prefix=".unpacked-") as folder:
        archive = Archive(file, name=path.name)
        found = page_archives.find(list(archive.names), archive=path.stem)
        if not found:
            raise Unreadable("holds no page images; export it with its images")
        documents = []
        for index, document in enumerate(found):
            # The folder's name is the document's title where nothing else says one.
            target = Path(folder) / str(index) / document.name
            _write(archive, document, target)
            inner = document.place if len(found) > 1 else ""
            origin = Origin(source=str(real.parent), path=str(Path(real.name, inner)))
            documents.append(Unpacked(target, origin, path / inner))
        yield tuple(documents)


def _write(archive: Archive, document: Found, target: Path) -> None:
    target.mkdir(parents=True)
    for place, name in document.files:
        (target / place).parent.mkdir(exist_ok=True)
        with (target / place).open("xb") as out:
            for chunk in archive.chunks(name):
                out.write(chunk)
    described = page_archives.describe(document, archive.read)
    if described is not None:
        (target / document_toml.NAME).write_bytes(described)
