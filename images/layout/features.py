"""What the ink of one line looks like, as numbers: strokes, letters, pitch, slant."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.lines import letter_zone
from images.layout.pieces import pieces_of
from images.layout.pitch import coherence, find_pitch
from images.layout.preprocess import UNIT, Prepared
from images.layout.traces import Trace, profile, strip

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

NAMES = (
    "length",
    "stroke",
    "stroke_spread",
    "letter_height",
    "letter_spread",
    "joined",
    "letters",
    "density",
    "tall",
    "foot_scatter",
    "pitch",
    "upright",
    "slant",
    "sharpness",
    "darkness",
    "height",
    "certainty",
    "edge",
    "lean",
    "framed",
    "company",
    "within",
    "folio",
    "typed",
    "handwritten",
    "stamp",
    "closer",
    "paler",
    "blurred",
    "unsure",
)
"""The order of the numbers that `features_of` gives."""

_AGAINST_PAGE = ("darkness", "sharpness", "certainty")
_MOST = 0.7
_THIN = 0.55
_ROUND = 0.75
_ABOVE, _BELOW = 2.0, 1.4


@dataclass(frozen=True, slots=True, eq=False)
class PageInk:
    """What features are taken from: ink, who owns it (line numbers from 1), darkness, and what is common to the page.

    `pitch` is the distance of letters in pixels, 0 where there is none; `far` the distance of each pixel from the
    frame or the edge of the picture; `boxed` is 1 inside a drawn frame, such as a stamp's; `enlarged` how much closer
    than usual the page is looked at.
    """

    owners: NDArray[np.int32]
    darkness: NDArray[np.float32]
    far: NDArray[np.float32]
    boxed: Ink
    pitch: float
    usual_darkness: float
    text: Ink
    enlarged: float


def page_ink(traces: list[Trace], text: Ink, owners: NDArray[np.int32], page: Prepared) -> PageInk:
    """Gather what is common to a page; `text` is its ink without strokes."""
    frame, darkness, all_ink = page.frame, page.darkness, page.ink
    open_ground = cv2.copyMakeBorder(1 - frame, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    far = cv2.distanceTransform(open_ground, cv2.DIST_L2, 3)[1:-1, 1:-1]
    owners = np.where(text > 0, owners, 0).astype(np.int32)
    written = darkness[owners > 0]
    return PageInk(
        owners=owners,
        darkness=darkness,
        far=np.asarray(far, dtype=np.float32),
        boxed=find_boxed(all_ink),
        pitch=find_pitch(profile(trace, text) for trace in traces),
        text=text,
        enlarged=page.enlarged,
        usual_darkness=float(np.percentile(written[:: max(1, written.size // 100_000)], 60)) if written.size else 1.0,
    )


def features_of(traces: list[Trace], page: PageInk) -> Numbers:
    """Give the features of each line, lines x names."""
    company = _company(traces)
    found = [
        [*_features(trace, number, page), *company[number - 1], *trace.hand.tolist(), page.enlarged - 1]
        for number, trace in enumerate(traces, start=1)
    ]
    alone = np.array(found, dtype=np.float64).reshape(len(traces), len(NAMES) - len(_AGAINST_PAGE))
    return np.column_stack([alone, _against_page(alone, np.array([len(trace.middle) for trace in traces]))])


def _against_page(values: Numbers, lengths: NDArray[np.int64]) -> Numbers:
    """Give how far darkness, sharpness and certainty of each line fall short of what most of its page's writing has.

    Show-through falls short in all three, however pale the page itself is.
    """
    short = np.zeros((len(values), len(_AGAINST_PAGE)))
    for place, name in enumerate(_AGAINST_PAGE):
        column = values[:, NAMES.index(name)]
        order = np.argsort(column)
        if len(column):
            reached = np.cumsum(lengths[order]) >= _MOST * lengths.sum()
            short[:, place] = column / max(1e-6, float(column[order][int(reached.argmax())])) - 1
    return short


def _features(trace: Trace, number: int, page: PageInk) -> list[float]:
    offsets = np.arange(-int(_ABOVE * UNIT), int(_BELOW * UNIT) + 1)
    middle = offsets[len(offsets) // 2]
    above, below = _ABOVE * UNIT, _BELOW * UNIT
    ink = (strip(page.owners, trace, above=above, below=below) == number).view(np.uint8)
    dark = strip(page.darkness, trace, above=above, below=below)
    area = int(ink.sum())
    if area < 4:
        return [0.0] * (len(NAMES) - 10)
    length = ink.shape[1]
    stroke, stroke_spread = _strokes(ink)
    height, spread, joined, letters, scatter = _letters(ink, offsets)
    inked = ink.any(axis=0)
    extent = _extent(ink)
    upright, slant, sharpness = _directions(ink, dark)
    head, foot = letter_zone(trace, page.text)
    core = np.abs(offsets) <= 0.5 * UNIT
    return [
        float(np.log(length / UNIT + 0.1)),
        stroke / UNIT,
        stroke_spread,
        height / UNIT,
        spread / UNIT,
        joined,
        min(2.0, letters * UNIT / length),
        float(ink[core].mean()),
        float((extent[inked] > 0.55 * UNIT).mean()),
        scatter / UNIT,
        coherence(np.minimum(ink[core].sum(axis=0).astype(np.float64), 4), page.pitch),
        upright,
        slant,
        sharpness,
        float(dark[ink > 0].mean()) / max(0.05, page.usual_darkness),
        (foot - head) / UNIT,
        trace.certainty,
        min(4.0, float(strip(page.far, trace, above=-middle, below=middle).mean()) / UNIT) / 4,
        min(0.3, abs(trace.slope)),
        float(strip(page.boxed, trace, above=-middle, below=middle).mean()),
    ]


def _company(traces: list[Trace]) -> list[list[float]]:
    """How each line stands to the long ones of its page.

    How many of them are right above or below (at most 2); its share between their ends; and whether it is short and
    stands alone above or below all of them, as a page number does.
    """
    long = [trace for trace in traces if len(trace.middle) > 10 * UNIT]
    if not long:
        return [[0.0, 0.0, 0.0] for _ in traces]
    starts, ends = np.array([trace.start for trace in long]), np.array([trace.end for trace in long])
    middles, lengths = np.array([float(trace.middle.mean()) for trace in long]), ends - starts
    left, right = float(np.percentile(starts, 10)), float(np.percentile(ends, 90))
    out = []
    for trace in traces:
        middle = float(trace.middle.mean())
        shared = np.minimum(ends, trace.end) - np.maximum(starts, trace.start)
        away = np.abs(middles - middle)
        near = (shared > 0.5 * np.minimum(lengths, len(trace.middle))) & (away > UNIT) & (away < 5 * UNIT)
        inside = max(0.0, min(trace.end, right) - max(trace.start, left)) / max(1, len(trace.middle))
        outermost = middle < middles.min() - UNIT or middle > middles.max() + UNIT
        folio = outermost and len(trace.middle) < 8 * UNIT and inside > 0.9 and away.min() < 15 * UNIT
        out.append([float(min(2, int(near.sum()))), inside, float(folio)])
    return out


def find_boxed(ink: Ink) -> Ink:
    """Mark the insides of drawn frames: hollow outlines of the size of a stamp, whole or broken into strokes."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    boxed = np.zeros_like(ink)
    for outlines, least in ((closed, 0.0), (_outline_pieces(ink), _ROUND)):
        pieces = pieces_of(np.asarray(outlines, dtype=np.uint8))
        wide, high, area = (pieces.stats[:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
        large = (wide > 6 * UNIT) & (wide < 50 * UNIT) & (high > 2.5 * UNIT) & (high < 30 * UNIT)
        for label in np.flatnonzero(large & (area < 0.25 * wide * high)):
            left, top, width, height, own = (int(v) for v in pieces.stats[label])
            where = (slice(top, top + height), slice(left, left + width))
            boxed[where] |= _inside((pieces.labels[where] == label).astype(np.uint8), own, least)
    return boxed


def _inside(outline: Ink, area: int, least: float) -> Ink:
    """Give the inside of an outline; nothing where it is not hollow, or goes round less than `least` of its hull."""
    hull = cv2.convexHull(cv2.findNonZero(outline))
    filled = cv2.fillConvexPoly(np.zeros_like(outline), hull, 1)
    rim = cv2.polylines(np.zeros_like(outline), [hull], True, 1)
    thickness = area / max(1.0, cv2.arcLength(hull, True))
    reach = int(max(0.9 * UNIT, 2 * thickness + 0.4 * UNIT))
    kernel = np.ones((reach, reach), np.uint8)
    inner: Ink = np.asarray(cv2.erode(filled, kernel, borderValue=0), dtype=np.uint8)
    hollow = outline[inner > 0].sum() < 0.15 * area and inner.sum() > 0.4 * outline.size
    round_it = cv2.dilate(outline, np.ones((9, 9), np.uint8))[rim > 0].mean() > least
    return inner if hollow and round_it else np.zeros_like(outline)


def _outline_pieces(ink: Ink) -> Ink:
    """Give the thin straight strokes of the ink, and what is thin and turns a corner, with the gaps between closed."""
    pieces = np.zeros_like(ink)
    found = pieces_of(ink)
    wide, high, area = (found.stats[:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    for label in np.flatnonzero((np.maximum(wide, high) > 1.3 * UNIT) & (area < 0.4 * UNIT * (wide + high))):
        left, top, width, height, _ = (int(v) for v in found.stats[label])
        where = (slice(top, top + height), slice(left, left + width))
        own = (found.labels[where] == label).astype(np.uint8)
        thickness, length = sorted(cv2.minAreaRect(cv2.findNonZero(own))[1])
        if min(width, height) > 2.2 * UNIT or (thickness < _THIN * UNIT and length > 4 * thickness):
            pieces[where] |= own
    reach = int(1.8 * UNIT) | 1
    return np.asarray(cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)), dtype=np.uint8)


def _strokes(ink: Ink) -> tuple[float, float]:
    """Stroke width in pixels, and its spread as a share of it."""
    inside = cv2.distanceTransform(cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT), cv2.DIST_L2, 3)
    ridge = (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8))) & (inside > 0)
    widths = 2 * inside[ridge]
    return float(np.median(widths)), float(widths.std() / widths.mean())


def _letters(ink: Ink, offsets: NDArray[np.int64]) -> tuple[float, float, float, float, float]:
    """Median height and spread of heights, share of ink in long components, their number, scatter of their feet."""
    _count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    stats = stats[1:][stats[1:, cv2.CC_STAT_AREA] > 0.04 * UNIT * UNIT]
    if not len(stats):
        return 0.0, 0.0, 0.0, 0.0, 0.5 * UNIT
    height, width, area = stats[:, 3].astype(float), stats[:, 2].astype(float), stats[:, 4].astype(float)
    feet = offsets[0] + stats[:, 1] + height
    grown = height > 0.5 * UNIT
    low, high = np.percentile(height, (20, 80))
    scatter = float(np.median(np.abs(feet[grown] - np.median(feet[grown])))) if grown.sum() >= 3 else 0.25 * UNIT
    joined = float(area[width > 2.4 * UNIT].sum() / area.sum())
    return float(np.median(height)), float(high - low), joined, float(grown.sum()), scatter


def _extent(ink: Ink) -> Numbers:
    """Height from the highest to the lowest ink of each column."""
    first = ink.argmax(axis=0)
    last = ink.shape[0] - ink[::-1].argmax(axis=0)
    return np.where(ink.any(axis=0), last - first, 0).astype(np.float64)


def _directions(ink: Ink, dark: NDArray[np.float32]) -> tuple[float, float, float]:
    """How far edges lie along the axes (1: all of them), how far strokes lean (positive to the right), how sharp they
    are against the darkness of the ink."""
    shown = np.ascontiguousarray(dark) * cv2.dilate(ink, np.ones((3, 3), np.uint8))
    across, down = cv2.Sobel(shown, cv2.CV_32F, 1, 0), cv2.Sobel(shown, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    angle = np.arctan2(down, across)
    total = float(strength.sum()) + 1e-6
    upright = float((strength * np.cos(4 * angle)).sum()) / total
    slant = float((strength * np.sin(2 * angle)).sum()) / total
    return upright, slant, 0.1 * total / (float(shown[ink > 0].sum()) + 1e-6)
