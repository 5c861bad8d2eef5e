"""Content and marks in TEI: whatever overlaps whatever, what is written is read as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from images.layout.page import Hand
from tests import snapshots
from transcriptions.formats.tei import inline
from transcriptions.formats.tei.facsimile import Facsimile
from transcriptions.formats.tei.flow import Flow
from transcriptions.formats.tei.passages import Passage
from transcriptions.model import Certainty, MarkKind, SegmentKind
from transcriptions.parsed import ParsedMark

LETTERS = st.characters(categories=["L", "N", "P", "S"])
CONTENTS = st.lists(st.text(st.one_of(LETTERS, st.sampled_from(" \n<&")), min_size=1, max_size=6), max_size=8).map(
    lambda parts: "".join(parts).strip()
)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, tuple[ParsedMark, ...]]:
    content = draw(CONTENTS)
    marks = draw(st.lists(snapshots.marks(content), max_size=5))
    return content, tuple(
        replace(mark, raw=f"[{content[mark.start : mark.end]}\n]", raw_start=k) if draw(st.booleans()) else mark
        for k, mark in enumerate(marks)
    )


def read(written: str | bytes, hands: dict[str, Hand] | None = None) -> tuple[list[Passage], Counter[str]]:
    remarks: Counter[str] = Counter()
    return Flow(Facsimile(), hands or {}, remarks).read(etree.fromstring(written)), remarks


def told(passage: Passage) -> list[tuple[MarkKind, str, str]]:
    return [(mark.kind, passage.content[mark.start : mark.end], mark.value) for mark in passage.marks]


@given(marked(), st.sampled_from([None, "", "#r-2"]))
@settings(max_examples=200)
def test_reading_what_was_written_gives_the_same(
    given: tuple[str, tuple[ParsedMark, ...]], translator: str | None
) -> None:
    content, marks = given
    paragraph = etree.Element("p", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    inline.write(etree.SubElement(paragraph, "seg"), content, marks, prefix="t", translator=translator)
    passages, remarks = read(etree.tostring(paragraph))

    assert "".join(passage.content for passage in passages) == content
    assert sorted(repr(mark) for passage in passages for mark in passage.marks) == sorted(map(repr, marks))
    assert not remarks


def mark(kind: MarkKind, start: int, end: int) -> ParsedMark:
    return ParsedMark(kind, start, end, raw="", raw_start=0)


@pytest.mark.parametrize(
    ("marks", "written"),
    [
        (
            [(MarkKind.DELETION, 3, 6), (MarkKind.INSERTION, 7, 10)],
            "да <subst><del>два</del> <add>три</add></subst> нет",
        ),
        ([(MarkKind.INSERTION, 7, 10)], "да два <add>три</add> нет"),
        ([(MarkKind.DELETION, 3, 3)], "да <del><gap/></del>два три нет"),
        (
            [(MarkKind.UNDERLINE, 3, 10), (MarkKind.DATE, 7, 14)],
            "да <hi>два <date>три</date></hi><date> нет</date>",
        ),
        ([(MarkKind.EXPANSION, 1, 2)], "д<ex>а</ex> два три нет"),
        ([(MarkKind.SIGNATURE, 14, 14)], "да два три нет<figure/>"),
    ],
)
def test_marks_have_the_elements_of_the_guidelines(marks: list[tuple[MarkKind, int, int]], written: str) -> None:
    given = [mark(*each) for each in marks]
    paragraph = etree.Element("p", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    inline.write(etree.SubElement(paragraph, "seg"), "да два три нет", given, prefix="t")
    (passage,), _ = read(etree.tostring(paragraph))
    for element in paragraph.iter():
        element.attrib.clear()

    assert etree.tostring(paragraph, encoding="unicode") == f"<p><seg>{written}</seg></p>"
    assert sorted(map(repr, passage.marks)) == sorted(map(repr, given))


FOREIGN = """<p><lb n="1"/>Посетите <add place="above" hand="#p">в тот же
   день</add> минис
   <lb break="no"/>тра и <del>не</del> сооб-<lb break="no"/>щите <choice><sic>ем</sic><corr>ему</corr></choice>:
   <lb/><unclear cert="low">следующее</unclear><gap reason="illegible" quantity="3" unit="chars"/>
   <note type="editorial">Так.</note><date when="1950-09-20">20.IX</date> <choice><abbr>т.</abbr><expan>товарищ</expan>
   </choice> <supplied reason="omitted">на</supplied> <hi rend="underline">месте</hi> Com<ex>rade</ex>
   <subst><del>два</del><add>три</add></subst> <persName ref="#x">Сталин</persName></p>"""


def test_a_foreign_paragraph() -> None:
    (found,), remarks = read(FOREIGN, {"p": Hand.HANDWRITTEN})

    assert found.content == (
        "Посетите в тот же день министра и не сооб-\nщите ем:\nследующее 20.IX т. на месте Comrade дватри Сталин"
    )
    assert told(found) == [
        (MarkKind.INSERTION, "в тот же день", ""),
        (MarkKind.DELETION, "не", ""),
        (MarkKind.SIC, "ем", "ему"),
        (MarkKind.UNCERTAIN, "следующее", ""),
        (MarkKind.ILLEGIBLE, "", "3 letters"),
        (MarkKind.EDITOR_NOTE, "", "Так."),
        (MarkKind.DATE, "20.IX", "1950-09-20"),
        (MarkKind.EXPANSION, "т.", "товарищ"),
        (MarkKind.SUPPLIED, "на", ""),
        (MarkKind.UNDERLINE, "месте", ""),
        (MarkKind.EXPANSION, "rade", ""),
        (MarkKind.SUBSTITUTION, "дватри", ""),
        (MarkKind.DELETION, "два", ""),
        (MarkKind.INSERTION, "три", ""),
    ]
    assert (found.marks[0].hand, found.marks[0].hand_id) == (Hand.HANDWRITTEN, "p")
    assert found.marks[3].certainty is Certainty.LOW
    assert list(remarks) == ["<persName>: the words are kept, what the element says of them is not"]


def test_words_beside_the_text_do_not_tear_its_sentences() -> None:
    passages, _ = read(
        """<div><p>Ein Satz, der<lb/><fw type="catch">weiter</fw><pb n="2"/><fw type="header">– 2 –</fw><lb/> weiter
        geht<note place="foot" n="1">Eine <hi rend="underline">Note</hi>.</note>.</p><head>Danach</head>
        <lg><l>Erste Zeile</l><l>zweite</l></lg><note resp="#ed" place="foot">vom Editor</note></div>"""
    )

    assert [passage.content for passage in passages] == [
        "Ein Satz, der\nweiter geht.", "weiter", "– 2 –", "Eine Note.", "Danach", "Erste Zeile\nzweite", ""
    ]  # fmt: skip
    assert told(passages[-1]) == [(MarkKind.EDITOR_NOTE, "", "vom Editor")]
    assert passages[4].kind is SegmentKind.HEADING
    assert [place for place, page in passages[0].pages if page == 0] == [len("Ein Satz, der\n")]


def test_marks_over_several_paragraphs_are_cut_at_each() -> None:
    passages, _ = read("<div><del><p>один</p><p>два</p></del><p>три <handShift new='#h'/>четыре</p><p>пять</p></div>")

    assert [told(passage) for passage in passages] == [
        [(MarkKind.DELETION, "один", "")],
        [(MarkKind.DELETION, "два", "")],
        [(MarkKind.HANDWRITTEN, "четыре", "")],
        [(MarkKind.HANDWRITTEN, "пять", "")],
    ]


def test_marks_in_too_many_others_keep_their_words() -> None:
    (passage,), remarks = read("<p>" + "<add>a" * 20 + "</add>" * 20 + "</p>")
    passages, _ = read("<div>" + "<add>" * 6 + "<p>a</p><p>b</p>" + "</add>" * 6 + "</div>")

    assert (passage.content, len(passage.marks), remarks.total()) == ("a" * 20, 12, 8)
    assert [len(each.marks) for each in passages] == [4, 4]


@pytest.mark.parametrize("depth", [90, 200])
def test_words_that_lie_very_deep_are_not_lost(depth: int) -> None:
    (passage,), _ = read("<p>" + "<hi>a " * depth + "</hi>" * depth + "</p>")

    assert passage.content.split() == ["a"] * depth


@pytest.mark.parametrize("damaged", ["<p ana='stroka:nothing stroka:=%'>x</p>", "<p><add ana='stroka:'>x</add></p>"])
def test_pointers_that_say_nothing_are_passed_over(damaged: str) -> None:
    (passage,), _ = read(damaged)

    assert passage.content == "x"
