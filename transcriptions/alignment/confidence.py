"""How sure a link is: posteriors as shares of links that are right, by what came out on the development pages."""

from __future__ import annotations

import numpy as np

_POSTERIOR = (0.0, 0.5, 1.0)
_RIGHT = (0.3, 0.5, 0.985)
"""Of links with these posteriors, the share that was right (4,100 links of 149 pages; docs/alignment.md)."""


def calibrated(posterior: float) -> float:
    """Give the share of links with a posterior that are right: the program is unsure of some that are, and too sure."""
    return float(np.interp(posterior, _POSTERIOR, _RIGHT))
