"""The brackets themselves: where they begin and end in a raw text, and how they lie in each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transcriptions.bracket_readings import LONGEST_LABEL, has_label


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

    def inside(self, offset: int) -> tuple[str | Bracket, ...]:
        """Give the nested contents from an offset in `inner` on."""
        start = self.start + (2 if self.double else 1) + offset
        return _shifted(nest(self.inner[offset:]), start)


def _spans_whole(raw: str) -> bool:
    depth = 0
    for place, character in enumerate(raw):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return place == len(raw) - 1
    return False


def _shifted(nodes: tuple[str | Bracket, ...], by: int) -> tuple[str | Bracket, ...]:
    return tuple(node if isinstance(node, str) else Bracket(node.raw, node.start + by, node.closed) for node in nodes)


def nest(raw: str) -> tuple[str | Bracket, ...]:
    """Cut a raw text into plain stretches and outermost brackets.

    A closing bracket without an opening one is plain. An opening one that is never closed reaches to the end where it
    begins with a label, and is plain otherwise.
    """
    nodes: list[str | Bracket] = []
    closing = _closing_places(raw)
    plain = place = 0
    while (opening := raw.find("[", place)) >= 0:
        if opening in closing:
            bracket = Bracket(raw[opening : closing[opening] + 1], opening)
        elif has_label(raw[opening + 1 : opening + LONGEST_LABEL]):
            bracket = Bracket(raw[opening:].rstrip(), opening, closed=False)
        else:
            place = opening + 1
            continue
        nodes += [raw[plain:opening], bracket]
        plain = place = bracket.end
    nodes.append(raw[plain:])
    return tuple(node for node in nodes if node != "")


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
