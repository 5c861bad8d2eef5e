"""Floors on real pages whose lines are known; skipped where the shared ground truth is not beside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from images.layout import network
from images.layout.analyse import analyse as analyse_with
from images.layout.page import Hand, Layout, Role

GROUND_TRUTH = Path(__file__).resolve().parents[4] / "shared" / "groundtruth"

pytestmark = pytest.mark.skipif(not GROUND_TRUTH.is_dir(), reason=f"no ground truth at {GROUND_TRUTH}")


def analyse(pixels: NDArray[Any]) -> Layout:
    return analyse_with(pixels, network.own())


def page(name: str) -> tuple[Layout, list[dict[str, Any]]]:
    picture = cv2.imread(str(GROUND_TRUTH / "images" / f"{name}.jpg"))
    assert picture is not None
    truth = json.loads((GROUND_TRUTH / "lines" / f"{name}.json").read_text(encoding="utf-8"))
    return analyse(np.ascontiguousarray(picture[:, :, ::-1])), truth["lines"]


def agreeing(layout: Layout, truth: list[dict[str, Any]]) -> int:
    """Count the lines of the truth over which a line runs: 0.7 of their common width, middles within half a height."""
    count = 0
    for line in truth:
        left, top, right, bottom = line["bbox"]
        for found in layout.lines:
            box = found.box
            shared = min(right, box.right) - max(left, box.x)
            common = max(right, box.right) - min(left, box.x)
            if shared > 0.7 * common and abs(box.y + box.height / 2 - (top + bottom) / 2) < 0.5 * (bottom - top):
                count += 1
                break
    return count


@pytest.mark.parametrize(
    "name", ["tapus_21574_p8", "ehri_cz_19380311b_02", "tapus_530484089", "ehri_us_19400712_02", "tapus_an96ap_0002"]
)
def test_typed_pages(name: str) -> None:
    layout, truth = page(name)

    right = agreeing(layout, truth)
    assert right >= 0.88 * len(truth)
    assert right >= 0.85 * len(layout.lines)


def test_insert_between_typed_lines() -> None:
    layout, _ = page("tapus_530873615")

    inserts = [line for line in layout.lines if line.role is Role.INSERTION]
    assert len(inserts) == 1
    place = inserts[0].place
    assert place is not None
    into = layout.lines[place.line]
    assert into.hand is Hand.TYPED
    assert inserts[0].box.y < into.box.y < inserts[0].box.bottom
