"""Boundaries of lines seen in different looks."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from images.layout import network
from images.layout.analyse import analyse
from images.layout.apart import held_apart, outline
from images.layout.lines import Shape
from images.layout.look import UNTURNED, Found
from images.layout.page import Hand, LinePart
from images.layout.preprocess import Prepared, prepare
from images.layout.traces import Trace
from tests.images.layout.test_leaning import page_with_note
from tests.images.layout.test_lines import SPACING, TOP, typed, write_by_hand

Numbers = NDArray[np.float64]

PAGE: Prepared = prepare(typed(lines=2))


def line(x: float, y: float, width: float, angle: float, *, tall: float = 16.0) -> Found:
    """Make a line whose baseline starts at a point and falls by an angle in degrees."""
    nodes = np.arange(0.0, width + 1, 16.0)
    base = np.full(len(nodes), 40.0)
    trace = Trace(0, np.full(int(width), 35.0), 10.0, np.array([0.0, 1.0, 0.0]), 0.9)
    waves = 3 * np.sin(nodes / 20)
    shape = Shape(trace, nodes, base, base - tall + waves, base + 6 + waves, 5.0, -5.0, 200, trace.hand)
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    own = UNTURNED if angle == 0 else np.column_stack([turn, np.array([x, y]) - turn @ np.array([0.0, 40.0])])
    if angle == 0:
        shape = Shape(
            trace, nodes + x, base + y - 40, base - tall + y - 40, base + 6 + y - 40, 5.0, -5.0, 9, trace.hand
        )
    return Found(shape, (LinePart(0, int(width), Hand.HANDWRITTEN, 1.0),), PAGE if angle == 0 else replace(PAGE), own)


def shared(a: Numbers, b: Numbers) -> float:
    """Give the area, in pixels, that two polygons share."""
    scale, masks = 4, []
    for corners in (a, b):
        mask = np.zeros((1200 * 2, 1200 * 2), np.uint8)
        cv2.fillPoly(mask, [np.rint(corners * scale).astype(np.int32) + 200], 1)
        masks.append(cv2.erode(mask, np.ones((3, 3), np.uint8)))
    return float((masks[0] & masks[1]).sum()) / scale**2


@settings(max_examples=40)
@given(
    angle=st.sampled_from([-90.0, -25.0, -8.0, 6.0, 17.0, 90.0]),
    away=st.floats(14, 30),
    width=st.floats(100, 220),
    along=st.floats(-40, 40),
)
def test_neighbours_do_not_overlap(angle: float, away: float, width: float, along: float) -> None:
    leaning = line(220, 220, width, angle)
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    beside = line(220 - sine * away + cosine * along, 220 + cosine * away + sine * along, width, angle + 0.5)

    apart = held_apart([leaning, beside], PAGE)

    assert shared(*(outline(each) for each in apart)) < 1


@settings(max_examples=30)
@given(angle=st.floats(4, 25), start=st.floats(8, 30))
def test_a_note_that_rises_from_a_row_gives_way_to_it(angle: float, start: float) -> None:
    row, note = line(100, 300, 320, 0), line(120, 300 - start, 200, -angle)

    apart = held_apart([row, note], PAGE)

    assert shared(*(outline(each) for each in apart)) < 1
    assert outline(apart[1])[:, 1].max() > 280 - start


def test_a_stamp_upon_a_row_keeps_its_boundary() -> None:
    row, stamp = line(100, 300, 320, 0), line(150, 301, 200, 3.0)

    apart = held_apart([row, stamp], PAGE)

    assert shared(outline(apart[1]), outline(stamp)) > 0.7 * shared(outline(stamp), outline(stamp))


def test_what_is_far_stays_as_it_was() -> None:
    lines = [line(100, 100, 200, 0), line(100, 200, 200, 12)]

    assert all(a is b for a, b in zip(held_apart(lines, PAGE), lines, strict=True))


def test_what_is_written_across_a_line_keeps_its_boundary() -> None:
    row, across = line(100, 300, 320, 0), line(250, 200, 200, 90)

    apart = held_apart([row, across], PAGE)

    assert shared(outline(apart[1]), outline(across)) > 0.8 * shared(outline(across), outline(across))


def test_boundaries_bend_no_more_often_than_lines_are_wide() -> None:
    rows = [line(80, 100 + 22 * row, 420, 0) for row in range(8)]
    stamps = [line(100 + 3 * row, 110 + 26 * row, 330, 6.0) for row in range(6)]

    apart = held_apart([*rows, *stamps], PAGE)

    assert max(len(each.shape.nodes) for each in apart) < 420 / 2


@pytest.mark.parametrize("angle", [-20.0, 14.0, 90.0])
def test_no_boundary_on_a_page_lies_over_another(angle: float) -> None:
    made = page_with_note(angle)

    layout = analyse(made.image, network.own())

    polygons = [np.array([[p.x, p.y] for p in each.boundary.points], np.float64) / 4 for each in layout.lines]
    assert max(shared(a, b) for a, b in combinations(polygons, 2)) < 0.5


def test_an_insertion_seen_closer_lies_over_no_row() -> None:
    page = typed()
    write_by_hand(page, "не ранее июля", 420, TOP + 5 * SPACING - 30, size=26)

    layout = analyse(page, network.own())

    polygons = [np.array([[p.x, p.y] for p in each.boundary.points], np.float64) / 4 for each in layout.lines]
    assert len(polygons) == 13
    assert max(shared(a, b) for a, b in combinations(polygons, 2)) < 0.5
