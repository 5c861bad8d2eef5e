from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transcriptions.alignment.gauge import Gauge


@given(
    pitch=st.floats(8, 40),
    margin=st.floats(-0.5, 1.5),
    counts=st.lists(st.integers(20, 70), min_size=12, max_size=40),
    data=st.data(),
)
def test_pitch_is_learned_though_one_line_in_six_is_of_another_length(
    pitch: float, margin: float, counts: list[int], data: st.DataObject
) -> None:
    characters = np.array([*counts, 20, 70], dtype=np.float64)
    lengths = np.round((characters + margin) * pitch)
    wrong = data.draw(st.lists(st.integers(0, len(counts) - 1), max_size=len(counts) // 6, unique=True))
    lengths[wrong] *= 1.4

    learned = Gauge(pitch * 1.04, by_hand=False).learned(lengths, characters, strays=0.4)

    right = np.delete(np.arange(len(characters)), wrong)
    rooms = [learned.room(float(length)) for length in lengths[right]]
    assert np.abs(rooms - characters[right]).max() < 0.5


def test_a_learned_gauge_tells_one_character_from_the_next() -> None:
    counts = np.array([60.0, 61.0, 63.0])

    unknown = Gauge(20.0, by_hand=False).gain(counts, 1200.0)
    learned = Gauge(20.0, by_hand=False, strays=0.4).gain(counts, 1200.0)

    assert unknown[0] - unknown[1] < 0.2
    assert learned[0] - learned[1] > 2


def test_few_lines_and_lines_by_hand_teach_nothing() -> None:
    lengths, counts = np.full(5, 900.0), np.full(5, 60.0)

    assert Gauge(20.0, by_hand=False).learned(lengths, counts, strays=0.4) == Gauge(20.0, by_hand=False)
    many = np.full(20, 900.0), np.full(20, 60.0)
    assert Gauge(20.0, by_hand=True).learned(*many, strays=0.4) == Gauge(20.0, by_hand=True)


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(8, 90)), min_size=6, max_size=40))
def test_no_lines_teach_a_pitch_far_from_what_most_of_them_have(pairs: list[tuple[int, int]]) -> None:
    lengths, counts = np.array(pairs, dtype=np.float64).T

    learned = Gauge(20.0, by_hand=False).learned(lengths, counts, strays=0.4)

    usual = float(np.median(lengths / counts))
    assert learned.pitch == 20.0 or 0.7 * usual <= learned.pitch <= 1.3 * usual
