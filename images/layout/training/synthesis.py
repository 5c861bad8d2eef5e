"""Random pages to train and test line detection on: office typescripts of many forms, each by its seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from images.geometry import Size
from images.layout.training.compositions import COMPOSITIONS, Composer
from images.layout.training.description import PageDescription
from images.layout.training.faces import Faces
from images.layout.training.faults import Faults, faults
from images.layout.training.typescript import RenderedPage, render

_MILLIMETRES = (210.0, 297.0)


def synthesise(
    seed: int, faces: Faces, *, level: float | None = None, resolution: float | None = None, kind: str = ""
) -> RenderedPage:
    """Render the page of a seed; what is not given (faults 0 to 2, dots per inch, kind of page) the seed decides.

    Raises ValueError for a kind that is not one of `COMPOSITIONS`.
    """
    rng = np.random.default_rng((seed, 20))
    description = describe(rng, faces, resolution=resolution or float(rng.choice((150.0, 200.0, 300.0))), kind=kind)
    own = float(rng.uniform(0.0, 2.0)) if level is None else level
    return render(description, faces, _varied(faults(own, rng), rng), rng)


def describe(rng: np.random.Generator, faces: Faces, *, resolution: float, kind: str = "") -> PageDescription:
    """Draw what stands on a page, of a kind or of any."""
    if kind and kind not in COMPOSITIONS:
        raise ValueError(f"{kind!r} is no kind of page; known are {', '.join(COMPOSITIONS)}")
    width, height = (round(length * float(rng.uniform(0.92, 1.05)) / 25.4 * resolution) for length in _MILLIMETRES)
    blank = PageDescription(
        size=Size(width, height),
        resolution=resolution,
        pitch=float(rng.choice((2.1, 2.3, 2.54, 2.6))),
        step=float(rng.uniform(4.0, 4.5)),
        typewriter=int(rng.integers(len(faces.typewriters))),
        machine=int(rng.integers(1 << 30)),
    )
    composer = Composer(blank, rng, hands=len(faces.hands), stamps=len(faces.stamps))
    shares = np.array([composition.share for composition in COMPOSITIONS.values()])
    chosen = kind or str(rng.choice(list(COMPOSITIONS), p=shares / shares.sum()))
    COMPOSITIONS[chosen].compose(composer)
    page = composer.finish()
    quarters = int(rng.integers(1, 4)) if rng.random() < 0.06 else 0
    return replace(page, quarters=quarters)


def _varied(drawn: Faults, rng: np.random.Generator) -> Faults:
    """Make some pages negatives, some much askew, some faded or scratched, and some free of any frame."""
    if rng.random() < 0.25:
        drawn = replace(drawn, faded=float(rng.uniform(0.15, 0.8)))
    if rng.random() < 0.25:
        drawn = replace(drawn, torn=int(rng.integers(1, 7)))
    chance = rng.random()
    if chance < 0.04:
        return replace(drawn, negative=True)
    if chance < 0.12:
        return replace(drawn, skew=float(rng.uniform(-5.0, 5.0)))
    if chance < 0.4:
        return replace(drawn, border=0.0)
    return drawn
