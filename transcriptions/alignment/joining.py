"""One alignment of a translation with its source: from entities to the programs' values, and back to beads."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transcriptions.alignment.bitext import Joined, Sentence, SentenceProgram, sentence_of, word_table
from transcriptions.alignment.clauses import DANGLING, LEADING, ClauseProgram, Phrase
from transcriptions.alignment.evidence import TextAlignment
from transcriptions.alignment.words import Token, Vocabulary
from transcriptions.identity import BeadId, Mint, SegmentId
from transcriptions.model import Bead, BeadLevel, Mark, MarkKind, Segment, Span, Text

NO_WORDS = "it stands for nothing on the page"
NO_ANSWER = "nothing in the source answers to it"
NO_SOURCE = "there is nothing to join it to"

_STOP = re.compile(r"[,;:.!?…)\]—–]|\s[-—–]\s")
_FULL_STOP = re.compile(r"[.!?…]\W*\s")
_INSERTED = frozenset({MarkKind.INSERTION, MarkKind.SUBSTITUTION})
_LEAST_CLAUSE = 2


class Joining:
    """Joins two texts; made anew for each run."""

    def __init__(
        self,
        source: tuple[Text, Sequence[Segment], Sequence[Mark]],
        target: tuple[Text, Sequence[Segment], Sequence[Mark]],
        pins: Sequence[Bead],
    ) -> None:
        """Prepare the sentences of both texts."""
        self._texts = source[0], target[0]
        self._marks = _by_segment(source[2]), _by_segment(target[2])
        self._words = Vocabulary(), Vocabulary()
        self._sentences = self._prepared(source[1], 0), self._prepared(target[1], 1)
        self._mute = [s for s in target[1] if not s.content.strip()]
        self._table = word_table(*self._words)
        self._pins = tuple(pins)

    def _prepared(self, segments: Sequence[Segment], side: int) -> list[Sentence]:
        marks, vocabulary = self._marks[side], self._words[side]
        return [sentence_of(s, marks.get(s.id, ()), vocabulary) for s in segments if s.content.strip()]

    def align(self, mint: Mint) -> TextAlignment:
        """Join sentences, then clauses within them."""
        source, target = self._sentences
        mute = [(s.id, NO_WORDS) for s in self._mute]
        if not source or not target:
            free = [(s.segment.id, NO_SOURCE) for s in target]
            return TextAlignment(self._pins, (*mute, *free))
        given, standing = self._given()
        joined = SentenceProgram(source, target, self._table, list(given)).run()
        beads = list(self._pins)
        for one in joined:
            pinned = given.get((one.source, one.target))
            bead = pinned if pinned is not None else self._bead(one, mint)
            if pinned is None:
                beads.append(bead)
            if bead.id not in standing:
                beads += self._clauses(one, bead, mint)
        done = {span.segment for bead in beads for span in bead.target}
        free = [(s.segment.id, NO_ANSWER) for s in target if s.segment.id not in done]
        return TextAlignment(tuple(beads), (*mute, *free))

    def _given(self) -> tuple[dict[tuple[tuple[int, int], tuple[int, int]], Bead], set[BeadId]]:
        """Give the pinned sentence beads that can hold together, by their places; and those with pinned clauses."""
        places = tuple({s.segment.id: k for k, s in enumerate(side)} for side in self._sentences)
        found: list[tuple[tuple[int, int], tuple[int, int], Bead]] = []
        for pin in self._pins:
            if pin.level is not BeadLevel.SENTENCE:
                continue
            ranges = _run(pin.source, places[0]), _run(pin.target, places[1])
            if ranges[0] is not None and ranges[1] is not None:
                found.append((ranges[0], ranges[1], pin))
        found.sort(key=lambda entry: entry[:2])
        kept: dict[tuple[tuple[int, int], tuple[int, int]], Bead] = {}
        last = (0, 0)
        for source, target, pin in found:
            holds = source[0] >= last[0] and target[0] >= last[1]
            if holds and source[1] - source[0] <= 3 and target[1] - target[0] <= 3:
                kept[source, target] = pin
                last = source[1], target[1]
        clauses = {pin.within for pin in self._pins if pin.level is BeadLevel.CLAUSE and pin.within is not None}
        return kept, clauses

    def _bead(self, one: Joined, mint: Mint) -> Bead:
        sides = self._sentences
        return Bead(
            id=BeadId(mint()),
            source_text=self._texts[0].id,
            target_text=self._texts[1].id,
            level=BeadLevel.SENTENCE,
            source=tuple(_whole(s) for s in sides[0][one.source[0] : one.source[1]]),
            target=tuple(_whole(s) for s in sides[1][one.target[0] : one.target[1]]),
            confidence=one.confidence,
        )

    # --- clauses

    def _clauses(self, one: Joined, bead: Bead, mint: Mint) -> list[Bead]:
        source = self._sentences[0][one.source[0] : one.source[1]]
        target = self._sentences[1][one.target[0] : one.target[1]]
        pairs = self._insertions(source, target)
        away = [[m for m, _ in pairs], [m for _, m in pairs]]
        words = _Words(source, away[0]), _Words(target, away[1])
        beads: list[Bead] = []
        for mine, theirs in pairs:
            inserted = (Span(mine.segment, mine.start, mine.end),), (Span(theirs.segment, theirs.start, theirs.end),)
            beads.append(self._clause(inserted, bead, bead.confidence, mint))
        if len(words[1].tokens) < _LEAST_CLAUSE or not words[0].tokens:
            return beads
        table = self._table[np.ix_(words[0].numbers, words[1].numbers)]
        letters = words[0].letters, words[1].letters
        program = ClauseProgram(table, letters, (words[0].stops, words[1].stops), words[0].dangling, words[1].cuts())
        phrases = program.run()
        if len(phrases) < 2:
            return beads
        owner = _shared_out(phrases, table, words[0].stops)
        for k, phrase in enumerate(phrases):
            answer = words[0].spans_of(np.flatnonzero(owner == k))
            if answer:
                spans = answer, words[1].spans(*phrase.target)
                beads.append(self._clause(spans, bead, bead.confidence * phrase.confidence, mint))
        return beads

    def _clause(self, spans: tuple[tuple[Span, ...], tuple[Span, ...]], bead: Bead, sure: float, mint: Mint) -> Bead:
        return Bead(
            id=BeadId(mint()),
            source_text=bead.source_text,
            target_text=bead.target_text,
            level=BeadLevel.CLAUSE,
            source=spans[0],
            target=spans[1],
            confidence=sure,
            within=bead.id,
        )

    def _insertions(self, source: Sequence[Sentence], target: Sequence[Sentence]) -> list[tuple[Mark, Mark]]:
        """Pair the insertions of both sides, in order, where there are as many."""
        sides = []
        for sentences, marks in ((source, self._marks[0]), (target, self._marks[1])):
            found = [m for s in sentences for m in marks.get(s.segment.id, ()) if m.kind in _INSERTED]
            sides.append([m for m in found if m.start < m.end])
        return list(zip(*sides, strict=True)) if len(sides[0]) == len(sides[1]) else []


class _Words:
    """The words of one side of a bead, without what is joined already."""

    def __init__(self, sentences: Sequence[Sentence], away: Sequence[Mark]) -> None:
        self.tokens: list[tuple[Segment, Token]] = []
        numbers: list[int] = []
        self.starts: set[int] = set()
        self._away = away
        for sentence in sentences:
            self.starts.add(len(self.tokens))
            gone = [m for m in away if m.segment == sentence.segment.id]
            for token, number in zip(sentence.tokens, sentence.words.tolist(), strict=True):
                if not any(m.start <= token.start < m.end for m in gone):
                    self.tokens.append((sentence.segment, token))
                    numbers.append(number)
        self.numbers: NDArray[np.int64] = np.array(numbers, dtype=np.int64)
        self.letters: NDArray[np.int64] = np.array([t.end - t.start + 1 for _, t in self.tokens], dtype=np.int64)
        self.stops: NDArray[np.int64] = np.array([self._stops(k) for k in range(len(self.tokens))], dtype=np.int64)

        self.dangling: NDArray[np.bool_] = np.array(
            [t.text.lower() in DANGLING and not self.stops[k] for k, (_, t) in enumerate(self.tokens)], dtype=bool
        )

    def _stops(self, k: int) -> int:
        segment, token = self.tokens[k]
        last = k + 1 == len(self.tokens) or self.tokens[k + 1][0].id != segment.id
        end = len(segment.content) if last else self.tokens[k + 1][1].start
        if last or _FULL_STOP.search(segment.content[token.end : end]) is not None:
            return 3
        return int(_STOP.search(segment.content[token.end : end]) is not None)

    def cuts(self) -> list[int]:
        """Give the places where a phrase may begin or end: after stops and before words that lead a phrase."""
        count = len(self.tokens)
        inner = [
            k
            for k in range(1, count)
            if k in self.starts or self.stops[k - 1] or self.tokens[k][1].text.lower() in LEADING
        ]
        return [0, *inner, count]

    def spans(self, first: int, last: int) -> tuple[Span, ...]:
        """Give the characters of words [first, last), a span for each unbroken run in a segment."""
        found: list[Span] = []
        for k in range(first, last):
            segment, token = self.tokens[k]
            end = self._end(k, last)
            before = found[-1] if found else None
            if before is not None and before.segment == segment.id and before.end >= token.start:
                found[-1] = Span(segment.id, before.start, end)
            else:
                start = 0 if k in self.starts else token.start
                found.append(Span(segment.id, start, end))
        return tuple(found)

    def spans_of(self, words: NDArray[np.int64]) -> tuple[Span, ...]:
        """Give the characters of some words, a span for each run of neighbours."""
        cut = np.flatnonzero(np.diff(words) > 1) + 1
        runs = [run for run in np.split(words, cut) if len(run)]
        return tuple(span for run in runs for span in self.spans(int(run[0]), int(run[-1]) + 1))

    def _end(self, k: int, last: int) -> int:
        """Give where a word's span ends: with the stops behind it, up to the next word that is in the same run."""
        segment, token = self.tokens[k]
        if k + 1 == len(self.tokens) or self.tokens[k + 1][0].id != segment.id:
            gone = [m.start for m in self._away if m.segment == segment.id and m.start >= token.end]
            return min(gone, default=len(segment.content))
        following = self.tokens[k + 1][1].start
        between = segment.content[token.end : following]
        if re.search(r"\w", between):
            return token.end
        return following if k + 1 < last else token.end + len(between.rstrip())


def _shared_out(phrases: Sequence[Phrase], table: NDArray[np.float32], stops: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each word of the source to one phrase: where ranges overlap to the one it says most about.

    Words that no range holds go with a neighbour, not across a stop.
    """
    owner = np.full(table.shape[0], -1, dtype=np.int64)
    strength = np.full(table.shape[0], -1.0)
    for k, phrase in enumerate(phrases):
        first, last = phrase.source
        own = table[first:last, phrase.target[0] : phrase.target[1]].sum(axis=1) + phrase.confidence
        better = own > strength[first:last]
        owner[first:last][better] = k
        strength[first:last][better] = own[better]
    for i in range(1, len(owner)):
        if owner[i] < 0 and not stops[i - 1]:
            owner[i] = owner[i - 1]
    for i in range(len(owner) - 2, -1, -1):
        if owner[i] < 0:
            owner[i] = owner[i + 1]
    for i in range(1, len(owner)):
        if owner[i] < 0:
            owner[i] = owner[i - 1]
    return owner


def _whole(sentence: Sentence) -> Span:
    return Span(sentence.segment.id, 0, len(sentence.segment.content))


def _by_segment(marks: Sequence[Mark]) -> dict[SegmentId, list[Mark]]:
    found: dict[SegmentId, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.segment, []).append(mark)
    for listed in found.values():
        listed.sort(key=lambda mark: (mark.start, mark.end))
    return found


def _run(spans: Sequence[Span], places: dict[SegmentId, int]) -> tuple[int, int] | None:
    """Give the run of sentences that spans lie in, or None where they are not known."""
    at = [places[span.segment] for span in spans if span.segment in places]
    return (min(at), max(at) + 1) if at and len(at) == len(spans) else None
