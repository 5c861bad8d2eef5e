"""The `custom` attribute of PAGE XML: tags like `add {offset:3; length:4;}`, as Transkribus writes them, <-> marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from images.layout.page import Hand
from transcriptions.identity import HandId
from transcriptions.model import Certainty, Function, MarkKind, Place
from transcriptions.parsed import ParsedMark

_TAG = re.compile(r"(?<![\w.-])([\w.-]++)\s*+\{([^{}]*+)\}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NAMES = {
    MarkKind.INSERTION: "add",
    MarkKind.UNCERTAIN: "unclear",
    MarkKind.ILLEGIBLE: "gap",
    MarkKind.EXPANSION: "abbrev",
    MarkKind.EDITOR_NOTE: "comment",
}
_KINDS = {kind.value: kind for kind in MarkKind} | {name: kind for kind, name in _NAMES.items()}
# Tags whose names are kinds, but which say something about the whole line.
_OF_THE_LINE = frozenset({"structure", "readingOrder", "hand", "anchor", "faint"})
_VALUES = {MarkKind.EXPANSION: "expansion", MarkKind.EDITOR_NOTE: "comment", MarkKind.SIC: "correction"}


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its name, and its keys and values in order."""

    name: str
    values: tuple[tuple[str, str], ...] = ()

    def get(self, key: str) -> str:
        """Give the value of a key, empty where there is none."""
        return next((value for name, value in self.values if name == key), "")


def parse(text: str) -> tuple[Tag, ...]:
    """Read the attribute; what is no tag is passed over."""
    tags = []
    for name, inside in _TAG.findall(text):
        pairs = (pair.partition(":") for pair in inside.split(";") if ":" in pair)
        tags.append(Tag(name, tuple((key.strip(), _unescaped(value.strip())) for key, _, value in pairs)))
    return tuple(tags)


def write(tags: Sequence[Tag]) -> str:
    """Write tags as the attribute."""
    return " ".join(
        f"{tag.name} {{{' '.join(f'{key}:{_escaped(value)};' for key, value in tag.values)}}}" for tag in tags
    )


def value(tags: Sequence[Tag], name: str, key: str) -> str:
    """Give the value of a key in the first tag of a name, empty where there is none."""
    return next((tag.get(key) for tag in tags if tag.name == name), "")


def _escaped(text: str) -> str:
    """Escape blanks and the signs of the syntax; what lies beyond the first plane is written in two halves."""
    return "".join(c if c.isalnum() or c in "-_./,'" else "".join(f"\\u{unit:04x}" for unit in _units(c)) for c in text)


def _units(character: str) -> tuple[int, ...]:
    encoded = character.encode("utf-16-be", "surrogatepass")
    return tuple(int.from_bytes(encoded[i : i + 2]) for i in range(0, len(encoded), 2))


def _unescaped(text: str) -> str:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_marks(tags: Sequence[Tag], text: str) -> tuple[ParsedMark, ...]:
    """Read the tags that mark a span of a line's text."""
    marks = []
    for tag in tags:
        kind = _kind(tag)
        offset, length = tag.get("offset"), tag.get("length")
        if kind is None or not offset.isdecimal() or not length.isdecimal() or len(offset + length) > 12:
            continue
        start = min(int(offset), len(text))
        end = min(start + int(length), len(text))
        marks.append(
            ParsedMark(
                kind=kind,
                start=start,
                end=end,
                raw=tag.get("raw"),
                raw_start=int(tag.get("rawStart")) if re.fullmatch(r"\d{1,9}", tag.get("rawStart")) else 0,
                value=tag.get("value") or tag.get(_VALUES.get(kind, "value")) or _date(kind, tag),
                certainty=Certainty(tag.get("certainty"))
                if tag.get("certainty") in list(Certainty)
                else Certainty.NONE,
                hand=Hand(tag.get("hand")) if tag.get("hand") in list(Hand) else Hand.UNKNOWN,
                function=Function(tag.get("function")) if tag.get("function") in list(Function) else Function.UNKNOWN,
                place=Place(tag.get("place")) if tag.get("place") in list(Place) else Place.UNKNOWN,
                suggested=MarkKind(tag.get("suggested")) if tag.get("suggested") in list(MarkKind) else None,
                hand_id=HandId(tag.get("handId")) if tag.get("handId") else None,
                pinned=tag.get("pinned") == "true",
            )
        )
    return tuple(marks)


def _kind(tag: Tag) -> MarkKind | None:
    if tag.name == "textStyle":
        if tag.get("strikethrough") == "true":
            return MarkKind.DELETION
        return MarkKind.UNDERLINE if tag.get("underlined") == "true" else None
    return None if tag.name in _OF_THE_LINE and not tag.get("offset") else _KINDS.get(tag.name)


def _date(kind: MarkKind, tag: Tag) -> str:
    """Give the EDTF of a date that Transkribus keeps in figures."""
    if kind is not MarkKind.DATE or not re.fullmatch(r"\d{4}", tag.get("year")):
        return ""
    figures = [tag.get("year")]
    for key in ("month", "day"):
        if not re.fullmatch(r"\d{1,2}", tag.get(key)):
            break
        figures.append(tag.get(key).rjust(2, "0"))
    return "-".join(figures)


def write_marks(marks: Sequence[ParsedMark]) -> list[Tag]:
    """Write marks on a line's text as tags, so that reading gives the same marks."""
    tags = []
    for mark in marks:
        pairs = [("offset", str(mark.start)), ("length", str(mark.end - mark.start))]
        pairs += [("value", mark.value)] * bool(mark.value)
        pairs += [("certainty", mark.certainty.value)] * (mark.certainty is not Certainty.NONE)
        pairs += [("hand", mark.hand.value)] * (mark.hand is not Hand.UNKNOWN)
        pairs += [("handId", mark.hand_id)] if mark.hand_id else []
        pairs += [("function", mark.function.value)] * (mark.function is not Function.UNKNOWN)
        pairs += [("place", mark.place.value)] * (mark.place is not Place.UNKNOWN)
        pairs += [("suggested", mark.suggested.value)] if mark.suggested is not None else []
        pairs += [("pinned", "true")] * mark.pinned
        pairs += [("raw", mark.raw)] * bool(mark.raw)
        pairs += [("rawStart", str(mark.raw_start))] * bool(mark.raw_start)
        tags.append(Tag(_NAMES.get(mark.kind, mark.kind.value), tuple(pairs)))
    return tags
