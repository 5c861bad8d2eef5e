"""Placing in proportion, for texts whose words cannot be compared with anything on the page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from images.layout.page import Role
from transcriptions.alignment.evidence import LineAlignment, PageLines
from transcriptions.identity import LinkId, Mint
from transcriptions.model import Line, Link, Mark, Segment

CONFIDENCE = 0.2
"""Of a link that was placed in proportion only."""

_RUNNING = frozenset({Role.BODY, Role.HEADING})


def place_roughly(
    pages: Sequence[PageLines], segments: Sequence[Segment], marks: Sequence[Mark], *, pins: Sequence[Link], mint: Mint
) -> LineAlignment:
    """Spread the segments' words over the lines of running text in proportion to the lines' widths."""
    lines = [line for page in pages for line in page.lines if line.role in _RUNNING]
    taken = {pin.segment for pin in pins}
    free = [segment for segment in segments if segment.content.strip() and segment.id not in taken]
    if not lines:
        reasons = tuple((segment.id, "no lines were found on the pages") for segment in free)
        return LineAlignment(tuple(pins), tuple(marks), reasons, "approximate")
    words = [(segment, m.start(), m.end()) for segment in free for m in re.finditer(r"\S+", segment.content)]
    links = _spread(words, lines, mint)
    return LineAlignment((*pins, *links), tuple(marks), (), "approximate")


def _spread(words: Sequence[tuple[Segment, int, int]], lines: Sequence[Line], mint: Mint) -> list[Link]:
    ends = list(accumulate(max(1, line.box.width) for line in lines))
    total = sum(end - start + 1 for _, start, end in words)
    links: list[Link] = []
    done = 0
    for segment, start, end in words:
        middle = (done + (end - start) / 2) * ends[-1] / max(1, total)
        line = lines[min(bisect_left(ends, middle), len(lines) - 1)]
        done += end - start + 1
        last = links[-1] if links else None
        if last is not None and last.segment == segment.id and last.line == line.id:
            links[-1] = Link(last.id, last.segment, last.start, end, last.line, CONFIDENCE)
        else:
            links.append(Link(LinkId(mint()), segment.id, start, end, line.id, CONFIDENCE))
    return links
