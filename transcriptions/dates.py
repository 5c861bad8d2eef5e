"""Date strings -> EDTF (ISO 8601-2), with their calendar; no day is invented, and nothing that is no date is read.

Russian papers before 14 February 1918 are presumed to use the Julian calendar; EDTF is always Gregorian.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from transcriptions import calendars
from transcriptions.date_words import HOLE, Moment, parse_moment, parse_slashed
from transcriptions.model import Calendar, Date, DateKind

_LONGEST = 120
_UNDATED = re.compile(r"б\. ?д\.?|без даты|дата не указана|n\. ?d\.?|undated|no date|not dated|date unknown")
_DAYS = "|".join(sorted(calendars.WEEKDAYS, key=len, reverse=True))
_WEEKDAY = re.compile(rf"(?:во? |on )?(?P<before>{_DAYS})\.?,? (?=\S)|,? \(?(?P<after>{_DAYS})\)?$")
_HOURS = re.compile(
    r"(?:,| в| at)? (?:\d{1,2}[:.]\d\d(?::\d\d)?|\d{1,2}(?= ?(?:час|ч\.?$|ч\. |hours|hrs|a\.?m|p\.?m|o'clock)))"
    r"(?: ?(?:часов|часа|час|ч\.?|hours|hrs\.?|a\.?m\.?|p\.?m\.?|o'clock)\b\.?)?"
    r"(?: \d{1,2} ?(?:минут\w*|мин\.?|м\.|minutes?))?(?: (?:утра|вечера|дня|ночи|мск|msk|gmt))?$"
)
_HOURS_FIRST = re.compile(
    r"(?:\d{1,2}[:.]\d\d(?: ?(?:a\.?m\.?|p\.?m\.?|hours|hrs|час\w*))?|\d{1,2} ?(?:a\.?m\.?|p\.?m\.?|час\w*)),? (?=\d)"
)
_LEAD = re.compile(r"(?:date|дата|dated|датировано|от|за|on)[: ] ?")
_OLD_STYLE = re.compile(r",? \(?(?:ст\. ?ст\.?|по старому стилю|старого стиля|o\. ?s\.?|old style)\)?$")
_NEW_STYLE = re.compile(r",? \(?(?:н\. ?ст\.?|нов\. ?ст\.?|по новому стилю|нового стиля|n\. ?s\.?|new style)\)?$")
_ABOUT = re.compile(r"(?:около|ок\.|примерно|приблизительно|circa|ca?\.|about|around|approximately|approx\.) ?(?=\S)")
_PERHAPS = re.compile(r"(?:предположительно|вероятно|возможно|видимо|probably|presumably|perhaps|possibly) ")
_VAGUE = re.compile(
    r"(?:(?:в |in |the )*(?:начал[оеа]|середин[аеы]|кон[еа]?ц[ае]?|первых числах|последних числах|beginning of|end of|"
    r"middle of|early|mid|late)[ -](?:in |the )?)+"
)
_NOT_BEFORE = r"(?:не ранее(?: чем)?|не раньше|not before|(?:not|no) earlier than|после|after|since|начиная с)"
_NOT_AFTER = r"(?:не позднее|не позже|not after|(?:not|no) later than|до|before|until|by)"
_BOTH_BOUNDS = re.compile(rf"{_NOT_BEFORE} (?P<first>.+?),?(?: и| and|,| -|) ?{_NOT_AFTER} (?P<last>.+)")
_BOUND = re.compile(rf"(?:(?P<from>{_NOT_BEFORE})|{_NOT_AFTER}) (?P<rest>.+)")
_OPEN = re.compile(r"(?P<rest>.+?) (?:или|or) (?:(?P<from>позже|позднее|later|after)|ранее|раньше|earlier|before)")
_SPANS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:в ночь )?с (?P<first>.+?) (?:на|по|до) (?P<last>.+)",
        r"(?:(?:on|in|during) )?the night of (?P<first>.+?)(?: to | - ?|-|/)(?P<last>.+)",
        r"между (?P<first>.+?) и (?P<last>.+)",
        r"between (?P<first>.+?) and (?P<last>.+)",
        r"from (?P<first>.+?) (?:to|until|till) (?P<last>.+)",
    )
)
_NIGHT_TO = re.compile(r"в ночь на (?P<rest>.+)")
_EITHER = re.compile(r"(?P<first>.+?)(?: или | or | ?/ ?)(?P<last>.+)")
_YEARS = re.compile(r"(?P<first>1\d\d\d|20\d\d) ?[-/] ?(?P<last>\d\d)(?: ?гг?\.?)?")
_LIST = re.compile(r"(?P<days>\d\d?(?:, \d\d?)*)(?:,? и |,? and |, )(?P<last>\d\d? .+)")
_TWO_STYLES = re.compile(r"(?P<old>[^()/]+?) ?(?:\((?P<new>[^()]+)\)|/ ?(?P<other>[^()/]+)),? ?(?P<rest>[^()/]*)")
_ILLEGIBLE = re.compile(r"\[\[?[^\[\]]*(?:illegible|нрзб|неразб)[^\[\]]*\]?\]")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a date, cleaned, and what was said around them."""

    text: str
    old_style: bool
    new_style: bool
    qualifier: str
    weekday: int | None


def parse(written: str, *, language: str, context: Date | None = None) -> Date | None:
    """Understand a date string as a Date of kind "written"; None where it is no date, or one that cannot be.

    "[б.д.]" and the like give a Date with empty EDTF. Without a year, the year is XXXX; "of this year" takes that of
    `context`. What stands in brackets or is queried is uncertain (`?`), "about" is approximate (`~`).
    """
    if len(written) > _LONGEST or HOLE in written:
        return None
    words = _cleaned(written)
    if _UNDATED.fullmatch(words.text):
        return Date(written, "", DateKind.WRITTEN)
    reader = _Reader(words, language, context.edtf[:4] if context else "")
    edtf = reader.read(words.text)
    if not edtf:
        return None
    return Date(written, edtf, DateKind.WRITTEN, reader.calendar)


def find_fault(date: Date, *, language: str) -> str | None:
    """Say in a sentence what is wrong with a date's own words: a weekday that the day does not have."""
    wanted = _cleaned(date.written).weekday
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


def _cleaned(written: str) -> _Words:
    text = re.sub(r"\s+", " ", written.lower()).strip(" ,;")
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).replace("\u00ad", "").replace("’", "'")
    text = re.sub(r"(?<=\w) \[(\d\d?(?: [^\W\d]+)?)\](?= \d{4})", r" (\1)", text) if "(" not in text else text
    text = _ILLEGIBLE.sub("??", text)
    bracketed = "[" in text and not _UNDATED.search(text)
    text = re.sub(r"[\[\]«»\"“”„]|(?<!\w)'|'(?!\w)", "", text)
    text, doubtful = _with_holes(re.sub(r"_+", " ", text))
    text = re.sub(r"\s+", " ", text).strip(" ,;")
    styles = []
    for style in (_OLD_STYLE, _NEW_STYLE):
        shorter = style.sub("", text)
        styles.append(shorter != text)
        text = shorter
    text = _LEAD.sub("", text, count=1) if _LEAD.match(text) else text
    text, weekday = _without_weekday(text)
    text = _HOURS.sub("", text)
    text = _HOURS_FIRST.sub("", text) if _HOURS_FIRST.match(text) else text
    text, about, perhaps = _without_hedge(text)
    qualifier = {(True, True): "%", (True, False): "~", (False, True): "?"}.get(
        (about, perhaps or doubtful or bracketed), ""
    )
    return _Words(text.strip(" ,;"), styles[0], styles[1], qualifier, weekday)


def _with_holes(text: str) -> tuple[str, bool]:
    """Turn question marks that stand for a digit into holes; say whether others, which are doubts, were left."""
    text = re.sub(r"\b(1\d|20)\?\?(?!\d)", rf"\1{HOLE}{HOLE}", text)
    text = re.sub(r"\b(1\d\d|20\d)(?:\?|-)(?=$| ?г| ?year)", rf"\1{HOLE}", text)
    month = r"(?=[ .]*(?:[^\W\d_]{3}|[ivxхуіш]+\.))"
    text = re.sub(rf"(?<![\w?])\?\?{month}", HOLE * 2, text)
    text = re.sub(rf"(?<![\w?])([0-3])\?{month}", rf"\1{HOLE}", text)
    text = re.sub(rf"(?<![\w?])\?(\d){month}", rf"{HOLE}\1", text)
    return text.replace("?", ""), "?" in text


def _without_weekday(text: str) -> tuple[str, int | None]:
    found = _WEEKDAY.match(text) or _WEEKDAY.search(text)
    name = (found["before"] or found["after"]) if found else None
    if found is None or name is None or (found["before"] and found.start() > 0):
        return text, None
    return text[: found.start()] + text[found.end() :], calendars.WEEKDAYS[name]


def _without_hedge(text: str) -> tuple[str, bool, bool]:
    about = perhaps = False
    for _ in range(2):
        if found := _ABOUT.match(text):
            about, text = True, text[found.end() :]
        if found := _PERHAPS.match(text):
            perhaps, text = True, text[found.end() :]
    return text, about, perhaps


class _Reader:
    """Reads cleaned words; afterwards `calendar` is that of the words."""

    def __init__(self, words: _Words, language: str, year: str) -> None:
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
        vague = _VAGUE.match(text)
        moment = parse_moment(text[vague.end() :] if vague else text)
        if moment is None or (vague and moment.day):
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
        if found := _BOTH_BOUNDS.fullmatch(text):
            return self._span(found["first"], found["last"])
        if found := _BOUND.fullmatch(text) or _OPEN.fullmatch(text):
            moment = self._moment(found["rest"])
            edtf = self._qualified(self._edtf(moment)) if moment else ""
            if edtf:
                return f"{edtf}/.." if found["from"] else f"../{edtf}"
        if found := _NIGHT_TO.fullmatch(text):
            night = self._moment(found["rest"])
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
