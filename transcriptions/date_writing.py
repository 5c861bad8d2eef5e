"""EDTF (ISO 8601-2) -> words in English and Russian, as notes and headings have them; no doubt is left out."""

from __future__ import annotations

import re

from transcriptions import dates
from transcriptions.model import Calendar, Date, DateKind, Document

_ENGLISH = "January February March April May June July August September October November December".split()
_RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_RUSSIAN_MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()
_SEASONS = {
    "21": ("spring", "весна"),
    "22": ("summer", "лето"),
    "23": ("autumn", "осень"),
    "24": ("winter", "зима"),
    "33": ("first quarter of", "I квартал"),
    "34": ("second quarter of", "II квартал"),
    "35": ("third quarter of", "III квартал"),
    "36": ("fourth quarter of", "IV квартал"),
    "40": ("first half of", "первая половина"),
    "41": ("second half of", "вторая половина"),
}
_POINT = re.compile(r"(?P<year>\d{2}[\dX]{2}|XXXX)(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<doubt>[?~%]?)")


def words(date: Date, *, language: str) -> str:
    """Write a date in words; a date in the Julian calendar, or one that has no EDTF, in its own."""
    if not date.edtf or not dates.is_edtf(date.edtf):
        return date.written or undated(language=language)
    written = _words(date.edtf, russian=language.startswith("ru"))
    if written is None:
        return date.written or date.edtf
    if date.calendar is Calendar.JULIAN and date.written:
        return f"{written} ({date.written})"
    return written


def undated(*, language: str) -> str:
    """Say that there is no date."""
    return "[б. д.]" if language.startswith("ru") else "n.d."


def of_document(document: Document) -> Date | None:
    """Give the date that a document is cited by: that of its writing, else the first that is understood."""
    known = [date for date in document.dates if date.edtf]
    return next((date for date in known if date.kind is DateKind.WRITTEN), next(iter(known), None))


def _words(edtf: str, *, russian: bool) -> str | None:
    listed = re.fullmatch(r"\[(.+)\]|\{(.+)\}", edtf)
    if listed:
        each = [_words(one, russian=russian) for one in (listed[1] or listed[2]).split(",")]
        link = ("или" if listed[1] else "и") if russian else ("or" if listed[1] else "and")
        return None if None in each else f" {link} ".join(one for one in each if one)
    first, dash, last = edtf.partition("/" if "/" in edtf else "..")
    if dash:
        return _interval(first, last, russian=russian)
    return _point(edtf, russian=russian)


def _interval(first: str, last: str, *, russian: bool) -> str | None:
    if first in ("", ".."):
        end = _point(last, russian=russian)
        return end and (f"не позднее {end}" if russian else f"not after {end}")
    if last in ("", ".."):
        begin = _point(first, russian=russian)
        return begin and (f"не ранее {begin}" if russian else f"not before {begin}")
    both = _point(first, russian=russian), _point(last, russian=russian)
    return None if None in both else " – ".join(each for each in both if each)


def _point(edtf: str, *, russian: bool) -> str | None:
    found = _POINT.fullmatch(edtf)
    if found is None:
        return None
    written = _plain(found["year"], found["month"] or "", found["day"] or "", russian=russian)
    if written is None:
        return None
    if found["doubt"] in ("~", "%"):
        written = f"около {written}" if russian else f"ca. {written}"
    return f"[{written}?]" if found["doubt"] in ("?", "%") else written


def _plain(year: str, month: str, day: str, *, russian: bool) -> str | None:
    if year == "XXXX":
        named = _month_day(month, day, russian=russian)
        return named and (f"{named} [год неизвестен]" if russian else f"{named} [year unknown]")
    if year.endswith("X"):
        return _years(year, russian=russian)
    if month in _SEASONS:
        english, other = _SEASONS[month]
        return f"{other} {year} г." if russian else f"{english} {year}"
    if not month or month == "XX" or not 1 <= int(month) <= 12:
        return f"{year} г." if russian else year
    if not day or day == "XX":
        named = (_RUSSIAN_MONTHS if russian else _ENGLISH)[int(month) - 1]
        return f"{named} {year} г." if russian else f"{named} {year}"
    named = _month_day(month, day, russian=russian) or ""
    return f"{named} {year} г." if russian else f"{named}, {year}"


def _years(year: str, *, russian: bool) -> str:
    if year[2] == "X":
        begin, end = f"{year[:2]}00", f"{year[:2]}99"
        return f"{begin}–{end} гг." if russian else f"{begin}–{end}"
    return f"{year[:3]}0-е гг." if russian else f"{year[:3]}0s"


def _month_day(month: str, day: str, *, russian: bool) -> str | None:
    if not month.isdecimal() or not 1 <= int(month) <= 12:
        return None
    if not day.isdecimal():
        return (_RUSSIAN_MONTHS if russian else _ENGLISH)[int(month) - 1]
    return f"{int(day)} {_RUSSIAN[int(month) - 1]}" if russian else f"{_ENGLISH[int(month) - 1]} {int(day)}"
