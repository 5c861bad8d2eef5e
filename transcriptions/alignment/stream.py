"""A transcription as one run of characters in reading order, with the places where a line may begin or end."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from transcriptions.alignment.letters import breaks_inside
from transcriptions.identity import PageId
from transcriptions.model import Segment, Span

Ints = NDArray[np.int64]

_BREAKS = {1.0: 0.5, 0.6: 2.7, 0.5: 3.7, 0.4: 5.7, 0.25: 7.0, 0.0: 8.5}
"""Cost of a break inside a word, by its ease."""

UNKEPT = 7.0
"""Cost of a break where a text that kept its breaks has none."""

_NO_BLANK_BEFORE = frozenset(".,;:!?)»”")


@dataclass(frozen=True, slots=True)
class Stream:
    """Characters of a text's segments, one after the other, white space as single blanks.

    `segment` and `offset` say where each character comes from (segment -1: a joint that is in none), and `follows`
    whether nothing was left out before it. `cuts` are the
    positions at which a line may begin or end, with `costs`; `sealed` ones lie inside a word and take a hyphen.
    `paragraphs` are the positions at which a paragraph begins, `joints` all those at which a new line must begin, and
    `hints` the pages that the source names for a run of positions.
    """

    text: str
    segment: Ints
    offset: Ints
    follows: NDArray[np.bool_]
    cuts: Ints
    costs: NDArray[np.float64]
    sealed: NDArray[np.bool_]
    paragraphs: Ints
    joints: Ints
    hints: tuple[tuple[PageId, int, int], ...]

    def spans(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """Give the parts of segments that lie at [start, end): index of the segment, from, to; no blanks at ends."""
        found: list[tuple[int, int, int]] = []
        unbroken = False
        for at in range(start, end):
            unbroken = unbroken and bool(self.follows[at])
            owner, offset = int(self.segment[at]), int(self.offset[at])
            if owner < 0 or self.text[at] == " ":
                continue
            if unbroken and found and found[-1][0] == owner:
                found[-1] = (owner, found[-1][1], offset + 1)
            else:
                found.append((owner, offset, offset + 1))
            unbroken = True
        return found

    def with_cuts(self, positions: Collection[int]) -> Stream:
        """Give the same stream with cuts at these positions, which cost nothing."""
        cost = dict(zip(self.cuts.tolist(), self.costs.tolist(), strict=True))
        sealed = dict(zip(self.cuts.tolist(), self.sealed.tolist(), strict=True))
        for position in positions:
            cost[position], sealed[position] = 0.0, False
        at = sorted(cost)
        return replace(
            self,
            cuts=np.array(at, dtype=np.int64),
            costs=np.array([cost[p] for p in at]),
            sealed=np.array([sealed[p] for p in at]),
        )

    def position(self, owner: int, offset: int) -> int:
        """Give the position of a segment's character, or of the first one of the segment behind it."""
        inside = np.flatnonzero((self.segment == owner) & (self.offset >= offset))
        if len(inside):
            return int(inside[0])
        behind = np.flatnonzero(self.segment == owner)
        return int(behind[-1]) + 1 if len(behind) else -1


def build_stream(segments: Sequence[Segment], *, without: Collection[Span] = (), kept: bool) -> Stream:
    """Run the segments together, leaving out spans that stand elsewhere; `kept` says that line feeds are breaks."""
    writer = _Writer()
    away: dict[str, list[tuple[int, int]]] = {}
    for span in without:
        away.setdefault(span.segment, []).append((span.start, span.end))
    hints: list[tuple[PageId, int, int]] = []
    for index, segment in enumerate(segments):
        before = len(writer.letters)
        broken = index > 0 and "\n" in _tail(segments[index - 1].raw)
        writer.join(paragraph=segment.opens_paragraph, broken=broken)
        writer.take(index, segment.content, away.get(segment.id, []))
        if segment.page is not None and len(writer.letters) > before:
            hints.append((segment.page, before, len(writer.letters)))
    return writer.stream(kept=kept, hints=tuple(hints))


def _tail(raw: str) -> str:
    return raw[len(raw.rstrip()) :]


class _Writer:
    """Writes a stream character by character."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self._segment: list[int] = []
        self._offset: list[int] = []
        self._follows: list[bool] = []
        self._left_out = False
        self._broken: set[int] = set()
        self._paragraphs: set[int] = set()
        self._pending = [False, False]

    def join(self, *, paragraph: bool, broken: bool) -> None:
        """Put a joint between two segments."""
        self._blank(-1, -1)
        self._pending[0] |= paragraph
        self._pending[1] |= broken or paragraph

    def _blank(self, owner: int, offset: int) -> None:
        if self.letters and self.letters[-1] != " ":
            self._write(" ", owner, offset)

    def _write(self, letter: str, owner: int, offset: int) -> None:
        self.letters.append(letter)
        self._segment.append(owner)
        self._offset.append(offset)
        self._follows.append(not self._left_out)
        self._left_out = False

    def _unwrite(self) -> None:
        self.letters.pop()
        self._segment.pop()
        self._offset.pop()
        self._left_out |= not self._follows.pop()

    def take(self, owner: int, content: str, away: Sequence[tuple[int, int]]) -> None:
        """Write one segment's content."""
        gone = np.zeros(len(content) + 1, dtype=bool)
        for start, end in away:
            gone[max(0, start) : max(0, end)] = True
        for offset, letter in enumerate(content):
            if gone[offset]:
                self._left_out = True
                continue
            if letter.isspace():
                self._pending[1] |= letter in "\n\r\u2028\x0c"
                self._blank(owner, offset)
                continue
            if offset and gone[offset - 1] and letter in _NO_BLANK_BEFORE and self.letters[-1:] == [" "]:
                self._unwrite()
            if self._pending[0]:
                self._paragraphs.add(len(self.letters))
            if self._pending[1]:
                self._broken.add(len(self.letters))
            self._pending = [False, False]
            self._write(letter, owner, offset)

    def stream(self, *, kept: bool, hints: tuple[tuple[PageId, int, int], ...]) -> Stream:
        """Give what was written, with its cuts."""
        while self.letters and self.letters[-1] == " ":
            self._unwrite()
        text = "".join(self.letters)
        cuts: dict[int, tuple[float, bool]] = {0: (0.0, False), len(text): (0.0, False)}
        for word in re.finditer(r"\S+", text):
            first = word.start()
            cuts[first] = (0.0 if not kept or first in self._broken else UNKEPT, False)
            if not kept:
                for at, ease, added in breaks_inside(word[0]):
                    cuts[first + at] = (_BREAKS[ease], added)
        places = sorted(cuts)
        return Stream(
            text=text,
            segment=np.array(self._segment, dtype=np.int64),
            offset=np.array(self._offset, dtype=np.int64),
            follows=np.array(self._follows, dtype=bool),
            cuts=np.array(places, dtype=np.int64),
            costs=np.array([cuts[p][0] for p in places]),
            sealed=np.array([cuts[p][1] for p in places]),
            paragraphs=np.array(sorted(self._paragraphs - {0}), dtype=np.int64),
            joints=np.array(sorted((self._broken if kept else self._paragraphs) - {0}), dtype=np.int64),
            hints=hints,
        )
