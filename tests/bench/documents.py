"""Speed and memory of the formats that documents come in and go out in, on a made document of 300 pages."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from images.geometry import Box
from images.layout.page import Role
from tests.bench.figures import per_second, write
from tests.builders import make_bead, make_document, make_id, make_line, make_link, make_mark, make_page, make_segment
from transcriptions import pdf_pages
from transcriptions.formats import (
    citations,
    digital_archive,
    docx,
    docx_writing,
    links_csv,
    pdf_edition,
    pdf_facsimile,
    plain,
    reading_text,
    tmx,
)
from transcriptions.formats.citations import Style
from transcriptions.formats.reading_text import Side
from transcriptions.formats.zip_archive import Archive
from transcriptions.formats.zip_archive import write as zipped
from transcriptions.identity import DocumentId, LinkId, PartId, TextId
from transcriptions.markup import State
from transcriptions.model import Alignment, MarkKind, Order, Page, Part, Text, TextKind
from transcriptions.revision import Snapshot

PAGES, LINES = 300, 32
_RUSSIAN = "Нам стало известно из беседы с товарищами о положении дел на фронте номер {}."
_ENGLISH = "We have learned from talks with the comrades about the state of the front number {}."


def long_document(pages: int = PAGES) -> Snapshot:
    """Make a document of many pages: a sentence on each line, an insertion on each tenth, a translation of all."""
    document = make_document("long")
    shown = tuple(make_page(f"{n:04}", document="long") for n in range(pages))
    part = Part(PartId("part"), DocumentId("long"), 0, (), tuple(page.id for page in shown))
    aligned = Alignment("bench", "shape", "0" * 64)
    russian = Text(
        TextId("ru"), document.id, part.id, TextKind.TRANSCRIPTION, "ru", breaks_kept=True, alignment=aligned
    )
    english = Text(TextId("en"), document.id, part.id, TextKind.TRANSLATION, "en", alignment=aligned)
    lines, sources, targets, links, marks, beads = [], [], [], [], [], []
    for n in range(pages * LINES):
        name, page = f"{n:06}", shown[n // LINES]
        box = Box(150, 150 + 45 * (n % LINES), 900, 40)
        line = make_line(name, page, box, role=Role.BODY)
        source = make_segment(name, russian, _RUSSIAN.format(n), opens=n % 8 == 0)
        target = make_segment(f"e{name}", english, _ENGLISH.format(n), opens=n % 8 == 0)
        lines.append(line)
        sources.append(source)
        targets.append(target)
        links.append(replace(make_link(source, line, source.content), id=LinkId(make_id(f"k{name}"))))
        beads.append(make_bead(name, source, target))
        if n % 10 == 0:
            marks.append(make_mark(name, source, "с товарищами", MarkKind.INSERTION))
    return Snapshot(
        document=document,
        parts=(part,),
        pages=shown,
        orders=tuple(
            Order(page.id, tuple(line.id for line in lines[n * LINES : (n + 1) * LINES]), "bench")
            for n, page in enumerate(shown)
        ),
        lines=tuple(lines),
        texts=(russian, english),
        segments=(*targets, *sources),
        marks=tuple(marks),
        links=tuple(links),
        beads=tuple(beads),
        number=1,
        modified="2026-01-02T03:04:05Z",
    )


def scan() -> bytes:
    """Draw a page with rows of strokes, as a JPEG of about the size that pages are printed with."""
    generator = np.random.default_rng(1)
    pixels = np.full((2600, 1838), 225, np.uint8) - generator.integers(0, 12, (2600, 1838), np.uint8)
    for top in range(200, 2400, 60):
        pixels[top : top + 24, 150:1700] -= ((generator.random((1, 1550)) < 0.35) * 130).astype(np.uint8)
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()


def run(results: Path) -> None:
    """Write the document in every format, then read what can be read."""
    snapshot = long_document()
    picture = scan()
    written = _writers(results, snapshot, lambda page: picture)
    _readers(results, written)


def _writers(results: Path, snapshot: Snapshot, pictures: Callable[[Page], bytes]) -> dict[str, bytes]:
    state = State.AS_CHANGED
    writers: dict[str, Callable[[], Iterable[bytes]]] = {
        "transcription, plain text": lambda: reading_text.write(snapshot, Side.SOURCE, state=state),
        "facing columns, plain text": lambda: reading_text.write_facing(snapshot, state=state),
        "docx": lambda: docx_writing.write(snapshot, state=state),
        "tmx": lambda: tmx.write(snapshot, state=state),
        "links csv": lambda: links_csv.write(snapshot),
        "pdf facsimile": lambda: pdf_facsimile.write(snapshot, pictures),
        "pdf edition": lambda: pdf_edition.write(snapshot, pictures, state=state),
    }
    kept = {}
    for name, writer in writers.items():
        start = time.perf_counter()
        size = sum(len(chunk) for chunk in writer())
        write(results, "documents", f"{name}: written", PAGES / (time.perf_counter() - start), "pages a second")
        write(results, "documents", f"{name}: size", size / 1e6, "MB")
        if name in ("docx", "tmx"):
            kept[name] = b"".join(writer())
    for name in ("pdf facsimile", "docx"):
        write(results, "documents", f"{name}: memory beyond the document", _peak(writers[name]), "MB")
    rate = per_second(lambda: [citations.write(snapshot, style) for style in Style])
    write(results, "documents", "citations, all four styles", rate, "documents a second")
    return kept


def _peak(writer: Callable[[], Iterable[bytes]]) -> float:
    """Say how much memory a writer takes beyond what is there, with every chunk thrown away."""
    tracemalloc.start()
    try:
        for _ in writer():
            pass
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def _readers(results: Path, written: dict[str, bytes]) -> None:
    pages = "\f".join(" ".join(_RUSSIAN.format(n) for n in range(LINES)) for _ in range(20)).encode("cp1251")
    page = "".join(f"<p>{_ENGLISH.format(n)}</p>" for n in range(LINES * 4))
    head = "<p>Skip to content</p><p>March 3, 1951</p><p>Title</p>"
    archive = f"<html><body>{head}{page}<p>Document Information</p></body></html>"
    packed = b"".join(zipped((f"page/{n:04}.xml", (b"<x/>" * 5000,)) for n in range(PAGES)))
    printed = b"".join(pdf_facsimile.write(long_document(20), lambda page: None))
    readers: dict[str, tuple[Callable[[], object], float]] = {
        "docx": (lambda: docx.read(written["docx"], name="x"), PAGES),
        "tmx": (lambda: tmx.read(written["tmx"], name="x"), PAGES),
        "plain text, windows-1251": (lambda: plain.read(pages, name="x"), 20),
        "digital archive page, html": (lambda: digital_archive.read(archive.encode(), name="x"), 4),
        "pdf, words and paragraphs": (lambda: pdf_pages.read(printed, name="x"), 20),
        "zip of page files": (lambda: _unpack(packed), PAGES),
    }
    for name, (reader, count) in readers.items():
        write(results, "documents", f"{name}: read", per_second(reader) * count, "pages a second")


def _unpack(data: bytes) -> None:
    archive = Archive(io.BytesIO(data), name="x.zip")
    for entry in archive.entries:
        archive.read(entry.name)
