"""The values that everything else is about: documents, pages, texts, and what lies where.

Entities carry an id and refer to each other by id; they are frozen, and hold no version: the store knows which
revision last changed each (`transcriptions.revision`). Coordinates are integer pixels of the page frame: what the
canvas shows, at full resolution, origin top left. Positions in texts are Unicode code points of `Segment.content`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from images.geometry import Baseline, Box, Polygon, Size
from images.layout.page import Hand, LinePart, Role, StrokeKind
from transcriptions.identity import (
    BeadId,
    DocumentId,
    HandId,
    LineId,
    LinkId,
    MarkId,
    PageId,
    PartId,
    SegmentId,
    StrokeId,
    TextId,
)

LanguageMap = tuple[tuple[str, tuple[str, ...]], ...]
"""Language tag (BCP 47, or "none") to values, in order."""


# --- documents ---------------------------------------------------------------------------------------------


class DateKind(StrEnum):
    """What happened on a date."""

    WRITTEN = "written"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    REGISTERED = "registered"
    RESOLUTION = "resolution"
    COPIED = "copied"
    DECLASSIFIED = "declassified"
    ASSIGNED = "assigned"


class Calendar(StrEnum):
    """The calendar that a date's words are in."""

    GREGORIAN = "gregorian"
    JULIAN = "julian"


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it was written, and as it is understood.

    `edtf` is an Extended Date/Time Format string (ISO 8601-2) in the Gregorian calendar, empty where the words
    give no date. `inferred_by` names who understood it so; `kind` says what happened then.
    """

    written: str
    edtf: str
    kind: DateKind
    calendar: Calendar = Calendar.GREGORIAN
    inferred_by: str = ""


class HoldingKind(StrEnum):
    """What sort of witness a holding is, in the order in which they are shown."""

    ORIGINAL = "original"
    COPY = "copy"
    SURROGATE = "surrogate"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Holding:
    """A repository's original, copy, surrogate or publication of the document.

    `reference` is the shelf mark as the repository cites it (fond/opis/delo/listy or container/folder/reel/frame);
    `seen` says whether whoever describes the document saw it; `stated_by` names who says so. `collection_number` is
    the catalogue's number of the collection that the witness lies in; it is no shelf mark, and never shown as one.
    """

    kind: HoldingKind
    repository: str
    reference: str = ""
    seen: bool = False
    stated_by: str = ""
    collection_number: str = ""


class Certainty(StrEnum):
    """How sure a reading is; NONE where nobody said."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RegisteredHand:
    """One hand of a document's register: what it wrote with, and whose it is held to be.

    `certainty` is about the person, and `stated_by` names who says so. The id is unique in its document.
    """

    id: HandId
    kind: Hand = Hand.HANDWRITTEN
    medium: str = ""
    colour: str = ""
    person: str = ""
    certainty: Certainty = Certainty.NONE
    stated_by: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document was ingested from: a source's name and the relative path in it. Unique for a document."""

    source: str
    path: str


@dataclass(frozen=True, slots=True)
class Field:
    """One pair of descriptive metadata, label and value in any languages."""

    label: LanguageMap
    value: LanguageMap


@dataclass(frozen=True, slots=True)
class Document:
    """One archival unit."""

    id: DocumentId
    origin: Origin
    title: LanguageMap
    summary: LanguageMap = ()
    dates: tuple[Date, ...] = ()
    holdings: tuple[Holding, ...] = ()
    fields: tuple[Field, ...] = ()
    credit: LanguageMap = ()
    rights: str = ""
    languages: tuple[str, ...] = ()
    homepage: str = ""
    source_id: str = ""
    collection: str = ""
    hands: tuple[RegisteredHand, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A final version, a draft, an attachment: a labelled, ordered run of pages."""

    id: PartId
    document: DocumentId
    position: int
    label: LanguageMap
    pages: tuple[PageId, ...]
    source_id: str = ""
    untranslated: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What of a master is shown: crop in the master's pixels after EXIF (None: all), then clockwise quarter turns.

    `page` is the page of a file that holds several, from 0.
    """

    master: str
    crop: Box | None = None
    quarters: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """One image on a page: a view of a master of ours (with its tile pack), or another institution's service.

    `identifier` is the Image API identifier, minted once and never re-used. `size` is the size of what is shown.
    `pack` names the tile pack; `service` is the address of a foreign image service; just one of the two is set.
    `rights` is a rights URI for this image, where one is known.
    """

    identifier: str
    size: Size
    view: View | None = None
    pack: str = ""
    service: str = ""
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Foliation:
    """One numbering of a leaf or page: stamped leaf, typed number, film frame."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document; its id survives when it moves. The frame of its coordinates is `size`."""

    id: PageId
    document: DocumentId
    size: Size
    placements: tuple[Placement, ...]
    label: str
    foliations: tuple[Foliation, ...] = ()
    source_id: str = ""
    canvas: str = ""


# --- what stands on a page -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an inserted line goes: into which line, and at which x."""

    line: LineId
    x: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of writing on a page. `pinned`: a person made or confirmed it."""

    id: LineId
    page: PageId
    baseline: Baseline
    boundary: Polygon
    role: Role
    parts: tuple[LinePart, ...]
    confidence: float
    faint: bool = False
    anchor: Anchor | None = None
    pinned: bool = False
    source_id: str = ""

    @property
    def box(self) -> Box:
        """The smallest box around the boundary."""
        return self.boundary.box

    @property
    def hand(self) -> Hand:
        """The hand of the longest part."""
        if not self.parts:
            return Hand.UNKNOWN
        return max(self.parts, key=lambda part: part.end - part.start).hand


@dataclass(frozen=True, slots=True)
class Stroke:
    """Ink on a page that is not text."""

    id: StrokeId
    page: PageId
    kind: StrokeKind
    boundary: Polygon
    confidence: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """The reading order of a page's lines, and which analysis made it.

    An Order exists once the page has been analysed or its lines imported; `generator` names the program and its
    version, `remark` says why nothing was found. Its id is the page's.
    """

    page: PageId
    lines: tuple[LineId, ...]
    generator: str
    remark: str = ""

    @property
    def id(self) -> str:
        """The page's id: a page has one order."""
        return self.page


# --- texts ---------------------------------------------------------------------------------------------------


class TextKind(StrEnum):
    """What a text is to its document."""

    TRANSCRIPTION = "transcription"
    TRANSLATION = "translation"
    OCR_DRAFT = "ocr_draft"


@dataclass(frozen=True, slots=True)
class Alignment:
    """That a text was aligned: by which program, from what evidence, and a digest of all that went in.

    `evidence` is one of "ocr", "shape", "width", "imported", "mixed", "bitext", "approximate": "imported" where all of
    it came with a file, "mixed" where some did and the rest is `generator`'s. `unplaced` says, in words, what found no
    place and why.
    """

    generator: str
    evidence: str
    inputs: str
    unplaced: tuple[tuple[SegmentId, str], ...] = ()


CAME = frozenset({"imported", "mixed"})
"""The evidence of alignments that files brought; no automatic run changes what they say."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """The file that a text came from: name in its folder, SHA-256, encoding."""

    name: str
    sha256: str
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Text:
    """One language's rendering of a part."""

    id: TextId
    document: DocumentId
    part: PartId
    kind: TextKind
    language: str
    label: LanguageMap = ()
    creator: str = ""
    source: str = ""
    rights: str = ""
    credit: LanguageMap = ()
    supplied: Supplied | None = None
    breaks_kept: bool = False
    alignment: Alignment | None = None


class SegmentKind(StrEnum):
    """What a segment is."""

    SENTENCE = "sentence"
    HEADING = "heading"
    DATE_LINE = "date_line"
    ADDRESS = "address"
    SIGNATURE = "signature"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fault:
    """A probable fault of capture in `content[start:end]`, with the other reading; never repaired silently."""

    start: int
    end: int
    reading: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence-sized stretch of a text.

    `raw` is what came in, with the white space that follows it, so that the raws of a text's segments in the order
    of `rank`, joined, are the file. `content` is raw without bracket syntax and labels; where the source's line
    breaks were kept they stand in it as line feeds. `rank` orders the segments of a text as plain text; a new one fits
    between any two. `opens_paragraph` is true on the first of a paragraph. `page` is set where the source says on
    which page the segment stands.
    """

    id: SegmentId
    text: TextId
    rank: str
    kind: SegmentKind
    raw: str
    content: str
    opens_paragraph: bool = False
    page: PageId | None = None
    faults: tuple[Fault, ...] = ()


class MarkKind(StrEnum):
    """What an editorial mark says about its words (BRACKETS vocabulary)."""

    HANDWRITTEN = "handwritten"
    INSERTION = "insertion"
    DELETION = "deletion"
    SUBSTITUTION = "substitution"
    UNDERLINE = "underline"
    DATE = "date"
    STAMP = "stamp"
    SIGNATURE = "signature"
    ILLEGIBLE = "illegible"
    UNCERTAIN = "uncertain"
    FADED = "faded"
    SUPPLIED = "supplied"
    EXPANSION = "expansion"
    IDENTIFICATION = "identification"
    GLOSS = "gloss"
    SIC = "sic"
    OMISSION = "omission"
    LOST = "lost"
    BLANK = "blank"
    TRANSLATOR_NOTE = "translator_note"
    EDITOR_NOTE = "editor_note"
    STRUCTURE = "structure"
    CREDIT = "credit"
    EDITORIAL = "editorial"


class Function(StrEnum):
    """What a handwritten mark does in its document; unknown until somebody says."""

    TEXTUAL_CHANGE = "textual_change"
    RESOLUTION = "resolution"
    VISA = "visa"
    REGISTRATION = "registration"
    NOTE = "note"
    ARCHIVIST = "archivist"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where on the page, relative to the running text."""

    INLINE = "inline"
    ABOVE = "above"
    BELOW = "below"
    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    MARGIN = "margin"
    END = "end"
    UNKNOWN = "unknown"


STANDING_KINDS = frozenset(
    {
        MarkKind.HANDWRITTEN,
        MarkKind.INSERTION,
        MarkKind.DELETION,
        MarkKind.SUBSTITUTION,
        MarkKind.UNDERLINE,
        MarkKind.DATE,
        MarkKind.STAMP,
        MarkKind.SIGNATURE,
        MarkKind.ILLEGIBLE,
        MarkKind.UNCERTAIN,
        MarkKind.FADED,
    }
)
"""Kinds of mark that stand for something on the page, in the text of any language."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A typed editorial mark: the span `content[start:end]` of its segment, empty for notes and gaps.

    `raw` is the bracket as found and `raw_start` its place in the segment's raw. `value` is what the mark says
    (the note's words, a normalised date, the number of illegible letters). `suggested` is a kind proposed for a
    plain bracket. `hand` is the sort of writing, `hand_id` names one of the document's register. The mark is anchored
    at `start`. Its region is derived from its words' links, or from `lines`, which hold the page's lines that the mark
    was matched to, with `confidence`.
    """

    id: MarkId
    segment: SegmentId
    kind: MarkKind
    start: int
    end: int
    raw: str
    raw_start: int
    value: str = ""
    certainty: Certainty = Certainty.NONE
    hand: Hand = Hand.UNKNOWN
    function: Function = Function.UNKNOWN
    place: Place = Place.UNKNOWN
    suggested: MarkKind | None = None
    lines: tuple[LineId, ...] = ()
    confidence: float = 0.0
    pinned: bool = False
    hand_id: HandId | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """That `content[start:end]` of a transcription's segment lies on a line, from place to place once estimated.

    Places are x, in pixels of the page; y on a line that runs up or down; along one that runs up they fall.

    A character has at most one Link. Links of a translation exist only where nothing else can place it
    (`Alignment.evidence` is "approximate"). `moved` says that alignment reads the line at another place of the order
    than the page has it, or that it is ink which was no line before.
    """

    id: LinkId
    segment: SegmentId
    start: int
    end: int
    line: LineId
    confidence: float
    left: int | None = None
    right: int | None = None
    pinned: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a segment's content."""

    segment: SegmentId
    start: int
    end: int


class BeadLevel(StrEnum):
    """How fine a bead is."""

    SENTENCE = "sentence"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True)
class Bead:
    """That spans of one text answer to spans of another; clause beads lie inside a sentence bead (`within`)."""

    id: BeadId
    source_text: TextId
    target_text: TextId
    level: BeadLevel
    source: tuple[Span, ...]
    target: tuple[Span, ...]
    confidence: float
    within: BeadId | None = None
    pinned: bool = False


Entity = Document | Part | Page | Order | Line | Stroke | Text | Segment | Mark | Link | Bead
