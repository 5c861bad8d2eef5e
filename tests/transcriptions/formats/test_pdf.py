"""The PDF writer: what an independent reader (PDFium) finds in its files."""

from __future__ import annotations

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.printed import jpeg
from transcriptions.formats.pdf import About, Writer, read_jpeg
from transcriptions.formats.pdf_fonts import Codes, put_seen, put_unseen, width


def printed(words: list[str], *, seen: bool = True, label: str = "1") -> bytes:
    writer, codes = Writer(), Codes()
    font = writer.reserve()
    data = writer.start()
    for text in words:
        content = f"BT /F 10 Tf 1 0 0 1 20 50 Tm {codes.encode(text)} Tj ET"
        data += writer.put_page((300, 100), content, fonts={"F": font}, pictures={}, label=label, bookmark=text)
    data += b"".join((put_seen if seen else put_unseen)(writer, font, codes))
    return data + b"".join(writer.finish(About("Заглавие", "Дело 1", "ru")))


def extracted(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("seen", [True, False])
def test_words_are_found_again(seen: bool) -> None:
    words = ["Корейская народная армия, ёжик № 5", "Dmitriĭ Antonovich – “quoted”", "Ω ≠ 𝔸"]

    assert extracted(printed(words, seen=seen)) == words


def test_title_labels_and_bookmarks() -> None:
    with pypdfium2.PdfDocument(printed(["Раз", "Два"], label="13 об.")) as document:
        assert document.get_metadata_value("Title") == "Заглавие"
        assert document.get_metadata_value("Subject") == "Дело 1"
        assert document.get_page_label(1) == "13 об."
        assert [(each.get_title(), each.get_dest().get_index()) for each in document.get_toc()] == [
            ("Раз", 0),
            ("Два", 1),
        ]


def test_the_bytes_depend_on_the_values_alone() -> None:
    assert printed(["Раз"]) == printed(["Раз"])
    assert printed(["Раз"]) != printed(["Два"])


@pytest.mark.parametrize("colours", [1, 3])
def test_a_picture_passes_through_as_it_is(colours: int) -> None:
    data = jpeg(120, 80, colours=colours)
    writer = Writer()
    out = writer.start()
    put = writer.put_picture(data)
    assert put is not None
    picture, written = put
    out += written + writer.put_page((120, 80), "q 120 0 0 80 0 0 cm /P Do Q", fonts={}, pictures={"P": picture})
    out += b"".join(writer.finish(About("x")))

    assert data in out
    with pypdfium2.PdfDocument(out) as document:
        shown = document[0].render().to_pil().convert("L").getpixel((60, 40))
    assert isinstance(shown, int) and abs(shown - 200) < 4


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG", b"\xff\xd8", b"\xff\xd8\xff\xc0\x00\x02", b"\xff\xd8\xff\xe0\x00\x00"]
)
def test_what_is_no_jpeg_is_no_picture(data: bytes) -> None:
    assert Writer().put_picture(data) is None


@given(st.binary(max_size=60), st.integers(0, 300))
def test_damaged_headers_are_read_or_refused(noise: bytes, place: int) -> None:
    data = jpeg(16, 16)
    found = read_jpeg(data[:place] + noise + data[place:])

    assert found is None or found.size.width > 0


def test_letters_are_measured() -> None:
    assert width("") == 0
    assert width("шшшш") == pytest.approx(4 * width("ш"))
    assert width("i") < width("Ш")
