"""PDF files: documents of their own, pages of a folder, or pages of the Digital Archive with their scans."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

from images.pack import read_array
from server import folder
from server.commands.ingest import ingest_all
from server.folder import Folder
from server.services import Services
from tests.printed import jpeg, sheets
from tests.transcriptions.formats.test_digital_archive import BODY, COVER
from transcriptions.model import Origin

SCANS = (jpeg(600, 800, grey=200), jpeg(600, 800, grey=180))
ARCHIVE = sheets(COVER, f"Translation - English\n\n{BODY} everybody.", *SCANS)


def read(path: Path) -> Folder:
    return folder.read(path, origin=Origin("tests", path.name), text_bytes=100_000)


@pytest.fixture
def cable(tmp_path: Path) -> Path:
    path = tmp_path / "cable"
    path.mkdir()
    return path


def test_a_pdf_of_the_archive_gives_texts_and_scans(cable: Path) -> None:
    (cable / "letter.pdf").write_bytes(ARCHIVE)
    found = read(cable)

    assert (found.problems, found.unused) == ((), ())
    assert [(page.file, page.frame) for page in found.pages] == [("letter#3.pdf", 2), ("letter#4.pdf", 3)]
    assert found.files["letter#4.pdf"] == cable / "letter.pdf"
    assert found.description.title == (("en", ("Letter on the Harvest",)),)
    assert [(text.language, text.creator, text.supplied.encoding) for text in found.texts] == [
        ("en", "A. Translator", "pdf")
    ]


def test_beside_images_only_its_texts_are_taken(cable: Path) -> None:
    (cable / "letter.pdf").write_bytes(ARCHIVE)
    (cable / "other.pdf").write_bytes(sheets("words"))
    (cable / "p1.jpg").write_bytes(SCANS[0])
    found = read(cable)

    assert ([page.file for page in found.pages], len(found.texts)) == (["p1.jpg"], 1)
    assert found.unused == ("other.pdf",)


def test_a_description_may_name_a_pdf_as_pages(cable: Path) -> None:
    (cable / "a.pdf").write_bytes(sheets(*SCANS))
    (cable / "b.pdf").write_bytes(sheets(SCANS[0]))
    (cable / "document.toml").write_text(
        '[[parts]]\nid = "one"\npages = ["b.pdf"]\n\n[[parts]]\nid = "two"\npages = [{file = "a.pdf", turn = 90}]\n',
        "utf-8",
    )
    found = read(cable)

    assert found.problems == ()
    assert [part.pages for part in found.parts] == [("b.pdf",), ("a#1.pdf", "a#2.pdf")]
    assert [page.quarters for page in found.pages] == [0, 1, 1]


def test_a_damaged_pdf_is_a_fault(cable: Path) -> None:
    (cable / "letter.pdf").write_bytes(b"%PDF-1.7 no more")
    (problem, *_) = [each for each in read(cable).problems if each.file == "letter.pdf"]

    assert "PDF" in problem.detail


def test_the_pages_of_a_tiff_are_pages(services: Services, cable: Path) -> None:
    first, *rest = (Image.new("L", (300, 400), grey) for grey in (200, 150, 100))
    first.save(cable / "film.tif", save_all=True, append_images=rest)
    Image.new("L", (300, 400), 50).save(cable / "one.tif")
    (cable / "film#2.transcription.ru.txt").write_text("Слова второй страницы.\n", "utf-8")
    found = read(cable)
    names = [page.file for page in found.pages]

    assert (found.problems, found.unused) == ((), ())
    assert names == ["film#1.tif", "film#2.tif", "film#3.tif", "one.tif"]
    (outcome,) = ingest_all(services, [cable], jobs=1, console=Console(quiet=True))
    assert outcome.document is not None, outcome.problems
    pages = services.store.snapshot(outcome.document).ordered_pages()
    packs = [services.images.open_pack(page.placements[0].pack) for page in pages]
    assert [int(read_array(pack).mean().round()) for pack in packs] == [200, 150, 100, 50]


def test_a_lone_pdf_is_a_document(services: Services, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(ARCHIVE)
    (first,) = ingest_all(services, [tmp_path / "letter.pdf"], jobs=1, console=Console(quiet=True))
    assert first.document is not None, first.problems
    snapshot = services.store.snapshot(first.document)
    views = [page.placements[0].view for page in snapshot.ordered_pages()]

    assert [view and view.page for view in views] == [2, 3]
    assert len({view and view.master for view in views}) == 1
    assert len({page.placements[0].pack for page in snapshot.pages}) == 2
    assert [segment.content for segment in snapshot.segments][:1] == ["4 March 1951"]
    latest = services.store.latest()
    (second,) = ingest_all(services, [tmp_path / "letter.pdf"], jobs=1, console=Console(quiet=True))
    assert (second.document, services.store.latest()) == (first.document, latest)


def test_each_pdf_of_a_folder_without_images_is_a_document(services: Services, tmp_path: Path) -> None:
    deposit = tmp_path / "deposit"
    (deposit / "deep").mkdir(parents=True)
    for name in ("a.pdf", "deep/b.pdf"):
        (deposit / name).write_bytes(sheets(SCANS[0]))
    (deposit / ".hidden.pdf").write_bytes(b"x")
    outcomes = ingest_all(services, [deposit], jobs=1, console=Console(quiet=True))

    assert [(outcome.path.name, outcome.document is not None) for outcome in outcomes] == [
        ("a.pdf", True),
        ("b.pdf", True),
    ]
