"""Inks of another colour than most of a page's writing: taken apart from it, and looked at by themselves.

A red pencil, a violet stamp and black type in one place are one blot in grey. In colour they come apart: paper and one
ink mix linearly, so what an ink absorbs stands in one proportion of red, green and blue, wherever it is thin or thick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout import strokes
from images.layout.leaning import Place, clusters, is_sound, places_in, turned_look
from images.layout.look import Found, Look, clarity
from images.layout.maps import MAP_HANDS, Network
from images.layout.page import Hand
from images.layout.preprocess import UNIT, Prepared, find_ink

Ink = NDArray[np.uint8]
Plane = NDArray[np.float32]

_COLOURLESS = 12
_TINT = 0.035
_SMOOTH = 0.12
_UNDER = 7
_IMPURE = 0.12
_LEAST_USUAL = 0.2
_ROOM = 3.0
_NOISES = 5.0
_DARKEST, _STRONG = 0.75, 0.3
_OWN = 0.7
_MIXED = 0.5
_CLEARER = 1.06
_FRINGE = 3
_FREE = 0.6
_SURE = 0.8
_NEAR = 3.0
_LEAST, _CLEAR = 0.2, 0.6
_CERTAIN = 0.85
_EDGE = 7
_STAYS = 0.5
_OVER = 0.15
_PARTLY = 0.3
_SHARED = 0.6
_INSIDE = 0.8
_CONFLICT = 0.3
_HALF = 0.5
_HANDWRITTEN = MAP_HANDS.index(Hand.HANDWRITTEN)


def look_at_other_ink(pixels: NDArray[np.uint8], seen: Look, network: Network) -> tuple[Look, tuple[Found, ...]]:
    """Look at what of a typed page is in another colour, where the first look took it together with other ink, or in
    pieces.

    `pixels` are those of the page, `seen` is the first look at it. Gives what remains of that, and the lines in the
    other ink.
    """
    other = other_ink(pixels, seen.page) if _is_typed(seen) else None
    return (seen, ()) if other is None else _look_at(other, seen, network)


def other_ink(pixels: NDArray[np.uint8], page: Prepared) -> Prepared | None:
    """Show only what is written in another colour than most of a page, in the page's working frame.

    Gives None for pages in grey, and where there is no such ink of the size of a word.
    """
    if pixels.ndim == 2 or _is_grey(pixels):
        return None
    tint = _tint(_in_frame(pixels, page), page)
    left, top, width, height = cv2.boundingRect((tint > 0).astype(np.uint8))
    if width < UNIT or height < _HALF * UNIT:
        return None
    room = int(_ROOM * UNIT)
    area = (slice(max(0, top - room), top + height + room), slice(max(0, left - room), left + width + room))
    # Where type runs over a stroke of another ink, the stroke goes on under it.
    whole = cv2.morphologyEx(
        tint[area], cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_UNDER, _UNDER))
    )
    strongest = max(_STRONG, float(np.percentile(tint[tint > 0], 98)))
    shown = 255 * (1 - np.minimum(1.0, _DARKEST / strongest * np.where(page.ink[area] > 0, whole, tint[area])))
    grey, ink, darkness = np.full_like(page.grey, 255), np.zeros_like(page.ink), np.zeros_like(page.darkness)
    grey[area] = shown.astype(np.uint8)
    parted = find_ink(grey[area], unit=UNIT)
    ink[area], darkness[area] = parted.ink, parted.darkness
    ink[page.frame > 0] = 0
    return replace(page, grey=grey, darkness=darkness, ink=ink) if ink.any() else None


def _look_at(other: Prepared, seen: Look, network: Network) -> tuple[Look, tuple[Found, ...]]:
    text, plain = _without_strokes(other.ink)
    black = _usual_ink(seen.page, other)
    beside = 1 - cv2.dilate(black, np.ones((_FRINGE, _FRINGE), np.uint8))
    shares = _shares(seen, other.ink, black)
    gone: set[int] = set()
    found: list[Found] = []
    claimed = np.zeros_like(text)
    for place in places_in(_doubtful(text, shares, seen)):
        inked = float(place.ink.sum())
        over = float(black[place.area].sum()) > _OVER * inked
        if float((place.ink * beside[place.area]).sum()) < _FREE * inked or not (over or place.angles[0]):
            continue
        again = turned_look(place, place.angles[0], other, plain, network, _LEAST).lines
        grown = _grown(place)
        pieces = {i for i in grown.lines_of(seen) if shares[i] > _MIXED} | _same_as(again, seen, shares)
        again = tuple(line for line in again if _is_clear(line) and not _is_within(line, seen, pieces, black))
        if clarity(again) <= _CLEARER * clarity([seen.lines[i] for i in pieces]):
            continue
        gone |= pieces
        found += _by_one_hand(again) if over else again
        claimed[place.area] |= grown.ink & (1 - black[place.area])
    return seen.without(gone, claimed), tuple(found)


def _without_strokes(ink: Ink) -> tuple[Ink, Ink]:
    """Give some ink without free strokes, and without any."""
    left, top, width, height = cv2.boundingRect(ink)
    area = (slice(top, top + height), slice(left, left + width))
    text, plain = np.zeros_like(ink), np.zeros_like(ink)
    _, text[area], plain[area] = strokes.find_runs(np.ascontiguousarray(ink[area]))
    return text, plain


def _is_typed(seen: Look) -> bool:
    """Tell whether most of a page is typed: by hand, other ink is a word of the same line more often than not."""
    typed = sum(line.length for line in seen.lines if line.hand is Hand.TYPED)
    return typed > 0.5 * sum(line.length for line in seen.lines)


def _usual_ink(page: Prepared, other: Prepared) -> Ink:
    """Give the ink that stays where the other colour is taken away."""
    usual = float(np.percentile(page.darkness[page.ink > 0], 60))
    rest = page.darkness - other.darkness
    return np.asarray(page.ink * (rest > _STAYS * np.maximum(usual, page.darkness)), dtype=np.uint8)


def _doubtful(text: Ink, shares: NDArray[np.float64], seen: Look) -> Ink:
    """Give the coloured ink that is not in a long level line of its own, with what stands near it."""
    own = [i for i, line in enumerate(seen.lines) if is_sound(line) and line.shape.confidence > _SURE]
    sound = np.zeros(len(seen.lines) + 1, np.uint8)
    sound[[i + 1 for i in own if shares[i] > _OWN]] = 1
    loose = np.asarray(text * (1 - sound[seen.owners]), dtype=np.uint8)
    around = np.zeros_like(text)
    for box, _ in clusters(loose):
        room = int(_NEAR * UNIT)
        around[max(0, box.y - room) : box.bottom + room, max(0, box.x - room) : box.right + room] = 1
    return np.asarray(text * around, dtype=np.uint8)


def _grown(place: Place) -> Place:
    """Give a place with the pale edges of its ink."""
    return replace(place, ink=np.asarray(cv2.dilate(place.ink, np.ones((_EDGE, _EDGE), np.uint8)), dtype=np.uint8))


def _is_clear(line: Found) -> bool:
    """Tell whether a line is likely, or seen with much certainty: nothing else is written in its ink there."""
    return line.shape.confidence > _CLEAR or line.shape.trace.certainty > _CERTAIN


def _same_as(again: Sequence[Found], seen: Look, shares: NDArray[np.float64]) -> set[int]:
    """Give the lines of the first look that are much the same as one of these."""
    return {
        i
        for i, line in enumerate(seen.lines)
        if shares[i] > _PARTLY and any(_is_same(_extent(line), _extent(other)) for other in again)
    }


def _extent(line: Found) -> tuple[float, float, float, float]:
    shape = line.shape
    points = line.carried(np.stack([shape.nodes, shape.base - shape.height / 2], 1))
    return float(points[:, 0].min()), float(points[:, 0].max()), float(points[:, 1].mean()), shape.height


def _is_same(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared > _SHARED * max(a[1] - a[0], b[1] - b[0]) and abs(a[2] - b[2]) < 0.6 * max(a[3], b[3])


def _is_within(line: Found, seen: Look, pieces: set[int], black: Ink) -> bool:
    """Tell whether a line is a stretch of one of the first look, but `pieces`, with no other ink there."""
    left, right, middle, height = _extent(line)
    for i, other in enumerate(seen.lines):
        if i in pieces:
            continue
        start, end, at, high = _extent(other)
        if min(right, end) - max(left, start) > _INSIDE * (right - left) and abs(at - middle) < 0.6 * max(height, high):
            columns = slice(max(0, int(left)), max(0, int(right)) + 1)
            own = seen.owners[:, columns] == i + 1
            if float((black[:, columns] * own).sum()) < _CONFLICT * float(own.sum()):
                return True
    return False


def _by_one_hand(lines: Sequence[Found]) -> Sequence[Found]:
    """Let lines over other writing, in an ink of their own, be all by hand or all stamped: typewriters have one ink."""
    if not lines:
        return lines
    chances = np.sum([line.length * line.shape.hand for line in lines], axis=0)
    by_hand = chances[_HANDWRITTEN] > _HALF * chances.sum()
    hand = Hand.HANDWRITTEN if by_hand else Hand.STAMP
    return [line.in_hand(hand) for line in lines]


def _shares(seen: Look, coloured: Ink, usual: Ink) -> NDArray[np.float64]:
    """Give for each line the share of coloured ink in it."""
    size = len(seen.lines) + 1
    some, rest = (np.bincount(seen.owners[ink > 0], minlength=size)[1:] for ink in (coloured, usual))
    return np.asarray(some / np.maximum(1, some + rest))


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    few = pixels[::8, ::8].astype(np.int16)
    return bool(np.percentile(few.max(axis=2) - few.min(axis=2), 99.9) < _COLOURLESS)


def _in_frame(pixels: NDArray[np.uint8], page: Prepared) -> NDArray[np.uint8]:
    """Carry a picture into the working frame of its page."""
    height, width = page.grey.shape
    reduction = int(max(1.0, np.sqrt(abs(np.linalg.det(page.to_page[:, :2])))))
    size = (pixels.shape[1] // reduction, pixels.shape[0] // reduction)
    # By whole numbers, which is several times faster than by the exact scale.
    small = (
        pixels
        if reduction == 1
        else cv2.resize(pixels[: size[1] * reduction, : size[0] * reduction], size, interpolation=cv2.INTER_AREA)
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    carried = cv2.warpAffine(
        small, page.to_page / reduction, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(carried, dtype=np.uint8)


def _tint(picture: NDArray[np.uint8], page: Prepared) -> Plane:
    """Give how much each point absorbs otherwise than the page's usual ink, 0 to 1."""
    absorbed = _absorbed(picture)
    inked = np.stack([plane[page.ink > 0] for plane in absorbed])[:, ::3].astype(np.float32)
    if not inked.size:
        return np.zeros_like(page.darkness)
    mean = inked.mean(axis=0)
    usual = np.median(inked[:, mean >= np.median(mean)], axis=1)
    usual = np.maximum(usual / max(1.0, float(usual.mean())), _LEAST_USUAL)
    red, green, blue = (cv2.multiply(plane, 1 / share) for plane, share in zip(absorbed, usual.tolist(), strict=True))
    most, least = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    # Of three values the middle one is near their mean; between the ends, it is not worth its time.
    dark = cv2.addWeighted(most, _IMPURE / 2, least, _IMPURE / 2, 0)
    tint = cv2.subtract(cv2.subtract(most, least), dark).astype(np.float32) / 255
    smooth = cv2.GaussianBlur(tint, (0, 0), _SMOOTH * UNIT)
    sample = smooth[::3, ::3][page.frame[::3, ::3] == 0]
    middle = float(np.median(sample))
    noise = 1.48 * float(np.median(np.abs(sample - middle)))
    threshold = max(_TINT, middle + _NOISES * noise)
    return np.asarray(tint * np.clip(3 * (smooth / threshold - 1), 0, 1), dtype=np.float32)


def _absorbed(picture: NDArray[np.uint8]) -> tuple[Ink, ...]:
    """Give what each point absorbs of the light that its paper gives back, a plane for each colour, 0 to 255."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_LINEAR)
    paper = cv2.GaussianBlur(cv2.dilate(cv2.medianBlur(small, 3), np.ones((9, 9), np.uint8)), (0, 0), 8)
    ground = cv2.resize(np.maximum(paper, 8), (width, height), interpolation=cv2.INTER_LINEAR)
    light = cv2.divide(picture, ground, scale=255)
    return tuple(np.asarray(plane, dtype=np.uint8) for plane in cv2.split(cv2.bitwise_not(light)))
