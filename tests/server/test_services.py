"""Services of a process that serves keep their connections; what others write meanwhile must be seen all the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from server.services import Services
from server.settings import Settings
from tests.server.picture import IDENTIFIER, draw, keep_picture


def test_what_another_process_writes_is_seen_by_kept_connections(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", log="none")
    serving, writing = Services.open(settings, serving=True), Services.open(settings)
    with ThreadPoolExecutor(8) as pool:
        before = list(pool.map(lambda _: serving.store.placed(IDENTIFIER), range(40)))
        keep_picture(writing, draw(300, 200), tmp_path)
        after = list(pool.map(lambda _: serving.store.placed(IDENTIFIER), range(40)))

    assert set(before) == {None}
    assert len(set(after)) == 1 and after[0] is not None
    serving.close()
    writing.close()


def test_a_process_that_serves_can_write_beside_one_that_read(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", log="none")
    serving, reading = Services.open(settings, serving=True), Services.open(settings)
    assert serving.store.placed(IDENTIFIER) is reading.store.placed(IDENTIFIER) is None
    keep_picture(serving, draw(300, 200), tmp_path)

    assert reading.store.placed(IDENTIFIER) == serving.store.placed(IDENTIFIER) is not None
    serving.close()
    reading.close()
