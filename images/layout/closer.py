"""Small writing squeezed in between typed rows, and a closer look at it.

Insertions are written half as large as the type around them, smaller than what the network knows well. Where its maps
hint at writing between typed rows, that place is enlarged and looked at once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box, union
from images.layout.carets import has_caret
from images.layout.confidence import LEAST, LEAST_BY_HAND
from images.layout.look import Found, Look, clarity, look
from images.layout.maps import MAP_HANDS, Network
from images.layout.page import Hand
from images.layout.preprocess import UNIT, View, turned_view
from images.layout.traces import Trace

Ink = NDArray[np.uint8]

CLOSER = 1.7
"""How much larger a place is looked at."""

_HINT, _WITH_CARET = 0.1, 0.03
_INKED = 60
_LEAST, _SPEAKS = 0.04, 10.0
_HOST = 10.0
_NARROWEST, _LONGEST_GAP = 2.2 * UNIT, int(1.5 * UNIT)
_NEAREST, _FARTHEST = 0.5 * UNIT, 3.2 * UNIT
_MOST = 16
_SURROUNDINGS = 4 * UNIT
_ABOVE_LETTERS, _BELOW_LETTERS = 0.45 * UNIT, 0.5 * UNIT
_SHORTEST = 2.4 * UNIT
_LEAST_BY_HAND = 0.25
_HALF = 0.5
_CLOSE = 1.85 * UNIT
_HANDWRITTEN = MAP_HANDS.index(Hand.HANDWRITTEN)


@dataclass(frozen=True, slots=True, eq=False)
class Closer:
    """What a closer look found, and the lines (by their place in the look before) whose place it takes."""

    found: tuple[Found, ...]
    gone: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """A place between typed rows, enlarged, with the ink in it that is in none of those rows."""

    box: Box
    view: View
    text: Ink


def look_closer(seen: Look, network: Network, taken: Ink) -> Closer:
    """Look closer at what may be written between the typed rows of a page, outside the ink that is `taken`."""
    letters = letters_of_rows(seen)
    found: list[Found] = []
    gone: set[int] = set()
    for near in places_nearby(seen, taken):
        again = look(near.view.page, network, near.text, near.text, near.view.own, _LEAST).lines
        here = [line for line in again if is_squeezed_in(line.shape.trace, near.view, letters)]
        here = [line for line in (_over_caret(line, seen) for line in here) if _is_likely(line)]
        before = {i for i, line in enumerate(seen.lines) if not _is_row(line) and _share_inside(line, near.box) > _HALF}
        if clarity(here) > clarity([seen.lines[i] for i in before]):
            found += here
            gone |= before
    return Closer(tuple(found), frozenset(gone))


def _over_caret(line: Found, seen: Look) -> Found:
    """Take a line for the likelier, and for written by hand, where there is a caret in the row below it."""
    if not _is_over_caret(_box_of(line), seen):
        return line
    return line.likelier(_SPEAKS).in_hand(Hand.HANDWRITTEN)


def by_hand_over_carets(lines: Sequence[Found], seen: Look) -> tuple[Found, ...]:
    """Take for written by hand what stands over a caret and seems a stamp, but is no higher than type, or seems typed,
    but is closer to the row below it than rows of type are."""
    return tuple(line.in_hand(Hand.HANDWRITTEN) if _is_by_hand(line, seen) else line for line in lines)


def _is_by_hand(line: Found, seen: Look) -> bool:
    box = _box_of(line)
    if line.hand is Hand.STAMP:
        return _is_over_caret(box, seen, box.height)
    if line.hand is not Hand.TYPED or line.is_steep:
        return False
    return any(
        line.length < _HALF * host.length
        and _base_at(box.x + box.width / 2, host) - box.bottom < _CLOSE
        and has_caret((box.x, box.right), host.shape, seen.page.ink)
        for host in _hosts(box, seen)
    )


def _base_at(column: float, line: Found) -> float:
    return float(np.interp(column, line.shape.nodes, line.shape.base))


def _is_over_caret(box: Box, seen: Look, height: float = 0.0) -> bool:
    """Tell whether there is a caret in a row below a box whose letters are as high at least."""
    return any(
        host.shape.height >= height and has_caret((box.x, box.right), host.shape, seen.page.ink)
        for host in _hosts(box, seen)
    )


def _is_likely(line: Found) -> bool:
    least = LEAST_BY_HAND if line.hand is Hand.HANDWRITTEN else LEAST
    return line.shape.confidence >= least


def _box_of(line: Found) -> Box:
    """Give the box of a line's small letters in the working frame of its page."""
    points = line.letters()
    left, top, right, bottom = (int(v) for v in (*points.min(axis=0), *points.max(axis=0)))
    return Box(left, top, right - left, bottom - top)


def places_nearby(seen: Look, taken: Ink) -> Iterator[Nearby]:
    """Enlarge each place where the maps hint at writing between typed rows, outside the ink that is `taken`."""
    rows = np.zeros(len(seen.lines) + 1, np.uint8)
    rows[[number for number, line in enumerate(seen.lines, start=1) if _is_row(line)]] = 1
    other = (rows[seen.owners] & letters_of_rows(seen)) | (seen.page.ink & (1 - seen.text)) | taken
    for box in closer_places(seen, taken):
        view = turned_view(seen.page, box, 0.0, scale=CLOSER)
        spread = cv2.dilate(view.of_ink(np.asarray(other, dtype=np.uint8)), np.ones((3, 3), np.uint8))
        text = np.asarray(view.page.ink * (1 - spread), dtype=np.uint8)
        if text.any():
            yield Nearby(box, view, text)


def letters_of_rows(seen: Look) -> Ink:
    """Mark where the letters of typed rows stand, tall ones too."""
    rows = [line for line in seen.lines if _is_row(line)]
    return zones(rows, seen.text.shape, above=_ABOVE_LETTERS, below=_BELOW_LETTERS)


def closer_places(seen: Look, taken: Ink) -> list[Box]:
    """Find where the maps hint at writing just above a typed row, in none of the lines there are, clearest first."""
    height, width = seen.maps.core.shape
    held = zones(seen.lines, seen.text.shape, above=0.35 * UNIT, below=0.35 * UNIT) | taken
    free = cv2.resize(1 - held, (width, height), interpolation=cv2.INTER_NEAREST)
    # The fringe of a row's own band has no crest.
    crest = seen.maps.core >= cv2.dilate(seen.maps.core, np.ones((3, 1), np.uint8))
    hinted = _words(np.asarray(crest & (seen.maps.core > _HINT) & (free > 0), dtype=np.uint8), seen)
    letters = zones(seen.lines, seen.text.shape, above=_ABOVE_LETTERS, below=_BELOW_LETTERS) | taken
    loose = cv2.resize(255 * seen.text * (1 - letters), (width, height), interpolation=cv2.INTER_AREA) > _INKED
    inked = _words(np.asarray(loose & (seen.maps.core > _WITH_CARET), dtype=np.uint8), seen)
    with_caret = [box for box in inked if _is_over_caret(box, seen)]
    return _apart([*hinted, *with_caret][:_MOST])


def _words(hint: Ink, seen: Look) -> list[Box]:
    """Give the boxes of the hints of a word's width above typed rows, from the strongest on."""
    words = cv2.morphologyEx(hint, cv2.MORPH_CLOSE, np.ones((5, _LONGEST_GAP), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(words, connectivity=8)
    strength = np.bincount(labels.ravel(), weights=(seen.maps.core * hint).ravel(), minlength=len(stats))
    boxes = [Box(*(2 * int(v) for v in row[:4])) for row in stats]
    fit = [i for i in range(1, len(stats)) if boxes[i].width > _NARROWEST and _hosts(boxes[i], seen)]
    return [boxes[i] for i in sorted(fit, key=lambda i: -strength[i])]


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """Take boxes for one whose surroundings reach into each other."""
    out: list[Box] = []
    for box in boxes:
        grown = box
        while near := [other for other in out if _is_beside(grown, other)]:
            out = [other for other in out if not any(other is each for each in near)]
            grown = union([grown, *near])
        out.append(grown)
    return out


def _is_beside(a: Box, b: Box) -> bool:
    level = min(a.bottom, b.bottom) - max(a.y, b.y) > -_HALF * UNIT
    return level and max(a.x, b.x) - min(a.right, b.right) < _SURROUNDINGS


def zones(lines: Sequence[Found], shape: tuple[int, ...], *, above: float, below: float) -> Ink:
    """Mark the bands of lines, from `above` over their small letters to `below` under their baselines, in pixels."""
    marked = np.zeros(shape, np.uint8)
    for line in lines:
        nodes, base = line.shape.nodes, line.shape.base
        upper = np.stack([nodes, base - line.shape.height - above], 1)
        lower = np.stack([nodes, base + below], 1)
        cv2.fillPoly(marked, [np.rint(np.concatenate([upper, lower[::-1]])).astype(np.int32)], 1)
    return marked


def _hosts(box: Box, seen: Look) -> list[Found]:
    """Give the long typed rows that run closely below a place."""
    found = []
    for host in seen.lines:
        if not _is_row(host) or host.length <= _HOST:
            continue
        nodes, base = host.shape.nodes, host.shape.base
        shared = min(float(nodes[-1]), box.right) - max(float(nodes[0]), box.x)
        away = float(np.interp(box.x + box.width / 2, nodes, base)) - (box.y + box.height / 2)
        if shared > _HALF * box.width and _NEAREST < away < _FARTHEST:
            found.append(host)
    return found


def is_squeezed_in(trace: Trace, view: View, letters: Ink) -> bool:
    """Tell whether a line seen closer is writing of its own, by hand, and no piece of a row of type."""
    if len(trace.middle) < view.page.enlarged * _SHORTEST or trace.hand[_HANDWRITTEN] < _LEAST_BY_HAND:
        return False
    points = np.stack([trace.columns, trace.middle], 1) @ view.own[:, :2].T + view.own[:, 2]
    across = np.clip(points[:, 0].astype(np.int64), 0, letters.shape[1] - 1)
    down = np.clip(points[:, 1].astype(np.int64), 0, letters.shape[0] - 1)
    return float(letters[down, across].mean()) < _HALF


def _is_row(line: Found) -> bool:
    return line.hand is not Hand.HANDWRITTEN


def _share_inside(line: Found, box: Box) -> float:
    """Give the share of a line's length that lies in a box."""
    nodes = line.shape.nodes
    inside = min(float(nodes[-1]), box.right) - max(float(nodes[0]), box.x)
    level = float(np.median(line.shape.base)) - line.shape.height / 2
    return inside / max(1.0, float(nodes[-1] - nodes[0])) if box.y - UNIT < level < box.bottom + UNIT else 0.0
