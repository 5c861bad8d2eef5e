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
from images.layout.training.targets import REDUCTION, Targets, band, is_steep, targets_of
from images.layout.training.truth import Points

Grey = NDArray[np.uint8]
Light = NDArray[np.float32]

SHAPE = (384, 512)
"""Height and width of an example in pixels."""

_MILDLY = 0.35
_RARELY = 0.35
_SHORT = 8.0


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
    if scraps and rng.random() < 0.55:
        write = _inserted if rng.random() < 0.5 else _written_on
        light, lines = write(light, lines, scraps, rng)
        both = targets_of(lines, SHAPE)
        targets = replace(both, weight=np.where(both.text > 0, both.weight, np.minimum(both.weight, targets.weight)))
    return Example(planes_of(worn(light, rng)), targets)


def _cut(page: LearnedPage, rng: np.random.Generator) -> tuple[Light, tuple[LearnedLine, ...]]:
    height, width = SHAPE
    scale = math.exp(rng.uniform(-0.4, 0.4))
    lean = float(rng.choice((rng.normal(0, 1.2), rng.uniform(-8, 8), rng.uniform(-30, 30)), p=(0.8, 0.14, 0.06)))
    turn = float(rng.choice((90, -90))) if rng.random() < 0.08 else 0.0
    angle = math.radians(lean + turn)
    matrix = np.zeros((2, 3))
    matrix[:, :2] = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix[1, :2] *= rng.uniform(0.93, 1.07)
    line = _sought(page, rng)
    share = rng.random()
    middle = line.baseline[0] * share + line.baseline[-1] * (1 - share)
    place = np.array([rng.uniform(0.1, 0.9) * width, rng.uniform(0.05, 0.95) * height])
    matrix[:, 2] = place - matrix[:, :2] @ middle
    ready = cv2.GaussianBlur(page.grey, (0, 0), 0.45 / scale) if scale < 0.8 else page.grey
    ground = int(rng.choice((0, 25, 128, 235, 255)))
    light = cv2.warpAffine(ready, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=ground)
    carried = (_carried(each, matrix, scale) for each in page.lines)
    return light.astype(np.float32), tuple(each for each in carried if _in_sight(each))


def _sought(page: LearnedPage, rng: np.random.Generator) -> LearnedLine:
    """Choose a line of a page: in a third of the cases one of a sort that is rare there, if there is any."""
    sorts: dict[object, list[LearnedLine]] = {}
    for line in page.lines:
        sorts.setdefault(_sort(line), []).append(line)
    most = max(len(lines) for lines in sorts.values())
    rare = [lines for lines in sorts.values() if len(lines) < 0.5 * most]
    chosen = rare[int(rng.integers(len(rare)))] if rare and rng.random() < _RARELY else page.lines
    return chosen[int(rng.integers(len(chosen)))]


def _sort(line: LearnedLine) -> object:
    if is_steep(line):
        return "steep"
    length = float(np.hypot(*(line.baseline[-1] - line.baseline[0])))
    return line.hand, length < _SHORT * line.height


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
    """Write scraps of handwriting closely above lines, into the space between them, up the margin, or, leaning, over
    all that stands there."""
    placed = list(lines)
    if rng.random() < 0.3:
        light = _noted(light, placed, scraps, rng)
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
            at = at - (0, host.height * rng.uniform(0.7, 1.9))
            size, angle = host.height * rng.uniform(0.45, 1.1), rng.normal(0, 2)
        keep = rng.uniform(0.1, 1.0) if rng.random() < 0.8 else 1.0
        spot = _Spot(at, size, angle, rng.uniform(0.35, 1.3))
        light = _laid(light, placed, _shortened(scrap, keep), spot, rng)
    return light, tuple(placed)


def _inserted(
    light: Light, lines: tuple[LearnedLine, ...], scraps: list[Scrap], rng: np.random.Generator
) -> tuple[Light, tuple[LearnedLine, ...]]:
    """Write a few words in above typed lines, small and as near to them as hands do, many with a caret."""
    hosts = [line for line in lines if line.hand in (Hand.TYPED, Hand.PRINTED) and not is_steep(line)]
    by_hand = [scrap for scrap in scraps[:: max(1, len(scraps) // 800)] if scrap.line.hand is Hand.HANDWRITTEN]
    if not hosts or not by_hand:
        return _written_on(light, lines, scraps, rng)
    placed, ink = list(lines), rng.uniform(0.25, 1.1)
    for _ in range(int(rng.integers(1, 5))):
        host, scrap = hosts[int(rng.integers(len(hosts)))], by_hand[int(rng.integers(len(by_hand)))]
        along = host.baseline[-1] - host.baseline[0]
        place = host.baseline[0] + along * rng.uniform(0, 0.9)
        angle = math.degrees(math.atan2(-along[1], along[0])) + rng.normal(0, 1.5)
        at = place - np.array((0, host.height * rng.uniform(0.95, 1.9)))
        spot = _Spot(at, host.height * rng.uniform(0.4, 0.85), angle, ink * rng.uniform(0.85, 1.15))
        light = _laid(light, placed, _shortened(scrap, rng.uniform(0.05, 0.5)), spot, rng)
        if rng.random() < 0.6:
            middle = place + along / np.hypot(*along) * host.height * rng.uniform(0, 6)
            light = _caret(light, middle, host.height, rng)
    return light, tuple(placed)


def _caret(light: Light, at: Points, height: float, rng: np.random.Generator) -> Light:
    """Draw a caret at a point of a baseline, its tip up or down."""
    wide, tall = height * rng.uniform(0.3, 0.7), height * rng.uniform(0.8, 1.6)
    x, low = float(at[0]), float(at[1]) + height * rng.uniform(0, 0.5)
    tip, ends = (low, low - tall) if rng.random() < 0.6 else (low - tall, low)
    path = np.array([(x - wide, ends + rng.normal(0, 1)), (x, tip), (x + wide, ends + rng.normal(0, 1))])
    drawn = light.copy()
    shade = float(np.percentile(light, 2)) * rng.uniform(0.8, 1.8)
    cv2.polylines(drawn, [np.round(path * 16).astype(np.int32)], False, shade, int(rng.integers(1, 3)), cv2.LINE_AA, 4)
    return np.minimum(light, drawn)


@dataclass(frozen=True, slots=True, eq=False)
class _Spot:
    """Where the baseline of a scrap is to begin, how high its small letters shall be, by how many degrees it rises,
    and how many times as dark as it was it shall be."""

    at: Points
    size: float
    angle: float
    ink: float


def _noted(light: Light, placed: list[LearnedLine], scraps: list[Scrap], rng: np.random.Generator) -> Light:
    """Write some lines of one hand below each other, rising or falling."""
    chosen = scraps[int(rng.integers(len(scraps)))]
    like = [scrap for scrap in scraps[:: max(1, len(scraps) // 400)] if scrap.line.hand is chosen.line.hand]
    angle, size, ink = rng.uniform(-10, 40), rng.uniform(6, 14), rng.uniform(0.35, 1.3)
    leaning = math.radians(angle)
    step = size * rng.uniform(1.7, 2.6) * np.array((math.sin(leaning), math.cos(leaning)))
    at = np.array([rng.uniform(0, 0.5 * SHAPE[1]), rng.uniform(0.1, 0.8) * SHAPE[0]])
    for _ in range(int(rng.integers(2, 5))):
        scrap = _shortened(like[int(rng.integers(len(like)))] if like else chosen, rng.uniform(0.3, 1.0))
        light = _laid(light, placed, scrap, _Spot(at, size, angle + rng.normal(0, 1), ink), rng)
        at = at + step + rng.normal(0, 4, 2) * (1, 0.2)
    return light


def _laid(light: Light, placed: list[LearnedLine], scrap: Scrap, spot: _Spot, rng: np.random.Generator) -> Light:
    """Lay a scrap onto a picture and add its line to those placed, unless it would cover others of its hand."""
    scale, turned = spot.size / scrap.line.height, math.radians(spot.angle)
    matrix = np.zeros((2, 3))
    matrix[:, :2] = scale * np.array([[math.cos(turned), math.sin(turned)], [-math.sin(turned), math.cos(turned)]])
    matrix[:, 2] = spot.at - matrix[:, :2] @ scrap.line.baseline[0]
    line = _carried(scrap.line, matrix, scale)
    if not _in_sight(line) or _covers(line, [other for other in placed if other.hand is line.hand]):
        return light
    if rng.random() < 0.4 and _covers(line, placed):
        return light
    placed.append(line)
    ready = cv2.GaussianBlur(scrap.darkness, (0, 0), 0.45 / scale) if scale < 0.8 else scrap.darkness
    ink = cv2.warpAffine(ready, matrix, SHAPE[::-1], flags=cv2.INTER_LINEAR)
    return np.asarray(light * (1 - np.clip(ink * spot.ink, 0, 0.95)), np.float32)


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
    if width < 1 or len(columns) < 2:
        return scrap
    heights = np.interp(columns, path[order, 0], path[order, 1])
    line = replace(scrap.line, boundary=boundary, baseline=np.stack([columns, heights], axis=1))
    return Scrap(scrap.darkness[:, :width], line)


def _covers(line: LearnedLine, placed: list[LearnedLine]) -> bool:
    """Tell whether the band of a line would lie upon the bands of others by more than a tenth."""
    if not placed:
        return False
    own, taken = np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8)
    cv2.fillPoly(own, [np.round(band(line, above=1.0, below=0.0, beyond=0.0)).astype(np.int32)], 1)
    cv2.fillPoly(
        taken, [np.round(band(other, above=1.0, below=0.0, beyond=0.0)).astype(np.int32) for other in placed], 1
    )
    return bool((own & taken).sum() > 0.1 * own.sum())


def worn(light: Light, rng: np.random.Generator) -> Grey:
    """Wear a picture as paper, film and scanner do; some pictures only a little."""
    often = 0.3 if rng.random() < _MILDLY else 1.0
    for share, wear in _WEAR:
        if rng.random() < share * often:
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
    back = np.asarray(cv2.GaussianBlur(back, (0, 0), rng.uniform(1.0, 2.6)), dtype=np.float32)
    paler = np.minimum(back - np.percentile(back, 85), 0)
    return np.asarray(light + np.float32(rng.uniform(0.05, 0.5)) * paler, np.float32)


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


def _faded(light: Light, rng: np.random.Generator) -> Light:
    """Bleach the ink in patches as large as words or letters."""
    grain = rng.uniform(8, 60)
    coarse = rng.normal(0, 1, (max(2, int(SHAPE[0] / grain)), max(2, int(SHAPE[1] / grain)))).astype(np.float32)
    field = cv2.resize(coarse, light.shape[::-1], interpolation=cv2.INTER_CUBIC)
    paper = np.float32(np.percentile(light[::4, ::4], 80))
    gone = np.clip(rng.uniform(0.1, 0.6) + 0.35 * field, 0, 0.85)
    return np.asarray(np.where(light < paper, light + (paper - light) * gone, light), np.float32)


def _crossed(light: Light, rng: np.random.Generator) -> Light:
    """Draw a pen through words: short strokes, level or slanting, a little bent."""
    drawn = light.copy()
    shade = float(np.percentile(light, 2)) * rng.uniform(0.6, 1.2)
    for _ in range(int(rng.integers(1, 6))):
        start = np.array([rng.uniform(0, SHAPE[1]), rng.uniform(0, SHAPE[0])])
        length, angle = rng.uniform(15, 150), rng.normal(0, 0.25) if rng.random() < 0.8 else rng.uniform(-1.6, 1.6)
        along = np.linspace(0, 1, 8)[:, None] * length * np.array([math.cos(angle), math.sin(angle)])
        path = start + along + np.cumsum(rng.normal(0, 0.7, (8, 2)), axis=0)
        cv2.polylines(drawn, [np.round(path * 16).astype(np.int32)], False, shade, int(rng.integers(1, 4)),
                      cv2.LINE_AA, 4)  # fmt: skip
    return np.minimum(light, drawn)


def _spotted(light: Light, rng: np.random.Generator) -> Light:
    """Strew specks of dust."""
    specks = (rng.random(light.shape) < rng.uniform(0.0005, 0.004)).astype(np.uint8)
    grown = cv2.dilate(specks, np.ones((2, 2), np.uint8)) if rng.random() < 0.5 else specks
    return np.where(grown > 0, np.float32(rng.choice((20, 60, 255))), light).astype(np.float32)


_WEAR = (
    (0.1, _faded),
    (0.12, _crossed),
    (0.22, _shown_through),
    (0.15, _ruled),
    (0.1, _blotted),
    (0.5, _blurred),
    (0.85, _exposed),
    (0.35, _shaded),
    (0.5, _grainy),
    (0.12, _spotted),
)
