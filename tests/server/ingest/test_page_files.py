"""Page files (PAGE, ALTO, hOCR) in document folders: found, loaded with all lines and words, and taken again."""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from server import folder
from server.folder import Folder
from server.services import Services
from tests.server.ingest.conftest import load
from transcriptions import exporting
from transcriptions.formats import page_xml, pages
from transcriptions.model import Origin

WORDS = ("ПЕРВАЯ СТРОКА ЛИСТА", "Вторая строка идёт", "дальше, а тут конец.")


def page_file(*, image: str = "p1.png", size: tuple[int, int] = (450, 350), words: tuple[str, ...] = WORDS) -> str:
    lines = "".join(
        f'<TextLine id="t{n}"><Coords points="40,{40 + 60 * n} 400,{40 + 60 * n} 400,{70 + 60 * n} 40,{70 + 60 * n}"/>'
        f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
        for n, text in enumerate(words)
    )
    return (
        '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Metadata/>'
        f'<Page imageFilename="{image}" imageWidth="{size[0]}" imageHeight="{size[1]}" primaryLanguage="Russian">'
        f'<TextRegion id="r"><Coords points="1,1 449,1 449,349"/>{lines}</TextRegion></Page></PcGts>'
    )


def alto_file(words: tuple[str, ...] = WORDS) -> str:
    lines = "".join(
        f'<TextLine ID="t{n}" HPOS="40" VPOS="{40 + 60 * n}" WIDTH="360" HEIGHT="30"><String CONTENT="{text}"/>'
        "</TextLine>"
        for n, text in enumerate(words)
    )
    return (
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page ID="p" WIDTH="900" HEIGHT="700">'
        f'<PrintSpace><TextBlock ID="b">{lines}</TextBlock></PrintSpace></Page></Layout></alto>'
    )


HOCR = """<html><body><div class="ocr_page" title="bbox 0 0 900 700"><span class="ocr_line" title="bbox 40 40 400 70">
одна строка</span></div></body></html>"""


def read(path: Path) -> Folder:
    return folder.read(path, origin=Origin("tests", path.name), text_bytes=100_000)


@pytest.mark.parametrize(
    "name", ["p1.xml", "p1.page.xml", "page/p1.xml", "page/0001_p1.xml", "else.xml"], ids=lambda name: name
)
def test_page_files_are_found_by_their_name_or_their_images(cable: Path, name: str) -> None:
    (cable / name).parent.mkdir(exist_ok=True)
    (cable / name).write_text(page_file(), "utf-8")
    found = read(cable)

    assert (found.problems, found.unused) == ((), ())
    assert {place: len(lines.page.lines) for place, lines in found.lines.items()} == {"p1.png": 3}
    assert [(text.language, text.kind.value) for text in found.texts] == [("ru", "transcription")]


def test_one_file_for_all_pages_and_a_file_for_none(cable: Path) -> None:
    both = page_file().replace("</PcGts>", "") + page_file(image="p2.png").partition("<Metadata/>")[2]
    (cable / "all.xml").write_text(both, "utf-8")
    (cable / "other.xml").write_text(page_file(image="p9.png"), "utf-8")
    (cable / "p1.hocr").write_text(HOCR.replace("ocr_line", "x"), "utf-8")
    found = read(cable)

    assert sorted(found.lines) == ["p1.png", "p2.png"]
    assert [str(problem) for problem in found.problems] == [
        "other.xml: holds the lines of the image p9.png, which is not in the folder"
    ]


def test_a_damaged_page_file_is_a_fault_with_its_line(cable: Path) -> None:
    (cable / "p1.xml").write_text(page_file().replace("</TextRegion>", "\n</Region>"), "utf-8")
    (problem,) = read(cable).problems

    assert (problem.file, problem.line) == ("p1.xml", 2)


def test_lines_and_words_of_page_files_are_those_of_the_document(
    services: Services, cable: Path, pool: ProcessPoolExecutor
) -> None:
    (cable / "p1.xml").write_text(page_file(), "utf-8")
    (cable / "p2.xml").write_text(alto_file(("Ещё лист.",)), "utf-8")
    snapshot, outcome = load(services, cable, pool)
    texts = [[line.text for line in page.lines] for _, page in exporting.pages(snapshot)]
    boxes = [(line.box.x, line.box.y, line.box.width, line.box.height) for line in snapshot.lines if line.source_id]

    assert texts == [list(WORDS), ["Ещё лист."]]
    # The PAGE file was made on a picture of half the size.
    assert (80, 80, 720, 60) in boxes
    assert (40, 40, 360, 30) in boxes
    assert outcome.differences == ()
    assert all(link.confidence == 1.0 for link in snapshot.links)

    _, again = load(services, cable, pool)
    assert (again.changed, again.differences) == (False, ())


def test_a_file_that_went_out_comes_back_corrected(services: Services, cable: Path, pool: ProcessPoolExecutor) -> None:
    (cable / "p1.xml").write_text(page_file(), "utf-8")
    (cable / "p2.hocr").write_text(HOCR, "utf-8")
    before, _ = load(services, cable, pool)
    _, gone_out = next(iter(exporting.pages(before)))
    data = b"".join(page_xml.write(gone_out)).decode().replace("Вторая строка", "Другая строка")
    (cable / "p1.xml").write_text(data, "utf-8")
    after, outcome = load(services, cable, pool)
    names = {line.id: line.source_id for line in before.lines}
    links = {link.line: link for link in before.links}

    assert {line.id for line in after.lines} == {line.id for line in before.lines}
    assert {names[link.line] for link in after.links if link != links[link.line]} == {"t1"}
    (difference,) = outcome.differences
    assert re.search("reads “Другая строка идёт” and not “Вторая строка идёт”", difference.detail)


def test_what_a_file_is_is_told_by_what_it_holds() -> None:
    assert pages.sniff(b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --> <pc:PcGts xmlns:pc="x">') is pages.PAGE
    assert pages.sniff(alto_file().encode()) is pages.ALTO
    assert pages.sniff(HOCR.encode()) is pages.HOCR
    assert pages.sniff(b"<TEI/>") is None
    assert pages.sniff("<alto/>".encode("utf-16")) is pages.ALTO
    assert pages.sniff(b"") is None
