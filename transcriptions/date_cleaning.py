"""The words of a date string, cleaned, and what its surroundings say: doubt, calendar, weekday, what happened then."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transcriptions import calendars
from transcriptions.date_words import DAY_WORDS, HOLE, MONTH, names_time
from transcriptions.model import DateKind

_UNDATED = re.compile(
    r"б ?[./] ?д\.?|без даты|дата (?:не (?:указана|установлена|проставлена)|неизвестна|отсутствует)|не датирован[ао]?|"
    r"n\. ?d\.?|s\. ?d\.?|undated|no date|not dated|date (?:is )?(?:unknown|not (?:given|indicated)|missing)"
)
_DAYS = "|".join(sorted(calendars.WEEKDAYS, key=len, reverse=True))
_WEEKDAY = re.compile(rf"(?:во? |on )?(?P<before>{_DAYS})\.?,? (?=\S)|,? \(?(?P<after>{_DAYS})\)?$")
_HOUR_WORD = r"(?:часов|часа|час\.?|ч\.?|hours|hrs\.?|a\.?m\.?|p\.?m\.?|o'clock)"
_MINUTES = r"(?: ?\d{1,2} ?(?:минут\w*|мин\.?|м\.|minutes?))?"
_DAYTIME = r"(?: (?:утра|вечера|дня|ночи|мск|msk|gmt|местного времени|local time))?"
_HOURS = re.compile(
    rf"(?:,| в| at)? (?:\d{{1,2}}[:.]\d\d(?::\d\d)?(?: ?{_HOUR_WORD})?|\d{{1,2}} ?{_HOUR_WORD}){_MINUTES}{_DAYTIME}$|"
    rf",? at (?:[01]\d|2[0-3])[0-5]\d(?: ?{_HOUR_WORD})?{_DAYTIME}$|"
    r"(?<=\d)t\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?$"
)
_HOURS_FIRST = re.compile(
    rf"(?:\d{{1,2}}[:.]\d\d(?: ?{_HOUR_WORD})?|\d{{1,2}} ?{_HOUR_WORD}){_MINUTES}{_DAYTIME},? (?=\d)"
)
_MORNING = re.compile(
    r"(?:утром|днем|днём|вечером|(?:on )?the (?:morning|afternoon|evening) of|(?:morning|evening) of) "
)
_NUMBERED = r"(?:№ ?[\w/-]+,? (?=от ))?"
_LEAD = re.compile(
    rf"{_NUMBERED}(?:date|дата|dated|датировано|от|за|on(?! or)|as of|по состоянию на|"
    r"(?:в|in|during)(?! ночь| the night))[: ] ?"
)
_KINDS = tuple(
    (re.compile(rf"(?:{words})[:,]? {_NUMBERED}(?:on |от |в |at )?"), kind)
    for words, kind in (
        (r"получен[оаы]?|поступил[оаи]?|вх(?:одящий|одящая|\.)|received|incoming|recd\.?|rec'd", DateKind.RECEIVED),
        (
            r"отправлен[оаы]?|послан[оаы]?|исх(?:одящий|одящая|\.)|sent|dispatched|despatched|outgoing",
            DateKind.DISPATCHED,
        ),
        (r"зарегистрирован[оаы]?|registered", DateKind.REGISTERED),
        (r"рассекречен[оаы]?|declassified", DateKind.DECLASSIFIED),
        (r"копия снята|снята копия|скопировано|copied|copy made", DateKind.COPIED),
        (r"резолюция|resolution", DateKind.RESOLUTION),
        (r"написан[оаы]?|составлен[оаы]?|written|drafted", DateKind.WRITTEN),
    )
)
_OLD_STYLE = re.compile(r",? \(?(?:ст\. ?ст\.?|по старому стилю|старого стиля|o\. ?s\.?|old style)\)?$")
_NEW_STYLE = re.compile(r",? \(?(?:н\. ?ст\.?|нов\. ?ст\.?|по новому стилю|нового стиля|n\. ?s\.?|new style)\)?$")
_ABOUT = re.compile(
    r"(?:около|ок\.|примерно|приблизительно|circa|ca?\.|on or (?:about|around)|about|around|approximately|approx\.)"
    r" ?(?=\S)"
)
_PERHAPS = re.compile(r"(?:предположительно|вероятно|возможно|видимо|probably|presumably|perhaps|possibly) ")
_NUMBER = re.compile(r",? ?(?:№№?|nos?\.|nº|#) ?[\w/-]+$")
_THIS = re.compile(r"(?<=\d) сего (?=[^\W\d]+$)")
_ILLEGIBLE = re.compile(r"\[\[?[^\[\]]*(?:illegible|нрзб|неразб)[^\[\]]*\]?\]")
_NEW_IN_BRACKETS = re.compile(r"(?<=\w) \[(\d\d?(?: [^\W\d]+)?)\](?= \d{4})")
_MONTH_FIRST = re.compile(
    rf"(?P<head>{MONTH}) (?P<days>\d\d?(?: ?[-/] ?| or | and | to |, )\d\d?),? (?P<year>(?:1\d|20)\d\d)"
)
_DAY_IN_WORDS = re.compile(
    rf"(?<!\w)({'|'.join(sorted(DAY_WORDS, key=len, reverse=True))})(?= (?:of )?{MONTH.replace('?P<month>', '?:')})"
)
_PLACE = re.compile(r"\s*(?:(?:г|гор|с|пос)\. ?)?(?:[A-ZА-ЯЁ][\w’'-]*(?: [A-ZА-ЯЁ][\w’'-]*){0,2}[,.] ){1,2}(?=\S)")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a date, cleaned, and what was said around them; `weekday` counts from Monday, 0.

    `qualifier` is EDTF's: "?" for a doubt or a bracket, "~" for "about", "%" for both.
    """

    text: str
    old_style: bool = False
    new_style: bool = False
    qualifier: str = ""
    weekday: int | None = None
    kind: DateKind = DateKind.WRITTEN
    undated: bool = False


def without_place(written: str) -> str | None:
    """Take the place off "Moscow, 20 September 1950"; None where none stands before the date."""
    found = _PLACE.match(written)
    if found is None or any(names_time(word) for word in re.findall(r"[^\W\d]+", found[0].lower())):
        return None
    return written[found.end() :]


def clean(written: str) -> Words:
    """Clean the words of a date: lower case, single blanks, plain hyphens, HOLE for a digit that cannot be read."""
    text = re.sub(r"\s+", " ", written.lower()).strip(" ,;")
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).replace("\u00ad", "").replace("’", "'").replace("(?)", "[?]")
    text = _NEW_IN_BRACKETS.sub(r" (\1)", text) if "(" not in text else text
    text = re.sub(r" ?\[sic ?!?\]", "", text)
    text = _NUMBER.sub("", _ILLEGIBLE.sub("??", text))
    bracketed = "[" in text
    text = re.sub(r"[\[\]«»\"“”„]|(?<!\w)'|'(?!\w)", "", text)
    text = re.sub(r"\b(1\d|20)__(?= ?г)", rf"\1{HOLE}{HOLE}", re.sub(r"\b(1\d\d|20\d)_(?= ?г)", rf"\1{HOLE}", text))
    text, doubtful = _with_holes(re.sub(r"_+", " ", text))
    text = re.sub(r"\s+", " ", text).strip(" ,;")
    if _UNDATED.fullmatch(text):
        return Words(text, undated=True)
    text = re.sub(r"(?<=\d)\.$", "", text)
    styles = []
    for style in (_OLD_STYLE, _NEW_STYLE):
        shorter = style.sub("", text)
        styles.append(shorter != text)
        text = shorter
    text, kind = _without_kind(text)
    text, weekday = _without_weekday(_without(_LEAD, text))
    text = _without(_MORNING, _HOURS.sub("", text))
    text = _without(_HOURS_FIRST, text)
    text, about, perhaps = _without_hedge(text)
    qualifier = {(True, True): "%", (True, False): "~", (False, True): "?"}.get(
        (about, perhaps or doubtful or bracketed), ""
    )
    return Words(_reordered(text.strip(" ,;")), styles[0], styles[1], qualifier, weekday, kind)


def _without(lead: re.Pattern[str], text: str) -> str:
    found = lead.match(text)
    return text[found.end() :] if found else text


def _without_kind(text: str) -> tuple[str, DateKind]:
    for words, kind in _KINDS:
        if found := words.match(text):
            return text[found.end() :], kind
    return text, DateKind.WRITTEN


def _reordered(text: str) -> str:
    """Write "May 1-3, 1950" as "1-3 May 1950", and days that are spelt out in figures."""
    text = _DAY_IN_WORDS.sub(lambda found: str(DAY_WORDS[found[1]]), text)
    text = _THIS.sub(" ", text) if _THIS.search(text) else text
    found = _MONTH_FIRST.fullmatch(text)
    return f"{found['days']} {found['head']} {found['year']}" if found else text


def _with_holes(text: str) -> tuple[str, bool]:
    """Turn question marks that stand for a digit into holes; say whether others, which are doubts, were left."""
    text = re.sub(r"\b(1\d|20)\?\?(?!\d)", rf"\1{HOLE}{HOLE}", text)
    text = re.sub(r"\b(1\d\d|20\d)(?:\?|-)(?=$| ?г| ?year)", rf"\1{HOLE}", text)
    month = r"(?=[ .]*(?:[^\W\d_]{3}|[ivxхуіш]+\.))"
    text = re.sub(rf"(?<![\w?])\?\?{month}", HOLE * 2, text)
    text = re.sub(rf"(?<![\w?])([0-3])\?{month}", rf"\1{HOLE}", text)
    text = re.sub(rf"(?<![\w?])\?(\d){month}", rf"{HOLE}\1", text)
    text = re.sub(rf"(?<!\w)({MONTH} )(?:\?\?|(?P<ten>[0-3])\?)(?=,? \d)", _hole_behind_month, text)
    return text.replace("?", ""), "?" in text


def _hole_behind_month(found: re.Match[str]) -> str:
    return found[1] + (found["ten"] or HOLE) + HOLE


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
