"""Writing that does not lie level on its page: where there seems to be some, and a second look at it.

Notes lean, stamps lie as they were pressed, and lines in the margin run up or down. Each such place is turned level
and looked at once more, and what is seen there takes the place of the pieces that were found of it before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box
from images.layout.closer import look_closer
from images.layout.confidence import LEAST
from images.layout.lines import upright_odds
from images.layout.look import Found, Look, clarity, look
from images.layout.maps import Maps, Network
from images.layout.pieces import pieces_of
from images.layout.preprocess import UNIT, Prepared, turned_view

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_SOUND_LENGTH, _SOUND_SLOPE = 12.0, 0.035
_STEEPEST = 46.0
_LEAST = 3.5
_CLEARER = 1.06
_SHARPER, _MUCH_SHARPER, _CLEAR_LEAN = 1.06, 1.15, 6.5
_ALIKE, _NEAR = 6.0, 3.0
_MOST_POINTS = 4000
_CLEARLY = 0.35
_SHORTEST = 3
_STRANGER = 0.5
_UP, _DOWN = -90.0, 90.0
_TOLD, _FROM_BELOW = 1.0, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Ink that may lean: its box in the working frame, the ink itself in that box, and the angles in degrees by which
    its lines may fall to the right."""

    box: Box
    ink: Ink
    angles: tuple[float, ...]

    @property
    def area(self) -> tuple[slice, slice]:
        """Where the box lies in a plane of the working frame."""
        return slice(self.box.y, self.box.bottom), slice(self.box.x, self.box.right)

    def lines_of(self, seen: Look) -> set[int]:
        """Give the lines most of whose ink is in this place."""
        inside = seen.owners[self.area][self.ink > 0]
        here = np.bincount(inside, minlength=len(seen.inked))
        most = here > _STRANGER * seen.inked
        return {int(number) - 1 for number in np.flatnonzero(most[1:]) + 1}


def look_again(seen: Look, network: Network) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """Look again at what may lean on a page. Give the level lines that remain, and those that lean."""
    gone: set[int] = set()
    found: list[Found] = []
    taken = (seen.owners > 0).astype(np.uint8)
    leaning = np.zeros_like(taken)
    for place in leaning_places(seen):
        pieces = place.lines_of(seen)
        place = _without_others(place, seen, pieces)
        again = turned_look(place, place.angles[0], seen.page, seen.plain, network).lines
        if clarity(again) > _CLEARER * clarity([seen.lines[i] for i in pieces]):
            gone |= pieces
            found += again
            leaning[place.area] |= place.ink
    for place in steep_places(seen, taken | leaning):
        steep = _clearest(place, seen, network)
        found += steep
        if steep:
            leaning[place.area] |= place.ink
    closer = look_closer(seen, network, leaning)
    gone |= closer.gone
    found += closer.found
    return tuple(line for i, line in enumerate(seen.lines) if i not in gone), tuple(found)


def leaning_places(seen: Look) -> list[Place]:
    """Find the places whose ink lies in lines that lean, those near each other that lean alike as one."""
    found: list[tuple[Box, Ink, float]] = []
    for box, ink in clusters(_unsound(seen)):
        angle = direction_of(ink)
        if _LEAST < abs(angle) < _STEEPEST:
            found.append((box, ink, angle))
    return _grouped(found)


def direction_of(ink: Ink) -> float:
    """Give the angle in degrees by which the lines of some ink fall to the right; 0 where they are not clearly so.

    It is the angle at which the projection of the ink is sharpest.
    """
    y, x = (each.astype(np.float64) for each in np.nonzero(ink))
    step = max(1, len(x) // _MOST_POINTS)
    x, y = x[::step], y[::step]
    coarse = np.arange(-48.0, 48.1, 2.0)
    sharp = [_sharpness(x, y, angle) for angle in coarse]
    best = coarse[int(np.argmax(sharp))]
    if max(sharp) < (_SHARPER if abs(best) > _CLEAR_LEAN else _MUCH_SHARPER) * sharp[len(coarse) // 2]:
        return 0.0
    return float(max(best + np.arange(-1.5, 1.6, 0.5), key=lambda angle: _sharpness(x, y, angle)))


def _sharpness(x: Numbers, y: Numbers, degrees: float) -> float:
    angle = math.radians(degrees)
    rows = (y * math.cos(angle) - x * math.sin(angle)) * 3 / UNIT
    counts = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
    return float((counts * counts).sum())


def _unsound(seen: Look) -> Ink:
    """Give the ink that is not in a long level line."""
    sound = np.zeros(len(seen.lines) + 1, np.uint8)
    for number, line in enumerate(seen.lines, start=1):
        sound[number] = is_sound(line)
    return np.asarray(seen.text * (1 - sound[seen.owners]), dtype=np.uint8)


def is_sound(line: Found) -> bool:
    """Tell whether a line is long and level, so that nothing leans in it."""
    return line.length > _SOUND_LENGTH and abs(line.shape.trace.slope) < _SOUND_SLOPE


def clusters(ink: Ink) -> Iterator[tuple[Box, Ink]]:
    """Give groups of ink that stand close together and are as large as a word at least."""
    reach = (int(2 * UNIT) | 1, int(1.2 * UNIT) | 1)
    left, top, wide, high = cv2.boundingRect(ink)
    x, y = max(0, left - reach[0]), max(0, top - reach[1])
    ink = np.ascontiguousarray(ink[y : top + high + reach[1], x : left + wide + reach[0]])
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, reach))
    pieces = pieces_of(np.asarray(closed, dtype=np.uint8))
    sizes = pieces.stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    as_words = (sizes.max(axis=1) >= 3.5 * UNIT) & (sizes.min(axis=1) >= 0.8 * UNIT)
    for label in np.flatnonzero(as_words).tolist():
        left, top, width, height = (int(v) for v in pieces.stats[label, :4])
        area = _area(Box(left, top, width, height))
        own = np.where(pieces.labels[area] == label, ink[area], 0).astype(np.uint8)
        if int(own.sum()) > 2 * UNIT * UNIT:
            yield Box(x + left, y + top, width, height), own


def places_in(ink: Ink) -> list[Place]:
    """Give all places with ink of the size of a word, those that touch as one, with the angle at which each lies."""
    waiting = [(box, own, 0.0) for box, own in clusters(ink)]
    places = _grouped(waiting, room=UNIT)
    return [replace(place, angles=(_clear_direction(place.ink),)) for place in places]


def _clear_direction(ink: Ink) -> float:
    angle = direction_of(ink)
    return angle if _LEAST < abs(angle) < _STEEPEST else 0.0


def _grouped(found: Sequence[tuple[Box, Ink, float]], *, room: float = _NEAR * UNIT) -> list[Place]:
    waiting = sorted(found, key=lambda each: -int(each[1].sum()))
    places = []
    while waiting:
        group = [waiting.pop(0)]
        angle = group[0][2]
        grown = True
        while grown:
            near = [w for w in waiting if abs(w[2] - angle) < _ALIKE and any(_is_near(w[0], g[0], room) for g in group)]
            waiting = [w for w in waiting if not any(w is each for each in near)]
            group += near
            grown = bool(near)
        places.append(_place([(box, ink) for box, ink, _ in group], angle))
    return places


def _is_near(a: Box, b: Box, room: float) -> bool:
    return a.x - room < b.right and b.x - room < a.right and a.y - room < b.bottom and b.y - room < a.bottom


def _place(members: Sequence[tuple[Box, Ink]], *angles: float) -> Place:
    left, top = min(box.x for box, _ in members), min(box.y for box, _ in members)
    right, bottom = max(box.right for box, _ in members), max(box.bottom for box, _ in members)
    ink = np.zeros((bottom - top, right - left), np.uint8)
    for box, own in members:
        ink[box.y - top : box.bottom - top, box.x - left : box.right - left] |= own
    return Place(Box(left, top, right - left, bottom - top), ink, angles)


def _without_others(place: Place, seen: Look, pieces: set[int]) -> Place:
    """Leave out of a place the ink of lines that only reach into it."""
    own = np.zeros(len(seen.lines) + 1, np.uint8)
    own[[0, *(number + 1 for number in pieces)]] = 1
    return replace(place, ink=np.asarray(place.ink * own[seen.owners[place.area]], dtype=np.uint8))


def steep_places(seen: Look, taken: Ink) -> list[Place]:
    """Find where lines seem to run up or down, in ink that is not `taken`."""
    marked = _steep(seen.maps, seen.text.shape)
    if marked is None:
        return []
    free = np.asarray(seen.text * marked * (1 - taken), dtype=np.uint8)
    pieces = pieces_of(marked)
    places = []
    for label in range(1, len(pieces.stats)):
        left, top, width, height = (int(v) for v in pieces.stats[label, :4])
        box = Box(left, top, width, height)
        ink = np.where(pieces.labels[_area(box)] == label, free[_area(box)], 0).astype(np.uint8)
        if ink.any():
            places.append(_place([(box, ink)], _UP, _DOWN))
    return places


def _steep(maps: Maps, shape: tuple[int, ...]) -> Ink | None:
    """Mark where lines seem to run up or down, with some room around them; None where none do."""
    seen = (maps.upright > np.maximum(_CLEARLY, maps.core)).view(np.uint8)
    closed = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((int(1.5 * UNIT), int(UNIT)), np.uint8))
    pieces = pieces_of(np.asarray(closed, dtype=np.uint8))
    keep = pieces.stats[:, cv2.CC_STAT_HEIGHT] > _SHORTEST * UNIT / 2
    if not keep.any():
        return None
    grown = cv2.dilate(keep.astype(np.uint8)[pieces.labels], np.ones((int(1.2 * UNIT), int(UNIT)), np.uint8))
    wide = cv2.resize(grown, (2 * grown.shape[1], 2 * grown.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(wide[: shape[0], : shape[1]])


def _clearest(place: Place, seen: Look, network: Network) -> list[Found]:
    """Look at a place turned by each of its angles; give the long lines of the look that is likelier the right way up.

    What tells is how clearly lines are seen, that letters reach up more than down, and where the place is: what stands
    beside the left margin is mostly read from below.
    """
    sides = []
    for angle in place.angles:
        again = turned_look(place, angle, seen.page, seen.plain, network)
        long = [line for line in again.lines if line.length > _SHORTEST]
        odds = [math.log(upright_odds(line.shape.trace, again.text)) for line in long]
        likely = float(np.clip(odds, -_TOLD, _TOLD).mean()) / 2 if odds else 0.0
        clear = sum(line.length * line.shape.confidence for line in long)
        at_left = _FROM_BELOW if angle == _UP and _is_at_left(place.box, seen) else 0.0
        sides.append((math.log1p(clear) + likely + at_left, long))
    return max(sides, key=lambda side: side[0])[1]


def _is_at_left(box: Box, seen: Look) -> bool:
    """Tell whether a place lies left of where most long lines begin."""
    starts = [float(line.shape.nodes[0]) for line in seen.lines if line.length > _SOUND_LENGTH]
    return bool(starts) and box.x + box.width / 2 < float(np.percentile(starts, 10)) + UNIT


def turned_look(place: Place, angle: float, page: Prepared, plain: Ink, network: Network, least: float = LEAST) -> Look:
    """Look at a place of a page turned level, for lines of at least some confidence; `plain` is ink without strokes."""
    turned = turned_view(page, place.box, angle)
    text = np.zeros_like(plain)
    text[place.area] = place.ink
    own = turned.of_ink(text)
    return look(turned.page, network, own, turned.of_ink(plain) & own, turned.own, least)


def _area(box: Box) -> tuple[slice, slice]:
    return slice(box.y, box.bottom), slice(box.x, box.right)
