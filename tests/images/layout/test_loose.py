"""Ink on no line of a drawn page: a lone number, words between the rows, and nothing where all ink has its line."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Baseline, Box, Point, Polygon
from images.layout.loose import loose_ink

ROWS = tuple(200 + 90 * row for row in range(8))
WORDS = "reply to the note by the end of march"


def typed(*more: tuple[str, int, int, float]) -> tuple[NDArray[np.uint8], list[tuple[Baseline, Polygon, bool]]]:
    """Draw eight rows, and words at some x, y and size besides."""
    page = np.full((1000, 1200), 235, np.uint8)
    lines = []
    for y in ROWS:
        for index, letter in enumerate(WORDS):
            cv2.putText(page, letter, (120 + 24 * index, y), cv2.FONT_HERSHEY_COMPLEX, 1.0, 40, 2, cv2.LINE_AA)
        box = Box(115, y - 28, 24 * len(WORDS), 40)
        lines.append((Baseline((Point(box.x, y), Point(box.right, y))), box.polygon, True))
    for words, x, y, size in more:
        cv2.putText(page, words, (x, y), cv2.FONT_HERSHEY_COMPLEX, size, 40, 2, cv2.LINE_AA)
    return page, lines


def test_where_all_ink_has_its_line_none_is_loose() -> None:
    assert loose_ink(*typed()) == ()


def test_a_page_number_that_was_not_found_is_loose_ink() -> None:
    (found,) = loose_ink(*typed(("17", 600, 80, 1.0)))

    box = found.boundary.box
    assert found.host is None
    assert (box.x < 600, box.right > 635, box.y < 62, box.bottom > 80) == (True, True, True, True)
    assert box.width < 80


def test_words_between_the_rows_know_the_row_that_they_stand_above() -> None:
    (found,) = loose_ink(*typed(("very soon", 300, ROWS[4] - 38, 0.7)))

    assert found.host == 4
    assert abs(found.boundary.box.x - 300) < 20


def test_a_page_without_lines_or_letters_has_no_loose_ink() -> None:
    page, lines = typed()

    assert loose_ink(page, []) == ()
    assert loose_ink(np.full((400, 400), 240, np.uint8), lines[:1]) == ()
