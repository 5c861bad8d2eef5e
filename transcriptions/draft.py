"""An OCR draft as a text: what was read on the lines, linked to them by birth, for pages that nobody transcribed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from transcriptions import segmenter
from transcriptions.alignment.align import PageLines, Reading
from transcriptions.alignment.course import course_of
from transcriptions.identity import LineId, LinkId, Mint, TextId
from transcriptions.markup import Layer
from transcriptions.model import Alignment, Line, Link, Mark, Part, Segment, Text, TextKind
from transcriptions.parsed import ParsedSegment
from transcriptions.resegment import Correspondence, carry_links
from transcriptions.resupply import Resupply
from transcriptions.revision import Held, Snapshot

LABEL = (("en", ("Uncorrected OCR",)), ("ru", ("Неисправленное распознавание",)))
_PLAIN = str.maketrans("[]\n\f", "()  ")


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted text with its segments, marks and links."""

    text: Text
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    links: tuple[Link, ...]


def draw(
    before: Snapshot,
    part: Part,
    pages: Sequence[PageLines],
    readings: Mapping[LineId, Reading],
    *,
    language: str,
    old: Text | None,
    alignment: Alignment,
    held: Held,
    mint: Mint,
) -> Draft | None:
    """Draw the draft of a part out of what was read on its lines; None where nothing was read.

    A segment whose words are as before keeps its id; lines that a person corrected keep their words.
    """
    parsed: list[ParsedSegment] = []
    born: list[tuple[tuple[int, int, Line, float], ...]] = []
    for page in pages:
        for segment, places in _page(page, readings, language):
            parsed.append(replace(segment, page=page.page))
            born.append(places)
    if not parsed:
        return None
    text = Text(
        id=old.id if old else TextId(mint()),
        document=part.document,
        part=part.id,
        kind=TextKind.OCR_DRAFT,
        language=language,
        label=LABEL,
        breaks_kept=True,
        alignment=alignment,
    )
    hints = {str(page.page): page.page for page in pages}
    outcome = Resupply(before, text, held=held, mint=mint).take(parsed, hints)
    there = {line.id for page in pages for line in page.lines}
    links: list[Link] = []
    for number, each in enumerate(outcome.segments):
        own = [link for link in outcome.links if link.segment == each.id]
        # Behind those that were read stand those that a person corrected and nothing reads so any more.
        read = parsed[number] if number < len(parsed) else None
        drawn = [] if read is None else _drawn(each, born[number], own, mint)
        if read is None or each.content != read.content:
            standing = [link for link in own if link.line in there]
            change = Correspondence("" if read is None else read.content, each.content)
            drawn = standing or list(carry_links(drawn, change))
        links += drawn
    return Draft(text, outcome.segments, outcome.marks, tuple(links))


def _drawn(
    segment: Segment, places: Sequence[tuple[int, int, Line, float]], own: Sequence[Link], mint: Mint
) -> list[Link]:
    known = {(link.start, link.end): link for link in own}
    return [_link(known.get((a, b)), segment, a, b, line, sure, mint) for a, b, line, sure in places]


def _link(old: Link | None, segment: Segment, start: int, end: int, line: Line, confidence: float, mint: Mint) -> Link:
    if old is not None and old.pinned:
        return old
    left, right = course_of(line.baseline).ends(line.box)
    return Link(
        id=old.id if old else LinkId(mint()),
        segment=segment.id,
        start=start,
        end=end,
        line=line.id,
        confidence=confidence,
        left=left,
        right=right,
    )


def _page(
    page: PageLines, readings: Mapping[LineId, Reading], language: str
) -> list[tuple[ParsedSegment, tuple[tuple[int, int, Line, float], ...]]]:
    """Cut what was read on one page into sentences, and say which characters of each lie on which line."""
    read = [(line, readings[line.id]) for line in page.lines if line.id in readings]
    readable = [(line, reading, " ".join(reading.text.translate(_PLAIN).split())) for line, reading in read]
    readable = [entry for entry in readable if entry[2]]
    raw = "".join(words + "\n" for _, _, words in readable)
    starts = _starts([words for _, _, words in readable])
    segments = segmenter.segment(raw, language=language, layer=Layer.SOURCE, breaks="kept")
    drawn = []
    offset = 0
    for segment in segments:
        inside = segment.raw.find(segment.content)
        if segment.marks or inside < 0:
            segment = replace(segment, content=segment.raw.rstrip(), marks=())
            inside = 0
        first, last = offset + inside, offset + inside + len(segment.content)
        places = []
        for (line, reading, words), start in zip(readable, starts, strict=True):
            low, high = max(first, start), min(last, start + len(words))
            if low < high:
                places.append((low - first, high - first, line, reading.confidence))
        drawn.append((segment, tuple(places)))
        offset += len(segment.raw)
    return drawn


def _starts(words: Sequence[str]) -> list[int]:
    starts, offset = [], 0
    for each in words:
        starts.append(offset)
        offset += len(each) + 1
    return starts
