"""Forms of a text for comparison, each of their characters with its place in the text, which stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREAK = re.compile(r"(?P<head>[^\W_]+)(?P<hyphen>[-‐¬\u00ad])[ \t]*\n[ \t]*(?P<tail>[^\W_]+)")
# These are written with a hyphen also where no line ends.
_KEEP_BEFORE = frozenset("по кое кой из во в вице экс контр обер унтер non anti co vice ex self semi".split())
_KEEP_BEHIND = frozenset("то либо нибудь ка таки де за под".split())
_PLAIN = str.maketrans(
    dict.fromkeys("«»“”„‟″", '"') | dict.fromkeys("‘’‚`´ʼ", "'") | dict.fromkeys("‐‑‒–—―−", "-") | {"ё": "е", "Ё": "Е"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a text; `places` says where in the text each of its characters stands."""

    text: str
    places: tuple[int, ...]


def join_breaks(content: str) -> Form:
    """Join words that a line's end divides, and make the other line ends blanks.

    The hyphen stays where it belongs to the word: between figures, before a capital, at "-то" or "по-".
    """
    kept: list[str] = []
    places: list[int] = []

    def take(start: int, end: int) -> None:
        kept.extend(" " if c == "\n" else c for c in content[start:end])
        places.extend(range(start, end))

    place = 0
    # The second half of a divided word may be divided again, so each search begins within the last one's end.
    while (found := _BREAK.search(content, place)) is not None:
        take(place, found.start("hyphen"))
        if found["hyphen"] == "-" and _belongs(found["head"], found["tail"]):
            take(found.start("hyphen"), found.end("hyphen"))
        place = found.start("tail")
    take(place, len(content))
    return Form("".join(kept), tuple(places))


def _belongs(head: str, tail: str) -> bool:
    if not tail[0].islower() or head[-1].isdecimal():
        return True
    return head.lower() in _KEEP_BEFORE or tail.lower() in _KEEP_BEHIND


def compared(content: str) -> Form:
    """Give the form in which texts are compared: breaks joined, ё as е, plain quotes and dashes, small letters."""
    joined = join_breaks(content)
    kept: list[str] = []
    places: list[int] = []
    for character, place in zip(joined.text, joined.places, strict=True):
        if character.isspace():
            if kept and kept[-1] != " ":
                kept.append(" ")
                places.append(place)
            continue
        for lower in character.translate(_PLAIN).lower():
            kept.append(lower)
            places.append(place)
    if kept and kept[-1] == " ":
        kept.pop()
        places.pop()
    return Form("".join(kept), tuple(places))
