import contextlib
import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images.layout.page import Hand
from tests.printed import jpeg, sheets
from tests.written_pages import damages
from transcriptions import pdf_pages
from transcriptions.errors import Unreadable
from transcriptions.formats import digital_archive
from transcriptions.model import MarkKind
from transcriptions.parsed import ParsedDocument

SEED = Path(__file__).resolve().parents[4] / "shared" / "seed" / "gromyko-cable-1950-09-20.txt"

PAGE = """Skip to content

March 3, 1951

Letter on the Harvest

[handwritten: 4 March 1951]


The harvest was good, and the comrades [inserted by hand: of the district] thanked everybody.


Write to headquarters [instantsiya].


A letter that tells of a good harvest.

Document Information


An Archive, Papers of N. N., 1917-1960, mm00012345. Translated by A. Translator.

Original Archive


The History and Public Policy Program welcomes reuse of its materials.

To enquire, please contact the program at [email\N{NO-BREAK SPACE}protected].

Original Uploaded Date



Record ID
"""


def check(read: ParsedDocument) -> None:
    assert read.title == (("en", ("Letter on the Harvest",)),)
    assert [date.edtf for date in read.dates] == ["1951-03-03"]
    assert read.summary == (("en", ("A letter that tells of a good harvest.",)),)
    assert (read.holdings[0].repository, read.holdings[0].reference) == ("An Archive", "Papers of N. N., 1917-1960")
    assert read.source_id == ""
    (text,) = read.texts
    assert text.creator == "A. Translator"
    kinds = [mark.suggested or mark.kind for segment in text.segments for mark in segment.marks]
    assert kinds == [MarkKind.DATE, MarkKind.INSERTION, MarkKind.GLOSS]
    labels = [field.label[0][1][0] for field in read.fields]
    assert labels == ["Source", "Translator", "Rights statement"]
    assert not any("protected" in field.value[0][1][0] for field in read.fields)


def test_a_captured_page() -> None:
    assert digital_archive.looks_like(PAGE.encode())
    check(digital_archive.read(PAGE.encode(), name="page.txt"))


def test_the_same_page_as_html() -> None:
    blocks = "".join(f"<p>{line}</p>\n" for line in PAGE.split("\n") if line)
    page = f"<!doctype html><html><head><script>alert(1)</script></head><body>{blocks}</body></html>"

    assert digital_archive.looks_like(page.encode())
    check(digital_archive.read(page.encode(), name="page.html"))


def test_the_menus_of_the_site_are_left_out() -> None:
    menus = "<nav><ul><li>March 1, 2020</li></ul></nav><header><p>Digital Archive</p><p>Search</p></header>"
    blocks = "".join(f"<p>{line}</p>\n" for line in PAGE.split("\n") if line)

    check(digital_archive.read(f"<!doctype html><html><body>{menus}{blocks}</body></html>".encode(), name="page.html"))


def test_plain_text_is_no_page() -> None:
    assert not digital_archive.looks_like("Первое. Нам стало ясно.".encode())
    with pytest.raises(Unreadable):
        digital_archive.read(b"one\n\ntwo\n\nthree\n", name="page.txt")


@given(st.lists(st.sampled_from([*PAGE.split("\n\n"), "<p>", "]", "["]), max_size=12))
def test_any_mixture_is_read_or_refused(parts: list[str]) -> None:
    try:
        digital_archive.read("\n\n".join(parts).encode(), name="page.txt")
    except Unreadable as error:
        assert str(error)


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not here (../shared/seed)")
def test_the_seed_page() -> None:
    read = digital_archive.read(SEED.read_bytes(), name=SEED.name)
    (text,) = read.texts
    marks = [(mark, segment) for segment in text.segments for mark in segment.marks]

    assert [date.edtf for date in read.dates] == ["1950-09-20"]
    assert [mark.suggested or mark.kind for mark, _ in marks] == [
        MarkKind.DATE,
        MarkKind.INSERTION,
        MarkKind.GLOSS,
        MarkKind.TRANSLATOR_NOTE,
    ]
    insertion, segment = marks[1]
    assert segment.content[insertion.start : insertion.end] == "like the Communist Party"
    assert "Korean People’s Army like the Communist Party is too young" in segment.content
    assert [fault.reading for each in text.segments for fault in each.faults] == ["and Korea", "Seoul the"]
    assert text.creator == "Gary Goldberg"
    assert sum(each.opens_paragraph for each in text.segments) == 17


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not here (../shared/seed)")
def test_the_seed_page_loses_no_paragraph_and_no_word() -> None:
    read = digital_archive.read(SEED.read_bytes(), name=SEED.name)
    (text,) = read.texts
    body = SEED.read_text("utf-8").split("Peking\n", 1)[1].split("Cable explaining", 1)[0]
    fields = {field.label[0][1][0]: field.value[0][1][0] for field in read.fields}
    insertion = "like the Communist Party"
    contents = [segment.content for segment in text.segments]

    assert "".join(segment.raw for segment in text.segments).split() == body.split()
    assert sum(content.count(f"Army {insertion} is") for content in contents) == 1
    assert sum(content.count(insertion) for content in contents) == 1
    assert [mark.hand for segment in text.segments for mark in segment.marks if mark.kind is MarkKind.DATE] == [
        Hand.HANDWRITTEN
    ]
    assert fields["Translator"] == "Gary Goldberg"
    assert fields["Source"].startswith("Library of Congress, Manuscript Division, Dmitriĭ Antonovich Volkogonov papers")
    (holding,) = read.holdings
    assert (holding.repository, holding.collection_number) == ("Library of Congress", "mm97083838")
    assert "mm97083838" not in holding.reference and "Volkogonov papers" in holding.reference
    assert not any("protected" in value for value in (*fields.values(), *contents))


COVER = """Digital Archive
digitalarchive.wilsoncenter.org
International History Declassified

March 3, 1951

Letter on the Harvest

Citation:

“Letter on the Harvest,” March 3, 1951, Wilson Center Digital Archive, APRF, f. 3, op. 65,
d. 776, ll. 1-2. Translated by A. Translator.
https://digitalarchive.wilsoncenter.org/document/123456

Summary:

A letter that tells of a good
harvest.

Credits:

This document was made possible with support
from a fund.

Original Language:

Russian

Contents:

• Translation - English
• Transcript - Russian
• Original Scan
"""
BODY = (
    "[handwritten: 4 March 1951]\n\nThe harvest was good, and the comrades\n[inserted by hand: of the district] thanked"
)


def check_cover(document: ParsedDocument) -> None:
    assert document.title == (("en", ("Letter on the Harvest",)),)
    assert [date.edtf for date in document.dates] == ["1951-03-03"]
    assert document.summary == (("en", ("A letter that tells of a good harvest.",)),)
    support = [field.value[0][1][0] for field in document.fields if field.label[0][1][0] == "Support"]
    assert support == ["This document was made possible with support from a fund."]
    assert (document.holdings[0].repository, document.holdings[0].reference) == (
        "APRF",
        "f. 3, op. 65, d. 776, ll. 1-2",
    )
    assert (document.source_id, document.homepage.rpartition("/")[2]) == ("123456", "123456")


def test_a_pdf_parts_credits_texts_and_scans() -> None:
    printed = sheets(
        COVER, f"Translation - English\n\n{BODY}", "everybody.\n\nWrite to headquarters [instantsiya].",
        "Transcript - Russian\n\nУрожай был хорош.", jpeg(60, 80), jpeg(60, 80),
    )  # fmt: skip
    pages = [(page.text, page.scan) for page in pdf_pages.read(printed, name="x.pdf")]
    assert digital_archive.is_pdf(pages)
    found = digital_archive.read_pdf(pages)
    english, russian = found.document.texts

    assert found.scans == (4, 5)
    check_cover(found.document)
    assert (english.language, english.creator) == ("en", "A. Translator")
    assert [segment.content for segment in english.segments] == [
        "4 March 1951",
        "The harvest was good, and the comrades of the district thanked everybody.",
        "Write to headquarters.",
    ]
    assert (russian.language, russian.kind.value, russian.segments[0].content) == (
        "ru",
        "transcription",
        "Урожай был хорош.",
    )


def test_a_pdf_of_anything_else_is_none_of_the_archive() -> None:
    assert not digital_archive.is_pdf([("A report of 1951", False), ("", True)])
    with pytest.raises(Unreadable):
        digital_archive.read_pdf([("Citation: Digital Archive", False)])


def test_a_page_of_the_old_site() -> None:
    page = (
        "March 3, 1951\n\nLETTER ON THE HARVEST\n\nThis document was made possible with support from a fund.\n\n"
        "Citation\n\nA letter that tells of a good harvest.\n\n“Letter on the Harvest,” March 3, 1951, History and "
        "Public Policy Program Digital Archive, APRF, f. 3, op. 65, d. 776, ll. 1-2. Translated by A. Translator. "
        "http://digitalarchive.wilsoncenter.org/document/123456\n\nVIEW DOCUMENT IN\n\nEnglish\n\nHTML\n\n"
        f"{BODY}\neverybody.\n"
    )
    assert digital_archive.looks_like(page.encode())
    document = digital_archive.read(page.encode(), name="page.txt")

    check_cover(dataclasses.replace(document, title=(("en", ("Letter on the Harvest",)),)))
    assert document.texts[0].creator == "A. Translator"
    assert document.texts[0].segments[0].content == "4 March 1951"


@given(st.lists(st.tuples(st.lists(st.sampled_from(COVER.splitlines())).map("\n".join), st.booleans()), max_size=4))
def test_any_mixture_of_pages_is_read_or_refused(pages: list[tuple[str, bool]]) -> None:
    try:
        digital_archive.read_pdf(pages)
    except Unreadable as error:
        assert str(error)


HTML = ("<!doctype html><html><body>" + "".join(f"<p>{line}</p>" for line in PAGE.split("\n") if line)).encode()


@given(st.data())
def test_damaged_html_is_read_or_refused(data: st.DataObject) -> None:
    try:
        digital_archive.read(data.draw(damages(HTML)), name="page.html")
    except Unreadable as error:
        assert str(error)


def test_characters_that_xml_cannot_hold_are_dropped() -> None:
    page = HTML.replace(b"The harvest", "The \uffff\ufffeharvest".encode())

    assert digital_archive.read(page, name="page.html").texts[0].segments[1].content.startswith("The harvest")


def test_deep_html_is_read_or_refused() -> None:
    for tag in ("div", "b", "table><tr><td"):
        with contextlib.suppress(Unreadable):
            digital_archive.read(b"<html><body>" + f"<{tag}>".encode() * 50_000, name="page.html")


def test_a_page_as_the_site_writes_it() -> None:
    page = """<!DOCTYPE html><html><body><nav><p>Home</p></nav><main><p>October 3, 1952</p><h1>Telegram, A. to B.</h1>
    <div><p>[stamp: <br/>TOP SECRET]</p><table><tr><td>SOVIET EMBASSY</td><td>Copy 3</td></tr><tr><td>Nº 5</td></tr>
    </table><p>I report that they agree [inserted by hand: now</p></div><p>A. reports on the talk.</p>
    <h3>Author(s):</h3><p>A.</p><h2>Document Information</h2><h3>Source</h3><p>APRF, fond 45, opis 1, delo 347, listy
    5-8. Translated by C. D. for
    NKIDP.</p><h3>Rights</h3><p>Welcome.</p><h3>Record ID</h3><p>110042</p></main><footer>Contact us</footer>
    </body></html>"""
    found = digital_archive.read(page.encode(), name="t.html")
    (text,) = found.texts

    assert [segment.content for segment in text.segments] == [
        "TOP SECRET",
        "SOVIET EMBASSY Copy 3 Nº 5",
        "I report that they agree now",
    ]
    assert (found.source_id, text.creator) == ("110042", "C. D.")
    assert found.summary == (("en", ("A. reports on the talk.",)),)
