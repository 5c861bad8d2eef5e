from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images.layout.page import Hand, Role
from tests import written_pages
from transcriptions.errors import Unreadable
from transcriptions.formats import page_xml
from transcriptions.model import MarkKind
from transcriptions.written import WrittenPage

FOREIGN = """<?xml version="1.0"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15"><Metadata><Creator>T</Creator>
<Created>2020-01-01T00:00:00</Created><LastChange>2020-01-01T00:00:00</LastChange></Metadata>
<Page imageFilename="a.jpg" imageWidth="1000" imageHeight="800"><ReadingOrder><OrderedGroup id="o">
<RegionRefIndexed index="1" regionRef="r1"/><RegionRefIndexed index="0" regionRef="r2"/></OrderedGroup></ReadingOrder>
<TextRegion id="r1" type="paragraph" production="typewritten"><Coords points="10,10 500,10 500,90 10,90"/>
<TextLine id="l2" custom="readingOrder {index:1;}"><Coords points="10,60 400,60 400,80 10,80"/>
<TextEquiv index="1"><Unicode>wrong</Unicode></TextEquiv>
<TextEquiv index="0"><Unicode>вторая &amp; строка</Unicode></TextEquiv>
</TextLine>
<TextLine id="l1"
 custom="readingOrder {index:0;} add {offset:0; length:6;} textStyle {offset:7; length:6;strikethrough:true;}">
<Coords points="10,20 400,20 400,40 10,40"/><Baseline points="10,38 400,39"/>
<TextEquiv><Unicode>первая строка</Unicode></TextEquiv></TextLine>
<TextLine id="l3"><Coords points="-5,90 300.6,90 300,99 10,99"/><Word id="w1"><Coords points="1,1 2,1 2,2"/><TextEquiv>
<Unicode>по</Unicode></TextEquiv></Word><Word id="w2"><Coords points="1,1 2,1 2,2"/><TextEquiv><Unicode>словам</Unicode>
</TextEquiv></Word></TextLine></TextRegion>
<TextRegion id="r2" type="marginalia"><Coords points="600,10 900,10 900,90 600,90"/><TextRegion id="r3">
<Coords><Point x="600" y="10"/><Point x="700" y="10"/><Point x="700" y="50"/></Coords><TextEquiv><Unicode>раз
два</Unicode></TextEquiv></TextRegion></TextRegion>
<ImageRegion id="i"><Coords points="1,1 2,1 2,2"/></ImageRegion></Page></PcGts>"""


def written(page: WrittenPage) -> bytes:
    return b"".join(page_xml.write(page))


@given(written_pages.pages(rich=True))
@settings(max_examples=60)
def test_reading_what_was_written_gives_the_same_page(page: WrittenPage) -> None:
    assert page_xml.read(written(page), name="p.xml") == (page,)


def test_a_file_of_another_program() -> None:
    (page,) = page_xml.read(FOREIGN.encode(), name="p.xml")

    assert [block.source_id for block in page.blocks] == ["r2", "r3", "r1"]
    assert [line.text for line in page.lines] == ["раз", "два", "вторая & строка", "первая строка", "по словам"]
    first = next(line for line in page.lines if line.source_id == "l1")
    assert (first.layout.hand, first.layout.role) == (Hand.TYPED, Role.BODY)
    assert [(mark.kind, first.text[mark.start : mark.end]) for mark in first.marks] == [
        (MarkKind.INSERTION, "первая"),
        (MarkKind.DELETION, "строка"),
    ]
    assert page.blocks[0].role is Role.MARGINAL
    assert all(p.x >= 0 and p.y >= 0 for line in page.lines for p in line.layout.boundary.points)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<alto/>",
        b"<PcGts/>",
        b"<PcGts><Page/></PcGts>",
        b'<PcGts><Page imageWidth="0" imageHeight="5"/></PcGts>',
        b'<PcGts><Page imageWidth="nan" imageHeight="1e999"/></PcGts>',
        b"<a" * 1000,
        b"<PcGts>" * 5000,
        b'<!DOCTYPE a [<!ENTITY b "c">]><PcGts>&b;</PcGts>',
    ],
)
def test_what_is_no_page_xml_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        page_xml.read(data, name="p.xml")


def test_entities_are_not_read_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    head = f'<!DOCTYPE PcGts [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    data = FOREIGN.replace('<?xml version="1.0"?>', head).replace("первая", "&x;первая")
    (page,) = page_xml.read(data.encode(), name="p.xml")

    assert "secret" not in page.text


@given(st.data())
@settings(max_examples=150)
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(FOREIGN.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(damaged) - 2))
        damaged[place : place + data.draw(st.integers(0, 4))] = data.draw(
            st.sampled_from([b"9", b"-", b"<", b"", b"x", b" "])
        )
    try:
        page_xml.read(bytes(damaged), name="p.xml")
    except Unreadable as error:
        assert str(error)
