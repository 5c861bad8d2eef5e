"""Page files of other programs: what is read of them goes out again in their own format, and in PAGE."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from images.layout.page import Hand, Role
from tests import written_pages
from transcriptions.formats import pages
from transcriptions.formats.pages import PAGE, PageFormat
from transcriptions.model import MarkKind
from transcriptions.written import WrittenPage

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "pages"
FILES = (
    *sorted(CORPUS.iterdir()),
    *(sorted(written_pages.SOURCES.iterdir()) if written_pages.SOURCES.exists() else ()),
)


def through(form: PageFormat, page: WrittenPage) -> WrittenPage:
    (again,) = form.read(b"".join(form.write(page)), name="again")
    return again


def unnamed(page: WrittenPage) -> WrittenPage:
    """Give a page without the names that lines and blocks are given where a file has none."""
    blocks = (
        replace(block, source_id="", lines=tuple(replace(line, source_id="") for line in block.lines))
        for block in page.blocks
    )
    return replace(page, blocks=tuple(blocks))


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_what_is_read_goes_out_again(path: Path) -> None:
    form, found = pages.read(path.read_bytes(), name=path.name)

    for page in found:
        page = replace(page, created=page.created or "2026-01-02T03:04:05Z")
        for into in (form, PAGE):
            again = through(into, page)

            assert page.lines
            assert unnamed(again) == unnamed(page)
            named = [line.source_id for line in page.lines]
            assert [line.source_id for line in again.lines if line.source_id in named] == [n for n in named if n]


def test_an_escriptorium_export_in_its_reading_order() -> None:
    _, (page,) = pages.read((CORPUS / "escriptorium-alto.xml").read_bytes(), name="a.xml")

    assert [(line.text, line.layout.role, line.layout.hand, line.confidence) for line in page.lines] == [
        ("Посетите министра и сообщите ему", Role.BODY, Hand.TYPED, 0.93),
        ("срочно", Role.INSERTION, Hand.HANDWRITTEN, None),
        ("", Role.BODY, Hand.TYPED, None),
        ("ВХОДЯЩИЙ № 12", Role.STAMP, Hand.UNKNOWN, None),
    ]


def test_a_transkribus_export_with_a_table() -> None:
    _, (page,) = pages.read((CORPUS / "transkribus-page.xml").read_bytes(), name="a.xml")
    told = [(mark.kind, line.text[mark.start : mark.end], mark.value) for line in page.lines for mark in line.marks]

    assert page.language == "ru"
    assert [(line.source_id, line.text) for line in page.lines] == [
        ("tr_1_tl_1", "т. Иванову срочно"),
        ("c1_l1", "20.IX.50 г."),
    ]
    assert told == [
        (MarkKind.EXPANSION, "т.", "товарищ"),
        (MarkKind.UNCERTAIN, "сроч", ""),
        (MarkKind.DATE, "20.IX.50", "1950-09-20"),
    ]


def test_lines_that_stand_in_no_block_are_read() -> None:
    _, (alto,) = pages.read((CORPUS / "kraken-alto.xml").read_bytes(), name="a.xml")
    _, (page,) = pages.read((CORPUS / "escriptorium-page.xml").read_bytes(), name="p.xml")

    assert [line.text for line in alto.lines] == ["Посетите его", "сирота"]
    assert [(line.text, line.layout.role) for line in page.lines] == [
        ("Посетите министра", Role.BODY),
        ("и скажите", Role.INSERTION),
        ("без блока", Role.BODY),
        ("только базовая", Role.BODY),
    ]


def test_the_surest_reading_of_words_is_taken() -> None:
    _, (page,) = pages.read((CORPUS / "ocr-d-page.xml").read_bytes(), name="p.xml")

    assert [line.text for line in page.lines] == ["nur Region", "zweite", "richtig ok"]
