"""Stamps over type on pages in grey, told by their frames."""

from __future__ import annotations

import numpy as np
import pytest

from images.geometry import Size
from images.layout import network
from images.layout.analyse import analyse
from images.layout.evaluation import agreement, line_height, matched
from images.layout.page import Hand, Role
from images.layout.training.description import PageDescription, Stamp, Typed
from images.layout.training.faults import faults
from images.layout.training.truths import rendered_truth
from images.layout.training.typescript import render
from tests.faces import faces

TEXT = "министр сообщил послу, что ответ на ноту будет дан."


@pytest.mark.parametrize("angle", [-6.0, 1.0, 5.0])
def test_what_a_frame_holds_is_a_stamp_though_it_lies_over_type(angle: float) -> None:
    rows = tuple(Typed(f"t{row}", TEXT[: 38 + 5 * row % 13], 12, 8 + 3 * row) for row in range(9))
    stamp = Stamp("s", ("ВХОДЯЩИЙ № 1874", "20 СЕН 1950"), 30, 21.3, 1.0, angle, strength=0.8)
    description = PageDescription(typed=rows, stamps=(stamp,), size=Size(1654, 2339), resolution=200)
    page = render(description, faces(), faults(0.0, np.random.default_rng(3)), np.random.default_rng(5))
    truth = rendered_truth("stamp", "", page.truth)
    layout = analyse(page.image, network.own())
    pairs = dict(matched(agreement(truth.lines, layout.lines, line_height([line.box for line in truth.lines])), 0.5))

    hands = {i: layout.lines[j].hand for i, j in pairs.items()}
    stamped = [i for i, line in enumerate(truth.lines) if line.hand is Hand.STAMP]
    typed = [i for i, line in enumerate(truth.lines) if line.hand is Hand.TYPED]
    assert any(hands.get(i) is Hand.STAMP for i in stamped)
    assert all(hands.get(i, Hand.STAMP) is Hand.STAMP for i in stamped)
    assert sum(hands.get(i) is Hand.TYPED for i in typed) >= len(typed) - 1
    assert all((line.role is Role.STAMP) == (line.hand is Hand.STAMP) for line in layout.lines)
