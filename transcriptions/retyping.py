"""A person says what a bracket is: its kind changes, and its words come into the content or leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcriptions import markup
from transcriptions.errors import EntityUnknown
from transcriptions.identity import MarkId, Mint
from transcriptions.markup import Layer
from transcriptions.model import Mark, MarkKind, Segment
from transcriptions.parsed import ParsedMark, mark_of
from transcriptions.resegment import Correspondence


def retype(
    segment: Segment,
    marks: Sequence[Mark],
    wanted: MarkId,
    kind: MarkKind,
    *,
    language: str,
    layer: Layer,
    mint: Mint,
) -> tuple[Segment, tuple[Mark, ...]]:
    """Give a segment and its marks with one mark taken for another kind; the mark is pinned, its raw form stays.

    The other marks keep their kinds and ids; brackets nested in words that come into the content get marks of their
    own. Where a person corrected the content, only the kind changes. Raises EntityUnknown where the segment has no
    such mark.
    """
    mark = next((each for each in marks if each.id == wanted), None)
    if mark is None:
        raise EntityUnknown(f"the segment {segment.id} has no mark {wanted}")
    changed = replace(mark, kind=kind, suggested=None, pinned=True)
    others = [changed if each is mark else each for each in marks]
    keep = "\n" in segment.content
    parsed = markup.trace(segment.raw, language=language, layer=layer, keep_breaks=keep)
    kinds = {each.raw_start: each.kind for each in parsed.marks}

    def typed(listed: Sequence[Mark]) -> dict[int, MarkKind]:
        return {each.raw_start: each.kind for each in listed if each.raw and kinds.get(each.raw_start) != each.kind}

    before = markup.trace(segment.raw, language=language, layer=layer, keep_breaks=keep, typed=typed(marks))
    if not mark.raw or before.content != segment.content:
        return segment, tuple(others)
    chosen = {**typed(others), mark.raw_start: kind}
    after = markup.trace(segment.raw, language=language, layer=layer, keep_breaks=keep, typed=chosen)
    by_place = {each.raw_start: each for each in others if each.raw}
    settled = [_settled(each, by_place.get(each.raw_start), segment, mint) for each in after.marks]
    change = Correspondence(segment.content, after.content)
    for each in others:
        if not each.raw and (place := change.carry(each.start, each.end)) is not None:
            settled.append(replace(each, start=place[0], end=place[1]))
    return replace(segment, content=after.content), tuple(settled)


def _settled(parsed: ParsedMark, known: Mark | None, segment: Segment, mint: Mint) -> Mark:
    """Give the mark of a bracket as it was known, placed by the new parse; a new one where it was not."""
    if known is not None:
        return replace(known, start=parsed.start, end=parsed.end, value=parsed.value)
    return mark_of(parsed, id=MarkId(mint()), segment=segment.id)
