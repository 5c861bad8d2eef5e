"""The texts of a TEI file: which of its divisions are texts of their own, and their passages cut into segments."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from transcriptions import bracket_writing, faults, markup, segmenter
from transcriptions.formats import xml
from transcriptions.formats.tei.facsimile import Spot
from transcriptions.formats.tei.flow import Flow
from transcriptions.formats.tei.passages import Passage
from transcriptions.formats.tei.vocabulary import ID, LANG
from transcriptions.imported import Born
from transcriptions.markup import Layer
from transcriptions.model import SegmentKind, TextKind
from transcriptions.parsed import ParsedMark, ParsedSegment

_PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Division:
    """One text of a file: the elements that hold it, but for what is `left_out` as it is a text of its own.

    A `fragment` is said to be a part of a text only.
    """

    kind: TextKind
    language: str
    name: str
    part: str
    elements: tuple[etree._Element, ...]
    left_out: frozenset[etree._Element] = frozenset()
    fragment: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Segments in order; for each what lies where (pages and lines by their places in the file), and its xml:id.

    `anchors` are those of segments that have one: name, segment, and the place in its content.
    """

    segments: tuple[ParsedSegment, ...]
    places: tuple[tuple[Born, ...], ...]
    names: tuple[str, ...]
    anchors: tuple[tuple[str, str, int], ...] = ()

    @property
    def breaks_kept(self) -> bool:
        """Whether the ends of lines stand in the text."""
        return any("\n" in segment.content for segment in self.segments)


def divide(root: etree._Element, language: str) -> list[Division]:
    """Find the texts of a file: each translation, each edition that stands beside others, a draft, and the rest."""
    holders = [each for each in _outermost(root, "text") if next(each.iter("{*}body", "{*}text"), None) is not None]
    if not any(xml.text_of(each).strip() for each in holders):
        holders = list(_outermost(root, "sourceDoc")) or holders
    apart = [each for holder in holders for each in _apart(holder)]
    rest = frozenset(apart)
    found = [_division(each, language) for each in apart]
    if holders:
        main = Division(TextKind.TRANSCRIPTION, _language(holders[0], language), "", "", tuple(holders), rest)
        found.insert(0, main)
    return found


def _outermost(root: etree._Element, name: str) -> Iterator[etree._Element]:
    for element in root.iter(f"{{*}}{name}"):
        if not any(xml.local(each) == name for each in element.iterancestors()):
            yield element


def _apart(holder: etree._Element) -> Iterator[etree._Element]:
    """Go through the elements that are texts of their own: translations and drafts, and editions where one is named."""
    taken: set[etree._Element] = set()
    for element in holder.iter("{*}div", "{*}div1", "{*}text", "{*}ab", "{*}p"):
        if taken.isdisjoint(element.iterancestors()) and element is not holder and _kind(element) is not None:
            taken.add(element)
            yield element


def _kind(element: etree._Element) -> TextKind | None:
    said = f"{element.get('type') or ''} {element.get('subtype') or ''}".lower()
    if re.search(r"\btransla|перевод", said):
        return TextKind.TRANSLATION
    if xml.local(element) != "div":
        return None
    if re.search(r"\bdraft\b", said) and "ocr" in said:
        return TextKind.OCR_DRAFT
    return TextKind.TRANSCRIPTION if (element.get("type") or "").lower() in ("edition", "transcription") else None


def _division(element: etree._Element, language: str) -> Division:
    kind = _kind(element) or TextKind.TRANSCRIPTION
    named = element.get(ID) or ""
    fragment = (element.get("part") or "N") != "N"
    return Division(kind, _language(element, language), named, element.get("n") or "", (element,), fragment=fragment)


def _language(element: etree._Element, default: str) -> str:
    """Give the language of an element: its own, that of what it lies in, the file's, or else of what lies in it."""
    around = (element, *element.iterancestors())
    own = next((tag for each in around if (tag := each.get(LANG) or each.get("lang"))), default)
    return own or next((tag for each in element.iterdescendants() if (tag := each.get(LANG))), "")


def cut(division: Division, flow: Flow, language: str) -> Cut:
    """Cut a text into segments: as the file does, else into the sentences of its paragraphs."""
    passages = [passage for element in division.elements for passage in flow.read(element, left_out=division.left_out)]
    layer = Layer.TRANSLATION if division.kind is TextKind.TRANSLATION else Layer.SOURCE
    cuts = _cuts(passages, language, layer)
    segments: list[ParsedSegment] = []
    places: list[tuple[Born, ...]] = []
    names: list[str] = []
    for index, (passage, pieces) in enumerate(zip(passages, cuts, strict=True)):
        following = passages[index + 1].opens if index + 1 < len(passages) else True
        marks = _shared_out(passage, pieces)
        for number, (start, end, kind) in enumerate(pieces):
            stop = _PARAGRAPH if following else " "
            behind = stop if number + 1 == len(pieces) else passage.content[end : pieces[number + 1][0]]
            piece = replace(passage, content=passage.content[start:end], marks=tuple(marks[number]), kind=kind)
            opens = passage.opens and number == 0
            segments.append(_segment(piece, behind or " ", language, layer, page=_page_at(passage, start), opens=opens))
            places.append(tuple(_born(passage, start, end)))
            names.append(passage.name if passage.whole else "")
    anchors = [(name, each.name, at) for each in passages if each.whole and each.name for name, at in each.anchors]
    return Cut(tuple(segments), tuple(places), tuple(names), tuple(anchors))


_Piece = tuple[int, int, SegmentKind]


def _cuts(passages: Sequence[Passage], language: str, layer: Layer) -> list[list[_Piece]]:
    """Say where each passage is cut, and what each piece is; a passage that the file calls a segment is not cut."""
    if all(passage.whole for passage in passages):
        return [[_whole(passage, SegmentKind.SENTENCE)] for passage in passages]
    raw = "".join(passage.content + _PARAGRAPH for passage in passages)
    found: list[tuple[int, int, SegmentKind]] = []
    offset = 0
    for segment in segmenter.segment(raw, language=language, layer=layer, breaks="kept"):
        found.append((offset, offset + len(segment.raw), segment.kind))
        offset += len(segment.raw)
    cuts = []
    start = first = 0
    for passage in passages:
        end = start + len(passage.content)
        while first < len(found) and found[first][1] <= start:
            first += 1
        pieces = []
        place = first
        while place < len(found) and found[place][0] < end:
            low, high, kind = found[place]
            place += 1
            piece = _trimmed(passage.content, max(low, start) - start, min(high, end) - start)
            if piece is not None:
                pieces.append((*piece, passage.kind or kind))
        whole = passage.whole or not pieces
        cuts.append([_whole(passage, SegmentKind.SENTENCE)] if whole else pieces)
        start = end + len(_PARAGRAPH)
    return cuts


def _whole(passage: Passage, kind: SegmentKind) -> _Piece:
    note = not passage.content and kind is SegmentKind.SENTENCE and passage.marks
    return 0, len(passage.content), passage.kind or (SegmentKind.NOTE if note and not passage.whole else kind)


def _trimmed(content: str, start: int, end: int) -> tuple[int, int] | None:
    words = content[start:end]
    start += len(words) - len(words.lstrip())
    end = start + len(words.strip())
    return (start, end) if start < end else None


def _segment(
    piece: Passage, behind: str, language: str, layer: Layer, *, page: int | None, opens: bool
) -> ParsedSegment:
    """Make a segment of a piece; `behind` is what follows it in the raw text."""
    content, marks = piece.content, piece.marks
    raw = _raw(piece, language, layer)
    if raw is None:
        # Without the brackets that it came from, a mark has no raw form.
        marks = tuple(replace(mark, raw="", raw_start=0) for mark in marks)
        raw = content or bracket_writing.write("", "", marks, language=language, layer=layer)
    return ParsedSegment(
        kind=piece.kind or SegmentKind.SENTENCE,
        raw=raw + behind,
        content=content,
        marks=marks,
        opens_paragraph=opens,
        page=None if page is None else str(page),
        faults=faults.find(content, language=language),
    )


def _page_at(passage: Passage, start: int) -> int | None:
    """Give the page that a place of a passage lies on; None where the file says none."""
    last = bisect_right(passage.pages, start, key=lambda each: each[0])
    return passage.pages[last - 1][1] if last else None


def _raw(piece: Passage, language: str, layer: Layer) -> str | None:
    """Give the raw text that a segment came from, where the file tells it and the words are still those."""
    if not (piece.whole and piece.raw):
        return None
    known = markup.parse(piece.raw, language=language, layer=layer, keep_breaks="\n" in piece.content)[0]
    return piece.raw if known == piece.content else None


def _shared_out(passage: Passage, pieces: Sequence[_Piece]) -> list[list[ParsedMark]]:
    """Cut marks at the pieces of a passage; one without words belongs to the piece that it follows."""
    found: list[list[ParsedMark]] = [[] for _ in pieces]
    starts = [start for start, _, _ in pieces]
    for mark in passage.marks:
        if mark.start == mark.end:
            place = max(0, bisect_left(starts, mark.start) - 1)
            start, end, _ = pieces[place]
            at = min(max(mark.start, start), end) - start
            found[place].append(replace(mark, start=at, end=at))
            continue
        place = max(0, bisect_right(starts, mark.start) - 1)
        while place < len(pieces) and starts[place] < mark.end:
            start, end, _ = pieces[place]
            low, high = max(mark.start, start), min(mark.end, end)
            if low < high:
                found[place].append(replace(mark, start=low - start, end=high - start))
            place += 1
    return found


def _born(passage: Passage, start: int, end: int) -> list[Born]:
    """Say which characters of [start, end) stand on which line; words of one line that follow each other are one."""
    found: list[Born] = []
    first = max(0, bisect_right(passage.lines, start, key=lambda each: each[0]) - 1)
    for index in range(first, len(passage.lines)):
        place, line = passage.lines[index]
        if place >= end:
            break
        stop = passage.lines[index + 1][0] if index + 1 < len(passage.lines) else len(passage.content)
        low, high = max(place, start), min(stop, end)
        if line is None or low >= high or not passage.content[low:high].strip():
            continue
        born = _placed(line, low - start, high - start)
        last = found[-1] if found else None
        if last and (last.page, last.line) == (born.page, born.line):
            between = passage.content[start + last.end : start + born.start]
            if not between.strip():
                found[-1] = replace(last, end=born.end)
                continue
        found.append(born)
    return found


def _placed(line: Spot, start: int, end: int) -> Born:
    page, index = line
    return Born(start, end, str(page), index)
