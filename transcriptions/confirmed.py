"""Beads that a file brings as confirmed: put in among those of a document, in place of what programs found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from transcriptions.identity import BeadId, Mint, SegmentId, TextId
from transcriptions.model import Bead, BeadLevel, Span
from transcriptions.revision import EntityKind, Held


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody confirmed to answer to each other; a clause bead lies `within` the sentence bead of that name."""

    source_text: TextId
    target_text: TextId
    source: tuple[Span, ...]
    target: tuple[Span, ...]
    confidence: float = 1.0
    name: str = ""
    within: str = ""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans of both sides."""
        return (*self.source, *self.target)


def give(beads: Sequence[Bead], given: Iterable[Confirmed], *, held: Held, mint: Mint) -> tuple[Bead, ...]:
    """Put confirmed beads in, pinned; they take the place of what programs found on these segments or clauses.

    What a person said of a bead here stays. A clause bead whose sentence bead is not among those given is left out.
    """
    told = {id for bead in beads if held.get((EntityKind.BEAD, bead.id)) for id in _segments(bead.source, bead.target)}
    wanted = [each for each in given if told.isdisjoint(span.segment for span in each.spans)]
    ids = {_segments(b.source, b.target): b.id for b in beads if b.level is BeadLevel.SENTENCE}
    sentences: dict[str, Bead] = {}
    for place, each in enumerate(each for each in wanted if not each.within):
        id = ids.get(_segments(each.source, each.target)) or BeadId(mint())
        sentences[each.name or f"#{place}"] = _bead(each, id, BeadLevel.SENTENCE, within=None)
    touched = {span.segment for bead in sentences.values() for span in (*bead.source, *bead.target)}
    made = {bead.id for bead in sentences.values()}
    standing = [
        bead
        for bead in beads
        if touched.isdisjoint(_segments(bead.source, bead.target)) or (bead.within is not None and bead.within in made)
    ]
    clauses = list(_clauses(standing, [each for each in wanted if each.within], sentences, mint))
    taken = {bead.id for bead in clauses}
    rest = [bead for bead in standing if bead.id not in taken and not _is_covered(bead, clauses)]
    return (*rest, *sentences.values(), *clauses)


def _clauses(
    standing: Sequence[Bead], given: Iterable[Confirmed], sentences: dict[str, Bead], mint: Mint
) -> Iterator[Bead]:
    ids = {(bead.within, bead.source, bead.target): bead.id for bead in standing}
    for each in given:
        around = sentences.get(each.within)
        if around is not None:
            id = ids.get((around.id, each.source, each.target)) or BeadId(mint())
            yield _bead(each, id, BeadLevel.CLAUSE, within=around.id)


def _bead(each: Confirmed, id: BeadId, level: BeadLevel, *, within: BeadId | None) -> Bead:
    return Bead(
        id=id,
        source_text=each.source_text,
        target_text=each.target_text,
        level=level,
        source=each.source,
        target=each.target,
        confidence=each.confidence,
        within=within,
        pinned=True,
    )


def _is_covered(bead: Bead, clauses: Iterable[Bead]) -> bool:
    """Say whether a clause bead lies on words of one that was confirmed."""
    spans = (*bead.source, *bead.target)
    others = (span for each in clauses if each.within == bead.within for span in (*each.source, *each.target))
    return any(_overlap(span, other) for other in others for span in spans)


def _overlap(first: Span, second: Span) -> bool:
    return first.segment == second.segment and first.start < second.end and second.start < first.end


def _segments(source: Sequence[Span], target: Sequence[Span]) -> tuple[SegmentId, ...]:
    return tuple(span.segment for span in (*source, *target))
