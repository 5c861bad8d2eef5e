"""hOCR (1.2, an HTML microformat) <-> written pages.

What the format has no property for (role, hand, a baseline of more than two points) stands in `x_` properties, which
it leaves to programs. Marks have no place in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from lxml import etree

from images.geometry import Baseline, Box, Point, Polygon, Size
from images.layout.page import Hand, Role
from transcriptions.errors import Unreadable
from transcriptions.formats import languages, xml
from transcriptions.formats.alto import is_language, word_boxes
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

PROFILE = "http://kba.cloud/hocr-spec/1.2/"
MEDIA_TYPE = "text/vnd.hocr+html"

_LINES = {
    "ocr_line": Role.BODY,
    "ocrx_line": Role.BODY,
    "ocr_header": Role.HEADING,
    "ocr_footer": Role.PAGE_NUMBER,
    "ocr_caption": Role.BODY,
    "ocr_textfloat": Role.MARGINAL,
    "ocr_marginalia": Role.MARGINAL,
}
_BLOCKS = frozenset({"ocr_carea", "ocrx_block"})
_PARAGRAPHS = frozenset({"ocr_par", "ocr_linear"})
_WORDS = frozenset({"ocrx_word", "ocr_word"})
_XHTML = "http://www.w3.org/1999/xhtml"


# --- reading


def looks_like(data: bytes) -> bool:
    """Say whether bytes are HTML with pages that hOCR marks."""
    head = data[:200_000]
    return b"ocr_page" in head and re.search(rb"<\s*(html|div|!doctype html|\?xml)", head, re.I) is not None


def read(data: bytes, *, name: str) -> tuple[WrittenPage, ...]:
    """Read a file's pages with all lines and texts. Raises Unreadable where it is no hOCR."""
    root = xml.parse_html(data, name=name)
    pages = [element for element in root.iter() if "ocr_page" in _classes(element)]
    if not pages:
        raise Unreadable(f"{name} is HTML without an ocr_page")
    said = {meta.get("name") or "": meta.get("content") or "" for meta in root.iter("{*}meta", "meta")}
    return tuple(_page(page, said, name, root) for page in pages)


def _page(element: etree._Element, said: Mapping[str, str], name: str, root: etree._Element) -> WrittenPage:
    properties = _properties(element)
    blocks = tuple(_blocks(element))
    image = re.fullmatch(r"""["']?(.*?)["']?""", properties.get("image", ""))
    tags = [tag for each in element.iter() if (tag := each.get("lang") or xml.attribute(each, "lang"))]
    language = max(tags, key=tags.count, default=root.get("lang") or "")
    return WrittenPage(
        size=_size(properties, blocks, name, element),
        blocks=blocks,
        image=image[1] if image else "",
        language=languages.tag(language) or language,
        creator=said.get("ocr-system", ""),
        created=said.get("ocr-date", ""),
    )


def _size(properties: Mapping[str, str], blocks: tuple[WrittenBlock, ...], name: str, element: etree._Element) -> Size:
    box = _box(properties.get("bbox", ""))
    if box is not None:
        return Size(box.right, box.bottom)
    boxes = [line.layout.box for block in blocks for line in block.lines]
    if not boxes:
        raise Unreadable(f"{name}: an ocr_page has no bbox", line=xml.line_of(element))
    return Size(max(each.right for each in boxes), max(each.bottom for each in boxes))


def _blocks(page: etree._Element) -> Iterator[WrittenBlock]:
    """Gather lines by the block, or else the paragraph, that they stand in."""
    groups: dict[etree._Element | None, list[etree._Element]] = {}
    holders: dict[etree._Element | None, etree._Element | None] = {}
    for element in _line_elements(page):
        parent = element.getparent()
        if parent not in holders:
            holders[parent] = _holder(element, page)
        groups.setdefault(holders[parent], []).append(element)
    around = _boundary(_properties(page)) or Size(1, 1).box.polygon
    for holder, elements in groups.items():
        role = None if holder is None else _named_role(_properties(holder).get("x_role", ""))
        boundary = None if holder is None else _boundary(_properties(holder))
        read = (_line(element, role, boundary or around) for element in elements)
        lines = tuple(line for line in read if line is not None)
        id = "" if holder is None else holder.get("id") or ""
        if lines or boundary is not None:
            yield WrittenBlock(boundary or polygon_around(lines, Size(1, 1)), lines, role, id)


def _line_elements(page: etree._Element) -> Iterator[etree._Element]:
    """Go through the lines of a page; words that stand in none are a line by their paragraph, or each by itself."""
    taken = False
    walk = etree.iterwalk(page, events=("start",))
    for _, element in walk:
        classes = _classes(element)
        alone = classes & (_BLOCKS | _PARAGRAPHS) and not _holds_lines(element) and xml.text_of(element).strip()
        if _LINES.keys() & classes or alone or _WORDS & classes:
            taken = True
            yield element
            walk.skip_subtree()
    if not taken and xml.text_of(page).strip():
        yield page


def _holds_lines(element: etree._Element) -> bool:
    inner = _LINES.keys() | _BLOCKS | _PARAGRAPHS
    return any(inner & _classes(each) for each in element.iterdescendants())


def _holder(line: etree._Element, page: etree._Element) -> etree._Element | None:
    paragraph: etree._Element | None = None
    for each in line.iterancestors():
        if each is page:
            break
        if _BLOCKS & _classes(each):
            return each
        if paragraph is None and _PARAGRAPHS & _classes(each):
            paragraph = each
    return paragraph


def _line(element: etree._Element, block: Role | None, around: Polygon) -> WrittenLine | None:
    properties = _properties(element)
    named = next((_LINES[each] for each in sorted(_classes(element)) if each in _LINES), Role.BODY)
    role = _named_role(properties.get("x_role", "")) or (named if named is not Role.BODY else block) or Role.BODY
    hand = Hand(properties["x_hand"]) if properties.get("x_hand") in list(Hand) else Hand.UNKNOWN
    words = [word for word in element.iterdescendants() if _WORDS & _classes(word)]
    whole = " ".join(xml.text_of(element).split())
    text = " ".join(" ".join(xml.text_of(each).split()) for each in words)
    if text.replace(" ", "") != whole.replace(" ", ""):
        # Not all that stands on the line stands in words.
        text = whole
    boundary = _boundary(properties) or around_words(_boundary(_properties(word)) for word in words)
    layout = compose_line(boundary, _baseline(properties), hand=hand, role=role)
    if layout is None and text.strip():
        layout = somewhere_in(around, hand=hand, role=role)
    if layout is None:
        return None
    sure = [value for word in words if (value := xml.number(_properties(word).get("x_wconf"))) is not None]
    even = len(set(sure)) == 1
    mean = (sure[0] if even else sum(sure) / len(sure)) / 100 if sure else None
    confidence = None if mean is None else round(min(1.0, max(0.0, mean)), 4)
    placed = xml.number(properties.get("x_confidence"))
    if placed is not None:
        layout = replace(layout, confidence=min(1.0, max(0.0, placed)))
    return WrittenLine(layout, " ".join(text.split()), element.get("id") or "", confidence=confidence)


def _named_role(name: str) -> Role | None:
    return Role(name) if name in list(Role) else None


def _boundary(properties: Mapping[str, str]) -> Polygon | None:
    polygon = polygon_of(xml.points(properties["poly"])) if "poly" in properties else None
    if polygon is not None:
        return polygon
    box = _box(properties.get("bbox", ""))
    return None if box is None else box.polygon


def _box(text: str) -> Box | None:
    corners = xml.points(text)
    if len(corners) < 2:
        return None
    (left, top), (right, bottom) = ((point.x, point.y) for point in corners[:2])
    return Box(min(left, right), min(top, bottom), max(1, abs(right - left)), max(1, abs(bottom - top)))


def _baseline(properties: Mapping[str, str]) -> Baseline | None:
    """Read a polyline of ours, or slope and offset from the box's lower left corner; one far outside is none."""
    points = xml.points(properties.get("x_baseline", ""))
    if len(points) >= 2:
        return Baseline(tuple(points))
    box = _box(properties.get("bbox", ""))
    figures = [xml.number(each) for each in properties.get("baseline", "").split()]
    if box is None or len(figures) != 2 or figures[0] is None or figures[1] is None:
        return None
    left = box.bottom + figures[1]
    right = left + figures[0] * box.width
    if not all(box.y <= y <= box.bottom + box.height / 2 for y in (left, right)):
        return None
    return Baseline((Point(box.x, round(left)), Point(box.right, round(right))))


def _classes(element: etree._Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split()) if isinstance(element.tag, str) else frozenset()


def _properties(element: etree._Element) -> dict[str, str]:
    """Read the title attribute: properties between semicolons, each a name and its values."""
    found: dict[str, str] = {}
    for written in re.findall(r"""(?:[^;"']|"[^"]*"|'[^']*'|["'])+""", element.get("title") or ""):
        name, _, value = written.strip().partition(" ")
        found.setdefault(name, value.strip())
    return found


# --- writing


def write(page: WrittenPage) -> Iterator[bytes]:
    """Write a page as hOCR, in XHTML."""
    root = etree.Element(_qualified("html"), nsmap=xml.default_namespace(_XHTML))
    if is_language(page.language):
        root.set("lang", page.language)
    head = etree.SubElement(root, _qualified("head"))
    etree.SubElement(head, _qualified("title")).text = xml.clean(page.image)
    etree.SubElement(head, _qualified("meta"), charset="utf-8")
    facts = {
        "ocr-system": page.creator,
        "ocr-date": page.created,
        "ocr-capabilities": "ocr_page ocr_carea ocr_line ocrx_word ocrp_poly",
    }
    for name, content in facts.items():
        etree.SubElement(head, _qualified("meta"), name=name, content=xml.clean(content))
    body = etree.SubElement(root, _qualified("body"))
    title = f'image "{_unquoted(page.image)}"; {_bbox(page.size.box)}; ppageno 0'
    element = etree.SubElement(body, _qualified("div"), {"class": "ocr_page", "id": "page_1", "title": title})
    names = xml.names([block.source_id for block in page.blocks], "block_", reserved={"page_1"})
    taken = {"page_1", *names}
    lines = iter(xml.names([line.source_id for line in page.lines], "line_", reserved=taken))
    for block, id in zip(page.blocks, names, strict=True):
        title = f"{_bbox(block.boundary.box)}; {_poly(block.boundary)}"
        if block.role is not None:
            title += f"; x_role {block.role.value}"
        area = etree.SubElement(element, _qualified("div"), {"class": "ocr_carea", "id": id, "title": title})
        for line in block.lines:
            _write_line(area, line, next(lines))
    yield etree.tostring(root, encoding="UTF-8", doctype="<!DOCTYPE html>", pretty_print=True)


def _qualified(name: str) -> str:
    return f"{{{_XHTML}}}{name}"


def _write_line(area: etree._Element, line: WrittenLine, id: str) -> None:
    layout = line.layout
    points = layout.baseline.points
    title = [
        _bbox(layout.box),
        _slope(layout.baseline, layout.box),
        "x_baseline " + " ".join(f"{p.x} {p.y}" for p in points),
        _poly(layout.boundary),
        f"x_role {layout.role.value}",
    ]
    if layout.confidence != 1.0:
        title.append(f"x_confidence {layout.confidence!r}")
    if layout.hand is not Hand.UNKNOWN:
        title.append(f"x_hand {layout.hand.value}")
    properties = {"class": "ocr_line", "id": id, "title": "; ".join(title)}
    element = etree.SubElement(area, _qualified("span"), properties)
    written: list[etree._Element] = []
    for word, box in zip(xml.clean(line.text).split(" "), word_boxes(line), strict=True):
        title = [_bbox(box)]
        if line.confidence is not None:
            title.append(f"x_wconf {round(line.confidence * 100, 4):g}")
        span = etree.SubElement(element, _qualified("span"), {"class": "ocrx_word", "title": "; ".join(title)})
        span.text = word
        written.append(span)
    for span, _ in pairwise(written):
        span.tail = " "


def _unquoted(name: str) -> str:
    return re.sub(r"[\"';]", "_", xml.clean(name))


def _bbox(box: Box) -> str:
    return f"bbox {box.x} {box.y} {box.right} {box.bottom}"


def _poly(boundary: Polygon) -> str:
    return "poly " + " ".join(f"{max(0, p.x)} {max(0, p.y)}" for p in boundary.points)


def _slope(baseline: Baseline, box: Box) -> str:
    first, last = baseline.points[0], baseline.points[-1]
    slope = (last.y - first.y) / (last.x - first.x) if last.x != first.x else 0.0
    return f"baseline {slope:.4f} {first.y - slope * (first.x - box.x) - box.bottom:.0f}"
