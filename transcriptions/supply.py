"""A document as it is supplied, and the effects that bring the store's document to it.

What comes again is matched by id, then by place (file name), then by what it holds; fields that a person changed are
kept, and said to differ, never overwritten silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from images.geometry import Size
from transcriptions import confirmed, imported, returned
from transcriptions.confirmed import Confirmed
from transcriptions.identity import DocumentId, Mint, PageId, PartId, SegmentId, TextId
from transcriptions.imported import Linked, Settled
from transcriptions.model import (
    CAME,
    Alignment,
    Document,
    Entity,
    Line,
    Link,
    Order,
    Page,
    Part,
    Placement,
    Segment,
    Span,
    Text,
    TextKind,
    View,
)
from transcriptions.resupply import Resupply, TextOutcome, settle_beads
from transcriptions.revision import (
    Effect,
    EntityKind,
    Held,
    Snapshot,
    effects_between,
    kind_of,
)
from transcriptions.supplied import SuppliedBead, SuppliedDocument, SuppliedPage, SuppliedSpan, SuppliedText

E = TypeVar("E", Document, Part, Page, Text)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something supplied that a person must know of: not taken over as a person had said otherwise, or changed in a
    file of lines that came again; `detail` says which."""

    entity: EntityKind
    id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The effects that take a supply over, and what a person must know of."""

    document: DocumentId
    effects: tuple[Effect, ...]
    differences: tuple[Difference, ...]


def reconcile(before: Snapshot | None, supplied: SuppliedDocument, *, held: Held, mint: Mint) -> Reconciled:
    """Give the effects that bring a document (None: a new one) to what was supplied."""
    run = _Run(before, supplied, held, mint)
    after = run.entities()
    effects = effects_between(before.entities() if before else (), after)
    return Reconciled(run.document.id, effects, tuple(run.differences))


class _Run:
    """One reconciliation: what was there, what came, and what became of it."""

    def __init__(self, before: Snapshot | None, supplied: SuppliedDocument, held: Held, mint: Mint) -> None:
        self._before = before
        self._supplied = supplied
        self._held = held
        self._mint = mint
        self._settled: dict[str, Settled] = {}
        self.differences: list[Difference] = []
        identity = before.document.id if before else DocumentId(supplied.id or mint())
        described = replace(supplied.description, id=identity)
        self.document = self._keep(before.document if before else None, described)

    def entities(self) -> tuple[Entity, ...]:
        """Give every entity of the document as it is to be."""
        pages = self._pages()
        parts = self._parts(pages)
        self._settled = self._lines(pages)
        outcome = self._texts(pages, parts)
        old = self._before
        unchanged = frozenset(page.id for page in pages.values() if self._shows_the_same(page))
        lines, orders = self._standing_lines(pages, unchanged)
        kept = frozenset(line.id for line in lines)
        return (
            self.document,
            *parts.values(),
            *pages.values(),
            *orders,
            *lines,
            *(stroke for stroke in (old.strokes if old else ()) if stroke.page in unchanged),
            *outcome.texts,
            *outcome.segments,
            *(replace(mark, lines=tuple(line for line in mark.lines if line in kept)) for mark in outcome.marks),
            *(link for link in outcome.links if link.line in kept),
            *outcome.beads,
        )

    def _standing_lines(
        self, pages: Mapping[str, Page], unchanged: frozenset[PageId]
    ) -> tuple[tuple[Line, ...], tuple[Order, ...]]:
        """Give the lines and orders: out of a page's file where it has one, else as they were."""
        filed = frozenset(pages[name].id for name in self._settled)
        old = self._before
        standing = frozenset(page.id for page in pages.values()) - filed
        lines = [line for line in (old.lines if old else ()) if line.page in unchanged or self._pinned_there(line.page)]
        orders = [order for order in (old.orders if old else ()) if order.page in unchanged - filed]
        return (
            (
                *(line for line in lines if line.page in standing),
                *(line for settled in self._settled.values() for line in settled.lines),
            ),
            (*orders, *(settled.order for settled in self._settled.values())),
        )

    def _lines(self, pages: Mapping[str, Page]) -> dict[str, Settled]:
        """Settle the lines of every page that has a file of lines."""
        settled: dict[str, Settled] = {}
        orders = {order.page: order for order in (self._before.orders if self._before else ())}
        for supplied in self._supplied.pages:
            if supplied.lines is None:
                continue
            page = pages[supplied.name]
            before = self._before.ordered_lines(page.id) if self._before else ()
            found = imported.settle(
                page.id,
                page.size,
                supplied.lines.page,
                before,
                generator=supplied.lines.format,
                known=orders.get(page.id),
                mint=self._mint,
            )
            settled[supplied.name] = found
            self._tell(supplied.lines.file, found.changes)
        return settled

    def _tell(self, file: str, changes: Iterable[tuple[str, str]]) -> None:
        for line, detail in changes:
            self.differences.append(Difference(EntityKind.LINE, line, f"{file}: {detail}"))

    def _keep(self, current: E | None, supplied: E) -> E:
        """Take the supplied entity over, but for fields that a person set."""
        if current is None:
            return supplied
        held = self._held.get((kind_of(current), current.id), frozenset())
        differing = {name for name in held if getattr(current, name) != getattr(supplied, name)}
        for name in sorted(differing):
            detail = f"{name} was corrected by a person and is kept; the supply says otherwise"
            self.differences.append(Difference(kind_of(current), current.id, detail))
        return replace(supplied, **{name: getattr(current, name) for name in differing})

    # --- pages and parts

    def _pages(self) -> dict[str, Page]:
        free = {page.id: page for page in (self._before.pages if self._before else ())}
        found: dict[str, Page | None] = {}
        for page in self._supplied.pages:
            found[page.name] = next((old for old in free.values() if old.source_id == page.name), None)
            if (old := found[page.name]) is not None:
                del free[old.id]
        for page in self._supplied.pages:
            if found[page.name] is None and (old := next((o for o in free.values() if _shows(o, page)), None)):
                found[page.name] = free.pop(old.id)
        pages = {
            page.name: self._page(found[page.name], page, position)
            for position, page in enumerate(self._supplied.pages, start=1)
        }
        for old in free.values():
            if self._pinned_there(old.id):
                detail = f"{old.source_id or old.label} is not supplied any more, but was corrected by a person: kept"
                self.differences.append(Difference(EntityKind.PAGE, old.id, detail))
                pages[old.source_id or old.id] = old
        return pages

    def _page(self, old: Page | None, page: SuppliedPage, position: int) -> Page:
        if old is not None and _shows(old, page):
            placements = (replace(old.placements[0], rights=page.rights, pack=page.pack), *old.placements[1:])
        else:
            placement = Placement(
                identifier=self._mint(),
                size=page.size,
                view=page.view,
                pack=page.pack,
                service=page.service,
                rights=page.rights,
            )
            placements = (placement,)
        described = Page(
            id=old.id if old else PageId(self._mint()),
            document=self.document.id,
            size=page.size,
            placements=placements,
            label=page.label or str(position),
            foliations=page.foliations,
            source_id=page.name,
            canvas=page.canvas,
        )
        return self._keep(old, described)

    def _shows_the_same(self, page: Page) -> bool:
        old = self._before.page(page.id) if self._before else None
        return old is not None and [_image(each) for each in old.placements] == [_image(p) for p in page.placements]

    def _pinned_there(self, page: PageId) -> bool:
        if self._before is None:
            return False
        lines = {line.id for line in self._before.lines if line.page == page}
        return any(line.pinned for line in self._before.lines if line.page == page) or any(
            link.pinned for link in self._before.links if link.line in lines
        )

    def _parts(self, pages: Mapping[str, Page]) -> dict[str, Part]:
        old = {part.source_id: part for part in (self._before.parts if self._before else ())}
        parts = {}
        for position, part in enumerate(self._supplied.parts):
            current = old.get(part.id)
            described = Part(
                id=current.id if current else PartId(self._mint()),
                document=self.document.id,
                position=position,
                label=part.label,
                pages=tuple(pages[name].id for name in part.pages),
                source_id=part.id,
                untranslated=part.untranslated,
            )
            parts[part.id] = self._keep(current, described)
        return parts

    # --- texts

    def _texts(self, pages: Mapping[str, Page], parts: Mapping[str, Part]) -> TextOutcome:
        free = {text.id: text for text in (self._before.texts if self._before else ())}
        outcome = TextOutcome()
        places: dict[str, tuple[Segment, ...]] = {}
        for supplied in self._supplied.texts:
            if (standing := self._gone_out(supplied, parts)) is not None:
                self._compare(standing, supplied)
                if standing.id in free and supplied.fragment and not self._beside(standing):
                    outcome = outcome.joined(self._standing(free.pop(standing.id)))
                continue
            old = _find_text(free.values(), supplied, parts[supplied.part].id)
            if old is not None:
                del free[old.id]
            text = self._keep(old, self._text(old, supplied, parts))
            hints = {hint: pages[name].id for hint, name in supplied.pages.items() if name in pages}
            taken = self._segments(text, supplied, hints)
            places[supplied.supplied.name] = taken.segments[: len(supplied.segments)]
            outcome = outcome.joined(self._linked(taken, supplied, old) if supplied.born else taken)
        settled = settle_beads(self._before, outcome.joined(self._unsupplied(free.values())))
        known = [bead for bead in self._supplied.beads if bead.source in places and bead.target in places]
        given = [_confirmed(bead, places[bead.source], places[bead.target]) for bead in known]
        return replace(settled, beads=confirmed.give(settled.beads, given, held=self._held, mint=self._mint))

    def _gone_out(self, supplied: SuppliedText, parts: Mapping[str, Part]) -> Text | None:
        """Give the text that a file was written of, where that file is not to change it.

        So it is where a file of its own supplies the text beside it, where the file holds some of it only, and with
        an OCR draft, which is nobody's edition.
        """
        if self._before is None:
            return None
        if (own := _of_id(self._before.texts, supplied)) is not None:
            stays = self._beside(own, supplied) or supplied.fragment or own.kind is TextKind.OCR_DRAFT
            return own if stays else None
        return self._lines_gone_out(supplied, parts) if supplied.born else None

    def _beside(self, text: Text, supplied: SuppliedText | None = None) -> bool:
        """Say whether another file supplies a text, the one that did so before."""
        others = (each for each in self._supplied.texts if each is not supplied and not each.fragment)
        return text.supplied is not None and text.supplied.name in {each.supplied.name for each in others}

    def _lines_gone_out(self, supplied: SuppliedText, parts: Mapping[str, Part]) -> Text | None:
        """Give the text that page files were written of, where a file of its own supplies it beside them."""
        assert self._before is not None
        own = [each for each in self._supplied.texts if each.part == supplied.part and each.kind is supplied.kind]
        beside = {each.supplied.name for each in own if not each.born and supplied.language in (each.language, "none")}
        known = {line.id for line in self._before.lines}
        came = [page.lines.page for page in self._supplied.pages if page.lines and page.name in supplied.pages.values()]
        if not beside or not all(returned.went_out(page, known) for page in came):
            return None
        part = parts[supplied.part].id
        return next(
            (t for t in self._before.texts if t.part == part and t.supplied and t.supplied.name in beside), None
        )

    def _compare(self, text: Text, supplied: SuppliedText) -> None:
        """Tell where the words of files that went out and came back differ from those of their text."""
        assert self._before is not None
        if supplied.id is not None:
            for segment, detail in returned.segment_differences(
                self._before.segments_of(text.id), supplied.segments, supplied.segment_ids, whole=not supplied.fragment
            ):
                detail = f"{supplied.supplied.name}: {detail}"
                self.differences.append(Difference(EntityKind.SEGMENT, segment, detail))
            return
        for page in self._supplied.pages:
            if page.lines is not None and page.name in supplied.pages.values():
                told = returned.differences(self._before, text, page.lines.page, self._settled[page.name])
                self._tell(page.lines.file, told)

    def _text(self, old: Text | None, supplied: SuppliedText, parts: Mapping[str, Part]) -> Text:
        return Text(
            id=old.id if old else TextId(self._mint()),
            document=self.document.id,
            part=parts[supplied.part].id,
            kind=supplied.kind,
            language=supplied.language,
            label=supplied.label,
            creator=supplied.creator,
            source=supplied.source,
            rights=supplied.rights,
            credit=supplied.credit,
            supplied=supplied.supplied,
            breaks_kept=supplied.breaks_kept,
            alignment=_alignment(old, supplied),
        )

    def _linked(self, taken: TextOutcome, supplied: SuppliedText, known: Text | None) -> TextOutcome:
        """Link a text out of page files to the lines that it came with."""
        if known is not None and _is_known(known, supplied):
            return taken
        lines = {(name, index): line for name, found in self._settled.items() for index, line in enumerate(found.lines)}
        (text,) = taken.texts
        before = self._before.segments_of(text.id) if self._before else ()
        contents = {segment.id: segment.content for segment in before}
        old = [each for each in (self._before.links if self._before else ()) if each.segment in contents]
        # What a person corrected is kept, and the file's places are not those of its words.
        taken_over = [
            (segment, born)
            for segment, parsed, born in zip(taken.segments, supplied.segments, supplied.born, strict=False)
            if segment.content == parsed.content
        ]
        linked = imported.link(
            [segment for segment, _ in taken_over],
            [born for _, born in taken_over],
            lines,
            old=old,
            contents=contents,
            mint=self._mint,
        )
        self._tell(supplied.supplied.name, linked.changes)
        ids = {segment.id for segment, _ in taken_over}
        own = frozenset(each.id for each in linked.links)
        standing = [each for each in taken.links if each.segment not in ids and each.id not in own]
        if known is not None and _by_program(known):
            text = replace(text, alignment=_came_back(known, linked, old))
        return replace(taken, texts=(text,), links=(*linked.links, *standing))

    def _segments(self, text: Text, supplied: SuppliedText, hints: Mapping[str, PageId]) -> TextOutcome:
        resupply = Resupply(self._before, text, held=self._held, mint=self._mint)
        ids = supplied.segment_ids if supplied.id == text.id else ()
        outcome = resupply.take(supplied.segments, hints, ids)
        for segment, detail in resupply.kept:
            self.differences.append(Difference(EntityKind.SEGMENT, segment, detail))
        return outcome

    def _unsupplied(self, texts: Iterable[Text]) -> TextOutcome:
        """Keep texts that no file brought (drafts, a person's own); drop those whose file is gone."""
        outcome = TextOutcome()
        for text in texts:
            if text.supplied is None or self._touched(text.id):
                if text.supplied is not None:
                    detail = f"{text.supplied.name} is not supplied any more, but was corrected by a person: kept"
                    self.differences.append(Difference(EntityKind.TEXT, text.id, detail))
                outcome = outcome.joined(self._standing(text))
        return outcome

    def _standing(self, text: Text) -> TextOutcome:
        assert self._before is not None
        return TextOutcome.standing(self._before, text)

    def _touched(self, text: TextId) -> bool:
        assert self._before is not None
        segments: frozenset[SegmentId] = frozenset(each.id for each in self._before.segments_of(text))
        held = any((EntityKind.SEGMENT, id) in self._held for id in segments)
        return held or any(link.pinned for link in self._before.links if link.segment in segments)


def _alignment(old: Text | None, supplied: SuppliedText) -> Alignment | None:
    """Say that a text out of page files came with its links; else what was known of its alignment."""
    current = old.alignment if old else None
    if not supplied.born:
        return None if current is None or current.evidence in CAME else current
    stays = old is not None and (not _by_program(old) or _is_known(old, supplied))
    return current if current is not None and stays else Alignment("import", "imported", "")


def _by_program(text: Text) -> bool:
    """Say whether a program aligned a text, and no file that came changed that."""
    return text.alignment is not None and text.alignment.evidence not in CAME


def _is_known(text: Text, supplied: SuppliedText) -> bool:
    """Say whether a text was aligned since it was taken out of just this file, which then says nothing new."""
    same = text.supplied is not None and text.supplied.sha256 == supplied.supplied.sha256
    return same and _by_program(text)


def _came_back(text: Text, linked: Linked, old: Iterable[Link]) -> Alignment:
    """Say who aligned a text that a program had aligned and that came with a file, as far as links came untouched."""
    assert text.alignment is not None
    # Where the words of a line are those of before, its links are, though they may stand in another segment now.
    before = {(link.id, link.line, link.confidence) for link in old}
    untouched = [link for link in linked.links if (link.id, link.line, link.confidence) in before]
    if not linked.changes and len(untouched) == len(linked.links):
        return text.alignment
    return replace(text.alignment, evidence="mixed") if untouched else Alignment("import", "imported", "")


def _confirmed(bead: SuppliedBead, source: Sequence[Segment], target: Sequence[Segment]) -> Confirmed:
    return Confirmed(
        source[0].text,
        target[0].text,
        tuple(_span(each, source) for each in bead.sources),
        tuple(_span(each, target) for each in bead.targets),
        bead.confidence,
        bead.name,
        bead.within,
    )


def _span(span: SuppliedSpan, segments: Sequence[Segment]) -> Span:
    segment = segments[span.segment]
    end = len(segment.content)
    return Span(segment.id, min(span.start, end), end if span.end is None else min(span.end, end))


def _of_id(texts: Iterable[Text], supplied: SuppliedText) -> Text | None:
    """Give the text of ours that a file says it holds."""
    if supplied.id is None:
        return None
    return next((text for text in texts if (text.id, text.kind) == (supplied.id, supplied.kind)), None)


def _find_text(texts: Iterable[Text], supplied: SuppliedText, part: PartId) -> Text | None:
    texts = tuple(texts)
    if (own := _of_id(texts, supplied)) is not None:
        return own
    listed = [text for text in texts if text.supplied is not None]
    by_place = [text for text in listed if text.supplied and text.supplied.name == supplied.supplied.name]
    by_content = [text for text in listed if text.supplied and text.supplied.sha256 == supplied.supplied.sha256]
    by_role = [
        text for text in listed if (text.part, text.kind, text.language) == (part, supplied.kind, supplied.language)
    ]
    for found in (by_place, by_content, by_role):
        if found:
            return found[0]
    return None


def _image(placement: Placement) -> tuple[View | None, str, Size]:
    return placement.view, placement.service, placement.size


def _shows(page: Page, supplied: SuppliedPage) -> bool:
    """Say whether the page shows just the supplied image."""
    return bool(page.placements) and _image(page.placements[0]) == (supplied.view, supplied.service, supplied.size)
