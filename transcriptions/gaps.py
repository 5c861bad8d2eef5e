"""How much is illegible, lost or blank, out of an editor's words: "3-4 illegible letters", "two names illegible"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from transcriptions.model import MarkKind

_KINDS = frozenset({MarkKind.ILLEGIBLE, MarkKind.LOST, MarkKind.BLANK, MarkKind.DELETION, MarkKind.OMISSION})
_NUMBERS = tuple(
    names.split()
    for names in (
        "one a an один одна одно одну",
        "two два две",
        "three три",
        "four четыре",
        "five пять",
        "six шесть",
        "seven семь",
        "eight восемь",
        "nine девять",
        "ten десять",
    )
)
_COUNTS = {name: number for number, names in enumerate(_NUMBERS, start=1) for name in names}


class Unit(StrEnum):
    """What a gap is counted in."""

    CHARACTER = "character"
    WORD = "word"
    LINE = "line"
    PAGE = "page"
    NAME = "name"
    NUMBER = "number"
    SIGNATURE = "signature"
    GROUP = "group"


_UNITS = tuple(
    (re.compile(words), unit)
    for words, unit in (
        (r"letter|character|digit|figure|букв|знак|цифр", Unit.CHARACTER),
        (r"word|слов", Unit.WORD),
        (r"line|строк", Unit.LINE),
        (r"page|leaf|leaves|sheet|страниц|лист", Unit.PAGE),
        (r"signature|подпис", Unit.SIGNATURE),
        (r"name|фамили|имя|имен", Unit.NAME),
        (r"number|номер", Unit.NUMBER),
        (r"group|групп", Unit.GROUP),
    )
)


_MANY = re.compile(
    r"\b(?:letters|characters|digits|figures|words|lines|pages|leaves|sheets|names|numbers|groups|signatures)\b|"
    r"\b(?:буквы|знаки|цифры|слова|строки|страницы|листы|подписи|фамилии|имена|номера|группы)\b"
)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a gap holds: from `least` to `most` units; None where nobody said."""

    unit: Unit | None = None
    least: int | None = None
    most: int | None = None


def extent(kind: MarkKind, value: str) -> Extent | None:
    """Read the extent of a gap off the words of its mark; None for a mark that is no gap."""
    if kind not in _KINDS:
        return None
    words = value.lower()
    if re.fullmatch(r"\s*_+\s*", value):
        return Extent(Unit.CHARACTER, value.count("_"), value.count("_"))
    unit = next((unit for pattern, unit in _UNITS if pattern.search(words)), None)
    if found := re.search(r"(?<!\d)(\d{1,3})(?:\s?[-–—]\s?(\d{1,3}))?(?!\d)", words):
        least, most = int(found[1]), int(found[2] or found[1])
        return Extent(unit, min(least, most), max(least, most))
    count = next((_COUNTS[word] for word in re.findall(r"[^\W\d_]+", words) if word in _COUNTS), None)
    if count is None and unit is not None and _MANY.search(words) is None:
        count = 1
    return Extent(unit, count, count)
