"""Typed lines carried on where the maps let go of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from images.layout.extending import bridge, extend, with_signs
from images.layout.maps import Maps
from images.layout.traces import Trace

CELL = 12
WIDTH, HEIGHT, MIDDLE = 600, 100, 50
TYPED, WRITTEN = np.array([0.9, 0.1, 0.0]), np.array([0.1, 0.9, 0.0])


def trace(start: int, end: int, *, hand: NDArray[np.float64] = TYPED, middle: float = MIDDLE) -> Trace:
    return Trace(start, np.full(end - start, float(middle)), 11.0, hand, 0.9, cell=CELL)


def letters(start: int, end: int) -> NDArray[np.uint8]:
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    for left in range(start, end, CELL):
        ink[MIDDLE - 5 : MIDDLE + 6, left + 2 : left + 10] = 1
    return ink


def maps(core: float = 0.3) -> Maps:
    shape = (HEIGHT // 2, WIDTH // 2)
    plane = np.full(shape, core, np.float32)
    hand = np.stack([np.full(shape, share, np.float32) for share in (0.8, 0.1, 0.1)])
    return Maps(core=plane, upright=np.zeros_like(plane), border=np.zeros_like(plane), hand=hand)


def test_a_line_goes_on_over_its_faint_letters_to_both_ends() -> None:
    (line,) = extend([trace(240, 360)], letters(120, 480), maps())

    assert abs(line.start - 120) <= 4
    assert abs(line.end - 480) <= 4
    assert np.allclose(line.middle, MIDDLE)


def test_what_the_maps_deny_is_no_part_of_a_line() -> None:
    (line,) = extend([trace(240, 360)], letters(120, 480), maps(core=0.02))

    assert (line.start, line.end) == (240, 360)


def test_a_line_ends_at_a_wide_gap() -> None:
    ink = letters(240, 372) | letters(468, 540)

    (line,) = extend([trace(240, 360)], ink, maps())

    assert line.end < 380


def test_a_line_does_not_run_into_what_a_hand_wrote_beside_it() -> None:
    lines = extend([trace(240, 360), trace(430, 520, hand=WRITTEN)], letters(240, 520), maps())

    assert lines[0].end == 360
    assert lines[1].start == 430


def test_a_line_by_hand_is_not_carried_on() -> None:
    (line,) = extend([trace(240, 360, hand=WRITTEN)], letters(120, 480), maps())

    assert (line.start, line.end) == (240, 360)


def test_a_line_is_whole_over_words_that_a_pen_has_gone_through() -> None:
    pieces = [trace(20, 200), trace(230, 330, hand=WRITTEN, middle=MIDDLE - 2), trace(370, 580)]

    (line,) = bridge(pieces)

    assert (line.start, line.end) == (20, 580)


def test_words_by_hand_above_a_gap_are_not_bridged() -> None:
    pieces = [trace(20, 200), trace(230, 330, hand=WRITTEN, middle=MIDDLE - 14), trace(370, 580)]

    assert len(bridge(pieces)) == 3


def number(left: int, right: int) -> NDArray[np.uint8]:
    """Draw a digit as high as one."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[MIDDLE - 9 : MIDDLE + 6, left:right] = 1
    return ink


def dash(ink: NDArray[np.uint8], left: int) -> None:
    ink[MIDDLE - 1 : MIDDLE + 2, left : left + 8] = 1


def test_a_number_between_dashes_is_one_line() -> None:
    ink = number(242, 250)
    dash(ink, 218)
    dash(ink, 266)

    (line,) = with_signs([trace(242, 250)], ink)

    assert (line.start, line.end) == (218, 274)
    assert np.allclose(line.middle, MIDDLE)


def test_a_dot_belongs_to_the_number_before_it() -> None:
    ink = number(242, 250)
    ink[MIDDLE + 3 : MIDDLE + 6, 257:260] = 1

    (line,) = with_signs([trace(242, 250)], ink)

    assert (line.start, line.end) == (242, 260)


def test_what_is_no_sign_or_stands_elsewhere_is_left() -> None:
    ink = number(242, 250)
    ink[MIDDLE - 9 : MIDDLE - 6, 258:261] = 1
    dash(ink, 300)
    ink[MIDDLE - 20 : MIDDLE + 14, 225:229] = 1

    (line,) = with_signs([trace(242, 250)], ink)

    assert (line.start, line.end) == (242, 250)


def test_signs_of_another_line_are_left_to_it() -> None:
    ink = number(242, 250)
    dash(ink, 266)

    lines = with_signs([trace(242, 250), trace(264, 300)], ink)

    assert (lines[0].start, lines[0].end) == (242, 250)
