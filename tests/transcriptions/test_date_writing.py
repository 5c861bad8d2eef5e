import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_document
from transcriptions import date_writing
from transcriptions.model import Calendar, Date, DateKind


def write(edtf: str, language: str, written: str = "as found") -> str:
    return date_writing.words(Date(written, edtf, DateKind.WRITTEN), language=language)


@pytest.mark.parametrize(
    ("edtf", "english", "russian"),
    [
        ("1950-09-20", "September 20, 1950", "20 сентября 1950 г."),
        ("1950-09-20?", "[September 20, 1950?]", "[20 сентября 1950 г.?]"),
        ("1950~", "ca. 1950", "около 1950 г."),
        ("1950%", "[ca. 1950?]", "[около 1950 г.?]"),
        ("195X", "1950s", "1950-е гг."),
        ("19XX", "1900–1999", "1900–1999 гг."),
        ("1950-09-XX", "September 1950", "сентябрь 1950 г."),
        ("XXXX-09-11", "September 11 [year unknown]", "11 сентября [год неизвестен]"),
        ("1950-21", "spring 1950", "весна 1950 г."),
        ("1950-05-05/..", "not before May 5, 1950", "не ранее 5 мая 1950 г."),
        ("../1950", "not after 1950", "не позднее 1950 г."),
        ("1957-09/1957-10", "September 1957 – October 1957", "сентябрь 1957 г. – октябрь 1957 г."),
        ("[1957-09,1957-10]", "September 1957 or October 1957", "сентябрь 1957 г. или октябрь 1957 г."),
        ("{1950,1951}", "1950 and 1951", "1950 г. и 1951 г."),
        ("[1950..1952]", "1950 – 1952", "1950 г. – 1952 г."),
        ("", "as found", "as found"),
        ("no date", "as found", "as found"),
    ],
)  # fmt: skip
def test_dates_in_words(edtf: str, english: str, russian: str) -> None:
    assert (write(edtf, "en"), write(edtf, "ru")) == (english, russian)


def test_what_has_no_date_says_so() -> None:
    assert (write("", "en", written=""), write("", "ru", written="")) == ("n.d.", "[б. д.]")


def test_a_julian_date_keeps_its_own_words() -> None:
    date = Date("25 октября 1917 г.", "1917-11-07", DateKind.WRITTEN, Calendar.JULIAN)

    assert date_writing.words(date, language="ru") == "7 ноября 1917 г. (25 октября 1917 г.)"


def test_a_document_is_cited_by_the_date_of_its_writing() -> None:
    received = Date("21.IX.50", "1950-09-21", DateKind.RECEIVED)
    written = Date("20.IX.50", "1950-09-20", DateKind.WRITTEN)

    assert date_writing.of_document(make_document(dates=(received, written))) == written
    assert date_writing.of_document(make_document(dates=(received,))) == received
    assert date_writing.of_document(make_document(dates=())) is None


@given(st.text("0123456789X-/.?~%[]{},", max_size=25))
def test_any_string_is_written_as_something(edtf: str) -> None:
    assert write(edtf, "en") and write(edtf, "ru")
