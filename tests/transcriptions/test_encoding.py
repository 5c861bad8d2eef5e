"""Entities are stored as JSON, and read again in every schema that they were ever written in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import make_cable
from transcriptions.errors import StoreUnusable
from transcriptions.model import Link
from transcriptions.revision import Effect, EntityKind, kind_of
from transcriptions.store import encoding

CABLE = tuple(make_cable().entities())


@pytest.mark.parametrize("entity", CABLE, ids=[f"{kind_of(each)}-{each.id}" for each in CABLE])
def test_an_entity_is_read_as_it_was_written(entity: Any) -> None:
    kind = kind_of(entity)

    assert encoding.decode(kind, encoding.schema_of(kind), encoding.encode(entity)) == entity


def test_effects_are_read_as_they_were_written() -> None:
    effects = (Effect(None, CABLE[0]), Effect(CABLE[1], None), Effect(CABLE[2], CABLE[2]))

    assert encoding.decode_effects(encoding.encode_effects(effects)) == effects


def test_an_older_schema_is_brought_up_step_by_step() -> None:
    document = CABLE[0]
    written = encoding.encode(document).replace('"collection"', '"series"')

    def rename(members: dict[str, Any]) -> dict[str, Any]:
        return {**{name: value for name, value in members.items() if name != "series"}, "set": members["series"]}

    def rename_again(members: dict[str, Any]) -> dict[str, Any]:
        return {**{name: value for name, value in members.items() if name != "set"}, "collection": members["set"]}

    steps = {EntityKind.DOCUMENT: (rename, rename_again)}

    assert encoding.schema_of(EntityKind.DOCUMENT, steps) == 3
    assert encoding.decode(EntityKind.DOCUMENT, 1, written, steps) == document
    assert encoding.decode(EntityKind.DOCUMENT, 2, written.replace('"series"', '"set"'), steps) == document


@pytest.mark.parametrize("schema", [0, 99])
def test_an_unknown_schema_is_refused(schema: int) -> None:
    with pytest.raises(StoreUnusable, match="schema"):
        encoding.decode(EntityKind.DOCUMENT, schema, encoding.encode(CABLE[0]))


@pytest.mark.parametrize("body", ["{}", "[]", '{"id": 1}'])
def test_what_does_not_fit_its_schema_is_refused(body: str) -> None:
    with pytest.raises(StoreUnusable, match="document"):
        encoding.decode(EntityKind.DOCUMENT, 1, body)


def test_links_from_before_lines_were_said_to_be_moved_are_read() -> None:
    link = next(each for each in CABLE if isinstance(each, Link))
    written = encoding.encode(link).replace(',"moved":false', "")

    assert "moved" not in written
    assert encoding.decode(EntityKind.LINK, 1, written) == link
