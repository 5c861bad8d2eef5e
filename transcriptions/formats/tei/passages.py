"""Passages of a TEI text: words that stand together, with their marks, lines and pages, and how they are gathered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from transcriptions.formats.tei.facsimile import Spot
from transcriptions.model import SegmentKind
from transcriptions.parsed import ParsedMark


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that stand together; `lines` and `pages` say from which place on they lie where, `anchors` where each is.

    `whole` says that the file itself calls it one segment; `raw` is then the raw text that it gives, empty for none.
    `kind` is None where the file says none.
    """

    content: str
    marks: tuple[ParsedMark, ...]
    lines: tuple[tuple[int, Spot | None], ...]
    pages: tuple[tuple[int, int | None], ...]
    kind: SegmentKind | None = None
    opens: bool = True
    whole: bool = False
    raw: str = ""
    name: str = ""
    anchors: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Gathered:
    """What is being gathered: words, the marks on them (None until they end), and where lines and pages begin."""

    words: list[str] = field(default_factory=list)
    length: int = 0
    pending: str = ""
    marks: list[ParsedMark | None] = field(default_factory=list)
    lines: list[tuple[int, Spot | None]] = field(default_factory=list)
    pages: list[tuple[int, int | None]] = field(default_factory=list)
    anchors: list[tuple[str, int]] = field(default_factory=list)
    cut: dict[str, int] = field(default_factory=dict)
    trimmed: set[int] = field(default_factory=set)

    def add(self, words: str) -> None:
        """Add words as they are."""
        if words:
            self.words.append(words)
            self.length += len(words)

    def settle(self) -> int:
        """Write the blank or line end that is still to come; give the place after it."""
        if self.pending and self.length:
            self.add(self.pending)
        self.pending = ""
        return self.length

    @property
    def next_place(self) -> int:
        """Where the next word will stand."""
        return self.length + (1 if self.pending and self.length else 0)

    @property
    def last(self) -> str:
        """The last character, empty where there is none."""
        return self.words[-1][-1] if self.words else ""


@dataclass(slots=True)
class OpenMark:
    """A mark whose words are being walked: its place among the marks, and where it began here."""

    mark: ParsedMark
    index: int
    start: int
    trimmed: bool
    cut: bool = False
    void: bool = False


def finished(written: Gathered) -> Passage:
    """Give what was gathered as a passage, without the white space around it."""
    whole = "".join(written.words)
    content = whole.strip()
    lead = len(whole) - len(whole.lstrip())

    def moved(place: int) -> int:
        return min(max(place - lead, 0), len(content))

    marks = []
    for index, mark in enumerate(written.marks):
        if mark is not None:
            start, end = moved(mark.start), moved(mark.end)
            if index in written.trimmed:
                # Blanks inside the element are not words that it marks.
                words = content[start:end]
                start = min(end, start + len(words) - len(words.lstrip()))
                end = max(start, start + len(content[start:end].rstrip()))
            marks.append(replace(mark, start=start, end=end))
    return Passage(
        content=content,
        marks=tuple(marks),
        lines=tuple((moved(place), line) for place, line in written.lines),
        pages=tuple((moved(place), page) for place, page in written.pages),
        anchors=tuple((name, moved(place)) for name, place in written.anchors if name),
    )
