"""Translation memories in document folders: two texts, with the beads that somebody gave them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from server import folder
from server.commands.ingest import ingest_all
from server.folder import Folder
from server.ingest import Outcome
from server.services import Services
from tests.printed import jpeg
from transcriptions.model import BeadLevel, Origin, TextKind
from transcriptions.revision import Snapshot

PAIRS = (("Первое слово.", "The first word."), ("Второе.", ""), ("Третье слово дня.", "The third word of the day."))


def memory(*pairs: tuple[str, str]) -> str:
    units = "".join(
        f'<tu><tuv xml:lang="en-US"><seg>{target}</seg></tuv><tuv xml:lang="RU"><seg>{source}</seg></tuv></tu>'
        for source, target in pairs
    )
    return f'<tmx version="1.4"><header srclang="ru"/><body>{units}</body></tmx>'


@pytest.fixture
def cable(tmp_path: Path) -> Path:
    path = tmp_path / "cable"
    path.mkdir()
    (path / "p1.jpg").write_bytes(jpeg(600, 800))
    (path / "memory.tmx").write_text(memory(*PAIRS), "utf-8")
    return path


def read(path: Path) -> Folder:
    return folder.read(path, origin=Origin("tests", path.name), text_bytes=100_000)


def ingest(services: Services, path: Path) -> tuple[Snapshot, Outcome]:
    (outcome,) = ingest_all(services, [path], jobs=1, console=Console(quiet=True))
    assert outcome.document is not None, outcome.problems
    return services.store.snapshot(outcome.document), outcome


def joined(snapshot: Snapshot) -> list[tuple[str, str]]:
    said = {segment.id: segment.content for segment in snapshot.segments}
    given = [bead for bead in snapshot.beads if bead.pinned and bead.level is BeadLevel.SENTENCE]
    return sorted((said[bead.source[0].segment], said[bead.target[0].segment]) for bead in given)


def test_a_memory_gives_both_texts(cable: Path) -> None:
    found = read(cable)

    assert (found.problems, found.unused) == ((), ())
    assert [(text.kind, text.language, len(text.segments)) for text in found.texts] == [
        (TextKind.TRANSCRIPTION, "ru", 3),
        (TextKind.TRANSLATION, "en", 2),
    ]


def test_beads_of_a_memory_are_given_and_stay(services: Services, cable: Path) -> None:
    first, _ = ingest(services, cable)
    latest = services.store.latest()
    second, _ = ingest(services, cable)

    assert joined(first) == [PAIRS[0], PAIRS[2]]
    assert {bead.confidence for bead in first.beads if bead.pinned} == {1.0}
    assert (second, services.store.latest()) == (first, latest)


def test_a_memory_that_changed_changes_the_beads(services: Services, cable: Path) -> None:
    first, _ = ingest(services, cable)
    moved = ((PAIRS[0][0], ""), (PAIRS[1][0], PAIRS[0][1]), PAIRS[2])
    (cable / "memory.tmx").write_text(memory(*moved), "utf-8")
    second, _ = ingest(services, cable)

    assert joined(second) == sorted(moved[1:])
    assert {segment.id for segment in second.segments} == {segment.id for segment in first.segments}


def test_texts_of_the_folder_go_first(cable: Path) -> None:
    (cable / "transcription.ru.txt").write_text("Первое слово.\n", "utf-8")
    found = read(cable)

    assert len(found.texts) == 1 and found.beads == ()
    assert "has texts of its own" in found.remarks[0].detail


@pytest.mark.parametrize(("content", "said"), [("<tmx>", "no well-formed XML"), (memory(), None)])
def test_a_memory_that_cannot_be_taken_is_told(cable: Path, content: str, said: str | None) -> None:
    (cable / "memory.tmx").write_text(content, "utf-8")
    found = read(cable)

    assert [said in problem.detail for problem in found.problems] == ([True] if said else [])
    assert said or "not in two languages" in found.remarks[0].detail
