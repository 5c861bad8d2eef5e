"""Editorial brackets <-> marks: what translators and transcribers write in brackets, typed and placed.

Content is raw without bracket syntax and labels. Words that stand on the page (inserted, handwritten, deleted,
supplied, uncertain) stay in it; notes, glosses and gaps have no width. Runs of blanks become one. The raw form is kept
with every mark, so that nothing is lost, also where brackets do not match.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum

from transcriptions import bracket_readings, brackets, dates
from transcriptions.bracket_readings import Surroundings
from transcriptions.brackets import Bracket
from transcriptions.model import MarkKind
from transcriptions.parsed import ParsedMark

_NEAR = 80
_DEEPEST = 12
"""Brackets nested deeper than this are taken as plain words."""


class Layer(StrEnum):
    """Whether a text is of the page, or made for its reader."""

    SOURCE = "source"
    TRANSLATION = "translation"


class State(StrEnum):
    """How a text is read: as it was typed, or as it was changed by hand."""

    AS_TYPED = "as_typed"
    AS_CHANGED = "as_changed"


def parse(raw: str, *, language: str, layer: Layer, keep_breaks: bool = False) -> tuple[str, tuple[ParsedMark, ...]]:
    """Parse the brackets of a raw text: its content, and its marks in the order of their brackets.

    With `keep_breaks`, line feeds stay in the content; else they are blanks. Any input parses.
    """
    builder = _Builder(language, layer, keep_breaks=keep_breaks)
    builder.take(brackets.nest(raw), raw)
    return builder.finish()


def state(content: str, marks: tuple[ParsedMark, ...], wanted: State) -> str:
    """Read a content in one state: as typed lacks what was inserted, as changed lacks what was deleted."""
    left_out = MarkKind.INSERTION if wanted is State.AS_TYPED else MarkKind.DELETION
    gone = sorted((mark.start, mark.end) for mark in marks if mark.kind is left_out and mark.start < mark.end)
    kept, place = [], 0
    for start, end in gone:
        kept.append(content[place : max(place, start)])
        place = max(place, end)
    kept.append(content[place:])
    return re.sub(r"[ \t]{2,}", " ", "".join(kept)).strip()


class _Builder:
    """Writes content character by character, and knows where each raw character went."""

    def __init__(self, language: str, layer: Layer, *, keep_breaks: bool) -> None:
        self._language = language
        self._layer = layer
        self._keep_breaks = keep_breaks
        self._out: list[str] = []
        self._marks: list[ParsedMark] = []
        self._depth = 0

    def take(self, nodes: tuple[str | Bracket, ...], raw: str) -> None:
        self._depth += 1
        for node in nodes:
            if isinstance(node, Bracket) and self._depth <= _DEEPEST:
                self._bracket(node, raw)
            else:
                for character in node if isinstance(node, str) else node.raw:
                    self._emit(character)
        self._depth -= 1

    def _emit(self, character: str) -> None:
        last = self._out[-1] if self._out else ""
        if character == "\n" and self._keep_breaks:
            while self._out and self._out[-1] == " ":
                self._out.pop()
            if self._out and self._out[-1] != "\n":
                self._out.append("\n")
        elif character.isspace():
            if last and not last.isspace():
                self._out.append(" ")
        else:
            self._out.append(character)

    def _bracket(self, bracket: Bracket, raw: str) -> None:
        following = raw[bracket.end : bracket.end + _NEAR]
        of_page = self._layer is Layer.SOURCE
        around = Surroundings("".join(self._out[-_NEAR:]), following, self._language, of_page)
        reading = bracket_readings.read(bracket.inner, around, double=bracket.double)
        if reading is None:
            for character in bracket.raw:
                self._emit(character)
            return
        place = len(self._marks)
        mark = ParsedMark(
            kind=reading.kind,
            start=0,
            end=0,
            raw=bracket.raw,
            raw_start=bracket.start,
            value=reading.value,
            certainty=reading.certainty,
            hand=reading.hand,
            function=reading.function,
            place=reading.place,
            suggested=reading.suggested,
        )
        self._marks.append(mark)
        if reading.words is not None:
            start = len(self._out)
            self.take(bracket.inside(reading.words), raw)
            end = self._end()
            self._marks[place] = self._dated(replace(mark, start=min(start, end), end=end))
        else:
            self._marks[place] = self._without_width(mark, following)

    def _end(self) -> int:
        end = len(self._out)
        while end and self._out[end - 1].isspace():
            end -= 1
        return end

    def _without_width(self, mark: ParsedMark, following: str) -> ParsedMark:
        if mark.kind is MarkKind.UNCERTAIN:
            # [?] doubts the word before it.
            end = self._end()
            start = end
            while start and end - start < _NEAR and not self._out[start - 1].isspace():
                start -= 1
            return replace(mark, start=start, end=end)
        if self._out and self._out[-1] == " " and following[:1] in ("", " ", "\n", ".", ",", ";", ":", ")", "!", "?"):
            self._out.pop()
        return replace(mark, start=len(self._out), end=len(self._out))

    def _dated(self, mark: ParsedMark) -> ParsedMark:
        """Make a date of what is written by hand and is nothing but a date."""
        words = "".join(self._out[mark.start : mark.end])
        while mark.start < mark.end and self._out[mark.start].isspace():
            mark = replace(mark, start=mark.start + 1)
        if mark.kind is not MarkKind.HANDWRITTEN:
            return mark
        inside = (each for each in self._marks if mark.start <= each.start < each.end <= mark.end)
        doubtful = any(each.kind is MarkKind.UNCERTAIN for each in inside)
        date = dates.parse(f"[{words}]" if doubtful else words, language=self._language)
        if date is None or not date.edtf:
            return mark
        return replace(mark, kind=MarkKind.DATE, value=date.edtf)

    def finish(self) -> tuple[str, tuple[ParsedMark, ...]]:
        written = "".join(self._out)
        content = written.strip()
        lead = len(written) - len(written.lstrip())
        limit = len(content)
        marks = tuple(
            replace(mark, start=min(max(mark.start - lead, 0), limit), end=min(max(mark.end - lead, 0), limit))
            for mark in self._marks
        )
        return content, marks
