"""Words that stand apart from the running text: insertions, dates by hand, stamps, signatures, marginal notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from images.layout.page import Hand
from transcriptions.alignment.evidence import PageLines, Reading
from transcriptions.identity import LineId, Mint, SegmentId
from transcriptions.model import Line, Link, Mark, MarkKind, Segment, Span

_APART = frozenset({MarkKind.INSERTION, MarkKind.STAMP, MarkKind.HANDWRITTEN})
_INLINE = frozenset({MarkKind.DELETION, MarkKind.UNDERLINE, MarkKind.UNCERTAIN, MarkKind.FADED, MarkKind.SIC})
_NOWHERE = frozenset({MarkKind.SUPPLIED, MarkKind.EXPANSION, MarkKind.IDENTIFICATION, MarkKind.GLOSS})
_BY_HAND = frozenset({Hand.HANDWRITTEN, Hand.STAMP})


class Asides:
    """The marks whose words stand apart, and those whose words stand nowhere on the page."""

    def __init__(self, apart: Sequence[Mark], nowhere: Sequence[Mark]) -> None:
        self._marks = tuple(apart)
        self._nowhere = tuple(nowhere)
        self.spans = tuple(Span(m.segment, m.start, m.end) for m in (*apart, *nowhere) if m.start < m.end)

    def covers(self, segment: SegmentId, start: int, end: int) -> bool:
        """Say whether a span of a segment stands apart."""
        return any(m.segment == segment and m.start < end and start < m.end for m in self._marks)

    def nowhere(self, segment: SegmentId) -> list[tuple[int, int]]:
        """List the spans of a segment that stand nowhere on the page."""
        return [(m.start, m.end) for m in self._nowhere if m.segment == segment]

    def own_lines(self, lines: Sequence[Line]) -> Collection[LineId]:
        """List the lines that are kept for what stands apart."""
        return frozenset()

    def place(
        self,
        pages: Sequence[PageLines],
        segments: Sequence[Segment],
        marks: Sequence[Mark],
        links: Sequence[Link],
        free: Sequence[Line],
        readings: Mapping[LineId, Reading],
        mint: Mint,
    ) -> tuple[tuple[Link, ...], tuple[Mark, ...]]:
        """Put the marks on lines of the same hand and role; give their words' links and all marks."""
        return (), tuple(marks)


def standing_apart(segments: Sequence[Segment], marks: Sequence[Mark]) -> Asides:
    """Sort out the marks whose words are not part of the running lines."""
    known = {segment.id for segment in segments}
    mine = [mark for mark in marks if mark.segment in known]
    apart = [m for m in mine if m.kind in _APART or (m.hand in _BY_HAND and m.kind not in _INLINE | _NOWHERE)]
    return Asides(apart, [m for m in mine if m.kind in _NOWHERE])
