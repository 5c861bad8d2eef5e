import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions import dates
from transcriptions.model import Calendar, Certainty, Date, DateKind

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "dates.txt"


def cases() -> Iterator[tuple[str, str, str, str]]:
    for line in CORPUS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, written, edtf, *calendar = line.split("|")
            yield language.strip(), written[1:-1], edtf.strip(), calendar[0].strip() if calendar else "gregorian"


CASES = tuple(cases())


@pytest.mark.parametrize(("language", "written", "edtf", "calendar"), CASES, ids=[case[1] for case in CASES])
def test_every_string_of_the_sheet(language: str, written: str, edtf: str, calendar: str) -> None:
    date = dates.parse(written, language=language)

    if edtf == "-":
        assert date is None
    else:
        assert date is not None
        assert (date.edtf, date.calendar, date.written) == (edtf, calendar, written)
        assert date.inferred_by == dates.GENERATOR


def test_the_sheet_is_long_and_says_nothing_twice() -> None:
    written = [case[:2] for case in CASES]

    assert len(written) >= 300 and len(set(written)) == len(written)


def test_before_1918_russian_dates_are_julian() -> None:
    date = dates.parse("5 мая 1910 г.", language="ru")

    assert date is not None
    assert (date.edtf, date.calendar) == ("1910-05-18", Calendar.JULIAN)


def test_only_a_day_that_is_certain_gives_a_nav_date() -> None:
    given = {
        edtf: dates.nav_date(date)
        for language, written, edtf, _ in CASES
        if (date := dates.parse(written, language=language))
    }

    assert given["1950-09-20"] == "1950-09-20T00:00:00Z"
    assert {edtf for edtf, nav in given.items() if nav} == {
        edtf for edtf in given if re.fullmatch(r"\d{4}-\d\d-\d\d", edtf)
    }


@pytest.mark.parametrize(
    ("written", "certainty"),
    [
        ("20 September 1950", Certainty.HIGH),
        ("September 1950", Certainty.HIGH),
        ("[20 September 1950]", Certainty.MEDIUM),
        ("about 1950", Certainty.MEDIUM),
        ("11/12 September 1957", Certainty.MEDIUM),
        ("[ca. 1950]", Certainty.LOW),
        ("n.d.", Certainty.NONE),
    ],
)
def test_certainty_is_that_of_the_reading(written: str, certainty: Certainty) -> None:
    date = dates.parse(written, language="en")

    assert date is not None and dates.certainty(date) is certainty


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Received 21 September 1950", DateKind.RECEIVED),
        ("Отправлено 20.IX.50", DateKind.DISPATCHED),
        ("рассекречено 14.12.1993", DateKind.DECLASSIFIED),
        ("Зарегистрировано 21 сентября 1950 г.", DateKind.REGISTERED),
        ("20 сентября 1950 г.", DateKind.WRITTEN),
    ],
)
def test_words_before_a_date_say_what_happened_then(written: str, kind: DateKind) -> None:
    date = dates.parse(written, language="ru")

    assert date is not None and date.kind is kind


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
        dates.parse("Москва, среда, 20.9.50", language="ru"),
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
        "начало 1950-х гг.",
        "1-3 мая 1950 г.",
        "1 мая 1950 г.",
        "[10 мая 1950 г.]",
        "5 мая",
        "[б.д.]",
    ]
    found = [dates.parse(each, language="ru") for each in written]

    keys = [dates.sort_key(date) for date in found if date is not None]
    assert keys == sorted(keys) and len(keys) == len(written)


@pytest.mark.parametrize("edtf", sorted({case[2] for case in CASES} - {"", "-"}))
def test_what_is_read_is_edtf(edtf: str) -> None:
    assert dates.is_edtf(edtf)


@pytest.mark.parametrize(
    "text",
    ["", "1950-13", "1950-02-30", "20 September 1950", "1950-09-20T00:00:00Z", "../..", "[]", "1950/1951/1952", "50"],
)
def test_what_is_no_edtf(text: str) -> None:
    assert not dates.is_edtf(text)


@given(st.text("0123456789X-/.[]{},?~%", max_size=24))
def test_what_is_edtf_has_a_place_in_the_order(text: str) -> None:
    if dates.is_edtf(text):
        assert dates.sort_key(Date("", text, DateKind.WRITTEN)) <= "9999"
