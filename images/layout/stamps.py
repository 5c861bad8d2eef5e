"""Stamps, known by their drawn frames: what stands in one is stamped, however much it looks like type.

Over type, a stamp's lines run together with typed ones. What is in the frame is then looked at once more by itself,
turned as the frame lies, without the ink of lines that run through it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box
from images.layout.frames import Frame
from images.layout.leaning import Place, turned_look
from images.layout.look import Found, Look, clarity
from images.layout.maps import Network
from images.layout.page import Hand

Ink = NDArray[np.uint8]

_MOSTLY, _INSIDE = 0.6, 0.8
_RIM = 9
_LEAST, _SPEAKS = 0.06, 12.0
"""The least confidence of lines in a frame, and how many times as likely a frame around them makes them."""

_SHORTEST = 2.5
_ASKEW = 0.12


def look_into_frames(frames: Sequence[Frame], seen: Look, network: Network) -> tuple[Look, tuple[Found, ...]]:
    """Look at what is in frames once more. Give what remains of the first look, and the lines of stamps."""
    gone: set[int] = set()
    found: list[Found] = []
    claimed = np.zeros_like(seen.text)
    for frame in frames:
        inner = _inside(frame, seen.text.shape)
        counts = np.bincount(seen.owners[inner > 0], minlength=len(seen.inked))
        pieces = {i for i in range(len(seen.lines)) if counts[i + 1] > _MOSTLY * seen.inked[i + 1]}
        through = np.ones(len(seen.lines) + 1, np.uint8)
        through[[i + 1 for i in range(len(seen.lines)) if i not in pieces]] = 0
        ink = np.asarray(seen.text * inner * through[seen.owners], dtype=np.uint8)
        if not ink.any():
            continue
        box = Box(*cv2.boundingRect(inner))
        area = (slice(box.y, box.bottom), slice(box.x, box.right))
        place = Place(box, ink[area], (frame.angle,))
        again = turned_look(place, frame.angle, seen.page, seen.plain, network, _LEAST).lines
        again = tuple(line.likelier(_SPEAKS) for line in again if _is_of(line, frame))
        if clarity(again) > clarity([seen.lines[i].likelier(_SPEAKS) for i in pieces]):
            gone |= pieces
            found += again
            claimed |= ink
    return seen.without(gone, claimed), tuple(found)


def in_frames(lines: Sequence[Found], frames: Sequence[Frame]) -> tuple[Found, ...]:
    """Take the lines that stand in a frame for stamped."""
    return tuple(line.in_hand(Hand.STAMP) if any(_is_of(line, frame) for frame in frames) else line for line in lines)


def _inside(frame: Frame, shape: tuple[int, ...]) -> Ink:
    """Mark the inside of a frame, without its strokes."""
    marked = cv2.fillPoly(np.zeros(shape, np.uint8), [np.rint(np.array(frame.corners)).astype(np.int32)], 1)
    return np.asarray(cv2.erode(marked, np.ones((_RIM, _RIM), np.uint8)), dtype=np.uint8)


def _is_of(line: Found, frame: Frame) -> bool:
    """Tell whether a line stands in a frame, and lies as it does."""
    if line.is_steep or line.length < _SHORTEST:
        return False
    nodes, base = line.shape.nodes, line.shape.base
    middle = line.carried(np.stack([nodes, base - line.shape.height / 2], 1))
    run, fall = middle[-1] - middle[0]
    lean = abs(np.arctan2(fall, run) - np.radians(frame.angle)) if run else np.inf
    return bool(lean < _ASKEW and frame.share_inside(middle) > _INSIDE)
