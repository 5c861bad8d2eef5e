"""Content with its marks -> TEI inside a segment; breaks and words on lines of their own among them.

Marks that cross each other are cut where they cross; the pieces of one point to each other with `next` and `prev`.
What has no width is an empty element or a note, whose words are the mark's value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from transcriptions import markup
from transcriptions.formats import xml
from transcriptions.formats.tei import marks as forms
from transcriptions.formats.tei.vocabulary import ID, PAIR, pointer
from transcriptions.model import MarkKind
from transcriptions.parsed import ParsedMark


@dataclass(frozen=True, slots=True)
class Milestone:
    """An empty element at a place in the content: the beginning of a line or page."""

    place: int
    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the content in an element of its own: words on a line of their own, inserted into another."""

    start: int
    end: int
    name: str
    attributes: Mapping[str, str]


@dataclass(slots=True)
class _Open:
    """A mark or stretch that is being written, and its element; it is cut where another one crosses it."""

    end: int
    name: str
    attributes: dict[str, str]
    id: str
    element: etree._Element | None = None
    pieces: int = 0

    def begin(self, parent: etree._Element) -> etree._Element:
        """Begin an element, which continues the one before where there was one."""
        before = self.element
        self.element = etree.SubElement(parent, self.name, self.attributes)
        if before is not None:
            if not self.pieces:
                self.id = before.get(ID) or self.id
                before.set(ID, self.id)
            self.pieces += 1
            before.set("next", f"#{self.id}.{self.pieces}")
            self.element.set(ID, f"{self.id}.{self.pieces}")
            self.element.set("prev", f"#{before.get(ID)}")
        return self.element


def write(
    parent: etree._Element,
    content: str,
    marks: Sequence[ParsedMark],
    *,
    prefix: str,
    milestones: Sequence[Milestone] = (),
    stretches: Sequence[Stretch] = (),
    translator: str | None = None,
) -> None:
    """Write a content into an element; `prefix` begins the xml:ids of marks that are cut.

    `translator` points to who made a translation ("" where nobody is named); None says that the words are the page's.
    """
    stretches = (*stretches, *_pairs(content, marks, milestones, stretches))
    opening: dict[int, list[_Open]] = {}
    empty: dict[int, list[etree._Element]] = {}
    for each in milestones:
        empty.setdefault(each.place, []).append(etree.Element(each.name, dict(each.attributes)))
    for number, stretch in enumerate(stretches):
        opened = _Open(stretch.end, stretch.name, dict(stretch.attributes), f"{prefix}.n{number}")
        opening.setdefault(stretch.start, []).append(opened)
    edges = [
        *((each.place, each.place) for each in milestones),
        *((each.start, each.end) for each in stretches),
        *((each.start, each.end) for each in marks),
    ]
    for number, mark in enumerate(sorted(marks, key=lambda mark: (mark.start, -mark.end))):
        if mark.start < mark.end:
            name, attributes = forms.wide(mark, crowded=_is_crowded(mark, edges), translator=translator)
            opening.setdefault(mark.start, []).append(_Open(mark.end, name, attributes, f"{prefix}.m{number}"))
        else:
            empty.setdefault(mark.start, []).append(forms.empty(mark, translator=translator))
    _Writing(parent, content, opening, empty).run()


def _pairs(
    content: str, marks: Sequence[ParsedMark], milestones: Sequence[Milestone], stretches: Sequence[Stretch]
) -> list[Stretch]:
    """Bring a deletion and what was written in its place together, where nothing else lies at them."""
    found = []
    for first, second in markup.substitutions(content, marks):
        start, end = min(first.start, second.start), max(first.end, second.end)
        apart = first.end <= second.start or second.end <= first.start
        others = [
            *((each.start, each.end) for each in marks if each is not first and each is not second),
            *((each.start, each.end) for each in stretches),
            *((each.place, each.place) for each in milestones),
        ]
        wide = first.start < first.end and second.start < second.end
        if wide and apart and not any(low <= end and start <= high for low, high in others):
            found.append(Stretch(start, end, "subst", {"ana": pointer(PAIR)}))
    return found


def _is_crowded(mark: ParsedMark, edges: Sequence[tuple[int, int]]) -> bool:
    """Say whether anything but the mark itself touches an expansion: an `ex` holds nothing but words."""
    if mark.kind is not MarkKind.EXPANSION:
        return False
    return sum(start <= mark.end and mark.start <= end for start, end in edges) > 1


class _Writing:
    """One content that is being written: the stack of open elements, outermost first."""

    def __init__(
        self,
        parent: etree._Element,
        content: str,
        opening: dict[int, list[_Open]],
        empty: dict[int, list[etree._Element]],
    ) -> None:
        self._content = content
        self._opening = opening
        self._empty = empty
        self._elements = [parent]
        self._open: list[_Open] = []

    def run(self) -> None:
        ends = {each.end for group in self._opening.values() for each in group}
        places = sorted({0, len(self._content)} | self._opening.keys() | self._empty.keys() | ends)
        for place, following in zip(places, [*places[1:], len(self._content)], strict=True):
            self._close(place)
            for element in self._empty.get(place, ()):
                self._elements[-1].append(element)
            self._begin(sorted(self._opening.get(place, ()), key=lambda each: -each.end))
            _say(self._elements[-1], xml.clean(self._content[place:following]))

    def _close(self, place: int) -> None:
        """Close what ends here; what lies in it and goes on is cut, and opened anew."""
        first = next((index for index, each in enumerate(self._open) if each.end <= place), None)
        if first is None:
            return
        cut = [each for each in self._open[first:] if each.end > place]
        del self._open[first:]
        del self._elements[first + 1 :]
        self._begin(cut)

    def _begin(self, opened: Sequence[_Open]) -> None:
        for each in opened:
            self._elements.append(each.begin(self._elements[-1]))
            self._open.append(each)


def _say(element: etree._Element, words: str) -> None:
    """Add words at the end of an element."""
    if not words:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + words
    else:
        element.text = (element.text or "") + words
