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
_FAINT = 0.5

# Fitted by logistic regression on found lines that are and are not lines of the truth; linear and quadratic terms.
_LINEAR = np.array([2.083, -5.591, 2.883, 2.256, 0.4115, -1.376, 0.2661, 22.12, 0.4707, -4.961, 0.08545, 0.6074, 2.34, 4.8, -2.571, -18.74, 46.26, -16.53, -7.484, -0.1537, -1.066, -0.7893])
_SQUARE = np.array([-0.1915, 0.08633, -12.94, -0.8244, -0.142, 0.5012, -1.192, -11.11, -1.698, 4.524, 2.043, -5.278, -3.998, -1.708, 1.309, 18.66, -25.03, 26.47, 9.517, 0.08613, 1.593, 1.58])
_OFFSET = -28.29


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
        if sure[i] >= _LEAST
    ]


def confidence_of(values: Numbers) -> Numbers:
    """Give the confidence of lines by their features."""
    raw = values @ _LINEAR + (values * values) @ _SQUARE + _OFFSET
    return np.asarray(1 / (1 + np.exp(-np.clip(raw, -30, 30))))
