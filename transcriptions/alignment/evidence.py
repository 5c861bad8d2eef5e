"""What alignment goes by and gives back, as values: the lines of pages, what was read on them, what was placed."""

from __future__ import annotations

from dataclasses import dataclass

from images.geometry import Size
from images.layout.shapes import Shapes
from transcriptions.identity import LineId, PageId, SegmentId
from transcriptions.model import Bead, Line, Link, Mark

__all__ = ["LineAlignment", "PageLines", "Readable", "Reading", "Shapes", "TextAlignment", "Word", "primary"]


@dataclass(frozen=True, slots=True)
class Readable:
    """The languages (primary subtags of BCP 47) that OCR reads here.

    `drafts` are those read by their own data, fit for a draft. `compared` are also those that a relative's data read
    well enough to compare lines with a transcription.
    """

    drafts: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()


def primary(language: str) -> str:
    """Give the primary subtag of a language tag: "ru" of "ru-RU"."""
    return language.split("-")[0].lower()


@dataclass(frozen=True, slots=True)
class PageLines:
    """One page's lines in reading order; coordinates are integer pixels of the page frame, whose size is `size`.

    `loose` is ink that was not taken for lines, as lines with ids of their own: words that stand nowhere else may
    stand there.
    """

    page: PageId
    size: Size
    lines: tuple[Line, ...]
    loose: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word that OCR read, from x to x in pixels of the page frame."""

    text: str
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What OCR read on one line: evidence, never a transcription. `confidence` is 0..1.

    `rivals` are, for each character of the text, the letters that it was nearly taken for instead, each with how near
    that was, 0..1; or none at all. `again` is what was read on other pictures of the same line.
    """

    text: str
    confidence: float
    words: tuple[Word, ...] = ()
    rivals: tuple[tuple[tuple[str, float], ...], ...] = ()
    again: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class LineAlignment:
    """Where a text lies on its pages.

    `links` cover whole characters, a character at most once; pins come back unchanged. `marks` are the given marks,
    those that go to a region with `lines` and `confidence` set. `unplaced` says, in words, what found no place and
    why. `evidence` is "ocr", "shape", "width" or "approximate". `joined` are pairs of lines that are parts of one: what
    stands on both is linked to the first. `found` is the loose ink that turned out to carry words.
    """

    links: tuple[Link, ...]
    marks: tuple[Mark, ...]
    unplaced: tuple[tuple[SegmentId, str], ...]
    evidence: str
    joined: tuple[tuple[LineId, LineId], ...] = ()
    found: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class TextAlignment:
    """How two texts answer to each other, and which segments of the target have no counterpart, with the reason."""

    beads: tuple[Bead, ...]
    unplaced: tuple[tuple[SegmentId, str], ...]
