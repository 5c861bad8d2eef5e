"""Hypothesis strategies for written pages, and where schemas and examples lie."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from lxml import etree

from images.geometry import Baseline, Box, Point, Polygon, Size
from images.layout.page import Hand, InsertionPlace, Line, LinePart, Role
from transcriptions.identity import HandId
from transcriptions.model import Certainty, Function, MarkKind, Place
from transcriptions.parsed import ParsedMark
from transcriptions.written import WrittenBlock, WrittenLine, WrittenPage

SHARED = Path(__file__).resolve().parents[2] / "shared"
SCHEMAS = SHARED / "schemas"
SOURCES = SHARED / "groundtruth" / "source"

WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
CONFIDENCES = st.sampled_from([0.25, 0.5, 0.875])


@st.composite
def marks(draw: st.DrawFn, text: str) -> ParsedMark:
    start = draw(st.integers(0, len(text)))
    return ParsedMark(
        kind=draw(st.sampled_from(MarkKind)),
        start=start,
        end=draw(st.integers(start, len(text))),
        raw=draw(TEXTS),
        raw_start=draw(st.integers(0, 5)),
        value=draw(TEXTS),
        certainty=draw(st.sampled_from(Certainty)),
        hand=draw(st.sampled_from(Hand)),
        function=draw(st.sampled_from(Function)),
        place=draw(st.sampled_from(Place)),
        hand_id=draw(st.none() | st.just(HandId("pencil"))),
        suggested=draw(st.none() | st.sampled_from(MarkKind)),
    )


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    return Box(draw(st.integers(0, 900)), draw(st.integers(0, 900)), draw(st.integers(2, 90)), draw(st.integers(2, 40)))


@st.composite
def lines(draw: st.DrawFn, *, rich: bool) -> WrittenLine:
    box = draw(boxes())
    hand = draw(st.sampled_from(Hand))
    parts = () if hand is Hand.UNKNOWN else (LinePart(box.x, box.right, hand, 1.0),)
    text = draw(TEXTS)
    found: tuple[ParsedMark, ...] = ()
    if rich:
        found = tuple(draw(st.lists(marks(text), max_size=2)))
        if draw(st.booleans()):
            parts = (
                LinePart(box.x, box.x + 1, Hand.TYPED, 0.5),
                LinePart(box.x + 1, box.right, Hand.HANDWRITTEN, 0.25),
            )
    middle = Point(box.x + box.width // 2, box.bottom - draw(st.integers(0, 2)))
    baseline = Baseline((Point(box.x, box.bottom - 1), middle, Point(box.right, box.bottom - 1)))
    boundary = draw(
        st.sampled_from([box.polygon, Polygon((Point(box.x, box.bottom), middle, Point(box.right, box.y)))])
    )
    layout = Line(
        baseline=baseline,
        boundary=boundary,
        role=draw(st.sampled_from(Role)),
        parts=parts,
        confidence=draw(CONFIDENCES) if rich else 1.0,
        faint=draw(st.booleans()) if rich else False,
    )
    return WrittenLine(layout, text, marks=found, confidence=draw(st.none() | CONFIDENCES))


@st.composite
def pages(draw: st.DrawFn, *, rich: bool) -> WrittenPage:
    blocks = []
    for index in range(draw(st.integers(0, 3))):
        found = [draw(lines(rich=rich)) for _ in range(draw(st.integers(1, 3)))]
        named = tuple(
            WrittenLine(line.layout, line.text, f"line_{index}_{k}", line.marks, line.confidence)
            for k, line in enumerate(found)
        )
        role = draw(st.none() | st.sampled_from(Role))
        blocks.append(WrittenBlock(draw(boxes()).polygon, named, role, f"block_{index}"))
    page = WrittenPage(
        Size(1000, 1000),
        tuple(blocks),
        image="p1.jpg",
        language=draw(st.sampled_from(["", "ru", "en", "grc", "zh-hant"])),
        creator="stroka",
        created="2026-01-02T03:04:05Z",
    )
    return draw(inserted(page)) if rich and page.lines else page


@st.composite
def inserted(draw: st.DrawFn, page: WrittenPage) -> WrittenPage:
    """Say of one line of a page where it is inserted."""
    number, host = (draw(st.integers(0, len(page.lines) - 1)) for _ in range(2))
    chosen = page.lines[number].source_id
    place, offset = InsertionPlace(host, draw(st.integers(0, 900))), draw(st.none() | st.integers(0, 20))
    blocks = tuple(
        replace(
            block,
            lines=tuple(
                replace(line, layout=replace(line.layout, place=place), offset=offset)
                if line.source_id == chosen
                else line
                for line in block.lines
            ),
        )
        for block in page.blocks
    )
    return replace(page, blocks=blocks)


@st.composite
def damages(draw: st.DrawFn, whole: bytes) -> bytes:
    """Break a file in a few places: cut out, double, overwrite."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(0, len(data) - 2)))
        length = draw(st.integers(0, 40))
        broken = draw(st.sampled_from([b"9", b"-", b"<", b"", b">", b"\xff", b"]]>", b"&#0;", b"&x;", b'"']))
        data[place : place + length] = broken * draw(st.integers(1, 3))
    return bytes(data)


class _Nowhere(etree.Resolver):
    """Gives the ALTO schemas the attributes of XLink, which they name at an address on the network."""

    def resolve(self, system_url: str | None, public_id: str | None, context: object) -> object:
        if system_url and system_url.endswith("xlink.xsd"):
            return self.resolve_string(_XLINK, context)
        return None


_XLINK = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
<xsd:attribute name="type" type="xsd:string"/><xsd:attribute name="href" type="xsd:anyURI"/>
<xsd:attribute name="role" type="xsd:string"/><xsd:attribute name="arcrole" type="xsd:string"/>
<xsd:attribute name="title" type="xsd:string"/><xsd:attribute name="show" type="xsd:string"/>
<xsd:attribute name="actuate" type="xsd:string"/>
<xsd:attributeGroup name="simpleLink"/></xsd:schema>"""


@cache
def page_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "page" / "pagecontent-2019-07-15.xsd"))


@cache
def alto_schema(version: str = "4-4") -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Nowhere())
    return etree.XMLSchema(etree.parse(SCHEMAS / "alto" / f"alto-{version}.xsd", parser))
