"""How surely a found line is a line of writing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from images.layout import features
from images.layout.lines import Shape, own_ink
from images.layout.preprocess import Prepared

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_LEAST = 0.3
# Small inserts by hand are what readers look for, and a wrong one among them is soon seen.
_LEAST_BY_HAND = 0.2
_FAINT = 0.5

# Fitted by logistic regression on found lines that are and are not lines of the truth; linear and quadratic terms.
_LINEAR = np.array(
    [
        2.055,
        -6.773,
        6.267,
        1.561,
        0.8836,
        -1.108,
        -0.171,
        24.49,
        -3.657,
        -3.846,
        1.134,
        2.82,
        2.122,
        4.73,
        1.03,
        -60.49,
        50.94,
        -14.79,
        -5.004,
        -0.4002,
        1.55,
        -1.193,
    ]
)
_SQUARE = np.array(
    [
        -0.1862,
        1.395,
        -17.1,
        -0.4946,
        -0.4049,
        0.3102,
        -0.5399,
        -14.02,
        2.419,
        2.614,
        -0.4598,
        -11.03,
        -2.051,
        -1.403,
        -0.3486,
        42.34,
        -27.63,
        36.25,
        6.901,
        0.1535,
        -1.096,
        2.001,
    ]
)
_OFFSET = -13.88


def keep_likely(shapes: list[Shape], page: Prepared, plain: Ink) -> list[Shape]:
    """Give the shapes that are likely lines, each with its confidence and whether it is faint.

    `plain` is the ink without strokes.
    """
    traces = [shape.trace for shape in shapes]
    ink = features.page_ink(traces, plain, own_ink(traces, plain), page)
    values = features.features_of(traces, ink)
    sure = confidence_of(values)
    darkness = values[:, features.NAMES.index("darkness")]
    return [
        replace(shape, confidence=float(sure[i]), faint=bool(darkness[i] < _FAINT))
        for i, shape in enumerate(shapes)
        if sure[i] >= (_LEAST_BY_HAND if shape.trace.hand[1] > 0.5 else _LEAST)
    ]


def confidence_of(values: Numbers) -> Numbers:
    """Give the confidence of lines by their features."""
    raw = values @ _LINEAR + (values * values) @ _SQUARE + _OFFSET
    return np.asarray(1 / (1 + np.exp(-np.clip(raw, -30, 30))))
