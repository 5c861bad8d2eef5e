"""The words of a TEI text in order: passages (paragraphs, headings, segments) with their marks, lines and pages.

Everything that holds words is walked, whatever it is called. Words that stand beside the running text (running heads,
marginal notes) become passages of their own behind the one that they lie in, so that no sentence is torn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from lxml import etree

from images.layout.page import Hand
from transcriptions.formats import xml
from transcriptions.formats.tei import marks as forms
from transcriptions.formats.tei.facsimile import Facsimile, Spot
from transcriptions.formats.tei.passages import Gathered, OpenMark, Passage, finished
from transcriptions.formats.tei.vocabulary import ID, SPACE, UNPLACED, dating
from transcriptions.model import MarkKind, SegmentKind
from transcriptions.parsed import ParsedMark

_DEEPEST = 80
"""Elements nested deeper than this give their words only."""

_DEEPEST_MARKS = 12
"""Marks nested deeper than this keep their words only, as brackets do."""

_MOST_OVER_BLOCKS = 4
"""Marks that go on from one paragraph into the next at the same time; of more, only the beginnings are kept."""

_BLOCKS = frozenset(
    """
    ab address argument back body byline camera caption castGroup castItem castList cell closer dateline div div0
    div1 div2 div3 div4 div5 div6 div7 docImprint docTitle entry entryFree epigraph
    epilogue floatingText front group head imprimatur item lg list listApp listBibl opener p performance
    postscript prologue row salute set signed sourceDoc sp speaker stage surface surfaceGrp table text titlePage
    titlePart trailer view zone
    """.split()
)
_LINED = frozenset({"l", "addrLine", "line"})
"""Elements whose words are lines of the block that they lie in."""

_AROUND = frozenset({"q", "quote", "cit", "figure", "note", "said"})
"""Elements that are blocks only where they hold blocks."""

_OF_THE_TITLE = frozenset({"docAuthor", "docDate", "docEdition"})
"""Elements that are blocks only where they stand alone on a title page."""

_KINDS = {
    "head": SegmentKind.HEADING,
    "titlePart": SegmentKind.HEADING,
    "dateline": SegmentKind.DATE_LINE,
    "docDate": SegmentKind.DATE_LINE,
    "signed": SegmentKind.SIGNATURE,
    "opener": SegmentKind.ADDRESS,
    "address": SegmentKind.ADDRESS,
    "salute": SegmentKind.ADDRESS,
}
_OPTIONS = {
    "sic": MarkKind.SIC,
    "abbr": MarkKind.EXPANSION,
    "orig": MarkKind.EDITORIAL,
    "unclear": MarkKind.UNCERTAIN,
    "lem": None,
}
_SILENT = frozenset(
    {"graphic", "path", "media", "desc", "figDesc", "certainty", "precision", "respons", "alt", "index"}
)
_PLAIN = frozenset(
    """
    seg s cl phr w c pc am g expan abbr ex lem orig hi emph foreign q quote said cit figure choice app subst mod sic
    damage unclear supplied add del date stamp line l addrLine pb lb cb fw note gap space handShift surplus label num
    """.split()
)
"""Elements whose meaning is kept, or that say no more than their words do."""

_TXM = "http://textometrie.org/"
"""The namespace of tokens as TXM writes them: their form is the text, their analyses stand beside it."""

_BLANKS = re.compile(r"[ \t\r\n]+")
_HYPHENS = "-‐¬⸗\xad"


class Flow:
    """Walks elements of one file; remarks count what the model cannot hold."""

    def __init__(self, places: Facsimile, hands: Mapping[str, Hand], remarks: Counter[str]) -> None:
        self._places = places
        self._hands = hands
        self._remarks = remarks
        self._reset(frozenset())

    def _reset(self, left_out: Collection[etree._Element]) -> None:
        self._left_out = left_out
        self._passages: list[Passage] = []
        self._later: list[Passage] = []
        self._written = Gathered()
        self._spans: list[OpenMark] = []
        self._shift: OpenMark | None = None
        self._kinds: list[SegmentKind] = []
        self._line: Spot | None = None
        self._page: int | None = None
        self._opens = True

    def read(self, element: etree._Element, *, left_out: Collection[etree._Element] = frozenset()) -> list[Passage]:
        """Give the passages of an element in order, but for the elements that are left out."""
        self._reset(left_out)
        self._block(element, xml.local(element), 0)
        if self._shift is not None:
            self._close(self._shift)
        self._flush()
        return self._passages

    # --- walking

    def _walk(self, element: etree._Element, depth: int, *, preserve: bool) -> None:
        if depth > _DEEPEST:
            self._say(xml.text_of(element), preserve=preserve)
            return
        self._say(element.text, preserve=preserve)
        for child in element:
            if isinstance(child.tag, str) and child not in self._left_out:
                self._child(child, depth + 1, preserve=preserve)
            elif child.tag is etree.Entity:
                self._say(xml.spelled(child), preserve=preserve)
            self._say(child.tail, preserve=preserve)

    def _say(self, text: str | None, *, preserve: bool) -> None:
        if not text:
            return
        written = self._written
        if preserve:
            if written.pending and not text[0].isspace():
                written.settle()
            written.pending = ""
            written.add(text)
            return
        words = _BLANKS.sub(" ", text)
        if words[0] == " ":
            if not written.last.isspace():
                written.pending = written.pending or " "
            words = words[1:]
        if words:
            written.settle()
            written.add(words.removesuffix(" "))
            written.pending = " " if words[-1] == " " else ""

    def _child(self, element: etree._Element, depth: int, *, preserve: bool) -> None:
        name = xml.local(element)
        if name in ("lb", "pb", "cb"):
            self._break(element, name, preserve=preserve)
        elif (own := forms.of_ours(element)) is not None:
            self._own(element, own, depth, preserve=preserve)
        elif name == "w" and any(_TXM in str(each.tag) for each in element):
            self._token(element, depth, preserve=preserve)
        elif forms.is_no_mark(element):
            self._walk(element, depth, preserve=preserve)
        elif name in _LINED or self._is_line(element, name):
            self._lined(element, depth, preserve=preserve)
        elif name in _BLOCKS or _is_block(element, name):
            self._block(element, name, depth)
        elif name == "fw" or (name == "note" and forms.stands_on_page(element)):
            self._aside(element, name, depth, preserve=preserve)
        elif name in ("gap", "space"):
            kind = MarkKind.BLANK if name == "space" else forms.gap_kind(element)
            self._point(element, kind, forms.measured(element))
        elif name == "note":
            self._point(element, forms.note_kind(element), _plain(element))
        elif name == "figure" and "sign" in (element.get("type") or "").lower():
            self._point(element, MarkKind.SIGNATURE, "")
        elif name in ("choice", "app"):
            self._choice(element, name, depth, preserve=preserve)
        elif name == "milestone" and element.get("unit") == UNPLACED:
            self._begin_line(None)
        elif name == "handShift":
            self._change_hand(element)
        elif name == "anchor":
            self._written.anchors.append((element.get(ID) or "", self._written.next_place))
        elif name in _SILENT:
            if name not in ("path", "graphic"):
                self._remark(f"<{name}>: is not read")
        else:
            self._inline(element, name, depth, preserve=preserve)

    def _token(self, element: etree._Element, depth: int, *, preserve: bool) -> None:
        """Read a word of TXM: its form, and not what is said of it."""
        for child in element:
            if xml.local(child) == "form":
                self._walk(child, depth, preserve=preserve)
            elif isinstance(child.tag, str):
                self._remark(f"<txm:{xml.local(child)}>: what is said of words is not read")

    def _is_line(self, element: etree._Element, name: str) -> bool:
        """Say whether an element is a line of the page, by its type or as the zone that it is."""
        if name == "zone":
            return self._places.line_at(element) is not None
        return name in ("ab", "seg", "p") and (element.get("type") or "").lower() in ("line", "textline")

    def _inline(self, element: etree._Element, name: str, depth: int, *, preserve: bool) -> None:
        """Read an element of the running text: a mark where it is one, words on a line of their own, else words."""
        line = self._places.line_at(element) if element.get("facs") else None
        around = self._line
        if line is not None and line != around:
            self._begin_line(line)
        kind = forms.wide_kind(name, element)
        if kind is None:
            if name not in _PLAIN or (name == "hi" and element.attrib):
                self._remark(_described(element, name))
            self._walk(element, depth, preserve=preserve)
        else:
            value = dating(element) if kind is MarkKind.DATE else ""
            span = self._open(forms.of_others(element, self._hands, kind=kind, value=value), preserve=preserve)
            self._walk(element, depth, preserve=preserve)
            self._close(span)
        if line is not None and line != around:
            self._line = around
            self._written.lines.append((self._written.next_place, around))

    def _begin_line(self, line: Spot | None) -> None:
        self._line = line
        self._written.lines.append((self._written.next_place, line))

    def _lined(self, element: etree._Element, depth: int, *, preserve: bool) -> None:
        self._end_line(element, preserve=False)
        line = self._places.line_at(element) or self._zone_line(element)
        if line is not None:
            self._begin_line(line)
        self._walk(element, depth, preserve=preserve)
        self._written.pending = "\n"

    def _zone_line(self, element: etree._Element) -> Spot | None:
        """Give the line of the zone that a `line` of a `sourceDoc` lies in."""
        parent = element.getparent()
        return self._places.line_at(parent) if parent is not None and xml.local(parent) == "zone" else None

    def _end_line(self, element: etree._Element, *, preserve: bool) -> None:
        written = self._written
        hyphenated = written.last in _HYPHENS and not written.pending
        if element.get("break") == "no" and not (hyphenated and written.last):
            written.pending = ""
        elif not preserve or (written.last and not written.last.isspace()):
            written.pending = "\n"

    def _break(self, element: etree._Element, name: str, *, preserve: bool) -> None:
        self._end_line(element, preserve=preserve)
        if name == "lb":
            self._begin_line(self._places.line_at(element))
        elif name == "pb":
            self._page = self._places.page_at(element)
            self._written.pages.append((self._written.next_place, self._page))
            self._begin_line(None)
        else:
            self._remark("<cb>: the lines are kept, where a column begins is not")

    # --- passages

    def _block(self, element: etree._Element, name: str, depth: int) -> None:
        if name == "div" and re.search("apparatus|commentary|bibliography|index", element.get("type") or ""):
            self._remark(f'<div type="{element.get("type")}">: is left out, as it is no text of the document')
            return
        self._flush()
        self._opens = True
        if name == "surface":
            self._page = self._places.page_at(element)
        line = self._places.line_at(element) if element.get("facs") else None
        if line is not None:
            self._line = line
        kind = _KINDS.get(name)
        self._kinds += [kind] if kind else []
        if _is_cut(element):
            preserve = element.get(SPACE) == "preserve"
            for child in element:
                if isinstance(child.tag, str) and xml.local(child) == "seg":
                    self._segment(child, depth + 1, preserve=preserve)
                elif isinstance(child.tag, str):
                    self._child(child, depth + 1, preserve=preserve)
        else:
            self._walk(element, depth, preserve=False)
        self._flush()
        self._opens = True
        if kind:
            self._kinds.pop()

    def _segment(self, element: etree._Element, depth: int, *, preserve: bool) -> None:
        """Read a segment that the file itself cuts; only in such are blanks kept as they are, as ours have them."""
        self._flush()
        self._walk(element, depth, preserve=preserve)
        kind = element.get("type") or ""
        own = SegmentKind(kind) if kind in list(SegmentKind) else None
        self._flush(whole=True, kind=own, raw=element.get("n") or "", name=element.get(ID) or "")

    def _flush(self, *, whole: bool = False, kind: SegmentKind | None = None, raw: str = "", name: str = "") -> None:
        """End the passage that was being gathered; marks that go on are cut, and go on in the next one."""
        written = self._written
        for span in self._spans:
            self._end(span, last=False)
        self._written = Gathered()
        if written.words or written.marks:
            self._keep(finished(written), whole=whole, kind=kind, raw=raw, name=name)
        self._passages += self._later
        self._later = []
        for span in self._spans[_MOST_OVER_BLOCKS:]:
            span.void = True
            self._remark(f"a mark over paragraphs, in more than {_MOST_OVER_BLOCKS} others: only its beginning is kept")
        self._spans = self._spans[:_MOST_OVER_BLOCKS]
        for span in self._spans:
            self._reopen(span)
        self._written.lines.append((0, self._line))
        self._written.pages.append((0, self._page))

    def _keep(self, passage: Passage, *, whole: bool, kind: SegmentKind | None, raw: str, name: str) -> None:
        if passage.content or passage.marks:
            kind = kind or (self._kinds[-1] if self._kinds else None)
            self._passages.append(replace(passage, kind=kind, opens=self._opens, whole=whole, raw=raw, name=name))
            self._opens = False

    def _aside(self, element: etree._Element, name: str, depth: int, *, preserve: bool) -> None:
        """Read words that stand beside the running text."""
        with self._apart():
            hand = self._hands.get((element.get("hand") or "").lstrip("#"))
            span = None
            line = self._places.line_at(element) if element.get("facs") else None
            if line is not None:
                self._begin_line(line)
            if name == "note" and element.get("hand") and hand in (None, Hand.HANDWRITTEN, Hand.UNKNOWN):
                mark = forms.of_others(element, self._hands, kind=MarkKind.HANDWRITTEN)
                span = self._open(replace(mark, hand=Hand.HANDWRITTEN), preserve=preserve)
            self._walk(element, depth, preserve=preserve)
            if span is not None:
                self._close(span)

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """Gather passages apart from the one that is being gathered; they come after it."""
        kept = (self._written, self._passages, self._later, self._kinds, self._opens, self._line)
        spans, shift = self._spans, self._shift
        self._written, self._passages, self._later, self._kinds, self._opens = Gathered(), [], [], [], True
        self._spans, self._shift = [], None
        self._written.lines.append((0, self._line))
        self._written.pages.append((0, self._page))
        yield
        self._flush()
        found = self._passages
        self._written, self._passages, self._later, self._kinds, self._opens, self._line = kept
        self._spans, self._shift = spans, shift
        self._later += found

    # --- marks

    def _open(self, mark: ParsedMark, *, preserve: bool) -> OpenMark:
        written = self._written
        start = written.length if preserve else written.settle()
        span = OpenMark(mark, len(written.marks), start, trimmed=not preserve)
        if len(self._spans) < _DEEPEST_MARKS:
            written.marks.append(None)
            self._spans.append(span)
        else:
            span.void = True
            self._remark(f"a mark in more than {_DEEPEST_MARKS} others: only its words are kept")
        return span

    def _close(self, span: OpenMark) -> None:
        self._end(span, last=True)
        self._spans = [each for each in self._spans if each is not span]
        if self._shift is span:
            self._shift = None

    def _end(self, span: OpenMark, *, last: bool) -> None:
        """Set a mark down on what was walked of it since it began, or since it was cut."""
        if span.void:
            return
        written = self._written
        if written.length > span.start or (last and not span.cut):
            written.marks[span.index] = replace(span.mark, start=span.start, end=written.length)
            span.cut = True
        if span.trimmed:
            written.trimmed.add(span.index)

    def _reopen(self, span: OpenMark) -> None:
        span.index, span.start = len(self._written.marks), 0
        self._written.marks.append(None)

    def _point(self, element: etree._Element, kind: MarkKind, value: str) -> None:
        """Set a mark that has no words."""
        written = self._written
        mark = forms.of_others(element, self._hands, kind=kind, value=value)
        written.marks.append(replace(mark, start=written.length, end=written.length))

    def _own(self, element: etree._Element, mark: ParsedMark, depth: int, *, preserve: bool) -> None:
        """Read a mark that says in `ana` just what it is; a later piece of one that was cut lengthens it."""
        written = self._written
        before = (element.get("prev") or "").lstrip("#")
        index = written.cut.get(before)
        if xml.local(element) == "note":
            written.marks.append(replace(mark, start=written.length, end=written.length))
            return
        span = self._open(mark, preserve=preserve)
        self._walk(element, depth, preserve=preserve)
        self._close(span)
        if span.void:
            return
        if index is not None and written is self._written and (known := written.marks[index]) is not None:
            written.marks[index] = replace(known, end=written.length)
            written.marks[span.index] = None
        if (id := element.get(ID)) and written is self._written:
            written.cut[id] = index if index is not None else span.index

    def _change_hand(self, element: etree._Element) -> None:
        """Mark what another hand wrote from here on, as far as it is not typed or printed."""
        if self._shift is not None:
            self._close(self._shift)
        new = (element.get("new") or "").lstrip("#")
        hand = self._hands.get(new, Hand.UNKNOWN)
        if hand not in (Hand.TYPED, Hand.PRINTED) and new:
            shifted = etree.Element("seg", hand=f"#{new}")
            mark = forms.of_others(shifted, self._hands, kind=MarkKind.HANDWRITTEN)
            self._shift = self._open(mark, preserve=False)

    def _choice(self, element: etree._Element, name: str, depth: int, *, preserve: bool) -> None:
        """Take what stands on the page, and keep the other readings as the mark's value."""
        options = [child for child in element if isinstance(child.tag, str)]
        chosen = next((child for each in _OPTIONS for child in options if xml.local(child) == each), None)
        if chosen is None:
            chosen = next(iter(options), None)
        if chosen is None:
            return
        others = " / ".join(words for child in options if child is not chosen if (words := _plain(child)))
        kind = _OPTIONS.get(xml.local(chosen))
        if name == "app" or kind is None:
            self._walk(chosen, depth, preserve=preserve)
            if others:
                self._point(element, MarkKind.EDITOR_NOTE, others)
            return
        span = self._open(forms.of_others(element, self._hands, kind=kind, value=others), preserve=preserve)
        self._walk(chosen, depth, preserve=preserve)
        self._close(span)

    def _remark(self, words: str) -> None:
        self._remarks[words] += 1


def _is_cut(element: etree._Element) -> bool:
    """Say whether all words of a block stand in segments of its own."""
    children = [child for child in element if isinstance(child.tag, str)]
    names = [xml.local(child) for child in children if (child.get("type") or "").lower() not in ("line", "textline")]
    texts = [element.text, *(child.tail for child in element)]
    return (
        "seg" in names
        and len(names) == len(children)
        and set(names) <= {"seg", "pb", "lb", "cb", "fw", "milestone"}
        and not any(text and text.strip() for text in texts)
    )


def _is_block(element: etree._Element, name: str) -> bool:
    """Say whether an element that may be one or the other is a block where it stands."""
    if name in _AROUND:
        return any(xml.local(child) in _BLOCKS or xml.local(child) == "l" for child in element)
    parent = element.getparent()
    return name in _OF_THE_TITLE and parent is not None and xml.local(parent) in ("titlePage", "front")


def _plain(element: etree._Element) -> str:
    return " ".join(xml.text_of(element).split())


def _described(element: etree._Element, name: str) -> str:
    said = next((f' {key}="{element.get(key)}"' for key in ("rend", "rendition", "type") if element.get(key)), "")
    return f"<{name}{said[:60]}>: the words are kept, what the element says of them is not"
