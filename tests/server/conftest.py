"""Services on a SQLite database in a folder of the test's own, with one document in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from server.app import compose
from server.services import Services
from server.settings import Settings
from tests.builders import make_cable
from transcriptions.revision import Author, AuthorKind, Snapshot, effects_between


def keep(services: Services, snapshot: Snapshot, before: Snapshot | None = None) -> None:
    effects = effects_between(before.entities() if before else (), snapshot.entities())
    author = Author(AuthorKind.IMPORT, "tests")
    services.store.append(snapshot.document.id, effects, author=author, note="", time="2026-01-02T03:04:05Z")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = Services.open(Settings(home=tmp_path / "home", log="none", cache_bytes=0))
    keep(opened, make_cable())
    yield opened
    opened.close()


@pytest.fixture
def client(services: Services) -> Client:
    return Client(compose(services))
