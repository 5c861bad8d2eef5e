from __future__ import annotations

from dataclasses import replace

import pytest

from server.documents import Documents
from server.services import Services
from tests.builders import make_document
from tests.server.conftest import keep
from transcriptions.errors import EntityUnknown
from transcriptions.revision import Snapshot


def test_an_answer_is_built_once_for_a_revision(services: Services) -> None:
    documents = Documents(services.store)
    built: list[int] = []

    def build(snapshot: Snapshot) -> bytes:
        built.append(snapshot.number)
        return b"{}"

    first = documents.answer("cable", ("x",), build)
    assert documents.answer("cable", ("x",), build) is first
    snapshot = services.store.snapshot(make_document().id)
    keep(services, replace(snapshot, document=replace(snapshot.document, homepage="https://example.org/")), snapshot)
    again = documents.answer("cable", ("x",), build)

    assert built == [1, 2]
    assert again.etag == first.etag


def test_answers_are_kept_apart(services: Services) -> None:
    documents = Documents(services.store)

    assert documents.answer("cable", ("x",), lambda _: b"1").body == b"1"
    assert documents.answer("cable", ("y",), lambda _: b"2").body == b"2"
    assert documents.listing(("x",), lambda: b"3").body == b"3"


@pytest.mark.parametrize("document", [None, "", "nothing"])
def test_an_unknown_document_builds_nothing(services: Services, document: str | None) -> None:
    def build(snapshot: Snapshot) -> bytes:
        raise AssertionError("nothing to build from")

    with pytest.raises(EntityUnknown):
        Documents(services.store).answer(document, ("x",), build)


def test_what_is_not_in_a_document_is_asked_again(services: Services) -> None:
    documents = Documents(services.store)

    for _ in range(2):
        with pytest.raises(EntityUnknown):
            documents.answer("cable", ("x",), lambda _: None)
    assert documents.answer("cable", ("x",), lambda _: b"now").body == b"now"


def test_memory_is_bounded(services: Services) -> None:
    documents = Documents(services.store, answer_bytes=5_000)
    built: list[str] = []

    def build(name: str) -> bytes:
        built.append(name)
        return bytes(700)

    for name in "abcdefghij":
        documents.answer("cable", (name,), lambda _, name=name: build(name))
    documents.answer("cable", ("j",), lambda _: build("j again"))
    documents.answer("cable", ("a",), lambda _: build("a again"))

    assert built == [*"abcdefghij", "a again"]
