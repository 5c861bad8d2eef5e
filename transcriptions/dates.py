"""Date strings -> EDTF (ISO 8601-2), with their calendar; no day is invented, and nothing that is no date is read.

Russian papers before 14 February 1918 are presumed to use the Julian calendar; EDTF is always Gregorian.
"""

from __future__ import annotations

import datetime
import re

from transcriptions import calendars
from transcriptions.date_cleaning import Words, clean, without_place
from transcriptions.date_words import HOLE, Moment, parse_moment, parse_slashed
from transcriptions.model import Calendar, Certainty, Date

_LONGEST = 120
_VAGUE = re.compile(
    r"(?:(?:в |in |the )*(?:начал[оеа]|середин[аеы]|кон[еа]?ц[ае]?|(?:первы[ех]|последни[ех]) числах?а?|"
    r"(?:(?:перв|втор|треть|последн)\w{1,2}|[123]-?[яюй]) (?:половин|декад|недел)[аеиыюя]|"
    r"(?:first|second|last) (?:half|days|week) of|(?:the )?(?:beginning|end|middle) of|early|mid|late)"
    r"[ -](?:in |the )?)+"
)
_NOT_BEFORE = (
    r"(?:не ранее(?: чем)?|не раньше|not before|(?:not|no) earlier than|после|позднее|позже|(?:on or )?after|since|"
    r"later than|начиная с|со?|from)"
)
_NOT_AFTER = (
    r"(?:не позднее|не позже|not after|(?:not|no) later than|до|ранее|раньше|(?:on or )?before|earlier than|until|by)"
)
_BOTH_BOUNDS = re.compile(rf"{_NOT_BEFORE} (?P<first>.+?),?(?: и| and|,| -|) ?{_NOT_AFTER} (?P<last>.+)")
_BOUND = re.compile(rf"(?:(?P<from>{_NOT_BEFORE})|{_NOT_AFTER}) (?P<rest>.+)")
_OPEN = re.compile(r"(?P<rest>.+?) (?:или|or) (?:(?P<from>позже|позднее|later|after)|ранее|раньше|earlier|before)")
_YEAR_FIRST = re.compile(
    rf"(?P<year>(?:1\d|20)\d\d)(?: ?(?:г|год)\b\.?)?,? (?P<rest>(?:{_NOT_BEFORE}|{_NOT_AFTER}) .*[^\W\d]\.?)"
)
_SPANS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:(?:в )?ночь )?со? (?P<first>.+?) (?:на|по|до) (?P<last>.+)",
        r"(?:(?:on|in|during) )?(?:the )?night of (?P<first>.+?)(?: to | - ?|-|/)(?P<last>.+)",
        r"(?:в )?ночь (?P<first>\d\d?) ?[-/] ?(?P<last>.+)",
        r"между (?P<first>.+?) и (?P<last>.+)",
        r"between (?P<first>.+?) and (?P<last>.+)",
        r"from (?P<first>.+?) (?:to|until|till) (?P<last>.+)",
    )
)
_NIGHT_TO = re.compile(r"(?:в )?ночь на (?P<rest>.+)|(?:on )?the night of (?P<other>.+)")
_EITHER = re.compile(r"(?P<first>.+?)(?: или | or | ?/ ?)(?P<last>.+)")
_YEARS = re.compile(r"(?P<first>1\d\d\d|20\d\d) ?[-/] ?(?P<last>\d\d)(?: ?гг?\.?)?")
_LIST = re.compile(r"(?P<days>\d\d?(?:, \d\d?)*)(?:,? и |,? and |, )(?P<last>\d\d? .+)")
_TWO_STYLES = re.compile(r"(?P<old>[^()/]+?) ?(?:\((?P<new>[^()]+)\)|/ ?(?P<other>[^()/]+)),? ?(?P<rest>[^()/]*)")


_POINT = re.compile(r"(?P<year>[\dX]{4})(?:-(?P<month>\d\d|XX)(?:-(?P<day>[\dX]{2}))?)?[?~%]?", re.ASCII)

GENERATOR = "stroka-dates/1"
"""Named as who inferred a date that this module read."""


def parse(written: str, *, language: str, context: Date | None = None) -> Date | None:
    """Understand a date string; None where it is no date, or one that cannot be.

    "[б.д.]" and the like give a Date with empty EDTF. Without a year, the year is XXXX; "of this year" takes that of
    `context`. What stands in brackets or is queried is uncertain (`?`), "about" is approximate (`~`). The kind is
    "written" unless the words before say another ("Received 21 September").
    """
    if len(written) > _LONGEST or HOLE in written:
        return None
    date = _read(written, clean(written), language, context)
    if date is None and (rest := without_place(written)) is not None:
        date = _read(written, clean(rest), language, context)
        # Behind any other word ("Report, 1950") a year alone says too little.
        date = date if date is not None and "-" in date.edtf else None
    return date


def _read(written: str, words: Words, language: str, context: Date | None) -> Date | None:
    if words.undated:
        return Date(written, "", words.kind, inferred_by=GENERATOR)
    reader = _Reader(words, language, context.edtf[:4] if context else "")
    edtf = reader.read(words.text)
    return Date(written, edtf, words.kind, reader.calendar, GENERATOR) if edtf else None


def find_fault(date: Date, *, language: str) -> str | None:
    """Say in a sentence what is wrong with a date's own words: a weekday that the day does not have."""
    wanted = clean(date.written).weekday
    if wanted is None and (rest := without_place(date.written)) is not None:
        wanted = clean(rest).weekday
    if wanted is None or re.fullmatch(r"\d{4}-\d\d-\d\d[?~%]?", date.edtf) is None:
        return None
    day = datetime.date.fromisoformat(date.edtf[:10])
    if day.weekday() == wanted:
        return None
    named = calendars.weekday_name(datetime.date(2001, 1, 1 + wanted), language=language)
    right = calendars.weekday_name(day, language=language)
    if language.startswith("ru"):
        return f"{date.written}: день недели указан как «{named}», а это {right}"
    return f"{date.written}: the weekday is given as {named}, but it was a {right}"


def nav_date(date: Date) -> str | None:
    """Give the navDate of a date that is certain to the day, at midnight UTC; None for any other."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", date.edtf) is None:
        return None
    return f"{date.edtf}T00:00:00Z"


def is_edtf(text: str) -> bool:
    """Say whether a text is an EDTF date, interval or set (ISO 8601-2) of years, months, days, seasons or quarters."""
    if len(text) > _LONGEST:
        return False
    listed = re.fullmatch(r"\[(.+)\]|\{(.+)\}", text)
    if listed:
        return all(_is_point(each) or _is_interval(each) for each in (listed[1] or listed[2]).split(","))
    return _is_point(text) or _is_interval(text)


def _is_interval(text: str) -> bool:
    edges = text.split("/") if "/" in text else text.partition("..")[::2] if ".." in text else ()
    return len(edges) == 2 and any(map(_is_point, edges)) and all(_is_point(e) or e in ("", "..") for e in edges)


def _is_point(text: str) -> bool:
    found = _POINT.fullmatch(text)
    if found is None:
        return False
    year, month, day = found["year"], found["month"] or "01", found["day"] or "01"
    if not month.isdecimal():
        return found["day"] is None or not day.isdecimal() or 1 <= int(day) <= 31
    if int(month) > 12:
        return found["day"] is None and (21 <= int(month) <= 41)
    if year.isdecimal() and day.isdecimal():
        return calendars.gregorian(int(year), int(month), int(day)) is not None
    return 1 <= int(month) <= 12 and (not day.isdecimal() or 1 <= int(day) <= 31)


def certainty(date: Date) -> Certainty:
    """Say how sure the reading of a date is, by its EDTF: a doubt or "about" is medium, both are low."""
    if not date.edtf:
        return Certainty.NONE
    if "%" in date.edtf:
        return Certainty.LOW
    return Certainty.MEDIUM if re.search(r"[?~\[]", date.edtf) else Certainty.HIGH


def sort_key(date: Date) -> str:
    """Give a key that sorts dates by their earliest day, a span before its parts; what has no year comes last."""
    found = re.search(r"(\d{2}[\dX]{2})(?:-(\d\d|XX))?(?:-([\dX]{2}))?", date.edtf)
    if found is None:
        return "9999"
    month = int(found[2]) if found[2] and found[2] != "XX" else 0
    # Seasons, quarters and halves sort with the month that they begin in.
    first = {21: 3, 22: 6, 23: 9, 24: 12, 33: 1, 34: 4, 35: 7, 36: 10, 40: 1, 41: 7}.get(month, month)
    day = (found[3] or "00").replace("X", "0")
    until = "0" if date.edtf.startswith("..") else "1"
    return f"{found[1].replace('X', '0')}-{first:02}-{day}-{until}"


class _Reader:
    """Reads cleaned words; afterwards `calendar` is that of the words."""

    def __init__(self, words: Words, language: str, year: str) -> None:
        self._words = words
        self._russian = language.startswith("ru")
        self._year = year if year.isdecimal() else ""
        self.calendar = Calendar.GREGORIAN

    def read(self, text: str) -> str:
        """Give the EDTF of a text, empty where it is no date."""
        moment = self._moment(text)
        if moment is not None:
            return self._qualified(self._edtf(moment))
        return self._slashed(text) or self._two_styles(text) or self._bounds(text) or self._several(text)

    def _moment(self, text: str) -> Moment | None:
        moment = parse_moment(text)
        if moment is None and (vague := _VAGUE.match(text)):
            moment = parse_moment(text[vague.end() :])
            moment = None if moment and moment.day else moment
        if moment is None:
            return None
        if moment.same_year and self._year:
            return Moment(self._year, moment.month, moment.day)
        return moment

    def _edtf(self, moment: Moment) -> str:
        exact = moment.exact
        if exact is None:
            return moment.edtf
        by_words = calendars.gregorian(*exact)
        julian = self._words.old_style or (
            self._russian and not self._words.new_style and (by_words is None or by_words < calendars.SWITCH)
        )
        if julian and exact < (1918, 2, 14):
            self.calendar = Calendar.JULIAN
        day = moment.day_in(julian=self.calendar is Calendar.JULIAN)
        return day.isoformat() if day else ""

    def _qualified(self, edtf: str) -> str:
        return edtf + self._words.qualifier if edtf else ""

    def _slashed(self, text: str) -> str:
        readings = parse_slashed(text)
        if len(readings) == 2 and not self._russian:
            return f"[{','.join(sorted(moment.edtf for moment in readings))}]"
        # Day before month, as it is written in Russian; the other order only where no other is possible.
        by_day = [moment for moment in readings if text.startswith((moment.day, moment.day.lstrip("0") + "/"))]
        return self._qualified(self._edtf((by_day or list(readings))[0])) if readings else ""

    def _two_styles(self, text: str) -> str:
        """Read a day in both calendars; without brackets it may be two days, of which one is meant."""
        found = _TWO_STYLES.fullmatch(text)
        if found is None:
            return ""
        rest = found["rest"].strip()
        new = parse_moment(f"{found['new'] or found['other']} {rest}".strip())
        old = parse_moment(found["old"].strip())
        if new is None or old is None or new.exact is None:
            return ""
        old = old.completed(new)
        old_day, new_day = old.day_in(julian=True), new.day_in(julian=False)
        if new_day is None or old_day is None:
            return ""
        if old_day == new_day:
            return self._qualified(new_day.isoformat())
        return f"{new_day.isoformat()}?" if found["new"] else ""

    def _bounds(self, text: str) -> str:
        if found := _YEAR_FIRST.fullmatch(text):
            text = f"{found['rest']} {found['year']}"
        if found := _BOTH_BOUNDS.fullmatch(text):
            return self._span(found["first"], found["last"])
        if found := _BOUND.fullmatch(text) or _OPEN.fullmatch(text):
            moment = self._moment(found["rest"])
            edtf = self._qualified(self._edtf(moment)) if moment else ""
            if edtf:
                return f"{edtf}/.." if found["from"] else f"../{edtf}"
        if found := _NIGHT_TO.fullmatch(text):
            night = self._moment(found["rest"] or found["other"])
            edtf = self._edtf(night) if night else ""
            return f"{edtf}~" if edtf else ""
        return ""

    def _several(self, text: str) -> str:
        for pattern in _SPANS:
            if (found := pattern.fullmatch(text)) and (edtf := self._span(found["first"], found["last"])):
                return edtf
        if found := _YEARS.fullmatch(text):
            return self._span(found["first"], found["first"][:2] + found["last"])
        if (found := _LIST.fullmatch(text)) and (last := self._moment(found["last"])):
            days = [self._edtf(Moment(day=day.rjust(2, "0")).completed(last)) for day in found["days"].split(", ")]
            listed = [*days, self._edtf(last)]
            return f"{{{','.join(listed)}}}" if all(listed) and listed == sorted(set(listed)) else ""
        if (found := _EITHER.fullmatch(text)) and (edtf := self._span(found["first"], found["last"])):
            return f"[{edtf.replace('/', ',')}]"
        for hyphen in re.finditer(" ?- ?", text):
            if edtf := self._span(text[: hyphen.start()], text[hyphen.end() :]):
                return edtf
        return ""

    def _span(self, first: str, last: str) -> str:
        """Write two points in time as an interval, the first completed from the last; empty where it is none."""
        begin, end = self._moment(first.strip()), self._moment(last.strip())
        if begin is None or end is None:
            return ""
        begin = begin.completed(end)
        if not begin.possible or not end.possible:
            return ""
        edges = self._edtf(begin), self._edtf(end)
        if not all(edges) or edges[0].replace("X", "0") >= edges[1].replace("X", "9"):
            return ""
        return "/".join(self._qualified(edge) for edge in edges)
