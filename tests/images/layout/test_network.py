"""The network as OpenCV runs it, against what PyTorch said when its weights were written."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from images.layout import network
from images.layout.maps import Maps


def witness() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    with np.load(network.WEIGHTS.with_name("witness.npz")) as stored:
        return stored["grey"], stored["maps"].astype(np.float32)


def stacked(maps: Maps) -> NDArray[np.float32]:
    return np.concatenate([[maps.core, maps.upright, maps.border], maps.hand])


def tall_page() -> NDArray[np.uint8]:
    page = np.full((1200, 320), 230, np.uint8)
    for base in range(60, 1180, 40):
        cv2.putText(page, "received in the morning", (20, base), cv2.FONT_HERSHEY_COMPLEX, 0.55, 40, 1, cv2.LINE_AA)
    return page


def test_opencv_says_what_pytorch_said() -> None:
    grey, said = witness()

    maps = network.own().maps(grey)

    assert (said[0] > 0.9).sum() > 100, "the witness shows writing"
    assert np.abs(stacked(maps) - said).max() < 0.01


@pytest.mark.parametrize(("height", "width"), [(1, 1), (17, 33), (95, 160), (128, 95)])
def test_pictures_of_any_size_have_maps_of_half_their_size(height: int, width: int) -> None:
    grey, _ = witness()

    maps = network.own().maps(np.ascontiguousarray(grey[:height, :width]))

    assert maps.core.shape == ((height + 1) // 2, (width + 1) // 2)


def test_what_is_added_to_fill_the_size_changes_little() -> None:
    grey, said = witness()
    odd = np.ascontiguousarray(grey[:-5, :-7])

    maps = network.own().maps(odd)

    height, width = maps.core.shape
    assert np.abs(stacked(maps) - said[:, :height, :width])[:, : height - 20, : width - 20].mean() < 0.01


def test_a_page_in_strips_has_the_maps_of_the_page_at_once() -> None:
    page = tall_page()
    whole = network.own()

    strips = replace(whole, most=page.shape[1] * 400).maps(page)

    assert strips.core.shape == whole.maps(page).core.shape
    assert np.abs(stacked(strips) - stacked(whole.maps(page)))[:3].max() < 0.2
    assert np.abs(stacked(strips) - stacked(whole.maps(page))).mean() < 0.005


def test_weights_are_small_enough_to_live_beside_the_source() -> None:
    assert network.WEIGHTS.stat().st_size <= 8_000_000
