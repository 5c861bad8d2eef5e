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
        [0.0517, -0.5031, -4.52, -3.432, 0.1775, -1.997, -3.504, 6.568, 2.474, -1.228, 4.761, -5.327, -18.25, -0.2463, 0.3694, 0, 0, -34.49, -8.963, -2.026, -0.1072, 3.563],
        [0.4355, 0.8704, -3.639, 2.848, 1.407, 0.9009, 1.985, -2.184, -6.152, 5.696, -5.253, -0.8048, 16.87, 0.1263, -1.652, 0, 0, 10.52, -3.411, -0.4345, -0.9655, -1.08],
        [-0.4872, -0.3673, 8.159, 0.5833, -1.585, 1.096, 1.52, -4.384, 3.678, -4.468, 0.492, 6.132, 1.372, 0.12, 1.283, 0, 0, 23.96, 12.37, 2.461, 1.073, -2.483],
    ]
)
_OFFSETS = np.array([9.949, 2.921, -12.87])


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
