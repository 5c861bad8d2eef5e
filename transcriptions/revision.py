"""Revisions: what changed, as effects on entities, and the state of a document as one value.

A revision stores effects (before and after of each entity), never a request to run again: applying the effects of
all revisions in order to nothing gives the current state.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from transcriptions.identity import DocumentId, PageId, PartId, SegmentId, TextId
from transcriptions.model import (
    Bead,
    Document,
    Entity,
    Line,
    Link,
    Mark,
    Order,
    Page,
    Part,
    Segment,
    Stroke,
    Text,
)


class EntityKind(StrEnum):
    """The kinds of entity that revisions know."""

    DOCUMENT = "document"
    PART = "part"
    PAGE = "page"
    ORDER = "order"
    LINE = "line"
    STROKE = "stroke"
    TEXT = "text"
    SEGMENT = "segment"
    MARK = "mark"
    LINK = "link"
    BEAD = "bead"


KINDS: Mapping[EntityKind, type[Entity]] = {
    EntityKind.DOCUMENT: Document,
    EntityKind.PART: Part,
    EntityKind.PAGE: Page,
    EntityKind.ORDER: Order,
    EntityKind.LINE: Line,
    EntityKind.STROKE: Stroke,
    EntityKind.TEXT: Text,
    EntityKind.SEGMENT: Segment,
    EntityKind.MARK: Mark,
    EntityKind.LINK: Link,
    EntityKind.BEAD: Bead,
}

_KIND_OF = {value: kind for kind, value in KINDS.items()}


def kind_of(entity: Entity) -> EntityKind:
    """Name the kind of an entity."""
    return _KIND_OF[type(entity)]


class AuthorKind(StrEnum):
    """Whether a person, a program or an import made a revision."""

    PERSON = "person"
    PROGRAM = "program"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a revision: an account's id, a program with its version, or an importer."""

    kind: AuthorKind
    name: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One entity before and after: `before` is None where it was made, `after` None where it was removed."""

    before: Entity | None
    after: Entity | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("an effect makes, changes or removes an entity")
        if self.before is not None and self.after is not None:
            same = type(self.before) is type(self.after) and self.before.id == self.after.id
            if not same:
                raise ValueError("an effect keeps the entity's kind and id")

    @property
    def entity(self) -> Entity:
        """The entity after, or before where it was removed."""
        if self.after is not None:
            return self.after
        assert self.before is not None
        return self.before

    @property
    def kind(self) -> EntityKind:
        """The entity's kind."""
        return kind_of(self.entity)


@dataclass(frozen=True, slots=True)
class Revision:
    """One numbered, dated change to one document. `time` is ISO 8601 in UTC, to the second, ending in Z.

    `digest` is the SHA-256 of the stored effects. Where an administrator expunged it, `effects` is empty and
    `expunged` holds the reason.
    """

    number: int
    document: DocumentId
    time: str
    author: Author
    note: str
    effects: tuple[Effect, ...]
    digest: str = ""
    expunged: str = ""


Read = tuple[EntityKind, str, int]
"""An entity's kind, id and version as it was read; version 0 says that there was none."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything about one document at one moment, read in one transaction.

    Tuples are in a stable order: parts by position, segments by (text, rank), all else by id. `versions` gives the
    number of the revision that last changed each entity, `number` the highest of them and of removals.
    """

    document: Document
    parts: tuple[Part, ...] = ()
    pages: tuple[Page, ...] = ()
    orders: tuple[Order, ...] = ()
    lines: tuple[Line, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    texts: tuple[Text, ...] = ()
    segments: tuple[Segment, ...] = ()
    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    beads: tuple[Bead, ...] = ()
    versions: Mapping[tuple[EntityKind, str], int] = field(default_factory=dict)
    number: int = 0
    modified: str = ""

    def entities(self) -> Iterable[Entity]:
        """Go through every entity, the document first."""
        yield self.document
        for group in (
            self.parts,
            self.pages,
            self.orders,
            self.lines,
            self.strokes,
            self.texts,
            self.segments,
            self.marks,
            self.links,
            self.beads,
        ):
            yield from group

    def page(self, id: PageId) -> Page | None:
        """Give a page by its id."""
        return next((page for page in self.pages if page.id == id), None)

    def part(self, id: PartId) -> Part | None:
        """Give a part by its id."""
        return next((part for part in self.parts if part.id == id), None)

    def text(self, id: TextId) -> Text | None:
        """Give a text by its id."""
        return next((text for text in self.texts if text.id == id), None)

    def segments_of(self, text: TextId) -> tuple[Segment, ...]:
        """Give a text's segments in order."""
        return tuple(segment for segment in self.segments if segment.text == text)

    def marks_of(self, segments: Iterable[SegmentId]) -> tuple[Mark, ...]:
        """Give the marks on these segments."""
        wanted = frozenset(segments)
        return tuple(mark for mark in self.marks if mark.segment in wanted)

    def ordered_pages(self) -> tuple[Page, ...]:
        """Give the pages in the order of the parts; pages of no part come last."""
        by_id = {page.id: page for page in self.pages}
        listed = [by_id.pop(id) for part in self.parts for id in part.pages if id in by_id]
        return (*listed, *by_id.values())

    def ordered_lines(self, page: PageId) -> tuple[Line, ...]:
        """Give a page's lines in reading order; lines that the order does not list come last."""
        by_id = {line.id: line for line in self.lines if line.page == page}
        order = next((order for order in self.orders if order.page == page), None)
        listed = [by_id.pop(id) for id in (order.lines if order else ()) if id in by_id]
        return (*listed, *by_id.values())


def effects_between(before: Iterable[Entity], after: Iterable[Entity]) -> tuple[Effect, ...]:
    """List the effects that turn one set of entities into another; equal entities give none."""
    old = {(kind_of(entity), entity.id): entity for entity in before}
    new = {(kind_of(entity), entity.id): entity for entity in after}
    made = [Effect(old.get(key), entity) for key, entity in new.items() if old.get(key) != entity]
    removed = [Effect(entity, None) for key, entity in old.items() if key not in new]
    return (*made, *reversed(removed))


Held = Mapping[tuple[EntityKind, str], frozenset[str]]
"""The fields of each entity that a person set; no automatic run changes them."""


def held_fields(revisions: Iterable[Revision]) -> dict[tuple[EntityKind, str], frozenset[str]]:
    """Say which fields persons set, out of the revisions that they made."""
    held: dict[tuple[EntityKind, str], frozenset[str]] = {}
    for revision in revisions:
        if revision.author.kind is not AuthorKind.PERSON:
            continue
        for effect in revision.effects:
            if effect.after is None:
                continue
            key = (effect.kind, effect.after.id)
            held[key] = held.get(key, frozenset()) | _changed(effect.before, effect.after)
    return held


def _changed(before: Entity | None, after: Entity) -> frozenset[str]:
    names = [each.name for each in dataclasses.fields(after)]
    return frozenset(name for name in names if before is None or getattr(before, name) != getattr(after, name))
