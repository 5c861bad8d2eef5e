"""ALTO (Library of Congress, versions 1 to 4) <-> written pages; written is 4.4.

A line's role and hand stand in one tag, as the Tapuscorpus and eScriptorium write them: `DefaultLine:Typewritten`. A
blank between words is an SP, so that the text of a line comes back to the letter. Marks have no place in the format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from images.geometry import Baseline, Box, Point, Polygon, Size
from images.layout.page import Hand, Role
from transcriptions.errors import Unreadable
from transcriptions.formats import labels, languages, xml
from transcriptions.written import (
    WrittenBlock,
    WrittenLine,
    WrittenPage,
    around_words,
    compose_line,
    polygon_around,
    polygon_of,
    somewhere_in,
)

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
PROFILE = NAMESPACE
MEDIA_TYPE = "application/alto+xml"

_DEEPEST = 30
_SCALES = {"pixel": 1.0, "inch1200": 1.0, "mm10": 10.0}
"""How many units of ours one of the file's is; tenths of a millimetre would be too coarse for whole numbers."""


# --- reading


def read(data: bytes, *, name: str) -> tuple[WrittenPage, ...]:
    """Read a file's pages with all lines and texts. Raises Unreadable where it is no ALTO."""
    root = xml.parse(data, name=name, roots=("alto",))
    pages = [page for layout in xml.children(root, "Layout") for page in xml.children(layout, "Page")]
    if not pages:
        raise Unreadable(f"{name} is ALTO without a Page")
    reading = _Reading(root, name)
    return tuple(reading.page(page) for page in pages)


class _Reading:
    """One file: its unit, its tags, and what its description says."""

    def __init__(self, root: etree._Element, name: str) -> None:
        self._name = name
        unit = _first_text(root, "MeasurementUnit").lower() or "pixel"
        if unit not in _SCALES:
            raise Unreadable(f"{name}: MeasurementUnit is {unit!r}; allowed are {', '.join(_SCALES)}")
        self._scale = _SCALES[unit]
        self._labels = {
            tag.get("ID") or "": tag.get("LABEL") or ""
            for tags in xml.children(root, "Tags")
            for tag in tags
            if xml.local(tag).endswith("Tag")
        }
        self._order: dict[str, int] = {}
        for reference in root.iter("{*}ElementRef"):
            for referred in (reference.get("REF") or "").split():
                self._order.setdefault(referred, len(self._order))
        self._image = _first_text(root, "fileName")
        self._creator = _first_text(root, "softwareName")
        self._created = _first_text(root, "processingDateTime")
        self._languages: list[str] = []
        self._whole = Size(1, 1).box.polygon

    def page(self, element: etree._Element) -> WrittenPage:
        self._languages = [found for found in (xml.attribute(element, "LANG"),) if found]
        self._whole = (self._said_size(element) or Size(1, 1)).box.polygon
        blocks = tuple(self._ordered(list(self._blocks(element, 0))))
        language = max(self._languages, key=self._languages.count, default="")
        return WrittenPage(
            size=self._size(element, blocks),
            blocks=blocks,
            image=self._image,
            language=languages.tag(language) or language,
            creator=self._creator,
            created=self._created,
        )

    def _said_size(self, element: etree._Element) -> Size | None:
        """Give the size that a page, or else its print space, says that it has."""
        for space in (element, *xml.children(element, "PrintSpace")):
            width, height = (self._number(space, key) for key in ("WIDTH", "HEIGHT"))
            if width is not None and height is not None and width >= 1 and height >= 1:
                left, top = (self._number(space, key) or 0.0 for key in ("HPOS", "VPOS"))
                return Size(max(1, round(width + left)), max(1, round(height + top)))
        return None

    def _size(self, element: etree._Element, blocks: Sequence[WrittenBlock]) -> Size:
        if (said := self._said_size(element)) is not None:
            return said
        boxes = [line.layout.box for block in blocks for line in block.lines]
        if not boxes:
            raise Unreadable(f"{self._name}: Page has no WIDTH and HEIGHT", line=xml.line_of(element))
        return Size(max(1, max(b.right for b in boxes)), max(1, max(b.bottom for b in boxes)))

    def _number(self, element: etree._Element, key: str) -> float | None:
        value = xml.number(element.get(key))
        return None if value is None else value * self._scale

    def _blocks(self, parent: etree._Element, depth: int) -> Iterator[WrittenBlock]:
        for element in parent:
            name = xml.local(element)
            if name == "TextBlock":
                yield self._block(element)
            elif name == "TextLine":
                # Against the schema, but some programs write lines without a block so.
                yield from self._loose(element)
            elif depth < _DEEPEST and (name in ("PrintSpace", "ComposedBlock") or name.endswith("Margin")):
                yield from self._blocks(element, depth + 1)

    def _ordered(self, blocks: list[WrittenBlock]) -> list[WrittenBlock]:
        """Sort blocks, and lines in them, by the ReadingOrder of the file, as far as it names them."""
        order, place, keyed = self._order, -1, []
        for index, block in enumerate(blocks):
            ranks = [order[line.source_id] for line in block.lines if line.source_id in order]
            if len(ranks) == len(block.lines) > 0:
                lines = sorted(block.lines, key=lambda line: order[line.source_id])
                block = replace(block, lines=tuple(lines))
            place = order.get(block.source_id, min(ranks, default=place))
            keyed.append((place, index, block))
        return [block for _, _, block in sorted(keyed, key=lambda each: each[:2])]

    def _block(self, element: etree._Element) -> WrittenBlock:
        if language := xml.attribute(element, "LANG") or xml.attribute(element, "lang"):
            self._languages.append(language)
        role = next((role for label in self._labels_of(element) if (role := labels.role_of(label))), None)
        boundary = self._boundary(element)
        read = (self._line(line, role, boundary) for line in xml.children(element, "TextLine"))
        lines = tuple(line for line in read if line is not None)
        return WrittenBlock(boundary or polygon_around(lines, Size(1, 1)), lines, role, element.get("ID") or "")

    def _loose(self, element: etree._Element) -> Iterator[WrittenBlock]:
        line = self._line(element, None, None)
        if line is not None:
            yield WrittenBlock(line.layout.boundary, (line,))

    def _labels_of(self, element: etree._Element) -> list[str]:
        return [self._labels[id] for id in (element.get("TAGREFS") or "").split() if id in self._labels]

    def _line(self, element: etree._Element, block: Role | None, around: Polygon | None) -> WrittenLine | None:
        if language := xml.attribute(element, "LANG"):
            self._languages.append(language)
        named = self._labels_of(element)
        role = next((role for label in named if (role := labels.role_of(label))), block) or Role.BODY
        hand = next((hand for label in named if (hand := labels.hand_of(label))), Hand.UNKNOWN)
        boundary = self._boundary(element) or around_words(map(self._boundary, xml.children(element, "String")))
        layout = compose_line(boundary, self._baseline(element), hand=hand, role=role)
        text, confidence = _text(element)
        if layout is None and text.strip():
            layout = somewhere_in(around or self._whole, hand=hand, role=role)
        if layout is None:
            return None
        return WrittenLine(layout, text, element.get("ID") or "", confidence=confidence)

    def _boundary(self, element: etree._Element) -> Polygon | None:
        shape = xml.child(element, "Shape")
        polygon = None if shape is None else xml.child(shape, "Polygon")
        if polygon is not None:
            found = polygon_of(self._points(polygon.get("POINTS") or ""))
            if found is not None:
                return found
        left, top, width, height = (self._number(element, key) for key in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
        if left is None or top is None or width is None or height is None:
            return None
        return Box(max(0, round(left)), max(0, round(top)), max(1, round(width)), max(1, round(height))).polygon

    def _points(self, text: str) -> list[Point]:
        if self._scale == 1.0:
            return xml.points(text)
        figures = (float(figure) * self._scale for figure in re.findall(r"-?\d{1,9}(?:\.\d+)?", text))
        return xml.points(" ".join(f"{figure:.3f}" for figure in figures))

    def _baseline(self, element: etree._Element) -> Baseline | None:
        """Read a polyline, or the single height that the versions up to 4.0 give."""
        written = element.get("BASELINE") or ""
        height = xml.number(written)
        if height is not None:
            left, width = self._number(element, "HPOS"), self._number(element, "WIDTH")
            if left is None or width is None:
                return None
            y = max(0, round(height * self._scale))
            return Baseline((Point(max(0, round(left)), y), Point(max(0, round(left)) + max(1, round(width)), y)))
        points = self._points(written)
        return Baseline(tuple(points)) if len(points) >= 2 else None


def _first_text(root: etree._Element, name: str) -> str:
    return next((xml.text_of(each).strip() for each in root.iter(f"{{*}}{name}")), "")


def _text(line: etree._Element) -> tuple[str, float | None]:
    """Give the text of a line and how sure it is; a file without any SP has a blank between its strings."""
    parts = list(xml.children(line, "String", "SP", "HYP"))
    spaced = any(xml.local(part) == "SP" for part in parts)
    words: list[str] = []
    sure: list[float] = []
    for part in parts:
        name = xml.local(part)
        if name == "SP":
            words.append(" ")
            continue
        if words and not spaced and name == "String":
            words.append(" ")
        words.append((part.get("CONTENT") or "").replace("\r", "").replace("\n", " "))
        confidence = xml.number(part.get("WC"))
        if confidence is not None:
            sure.append(min(1.0, max(0.0, confidence)))
    even = len(set(sure)) == 1
    return "".join(words), (sure[0] if even else sum(sure) / len(sure)) if sure else None


# --- writing


def write(page: WrittenPage) -> Iterator[bytes]:
    """Write a page as ALTO 4.4."""
    root = etree.Element(_qualified("alto"), nsmap=xml.default_namespace(NAMESPACE))
    _write_description(root, page)
    used = sorted({(line.layout.role, line.layout.hand) for line in page.lines})
    lines = {pair: f"LT{index}" for index, pair in enumerate(used)}
    zones = {role: f"BT{index}" for index, role in enumerate(sorted({b.role for b in page.blocks if b.role}))}
    if lines or zones:
        tags = etree.SubElement(root, _qualified("Tags"))
        for role, id in zones.items():
            _tag(tags, id, labels.zone_label(role), "block type")
        for (role, hand), id in lines.items():
            _tag(tags, id, labels.line_label(role, hand), "line type")
    layout = etree.SubElement(root, _qualified("Layout"))
    element = etree.SubElement(layout, _qualified("Page"), ID="page", PHYSICAL_IMG_NR="1")
    if is_language(page.language):
        element.set("LANG", page.language)
    element.set("WIDTH", str(page.size.width))
    element.set("HEIGHT", str(page.size.height))
    space = etree.SubElement(element, _qualified("PrintSpace"))
    _place(space, page.size.box)
    names = xml.names([b.source_id for b in page.blocks], "b", reserved={"page", *lines.values(), *zones.values()})
    taken = {"page", *names, *lines.values(), *zones.values()}
    line_names = iter(xml.names([line.source_id for line in page.lines], "l", reserved=taken))
    for block, id in zip(page.blocks, names, strict=True):
        written = etree.SubElement(space, _qualified("TextBlock"), ID=id)
        if block.role is not None:
            written.set("TAGREFS", zones[block.role])
        _place(written, block.boundary.box)
        _shape(written, block.boundary)
        for line in block.lines:
            _write_line(written, line, next(line_names), lines)
    yield etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def is_language(tag: str) -> bool:
    """Say whether a text has the form of xsd:language."""
    return re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", tag) is not None


def _qualified(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _write_description(root: etree._Element, page: WrittenPage) -> None:
    description = etree.SubElement(root, _qualified("Description"))
    etree.SubElement(description, _qualified("MeasurementUnit")).text = "pixel"
    source = etree.SubElement(description, _qualified("sourceImageInformation"))
    etree.SubElement(source, _qualified("fileName")).text = xml.clean(page.image)
    if page.creator or page.created:
        processing = etree.SubElement(description, _qualified("Processing"), ID="processing")
        if page.created:
            etree.SubElement(processing, _qualified("processingDateTime")).text = xml.clean(page.created)
        software = etree.SubElement(processing, _qualified("processingSoftware"))
        etree.SubElement(software, _qualified("softwareName")).text = xml.clean(page.creator)


def _tag(tags: etree._Element, id: str, label: str, kind: str) -> None:
    etree.SubElement(tags, _qualified("OtherTag"), ID=id, LABEL=label, DESCRIPTION=f"{kind} {label}")


def _place(element: etree._Element, box: Box) -> None:
    for key, value in (("HPOS", box.x), ("VPOS", box.y), ("WIDTH", box.width), ("HEIGHT", box.height)):
        element.set(key, str(value))


def _shape(element: etree._Element, boundary: Polygon) -> None:
    shape = etree.SubElement(element, _qualified("Shape"))
    etree.SubElement(shape, _qualified("Polygon"), POINTS=xml.written_points(boundary.points))


def _write_line(block: etree._Element, line: WrittenLine, id: str, tags: Mapping[tuple[Role, Hand], str]) -> None:
    layout = line.layout
    element = etree.SubElement(block, _qualified("TextLine"), ID=id, TAGREFS=tags[layout.role, layout.hand])
    element.set("BASELINE", xml.written_points(layout.baseline.points))
    _place(element, layout.box)
    _shape(element, layout.boundary)
    words = xml.clean(line.text).split(" ")
    places = word_boxes(line)
    for index, word in enumerate(words):
        if index:
            etree.SubElement(element, _qualified("SP"))
        string = etree.SubElement(element, _qualified("String"), CONTENT=word)
        _place(string, places[index])
        if line.confidence is not None:
            string.set("WC", repr(line.confidence))


def word_boxes(line: WrittenLine) -> tuple[Box, ...]:
    """Share a line's box out among its words (cut at each blank), as in type of fixed pitch."""
    box, text = line.layout.box, line.text
    step = box.width / max(1, len(text))
    found, start = [], 0
    for word in text.split(" "):
        left = min(round(box.x + start * step), box.right - 1)
        right = min(max(left + 1, round(box.x + (start + len(word)) * step)), box.right)
        found.append(replace(box, x=left, width=max(1, right - left)))
        start += len(word) + 1
    return tuple(found)
