from __future__ import annotations

import pytest

from transcriptions.alignment.dated import date_agreement


@pytest.mark.parametrize(
    ("edtf", "read", "agreement"),
    [
        ("1950-09-20", "20 сентября 1950 г.", 1.0),
        ("1950-09-20", "20.IX.50", 1.0),
        ("1950-09-20", "20/ІХ-50", 1.0),
        ("1950-09-20", "20 сентядря 195", 2 / 3),
        ("1950-07-03", "03.07.50", 1.0),
        ("1950-07-03", "July 3, 1950", 1.0),
        ("1950-07", "июля 1950", 1.0),
        ("1950-07-03", "4 августа 1949", 0.0),
        ("", "4 августа 1949", 0.0),
        ("1950-07-03", "", 0.0),
    ],
)
def test_a_reading_shows_a_date_however_it_is_written(edtf: str, read: str, agreement: float) -> None:
    assert date_agreement(edtf, read) == pytest.approx(agreement)
