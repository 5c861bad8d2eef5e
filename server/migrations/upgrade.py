"""Brings a database to this version's tables."""

from __future__ import annotations

from transcriptions.store.sql import engine_of
from transcriptions.store.tables import metadata


def upgrade(dsn: str) -> None:
    """Make the tables that are missing. Raises StoreUnusable."""
    engine = engine_of(dsn)
    try:
        metadata.create_all(engine)
    finally:
        engine.dispose()
