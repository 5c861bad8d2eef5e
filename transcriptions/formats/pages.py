"""The formats of pages (PAGE, ALTO, hOCR), told by what a file holds, not by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from transcriptions.errors import Unreadable
from transcriptions.formats import alto, hocr, page_xml, xml
from transcriptions.written import WrittenPage

SUFFIXES = frozenset({".xml", ".hocr", ".html", ".htm"})


@dataclass(frozen=True, slots=True)
class PageFormat:
    """One format: how it is read and written, what its files end in, and how HTTP and IIIF name it."""

    name: str
    label: str
    read: Callable[..., tuple[WrittenPage, ...]]
    write: Callable[[WrittenPage], Iterator[bytes]]
    suffix: str
    media_type: str
    profile: str


PAGE = PageFormat("page", "PAGE XML", page_xml.read, page_xml.write, "page.xml", page_xml.MEDIA_TYPE, page_xml.PROFILE)
ALTO = PageFormat("alto", "ALTO", alto.read, alto.write, "alto.xml", alto.MEDIA_TYPE, alto.PROFILE)
HOCR = PageFormat("hocr", "hOCR", hocr.read, hocr.write, "hocr", hocr.MEDIA_TYPE, hocr.PROFILE)

FORMATS: Mapping[str, PageFormat] = {each.name: each for each in (PAGE, ALTO, HOCR)}

_LANGUAGES = {
    "ru": "rus russian русский",
    "en": "eng english",
    "de": "deu ger german",
    "fr": "fra fre french",
    "uk": "ukr ukrainian",
    "be": "bel belarusian",
    "pl": "pol polish",
    "cs": "ces cze czech",
    "es": "spa spanish castilian",
    "it": "ita italian",
    "zh": "zho chi chi_sim chi_tra chinese",
    "ko": "kor korean",
    "ja": "jpn japanese",
    "hu": "hun hungarian",
    "ro": "ron rum romanian",
    "bg": "bul bulgarian",
    "sr": "srp serbian",
    "ka": "kat geo georgian",
    "mn": "mon mongolian",
}
_TAGS = {name: tag for tag, names in _LANGUAGES.items() for name in names.split()}


def sniff(data: bytes) -> PageFormat | None:
    """Say in which of the formats a file is, by its root element; None for any other."""
    name = xml.root_name(data)
    if name == "PcGts":
        return PAGE
    if name == "alto":
        return ALTO
    return HOCR if hocr.looks_like(data) else None


def read(data: bytes, *, name: str) -> tuple[PageFormat, tuple[WrittenPage, ...]]:
    """Read the pages of a file in whichever format it is. Raises Unreadable."""
    found = sniff(data)
    if found is None:
        raise Unreadable(f"{name} is neither PAGE XML nor ALTO nor hOCR")
    return found, found.read(data, name=name)


def language_tag(written: str) -> str:
    """Give the language tag of a name or code as page files have them (Russian, rus, ru-RU); empty where unknown."""
    plain = written.strip().lower()
    if plain in _TAGS:
        return _TAGS[plain]
    return plain if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", plain) and plain not in ("und", "zxx", "mul") else ""
