"""How surely a found line is a line of writing, and whose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from images.layout import features, hands
from images.layout.lines import Owners, Shape
from images.layout.preprocess import Prepared

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_LEAST = 0.6
# Small inserts by hand are what readers look for, and a wrong one among them is soon seen.
_LEAST_BY_HAND = 0.3
_FAINT = 0.5

# Fitted by `training.judging` on found lines that are and are not lines of the truth; in the order of `terms`, then 1.
_WEIGHTS = np.array([
    0.2995, 6.607, -2.707, 1.194, -0.01239, -0.7559, 0.3563, 13.01, -0.5053, -2.985, 0.03017, 2.212, 1.709, 7.72,
    -0.5737, 0.8227, 14.19, 11.2, 8.737, -6.836, -0.6334, -3.045, 0.3711, 0.1565, -0.09769, -7.706, 2.161, 2.661,
    -8.893, 0.04934, -5.083, 1.054, -0.324, -0.07407, -0.6552, -1.042, -4.619, 0.907, 0.6539, 1.384, -0.568, 5.061,
    0.6937, -0.04411, 0.438, 10.42, -8.411, 6.554, 11.68, 0.3405, 2.442, 0.3711, -0.06697, -0.6777, -0.6552, -8.043,
    -3.512, 38.8, -33.08,
])  # fmt: skip


def keep_likely(shapes: list[Shape], owners: Owners, page: Prepared, plain: Ink) -> dict[int, Shape]:
    """Give the shapes that are likely lines, by their place, with confidence and hands, and whether they are faint.

    `owners` says whose ink each pixel is, by number of shape from 1; `plain` is the ink without strokes.
    """
    traces = [shape.trace for shape in shapes]
    values = features.features_of(traces, features.page_ink(traces, plain, owners, page))
    sure = confidence_of(values)
    darkness = values[:, features.NAMES.index("darkness")]
    hand = hands.chances_of(values)
    return {
        i: replace(shape, hand=hand[i], confidence=float(sure[i]), faint=bool(darkness[i] < _FAINT))
        for i, shape in enumerate(shapes)
        if sure[i] >= (_LEAST_BY_HAND if hand[i].argmax() == 1 else _LEAST)
    }


def confidence_of(values: Numbers) -> Numbers:
    """Give the confidence of lines by their features."""
    raw = terms(values) @ _WEIGHTS[:-1] + _WEIGHTS[-1]
    return np.asarray(1 / (1 + np.exp(-np.clip(raw, -30, 30))))


def terms(values: Numbers) -> Numbers:
    """Give what is weighed: features and their squares, lines x terms."""
    return np.concatenate([values, values * values], axis=1)
