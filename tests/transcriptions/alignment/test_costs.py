from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from transcriptions.alignment.confidence import calibrated_by_hand
from transcriptions.alignment.costs import OCR, UNIT, Told, chance_of, edit_distances, read_gain
from transcriptions.alignment.letters import fold_codes

HYPHEN = ord("-")
WORDS = st.text("абв ", min_size=1, max_size=12)


@given(WORDS, WORDS)
def test_distances_are_those_of_levenshtein_for_all_starts_and_lengths(read: str, text: str) -> None:
    told, codes = Told(fold_codes(read)), fold_codes(text)
    found = edit_distances(told, codes, np.arange(len(text)), len(text), HYPHEN)

    for start in range(len(text)):
        for length in range(len(text) - start + 1):
            away = Levenshtein.distance(told.letters.tolist(), codes[start : start + length].tolist())
            assert found.plain[length, start] == UNIT * away


def test_a_letter_that_was_nearly_read_is_nearly_right() -> None:
    codes = fold_codes("коса")
    plainly, nearly = Told(fold_codes("тоса")), Told(fold_codes("тоса"), (((ord("k"), 0.75),), (), (), ()))

    far, near = (
        edit_distances(told, codes, np.zeros(1, np.int64), 4, HYPHEN).plain[4, 0] for told in (plainly, nearly)
    )

    assert far == UNIT
    assert near == UNIT / 4


def test_what_a_reading_gains_on_any_text_is_no_evidence() -> None:
    text = fold_codes("сообщите послу о том что ответ на его вопрос будет дан в ближайшие дни после заседания " * 4)
    told = Told(fold_codes("соеб ито псу е том ток отает не ого вороск бу дан"))
    chance = chance_of(told, text, 80, HYPHEN)
    length = np.array([50.0])
    by_chance = chance.at(length)[0]

    def gain(distance: float) -> float:
        away = np.array([distance])
        return float(read_gain(away, length, len(told.letters), OCR, OCR.hand, chance)[0])

    assert by_chance[0] < 50
    assert gain(float(by_chance[0])) <= 0
    assert gain(20.0) > 10


def test_links_by_hand_are_less_sure_where_moved_short_or_little_read() -> None:
    usual = {"posterior": 0.999, "moved": False, "gain": 50.0, "length": 40, "skill": 0.3}

    def sure(**other: float) -> float:
        return calibrated_by_hand(**{**usual, **other})  # type: ignore[arg-type]

    assert 0.9 < sure() < 1
    worse = {"moved": True, "gain": 0.0, "length": 3, "skill": 0.0}
    assert all(sure(**{name: value}) < sure() - 0.02 for name, value in worse.items())
    assert sure(posterior=0.1) < sure()
    assert 0 < sure(posterior=0.0, gain=-500.0) < 0.5
