"""The searchable facsimile: words lie unseen on their lines, and are found, whole and in order, by PDFium."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from images.geometry import Baseline, Point, Polygon
from tests.builders import PAGE_SIZE, make_cable
from tests.printed import jpeg
from transcriptions.formats import pdf_facsimile
from transcriptions.model import Page
from transcriptions.revision import Snapshot

SCALE = 841.89 / PAGE_SIZE.height


def picture(page: Page) -> bytes | None:
    return jpeg(310, 438)


def opened(snapshot: Snapshot, pictures: pdf_facsimile.Pictures = picture, **rest: object) -> pypdfium2.PdfDocument:
    data = b"".join(pdf_facsimile.write(snapshot, pictures, **rest))  # type: ignore[arg-type]
    return pypdfium2.PdfDocument(data)


def text(document: pypdfium2.PdfDocument, index: int = 0) -> str:
    return str(document[index].get_textpage().get_text_bounded())


def place(document: pypdfium2.PdfDocument, words: str) -> tuple[float, float, float, float]:
    """Find words, and give their place on the page frame: left, top, right, bottom in pixels."""
    page = document[0].get_textpage()
    index, count = page.search(words).get_next()
    boxes = [page.get_charbox(each) for each in range(index, index + count)]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
    return left / SCALE, PAGE_SIZE.height - top / SCALE, right / SCALE, PAGE_SIZE.height - bottom / SCALE


def test_words_are_found_on_their_lines() -> None:
    document = opened(make_cable())

    assert text(document).split("\r\n") == [
        "20.IX.50 г.",
        "Посетите министра и сообщите ему",
        "в тот же день",
        "следующее.",
    ]
    left, top, right, bottom = place(document, "следующее")
    assert left == pytest.approx(150, abs=2) and right == pytest.approx(150 + 500 * 9 / 10, abs=4)
    assert 345 <= top <= 360 and 380 <= bottom <= 395


def test_words_are_unseen_and_the_scan_is_seen() -> None:
    page = opened(make_cable())[0].render().to_pil().convert("L")

    assert page.getextrema() == pytest.approx((200, 200), abs=3)
    assert page.size == (596, 842)


def test_a_sloping_line_has_sloping_words() -> None:
    cable = make_cable()
    sloping = replace(
        cable.lines[3],
        baseline=Baseline((Point(100, 1000), Point(1100, 1200))),
        boundary=Polygon((Point(100, 960), Point(1100, 1160), Point(1100, 1210), Point(100, 1010))),
    )
    document = opened(replace(cable, lines=(*cable.lines[:3], sloping, *cable.lines[4:])))
    left, top, right, bottom = place(document, "следующее")

    assert (left, right) == pytest.approx((100, 1000), abs=25)
    assert top < 1000 and bottom > 1150


def test_a_page_without_its_scan_shows_the_words() -> None:
    document = opened(make_cable(), lambda page: None)

    assert "Посетите министра" in text(document)
    assert document[0].render().to_pil().convert("L").getextrema()[0] < 100


def test_one_page_and_the_words_of_the_translation() -> None:
    cable = make_cable()

    assert text(opened(cable, page=cable.pages[1].id, translated=True)) == "Telegraph when this is done."
    assert len(opened(cable)) == 3


def test_pages_go_out_one_by_one() -> None:
    asked: list[str] = []

    def counted(page: Page) -> bytes:
        asked.append(page.label)
        return jpeg(310, 438)

    chunks = pdf_facsimile.write(make_cable(), counted)
    while b"/Type /Page " not in next(chunks):
        pass

    assert asked == ["1"]
