"""Rubber stamps: framed, plain or round, turned and unevenly inked."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from images.layout.page import Hand, Role
from images.layout.training.description import Frame, Stamp
from images.layout.training.faces import Face, Ink
from images.layout.training.ink import band, carried, lay_turned, mottled, turning
from images.layout.training.machine import Grid
from images.layout.training.truth import DrawnLine, Points


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line of the stamp stands on its own piece: baseline, and the letters' reach above and below."""

    text: str
    path: Points
    above: float
    below: float


def press(layer: Ink, stamp: Stamp, face: Face, grid: Grid, rng: np.random.Generator) -> tuple[DrawnLine, ...]:
    """Press a stamp onto the layer and say where its lines stand."""
    size = round(stamp.height * grid.step, 1)
    piece, places = (_round if stamp.frame is Frame.ROUND else _square)(stamp, face, size)
    inked = _inked(piece, rng, size=size) * np.float32(stamp.strength)
    if stamp.blotched > 0.0:
        inked *= _starved(piece.shape, rng, size=size, amount=stamp.blotched)
    if stamp.slipped > 0.0:
        inked = np.maximum(inked, _shadow(inked, rng, reach=size * stamp.slipped))
    centre = (piece.shape[1] / 2, piece.shape[0] / 2)
    matrix = turning(centre, stamp.angle, grid.point(stamp.column, stamp.row))
    lay_turned(layer, np.minimum(inked, np.float32(1.6)), matrix)
    lines = []
    for number, place in enumerate(places, start=1):
        boundary = band(place.path, above=place.above + 1, below=place.below + 1)
        identity = f"{stamp.id}-{number}"
        path, around = carried(place.path, matrix), carried(boundary, matrix)
        lines.append(DrawnLine(identity, place.text, Hand.STAMP, Role.STAMP, path, around, np.empty((0, 2))))
    return tuple(lines)


def _square(stamp: Stamp, face: Face, size: float) -> tuple[Ink, tuple[_Place, ...]]:
    """Draw the lines one below the other, centred, with the frame around them."""
    spaced = size * stamp.spacing
    widths = [_length(face, line, size, spaced) for line in stamp.lines]
    step, room = size * 1.32, size * 0.75
    width, height = max(widths) + 2 * room, step * len(stamp.lines) + 2 * room - (step - size) * 0.6
    picture = Image.new("L", (math.ceil(width), math.ceil(height)), 0)
    brush = ImageDraw.Draw(picture)
    places = []
    for number, (line, wide) in enumerate(zip(stamp.lines, widths, strict=True)):
        x, y = (width - wide) / 2, room + size * 0.86 + number * step
        above, below = _set(brush, face, line, (x, y), size, spaced)
        path = np.stack([np.linspace(x, x + wide - spaced, 5), np.full(5, y)], axis=1)
        places.append(_Place(line, path, above, below))
    thick = max(2, round(size * 0.09))
    _frame(brush, stamp.frame, picture.size, thick)
    if stamp.frame is Frame.CELLS:
        for number in range(1, len(stamp.lines)):
            y = room + size * 0.86 + number * step - size * 1.02
            brush.line((1, y, picture.size[0] - 2, y), fill=255, width=max(1, thick // 2))
    return np.asarray(picture, np.float32) / np.float32(255), tuple(places)


def _frame(brush: ImageDraw.ImageDraw, frame: Frame, size: tuple[int, int], width: int) -> None:
    right, bottom = size[0] - 2, size[1] - 2
    if frame is Frame.BARS:
        for y in (width // 2 + 1, bottom - width // 2):
            brush.line((1, y, right, y), fill=255, width=width)
    elif frame is Frame.ROUNDED:
        brush.rounded_rectangle((1, 1, right, bottom), radius=width * 5, outline=255, width=width)
    elif frame is not Frame.NONE:
        brush.rectangle((1, 1, right, bottom), outline=255, width=width)
    if frame is Frame.DOUBLE:
        inset = width * 2 + 1
        brush.rectangle((inset, inset, right - inset, bottom - inset), outline=255, width=max(1, width // 2))


def _round(stamp: Stamp, face: Face, size: float) -> tuple[Ink, tuple[_Place, ...]]:
    """Draw the first line along the rim of a circle and the others inside it."""
    inner = stamp.lines[1:]
    spaced = size * 0.06
    widest = max((_length(face, line, size, spaced) for line in inner), default=0.0)
    along = _length(face, stamp.lines[0], size, size * 0.2)
    radius = max(along / (2 * math.pi * 0.8), widest / 2 + size * 0.5, size * (len(inner) * 0.7 + 0.9))
    outer = radius + size * 1.35
    side = math.ceil(2 * outer) + 4
    picture = Image.new("L", (side, side), 0)
    brush = ImageDraw.Draw(picture)
    thick = max(2, round(size * 0.1))
    middle = side / 2
    for reach, width in ((outer, thick), (radius - size * 0.35, max(1, thick // 2))):
        brush.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=width)
    places = [_rim(picture, face, stamp.lines[0], size, radius)]
    for number, line in enumerate(inner):
        wide = _length(face, line, size, spaced)
        x, y = (side - wide) / 2, middle + size * (0.35 + (number - (len(inner) - 1) / 2) * 1.3)
        above, below = _set(brush, face, line, (x, y), size, spaced)
        path = np.stack([np.linspace(x, x + wide - spaced, 5), np.full(5, y)], axis=1)
        places.append(_Place(line, path, above, below))
    return np.asarray(picture, np.float32) / np.float32(255), tuple(places)


def _rim(picture: Image.Image, face: Face, text: str, size: float, radius: float) -> _Place:
    """Set a text clockwise along a circle, its feet towards the middle."""
    middle = picture.size[0] / 2
    span = _length(face, text, size, size * 0.2) / radius
    angle = -math.pi / 2 - span / 2
    begin = angle
    for char in text:
        glyph = face.glyph(char, size)
        wide = glyph.advance + size * 0.2
        centre = angle + wide / 2 / radius
        tile = Image.new("L", (round(size * 3), round(size * 3)), 0)
        spot = tile.size[0] / 2
        stencil = Image.fromarray((glyph.ink * 255).astype(np.uint8))
        tile.paste(stencil, (round(spot - glyph.advance / 2 + glyph.left), round(spot + glyph.top)))
        turned = tile.rotate(-math.degrees(centre) - 90, resample=Image.Resampling.BILINEAR)
        x, y = middle + radius * math.cos(centre), middle + radius * math.sin(centre)
        picture.paste(255, (round(x - spot), round(y - spot)), turned)
        angle += wide / radius
    turns = np.linspace(begin, begin + span, 33)
    path = np.stack([middle + radius * np.cos(turns), middle + radius * np.sin(turns)], axis=1)
    return _Place(text, path, size * 0.95, size * 0.25)


def _inked(piece: Ink, rng: np.random.Generator, *, size: float) -> Ink:
    """Ink a stamp unevenly: blotches, a paler side, softened edges."""
    soft = np.asarray(cv2.GaussianBlur(piece, (0, 0), max(0.6, size * 0.02)), np.float32)
    width = piece.shape[1]
    blotches = mottled(piece.shape, rng, grain=max(2.0, size * 0.09))
    patches = mottled(piece.shape, rng, grain=size * 1.6)
    side = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * np.float32(rng.normal(0, 0.15))
    ink = soft * np.clip(0.9 + 0.16 * blotches + 0.14 * patches + side, 0.12, 1.0)
    return np.asarray(ink, np.float32)


def _starved(shape: tuple[int, ...], rng: np.random.Generator, *, size: float, amount: float) -> Ink:
    """Let parts of a stamp hardly touch the paper: patches as large as words, and holes within letters."""
    height, width = shape
    patches = mottled((height, width), rng, grain=size * float(rng.uniform(1.2, 3.5)))
    holes = mottled((height, width), rng, grain=max(1.5, size * 0.12))
    kept = 1.0 - np.float32(amount) * (0.45 + 0.4 * patches + 0.35 * holes)
    return np.asarray(np.clip(kept, 0.06, 1.15), np.float32)


def _shadow(inked: Ink, rng: np.random.Generator, *, reach: float) -> Ink:
    """Give the paler impression of a stamp that slipped while it was pressed."""
    matrix = np.array([[1.0, 0.0, rng.normal(0, reach)], [0.0, 1.0, rng.normal(0, reach)]])
    moved = cv2.warpAffine(inked, matrix, (inked.shape[1], inked.shape[0]), flags=cv2.INTER_LINEAR)
    return np.asarray(moved * np.float32(rng.uniform(0.4, 0.9)), np.float32)


def _set(
    brush: ImageDraw.ImageDraw, face: Face, text: str, at: tuple[float, float], size: float, spaced: float
) -> tuple[float, float]:
    """Set a line of letters; gives how far they reach above and below the baseline."""
    x, y = at
    above, below = 0.0, 1.0
    for place, run in face.runs(text):
        font: ImageFont.FreeTypeFont = face.font(place, size)
        for char in run:
            brush.text((x, y), char, font=font, fill=255, anchor="ls")
            _, top, _, bottom = font.getbbox(char, anchor="ls")
            above, below = max(above, -top), max(below, bottom)
            x += font.getlength(char) + spaced
    return above, below


def _length(face: Face, text: str, size: float, spaced: float) -> float:
    return sum(face.font(place, size).getlength(char) + spaced for place, run in face.runs(text) for char in run)
