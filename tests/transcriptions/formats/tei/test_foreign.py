"""TEI as other projects write it: every word and line comes, and what is not understood is told."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from lxml import etree

from images.geometry import Box, Size
from images.layout.page import Hand, Role
from transcriptions.errors import Unreadable
from transcriptions.formats.tei import reading, supplying, writing
from transcriptions.formats.tei.reading import TeiFile, TeiText
from transcriptions.identity import DocumentId
from transcriptions.model import DateKind, Document, HoldingKind, MarkKind, Origin, SegmentKind, TextKind, View
from transcriptions.revision import EntityKind, Snapshot, kind_of
from transcriptions.supplied import SuppliedDocument, SuppliedPage, SuppliedPart
from transcriptions.supply import reconcile

CORPUS = Path(__file__).resolve().parents[3] / "corpus" / "tei"
FILES = sorted(CORPUS.glob("*.xml"))


def read(name: str) -> TeiFile:
    return reading.read((CORPUS / f"{name}.xml").read_bytes(), name=f"{name}.xml")


def contents(text: TeiText) -> list[str]:
    return [segment.content for segment in text.parsed.segments]


def told(text: TeiText) -> list[tuple[MarkKind, str, str]]:
    return [
        (mark.kind, segment.content[mark.start : mark.end], mark.value)
        for segment in text.parsed.segments
        for mark in segment.marks
    ]


def letters(words: str) -> Counter[str]:
    return Counter(re.findall(r"\w", words))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_no_letter_is_lost(path: Path) -> None:
    file = reading.read(path.read_bytes(), name=path.name)
    root = etree.fromstring(path.read_bytes())
    for left_out in list(root.iter("{*}div")):
        if left_out.get("type") in ("commentary", "apparatus"):
            left_out.getparent().remove(left_out)
    held = letters("")
    for text in file.texts:
        held += letters("".join(contents(text)) + "".join(value for _, _, value in told(text)))
    holder = next(root.iter("{*}text", "{*}sourceDoc"))

    assert not letters("".join(holder.itertext())) - held


def stored(file: TeiFile, data: bytes) -> Snapshot:
    """Take a file over as a document folder would, with a page for each of its own."""
    names = [f"page-{index}.png" for index in range(max(1, len(file.pages)))]
    pages = tuple(replace(page, images=(name,)) for page, name in zip(file.pages, names, strict=False))
    part = SuppliedPart("document", (), tuple(names))
    supply = supplying.supply(
        replace(file, pages=pages), data, name="d.xml", pages=names, parts=[part], language="none"
    )
    sizes = {name: lines.page.size for name, lines in supply.lines.items()}
    document = Document(DocumentId("tei"), Origin("tests", "tei"), file.document.title, hands=file.document.hands)
    shown = tuple(
        SuppliedPage(name, sizes.get(name, Size(9, 9)), View("0" * 64), "pack", lines=supply.lines.get(name))
        for name in names
    )
    numbers = count(1)
    taken = reconcile(
        None,
        SuppliedDocument("tei", document, shown, (part,), supply.texts, supply.beads),
        held={},
        mint=lambda: f"{next(numbers):026d}".translate(str.maketrans("0189", "abcd")),
    )
    entities = [effect.entity for effect in taken.effects]
    groups = {
        f"{kind.value}s": tuple(each for each in entities if kind_of(each) is kind)
        for kind in EntityKind
        if kind is not EntityKind.DOCUMENT
    }
    groups["segments"] = tuple(sorted(groups["segments"], key=lambda each: (each.text, each.rank)))  # type: ignore[union-attr]
    return Snapshot(document=document, **groups)  # type: ignore[arg-type]


def held(file: TeiFile) -> list[object]:
    """Say what a file holds of texts and lines, without names."""
    lines = [
        [(line.layout.boundary, line.layout.role, line.text.split()) for line in page.written.lines]
        for page in file.pages
        if page.written is not None and page.written.lines
    ]
    segments = [
        (segment.kind, segment.content, sorted(map(repr, told(text))), segment.opens_paragraph)
        for text in file.texts
        for segment in text.parsed.segments
    ]
    return [lines, segments, [(text.parsed.kind, text.parsed.language) for text in file.texts]]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_what_the_model_holds_of_a_file_goes_out_again(path: Path) -> None:
    file = reading.read(path.read_bytes(), name=path.name)
    snapshot = stored(file, path.read_bytes())
    again = reading.read(b"".join(writing.write(snapshot)), name="again.xml")

    assert held(again) == held(file)


def test_epidoc() -> None:
    file = read("epidoc")
    edition, translation = file.texts

    assert (edition.parsed.language, translation.parsed.language) == ("grc", "en")
    assert contents(edition) == ["Ἀπολλώνιος χαίρειν\nπρὸ μὲν πάντων εὔχομαι σε ὑγιαίνειν χερεται καὶ\nτέκνον"]
    assert told(edition) == [
        (MarkKind.LOST, "", "4 characters"),
        (MarkKind.SUPPLIED, "χαίρ", ""),
        (MarkKind.EXPANSION, "μαι", ""),
        (MarkKind.UNCERTAIN, "σε", ""),
        (MarkKind.EDITORIAL, "χερεται", "χαίρεται"),
        (MarkKind.INSERTION, "καὶ", ""),
        (MarkKind.EDITOR_NOTE, "", "τέκνα"),
        (MarkKind.ILLEGIBLE, "", ""),
    ]
    assert translation.parsed.kind is TextKind.TRANSLATION
    assert contents(translation) == ["Apollonios to , greeting.", "Before all I pray that you are well."]
    assert '<div type="commentary">: is left out, as it is no text of the document' in file.remarks
    (holding,) = file.document.holdings
    assert (holding.kind, holding.repository, holding.reference) == (HoldingKind.ORIGINAL, "A Museum", "inv. 12")
    assert [(date.edtf, date.kind) for date in file.document.dates] == [("0101/0200", DateKind.WRITTEN)]
    assert file.document.rights == "http://creativecommons.org/licenses/by/4.0/"


def test_a_printed_book() -> None:
    file = read("dta")
    (text,) = file.texts

    assert text.parsed.language == "de"
    assert contents(text) == [
        "Der Garten.",
        "Ort, 1850.",
        "Erſtes Kapitel.",
        "Im Garten ſtand ein Baum, deſſen Äſte bis an die Mau-\ner reichten, und in ſeinem Schatten\nſaß eine Kind.",
        "Das Kind ſang: „ein Lied“.",
        "So erzählt Anna.",
        "Sie war dabei.",
        "Das",
        "Der Garten.",
        "Roſen blühn,\nLinden grün.",
        "Erſtens Brot;",
        "zweitens Salz.",
        "Mai",
        "12",
        "a + b iſt mehr als nichts.",
        "Druck von N. N.",
    ]
    assert [page.images for page in file.pages] == [("f0001",), ("f0002",), ("f0003",), ("f0004",)]
    assert [segment.page for segment in text.parsed.segments][3:6] == ["1", "2", "1"]
    assert (MarkKind.SIC, "eine", "ein") in told(text)
    assert (MarkKind.DATE, "1850", "") not in told(text)


def test_a_transkribus_export() -> None:
    file = read("transkribus")
    (text,) = file.texts
    (page,) = file.pages
    assert page.written is not None

    assert (page.written.size, page.written.language) == (Size(900, 700), "ru")
    assert [(line.source_id, line.layout.role, line.text) for line in page.written.lines] == [
        ("facs_1_r1l1", Role.BODY, "Посетите министра и сооб-"),
        ("facs_1_r1l2", Role.BODY, "щите ему срочно 20.IX.50."),
        ("facs_1_r2l1", Role.MARGINAL, "т. Иванову"),
    ]
    assert [block.source_id for block in page.written.blocks] == ["facs_1_r1", "facs_1_r2"]
    assert contents(text) == ["Посетите министра и сооб-\nщите ему срочно 20.IX.50.", "т. Иванову"]
    assert told(text) == [
        (MarkKind.UNCERTAIN, "и", ""),
        (MarkKind.DELETION, "срочно", ""),
        (MarkKind.DATE, "20.IX.50", "1950-09-20"),
    ]
    assert any("of a word or letter" in remark for remark in file.remarks)


def test_an_escriptorium_export() -> None:
    file = read("escriptorium")
    (text,) = file.texts
    page = file.pages[0].written
    assert page is not None

    assert contents(text) == ["Monsieur le ministre,\najouté", "12"]
    assert [(line.layout.role, line.layout.hand, line.text) for line in page.lines] == [
        (Role.BODY, Hand.TYPED, "Monsieur le ministre,"),
        (Role.INSERTION, Hand.UNKNOWN, "ajouté"),
        (Role.PAGE_NUMBER, Hand.UNKNOWN, "12"),
    ]
    assert [point.y for point in page.lines[0].layout.baseline.points] == [170, 172, 171]
    assert page.lines[2].layout.box == Box(910, 2905, 80, 40)


def test_zones_that_point_to_breaks() -> None:
    file = read("evt")
    (text,) = file.texts
    page = file.pages[0].written
    assert page is not None

    assert len(file.pages) == 1
    assert [(line.source_id, line.text) for line in page.lines] == [
        ("z1", "In the margin here"),
        ("z2", "we read more oftenever. Nemo SEEN 12 MAY"),
    ]
    assert [segment.kind for segment in text.parsed.segments] == [SegmentKind.SENTENCE, SegmentKind.SIGNATURE]
    assert (MarkKind.HANDWRITTEN, "margin", "") in told(text)
    assert (MarkKind.ILLEGIBLE, "", "1-2 words") in told(text)
    assert [(hand.id, hand.medium, hand.colour, hand.person) for hand in file.document.hands] == [
        ("h1", "ink", "brown", "Anonymous"),
        ("h2", "pencil", "", ""),
    ]


def test_an_old_file_in_an_old_encoding() -> None:
    (text,) = read("plain").texts

    assert text.parsed.language == "ru"
    assert contents(text) == ["Телеграмма", "Посетите министра.", "Сообщите ему."]


WORDS = """<!DOCTYPE TEI SYSTEM "tei.dtd" [<!ENTITY own "x">]><TEI><facsimile><surface lrx="900" lry="900">
<zone xml:id="z1" type="line" points="1,1 90,1 90,9"><zone xml:id="w1" points="1,1 9,1 9,9"/>
<zone xml:id="w2" points="9,1 19,1 19,9"/></zone><zone xml:id="z2" points="1,21 90,21 90,29"/></surface></facsimile>
<text><body xml:lang="fr"><p><w facs="#w1">un</w> <w facs="#w2">mot</w> &mdash; <lb corresp="d.xml#z2"/>deux &own;</p>
<ab type="line" facs="#z1">trois</ab><ab type="line" facs="#z2">quatre</ab></body></text></TEI>"""


def test_words_with_zones_of_their_own_and_lines_that_are_elements() -> None:
    file = reading.read(WORDS.encode(), name="a.xml")
    (text,) = file.texts

    assert contents(text) == ["un mot —\ndeux &own;", "trois\nquatre"]
    assert text.parsed.language == "fr"
    assert [[(born.start, born.end, born.line) for born in each] for each in text.born] == [
        [(0, 6, 0), (9, 19, 1)],
        [(0, 6, 0), (6, 12, 1)],
    ]


SURFACES = """<TEI><facsimile><surface {surface}>{graphic}<zone xml:id="z" type="line" points="10,20 60,20 60,30"/>
</surface></facsimile><text><body><p><lb facs="#z"/>слово</p></body></text></TEI>"""


@pytest.mark.parametrize(
    ("surface", "graphic", "size", "box"),
    [
        ('ulx="0" uly="0" lrx="1000" lry="800"', "", (1000, 800), (10, 20, 50, 10)),
        ('ulx="10" uly="10" lrx="1010" lry="810"', "", (1000, 800), (0, 10, 50, 10)),
        ('ulx="0" uly="0" lrx="100" lry="80"', '<graphic url="a" width="2000px" height="1600px"/>', (2000, 1600),
         (200, 400, 1000, 200)),
        ('ulx="0" uly="0" lrx="100" lry="80"', "", (1000, 800), (100, 200, 500, 100)),
        ("", '<graphic url="a" width="2000" height="1600px"/>', (2000, 1600), (10, 20, 50, 10)),
        ("", '<graphic url="a" width="20cm" height="30cm"/>', (60, 30), (10, 20, 50, 10)),
        ('ulx="0" uly="0" lrx="-5" lry="nan"', "", (60, 30), (10, 20, 50, 10)),
    ],
)  # fmt: skip
def test_surfaces_in_any_measure(
    surface: str, graphic: str, size: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    written = SURFACES.format(surface=surface, graphic=graphic)
    page = reading.read(written.encode(), name="a.xml").pages[0].written
    assert page is not None
    found = page.lines[0].layout.box

    assert (page.size.width, page.size.height) == size
    assert (found.x, found.y, found.width, found.height) == box


@pytest.mark.parametrize(
    "data", [b"", b"<alto/>", b"<TEI/>", b"<TEI><text><body><p> </p></body></text></TEI>", b"<TEI"]
)
def test_what_holds_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        reading.read(data, name="a.xml")


def test_of_tokens_with_analyses_the_forms_are_the_text() -> None:
    data = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:txm="http://textometrie.org/1.0"><text xml:lang="fr"><body>
    <p><s><w><txm:form>Le</txm:form><txm:ana type="#pos">DET</txm:ana></w> <w><txm:form>chat</txm:form>
    <txm:ana type="#pos">NOM</txm:ana></w><w><txm:form>.</txm:form></w></s></p></body></text></TEI>"""
    (text,) = (file := reading.read(data.encode(), name="t.xml")).texts

    assert contents(text) == ["Le chat."]
    assert file.remarks == ("2 × <txm:ana>: what is said of words is not read",)


def test_an_old_letter_with_its_own_dtd() -> None:
    data = """<!DOCTYPE TEI.2 PUBLIC "-//TEI P4//DTD Main Document Type//EN" "http://example.org/tei2.dtd" [
    <!ENTITY mdash "&#8212;">]><TEI.2><text lang="rus"><body><div0><opener><dateline>Москва,
    <date value="1950-09-20">20 сентября</date></dateline></opener><p>Пишу&mdash;тебе
    <restore><del>опять</del></restore>. P.S. Да.</p></div0></body></text></TEI.2>"""
    (text,) = reading.read(data.encode(), name="p4.xml").texts

    assert contents(text) == ["Москва, 20 сентября", "Пишу—тебе опять.", "P.S. Да."]
    assert told(text) == [(MarkKind.DATE, "20 сентября", "1950-09-20")]
