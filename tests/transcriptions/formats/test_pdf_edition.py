"""The reading edition: scan and both texts in rows, in one state, over as many sheets as they take."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_cable, make_segment
from tests.printed import jpeg
from transcriptions.formats import pdf_edition
from transcriptions.formats.pdf_fonts import width
from transcriptions.markup import State
from transcriptions.model import Page
from transcriptions.revision import Snapshot


def opened(snapshot: Snapshot, **rest: object) -> pypdfium2.PdfDocument:
    def picture(page: Page) -> bytes | None:
        return jpeg(310, 438) if page.label != "2" else None

    state = rest.pop("state", State.AS_CHANGED)
    return pypdfium2.PdfDocument(b"".join(pdf_edition.write(snapshot, picture, state=state, **rest)))  # type: ignore[arg-type]


def texts(document: pypdfium2.PdfDocument) -> list[str]:
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


@pytest.mark.parametrize(("state", "times"), [(State.AS_TYPED, 0), (State.AS_CHANGED, 1)])
def test_both_texts_stand_in_one_state(state: State, times: int) -> None:
    first, second, third = texts(opened(make_cable(), state=state))

    assert first.count("в тот же день") == times
    assert "Visit the minister" in first and "Telegraph when this is done." in second
    assert f"Cable to the ambassador – {'as typed' if state is State.AS_TYPED else 'as changed by hand'}" in third


def test_rows_begin_at_one_height() -> None:
    page = opened(make_cable())[0].get_textpage()
    places = []
    for words in ("Посетите министра", "Visit the minister"):
        index, _ = page.search(words).get_next()
        places.append(page.get_charbox(index)[1])

    assert places[0] == pytest.approx(places[1], abs=0.5)


def test_a_long_text_goes_on_with_its_scan() -> None:
    cable = make_cable()
    long = make_segment("31", cable.texts[0], " ".join(f"слово{n}" for n in range(3000)))
    document = opened(replace(cable, segments=(cable.segments[0], long, *cable.segments[1:])), page=cable.pages[0].id)
    written = " ".join(texts(document))

    assert len(document) > 3
    assert all(f"слово{n}" in written for n in range(3000))
    for page in document:
        assert page.render().to_pil().convert("L").getpixel((100, 200)) == pytest.approx(200, abs=3)
        left, _, right, _ = page.get_textpage().get_charbox(0)
        assert left >= 0 and right <= 842


@given(st.lists(st.text("абвгдежзwi.", min_size=1, max_size=40), max_size=12), st.floats(20, 300))
def test_lines_fit_and_lose_no_letter(words: list[str], room: float) -> None:
    lines = list(pdf_edition.wrap(" ".join(words), room, 8))

    assert all(width(line) * 8 <= room + 0.01 or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(words)


def test_what_is_copied_out_reads_on() -> None:
    cable = make_cable()
    words = " ".join(f"word{n}" for n in range(60))
    long = replace(cable.segments[4], content=words, raw=words)
    (first, *_) = texts(opened(replace(cable, segments=(*cable.segments[:4], long, cable.segments[5]))))

    assert words in first


def test_a_page_of_text_stands_on_one_sheet_where_smaller_letters_let_it() -> None:
    cable = make_cable()

    def sheets(words: int) -> int:
        long = make_segment("31", cable.texts[0], " ".join(f"слово{n}" for n in range(words)))
        segments = (cable.segments[0], long, *cable.segments[1:])
        return len(opened(replace(cable, segments=segments), page=cable.pages[0].id))

    assert [sheets(words) for words in (60, 170, 260)] == [1, 1, 2]
