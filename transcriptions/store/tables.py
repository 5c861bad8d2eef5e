"""The documents' tables: one for each kind of entity, the revisions, and what is derived for look-ups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from transcriptions import model
from transcriptions.model import Entity
from transcriptions.revision import EntityKind

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(64)

revisions = Table(
    "revisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", _ID, nullable=False),
    Column("time", String(20), nullable=False),
    Column("author_kind", String(16), nullable=False),
    Column("author", String(255), nullable=False),
    Column("note", Text, nullable=False),
    Column("effects", Text, nullable=True),
    Column("digest", String(64), nullable=False),
    Column("expunged", Text, nullable=False),
    Index(None, "document", "number"),
)
"""Numbered in one sequence; `effects` is null, and `expunged` the reason, where a revision was expunged."""

removed = Table(
    "removed",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("number", Integer, nullable=False),
)
"""Ids that were in use once, so that none is used again, with the revision that removed them."""


@dataclass(frozen=True, slots=True)
class EntityTable:
    """The table of one kind of entity, and how its look-up columns come out of a value."""

    table: Table
    columns: Callable[[Any], dict[str, object]]


def _table(name: str, *columns: Column[Any], unique: tuple[str, ...] = (), indexes: Iterable[str] = ()) -> Table:
    extras = [UniqueConstraint(*unique)] if unique else []
    return Table(
        name,
        metadata,
        Column("id", _ID, primary_key=True),
        Column("document", _ID, nullable=False, index=True),
        Column("version", Integer, nullable=False),
        *columns,
        Column("schema", Integer, nullable=False),
        Column("body", Text, nullable=False),
        *extras,
        *(Index(f"ix_{name}_{column}", column) for column in indexes),
    )


def _reference(name: str) -> Column[Any]:
    return Column(name, _ID, nullable=False)


def _document(entity: model.Document) -> dict[str, object]:
    return {
        "origin_source": entity.origin.source,
        "origin_path": entity.origin.path,
        "collection": entity.collection,
    }


ENTITIES: Mapping[EntityKind, EntityTable] = {
    EntityKind.DOCUMENT: EntityTable(
        _table(
            "documents",
            Column("origin_source", Text, nullable=False),
            Column("origin_path", Text, nullable=False),
            Column("collection", String(64), nullable=False),
            unique=("origin_source", "origin_path"),
            indexes=("collection",),
        ),
        _document,
    ),
    EntityKind.PART: EntityTable(
        _table("parts", Column("position", Integer, nullable=False)), lambda part: {"position": part.position}
    ),
    EntityKind.PAGE: EntityTable(_table("pages"), lambda page: {}),
    EntityKind.ORDER: EntityTable(_table("orders"), lambda order: {}),
    EntityKind.LINE: EntityTable(_table("lines", _reference("page"), indexes=["page"]), lambda e: {"page": e.page}),
    EntityKind.STROKE: EntityTable(_table("strokes", _reference("page"), indexes=["page"]), lambda e: {"page": e.page}),
    EntityKind.TEXT: EntityTable(_table("texts", _reference("part")), lambda text: {"part": text.part}),
    EntityKind.SEGMENT: EntityTable(
        _table("segments", _reference("text"), Column("rank", Text, nullable=False), indexes=["text"]),
        lambda segment: {"text": segment.text, "rank": segment.rank},
    ),
    EntityKind.MARK: EntityTable(
        _table("marks", _reference("segment"), indexes=["segment"]), lambda mark: {"segment": mark.segment}
    ),
    EntityKind.LINK: EntityTable(
        _table("links", _reference("segment"), _reference("line"), indexes=["segment", "line"]),
        lambda link: {"segment": link.segment, "line": link.line},
    ),
    EntityKind.BEAD: EntityTable(
        _table("beads", _reference("source_text"), _reference("target_text"), indexes=["source_text", "target_text"]),
        lambda bead: {"source_text": bead.source_text, "target_text": bead.target_text},
    ),
}

placements = Table(
    "placements",
    metadata,
    Column("identifier", _ID, primary_key=True),
    Column("page", _ID, nullable=False, index=True),
    Column("document", _ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("pack", String(80), nullable=False, index=True),
)
"""Image API identifiers, derived from the pages."""


def owner(entity: Entity, document: str) -> str:
    """Give the document that an entity's revision is about."""
    return entity.id if isinstance(entity, model.Document) else document
