"""Sentences of two texts joined in beads, 0-1 to 3-3: lengths, words, numbers, names, paragraphs and marks.

A monotone dynamic program over the two rows of sentences; posteriors by its forward and backward tables. The word
evidence is that of IBM model 1, in both directions; lengths follow Gale and Church (1993).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from images.layout.page import Hand
from transcriptions.alignment.words import Token, Vocabulary, associations, enumerator, lengths, numbers_of, tokens_of
from transcriptions.model import STANDING_KINDS, Mark, MarkKind, Segment, SegmentKind

Floats = NDArray[np.float64]

SHAPES: tuple[tuple[int, int, float], ...] = (
    (1, 1, 0.0),
    (1, 0, -3.6),
    (0, 1, -3.6),
    (1, 2, -2.6),
    (2, 1, -2.6),
    (2, 2, -4.2),
    (1, 3, -4.6),
    (3, 1, -4.6),
    (2, 3, -6.5),
    (3, 2, -6.5),
    (3, 3, -8.0),
)
"""How many sentences of each text a bead may hold, and the logarithm of how common that is against 1-1."""

UNKNOWN = 0.7
"""Share of words that answer to nothing we know, in the mixture over a sentence's words."""

_SPREAD = 5.0
_WORST_LENGTH = 10.0
_OPENS, _OPENS_INSIDE = 0.8, -1.6
_SAME_KIND, _OTHER_KIND = 0.8, -1.0
_MARKED, _UNMARKED = 3.0, -1.5
_LISTED, _OTHERWISE_LISTED = 4.0, -6.0
_OTHER_NUMBER, _MOST_NUMBERS = -1.5, 3
_BAND = 90


@dataclass(frozen=True, slots=True)
class Sentence:
    """A segment as the programs see it: its words, and what else is known of it."""

    segment: Segment
    tokens: tuple[Token, ...]
    letters: int
    words: NDArray[np.int64]
    marked: frozenset[str]
    listed: str
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """Sentences [first, last) of the source that answer to sentences [first, last) of the target."""

    source: tuple[int, int]
    target: tuple[int, int]
    confidence: float


_BY_HAND = {MarkKind.HANDWRITTEN, MarkKind.DATE, MarkKind.INSERTION, MarkKind.SUBSTITUTION}


def _sign(mark: Mark) -> str:
    """Name what a mark stands for, coarsely enough to be the same in both languages."""
    if mark.kind is MarkKind.STAMP or mark.hand is Hand.STAMP:
        return "stamp"
    if mark.kind is MarkKind.SIGNATURE:
        return "signature"
    if mark.kind in (MarkKind.INSERTION, MarkKind.SUBSTITUTION):
        return "insertion"
    return "hand" if mark.kind in _BY_HAND or mark.hand is Hand.HANDWRITTEN else mark.kind.value


def sentence_of(segment: Segment, marks: Sequence[Mark], vocabulary: Vocabulary) -> Sentence:
    """Prepare a segment with its marks."""
    tokens = tuple(tokens_of(segment.content))
    standing = frozenset(_sign(mark) for mark in marks if mark.kind in STANDING_KINDS)
    return Sentence(
        segment,
        tokens,
        max(1, lengths(tokens)),
        vocabulary.numbers(tokens),
        standing,
        enumerator(segment.content),
        numbers_of(tokens),
    )


class SentenceProgram:
    """Joins two rows of sentences; `given` beads are hard constraints."""

    def __init__(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        table: NDArray[np.float32],
        given: Sequence[tuple[tuple[int, int], tuple[int, int]]] = (),
    ) -> None:
        """Measure the words that all sentences share."""
        self._source, self._target = source, target
        self._given = given
        self._answers = _cumulated([table[s.words].sum(axis=0) for s in source], table.shape[1])
        self._answered = _cumulated([table[:, t.words].sum(axis=1) for t in target], table.shape[0])
        self._counts = _sums([max(1, len(s.tokens)) for s in source]), _sums([max(1, len(t.tokens)) for t in target])
        self._letters = _sums([s.letters for s in source]), _sums([t.letters for t in target])
        self._ratio = max(0.2, min(5.0, self._letters[1][-1] / max(1, self._letters[0][-1])))

    def run(self) -> list[Joined]:
        """Give the best beads in order, each with its posterior; sentences that answer to nothing are in none."""
        gains = {(p, q): self._gains(p, q) + prior for p, q, prior in SHAPES}
        n, m = len(self._source), len(self._target)
        before = self._tables(gains, np.maximum)
        sums = self._tables(gains, np.logaddexp)
        behind = self._behind(gains)
        found: list[Joined] = []
        a, b = n, m
        while a or b:
            p, q = self._last_step(before, gains, a, b)
            if p and q:
                value = sums[a - p, b - q] + gains[p, q][a - p, b - q] + behind[a, b] - sums[n, m]
                found.append(Joined((a - p, a), (b - q, b), float(np.exp(min(0.0, value)))))
            a, b = a - p, b - q
        return found[::-1]

    def _last_step(self, before: Floats, gains: dict[tuple[int, int], Floats], a: int, b: int) -> tuple[int, int]:
        best, step = -np.inf, (1, 0) if a else (0, 1)
        for p, q, _ in SHAPES:
            if p <= a and q <= b:
                value = before[a - p, b - q] + gains[p, q][a - p, b - q]
                if value > best:
                    best, step = value, (p, q)
        return step

    def _tables(self, gains: dict[tuple[int, int], Floats], reduce: np.ufunc) -> Floats:
        n, m = len(self._source), len(self._target)
        table = np.full((n + 1, m + 1), -np.inf)
        table[0, 0] = 0.0
        for a in range(n + 1):
            low, high = self._band(a)
            for p, q, _ in SHAPES:
                if p and p <= a and q <= m:
                    reached = table[a - p, : m + 1 - q] + gains[p, q][a - p, : m + 1 - q]
                    table[a, q:] = reduce(table[a, q:], reached)
            table[a, :low] = table[a, high:] = -np.inf
            for b in range(max(1, low), high):
                table[a, b] = reduce(table[a, b], table[a, b - 1] + gains[0, 1][a, b - 1])
        return table

    def _behind(self, gains: dict[tuple[int, int], Floats]) -> Floats:
        n, m = len(self._source), len(self._target)
        table = np.full((n + 1, m + 1), -np.inf)
        table[n, m] = 0.0
        for a in range(n, -1, -1):
            low, high = self._band(a)
            for p, q, _ in SHAPES:
                if p and a + p <= n and q <= m:
                    reached = table[a + p, q:] + gains[p, q][a, : m + 1 - q]
                    table[a, : m + 1 - q] = np.logaddexp(table[a, : m + 1 - q], reached)
            table[a, :low] = table[a, high:] = -np.inf
            for b in range(min(m - 1, high - 1), low - 1, -1):
                table[a, b] = np.logaddexp(table[a, b], table[a, b + 1] + gains[0, 1][a, b])
        return table

    def _band(self, a: int) -> tuple[int, int]:
        """Give the range of target positions looked at beside a source position: all but in long documents."""
        n, m = len(self._source), len(self._target)
        if m <= 2 * _BAND or not n:
            return 0, m + 1
        share = self._letters[0][a] / max(1, self._letters[0][-1])
        middle = int(np.searchsorted(self._letters[1], share * self._letters[1][-1]))
        low = 0 if a == 0 else max(0, middle - _BAND)
        high = m + 1 if a == n else min(m + 1, middle + _BAND)
        return low, high

    # --- what a bead gains

    def _gains(self, p: int, q: int) -> Floats:
        """Give the gain of every bead of p and q sentences, by where it begins; tables are one larger for ends."""
        n, m = len(self._source), len(self._target)
        gains = np.full((n + 1, m + 1), -np.inf)
        rows, columns = n + 1 - p, m + 1 - q
        if rows <= 0 or columns <= 0:
            return gains
        inner = gains[:rows, :columns]
        inner[:] = 0.0
        if p and q:
            inner += self._length_gain(p, q) + self._word_gain(p, q)
            inner += self._layout_gain(p, q)
        self._forbid(inner, p, q)
        return gains

    def _length_gain(self, p: int, q: int) -> Floats:
        left = (self._letters[0][p:] - self._letters[0][:-p])[:, None]
        right = (self._letters[1][q:] - self._letters[1][:-q])[None, :]
        expected = left * self._ratio
        z = (right - expected) ** 2 / (_SPREAD * (expected + right) / 2 + 30.0)
        return np.asarray(1.0 - np.minimum(z / 2, _WORST_LENGTH))

    def _word_gain(self, p: int, q: int) -> Floats:
        n, m = len(self._source), len(self._target)
        gain = np.zeros((n + 1 - p, m + 1 - q))
        answers = (self._answers[p:] - self._answers[:-p]) / (self._counts[0][p:] - self._counts[0][:-p])[:, None]
        answered = (self._answered[q:] - self._answered[:-q]) / (self._counts[1][q:] - self._counts[1][:-q])[:, None]
        for b in range(m + 1 - q):
            words = np.concatenate([t.words for t in self._target[b : b + q]])
            low, high = self._rows(b, n + 1 - p)
            seen = np.log(UNKNOWN + (1 - UNKNOWN) * answers[low:high][:, words])
            gain[low:high, b] += seen.sum(axis=1)
        for a in range(n + 1 - p):
            words = np.concatenate([s.words for s in self._source[a : a + p]])
            low, high = self._band(a)
            high = min(high, m + 1 - q)
            gain[a, low:high] += np.log(UNKNOWN + (1 - UNKNOWN) * answered[low:high][:, words]).sum(axis=1)
        return gain / 2

    def _rows(self, b: int, rows: int) -> tuple[int, int]:
        n, m = len(self._source), len(self._target)
        if m <= 2 * _BAND:
            return 0, rows
        share = self._letters[1][b] / max(1, self._letters[1][-1])
        middle = int(np.searchsorted(self._letters[0], share * self._letters[0][-1]))
        reach = 2 * _BAND * max(1, round(n / max(1, m)))
        return max(0, middle - reach), min(rows, middle + reach)

    def _layout_gain(self, p: int, q: int) -> Floats:
        source, target = self._source, self._target
        left = [source[a : a + p] for a in range(len(source) + 1 - p)]
        right = [target[b : b + q] for b in range(len(target) + 1 - q)]
        opens = [g[0].segment.opens_paragraph for g in left], [g[0].segment.opens_paragraph for g in right]
        gain = np.where(np.array(opens[0])[:, None] == np.array(opens[1])[None, :], _OPENS, -_OPENS)
        if any(opens[0]) and any(opens[1]):
            inside = np.array([sum(s.segment.opens_paragraph for s in g[1:]) for g in left])
            gain = gain + _OPENS_INSIDE * inside[:, None]
            inside = np.array([sum(s.segment.opens_paragraph for s in g[1:]) for g in right])
            gain = gain + _OPENS_INSIDE * inside[None, :]
        else:
            gain = np.zeros((len(left), len(right)))
        return np.asarray(gain + self._likenesses(left, right))

    def _likenesses(self, left: Sequence[Sequence[Sentence]], right: Sequence[Sequence[Sentence]]) -> Floats:
        """Give the likeness of all pairs of groups; only pairs of which both have something to show are compared."""
        looks = [_look(group) for group in left], [_look(group) for group in right]
        gain = np.array([_likeness(look, _PLAIN) for look in looks[0]])[:, None] + np.array(
            [_likeness(_PLAIN, look) for look in looks[1]]
        )
        shown = [b for b, look in enumerate(looks[1]) if look != _PLAIN]
        for a, look in enumerate(looks[0]):
            if look == _PLAIN:
                continue
            low, high = self._band(a)
            for b in shown[bisect_left(shown, low) : bisect_left(shown, high)]:
                gain[a, b] = _likeness(look, looks[1][b])
        return np.asarray(gain)

    def _forbid(self, gains: Floats, p: int, q: int) -> None:
        """Leave only beads that do not cut what is given."""
        for (a, b), (c, d) in self._given:
            rows, columns = np.arange(gains.shape[0]), np.arange(gains.shape[1])
            touches = ((rows < b) & (rows + p > a))[:, None] | ((columns < d) & (columns + q > c))[None, :]
            same = (p, q) == (b - a, d - c)
            allowed = ((rows == a)[:, None] & (columns == c)[None, :]) if same else np.zeros(gains.shape, dtype=bool)
            gains[touches & ~allowed] = -np.inf
            if same and a < gains.shape[0] and c < gains.shape[1]:
                gains[a, c] = 0.0


@dataclass(frozen=True, slots=True)
class _Look:
    """What a group of sentences shows beside its words."""

    kinds: frozenset[SegmentKind]
    marked: frozenset[str]
    numbers: frozenset[str]
    listed: str


_PLAIN = _Look(frozenset({SegmentKind.SENTENCE}), frozenset(), frozenset(), "")


def _look(group: Sequence[Sentence]) -> _Look:
    return _Look(
        kinds=frozenset(sentence.segment.kind for sentence in group),
        marked=frozenset().union(*(sentence.marked for sentence in group)),
        numbers=frozenset().union(*(sentence.numbers for sentence in group)),
        listed=group[0].listed,
    )


def _likeness(one: _Look, other: _Look) -> float:
    gain = 0.0
    if one.kinds != _PLAIN.kinds or other.kinds != _PLAIN.kinds:
        gain += _SAME_KIND if one.kinds & other.kinds - _PLAIN.kinds else _OTHER_KIND / 2
    gain += _MARKED * len(one.marked & other.marked) + _UNMARKED * len(one.marked ^ other.marked)
    if one.numbers and other.numbers:
        gain += _OTHER_NUMBER * min(_MOST_NUMBERS, len(one.numbers ^ other.numbers))
    if one.listed and other.listed:
        gain += _LISTED if one.listed == other.listed else _OTHERWISE_LISTED
    elif one.listed or other.listed:
        gain -= 1.0
    return gain


def _sums(values: Sequence[int]) -> Floats:
    return np.concatenate(([0.0], np.cumsum(np.array(values, dtype=np.float64))))


def _cumulated(rows: Sequence[NDArray[np.float32]], width: int) -> Floats:
    table = np.zeros((len(rows) + 1, width))
    if rows:
        table[1:] = np.cumsum(np.array(rows, dtype=np.float64), axis=0)
    return table


def word_table(source: Vocabulary, target: Vocabulary) -> NDArray[np.float32]:
    """Say how much each word of the source says about each of the target."""
    return associations(source, target)
