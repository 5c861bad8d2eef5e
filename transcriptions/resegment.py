"""A text supplied again: which of its segments are the old ones, and what becomes of links, marks and beads.

Unchanged segments keep their ids and everything on them. A changed one keeps its id; what lies on its unchanged
characters moves along, what lies on changed ones becomes doubtful (`DOUBTFUL`), also where a person had confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from transcriptions.identity import SegmentId
from transcriptions.model import Bead, Link, Segment, Span

DOUBTFUL = 0.3
"""Highest confidence of what lies on characters that changed."""

_ALIKE = 55.0

Carry = tuple[int, int, bool]
"""A span in the new content, and whether its characters are the old ones."""


def pair(old: Sequence[Segment], new: Sequence[str], ids: Sequence[SegmentId | None] = ()) -> tuple[int | None, ...]:
    """Say for each new raw which old segment it continues, by index; None for a new one.

    `ids` gives what a file of ours calls the new ones; these go first, wherever they stand. Else order is kept.
    """
    places = {segment.id: index for index, segment in enumerate(old)}
    pairs: list[int | None] = [None] * len(new)
    for index, id in enumerate(ids):
        pairs[index] = None if id is None else places.pop(id, None)
    named = {index for index in pairs if index is not None}
    left = [index for index in range(len(old)) if index not in named]
    free = [index for index, found in enumerate(pairs) if found is None]
    for index, found in zip(free, _pair_words([old[i] for i in left], [new[k] for k in free]), strict=True):
        pairs[index] = None if found is None else left[found]
    return tuple(pairs)


def _pair_words(old: Sequence[Segment], new: Sequence[str]) -> list[int | None]:
    """Pair segments by their words alone, in order."""
    old_keys = [segment.raw.strip() for segment in old]
    new_keys = [raw.strip() for raw in new]
    pairs: list[int | None] = [None] * len(new)
    for tag, i, j, k, m in SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs[k:m] = range(i, j)
        elif tag == "replace":
            for place, index in _alike(old_keys[i:j], new_keys[k:m]):
                pairs[k + place] = i + index
    return pairs


def _alike(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Pair changed segments in order, so that the sum of likeness over the pairs is greatest."""
    best = [[0.0] * (len(old) + 1) for _ in range(len(new) + 1)]
    likeness = [[_likeness(a, b) for b in old] for a in new]
    for k in range(len(new) - 1, -1, -1):
        for i in range(len(old) - 1, -1, -1):
            joined = likeness[k][i] + best[k + 1][i + 1] if likeness[k][i] else 0.0
            best[k][i] = max(best[k + 1][i], best[k][i + 1], joined)
    k = i = 0
    while k < len(new) and i < len(old):
        if likeness[k][i] and best[k][i] == likeness[k][i] + best[k + 1][i + 1]:
            yield k, i
            k, i = k + 1, i + 1
        elif best[k][i] == best[k + 1][i]:
            k += 1
        else:
            i += 1


def _likeness(first: str, second: str) -> float:
    ratio = float(fuzz.ratio(first, second))
    return ratio if ratio >= _ALIKE else 0.0


class Correspondence:
    """Where the characters of an old content stand in a new one."""

    def __init__(self, old: str, new: str) -> None:
        self._blocks = [
            block for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks() if block.size
        ]

    def carry(self, start: int, end: int) -> Carry | None:
        """Carry the span [start, end); None where none of its characters are left."""
        kept = 0
        first: int | None = None
        last = 0
        for block in self._blocks:
            low, high = max(start, block.a), min(end, block.a + block.size)
            if low < high:
                kept += high - low
                first = block.b + low - block.a if first is None else first
                last = block.b + high - block.a
        if first is None:
            return None
        whole = kept == end - start and last - first == end - start
        return first, last, whole


def carry_links(links: Iterable[Link], change: Correspondence) -> tuple[Link, ...]:
    """Carry a changed segment's links; those whose characters changed are doubtful, and pinned no more."""
    carried = []
    taken = 0
    for link in sorted(links, key=lambda each: each.start):
        place = change.carry(link.start, link.end)
        if place is None or place[0] < taken:
            continue
        start, end, whole = place
        moved = replace(link, start=start, end=end)
        if not whole:
            moved = replace(moved, confidence=min(link.confidence, DOUBTFUL), pinned=False, left=None, right=None)
        carried.append(moved)
        taken = end
    return tuple(carried)


def carry_beads(beads: Iterable[Bead], changes: Mapping[SegmentId, Correspondence | None]) -> tuple[Bead, ...]:
    """Carry beads over changed segments; None in `changes` says that a segment is gone.

    A bead one of whose sides has nothing left falls away, and so does one that lies within such a bead.
    """
    carried = []
    gone = set()
    for bead in sorted(beads, key=lambda each: each.within is not None):
        touched = {span.segment for span in (*bead.source, *bead.target)} & changes.keys()
        if not touched and bead.within not in gone:
            carried.append(bead)
            continue
        source, target = _carry_spans(bead.source, changes), _carry_spans(bead.target, changes)
        if bead.within in gone or (bead.source and not source[0]) or (bead.target and not target[0]):
            gone.add(bead.id)
            continue
        whole = source[1] and target[1]
        confidence = bead.confidence if whole else min(bead.confidence, DOUBTFUL)
        carried.append(
            replace(bead, source=source[0], target=target[0], confidence=confidence, pinned=bead.pinned and whole)
        )
    return tuple(carried)


def _carry_spans(
    spans: tuple[Span, ...], changes: Mapping[SegmentId, Correspondence | None]
) -> tuple[tuple[Span, ...], bool]:
    carried = []
    whole = True
    for span in spans:
        if span.segment not in changes:
            carried.append(span)
            continue
        change = changes[span.segment]
        place = change.carry(span.start, span.end) if change else None
        if place is None:
            whole = False
            continue
        carried.append(Span(span.segment, place[0], place[1]))
        whole = whole and place[2]
    return tuple(carried), whole


def pair_marks(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> tuple[int | None, ...]:
    """Say for each new mark which old one it is, by index; both are given as (kind, raw), each old one serves once."""
    free = list(range(len(old)))
    pairs: list[int | None] = []
    for kind, raw in new:
        same = next((i for i in free if old[i] == (kind, raw)), None)
        if same is None:
            same = next((i for i in free if old[i][0] == kind and fuzz.ratio(old[i][1], raw) >= _ALIKE), None)
        if same is not None:
            free.remove(same)
        pairs.append(same)
    return tuple(pairs)
