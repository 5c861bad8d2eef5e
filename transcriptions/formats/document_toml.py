"""The description of a document folder: `document.toml` -> values, with every fault named by its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from images.geometry import Box, Size
from images.layout.page import Hand
from transcriptions import dates
from transcriptions.identity import HandId, is_document_id
from transcriptions.model import (
    Calendar,
    Certainty,
    Date,
    DateKind,
    Field,
    Foliation,
    Function,
    Holding,
    HoldingKind,
    LanguageMap,
    MarkKind,
    RegisteredHand,
    TextKind,
)
from transcriptions.problems import Problem
from transcriptions.said_marks import SaidMark

NAME = "document.toml"
BREAKS = ("auto", "kept", "none")
_LANGUAGE = re.compile(r"none|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_RIGHTS = re.compile(r"http://(creativecommons\.org|rightsstatements\.org)/\S+")


@dataclass(frozen=True, slots=True)
class PageDescription:
    """One page: an image file of the folder, or another institution's image service with the size it serves.

    A page of a file of several has a name of its own: `holder` is then the file, and `frame` counts in it from 0.
    """

    file: str = ""
    service: str = ""
    size: Size | None = None
    label: str = ""
    foliations: tuple[Foliation, ...] = ()
    rights: str = ""
    crop: Box | None = None
    quarters: int = 0
    holder: str = ""
    frame: int = 0


@dataclass(frozen=True, slots=True)
class PartDescription:
    """One part: its own id in the folder, its label and pages; no pages named means all images in name order."""

    id: str
    label: LanguageMap
    pages: tuple[PageDescription, ...] | None
    untranslated: bool = False


@dataclass(frozen=True, slots=True)
class TextDescription:
    """One text file: what it is and to which part (its id in the folder) or page it belongs."""

    file: str
    kind: TextKind
    language: str
    part: str = ""
    breaks: str = "auto"
    label: LanguageMap = ()
    creator: str = ""
    source: str = ""
    rights: str = ""
    credit: LanguageMap = ()


@dataclass(frozen=True, slots=True)
class DocumentDescription:
    """All that `document.toml` says; what it leaves out is empty."""

    id: str = ""
    title: LanguageMap = ()
    summary: LanguageMap = ()
    credit: LanguageMap = ()
    dates: tuple[Date, ...] = ()
    holdings: tuple[Holding, ...] = ()
    hands: tuple[RegisteredHand, ...] = ()
    fields: tuple[Field, ...] = ()
    languages: tuple[str, ...] = ()
    rights: str = ""
    homepage: str = ""
    source_id: str = ""
    collection: str = ""
    parts: tuple[PartDescription, ...] = ()
    texts: tuple[TextDescription, ...] = ()
    marks: tuple[SaidMark, ...] = ()


def read(data: bytes, *, understand: Callable[[str], Date | None]) -> tuple[DocumentDescription, tuple[Problem, ...]]:
    """Read `document.toml`; `understand` turns the words of a date into a Date.

    Faults do not stop the reading: all of them come back, and what they spoil is left out of the description.
    """
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return DocumentDescription(), (Problem(NAME, line, "is not UTF-8; TOML files must be"),)
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        detail = "is not valid TOML: " + re.sub(r" \(at .*\)", "", str(error))
        return DocumentDescription(), (Problem(NAME, int(found[1]) if found else None, detail),)
    reader = _Reader(_Lines(source), understand)
    return reader.document(table), tuple(sorted(reader.problems, key=lambda problem: problem.line or 0))


class _Lines:
    """Finds the line of a key in TOML source, as well as a line-wise look can."""

    def __init__(self, source: str) -> None:
        self._keys: dict[str, int] = {}
        counts: dict[str, int] = {}
        table = ""
        for number, line in enumerate(source.splitlines(), start=1):
            if header := _HEADER.match(line):
                name = header[2].replace(" ", "")
                if header[1] == "[[":
                    counts[name] = counts.get(name, -1) + 1
                    name = f"{name}[{counts[name]}]"
                table = name + "."
                self._keys.setdefault(name, number)
            elif "=" in line:
                key = line.split("=", 1)[0].strip().strip("\"'")
                self._keys.setdefault(table + key, number)

    def of(self, path: str) -> int | None:
        """Give the line of a path such as `parts[1].label`, or of the nearest path around it."""
        while path:
            if path in self._keys:
                return self._keys[path]
            shorter = re.sub(r"\[\d+\]$", "", path)
            path = shorter if shorter != path else path.rpartition(".")[0]
        return None


class _Reader:
    """Goes through the parsed tables and gathers faults."""

    def __init__(self, lines: _Lines, understand: Callable[[str], Date | None]) -> None:
        self.problems: list[Problem] = []
        self._lines = lines
        self._understand = understand

    def _fault(self, path: str, detail: str) -> None:
        self.problems.append(Problem(NAME, self._lines.of(path), f"{path}: {detail}"))

    def document(self, table: Mapping[str, Any]) -> DocumentDescription:
        self._known(
            table,
            "",
            "id title summary credit dates holdings hands fields languages rights homepage source_id collection "
            "parts texts marks",
        )
        identity = self._string(table, "", "id")
        if identity and not is_document_id(identity):
            self._fault("id", "may hold 3 to 64 lower-case letters, digits and '-', and begins with a letter or digit")
            identity = ""
        return DocumentDescription(
            id=identity,
            title=self._language_map(table, "", "title"),
            summary=self._language_map(table, "", "summary"),
            credit=self._language_map(table, "", "credit"),
            dates=tuple(d for path, t in self._tables(table, "", "dates") if (d := self._date(t, path))),
            holdings=tuple(h for path, t in self._tables(table, "", "holdings") if (h := self._holding(t, path))),
            hands=self._hands(table),
            fields=tuple(self._field(t, path) for path, t in self._tables(table, "", "fields")),
            languages=self._languages(table),
            rights=self._rights(table, ""),
            homepage=self._address(table, "", "homepage"),
            source_id=self._string(table, "", "source_id"),
            collection=self._slug(table, "collection"),
            parts=self._parts(table),
            texts=tuple(t for path, d in self._tables(table, "", "texts") if (t := self._text(d, path))),
            marks=tuple(m for path, d in self._tables(table, "", "marks") if (m := self._mark(d, path))),
        )

    # --- shapes

    def _known(self, table: Mapping[str, Any], path: str, names: str) -> None:
        allowed = names.split()
        for key in table:
            if key not in allowed:
                self._fault(path + key, f"is not a key that is known here; known are {', '.join(allowed)}")

    def _value(self, table: Mapping[str, Any], path: str, key: str, kind: type, said: str) -> Any:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self._fault(path + key, f"must be {said}")
            return None
        return value

    def _string(self, table: Mapping[str, Any], path: str, key: str) -> str:
        value = self._value(table, path, key, str, "a string")
        return "" if value is None else str(value).strip()

    def _flag(self, table: Mapping[str, Any], path: str, key: str) -> bool:
        return bool(self._value(table, path, key, bool, "true or false"))

    def _choice(self, table: Mapping[str, Any], path: str, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._string(table, path, key) or default
        if value not in choices:
            self._fault(path + key, f"is {value!r}, but must be one of {', '.join(choices)}")
            return default
        return value

    def _tables(self, table: Mapping[str, Any], path: str, key: str) -> list[tuple[str, Mapping[str, Any]]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self._fault(path + key, f"must be written as tables, each under [[{path}{key}]]")
            return []
        return [(f"{path}{key}[{index}].", each) for index, each in enumerate(value)]

    def _language_map(self, table: Mapping[str, Any], path: str, key: str) -> LanguageMap:
        value = table.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (("none", (value,)),)
        if not isinstance(value, dict):
            self._fault(path + key, 'must be a string, or a table of languages such as en = "…"')
            return ()
        entries = []
        for language, words in value.items():
            listed = words if isinstance(words, list) else [words]
            if _LANGUAGE.fullmatch(language) is None:
                self._fault(f"{path}{key}.{language}", "is no language tag such as en, ru or none")
            elif not all(isinstance(each, str) for each in listed):
                self._fault(f"{path}{key}.{language}", "must be a string or a list of strings")
            elif any(listed):
                entries.append((language, tuple(each for each in listed if each)))
        return tuple(entries)

    # --- meanings

    def _languages(self, table: Mapping[str, Any]) -> tuple[str, ...]:
        value = table.get("languages", [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._fault("languages", 'must be a list of language tags such as ["ru", "en"]')
            return ()
        for each in value:
            if _LANGUAGE.fullmatch(each) is None:
                self._fault("languages", f"{each!r} is no language tag such as ru or en")
        return tuple(each for each in value if _LANGUAGE.fullmatch(each))

    def _language(self, table: Mapping[str, Any], path: str) -> str:
        value = self._string(table, path, "language")
        if _LANGUAGE.fullmatch(value) is None:
            self._fault(path + "language", "must be a language tag such as ru or en")
            return ""
        return value

    def _slug(self, table: Mapping[str, Any], key: str) -> str:
        value = self._string(table, "", key)
        if value and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value) is None:
            self._fault(key, "may hold lower-case letters, digits and '-'")
            return ""
        return value

    def _rights(self, table: Mapping[str, Any], path: str) -> str:
        value = self._string(table, path, "rights")
        if value and _RIGHTS.fullmatch(value) is None:
            self._fault(path + "rights", "must be an http: URI of creativecommons.org or rightsstatements.org")
            return ""
        return value

    def _address(self, table: Mapping[str, Any], path: str, key: str) -> str:
        value = self._string(table, path, key)
        if value and re.fullmatch(r"https?://[^\s<>\"]+", value) is None:
            self._fault(path + key, "must be an http or https address")
            return ""
        return value.rstrip("/") if key == "service" else value

    def _date(self, table: Mapping[str, Any], path: str) -> Date | None:
        self._known(table, path, "written edtf kind calendar inferred_by")
        written = self._string(table, path, "written")
        if not written:
            self._fault(path + "written", "is missing: the date as its source writes it")
            return None
        read = self._understand(written)
        kind = DateKind(self._choice(table, path, "kind", tuple(DateKind), read.kind if read else DateKind.WRITTEN))
        edtf = self._string(table, path, "edtf") or (read.edtf if read else "")
        if edtf and not dates.is_edtf(edtf):
            self._fault(path + "edtf", f"is {edtf!r}, but must be an EDTF date such as 1950-09-20, 1950-09 or 195X")
            return None
        calendar = self._choice(table, path, "calendar", tuple(Calendar), read.calendar if read else Calendar.GREGORIAN)
        inferred_by = self._string(table, path, "inferred_by")
        if not inferred_by and read is not None and "edtf" not in table:
            inferred_by = read.inferred_by
        return Date(written, edtf, kind, Calendar(calendar), inferred_by)

    def _holding(self, table: Mapping[str, Any], path: str) -> Holding | None:
        self._known(table, path, "kind repository reference seen stated_by collection_number")
        repository = self._string(table, path, "repository")
        if not repository:
            self._fault(path + "repository", "is missing")
            return None
        return Holding(
            HoldingKind(self._choice(table, path, "kind", tuple(HoldingKind), HoldingKind.ORIGINAL)),
            repository,
            reference=self._string(table, path, "reference"),
            seen=self._flag(table, path, "seen"),
            stated_by=self._string(table, path, "stated_by"),
            collection_number=self._string(table, path, "collection_number"),
        )

    def _hands(self, table: Mapping[str, Any]) -> tuple[RegisteredHand, ...]:
        found = [hand for path, each in self._tables(table, "", "hands") if (hand := self._hand(each, path))]
        for index, hand in enumerate(found):
            if hand.id in {each.id for each in found[:index]}:
                self._fault(f"hands[{index}].id", f"{hand.id!r} names two hands")
        return tuple({hand.id: hand for hand in reversed(found)}.values())[::-1]

    def _hand(self, table: Mapping[str, Any], path: str) -> RegisteredHand | None:
        self._known(table, path, "id kind medium colour person certainty stated_by")
        name = self._string(table, path, "id")
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", name) is None:
            self._fault(path + "id", "must begin with a letter, and may hold letters, digits, '-' and '_'")
            return None
        return RegisteredHand(
            HandId(name),
            Hand(self._choice(table, path, "kind", tuple(Hand), Hand.HANDWRITTEN)),
            medium=self._string(table, path, "medium"),
            colour=self._string(table, path, "colour"),
            person=self._string(table, path, "person"),
            certainty=Certainty(self._choice(table, path, "certainty", tuple(Certainty), Certainty.NONE)),
            stated_by=self._string(table, path, "stated_by"),
        )

    def _field(self, table: Mapping[str, Any], path: str) -> Field:
        self._known(table, path, "label value")
        for key in ("label", "value"):
            if key not in table:
                self._fault(path + key, "is missing")
        return Field(self._language_map(table, path, "label"), self._language_map(table, path, "value"))

    def _parts(self, table: Mapping[str, Any]) -> tuple[PartDescription, ...]:
        parts = [self._part(each, path, index) for index, (path, each) in enumerate(self._tables(table, "", "parts"))]
        seen: set[str] = set()
        for index, part in enumerate(parts):
            if part.id in seen:
                self._fault(f"parts[{index}].id", f"{part.id!r} names two parts")
            seen.add(part.id)
            if part.pages is None and len(parts) > 1:
                self._fault(f"parts[{index}].pages", "is missing: with several parts, each lists its pages")
        return tuple(parts)

    def _part(self, table: Mapping[str, Any], path: str, index: int) -> PartDescription:
        self._known(table, path, "id label pages untranslated")
        pages = table.get("pages")
        if pages is not None and not isinstance(pages, list):
            self._fault(path + "pages", "must be a list of file names, or of tables with a service")
            pages = None
        listed = None
        if pages is not None:
            each = (self._page(page, f"{path}pages[{number}]") for number, page in enumerate(pages))
            listed = tuple(page for page in each if page is not None)
        return PartDescription(
            id=self._string(table, path, "id") or f"part-{index + 1}",
            label=self._language_map(table, path, "label"),
            pages=listed,
            untranslated=self._flag(table, path, "untranslated"),
        )

    def _page(self, value: object, path: str) -> PageDescription | None:
        if isinstance(value, str):
            return PageDescription(file=value)
        if not isinstance(value, dict):
            self._fault(path, "must be a file name, or a table with a file or a service")
            return None
        path += "."
        self._known(value, path, "file service width height label foliations rights crop turn")
        file, service = self._string(value, path, "file"), self._address(value, path, "service")
        if bool(file) == bool(service):
            self._fault(path + "file", "names just one of file and service")
            return None
        size = self._size(value, path)
        if service and size is None:
            self._fault(path + "width", "width and height must be given for an image of another institution's service")
            return None
        turn = self._choice({"turn": str(value.get("turn", 0))}, path, "turn", ("0", "90", "180", "270"), default="0")
        return PageDescription(
            file=file,
            service=service,
            size=size,
            label=self._string(value, path, "label"),
            foliations=self._foliations(value, path),
            rights=self._rights(value, path),
            crop=self._crop(value, path),
            quarters=int(turn) // 90,
        )

    def _size(self, table: Mapping[str, Any], path: str) -> Size | None:
        width = self._value(table, path, "width", int, "a whole number of pixels")
        height = self._value(table, path, "height", int, "a whole number of pixels")
        if width is None or height is None:
            return None
        if width < 1 or height < 1:
            self._fault(path + "width", "width and height must be at least 1")
            return None
        return Size(width, height)

    def _crop(self, table: Mapping[str, Any], path: str) -> Box | None:
        value = table.get("crop")
        if value is None:
            return None
        whole = isinstance(value, list) and len(value) == 4 and all(type(each) is int for each in value)
        if not whole or min(value[:2]) < 0 or min(value[2:]) < 1:
            self._fault(path + "crop", "must be [x, y, width, height] in pixels of the image file")
            return None
        return Box(*value)

    def _foliations(self, table: Mapping[str, Any], path: str) -> tuple[Foliation, ...]:
        value = self._value(table, path, "foliations", dict, 'a table such as {leaf = "12 об."}') or {}
        if not all(isinstance(each, str) for each in value.values()):
            self._fault(path + "foliations", "must hold strings")
            return ()
        return tuple(Foliation(system, number) for system, number in value.items())

    def _text(self, table: Mapping[str, Any], path: str) -> TextDescription | None:
        self._known(table, path, "file part kind language breaks label creator source rights credit")
        file = self._string(table, path, "file")
        if not file:
            self._fault(path + "file", "is missing")
            return None
        return TextDescription(
            file=file,
            kind=TextKind(self._choice(table, path, "kind", tuple(TextKind), TextKind.TRANSCRIPTION)),
            language=self._language(table, path),
            part=self._string(table, path, "part"),
            breaks=self._choice(table, path, "breaks", BREAKS, "auto"),
            label=self._language_map(table, path, "label"),
            creator=self._string(table, path, "creator"),
            source=self._string(table, path, "source"),
            rights=self._rights(table, path),
            credit=self._language_map(table, path, "credit"),
        )

    def _mark(self, table: Mapping[str, Any], path: str) -> SaidMark | None:
        self._known(table, path, "text raw number kind function hand")
        text, raw = self._string(table, path, "text"), self._string(table, path, "raw")
        for key, value, said in (("text", text, "the file of the text"), ("raw", raw, "the bracket, to the letter")):
            if not value:
                self._fault(path + key, f"is missing: {said}")
        number = self._value(table, path, "number", int, "a whole number")
        if number is not None and number < 1:
            self._fault(path + "number", "counts from 1")
            return None
        kind = self._choice(table, path, "kind", tuple(MarkKind), "") if "kind" in table else ""
        function = self._choice(table, path, "function", tuple(Function), "") if "function" in table else ""
        hand = self._string(table, path, "hand")
        if not (kind or function or hand):
            self._fault(path.removesuffix("."), "says nothing: give kind, function or hand")
        if not (text and raw and (kind or function or hand)):
            return None
        return SaidMark(
            text,
            raw,
            number,
            MarkKind(kind) if kind else None,
            Function(function) if function else None,
            HandId(hand) if hand else None,
        )
