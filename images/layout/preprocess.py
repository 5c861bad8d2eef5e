"""What a page looks like once it is upright, straight, positive and at one letter size: the working frame.

The unit of everything after this module is the x-height: the scale is taken from the letters themselves, so that
nothing downstream depends on the resolution of the scan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box, Size
from images.layout import orientation
from images.layout.orientation import Blots, blots_of
from images.layout.pieces import pieces_of

Grey = NDArray[np.uint8]
Darkness = NDArray[np.float32]
Matrix = NDArray[np.float64]

UNIT = 11.0
"""x-height in pixels of the working frame."""

_EDGE = 0.44
_NOISE = 3.5
_PALE = 0.3
_CLEAR, _PALEST = 0.05, 0.02
_SURVEY_AREA = 2.2e6
_SURVEY_UNIT = 12.0
_COARSEST = 4.0
_WORKING_AREA = 6.0e6
_ROOM = int(3 * UNIT)
_HALF = 127
_UPRIGHT_ENOUGH = 1.0


@dataclass(frozen=True, slots=True)
class Stance:
    """How a page lies: the clockwise quarter turns that lay its lines level, and by how many degrees they then fall to
    the right; None where that is to be found out."""

    quarters: int = 0
    angle: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A page in its working frame: upright, straight, dark on light, letters `UNIT` pixels high.

    `darkness` is 0 for paper and 1 for black, `ink` 1 where there is ink, `pale` 1 where there is as much or as
    little as paper that is clean shows, `frame` 1 outside the sheet; `to_page`
    (2 x 3) carries working coordinates to the page frame, `stance` is how the page was found to lie. `remark` says why
    there is nothing to analyse. `least` is how dark ink is at least, by how noisy the paper is; `enlarged` is how much
    larger than its page's own working frame a view shows letters.
    """

    size: Size
    grey: Grey
    darkness: Darkness
    ink: Grey
    frame: Grey
    to_page: Matrix
    stance: Stance
    pale: Grey
    least: float = 0.0
    remark: str = ""
    enlarged: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """A picture parted into ink, paper and `frame`, which is what lies outside the sheet.

    `darkness`, `ink`, `pale` and `least` are as those of a prepared page; `blots` are the pieces of the ink.
    """

    darkness: Darkness
    ink: Grey
    pale: Grey
    frame: Grey
    least: float
    blots: Blots


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A part of a prepared page, turned; `own` (2 x 3) carries its coordinates to those of the whole."""

    page: Prepared
    own: Matrix
    _turn: Matrix

    def of_ink(self, ink: Grey) -> Grey:
        """Give the part of a plane of 0 and 1 that this view shows."""
        shown = cv2.warpAffine(ink * np.uint8(255), self._turn, self.page.grey.shape[::-1], flags=cv2.INTER_LINEAR)
        return np.asarray(shown > _HALF, dtype=np.uint8)


def prepare(pixels: NDArray[np.uint8], stance: Stance | None = None) -> Prepared:
    """Bring a page of grey or RGB pixels into its working frame.

    How the page lies is read from its ink, unless it is known better.
    """
    page = positive(grey_of(pixels))
    reduction = min(1.0, math.sqrt(_SURVEY_AREA / page.size))
    survey = _resize(page, reduction)
    blots, xheight = _letters_of(survey, reduced=reduction < 1)
    if xheight == 0:
        return _nothing(page, "blank: no letters were found")
    true_height = xheight / reduction
    if true_height < _COARSEST:
        return _nothing(page, f"too coarse: letters are about {true_height:.0f} pixels high, 4 are needed")
    quarters = _quarters(blots, xheight) if stance is None else stance.quarters
    if quarters % 4:
        for _ in range(quarters % 4):
            blots = blots.turned()
        xheight = orientation.letter_height(blots) or xheight
    known = None if stance is None else stance.angle
    angle = orientation.skew(blots, unit=xheight) if known is None else known
    if abs(angle) > _UPRIGHT_ENOUGH:
        # Letters that lean stand in higher boxes than they are.
        _, level_height = _letters_of(_levelled(np.rot90(survey, -quarters), angle), reduced=reduction < 1)
        xheight = level_height or xheight
    factor = min(UNIT * reduction / xheight, math.sqrt(_WORKING_AREA / page.size), 4.0)
    straight, blots = _straighten(page, Stance(quarters, angle), factor=factor)
    if known is None and orientation.upside_down(blots, unit=UNIT):
        return _straighten(page, Stance((quarters + 2) % 4, angle), factor=factor)[0]
    return straight


def turned_view(page: Prepared, box: Box, angle: float, *, scale: float = 1.0) -> View:
    """Show a box of a prepared page, with some room around it, turned so that lines level that fall by `angle` degrees,
    and enlarged by `scale`.

    What lies beyond the page looks like its edge. The ink of an enlarged view is found anew.
    """
    cosine, sine = scale * math.cos(math.radians(angle)), scale * math.sin(math.radians(angle))
    wide = math.ceil(abs(cosine) * box.width + abs(sine) * box.height) + 2 * _ROOM
    high = math.ceil(abs(sine) * box.width + abs(cosine) * box.height) + 2 * _ROOM
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    forth = np.array([[cosine, sine], [-sine, cosine]])
    shift = np.array([wide / 2, high / 2]) - forth @ middle
    # A shift by whole pixels, so that quarter turns only move pixels.
    turn = np.column_stack([forth, np.rint(shift)])

    way = cv2.INTER_LINEAR if scale == 1 else cv2.INTER_CUBIC

    def shown(plane: NDArray[Any], border: int, beyond: float = 0) -> NDArray[Any]:
        return cv2.warpAffine(plane, turn, (wide, high), flags=way, borderMode=border, borderValue=beyond)

    own = np.asarray(cv2.invertAffineTransform(turn), dtype=np.float64)
    darkness = shown(page.darkness, cv2.BORDER_CONSTANT)
    frame = np.asarray(shown(page.frame * np.uint8(255), cv2.BORDER_CONSTANT, 255) > _HALF, dtype=np.uint8)
    ink, pale = (
        np.asarray(shown(plane * np.uint8(255), cv2.BORDER_CONSTANT) > _HALF, dtype=np.uint8)
        for plane in (page.ink, page.pale)
    )
    if scale != 1:
        # By the paper of the whole page: between rows of type there is too little of it to tell how noisy it is.
        ink, pale, _ = _inked(_soft(darkness, UNIT), frame, unit=UNIT, least=page.least)
    part = replace(
        page,
        grey=shown(page.grey, cv2.BORDER_REPLICATE),
        darkness=darkness,
        ink=ink,
        pale=pale,
        frame=frame,
        enlarged=page.enlarged * scale,
        to_page=(np.vstack([page.to_page, [0, 0, 1]]) @ np.vstack([own, [0, 0, 1]]))[:2],
    )
    return View(part, own, turn)


def _quarters(blots: Blots, xheight: float) -> int:
    # Letters that touch each other stand in tall pieces on a page that lies on its side.
    beside = orientation.letter_height(blots.turned())
    return orientation.quarter_turns(blots, unit=min(xheight, beside or xheight))


def _letters_of(survey: Grey, *, reduced: bool) -> tuple[Blots, float]:
    """Give the pieces of ink of a small picture of a page, and the height of small letters; 0 where there are none."""
    unit = _SURVEY_UNIT if reduced else max(5.0, math.sqrt(survey.size) / 130)
    blots = find_ink(survey, unit=unit).blots
    xheight = orientation.letter_height(blots)
    if xheight and not 0.6 * _SURVEY_UNIT <= xheight <= 1.6 * _SURVEY_UNIT:
        blots = find_ink(survey, unit=xheight).blots
        xheight = orientation.letter_height(blots) or xheight
    return blots, xheight


def _levelled(grey: Grey, angle: float) -> Grey:
    """Turn a picture about its middle so that lines level that fall by an angle in degrees."""
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    level = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(level, dtype=np.uint8)


def grey_of(pixels: NDArray[np.uint8]) -> Grey:
    """Give one grey plane of an H x W or H x W x 3 (RGB) array; raises ValueError for any other shape."""
    if pixels.dtype != np.uint8:
        raise ValueError(f"pixels are uint8, not {pixels.dtype}")
    if pixels.ndim == 2 and pixels.size:
        return np.ascontiguousarray(pixels)
    if pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.size:
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    raise ValueError(f"pixels are height x width or height x width x 3 and not empty, not {pixels.shape}")


def positive(grey: Grey) -> Grey:
    """Turn a negative: strokes are lighter than their ground when the fine detail leans to the light side."""
    height, width = grey.shape
    middle = grey[height // 6 : height - height // 6 or height, width // 6 : width - width // 6 or width]
    small = _resize(middle, min(1.0, math.sqrt(5e5 / max(1, middle.size)))).astype(np.float32)
    detail = small - cv2.GaussianBlur(small, (0, 0), 12)
    spread = float(detail.std())
    lean = float((detail * detail * detail).mean()) / spread**3 if spread > 1 else 0.0
    return np.asarray(255 - grey, dtype=np.uint8) if lean > 0.25 else grey


def find_ink(grey: Grey, *, unit: float) -> Parted:
    """Part a picture, whose small letters are `unit` pixels high, into ink, paper and frame."""
    frame = find_frame(grey, unit=unit)
    darkness = _darkness(grey, unit=unit)
    darkness[frame > 0] = 0
    soft = _soft(darkness, unit)
    least = _least(soft, frame)
    ink, pale, blots = _inked(soft, frame, unit=unit, least=least)
    return Parted(darkness, ink, pale, frame, least, blots)


def _soft(darkness: Darkness, unit: float) -> Darkness:
    return np.asarray(cv2.GaussianBlur(darkness, (0, 0), max(0.5, 0.1 * unit)), dtype=np.float32)


def _least(soft: Darkness, frame: Grey) -> float:
    """Give how dark ink is at least: darker than the noise of the paper, which is most of a page."""
    inside = soft[frame == 0]
    if inside.size == 0:
        return 1.0
    sample = inside[:: max(1, inside.size // 200_000)]
    usual = float(np.median(sample))
    return usual + _NOISE * float(np.median(np.abs(sample - usual))) * 1.48


def _inked(soft: Darkness, frame: Grey, *, unit: float, least: float) -> tuple[Grey, Grey, Blots]:
    """Separate ink from paper by how dark it is, smoothed: what is surely ink, what may be pale ink, and the pieces of
    the first. None is in the frame."""
    # Half as dark as the darkest point near by: bold letters do not swell, and pale ones beside them are not lost.
    reach = int(1.1 * unit) | 1
    peak = cv2.GaussianBlur(cv2.dilate(soft, np.ones((reach, reach), np.uint8)), (0, 0), 0.3 * unit)
    strong = (soft > _EDGE * peak) & (frame == 0)
    ink, typical, blots = _clean((strong & (soft > max(_CLEAR, least))).view(np.uint8), soft, unit=unit)
    pale = (strong & (soft > max(_PALEST, _PALE * typical, least))).view(np.uint8)
    return ink, pale, blots


def _clean(ink: Grey, soft: Darkness, *, unit: float) -> tuple[Grey, float, Blots]:
    """Drop specks, and what is far paler than the letters of the page; give how dark those are, and what is left."""
    pieces = pieces_of(ink)
    area, width, height = (pieces.stats[:, i] for i in (cv2.CC_STAT_AREA, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    inked = np.flatnonzero(ink.view(np.bool_))
    numbers = pieces.labels.ravel()[inked]
    total = np.bincount(numbers, weights=soft.ravel()[inked], minlength=len(area))
    mean = total / np.maximum(area, 1)
    letter = (height > 0.5 * unit) & (height < 2.5 * unit) & (width > 0.2 * unit) & (width < 3 * unit)
    letter[0] = False
    typical = (
        float(np.percentile(np.repeat(mean[letter], np.minimum(area[letter], 200) // 10 + 1), 60))
        if letter.any()
        else 0.0
    )
    keep = (area >= 0.03 * unit * unit) & (mean > _PALE * typical)
    keep[0] = False
    kept = np.zeros_like(ink)
    kept.ravel()[inked] = keep[numbers]
    return kept, typical, blots_of(pieces, keep)


def find_frame(grey: Grey, *, unit: float) -> Grey:
    """Mark what lies outside the sheet: dark film or table ground that reaches the edge of the picture."""
    reduction = min(1.0, 3.0 / unit)
    small = cv2.GaussianBlur(_resize(grey, reduction), (0, 0), 1.0)
    paper = float(np.percentile(small, 85))
    dark = (small < 0.5 * paper).astype(np.uint8)
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8), borderValue=0)
    padded = cv2.copyMakeBorder(opened, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    count, labels, _stats, _ = cv2.connectedComponentsWithStats(padded, connectivity=4)
    outside = (labels == labels[0, 0])[1:-1, 1:-1].astype(np.uint8) if count > 1 else np.zeros_like(dark)
    grown = cv2.dilate(outside, np.ones((7, 7), np.uint8)) if outside.any() else outside
    return np.asarray(cv2.resize(grown, grey.shape[::-1], interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _darkness(grey: Grey, *, unit: float) -> Darkness:
    """Darkness against the paper around, from 0 to 1."""
    reduction = min(1.0, 4.0 / unit)
    small = cv2.medianBlur(_resize(grey, reduction), 3)
    ground = cv2.GaussianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (0, 0), 8)
    ground = cv2.resize(ground, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    light = np.asarray(cv2.divide(grey, np.maximum(ground, 1), scale=1.0, dtype=cv2.CV_32F), dtype=np.float32)
    return np.maximum(np.subtract(1, light, out=light), 0, out=light)


def _resize(grey: Grey, factor: float) -> Grey:
    if factor == 1.0:
        return grey
    shape = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    return np.asarray(
        cv2.resize(grey, shape, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC), dtype=np.uint8
    )


def _straighten(page: Grey, stance: Stance, *, factor: float) -> tuple[Prepared, Blots]:
    """Turn, scale and deskew the page; the working frame holds the whole of it. Gives its pieces of ink as well."""
    size, quarters, angle = Size(page.shape[1], page.shape[0]), stance.quarters, stance.angle or 0.0
    shrunk = _resize(page, factor)
    turned = np.ascontiguousarray(np.rot90(shrunk, -quarters))
    height, width = turned.shape
    rotation: Matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), dtype=np.float64)
    cosine, sine = abs(float(rotation[0, 0])), abs(float(rotation[0, 1]))
    wide, high = math.ceil(width * cosine + height * sine), math.ceil(height * cosine + width * sine)
    rotation[:, 2] += [(wide - width) / 2, (high - height) / 2]
    if abs(angle) > 0.03:
        flat = cv2.warpAffine(turned, rotation, (wide, high), flags=cv2.INTER_LINEAR, borderValue=0)
    else:
        rotation, flat = np.eye(3)[:2], turned
    grey = np.asarray(flat, dtype=np.uint8)
    parted = find_ink(grey, unit=UNIT)
    back = np.vstack([cv2.invertAffineTransform(rotation), [0, 0, 1]])
    scale = np.diag([size.width / shrunk.shape[1], size.height / shrunk.shape[0], 1.0])
    to_page = scale @ _turn_back(shrunk.shape[1], shrunk.shape[0], quarters) @ back
    prepared = Prepared(
        size=size,
        grey=grey,
        darkness=parted.darkness,
        ink=parted.ink,
        pale=parted.pale,
        frame=parted.frame,
        to_page=to_page[:2],
        stance=stance,
        least=parted.least,
    )
    return prepared, parted.blots


def _turn_back(width: int, height: int, quarters: int) -> Matrix:
    """Give the map from a picture turned clockwise by quarters to the picture before, of this width and height."""
    match quarters % 4:
        case 0:
            matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case 1:
            matrix = [[0, 1, 0], [-1, 0, height], [0, 0, 1]]
        case 2:
            matrix = [[-1, 0, width], [0, -1, height], [0, 0, 1]]
        case _:
            matrix = [[0, -1, width], [1, 0, 0], [0, 0, 1]]
    return np.array(matrix, dtype=np.float64)


def _nothing(page: Grey, remark: str) -> Prepared:
    empty = np.zeros((1, 1), np.uint8)
    return Prepared(
        size=Size(page.shape[1], page.shape[0]),
        grey=empty,
        darkness=empty.astype(np.float32),
        ink=empty,
        pale=empty,
        frame=empty,
        to_page=np.eye(3)[:2],
        stance=Stance(),
        remark=remark,
    )
