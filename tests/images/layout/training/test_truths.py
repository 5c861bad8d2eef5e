"""What is read from the truth of pages beside the boxes of their lines: roles, and where insertions go."""

from __future__ import annotations

from typing import Any

import pytest

from images.geometry import Box, Point
from images.layout.page import Hand, Role
from images.layout.training.synthesis import synthesise
from images.layout.training.truths import rendered_truth, true_lines
from tests.faces import faces

TEXT = "the mail is sent once in two days"


def record(
    text: str, left: int, top: int, width: int, kind: str = "typed", role: str | None = "body"
) -> dict[str, Any]:
    polygon = [[left, top], [left + width, top], [left + width, top + 40], [left, top + 40]]
    baseline = [[left, top + 30], [left + width, top + 30]]
    told = {} if role is None else {"role": role}
    return {"polygon": polygon, "baseline": baseline, "text": text, "kind": kind, **told}


def bench_page(*marks: str) -> dict[str, Any]:
    rows = [record("ORDER", 400, 100, 125, role="head"), record(TEXT, 100, 200, 25 * len(TEXT))]
    words = [record(mark, 300, 170, 150, "handwritten", "insert") for mark in marks]
    marked = TEXT
    for mark in reversed(marks):
        marked = marked.replace("is sent", f"is [вписано от руки: {mark}] sent")
    return {"id": "p", "lines": [*rows, *words], "running_text_marked": f"ORDER {marked}"}


def test_the_marked_text_tells_between_which_words_an_insertion_goes() -> None:
    lines = true_lines(bench_page("now"))

    assert [line.role for line in lines] == [Role.HEADING, Role.BODY, Role.INSERTION]
    anchor = lines[2].anchor
    assert anchor is not None
    assert anchor.line == 1
    assert anchor.gaps[anchor.gap] == round(100 + 25 * (TEXT.index(" sent") + 0.5))
    assert (anchor.gaps[0], anchor.gaps[-1]) == (100, 100 + 25 * len(TEXT))
    assert len(anchor.gaps) == len(TEXT.split()) + 1


def test_lines_without_roles_have_none() -> None:
    truth = {"lines": [record("a", 0, 0, 40, role=None), record("b", 0, 60, 40, "stamp", role=None)]}

    lines = true_lines(truth)

    assert [line.role for line in lines] == [None, None]
    assert [line.hand for line in lines] == [Hand.TYPED, Hand.STAMP]
    assert (lines[0].box, lines[0].baseline) == (Box(0, 0, 40, 40), (Point(0, 30), Point(40, 30)))


def test_a_text_with_other_insertions_than_the_lines_is_refused() -> None:
    truth = bench_page("now") | {"running_text_marked": TEXT}

    with pytest.raises(ValueError, match="1 insertions are lines, the text has 0"):
        true_lines(truth)


def test_insertions_of_a_rendered_page_go_between_words() -> None:
    made = synthesise(2, faces(), level=1.0, resolution=80.0, kind="draft").truth

    page = rendered_truth("p", "rendered", made)

    anchored = [line for line in page.lines if line.anchor is not None]
    assert anchored
    for true, line in zip(made.lines, page.lines, strict=True):
        if line.anchor is None or true.anchor is None:
            assert line.anchor is true.anchor is None
        else:
            assert line.role is Role.INSERTION
            assert line.anchor.is_nearest(true.anchor.x)
            assert list(line.anchor.gaps) == sorted(line.anchor.gaps)
