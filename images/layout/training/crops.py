"""Random crops of learned pages, worn in random ways: the examples that the network sees."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.network import planes_of
from images.layout.page import Hand
from images.layout.training.corpus import LearnedLine, LearnedPage
from images.layout.training.targets import REDUCTION, Targets, is_steep, targets_of
from images.layout.training.truth import Points

Grey = NDArray[np.uint8]
Light = NDArray[np.float32]

SHAPE = (384, 512)
"""Height and width of an example in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What goes into the network, and what is to come out."""

    planes: NDArray[np.float32]
    targets: Targets


@dataclass(frozen=True, slots=True, eq=False)
class Scrap:
    """A line cut out of its page: how dark it is (0..1), and the line in its own pixels."""

    darkness: Light
    line: LearnedLine


def scraps_of(page: LearnedPage) -> list[Scrap]:
    """Cut out the level lines of a page that may stand anywhere, to be put onto other pages."""
    found = []
    for line in page.lines:
        left, top = np.floor(line.boundary.min(axis=0)).astype(int)
        right, bottom = np.ceil(line.boundary.max(axis=0)).astype(int)
        left, top = max(left, 0), max(top, 0)
        cut = page.grey[top:bottom, left:right]
        if is_steep(line) or min(cut.shape) < 8 or not _stands_alone(line):
            continue
        paper = cv2.GaussianBlur(cv2.dilate(cut, np.ones((15, 15), np.uint8)), (0, 0), 6).astype(np.float32)
        inside = np.zeros(cut.shape, np.uint8)
        cv2.fillPoly(inside, [np.round(line.boundary - (left, top)).astype(np.int32)], 1)
        soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.2)
        dark = np.clip(1 - cut / np.maximum(paper, 1) - 0.08, 0, 1) * soft
        corner = np.array((left, top), np.float64)
        own = replace(line, boundary=line.boundary - corner, baseline=line.baseline - corner)
        found.append(Scrap(dark.astype(np.float32), own))
    return found


def _stands_alone(line: LearnedLine) -> bool:
    """Tell whether such a line may stand anywhere on a page: handwriting, straight stamps, page numbers."""
    length = float(np.hypot(*(line.baseline[-1] - line.baseline[0])))
    along = float(np.hypot(*np.diff(line.baseline, axis=0).T).sum())
    return along < 1.1 * length and (line.hand in (Hand.HANDWRITTEN, Hand.STAMP) or length < 8 * line.height)


def example(page: LearnedPage, scraps: list[Scrap], rng: np.random.Generator) -> Example:
    """Cut a random place out of a page, write scraps onto it, and wear it."""
    light, lines = _cut(page, rng)
    trusted = light.copy()
    targets = _trusted(targets_of(lines, SHAPE), trusted, page.trust)
    if scraps and rng.random() < 0.35:
        light, lines = _written_on(light, lines, scraps, rng)
        both = targets_of(lines, SHAPE)
        targets = replace(both, weight=np.minimum(both.weight, np.where(both.text > 0, both.weight, targets.weight)))
    return Example(planes_of(worn(light, rng)), targets)


def _cut(page: LearnedPage, rng: np.random.Generator) -> tuple[Light, tuple[LearnedLine, ...]]:
    height, width = SHAPE
    scale = math.exp(rng.uniform(-0.4, 0.4))
    lean = rng.normal(0, 1.2) if rng.random() < 0.9 else rng.uniform(-8, 8)
    turn = float(rng.choice((90, -90))) if rng.random() < 0.08 else 0.0
    angle = math.radians(lean + turn)
    matrix = np.zeros((2, 3))
    matrix[:, :2] = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix[1, :2] *= rng.uniform(0.93, 1.07)
    line = page.lines[int(rng.integers(len(page.lines)))]
    share = rng.random()
    middle = line.baseline[0] * share + line.baseline[-1] * (1 - share)
    place = np.array([rng.uniform(0.1, 0.9) * width, rng.uniform(0.05, 0.95) * height])
    matrix[:, 2] = place - matrix[:, :2] @ middle
    ready = cv2.GaussianBlur(page.grey, (0, 0), 0.45 / scale) if scale < 0.8 else page.grey
    ground = int(rng.choice((0, 25, 128, 235, 255)))
    light = cv2.warpAffine(ready, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=ground)
    carried = (_carried(each, matrix, scale) for each in page.lines)
    return light.astype(np.float32), tuple(each for each in carried if _in_sight(each))


def _carried(line: LearnedLine, matrix: Points, scale: float) -> LearnedLine:
    turned, shift = matrix[:, :2].T, matrix[:, 2]
    return LearnedLine(line.boundary @ turned + shift, line.baseline @ turned + shift, line.height * scale, line.hand)


def _in_sight(line: LearnedLine) -> bool:
    low, high = line.boundary.min(axis=0), line.boundary.max(axis=0)
    return bool((high > 0).all() and low[0] < SHAPE[1] and low[1] < SHAPE[0])


def _trusted(targets: Targets, light: Light, trust: float) -> Targets:
    """Let ink that the truth may have left out count less."""
    if trust >= 1:
        return targets
    dark = (light < cv2.blur(light, (31, 31)) - 18).astype(np.uint8)
    ink = cv2.dilate(dark, np.ones((9, 9), np.uint8))[::REDUCTION, ::REDUCTION]
    near = cv2.dilate(targets.text, np.ones((3, 3), np.uint8))
    unsure = (near == 0) & (ink > 0)
    return replace(targets, weight=np.where(unsure, targets.weight * np.float32(trust), targets.weight))


def _written_on(
    light: Light, lines: tuple[LearnedLine, ...], scraps: list[Scrap], rng: np.random.Generator
) -> tuple[Light, tuple[LearnedLine, ...]]:
    """Write scraps of handwriting closely above lines, into the space between them, or up the margin."""
    placed = list(lines)
    for _ in range(int(rng.integers(1, 4))):
        scrap = scraps[int(rng.integers(len(scraps)))]
        host = lines[int(rng.integers(len(lines)))] if lines else None
        steep = host is None or rng.random() < 0.25
        if host is None or steep:
            at = np.array([rng.uniform(0, SHAPE[1]), rng.uniform(0, SHAPE[0])])
            size, angle = rng.uniform(7, 14), float(rng.choice((90, -90, 0))) + rng.normal(0, 4)
        else:
            share = rng.random()
            at = host.baseline[0] * share + host.baseline[-1] * (1 - share)
            at = at - (0, host.height * rng.uniform(1.05, 1.9))
            size, angle = host.height * rng.uniform(0.6, 1.1), rng.normal(0, 2)
        scale = size / scrap.line.height
        keep = rng.uniform(0.25, 1.0) if rng.random() < 0.7 else 1.0
        turned = math.radians(angle)
        matrix = np.zeros((2, 3))
        matrix[:, :2] = scale * np.array([[math.cos(turned), math.sin(turned)], [-math.sin(turned), math.cos(turned)]])
        piece = _shortened(scrap, keep)
        matrix[:, 2] = at - matrix[:, :2] @ piece.line.baseline[0]
        line = _carried(piece.line, matrix, scale)
        if not _in_sight(line) or _covers(line, placed):
            continue
        ink = cv2.warpAffine(piece.darkness, matrix, SHAPE[::-1], flags=cv2.INTER_AREA)
        light = light * (1 - np.clip(ink * rng.uniform(0.7, 1.3), 0, 0.95)).astype(np.float32)
        placed.append(line)
    return light, tuple(placed)


def _shortened(scrap: Scrap, share: float) -> Scrap:
    """Keep the first words of a scrap, up to a gap in its ink."""
    width = int(scrap.darkness.shape[1] * share)
    empty = np.flatnonzero(scrap.darkness[:, width:].max(axis=0, initial=0) < 0.1) if share < 1 else np.array([])
    if not len(empty):
        return scrap
    width += int(empty[0])
    boundary, path = scrap.line.boundary.copy(), scrap.line.baseline
    boundary[:, 0] = np.minimum(boundary[:, 0], width)
    order = np.argsort(path[:, 0])
    columns = np.unique(np.append(path[path[:, 0] < width, 0], width))
    if len(columns) < 2:
        return scrap
    heights = np.interp(columns, path[order, 0], path[order, 1])
    line = replace(scrap.line, boundary=boundary, baseline=np.stack([columns, heights], axis=1))
    return Scrap(scrap.darkness[:, :width], line)


def _covers(line: LearnedLine, placed: list[LearnedLine]) -> bool:
    """Tell whether the band of a line would lie upon the band of another by more than a third."""
    for other in placed:
        left = max(line.baseline[:, 0].min(), other.baseline[:, 0].min())
        right = min(line.baseline[:, 0].max(), other.baseline[:, 0].max())
        top = max(line.baseline[:, 1].min() - line.height, other.baseline[:, 1].min() - other.height)
        bottom = min(line.baseline[:, 1].max(), other.baseline[:, 1].max())
        if right > left and bottom - top > 0.35 * min(line.height, other.height):
            return True
    return False


def worn(light: Light, rng: np.random.Generator) -> Grey:
    """Wear a picture as paper, film and scanner do."""
    for share, wear in _WEAR:
        if rng.random() < share:
            light = wear(light, rng)
    grey = np.clip(light, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 75))]
        packed = cv2.imencode(".jpg", grey, quality)[1]
        grey = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return np.asarray(255 - grey if rng.random() < 0.03 else grey, dtype=np.uint8)


def _shown_through(light: Light, rng: np.random.Generator) -> Light:
    """Let the same writing shine through from behind, mirrored and moved."""
    back = np.roll(light[:, ::-1], int(rng.integers(0, light.shape[1])), axis=1)
    back = np.roll(back, int(rng.integers(0, light.shape[0])), axis=0)
    back = np.asarray(cv2.GaussianBlur(back, (0, 0), rng.uniform(0.8, 2.6)), dtype=np.float32)
    paler = np.minimum(back - np.percentile(back, 85), 0)
    return np.asarray(light + np.float32(rng.uniform(0.05, 0.6)) * paler, np.float32)


def _blotted(light: Light, rng: np.random.Generator) -> Light:
    """Leave nothing but black and white, as a photocopy does."""
    ground = cv2.blur(light, (61, 61)) - rng.uniform(8, 30)
    return np.where(light < ground, 0.0, 255.0).astype(np.float32)


def _blurred(light: Light, rng: np.random.Generator) -> Light:
    return np.asarray(cv2.GaussianBlur(light, (0, 0), rng.uniform(0.4, 1.7)), np.float32)


def _exposed(light: Light, rng: np.random.Generator) -> Light:
    curve = np.clip(light / 255, 0, 1) ** math.exp(rng.normal(0, 0.35))
    return np.asarray(255 * curve * rng.uniform(0.4, 1) + rng.uniform(0, 60), np.float32)


def _shaded(light: Light, rng: np.random.Generator) -> Light:
    coarse = rng.normal(0, rng.uniform(5, 35), (4, 5)).astype(np.float32)
    return np.asarray(light + cv2.resize(coarse, light.shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _grainy(light: Light, rng: np.random.Generator) -> Light:
    noise = rng.normal(0, rng.uniform(2, 40), light.shape).astype(np.float32)
    return np.asarray(light + cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.3, 1.2)), np.float32)


def _ruled(light: Light, rng: np.random.Generator) -> Light:
    """Draw scratches, folds and rules across, dark or light."""
    drawn = light.copy()
    for _ in range(int(rng.integers(1, 5))):
        start = (int(rng.integers(0, SHAPE[1])), int(rng.integers(0, SHAPE[0])))
        across = rng.random() < 0.5
        run = int(rng.integers(40, 500))
        end = (
            (start[0] + run, start[1] + int(rng.normal(0, 4)))
            if across
            else (start[0] + int(rng.normal(0, 4)), start[1] + run)
        )
        cv2.line(drawn, start, end, float(rng.choice((0, 40, 255))), int(rng.integers(1, 3)), cv2.LINE_AA)
    share = np.float32(rng.uniform(0.3, 1.0))
    return np.asarray(light * (1 - share) + drawn * share, np.float32)


def _spotted(light: Light, rng: np.random.Generator) -> Light:
    """Strew specks of dust."""
    specks = (rng.random(light.shape) < rng.uniform(0.0005, 0.004)).astype(np.uint8)
    grown = cv2.dilate(specks, np.ones((2, 2), np.uint8)) if rng.random() < 0.5 else specks
    return np.where(grown > 0, np.float32(rng.choice((20, 60, 255))), light).astype(np.float32)


_WEAR = (
    (0.45, _shown_through),
    (0.15, _ruled),
    (0.1, _blotted),
    (0.5, _blurred),
    (0.85, _exposed),
    (0.35, _shaded),
    (0.5, _grainy),
    (0.12, _spotted),
)
