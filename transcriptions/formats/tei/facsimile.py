"""The `facsimile` (or `sourceDoc`) of a TEI file -> pages with their lines, and which zone or break is which line.

A zone is a line where a break of the text points to it or it points to one (`facs`, `corresp`, `start`), where its
type says so, or where it holds a `line` or the path of a baseline. Zones within a line belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from images.geometry import Baseline, Box, Point, Polygon, Size
from images.layout.page import Hand, InsertionPlace, LinePart, Role
from transcriptions.formats import labels, xml
from transcriptions.formats.tei.vocabulary import ID, pointers
from transcriptions.identity import is_id
from transcriptions.imported import line_name
from transcriptions.written import WrittenBlock, WrittenLine, WrittenPage, compose_line, polygon_around, polygon_of

_FINE = 500.0
"""A surface that is smaller in its own units is measured in something coarser than pixels, and is scaled up."""

_DEEPEST = 30
_LINE = re.compile(r"(?<!base)line(?=$|[\s:#_.])", re.I)
_WORD = re.compile(r"word|glyph|character|token|baseline", re.I)
_PIXELS = re.compile(r"(\d{1,7}(?:\.\d+)?)\s*(?:px)?")

Spot = tuple[int, int]
"""A line: its page's place among the file's pages, and its own among the page's lines."""


@dataclass(frozen=True, slots=True)
class TeiPage:
    """A page that a file knows of: the addresses of its images, its label, and its lines where the file has any."""

    images: tuple[str, ...] = ()
    label: str = ""
    written: WrittenPage | None = None


@dataclass(slots=True)
class Facsimile:
    """The pages of a file; `lines` and `surfaces` give the line or page that an xml:id is of (zone, break, surface)."""

    pages: list[TeiPage] = field(default_factory=list)
    lines: dict[str, Spot] = field(default_factory=dict)
    surfaces: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    _named: dict[tuple[str, str], int] = field(default_factory=dict)

    def line_at(self, element: etree._Element) -> Spot | None:
        """Give the line that an element of the text begins on, by what it points to or what points to it."""
        named = [element.get(ID) or "", *_targets(element, "facs"), *_targets(element, "corresp")]
        return next((self.lines[each] for each in named if each in self.lines), None)

    def page_at(self, element: etree._Element) -> int:
        """Give the page that a `pb` or `surface` begins; one that no surface shows is a page without lines."""
        named = [*_targets(element, "facs"), element.get(ID) or "", *_targets(element, "corresp")]
        found = next((self.surfaces[each] for each in named if each in self.surfaces), None)
        if found is not None:
            return found
        image, label = (element.get("facs") or "").strip().lstrip("#"), element.get("n") or ""
        known = self._named.get(("image", image) if image else ("label", label)) if image or label else None
        index = self.add(TeiPage((image,) if image else (), label)) if known is None else known
        if name := element.get(ID):
            self.surfaces[name] = index
        return index

    def add(self, page: TeiPage) -> int:
        """Add a page, which is found again by its images and its label; give its place."""
        for image in page.images:
            self._named.setdefault(("image", image), len(self.pages))
        if page.label:
            self._named.setdefault(("label", page.label), len(self.pages))
        self.pages.append(page)
        return len(self.pages) - 1


def _targets(element: etree._Element, key: str) -> list[str]:
    return [each.partition("#")[2] for each in (element.get(key) or "").split() if "#" in each]


def read(root: etree._Element, hands: Mapping[str, Hand]) -> Facsimile:
    """Read the surfaces of a file; `hands` gives the sort of writing of each handNote."""
    breaks = [each for each in root.iter("{*}lb", "{*}l", "{*}line", "{*}seg", "{*}ab") if isinstance(each.tag, str)]
    pointed = {target for each in breaks for target in _targets(each, "facs")}
    pointed |= {target for each in root.iter("{*}lb") for target in _targets(each, "corresp")}
    names = {name for each in breaks if xml.local(each) == "lb" and (name := each.get(ID))}
    surfaces = [each for each in root.iter("{*}surface") if isinstance(each.tag, str)]
    for strict in (True, False):
        reading = _Reading(pointed, names, hands, strict=strict)
        for surface in surfaces:
            reading.surface(surface)
        if reading.found.lines or any(page.written and page.written.lines for page in reading.found.pages):
            break
    return reading.found


@dataclass(slots=True)
class _Group:
    """A zone with the lines that lie in it."""

    zone: etree._Element | None
    lines: list[etree._Element] = field(default_factory=list)


class _Reading:
    def __init__(self, pointed: set[str], breaks: set[str], hands: Mapping[str, Hand], *, strict: bool) -> None:
        self._pointed = pointed
        self._breaks = breaks
        self._hands = hands
        self._strict = strict
        self.found = Facsimile()

    def surface(self, element: etree._Element) -> None:
        place = len(self.found.pages)
        if name := element.get(ID) or _name_around(element):
            self.found.surfaces[name] = place
        for name in (*_targets(element, "corresp"), *_targets(element, "start")):
            self.found.surfaces.setdefault(name, place)
        groups = [_Group(None)]
        self._gather(element, groups, 0)
        frame = _frame(element)
        written: list[WrittenLine] = []
        blocks = [block for group in groups if (block := self._block(group, frame, place, written)) is not None]
        page = None
        if blocks or frame.known:
            size = frame.size(line.layout.box for line in written)
            page = self._with_places(WrittenPage(size, tuple(blocks), next(iter(_images(element)), "")), element)
        self.found.add(TeiPage(tuple(_images(element)), element.get("n") or "", page))

    def _gather(self, parent: etree._Element, groups: list[_Group], depth: int) -> None:
        """Bring the zones that are lines together by the zone around them."""
        own = groups[-1]
        for zone in xml.children(parent, "zone"):
            inner = next(xml.children(zone, "zone"), None) is not None
            if self._is_line(zone, leaf=not inner):
                own.lines.append(zone)
            elif depth >= _DEEPEST:
                self.found.lost.append(f"a zone in more than {_DEEPEST} others: what lies in it is not read")
            else:
                groups.append(_Group(zone))
                self._gather(zone, groups, depth + 1)
                if own.zone is not None or own.lines:
                    # Lines that follow a zone within their own come after it.
                    own = _Group(own.zone)
                    groups.append(own)

    def _is_line(self, zone: etree._Element, *, leaf: bool) -> bool:
        if zone.get(ID) in self._pointed or not self._breaks.isdisjoint(
            (*_targets(zone, "corresp"), *_targets(zone, "start"))
        ):
            return True
        said = " ".join(zone.get(key) or "" for key in ("type", "subtype", "rendition"))
        if _WORD.search(said):
            return False
        if _LINE.search(said) or next(xml.children(zone, "line", "path"), None) is not None:
            return True
        return not self._strict and leaf

    def _block(self, group: _Group, frame: _Frame, page: int, written: list[WrittenLine]) -> WrittenBlock | None:
        role = None if group.zone is None else _role(group.zone)
        lines = []
        for zone in group.lines:
            line = self._line(zone, frame, role)
            if line is None:
                self.found.lost.append("a zone of a line without coordinates")
                continue
            lines.append(line)
            self._name(zone, (page, len(written)))
            written.append(line)
        boundary = None if group.zone is None else frame.boundary(group.zone)
        if not lines:
            return None
        name = "" if group.zone is None else group.zone.get(ID) or ""
        return WrittenBlock(boundary or polygon_around(lines, Size(1, 1)), tuple(lines), role, name)

    def _name(self, zone: etree._Element, spot: Spot) -> None:
        for each in (zone, *zone.iterdescendants("{*}zone", "{*}line")):
            if name := each.get(ID):
                self.found.lines.setdefault(name, spot)
        for name in (*_targets(zone, "corresp"), *_targets(zone, "start")):
            if name in self._breaks:
                self.found.lines.setdefault(name, spot)

    def _line(self, zone: etree._Element, frame: _Frame, block: Role | None) -> WrittenLine | None:
        hand = self._hands.get((zone.get("hand") or "").lstrip("#")) or _hand(zone) or Hand.UNKNOWN
        own = _role(zone)
        plain = own is Role.BODY and zone.get("type") != "line"
        role = (block if plain else own) or own or block or Role.BODY
        layout = compose_line(frame.boundary(zone), _baseline(zone, frame), hand=hand, role=role)
        if layout is None:
            return None
        sure = xml.number(zone.get("cert"))
        told = pointers(zone)
        parts = tuple(self._parts(zone, frame)) or layout.parts
        hand_sure = xml.number(told.get("hand_confidence"))
        if hand_sure is not None and len(parts) == 1:
            parts = (replace(parts[0], confidence=min(1.0, max(0.0, hand_sure))),)
        layout = replace(
            layout,
            confidence=1.0 if sure is None else min(1.0, max(0.0, sure)),
            faint="faint" in told.values(),
            parts=parts,
        )
        return WrittenLine(layout, source_id=_line_name(zone.get(ID) or ""))

    def _parts(self, zone: etree._Element, frame: _Frame) -> Iterator[LinePart]:
        for each in xml.children(zone, "zone"):
            ends = frame.points(" ".join(each.get(key) or "" for key in ("ulx", "uly", "lrx", "lry")))
            hand = self._hands.get((each.get("hand") or "").lstrip("#"))
            if each.get("type") == "part" and len(ends) == 2 and hand is not None:
                sure = xml.number(each.get("cert"))
                yield LinePart(ends[0].x, ends[1].x, hand, 1.0 if sure is None else min(1.0, max(0.0, sure)))

    def _with_places(self, page: WrittenPage, surface: etree._Element) -> WrittenPage:
        """Say into which lines inserted ones go, where the file is ours."""
        anchors: dict[str, tuple[str, int]] = {}
        for zone in surface.iter("{*}zone"):
            host, _, x = pointers(zone).get("anchor", "").rpartition("@")
            if host and x.isdecimal() and len(x) < 8:
                anchors[_line_name(zone.get(ID) or "")] = (_line_name(host), int(x))
        places = {line.source_id: index for index, line in enumerate(page.lines)}
        if not anchors:
            return page
        blocks = []
        for block in page.blocks:
            lines = []
            for line in block.lines:
                into, at = anchors.get(line.source_id, ("", 0))
                place = InsertionPlace(places[into], at) if into in places else None
                lines.append(replace(line, layout=replace(line.layout, place=place)))
            blocks.append(replace(block, lines=tuple(lines)))
        return replace(page, blocks=tuple(blocks))


def _name_around(surface: etree._Element) -> str:
    """Give the xml:id of a facsimile that holds just one surface, which pages then point to."""
    parent = surface.getparent()
    alone = next(surface.itersiblings("{*}surface"), None) is None and (
        next(surface.itersiblings("{*}surface", preceding=True), None) is None
    )
    return (parent.get(ID) or "") if parent is not None and alone else ""


def _line_name(name: str) -> str:
    """Name a line as other files of ours do, where a zone bears the id of one."""
    id = name.removeprefix("z-")
    return line_name(id) if name != id and is_id(id) else name  # type: ignore[arg-type]


def _role(zone: etree._Element) -> Role | None:
    """Give the role that a zone is labelled with; our own names come before the words of other projects."""
    subtype = zone.get("subtype") or ""
    if zone.get("type") == "line" and subtype in list(Role):
        return Role(subtype)
    said = (zone.get(key) or "" for key in ("subtype", "type", "rendition"))
    return next((role for label in said if (role := labels.role_of(label))), None)


def _hand(zone: etree._Element) -> Hand | None:
    said = (zone.get(key) or "" for key in ("subtype", "type", "rendition"))
    return next((hand for label in said if (hand := labels.hand_of(label))), None)


def _baseline(zone: etree._Element, frame: _Frame) -> Baseline | None:
    """Read the path of a line's baseline, which lies in its zone."""
    inner = (each for each in xml.children(zone, "zone") if each.get("type") == "baseline")
    for each in (*xml.children(zone, "path"), *inner):
        points = frame.points(each.get("points") or "")
        if len(points) >= 2:
            return Baseline(tuple(points))
    return None


# --- coordinates


@dataclass(frozen=True, slots=True)
class _Frame:
    """The coordinate space of a surface, and how many pixels of ours one of its units is."""

    left: float
    top: float
    width: float
    height: float
    across: float
    down: float

    @property
    def known(self) -> bool:
        """Whether the file says how large the surface is."""
        return self.width > 0 and self.height > 0

    def size(self, boxes: Iterable[Box]) -> Size:
        """Give the size in pixels; where the file says none, that of what lies on the surface."""
        if self.known:
            return Size(max(1, round(self.width * self.across)), max(1, round(self.height * self.down)))
        found = list(boxes)
        return Size(max(1, *(box.right for box in found)), max(1, *(box.bottom for box in found)))

    def points(self, text: str) -> list[Point]:
        """Read the points of a zone or path."""
        if (self.left, self.top, self.across, self.down) == (0.0, 0.0, 1.0, 1.0):
            return xml.points(text)
        figures = [float(each) for each in re.findall(r"[-+]?\d{1,9}(?:\.\d{1,9})?", text)]
        moved = (
            f"{(x - self.left) * self.across:.3f},{(y - self.top) * self.down:.3f}"
            for x, y in zip(figures[::2], figures[1::2], strict=False)
        )
        return xml.points(" ".join(moved))

    def boundary(self, zone: etree._Element) -> Polygon | None:
        """Give the outline of a zone: its points, else its corners."""
        found = polygon_of(self.points(zone.get("points") or ""))
        corners = [zone.get(key) for key in ("ulx", "uly", "lrx", "lry")]
        if found is not None or any(xml.number(each) is None for each in corners):
            return found
        return polygon_of(self.points(" ".join(str(each) for each in corners)))


def _frame(surface: etree._Element) -> _Frame:
    left, top, right, bottom = (xml.number(surface.get(key)) or 0.0 for key in ("ulx", "uly", "lrx", "lry"))
    width, height = right - left, bottom - top
    pixels = _picture(surface)
    if width < 1 and height < 1 and pixels is not None:
        return _Frame(0.0, 0.0, *pixels, 1.0, 1.0)
    if width <= 0 or height <= 0:
        return _Frame(left, top, 0.0, 0.0, 1.0, 1.0)
    across = down = 10.0 if max(width, height) < _FINE else 1.0
    if pixels is not None:
        across, down = pixels[0] / width, pixels[1] / height
    if max(width * across, height * down) > 10_000_000:
        return _Frame(left, top, 0.0, 0.0, 1.0, 1.0)
    return _Frame(left, top, width, height, across, down)


def _picture(surface: etree._Element) -> tuple[float, float] | None:
    """Give the size of the first picture of a surface in pixels, where its graphic says so."""
    for graphic in xml.children(surface, "graphic"):
        found = [_PIXELS.fullmatch((graphic.get(key) or "").strip()) for key in ("width", "height")]
        if found[0] is not None and found[1] is not None:
            width, height = float(found[0][1]), float(found[1][1])
            if width >= 1 and height >= 1:
                return width, height
    return None


def _images(surface: etree._Element) -> Iterator[str]:
    for note in xml.children(surface, "note"):
        if note.get("type") == "image":
            yield xml.text_of(note).strip()
    for graphic in surface.iterdescendants("{*}graphic"):
        if url := (graphic.get("url") or "").strip():
            yield url
