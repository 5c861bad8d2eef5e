import csv
import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_cable
from transcriptions.formats import links_csv
from transcriptions.identity import PageId
from transcriptions.revision import Snapshot


def rows(snapshot: Snapshot, page: PageId | None = None) -> list[dict[str, str]]:
    text = b"".join(links_csv.write(snapshot, page=page)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_for_each_stretch_on_a_line() -> None:
    cable = make_cable()
    found = rows(cable)
    inserted = next(row for row in found if row["words"] == "в тот же день")

    assert len(found) == 12
    assert inserted["line_id"] == cable.lines[2].id
    assert [inserted[name] for name in ("x", "y", "width", "height")] == ["600", "260", "220", "36"]
    assert [inserted[name] for name in ("start", "end", "page", "confidence", "evidence", "moved", "pinned")] == [
        "20",
        "34",
        "1",
        "0.9",
        "shape",
        "yes",
        "no",
    ]
    assert [row["words"] for row in rows(cable, cable.pages[1].id)] == [
        "Исполнение телеграфируйте.",
        "Telegraph when this is done.",
    ]


def test_pins_and_what_has_no_place_are_told() -> None:
    cable = make_cable()
    links = tuple(replace(link, pinned=True) for link in cable.links[:1])
    found = rows(replace(cable, links=links))

    assert [row["pinned"] for row in found].count("yes") == 1
    assert next(row for row in found if row["segment_number"] == "3")["line_id"] == ""


def test_no_cell_is_taken_for_a_formula() -> None:
    cable = make_cable()
    first = replace(cable.segments[0], content='=HYPERLINK("http://x")')
    pages = tuple(replace(page, label="@SUM(1)") for page in cable.pages)
    found = rows(replace(cable, segments=(first, *cable.segments[1:]), pages=pages))

    assert found[0]["words"].startswith("'=HYPERLINK")
    assert found[0]["page"] == "'@SUM(1)"


@given(st.text(max_size=8))
def test_a_safe_cell_begins_no_formula(words: str) -> None:
    assert not links_csv.safe(words).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert links_csv.safe(words).removeprefix("'") in (words, words.removeprefix("'"))
