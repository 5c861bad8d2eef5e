from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from images.layout.frames import Frame, find_frames

Ink = NDArray[np.uint8]
Corners = NDArray[np.float64]

MIDDLE = (400, 300)


def corners_of(width: float, height: float, angle: float) -> Corners:
    turn = math.radians(angle)
    level = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    matrix = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return np.asarray(level @ matrix + MIDDLE, dtype=np.float64)


def framed(width: float, height: float, angle: float, *, gaps: bool = False) -> Ink:
    ink = np.zeros((600, 800), np.uint8)
    corners = corners_of(width, height, angle)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        pieces = [(0.0, 0.3), (0.36, 0.68), (0.74, 1.0)] if gaps else [(0.0, 1.0)]
        for first, last in pieces:
            ends = [np.rint(start + share * (end - start)).astype(int).tolist() for share in (first, last)]
            cv2.line(ink, ends[0], ends[1], 1, 2)
    return ink


def with_rows(ink: Ink, *, distance: int = 40) -> Ink:
    """Draw rows of letters over the whole picture."""
    for base in range(60, 580, distance):
        for left in range(20, 780, 13):
            cv2.rectangle(ink, (left, base - 11), (left + 7, base), 1, 2)
    return ink


def is_near(frame: Frame, corners: Corners) -> bool:
    return bool(np.abs(np.array(frame.corners) - corners).max() < 9)


@settings(max_examples=40)
@given(width=st.floats(150, 320), height=st.floats(50, 120), angle=st.floats(-12, 12))
def test_a_frame_is_found_where_it_lies(width: float, height: float, angle: float) -> None:
    found = find_frames(framed(width, height, angle))

    assert [is_near(frame, corners_of(width, height, angle)) for frame in found] == [True]
    assert abs(found[0].angle - angle) < 2.5


@pytest.mark.parametrize("angle", [-15.0, -7.0, -2.0, 3.0, 8.0, 14.0])
def test_a_frame_is_found_over_rows_of_letters(angle: float) -> None:
    found = find_frames(with_rows(framed(260, 95, angle)))

    assert any(is_near(frame, corners_of(260, 95, angle)) for frame in found)


@pytest.mark.parametrize("angle", [-8.0, -3.0, 0.0, 5.0])
def test_a_frame_with_gaps_is_found(angle: float) -> None:
    found = find_frames(framed(260, 95, angle, gaps=True))

    assert [is_near(frame, corners_of(260, 95, angle)) for frame in found] == [True]


def test_rows_of_letters_are_no_frames() -> None:
    assert find_frames(with_rows(np.zeros((600, 800), np.uint8))) == ()


def test_two_scratches_down_a_film_are_no_sides() -> None:
    ink = with_rows(np.zeros((600, 800), np.uint8))
    cv2.line(ink, (200, 0), (210, 600), 1, 2)
    cv2.line(ink, (500, 0), (510, 600), 1, 2)

    assert find_frames(ink) == ()


def test_cells_of_a_ruled_table_are_no_frames() -> None:
    ink = np.zeros((600, 800), np.uint8)
    for x in range(50, 800, 200):
        cv2.line(ink, (x, 40), (x, 520), 1, 2)
    for y in range(40, 560, 80):
        cv2.line(ink, (50, y), (650, y), 1, 2)

    assert find_frames(ink) == ()


def test_points_inside() -> None:
    frame = Frame(tuple((float(x), float(y)) for x, y in corners_of(200, 80, 10)), 10)

    assert frame.share_inside(np.array([MIDDLE, (0, 0)], dtype=np.float64)) == 0.5
