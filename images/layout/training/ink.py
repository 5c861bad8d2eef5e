"""Ink on a leaf: laying glyphs and strips onto a layer, pen strokes, and bands around them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.training.faces import Ink
from images.layout.training.truth import Points

Matrix = NDArray[np.float64]
"""A 2 x 3 matrix that takes points of a strip to points of the leaf."""


def lay(layer: Ink, ink: Ink, x: int, y: int) -> None:
    """Lay ink onto a layer with its top left corner at (x, y); what falls off the layer is lost."""
    height, width = ink.shape
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + width, layer.shape[1]), min(y + height, layer.shape[0])
    if right <= left or bottom <= top:
        return
    below = layer[top:bottom, left:right]
    np.maximum(below, ink[top - y : bottom - y, left - x : right - x], out=below)


def lay_turned(layer: Ink, strip: Ink, matrix: Matrix) -> None:
    """Lay a strip onto a layer, turned and shifted by the matrix."""
    height, width = strip.shape
    corners = carried(np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64), matrix)
    left, top = (math.floor(edge) - 1 for edge in corners.min(axis=0))
    right, bottom = (math.ceil(edge) + 2 for edge in corners.max(axis=0))
    shifted = matrix.copy()
    shifted[:, 2] -= (left, top)
    turned = cv2.warpAffine(strip, shifted, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    lay(layer, np.asarray(turned, np.float32), left, top)


def turning(origin: tuple[float, float], angle: float, target: tuple[float, float]) -> Matrix:
    """Give the matrix that turns counter-clockwise by degrees about `origin` and takes it to `target`."""
    matrix = np.asarray(cv2.getRotationMatrix2D(origin, angle, 1.0), np.float64)
    matrix[:, 2] += (target[0] - origin[0], target[1] - origin[1])
    return matrix


def carried(points: Points, matrix: Matrix) -> Points:
    """Take points through a matrix."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float64)


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen: the width of its stroke in pixels and its pressure 0..1."""

    width: float
    pressure: float


def draw(layer: Ink, points: Points, pen: Pen) -> None:
    """Draw a smooth stroke through the points, a little uneven in width towards its ends."""
    path = smooth(points, spacing=max(2.0, pen.width))
    left, top = (math.floor(edge - 2 * pen.width) - 2 for edge in path.min(axis=0))
    right, bottom = (math.ceil(edge + 2 * pen.width) + 3 for edge in path.max(axis=0))
    patch = np.zeros((bottom - top, right - left), np.uint8)
    shifted = np.round((path - (left, top)) * 16).astype(np.int32)
    steps = len(shifted) - 1
    for index in range(steps):
        ends = min(1.0, 0.55 + 3.0 * min(index, steps - 1 - index) / max(1, steps))
        width = max(1, round(pen.width * ends))
        start, end = (tuple(int(v) for v in shifted[place]) for place in (index, index + 1))
        cv2.line(patch, start, end, 255, width, cv2.LINE_AA, 4)
    lay(layer, patch.astype(np.float32) * np.float32(pen.pressure / 255), left, top)


def smooth(points: Points, *, spacing: float) -> Points:
    """Give a Catmull-Rom curve through the points, sampled about every `spacing` pixels."""
    if len(points) < 3:
        count = max(2, round(float(np.hypot(*(points[-1] - points[0]))) / spacing))
        return np.asarray(np.linspace(points[0], points[-1], count), np.float64)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for place in range(1, len(padded) - 2):
        before, start, end, after = padded[place - 1 : place + 3]
        count = max(2, round(float(np.hypot(*(end - start))) / spacing))
        t = np.linspace(0.0, 1.0, count, endpoint=False)[:, None]
        pieces.append(
            0.5
            * (
                2 * start
                + (end - before) * t
                + (2 * before - 5 * start + 4 * end - after) * t**2
                + (3 * start - before - 3 * end + after) * t**3
            )
        )
    return np.vstack([*pieces, padded[-2:-1]])


def band(path: Points, *, above: float | Points, below: float | Points) -> Points:
    """Give the polygon from `above` a path to `below` it, measured across its direction (y grows downward).

    Above and below may differ from point to point: columns of one value each.
    """
    direction = np.gradient(path, axis=0)
    length = np.maximum(np.hypot(direction[:, 0], direction[:, 1]), 1e-9)[:, None]
    across = np.stack([-direction[:, 1], direction[:, 0]], axis=1) / length
    return np.vstack([path - across * above, (path + across * below)[::-1]])


def mottled(shape: tuple[int, int], rng: np.random.Generator, *, grain: float) -> Ink:
    """Give a smooth random field of mean 0 and deviation 1, with blotches of about `grain` pixels."""
    height, width = shape
    coarse = (max(2, round(height / grain) + 1), max(2, round(width / grain) + 1))
    field = rng.standard_normal(coarse, np.float32)
    return np.asarray(cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
