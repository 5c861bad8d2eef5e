"""The cover that the Digital Archive puts before a document in its PDF files, and put before it on its old pages.

Date and title, then a citation, summary, credits, the original language, and in a PDF a list of what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from transcriptions import dates
from transcriptions.errors import Unreadable
from transcriptions.formats import languages
from transcriptions.model import TextKind

_HEADING = re.compile(
    r"(Citation|Summary|Credits?|Original Language|Contents|Original Archive|Original Classification|Source|Rights)"
    r"(?:\s*:\s*(.*)|\s*)",
    re.I,
)
_ADDRESS = re.compile(r"https?://\S+")
_RECORD = re.compile(r"/document/(\d{5,6})(?:\D|$)")
_PUBLISHER = re.compile(r"Digital Archive,\s*", re.I)
_FURNITURE = re.compile(
    r"(?:digital archive|international history declassified|wilson center(?: digital archive)?|"
    r"(?:https?://)?(?:www\.)?digitalarchive\.(?:wilsoncenter\.)?org/?|\d{1,4}|page \d+(?: of \d+)?)\s*",
    re.I,
)
_BULLET = re.compile(r"^[\s•·▪*–—-]+")
_NAMED = (
    re.compile(r"(?P<language>[A-Z]\w+) (?P<kind>translation|transcript(?:ion)?)", re.I),
    re.compile(r"(?P<kind>translation|transcript(?:ion)?)\s*[-–—:]\s*(?P<language>[A-Z]\w+)", re.I),
)
_SUPPORT = "This document was made possible"
_SCANNED = re.compile(r"\bscan\b", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a cover's contents that is a text; a scan is none."""

    title: str
    kind: TextKind
    language: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What a cover says; `fields` are by the headings that the archive's pages have. `rest` stands behind it."""

    date: str
    title: str
    summary: str
    fields: Mapping[str, str]
    homepage: str
    record: str
    contents: tuple[Entry, ...]
    rest: str


def read(text: str) -> Cover:
    """Read a cover, and the text that follows it. Raises Unreadable where it has not a date, a title and headings."""
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line and not _FURNITURE.fullmatch(line)]
    first = next((i for i, line in enumerate(kept) if _HEADING.fullmatch(line)), None)
    dated = next((i for i, line in enumerate(kept[:first]) if dates.parse(line, language="en")), None)
    if first is None or dated is None or dated + 1 >= first:
        raise Unreadable("has not the date, title and citation that a cover of the Digital Archive has")
    named = kept[dated + 1 : first]
    support = next((i for i, line in enumerate(named) if line.startswith(_SUPPORT)), len(named))
    title = named[:support]
    found = _under(kept[first:])
    citation = found.pop("citation", "")
    before, cited = _cited(citation)
    address = _ADDRESS.search(cited)
    record = _RECORD.search(address[0]) if address else None
    listed = found.pop("contents", "").splitlines()
    contents, rest = _contents(listed)
    source = found.pop("source", "") or _reference(cited)
    fields = {
        "Source": source,
        "Language": found.pop("original language", ""),
        "Original Archive": found.pop("original archive", ""),
        "Original Classification": found.pop("original classification", ""),
        "Rights": found.pop("rights", ""),
        "Donors": "\n".join([*named[support:], found.pop("credits", found.pop("credit", ""))]),
    }
    return Cover(
        date=kept[dated],
        title=" ".join(title),
        summary=" ".join((found.pop("summary", "") or before).split()),
        fields={name: " ".join(value.split()) for name, value in fields.items() if value.strip()},
        homepage=address[0].rstrip(".,;)") if address else "",
        record=record[1] if record else "",
        contents=contents,
        rest=_behind(text, listed, rest),
    )


def _under(lines: list[str]) -> dict[str, str]:
    """Bring lines together by the heading that they stand under."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading is not None and heading[1].lower() not in found:
            current = heading[1].lower()
            found[current] = [heading[2]] if heading[2] else []
        else:
            found[current].append(line)
    return {name: "\n".join(said) for name, said in found.items()}


def _cited(citation: str) -> tuple[str, str]:
    """Part a citation from the summary that the old pages put before it."""
    words = " ".join(citation.split())
    place = next((found.start() for found in re.finditer(r"[“\"](?=[^”\"]+[,.]?[”\"],? )", words)), 0)
    return (words[:place].strip(), words[place:]) if _PUBLISHER.search(words[place:]) else ("", words)


def _reference(cited: str) -> str:
    """Give the archive's reference and the translator out of a citation: what stands behind the publisher's name."""
    words = _ADDRESS.sub("", cited)
    publisher = _PUBLISHER.search(words)
    return words[publisher.end() :].strip(" .,;") + "." if publisher else ""


def _contents(lines: list[str]) -> tuple[tuple[Entry, ...], int]:
    """Read the list of what follows; the number says how many lines it takes."""
    entries = []
    for count, line in enumerate(lines):
        title = _BULLET.sub("", line).strip()
        if entry := _entry(title):
            entries.append(entry)
        elif not _SCANNED.search(title) or len(title) > 60:
            return tuple(entries), count
    return tuple(entries), len(lines)


def _entry(title: str) -> Entry | None:
    found = next((match for pattern in _NAMED if (match := pattern.fullmatch(title))), None)
    language = languages.tag(found["language"]) if found else ""
    if found is None or not language:
        return None
    kind = TextKind.TRANSLATION if found["kind"].lower() == "translation" else TextKind.TRANSCRIPTION
    return Entry(title, kind, language)


def _behind(text: str, listed: list[str], count: int) -> str:
    """Give what stands behind the list of contents, as it is; without a list, nothing does."""
    if not listed or count >= len(listed):
        return ""
    rest = listed[count]
    heading = re.search(r"^\s*Contents\b", text, re.I | re.M)
    start = heading.end() if heading else 0
    place = re.compile(rf"^[ \t]*{re.escape(rest)}", re.M).search(text, start)
    return text[place.start() :] if place else ""


def sections(body: str, contents: tuple[Entry, ...]) -> Iterator[tuple[Entry, str]]:
    """Cut what follows a cover at the lines that name the texts in its contents; without any, all is the first text."""
    entries = contents or (Entry("", TextKind.TRANSLATION, "en"),)
    current, written = entries[0], ""
    for line in body.splitlines(keepends=True):
        title = _BULLET.sub("", line).strip().casefold()
        named = next((entry for entry in entries if entry.title and entry.title.casefold() == title), None)
        if named is None:
            written += "" if _is_scan_title(title) else line
            continue
        if written.strip():
            yield current, written
        current, written = named, ""
    if written.strip():
        yield current, written


def _is_scan_title(title: str) -> bool:
    return title in ("scan of original document", "original scan", "scan of the original document")
