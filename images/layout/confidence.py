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

_LEAST = 0.65
# Small inserts by hand are what readers look for, and a wrong one among them is soon seen.
_LEAST_BY_HAND = 0.35
_FAINT = 0.5

# Fitted by `training.judging` on found lines that are and are not lines of the truth; in the order of `terms`, then 1.
_WEIGHTS = np.array([
    0.5416, 5.984, -4.078, 1.293, 0.5105, -0.6005, 1.476, 11.31, 1.285, -1.487, -1.066, 3.128, 1.275, 8.597, -2.029,
    -1.036, 15.14, 11.55, -2.279, -1.402, -0.7469, -2, 0.09192, 0.2967, -0.2368, -7.965, 3.576, 2.55, -11.26, 0.0126,
    -5.584, 0.1168, -0.3122, -0.2178, -0.4853, -1.564, -4.282, 0.6667, -2.623, 3.088, -1.532, 10.57, -1.03, 0.5019,
    0.8341, 10.23, -8.384, 9.872, 6.379, 0.3351, 1.327, 0.09192, -0.2576, -0.9717, 0.7926, -6.738, -2.1, 27.25,
    -32.2,
])  # fmt: skip


def keep_likely(shapes: list[Shape], owners: Owners, page: Prepared, plain: Ink) -> list[Shape]:
    """Give the shapes that are likely lines, each with its confidence, its hands and whether it is faint.

    `owners` says whose ink each pixel is, by number of shape from 1; `plain` is the ink without strokes.
    """
    traces = [shape.trace for shape in shapes]
    values = features.features_of(traces, features.page_ink(traces, plain, owners, page))
    sure = confidence_of(values)
    darkness = values[:, features.NAMES.index("darkness")]
    hand = hands.chances_of(values)
    return [
        replace(shape, hand=hand[i], confidence=float(sure[i]), faint=bool(darkness[i] < _FAINT))
        for i, shape in enumerate(shapes)
        if sure[i] >= (_LEAST_BY_HAND if hand[i].argmax() == 1 else _LEAST)
    ]


def confidence_of(values: Numbers) -> Numbers:
    """Give the confidence of lines by their features."""
    raw = terms(values) @ _WEIGHTS[:-1] + _WEIGHTS[-1]
    return np.asarray(1 / (1 + np.exp(-np.clip(raw, -30, 30))))


def terms(values: Numbers) -> Numbers:
    """Give what is weighed: features and their squares, lines x terms."""
    return np.concatenate([values, values * values], axis=1)
