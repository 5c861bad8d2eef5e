"""How surely a found line is a line of writing, and whose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from images.layout import hands
from images.layout.features import NAMES
from images.layout.fitted import CONFIDENCE
from images.layout.lines import Shape

Numbers = NDArray[np.float64]

LEAST = 0.45
"""The confidence below which what is not by hand is no line: a line helps F1 where it is surer than half of it."""

LEAST_BY_HAND = 0.3
"""The same for what is by hand: small inserts are what readers look for, and a wrong one among them is soon seen."""

_FAINT = 0.5


def keep_likely(shapes: list[Shape], values: Numbers, least: float = LEAST) -> dict[int, Shape]:
    """Give the shapes that are likely lines, by their place, with confidence and hands, and whether they are faint.

    `values` are the features of the shapes; what is not by hand must be `least` sure, what is by hand no surer.
    """
    sure = confidence_of(values)
    darkness = values[:, NAMES.index("darkness")]
    hand = hands.chances_of(values)
    return {
        i: replace(shape, hand=hand[i], confidence=float(sure[i]), faint=bool(darkness[i] < _FAINT))
        for i, shape in enumerate(shapes)
        if sure[i] >= (min(least, LEAST_BY_HAND) if hand[i].argmax() == 1 else least)
    }


def confidence_of(values: Numbers) -> Numbers:
    """Give the confidence of lines by their features."""
    raw = terms(values) @ CONFIDENCE[:-1] + CONFIDENCE[-1]
    return np.asarray(1 / (1 + np.exp(-np.clip(raw, -30, 30))))


def terms(values: Numbers) -> Numbers:
    """Give what is weighed: features and their squares, lines x terms."""
    return np.concatenate([values, values * values], axis=1)
