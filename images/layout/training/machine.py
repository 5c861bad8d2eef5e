"""A typewriter: its grid, the faults of its letters, and lines typed on it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from images.layout.page import Hand, StrokeKind
from images.layout.training.description import PageDescription, Stretch, Typed
from images.layout.training.faces import Face, Glyph, Ink
from images.layout.training.faults import Faults
from images.layout.training.ink import band, lay, mottled
from images.layout.training.truth import DrawnLine, DrawnStroke, Points

STAND_INS = {"—": "-", "–": "-", "«": '"', "»": '"', "„": '"', "“": '"', "”": '"', "…": ".", "’": "'", "\u00a0": " "}
"""What a machine of the period types for characters that it has no key for."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a leaf in pixels."""

    pitch: float
    step: float

    def point(self, column: float, row: float) -> tuple[float, float]:
        """Give the pixels of the left end of a cell's baseline."""
        return column * self.pitch, row * self.step


def grid_of(page: PageDescription, *, share: float = 1.0) -> Grid:
    """Give the grid of a page drawn at a share of its resolution."""
    dots = page.resolution * share / 25.4
    return Grid(page.pitch * dots, page.step * dots)


@dataclass(frozen=True, slots=True)
class _Slug:
    """The faults of one type: shift, ink, and the tilt of its face (which side prints paler)."""

    x: float
    y: float
    ink: float
    tilt: tuple[float, float]


class Machine:
    """A typewriter with a face and its own crooked letters, the same on every page."""

    def __init__(self, face: Face, grid: Grid, faults: Faults, seed: int) -> None:
        self.grid = grid
        self._face = face
        self._faults = faults
        self._seed = seed
        self._size = grid.pitch / face.advance(100.0) * 100.0
        self._slugs: dict[str, _Slug] = {}
        self._types: dict[str, Glyph] = {}

    def type(self, layer: Ink, line: Typed, rng: np.random.Generator) -> DrawnLine:
        """Type a line onto the layer and say where it stands."""
        x, y = self.grid.point(line.column, line.row)
        pitch = self.grid.pitch
        wobble = self._faults.crooked * pitch * 0.4 * np.sin(rng.uniform(0, 6.3) + np.arange(len(line.text) + 1) / 11)
        stops = np.stack([x + pitch * np.arange(len(line.text) + 1), y + wobble], axis=1)
        # Where nothing is typed the boundary keeps the height of small letters.
        reach = np.tile((pitch * 0.6, pitch * 0.06), (len(line.text), 1))
        for place, char in enumerate(line.text):
            struck = self._strike(layer, self._key(char), stops[place], rng)
            if struck is not None:
                reach[place] = np.maximum(reach[place], struck)
        return _drawn(line, stops, reach, pitch)

    def underline(self, layer: Ink, stops: Points, stretch: Stretch, rng: np.random.Generator) -> DrawnStroke:
        """Type underscores below a stretch of a line that stands at these stops."""
        start, end = stretch
        below = stops + np.array((0.0, self.grid.pitch * 0.08))
        edges = [self._strike(layer, "_", below[place], rng) for place in range(start, end)]
        reach = [edge for edge in edges if edge is not None]
        top = -max((edge[0] for edge in reach), default=0.0)
        bottom = max((edge[1] for edge in reach), default=1.0)
        boundary = band(below[start : end + 1], above=-top + 1, below=bottom + 1)
        return DrawnStroke(StrokeKind.UNDERLINE, boundary, start=start, end=end)

    def overtype(self, layer: Ink, stops: Points, stretch: Stretch, rng: np.random.Generator) -> DrawnStroke:
        """Strike out a stretch with one key upon another."""
        start, end = stretch
        keys = [key for key in "хжxw" if self._face.holds(key)][:2]
        for place in range(start, end):
            for key in keys:
                self._strike(layer, key, stops[place], rng)
        boundary = band(stops[start : end + 1], above=self.grid.pitch * 0.95, below=self.grid.pitch * 0.12)
        return DrawnStroke(StrokeKind.DELETION, boundary, start=start, end=end)

    def _key(self, char: str) -> str:
        return char if char == " " or self._face.holds(char) else STAND_INS.get(char, char)

    def _strike(self, layer: Ink, char: str, at: Points, rng: np.random.Generator) -> tuple[float, float] | None:
        """Strike one key; gives how far the ink reaches above and below the baseline point."""
        if char == " ":
            return None
        kind, slug, faults = self._type(char), self._slug(char), self._faults
        jitter = rng.normal(0.0, faults.crooked * self.grid.pitch * 0.35, 2)
        force = slug.ink * (1.0 - abs(rng.normal(0.0, faults.uneven * 0.7)))
        ink = kind.ink * np.float32(np.clip(force, 0.3, 1.0))
        if rng.random() < 0.2 + faults.uneven:
            ink = ink * _slanted(ink.shape, (slug.tilt[0] + rng.normal(0, 0.4), slug.tilt[1]), faults.uneven * 1.6)
        if rng.random() < faults.clogged:
            closed = cv2.morphologyEx(kind.ink, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
            ink = np.maximum(ink, np.asarray(closed, np.float32) * np.float32(0.7 * force))
        x = round(float(at[0]) + slug.x + jitter[0]) + kind.left
        y = round(float(at[1]) + slug.y + jitter[1]) + kind.top
        lay(layer, np.asarray(ink, np.float32), x, y)
        if rng.random() < faults.uneven * 0.03:
            lay(layer, np.asarray(ink * np.float32(0.6), np.float32), x + int(rng.integers(-4, 5)), y)
        return float(at[1]) - y, y + kind.ink.shape[0] - float(at[1])

    def _slug(self, char: str) -> _Slug:
        if char not in self._slugs:
            own = np.random.default_rng((self._seed, ord(char)))
            shift = own.normal(0.0, self._faults.crooked * self.grid.pitch, 2)
            raised = 0.03 * self.grid.pitch if char.isupper() and self._seed % 3 == 0 else 0.0
            worn = 1.0 - abs(own.normal(0.0, self._faults.uneven * 0.35))
            across, down = own.normal(0.0, 0.6, 2)
            self._slugs[char] = _Slug(shift[0], shift[1] - raised, worn, (float(across), float(down)))
        return self._slugs[char]

    def _type(self, char: str) -> Glyph:
        """Give the inked shape of a type: the ribbon makes it bolder and softer than the drawing."""
        if char not in self._types:
            drawn = self._face.glyph(char, self._size)
            room = max(2, round(self.grid.pitch * 0.1))
            roomy = np.pad(drawn.ink, room)
            spread = cv2.GaussianBlur(roomy, (0, 0), max(0.4, self.grid.pitch * 0.035))
            ink = np.clip((np.asarray(spread, np.float32) - 0.06) * np.float32(1.75), 0.0, 1.0)
            self._types[char] = _trimmed(Glyph(ink.astype(np.float32), drawn.left - room, drawn.top - room, 0.0))
        return self._types[char]


def ribbon(layer: Ink, rng: np.random.Generator, *, amount: float, pitch: float) -> None:
    """Take ink away where the ribbon's cloth was thin, in blotches finer than a letter."""
    if amount <= 0.0:
        return
    height, width = layer.shape
    fine = mottled((height, width), rng, grain=max(1.5, pitch * 0.11))
    coarse = mottled((height, width), rng, grain=pitch * 4)
    layer *= np.clip(1.0 + np.float32(amount) * (fine * np.float32(0.9) + coarse * np.float32(0.5)), 0.15, 1.0)


def _trimmed(glyph: Glyph) -> Glyph:
    inked = glyph.ink > 0.02
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return glyph
    top, left = int(rows[0]), int(columns[0])
    cut = glyph.ink[top : rows[-1] + 1, left : columns[-1] + 1]
    return Glyph(np.ascontiguousarray(cut), glyph.left + left, glyph.top + top, glyph.advance)


def _slanted(shape: tuple[int, ...], tilt: tuple[float, float], depth: float) -> Ink:
    """Give the pressure over a type whose face stood at a tilt: one side prints paler."""
    across = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :] * np.float32(tilt[0])
    down = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None] * np.float32(tilt[1])
    return np.asarray(np.clip(1.0 - np.float32(depth) * np.maximum(across + down, 0.0), 0.2, 1.0), np.float32)


def _drawn(line: Typed, stops: Points, reach: Points, pitch: float) -> DrawnLine:
    """Put a boundary around a line that follows its tall and hanging letters in steps of a few characters."""
    first, last = len(line.text) - len(line.text.lstrip()), len(line.text.rstrip())
    places = np.unique(np.linspace(first, last, max(2, (last - first) // 5 + 1)).round().astype(int))
    highest = np.array([reach[start:end].max(axis=0) for start, end in pairwise(places)])
    around = np.maximum(np.vstack([highest[:1], highest]), np.vstack([highest, highest[-1:]])) + 1.0
    path = stops[places]
    wide = path.copy()
    wide[0, 0] -= pitch * 0.08
    wide[-1, 0] += pitch * 0.08
    boundary = band(wide, above=around[:, :1], below=around[:, 1:])
    return DrawnLine(line.id, line.text, Hand.TYPED, line.role, path, boundary, stops)
