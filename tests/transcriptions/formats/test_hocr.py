from __future__ import annotations

import pytest
from hypothesis import given, settings
from lxml import etree

from images.layout.page import Role
from tests import written_pages
from transcriptions.errors import Unreadable
from transcriptions.formats import hocr
from transcriptions.written import UNSURE, WrittenPage

LOOSE = """<html><head><meta name=ocr-system content="reader 2"></head><body>
<div class=ocr_page title="bbox 0 0 600 400; image 'x.png'"><p class="ocr_par" lang=rus title="bbox 1 1 500 90">
<span class=ocr_line title="bbox 10 20 400 40; baseline 0.01 -4">Без слов,<br> но с&nbsp;текстом</span>
<span class="ocr_line" title="bbox 10 50 400 70; baseline 0 900"><span class="ocrx_word" title="x_wconf 90">два</span>
<span class="ocrx_word" title="x_wconf 70"><b>сло</b>ва</span></span></p>
<span class="ocr_header" title="bbox 10 5 400 15">ЗАГЛАВИЕ</span><span class="ocr_line">без места</span></div>"""


def written(page: WrittenPage) -> bytes:
    return b"".join(hocr.write(page))


@given(written_pages.pages(rich=False))
@settings(max_examples=60)
def test_reading_what_was_written_gives_the_same_page(page: WrittenPage) -> None:
    assert hocr.read(written(page), name="p.hocr") == (page,)


def test_what_is_written_is_well_formed_too() -> None:
    page = hocr.read(LOOSE.encode(), name="p.hocr")[0]

    assert etree.fromstring(written(page)).tag == "{http://www.w3.org/1999/xhtml}html"


def test_loose_html() -> None:
    (page,) = hocr.read(LOOSE.encode(), name="p.hocr")

    assert [line.text for line in page.lines] == ["Без слов, но с текстом", "два слова", "ЗАГЛАВИЕ", "без места"]
    assert [line.layout.role for line in page.lines] == [Role.BODY, Role.BODY, Role.HEADING, Role.BODY]
    assert (page.lines[3].layout.confidence, page.lines[3].layout.box) == (UNSURE, page.size.box)
    assert (page.image, page.language, page.creator) == ("x.png", "ru", "reader 2")
    assert page.lines[1].confidence == pytest.approx(0.8)
    assert [point.y for point in page.lines[0].layout.baseline.points] == [36, 40]
    # A baseline that runs far below its line is a fault of the program, and not believed.
    assert all(point.y <= 70 for point in page.lines[1].layout.baseline.points)


@pytest.mark.parametrize(
    ("inside", "texts"),
    [
        ('<p class="ocr_par" title="bbox 1 1 90 20">абзац <b>без строк</b></p>', ["абзац без строк"]),
        ('<p class="ocr_par"><span class="ocrx_word" title="bbox 5 5 20 9">а</span> и</p>', ["а и"]),
        ('<span class="ocrx_word" title="bbox 5 5 20 9">слово</span>', ["слово"]),
        ("только текст", ["только текст"]),
        (
            '<span class="ocr_line" title="bbox 1 1 9 9"><span class="ocrx_line">раз</span></span>'
            '<p class="ocr_par">два</p>',
            ["раз", "два"],
        ),
    ],
)
def test_words_outside_lines_come_too(inside: str, texts: list[str]) -> None:
    data = f'<html><body><div class="ocr_page" title="bbox 0 0 100 100">{inside}</div></body></html>'
    (page,) = hocr.read(data.encode(), name="p.hocr")

    assert [line.text for line in page.lines] == texts


@pytest.mark.skipif(not written_pages.SOURCES.exists(), reason="the examples are not here (../shared/groundtruth)")
@pytest.mark.parametrize("name", ["komi_0001_left", "komi_0001_right"])
def test_files_of_other_projects_come_with_all_lines_and_texts(name: str) -> None:
    data = (written_pages.SOURCES / f"{name}.hocr").read_bytes()
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    lines = root.findall(".//{*}span[@class='ocr_line']")
    texts = [" ".join("".join(line.itertext()).split()) for line in lines]
    (page,) = hocr.read(data, name="p.hocr")

    assert len(texts) > 100
    assert [line.text for line in page.lines] == texts
    assert [line.source_id for line in page.lines] == [line.get("id") for line in lines]


@pytest.mark.parametrize("data", [b"", b"\0\0", b"<html/>", b"plain", b"<div class='ocr_page'/>", b"<p>" * 50_000])
def test_what_is_no_hocr_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        hocr.read(data, name="p.hocr")


@given(written_pages.damages(LOOSE.encode()))
@settings(max_examples=150)
def test_damaged_files_are_read_or_refused(data: bytes) -> None:
    try:
        hocr.read(data, name="p.hocr")
    except Unreadable as error:
        assert str(error)
