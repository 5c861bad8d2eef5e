"""The formats of pages (PAGE, ALTO, hOCR), told by what a file holds, not by its name."""

from __future__ import annotations

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
