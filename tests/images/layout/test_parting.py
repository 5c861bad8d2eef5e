"""Where a trace is cut in two: paler writing, another hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from images.layout.maps import Maps
from images.layout.parting import part
from images.layout.traces import Trace, join

WIDTH, HEIGHT, MIDDLE = 600, 60, 30


def trace(left: int = 20, right: int = 580) -> Trace:
    return Trace(left, np.full(right - left, float(MIDDLE)), 11.0, np.array([1.0, 0.0, 0.0]), 0.9)


def words(*stretches: tuple[int, int, float]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Give ink and darkness with blots of this darkness from column to column."""
    ink, darkness = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.float32)
    for first, last, dark in stretches:
        for column in range(first, last, 12):
            ink[MIDDLE - 5 : MIDDLE + 5, column : min(column + 8, last)] = 1
            darkness[MIDDLE - 5 : MIDDLE + 5, column : min(column + 8, last)] = dark
    return ink, darkness


def hands(*, typed_until: int = WIDTH) -> Maps:
    shape = (HEIGHT // 2, WIDTH // 2)
    hand = np.zeros((3, *shape), np.float32)
    hand[0, :, : typed_until // 2] = 1
    hand[1, :, typed_until // 2 :] = 1
    nothing = np.zeros(shape, np.float32)
    return Maps(core=nothing + 1, upright=nothing, border=nothing, hand=hand)


def spans(parts: list[Trace]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in parts]


def test_one_even_line_stays_whole() -> None:
    ink, darkness = words((20, 200, 0.6), (220, 400, 0.55), (420, 580, 0.65))

    assert len(part(trace(), ink, darkness, hands())) == 1


def test_show_through_behind_a_line_is_cut_off() -> None:
    ink, darkness = words((20, 240, 0.7), (280, 580, 0.25))

    parts = part(trace(), ink, darkness, hands())

    assert np.allclose(spans(parts), [(20, 236), (280, 576)], atol=6)
    assert [round(each.darkness, 2) for each in parts] == [0.7, 0.25]
    assert len(join(parts)) == 2, "and is not joined again"


def test_one_pale_letter_is_no_line_of_its_own() -> None:
    ink, darkness = words((20, 540, 0.7), (560, 566, 0.2))

    assert len(part(trace(right=566), ink, darkness, hands())) == 1


def test_an_answer_by_hand_behind_a_typed_question_is_a_line_of_its_own() -> None:
    ink, darkness = words((20, 240, 0.6), (290, 580, 0.6))

    parts = part(trace(), ink, darkness, hands(typed_until=264))

    assert np.allclose(spans(parts), [(20, 236), (290, 578)], atol=6)
    assert parts[0].hand[0] > 0.8
    assert parts[1].hand[1] > 0.8
    assert len(join(parts)) == 2


def test_a_word_by_hand_close_within_a_typed_line_stays_in_it() -> None:
    ink, darkness = words((20, 300, 0.6), (308, 360, 0.6), (368, 580, 0.6))
    maps = hands()
    maps.hand[:, :, 152:182] = np.array([0, 1, 0], np.float32)[:, None, None]

    assert len(part(trace(), ink, darkness, maps)) == 1


def test_a_trace_beside_its_ink_is_left_alone() -> None:
    nothing = np.zeros((HEIGHT, WIDTH), np.uint8)

    assert spans(part(trace(), nothing, nothing.astype(np.float32), hands())) == [(20, 580)]
