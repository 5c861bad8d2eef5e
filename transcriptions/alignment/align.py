"""The entry of alignment: texts onto lines, texts onto texts, and an approximate placing where nothing can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transcriptions.alignment.evidence import (
    LineAlignment,
    PageLines,
    Reading,
    Shapes,
    TextAlignment,
    Word,
)
from transcriptions.alignment.joining import Joining
from transcriptions.alignment.placing import Placing
from transcriptions.alignment.rough import place_roughly
from transcriptions.alignment.spans import Memory
from transcriptions.identity import LineId, Mint
from transcriptions.model import Bead, Link, Mark, Segment, Span, Text

__all__ = [
    "LineAlignment",
    "Memory",
    "PageLines",
    "Reading",
    "Shapes",
    "TextAlignment",
    "Word",
    "align_lines",
    "align_texts",
    "approximate",
    "kept_before",
]

_NOTHING_READ: Mapping[LineId, Reading] = {}
_NO_SHAPES: Mapping[LineId, Shapes] = {}


def align_lines(
    pages: Sequence[PageLines],
    text: Text,
    segments: Sequence[Segment],
    marks: Sequence[Mark],
    *,
    readings: Mapping[LineId, Reading] = _NOTHING_READ,
    shapes: Mapping[LineId, Shapes] = _NO_SHAPES,
    pins: Sequence[Link] = (),
    memory: Memory | None = None,
    mint: Mint,
) -> LineAlignment:
    """Link a transcription's segments to the lines of its part's pages.

    `segments` are all of the text's, in order; where `text.breaks_kept`, line feeds in their contents are the breaks
    of the page. Pinned links are hard constraints and come back unchanged. Words that stand on no line (notes,
    supplied words) are not forced onto one. A `memory` that is given to run after run makes the next one quicker.
    """
    placing = Placing(
        pages, segments, marks, kept=text.breaks_kept, readings=readings, shapes=shapes, pins=pins, memory=memory
    )
    return placing.align(mint)


def kept_before(links: Sequence[Link], segments: Sequence[Segment], place: Span) -> tuple[Link, ...]:
    """Give the links that an alignment "from here" takes as pins: those of the text before a place, and pinned ones.

    `segments` are all of the text's, in order. The links themselves stay as they are; a run under them gives them back
    unchanged, and what lies behind the place anew.
    """
    rank = {segment.id: number for number, segment in enumerate(segments)}
    here = (rank[place.segment], place.start)
    return tuple(k for k in links if k.segment in rank and (k.pinned or (rank[k.segment], k.end) <= here))


def align_texts(
    source: Text,
    source_segments: Sequence[Segment],
    source_marks: Sequence[Mark],
    target: Text,
    target_segments: Sequence[Segment],
    target_marks: Sequence[Mark],
    *,
    pins: Sequence[Bead] = (),
    mint: Mint,
) -> TextAlignment:
    """Join a translation to its source by sentence beads, and by clause beads within them.

    Pinned beads are hard constraints and come back unchanged. `confidence` of a bead is its posterior.
    """
    joining = Joining((source, source_segments, source_marks), (target, target_segments, target_marks), pins)
    return joining.align(mint)


def approximate(pages: Sequence[PageLines], text: Text, segments: Sequence[Segment], *, mint: Mint) -> LineAlignment:
    """Place a text's paragraphs on the pages in proportion, where nothing can be read: unsure, and said to be so."""
    return place_roughly(pages, segments, (), pins=(), mint=mint)
