"""Probable faults of capture in a text: words run together. They are flagged with both readings, never repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transcriptions.model import Fault

Vocabulary = frozenset[str]
"""The words of a whole text, as they are written."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

# Function words that stick to a neighbour where a page's capture lost the blank between two elements.
_BEFORE_CAPITAL = re.compile(
    r"(?<!\w)((?:and|or|of|the|to|in|for|with|that|by|from|at|on)(?=[A-Z])|"
    r"(?:[вксуои]|во|ко|со|на|по|за|из|от|до|об|при|для|что|как|тов|и|или|над|под|без)(?=[А-ЯЁ]))"
    r"([A-ZА-ЯЁ][a-zа-яё]{2,})"
)
_AFTER_NAME = re.compile(r"(?<!\w)([A-Z][a-z]{2,30}?[b-df-hj-np-tv-z])(the|and|with|that|which)(?!\w)")
_AFTER_FIGURES = re.compile(r"(?<![\w./-])(\d{1,4}|[A-Z]{2,6})(the|and|with|that|which|from|of|was|were|has)(?!\w)")
_BEFORE_MONTH = re.compile(
    r"(?<![\w./-])(\d{1,2})(January|February|March|April|May|June|July|August|September|October|November|December|"
    r"января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)(?!\w)"
)
_TWO_NAMES = re.compile(r"(?<!\w)([^\W\d_][a-zа-яё]{2,30})([A-ZА-ЯЁ][a-zа-яё]{2,30})(?!\w)")
_NAME_BEGINNINGS = frozenset("Mac Fitz Van Von Del Della Des Dos Saint San Мак Фиц Ван Фон Сан Сен".split())
_COMMON_ENDING = re.compile(r"(?:[lsmhbrwtnkv]and|[aeiou]the)$")
_NO_BLANK = re.compile(r"(?<![\w/@.])([^\W\d_]{0,20}[a-zа-яё]{3,20}[.!?;:])([A-ZА-ЯЁ][a-zа-яё]{2,})(?![\w.@/])")
_NO_BLANK_AFTER_COMMA = re.compile(r"(?<![\w/@.])([^\W\d_]{0,20}[a-zа-яё]{2,20},)([^\W\d_]{2,})(?![\w.@/])")
_SMALL_PAIRS = re.compile(r"(?<!\w)(of|in|to|on|at|by|and|for|that|from|with|is|was|as)(the)(?!\w)")
_ENDINGS = re.compile(r"(?<!\w)([^\W\d_]{4,30}?)(the|and|that|which|was|were|from)(?!\w)")
_BEGINNINGS = re.compile(r"(?<!\w)(the|and|that)([a-z]{4,})(?!\w)")
_WORDS_THAT_END_SO = frozenset("Forthwith Herewith Therewith Wherewith Smith Goethe Marthe Bathe Swathe".split())


def vocabulary(text: str) -> Vocabulary:
    """List the words of a whole text."""
    return frozenset(_WORD.findall(text))


def find(content: str, *, language: str, known: Vocabulary = frozenset()) -> tuple[Fault, ...]:
    """Find words that were probably run together, in English or Russian; `known` are the words of the whole text."""
    if not language.startswith(("en", "ru")):
        return ()
    found = sorted(_probable(content, known), key=lambda fault: (fault.start, -fault.end))
    kept: list[Fault] = []
    for fault in found:
        if (not kept or fault.start >= kept[-1].end) and not _in_address(content, fault):
            kept.append(fault)
    return tuple(kept)


def _in_address(content: str, fault: Fault) -> bool:
    before = re.split(r"\s", content[max(0, fault.start - 60) : fault.start])[-1]
    after = re.split(r"\s", content[fault.end : fault.end + 60])[0]
    return re.search(r"[@/]|www\.", before + after) is not None


def _probable(content: str, known: Vocabulary) -> Iterator[Fault]:
    for pattern in (_BEFORE_CAPITAL, _NO_BLANK, _NO_BLANK_AFTER_COMMA, _SMALL_PAIRS, _AFTER_FIGURES, _BEFORE_MONTH):
        yield from (_fault(found) for found in pattern.finditer(content))
    for found in _AFTER_NAME.finditer(content):
        common = _COMMON_ENDING.search(found[0]) or found[0] in _WORDS_THAT_END_SO
        if not common or found[1] in known:
            yield _fault(found)
    for found in _TWO_NAMES.finditer(content):
        if found[1] not in _NAME_BEGINNINGS:
            yield _fault(found)
    for found in _ENDINGS.finditer(content):
        if found[1] in known and found[0] not in _WORDS_THAT_END_SO:
            yield _fault(found)
    for found in _BEGINNINGS.finditer(content):
        if found[2] in known:
            yield _fault(found)


def _fault(found: re.Match[str]) -> Fault:
    return Fault(found.start(), found.end(), f"{found[1]} {found[2]}")
