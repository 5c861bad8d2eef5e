"""Date strings -> EDTF (ISO 8601-2), with their calendar; no day is invented, and nothing that is no date is read.

Russian papers before 14 February 1918 are presumed to use the Julian calendar; EDTF is always Gregorian.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from transcriptions.model import Calendar, Date, DateKind

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan января январь янв i",
            "february feb февраля февраль фев ii",
            "march mar марта март мар iii",
            "april apr апреля апрель апр iv",
            "may мая май v",
            "june jun июня июнь июн vi",
            "july jul июля июль июл vii",
            "august aug августа август авг viii",
            "september sept sep сентября сентябрь сент сен ix",
            "october oct октября октябрь окт x",
            "november nov ноября ноябрь ноя xi",
            "december dec декабря декабрь дек xii",
        ),
        start=1,
    )
    for name in names.split()
}
_ROMAN = {name: number for name, number in _MONTHS.items() if re.fullmatch("[ivx]+", name)}
_NAMES = "|".join(sorted((re.escape(n) for n in _MONTHS if n not in _ROMAN), key=len, reverse=True))
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_SHORT_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d|[1-9]\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|-?(?:го|ого|е))?"
_MONTH = rf"(?P<month>{_NAMES})\.?"
_END = r"(?: ?(?:г|года|год|y)\.?)?"
_SWITCH = datetime.date(1918, 2, 14)


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def parse(written: str, *, language: str) -> Date | None:
    """Understand a date string as a Date of kind "written"; None where it is no date, or one that cannot be.

    Digits in brackets are doubtful: the result is then marked as uncertain (`?`).
    """
    plain = re.sub(r"\s+", " ", re.sub(r"[\[\]«»\"“”]", "", written)).strip(" ,;")
    doubtful = "[" in written or "?" in plain
    plain = plain.replace("?", "").strip(" .") if doubtful else plain.rstrip(".") if plain.endswith("г.") else plain
    for pattern, understand in _PATTERNS:
        if found := pattern.fullmatch(plain):
            edtf = understand(found)
            if edtf is None:
                return None
            converted = understand is _two_calendars
            return _settled(written, edtf, "" if converted else language, doubtful=doubtful)
    return None


def _settled(written: str, edtf: str, language: str, *, doubtful: bool) -> Date:
    calendar = Calendar.GREGORIAN
    if language == "ru" and re.fullmatch(r"\d{4}-\d\d-\d\d", edtf):
        day = datetime.date.fromisoformat(edtf)
        if day < _SWITCH:
            calendar = Calendar.JULIAN
            edtf = (day + datetime.timedelta(days=_julian_lag(day))).isoformat()
    if doubtful and re.fullmatch(r"\d{4}(-\d\d){0,2}", edtf):
        edtf += "?"
    return Date(written, edtf, DateKind.WRITTEN, calendar)


def _julian_lag(day: datetime.date) -> int:
    """Days by which the Julian calendar lags; `day` is written in it."""
    year = day.year if day.month > 2 else day.year - 1
    return year // 100 - year // 400 - 2


def _month(found: re.Match[str]) -> int:
    return _MONTHS[found["month"].lower()]


def _year(text: str) -> int:
    """Read a year; two digits are of the twentieth century, as in the papers that this is for."""
    return int(text) if len(text) == 4 else 1900 + int(text)


def _day_month_year(found: re.Match[str]) -> str | None:
    day = _date(_year(found["year"]), _month(found), int(found["day"]))
    return day.isoformat() if day else None


def _numeric(found: re.Match[str]) -> str | None:
    month = found["month"].lower()
    number = _ROMAN.get(month.replace("х", "x").replace("у", "v").replace("і", "i"), 0) or int(
        month if month.isdigit() else 0
    )
    day = _date(_year(found["year"]), number, int(found["day"])) if number else None
    return day.isoformat() if day else None


def _month_year(found: re.Match[str]) -> str | None:
    return f"{found['year']}-{_month(found):02}"


def _year_only(found: re.Match[str]) -> str | None:
    return found["year"]


def _decade(found: re.Match[str]) -> str | None:
    return found["year"][:3] + "X"


def _two_days(found: re.Match[str]) -> str | None:
    year, month = _year(found["year"]), _month(found)
    first, last = _date(year, month, int(found["first"])), _date(year, month, int(found["day"]))
    if first is None or last is None or first >= last:
        return None
    return f"[{first},{last}]" if found["sign"] == "/" else f"{first}/{last}"


def _iso(found: re.Match[str]) -> str | None:
    day = _date(int(found["year"]), int(found["month"]), int(found["day"]))
    return day.isoformat() if day else None


def _two_calendars(found: re.Match[str]) -> str | None:
    day = _date(_year(found["year"]), _MONTHS[found["new_month"].lower()], int(found["new_day"]))
    return day.isoformat() if day else None


def _bound(found: re.Match[str]) -> str | None:
    inner = re.fullmatch(rf"{_DAY} {_MONTH} {_YEAR}{_END}", found["rest"], re.I)
    day = _day_month_year(inner) if inner else None
    if day is None:
        return None
    return f"{day}/.." if re.match(r"не ранее|not before|not earlier", found[0], re.I) else f"../{day}"


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = tuple(
    (re.compile(pattern, re.I), understand)
    for pattern, understand in (
        (rf"{_DAY} {_MONTH},? {_SHORT_YEAR}{_END}", _day_month_year),
        (rf"{_MONTH} {_DAY},? {_YEAR}", _day_month_year),
        (r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2}|[IVXХІУ]+)\. ?(?P<year>\d{4}|\d\d)" + _END, _numeric),
        (r"(?P<day>\d{1,2})[/-](?P<month>[IVXХІУ]+)[/-](?P<year>\d{4}|\d\d)" + _END, _numeric),
        (r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", _iso),
        (rf"(?P<first>\d{{1,2}}) ?(?P<sign>[/–—-]) ?{_DAY} {_MONTH},? {_YEAR}{_END}", _two_days),
        (rf"в ночь с (?P<first>\d{{1,2}})(?P<sign> )на {_DAY} {_MONTH},? {_YEAR}{_END}", _two_days),
        (
            rf"\d{{1,2}} (?:{_NAMES}) \((?P<new_day>\d{{1,2}}) (?P<new_month>{_NAMES})\) {_YEAR}{_END}",
            _two_calendars,
        ),
        (rf"{_MONTH},? {_YEAR}{_END}", _month_year),
        (rf"{_YEAR}-?(?:е|х|s|ые)(?: ?гг\.?| годы| годов)?", _decade),
        (rf"{_YEAR}{_END}", _year_only),
        (r"(?:не ранее|не позднее|not (?:before|after|earlier than|later than)) (?P<rest>.+)", _bound),
    )
)


def nav_date(date: Date) -> str | None:
    """Give the navDate of a date that is certain to the day, at midnight UTC; None for any other."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", date.edtf) is None:
        return None
    return f"{date.edtf}T00:00:00Z"


def sort_key(date: Date) -> str:
    """Give a key that sorts dates by their earliest day; what has no date comes last."""
    found = re.search(r"\d{3}[\dX](?:-\d\d){0,2}", date.edtf)
    return found[0].replace("X", "0") if found else "9999"
