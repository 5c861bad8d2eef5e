"""How worn the machine, the paper and the film are, in one value per page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one page.

    Lengths are shares of the width of a key stroke, so that they hold at every resolution; angles are degrees; the
    rest are shares 0..1. `negative` turns light and dark round, as on a negative film; `faded` is how far patches of
    the ink have gone, and `torn` how many broad scratches run down the film.
    """

    crooked: float
    uneven: float
    clogged: float
    ribbon: float
    skew: float
    curl: float
    showing: float
    stains: float
    blur: float
    grain: float
    speckle: float
    vignette: float
    border: float
    scratches: int
    contrast: float
    negative: bool = False
    faded: float = 0.0
    torn: int = 0


SPOTLESS = Faults(
    crooked=0.0, uneven=0.0, clogged=0.0, ribbon=0.0, skew=0.0, curl=0.0, showing=0.0, stains=0.0, blur=0.0, grain=0.0,
    speckle=0.0, vignette=0.0, border=0.0, scratches=0, contrast=0.0,
)  # fmt: skip
"""No fault at all."""


def faults(level: float, rng: np.random.Generator) -> Faults:
    """Draw the faults of a page of a level from 0 (a clean copy) over 1 (a usual film) to 2 (a harsh one)."""
    if not 0.0 <= level <= 2.0:
        raise ValueError(f"the level of faults lies between 0 and 2, not at {level}")

    def some(clean: float, usual: float, harsh: float) -> float:
        middle = float(np.interp(level, (0.0, 1.0, 2.0), (clean, usual, harsh)))
        return middle * float(rng.uniform(0.6, 1.4))

    return Faults(
        crooked=some(0.012, 0.03, 0.055),
        uneven=some(0.06, 0.17, 0.3),
        clogged=some(0.0, 0.08, 0.2),
        ribbon=some(0.06, 0.16, 0.3),
        skew=some(0.15, 0.5, 1.3) * float(rng.choice((-1, 1))),
        curl=some(0.02, 0.16, 0.5) * float(rng.choice((-1, 1))),
        showing=some(0.0, 0.09, 0.2),
        stains=some(0.01, 0.05, 0.12),
        blur=some(0.015, 0.028, 0.05),
        grain=some(0.008, 0.03, 0.07),
        speckle=some(0.02, 0.3, 1.0),
        vignette=some(0.02, 0.12, 0.3),
        border=some(0.004, 0.018, 0.03),
        scratches=int(rng.poisson(some(0.0, 1.5, 4.0))),
        contrast=some(0.15, 0.45, 0.8),
    )
