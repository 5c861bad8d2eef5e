from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from images.geometry import Baseline, Box, Point
from images.layout.page import Hand, LinePart, Role
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


@needs_english
@pytest.mark.parametrize(("turns", "ends"), [(1, ((100, 1150), (100, 50))), (3, ((100, 50), (100, 1150))), (2, None)])
def test_a_line_up_or_down_the_page_is_read_with_places_along_it(
    turns: int, ends: tuple[tuple[int, int], tuple[int, int]] | None
) -> None:
    page = np.ascontiguousarray(np.rot90(paper("TELEGRAM FROM MOSCOW"), turns))
    box = [Box(50, 60, 1100, 70), Box(60, 50, 70, 1100), Box(50, 70, 1100, 70), Box(70, 50, 70, 1100)][turns]
    (x, first), (_, last) = ends or ((0, 0), (0, 0))
    base = Baseline((Point(x, first), Point(x, last)) if ends else (Point(1150, 80), Point(50, 80)))

    (reading,) = ocr.read_lines(page, [replace(line("a", box), baseline=base)], "en").values()

    assert reading.text == "TELEGRAM FROM MOSCOW"
    places = [place for word in reading.words for place in (word.left, word.right)]
    assert places == sorted(places, reverse=turns != 3)
    assert all(50 <= place <= 1150 for place in places)


@needs_english
def test_a_line_by_hand_is_read_on_several_pictures_and_a_typed_one_once() -> None:
    box = Box(50, 60, 1100, 70)
    typed, by_hand = (
        replace(line(hand, box), parts=(LinePart(box.x, box.right, hand, 1.0),))
        for hand in (Hand.TYPED, Hand.HANDWRITTEN)
    )

    readings = ocr.read_lines(paper("TELEGRAM FROM MOSCOW"), [typed, by_hand], "en")

    assert not readings[typed.id].again
    assert len(readings[by_hand.id].again) == 3


@needs_english
def test_worn_letters_come_with_those_that_they_could_be_instead() -> None:
    worn = cv2.GaussianBlur(paper("TELEGRAM FROM MOSCOW"), (0, 0), 5)

    (reading,) = ocr.read_lines(worn, [line("a", Box(50, 60, 1100, 70))], "en").values()

    assert len(reading.rivals) == len(reading.text)
    assert any(reading.rivals)
    assert all(0 < near <= 1 for rivals in reading.rivals for _, near in rivals)
