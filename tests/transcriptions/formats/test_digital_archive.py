from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
