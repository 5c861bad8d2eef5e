"""PAGE XML (PRImA, versions 2010 to 2019) <-> written pages, with marks as Transkribus names them.

Written is 2019-07-15. What the format has no place for (parts of a line in several hands, where an insertion goes)
stands in `custom`, which other programs keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from images.geometry import Baseline, Polygon, Size
from images.layout.page import Hand, InsertionPlace, Line, LinePart, Role
from transcriptions.errors import Unreadable
from transcriptions.formats import custom, labels, languages, xml
from transcriptions.written import (
    UNSURE,
    WrittenBlock,
    WrittenLine,
    WrittenPage,
    around_words,
    compose_line,
    polygon_around,
    polygon_of,
    somewhere_in,
)

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
PROFILE = NAMESPACE
MEDIA_TYPE = "application/vnd.prima.page+xml"

_REGION = re.compile(r"\w*Region|TableCell")
_OF_TEXT = frozenset({"TextRegion", "TableCell"})
"""Regions that hold lines; the cell of a table is one in Transkribus's files."""

_DEEPEST = 30
_PRODUCTIONS = {
    "typewritten": Hand.TYPED,
    "printed": Hand.PRINTED,
    "handwritten-cursive": Hand.HANDWRITTEN,
    "handwritten-printscript": Hand.HANDWRITTEN,
    "medieval-manuscript": Hand.HANDWRITTEN,
}
_WRITTEN_PRODUCTIONS = {
    Hand.TYPED: "typewritten",
    Hand.PRINTED: "printed",
    Hand.HANDWRITTEN: "handwritten-cursive",
    Hand.STAMP: "other",
}
_ROLES = {role.value.replace("_", "-"): role for role in Role} | {
    "marginalia": Role.MARGINAL,
    "paragraph": Role.BODY,
    "caption": Role.BODY,
    "header": Role.HEADING,
}
_SEGMONTO = re.compile(r"(?:Zone|Line)(?:[:#]|$)")
_REGION_TYPES = {
    Role.BODY: "paragraph",
    Role.HEADING: "heading",
    Role.MARGINAL: "marginalia",
    Role.PAGE_NUMBER: "page-number",
}


def read(data: bytes, *, name: str) -> tuple[WrittenPage, ...]:
    """Read a file's pages with all lines and texts. Raises Unreadable where it is no PAGE XML."""
    root = xml.parse(data, name=name, roots=("PcGts",))
    metadata = xml.child(root, "Metadata")
    creator = xml.text_of(xml.child(metadata, "Creator")) if metadata is not None else ""
    created = xml.text_of(xml.child(metadata, "Created")) if metadata is not None else ""
    pages = tuple(_page(page, creator.strip(), created.strip(), name) for page in xml.children(root, "Page"))
    if not pages:
        raise Unreadable(f"{name} is PAGE XML without a Page")
    return pages


def _page(element: etree._Element, creator: str, created: str, name: str) -> WrittenPage:
    width, height = xml.number(element.get("imageWidth")), xml.number(element.get("imageHeight"))
    if width is None or height is None or width < 1 or height < 1:
        raise Unreadable(f"{name}: Page has no imageWidth and imageHeight in pixels", line=xml.line_of(element))
    size = Size(round(width), round(height))
    blocks = tuple(_ordered(list(_blocks(element, size, 0)), _order(element)))
    page = WrittenPage(
        size=size,
        blocks=blocks,
        image=element.get("imageFilename") or "",
        language=_language(element),
        creator=creator,
        created=created,
    )
    return _with_places(page, element)


def _language(page: etree._Element) -> str:
    """Give the language of a page, or that of most of what lies on it; it is in `custom` where it has no name here."""
    below = [named for each in page.iter() if (named := each.get("primaryLanguage"))]
    named = page.get("primaryLanguage") or max(below, key=below.count, default="")
    return languages.tag(named) or named or custom.value(custom.parse(page.get("custom") or ""), "language", "value")


def _order(page: etree._Element) -> dict[str, int]:
    """Give the place of each region in the reading order, by id."""
    found: dict[str, int] = {}

    def walk(group: etree._Element, depth: int) -> None:
        ordered = sorted(group, key=lambda child: xml.number(child.get("index")) or 0)
        for child in ordered:
            if reference := child.get("regionRef"):
                found.setdefault(reference, len(found))
            if depth < _DEEPEST:
                walk(child, depth + 1)

    order = xml.child(page, "ReadingOrder")
    if order is not None:
        walk(order, 0)
    return found


def _ordered(blocks: list[WrittenBlock], order: dict[str, int]) -> list[WrittenBlock]:
    """Sort blocks by the reading order; those that it leaves out stay behind the one before them in the file."""
    place = -1
    keyed = []
    for index, block in enumerate(blocks):
        place = order.get(block.source_id, place)
        keyed.append((place, index, block))
    return [block for _, _, block in sorted(keyed, key=lambda each: each[:2])]


def _blocks(parent: etree._Element, size: Size, depth: int) -> Iterator[WrittenBlock]:
    for element in parent:
        if _REGION.fullmatch(xml.local(element)) is None or depth > _DEEPEST:
            continue
        if xml.local(element) in _OF_TEXT:
            yield _block(element, size)
        yield from _blocks(element, size, depth + 1)


def _block(element: etree._Element, size: Size) -> WrittenBlock:
    tags = custom.parse(element.get("custom") or "")
    role = _role(custom.value(tags, "structure", "type")) or _role(element.get("type") or "")
    hand = _PRODUCTIONS.get(element.get("production") or "", Hand.UNKNOWN)
    boundary = _coordinates(element)
    around = boundary or size.box.polygon
    found = [_line(line, role, hand, around) for line in xml.children(element, "TextLine")]
    lines = [(place, line) for place, line in found if line is not None]
    if not found and boundary is not None:
        lines = [(None, line) for line in _lines_of_region(element, boundary, role, hand)]
    if lines and all(place is not None for place, _ in lines):
        lines.sort(key=lambda each: each[0] or 0)
    listed = tuple(line for _, line in lines)
    return WrittenBlock(boundary or polygon_around(listed, size), listed, role, element.get("id") or "")


def _role(name: str) -> Role | None:
    """Give the role that a type names: one of PAGE, or of the zones and lines of SegmOnto."""
    known = _ROLES.get(name)
    return labels.role_of(name) if known is None and _SEGMONTO.search(name) else known


def _line(
    element: etree._Element, role: Role | None, hand: Hand, around: Polygon
) -> tuple[float | None, WrittenLine | None]:
    tags = custom.parse(element.get("custom") or "")
    said = custom.value(tags, "structure", "type")
    role = _role(said) or role or Role.BODY
    hand = _PRODUCTIONS.get(element.get("production") or "", (labels.hand_of(said) if ":" in said else None) or hand)
    if element.get("production") == "other" and custom.value(tags, "hand", "value") == Hand.STAMP:
        hand = Hand.STAMP
    boundary = _coordinates(element) or around_words(map(_coordinates, xml.children(element, "Word")))
    layout = compose_line(boundary, _baseline(element), hand=hand, role=role)
    text, sure = _text(element)
    if layout is None and text.strip():
        layout = somewhere_in(around, hand=hand, role=role)
    if layout is None:
        return None, None
    confidence = _confidence(xml.child(element, "Coords"))
    layout = replace(
        layout,
        confidence=layout.confidence if confidence is None else confidence,
        faint=any(tag.name == "faint" for tag in tags),
        parts=_parts(tags) or layout.parts,
    )
    line = WrittenLine(layout, text, element.get("id") or "", custom.read_marks(tags, text), sure)
    return xml.number(custom.value(tags, "readingOrder", "index")), line


def _parts(tags: Sequence[custom.Tag]) -> tuple[LinePart, ...]:
    parts = []
    for tag in tags:
        start, end = xml.number(tag.get("from")), xml.number(tag.get("to"))
        if tag.name == "hand" and start is not None and end is not None and tag.get("value") in list(Hand):
            sure = xml.number(tag.get("confidence"))
            parts.append(LinePart(round(start), round(end), Hand(tag.get("value")), 1.0 if sure is None else sure))
    return tuple(parts)


def _coordinates(element: etree._Element) -> Polygon | None:
    coords = xml.child(element, "Coords")
    return None if coords is None else polygon_of(xml.points(_points_text(coords)))


def _baseline(element: etree._Element) -> Baseline | None:
    baseline = xml.child(element, "Baseline")
    points = [] if baseline is None else xml.points(_points_text(baseline))
    return Baseline(tuple(points)) if len(points) >= 2 else None


def _points_text(element: etree._Element) -> str:
    """Give points as text; the versions up to 2010 wrote an element for each."""
    if (written := element.get("points")) is not None:
        return str(written)
    return " ".join(f"{point.get('x')},{point.get('y')}" for point in xml.children(element, "Point"))


def _confidence(element: etree._Element | None) -> float | None:
    value = None if element is None else xml.number(element.get("conf"))
    return None if value is None else min(1.0, max(0.0, value))


def _text(element: etree._Element, depth: int = 0) -> tuple[str, float | None]:
    """Give the text of a line and how sure it is: its own, the one of lowest index, else that of its words."""
    equivalents = sorted(xml.children(element, "TextEquiv"), key=lambda each: xml.number(each.get("index")) or 0)
    for each in equivalents:
        unicode = xml.child(each, "Unicode")
        text = xml.text_of(unicode if unicode is not None else xml.child(each, "PlainText"))
        if text or xml.child(element, "Word") is None:
            return text.replace("\r", "").replace("\n", " "), _confidence(each)
    if depth == 0:
        words = [_text(word, 1)[0] for word in xml.children(element, "Word")]
        return " ".join(word for word in words if word), None
    return "".join(_text(glyph, 2)[0] for glyph in xml.children(element, "Glyph")), None


def _lines_of_region(element: etree._Element, boundary: Polygon, role: Role | None, hand: Hand) -> list[WrittenLine]:
    """Cut a region that has a text but no lines into lines of equal height."""
    equivalent = xml.child(element, "TextEquiv")
    if equivalent is None:
        return []
    texts = [text.strip() for text in xml.text_of(xml.child(equivalent, "Unicode")).splitlines() if text.strip()]
    box = boundary.box
    lines = []
    for index, text in enumerate(texts):
        top, bottom = (box.y + box.height * edge // len(texts) for edge in (index, index + 1))
        band = replace(box, y=top, height=max(1, bottom - top)).polygon
        layout = compose_line(band, None, hand=hand, role=role or Role.BODY)
        if layout is not None:
            lines.append(WrittenLine(replace(layout, confidence=UNSURE), text))
    return lines


def _with_places(page: WrittenPage, element: etree._Element) -> WrittenPage:
    """Set where insertions go, now that all lines are known."""
    ids = {line.source_id: index for index, line in enumerate(page.lines) if line.source_id}
    places: dict[str, InsertionPlace] = {}
    offsets: dict[str, int] = {}
    for line in element.iter("{*}TextLine"):
        tags = custom.parse(line.get("custom") or "")
        host, x = custom.value(tags, "anchor", "line"), xml.number(custom.value(tags, "anchor", "x"))
        if host in ids and x is not None:
            places[line.get("id") or ""] = InsertionPlace(ids[host], round(x))
            offset = custom.value(tags, "anchor", "offset")
            if re.fullmatch(r"\d{1,6}", offset):
                offsets[line.get("id") or ""] = int(offset)
    if not places:
        return page

    def placed(line: WrittenLine) -> WrittenLine:
        place = places.get(line.source_id)
        if place is None:
            return line
        return replace(line, layout=replace(line.layout, place=place), offset=offsets.get(line.source_id))

    blocks = tuple(replace(block, lines=tuple(placed(line) for line in block.lines)) for block in page.blocks)
    return replace(page, blocks=blocks)


# --- writing


def write(page: WrittenPage) -> Iterator[bytes]:
    """Write a page as PAGE XML 2019-07-15; `created` must be set, as the schema demands a time."""
    root = etree.Element(_qualified("PcGts"), nsmap=xml.default_namespace(NAMESPACE))
    metadata = etree.SubElement(root, _qualified("Metadata"))
    for label, value in (("Creator", page.creator), ("Created", page.created), ("LastChange", page.created)):
        etree.SubElement(metadata, _qualified(label)).text = xml.clean(value)
    element = etree.SubElement(root, _qualified("Page"), imageFilename=xml.clean(page.image))
    element.set("imageWidth", str(page.size.width))
    element.set("imageHeight", str(page.size.height))
    if name := languages.name(page.language):
        element.set("primaryLanguage", name)
    elif page.language:
        element.set("custom", custom.write([custom.Tag("language", (("value", page.language),))]))
    blocks = xml.names([block.source_id for block in page.blocks], "r", reserved={"reading_order"})
    lines = xml.names([line.source_id for line in page.lines], "l", reserved={"reading_order", *blocks})
    if page.blocks:
        group = etree.SubElement(etree.SubElement(element, _qualified("ReadingOrder")), _qualified("OrderedGroup"))
        group.set("id", "reading_order")
        for index, block_id in enumerate(blocks):
            etree.SubElement(group, _qualified("RegionRefIndexed"), index=str(index), regionRef=block_id)
    start = 0
    for block, block_id in zip(page.blocks, blocks, strict=True):
        _write_block(element, block, block_id, lines, start)
        start += len(block.lines)
    yield etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _qualified(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _write_block(page: etree._Element, block: WrittenBlock, name: str, names: Sequence[str], start: int) -> None:
    element = etree.SubElement(page, _qualified("TextRegion"), id=name)
    if block.role is not None:
        element.set("type", _REGION_TYPES.get(block.role, "other"))
        element.set("custom", custom.write([custom.Tag("structure", (("type", _structure(block.role)),))]))
    etree.SubElement(element, _qualified("Coords"), points=xml.written_points(block.boundary.points))
    for index, line in enumerate(block.lines):
        _write_line(element, line, index, names[start + index], names)
    if any(line.text for line in block.lines):
        equivalent = etree.SubElement(element, _qualified("TextEquiv"))
        joined = "\n".join(line.text for line in block.lines)
        etree.SubElement(equivalent, _qualified("Unicode")).text = xml.clean(joined)


def _write_line(block: etree._Element, line: WrittenLine, index: int, name: str, names: Sequence[str]) -> None:
    layout = line.layout
    element = etree.SubElement(block, _qualified("TextLine"), id=name)
    production = _WRITTEN_PRODUCTIONS.get(layout.hand)
    if production is not None:
        element.set("production", production)
    element.set("custom", custom.write(_line_tags(line, index, names)))
    coords = etree.SubElement(element, _qualified("Coords"), points=xml.written_points(layout.boundary.points))
    if layout.confidence != 1.0:
        coords.set("conf", repr(layout.confidence))
    etree.SubElement(element, _qualified("Baseline"), points=xml.written_points(layout.baseline.points))
    equivalent = etree.SubElement(element, _qualified("TextEquiv"))
    if line.confidence is not None:
        equivalent.set("conf", repr(line.confidence))
    etree.SubElement(equivalent, _qualified("Unicode")).text = xml.clean(line.text)


def _line_tags(line: WrittenLine, index: int, names: Sequence[str]) -> list[custom.Tag]:
    layout = line.layout
    tags = [custom.Tag("readingOrder", (("index", str(index)),))]
    tags.append(custom.Tag("structure", (("type", _structure(layout.role)),)))
    if _is_plain(layout):
        if layout.hand is Hand.STAMP:
            tags.append(custom.Tag("hand", (("value", Hand.STAMP.value),)))
    else:
        for part in layout.parts:
            figures = (("from", str(part.start)), ("to", str(part.end)), ("value", part.hand.value))
            tags.append(custom.Tag("hand", (*figures, ("confidence", repr(part.confidence)))))
    if layout.faint:
        tags.append(custom.Tag("faint"))
    if layout.place is not None and layout.place.line < len(names):
        anchor = [("line", names[layout.place.line]), ("x", str(layout.place.x))]
        anchor += [("offset", str(line.offset))] if line.offset is not None else []
        tags.append(custom.Tag("anchor", tuple(anchor)))
    return tags + custom.write_marks(line.marks)


def _is_plain(layout: Line) -> bool:
    """Say whether one part covers the whole line for sure, so that `production` says all."""
    box = layout.box
    whole = tuple((part.start, part.end, part.confidence) for part in layout.parts)
    return whole in ((), ((box.x, box.right, 1.0),))


def _structure(role: Role) -> str:
    return "marginalia" if role is Role.MARGINAL else role.value.replace("_", "-")
