"""Words for one point in time (a day, month, season, year, decade, century), in English, Russian and figures.

Everything here works on a text that `transcriptions.dates` has cleaned: lower case, single blanks, plain hyphens, and
HOLE for a digit that cannot be read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from transcriptions import calendars

HOLE = "\ue000"
"""Stands for a digit that is missing or illegible."""

_NAMES = (
    "january jan января январь январе янв",
    "february feb февраля февраль феврале фев февр",
    "march mar марта март марте мар",
    "april apr апреля апрель апреле апр",
    "may мая май мае",
    "june jun июня июнь июне июн",
    "july jul июля июль июле июл",
    "august aug августа август августе авг",
    "september sept sep сентября сентябрь сентябре сент сен",
    "october oct октября октябрь октябре окт",
    "november nov ноября ноябрь ноябре нояб ноя",
    "december dec декабря декабрь декабре дек",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_ROMAN = {name: number for number, name in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), start=1)}
# Soviet typewriters had no Latin letters: Ш stands for III, П for II, У for V, and 1 or І for I.
_TYPED_ROMAN = {"ш": "iii", "п": "ii", "у": "v", "х": "x", "і": "i", "l": "i", "1": "i"}
_SEASONS = {
    name: number
    for number, names in (
        (21, "весна весной весны spring"),
        (22, "лето летом лета summer"),
        (23, "осень осенью осени autumn fall"),
        (24, "зима зимой зимы winter"),
    )
    for name in names.split()
}
_PARTS = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "1": 0, "2": 1, "3": 2, "4": 3, "1st": 0, "2nd": 1, "3rd": 2, "4th": 3}
_PARTS |= {"первая": 0, "вторая": 1, "первое": 0, "второе": 1, "первый": 0, "второй": 1, "третий": 2, "четвертый": 3}
_PARTS |= {"первой": 0, "второй": 1, "четвёртый": 3, "first": 0, "second": 1, "third": 2, "fourth": 3}

MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![^\W\d_])\.?"
"""Pattern of a month's name in cleaned text, as the group "month"."""

_UNITS = (
    "first первого первое",
    "second второго второе",
    "third третьего третье",
    "fourth четвертого четвертое четвёртого четвёртое",
    "fifth пятого пятое",
    "sixth шестого шестое",
    "seventh седьмого седьмое",
    "eighth восьмого восьмое",
    "ninth девятого девятое",
    "tenth десятого десятое",
    "eleventh одиннадцатого одиннадцатое",
    "twelfth двенадцатого двенадцатое",
    "thirteenth тринадцатого тринадцатое",
    "fourteenth четырнадцатого четырнадцатое",
    "fifteenth пятнадцатого пятнадцатое",
    "sixteenth шестнадцатого шестнадцатое",
    "seventeenth семнадцатого семнадцатое",
    "eighteenth восемнадцатого восемнадцатое",
    "nineteenth девятнадцатого девятнадцатое",
    "twentieth двадцатого двадцатое",
)
DAY_WORDS = {name: day for day, names in enumerate(_UNITS, start=1) for name in names.split()}
DAY_WORDS |= {f"двадцать {name}": 20 + day for name, day in tuple(DAY_WORDS.items()) if day < 10 and not name.isascii()}
DAY_WORDS |= {f"twenty-{name}": 20 + day for name, day in tuple(DAY_WORDS.items()) if day < 10 and name.isascii()}
DAY_WORDS |= {"тридцатого": 30, "тридцатое": 30, "тридцать первого": 31, "тридцать первое": 31}
DAY_WORDS |= {"thirtieth": 30, "thirty-first": 31}
"""Days of the month that are spelt out, as genitive or nominative."""

_DAY = rf"(?P<day>[0-3{HOLE}]?[\d{HOLE}])(?:st|nd|rd|th|-?(?:го|ого|е))?"
_YEAR = rf"(?P<year>(?:1\d|20)[\d{HOLE}]{{2}})"
_ANY_YEAR = rf"(?P<year>(?:1\d|20)[\d{HOLE}]{{2}}|\d\d)"
_AD = r"(?:-?(?:го|м|й))?(?: ?(?:г|гг|года|году|год)\b\.?)?"
_LATIN = r"(?P<month>(?=[\d]*[ivxlхуішп])[ivxlхуішп1]{1,5})"


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time in the figures that are known; `month` may be a season, quarter or half (EDTF 21-24, 33-41)."""

    year: str = ""
    month: int = 0
    day: str = ""
    same_year: bool = False

    @property
    def edtf(self) -> str:
        """The figures as EDTF, X for an unknown digit; empty for a day or month alone."""
        if not self.month:
            return "" if self.day else self.year
        if not self.year and not self.day and not self.same_year:
            return ""
        written = f"{self.year or 'XXXX'}-{self.month:02}" + (f"-{self.day}" if self.day else "")
        return written.replace(HOLE, "X")

    @property
    def exact(self) -> tuple[int, int, int] | None:
        """Year, month and day, where each figure of them is known."""
        if self.year.isdecimal() and self.day.isdecimal() and 1 <= self.month <= 12:
            return int(self.year), self.month, int(self.day)
        return None

    @property
    def possible(self) -> bool:
        """Whether there is such a day or month in either calendar."""
        if self.exact is not None:
            return calendars.gregorian(*self.exact) is not None or calendars.julian(*self.exact) is not None
        if self.day.isdecimal() and self.month:
            return 1 <= int(self.day) <= (29, 30, 31)[(self.month != 2) + (self.month in (1, 3, 5, 7, 8, 10, 12))]
        return not self.day.isdecimal() or 1 <= int(self.day) <= 31

    def completed(self, later: Moment) -> Moment:
        """Take the year, and for a day alone the month, from the later end of a range."""
        month = self.month or (later.month if self.day else 0)
        return replace(self, year=self.year or later.year, month=month)

    def day_in(self, *, julian: bool) -> datetime.date | None:
        """Give the Gregorian day, reading the figures in one of the calendars."""
        if self.exact is None:
            return None
        return calendars.julian(*self.exact) if julian else calendars.gregorian(*self.exact)


def names_time(word: str) -> bool:
    """Say whether a word in lower case is the name of a month, weekday or season, or counts one."""
    return any(word in names for names in (_MONTHS, _SEASONS, _PARTS, DAY_WORDS, calendars.WEEKDAYS))


def parse_moment(text: str) -> Moment | None:
    """Read a cleaned text that names one point in time, perhaps without its year or month; None for any other."""
    for pattern, understand in _PATTERNS:
        if found := pattern.fullmatch(text):
            moment = understand(found)
            if moment is not None and moment.possible:
                return moment
    return None


def parse_slashed(text: str) -> tuple[Moment, ...]:
    """Read figures with slashes, giving both orders of day and month where both can be meant."""
    found = re.fullmatch(r"(\d\d?)/(\d\d?)/((?:1\d|20)?\d\d)" + _AD, text)
    if found is None:
        return ()
    first, second, year = int(found[1]), int(found[2]), _full_year(found[3])
    readings = {(second, first), (first, second)}
    moments = [Moment(year, month, f"{day:02}") for month, day in sorted(readings) if 1 <= month <= 12]
    return tuple(moment for moment in moments if moment.possible)


def _full_year(text: str) -> str:
    """Read a year; two digits are of the twentieth century, as in the papers that this is for."""
    return text if len(text) == 4 else f"19{text}"


def _named(found: re.Match[str]) -> Moment | None:
    figures = found.groupdict()
    year = _full_year(figures["year"]) if figures.get("year") else ""
    day = figures.get("day") or ""
    padded = day if len(day) != 1 else f"0{day}"
    return None if padded == "00" else Moment(year, _MONTHS[found["month"]], padded, bool(figures.get("same")))


def _latin(found: re.Match[str]) -> Moment | None:
    typed = "".join(_TYPED_ROMAN.get(letter, letter) for letter in found["month"])
    month = _ROMAN.get(typed, 0)
    year = found.groupdict().get("year")
    same = bool(found.groupdict().get("same"))
    return Moment(_full_year(year) if year else "", month, found["day"].rjust(2, "0"), same) if month else None


def _numeric(found: re.Match[str]) -> Moment | None:
    month, day = int(found["month"]), found["day"].rjust(2, "0")
    return Moment(_full_year(found["year"]), month, day) if 1 <= month <= 12 and day != "00" else None


def _season(found: re.Match[str]) -> Moment | None:
    return Moment(found.groupdict().get("year") or "", _SEASONS[found["season"]])


def _winter(found: re.Match[str]) -> Moment | None:
    """Read the one season that lies in two years; EDTF counts it by the year that it begins in."""
    following = found["next"] if len(found["next"]) == 4 else found["year"][:2] + found["next"]
    whole = found["year"].isdecimal() and int(following) == int(found["year"]) + 1
    return Moment(found["year"], 24) if whole and _SEASONS[found["season"]] == 24 else None


def _month_of_year(found: re.Match[str]) -> Moment | None:
    typed = "".join(_TYPED_ROMAN.get(letter, letter) for letter in found["month"])
    month = int(found["month"]) if found["month"].isdecimal() else _ROMAN.get(typed, 0)
    return Moment(found.groupdict().get("year") or "", month) if 1 <= month <= 12 else None


def _part_of_year(found: re.Match[str]) -> Moment | None:
    part = _PARTS[found["part"]]
    if re.match("кв|qu", found["unit"]):
        return Moment(found["year"], 33 + part)
    return Moment(found["year"], 40 + part) if part < 2 else None


def _year(found: re.Match[str]) -> Moment | None:
    return Moment(found["year"].replace(HOLE, "X"))


def _decade(found: re.Match[str]) -> Moment | None:
    year = found["year"] if len(found["year"]) == 4 else f"19{found['year']}"
    return Moment(f"{year[:3]}X")


def _century(found: re.Match[str]) -> Moment | None:
    figures = found["century"]
    typed = "".join(_TYPED_ROMAN.get(letter, letter) for letter in figures)
    values = {"xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21}
    number = int(figures) if figures.isdecimal() else values.get(typed, 0)
    return Moment(f"{number - 1}XX") if 11 <= number <= 21 else None


def _day_alone(found: re.Match[str]) -> Moment | None:
    return Moment(day=found["day"].rjust(2, "0"))


_SAME = r"(?P<same>(?:с|т)\. ?г\.?|(?:сего|текущего|этого) года|(?:of )?(?:this|the current) year)"
_ORDINAL = "|".join(sorted(_PARTS, key=len, reverse=True))
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Moment | None]], ...] = tuple(
    (re.compile(pattern), understand)
    for pattern, understand in (
        (rf"(?:the )?{_DAY}(?: of)?\.? ?{MONTH}(?:,? (?:of )?|,?){_ANY_YEAR}{_AD}", _named),
        (rf"{_DAY}-{MONTH}-{_ANY_YEAR}{_AD}", _named),
        (rf"{MONTH} (?:the )?{_DAY}(?: дня)?(?:, ?| ){_YEAR}{_AD}", _named),
        (rf"{_YEAR}{_AD},? {MONTH},? {_DAY}", _named),
        (rf"{_YEAR}{_AD},? {_DAY} {MONTH}", _named),
        (rf"{_YEAR}{_AD},? {MONTH}", _named),
        (rf"{_DAY} ?[./ -] ?{_LATIN} ?(?:[./ -]|\. ) ?{_ANY_YEAR}{_AD}", _latin),
        (rf"{_DAY} ?[./ -] ?{_LATIN}\.?(?: ?{_SAME})?", _latin),
        (rf"(?P<day>\d\d?) ?[./-] ?(?P<month>\d\d?) ?[.-] ?{_ANY_YEAR}{_AD}", _numeric),
        (r"(?P<year>(?:1\d|20)\d\d)(?P<sign>[-./])(?P<month>\d\d)(?P=sign)(?P<day>\d\d)", _numeric),
        (rf"(?:the )?{_DAY}(?: of)? ?{MONTH}(?: {_SAME})?", _named),
        (rf"{MONTH} (?:the )?{_DAY}", _named),
        (rf"{MONTH},? (?:of )?{_YEAR}{_AD}", _named),
        (rf"(?:the )?{_SEASON},? (?:of )?{_YEAR}{_AD}", _season),
        (rf"{_YEAR}{_AD},? {_SEASON}", _season),
        (
            rf"(?:the )?(?P<part>{_ORDINAL})(?:-?(?:й|е|я|ое|ая|ый))? (?P<unit>квартал|полугодие|половина|quarter|half)"
            rf",? (?:of )?{_YEAR}{_AD}",
            _part_of_year,
        ),
        (
            r"(?:the )?(?P<year>(?:1\d|20)\d0|[1-9]0)(?:-?(?:е|х|ые|ых)|-?'?s)(?: ?(?:гг|годы|годов|годах|г)\.?)?",
            _decade,
        ),
        (r"(?P<century>[xvihхуiшпі1]{2,6}) ?(?:век|века|в\.?|ст\.|столети[ея])", _century),
        (r"(?:the )?(?P<century>1[1-9]|2[01])(?:th|st) century", _century),
        (rf"{_YEAR}{_AD}", _year),
        (rf"{_SEASON},? (?:of )?{_YEAR} ?[-/] ?(?P<next>\d\d(?:\d\d)?){_AD}", _winter),
        (_SEASON, _season),
        (rf"(?:the )?{_DAY}", _day_alone),
        (rf"{MONTH} {_SAME}", _named),
        (MONTH, _named),
        (rf"{_LATIN} ?[./ -] ?{_YEAR}{_AD}", _month_of_year),
        (rf"(?P<month>\d\d)[./]{_YEAR}{_AD}", _month_of_year),
        (_LATIN, _month_of_year),
    )
)
