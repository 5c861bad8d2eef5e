"""Lines and texts that page files bring (PAGE, ALTO, hOCR): their text with what lies where, and lines that come again.

A text out of page files is linked to its lines by birth. Words of an inserted line stand once, in the line that they
go into. When files come again, lines are found by id, then by place; what is untouched keeps its links and pins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from images.geometry import Size
from images.layout.page import Hand, Role
from transcriptions import faults, segmenter
from transcriptions.analysis import carried_baseline, carried_polygon, overlap
from transcriptions.identity import LineId, LinkId, Mint, PageId, SegmentId, id_in
from transcriptions.markup import Layer
from transcriptions.model import Anchor, Line, Link, MarkKind, Order, Segment
from transcriptions.parsed import ParsedMark, ParsedSegment
from transcriptions.resegment import DOUBTFUL
from transcriptions.written import WrittenLine, WrittenPage

GENERATOR = "import/"
"""What the generator of lines, and of links, from a file begins with; the format's name follows."""

_SAME = 0.7
_PREFIX = "l-"
_WORD = re.compile(r"\S+")


def line_name(id: LineId) -> str:
    """Write a line's id as an xml:id, which may not begin with a figure."""
    return _PREFIX + id


def own_id(name: str) -> LineId | None:
    """Read the id of a line of ours off its name in a file; None for the name of another program's line."""
    id = id_in(name, _PREFIX)
    return None if id is None else LineId(id)


@dataclass(frozen=True, slots=True)
class Born:
    """That `content[start:end]` of a segment stands on a line: a page's place, and the index of its line there.

    `confidence` is that of the file, 0..1; what a file says without a doubt is sure.
    """

    start: int
    end: int
    page: str
    line: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Composed:
    """The segments of a text out of page files, and for each what lies where."""

    segments: tuple[ParsedSegment, ...] = ()
    places: tuple[tuple[Born, ...], ...] = ()


# --- the text


def compose(pages: Sequence[tuple[str, WrittenPage]], *, language: str) -> Composed:
    """Make one text of the lines of pages, given with their places. Brackets stay as the files have them."""
    segments: list[ParsedSegment] = []
    places: list[tuple[Born, ...]] = []
    for name, page in pages:
        for segment, born in _page(name, page, language):
            segments.append(segment)
            places.append(born)
    return Composed(tuple(segments), tuple(places))


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of a page's raw text that stand on one line, from `offset` of the line's text on."""

    start: int
    text: str
    line: int
    offset: int


def _page(name: str, page: WrittenPage, language: str) -> Iterator[tuple[ParsedSegment, tuple[Born, ...]]]:
    raw, runs = _raw(page)
    lines = page.lines
    offset = 0
    for segment in segmenter.segment(raw, language=language, layer=Layer.SOURCE, breaks="kept"):
        content = segment.raw.strip()
        first = offset + len(segment.raw) - len(segment.raw.lstrip())
        last = first + len(content)
        offset += len(segment.raw)
        inside = [run for run in runs if run.start < last and first < run.start + len(run.text)]
        born = []
        for run in inside:
            start, end = max(first, run.start), min(last, run.start + len(run.text))
            born.append(Born(start - first, end - first, name, run.line))
        marks = [
            replace(mark, raw="", raw_start=0) for run in inside for mark in _marks(lines[run.line], run, first, last)
        ]
        yield (
            replace(
                segment,
                content=content,
                marks=tuple(marks),
                page=name,
                faults=faults.find(content, language=language),
            ),
            tuple(born),
        )


def _marks(line: WrittenLine, run: _Run, first: int, last: int) -> Iterator[ParsedMark]:
    """Place a line's marks in the segment [first, last) of the raw text."""
    ends = run.offset + len(run.text)
    for mark in line.marks:
        start, end = max(mark.start, run.offset), min(mark.end, ends)
        if start > end or (start == end and mark.start < mark.end):
            continue
        low, high = (run.start + place - run.offset - first for place in (start, end))
        if high >= 0 and low <= last - first:
            yield replace(mark, start=max(0, low), end=min(last - first, high))
    inserted = line.layout.role is Role.INSERTION and not any(m.kind is MarkKind.INSERTION for m in line.marks)
    if inserted:
        low, high = max(first, run.start), min(last, run.start + len(run.text))
        yield ParsedMark(MarkKind.INSERTION, low - first, high - first, "", 0, hand=line.layout.hand)


def _raw(page: WrittenPage) -> tuple[str, list[_Run]]:
    """Write a page's text, a line feed after each line and an empty line between blocks, with its runs."""
    lines = page.lines
    inserted: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        if line.layout.place is not None and _has_host(lines, index):
            inserted.setdefault(line.layout.place.line, []).append(index)
    away = {index for group in inserted.values() for index in group}
    runs: list[_Run] = []
    written = ""
    index = 0
    for block in page.blocks:
        before = len(written)
        for line in block.lines:
            if index not in away and line.text.strip():
                for run in _runs(lines, index, inserted.get(index, ())):
                    runs.append(replace(run, start=len(written)))
                    written += run.text
                written += "\n"
            index += 1
        if len(written) > before:
            written += "\n"
    return written, [run for run in runs if run.text.strip()]


def _has_host(lines: Sequence[WrittenLine], index: int) -> bool:
    """Say whether an inserted line goes into another one that is in the running text and has words."""
    place = lines[index].layout.place
    if place is None or place.line == index or not 0 <= place.line < len(lines) or not lines[index].text.strip():
        return False
    host = lines[place.line]
    return host.layout.place is None and bool(host.text.strip())


def _runs(lines: Sequence[WrittenLine], index: int, inserted: Sequence[int]) -> Iterator[_Run]:
    """Cut a line where others are inserted; a blank stands between what meets there."""
    text = lines[index].text
    done = 0
    for other, offset in sorted(
        ((other, _offset(lines[other], lines[index])) for other in inserted), key=lambda e: e[1]
    ):
        head = text[done:offset]
        if head:
            yield _Run(0, head if head[-1].isspace() else head + " ", index, done)
        yield _Run(0, lines[other].text.strip() + " ", other, 0)
        done = offset
    if text[done:]:
        yield _Run(0, text[done:], index, done)


def _offset(inserted: WrittenLine, host: WrittenLine) -> int:
    """Say before which character of its host an insertion goes: as its file says, else by its x at a gap of words."""
    if inserted.offset is not None:
        return min(max(0, inserted.offset), len(host.text))
    assert inserted.layout.place is not None
    box = host.layout.box
    wanted = (inserted.layout.place.x - box.x) / box.width * len(host.text)
    gaps = [0, *(i + 1 for i, c in enumerate(host.text) if c == " "), len(host.text)]
    return min(gaps, key=lambda gap: abs(gap - wanted))


# --- lines that come, and come again


@dataclass(frozen=True, slots=True)
class Settled:
    """The lines of a page as its file has them; `changes` says of each line, by id, how it differs from before.

    What came back as it went out keeps who found it: its lines stay, and the order names their program.
    """

    lines: tuple[Line, ...]
    order: Order
    changes: tuple[tuple[LineId, str], ...] = ()


def settle(
    page: PageId,
    size: Size,
    written: WrittenPage,
    before: Sequence[Line],
    *,
    generator: str,
    known: Order | None = None,
    mint: Mint,
) -> Settled:
    """Give a page its lines out of a file; lines of before are found by id, then by place, and keep their id.

    A line that a person pinned stays as it is. `known` is the order of before.
    """
    found = _found(page, size, written, before)
    ids = [line.id if line else LineId(mint()) for line in found]
    lines: list[Line] = []
    changes: list[tuple[LineId, str]] = []
    for index, (old, id) in enumerate(zip(found, ids, strict=True)):
        new = _line(page, size, written, index, ids)
        if old is not None and not new.source_id:
            new = replace(new, source_id=old.source_id)
        if old is None:
            if before:
                changes.append((id, "is new"))
        elif old.pinned:
            if _geometry(old) != _geometry(new):
                changes.append((id, "lies elsewhere in the file, but pinned: kept"))
            new = old
        elif _geometry(old) != _geometry(new):
            changes.append((id, "lies elsewhere now"))
        elif new.hand not in (old.hand, Hand.UNKNOWN):
            changes.append((id, f"is {new.hand.value} now, and was {old.hand.value}"))
        elif new.anchor in (old.anchor, None):
            # Not every format holds parts, faintness and how sure a line is.
            new = replace(old, source_id=new.source_id)
        lines.append(new)
    standing = set(ids)
    for old in before:
        if old.id not in standing:
            changes.append((old.id, "is not in the file any more" + (", but pinned: kept" if old.pinned else "")))
            if old.pinned:
                lines.append(old)
    program = generator if changes else _of(generator, known)
    order = Order(page, tuple(line.id for line in lines), GENERATOR + program)
    return Settled(tuple(lines), order, tuple(changes))


def _of(format: str, known: Order | None) -> str:
    """Name a format, and the program whose lines a file of it brought back untouched."""
    if known is None:
        return format
    program = known.generator.removeprefix(GENERATOR)
    if program == known.generator:
        return f"{format} of {program}"
    before = program.partition(" of ")[2]
    return f"{format} of {before}" if before else format


def _geometry(line: Line) -> tuple[object, ...]:
    return line.boundary, line.baseline, line.role


def _found(page: PageId, size: Size, written: WrittenPage, before: Sequence[Line]) -> list[Line | None]:
    free = {line.id: line for line in before}
    named = {line.source_id: line.id for line in before if line.source_id}
    found: list[Line | None] = []
    for line in written.lines:
        own = own_id(line.source_id)
        id = own if own in free else named.get(line.source_id)
        found.append(free.pop(id, None) if id else None)
    for index, line in enumerate(written.lines):
        if found[index] is None and free:
            box = carried_polygon(line.layout.boundary, written.size, size).box
            best = max(free.values(), key=lambda old: overlap(old.box, box))
            if overlap(best.box, box) > _SAME:
                found[index] = free.pop(best.id)
    return found


def _line(page: PageId, size: Size, written: WrittenPage, index: int, ids: Sequence[LineId]) -> Line:
    line = written.lines[index]
    layout = line.layout
    across = size.width / written.size.width
    place = layout.place
    anchored = place is not None and 0 <= place.line < len(ids)
    return Line(
        id=ids[index],
        page=page,
        baseline=carried_baseline(layout.baseline, written.size, size),
        boundary=carried_polygon(layout.boundary, written.size, size),
        role=layout.role,
        parts=tuple(
            replace(part, start=round(part.start * across), end=round(part.end * across)) for part in layout.parts
        ),
        confidence=layout.confidence,
        faint=layout.faint,
        anchor=Anchor(ids[place.line], round(place.x * across)) if place is not None and anchored else None,
        source_id="" if line.source_id == line_name(ids[index]) else line.source_id,
    )


# --- links


@dataclass(frozen=True, slots=True)
class Linked:
    """A text's links out of its files; `changes` says of each line, by id, how its words differ from before."""

    links: tuple[Link, ...]
    changes: tuple[tuple[LineId, str], ...] = ()


def link(
    segments: Sequence[Segment],
    places: Sequence[Sequence[Born]],
    lines: Mapping[tuple[str, int], Line],
    *,
    old: Iterable[Link],
    contents: Mapping[SegmentId, str],
    mint: Mint,
) -> Linked:
    """Link segments to their lines; where a line has the words that it had, its link and pin stay.

    `old` and `contents` are the text's links and contents before. A link on words that changed is doubtful.
    """
    order = {id: place for place, id in enumerate(contents)}
    known: dict[LineId, list[Link]] = {}
    for each in sorted(old, key=lambda each: (order.get(each.segment, len(order)), each.start)):
        known.setdefault(each.line, []).append(each)
    words = {line: " ".join(_words(each, contents) for each in links) for line, links in known.items()}
    placed: dict[LineId, list[tuple[Segment, Born]]] = {}
    for segment, born in zip(segments, places, strict=True):
        for place in born:
            line = lines.get((place.page, place.line))
            if line is not None and segment.content[place.start : place.end].strip():
                placed.setdefault(line.id, []).append((segment, place))
    made: list[Link] = []
    changes: list[tuple[LineId, str]] = []
    for id, entries in placed.items():
        now = " ".join(" ".join(segment.content[place.start : place.end].split()) for segment, place in entries)
        same = _standing(known.get(id, ()), entries, contents) if words.get(id) == now else None
        made += same or _relinked(id, entries, known.get(id, ()), contents, resupplied=bool(known), mint=mint)
        if id in words and now != words[id]:
            changes.append((id, f"reads “{now}” and not “{words[id]}” any more"))
        elif known and id not in words:
            changes.append((id, f"reads “{now}” now"))
    for line in lines.values():
        if line.id in words and line.id not in placed:
            changes.append((line.id, f"has no words any more, and read “{words[line.id]}”"))
    return Linked(tuple(made), tuple(changes))


def _standing(
    links: Sequence[Link], entries: Sequence[tuple[Segment, Born]], contents: Mapping[SegmentId, str]
) -> list[Link] | None:
    """Carry the links of a line whose words stayed; None where one of them would lie in two segments now."""
    words = [
        (segment, found.start(), found.end())
        for segment, place in entries
        for found in _WORD.finditer(segment.content, place.start, place.end)
    ]
    carried = []
    for link in links:
        count = len(_words(link, contents).split())
        own, words = words[:count], words[count:]
        if not own or own[0][0] is not own[-1][0]:
            return None
        segment, start, end = own[0][0], own[0][1], own[-1][2]
        span = slice(link.start, link.end)
        stands = segment.id == link.segment and segment.content[span] == contents.get(link.segment, "")[span]
        carried.append(link if stands else replace(link, segment=segment.id, start=start, end=end))
    return carried


def _relinked(
    line: LineId,
    entries: Sequence[tuple[Segment, Born]],
    old: Sequence[Link],
    contents: Mapping[SegmentId, str],
    *,
    resupplied: bool,
    mint: Mint,
) -> list[Link]:
    """Link the pieces of a line anew; those whose words stayed keep their link, before any other can take its id."""
    free = list(old)
    kept = [_kept(segment, place, free, contents) for segment, place in entries]
    return [
        same or _new(segment, place, line, free, resupplied=resupplied, mint=mint)
        for same, (segment, place) in zip(kept, entries, strict=True)
    ]


def _words(link: Link, contents: Mapping[SegmentId, str]) -> str:
    return " ".join(contents.get(link.segment, "")[link.start : link.end].split())


def _kept(segment: Segment, place: Born, free: list[Link], contents: Mapping[SegmentId, str]) -> Link | None:
    """Take the link of a line that has the same words as before."""
    words = " ".join(segment.content[place.start : place.end].split())
    same = next((each for each in free if _words(each, contents) == words), None)
    if same is None:
        return None
    free.remove(same)
    return replace(same, segment=segment.id, start=place.start, end=place.end)


def _new(segment: Segment, place: Born, line: LineId, free: list[Link], *, resupplied: bool, mint: Mint) -> Link:
    old = free.pop(0) if free else None
    confidence = DOUBTFUL if resupplied else place.confidence
    return Link(old.id if old else LinkId(mint()), segment.id, place.start, place.end, line, confidence)
