"""Word documents (DOCX, ISO/IEC 29500) -> plain text with page breaks, notes in brackets, and remarks on what was left.

Read straight from the package's XML with the limits of ours; type faces are ignored, words are not. What a person
deleted under tracked changes is dropped, what was inserted is kept.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml import etree

from transcriptions.errors import Unreadable
from transcriptions.formats import xml
from transcriptions.formats.docx_numbering import Numbering
from transcriptions.formats.zip_archive import Archive, Limits, looks_like
from transcriptions.model import SegmentKind
from transcriptions.parsed import ParsedSegment

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIX = "docx"
PROFILE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

_LIMITS = Limits(files=5_000, file_bytes=64 << 20, total_bytes=512 << 20)
_MOST_TAGS = 3_000_000
"""Tags of a part beyond which it is no text that anybody wrote; a book of five hundred pages has a third of them."""

_OLD = b"\xd0\xcf\x11\xe0"
_DROPPED = frozenset(
    (
        "del moveFrom instrText delInstrText delText pPr rPr sectPr tblPr trPr tcPr tblGrid Fallback commentReference"
    ).split()
)
"""Elements with nothing in them that is a word of the text."""

_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}


_OPEN_END = re.compile(r"[\w,–—-]\s*$")
"""What a line that goes on in the next one ends in."""


@dataclass(frozen=True, slots=True)
class DocxText:
    """A document's words; a form feed begins a page. `remarks` say in sentences what of the file is not in them.

    `headings` are the paragraphs that have the style or the level of a heading, their blanks as single ones.
    """

    text: str
    remarks: tuple[str, ...] = ()
    headings: frozenset[str] = frozenset()

    def with_kinds(self, segments: Iterable[ParsedSegment]) -> tuple[ParsedSegment, ...]:
        """Make headings of the segments that are headings in the file."""
        return tuple(
            replace(each, kind=SegmentKind.HEADING)
            if each.opens_paragraph and " ".join(each.raw.split()) in self.headings
            else each
            for each in segments
        )


def read(data: bytes, *, name: str) -> DocxText:
    """Read a document's text: paragraphs, table rows, footnotes in brackets. Raises Unreadable where it is no DOCX.

    Where the paragraphs are the lines of a page, they stay lines.
    """
    if data.startswith(_OLD):
        raise Unreadable(f"{name} is an old Word file, or one with a password; save it as DOCX without a password")
    if not looks_like(data):
        raise Unreadable(f"{name} is no Word document (DOCX)")
    archive = Archive(data, name=name, limits=_LIMITS)
    main = _main_part(archive, name)
    folder = posixpath.dirname(main)
    notes = {
        f"{kind}Reference": _notes(archive, f"{folder}/{kind}s.xml", kind, name) for kind in ("footnote", "endnote")
    }
    styles = _parsed(archive, f"{folder}/styles.xml", "styles", name)
    numbering = Numbering(_parsed(archive, f"{folder}/numbering.xml", "numbering", name), styles)
    root = _parsed(archive, main, "document", name)
    walk = _Walk(notes, numbering, _heading_styles(styles))
    if root is not None:
        walk.take(root)
    headings = frozenset(" ".join(each.split()) for each in walk.headings)
    return DocxText(_joined(walk.blocks), tuple(_remarks(walk)), headings - {""})


def _heading_styles(styles: etree._Element | None) -> frozenset[str]:
    """List the styles of headings: by their English name, which every Word keeps, or by their level."""
    found = set()
    for style in xml.children(styles, "style") if styles is not None else ():
        named, properties = xml.child(style, "name"), xml.child(style, "pPr")
        name = "" if named is None else xml.attribute(named, "val").lower()
        level = xml.child(properties, "outlineLvl") if properties is not None else None
        if name.startswith("heading ") or name == "title" or _is_level(level):
            found.add(xml.attribute(style, "styleId"))
    return frozenset(found)


def _is_level(level: etree._Element | None) -> bool:
    """Say whether an outline level is a heading's; 9 is that of plain text."""
    return level is not None and xml.attribute(level, "val") in set("012345678")


def _main_part(archive: Archive, name: str) -> str:
    root = _parsed(archive, "_rels/.rels", "Relationships", name)
    for each in xml.children(root, "Relationship") if root is not None else ():
        target = (each.get("Target") or "").lstrip("/")
        if (each.get("Type") or "").endswith("/officeDocument") and target in archive.names:
            return target
    raise Unreadable(f"{name} is a ZIP archive, but no Word document: it names no main part")


def _parsed(archive: Archive, part: str, root: str, name: str) -> etree._Element | None:
    if part not in archive.names:
        return None
    data = archive.read(part)
    if data.count(b"<") > _MOST_TAGS:
        raise Unreadable(f"{name}: {part} holds more than {_MOST_TAGS:,} tags")
    return xml.parse(data, name=f"{name}: {part}", roots=(root,))


def _notes(archive: Archive, part: str, kind: str, name: str) -> Mapping[str, str]:
    """Give footnotes or endnotes by their ids; what only divides them from the text is none."""
    root = _parsed(archive, part, f"{kind}s", name)
    found = {}
    for note in xml.children(root, kind) if root is not None else ():
        if xml.attribute(note, "type") in ("", "normal"):
            walk = _Walk({}, Numbering())
            walk.take(note)
            found[xml.attribute(note, "id")] = " ".join(" ".join(walk.blocks).split())
    return found


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that is being read; `joins`: its end was deleted, `breaks`: a page ends here, `heads`: a heading."""

    words: list[str]
    joins: bool = False
    breaks: bool = False
    heads: bool = False


class _Walk:
    """Goes through a part's XML once, without recursion, and gathers its paragraphs and table rows."""

    def __init__(
        self,
        notes: Mapping[str, Mapping[str, str]],
        numbering: Numbering,
        heading_styles: frozenset[str] = frozenset(),
    ) -> None:
        self._heading_styles = heading_styles
        self.headings: list[str] = []
        self._notes = notes
        self._numbering = numbering
        self._open: list[_Paragraph] = []
        self._cells: list[list[str]] = []
        self._rows: list[list[str]] = []
        self._carried = ""
        self.blocks: list[str] = []
        self.inserted = 0
        self.deleted = 0
        self.comments = 0

    def take(self, root: etree._Element) -> None:
        """Read a part, or an element of one."""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            name = xml.local(element)
            if event == "end":
                self._end(name)
            elif name in _DROPPED:
                self._drop(name, element)
                walker.skip_subtree()
            else:
                self._start(name, element)
        if self._carried:
            self.blocks.append(self._carried)

    def _drop(self, name: str, element: etree._Element) -> None:
        self.deleted += name in ("del", "moveFrom")
        self.comments += name == "commentReference"
        if name == "pPr" and self._open:
            self._take_properties(self._open[-1], element)

    def _take_properties(self, paragraph: _Paragraph, properties: etree._Element) -> None:
        if _is_on(xml.child(properties, "pageBreakBefore")):
            paragraph.words.append("\f")
        paragraph.words.append(self._numbering.label(properties))
        style = xml.child(properties, "pStyle")
        styled = style is not None and xml.attribute(style, "val") in self._heading_styles
        paragraph.heads = styled or _is_level(xml.child(properties, "outlineLvl"))
        run = xml.child(properties, "rPr")
        paragraph.joins = run is not None and xml.child(run, "del") is not None
        section = xml.child(properties, "sectPr")
        kind = xml.child(section, "type") if section is not None else None
        paragraph.breaks = section is not None and (kind is None or xml.attribute(kind, "val") != "continuous")

    def _start(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self._open.append(_Paragraph([]))
        elif name == "tr":
            self._rows.append([])
        elif name == "tc":
            self._cells.append([])
        elif name in ("ins", "moveTo"):
            self.inserted += 1
        elif self._open:
            self._open[-1].words.append(self._words(name, element))

    def _words(self, name: str, element: etree._Element) -> str:
        """Give the words that an element stands for."""
        if name == "t":
            return element.text or ""
        if name == "br":
            return "\f" if xml.attribute(element, "type") == "page" else "\n"
        if name == "sym":
            return _symbol(xml.attribute(element, "char"))
        if name in self._notes:
            note = self._notes[name].get(xml.attribute(element, "id"), "")
            return f" [Note: {note.replace('[', '(').replace(']', ')')}]" if note else ""
        parent = element.getparent()
        return _CHARACTERS.get(name, "") if parent is not None and xml.local(parent) == "r" else ""

    def _end(self, name: str) -> None:
        if name == "p" and self._open:
            self._close(self._open.pop())
        elif name == "tc" and self._cells:
            cell = " ".join(" ".join(each.split()) for each in self._cells.pop())
            if self._rows:
                self._rows[-1].append(cell.strip())
        elif name == "tr" and self._rows:
            self._place("\t".join(self._rows.pop()))

    def _close(self, paragraph: _Paragraph) -> None:
        words = self._carried + "".join(paragraph.words) + ("\f" if paragraph.breaks else "")
        self._carried = words if paragraph.joins else ""
        if paragraph.heads:
            self.headings.append(words)
        if not paragraph.joins:
            self._place(words)

    def _place(self, words: str) -> None:
        """Put a paragraph, or a table's row, into what holds it: a cell, or the text."""
        (self._cells[-1] if self._cells else self.blocks).append(words)


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and xml.attribute(switch, "val") not in ("0", "false", "off")


def _symbol(code: str) -> str:
    """Give the character of a symbol; those of a font's own private code are not known."""
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= value <= 0xF8FF or value < 32 or 0xD800 <= value <= 0xDFFF else chr(min(value, 0xFFFD))


def _joined(blocks: list[str]) -> str:
    """Put paragraphs together: as lines where they are those of a page, else with an empty line between them."""
    cleaned = [re.sub(r"[^\S\n\f]+(?=[\n\f]|$)", "", block) for block in blocks]
    if _are_lines(cleaned):
        return "\n".join(cleaned) + "\n"
    whole = "\n\n".join(block for block in cleaned if block.strip() or "\f" in block)
    return f"{whole}\n" if whole else ""


def _are_lines(blocks: list[str]) -> bool:
    """Say whether paragraphs break off within sentences, as where somebody typed a page line by line."""
    follow = [(first, second) for first, second in pairwise(blocks) if first.strip() and second.strip()]
    broken = [_OPEN_END.search(first) and second.lstrip()[0].islower() for first, second in follow]
    return sum(map(bool, broken)) >= max(2, len(follow) / 4)


def _remarks(walk: _Walk) -> list[str]:
    said = []
    if walk.inserted or walk.deleted:
        said.append(
            f"has tracked changes: {walk.inserted} insertions were kept and {walk.deleted} deletions dropped; "
            "accept or reject them in Word to say otherwise"
        )
    if walk.comments:
        said.append(f"has {walk.comments} comments, which are not in the text")
    return said
