"""The pitch of a typewriter: the fixed distance of its letters, by autocorrelation of the ink along lines."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from images.layout.preprocess import UNIT

Numbers = NDArray[np.float64]

_SHORTEST = 8.0
_CLEAREST = 0.08


def find_pitch(profiles: Iterable[Numbers]) -> float:
    """Give the distance of letters in pixels: the best period of the ink of all long lines; 0 where there is none.

    A profile holds the ink of one line per column.
    """
    total, weight = np.zeros(int(3 * UNIT)), 0.0
    for profile in profiles:
        if len(profile) > _SHORTEST * UNIT:
            total += autocorrelation(profile, len(total)) * len(profile)
            weight += len(profile)
    if weight == 0:
        return 0.0
    mean = total / weight
    low, high = int(0.95 * UNIT), int(2.2 * UNIT)
    best = low + int(mean[low:high].argmax())
    if mean[best] < _CLEAREST or best in (low, high - 1):
        return 0.0
    before, here, after = mean[best - 1 : best + 2]
    return float(best + 0.5 * (before - after) / (before - 2 * here + after))


def coherence(profile: Numbers, pitch: float) -> float:
    """Give the autocorrelation of one line's ink at a pitch; 0 where the line is too short to tell."""
    if pitch == 0 or len(profile) < 4 * pitch or profile.std() < 1e-6:
        return 0.0
    correlation = autocorrelation(profile, int(pitch) + 3)
    return float(np.interp(pitch, np.arange(len(correlation)), correlation))


def autocorrelation(profile: Numbers, lags: int) -> Numbers:
    """Give the autocorrelation at lags from 0 on, 1 at lag 0."""
    even = profile - profile.mean()
    size = 1 << (2 * len(even) - 1).bit_length()
    spectrum = np.fft.rfft(even, size)
    full = np.fft.irfft(np.abs(spectrum) ** 2, size)[:lags]
    out = np.zeros(lags)
    out[: len(full)] = full / max(1e-9, float(full[0]))
    return out
