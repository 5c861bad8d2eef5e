"""One text on the images of its pages, without a store: for trying, measuring, and work on single sheets."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from images.geometry import Size
from images.layout.page import Layout
from server.evidence import PageEvidence
from transcriptions import segmenter
from transcriptions.alignment.align import LineAlignment, Memory, PageLines, align_lines
from transcriptions.analysis import as_one, fresh
from transcriptions.identity import DocumentId, LineId, Mint, PageId, PartId, SegmentId, TextId
from transcriptions.markup import Layer
from transcriptions.model import Line, Link, Mark, MarkKind, Page, Segment, Text, TextKind
from transcriptions.resupply import Resupply

_DOCUMENT, _PART = DocumentId("document"), PartId("part")


def counting(prefix: str) -> Mint:
    """Give a source of ids that count up."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}{next(numbers):04}"


def page_lines(found: Layout, name: str) -> PageLines:
    """Give the lines that were found on an image, in reading order, in its pixels."""
    page = Page(PageId(name), _DOCUMENT, found.size, (), label=name)
    settled = fresh(found, page, generator="single", mint=counting(f"{name}l"))
    known = {line.id: line for line in settled.lines}
    return PageLines(page.id, page.size, tuple(known[id] for id in settled.order.lines))


@dataclass(frozen=True, slots=True)
class Written:
    """A text cut into segments with their marks; `language` is BCP 47."""

    text: Text
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]


def written(raw: str, *, language: str, breaks: str = "auto") -> Written:
    """Cut a text; `breaks` is "kept", "none" or "auto", which finds out."""
    kept = segmenter.lines_are_kept(raw) if breaks == "auto" else breaks == "kept"
    text = Text(TextId("text"), _DOCUMENT, _PART, TextKind.TRANSCRIPTION, language, breaks_kept=kept)
    parsed = segmenter.segment(raw, language=language, layer=Layer.SOURCE, breaks="kept" if kept else "none")
    outcome = Resupply(None, text, held={}, mint=counting("s")).take(parsed, {})
    return Written(text, outcome.segments, outcome.marks)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page with what was seen on its lines."""

    page: PageLines
    evidence: PageEvidence = field(default_factory=lambda: PageEvidence({}, {}))

    @property
    def size(self) -> Size:
        """The size of the page's frame."""
        return self.page.size


def align(
    sheets: Sequence[Sheet], given: Written, *, pins: Sequence[Link] = (), memory: Memory | None = None
) -> LineAlignment:
    """Align a text with its sheets."""
    readings = {
        id: reading for sheet in sheets for id, reading in sheet.evidence.readings.get(given.text.language, {}).items()
    }
    shapes = {id: each for sheet in sheets for id, each in sheet.evidence.shapes.items()}
    return align_lines(
        [replace(sheet.page, loose=sheet.evidence.loose) for sheet in sheets],
        given.text,
        given.segments,
        given.marks,
        readings=readings,
        shapes=shapes,
        pins=pins,
        memory=memory,
        mint=counting("k"),
    )


def lines_as_one(lines: Sequence[Line], found: LineAlignment) -> tuple[Line, ...]:
    """Give a page's lines with those joined that an alignment took as one, and those behind them that it found."""
    page = {line.page for line in lines}
    known = {line.id: line for line in (*lines, *(line for line in found.found if line.page in page))}
    seconds = {second for _, second in found.joined}
    for first, second in found.joined:
        if first in known and second in known:
            known[first] = as_one(known[first], known[second])
    return tuple(line for id, line in known.items() if id not in seconds)


def words_by_line(found: LineAlignment, given: Written) -> dict[LineId, tuple[str, float]]:
    """Give the words that each line carries, in the text's order, and the least confidence of their links.

    A typed line is given as typed: words that were inserted above it, where no line of their own was found, are not
    its own.
    """
    above = [m for m in found.marks if m.kind is MarkKind.INSERTION and not m.lines]
    own = [k for k in found.links if not any(m.segment == k.segment and m.start <= k.start < m.end for m in above)]
    rank = {segment.id: number for number, segment in enumerate(given.segments)}
    content = {segment.id: segment.content for segment in given.segments}
    parts: dict[LineId, list[Link]] = {}
    for link in sorted(own, key=lambda link: (rank[link.segment], link.start)):
        parts.setdefault(link.line, []).append(link)
    return {line: (_joined(links, content), min(k.confidence for k in links)) for line, links in parts.items()}


def _joined(links: Sequence[Link], content: Mapping[SegmentId, str]) -> str:
    words = ""
    last: Link | None = None
    for link in links:
        inner = content[link.segment]
        together = last is not None and last.segment == link.segment and last.end == link.start
        words += ("" if together else " ") + inner[link.start : link.end]
        last = link
    return " ".join(words.split())
