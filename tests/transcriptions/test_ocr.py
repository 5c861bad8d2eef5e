from __future__ import annotations

import cv2
import numpy as np
import pytest

from images.geometry import Baseline, Box, Point
from images.layout.page import Role
from transcriptions import ocr
from transcriptions.identity import LineId, PageId
from transcriptions.model import Line

needs_english = pytest.mark.skipif("en" not in ocr.languages(), reason="Tesseract with English data is not installed")


def line(id: str, box: Box) -> Line:
    base = Baseline((Point(box.x, box.bottom - 12), Point(box.right, box.bottom - 12)))
    return Line(LineId(id), PageId("p"), base, box.polygon, Role.BODY, (), 1.0)


def paper(words: str) -> np.ndarray:
    page = np.full((200, 1200), 235, dtype=np.uint8)
    cv2.putText(page, words, (60, 110), cv2.FONT_HERSHEY_DUPLEX, 1.6, 30, 3, cv2.LINE_AA)
    return page


@needs_english
def test_a_line_is_read_with_the_places_of_its_words() -> None:
    box = Box(50, 60, 1100, 70)

    readings = ocr.read_lines(paper("TELEGRAM FROM MOSCOW"), [line("a", box)], "en")

    reading = readings[LineId("a")]
    assert reading.text == "TELEGRAM FROM MOSCOW"
    assert 0.5 < reading.confidence <= 1.0
    assert [word.text for word in reading.words] == ["TELEGRAM", "FROM", "MOSCOW"]
    assert all(50 <= word.left < word.right <= 1150 for word in reading.words)
    assert reading.words[0].right < reading.words[1].left


@needs_english
def test_blank_paper_and_lines_off_the_page_give_nothing() -> None:
    page = np.full((200, 400, 3), 235, dtype=np.uint8)
    lines = [line("blank", Box(20, 20, 300, 40)), line("away", Box(5000, 5000, 300, 40)), line("dot", Box(0, 0, 1, 1))]

    assert not ocr.read_lines(page, lines, "en")


def test_a_language_that_is_not_installed_gives_nothing() -> None:
    assert not ocr.read_lines(paper("TELEGRAM"), [line("a", Box(50, 60, 900, 70))], "tlh")


def test_absence_has_a_reason() -> None:
    assert bool(ocr.languages()) != bool(ocr.reason_for_absence())


@pytest.mark.skipif(not ocr.languages(), reason="Tesseract is not installed here")
def test_a_language_without_data_of_its_own_is_said_to_be_read_by_anothers_or_not_at_all() -> None:
    own = next(iter(ocr.languages()))

    assert ocr.reason_for_absence(own) == ""
    assert "data for tlh are not installed here; lines are not read" in ocr.reason_for_absence("tlh")
    if "en" in ocr.languages() and "fi" not in ocr.languages():
        assert "tesseract-ocr-fin); lines are compared by those for en" in ocr.reason_for_absence("fi-FI")
