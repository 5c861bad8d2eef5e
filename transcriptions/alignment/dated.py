"""Whether a reading, however poor, shows a date of some value: its day, month and year in any way of writing."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

_POINT = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_MONTHS = (
    ("января", "january", "i"), ("февраля", "february", "ii"), ("марта", "march", "iii"), ("апреля", "april", "iv"),
    ("мая", "may", "v"), ("июня", "june", "vi"), ("июля", "july", "vii"), ("августа", "august", "viii"),
    ("сентября", "september", "ix"), ("октября", "october", "x"), ("ноября", "november", "xi"),
    ("декабря", "december", "xii"),
)  # fmt: skip
_CYRILLIC_ROMAN = str.maketrans("хіуi", "xivi")
_ALIKE = 75


def date_agreement(edtf: str, read: str) -> float:
    """Give the share of a date's day, month and year (EDTF, as far as known) that a reading shows, 0..1."""
    point = _POINT.match(edtf)
    if point is None:
        return 0.0
    year, month, day = point.groups()
    words = re.findall(r"[^\W\d_]+|\d+", read.lower())
    shown = [_shows_year(year, words)]
    if month is not None:
        shown.append(_shows_month(int(month), words))
    if day is not None:
        shown.append(str(int(day)) in [word.lstrip("0") for word in words])
    return sum(shown) / len(shown)


def _shows_year(year: str, words: list[str]) -> bool:
    return year in words or year[2:] in words


def _shows_month(month: int, words: list[str]) -> bool:
    *names, roman = _MONTHS[month - 1]
    if roman in [word.translate(_CYRILLIC_ROMAN) for word in words] or f"{month:02}" in words:
        return True
    return any(len(w) > 2 and fuzz.ratio(w, name[: max(3, len(w))]) >= _ALIKE for w in words for name in names)
