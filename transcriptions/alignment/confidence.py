"""How sure a link is: posteriors as shares of links that are right, by what came out on the development pages."""

from __future__ import annotations

import math

import numpy as np

_POSTERIOR = (0.0, 0.5, 1.0)
_RIGHT = (0.3, 0.5, 0.985)
"""Of links with these posteriors, the share that was right (4,100 links of 149 pages; docs/alignment.md)."""


_ALWAYS, _SURE, _MOVED, _GAINED, _LONG = -1.9, 0.24, -2.17, 1.48, 3.41
_MOST_GAINED, _LEAST_GAINED, _LENGTH = 2.0, -1.0, 20
_LIKELIEST = 0.985
"""What tells right links by hand: their posterior's log-odds, having been moved, the gain for each character, and their
length, up to a limit. By logistic regression over 931 links of 23 pages, none of them a development page."""


def calibrated_by_hand(posterior: float, *, moved: bool, gain: float, length: int) -> float:
    """Give the share of links like one by hand that are right; its gain is that of `length` characters."""
    inside = min(max(posterior, 1e-4), 1 - 1e-4)
    gained = min(max(gain / max(1, length), _LEAST_GAINED), _MOST_GAINED)
    odds = _ALWAYS + _SURE * math.log(inside / (1 - inside)) + _MOVED * moved + _GAINED * gained
    odds += _LONG * min(length, _LENGTH) / _LENGTH
    return min(_LIKELIEST, 1 / (1 + math.exp(-odds)))


def calibrated(posterior: float) -> float:
    """Give the share of links with a posterior that are right: the program is unsure of some that are, and too sure."""
    return float(np.interp(posterior, _POSTERIOR, _RIGHT))
