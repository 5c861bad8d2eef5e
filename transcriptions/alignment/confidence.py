"""How sure a link is: posteriors as shares of links that are right, by what came out on the development pages."""

from __future__ import annotations

import math

import numpy as np

_POSTERIOR = (0.0, 0.5, 1.0)
_RIGHT = (0.3, 0.5, 0.985)
"""Of links with these posteriors, the share that was right (4,100 links of 149 pages; docs/alignment.md)."""


_ALWAYS, _SURE, _MOVED, _GAINED, _LONG, _BELONGS = -3.01, 0.08, -2.02, 1.8, 3.16, 1.48
_MOST_GAINED, _LEAST_GAINED, _LENGTH = 2.0, -1.0, 20
_MOST_SKILL, _SKILL_UNKNOWN = 0.2, 0.1
_LIKELIEST = 0.985
"""What tells right links by hand: their posterior's log-odds, having been moved, the gain for each character, their
length, up to a limit, and how far their page's readings agree with the text beyond chance. By logistic regression over
946 links of 27 pages, none of them a development page, and as many of texts of other pages, which count for a tenth."""


def calibrated_by_hand(posterior: float, *, moved: bool, gain: float, length: int, skill: float | None) -> float:
    """Give the share of links like one by hand that are right; its gain is that of `length` characters.

    `skill` is that of all such links of its page (`belonging.skill`), None where it is not known.
    """
    inside = min(max(posterior, 1e-4), 1 - 1e-4)
    gained = min(max(gain / max(1, length), _LEAST_GAINED), _MOST_GAINED)
    known = _SKILL_UNKNOWN if skill is None else min(max(skill, 0.0), _MOST_SKILL)
    odds = _ALWAYS + _SURE * math.log(inside / (1 - inside)) + _MOVED * moved + _GAINED * gained
    odds += _LONG * min(length, _LENGTH) / _LENGTH + _BELONGS * known / _MOST_SKILL
    return min(_LIKELIEST, 1 / (1 + math.exp(-odds)))


def calibrated(posterior: float) -> float:
    """Give the share of links with a posterior that are right: the program is unsure of some that are, and too sure."""
    return float(np.interp(posterior, _POSTERIOR, _RIGHT))
