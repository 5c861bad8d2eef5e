"""Content and marks -> raw text: brackets that came in go out to the letter, new ones in the usual form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from transcriptions import bracket_readings, markup
from transcriptions.markup import Layer, Traced
from transcriptions.model import Mark, MarkKind
from transcriptions.parsed import ParsedMark

_WORDED = {
    MarkKind.HANDWRITTEN: ("handwritten", "от руки"),
    MarkKind.DATE: ("handwritten", "от руки"),
    MarkKind.INSERTION: ("inserted by hand", "вписано от руки"),
    MarkKind.DELETION: ("crossed out", "зачёркнуто"),
    MarkKind.UNDERLINE: ("underlined", "подчёркнуто"),
    MarkKind.STAMP: ("stamp", "штамп"),
    MarkKind.SIGNATURE: ("signature", "подпись"),
    MarkKind.FADED: ("faded", "выцвело"),
}
_NOTED = {
    MarkKind.TRANSLATOR_NOTE: ("Translator’s note", "Примечание переводчика"),
    MarkKind.EDITOR_NOTE: ("Note", "Примечание"),
    MarkKind.CREDIT: ("Source", "Источник"),
}
_BARE = {
    MarkKind.SIGNATURE: ("signature", "подпись"),
    MarkKind.ILLEGIBLE: ("illegible", "неразборчиво"),
    MarkKind.SIC: ("sic", "так в тексте"),
    MarkKind.OMISSION: ("…", "…"),
    MarkKind.LOST: ("text missing", "утрачено"),
    MarkKind.BLANK: ("blank", "пропуск"),
    MarkKind.STAMP: ("stamp", "штамп"),
    MarkKind.DELETION: ("crossed out", "зачёркнуто"),
    MarkKind.INSERTION: ("inserted by hand", "вписано от руки"),
    MarkKind.UNDERLINE: ("underlined", "подчёркнуто"),
    MarkKind.HANDWRITTEN: ("handwritten", "от руки"),
    MarkKind.FADED: ("faded", "выцвело"),
    MarkKind.UNCERTAIN: ("?", "?"),
}
_TOLD = {**_WORDED, MarkKind.SIC: ("sic", "так в тексте")}
_PLAIN = frozenset({MarkKind.SUPPLIED, MarkKind.EXPANSION, MarkKind.EDITORIAL, MarkKind.IDENTIFICATION, MarkKind.GLOSS})


def write(
    raw: str,
    content: str,
    marks: Sequence[ParsedMark | Mark],
    *,
    language: str,
    layer: Layer,
    keep_breaks: bool = False,
) -> str:
    """Write the raw text of content and marks, after the raw text that they came from ("" where they came from none).

    What nobody changed is written to the letter. Changed words change only themselves; a bracket whose mark is gone
    loses its syntax and keeps its words; a mark without raw form gets a new bracket.
    """
    traced = markup.trace(raw, language=language, layer=layer, keep_breaks=keep_breaks)
    letters = list(raw)
    before: dict[int, list[str]] = {}
    places = _carried(traced, content, letters, before, end=len(raw.rstrip()))
    _drop_brackets(traced, marks, letters)
    for mark in sorted((each for each in marks if not each.raw), key=lambda each: (each.start, -each.end)):
        _weave(mark, content, places, before, russian=language.startswith("ru"))
    return "".join("".join(before.get(at, ())) + letter for at, letter in enumerate([*letters, ""]))


def _carried(
    traced: Traced, content: str, letters: list[str], before: dict[int, list[str]], *, end: int
) -> list[tuple[int, int]]:
    """Change letters to a new content; give for each of its characters the raw place, and which there of several."""
    places: list[tuple[int, int]] = []
    for kind, i, j, k, m in SequenceMatcher(None, traced.content, content, autojunk=False).get_opcodes():
        if kind == "equal":
            places += [(place, -1) for place in traced.places[i:j]]
            continue
        for place in traced.places[i:j]:
            letters[place] = ""
        at = traced.places[i] if i < len(traced.places) else end
        held = before.setdefault(at, [])
        for character in content[k:m]:
            places.append((at, len(held)))
            held.append(character)
    places.append((end, -1))
    return places


def _drop_brackets(traced: Traced, marks: Sequence[ParsedMark | Mark], letters: list[str]) -> None:
    """Take the syntax of brackets away whose marks are gone; nested brackets that are left keep theirs."""
    standing = {(mark.raw_start, mark.raw) for mark in marks}
    gone = [mark for mark in traced.marks if (mark.raw_start, mark.raw) not in standing]
    if not gone:
        return
    content = set(traced.places)
    for mark in gone:
        end = mark.raw_start + len(mark.raw)
        held = content.union(
            *(
                range(each.raw_start, each.raw_start + len(each.raw))
                for each in traced.marks
                if each not in gone and mark.raw_start < each.raw_start < end
            )
        )
        for place in range(mark.raw_start, end):
            if place not in held:
                letters[place] = ""


def _weave(
    mark: ParsedMark | Mark,
    content: str,
    places: list[tuple[int, int]],
    before: dict[int, list[str]],
    *,
    russian: bool,
) -> None:
    opening, closing = _syntax(mark, russian=russian)
    if opening == closing == "":
        return
    last = min(mark.end, len(content))
    if mark.start >= last:
        lead = " " if mark.start and not content[mark.start - 1 : mark.start].isspace() else ""
        _put(places[min(mark.start, len(content))], lead + opening + closing, before)
        return
    # The closing bracket goes in first: the places of what stands before it do not move.
    after = places[last - 1]
    if after[1] >= 0:
        before[after[0]][after[1]] += closing
    else:
        before.setdefault(after[0] + 1, []).insert(0, closing)
    _put(places[mark.start], opening, before)


def _put(place: tuple[int, int], written: str, before: dict[int, list[str]]) -> None:
    at, nth = place
    held = before.setdefault(at, [])
    if nth >= 0:
        held[nth] = written + held[nth]
    else:
        held.append(written)


def bracket(mark: ParsedMark | Mark, *, language: str) -> str:
    """Write the usual bracket of a mark without words of its own; empty where its kind has none."""
    return "".join(_syntax(replace(mark, start=0, end=0), russian=language.startswith("ru")))


def _syntax(mark: ParsedMark | Mark, *, russian: bool) -> tuple[str, str]:
    """Give what opens and closes a mark that has no raw form."""
    if mark.start < mark.end:
        if mark.kind is MarkKind.UNCERTAIN:
            return "[[", "]]"
        if mark.kind in _WORDED:
            return f"[{_WORDED[mark.kind][russian]}: ", "]"
        return ("[", "]") if mark.kind in _PLAIN else ("", "")
    value = mark.value.replace("[", "(").replace("]", ")").strip()
    if mark.kind in _NOTED:
        return f"[{_NOTED[mark.kind][russian]}: {value}", "]"
    if mark.kind in _PLAIN or mark.kind is MarkKind.STRUCTURE:
        return (f"[{value}", "]") if value else ("", "")
    if mark.kind in _TOLD and value and bracket_readings.closed_kind(value) is not mark.kind:
        return f"[{_TOLD[mark.kind][russian]}: {value}", "]"
    return (f"[{value or _BARE[mark.kind][russian]}", "]") if mark.kind in _BARE else ("", "")
