"""What a person says of marks in a document's description: what a bracket is, what it does, in which hand it stands.

Said of the brackets of a text before anything has an id, so that words come into the content, or leave it, before
anything is linked to them. Marks that somebody spoke of are pinned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from transcriptions import faults, hands, markup
from transcriptions.identity import HandId
from transcriptions.markup import Layer
from transcriptions.model import Document, Function, MarkKind
from transcriptions.parsed import ParsedMark, ParsedSegment


@dataclass(frozen=True, slots=True)
class SaidMark:
    """What is said of the marks of a text whose bracket is `raw`: of the one of that `number`, from 1, or of all.

    A mark that has no bracket is called by its words. What is None is not said.
    """

    text: str
    raw: str
    number: int | None = None
    kind: MarkKind | None = None
    function: Function | None = None
    hand: HandId | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The segments under what was said, and what of that found no mark."""

    segments: tuple[ParsedSegment, ...]
    unmet: tuple[SaidMark, ...]


def hear(
    segments: Sequence[ParsedSegment], said: Iterable[SaidMark], *, document: Document, language: str, layer: Layer
) -> Heard:
    """Apply what was said to the segments of a text. Raises EntityUnknown where the register lacks a hand."""
    told: dict[tuple[int, int], SaidMark] = {}
    unmet = []
    for each in said:
        places = _places(segments, each)
        if not places:
            unmet.append(each)
        told |= {place: _both(told.get(place), each) for place in places}
    by_segment: dict[int, dict[int, SaidMark]] = {}
    for (segment, mark), each in told.items():
        by_segment.setdefault(segment, {})[mark] = each
    heard = tuple(
        _segment(segment, by_segment[index], document, language, layer) if index in by_segment else segment
        for index, segment in enumerate(segments)
    )
    return Heard(heard, tuple(unmet))


def _places(segments: Sequence[ParsedSegment], said: SaidMark) -> list[tuple[int, int]]:
    """Find the marks that are spoken of, by the places of segments and of marks in them."""
    found = [
        (index, place)
        for index, segment in enumerate(segments)
        for place, mark in sorted(enumerate(segment.marks), key=lambda each: (each[1].raw_start, each[1].start))
        if said.raw == (mark.raw or segment.content[mark.start : mark.end])
    ]
    return found if said.number is None else found[said.number - 1 : said.number]


def _both(before: SaidMark | None, said: SaidMark) -> SaidMark:
    """Say of a mark what was said of it before, too."""
    if before is None:
        return said
    return replace(
        said,
        kind=said.kind or before.kind,
        function=said.function or before.function,
        hand=said.hand or before.hand,
    )


def _segment(
    segment: ParsedSegment, told: Mapping[int, SaidMark], document: Document, language: str, layer: Layer
) -> ParsedSegment:
    known = [_mark(mark, told[place], document) if place in told else mark for place, mark in enumerate(segment.marks)]
    kinds = {mark.raw_start: mark.kind for place, mark in enumerate(known) if place in told and mark.raw}
    keep = "\n" in segment.content
    before = markup.trace(segment.raw, language=language, layer=layer, keep_breaks=keep)
    if not kinds or (before.content, before.marks) != (segment.content, segment.marks):
        # Where the marks came without brackets, their words are where they are.
        return replace(segment, marks=tuple(known))
    after = markup.trace(segment.raw, language=language, layer=layer, keep_breaks=keep, typed=kinds)
    by_place = {mark.raw_start: mark for mark in known}
    marks = tuple(_moved(by_place.get(mark.raw_start, mark), mark) for mark in after.marks)
    if after.content == segment.content:
        return replace(segment, marks=marks)
    found = faults.find(after.content, language=language)
    return replace(segment, content=after.content, marks=marks, faults=found)


def _mark(mark: ParsedMark, said: SaidMark, document: Document) -> ParsedMark:
    if said.kind is not None:
        mark = replace(mark, kind=said.kind, suggested=None, pinned=True)
    if said.function is not None:
        mark = hands.assign(mark, said.function)
    return hands.attribute(mark, document, said.hand) if said.hand is not None else mark


def _moved(known: ParsedMark, parsed: ParsedMark) -> ParsedMark:
    """Give a mark as it is known, where the new parse has it."""
    return replace(known, start=parsed.start, end=parsed.end, value=parsed.value)
