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


# Fitted by `training.judging` on lines of known hand; a row for each hand, for the features of a line and 1.
_WEIGHTS = np.array([
    [
        -0.1703, -10.58, 4.765, -2.227, 0.4983, -0.7056, 2.741, 2.841, 12.18, -3.354, 4.225, 5.802, -12.95, -9.445,
        -0.4979, -1.082, -13.7, 4.129, -18.94, -10.17, -1.562, 0.4105, 3.804, 5.482, -5.328, -17.91, 9.32, 8.311,
        34.54, 12.8,
    ],
    [
        0.03187, 11.82, -4.798, 2.142, 0.03359, 1.494, -2.371, -4.275, -12.54, 3.445, -5.16, -8.348, 15.08, 7.983,
        0.5627, 0.1348, 18.12, -4.914, -11.99, -3.096, 1.288, -0.6199, -4.784, -5.398, 5.261, 16.08, -6.957, -6.849,
        -35.48, -12.89,
    ],
    [
        0.03244, 2.541, -1.584, 1.077, -0.391, -1.281, 0.2357, -0.9513, 0.9625, -0.6929, 1.226, 3.937, -5.972,
        -2.772, -2.211, 1.989, -3.229, 0.4167, 27.31, 10.88, 0.0714, 2.049, -0.2017, 0.5176, -0.5487, 3.563, -8.011,
        -4.876, -1.501, -10.62,
    ],
])  # fmt: skip

_LEAST = 0.02


def chances_of(values: Numbers) -> Numbers:
    """Give the chance of each hand (lines x hands, in the order of `MAP_HANDS`) by the features of lines."""
    raw = values @ _WEIGHTS[:, :-1].T + _WEIGHTS[:, -1]
    grown = 1 / (1 + np.exp(-np.clip(raw, -30, 30)))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def parts_of(trace: Trace, hand: Numbers, maps: Maps, shape: tuple[int, ...]) -> tuple[LinePart, ...]:
    """Give the stretches of a line by hand, in working columns; changes shorter than three letters are no change.

    `hand` is the chance of each hand for the line as a whole: what the maps say is held against it.
    """
    seen = along(trace, maps, shape)
    odds = seen * (np.maximum(hand, _LEAST) / np.maximum(seen.mean(axis=1), _LEAST))[:, None]
    chances = odds / odds.sum(axis=0)
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


def along(trace: Trace, maps: Maps, shape: tuple[int, ...]) -> Numbers:
    """Chances of each hand per column of a trace, smoothed over a word."""
    down, across = shape[0] / maps.core.shape[0], shape[1] / maps.core.shape[1]
    columns = np.clip((trace.columns / across).astype(np.int64), 0, maps.core.shape[1] - 1)
    reach = np.arange(-int(0.4 * UNIT / down), int(0.4 * UNIT / down) + 1)
    lines = np.clip(np.rint(trace.middle / down)[None].astype(np.int64) + reach[:, None], 0, maps.core.shape[0] - 1)
    chances = maps.hand[:, lines, columns[None]].mean(axis=1).astype(np.float64)
    window = int(min(len(columns), 5 * UNIT)) | 1
    padded = np.pad(chances, ((0, 0), (window // 2, window // 2)), mode="edge")
    kernel = np.ones(window) / window
    return np.stack([np.convolve(plane, kernel, "valid") for plane in padded])
