"""Ingest from end to end: what goes in, what a second run does, and what is left after a kill at any moment."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from server.ingest import Outcome
from server.services import Services
from server.settings import Settings
from tests.server.ingest.conftest import run
from transcriptions.model import Order, TextKind
from transcriptions.revision import Snapshot

WORDS = ("FIRST LINE OF THE PAGE", "THE SECOND LINE GOES ON", "AND HERE IS THE LAST ONE")


def draw_page(path: Path, *, seed: int = 0) -> None:
    """Draw a small page of three lines."""
    pixels = np.full((700, 900), 235, np.uint8)
    pixels = cv2.subtract(pixels, np.random.default_rng(seed).integers(0, 12, pixels.shape, dtype=np.uint8))
    for index, words in enumerate(WORDS):
        cv2.putText(pixels, words, (80, 150 + 90 * index), cv2.FONT_HERSHEY_PLAIN, 2.4, 20, 2, cv2.LINE_AA)
    assert cv2.imwrite(str(path), pixels)


@pytest.fixture
def cable(tmp_path: Path) -> Path:
    folder = tmp_path / "cable"
    folder.mkdir()
    draw_page(folder / "p1.png", seed=1)
    draw_page(folder / "p2.png", seed=2)
    (folder / "transcription.xx.txt").write_text("\n".join(WORDS) + "\n\f" + "\n".join(WORDS) + "\n", "utf-8")
    (folder / "translation.en.txt").write_text("First line of the page, and the second. Here is the last.\n", "utf-8")
    return folder


def stored(services: Services, outcome: Outcome) -> Snapshot:
    assert outcome.document is not None, outcome.problems
    return services.store.snapshot(outcome.document)


def files(home: Path) -> list[str]:
    found = [path for path in (home / "images").rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(home)) for path in found)


def shape(snapshot: Snapshot) -> list[str]:
    """Describe a snapshot without its ids: each entity by its members, and by what the entities it names are."""
    entities = {entity.id + type(entity).__name__: entity for entity in snapshot.entities()}
    plain = {key: msgspec.json.encode(entity).decode() for key, entity in entities.items()}
    names = {entity.id: type(entity).__name__ for entity in entities.values()}
    names |= {page.placements[0].identifier: "identifier" for page in snapshot.pages}
    digests = {text.alignment.inputs for text in snapshot.texts if text.alignment}
    for _ in range(6):
        described = {key: _renamed(text, names, digests) for key, text in plain.items()}
        names |= {
            entity.id: hashlib.sha256(described[key].encode()).hexdigest()
            for key, entity in entities.items()
            if not isinstance(entity, Order)
        }
    return sorted(described.values())


def _renamed(text: str, names: dict[str, str], digests: set[str]) -> str:
    for digest in digests:
        text = text.replace(digest, "digest")
    return re.sub(r"[a-z2-7]{26}", lambda found: names.get(found[0], found[0]), text)


def test_a_folder_becomes_a_document(services: Services, cable: Path, pool: ProcessPoolExecutor) -> None:
    snapshot = stored(services, run(services, cable, pool))

    assert [page.label for page in snapshot.ordered_pages()] == ["1", "2"]
    assert {text.kind for text in snapshot.texts} == {TextKind.TRANSCRIPTION, TextKind.TRANSLATION}
    assert all(order.generator for order in snapshot.orders)
    assert len(snapshot.lines) == 6
    assert {link.line for link in snapshot.links} == {line.id for line in snapshot.lines}
    assert snapshot.beads


def test_a_second_run_changes_nothing(services: Services, cable: Path, pool: ProcessPoolExecutor) -> None:
    first = run(services, cable, pool)
    before, held = services.store.latest(), files(services.settings.home)
    again = run(services, cable, pool)

    assert first.changed
    assert (again.document, again.changed) == (first.document, False)
    assert (services.store.latest(), files(services.settings.home)) == (before, held)


@pytest.mark.parametrize("texts", [{}, {"translation.en.txt": "A page on which nothing stands.\n"}])
def test_a_page_without_lines_is_not_aligned_again(
    services: Services, tmp_path: Path, pool: ProcessPoolExecutor, texts: dict[str, str]
) -> None:
    folder = tmp_path / "blank"
    folder.mkdir()
    assert cv2.imwrite(str(folder / "p1.png"), np.full((700, 900), 235, np.uint8))
    (folder / "document.toml").write_text('languages = ["ru"]\n', "utf-8")
    for name, words in texts.items():
        (folder / name).write_text(words, "utf-8")
    first = run(services, folder, pool)
    latest = services.store.latest()

    assert first.changed
    assert not stored(services, first).lines
    assert not run(services, folder, pool).changed
    assert services.store.latest() == latest


def test_changed_words_keep_the_rest(services: Services, cable: Path, pool: ProcessPoolExecutor) -> None:
    before = stored(services, run(services, cable, pool))
    path = cable / "translation.en.txt"
    path.write_text(path.read_text("utf-8").replace("Here is", "There was"), "utf-8")
    after = stored(services, run(services, cable, pool))

    assert after.lines == before.lines
    assert {s.id for s in after.segments} == {s.id for s in before.segments}
    assert {s.content for s in after.segments} - {s.content for s in before.segments} == {"There was the last."}


@pytest.mark.parametrize("bad", ["truncated", "text", "empty", "toml"])
def test_anything_wrong_leaves_the_store_as_it_was(
    bad: str, services: Services, cable: Path, pool: ProcessPoolExecutor
) -> None:
    match bad:
        case "truncated":
            whole = (cable / "p2.png").read_bytes()
            (cable / "p2.png").write_bytes(whole[: len(whole) // 2])
        case "text":
            (cable / "p3.tif").write_text("this is no picture\n" * 40, "utf-8")
        case "empty":
            (cable / "p3.jpg").write_bytes(b"")
        case "toml":
            (cable / "document.toml").write_text("titel = 1\n", "utf-8")
    outcome = run(services, cable, pool)

    assert outcome.document is None
    assert len(outcome.problems) == 1
    assert services.store.latest() == 0
    assert files(services.settings.home) == []


def test_the_page_that_changed_is_analysed_again(services: Services, cable: Path, pool: ProcessPoolExecutor) -> None:
    before = stored(services, run(services, cable, pool))
    draw_page(cable / "p2.png", seed=3)
    after = stored(services, run(services, cable, pool))
    first, second = after.ordered_pages()

    assert [page.id for page in before.ordered_pages()] == [first.id, second.id]
    assert {line.id for line in before.lines} & {line.id for line in after.lines} == {
        line.id for line in before.lines if line.page == first.id
    }
    assert {link.line for link in after.links} == {line.id for line in after.lines}


KILLED = """
import os, sys
from pathlib import Path
from concurrent.futures import ProcessPoolExecutor
from rich.console import Console
from server import batch, ingest
from server.services import Services
from server.settings import Settings
from transcriptions.store.sql import SqlStore

class Dying(SqlStore):
    'A store whose process ends, without any tidying, before or after its n-th append.'
    left = int(sys.argv[3])
    def append(self, *arguments, **named):
        if self.left == 0 and sys.argv[4] == 'before':
            os._exit(9)
        done = super().append(*arguments, **named)
        if self.left == 0:
            os._exit(9)
        self.left -= 1
        return done

def main():
    import dataclasses
    services = Services.open(Settings(home=Path(sys.argv[1])))
    dying = dataclasses.replace(services, store=Dying.open(services.settings.dsn))
    with batch.executor(1) as pool:
        ingest.ingest(dying, Path(sys.argv[2]), pool=pool, console=Console(quiet=True))

if __name__ == '__main__':
    main()
"""


@pytest.mark.parametrize(("appends", "when"), [(0, "before"), (0, "after"), (1, "after"), (2, "after"), (3, "before")])
def test_killed_and_started_again_it_ends_the_same(
    appends: int, when: str, services: Services, cable: Path, pool: ProcessPoolExecutor, tmp_path: Path
) -> None:
    other = Services.open(Settings(home=tmp_path / "undisturbed"))
    expected = shape(stored(other, run(other, cable, pool)))
    root = Path(__file__).resolve().parents[3]
    script = tmp_path / "killed.py"
    script.write_text(KILLED, "utf-8")
    home = str(services.settings.home)
    ended = subprocess.run(
        [sys.executable, str(script), home, str(cable), str(appends), when],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )

    assert ended.returncode == 9
    assert shape(stored(services, run(services, cable, pool))) == expected
    assert files(services.settings.home) == files(other.settings.home)
    assert not list((services.settings.home / "images" / "staging").iterdir())
    other.close()
