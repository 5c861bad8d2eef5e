"""Renders the sample documents: their page scans, and a file with the truth of what stands where."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL
from PIL import Image

from images.layout import training
from images.layout.training.faces import Faces, font_files, read_faces
from images.layout.training.faults import faults
from images.layout.training.truth import as_json
from images.layout.training.typescript import render as render_page
from server.demo.layouts import LAYOUTS, Layout
from server.demo.sheets import LaidOut, Placed, lay_out

SAMPLES = Path(__file__).resolve().parent
"""The folder with a folder for each sample."""

_KEY = ".rendered"
_COPIED = re.compile(r"document\.toml|(?:.+\.)?(?:transcription|translation)\.[^.]+\.txt")
_SENTENCE_END = re.compile(r"(?<!\bтт)(?<!\bтов)(?<!\bCdes)(?<!\bCde)(?<!\bКотов)[.!?](?=\s+[А-ЯЁA-Z])")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Where a rendered document folder and its truth lie, and whether they had to be made."""

    folder: Path
    truth: Path
    made: bool


def samples() -> tuple[Path, ...]:
    """List the sample folders that can be rendered, in the order in which they are shown."""
    return tuple(SAMPLES / name for name in LAYOUTS)


def render(folder: Path, fonts: Path, target: Path) -> Rendered:
    """Render a sample to a complete document folder at `target`, and its truth beside it.

    `fonts` is the folder of npm packages. Nothing is made where texts, scripts and fonts are those of the last time.
    Raises FileNotFoundError where a needed font is missing.
    """
    truth = target.with_name(target.name + ".truth.json")
    key = _key(folder, fonts)
    marker = target / _KEY
    if truth.is_file() and marker.is_file() and marker.read_text("utf-8") == key:
        return Rendered(target, truth, made=False)
    faces = read_faces(fonts)
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    known = _render_all(folder, LAYOUTS[folder.name], faces, target)
    for path in sorted(folder.iterdir()):
        if _COPIED.fullmatch(path.name):
            shutil.copyfile(path, target / path.name)
    truth.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")
    marker.write_text(key, "utf-8")
    return Rendered(target, truth, made=True)


def _render_all(folder: Path, layout: Layout, faces: Faces, target: Path) -> dict[str, Any]:
    pages: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for name, sheet in layout.sheets:
        text = (folder / name).read_text("utf-8")
        laid_out = lay_out(text, sheet, first_page=len(pages) + 1)
        pages += _render_text(laid_out, layout, faces, target, first=len(pages) + 1)
        links += [_link(name, text, each) for each in laid_out.placed]
    return {"pages": pages, "links": links, "beads": beads(folder)}


def _link(name: str, text: str, placed: Placed) -> dict[str, Any]:
    words = text[placed.start : placed.end]
    return {"text": name, "start": placed.start, "end": placed.end, "words": words, "line": placed.line}


def _render_text(
    laid_out: LaidOut, layout: Layout, faces: Faces, target: Path, *, first: int
) -> Iterator[dict[str, Any]]:
    for number, description in enumerate(laid_out.pages, start=first):
        rng = np.random.default_rng((layout.seed, number))
        page = render_page(description, faces, faults(layout.level, rng), rng)
        name = f"p{number}.jpg"
        Image.fromarray(page.image).save(target / name, quality=88, dpi=(300, 300))
        yield {"file": name, **as_json(page.truth)}


# --- which sentences answer to which


def beads(folder: Path) -> list[dict[str, Any]]:
    """Give the beads that a sample declares: spans of its transcription and of its translation, in code points."""
    pattern = folder / "beads.txt"
    if not pattern.is_file():
        return []
    source = (folder / "transcription.ru.txt").read_text("utf-8")
    target = (folder / "translation.en.txt").read_text("utf-8")
    sources, targets = list(sentences(source)), list(sentences(target))
    found = []
    for counts in re.findall(r"^(?!#).*", pattern.read_text("utf-8"), re.M):
        for here, there in re.findall(r"(\d+)-(\d+)", counts):
            taken = sources[: int(here)], targets[: int(there)]
            del sources[: int(here)], targets[: int(there)]
            if [len(each) for each in taken] != [int(here), int(there)]:
                raise ValueError(f"{pattern.name} declares more sentences than the texts have")
            found.append({"source": [list(each) for each in taken[0]], "target": [list(each) for each in taken[1]]})
    if sources or targets:
        raise ValueError(f"{pattern.name} leaves {len(sources)} and {len(targets)} sentences over")
    return found


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Give the spans of the sentences of a text: of running paragraphs by sentence, of heads by line or bracket."""
    for paragraph in re.finditer(r"(?:(?!\n[ \t]*\n)[^\f])+", text):
        for start, end in _units(paragraph[0]):
            words = paragraph[0][start:end]
            if words.strip():
                lead = len(words) - len(words.lstrip())
                yield paragraph.start() + start + lead, paragraph.start() + start + len(words.rstrip())


def _units(paragraph: str) -> Iterator[tuple[int, int]]:
    if paragraph.strip().startswith("["):
        yield 0, len(paragraph)
        return
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", paragraph)]
    if all(paragraph[start:end].isupper() for start, end in lines):
        yield from lines
        return
    start = 0
    for stop in _SENTENCE_END.finditer(paragraph):
        opening = paragraph[start : stop.end()].strip()
        if " " not in opening:
            continue
        yield start, stop.end()
        start = stop.end()
    yield start, len(paragraph)


def _key(folder: Path, fonts: Path) -> str:
    """Hash all that the scans depend on."""
    digest = hashlib.sha256(f"{cv2.__version__} {np.__version__} {PIL.__version__}".encode())
    scripts = [*sorted(Path(next(iter(training.__path__))).glob("*.py")), *sorted(SAMPLES.glob("*.py"))]
    for path in (*scripts, *sorted(folder.iterdir()), *font_files(fonts)):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
