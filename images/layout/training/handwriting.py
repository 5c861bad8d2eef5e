"""Writing by hand: words, carets, strokes through words, and signatures."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from images.layout.page import Hand, Role, StrokeKind
from images.layout.training.description import Signature, Stretch, Written
from images.layout.training.faces import Face, Ink
from images.layout.training.ink import Matrix, Pen, band, carried, draw, lay_turned, mottled, smooth, turning
from images.layout.training.machine import Grid
from images.layout.training.truth import DrawnLine, DrawnStroke, Points

_FLOURISH = np.array(
    [(0.96, -0.12), (1.12, -0.42), (1.2, 0.02), (0.85, 0.3), (0.3, 0.36), (-0.08, 0.3), (0.4, 0.2), (1.25, 0.1)]
)
"""The stroke that ends a signature: shares of its length, and of its height from the baseline down."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """Writing on a strip of its own; the baseline runs from `start` to `end` at a height of `base`."""

    ink: Ink
    start: float
    end: float
    base: float
    top: float
    bottom: float


def write(
    layer: Ink, line: Written, at: tuple[float, float], face: Face, grid: Grid, rng: np.random.Generator,
    *, hang: float = 0.0,
) -> tuple[DrawnLine, tuple[DrawnStroke, ...]]:  # fmt: skip
    """Write a line whose baseline begins at a point of the leaf, or a share `hang` of its length before it.

    Level writing is kept on the leaf by moving it. Gives the line, and the stroke under it where there is one.
    """
    size = line.height * grid.step * 1.15
    strip = _strip(face, line.text, size, rng, squeeze=line.squeeze, slant=line.slant, weight=line.weight)
    long = strip.end - strip.start
    left = at[0] - hang * long
    if abs(line.angle) < 20:
        left = max(grid.pitch, min(left, layer.shape[1] - long - grid.pitch))
    at = (left, at[1])
    pressure = np.float32(np.clip(line.pressure * rng.uniform(0.88, 1.0), 0.2, 1.0))
    matrix = turning((strip.start, strip.base), line.angle, at)
    lay_turned(layer, strip.ink * pressure, matrix)
    drawn = _drawn(line.id, line.text, line.role, strip, matrix)
    if not line.underlined:
        return drawn, ()
    pen = Pen(max(1.5, size * 0.055), float(pressure))
    return drawn, (_underline(layer, strip, matrix, rng, line=line, pen=pen),)


def sign(layer: Ink, signature: Signature, face: Face, grid: Grid, rng: np.random.Generator) -> DrawnLine:
    """Write a signature with its flourish."""
    size = signature.height * grid.step
    strip = _strip(face, signature.name, size, rng, squeeze=0.82, slant=0.25, loose=0.05)
    at = grid.point(signature.column, signature.row)
    matrix = turning((strip.start, strip.base), signature.angle, at)
    lay_turned(layer, strip.ink, matrix)
    span = strip.end - strip.start
    shape = _FLOURISH + rng.normal(0, 0.03, _FLOURISH.shape)
    tail = np.stack([strip.start + shape[:, 0] * span, strip.base + shape[:, 1] * size], axis=1)
    points = carried(tail, matrix)
    draw(layer, points, Pen(max(1.5, size * 0.035), 0.95))
    drawn = _drawn(signature.id, signature.text, Role.SIGNATURE, strip, matrix)
    return _widened(drawn, smooth(points, spacing=8.0), margin=size * 0.05)


def caret(layer: Ink, at: tuple[float, float], grid: Grid, rng: np.random.Generator, *, pressure: float) -> DrawnStroke:
    """Draw a caret whose tip points up to the place between two characters; `at` is that place on the baseline."""
    x, y = at
    wide, tall = grid.pitch * rng.uniform(0.3, 0.5), grid.pitch * rng.uniform(0.75, 1.05)
    foot, tip = y + grid.pitch * rng.uniform(0.25, 0.4), y - tall * 0.55
    points = np.array([(x - wide, foot), (x, tip), (x + wide * 0.9, foot - wide * 0.3)]) + rng.normal(0, 1.0, (3, 2))
    pen = Pen(max(1.5, grid.pitch * 0.1), pressure)
    draw(layer, points[:2], pen)
    draw(layer, points[1:], pen)
    return DrawnStroke(StrokeKind.TICK, _box(points, margin=pen.width + 2))


def strike_out(layer: Ink, stops: Points, stretch: Stretch, grid: Grid, rng: np.random.Generator) -> DrawnStroke:
    """Draw a pen through a stretch of a typed line, once or, through few letters, twice."""
    start, end = stretch
    left, right = stops[start], stops[end]
    pen = Pen(max(1.5, grid.pitch * rng.uniform(0.1, 0.16)), float(rng.uniform(0.8, 1.0)))
    middle = grid.pitch * 0.36
    drawn = []
    for turn in range(2 if end - start < 6 and rng.random() < 0.5 else 1):
        xs = np.linspace(left[0] - grid.pitch * 0.2, right[0] + grid.pitch * 0.2, max(4, (end - start) // 3))
        ys = (
            np.interp(xs, (left[0], right[0]), (left[1], right[1])) - middle + rng.normal(0, grid.pitch * 0.07, len(xs))
        )
        points = np.stack([xs, ys + turn * grid.pitch * 0.25], axis=1)
        draw(layer, points, pen)
        drawn.append(smooth(points, spacing=10.0))
    boundary = (
        _box(np.vstack(drawn), margin=pen.width) if len(drawn) > 1 else band(drawn[0], above=pen.width, below=pen.width)
    )
    return DrawnStroke(StrokeKind.DELETION, boundary, start=start, end=end)


def rule(layer: Ink, start: Points, end: Points, grid: Grid, rng: np.random.Generator, *, hand: Hand) -> DrawnStroke:
    """Draw a straight line by hand, or on the machine."""
    width = max(1.0, grid.pitch * (0.1 if hand is Hand.HANDWRITTEN else 0.07))
    points = np.linspace(start, end, 6)
    if hand is Hand.HANDWRITTEN:
        points[1:-1] += rng.normal(0, grid.pitch * 0.06, (4, 2))
    draw(layer, points, Pen(width, float(rng.uniform(0.75, 1.0))))
    return DrawnStroke(StrokeKind.RULE, band(points, above=width * 1.5 + 1, below=width * 1.5 + 1))


def _strip(
    face: Face, text: str, size: float, rng: np.random.Generator, *, squeeze: float = 1.0, slant: float = 0.0,
    loose: float = 0.02, weight: float = 1.0,
) -> _Strip:  # fmt: skip
    """Write a text word by word on a strip, each word a little higher, lower, larger or smaller than the last."""
    room, base = size * 0.8, size * 1.6
    width = round(sum(_length(face, word, size) for word in text.split(" ")) * 1.15 + size * 0.6 * text.count(" "))
    picture = Image.new("L", (width + round(2 * room), round(size * 2.8)), 0)
    pen = room
    brush = ImageDraw.Draw(picture)
    for word in text.split(" "):
        own = round(size * (1 + rng.normal(0, loose)), 1)
        y = base + rng.normal(0, loose * size)
        for place, run in face.runs(word):
            font = face.font(place, own)
            brush.text((pen, y), run, font=font, fill=255, anchor="ls")
            pen += font.getlength(run)
        pen += size * rng.uniform(0.24, 0.36)
    ink = np.asarray(picture, np.float32) / np.float32(255)
    bent = _bent(ink, rng, base=base, squeeze=squeeze, slant=slant, size=size, bold=weight)
    inked = np.flatnonzero((bent > 0.05).any(axis=1))
    across = np.flatnonzero((bent > 0.05).any(axis=0))
    if not len(inked):
        raise ValueError(f"nothing of {text!r} can be written")
    return _Strip(bent, float(across[0]), float(across[-1] + 1), base, float(inked[0]), float(inked[-1] + 1))


def _bent(
    ink: Ink, rng: np.random.Generator, *, base: float, squeeze: float, slant: float, size: float, bold: float
) -> Ink:
    """Lean, squeeze and wave a strip, and vary its pressure, so that no two letters are the same."""
    height, width = ink.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    grain = max(8.0, size * 0.7)
    wave = np.float32(size * 0.022)
    lean = np.float32(slant + rng.normal(0.0, 0.03))
    source_x = (
        columns / np.float32(squeeze) + (rows - np.float32(base)) * lean + wave * mottled(ink.shape, rng, grain=grain)
    )
    source_y = rows + wave * mottled(ink.shape, rng, grain=grain)
    bent = np.asarray(cv2.remap(ink, source_x, source_y, cv2.INTER_LINEAR), np.float32)
    soft = np.asarray(cv2.GaussianBlur(bent, (0, 0), max(0.5, size * 0.014 * max(1.0, bold))), np.float32)
    weight = np.float32(rng.uniform(1.5, 2.1) * bold)
    pressure = np.clip(0.86 + 0.13 * mottled(ink.shape, rng, grain=max(6.0, size * 0.35)), 0.35, 1.0)
    return np.asarray(np.clip(soft * weight, 0.0, 1.0) * pressure, np.float32)


def _underline(
    layer: Ink, strip: _Strip, matrix: Matrix, rng: np.random.Generator, *, line: Written, pen: Pen
) -> DrawnStroke:
    xs = np.linspace(strip.start, strip.end + pen.width * 2, 5)
    ys = strip.base + pen.width * 5 + rng.normal(0, pen.width * 0.7, 5)
    path = carried(np.stack([xs, ys], axis=1), matrix)
    draw(layer, path, pen)
    boundary = band(smooth(path, spacing=20.0), above=pen.width + 1, below=pen.width + 1)
    return DrawnStroke(StrokeKind.UNDERLINE, boundary, line=line.id, start=0, end=len(line.text))


def _drawn(identity: str, text: str, role: Role, strip: _Strip, matrix: Matrix) -> DrawnLine:
    xs = np.linspace(strip.start, strip.end, max(2, round((strip.end - strip.start) / 150) + 1))
    path = np.stack([xs, np.full(len(xs), strip.base)], axis=1)
    boundary = band(path, above=strip.base - strip.top + 1, below=max(strip.bottom - strip.base, 1.0) + 1)
    level, around = carried(path, matrix), carried(boundary, matrix)
    return DrawnLine(identity, text, Hand.HANDWRITTEN, role, level, around, np.empty((0, 2)))


def _widened(line: DrawnLine, points: Points, *, margin: float) -> DrawnLine:
    everything = np.vstack([line.boundary, points])
    hull = cv2.convexHull(np.round(everything).astype(np.int32)).reshape(-1, 2).astype(np.float64)
    centre = hull.mean(axis=0)
    away = hull - centre
    wide = hull + away / np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-9)[:, None] * margin
    return DrawnLine(line.id, line.text, line.hand, line.role, line.baseline, wide, line.stops)


def _box(points: Points, *, margin: float) -> Points:
    left, top = points.min(axis=0) - margin
    right, bottom = points.max(axis=0) + margin
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _length(face: Face, word: str, size: float) -> float:
    return sum(face.font(place, round(size, 1)).getlength(run) for place, run in face.runs(word))
