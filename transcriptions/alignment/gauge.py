"""How long a line of so many characters is: by the pitch at first, then by what the lines of its page tell."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SPREAD, _SPREAD_HAND, _LEAST = 0.045, 0.12, 1.2
"""How far a line's characters stray from its room where its page does not tell, relative; the least, in characters."""

_USELESS, _ROUGH = 0.03, 0.1
"""Share of lines whose width says nothing (merged, partly found), and of those that stray as on unknown pages."""

_LENGTHS = 80.0
_LONG, _ENOUGH = 8, 6
_FARTHEST = 0.25
_ROUNDS, _LEAST_TYPICAL, _NORMAL = 12, 0.1, 1.4826


@dataclass(frozen=True, slots=True)
class Gauge:
    """The widths of lines of one hand on one page, in pixels of its frame: `margin` and `pitch` for each character.

    `strays` is how far they are from that, in characters, where it was learned.
    """

    pitch: float
    by_hand: bool
    margin: float = 0.0
    strays: float | None = None

    def room(self, length: float) -> float:
        """Give how many characters a line of some length has room for."""
        return max(0.0, (length - self.margin) / self.pitch)

    def gain(self, counts: Floats, length: float, *, wider: float = 1.0) -> Floats:
        """Give the gain of spans of so many characters on a line of some length; by a spread so much wider."""
        room = self.room(length)
        usual = max(_LEAST, wider * (_SPREAD_HAND if self.by_hand else _SPREAD) * room)
        density = _normal(counts - room, usual)
        if self.strays is not None:
            density = (1 - _ROUGH) * _normal(counts - room, min(usual, self.strays)) + _ROUGH * density
        return np.asarray(np.log(_LENGTHS * (1 - _USELESS) * density + _USELESS))

    def learned(self, lengths: Floats, counts: Floats, *, strays: float) -> Gauge:
        """Give what lines tell whose lengths and characters are known, if they are to stray so far.

        A straight line is fitted by least squares, reweighted so that lines that lie far off hardly count (Cauchy's
        weights). Lines of one length do not tell the margin: one character is what it is drawn to nought by.
        """
        if self.by_hand or np.sum(counts >= _LONG) < _ENOUGH:
            return self
        usual = float(np.median(lengths[counts >= _LONG] / counts[counts >= _LONG]))
        pitch, margin = usual, 0.0
        rows = np.stack([np.ones(len(counts) + 1), np.append(counts, 0.0)], axis=1)
        wanted = np.append(lengths, 0.0)
        for _ in range(_ROUNDS):
            off = (lengths - margin) / pitch - counts
            typical = max(_LEAST_TYPICAL, _NORMAL * float(np.median(np.abs(off))))
            weight = np.sqrt(np.append(1 / (1 + (off / (2 * typical)) ** 2), typical**2))
            margin, pitch = np.linalg.lstsq(rows * weight[:, None], wanted * weight, rcond=None)[0].tolist()
            if abs(pitch - usual) > _FARTHEST * usual:
                return self
        return replace(self, pitch=pitch, margin=margin, strays=strays)


def _normal(off: Floats, sigma: float) -> Floats:
    return np.asarray(np.exp(-0.5 * (off / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi)))
