"""Makes document folders of single files (ZIP archives, PDF) for as long as they are ingested."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server import printed
from transcriptions.errors import Unreadable
from transcriptions.formats import document_toml, page_archives
from transcriptions.formats.page_archives import Found
from transcriptions.formats.zip_archive import Archive
from transcriptions.model import Origin

SUFFIXES = frozenset({".zip", printed.SUFFIX})


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A document folder out of an archive; `origin` is where it came from, the same each time, `shown` names it."""

    folder: Path
    origin: Origin
    shown: Path


@contextmanager
def unpacked(path: Path, *, space: Path) -> Iterator[tuple[Unpacked, ...]]:
    """Unpack the documents of an archive, or the one that a PDF is, under `space`, while the context lasts.

    Raises Unreadable where it is no archive of documents, or one that must not be unpacked; OSError.
    """
    with tempfile.TemporaryDirectory(dir=space, prefix=".unpacked-") as folder:
        found = _alone if path.suffix.lower() == printed.SUFFIX else _archived
        yield tuple(found(path, Path(folder)))


def _alone(path: Path, folder: Path) -> Iterator[Unpacked]:
    real = path.resolve()
    target = folder / path.stem
    target.mkdir()
    shutil.copyfile(real, target / path.name)
    yield Unpacked(target, Origin(source=str(real.parent), path=real.name), path)


def _archived(path: Path, folder: Path) -> Iterator[Unpacked]:
    real = path.resolve()
    with path.open("rb") as file:
        archive = Archive(file, name=path.name)
        found = page_archives.find(list(archive.names), archive=path.stem)
        if not found:
            raise Unreadable("holds no page images; export it with its images")
        for index, document in enumerate(found):
            # The folder's name is the document's title where nothing else says one.
            target = folder / str(index) / document.name
            _write(archive, document, target)
            inner = document.place if len(found) > 1 else ""
            yield Unpacked(target, Origin(source=str(real.parent), path=str(Path(real.name, inner))), path / inner)


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
