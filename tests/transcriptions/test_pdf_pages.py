"""Pages of PDF files: their paragraphs, what repeats on them, and which are scans."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.printed import jpeg, sheets
from tests.written_pages import damages
from transcriptions import pdf_pages
from transcriptions.errors import Unreadable
from transcriptions.pdf_pages import PdfPage

TWO = "Первый абзац, строка один,\nстрока два\nи строка три.\n\nSecond paragraph, “quoted”,\nand its end.\n"


def test_paragraphs_are_told_by_the_room_between_them() -> None:
    (page,) = pdf_pages.read(sheets(TWO), name="x.pdf")

    assert page == PdfPage(TWO.strip(), scan=False)


def test_scans_are_told_from_text() -> None:
    pages = pdf_pages.read(sheets("words", jpeg(60, 80), "more"), name="x.pdf")

    assert [page.scan for page in pages] == [False, True, False]


def test_what_repeats_on_every_page_is_left_out() -> None:
    pages = pdf_pages.read(
        sheets(
            *(
                f"digitalarchive.example.org\n\nBody {word}\n\n{n}"
                for n, word in enumerate("one two three four".split())
            )
        ),
        name="x",
    )

    assert [page.text for page in pages] == ["Body one", "Body two", "Body three", "Body four"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>"])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="cannot be read as PDF"):
        pdf_pages.read(data, name="x.pdf")


WHOLE = sheets(TWO, jpeg(30, 40))


@settings(max_examples=60)
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    try:
        pdf_pages.read(data.draw(damages(WHOLE)), name="x.pdf")
    except Unreadable as error:
        assert str(error)
