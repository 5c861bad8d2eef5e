"""Makes the documents' tables: one for each kind of entity, their revisions, and what is derived for look-ups."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String, Text, UniqueConstraint

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_revisions()
    _make_entity("documents", _long("origin_source"), _long("origin_path"), _id("collection"), indexes=["collection"])
    _make_entity("parts", Column("position", Integer, nullable=False))
    _make_entity("pages")
    _make_entity("orders")
    _make_entity("lines", _id("page"), indexes=["page"])
    _make_entity("strokes", _id("page"), indexes=["page"])
    _make_entity("texts", _id("part"))
    _make_entity("segments", _id("text"), _long("rank"), indexes=["text"])
    _make_entity("marks", _id("segment"), indexes=["segment"])
    _make_entity("links", _id("segment"), _id("line"), indexes=["segment", "line"])
    _make_entity("beads", _id("source_text"), _id("target_text"), indexes=["source_text", "target_text"])
    op.create_table(
        "placements",
        _id("identifier"),
        _id("page"),
        _id("document"),
        Column("position", Integer, nullable=False),
        Column("pack", String(80), nullable=False),
        PrimaryKeyConstraint("identifier", name="pk_placements"),
    )
    op.create_index("ix_placements_page", "placements", ["page"])
    op.create_index("ix_placements_pack", "placements", ["pack"])


def _make_revisions() -> None:
    op.create_table(
        "revisions",
        Column("number", Integer, nullable=False, autoincrement=False),
        _id("document"),
        Column("time", String(20), nullable=False),
        Column("author_kind", String(16), nullable=False),
        Column("author", String(255), nullable=False),
        _long("note"),
        Column("effects", Text, nullable=True),
        Column("digest", String(64), nullable=False),
        _long("expunged"),
        PrimaryKeyConstraint("number", name="pk_revisions"),
    )
    op.create_index("ix_revisions_document_number", "revisions", ["document", "number"])
    op.create_table(
        "removed",
        Column("kind", String(16), nullable=False),
        _id("id"),
        Column("number", Integer, nullable=False),
        PrimaryKeyConstraint("kind", "id", name="pk_removed"),
    )


def _make_entity(name: str, *columns: Column[object], indexes: list[str] | None = None) -> None:
    constraints = [PrimaryKeyConstraint("id", name=f"pk_{name}")]
    unique = [UniqueConstraint("origin_source", "origin_path", name="uq_documents_origin_source_origin_path")]
    op.create_table(
        name,
        _id("id"),
        _id("document"),
        Column("version", Integer, nullable=False),
        *columns,
        Column("schema", Integer, nullable=False),
        _long("body"),
        *constraints,
        *(unique if name == "documents" else []),
    )
    for column in ("document", *(indexes or ())):
        op.create_index(f"ix_{name}_{column}", name, [column])


def _id(name: str) -> Column[object]:
    return Column(name, String(64), nullable=False)


def _long(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)
