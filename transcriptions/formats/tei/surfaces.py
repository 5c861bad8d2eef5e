"""A page with its lines -> a `surface` with zones: the block, its lines, their baselines and hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from images.layout.page import Hand, LinePart, Role
from transcriptions.formats import labels, xml
from transcriptions.formats.tei.header import address
from transcriptions.formats.tei.vocabulary import ID, hand_note, pointer
from transcriptions.identity import LineId
from transcriptions.model import Line, Page


def compose(page: Page, lines: Sequence[Line], breaks: Mapping[LineId, Sequence[str]], *, url: str) -> etree._Element:
    """Write a page; `breaks` gives the xml:ids of what begins on each line, `url` the address of its picture."""
    size = page.size
    corners = {"ulx": "0", "uly": "0", "lrx": str(size.width), "lry": str(size.height)}
    surface = etree.Element("surface", {ID: f"s-{page.id}", "n": xml.clean(page.label) or "-", **corners})
    if page.source_id:
        etree.SubElement(surface, "note", type="image").text = xml.clean(page.source_id)
    for foliation in page.foliations:
        note = etree.SubElement(surface, "note", type="foliation", n=xml.clean(foliation.system))
        note.text = xml.clean(foliation.value)
    picture = {"url": address(url), "width": f"{size.width}px", "height": f"{size.height}px"}
    etree.SubElement(surface, "graphic", picture)
    block: etree._Element | None = None
    role: Role | None = None
    for line in lines:
        inserted = line.role is Role.INSERTION
        if block is None or (line.role is not role and not inserted):
            block, role = etree.SubElement(surface, "zone", type=labels.zone_label(line.role)), line.role
        _zone(block, line, breaks.get(line.id, ()))
    return surface


def _zone(block: etree._Element, line: Line, breaks: Sequence[str]) -> None:
    zone = etree.SubElement(block, "zone", {ID: f"z-{line.id}", "type": "line", "subtype": line.role.value})
    zone.set("points", xml.written_points(line.boundary.points))
    if line.hand is not Hand.UNKNOWN:
        zone.set("hand", f"#{hand_note(line.hand)}")
    if line.confidence != 1.0:
        zone.set("cert", repr(line.confidence))
    if breaks:
        zone.set("corresp", " ".join(f"#{name}" for name in breaks))
    told = [pointer("faint")] * line.faint
    if _is_whole(line) and line.parts[0].confidence != 1.0:
        told.append(pointer("hand_confidence", repr(line.parts[0].confidence)))
    if line.anchor is not None:
        told.append(pointer("anchor", f"z-{line.anchor.line}@{line.anchor.x}"))
    if told:
        zone.set("ana", " ".join(told))
    if not _is_whole(line):
        for part in line.parts:
            _part(zone, line, part)
    etree.SubElement(zone, "path", type="baseline", points=xml.written_points(line.baseline.points))


def _is_whole(line: Line) -> bool:
    """Say whether one part covers the whole line, so that the hand of its zone says all."""
    return [(part.start, part.end) for part in line.parts] == [(line.box.x, line.box.right)]


def _part(zone: etree._Element, line: Line, part: LinePart) -> None:
    corners = {"ulx": part.start, "uly": line.box.y, "lrx": part.end, "lry": line.box.bottom}
    written = {key: str(max(0, value)) for key, value in corners.items()}
    element = etree.SubElement(zone, "zone", {"type": "part", **written, "hand": f"#{hand_note(part.hand)}"})
    if part.confidence != 1.0:
        element.set("cert", repr(part.confidence))
