import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions import dates
from transcriptions.model import Calendar

UNDERSTOOD = [
    ("20 September 1950", "1950-09-20"),
    ("September 20, 1950", "1950-09-20"),
    ("20 сентября 1950 г.", "1950-09-20"),
    ("«20» сентября 1950 года", "1950-09-20"),
    ("20.IX.1950", "1950-09-20"),
    ("24.III.50", "1950-03-24"),
    ("17.XII.1947", "1947-12-17"),
    ("20.09.1950 г.", "1950-09-20"),
    ("сентябрь 1950 г.", "1950-09"),
    ("1950 г.", "1950"),
    ("1950-е гг.", "195X"),
    ("11/12 September 1957", "[1957-09-11,1957-09-12]"),
    ("в ночь с 11 на 12 мая 1945 г.", "1945-05-11/1945-05-12"),
    ("не ранее 5 мая 1945 г.", "1945-05-05/.."),
    ("не позднее 5 мая 1945 г.", "../1945-05-05"),
    ("25 октября (7 ноября) 1917 г.", "1917-11-07"),
    ("[[11]] September [[5]]7", "1957-09-11?"),
]
NO_DATES = ["[б.д.]", "31.02.1950", "30 февраля 1950 г.", "не ранее 5 мая", "like the Party", "", "12", "5 мая", "1/2"]


@pytest.mark.parametrize(("written", "edtf"), UNDERSTOOD)
def test_understood(written: str, edtf: str) -> None:
    date = dates.parse(written, language="ru")

    assert date is not None
    assert (date.edtf, date.written) == (edtf, written)


@pytest.mark.parametrize("written", NO_DATES)
def test_no_day_is_invented(written: str) -> None:
    assert dates.parse(written, language="ru") is None


def test_before_1918_russian_dates_are_julian() -> None:
    date = dates.parse("5 мая 1910 г.", language="ru")

    assert date is not None
    assert (date.edtf, date.calendar) == ("1910-05-18", Calendar.JULIAN)


def test_only_a_day_that_is_certain_gives_a_nav_date() -> None:
    found = {
        written: dates.nav_date(date) for written, _ in UNDERSTOOD if (date := dates.parse(written, language="ru"))
    }

    assert found["20.IX.1950"] == "1950-09-20T00:00:00Z"
    assert {written for written, nav in found.items() if nav} == {
        written for written, edtf in UNDERSTOOD if re.fullmatch(r"\d{4}-\d\d-\d\d", edtf)
    }


@given(st.text(max_size=30), st.sampled_from(["ru", "en"]))
def test_any_string_is_a_date_or_none(written: str, language: str) -> None:
    date = dates.parse(written, language=language)

    assert date is None or date.edtf
