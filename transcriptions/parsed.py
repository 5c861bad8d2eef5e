"""Texts and documents as a reader of some format found them, before anything has an id."""

from __future__ import annotations

from dataclasses import dataclass

from images.layout.page import Hand
from transcriptions.identity import HandId, MarkId, SegmentId
from transcriptions.model import (
    Certainty,
    Date,
    Fault,
    Field,
    Function,
    Holding,
    LanguageMap,
    Mark,
    MarkKind,
    Place,
    RegisteredHand,
    SegmentKind,
    TextKind,
)


@dataclass(frozen=True, slots=True)
class ParsedMark:
    """A mark on `content[start:end]` of its segment; `raw` stands at `raw_start` of the segment's raw.

    `pinned` says that a person spoke of it.
    """

    kind: MarkKind
    start: int
    end: int
    raw: str
    raw_start: int
    value: str = ""
    certainty: Certainty = Certainty.NONE
    hand: Hand = Hand.UNKNOWN
    function: Function = Function.UNKNOWN
    place: Place = Place.UNKNOWN
    suggested: MarkKind | None = None
    hand_id: HandId | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class ParsedSegment:
    """A segment; `raw` holds the white space after it too. `page` is the page hint of its source, as written there."""

    kind: SegmentKind
    raw: str
    content: str
    marks: tuple[ParsedMark, ...] = ()
    opens_paragraph: bool = False
    page: str | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedText:
    """One text."""

    kind: TextKind
    language: str
    segments: tuple[ParsedSegment, ...]
    label: LanguageMap = ()
    creator: str = ""
    source: str = ""
    credit: LanguageMap = ()
    breaks_kept: bool = False


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """What one file says of a document; what it leaves out is empty."""

    title: LanguageMap = ()
    summary: LanguageMap = ()
    dates: tuple[Date, ...] = ()
    holdings: tuple[Holding, ...] = ()
    fields: tuple[Field, ...] = ()
    credit: LanguageMap = ()
    homepage: str = ""
    source_id: str = ""
    texts: tuple[ParsedText, ...] = ()
    hands: tuple[RegisteredHand, ...] = ()
    rights: str = ""
    languages: tuple[str, ...] = ()


def mark_of(parsed: ParsedMark, *, id: MarkId, segment: SegmentId) -> Mark:
    """Make a fresh mark of a segment out of what was parsed; it has no place on a page yet."""
    return Mark(
        id=id,
        segment=segment,
        kind=parsed.kind,
        start=parsed.start,
        end=parsed.end,
        raw=parsed.raw,
        raw_start=parsed.raw_start,
        value=parsed.value,
        certainty=parsed.certainty,
        hand=parsed.hand,
        function=parsed.function,
        place=parsed.place,
        suggested=parsed.suggested,
        hand_id=parsed.hand_id,
        pinned=parsed.pinned,
    )
