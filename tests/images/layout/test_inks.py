"""Ink of another colour than most of a page's writing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from images.geometry import Size
from images.layout import network
from images.layout.analyse import analyse
from images.layout.evaluation import agreement, line_height
from images.layout.inks import other_ink
from images.layout.page import Hand, Line
from images.layout.preprocess import prepare
from images.layout.training.description import PageDescription, Stamp, Typed
from images.layout.training.faults import faults
from images.layout.training.truths import rendered_truth
from images.layout.training.typescript import RenderedPage, render
from tests.faces import faces
from tests.images.layout.test_lines import typed

Pixels = NDArray[np.uint8]

PAPER = (232, 221, 196)
BLACK = (38, 36, 40)
VIOLET = (110, 60, 150)
TEXT = "министр сообщил послу, что ответ на ноту будет дан."


def rendered(*stamps: Stamp, rows: int = 14) -> RenderedPage:
    lines = tuple(Typed(f"t{row}", TEXT[: 38 + 5 * row % 13], 12, 8 + 1.5 * row) for row in range(rows))
    page = PageDescription(typed=lines, stamps=stamps, size=Size(1240, 1754), resolution=150)
    return render(page, faces(), faults(0.0, np.random.default_rng(3)), np.random.default_rng(5))


def absorbed(grey: Pixels) -> NDArray[np.float64]:
    """Give how much of its paper each point of a clean grey picture covers, 0 to 1."""
    paper = float(np.median(grey))
    return np.clip(1 - grey / paper, 0, 1)


def coloured(*layers: tuple[NDArray[np.float64], tuple[int, int, int]]) -> Pixels:
    """Lay inks of a colour on paper, one upon the other."""
    picture = np.broadcast_to(np.array(PAPER, dtype=np.float64), (*layers[0][0].shape, 3)).copy()
    for cover, colour in layers:
        through = 1 - cover[..., None] * (1 - np.array(colour) / np.array(PAPER))
        picture *= through
    return np.asarray(np.rint(picture), dtype=np.uint8)


def best(truth: list[Line], found: tuple[Line, ...]) -> list[int]:
    """Give the place of the line found for each true one; -1 where there is none."""
    shared = agreement(truth, found, line_height([line.box for line in truth]))
    return [int(row.argmax()) if row.max() > 0.7 else -1 for row in shared]


@pytest.mark.parametrize("angle", [-5.0, 7.0])
def test_a_violet_stamp_over_type_is_found_with_the_type_under_it(angle: float) -> None:
    stamp = Stamp(
        "stamp", ("СЕКРЕТАРИАТ", "ПОЛУЧЕНО 3 МАР 1951", "ДЕЛО N 16"), 34, 16, angle=angle, face=1, strength=0.9
    )
    type_alone, stamp_alone = rendered(), rendered(stamp, rows=0)
    page = coloured((absorbed(type_alone.image), BLACK), (absorbed(stamp_alone.image), VIOLET))
    truth = [line for made in (type_alone, stamp_alone) for line in rendered_truth("page", "", made.truth).lines]

    found = analyse(page, network.own()).lines

    stamped = [line for line in truth if line.hand is Hand.STAMP]
    places = best(stamped, found)
    assert -1 not in places
    assert Hand.TYPED not in {found[i].hand for i in places}
    under = best([line for line in truth if line.hand is Hand.TYPED], found)
    assert sum(place >= 0 for place in under) >= len(under) - 1


@settings(max_examples=12)
@given(colour=st.tuples(*[st.integers(0, 160)] * 3))
def test_a_page_in_one_ink_of_any_colour_has_no_other(colour: tuple[int, int, int]) -> None:
    grey = typed()
    page = coloured((np.clip(absorbed(grey), 0, 1), colour))

    assert other_ink(page, prepare(page)) is None


def test_grey_pages_have_no_other_ink() -> None:
    grey = typed()

    assert other_ink(grey, prepare(grey)) is None
    assert other_ink(np.repeat(grey[..., None], 3, axis=2), prepare(grey)) is None
