"""Small writing squeezed in between typed rows."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from images.geometry import Box
from images.layout import network
from images.layout.analyse import analyse
from images.layout.closer import by_hand_over_carets, closer_places, letters_of_rows
from images.layout.look import Found, Look, look
from images.layout.page import Hand, Role
from images.layout.preprocess import UNIT, prepare, turned_view
from images.layout.strokes import find_runs
from tests.images.layout.test_lines import SPACING, TOP, Pixels, typed, write_by_hand


def seen(page: Pixels) -> Look:
    ready = prepare(page)
    _, text, plain = find_runs(ready.ink)
    return look(ready, network.own(), text, plain)


def of_type_alone(page: Look) -> Look:
    """Take out of a look what it found by hand."""
    kept = [i for i, line in enumerate(page.lines) if line.hand is Hand.TYPED]
    numbers = np.zeros(len(page.lines) + 1, np.int32)
    numbers[[i + 1 for i in kept]] = np.arange(1, len(kept) + 1)
    return replace(page, lines=tuple(page.lines[i] for i in kept), owners=numbers[page.owners])


@pytest.mark.parametrize("row", [3, 5, 8])
def test_small_words_between_close_rows_are_found(row: int) -> None:
    page = typed()
    write_by_hand(page, "не ранее июля", 420, TOP + row * SPACING - 30, size=26)

    layout = analyse(page, network.own())

    inserts = [line for line in layout.lines if line.role is Role.INSERTION]
    assert len(inserts) == 1
    assert inserts[0].hand is Hand.HANDWRITTEN
    assert abs(inserts[0].box.x - 420) < 20
    assert inserts[0].box.height < SPACING
    place = inserts[0].place
    assert place is not None
    base = layout.lines[place.line].baseline.points
    assert abs(base[len(base) // 2].y - (TOP + row * SPACING)) < 10
    assert len(layout.lines) == 13


def test_typed_rows_alone_are_no_place_to_look_closer() -> None:
    page = seen(typed())

    assert closer_places(page, np.zeros_like(page.text)) == []


def test_what_is_taken_is_not_looked_at_again() -> None:
    page = typed()
    write_by_hand(page, "не ранее июля", 420, TOP + 5 * SPACING - 30, size=26)
    found = of_type_alone(seen(page))
    nothing = np.zeros_like(found.text)

    assert len(closer_places(found, nothing)) == 1
    assert closer_places(found, np.ones_like(nothing)) == []
    assert letters_of_rows(found).any()


def with_caret(page: Look, words: Box, base: float) -> Look:
    """Draw a caret into the row on a baseline, under some words."""
    x, height, half = words.x + words.width // 2, round(1.6 * UNIT), round(0.55 * UNIT)
    tip = round(base + 0.5 * UNIT)
    ink = page.page.ink.copy()
    ink[tip - height : tip, x - half : x + half] = 0
    points = np.array([[x - half, tip - height], [x, tip], [x + half, tip - height]], np.int32)
    cv2.polylines(ink, [points], False, 1, 2)
    return replace(page, page=replace(page.page, ink=ink))


def over_row(row: Found, *, hand: Hand, above: float) -> Found:
    """Give a short line of lower letters, some pixels above a row."""
    left, base = int(row.shape.nodes[0]) + 100, float(row.shape.base.mean()) - above
    return replace(
        row,
        shape=replace(
            row.shape,
            trace=replace(row.shape.trace, middle=row.shape.trace.middle[:80]),
            nodes=np.array([left, left + 80.0]),
            base=np.full(2, base),
            head=row.shape.foot - 5.0,
        ),
        parts=tuple(replace(part, hand=hand) for part in row.parts),
    )


@pytest.mark.parametrize(
    ("hand", "above", "by_hand"), [(Hand.STAMP, 1.4, True), (Hand.TYPED, 1.4, True), (Hand.TYPED, 2.3, False)]
)
def test_what_is_squeezed_in_over_a_caret_is_by_hand(hand: Hand, above: float, by_hand: bool) -> None:
    page = seen(typed())
    row = sorted(page.lines, key=lambda line: float(line.shape.base.mean()))[5]
    words = over_row(row, hand=hand, above=above * UNIT)
    marked = with_caret(page, Box(int(words.shape.nodes[0]), 0, 80, 1), float(row.shape.base.mean()))

    found = by_hand_over_carets([words, row], marked)
    assert [line.hand for line in found] == [Hand.HANDWRITTEN if by_hand else hand, Hand.TYPED]
    assert by_hand_over_carets([words], page) == (words,)


@pytest.mark.parametrize("scale", [1.0, 1.7, 2.5])
def test_an_enlarged_view_carries_its_ink_back_to_the_page(scale: float) -> None:
    page = prepare(typed())
    ink = np.zeros_like(page.ink)
    ink[150:160, 380:420] = 1

    shown = turned_view(page, Box(300, 120, 200, 90), 0.0, scale=scale)

    y, x = np.nonzero(shown.of_ink(ink))
    back = np.array([x.mean() + 0.5, y.mean() + 0.5]) @ shown.own[:, :2].T + shown.own[:, 2]
    assert np.abs(back - [400, 155]).max() < 1.5
    assert abs(len(x) - 400 * scale**2) < 60 * scale**2
    assert shown.page.enlarged == scale
