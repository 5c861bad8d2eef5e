"""Maps without a network: x-height bands out of the density of ink along straight lines."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout import features, hands
from images.layout.lines import own_ink
from images.layout.maps import MAP_HANDS, Maps
from images.layout.preprocess import UNIT, Prepared
from images.layout.traces import Trace, find_traces, profile

Ink = NDArray[np.uint8]
Plane = NDArray[np.float32]

_REDUCTION = 2
_VIEWS = ((0, 1.0), (0, 1.8), (-8, 1.0), (8, 1.0), (-15, 1.0), (-15, 1.6), (15, 1.0), (-22, 1.4))
"""Angles in degrees and sizes in units at which left-over ink is looked at."""


def maps_of(page: Prepared, text: Ink, plain: Ink) -> Maps:
    """Make the maps of a page out of its ink: `text` without rules and underlines, `plain` without deletions as well.

    Bands are looked for twice: in all ink, and then in what the lines found so far leave over, where small and slanting
    handwriting no longer stands in the shadow of dense type.
    """
    letters = _letters(text)
    core = _bands(_reduced(letters), unit=UNIT / _REDUCTION)
    unknown = np.full((len(MAP_HANDS), *core.shape), 1 / len(MAP_HANDS), np.float32)
    first = find_traces(Maps(core=core, border=_ring(core), hand=unknown), text)
    large = _large(letters)
    settled, rest = _left_over(letters, [trace for trace in first if _is_settled(trace, letters, large)])
    around = cv2.resize(settled, core.shape[::-1], interpolation=cv2.INTER_NEAREST)
    core = np.maximum(np.where(around > 0, core, 0), _slanting_bands(_reduced(rest))).astype(np.float32)
    maps = Maps(core=core, border=_ring(core), hand=unknown)
    traces = find_traces(maps, text)
    ink = features.page_ink(traces, plain, own_ink(traces, text), page)
    return hands.paint(traces, hands.probabilities(features.features_of(traces, ink)), maps, text.shape)


def _is_settled(trace: Trace, letters: Ink, large: Ink) -> bool:
    """Tell whether a trace is long, level and of ordinary letters: a line whatever else is found."""
    if len(trace.middle) < 10 * UNIT or float(np.ptp(trace.middle)) > 0.05 * len(trace.middle) + 0.3 * UNIT:
        return False
    return float(profile(trace, large).sum()) < 0.5 * float(profile(trace, letters).sum())


def _large(letters: Ink) -> Ink:
    """Give the ink of components much taller than ordinary letters, which may hold the bands of larger ones."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(letters, connectivity=8)
    tall = stats[:, cv2.CC_STAT_HEIGHT] > 2.6 * UNIT
    tall[0] = False
    return np.asarray(tall.astype(np.uint8)[labels], dtype=np.uint8)


def _reduced(ink: Ink) -> Plane:
    shape = (-(-ink.shape[1] // _REDUCTION), -(-ink.shape[0] // _REDUCTION))
    return np.asarray(cv2.resize(ink.astype(np.float32), shape, interpolation=cv2.INTER_AREA), np.float32)


def _left_over(letters: Ink, traces: list[Trace]) -> tuple[Ink, Ink]:
    """Give the bands of these lines, and the ink that is neither in one nor part of a letter that is."""
    near, tall = _drawn(traces, letters.shape, 0.75 * UNIT), _drawn(traces, letters.shape, 1.15 * UNIT)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(letters, connectivity=8)
    inside = np.bincount(labels[near > 0], minlength=count)
    of_a_line = inside > 0.15 * np.maximum(1, stats[:, cv2.CC_STAT_AREA])
    of_a_line |= (inside > 0) & (stats[:, cv2.CC_STAT_HEIGHT] < 3.2 * UNIT)
    small = stats[:, cv2.CC_STAT_AREA] < 0.05 * UNIT * UNIT
    rest = letters & (1 - near)
    # Of what hangs together with a line only the part beyond its tallest letters may be something else.
    rest[small[labels] | (of_a_line[labels] & (tall > 0))] = 0
    return near, np.asarray(rest, dtype=np.uint8)


def _drawn(traces: list[Trace], shape: tuple[int, ...], reach: float) -> Ink:
    """Draw the bands of traces, this many pixels up and down from their middles."""
    bands = np.zeros(shape, np.uint8)
    for trace in traces:
        offsets = np.arange(-int(reach), int(reach) + 1)
        lines = np.clip(np.rint(trace.middle)[None].astype(np.int64) + offsets[:, None], 0, shape[0] - 1)
        bands[lines, np.clip(trace.columns, 0, shape[1] - 1)[None]] = 1
    return bands


def _slanting_bands(rest: Plane) -> Plane:
    """Give the bands of ink that may lean, each cluster of ink at the angle and size at which they are clearest."""
    unit = UNIT / _REDUCTION
    if not rest.any():
        return np.zeros_like(rest)
    spread = np.ones((int(2.5 * unit) | 1, int(5 * unit) | 1), np.uint8)
    count, clusters = cv2.connectedComponents(cv2.dilate((rest > 0).astype(np.uint8), spread))
    centre = (rest.shape[1] / 2, rest.shape[0] / 2)
    best, clearest = np.zeros_like(rest), np.zeros(count)
    for angle, size in _VIEWS:
        there = cv2.getRotationMatrix2D(centre, angle, 1.0)
        back = cv2.getRotationMatrix2D(centre, -angle, 1.0)
        leaned = np.asarray(cv2.warpAffine(rest, there, rest.shape[::-1]) if angle else rest, dtype=np.float32)
        bands = _bands(leaned, unit=size * unit)
        strength = np.asarray(cv2.warpAffine(bands, back, rest.shape[::-1]) if angle else bands, dtype=np.float32)
        sums = np.bincount(clusters.ravel(), weights=(np.maximum(strength - 0.5, 0) * rest).ravel(), minlength=count)
        better = sums > clearest * (1.15 if angle or size > 1 else 1.0)
        clearest[better] = sums[better]
        best = np.where(better[clusters], strength, best)
    return np.asarray(best, dtype=np.float32)


def _letters(text: Ink) -> Ink:
    """Drop what is too large for writing: edges of sheets, pictures, solid blots."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(text, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fill = area / np.maximum(1, width * height)
    keep = (height < 7 * UNIT) & ~((height > 3.5 * UNIT) & (width < 0.6 * UNIT))
    keep &= ~((fill > 0.65) & (np.minimum(width, height) > 1.8 * UNIT))
    keep |= (height >= 7 * UNIT) & (fill < 0.25) & (width > 4 * UNIT)
    keep[0] = False
    return np.asarray(keep.astype(np.uint8)[labels], dtype=np.uint8) if count > 1 else text


def _bands(small: Plane, *, unit: float) -> Plane:
    """Give how clearly each point lies in a band of ink that is one unit high, against its surroundings."""
    narrow = cv2.GaussianBlur(small, (0, 0), sigmaX=1.3 * unit, sigmaY=0.32 * unit)
    wide = cv2.GaussianBlur(small, (0, 0), sigmaX=1.3 * unit, sigmaY=1.0 * unit)
    excess = narrow - wide
    # The usual density of ink around, its denser places counting more; the densest alone would hide pale neighbours.
    window = (int(12 * unit) | 1, int(4 * unit) | 1)
    local = cv2.blur(narrow * narrow, window) / np.maximum(cv2.blur(narrow, window), 1e-6)
    local = np.maximum(local, 0.06)
    return np.asarray(np.clip(0.5 + (excess / local - 0.16) / 0.5, 0, 1), dtype=np.float32)


def _ring(core: Plane) -> Plane:
    band = (core > 0.5).astype(np.uint8)
    size = int(1.2 * UNIT / _REDUCTION) | 1
    return np.asarray(cv2.dilate(band, np.ones((size, size), np.uint8)) - band, dtype=np.float32)
