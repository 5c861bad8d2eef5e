from __future__ import annotations

import json

import numpy as np

from images.geometry import Baseline, Box, Point, Size
from images.layout.overlay import draw
from images.layout.page import Block, Hand, InsertionPlace, Layout, Line, LinePart, Role, Stroke, StrokeKind
from images.layout.report import report


def line(box: Box, hand: Hand, role: Role, place: InsertionPlace | None = None) -> Line:
    base = Baseline((Point(box.x, box.bottom - 3), Point(box.right, box.bottom - 3)))
    return Line(base, box.polygon, role, (LinePart(box.x, box.right, hand, 0.9),), 0.87654, place=place)


LAYOUT = Layout(
    size=Size(200, 100),
    lines=(
        line(Box(10, 40, 150, 20), Hand.TYPED, Role.BODY),
        line(Box(60, 22, 50, 16), Hand.HANDWRITTEN, Role.INSERTION, InsertionPlace(0, 80)),
        line(Box(120, 4, 60, 14), Hand.HANDWRITTEN, Role.DATE),
    ),
    strokes=(Stroke(StrokeKind.UNDERLINE, Box(10, 62, 100, 3).polygon, 0.7),),
    blocks=(Block(Box(10, 40, 150, 20), (0,)), Block(Box(60, 22, 50, 16), (1,)), Block(Box(120, 4, 60, 14), (2,))),
    order=(2, 0, 1),
)


def test_report_is_json_in_reading_order() -> None:
    out = json.loads(json.dumps(report(LAYOUT)))

    assert (out["width"], out["height"]) == (200, 100)
    assert [entry["role"] for entry in out["lines"]] == ["date", "body", "insertion"]
    assert [entry["order"] for entry in out["lines"]] == [0, 1, 2]
    body = out["lines"][1]
    assert body["bbox"] == [10, 40, 160, 60]
    assert body["polygon"] == [[10, 40], [160, 40], [160, 60], [10, 60]]
    assert body["baseline"] == [[10, 57], [160, 57]]
    assert (body["hand"], body["confidence"]) == ("typed", 0.877)


def test_an_insertion_names_the_line_it_goes_into() -> None:
    out = report(LAYOUT)

    assert out["lines"][2]["place"] == {"line": out["lines"][1]["id"], "x": 80}


def test_a_page_without_lines_says_why() -> None:
    empty = Layout(Size(5, 5), (), (), (), (), remark="blank: no letters were found")

    assert report(empty)["remark"] == "blank: no letters were found"


def test_overlay_colours_the_page_and_leaves_the_original() -> None:
    page = np.full((100, 200), 255, np.uint8)

    picture = draw(page, LAYOUT)

    assert picture.shape == (100, 200, 3)
    assert (page == 255).all()
    assert (picture != 255).any()
    assert draw(page, LAYOUT, width=100).shape == (50, 100, 3)
