"""Which characters have a link already: a character has at most one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from transcriptions.identity import LinkId, Mint, SegmentId
from transcriptions.model import Link


class Covered:
    """The characters that links hold."""

    def __init__(self, links: Iterable[Link]) -> None:
        """Take the links that stand."""
        self._parts: dict[SegmentId, list[tuple[int, int]]] = {}
        for link in links:
            self.add(link)

    def add(self, link: Link) -> None:
        """Hold the characters of one more link."""
        self._parts.setdefault(link.segment, []).append((link.start, link.end))

    def free(self, segment: SegmentId, start: int, end: int) -> list[tuple[int, int]]:
        """Give what of [start, end) no link holds."""
        found = [(start, end)]
        for low, high in self._parts.get(segment, ()):
            found = [part for a, b in found for part in ((a, min(b, low)), (max(a, high), b)) if part[0] < part[1]]
        return found

    def admit(self, link: Link, mint: Mint) -> Iterator[Link]:
        """Give the parts of a link that no other holds, and hold them."""
        parts = self.free(link.segment, link.start, link.end)
        for number, (start, end) in enumerate(parts):
            part = replace(link, id=link.id if number == 0 else LinkId(mint()), start=start, end=end)
            self.add(part)
            yield part
