"""The store of documents in SQLite or PostgreSQL, through SQLAlchemy Core."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from transcriptions.errors import EntityUnknown, StoreUnusable, VersionConflict
from transcriptions.identity import DocumentId, PageId
from transcriptions.model import Document, Entity, Origin, Page
from transcriptions.revision import Author, AuthorKind, Effect, EntityKind, Read, Revision, Snapshot, kind_of
from transcriptions.store import encoding
from transcriptions.store.protocol import Placed, Summary
from transcriptions.store.tables import ENTITIES, placements, removed, revisions

_LOCK = 5_709_117_001
"""The advisory lock under which PostgreSQL numbers revisions; any number that nobody else uses."""

_CHUNK = 500
_BUSY_SECONDS = 30
_ASK_AGAIN_SECONDS = 0.01
_KEPT_SECONDS = 60


def engine_of(dsn: str, *, serving: bool = False) -> Engine:
    """Make an engine for a DSN, sqlite:///path or postgresql://…; raises StoreUnusable for any other.

    While `serving`, connections to SQLite are kept for a minute, with what they have read; so they must not be carried
    over to a forked process.
    """
    if dsn.startswith("sqlite:///"):
        return _sqlite(dsn, serving=serving)
    if dsn.startswith(("postgresql://", "postgresql+psycopg://")):
        return create_engine(
            dsn.replace("postgresql://", "postgresql+psycopg://", 1),
            isolation_level="REPEATABLE READ",
            pool_pre_ping=True,
        )
    raise StoreUnusable("a database is given as sqlite:///path or postgresql://user@host/name")


def _sqlite(dsn: str, *, serving: bool) -> Engine:
    arguments = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
    if serving:
        # The one used last is taken first: it has read most. A database put in the place of another is noticed.
        kept: dict[str, Any] = {"pool_use_lifo": True, "max_overflow": -1, "pool_recycle": _KEPT_SECONDS}
        engine = create_engine(dsn, connect_args=arguments, poolclass=QueuePool, **kept)
    else:
        engine = create_engine(dsn, connect_args=arguments, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: object) -> None:
        # The driver's own BEGIN comes too late to lock; ours is sent by `_begin`.
        connection.isolation_level = None
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("stroka_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(cursor: Any) -> None:
    """Have changes written ahead. Where another is changing the journal too, SQLite gives up at once: ask again."""
    until = monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
        sleep(_ASK_AGAIN_SECONDS)


def _where_placed() -> Select[Any]:
    pages = ENTITIES[EntityKind.PAGE].table
    return (
        select(placements.c.position, pages.c.document, pages.c.schema, pages.c.body)
        .join(pages, pages.c.id == placements.c.page)
        .where(placements.c.identifier == bindparam("identifier"))
    )


_PLACED = _where_placed()
"""The question that is asked most: to write it anew each time takes as long as its answer."""


class SqlStore:
    """Documents and their history in one database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(stroka_writes=True)

    @classmethod
    def open(cls, dsn: str, *, serving: bool = False) -> SqlStore:
        """Open a database that has been migrated, as `engine_of` does.

        Raises StoreUnusable with what to do where it cannot be used.
        """
        store = cls(engine_of(dsn, serving=serving))
        with store._reading() as connection:
            try:
                connection.execute(select(revisions.c.number).limit(1)).all()
            except DatabaseError as error:
                raise StoreUnusable("the database has no tables of Stroka's yet; run: stroka migrate") from error
        return store

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise StoreUnusable(f"the database cannot be read: {error.orig}") from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Open a transaction in which this process alone numbers revisions."""
        try:
            with self._writer.begin() as connection:
                if connection.dialect.name == "postgresql":
                    # Read committed: what the holder of the lock before us committed must be seen.
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection
        except OperationalError as error:
            raise StoreUnusable(f"the database cannot be written: {error.orig}") from error

    # --- writing

    def append(
        self,
        document: DocumentId,
        effects: Sequence[Effect],
        *,
        author: Author,
        note: str,
        time: str,
        read: Iterable[Read] = (),
    ) -> Revision | None:
        """Record a revision and bring the tables along; see the protocol."""
        if not effects:
            return None
        encoded = encoding.encode_effects(effects)
        with self._writing() as connection:
            self._check(connection, document, effects, read)
            number = 1 + (connection.execute(select(func.max(revisions.c.number))).scalar() or 0)
            revision = Revision(number, document, time, author, note, tuple(effects), encoding.digest(encoded))
            connection.execute(insert(revisions).values(_revision_columns(revision, encoded)))
            try:
                _apply(connection, document, effects, number)
            except IntegrityError as error:
                raise VersionConflict([effect.entity.id for effect in effects[:1]]) from error
        return revision

    def _check(
        self, connection: Connection, document: DocumentId, effects: Sequence[Effect], read: Iterable[Read]
    ) -> None:
        """Raise VersionConflict where the tables are not as the effects and reads say."""
        wanted: dict[EntityKind, list[str]] = defaultdict(list)
        for effect in effects:
            wanted[effect.kind].append(effect.entity.id)
        stale = []
        bodies = {kind: _bodies(connection, kind, ids) for kind, ids in wanted.items()}
        for effect in effects:
            standing = bodies[effect.kind].get(effect.entity.id)
            before = None if effect.before is None else (document, effect.before)
            if standing != before:
                stale.append(effect.entity.id)
        made: dict[EntityKind, list[str]] = defaultdict(list)
        for effect in effects:
            # A page's order goes by the page's id, so that it may come, go and come again.
            if effect.before is None and effect.kind is not EntityKind.ORDER:
                made[effect.kind].append(effect.entity.id)
        for kind, ids in made.items():
            stale.extend(_used(connection, kind, ids))
        for kind, id, version in read:
            table = ENTITIES[kind].table
            found = connection.execute(select(table.c.version).where(table.c.id == id)).scalar()
            if (found or 0) != version:
                stale.append(id)
        if stale:
            raise VersionConflict(sorted(set(stale)))

    def expunge(self, number: int, *, reason: str) -> None:
        """Remove the contents of a revision for good; number, hash and reason stay. Raises EntityUnknown."""
        with self._writing() as connection:
            changed = connection.execute(
                update(revisions)
                .where(revisions.c.number == number)
                .values(effects=None, expunged=reason or "expunged")
            )
            if changed.rowcount != 1:
                raise EntityUnknown(f"there is no revision {number}")

    def rebuild(self) -> None:
        """Fill the tables anew from the revisions; what an expunged revision wrote last is carried over as it is."""
        with self._writing() as connection:
            gone = select(revisions.c.number).where(revisions.c.effects.is_(None)).scalar_subquery()
            standing: set[tuple[EntityKind, str]] = set()
            for kind, entity_table in ENTITIES.items():
                table = entity_table.table
                connection.execute(delete(table).where(table.c.version.not_in(gone)))
                standing.update((kind, id) for id in connection.execute(select(table.c.id)).scalars())
            connection.execute(delete(removed).where(removed.c.number.not_in(gone)))
            standing.update(
                (EntityKind(kind), id) for kind, id in connection.execute(select(removed.c.kind, removed.c.id))
            )
            pages = select(ENTITIES[EntityKind.PAGE].table.c.id)
            connection.execute(delete(placements).where(placements.c.page.not_in(pages)))
            after = 0
            while listed := _revisions(connection, after, None, 100):
                for revision in listed:
                    effects = [each for each in revision.effects if (each.kind, each.entity.id) not in standing]
                    _apply(connection, revision.document, effects, revision.number)
                after = listed[-1].number

    # --- reading

    def snapshot(self, document: DocumentId) -> Snapshot:
        """Give everything about a document. Raises EntityUnknown."""
        with self._reading() as connection:
            groups, versions = _entities(connection, document)
            if not groups[EntityKind.DOCUMENT]:
                raise EntityUnknown(f"there is no document {document}")
            newest = connection.execute(
                select(revisions.c.number, revisions.c.time)
                .where(revisions.c.document == document)
                .order_by(revisions.c.number.desc())
                .limit(1)
            ).one()
        found = cast(Mapping[EntityKind, tuple[Any, ...]], groups)
        return Snapshot(
            document=found[EntityKind.DOCUMENT][0],
            parts=found[EntityKind.PART],
            pages=found[EntityKind.PAGE],
            orders=found[EntityKind.ORDER],
            lines=found[EntityKind.LINE],
            strokes=found[EntityKind.STROKE],
            texts=found[EntityKind.TEXT],
            segments=found[EntityKind.SEGMENT],
            marks=found[EntityKind.MARK],
            links=found[EntityKind.LINK],
            beads=found[EntityKind.BEAD],
            versions=versions,
            number=newest.number,
            modified=newest.time,
        )

    def find(self, origin: Origin) -> DocumentId | None:
        """Give the document that was ingested from there."""
        table = ENTITIES[EntityKind.DOCUMENT].table
        wanted = select(table.c.id).where(table.c.origin_source == origin.source, table.c.origin_path == origin.path)
        with self._reading() as connection:
            found = connection.execute(wanted).scalar()
        return None if found is None else DocumentId(found)

    def summaries(
        self, *, collection: str | None = None, after: DocumentId | None = None, limit: int = 100
    ) -> tuple[Summary, ...]:
        """List documents by id, a page at a time."""
        table = ENTITIES[EntityKind.DOCUMENT].table
        wanted = select(table).order_by(table.c.id).limit(limit)
        if collection is not None:
            wanted = wanted.where(table.c.collection == collection)
        if after is not None:
            wanted = wanted.where(table.c.id > after)
        with self._reading() as connection:
            return tuple(_summary(connection, found) for found in connection.execute(wanted).all())

    def count(self) -> int:
        """Say how many documents there are."""
        with self._reading() as connection:
            counted = connection.execute(select(func.count()).select_from(ENTITIES[EntityKind.DOCUMENT].table))
            return int(counted.scalar_one())

    def collections(self) -> tuple[str, ...]:
        """List the names of collections that hold documents."""
        column = ENTITIES[EntityKind.DOCUMENT].table.c.collection
        with self._reading() as connection:
            return tuple(connection.execute(select(column).distinct().order_by(column)).scalars())

    def document_of(self, page: PageId) -> DocumentId | None:
        """Say which document a page belongs to."""
        return self.owner(EntityKind.PAGE, page)

    def owner(self, kind: EntityKind, id: str) -> DocumentId | None:
        """Say which document an entity belongs to."""
        table = ENTITIES[kind].table
        with self._reading() as connection:
            found = connection.execute(select(table.c.document).where(table.c.id == id)).scalar()
        return None if found is None else DocumentId(found)

    def version(self, document: DocumentId) -> tuple[int, str] | None:
        """Give the number and time of a document's latest revision, or None where there is no such document."""
        documents = ENTITIES[EntityKind.DOCUMENT].table
        wanted = (
            select(revisions.c.number, revisions.c.time)
            .join(documents, documents.c.id == revisions.c.document)
            .where(revisions.c.document == document)
            .order_by(revisions.c.number.desc())
            .limit(1)
        )
        with self._reading() as connection:
            found = connection.execute(wanted).one_or_none()
        return None if found is None else (found.number, found.time)

    def placed(self, identifier: str) -> Placed | None:
        """Give what an Image API identifier stands for."""
        with self._reading() as connection:
            found = connection.execute(_PLACED, {"identifier": identifier}).one_or_none()
        if found is None:
            return None
        page = cast(Page, encoding.decode(EntityKind.PAGE, found.schema, found.body))
        return Placed(DocumentId(found.document), page.id, page.placements[found.position])

    def newest_images(self, limit: int) -> tuple[str, ...]:
        """List the Image API identifiers of the pages that were made last and can be shown, the newest first."""
        # Ids begin with the time at which they were made.
        newest = select(placements.c.identifier).where(placements.c.pack != "").order_by(placements.c.page.desc())
        with self._reading() as connection:
            return tuple(connection.execute(newest.limit(limit)).scalars())

    def packs(self) -> frozenset[str]:
        """List the names of all tile packs that pages use."""
        with self._reading() as connection:
            return frozenset(connection.execute(select(placements.c.pack).where(placements.c.pack != "")).scalars())

    def revisions(
        self, *, after: int = 0, document: DocumentId | None = None, limit: int = 100
    ) -> tuple[Revision, ...]:
        """List revisions newer than a number, oldest first."""
        with self._reading() as connection:
            return _revisions(connection, after, document, limit)

    def latest(self) -> int:
        """Give the number of the newest revision, 0 where there is none."""
        with self._reading() as connection:
            return connection.execute(select(func.max(revisions.c.number))).scalar() or 0


def _revision_columns(revision: Revision, encoded: str) -> dict[str, object]:
    return {
        "number": revision.number,
        "document": revision.document,
        "time": revision.time,
        "author_kind": revision.author.kind,
        "author": revision.author.name,
        "note": revision.note,
        "effects": encoded,
        "digest": revision.digest,
        "expunged": "",
    }


def _revisions(connection: Connection, after: int, document: DocumentId | None, limit: int) -> tuple[Revision, ...]:
    wanted = select(revisions).where(revisions.c.number > after).order_by(revisions.c.number).limit(limit)
    if document is not None:
        wanted = wanted.where(revisions.c.document == document)
    return tuple(
        Revision(
            number=found.number,
            document=DocumentId(found.document),
            time=found.time,
            author=Author(AuthorKind(found.author_kind), found.author),
            note=found.note,
            effects=() if found.effects is None else encoding.decode_effects(found.effects),
            digest=found.digest,
            expunged=found.expunged,
        )
        for found in connection.execute(wanted).all()
    )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _bodies(connection: Connection, kind: EntityKind, ids: Sequence[str]) -> dict[str, tuple[str, Entity]]:
    table = ENTITIES[kind].table
    return {
        found.id: (found.document, encoding.decode(kind, found.schema, found.body))
        for chunk in _chunks(ids)
        for found in connection.execute(select(table).where(table.c.id.in_(chunk))).all()
    }


def _used(connection: Connection, kind: EntityKind, ids: Sequence[str]) -> Iterator[str]:
    """Give those ids that were in use once."""
    for chunk in _chunks(ids):
        wanted = select(removed.c.id).where(removed.c.kind == kind, removed.c.id.in_(chunk))
        yield from connection.execute(wanted).scalars()


def _apply(connection: Connection, document: DocumentId, effects: Sequence[Effect], number: int) -> None:
    """Bring the tables to what the effects say: first all removals and old states, then the new ones."""
    touched: dict[EntityKind, list[str]] = defaultdict(list)
    written: dict[EntityKind, list[dict[str, object]]] = defaultdict(list)
    dropped: list[dict[str, object]] = []
    pages: list[Page] = []
    for effect in effects:
        touched[effect.kind].append(effect.entity.id)
        if effect.after is None:
            dropped.append({"kind": effect.kind, "id": effect.entity.id, "number": number})
        else:
            written[effect.kind].append(_columns(effect.after, document, number))
            if isinstance(effect.after, Page):
                pages.append(effect.after)
    for kind, ids in touched.items():
        table = ENTITIES[kind].table
        for chunk in _chunks(ids):
            connection.execute(delete(table).where(table.c.id.in_(chunk)))
            if kind is EntityKind.PAGE:
                connection.execute(delete(placements).where(placements.c.page.in_(chunk)))
            if kind is EntityKind.ORDER:
                connection.execute(delete(removed).where(removed.c.kind == kind, removed.c.id.in_(chunk)))
    for kind, columns in written.items():
        connection.execute(insert(ENTITIES[kind].table), columns)
    if placed := [each for page in pages for each in _placement_columns(page, document)]:
        connection.execute(insert(placements), placed)
    if dropped:
        connection.execute(insert(removed), dropped)


def _columns(entity: Entity, document: DocumentId, number: int) -> dict[str, object]:
    kind = kind_of(entity)
    return {
        "id": entity.id,
        "document": document,
        "version": number,
        "schema": encoding.schema_of(kind),
        "body": encoding.encode(entity),
        **ENTITIES[kind].columns(entity),
    }


def _placement_columns(page: Page, document: DocumentId) -> Iterator[dict[str, object]]:
    for position, placement in enumerate(page.placements):
        yield {
            "identifier": placement.identifier,
            "page": page.id,
            "document": document,
            "position": position,
            "pack": placement.pack,
        }


def _entities(
    connection: Connection, document: DocumentId
) -> tuple[dict[EntityKind, tuple[Entity, ...]], dict[tuple[EntityKind, str], int]]:
    groups: dict[EntityKind, tuple[Entity, ...]] = {}
    versions: dict[tuple[EntityKind, str], int] = {}
    for kind, entity_table in ENTITIES.items():
        table = entity_table.table
        found = connection.execute(select(table).where(table.c.document == document)).all()
        versions.update({(kind, each.id): each.version for each in found})
        decoded = [encoding.decode(kind, each.schema, each.body) for each in found]
        groups[kind] = tuple(sorted(decoded, key=_place))
    return groups, versions


def _place(entity: Any) -> tuple[object, ...]:
    """Sort key of an entity among its kind: parts by position, segments by text and rank, all else by id."""
    return getattr(entity, "position", 0), getattr(entity, "text", ""), getattr(entity, "rank", ""), entity.id


def _summary(connection: Connection, found: Any) -> Summary:
    document = cast(Document, encoding.decode(EntityKind.DOCUMENT, found.schema, found.body))
    parts, pages = ENTITIES[EntityKind.PART].table, ENTITIES[EntityKind.PAGE].table
    first = connection.execute(
        select(parts.c.schema, parts.c.body).where(parts.c.document == document.id).order_by(parts.c.position)
    ).all()
    listed = [id for each in first for id in cast(Any, encoding.decode(EntityKind.PART, each.schema, each.body)).pages]
    counted = connection.execute(select(func.count()).where(pages.c.document == document.id)).scalar_one()
    placement = None
    if listed:
        page = connection.execute(select(pages.c.schema, pages.c.body).where(pages.c.id == listed[0])).one_or_none()
        if page is not None:
            placement = cast(Page, encoding.decode(EntityKind.PAGE, page.schema, page.body)).placements[0]
    newest = connection.execute(
        select(revisions.c.number, revisions.c.time)
        .where(revisions.c.document == document.id)
        .order_by(revisions.c.number.desc())
        .limit(1)
    ).one()
    return Summary(document, counted, placement, newest.number, newest.time)
