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
    ("5 (18) мая 1910 г.", "1910-05-18"),
    ("1/14 февраля 1918 г.", "1918-02-14"),
    ("25 октября (8 ноября) 1917 г.", "1917-11-08?"),
    ("October 25 (November 7), 1917", "1917-11-07"),
    ("29 февраля 1900 г.", "1900-03-13"),
    ("24.Ш.50", "1950-03-24"),
    ("20.1Х.50 г.", "1950-09-20"),
    ("24/УП-50 г.", "1950-07-24"),
    ("20/9/1950", "1950-09-20"),
    ("среда, 20 сентября 1950 г.", "1950-09-20"),
    ("20 сентября 1950 г., 23 часа 10 минут", "1950-09-20"),
    ("30 апреля - 2 мая 1945 г.", "1945-04-30/1945-05-02"),
    ("31 декабря 1949 г. – 2 января 1950 г.", "1949-12-31/1950-01-02"),
    ("не ранее 5 мая и не позднее 7 мая 1945 г.", "1945-05-05/1945-05-07"),
    ("между 1 и 3 мая 1950 г.", "1950-05-01/1950-05-03"),
    ("1, 2 и 3 мая 1950 г.", "{1950-05-01,1950-05-02,1950-05-03}"),
    ("не ранее 5 мая", "XXXX-05-05/.."),
    ("20 сентября с.г.", "XXXX-09-20"),
    ("5 мая", "XXXX-05-05"),
    ("около 1950 г.", "1950~"),
    ("[ок. 1950]", "1950%"),
    ("2? сентября 1950 г.", "1950-09-2X"),
    ("[неразборчиво] сентября 1950 г.", "1950-09-XX"),
    ("«__» сентября 1950 г.", "1950-09"),
    ("195[?] г.", "195X?"),
    ("осень 1950 г.", "1950-23"),
    ("I квартал 1950 г.", "1950-33"),
    ("начало сентября 1950 г.", "1950-09"),
    ("XIX в.", "18XX"),
    ("1950/51 гг.", "1950/1951"),
    ("[б.д.]", ""),
]
NO_DATES = [
    "31.02.1950", "30 февраля 1950 г.", "29 февраля 1951 г.", "0 мая 1950", "32 мая 1950", "20.13.1950", "like it",
    "", "12", "1/2", "в ночь с 11 на 12", "май", "№ 5", "11.12", "1950 copies", "7-5 мая 1950 г.", "начало 5 мая 1950",
]  # fmt: skip


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


WORDS = st.sampled_from(
    ["5", "20", "31", "1950", "50", "г.", "сентября", "September", "мая", "IX", ".", "-", "/", " ", ",", "?", "[", "]",
     "(", ")", "не ранее", "около", "с", "на", "в ночь", "-е гг.", "1917", "и",
     "not later than", "Monday", "Ш", "_", "or"]
)  # fmt: skip
POINT = r"(?:[\dX]{4}(?:-[\dX]{2}){0,2}[?~%]?)"
EDTF = re.compile(rf"{POINT}|(?:{POINT}|\.\.)/(?:{POINT}|\.\.)|[\[{{]{POINT}(?:,{POINT})+[\]}}]")


@given(st.text(max_size=30) | st.lists(WORDS, max_size=9).map("".join), st.sampled_from(["ru", "en"]))
def test_any_string_gives_none_or_edtf_with_no_figure_that_is_not_in_it(written: str, language: str) -> None:
    date = dates.parse(written, language=language)

    if date is None or not date.edtf:
        return
    assert EDTF.fullmatch(date.edtf), date.edtf
    dates.sort_key(date)
    if date.calendar is Calendar.GREGORIAN and (nav := dates.nav_date(date)):
        assert re.search(rf"(?<!\d)0?{int(nav[8:10])}(?!\d)", re.sub(r"[\[\]?]", "", written))


def test_in_english_a_date_with_slashes_may_be_read_both_ways() -> None:
    both, one = dates.parse("5/6/1950", language="en"), dates.parse("9/20/50", language="en")

    assert both is not None and both.edtf == "[1950-05-06,1950-06-05]"
    assert one is not None and one.edtf == "1950-09-20"


def test_a_style_that_is_named_decides_the_calendar() -> None:
    old, new = dates.parse("5 May 1910 O.S.", language="en"), dates.parse("18 мая 1910 г. (н. ст.)", language="ru")

    assert old is not None and (old.edtf, old.calendar) == ("1910-05-18", Calendar.JULIAN)
    assert new is not None and (new.edtf, new.calendar) == ("1910-05-18", Calendar.GREGORIAN)


def test_this_year_is_taken_from_the_context() -> None:
    context = dates.parse("20 сентября 1950 г.", language="ru")
    date = dates.parse("18 сентября с.г.", language="ru", context=context)

    assert date is not None and date.edtf == "1950-09-18"


def test_a_wrong_weekday_is_reported_and_the_day_left_alone() -> None:
    wrong, right = (
        dates.parse("Thursday, 20 September 1950", language="en"),
        dates.parse("среда 20.9.50", language="ru"),
    )

    assert wrong is not None and wrong.edtf == "1950-09-20"
    assert "Thursday" in (dates.find_fault(wrong, language="en") or "")
    assert "Wednesday" in (dates.find_fault(wrong, language="en") or "")
    assert right is not None and dates.find_fault(right, language="ru") is None


def test_dates_of_every_precision_sort_by_their_earliest_day() -> None:
    written = [
        "не позднее 1949 г.",
        "1949 г.",
        "осень 1949 г.",
        "ноябрь 1949 г.",
        "2? ноября 1949 г.",
        "25.XI.49",
        "[б.д.]",
    ]
    found = [dates.parse(each, language="ru") for each in written]

    keys = [dates.sort_key(date) for date in found if date is not None]
    assert keys == sorted(keys) and len(keys) == len(written)
