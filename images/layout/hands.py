"""Who wrote a stretch of ink: typewriter, hand or stamp."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from images.layout.features import NAMES
from images.layout.fitted import HANDS
from images.layout.maps import MAP_HANDS, Maps
from images.layout.page import Hand, LinePart
from images.layout.preprocess import UNIT
from images.layout.traces import Trace

Numbers = NDArray[np.float64]


_LEAST = 0.02
# A drawn frame around a line speaks for a stamp more than how its letters look.
_FRAME, _CLEARLY = 3.0, 0.8


def chances_of(values: Numbers) -> Numbers:
    """Give the chance of each hand (lines x hands, in the order of `MAP_HANDS`) by the features of lines."""
    raw = values @ HANDS[:, :-1].T + HANDS[:, -1]
    grown = 1 / (1 + np.exp(-np.clip(raw, -30, 30)))
    grown[:, MAP_HANDS.index(Hand.STAMP)] += _FRAME * (values[:, NAMES.index("framed")] > _CLEARLY)
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
