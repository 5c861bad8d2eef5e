from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from images.geometry import Box
from images.layout.page import Hand, Role
from tests import written_pages
from transcriptions.errors import Unreadable
from transcriptions.formats import alto
from transcriptions.written import UNSURE, WrittenPage

OLD = """<?xml version="1.0"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Description><MeasurementUnit>mm10</MeasurementUnit>
<sourceImageInformation><fileName>a.tif</fileName></sourceImageInformation>
<OCRProcessing ID="o"><ocrProcessingStep><processingSoftware><softwareName>Reader</softwareName></processingSoftware>
</ocrProcessingStep></OCRProcessing></Description>
<Layout><Page ID="p1" PHYSICAL_IMG_NR="1" WIDTH="2100" HEIGHT="2970"><TopMargin HPOS="0" VPOS="0" WIDTH="1" HEIGHT="1">
<TextBlock ID="b0" HPOS="10" VPOS="10" WIDTH="100" HEIGHT="20"><TextLine HPOS="10" VPOS="10" WIDTH="100" HEIGHT="20">
<String CONTENT="Vol." HPOS="1" VPOS="1" WIDTH="1" HEIGHT="1" WC="0.5"/></TextLine></TextBlock></TopMargin>
<PrintSpace HPOS="0" VPOS="0" WIDTH="2100" HEIGHT="2970"><ComposedBlock ID="c"><ComposedBlock ID="d">
<TextBlock ID="b1" HPOS="100" VPOS="100" WIDTH="500" HEIGHT="60" language="fr">
<TextLine ID="l1" BASELINE="128" HPOS="100.5" VPOS="100" WIDTH="500" HEIGHT="30"><String CONTENT="Un"/><SP/>
<String CONTENT="exem" SUBS_TYPE="HypPart1" SUBS_CONTENT="exemple"/><HYP CONTENT="-"/></TextLine>
<TextLine ID="l2" BASELINE="159" HPOS="100" VPOS="130" WIDTH="500" HEIGHT="30"><String CONTENT="ple" WC="0.9"/>
<String CONTENT="plat" WC="0.7"/></TextLine></TextBlock></ComposedBlock></ComposedBlock></PrintSpace></Page></Layout>
</alto>"""


def written(page: WrittenPage) -> bytes:
    return b"".join(alto.write(page))


@given(written_pages.pages(rich=False))
@settings(max_examples=60)
def test_reading_what_was_written_gives_the_same_page(page: WrittenPage) -> None:
    assert alto.read(written(page), name="p.xml") == (page,)


def test_an_old_file_in_tenths_of_a_millimetre() -> None:
    (page,) = alto.read(OLD.encode(), name="p.xml")

    assert (page.size.width, page.size.height) == (21000, 29700)
    assert (page.image, page.creator) == ("a.tif", "Reader")
    assert [line.text for line in page.lines] == ["Vol.", "Un exem-", "ple plat"]
    assert [line.confidence for line in page.lines] == [0.5, None, pytest.approx(0.8)]
    assert page.lines[1].layout.box == Box(1005, 1000, 5000, 300)
    assert [point.y for point in page.lines[1].layout.baseline.points] == [1280, 1280]


def test_words_of_lines_without_coordinates_come_too() -> None:
    data = OLD.replace(' ID="l1" BASELINE="128" HPOS="100.5" VPOS="100" WIDTH="500" HEIGHT="30"', "").replace(
        ' ID="l2" BASELINE="159" HPOS="100" VPOS="130" WIDTH="500" HEIGHT="30"', ' ID="l2"'
    )
    data = data.replace('CONTENT="ple"', 'CONTENT="ple" HPOS="100" VPOS="130" WIDTH="50" HEIGHT="30"')
    (page,) = alto.read(data.encode(), name="p.xml")

    assert [line.text for line in page.lines] == ["Vol.", "Un exem-", "ple plat"]
    assert [line.layout.confidence for line in page.lines] == [1.0, UNSURE, 1.0]
    assert page.lines[2].layout.box == Box(1000, 1300, 500, 300)


@pytest.mark.parametrize(
    ("label", "role", "hand"),
    [
        ("DefaultLine:Typewritten", Role.BODY, Hand.TYPED),
        ("DefaultLine:Handwritten", Role.BODY, Hand.HANDWRITTEN),
        ("DefaultLine:Print", Role.BODY, Hand.PRINTED),
        ("InterlinearLine", Role.INSERTION, Hand.UNKNOWN),
        ("HeadingLine:title", Role.HEADING, Hand.UNKNOWN),
        ("StampLine", Role.STAMP, Hand.UNKNOWN),
        ("manuscript", Role.BODY, Hand.HANDWRITTEN),
    ],
)
def test_labels_of_lines(label: str, role: Role, hand: Hand) -> None:
    data = OLD.replace("<Layout>", f'<Tags><OtherTag ID="t" LABEL="{label}"/></Tags><Layout>').replace(
        'ID="l1"', 'ID="l1" TAGREFS="t"'
    )
    line = alto.read(data.encode(), name="p.xml")[0].lines[1]

    assert (line.layout.role, line.layout.hand) == (role, hand)


@pytest.mark.skipif(not written_pages.SOURCES.exists(), reason="the examples are not here (../shared/groundtruth)")
def test_files_of_other_projects_come_with_all_lines_and_texts() -> None:
    paths = sorted(written_pages.SOURCES.glob("*.xml"))
    assert len(paths) > 10
    for path in paths:
        root = etree.parse(path)
        lines = list(root.iter("{*}TextLine"))
        texts = [" ".join(string.get("CONTENT") for string in line.iter("{*}String")) for line in lines]
        (page,) = alto.read(path.read_bytes(), name=path.name)

        assert [line.text for line in page.lines] == texts
        assert {line.source_id for line in page.lines} == {line.get("ID") for line in lines}
        assert (page.size.width, page.size.height) == (
            int(root.find(".//{*}Page").get("WIDTH")),
            int(root.find(".//{*}Page").get("HEIGHT")),
        )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<PcGts/>",
        b"<alto/>",
        b"<alto><Layout><Page/></Layout></alto>",
        b"<alto><Description><MeasurementUnit>ell</MeasurementUnit></Description><Layout><Page/></Layout></alto>",
        b'<alto><Layout><Page WIDTH="1e99" HEIGHT="1"/></Layout></alto>',
        b"<alto>" * 5000,
    ],
)
def test_what_is_no_alto_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        alto.read(data, name="p.xml")


@given(written_pages.damages(OLD.encode()))
@settings(max_examples=150)
def test_damaged_files_are_read_or_refused(data: bytes) -> None:
    try:
        alto.read(data, name="p.xml")
    except Unreadable as error:
        assert str(error)


def test_entities_are_not_read_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    head = f'<!DOCTYPE alto [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    data = OLD.replace('<?xml version="1.0"?>', head).replace("<fileName>", "<fileName>&x;")

    assert "secret" not in alto.read(data.encode(), name="p.xml")[0].image
