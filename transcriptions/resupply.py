"""One text supplied again: its segments, marks, links and beads as they are to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from transcriptions import ranks
from transcriptions.identity import MarkId, Mint, PageId, SegmentId
from transcriptions.model import Bead, Link, Mark, Segment, Text
from transcriptions.parsed import ParsedMark, ParsedSegment, mark_of
from transcriptions.resegment import Correspondence, carry_beads, carry_links, pair, pair_marks
from transcriptions.revision import EntityKind, Snapshot

E = TypeVar("E", Mark, Link)


@dataclass(frozen=True, slots=True)
class TextOutcome:
    """Entities of texts as they are to be."""

    texts: tuple[Text, ...] = ()
    segments: tuple[Segment, ...] = ()
    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    beads: tuple[Bead, ...] = ()
    changes: Mapping[SegmentId, Correspondence | None] | None = None

    def joined(self, other: TextOutcome) -> TextOutcome:
        """Give both together."""
        return TextOutcome(
            self.texts + other.texts,
            self.segments + other.segments,
            self.marks + other.marks,
            self.links + other.links,
            changes={**(self.changes or {}), **(other.changes or {})},
        )

    @staticmethod
    def standing(before: Snapshot, text: Text) -> TextOutcome:
        """Give a text and all on it as it stands."""
        segments = before.segments_of(text.id)
        ids = frozenset(segment.id for segment in segments)
        return TextOutcome(
            (text,),
            segments,
            before.marks_of(ids),
            tuple(link for link in before.links if link.segment in ids),
        )


def settle_beads(before: Snapshot | None, outcome: TextOutcome) -> TextOutcome:
    """Carry the document's beads over all the changes; beads of texts that are gone fall away."""
    if before is None:
        return outcome
    texts = frozenset(text.id for text in outcome.texts)
    standing = [bead for bead in before.beads if {bead.source_text, bead.target_text} <= texts]
    return replace(outcome, beads=carry_beads(standing, outcome.changes or {}))


class Resupply:
    """Takes the segments of one text over; `kept` lists what a person's word kept back, as (segment, detail)."""

    def __init__(
        self,
        before: Snapshot | None,
        text: Text,
        *,
        held: Mapping[tuple[EntityKind, str], frozenset[str]],
        mint: Mint,
    ) -> None:
        self._text = text
        self._held = held
        self._mint = mint
        self._old = before.segments_of(text.id) if before else ()
        self._marks = _by_segment(before.marks if before else ())
        self._links = _by_segment(before.links if before else ())
        self.kept: list[tuple[SegmentId, str]] = []

    def take(
        self,
        supplied: Sequence[ParsedSegment],
        hints: Mapping[str, PageId],
        ids: Sequence[SegmentId | None] = (),
    ) -> TextOutcome:
        """Give the text's segments, marks and links; `hints` says which page a page hint means.

        `ids` names the segments of ours in a file that went out of here; it is empty for any other.
        """
        pairs = pair(self._old, [segment.raw for segment in supplied], ids)
        places = ranks.rerank(tuple(None if index is None else self._old[index].rank for index in pairs))
        segments: list[Segment] = []
        marks: list[Mark] = []
        links: list[Link] = []
        changes: dict[SegmentId, Correspondence | None] = {}
        for parsed, index, rank in zip(supplied, pairs, places, strict=True):
            old = None if index is None else self._old[index]
            segment = self._segment(old, parsed, rank, hints)
            came_back = old is not None and bool(ids) and _is_untouched(old, segment)
            if old is not None and came_back:
                segment = replace(segment, raw=old.raw, page=old.page)
            segments.append(segment)
            change = Correspondence(old.content, segment.content) if old and old.content != segment.content else None
            if change is not None:
                changes[segment.id] = change
            own = self._links.get(segment.id, ())
            links.extend(carry_links(own, change) if change else own)
            marks.extend(self._carry_marks(segment, parsed, came_back=came_back))
        gone = {segment.id for segment in self._old} - {segment.id for segment in segments}
        standing = [segment for segment in self._old if segment.id in gone and self._is_kept(segment)]
        changes.update({id: None for id in gone if id not in {segment.id for segment in standing}})
        for segment in standing:
            segments.append(segment)
            marks.extend(self._marks.get(segment.id, ()))
            links.extend(self._links.get(segment.id, ()))
        return TextOutcome((self._text,), tuple(segments), tuple(marks), tuple(links), changes=changes)

    def _is_kept(self, segment: Segment) -> bool:
        if self._held.get((EntityKind.SEGMENT, segment.id)):
            self.kept.append((segment.id, "is not supplied any more, but was corrected by a person: kept"))
            return True
        return False

    def _segment(self, old: Segment | None, parsed: ParsedSegment, rank: str, hints: Mapping[str, PageId]) -> Segment:
        page = hints.get(parsed.page) if parsed.page is not None else None
        described = Segment(
            id=old.id if old else SegmentId(self._mint()),
            text=self._text.id,
            rank=rank,
            kind=parsed.kind,
            raw=parsed.raw,
            content=parsed.content,
            opens_paragraph=parsed.opens_paragraph,
            page=page,
            faults=parsed.faults,
        )
        if old is None:
            return described
        held = self._held.get((EntityKind.SEGMENT, old.id), frozenset()) - {"raw", "rank", "faults"}
        if "content" in held and old.raw != parsed.raw:
            self.kept.append((old.id, "was corrected by a person and is kept; the supply says otherwise"))
        return replace(described, **{name: getattr(old, name) for name in held})

    def _carry_marks(self, segment: Segment, parsed: ParsedSegment, *, came_back: bool) -> tuple[Mark, ...]:
        old = self._marks.get(segment.id, ())
        if segment.content != parsed.content:
            return tuple(old)
        if came_back:
            # A file that went out tells of no brackets where the words have been corrected since.
            raws = {(mark.kind, mark.start, mark.end): (mark.raw, mark.raw_start) for mark in reversed(old)}
            known = [(each, raws.get((each.kind, each.start, each.end))) for each in parsed.marks]
            told = tuple(each if raw is None else replace(each, raw=raw[0], raw_start=raw[1]) for each, raw in known)
            parsed = replace(parsed, marks=told)
        touched = any(self._held.get((EntityKind.MARK, mark.id)) or mark.pinned for mark in old)
        # What a person re-typed is found by its bracket alone.
        pairs = pair_marks(
            [("" if touched else mark.kind, mark.raw) for mark in old],
            [("" if touched else mark.kind, mark.raw) for mark in parsed.marks],
        )
        return tuple(
            self._mark(segment, each, old[index] if index is not None else None)
            for each, index in zip(parsed.marks, pairs, strict=True)
        )

    def _mark(self, segment: Segment, parsed: ParsedMark, old: Mark | None) -> Mark:
        mark = mark_of(parsed, id=old.id if old else MarkId(self._mint()), segment=segment.id)
        if old is None:
            return mark
        mark = replace(mark, lines=old.lines, confidence=old.confidence)
        held = self._held.get((EntityKind.MARK, old.id), frozenset()) - {"start", "end", "raw", "raw_start"}
        return replace(mark, **{name: getattr(old, name) for name in held})


def _is_untouched(old: Segment, new: Segment) -> bool:
    """Say whether a segment came back as it went out, but for what its file says of white space and pages."""
    return (old.raw.strip(), old.content) == (new.raw.strip(), new.content)


def _by_segment(entities: Sequence[E]) -> dict[SegmentId, tuple[E, ...]]:
    grouped: dict[SegmentId, list[E]] = {}
    for entity in entities:
        grouped.setdefault(entity.segment, []).append(entity)
    return {segment: tuple(each) for segment, each in grouped.items()}
