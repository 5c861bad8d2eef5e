from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server import reading
from tests.builders import make_cable, make_id, make_mark
from tests.conftest import Golden
from transcriptions.model import Mark, MarkKind
from transcriptions.revision import Snapshot

BASE = "https://cables.example.org"


def page_of(snapshot: Snapshot, number: int = 0) -> Any:
    return json.loads(reading.page(snapshot, snapshot.pages[number].id) or b"null")


def segments_of(page: Any, text: int = 0) -> list[Any]:
    return [segment for paragraph in page["texts"][text]["paragraphs"] for segment in paragraph["segments"]]


def pretty(data: bytes | None) -> str:
    return json.dumps(json.loads(data or b"null"), ensure_ascii=False, indent=1) + "\n"


def test_shapes_are_as_the_golden_files_show(golden: Golden) -> None:
    snapshot = make_cable()

    golden("reader/document.json", pretty(reading.document(snapshot, base=BASE)))
    golden("reader/page-1.json", pretty(reading.page(snapshot, snapshot.pages[0].id)))
    golden("reader/page-2.json", pretty(reading.page(snapshot, snapshot.pages[1].id)))


def test_segments_come_on_the_pages_that_they_touch() -> None:
    snapshot = make_cable()

    assert [each["id"] for each in segments_of(page_of(snapshot, 0))] == [make_id("s2"), make_id("s3")]
    assert [each["id"] for each in segments_of(page_of(snapshot, 1))] == [make_id("s4")]
    assert page_of(snapshot, 2)["texts"] == []


def test_a_segment_without_a_place_goes_with_its_neighbour() -> None:
    snapshot = make_cable()
    links = tuple(link for link in snapshot.links if link.segment != make_id("s4"))
    page = page_of(replace(snapshot, links=links), 0)

    last = segments_of(page)[-1]
    assert last["id"] == make_id("s4")
    assert last["runs"][0]["line"] is None
    assert last["runs"][0]["box"] is None


def test_a_text_without_any_place_is_on_the_first_page_of_its_part() -> None:
    snapshot = replace(make_cable(), links=(), beads=())

    assert len(segments_of(page_of(snapshot, 0))) == 3
    assert page_of(snapshot, 1)["texts"] == []


def test_an_insertion_is_a_run_of_its_own_with_its_line_and_mark() -> None:
    page = page_of(make_cable())
    runs = segments_of(page)[1]["runs"]
    inserted = next(run for run in runs if make_id("m3") in run["marks"])

    assert inserted["text"] == "в тот же день"
    assert inserted["line"] == make_id("n4")
    line = next(each for each in page["lines"] if each["id"] == make_id("n4"))
    assert line["role"] == "insertion"
    assert line["anchor"] == {"line": make_id("n3"), "x": 610}


def test_a_mark_without_width_is_a_run_without_text() -> None:
    snapshot = make_cable()
    segment = next(each for each in snapshot.segments if each.id == make_id("s3"))
    note = replace(make_mark("9", segment, "министра", MarkKind.TRANSLATOR_NOTE), start=9, end=9, value="sic")
    runs = segments_of(page_of(replace(snapshot, marks=(*snapshot.marks, note))))[1]["runs"]

    noted = [run for run in runs if note.id in run["marks"]]
    assert [(run["text"], run["start"], run["end"]) for run in noted] == [("", 9, 9)]


@st.composite
def marks(draw: st.DrawFn) -> tuple[Mark, ...]:
    segment = next(each for each in make_cable().segments if each.id == make_id("s3"))
    drawn = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(segment.content)))
        end = draw(st.integers(start, len(segment.content)))
        mark = make_mark(f"x{number}", segment, segment.content[:1], draw(st.sampled_from(list(MarkKind))))
        drawn.append(replace(mark, start=start, end=end))
    return tuple(drawn)


@given(marks())
def test_runs_are_the_segments_words_in_order_and_marks_fill_whole_runs(drawn: tuple[Mark, ...]) -> None:
    snapshot = replace(make_cable(), marks=drawn)
    segment = next(each for each in snapshot.segments if each.id == make_id("s3"))
    page = page_of(snapshot)
    runs = next(each for each in segments_of(page) if each["id"] == segment.id)["runs"]

    assert "".join(run["text"] for run in runs) == segment.content
    place = 0
    for run in runs:
        assert run["start"] == place
        place = run["end"]
    for mark in drawn:
        own = [run for run in runs if mark.id in run["marks"]]
        assert own[0]["start"] == mark.start
        assert own[-1]["end"] == mark.end
    assert {mark["id"] for mark in page["marks"]} >= {mark.id for mark in drawn}


def test_untranslated_parts_say_so() -> None:
    parts = json.loads(reading.document(make_cable(), base=BASE))["parts"]

    assert [part["untranslated"] for part in parts] == [False, True]
