"""The whole analysis on pages drawn here, whose lines are known exactly."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from images.geometry import Box, intersection
from images.layout import network
from images.layout.analyse import analyse as analyse_with
from images.layout.maps import Maps
from images.layout.page import Hand, Layout
from images.layout.preprocess import grey_of

WORDS = "the minister of foreign affairs informed the ambassador that a reply to the note would be sent in the course "
Pixels = NDArray[np.uint8]


def analyse(pixels: NDArray[Any]) -> Layout:
    return analyse_with(pixels, network.own())


def typed_page(*, pitch: int = 24, lines: int = 14, columns: int = 40, seed: int = 1) -> tuple[Pixels, list[Box]]:
    """Draw a page of letters at a fixed pitch; give it with the boxes of its lines, x-height to baseline."""
    generator = np.random.default_rng(seed)
    spacing, left, top = int(2.6 * pitch), 4 * pitch, 5 * pitch
    page = np.full((top * 2 + lines * spacing, left * 2 + columns * pitch), 235, np.uint8)
    text = WORDS * 20
    boxes, at = [], 0
    for number in range(lines):
        base = top + number * spacing
        length = columns - int(generator.integers(0, 6))
        line = text[at : at + length].strip()
        at += length
        for index, letter in enumerate(line):
            place = (left + index * pitch, base)
            cv2.putText(page, letter, place, cv2.FONT_HERSHEY_COMPLEX, pitch / 23, 40, max(1, pitch // 12), cv2.LINE_AA)
        boxes.append(Box(left, base - int(0.75 * pitch), len(line) * pitch, int(0.75 * pitch)))
    noisy = page.astype(np.float64) + generator.normal(0, 3, page.shape)
    return np.clip(cv2.GaussianBlur(noisy, (0, 0), 0.7), 0, 255).astype(np.uint8), boxes


def found(layout: Layout, boxes: list[Box]) -> int:
    """Count the boxes over which exactly one line runs from end to end, at the right height."""
    count = 0
    for box in boxes:
        middle = box.y + box.height / 2
        over = [
            line.box
            for line in layout.lines
            if abs(line.box.y + line.box.height / 2 - middle) < box.height
            and (shared := intersection(line.box, Box(box.x, 0, box.width, layout.size.height))) is not None
            and shared.width > 0.85 * box.width
            and line.box.width < 1.15 * box.width
        ]
        count += len(over) == 1
    return count


def turned(boxes: list[Box], angle: float, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], list[Box]]:
    matrix = cv2.getRotationMatrix2D((shape[1] / 2, shape[0] / 2), angle, 1.0)
    out = []
    for box in boxes:
        corners = np.array([[p.x, p.y, 1] for p in box.polygon.points]) @ matrix.T
        low, high = corners.min(axis=0), corners.max(axis=0)
        out.append(Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])))
    return matrix, out


@pytest.mark.parametrize("pitch", [11, 17, 24, 40])
def test_every_line_is_found_at_any_resolution(pitch: int) -> None:
    page, boxes = typed_page(pitch=pitch)

    layout = analyse(page)

    assert found(layout, boxes) == len(boxes)
    assert len(layout.lines) <= len(boxes) + 1


def test_baseline_is_at_the_foot_of_the_letters() -> None:
    page, boxes = typed_page()

    layout = analyse(page)

    for box in boxes:
        near = [line for line in layout.lines if abs(line.baseline.points[0].y - box.bottom) < 12]
        assert len(near) == 1
        assert max(abs(point.y - box.bottom) for point in near[0].baseline.points) <= 6


def test_negative_film_gives_the_same_lines() -> None:
    page, boxes = typed_page()

    assert found(analyse(255 - page), boxes) == len(boxes)


def test_colour_and_grey_are_read_alike() -> None:
    page, boxes = typed_page()

    assert found(analyse(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB)), boxes) == len(boxes)


@pytest.mark.parametrize("angle", [-5.0, -1.3, 2.2, 5.0])
def test_skewed_page(angle: float) -> None:
    page, boxes = typed_page()
    matrix, _ = turned(boxes, angle, page.shape)
    skewed = cv2.warpAffine(page, matrix, page.shape[::-1], borderValue=235)

    layout = analyse(skewed)

    bases = np.array([line.baseline.points[0].y - line.baseline.points[-1].y for line in layout.lines])
    widths = np.array([line.baseline.points[-1].x - line.baseline.points[0].x for line in layout.lines])
    lean = np.degrees(np.arctan2(bases, widths))
    assert len(layout.lines) >= len(boxes)
    assert abs(float(np.median(lean)) - angle) < 0.4


@pytest.mark.parametrize("quarters", [1, 3])
def test_page_on_its_side_has_upright_lines(quarters: int) -> None:
    page, boxes = typed_page()

    layout = analyse(np.ascontiguousarray(np.rot90(page, quarters)))

    assert len(layout.lines) == len(boxes)
    assert all(line.box.height > 3 * line.box.width for line in layout.lines if line.box.height > 400)


def test_page_on_its_head_is_read_from_its_own_left() -> None:
    page, boxes = typed_page()

    layout = analyse(np.ascontiguousarray(page[::-1, ::-1]))

    long = [line.baseline.points for line in layout.lines if line.box.width > page.shape[1] / 3]
    assert len(long) >= len(boxes) - 1
    assert all(points[0].x > points[-1].x for points in long)
    first, last = layout.lines[layout.order[0]], layout.lines[layout.order[-1]]
    assert first.box.y > last.box.y


def test_dark_frame_of_film_is_no_line() -> None:
    page, boxes = typed_page()
    framed = cv2.copyMakeBorder(page, 150, 90, 200, 60, cv2.BORDER_CONSTANT, value=12)
    moved = [Box(box.x + 200, box.y + 150, box.width, box.height) for box in boxes]

    layout = analyse(framed)

    assert found(layout, moved) == len(boxes)
    assert len(layout.lines) <= len(boxes) + 1


def test_boundaries_never_overlap() -> None:
    page, _ = typed_page(pitch=20, lines=18)

    layout = analyse(page)

    for first, second in combinations(layout.lines, 2):
        canvas = np.zeros((2, layout.size.height, layout.size.width), np.uint8)
        for plane, line in zip(canvas, (first, second), strict=True):
            cv2.fillPoly(plane, [np.array([[p.x, p.y] for p in line.boundary.points], np.int32)], 1)
        # Neighbours may share the pixels of one edge.
        shared = cv2.erode(canvas[0] & canvas[1], np.ones((3, 3), np.uint8))
        assert not shared.any()


def test_typed_lines_are_typed_and_in_order() -> None:
    page, boxes = typed_page()

    layout = analyse(page)

    assert sum(line.hand is Hand.TYPED for line in layout.lines) >= len(boxes) - 1
    heights = [layout.lines[index].box.y for index in layout.order]
    assert heights == sorted(heights)


def test_two_columns_are_read_one_after_the_other() -> None:
    left, boxes = typed_page(columns=24, lines=10)
    right, _ = typed_page(columns=24, lines=10, seed=2)

    layout = analyse(np.hstack([left, right]))

    sides = [layout.lines[index].box.x > left.shape[1] for index in layout.order]
    assert len(layout.lines) == 2 * len(boxes)
    assert sides == sorted(sides)


def test_blank_page_says_so() -> None:
    layout = analyse(np.full((900, 700), 240, np.uint8))

    assert layout.lines == ()
    assert layout.remark.startswith("blank")


def test_letters_too_small_to_tell() -> None:
    page = np.full((200, 300), 240, np.uint8)
    for top in range(20, 180, 9):
        for left in range(20, 280, 6):
            page[top : top + 3, left : left + 3] = 20
            page[top + 1, left + 1 + left % 2] = 240

    layout = analyse(page)

    assert layout.remark != ""
    assert layout.lines == ()


@pytest.mark.parametrize("shape", [(0, 5), (5,), (4, 4, 4), (4, 4, 1)])
def test_other_arrays_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="pixels are"):
        analyse(np.zeros(shape, np.uint8))


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        analyse(np.zeros((10, 10), np.float32))


def holds_together(layout: Layout) -> None:
    assert sorted(layout.order) == list(range(len(layout.lines)))
    in_blocks = [index for block in layout.blocks for index in block.lines]
    assert sorted(in_blocks) == list(range(len(layout.lines)))
    for line in layout.lines:
        assert 0 <= line.confidence <= 1
        for point in (*line.boundary.points, *line.baseline.points):
            assert 0 <= point.x <= layout.size.width
            assert 0 <= point.y <= layout.size.height
        if line.place is not None:
            assert 0 <= line.place.line < len(layout.lines)
        for part in line.parts:
            assert part.start <= part.end


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90))))
def test_any_small_picture_gives_a_layout(pixels: Pixels) -> None:
    holds_together(analyse(pixels))


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(["noise", "blots", "lines"]))
def test_any_large_picture_gives_a_layout(seed: int, kind: str) -> None:
    generator = np.random.default_rng(seed)
    page = np.full((500, 400), 220, np.uint8)
    if kind == "noise":
        page = generator.integers(0, 256, page.shape).astype(np.uint8)
    for _ in range(200):
        a, b = generator.integers(0, 400, 2).tolist(), generator.integers(0, 400, 2).tolist()
        if kind == "blots":
            cv2.circle(page, a, int(generator.integers(1, 12)), 20, -1)
        elif kind == "lines":
            cv2.line(page, a, b, 30, int(generator.integers(1, 4)))

    holds_together(analyse(page))


class Half:
    """A network that sees only the upper half of what it is shown."""

    def maps(self, grey: Pixels) -> Maps:
        seen = network.own().maps(grey)
        lower = slice(seen.core.shape[0] // 2, None)
        for plane in (seen.core, seen.upright, seen.border):
            plane[lower] = 0
        return seen


def test_lines_stand_where_the_network_sees_some() -> None:
    page, boxes = typed_page()

    layout = analyse_with(page, Half())

    assert found(layout, boxes[: len(boxes) // 2]) == len(boxes) // 2
    assert found(layout, boxes[len(boxes) // 2 + 1 :]) == 0


def test_grey_is_left_as_it_is() -> None:
    page = np.arange(20, dtype=np.uint8).reshape(4, 5)

    assert np.array_equal(grey_of(page), page)


def test_picture_without_writing_says_so() -> None:
    generator = np.random.default_rng(3)
    clouds = cv2.GaussianBlur(generator.random((900, 700)).astype(np.float32), (0, 0), 9)
    clouds = (clouds - clouds.min()) / np.ptp(clouds) * 255

    layout = analyse(clouds.astype(np.uint8))

    assert layout.lines == ()
    assert layout.remark != ""
