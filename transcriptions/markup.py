"""Editorial brackets <-> marks: what translators and transcribers write in brackets, typed and placed.

Content is raw without bracket syntax and labels. Words that stand on the page (inserted, handwritten, deleted,
supplied, uncertain) stay in it; notes, glosses and gaps have no width. Runs of blanks become one. The raw form is kept
with every mark, so that nothing is lost, also where brackets do not match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from transcriptions import bracket_readings, brackets, dates
from transcriptions.bracket_readings import Surroundings
from transcriptions.brackets import Bracket, Stretch
from transcriptions.model import Function, LanguageMap, Mark, MarkKind
from transcriptions.parsed import ParsedMark

_NEAR = 80
_STOPS = ("", *".,;:!?…)»”")
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


STATE_NAMES: Mapping[State, LanguageMap] = MappingProxyType(
    {
        State.AS_TYPED: (("en", ("as typed",)), ("ru", ("как напечатано",))),
        State.AS_CHANGED: (("en", ("as changed by hand",)), ("ru", ("с рукописной правкой",))),
    }
)
"""What exports and quotations call the state that they give."""

Typed = Mapping[int, MarkKind]
"""The kinds that persons gave to brackets, by the places of these in the raw text."""

_UNTYPED: Typed = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Traced:
    """A parsed raw text; `places` says where in it each character of the content stands."""

    content: str
    marks: tuple[ParsedMark, ...]
    places: tuple[int, ...]


def parse(raw: str, *, language: str, layer: Layer, keep_breaks: bool = False) -> tuple[str, tuple[ParsedMark, ...]]:
    """Parse the brackets of a raw text: its content, and its marks in the order of their brackets.

    With `keep_breaks`, line feeds stay in the content; else they are blanks. Any input parses.
    """
    traced = trace(raw, language=language, layer=layer, keep_breaks=keep_breaks)
    return traced.content, traced.marks


def trace(raw: str, *, language: str, layer: Layer, keep_breaks: bool = False, typed: Typed = _UNTYPED) -> Traced:
    """Parse as `parse` does, with the kinds that persons gave to brackets, and say where each character came from.

    No character is lost: what is not in the content is white space, or stands in the raw form of a mark.
    """
    builder = _Builder(language, layer, keep_breaks=keep_breaks, typed=typed)
    builder.take(brackets.nest(raw))
    return builder.finish()


def state_spans(content: str, marks: Sequence[ParsedMark | Mark], wanted: State) -> tuple[tuple[int, int], ...]:
    """Say which spans [start, end) of a content stand in a state, in order; they never overlap.

    As typed lacks what was inserted, also by handwriting whose function is a change of the text; as changed lacks
    what was deleted.
    """
    gone = sorted((mark.start, mark.end) for mark in marks if _left_out(mark, wanted) and mark.start < mark.end)
    kept, place = [], 0
    for start, end in gone:
        # A blank before what is left out would be left over before the stop behind it.
        ends = content[end : end + 1] in _STOPS and content[start - 1 : start] == " "
        if start - ends > place:
            kept.append((place, start - ends))
        place = max(place, end)
    if place < len(content):
        kept.append((place, len(content)))
    return tuple(kept)


def _left_out(mark: ParsedMark | Mark, wanted: State) -> bool:
    if wanted is State.AS_CHANGED:
        return mark.kind is MarkKind.DELETION
    changes = mark.kind is MarkKind.HANDWRITTEN and mark.function is Function.TEXTUAL_CHANGE
    return mark.kind is MarkKind.INSERTION or changes


def state(content: str, marks: Sequence[ParsedMark | Mark], wanted: State) -> str:
    """Read a content in one state; the words of an insertion stand in it once or not at all."""
    kept = "".join(content[start:end] for start, end in state_spans(content, marks, wanted))
    return re.sub(r"[ \t]{2,}", " ", kept).strip()


def substitutions(
    content: str, marks: Sequence[ParsedMark | Mark]
) -> tuple[tuple[ParsedMark | Mark, ParsedMark | Mark], ...]:
    """Pair each deletion with the insertion that stands in its place: only white space lies between the two."""
    pairs = []
    insertions = [mark for mark in marks if mark.kind is MarkKind.INSERTION]
    for deletion in (mark for mark in marks if mark.kind is MarkKind.DELETION):
        for insertion in insertions:
            low, high = min(deletion.end, insertion.end), max(deletion.start, insertion.start)
            if low <= high and not content[low:high].strip():
                pairs.append((deletion, insertion))
                insertions.remove(insertion)
                break
    return tuple(pairs)


class _Builder:
    """Writes content character by character, and knows where each raw character went."""

    def __init__(self, language: str, layer: Layer, *, keep_breaks: bool, typed: Typed) -> None:
        self._language = language
        self._layer = layer
        self._keep_breaks = keep_breaks
        self._typed = typed
        self._out: list[str] = []
        self._places: list[int] = []
        self._marks: list[ParsedMark] = []
        self._depth = 0

    def take(self, nodes: tuple[Stretch | Bracket, ...], following: str = "") -> None:
        """Write nodes; `following` is the raw text behind the last of them."""
        self._depth += 1
        for index, node in enumerate(nodes):
            if isinstance(node, Bracket) and self._depth <= _DEEPEST:
                behind = "".join(each.raw[:_NEAR] for each in nodes[index + 1 : index + 4]) or following
                self._bracket(node, behind[:_NEAR])
            else:
                self._plain(node)
        self._depth -= 1

    def _plain(self, node: Stretch | Bracket) -> None:
        for place, character in enumerate(node.raw, start=node.start):
            self._emit(character, place)

    def _emit(self, character: str, place: int) -> None:
        last = self._out[-1] if self._out else ""
        if character == "\n" and self._keep_breaks:
            while self._out and self._out[-1] == " ":
                self._drop_last()
            if self._out and self._out[-1] != "\n":
                self._append("\n", place)
        elif character.isspace():
            if last and not last.isspace():
                self._append(" ", place)
        else:
            self._append(character, place)

    def _append(self, character: str, place: int) -> None:
        self._out.append(character)
        self._places.append(place)

    def _drop_last(self) -> None:
        self._out.pop()
        self._places.pop()

    def _bracket(self, bracket: Bracket, following: str) -> None:
        of_page = self._layer is Layer.SOURCE
        around = Surroundings("".join(self._out[-_NEAR:]), following, self._language, of_page)
        reading = bracket_readings.read(bracket.inner, around, double=bracket.double)
        if reading is None:
            self._plain(bracket)
            return
        if (kind := self._typed.get(bracket.start)) is not None:
            reading = bracket_readings.retyped(reading, kind, bracket.inner)
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
            self.take(bracket.inside(reading.words), following)
            end = self._end()
            mark = replace(mark, start=min(start, end), end=end)
            self._marks[place] = mark if bracket.start in self._typed else self._dated(mark, self._marks[place + 1 :])
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
            self._drop_last()
        return replace(mark, start=len(self._out), end=len(self._out))

    def _dated(self, mark: ParsedMark, nested: list[ParsedMark]) -> ParsedMark:
        """Make a date of what is written by hand and is nothing but a date, which a doubt in it makes doubtful."""
        words = "".join(self._out[mark.start : mark.end])
        while mark.start < mark.end and self._out[mark.start].isspace():
            mark = replace(mark, start=mark.start + 1)
        if mark.kind is not MarkKind.HANDWRITTEN:
            return mark
        doubtful = any(each.kind is MarkKind.UNCERTAIN and each.start < each.end for each in nested)
        date = dates.parse(f"[{words}]" if doubtful else words, language=self._language)
        if date is None or not date.edtf:
            return mark
        return replace(mark, kind=MarkKind.DATE, value=date.edtf)

    def finish(self) -> Traced:
        """Give what was written, without white space around it."""
        written = "".join(self._out)
        content = written.strip()
        lead = len(written) - len(written.lstrip())
        limit = len(content)
        marks = tuple(
            replace(mark, start=min(max(mark.start - lead, 0), limit), end=min(max(mark.end - lead, 0), limit))
            for mark in self._marks
        )
        return Traced(content, marks, tuple(self._places[lead : lead + limit]))
