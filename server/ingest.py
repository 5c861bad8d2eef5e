"""Ingest of document folders: read, stage the images, take over, find the lines, align; resumable at every step.

Masters and packs are staged, and kept only when the whole folder is good. What is left to do is read from the store,
so an ingest that was killed goes on when it is started again, and ends as if it had never been stopped.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from images.errors import ImageRefused
from images.geometry import Size
from images.layout import network
from images.layout.analyse import analyse
from images.layout.page import Layout
from images.masters import checksum
from images.objects import Place, open_store
from images.pack import build, read_array
from images.packfile import Parameters, View, pack_name
from images.store import Staging
from server import batch, folder, workflows
from server.evidence import PageEvidence, read_evidence
from server.folder import Folder
from server.progress import shown
from server.services import Services
from transcriptions import ocr, realign
from transcriptions.alignment.align import Reading, Shapes
from transcriptions.alignment.evidence import Readable
from transcriptions.formats import document_toml
from transcriptions.formats.document_toml import PageDescription
from transcriptions.identity import DocumentId, LineId, PageId
from transcriptions.model import Line, Origin, Part
from transcriptions.model import View as PageView
from transcriptions.problems import Problem
from transcriptions.realign import Evidence
from transcriptions.revision import Snapshot
from transcriptions.supplied import SuppliedDocument, SuppliedPage
from transcriptions.supply import Difference

ANALYSIS_SIDE = 4000
"""Longest side, in pixels, of the picture that lines are looked for on; larger pages are reduced to it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one folder: its document, or the problems that kept it out; what differs from a person's word."""

    path: Path
    document: DocumentId | None
    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    unused: tuple[str, ...] = ()
    changed: bool = False
    remarks: tuple[Problem, ...] = ()


def find_folders(path: Path) -> tuple[Path, ...]:
    """List the document folders at or under a path: those that hold a description or page images themselves."""
    names = [entry.name for entry in os.scandir(path) if entry.is_file()]
    described = document_toml.NAME in names
    if described or any(Path(name).suffix.lower() in folder.IMAGE_SUFFIXES for name in names):
        return (path,)
    below = sorted(Path(e.path) for e in os.scandir(path) if e.is_dir(follow_symlinks=False) and e.name[0] != ".")
    return tuple(found for each in below for found in find_folders(each))


def ingest(
    services: Services, path: Path, *, pool: ProcessPoolExecutor, console: Console, origin: Origin | None = None
) -> Outcome:
    """Ingest one document folder; nothing of it is stored where anything in it is wrong.

    `origin` is where it came from, by which it is found again; by default where it lies.
    """
    real = path.resolve()
    known = origin or Origin(source=str(real.parent), path=real.name)
    read = folder.read(path, origin=known, text_bytes=services.settings.max_text_bytes)
    with services.images.staging() as staging:
        packed, refused = _pack_all(services, read, staging, pool, console)
        if read.problems or refused:
            return Outcome(path, None, (*read.problems, *refused), unused=read.unused)
        staging.keep()
    supplied = SuppliedDocument(read.id, read.description, _pages(read, packed), read.parts, read.texts, read.beads)
    taken = workflows.take(services, supplied)
    begun = services.store.version(taken.document)
    _find_lines(services, taken.document, pool, console)
    align_document(services, taken.document, pool, console)
    changed = bool(taken.effects) or services.store.version(taken.document) != begun
    return Outcome(path, taken.document, (), taken.differences, read.unused, changed, read.remarks)


def _pack_all(
    services: Services, read: Folder, staging: Staging, pool: ProcessPoolExecutor, console: Console
) -> tuple[dict[str, Packed], list[Problem]]:
    """Make the packs of all pages that have none yet; list the images that were refused."""
    described = {page.file: page for page in read.pages if page.file}
    tasks = [_task(services, staging, name, path, described[name]) for name, path in read.files.items()]
    packed: dict[str, Packed] = {}
    problems: list[Problem] = []
    with shown(console, "Images", len(tasks)) as advance:
        for done in batch.run(pool, _pack, tasks):
            advance(1)
            if isinstance(done.failure, ImageRefused):
                problems.append(Problem(done.work.name, None, str(done.failure)))
            elif done.failure is not None:
                raise done.failure
            elif done.result is not None:
                packed[done.work.name] = done.result
                staging.add_master(done.result.master, done.work.path)
    return packed, sorted(problems)


@dataclass(frozen=True, slots=True)
class Packed:
    """A page's master and pack, and the size of what is shown."""

    master: str
    pack: str
    size: Size


@dataclass(frozen=True, slots=True)
class _Task:
    """One pack to make; `store` is where it may be already."""

    name: str
    path: Path
    view: View
    staging: Path
    store: Place
    parameters: Parameters
    max_pixels: int


def _task(services: Services, staging: Staging, name: str, path: Path, page: PageDescription) -> _Task:
    view = View(page=page.frame, crop=page.crop, quarters=page.quarters)
    settings = services.settings
    return _Task(name, path, view, staging.path, settings.images_place, settings.tiles, settings.max_pixels)


def _pack(task: _Task) -> Packed:
    """Make one pack, in a process of the pool; a pack that is kept already is left as it is."""
    master = checksum(task.path)
    name = pack_name(master, task.view, task.parameters)
    store = open_store(task.store)
    if store.has_pack(name):
        return Packed(master, name, store.pack_size(name))
    target = Staging(store, task.staging).pack_path(name)
    made = build(task.path, task.view, target, task.parameters, max_pixels=task.max_pixels, master_checksum=master)
    return Packed(master, name, made.size)


def _pages(read: Folder, packed: dict[str, Packed]) -> tuple[SuppliedPage, ...]:
    return tuple(replace(_page(page, packed), lines=read.lines.get(page.file)) for page in read.pages)


def _page(page: PageDescription, packed: dict[str, Packed]) -> SuppliedPage:
    if page.service:
        assert page.size is not None
        return SuppliedPage(
            name=page.service,
            size=page.size,
            service=page.service,
            label=page.label,
            foliations=page.foliations,
            rights=page.rights,
        )
    held = packed[page.file]
    return SuppliedPage(
        name=page.file,
        size=held.size,
        view=PageView(held.master, page.crop, page.quarters, page.frame),
        pack=held.pack,
        label=page.label,
        foliations=page.foliations,
        rights=page.rights,
    )


# --- lines


def _find_lines(services: Services, document: DocumentId, pool: ProcessPoolExecutor, console: Console) -> None:
    """Find the lines of every page on which they were not looked for yet, a revision each."""
    snapshot = services.store.snapshot(document)
    pages = workflows.unanalysed(snapshot)
    packs = {page.id: page.placements[0].pack for page in snapshot.pages}
    works = [(page, services.settings.images_place, packs[page]) for page in pages]
    with shown(console, "Lines", len(works)) as advance:
        for done in batch.run(pool, _layout, works):
            advance(1)
            if done.failure is not None:
                raise done.failure
            if done.result is not None:
                workflows.record_layout(services, document, done.work[0], done.result)


def _layout(work: tuple[PageId, Place, str]) -> Layout:
    """Analyse one page, in a process of the pool."""
    _, store, pack = work
    return analyse(_pixels(store, pack), network.own())


def _pixels(store: Place, pack: str) -> NDArray[np.uint8]:
    return read_array(open_store(store).open_pack(pack), longest=ANALYSIS_SIDE)


# --- alignment


@dataclass(frozen=True, slots=True)
class _Reading:
    """Lines of one page that are to be read."""

    page: PageId
    store: Place
    pack: str
    size: Size
    lines: tuple[Line, ...]
    languages: tuple[str, ...]


def align_document(services: Services, document: DocumentId, pool: ProcessPoolExecutor, console: Console) -> int:
    """Align every part whose texts or lines changed, a revision each; say how many parts."""
    readable = ocr.readable()
    snapshot = services.store.snapshot(document)
    parts = workflows.unaligned(snapshot, ocr=readable)
    for part in parts:
        evidence = _evidence(services, snapshot, part, readable, pool, console)
        workflows.align_part(services, document, part.id, evidence, ocr=readable)
    return len(parts)


def _evidence(
    services: Services,
    snapshot: Snapshot,
    part: Part,
    readable: Readable,
    pool: ProcessPoolExecutor,
    console: Console,
) -> Evidence:
    wanted = tuple(sorted(realign.languages_wanted(snapshot, part, readable)))
    pages = [page for page in snapshot.pages if page.id in part.pages and page.placements[0].pack]
    works = [
        _Reading(
            page.id,
            services.settings.images_place,
            page.placements[0].pack,
            page.size,
            snapshot.ordered_lines(page.id),
            wanted,
        )
        for page in pages
    ]
    readings: dict[str, dict[LineId, Reading]] = {language: {} for language in wanted}
    shapes: dict[LineId, Shapes] = {}
    loose: dict[PageId, tuple[Line, ...]] = {}
    with shown(console, "Alignment", len(works)) as advance:
        for done in batch.run(pool, _read_page, works):
            advance(1)
            if done.failure is not None:
                raise done.failure
            if done.result is not None:
                for language, read in done.result.readings.items():
                    readings[language].update(read)
                shapes.update(done.result.shapes)
                loose.update({line.page: done.result.loose for line in done.result.loose})
    return Evidence(readings, shapes, loose)


def _read_page(work: _Reading) -> PageEvidence:
    """See what the pixels of one page say about its lines, in a process of the pool."""
    return read_evidence(_pixels(work.store, work.pack), work.lines, work.languages, frame=work.size)
