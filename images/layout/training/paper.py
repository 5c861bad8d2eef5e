"""The leaf: paper, what shines through it, and its ink as reflected light."""

from __future__ import annotations

import cv2
import numpy as np

from images.layout.training.faces import Ink
from images.layout.training.faults import Faults
from images.layout.training.ink import mottled


def reflect(typed: Ink, pen: Ink, stamp: Ink, behind: Ink | None, faults: Faults, rng: np.random.Generator) -> Ink:
    """Give the light that a leaf with its layers of ink sends back, 0 to 1.

    `behind` may be drawn at any resolution: it is blurred, turned over and laid under the leaf's own ink.
    """
    height, width = typed.shape
    leaf = _sheet((height, width), faults, rng)
    if behind is not None and faults.showing > 0.0:
        leaf *= 1.0 - np.float32(faults.showing) * _through(behind, (height, width))
    leaf *= 1.0 - np.float32(0.9) * typed
    leaf *= 1.0 - np.float32(0.78) * pen
    leaf *= 1.0 - np.float32(0.58) * stamp
    return leaf


def _sheet(shape: tuple[int, int], faults: Faults, rng: np.random.Generator) -> Ink:
    """Give bare paper: fibres, clouds, and edges that handling has darkened."""
    width = shape[1]
    sheet = np.full(shape, rng.uniform(0.84, 0.92), np.float32)
    if faults.stains > 0.0:
        sheet += np.float32(0.012) * mottled(shape, rng, grain=3.0)
        clouds = mottled(shape, rng, grain=width / 5) + 0.5 * mottled(shape, rng, grain=width / 17)
        sheet -= np.float32(faults.stains * 0.45) * np.maximum(clouds, 0)
        sheet -= np.float32(faults.stains * 1.6) * _edges(shape)
    return np.clip(sheet, 0.3, 1.0, out=sheet)


def _edges(shape: tuple[int, int]) -> Ink:
    height, width = shape
    across = np.minimum(np.arange(width), np.arange(width)[::-1]).astype(np.float32) / np.float32(width * 0.03)
    down = np.minimum(np.arange(height), np.arange(height)[::-1]).astype(np.float32) / np.float32(width * 0.03)
    return np.asarray(np.exp(-across)[None, :] + np.exp(-down)[:, None], np.float32)


def _through(behind: Ink, shape: tuple[int, int]) -> Ink:
    """Mirror and blur another page's ink as it shines through."""
    softened = cv2.GaussianBlur(behind[:, ::-1], (0, 0), max(0.8, behind.shape[1] / 900))
    return np.asarray(cv2.resize(softened, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)
