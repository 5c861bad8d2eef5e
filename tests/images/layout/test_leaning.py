"""Writing that does not lie level: notes that lean, pages that lie otherwise than their ink seems to say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from images.geometry import Box, Size
from images.layout import network
from images.layout.analyse import analyse, better_stance
from images.layout.evaluation import agreement, line_height
from images.layout.features import find_boxed
from images.layout.leaning import direction_of
from images.layout.look import look
from images.layout.page import Hand, Role
from images.layout.preprocess import Stance, prepare, turned_view
from images.layout.strokes import find_runs
from images.layout.training.description import PageDescription, Typed, Written
from images.layout.training.faults import faults
from images.layout.training.truths import rendered_truth
from images.layout.training.typescript import RenderedPage, render
from tests.faces import faces
from tests.images.layout.test_lines import typed

Pixels = NDArray[np.uint8]


def stripes(angle: float, *, count: int = 3) -> Pixels:
    """Draw lines of dashes that fall to the right by an angle in degrees."""
    plane = np.zeros((400, 400), np.uint8)
    for number in range(count):
        for start in range(-150, 150, 14):
            cv2.rectangle(plane, (200 + start, 170 + 30 * number), (200 + start + 8, 180 + 30 * number), 1, -1)
    matrix = cv2.getRotationMatrix2D((200, 200), -angle, 1.0)
    return np.asarray(cv2.warpAffine(plane, matrix, (400, 400), flags=cv2.INTER_NEAREST), dtype=np.uint8)


@settings(max_examples=30)
@given(angle=st.floats(8, 44), falls=st.booleans())
def test_the_direction_of_lines_is_told_from_their_ink(angle: float, falls: bool) -> None:
    lean = angle if falls else -angle

    assert abs(direction_of(stripes(lean)) - lean) < 1.5


def test_level_lines_have_no_direction() -> None:
    assert direction_of(stripes(0.0)) == 0


@pytest.mark.parametrize("angle", [-90.0, -17.0, 0.0, 31.0, 90.0])
def test_a_view_carries_its_ink_back_to_the_page(angle: float) -> None:
    page = prepare(typed())
    box = Box(300, 120, 200, 90)
    ink = np.zeros_like(page.ink)
    ink[150:160, 380:420] = 1

    shown = turned_view(page, box, angle)

    y, x = np.nonzero(shown.of_ink(ink))
    back = np.array([x.mean() + 0.5, y.mean() + 0.5]) @ shown.own[:, :2].T + shown.own[:, 2]
    assert np.abs(back - [400, 155]).max() < 1.5
    assert abs(len(x) - 400) < 40


def page_with_note(angle: float, *, quarters: int = 0) -> RenderedPage:
    """Render a typed page with a note of one line under the text that rises by an angle in degrees."""
    text = "министр сообщил послу, что ответ на ноту будет дан."
    lines = tuple(Typed(f"t{row}", text[: 38 + 5 * row % 13], 12, 8 + 1.5 * row) for row in range(14))
    note = Written("note", "прошу переговорить со мной", 20, 44, height=1.5, angle=angle)
    page = PageDescription(typed=lines, written=(note,), size=Size(1240, 1754), resolution=150, quarters=quarters)
    return render(page, faces(), faults(0.0, np.random.default_rng(3)), np.random.default_rng(5))


@pytest.mark.parametrize("angle", [-20.0, -9.0, 8.0, 14.0, 22.0])
def test_a_note_that_leans_is_one_line(angle: float) -> None:
    made = page_with_note(angle)

    truth = rendered_truth("note", "", made.truth)
    found = analyse(made.image, network.own()).lines

    places = [i for i, line in enumerate(truth.lines) if line.role is Role.MARGINAL]
    shared = agreement([truth.lines[i] for i in places], found, line_height([line.box for line in truth.lines]))
    assert shared.max() > 0.7
    assert found[int(shared.argmax())].hand is Hand.HANDWRITTEN
    assert len(found) <= len(truth.lines) + 1


@pytest.mark.parametrize("angle", [90.0, -90.0])
def test_lines_up_or_down_the_margin_follow_each_other_as_they_run(angle: float) -> None:
    lines = tuple(Typed(f"t{row}", "министр сообщил послу, что ответ на", 16, 8 + 1.5 * row) for row in range(16))
    start, step = (28, 1.9) if angle > 0 else (12, -1.9)
    rows = ("прошу переговорить о вывозе леса", "и доложить к вечеру")
    notes = tuple(
        Written(f"n{i}", row, 5 + (start < 20) * 6 + step * i, start, height=1.4, angle=angle)
        for i, row in enumerate(rows)
    )
    page = PageDescription(typed=lines, written=notes, size=Size(1240, 1754), resolution=150)
    made = render(page, faces(), faults(0.0, np.random.default_rng(3)), np.random.default_rng(5))

    layout = analyse(made.image, network.own())

    steep = [layout.lines[i] for i in layout.order if layout.lines[i].box.height > 3 * layout.lines[i].box.width]
    assert len(steep) == 2
    upwards = [line.baseline.points[-1].y < line.baseline.points[0].y for line in steep]
    assert (steep[0].box.x < steep[1].box.x) == upwards[0] == upwards[1]


@pytest.mark.parametrize("wrong", [Stance(1), Stance(0, 3.0)])
def test_a_page_that_was_taken_to_lie_otherwise_is_set_right(wrong: Stance) -> None:
    made = page_with_note(0.0)
    page = prepare(made.image, wrong)
    _, text, plain = find_runs(page.ink)

    better = better_stance(look(page, network.own(), text, plain))

    assert better is not None
    straight = prepare(made.image, better)
    assert straight.stance.quarters == 0
    assert abs((straight.stance.angle or 0.0) - (prepare(made.image).stance.angle or 0.0)) < 0.5


def test_a_page_that_lies_well_is_left_so() -> None:
    page = prepare(page_with_note(12.0).image)
    _, text, plain = find_runs(page.ink)

    assert better_stance(look(page, network.own(), text, plain)) is None


@pytest.mark.parametrize("angle", [0.0, -11.0])
def test_a_broken_frame_goes_round_what_it_holds(angle: float) -> None:
    ink = np.zeros((300, 500), np.uint8)
    cv2.rectangle(ink, (120, 100), (340, 190), 1, 2)
    for gap in (160, 230, 300):
        ink[95:105, gap : gap + 9] = ink[185:195, gap + 20 : gap + 31] = 0
    matrix = cv2.getRotationMatrix2D((230, 145), angle, 1.0)
    turned = np.asarray(cv2.warpAffine(ink, matrix, ink.shape[::-1], flags=cv2.INTER_NEAREST), dtype=np.uint8)

    boxed = find_boxed(turned)

    assert boxed[145, 230] == 1
    assert boxed[145, 60] == 0
    open_below = np.asarray(turned * (np.arange(300) < 160)[:, None], dtype=np.uint8)
    assert find_boxed(open_below)[130, 230] == 0


@pytest.mark.parametrize("thickness", [2, 5])
def test_a_frame_may_be_drawn_thick(thickness: int) -> None:
    ink = np.zeros((300, 500), np.uint8)
    cv2.rectangle(ink, (120, 100), (380, 182), 1, thickness)

    boxed = find_boxed(ink)

    assert boxed[141, 250] == 1
    assert boxed[141, 60] == 0
