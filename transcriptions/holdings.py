"""References to archival holdings <-> their levels, and how they are cited: fond and delo, or container and folder.

A reference is read from what its describer wrote and written as its archive is cited (GOST R 7.0.5-2008, 8.4 for
Russian archives; the repositories' own "preferred citation" for the American ones). The number that a catalogue gives a
whole collection (the Library of Congress's mm97083838) is no call number of anything in it, and is kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from transcriptions import archives
from transcriptions.archives import Archive, Style
from transcriptions.model import Holding, HoldingKind

_LONGEST = 600


class Level(StrEnum):
    """A step of a reference, from the collection down to the leaf."""

    FOND = "fond"
    OPIS = "opis"
    PAPKA = "papka"
    PORIADOK = "poriadok"
    PERECHEN = "perechen"
    ROLIK = "rolik"
    DELO = "delo"
    TOM = "tom"
    DOKUMENT = "dokument"
    LIST = "list"
    RECORD_GROUP = "record_group"
    SERIES = "series"
    ENTRY = "entry"
    CONTAINER = "container"
    BOX = "box"
    FOLDER = "folder"
    REEL = "reel"
    FRAME = "frame"
    VOLUME = "volume"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Step:
    """One level with its number or numbers, as "347", "5–8" or "12 об."."""

    level: Level
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in its parts; what it leaves out is empty.

    `repository` is the archive as it was written, `collection` what stands between it and the first level ("Manuscript
    Division, N. N. papers"), `remark` what stands behind the last.
    """

    repository: str
    collection: str = ""
    steps: tuple[Step, ...] = ()
    collection_number: str = ""
    remark: str = ""

    @property
    def archive(self) -> Archive | None:
        """The archive, where it is one that is known here."""
        return archives.find(self.repository)


_RUSSIAN = (
    (Level.FOND, r"фонд|fond|fund|ф\.|f\.", "ф.", "f."),
    (Level.OPIS, r"опись|opis['’]?|inventory|оп\.|op\.|o\.", "оп.", "op."),
    (Level.PAPKA, r"папка|papka|folder|пап\.|п\.|p\.", "п.", "p."),
    (Level.PORIADOK, r"пор\.|por\.", "пор.", "por."),
    (Level.PERECHEN, r"перечень|perechen['’]?|пер\.|per\.", "пер.", "per."),
    (Level.ROLIK, r"рол+ик|roll?ik|reel|р\.|r\.", "р.", "r."),
    (Level.DELO, r"ед\. ?хр\.|дело|delo['’]?|file|д\.|d\.", "д.", "d."),
    (Level.TOM, r"том|tom|т\.|t\.", "т.", "t."),
    (Level.DOKUMENT, r"документ|dokument|document|док\.|dok\.|doc\.", "док.", "dok."),
    (Level.LIST, r"листы|лист|listy|list|sheets?|folios?|pages?|лл\.|л\.|ll\.|l\.|pp\.", "л.", "l."),
)
_OTHER = (
    (Level.RECORD_GROUP, r"record group|rg(?=[ .])", "record group", "RG"),
    (Level.SERIES, r"series", "series", "series"),
    (Level.ENTRY, r"entry", "entry", "entry"),
    (Level.CONTAINER, r"container|cont\.", "контейнер", "container"),
    (Level.BOX, r"box(?:es)?", "коробка", "box"),
    (Level.FOLDER, r"folders?|fold\.", "папка", "folder"),
    (Level.REEL, r"reels?", "рулон", "reel"),
    (Level.FRAME, r"frames?|fr\.", "кадр", "frame"),
    (Level.VOLUME, r"volume|vol\.", "том", "vol."),
    (Level.PAGE, r"pages?|pp\.|p\.|стр\.", "с.", "p."),
)
_NUMBER = r"[A-ZА-Яa-zа-я]{0,2}-?\d[\w/-]*"
_LEAF = r"\d+(?:[а-яa-z](?![а-яa-z]))?(?:\s?(?:оборот|oborot|об|ob)(?:\.|\b))?"
_LEAVES = rf"{_LEAF}(?:(?:\s?[-–—,]\s?|\s(?:и|and)\s){_LEAF})*"
_MANY = frozenset({Level.LIST, Level.FRAME, Level.PAGE, Level.BOX, Level.FOLDER, Level.REEL})


def _patterns(levels: tuple[tuple[Level, str, str, str], ...]) -> re.Pattern[str]:
    steps = "|".join(
        rf"(?P<{level.value}>(?:{labels})\s{{0,2}}(?:№№?|No\.?|Nº|#)?\s{{0,2}}(?P<{level.value}_n>"
        rf"{_LEAVES if level in _MANY else _NUMBER}))"
        for level, labels, _, _ in levels
    )
    return re.compile(rf"(?<![\w.])(?:{steps})", re.IGNORECASE)


_RUSSIAN_STEPS, _OTHER_STEPS = _patterns(_RUSSIAN), _patterns(_OTHER)
_FOND = re.compile(r"(?<!\w)(?:фонд|fond|fund|ф\.|f\.)\s?(?:№\s?)?[A-ZА-Я]{0,2}-?\d", re.IGNORECASE)
_COLLECTION_NUMBER = re.compile(r",?\s?\(?\b(?:(?:LCCN|ID|MSS?)[: ] ?)?(?:mm\s?\d{6,}|mss?\d{4,})\b\)?", re.IGNORECASE)
_CREDIT = re.compile(r"[.;,]?\s*(?:Translated|Obtained|Contributed|Available|Перевод)\b.*", re.S)

_WITNESSES = (
    (HoldingKind.PUBLICATION, re.compile(r"\s*(?:published|printed|опубликован[оа]?|опубл\.)(?: in| в)?:?\s+", re.I)),
    (HoldingKind.COPY, re.compile(r"\s*(?:(?:a )?cop(?:y|ies)|копия)(?: in| at| в)?:?\s+", re.I)),
    (HoldingKind.ORIGINAL, re.compile(r"\s*(?:original|подлинник)(?: in| at| в)?:?\s+", re.I)),
)


def parse(text: str) -> Reference | None:
    """Read a reference; None where there is none in the text. Nothing is invented: what is no level stays words."""
    words = _trimmed(" ".join(text[:_LONGEST].split()))
    if not words:
        return None
    numbers = _COLLECTION_NUMBER.findall(words)
    words = _trimmed(_COLLECTION_NUMBER.sub("", words))
    if not words:
        return None
    repository, rest = _split(words)
    found = list((_RUSSIAN_STEPS if _FOND.search(rest) else _OTHER_STEPS).finditer(rest))
    # Words between two levels would be lost: from there on all is remark.
    whole = next((i for i, (a, b) in enumerate(pairwise(found)) if _trimmed(rest[a.end() : b.start()])), len(found))
    found = found[: whole + 1]
    first, last = (found[0].start(), found[-1].end()) if found else (len(rest), len(rest))
    return Reference(
        repository=repository,
        collection=_trimmed(rest[:first]),
        steps=tuple(_steps(found)),
        collection_number=numbers[0].strip(" ,()") if numbers else "",
        remark=_trimmed(rest[last:]),
    )


def _trimmed(words: str) -> str:
    """Take the punctuation off both ends, but not the full stop of "12 об."."""
    words = words.strip(" ,;:").lstrip(".").strip()
    return words if re.search(r"\b(?:об|ob)\.$", words) else words.rstrip(" .,;:")


def _split(words: str) -> tuple[str, str]:
    """Cut a reference behind its archive; an abbreviation in brackets that says the same is left out."""
    known = archives.leading(words)
    end = known[1] if known else _first_comma(words)
    rest = words[end:]
    again = re.match(r"\s*\(([^()]{2,12})\)", rest)
    if known and again and archives.find(again[1]) is known[0]:
        rest = rest[again.end() :]
    return _trimmed(words[:end]), rest


def _first_comma(words: str) -> int:
    """Say where the name of an archive ends that is not known: before a comma, or before its fond."""
    fond = _FOND.search(words)
    places = [place for place in (words.find(","), fond.start() if fond else -1) if place >= 0]
    return min(places, default=len(words))


def _steps(found: list[re.Match[str]]) -> Iterator[Step]:
    for match in found:
        level = Level(next(name for name, value in match.groupdict().items() if value and not name.endswith("_n")))
        value = re.sub(r"\s?[-–—]\s?(?=\d)", "–", match[f"{level.value}_n"]) if level in _MANY else match[f"{level}_n"]
        value = re.sub(r"\s?(?:оборот|oborot|об|ob)\b\.?", " об.", value)
        value = re.sub(r"\s(?:и|and)\s", ", ", value)
        yield Step(level, re.sub(r"\s?,\s?", ", ", value).strip())


def write(reference: Reference, *, language: str) -> str:
    """Write a reference as its archive is cited, in Russian or, for any other language, in English.

    A collection's number is never written.
    """
    russian = language.startswith("ru")
    archive = reference.archive
    name = (archive.russian if russian else archive.english) if archive else reference.repository
    of_fonds = any(step.level is Level.FOND for step in reference.steps)
    stops = russian and of_fonds and (archive is None or archive.russian_style is Style.FULL_STOPS)
    steps = [_step(step, russian=russian, stops=stops) for step in reference.steps]
    written = (". " if stops else ", ").join(each for each in (name, reference.collection, *steps) if each)
    return f"{written}; {reference.remark}" if reference.remark else written


def _step(step: Step, *, russian: bool, stops: bool) -> str:
    label = next(row[2] if russian else row[3] for row in (*_RUSSIAN, *_OTHER) if row[0] is step.level)
    several = re.search(r"[–,]", step.value) is not None
    if step.level is Level.LIST and several and not stops:
        label = "лл." if russian else "ll."
    if step.level is Level.PAGE and several and not russian:
        label = "pp."
    if step.level in (Level.FRAME, Level.REEL, Level.FOLDER, Level.BOX) and several and not russian:
        label += "es" if step.level is Level.BOX else "s"
    value = step.value if russian else step.value.replace("об.", "ob.")
    return f"{label[0].upper() + label[1:] if stops else label} {value}"


def without_collection_number(text: str) -> str:
    """Leave the numbers that catalogues give whole collections out of a text."""
    return _COLLECTION_NUMBER.sub("", text)


def cite(holding: Holding, *, language: str) -> str:
    """Cite a holding: its repository, then its reference as that archive is cited; never a collection's number."""
    whole = without_collection_number(", ".join(each for each in (holding.repository, holding.reference) if each))
    parsed = parse(whole)
    if parsed is None or not parsed.steps:
        return _trimmed(whole)
    return write(parsed, language=language)


def describe(text: str, *, stated_by: str = "") -> tuple[Holding, ...]:
    """Make holdings of what a description says, each in its own words; a semicolon may divide several.

    An archive that keeps the papers themselves has an original, any other a surrogate, unless the description says
    "copy in" or "published in".
    """
    pieces: list[tuple[HoldingKind | None, str]] = []
    for piece in _CREDIT.sub("", " ".join(text[:_LONGEST].split())).split(";"):
        said = next(((kind, found) for kind, words in _WITNESSES if (found := words.match(piece))), None)
        rest = piece[said[1].end() :] if said else piece
        if not pieces or said or archives.leading(rest.strip()):
            pieces.append((said[0] if said else None, rest))
        else:
            pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]};{piece}")
    holdings = (_holding(words, kind, stated_by) for kind, words in pieces)
    return tuple(holding for holding in holdings if holding is not None)


def _holding(text: str, kind: HoldingKind | None, stated_by: str) -> Holding | None:
    parsed = parse(text)
    if parsed is None:
        return None
    if kind is None:
        original = parsed.archive is not None and parsed.archive.originals
        kind = HoldingKind.ORIGINAL if original else HoldingKind.SURROGATE
    reference = _trimmed(_split(_trimmed(_COLLECTION_NUMBER.sub("", text)))[1])
    number = parsed.collection_number
    return Holding(kind, parsed.repository, reference, stated_by=stated_by, collection_number=number)
