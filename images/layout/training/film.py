"""The camera and its film: how a leaf lies in the frame, and what light, lens, grain and dust do to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Size
from images.layout.training.faces import Ink
from images.layout.training.faults import Faults
from images.layout.training.ink import mottled, smooth
from images.layout.training.truth import Points

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Warp:
    """How the frame shows the leaf: turned by `angle` radians, made smaller, and bent.

    A point of the frame shows the leaf at turn(point) plus a bend that depends, downwards, on x alone and, across, on
    y alone; `carry` inverts that by iteration, so that truth and pixels agree to a fraction of a pixel.
    """

    size: Size
    angle: float
    scale: float
    shift: tuple[float, float]
    curl: float
    lean: float

    def across(self, x: Points, y: Points) -> Points:
        """Give the leaf's x that the frame shows at (x, y)."""
        return self._across_x(x) + self._across_y(y)

    def down(self, x: Points, y: Points) -> Points:
        """Give the leaf's y that the frame shows at (x, y)."""
        return self._down_x(x) + self._down_y(y)

    def maps(self) -> tuple[Ink, Ink]:
        """Give the leaf's position for every pixel of the frame."""
        x, y = np.arange(self.size.width, dtype=np.float64), np.arange(self.size.height, dtype=np.float64)
        across = self._across_x(x).astype(np.float32)[None, :] + self._across_y(y).astype(np.float32)[:, None]
        down = self._down_x(x).astype(np.float32)[None, :] + self._down_y(y).astype(np.float32)[:, None]
        return across, down

    def carry(self, points: Points) -> Points:
        """Take points of the leaf to the frame."""
        found = np.array(points, np.float64)
        for _ in range(30):
            missing_x = points[:, 0] - self.across(found[:, 0], found[:, 1])
            missing_y = points[:, 1] - self.down(found[:, 0], found[:, 1])
            found += np.stack([missing_x, missing_y], axis=1)
            if max(np.abs(missing_x).max(), np.abs(missing_y).max()) < 0.01:
                break
        return found

    def _across_x(self, x: Points) -> Points:
        return np.asarray(math.cos(self.angle) / self.scale * (x - self._middle[0]) + self._middle[0] - self.shift[0])

    def _across_y(self, y: Points) -> Points:
        bend = self.lean * np.cos(math.pi * y / self.size.height)
        return np.asarray(math.sin(self.angle) / self.scale * (y - self._middle[1]) + bend)

    def _down_x(self, x: Points) -> Points:
        part = x / self.size.width
        bend = self.curl * (np.sin(math.pi * part) + 0.4 * np.sin(2.6 * math.pi * part + 0.7))
        return np.asarray(-math.sin(self.angle) / self.scale * (x - self._middle[0]) + bend)

    def _down_y(self, y: Points) -> Points:
        return np.asarray(math.cos(self.angle) / self.scale * (y - self._middle[1]) + self._middle[1] - self.shift[1])

    @property
    def _middle(self) -> tuple[float, float]:
        return self.size.width / 2, self.size.height / 2


def lay_in_frame(size: Size, faults: Faults, rng: np.random.Generator, *, pitch: float) -> Warp:
    """Draw how the leaf lies in the frame."""
    border = faults.border * size.width
    shift = rng.normal(0.0, border * 0.25, 2)
    return Warp(
        size=size,
        angle=math.radians(faults.skew),
        scale=1.0 - 2.0 * faults.border,
        shift=(float(shift[0]), float(shift[1])),
        curl=faults.curl * pitch,
        lean=faults.curl * pitch * float(rng.uniform(-0.6, 0.6)),
    )


def photograph(leaf: Ink, warp: Warp, faults: Faults, rng: np.random.Generator, *, pitch: float) -> Grey:
    """Give the picture of a leaf on film, in shades 0 to 255."""
    across, down = warp.maps()
    dark = 0.05 if faults.border > 0.0 else 0.9
    frame = cv2.remap(leaf, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=dark)
    del across, down
    light = np.asarray(frame, np.float32)
    if faults.faded > 0.0:
        light = _faded(light, faults.faded, rng, pitch=pitch)
    if faults.blur > 0.0:
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), max(0.3, faults.blur * pitch)), np.float32)
    _illuminate(light, faults, rng)
    light = _developed(light, faults.contrast)
    _dust(light, faults, rng, pitch=pitch)
    _tear(light, faults.torn, rng, pitch=pitch)
    if faults.grain > 0.0:
        light += np.float32(faults.grain) * _grain(light.shape, rng, pitch=pitch)
    if faults.negative:
        np.subtract(1.0, light, out=light)
    return np.asarray(np.clip(light * 255.0 + 0.5, 0, 255), np.uint8)


def _illuminate(light: Ink, faults: Faults, rng: np.random.Generator) -> None:
    """Let the lamps leave corners and one side darker."""
    if faults.vignette <= 0.0:
        return
    height, width = light.shape
    x, y = rng.uniform(0.4, 0.6, 2)
    across = ((np.linspace(0, 1, width, dtype=np.float32) - np.float32(x)) * 2) ** 2
    down = ((np.linspace(0, 1, height, dtype=np.float32) - np.float32(y)) * 2) ** 2
    lamps = np.float32(rng.normal(0, 0.35)) * np.linspace(-1, 1, width, dtype=np.float32)
    depth = np.float32(faults.vignette)
    light *= np.clip(1.0 - depth * (0.5 * across + lamps * 0.5), 0.3, 1.1)[None, :]
    light *= np.clip(1.0 - depth * 0.5 * down, 0.3, 1.1)[:, None]


def _developed(light: Ink, contrast: float) -> Ink:
    """Bend the tones as a film of that contrast does: steep in the middle, flat at the ends."""
    if contrast <= 0.0:
        return light
    tones = np.linspace(0.0, 1.0, 1024)
    steep = 3.0 + 5.0 * contrast
    curve = 1.0 / (1.0 + np.exp(-steep * (tones - 0.47)))
    curve = 0.03 + 0.92 * (curve - curve[0]) / (curve[-1] - curve[0])
    mixed = (1.0 - contrast) * tones + contrast * curve
    index = np.clip(light * 1023.0, 0, 1023).astype(np.uint16)
    return np.asarray(mixed.astype(np.float32)[index], np.float32)


def _faded(light: Ink, amount: float, rng: np.random.Generator, *, pitch: float) -> Ink:
    """Bleach the ink in patches, some as large as paragraphs and some as small as letters."""
    paper = np.float32(np.percentile(light[::8, ::8], 80))
    shape = (light.shape[0], light.shape[1])
    large = mottled(shape, rng, grain=pitch * 18)
    small = mottled(shape, rng, grain=pitch * float(rng.uniform(0.8, 3.0)))
    gone = np.clip(np.float32(amount) * (0.5 + 0.45 * large + 0.45 * small), 0.0, 0.9)
    return np.asarray(np.where(light < paper, light + (paper - light) * gone, light), np.float32)


def _tear(light: Ink, count: int, rng: np.random.Generator, *, pitch: float) -> None:
    """Scratch the film along its length: broad or double lines, whole or broken off, straight or a little wavy."""
    height, width = light.shape
    for _ in range(count):
        x, wide = float(rng.uniform(0, width)), max(1, round(pitch * float(rng.uniform(0.03, 0.22))))
        tone = float(rng.choice((0.1, 0.4, 0.95)))
        ends = np.sort(rng.uniform(-0.2, 1.2, 2)) * height if rng.random() < 0.6 else (-10.0, height + 10.0)
        ys = np.linspace(ends[0], ends[1], 14)
        path = np.stack([x + np.cumsum(rng.normal(0, pitch * 0.07, 14)), ys], axis=1)
        for beside in range(int(rng.integers(1, 3))):
            moved = np.round(path + np.array((beside * pitch * 0.4, 0.0))).astype(np.int32)
            cv2.polylines(light, [moved], False, tone, wide, cv2.LINE_AA)


def _grain(shape: tuple[int, ...], rng: np.random.Generator, *, pitch: float) -> Ink:
    grain = rng.standard_normal(shape, np.float32)
    spread = max(0.4, pitch * 0.028)
    softened = np.asarray(cv2.GaussianBlur(grain, (0, 0), spread), np.float32)
    return softened * np.float32(2.2 * spread)


def _dust(light: Ink, faults: Faults, rng: np.random.Generator, *, pitch: float) -> None:
    """Scatter specks and hairs, and draw the scratches of the projector along the film."""
    height, width = light.shape
    for _ in range(int(rng.poisson(faults.speckle * 420))):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        reach = max(1, round(abs(rng.normal(0, pitch * 0.045)) + 0.5))
        tone = float(rng.uniform(0.02, 0.3) if rng.random() < 0.7 else rng.uniform(0.9, 1.0))
        axes = (reach, max(1, round(reach * rng.uniform(0.5, 1.0))))
        cv2.ellipse(light, centre, axes, float(rng.uniform(0, 180)), 0, 360, tone, -1, cv2.LINE_AA)
    for _ in range(int(rng.poisson(faults.speckle * 3))):
        start = rng.uniform((0, 0), (width, height))
        hair = start + np.cumsum(rng.normal(0, pitch * 0.9, (5, 2)), axis=0)
        path = np.round(smooth(hair, spacing=4.0)).astype(np.int32)
        cv2.polylines(light, [path], False, float(rng.choice((0.15, 0.97))), 1, cv2.LINE_AA)
    for _ in range(faults.scratches):
        x = float(rng.uniform(0, width))
        drift = np.cumsum(rng.normal(0, pitch * 0.05, 12))
        ys = np.linspace(-10, height + 10, 12)
        path = np.round(np.stack([x + drift, ys], axis=1)).astype(np.int32)
        cv2.polylines(light, [path], False, float(rng.choice((0.25, 0.95, 0.95))), 1, cv2.LINE_AA)
