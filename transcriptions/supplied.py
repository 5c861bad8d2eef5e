"""What a folder supplies of a document: pages, parts, texts and beads, named by their places in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from images.geometry import Size
from transcriptions.identity import SegmentId, TextId
from transcriptions.imported import Born
from transcriptions.model import Document, Foliation, LanguageMap, Supplied, TextKind, View
from transcriptions.parsed import ParsedSegment
from transcriptions.written import WrittenPage


@dataclass(frozen=True, slots=True)
class SuppliedPage:
    """A page: its place (a file name in the folder, or a service's address), and the image on it.

    Just one of `view` (with `pack`) and `service` is set. `size` is the size of what is shown.
    """

    name: str
    size: Size
    view: View | None = None
    pack: str = ""
    service: str = ""
    label: str = ""
    foliations: tuple[Foliation, ...] = ()
    rights: str = ""
    canvas: str = ""
    lines: SuppliedLines | None = None


@dataclass(frozen=True, slots=True)
class SuppliedLines:
    """A page's lines: the name of their file, its format, and what it holds."""

    file: str
    format: str
    page: WrittenPage


@dataclass(frozen=True, slots=True)
class SuppliedPart:
    """A part: its id in the folder, and the places of its pages in order."""

    id: str
    label: LanguageMap
    pages: tuple[str, ...]
    untranslated: bool = False


@dataclass(frozen=True, slots=True)
class SuppliedText:
    """A text: the file, the part it belongs to, and its segments; `pages` gives the place that a page hint means.

    `born` says of each segment of a text out of page files which characters stand on which line; else it is empty.
    A file that was written here names the text of ours that it holds (`id`) and its segments (`segment_ids`); a
    `fragment` holds some of its segments only.
    """

    supplied: Supplied
    part: str
    kind: TextKind
    language: str
    segments: tuple[ParsedSegment, ...]
    breaks_kept: bool = False
    label: LanguageMap = ()
    creator: str = ""
    source: str = ""
    rights: str = ""
    credit: LanguageMap = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    born: tuple[tuple[Born, ...], ...] = ()
    id: TextId | None = None
    segment_ids: tuple[SegmentId | None, ...] = ()
    fragment: bool = False


@dataclass(frozen=True, slots=True)
class SuppliedSpan:
    """Characters [start, end) of a segment, which is named by its place in its text from 0; None: to its end."""

    segment: int
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class SuppliedBead:
    """That spans of one text answer to spans of another, as somebody confirmed; texts are named by their files.

    A clause bead lies `within` the sentence bead of that name.
    """

    source: str
    sources: tuple[SuppliedSpan, ...]
    target: str
    targets: tuple[SuppliedSpan, ...]
    confidence: float = 1.0
    name: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class SuppliedDocument:
    """A whole document as its folder gives it. `description` holds all but the id, which is "" where none is given."""

    id: str
    description: Document
    pages: tuple[SuppliedPage, ...]
    parts: tuple[SuppliedPart, ...]
    texts: tuple[SuppliedText, ...]
    beads: tuple[SuppliedBead, ...] = ()
