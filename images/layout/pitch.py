"""The pitch of a typewriter: the fixed distance of its letters, from the ink along lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from images.layout.preprocess import UNIT

Numbers = NDArray[np.float64]

_SHORTEST = 8.0
_NARROWEST, _WIDEST, _CLEAREST, _PERIODS = 0.6, 2.4, 0.1, 5
_USUAL, _RANGE = 1.4, 0.5
_STEP, _NEAR = 0.05, 0.012
_NARROW, _WIDE, _TRIED, _ABOVE_USUAL = 0.85, 1.9, 120, 2.0


def find_pitch(profiles: Iterable[Numbers]) -> float:
    """Give the distance of letters in pixels: the best period of the ink of all long lines; 0 where there is none.

    A profile holds the ink of one line per column. The period has high correlation at its multiples and low in
    between; a multiple of it has not.
    """
    known = [profile for profile in profiles if len(profile) > _SHORTEST * UNIT]
    if not known:
        return 0.0
    lags = int(_PERIODS * _WIDEST * UNIT) + 2
    total = np.zeros(lags)
    for profile in known:
        total += autocorrelation(profile, lags) * len(profile)
    mean, at = total / sum(len(profile) for profile in known), np.arange(lags)
    periods = range(1, _PERIODS + 1)
    tried = np.arange(_NARROWEST * UNIT, _WIDEST * UNIT, _STEP)
    whole = np.mean([np.interp(k * tried, at, mean) for k in periods], axis=0)
    between = np.mean([np.interp((k - 0.5) * tried, at, mean) for k in periods], axis=0)
    likely = np.exp(-0.5 * (np.log(tried / (_USUAL * UNIT)) / _RANGE) ** 2)
    best = int(((whole - between) * likely).argmax())
    clear = float(whole[best] - between[best])
    return float(tried[best]) if clear > _CLEAREST and whole[best] > 0 else _broken_pitch(known)


def _broken_pitch(profiles: Sequence[Numbers]) -> float:
    """Give the pitch of lines most of whose letters are broken: the one period with which whole lines keep step."""
    tried = UNIT * np.geomspace(_NARROW, _WIDE, _TRIED)
    length = max(len(profile) for profile in profiles)
    turns = np.exp(2j * np.pi * np.arange(length)[:, None] / tried)
    steps = np.zeros(_TRIED)
    for profile in profiles:
        even = profile - profile.mean()
        steps += np.abs(even @ turns[: len(profile)]) / max(1e-9, float(np.abs(even).sum())) * len(profile)
    best = int(steps.argmax())
    inner = 0 < best < _TRIED - 1
    return float(tried[best]) if inner and steps[best] > _ABOVE_USUAL * float(np.median(steps)) else 0.0


def sharpened(pitch: float, profiles: Iterable[Numbers]) -> float:
    """Give a pitch more exactly: where the letters of whole lines keep step with it best."""
    tried = pitch * np.linspace(1 - _NEAR, 1 + _NEAR, 25)
    steps = np.zeros(len(tried))
    for profile in profiles:
        steps += np.abs([beat(profile, 0, period) for period in tried]) * len(profile)
    return float(tried[int(steps.argmax())])


def beat(profile: Numbers, start: int, pitch: float) -> complex:
    """Give how letters keep step with a pitch: 1 where all ink does, and at what place in a cell, as the angle.

    `start` is the column of the first value of the profile.
    """
    turns = np.exp(2j * np.pi * (np.arange(len(profile)) + start) / pitch)
    return complex((profile * turns).sum() / max(1e-9, float(profile.sum())))


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
