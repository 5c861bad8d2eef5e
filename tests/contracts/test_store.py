"""What a store of documents promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from tests.builders import make_cable, make_document
from transcriptions.errors import EntityUnknown, VersionConflict
from transcriptions.identity import DocumentId
from transcriptions.model import Document, Origin
from transcriptions.revision import (
    Author,
    AuthorKind,
    Effect,
    EntityKind,
    Revision,
    Snapshot,
    effects_between,
)
from transcriptions.store import encoding
from transcriptions.store.sql import SqlStore, engine_of
from transcriptions.store.tables import metadata

IMPORT = Author(AuthorKind.IMPORT, "tests")
PERSON = Author(AuthorKind.PERSON, "anna")
TIME = "2026-01-02T03:04:05Z"


def keep(
    store: SqlStore, document: DocumentId, effects: Sequence[Effect], author: Author = IMPORT, note: str = ""
) -> Revision:
    revision = store.append(document, effects, author=author, note=note, time=TIME)
    assert revision is not None
    return revision


def kept_cable(store: SqlStore, name: str = "cable") -> Snapshot:
    cable = make_cable(name)
    keep(store, cable.document.id, effects_between((), cable.entities()))
    return cable


def renamed(document: Document, label: str) -> Effect:
    return Effect(document, dataclasses.replace(document, collection=label))


def state(snapshot: Snapshot) -> dict[tuple[type, str], object]:
    return {(type(entity), entity.id): entity for entity in snapshot.entities()}


def test_a_snapshot_gives_back_what_was_kept(store: SqlStore) -> None:
    cable = kept_cable(store)
    found = store.snapshot(cable.document.id)

    assert state(found) == state(cable)
    assert found.number == 1
    assert found.modified == TIME
    assert set(found.versions.values()) == {1}


def test_nothing_to_change_makes_no_revision(store: SqlStore) -> None:
    cable = kept_cable(store)

    assert store.append(cable.document.id, (), author=IMPORT, note="", time=TIME) is None
    assert store.latest() == 1


def test_an_unknown_document_is_named(store: SqlStore) -> None:
    with pytest.raises(EntityUnknown, match="nowhere"):
        store.snapshot(DocumentId("nowhere"))
    assert store.version(DocumentId("nowhere")) is None


def test_each_entity_carries_the_revision_that_last_changed_it(store: SqlStore) -> None:
    cable = kept_cable(store)
    segment = cable.segments[0]
    effect = Effect(segment, dataclasses.replace(segment, content=segment.content + "!"))
    revision = keep(store, cable.document.id, [effect], PERSON)
    versions = store.snapshot(cable.document.id).versions

    assert revision.number == 2
    assert versions[EntityKind.SEGMENT, segment.id] == 2
    assert versions[EntityKind.SEGMENT, cable.segments[1].id] == 1


def test_a_change_to_another_state_conflicts_and_writes_nothing(store: SqlStore) -> None:
    cable = kept_cable(store)
    keep(store, cable.document.id, [renamed(cable.document, "first")])
    with pytest.raises(VersionConflict):
        keep(store, cable.document.id, [renamed(cable.document, "second")])

    assert store.snapshot(cable.document.id).document.collection == "first"
    assert store.latest() == 2


def test_what_was_read_and_changed_since_conflicts(store: SqlStore) -> None:
    cable = kept_cable(store)
    first, second = cable.segments[:2]
    keep(store, cable.document.id, [Effect(first, dataclasses.replace(first, content="changed"))])
    effect = Effect(second, dataclasses.replace(second, content="depends on the first"))
    with pytest.raises(VersionConflict) as raised:
        store.append(
            cable.document.id, [effect], author=PERSON, note="", time=TIME, read=[(EntityKind.SEGMENT, first.id, 1)]
        )

    assert first.id in str(raised.value)
    kept = store.append(
        cable.document.id, [effect], author=PERSON, note="", time=TIME, read=[(EntityKind.SEGMENT, first.id, 2)]
    )
    assert kept is not None


def test_an_entity_of_another_document_cannot_be_changed(store: SqlStore) -> None:
    cable = kept_cable(store)
    with pytest.raises(VersionConflict):
        keep(store, DocumentId("other"), [renamed(cable.document, "stolen")])


def test_an_id_that_was_used_once_is_never_used_again(store: SqlStore) -> None:
    cable = kept_cable(store)
    mark = cable.marks[0]
    keep(store, cable.document.id, [Effect(mark, None)])
    with pytest.raises(VersionConflict):
        keep(store, cable.document.id, [Effect(None, mark)])


def test_the_order_of_a_page_may_go_and_come_again(store: SqlStore) -> None:
    cable = kept_cable(store)
    order = cable.orders[0]
    keep(store, cable.document.id, [Effect(order, None)])
    keep(store, cable.document.id, [Effect(None, order)])

    assert order in store.snapshot(cable.document.id).orders


def test_documents_are_found_by_their_origin_which_is_theirs_alone(store: SqlStore) -> None:
    first = make_document("one", origin=Origin("folder", "papers/one"))
    keep(store, first.id, [Effect(None, first)])
    with pytest.raises(VersionConflict):
        keep(store, DocumentId("two"), [Effect(None, make_document("two", origin=Origin("folder", "papers/one")))])

    assert store.find(Origin("folder", "papers/one")) == first.id
    assert store.find(Origin("folder", "papers/two")) is None
    assert store.count() == 1


def test_summaries_are_given_a_page_at_a_time(store: SqlStore) -> None:
    for name in ("a", "b", "c"):
        document = make_document(name, origin=Origin("folder", name), collection="odd" if name == "b" else "")
        keep(store, document.id, [Effect(None, document)])

    assert [each.document.id for each in store.summaries(limit=2)] == ["a", "b"]
    assert [each.document.id for each in store.summaries(after=DocumentId("b"))] == ["c"]
    assert [each.document.id for each in store.summaries(collection="odd")] == ["b"]
    assert store.collections() == ("", "odd")


def test_an_image_identifier_leads_to_its_page(store: SqlStore) -> None:
    cable = kept_cable(store)
    page = cable.pages[0]
    placed = store.placed(page.placements[0].identifier)

    assert placed is not None
    assert (placed.document, placed.page, placed.placement) == (cable.document.id, page.id, page.placements[0])
    assert store.placed("nothing") is None
    assert store.document_of(page.id) == cable.document.id


def test_the_newest_images_are_those_of_the_pages_made_last(store: SqlStore) -> None:
    assert store.newest_images(3) == ()
    cable = kept_cable(store)
    shown = [(page.id, each.identifier) for page in cable.pages for each in page.placements if each.pack]
    newest = [identifier for _, identifier in sorted(shown, reverse=True)]

    assert newest and store.newest_images(len(newest) + 5) == tuple(newest)
    assert store.newest_images(1) == tuple(newest[:1])


def test_revisions_come_back_whole_and_in_order(store: SqlStore) -> None:
    cable = kept_cable(store)
    effect = renamed(cable.document, "moved")
    keep(store, cable.document.id, [effect], PERSON, "moved by hand")
    listed = store.revisions()

    assert [each.number for each in listed] == [1, 2]
    assert (listed[1].effects, listed[1].author, listed[1].note) == ((effect,), PERSON, "moved by hand")
    assert listed[1].digest == encoding.digest(encoding.encode_effects([effect]))
    assert store.revisions(after=1) == listed[1:]
    assert store.revisions(document=DocumentId("other")) == ()


def test_a_rebuild_gives_the_same_tables(store: SqlStore) -> None:
    cable = kept_cable(store)
    keep(store, cable.document.id, [Effect(cable.marks[0], None)])
    keep(store, cable.document.id, [renamed(cable.document, "moved")])
    before = store.snapshot(cable.document.id)
    store.rebuild()

    assert store.snapshot(cable.document.id) == before
    assert store.placed(cable.pages[0].placements[0].identifier) is not None


def test_an_expunged_revision_leaves_its_number_hash_and_reason(store: SqlStore) -> None:
    cable = kept_cable(store)
    kept = keep(store, cable.document.id, [renamed(cable.document, "private")])
    keep(store, cable.document.id, [renamed(dataclasses.replace(cable.document, collection="private"), "public")])
    store.expunge(kept.number, reason="a private name")
    gone = store.revisions(after=1)[0]

    assert (gone.number, gone.digest, gone.effects, gone.expunged) == (2, kept.digest, (), "a private name")
    before = store.snapshot(cable.document.id)
    store.rebuild()
    assert store.snapshot(cable.document.id) == before
    with pytest.raises(EntityUnknown):
        store.expunge(99, reason="no such revision")


def test_a_reader_of_what_is_newer_never_misses_a_revision(store: SqlStore) -> None:
    """Numbers are given under one lock: whoever sees number n has seen, or can see, all below it."""
    names = [f"d{number}" for number in range(24)]

    def write(name: str) -> int:
        document = make_document(name, origin=Origin("folder", name))
        return keep(store, document.id, [Effect(None, document)]).number

    seen: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, name) for name in names]
        while len(seen) < len(names):
            newer = [each.number for each in store.revisions(after=seen[-1] if seen else 0)]
            seen.extend(newer)
            if not newer and all(writer.done() for writer in writers):
                break
        numbers = sorted(writer.result() for writer in writers)
    seen.extend(each.number for each in store.revisions(after=seen[-1]))

    assert seen == numbers == list(range(1, len(names) + 1))


def test_of_two_writers_with_the_same_state_one_wins(store: SqlStore) -> None:
    cable = kept_cable(store)

    def write(label: str) -> bool:
        try:
            keep(store, cable.document.id, [renamed(cable.document, label)])
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(write, ["a", "b", "c", "d"]))

    assert won.count(True) == 1
    assert store.latest() == 2


def test_migrations_make_the_tables_that_the_store_uses(dsn: str) -> None:
    engine = engine_of(dsn)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    engine.dispose()

    assert differences == []
