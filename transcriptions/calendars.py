"""Calendars: days of the Julian calendar as Gregorian ones, and the names of weekdays."""

from __future__ import annotations

import datetime

SWITCH = datetime.date(1918, 2, 14)
"""The first day on which Russian papers are presumed to be dated by the Gregorian calendar."""

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_WEEKDAYS = (
    "понедельник monday mon",
    "вторник tuesday tue tues",
    "среда среду wednesday wed",
    "четверг thursday thu thurs",
    "пятница пятницу friday fri",
    "суббота субботу saturday sat",
    "воскресенье sunday sun",
)
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
"""Names of weekdays in lower case, Monday being 0."""


def gregorian(year: int, month: int, day: int) -> datetime.date | None:
    """Give a day of the Gregorian calendar, or None where there is none such."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def julian(year: int, month: int, day: int) -> datetime.date | None:
    """Give the Gregorian day of a day written in the Julian calendar, or None where there is none such."""
    if not 1 <= month <= 12 or not 1 <= year <= 9000:
        return None
    leap_day = month == 2 and year % 4 == 0
    if not 1 <= day <= _LENGTHS[month - 1] + leap_day:
        return None
    # The number of days of a Julian date (Meeus, Astronomical Algorithms, chapter 7), counted as `date` counts them.
    shifted_year, shifted_month = (year, month) if month > 2 else (year - 1, month + 12)
    ordinal = (1461 * shifted_year) // 4 + (153 * (shifted_month - 3) + 2) // 5 + day - 308
    try:
        return datetime.date.fromordinal(ordinal)
    except ValueError:
        return None


def weekday_name(day: datetime.date, *, language: str) -> str:
    """Name the weekday of a day in Russian, or in English for any other language."""
    names = _WEEKDAYS[day.weekday()].split()
    return names[0] if language.startswith("ru") else next(n for n in names if n.isascii()).capitalize()
