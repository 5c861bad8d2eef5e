from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from server.errors import CannotServe
from server.migrations.upgrade import upgrade
from transcriptions.errors import StoreUnusable
from transcriptions.store.sql import SqlStore, engine_of


@pytest.fixture
def dsn(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'stroka.sqlite3'}"


def test_migrating_again_changes_nothing(dsn: str) -> None:
    upgrade(dsn)
    upgrade(dsn)

    assert SqlStore.open(dsn).count() == 0


def test_processes_that_start_at_once_do_not_disturb_each_other(dsn: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(upgrade, dsn) for _ in range(4)]:
            done.result()

    assert SqlStore.open(dsn).count() == 0


def test_the_first_start_waits_for_one_who_writes(dsn: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "stroka.sqlite3")) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN IMMEDIATE")
        done = pool.submit(upgrade, dsn)
        wait([done], timeout=0.2)
        other.rollback()
        done.result()

    assert SqlStore.open(dsn).count() == 0


def test_a_newer_database_is_left_alone(dsn: str) -> None:
    upgrade(dsn)
    engine = engine_of(dsn)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(CannotServe, match="newer version"):
        upgrade(dsn)


@pytest.mark.parametrize("dsn", ["sqlite:////nowhere/at/all.sqlite3", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_opened_is_named_with_its_setting(dsn: str) -> None:
    with pytest.raises(StoreUnusable, match="STROKA_DATABASE"):
        upgrade(dsn)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stroka.sqlite3"
    path.write_bytes(b"no database" * 100)

    with pytest.raises(StoreUnusable):
        upgrade(f"sqlite:///{path}")
