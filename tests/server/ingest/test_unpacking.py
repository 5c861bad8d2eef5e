"""Archives that `stroka ingest` takes: exports of other programs become documents, hostile ones leave nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from server import unpacking
from server.commands.ingest import ingest_all
from server.ingest import Outcome
from server.services import Services
from tests.server.ingest.test_page_files import WORDS, alto_file, page_file
from transcriptions import exporting
from transcriptions.errors import Unreadable


def picture(shade: int) -> bytes:
    done, data = cv2.imencode(".png", np.full((700, 900), shade, np.uint8))
    assert done
    return data.tobytes()


def packed(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def ingest(services: Services, path: Path) -> list[Outcome]:
    return ingest_all(services, [path], jobs=1, console=Console(quiet=True))


def transkribus(path: Path) -> Path:
    first, second = "77/Дело 5/", "78/Other/"
    return packed(
        path,
        {
            first + "metadata.xml": "<trpDocMetadata><title>Дело 5, листы 1–2</title></trpDocMetadata>",
            first + "0001_p1.png": picture(235),
            first + "0002_p2.png": picture(225),
            first + "page/0001_p1.xml": page_file(image="p1.png"),
            first + "page/0002_p2.xml": page_file(image="p2.png", words=("Ещё лист.",)),
            first + "alto/0001_p1.xml": alto_file(("not this",)),
            second + "p.png": picture(215),
        },
    )


def test_an_export_becomes_documents_and_again_the_same(services: Services, tmp_path: Path) -> None:
    path = transkribus(tmp_path / "export.zip")
    first, second = ingest(services, path)
    assert first.document is not None, first.problems
    snapshot = services.store.snapshot(first.document)

    assert snapshot.document.title == (("none", ("Дело 5, листы 1–2",)),)
    assert [[line.text for line in page.lines] for _, page in exporting.pages(snapshot)] == [list(WORDS), ["Ещё лист."]]
    assert (second.document is not None, second.path) == (True, path / "78/Other")
    assert [(each.document, each.changed) for each in ingest(services, path)] == [
        (first.document, False),
        (second.document, False),
    ]
    assert not list(services.settings.home.glob(".unpacked-*"))


def test_an_archive_without_pictures_says_so(services: Services, tmp_path: Path) -> None:
    (outcome,) = ingest(services, packed(tmp_path / "x.zip", {"p1.xml": page_file()}))

    assert outcome.document is None
    assert "export it with its images" in outcome.problems[0].detail


@pytest.mark.parametrize(
    "files", [{"../../p.png": picture(200)}, {"p.png": b"\0" * 9_000_000}, {"p.png": picture(9), "mets.xml": "<x/>"}]
)
def test_hostile_archives_leave_nothing(services: Services, tmp_path: Path, files: dict[str, bytes | str]) -> None:
    path = packed(tmp_path / "x.zip", files)
    with pytest.raises(Unreadable), unpacking.unpacked(path, space=tmp_path):
        pass
    (outcome,) = ingest(services, path)

    assert outcome.document is None and outcome.problems
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "x.zip"]


def test_what_only_claims_to_be_an_archive_is_refused(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 no more of it")

    assert "no ZIP archive" in ingest(services, path)[0].problems[0].detail
