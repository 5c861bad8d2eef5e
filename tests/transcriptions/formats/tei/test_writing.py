"""What a TEI file shows to other programs: its divisions, pointers, holdings, hands and states."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from images.layout.page import Hand
from tests.builders import make_cable, make_id
from transcriptions.formats.tei import writing
from transcriptions.identity import HandId, LinkId
from transcriptions.model import (
    Calendar,
    Certainty,
    Date,
    DateKind,
    Holding,
    HoldingKind,
    RegisteredHand,
    Segment,
    SegmentKind,
    TextKind,
)
from transcriptions.revision import Snapshot

TEI = {"t": "http://www.tei-c.org/ns/1.0", "xml": "http://www.w3.org/XML/1998/namespace"}
ID = "{http://www.w3.org/XML/1998/namespace}id"


def tei(snapshot: Snapshot, **more: object) -> etree._Element:
    return etree.fromstring(b"".join(writing.write(snapshot, **more)))  # type: ignore[arg-type]


def found(element: etree._Element, path: str) -> list[etree._Element]:
    return element.findall(path, TEI)


def kinds(snapshot: Snapshot, *named: SegmentKind) -> Snapshot:
    """Give a cable whose transcription has a paragraph of each kind, in order."""
    text = snapshot.texts[0]
    segments = tuple(
        Segment(
            snapshot.segments[0].id[:-1] + str(n + 2), text.id, str(n), kind, f"{n}\n", str(n), opens_paragraph=True
        )  # type: ignore[arg-type]
        for n, kind in enumerate(named)
    )
    return replace(snapshot, texts=(text,), segments=segments, marks=(), links=(), beads=())


H, D, A, S, P, N = (
    SegmentKind.HEADING,
    SegmentKind.DATE_LINE,
    SegmentKind.ADDRESS,
    SegmentKind.SIGNATURE,
    SegmentKind.SENTENCE,
    SegmentKind.NOTE,
)


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ([H, D, A, P, P, D, S], ["head", "dateline", "opener", "p", "p", "dateline", "signed"]),
        ([P, S, P, S], ["p", "p", "p", "signed"]),
        ([H, P, H, P, S, H], ["head", "p", ["head", "p", "signed"], ["head"]]),
        ([P, D, S, H, P, S], ["p", "p", "p", ["head", "p", "signed"]]),
        ([S], ["signed"]),
        ([H, H], ["head", "head"]),
        ([N, H, P], ["p", ["head", "p"]]),
        ([], ["p"]),
    ],
)
def test_paragraphs_have_the_elements_that_stand_there(named: list[SegmentKind], written: list[object]) -> None:
    (division,) = found(tei(kinds(make_cable(), *named)), ".//t:body/t:div")

    def told(element: etree._Element) -> list[object]:
        names = [etree.QName(child).localname for child in element]
        return [told(child) if name == "div" else name for child, name in zip(element, names, strict=True)]

    assert told(division) == written


def test_lines_and_zones_point_to_each_other() -> None:
    root = tei(make_cable())
    zones = {f"#{zone.get(ID)}": zone.get("corresp") for zone in found(root, ".//t:zone[@type='line']")}
    breaks = {f"#{each.get(ID)}": each.get("facs") for each in found(root, ".//t:lb") + found(root, ".//t:seg[@facs]")}

    assert len(zones) == len(breaks) == 5
    assert {line: zone for zone, line in zones.items()} == breaks


def test_what_a_machine_read_is_no_edition() -> None:
    cable = make_cable()
    draft = replace(cable.texts[0], kind=TextKind.OCR_DRAFT)
    root = tei(replace(cable, texts=(draft, *cable.texts[1:])))

    assert [(div.get("type"), div.get("subtype")) for div in found(root, ".//t:body/t:div")] == [
        ("draft", "uncorrected_ocr"),
        ("translation", None),
    ]
    statement = "".join(found(root, ".//t:editionStmt")[0].itertext())
    assert "Uncorrected OCR" in statement
    assert "Неисправленное распознавание" in statement


def test_the_header_says_in_which_states_each_text_is_given() -> None:
    told = {p.get("corresp"): p.text for p in found(tei(make_cable()), ".//t:editionStmt/t:p[@xml:lang='en']")}

    assert len(told) == 2
    assert all("as typed, as changed by hand; machine alignment, unreviewed" in words for words in told.values())


def test_holdings_dates_and_hands_are_described() -> None:
    cable = make_cable()
    hand = RegisteredHand(
        HandId("pencil"), Hand.HANDWRITTEN, "pencil", "blue", "I. Writer", Certainty.HIGH, "A. Reader"
    )
    document = replace(
        cable.document,
        holdings=(
            Holding(HoldingKind.ORIGINAL, "АПРФ", "ф. 1, оп. 2", stated_by="A. Reader"),
            Holding(HoldingKind.SURROGATE, "A library", "reel 5", seen=True, collection_number="mm12345678"),
            Holding(HoldingKind.PUBLICATION, "A journal", "12, p. 5"),
        ),
        dates=(Date("25 октября 1917 г.", "1917-11-07", DateKind.WRITTEN, Calendar.JULIAN),
               Date("не позднее 5 мая", "../1945-05-05?", DateKind.RECEIVED)),
        hands=(hand,),
    )  # fmt: skip
    root = tei(replace(cable, document=document))
    dates = [(date.get("when"), date.get("notAfter"), date.get("calendar"), date.get("cert"))
             for date in found(root, ".//t:creation/t:date")]  # fmt: skip
    (note,) = found(root, ".//t:handNote[@medium]")

    assert [each.get("type") for each in found(root, ".//t:sourceDesc/t:msDesc")] == ["original", "surrogate"]
    assert [each.text for each in found(root, ".//t:msIdentifier/t:idno")] == ["ф. 1, оп. 2", "reel 5"]
    assert [each.text for each in found(root, ".//t:bibl[@type='publication']/*")] == ["A journal", "12, p. 5"]
    assert dates == [("1917-11-07", None, "#julian", None), (None, "1945-05-05", None, "medium")]
    assert (note.get(ID), note.get("medium"), note.get("cert")) == ("pencil", "pencil", "high")
    (person,) = found(root, ".//t:listPerson/t:person")
    assert found(note, "t:persName")[0].get("ref") == f"#{person.get(ID)}"
    assert found(person, "t:persName")[0].text == "I. Writer"


def test_links_join_texts_and_zones_and_say_how_sure_they_are() -> None:
    cable = make_cable()
    links = {each.get("target"): each.get("cert") for each in found(tei(cable), ".//t:linkGrp/t:link")}
    segments = [segment.id for segment in cable.segments]
    lines = [line.id for line in cable.lines]

    assert links[f"#g-{segments[0]} #g-{segments[3]}"] == "0.8"
    assert links[f"#g-{segments[1]} #z-{lines[1]} #z-{lines[2]} #z-{lines[3]}"] == "0.9"
    assert f"#g-{segments[4]} #z-{lines[1]} #z-{lines[2]} #z-{lines[3]}" in links


def test_a_page_has_its_part_of_a_sentence_that_goes_on() -> None:
    cable = make_cable()
    moved = replace(cable.links[0], id=LinkId(make_id("kz")), line=cable.lines[4].id)
    split = next(link for link in cable.links if link.line == cable.lines[3].id)
    links = tuple(link for link in cable.links if link is not split)
    carried = replace(moved, segment=split.segment, start=split.start, end=split.end)
    snapshot = replace(cable, links=(*links, carried))
    first, second = (
        [(seg.get("part"), "".join(seg.itertext())) for seg in found(tei(snapshot, page=page.id), ".//t:div/t:p/t:seg")]
        for page in cable.pages[:2]
    )

    assert ("I", "Посетите министра и в тот же день сообщите ему ") in first
    assert ("F", "следующее.") in second
    assert len(found(tei(snapshot, page=cable.pages[0].id), ".//t:surface")) == 1


def test_a_document_without_texts_and_pages_is_written_too() -> None:
    cable = make_cable()
    bare = Snapshot(document=replace(cable.document, title=(), holdings=(), fields=()))

    assert found(tei(bare), ".//t:titleStmt/t:title")[0].text == "cable"
    assert len(found(tei(bare), ".//t:body/t:div")) == 1


def test_what_a_person_confirmed_is_not_called_unreviewed() -> None:
    cable = make_cable()
    confirmed = replace(
        cable,
        links=tuple(replace(link, pinned=True) for link in cable.links),
        beads=tuple(replace(bead, pinned=True) for bead in cable.beads),
    )

    assert b"machine alignment, unreviewed" in b"".join(writing.write(cable))
    assert b"unreviewed" not in b"".join(writing.write(confirmed))
