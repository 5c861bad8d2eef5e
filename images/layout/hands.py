"""Who wrote a stretch of ink: typewriter, hand or stamp."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from images.layout.maps import MAP_HANDS, Maps
from images.layout.page import LinePart
from images.layout.preprocess import UNIT
from images.layout.traces import Trace

Numbers = NDArray[np.float64]

# Fitted by logistic regression on features of lines of known hand, in the order of `features.NAMES`.
_WEIGHTS = np.array(
    [
        [
            0.03773,
            -1.152,
            -2.651,
            -3.028,
            -0.001951,
            -1.966,
            -3.582,
            4.982,
            6.62,
            -0.5187,
            3.877,
            -6.695,
            -17.83,
            0.129,
            0.05972,
            0,
            0,
            -36.22,
            -12.22,
            -1.233,
            -0.02071,
            3.687,
        ],
        [
            0.5398,
            2.011,
            -1.327,
            2.582,
            0.7434,
            1.897,
            2.369,
            -5.245,
            -2.603,
            3.098,
            -6.114,
            1.331,
            18.36,
            0.4336,
            -0.7314,
            0,
            0,
            14.5,
            -7.473,
            0.1102,
            -1.405,
            -0.8604,
        ],
        [
            -0.5775,
            -0.859,
            3.979,
            0.4455,
            -0.7415,
            0.06867,
            1.213,
            0.2636,
            -4.017,
            -2.579,
            2.237,
            5.365,
            -0.5351,
            -0.5626,
            0.6717,
            0,
            0,
            21.72,
            19.69,
            1.123,
            1.426,
            -2.827,
        ],
    ]
)
_OFFSETS = np.array([5.507, -1.943, -3.564])


def probabilities(values: Numbers) -> Numbers:
    """Give the probability of each hand (lines x hands, in the order of `MAP_HANDS`) for features of lines."""
    raw = values @ _WEIGHTS.T + _OFFSETS
    grown = np.exp(raw - raw.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def paint(traces: list[Trace], chances: Numbers, maps: Maps, shape: tuple[int, ...]) -> Maps:
    """Give the maps with the chances of each line's hands painted where the line runs."""
    hand = maps.hand.copy()
    down, across = shape[0] / maps.core.shape[0], shape[1] / maps.core.shape[1]
    for trace, chance in zip(traces, chances, strict=True):
        reach = np.arange(-int(0.8 * UNIT / down) - 1, int(0.8 * UNIT / down) + 2)
        columns = np.unique((trace.columns / across).astype(np.int64))
        middles = np.interp(columns * across, trace.columns, trace.middle) / down
        lines = np.clip(np.rint(middles)[None].astype(np.int64) + reach[:, None], 0, hand.shape[1] - 1)
        hand[:, lines, np.clip(columns, 0, hand.shape[2] - 1)[None]] = chance[:, None, None]
    return Maps(core=maps.core, border=maps.border, hand=hand)


def parts_of(trace: Trace, maps: Maps, shape: tuple[int, ...]) -> tuple[LinePart, ...]:
    """Give the stretches of a line by hand, in working columns; changes shorter than three letters are no change."""
    chances = _along(trace, maps, shape)
    best = chances.argmax(axis=0)
    changes = np.flatnonzero(np.diff(best)) + 1
    bounds = [0, *changes.tolist(), len(best)]
    parts: list[tuple[int, int, int]] = []
    for start, end in itertools.pairwise(bounds):
        if parts and (end - start < 4 * UNIT or parts[-1][2] == best[start]):
            parts[-1] = (parts[-1][0], end, parts[-1][2])
        else:
            parts.append((start, end, int(best[start])))
    return tuple(
        LinePart(trace.start + a, trace.start + b, MAP_HANDS[hand], float(chances[hand, a:b].mean()))
        for a, b, hand in parts
    )


def _along(trace: Trace, maps: Maps, shape: tuple[int, ...]) -> Numbers:
    """Chances of each hand per column of a trace, smoothed over a word."""
    down, across = shape[0] / maps.core.shape[0], shape[1] / maps.core.shape[1]
    columns = np.clip((trace.columns / across).astype(np.int64), 0, maps.core.shape[1] - 1)
    reach = np.arange(-int(0.4 * UNIT / down), int(0.4 * UNIT / down) + 1)
    lines = np.clip(np.rint(trace.middle / down)[None].astype(np.int64) + reach[:, None], 0, maps.core.shape[0] - 1)
    along = maps.hand[:, lines, columns[None]].mean(axis=1).astype(np.float64)
    window = int(min(len(columns), 5 * UNIT)) | 1
    padded = np.pad(along, ((0, 0), (window // 2, window // 2)), mode="edge")
    kernel = np.ones(window) / window
    return np.stack([np.convolve(plane, kernel, "valid") for plane in padded])
