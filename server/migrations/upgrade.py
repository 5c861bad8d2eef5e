"""Brings a database to this version's tables: one line of Alembic migrations over all of them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from server.errors import CannotServe
from transcriptions.errors import StoreUnusable
from transcriptions.store.sql import engine_of

_LOCK = 5_709_117_002
"""The advisory lock under which PostgreSQL is migrated; any number that nobody else uses."""


def upgrade(dsn: str) -> None:
    """Run the migrations that a database lacks, in one transaction.

    Raises StoreUnusable where it cannot be opened, CannotServe where it belongs to another version of the program.
    """
    engine = engine_of(dsn)
    try:
        _upgrade(engine)
    except DatabaseError as error:
        raise StoreUnusable(
            f"the database cannot be opened: {error.orig}; see STROKA_DATABASE and STROKA_HOME"
        ) from error
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parent))
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        if _current(connection, scripts) == scripts.get_current_head():
            return
    with engine.execution_options(stroka_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Read committed: what another process migrated while this one waited for the lock must be seen.
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _current(connection: Connection, scripts: ScriptDirectory) -> str | None:
    """Give the migration that a database stands at. Raises CannotServe where this program does not know it."""
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        said = "the database was made by a newer version of Stroka: update the program, or choose another database"
        raise CannotServe(said)
    if current is None and inspect(connection).has_table("revisions"):
        said = "the database was made before there were migrations: remove it, and ingest the documents again"
        raise CannotServe(said)
    return current
