"""The pages of a ground-truth folder with lines and evidence, kept on disk so that a second measurement is quick."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import msgspec

from images.layout import loose, network, orientation, pitch, preprocess, shapes
from images.layout.analyse import analyse
from images.layout.page import Layout
from server import evidence
from server.commands.analyse import read_image
from server.evaluation import regions
from server.evaluation.truth import TruePage
from server.evidence import PageEvidence, read_evidence
from server.single import Sheet, page_lines
from transcriptions import ocr

T = TypeVar("T")

FOUND, TRUE = "found", "true"


@dataclass(frozen=True, slots=True)
class Source:
    """Where lines come from: "found", "true", or a file of another detector's predictions; and where all is kept."""

    lines: str
    cache: Path | None
    max_pixels: int


def sheets(pages: Sequence[TruePage], source: Source) -> Iterator[tuple[TruePage, Sheet]]:
    """Give each page with its lines and the evidence on them."""
    others = {} if source.lines in (FOUND, TRUE) else regions.read(Path(source.lines))
    for page in pages:
        yield page, _sheet(page, source, others.get(page.id, ()))


@cache
def _version(*files: Path) -> str:
    """Digest the files that make something, so that what was kept goes when they change."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _version_of_lines() -> str:
    folder = Path(network.__file__).parent
    return _version(*sorted((*folder.glob("*.py"), *folder.glob("weights/*.onnx"))))


def _version_of_evidence() -> str:
    return _version(
        *(Path(str(each.__file__)) for each in (evidence, loose, ocr, orientation, pitch, preprocess, shapes))
    )


def _sheet(page: TruePage, source: Source, given: Sequence[regions.Shape]) -> Sheet:
    pixels = cache(lambda: read_image(page.image, source.max_pixels))
    image = hashlib.sha256(page.image.read_bytes()).hexdigest()
    if source.lines == FOUND:
        found = _kept(source, (image, _version_of_lines()), Layout, lambda: analyse(pixels(), network.own()))
    elif source.lines == TRUE:
        found = regions.layout_of([(line.baseline, line.boundary, line.hand) for line in page.lines], page.size)
    else:
        found = regions.layout_of(given, page.size)
    lines = page_lines(found, page.id)
    languages = [page.language] if page.language in ocr.readable().compared else []
    parts = (image, *languages, *sorted(ocr.languages()), _version_of_evidence(), msgspec.json.encode(lines).decode())
    read = partial(read_evidence, lines=lines.lines, languages=languages, frame=page.size)
    return Sheet(lines, _kept(source, parts, PageEvidence, lambda: read(pixels())))


def _kept(source: Source, parts: Sequence[str], kind: type[T], make: Callable[[], T]) -> T:
    """Read what was made of these parts before, or make it and keep it."""
    if source.cache is None:
        return make()
    path = source.cache / f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}.json"
    if path.is_file():
        return msgspec.json.decode(path.read_bytes(), type=kind)
    made = make()
    source.cache.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(made))
    return made
