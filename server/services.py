"""Opens what everything that runs works with: settings, store, images, clock and id source, in one frozen value."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from images.errors import StorageUnreachable
from images.objects import open_store
from images.store import Store
from server.errors import CannotServe
from server.migrations.upgrade import upgrade
from server.settings import Settings
from transcriptions.identity import Mint, compose_id
from transcriptions.store.sql import SqlStore

Clock = Callable[[], str]
"""Gives the time in UTC, ISO 8601 to the second, ending in Z."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the application, the commands and the workers share; safe to use from several threads."""

    settings: Settings
    store: SqlStore
    images: Store
    clock: Clock
    mint: Mint

    @classmethod
    def open(cls, settings: Settings, *, serving: bool = False) -> Services:
        """Open the folders and the database, bringing its tables to this version. Raises CannotServe, StoreUnusable.

        While `serving`, connections are kept, and the process must not be forked.
        """
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
            images = open_store(settings.images_place)
        except OSError as error:
            said = f"the folder {error.filename} cannot be used: {error.strerror}; choose another with STROKA_HOME"
            raise CannotServe(said) from error
        except StorageUnreachable as error:
            raise CannotServe(f"{error}; see STROKA_IMAGES") from error
        upgrade(settings.dsn)
        return cls(settings, SqlStore.open(settings.dsn, serving=serving), images, utc_now, mint)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def utc_now() -> str:
    """Tell the time."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mint() -> str:
    """Make a fresh id."""
    return compose_id(time.time_ns() // 1_000_000, secrets.token_bytes(10))
