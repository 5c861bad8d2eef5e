"""Citations of a document: a Chicago note, GOST R 7.0.5-2008, RIS and CSL-JSON.

What is cited is the archival reference of the holdings, the original first; a collection's number is never among it.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from transcriptions import archives, date_writing, holdings, imprint, reading
from transcriptions.model import Date, DateKind, Document, HoldingKind, TextKind
from transcriptions.revision import Snapshot


class Style(StrEnum):
    """The citations that are written."""

    CHICAGO = "chicago"
    GOST = "gost"
    RIS = "ris"
    CSL = "csl"


MEDIA_TYPES: Mapping[Style, str] = {
    Style.CHICAGO: "text/plain",
    Style.GOST: "text/plain",
    Style.RIS: "application/x-research-info-systems",
    Style.CSL: "application/vnd.citationstyles.csl+json",
}
SUFFIXES: Mapping[Style, str] = {
    Style.CHICAGO: "chicago.txt",
    Style.GOST: "gost.txt",
    Style.RIS: "ris",
    Style.CSL: "csl.json",
}
PROFILES: Mapping[Style, str] = {
    Style.CHICAGO: "",
    Style.GOST: "",
    Style.RIS: "",
    Style.CSL: "https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json",
}


class Markup(StrEnum):
    """What a note is put into."""

    PLAIN = "plain"
    HTML = "html"
    TEX = "tex"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the document can be seen, and on which day that was so; either may be missing."""

    url: str = ""
    seen: datetime.date | None = None


_NOWHERE = Address()
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}
_AUTHORS = frozenset({"author", "authors", "author(s)", "автор", "авторы"})
_PRECISE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([?~%]?)")


def write(snapshot: Snapshot, style: Style, *, address: Address = _NOWHERE, markup: Markup = Markup.PLAIN) -> bytes:
    """Write a citation of a document; `markup` is of notes only, the others are files of their own kind."""
    if style is Style.RIS:
        return _ris(snapshot, address).encode()
    if style is Style.CSL:
        return json.dumps([_csl(snapshot, address)], ensure_ascii=False, indent=2).encode() + b"\n"
    note = chicago(snapshot, address=address) if style is Style.CHICAGO else gost(snapshot, address=address)
    return f"{escaped(note, markup)}\n".encode()


def escaped(note: str, markup: Markup) -> str:
    """Write a note so that it stands in HTML or TeX as it reads."""
    if markup is Markup.HTML:
        return html.escape(note)
    if markup is Markup.TEX:
        return "".join(_TEX.get(character, character) for character in note)
    return note


def chicago(snapshot: Snapshot, *, address: Address = _NOWHERE) -> str:
    """Write a full note after the Chicago Manual of Style (18th edition, 14.119 to 14.130: manuscript collections)."""
    document = snapshot.document
    date = date_writing.of_document(document)
    written = date_writing.words(date, language="en") if date else date_writing.undated(language="en")
    # The comma behind the title stands inside its quotation marks.
    titled = f"“{_inner(imprint.title(document, language='en'))},” {written}"
    said = [*_authors(document, "en"), titled, _held(document, "en")]
    if translators := _translators(snapshot):
        said.append(f"trans. {' and '.join(translators)}")
    if address.url and address.seen:
        said.append(f"accessed {date_writing.words(_day(address.seen), language='en')}")
    return _stopped(", ".join(each for each in (*said, address.url) if each))


def gost(snapshot: Snapshot, *, address: Address = _NOWHERE) -> str:
    """Write a reference after GOST R 7.0.5-2008, 8: to an archival document, in Russian."""
    document = snapshot.document
    date = date_writing.of_document(document)
    authors = ", ".join(_authors(document, "ru"))
    head = f"{authors} " if authors else ""
    head += imprint.title(document, language="ru")
    head += f", {date_writing.words(date, language='ru') if date else date_writing.undated(language='ru')}"
    translators = _translators(snapshot)
    if translators:
        head += f" / пер. {', '.join(translators)}"
    written = f"{head} // {held}" if (held := _held(document, "ru")) else head
    if address.url:
        seen = f" (дата обращения: {address.seen:%d.%m.%Y})" if address.seen else ""
        return f"{_stopped(written)} URL: {address.url}{seen}."
    return _stopped(written)


def _stopped(written: str) -> str:
    return written if written.endswith((".", "?", "!")) else f"{written}."


def _inner(title: str) -> str:
    """Put quotation marks within quotation marks, and drop what a comma would stand behind."""
    return re.sub(r"[“\"«]([^”\"»]*)[”\"»]", "‘\\1’", title).rstrip(" .,")


def _day(day: datetime.date) -> Date:
    return Date(day.isoformat(), day.isoformat(), DateKind.WRITTEN)


def _held(document: Document, language: str) -> str:
    """Cite the holdings: the first, and what copies, surrogates and publications of it are named beside it."""
    named = {
        HoldingKind.COPY: ("copy: ", "копия: "),
        HoldingKind.SURROGATE: ("reproduction: ", "воспроизведение: "),
        HoldingKind.PUBLICATION: ("published: ", "опубл.: "),
    }
    said: list[str] = []
    for holding in document.holdings:
        cited = holdings.cite(holding, language=language)
        if cited and not any(each.endswith(cited) for each in said):
            prefix = imprint.chosen(named[holding.kind], language) if said and holding.kind in named else ""
            said.append(prefix + cited)
    return "; ".join(said)


def _authors(document: Document, language: str) -> list[str]:
    for field in document.fields:
        labels = {value.casefold() for _, values in field.label for value in values}
        if labels & _AUTHORS and (said := reading.said(field.value, language)):
            return [line.strip() for line in re.split(r"[\n;]", said) if line.strip()]
    return []


def _translators(snapshot: Snapshot) -> list[str]:
    made = [text.creator for text in snapshot.texts if text.kind is TextKind.TRANSLATION and text.creator]
    return list(dict.fromkeys(made))


# --- files


def _ris(snapshot: Snapshot, address: Address) -> str:
    """Write a record as reference managers read it: lines of a tag and a value, ending in CR LF."""
    document = snapshot.document
    date = date_writing.of_document(document)
    first = document.holdings[0] if document.holdings else None
    fields = [
        ("TY", "MANSCPT"),
        ("ID", document.id),
        ("TI", imprint.title(document, language="en")),
        *(("AU", author) for author in _authors(document, "en")),
        *(("A4", translator) for translator in _translators(snapshot)),
        *_ris_dates(date),
        ("AB", reading.said(document.summary, "en")),
        ("AV", _location(document)),
        ("DB", _archive(first.repository) if first else ""),
        ("LA", ", ".join(document.languages)),
        ("N1", _held(document, "en")),
        ("N1", imprint.credit(document, language="en")),
        ("UR", address.url),
        ("Y2", f"{address.seen:%Y/%m/%d}/" if address.seen else ""),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value.strip()]
    return "\r\n".join([*lines, "ER  - ", ""])


def _ris_dates(date: Date | None) -> list[tuple[str, str]]:
    if date is None:
        return []
    found = _PRECISE.fullmatch(date.edtf)
    if found is None:
        return [("DA", f"///{date_writing.words(date, language='en')}")]
    year, month, day, doubt = found.groups()
    month, day = (month or "", day or "") if not month or int(month) <= 12 else ("", "")
    other = date_writing.words(date, language="en") if doubt else ""
    return [("PY", year), ("DA", f"{year}/{month}/{day}/{other}")]


def _csl(snapshot: Snapshot, address: Address) -> dict[str, Any]:
    """Write an item of CSL-JSON 1.0.2; what is unknown is left out."""
    document = snapshot.document
    first = document.holdings[0] if document.holdings else None
    item: dict[str, Any] = {
        "id": document.id,
        "type": "manuscript",
        "title": imprint.title(document, language="en"),
        "author": [{"literal": name} for name in _authors(document, "en")],
        "translator": [{"literal": name} for name in _translators(snapshot)],
        "issued": _csl_date(date_writing.of_document(document)),
        "abstract": reading.said(document.summary, "en"),
        "archive": _archive(first.repository) if first else "",
        "archive_location": _location(document),
        "language": document.languages[0] if document.languages else "",
        "note": imprint.credit(document, language="en"),
        "URL": address.url,
        "accessed": {"date-parts": [[address.seen.year, address.seen.month, address.seen.day]]} if address.seen else {},
    }
    return {name: value for name, value in item.items() if value}


def _archive(repository: str) -> str:
    known = archives.find(repository)
    return known.english_name if known else repository


def _location(document: Document) -> str:
    """Give the shelf mark: what the first holding's citation says behind its repository."""
    if not document.holdings:
        return ""
    return holdings.cite(replace(document.holdings[0], repository=""), language="en")


def _csl_date(date: Date | None) -> dict[str, Any]:
    if date is None:
        return {}
    points = [_PRECISE.fullmatch(each) for each in date.edtf.split("/")]
    if not all(points):
        return {"literal": date_writing.words(date, language="en")}
    parts = [[int(each) for each in point.groups()[:3] if each] for point in points if point]
    if any(len(part) > 1 and part[1] > 12 for part in parts):
        return {"literal": date_writing.words(date, language="en")}
    doubtful = any(point[4] for point in points if point)
    return {"date-parts": parts, **({"circa": True} if doubtful else {})}
