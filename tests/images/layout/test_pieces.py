"""Pieces of ink are those that OpenCV finds, with the boxes, areas and centres that it gives them."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from images.layout.pieces import pieces_of

planes = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=24), elements=st.integers(0, 1))


@given(planes)
def test_pieces_are_those_of_opencv(ink: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)

    found = pieces_of(ink)

    assert np.array_equal(found.labels, labels)
    assert np.array_equal(found.stats[1:], stats[1:])
    assert np.array_equal(found.centres[1:], centres[1:])
    assert not found.stats[0].any()
