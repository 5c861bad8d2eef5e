"""The words of texts as a reader has them: in one state, with the editors' notes in brackets where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from transcriptions import bracket_writing, markup, normalise
from transcriptions.identity import SegmentId
from transcriptions.markup import State
from transcriptions.model import LanguageMap, Mark, MarkKind, Segment
from transcriptions.revision import Snapshot

Marks = Mapping[SegmentId, tuple[Mark, ...]]
"""The marks of each segment, in the order of their brackets."""

_HIDDEN = frozenset({MarkKind.CREDIT})
_DOUBT = re.compile(r"\[\s*\?\s*\]")


def words(
    segment: Segment, marks: Sequence[Mark], wanted: State, *, language: str, start: int = 0, end: int | None = None
) -> str:
    """Read `content[start:end]` of a segment in one state, line feeds kept; an insertion stands once or not at all.

    Notes, gaps and doubts that have no words of their own stand in their brackets.
    """
    last = len(segment.content) if end is None else end
    kept = markup.state_spans(segment.content, marks, wanted)
    notes = sorted(_notes(segment, marks, wanted, start, last), key=lambda mark: (_place(mark), mark.raw_start))
    cuts: list[tuple[int, str]] = [(_place(mark), _bracket(segment, mark, language)) for mark in notes]
    written = ""
    done = start
    for place, bracket in [*cuts, (last, "")]:
        for low, high in kept:
            written += segment.content[max(low, done) : min(high, place)] if max(low, done) < min(high, place) else ""
        done = max(done, place)
        written += bracket
    return re.sub(r"[ \t]{2,}", " ", written).strip()


def prose(
    segment: Segment, marks: Sequence[Mark], wanted: State, *, language: str, start: int = 0, end: int | None = None
) -> str:
    """Read as `words` does, with the lines of the page joined and words that they divide made whole."""
    joined = normalise.join_breaks(words(segment, marks, wanted, language=language, start=start, end=end)).text
    return re.sub(r"\s{2,}", " ", joined).strip()


def _place(mark: Mark) -> int:
    return mark.end


def _notes(segment: Segment, marks: Sequence[Mark], wanted: State, start: int, last: int) -> Iterable[Mark]:
    """Go through the marks that stand as a bracket within [start, last]; on a cut they go with what is before it."""
    absent = MarkKind.INSERTION if wanted is State.AS_TYPED else MarkKind.DELETION
    kept = markup.state_spans(segment.content, marks, wanted)
    gone = [mark for mark in marks if mark.start < mark.end and not any(_touch(mark, span) for span in kept)]
    for mark in marks:
        stands = mark.start == mark.end or _DOUBT.fullmatch(mark.raw) is not None
        inside = start < mark.end <= last or mark.end == start == 0
        if stands and inside and mark.kind not in _HIDDEN and mark.kind is not absent:
            lost = any(each.start < mark.end < each.end or _holds(each, mark) for each in gone)
            if not lost:
                yield mark


def _touch(mark: Mark, span: tuple[int, int]) -> bool:
    return mark.start < span[1] and span[0] < mark.end


def _holds(outer: Mark, inner: Mark) -> bool:
    return outer.raw_start < inner.raw_start < outer.raw_start + len(outer.raw)


def _bracket(segment: Segment, mark: Mark, language: str) -> str:
    """Write a mark's bracket with the blanks that it has in the raw text around it."""
    raw = segment.raw
    found = bool(mark.raw) and raw.startswith(mark.raw, mark.raw_start)
    written = " ".join((mark.raw or bracket_writing.bracket(mark, language=language)).split())
    after = mark.raw_start + len(mark.raw)
    before = mark.end > 0 and not (found and mark.raw_start > 0 and not raw[mark.raw_start - 1].isspace())
    behind = raw[after : after + 1].isspace() if found else segment.content[mark.end : mark.end + 1].isalnum()
    return (" " if before else "") + written + (" " if behind else "")


def marks_by_segment(snapshot: Snapshot) -> Marks:
    """Bring a document's marks together by segment, in the order of their brackets."""
    found: dict[SegmentId, list[Mark]] = {}
    for mark in snapshot.marks:
        found.setdefault(mark.segment, []).append(mark)
    return {id: tuple(sorted(marks, key=lambda mark: mark.raw_start)) for id, marks in found.items()}


def said(entries: LanguageMap, language: str) -> str:
    """Give the words of a language map in a language, else in English, else in whatever it has."""
    known = {tag: " ".join(values) for tag, values in entries if values}
    for tag in (language, language.partition("-")[0], "en", "none"):
        if tag in known:
            return known[tag]
    return next(iter(known.values()), "")
