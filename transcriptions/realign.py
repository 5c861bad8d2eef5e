"""One machine run of alignment over a part: what is stale, what goes in, and the effects that come out.

Transcriptions are linked to lines; a translation is joined to the transcription, or to an OCR draft where there is
none, or placed approximately where nothing can be read. Pins stay; what comes out as it was keeps its id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from transcriptions import draft, imported
from transcriptions.alignment.align import (
    LineAlignment,
    PageLines,
    Reading,
    Shapes,
    align_lines,
    align_texts,
    approximate,
)
from transcriptions.alignment.evidence import Readable, primary
from transcriptions.alignment.order import with_loose
from transcriptions.analysis import as_one
from transcriptions.identity import LineId, Mint, PageId, SegmentId
from transcriptions.model import (
    CAME,
    Alignment,
    Bead,
    Entity,
    Line,
    Link,
    Mark,
    Order,
    Part,
    Segment,
    Text,
    TextKind,
)
from transcriptions.revision import Effect, Held, Snapshot, effects_between

E = TypeVar("E", Link, Bead)


def stale(snapshot: Snapshot, part: Part, *, ocr: Readable, generator: str) -> bool:
    """Say whether the part's texts were not aligned from what is there now, by this generator."""
    texts = [text for text in snapshot.texts if text.part == part.id]
    if not texts:
        # Without a text there is nothing to align, but perhaps something to read.
        wants_draft = draft_language(snapshot, part, ocr) is not None
        return wants_draft and any(page.lines for page in page_lines(snapshot, part))
    wanted = digest(snapshot, part, ocr=ocr, generator=generator)
    return any(text.alignment is None or text.alignment.inputs != wanted for text in texts)


def digest(snapshot: Snapshot, part: Part, *, ocr: Readable, generator: str) -> str:
    """Digest everything that the alignment of a part is made from, but for what alignment itself writes."""
    pages = frozenset(part.pages)
    texts = [text for text in snapshot.texts if text.part == part.id and text.kind is not TextKind.OCR_DRAFT]
    ids = {text.id for text in texts}
    segments = [segment for segment in snapshot.segments if segment.text in ids]
    chosen = {segment.id for segment in segments}
    entities: list[Entity] = [
        *(replace(text, alignment=None, supplied=None) for text in texts),
        *(order for order in snapshot.orders if order.page in pages),
        *(line for line in snapshot.lines if line.page in pages),
        *segments,
        *(replace(mark, lines=(), confidence=0.0) for mark in snapshot.marks if mark.segment in chosen),
        *(link for link in snapshot.links if link.pinned and link.segment in chosen),
        *(bead for bead in snapshot.beads if bead.pinned and bead.source_text in ids),
    ]
    languages = sorted(languages_wanted(snapshot, part, ocr))
    return hashlib.sha256(msgspec.json.encode([generator, languages, part.pages, entities])).hexdigest()


def languages_wanted(snapshot: Snapshot, part: Part, ocr: Readable) -> frozenset[str]:
    """List the languages in which the part's lines are to be read: those of its transcriptions, or of its draft."""
    texts = [text for text in snapshot.texts if _is(text, part, TextKind.TRANSCRIPTION)]
    if texts:
        return frozenset(
            t.language for t in texts if not _is_imported(t, snapshot, part) and primary(t.language) in ocr.compared
        )
    language = draft_language(snapshot, part, ocr)
    return frozenset({language} if language else ())


def draft_language(snapshot: Snapshot, part: Part, ocr: Readable) -> str | None:
    """Say in which language an OCR draft is wanted: where no transcription is, and the language can be read."""
    if any(_is(text, part, TextKind.TRANSCRIPTION) for text in snapshot.texts):
        return None
    return next((language for language in _untranslated(snapshot, part) if primary(language) in ocr.drafts), None)


def _untranslated(snapshot: Snapshot, part: Part) -> list[str]:
    """List the languages that the pages may be in; Russian where only a translation is there."""
    translated = {text.language for text in snapshot.texts if _is(text, part, TextKind.TRANSLATION)}
    languages = [language for language in snapshot.document.languages if language not in translated]
    return languages or (["ru"] if translated and "ru" not in translated else [])


def _is_imported(text: Text, snapshot: Snapshot, part: Part) -> bool:
    """Say whether a text came with its links on all pages of its part, so that no automatic run has work on it."""
    if text.alignment is None or text.alignment.evidence not in CAME:
        return False
    filed = _filed(snapshot)
    return all(page.page in filed for page in page_lines(snapshot, part) if page.lines)


def _filed(snapshot: Snapshot) -> frozenset[PageId]:
    """List the pages whose lines, and the words on them, came with a file."""
    return frozenset(order.page for order in snapshot.orders if order.generator.startswith(imported.GENERATOR))


def _is(text: Text, part: Part, kind: TextKind) -> bool:
    return text.part == part.id and text.kind is kind


def page_lines(snapshot: Snapshot, part: Part) -> tuple[PageLines, ...]:
    """Give the lines of a part's pages in reading order."""
    pages = (snapshot.page(id) for id in part.pages)
    return tuple(
        PageLines(page=page.id, size=page.size, lines=snapshot.ordered_lines(page.id))
        for page in pages
        if page is not None
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What pixels say about a part's lines: what OCR read, by language, and the shapes of their letters.

    `loose` is ink on no line, by page, as lines with ids of their own; it may have been read as well.
    """

    readings: Mapping[str, Mapping[LineId, Reading]] = field(default_factory=dict)
    shapes: Mapping[LineId, Shapes] = field(default_factory=dict)
    loose: Mapping[PageId, tuple[Line, ...]] = field(default_factory=dict)


def realign(
    before: Snapshot, part: Part, evidence: Evidence, *, held: Held, ocr: Readable, generator: str, mint: Mint
) -> tuple[Effect, ...]:
    """Align the texts of a part anew; `held` gives the fields that persons set, which stay as they are."""
    run = _Run(before, part, evidence, held, ocr, generator, mint)
    return effects_between(run.old, run.entities())


class _Run:
    def __init__(
        self,
        before: Snapshot,
        part: Part,
        evidence: Evidence,
        held: Held,
        ocr: Readable,
        generator: str,
        mint: Mint,
    ) -> None:
        self._before = before
        self._part = part
        self._evidence = evidence
        self._held = held
        self._ocr = ocr
        self._generator = generator
        self._mint = mint
        self._digest = digest(before, part, ocr=ocr, generator=generator)
        self._pages = page_lines(before, part)
        self._stands_for: dict[LineId, LineId] = {}
        texts = [text for text in before.texts if text.part == part.id]
        ids = {text.id for text in texts}
        segments = [segment for segment in before.segments if segment.text in ids]
        chosen = {segment.id for segment in segments}
        self.old: tuple[Entity, ...] = (
            *self._page_entities(),
            *texts,
            *segments,
            *(mark for mark in before.marks if mark.segment in chosen),
            *(link for link in before.links if link.segment in chosen),
            *(bead for bead in before.beads if bead.source_text in ids or bead.target_text in ids),
        )

    def _page_entities(self) -> tuple[Line | Order, ...]:
        pages = frozenset(self._part.pages)
        lines = (line for line in self._before.lines if line.page in pages)
        return (*lines, *(order for order in self._before.orders if order.page in pages))

    def entities(self) -> tuple[Entity, ...]:
        """Give the part's texts and all on them as they are to be, and its lines, of which some may be joined."""
        done: list[Entity] = []
        texts = {kind: [t for t in self._before.texts if _is(t, self._part, kind)] for kind in TextKind}
        unplaced = [t for t in texts[TextKind.TRANSCRIPTION] if not _is_imported(t, self._before, self._part)]
        placed = {text.id: self._placed(text) for text in unplaced}
        if len(placed) == len(texts[TextKind.TRANSCRIPTION]):
            self._take_in([line for found in placed.values() for line in found.found])
            self._join([pair for found in placed.values() for pair in found.joined])
            self._settle_lines()
        sources = [self._transcription(t, placed.get(t.id), done) for t in texts[TextKind.TRANSCRIPTION]]
        if (language := draft_language(self._before, self._part, self._ocr)) is not None:
            sources += self._draft(language, texts[TextKind.OCR_DRAFT], done)
        else:
            for text in texts[TextKind.OCR_DRAFT]:
                done += self._standing(text)
        for text in texts[TextKind.TRANSLATION]:
            self._translation(text, sources, done)
        return (*self._page_entities(), *done)

    def _take_in(self, found: Iterable[Line]) -> None:
        """Make lines of the loose ink that carries words: each once, among those that stand about it."""
        for line in found:
            if line.id in self._stands_for:
                continue
            own = replace(line, id=LineId(self._mint()))
            self._stands_for[line.id] = own.id
            ordered = with_loose(self._before.ordered_lines(line.page), (own,))
            orders = (
                replace(o, lines=tuple(each.id for each in ordered)) if o.page == line.page else o
                for o in self._before.orders
            )
            self._before = replace(self._before, lines=(*self._before.lines, own), orders=tuple(orders))

    def _join(self, pairs: Iterable[tuple[LineId, LineId]]) -> None:
        """Make one line of two that are parts of one, where nobody pinned either; the first keeps its id."""
        lines = {line.id: line for line in self._before.lines}
        taken: set[LineId] = set()
        for pair in pairs:
            first, second = (self._stands_for.get(id, id) for id in pair)
            if not {first, second} & taken and not lines[first].pinned and not lines[second].pinned:
                lines[first] = as_one(lines[first], lines.pop(second))
                self._stands_for[second] = first
                self._stands_for |= {old: first for old, new in self._stands_for.items() if new == second}
                taken |= {first, second}
        if not taken:
            return
        orders = (replace(o, lines=tuple(id for id in o.lines if id in lines)) for o in self._before.orders)
        known = (lines[line.id] for line in self._before.lines if line.id in lines)
        standing = tuple(
            replace(line, anchor=replace(line.anchor, line=self._stands_for.get(line.anchor.line, line.anchor.line)))
            if line.anchor
            else line
            for line in known
        )
        self._before = replace(self._before, lines=standing, orders=tuple(orders))

    def _settle_lines(self) -> None:
        self._pages = page_lines(self._before, self._part)
        self._digest = digest(self._before, self._part, ocr=self._ocr, generator=self._generator)

    def _on_lines(self, links: Iterable[Link]) -> tuple[Link, ...]:
        return tuple(replace(k, line=self._stands_for[k.line]) if k.line in self._stands_for else k for k in links)

    def _marks_on_lines(self, marks: Iterable[Mark]) -> tuple[Mark, ...]:
        return tuple(
            replace(m, lines=tuple(dict.fromkeys(self._stands_for.get(id, id) for id in m.lines))) for m in marks
        )

    def _standing(self, text: Text) -> list[Entity]:
        segments = self._before.segments_of(text.id)
        ids = {segment.id for segment in segments}
        links = self._on_lines(link for link in self._before.links if link.segment in ids)
        return [text, *segments, *self._marks_on_lines(self._before.marks_of(ids)), *links]

    def _placed(self, text: Text) -> LineAlignment:
        segments = self._before.segments_of(text.id)
        ids = frozenset(segment.id for segment in segments)
        came = self._came(text, ids)
        pins = tuple(k for k in self._before.links if k.segment in ids and (k.pinned or k.line in came))
        return align_lines(
            self._open_pages(came) if came else self._with_loose_ink(),
            text,
            segments,
            self._before.marks_of(ids),
            readings=self._evidence.readings.get(text.language, {}),
            shapes=self._evidence.shapes,
            pins=pins,
            mint=self._mint,
        )

    def _came(self, text: Text, segments: frozenset[SegmentId]) -> frozenset[LineId]:
        """List the lines on which a file of some pages put words of a text; only other pages have lines to give."""
        if text.alignment is None or text.alignment.evidence not in CAME:
            return frozenset()
        filed = _filed(self._before)
        lines = {line.id for line in self._before.lines if line.page in filed}
        return frozenset(link.line for link in self._before.links if link.segment in segments and link.line in lines)

    def _with_loose_ink(self) -> tuple[PageLines, ...]:
        """Give the pages with their loose ink; none where lines came with a file, which nothing is added to."""
        if _filed(self._before):
            return self._pages
        return tuple(replace(page, loose=self._evidence.loose.get(page.page, ())) for page in self._pages)

    def _open_pages(self, came: frozenset[LineId]) -> tuple[PageLines, ...]:
        """Give the pages with the lines that words may lie on: of pages that came with a file, those that have some."""
        filed = _filed(self._before)
        return tuple(
            replace(page, lines=tuple(line for line in page.lines if line.id in came)) if page.page in filed else page
            for page in self._pages
        )

    def _transcription(
        self, text: Text, found: LineAlignment | None, done: list[Entity]
    ) -> tuple[Text, tuple[Segment, ...], tuple[Mark, ...]]:
        segments = self._before.segments_of(text.id)
        ids = frozenset(segment.id for segment in segments)
        old = tuple(link for link in self._before.links if link.segment in ids)
        if found is None:
            assert text.alignment is not None
            marks = self._before.marks_of(ids)
            known = replace(text, alignment=replace(text.alignment, inputs=self._digest))
            done += [known, *segments, *marks, *old]
            return known, segments, marks
        evidence = "mixed" if self._came(text, ids) else found.evidence
        aligned = replace(text, alignment=self._alignment(evidence, found.unplaced))
        links, marks = self._on_lines(found.links), self._marks_on_lines(found.marks)
        done += [aligned, *segments, *marks, *with_old_ids(old, links, _link_keys)]
        return aligned, segments, marks

    def _draft(
        self, language: str, old: list[Text], done: list[Entity]
    ) -> list[tuple[Text, tuple[Segment, ...], tuple[Mark, ...]]]:
        drawn = draft.draw(
            self._before,
            self._part,
            self._pages,
            self._evidence.readings.get(language, {}),
            language=language,
            old=old[0] if old else None,
            alignment=self._alignment("ocr", ()),
            held=self._held,
            mint=self._mint,
        )
        if drawn is None:
            return []
        done += [drawn.text, *drawn.segments, *drawn.marks, *drawn.links]
        return [(drawn.text, drawn.segments, drawn.marks)]

    def _translation(
        self, text: Text, sources: list[tuple[Text, tuple[Segment, ...], tuple[Mark, ...]]], done: list[Entity]
    ) -> None:
        segments = self._before.segments_of(text.id)
        ids = frozenset(segment.id for segment in segments)
        marks = self._before.marks_of(ids)
        if not sources:
            found = approximate(self._pages, text, segments, mint=self._mint)
            old = tuple(link for link in self._before.links if link.segment in ids)
            alignment = self._alignment(found.evidence, found.unplaced)
            links = with_old_ids(old, found.links, _link_keys)
            done += [replace(text, alignment=alignment), *segments, *marks, *links]
            return
        source, source_segments, source_marks = sources[0]
        old_beads = tuple(bead for bead in self._before.beads if bead.target_text == text.id)
        joined = align_texts(
            source,
            source_segments,
            source_marks,
            text,
            segments,
            marks,
            pins=tuple(bead for bead in old_beads if bead.pinned and bead.source_text == source.id),
            mint=self._mint,
        )
        alignment = self._alignment("bitext", joined.unplaced)
        beads = _beads_with_old_ids(old_beads, joined.beads)
        done += [replace(text, alignment=alignment), *segments, *marks, *beads]

    def _alignment(self, evidence: str, unplaced: Iterable[tuple[SegmentId, str]]) -> Alignment:
        return Alignment(self._generator, evidence, self._digest, tuple(unplaced))


def with_old_ids(old: Iterable[E], new: Iterable[E], keys: Callable[[E], tuple[object, ...]]) -> tuple[E, ...]:
    """Give new entities the ids of the old ones that say the same, or nearly: by each of their keys in turn."""
    fresh = list(new)
    free = {entity.id: entity for entity in old}
    for entity in fresh:
        free.pop(entity.id, None)
    settled: dict[int, E] = {}
    for level in range(2):
        known = {keys(entity)[level]: entity.id for entity in reversed(free.values())}
        for index, entity in enumerate(fresh):
            id = known.get(keys(entity)[level])
            if index not in settled and id in free and not entity.pinned:
                settled[index] = replace(entity, id=id)
                del free[id]
    return tuple(settled.get(index, entity) for index, entity in enumerate(fresh))


def _link_keys(link: Link) -> tuple[object, ...]:
    return (link.segment, link.start, link.end, link.line), (link.segment, link.line)


def _bead_keys(bead: Bead) -> tuple[object, ...]:
    return (bead.level, bead.source, bead.target), (bead.level, bead.target)


def _beads_with_old_ids(old: tuple[Bead, ...], new: tuple[Bead, ...]) -> tuple[Bead, ...]:
    """As `with_old_ids`, and clauses follow the sentence bead that they lie within."""
    settled = with_old_ids(old, new, _bead_keys)
    renamed = {fresh.id: kept.id for fresh, kept in zip(new, settled, strict=True)}
    return tuple(
        replace(bead, within=renamed.get(bead.within, bead.within)) if bead.within else bead for bead in settled
    )
