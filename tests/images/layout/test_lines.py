"""What happens to lines on the way from ink to layout: gaps, strokes, inserts, tables."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from images.layout import network
from images.layout.analyse import analyse as analyse_with
from images.layout.page import Hand, Layout, Line, Role, StrokeKind
from images.layout.pitch import find_pitch
from tests.faces import faces

Pixels = NDArray[np.uint8]


def analyse(pixels: NDArray[Any]) -> Layout:
    return analyse_with(pixels, network.own())


PITCH = 24
LEFT, TOP, SPACING = 120, 160, 66
TEXT = (
    "in the course of the talks the ministers agreed that the text of the note should be sent to the embassy without "
)


def typed(lines: int = 12, columns: int = 42, spacing: int = SPACING) -> Pixels:
    page = np.full((2 * TOP + lines * spacing, 2 * LEFT + columns * PITCH), 235, np.uint8)
    for number in range(lines):
        write(page, (TEXT * 9)[number * 37 :][:columns], LEFT, TOP + number * spacing)
    return page


def write(page: Pixels, text: str, left: int, base: int) -> None:
    for index, letter in enumerate(text):
        cv2.putText(page, letter, (left + index * PITCH, base), cv2.FONT_HERSHEY_COMPLEX, 1.0, 40, 2, cv2.LINE_AA)


def at(layout: Layout, base: int) -> list[Line]:
    return [line for line in layout.lines if abs(line.baseline.points[len(line.baseline.points) // 2].y - base) < 14]


def test_letters_that_failed_to_print_do_not_break_a_line() -> None:
    page = typed()
    page[TOP + 4 * SPACING - 34 : TOP + 4 * SPACING + 12, 500 : 500 + 3 * PITCH] = 235

    assert len(at(analyse(page), TOP + 4 * SPACING)) == 1


def test_lines_close_to_each_other_stay_apart() -> None:
    page = typed(spacing=40)

    layout = analyse(page)

    assert all(len(at(layout, TOP + number * 40)) == 1 for number in range(12))


def test_cells_of_a_table_are_lines_of_their_own() -> None:
    page = np.full((900, 1100), 235, np.uint8)
    for number in range(9):
        write(page, "cotton", 120, 150 + 70 * number)
        write(page, "1200 bales", 560, 150 + 70 * number)

    layout = analyse(page)

    assert all(len(at(layout, 150 + 70 * number)) == 2 for number in range(9))
    first = [layout.lines[index] for index in layout.order[:2]]
    assert first[0].box.x < first[1].box.x
    assert abs(first[0].box.y - first[1].box.y) < 20


def test_underline_is_a_stroke_and_no_line() -> None:
    page = typed()
    cv2.line(page, (LEFT, TOP + 2 * SPACING + 9), (LEFT + 500, TOP + 2 * SPACING + 9), 40, 3)

    layout = analyse(page)

    assert len(at(layout, TOP + 2 * SPACING)) == 1
    strokes = [stroke for stroke in layout.strokes if stroke.kind is StrokeKind.UNDERLINE]
    assert len(strokes) == 1
    assert abs(strokes[0].boundary.box.x - LEFT) < 20
    assert abs(strokes[0].boundary.box.width - 500) < 40


def test_struck_out_words_stay_in_their_line() -> None:
    page = typed()
    cv2.line(page, (LEFT + 200, TOP + 5 * SPACING - 8), (LEFT + 700, TOP + 5 * SPACING - 10), 40, 3)

    layout = analyse(page)

    struck = at(layout, TOP + 5 * SPACING)
    assert len(struck) == 1
    assert struck[0].box.width > 900
    assert StrokeKind.DELETION in {stroke.kind for stroke in layout.strokes}


def write_by_hand(page: Pixels, text: str, left: int, base: int, *, size: int = 48) -> None:
    face, pen = faces().hands[0], float(left)
    for letter in text:
        glyph = face.glyph(letter, size)
        top, at = base + glyph.top, round(pen) + glyph.left
        place = page[top : top + glyph.ink.shape[0], at : at + glyph.ink.shape[1]]
        place[:] = np.minimum(place, 235 - 175 * glyph.ink)
        pen += glyph.advance


def with_insert(x: int, number: int, *, caret: bool) -> Pixels:
    page = typed(spacing=86)
    base = TOP + number * 86
    write_by_hand(page, "не ранее", x, base - 38)
    if caret:
        points = np.array([[x + 86, base - 30], [x + 100, base + 12], [x + 115, base - 32]], np.int32)
        cv2.polylines(page, [points], False, 60, 3, cv2.LINE_AA)
    return page


def test_insert_by_hand_is_found_and_goes_in_at_its_caret() -> None:
    page = with_insert(500, 6, caret=True)

    layout = analyse(page)

    inserts = [line for line in layout.lines if line.role is Role.INSERTION]
    assert len(inserts) == 1
    assert inserts[0].hand is Hand.HANDWRITTEN
    place = inserts[0].place
    assert place is not None
    assert layout.lines[place.line] in at(layout, TOP + 6 * 86)
    assert abs(place.x - 600) < PITCH
    order = layout.order
    assert order.index(layout.lines.index(inserts[0])) == order.index(place.line) + 1


def test_insert_without_caret_goes_in_under_itself() -> None:
    layout = analyse(with_insert(500, 6, caret=False))

    places = [line.place for line in layout.lines if line.place is not None]
    assert len(places) == 1
    assert 480 <= places[0].x <= 800


def test_punch_holes_are_no_letters() -> None:
    page = typed()
    for y in (300, 600):
        cv2.circle(page, (50, y), 28, 15, -1)

    layout = analyse(page)

    assert all(line.box.x > 80 for line in layout.lines)


@settings(max_examples=30)
@given(pitch=st.floats(12, 21), seed=st.integers(0, 999))
def test_pitch_is_found(pitch: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    profiles = []
    for _ in range(6):
        ink = np.zeros(int(45 * pitch))
        for cell in range(44):
            if generator.random() < 0.85:
                start = int(cell * pitch + generator.normal(0, 0.4) + 1)
                ink[max(0, start) : start + int(0.6 * pitch)] = generator.integers(1, 5)
        profiles.append(ink)

    assert abs(find_pitch(profiles) - pitch) < 0.04 * pitch


def test_no_pitch_without_lines() -> None:
    assert find_pitch([]) == 0.0
    assert find_pitch([np.zeros(500)]) == 0.0
