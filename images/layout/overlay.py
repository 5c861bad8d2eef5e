"""Draws a layout onto its picture, to be looked at."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Point
from images.layout.page import Hand, Layout, Line, Role

_COLOURS: dict[Hand, tuple[int, int, int]] = {
    Hand.TYPED: (20, 130, 40),
    Hand.HANDWRITTEN: (210, 30, 30),
    Hand.PRINTED: (30, 90, 200),
    Hand.STAMP: (190, 20, 170),
    Hand.UNKNOWN: (110, 110, 110),
}
_STROKE = (240, 140, 0)
_ORDER = (90, 120, 220)


def draw(pixels: NDArray[np.uint8], layout: Layout, *, width: int | None = None) -> NDArray[np.uint8]:
    """Draw lines (coloured by hand), baselines, strokes and reading order onto an RGB copy of the page.

    `pixels` is the page that was analysed; `width` is the width of the picture to make, in pixels, by default the
    page's own.
    """
    page = cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB) if pixels.ndim == 2 else pixels
    factor = (width or page.shape[1]) / page.shape[1]
    shape = (max(1, round(page.shape[1] * factor)), max(1, round(page.shape[0] * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    picture = np.ascontiguousarray(cv2.resize(page, shape, interpolation=method)).astype(np.uint8)
    thick = max(1, round(picture.shape[1] / 1200))
    for block in layout.blocks:
        _polygon(picture, block.box.polygon.points, factor, (200, 200, 120), 1)
    for stroke in layout.strokes:
        _polygon(picture, stroke.boundary.points, factor, _STROKE, thick)
    for line in layout.lines:
        _line(picture, line, factor, thick)
    _reading_order(picture, layout, factor)
    return picture


def _line(picture: NDArray[np.uint8], line: Line, factor: float, thick: int) -> None:
    colour = _COLOURS[line.hand]
    _polygon(picture, line.boundary.points, factor, colour, thick)
    base = _scaled(line.baseline.points, factor)
    cv2.polylines(picture, [base], False, (150, 150, 255), 1, cv2.LINE_AA)
    words = [] if line.role is Role.BODY else [line.role.value]
    words += ["faint"] if line.faint else []
    words += [f"{line.confidence:.2f}"] if line.confidence < 0.8 else []
    if words:
        corner = (round(line.box.x * factor), max(10, round(line.box.y * factor) - 2))
        cv2.putText(picture, " ".join(words), corner, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)
    if line.place is not None:
        at = (round(line.place.x * factor), round(line.box.bottom * factor))
        cv2.drawMarker(picture, at, colour, cv2.MARKER_TRIANGLE_UP, 12, thick)


def _reading_order(picture: NDArray[np.uint8], layout: Layout, factor: float) -> None:
    for position, index in enumerate(layout.order):
        start = layout.lines[index].baseline.points[0]
        at = (max(0, round(start.x * factor) - 22), round(start.y * factor))
        cv2.putText(picture, str(position + 1), at, cv2.FONT_HERSHEY_SIMPLEX, 0.35, _ORDER, 1, cv2.LINE_AA)


def _polygon(
    picture: NDArray[np.uint8], points: tuple[Point, ...], factor: float, colour: tuple[int, int, int], thick: int
) -> None:
    cv2.polylines(picture, [_scaled(points, factor)], True, colour, thick, cv2.LINE_AA)


def _scaled(points: tuple[Point, ...], factor: float) -> NDArray[np.int32]:
    return np.asarray([[round(p.x * factor), round(p.y * factor)] for p in points], dtype=np.int32)
