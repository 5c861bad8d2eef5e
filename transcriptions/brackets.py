"""The brackets themselves: where they begin and end in a raw text, and how they lie in each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transcriptions.bracket_readings import LONGEST_LABEL, has_label


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a raw text that lies outside the brackets of its level, from `start` on."""

    raw: str
    start: int


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket in a raw text: `raw` stands at [start, end); `closed` is false where its closing one is missing."""

    raw: str
    start: int
    closed: bool = True

    @property
    def end(self) -> int:
        """Place after its last character."""
        return self.start + len(self.raw)

    @property
    def double(self) -> bool:
        """Whether it is written [[so]]."""
        return self.closed and self.raw.startswith("[[") and self.raw.endswith("]]") and _spans_whole(self.raw[1:-1])

    @property
    def inner(self) -> str:
        """What stands between the brackets."""
        width = 2 if self.double else 1
        return self.raw[width : len(self.raw) - width * self.closed]

    def inside(self, offset: int) -> tuple[Stretch | Bracket, ...]:
        """Give the nested contents from an offset in `inner` on."""
        return nest(self.inner[offset:], start=self.start + (2 if self.double else 1) + offset)


def _spans_whole(raw: str) -> bool:
    depth = 0
    for place, character in enumerate(raw):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return place == len(raw) - 1
    return False


def nest(raw: str, *, start: int = 0) -> tuple[Stretch | Bracket, ...]:
    """Cut a raw text that stands at `start` into plain stretches and outermost brackets; joined, they are the text.

    A closing bracket without an opening one is plain. An opening one that is never closed reaches to the end where it
    begins with a label, and is plain otherwise.
    """
    nodes: list[Stretch | Bracket] = []
    closing = _closing_places(raw)
    plain = place = 0
    while (opening := raw.find("[", place)) >= 0:
        if opening in closing:
            end, closed = closing[opening] + 1, True
        elif has_label(raw[opening + 1 : opening + LONGEST_LABEL]):
            end, closed = len(raw.rstrip()), False
        else:
            place = opening + 1
            continue
        if opening > plain:
            nodes.append(Stretch(raw[plain:opening], start + plain))
        nodes.append(Bracket(raw[opening:end], start + opening, closed))
        plain = place = end
    if plain < len(raw):
        nodes.append(Stretch(raw[plain:], start + plain))
    return tuple(nodes)


def _closing_places(raw: str) -> dict[int, int]:
    """Give the place of the closing bracket for each opening one that has one."""
    places: dict[int, int] = {}
    open_ones: list[int] = []
    for found in re.finditer(r"[\[\]]", raw):
        if found[0] == "[":
            open_ones.append(found.start())
        elif open_ones:
            places[open_ones.pop()] = found.start()
    return places
