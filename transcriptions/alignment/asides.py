"""Words that stand apart from the running text: insertions, dates by hand, stamps, signatures, marginal notes.

They are left out of the line program, and go to lines of the same hand and role afterwards: an insertion by its
anchor, the others by what was read, how long they are, and where in the order they stand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from images.geometry import Box
from images.layout.page import Hand, Role
from transcriptions.alignment.course import course_of
from transcriptions.alignment.covered import Covered
from transcriptions.alignment.dated import date_agreement
from transcriptions.alignment.evidence import PageLines, Reading
from transcriptions.alignment.letters import fold
from transcriptions.alignment.order import with_loose
from transcriptions.identity import LineId, LinkId, Mint, SegmentId
from transcriptions.model import Line, Link, Mark, MarkKind, Segment, Span

_APART = frozenset({MarkKind.INSERTION, MarkKind.STAMP, MarkKind.HANDWRITTEN})
_INLINE = frozenset({MarkKind.DELETION, MarkKind.UNDERLINE, MarkKind.UNCERTAIN, MarkKind.FADED, MarkKind.SIC})
_NOWHERE = frozenset({MarkKind.SUPPLIED, MarkKind.EXPANSION, MarkKind.IDENTIFICATION, MarkKind.GLOSS})
_WORDLESS = frozenset({MarkKind.SIGNATURE, MarkKind.STAMP, MarkKind.HANDWRITTEN})
_ROLES: Mapping[MarkKind, frozenset[Role]] = {
    MarkKind.INSERTION: frozenset({Role.INSERTION}),
    MarkKind.SUBSTITUTION: frozenset({Role.INSERTION}),
    MarkKind.DATE: frozenset({Role.DATE}),
    MarkKind.STAMP: frozenset({Role.STAMP}),
    MarkKind.SIGNATURE: frozenset({Role.SIGNATURE}),
    MarkKind.HANDWRITTEN: frozenset({Role.MARGINAL, Role.DATE, Role.SIGNATURE, Role.HEADING}),
}
_INSERTED = frozenset({MarkKind.INSERTION, MarkKind.SUBSTITUTION})

_SAME_HAND, _OTHER_HAND, _STAMP_OR_HAND = 2.0, -3.0, -1.0
_SAME_ROLE, _OTHER_ROLE = 2.0, -1.0
_LENGTH_SPREAD, _WORST_LENGTH = 0.5, 3.0
_READ, _READ_FROM, _SAME_NUMBERS, _SAME_DATE, _OTHER_DATE = 6.0, 0.45, 2.5, 5.0, -2.0
_IN_ORDER, _OUT_OF_ORDER, _WORST_ORDER = 1.5, 0.35, 4.0
_ANCHORED, _AWAY, _WORST_AWAY = 3.0, 1.0, 5.0
_LOOSE = 1.0
_LONGEST_RUN = 5
_SUREST, _INLINE_SURE = 0.97, 0.4


@dataclass(frozen=True, slots=True)
class _Choice:
    """A mark, the lines that could carry it, and the gain."""

    mark: Mark
    lines: tuple[Line, ...]
    gain: float


class Asides:
    """The marks whose words stand apart, and those whose words stand nowhere on the page."""

    def __init__(self, apart: Sequence[Mark], nowhere: Sequence[Mark]) -> None:
        """Take the marks of a text's segments."""
        self._marks = tuple(apart)
        self._nowhere = tuple(nowhere)
        self.spans = tuple(Span(m.segment, m.start, m.end) for m in (*apart, *nowhere) if m.start < m.end)

    def covers(self, segment: SegmentId, start: int, end: int) -> bool:
        """Say whether a span of a segment stands apart."""
        return any(m.segment == segment and m.start < end and start < m.end for m in self._marks)

    def nowhere(self, segment: SegmentId) -> list[tuple[int, int]]:
        """List the spans of a segment that stand nowhere on the page."""
        return [(m.start, m.end) for m in self._nowhere if m.segment == segment]

    def own_lines(self, lines: Sequence[Line]) -> frozenset[LineId]:
        """List the lines that are kept for what stands apart: of a role and hand that some mark has."""
        wanted = {(role, hand_of(m)) for m in self._marks for role in _ROLES.get(m.kind, frozenset())}
        return frozenset(
            line.id
            for line in lines
            if line.hand in (Hand.HANDWRITTEN, Hand.STAMP)
            and any(role is line.role and hand in (line.hand, Hand.UNKNOWN) for role, hand in wanted)
        )

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
        page = _Page(pages, segments, links, readings)
        pinned = [m for m in self._marks if m.pinned or page.holds(m)]
        open = [m for m in self._marks if m not in pinned]
        chosen = _settled([choice for m in open for choice in page.choices(m, free)])
        covered = Covered(links)
        found: list[Link] = []
        changed: dict[str, Mark] = {}
        for mark in open:
            if mark.id in chosen:
                choice, sure = chosen[mark.id]
                changed[mark.id] = replace(mark, lines=tuple(line.id for line in choice.lines), confidence=sure)
                made = page.words_on(mark, choice.lines, sure, mint)
            else:
                changed[mark.id] = replace(mark, lines=(), confidence=0.0)
                made = page.words_inline(mark, mint)
            found += [part for link in made for part in covered.admit(link, mint)]
        return tuple(found), tuple(changed.get(mark.id, mark) for mark in marks)


def standing_apart(segments: Sequence[Segment], marks: Sequence[Mark]) -> Asides:
    """Sort out the marks whose words are not part of the running lines."""
    known = {segment.id for segment in segments}
    mine = [mark for mark in marks if mark.segment in known]
    return Asides([m for m in mine if _is_apart(m)], [m for m in mine if m.kind in _NOWHERE])


def _is_apart(mark: Mark) -> bool:
    if mark.start >= mark.end:
        return mark.kind in _WORDLESS
    by_hand = mark.hand in (Hand.HANDWRITTEN, Hand.STAMP)
    return mark.kind in _APART or (by_hand and mark.kind not in _INLINE | _NOWHERE)


def hand_of(mark: Mark) -> Hand:
    """Give the hand that a mark names or implies."""
    if mark.hand is not Hand.UNKNOWN:
        return mark.hand
    return {MarkKind.STAMP: Hand.STAMP, MarkKind.SIGNATURE: Hand.HANDWRITTEN}.get(mark.kind, Hand.UNKNOWN)


def _settled(choices: Sequence[_Choice]) -> dict[str, tuple[_Choice, float]]:
    """Take the best choices first, each mark and each line once; sure by how far the next best is off."""
    found: dict[str, tuple[_Choice, float]] = {}
    taken: set[LineId] = set()
    for choice in sorted(choices, key=lambda choice: -choice.gain):
        ids = {line.id for line in choice.lines}
        if choice.gain <= 0 or choice.mark.id in found or taken & ids:
            continue
        rivals = [
            other.gain
            for other in choices
            if (other.mark.id == choice.mark.id) != bool(ids & {line.id for line in other.lines})
        ]
        margin = min(choice.gain, choice.gain - max(rivals, default=0.0))
        found[choice.mark.id] = (choice, _SUREST / (1 + math.exp(-margin)))
        taken |= ids
    return found


class _Page:
    """The lines of all pages in order, what is linked to them, and what was read."""

    def __init__(
        self,
        pages: Sequence[PageLines],
        segments: Sequence[Segment],
        links: Sequence[Link],
        readings: Mapping[LineId, Reading],
    ) -> None:
        self._lines = [line for page in pages for line in with_loose(page.lines, page.loose)]
        self._loose = frozenset(line.id for page in pages for line in page.loose)
        self._at = {line.id: k for k, line in enumerate(self._lines)}
        self._rank = {segment.id: k for k, segment in enumerate(segments)}
        self._segments = {segment.id: segment for segment in segments}
        known = [link for link in links if link.segment in self._rank and link.line in self._at]
        self._links = sorted(known, key=lambda link: (self._rank[link.segment], link.start))
        self._readings = readings
        widths = sum(self._lines[self._at[link.line]].box.width for link in known)
        self._pitch = widths / max(1, sum(link.end - link.start for link in known)) if known else 0.0

    def holds(self, mark: Mark) -> bool:
        """Say whether a mark's words are linked already (by a pin)."""
        return any(k.segment == mark.segment and k.start < mark.end and mark.start < k.end for k in self._links)

    def choices(self, mark: Mark, free: Sequence[Line]) -> Iterator[_Choice]:
        """Go through the lines, and runs of lines below each other, that could carry a mark."""
        before, behind = self._around(mark)
        words = self._segments[mark.segment].content[mark.start : mark.end]
        ordered = sorted(self._at[line.id] for line in free if line.id in self._at)
        longest = _LONGEST_RUN if mark.kind not in _INSERTED and words else 1
        for k in range(len(ordered)):
            run = self._run(ordered[k:], longest)
            for count in range(1, len(run) + 1):
                lines = tuple(self._lines[i] for i in run[:count])
                gain = self._gain(mark, words, lines) + self._order_gain(mark, run[:count], before, behind)
                gain -= _LOOSE * sum(line.id in self._loose for line in lines)
                yield _Choice(mark, lines, gain - 0.5 * (count - 1))

    def _run(self, ordered: Sequence[int], longest: int) -> list[int]:
        """Give the first of some lines and those of its page and hand that go on from it.

        They follow at once, or stand close while the order went to something beside them: a date beside a stamp.
        """
        run = [ordered[0]]
        for i in ordered[1:]:
            last, line = self._lines[run[-1]], self._lines[i]
            if len(run) == longest or line.page != last.page:
                break
            if line.hand is last.hand and (i == run[-1] + 1 or _are_close(last.box, line.box)):
                run.append(i)
        return run

    def _around(self, mark: Mark) -> tuple[Link | None, Link | None]:
        """Give the links just before and just behind a mark."""
        key = (self._rank[mark.segment], mark.start)
        before = [k for k in self._links if (self._rank[k.segment], k.start) < key]
        behind = [k for k in self._links if (self._rank[k.segment], k.end) > (key[0], max(mark.end, mark.start + 1))]
        return (before[-1] if before else None), (behind[0] if behind else None)

    def _gain(self, mark: Mark, words: str, lines: Sequence[Line]) -> float:
        line = lines[0]
        hand = hand_of(mark)
        if hand is line.hand:
            gain = _SAME_HAND
        elif Hand.UNKNOWN in (hand, line.hand):
            gain = 0.0
        else:
            gain = _OTHER_HAND if Hand.TYPED in (hand, line.hand) else _STAMP_OR_HAND
        roles = _ROLES.get(mark.kind, frozenset())
        gain += _SAME_ROLE if line.role in roles else (_OTHER_ROLE if line.role is not Role.BODY else 0.0)
        if not words.strip():
            return gain
        room = sum(each.baseline.length for each in lines) / self._pitch if self._pitch else 0.0
        if room:
            z = math.log((len(words) + 2) / (room + 2)) / _LENGTH_SPREAD
            gain -= min(_WORST_LENGTH, z * z / 2)
        return gain + self._read_gain(mark, words, lines)

    def _read_gain(self, mark: Mark, words: str, lines: Sequence[Line]) -> float:
        read = " ".join(self._readings[line.id].text for line in lines if line.id in self._readings)
        if not read.strip():
            return 0.0
        if mark.kind is MarkKind.DATE and mark.value:
            agreement = date_agreement(mark.value, read)
            if agreement > 0 or any(c.isdecimal() for c in read):
                return _SAME_DATE * agreement if agreement > 0 else _OTHER_DATE
        alike = fuzz.ratio("".join(map(fold, words)), "".join(map(fold, read))) / 100
        numbers = set(re.findall(r"\d{2,}", words)) & set(re.findall(r"\d{2,}", read))
        return _READ * max(0.0, alike - _READ_FROM) + (_SAME_NUMBERS if numbers else 0.0)

    def _order_gain(self, mark: Mark, run: Sequence[int], before: Link | None, behind: Link | None) -> float:
        if mark.kind in _INSERTED:
            return self._anchor_gain(self._lines[run[0]], mark, before, behind)
        low = self._at[before.line] if before is not None else -1
        high = self._at[behind.line] if behind is not None else len(self._lines)
        away = max(0, low - run[0], run[-1] - high)
        return _IN_ORDER if not away else -min(_WORST_ORDER, _OUT_OF_ORDER * away)

    def _anchor_gain(self, line: Line, mark: Mark, before: Link | None, behind: Link | None) -> float:
        hosts = [link for link in (before, behind) if link is not None]
        if not hosts:
            return -_WORST_AWAY
        best = -_WORST_AWAY
        for link in hosts:
            host = self._lines[self._at[link.line]]
            if line.anchor is not None and line.anchor.line == host.id:
                best = max(best, _ANCHORED)
                continue
            if host.page != line.page:
                continue
            x = _x_in(link, mark.start, host)
            down = abs(line.box.y + line.box.height / 2 - host.box.y) / max(1, host.box.height)
            across = max(0.0, line.box.x - x, x - line.box.right) / max(1.0, 12 * (self._pitch or host.box.height))
            best = max(best, 2.0 - _AWAY * (down + across))
        return best

    # --- what comes out

    def words_on(self, mark: Mark, lines: Sequence[Line], sure: float, mint: Mint) -> Iterator[Link]:
        """Link a mark's words to its lines: broken as they are where that fits, or else shared out by width."""
        content = self._segments[mark.segment].content
        rows = [words for row in content[mark.start : mark.end].split("\n") if (words := row.split())]
        found = iter(_words(content, mark))
        counts = (
            [len(row) for row in rows]
            if len(rows) == len(lines)
            else _shared([word for row in rows for word in row], lines)
        )
        for line, count in zip(lines, counts, strict=True):
            mine = [next(found) for _ in range(count)]
            if mine:
                start, end = mark.start + mine[0].start(), mark.start + mine[-1].end()
                left, right = course_of(line.baseline).ends(line.box)
                yield Link(LinkId(mint()), mark.segment, start, end, line.id, sure, left=left, right=right)

    def words_inline(self, mark: Mark, mint: Mint) -> Iterator[Link]:
        """Link an insertion that has no line of its own to the typed line that it goes into."""
        before, behind = self._around(mark)
        host = before or behind
        if mark.kind not in _INSERTED or mark.start >= mark.end or host is None:
            return
        same = before is not None and behind is not None and before.line == behind.line
        if mark.segment != host.segment and not same:
            return
        line = self._lines[self._at[host.line]]
        course = course_of(line.baseline)
        _, last = course.ends(line.box)
        x = _x_in(host, mark.start, line)
        over = x + course.sign * max(1.0, self._pitch * (mark.end - mark.start))
        right = course.sign * min(course.sign * last, course.sign * over)
        spans = list(_words(self._segments[mark.segment].content, mark))
        if spans:
            start, end = mark.start + spans[0].start(), mark.start + spans[-1].end()
            sure = min(_INLINE_SURE, host.confidence)
            yield Link(LinkId(mint()), mark.segment, start, end, line.id, sure, left=int(x), right=math.ceil(right))


def _shared(words: Sequence[str], lines: Sequence[Line]) -> list[int]:
    """Say how many words go to each line, by the lengths of both."""
    waiting = [len(word) for word in words]
    total, length = sum(waiting) + len(waiting), sum(line.baseline.length for line in lines)
    counts, done, room = [0] * len(lines), 0, 0.0
    for place, line in enumerate(lines):
        room += line.baseline.length / length * total
        while waiting and (done + waiting[0] / 2 < room or place == len(lines) - 1):
            done += waiting.pop(0) + 1
            counts[place] += 1
    return counts


def _are_close(first: Box, second: Box) -> bool:
    """Say whether no more than the height of a line is between two, whichever way they run."""
    across = max(first.x, second.x) - min(first.right, second.right)
    down = max(first.y, second.y) - min(first.bottom, second.bottom)
    return max(across, down) <= min(first.width, first.height, second.width, second.height)


def _words(content: str, mark: Mark) -> Iterator[re.Match[str]]:
    return re.finditer(r"\S+", content[mark.start : mark.end])


def _x_in(link: Link, offset: int, line: Line) -> float:
    """Give the place along its line at which a character of a segment would stand, by a link near it."""
    first, last = course_of(line.baseline).ends(line.box)
    left = first if link.left is None else link.left
    right = last if link.right is None else link.right
    share = (offset - link.start) / max(1, link.end - link.start)
    return left + min(1.0, max(0.0, share)) * (right - left)
