"""One look at a page in its working frame: what the network sees of it, and the lines that lie level in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout import confidence, hands
from images.layout.extending import bridge, extend, with_signs
from images.layout.features import features_of, page_ink
from images.layout.grid import grids_of, missing_rows, on_grid
from images.layout.gutters import cut, gutters, without
from images.layout.lines import Owners, Shape, shape_lines
from images.layout.maps import Maps, Network
from images.layout.page import Hand, LinePart
from images.layout.parting import part
from images.layout.pitch import find_pitch
from images.layout.preprocess import UNIT, Prepared
from images.layout.traces import Trace, bands_of, join, profile

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

UNTURNED = np.eye(3)[:2]
"""What carries coordinates of a page's own working frame into itself."""

_ROOM = 64
_SURE, _TALL = 0.5, int(0.6 * UNIT)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A line in the working frame that it was found in: the page's own, or one turned against it.

    `own` (2 x 3) carries coordinates of that frame into the page's own working frame.
    """

    shape: Shape
    parts: tuple[LinePart, ...]
    page: Prepared
    own: NDArray[np.float64]

    @property
    def length(self) -> float:
        """Distance of the ends in small letters."""
        return len(self.shape.trace.middle) / UNIT

    @property
    def hand(self) -> Hand:
        """The hand of the longest part."""
        return max(self.parts, key=lambda part: part.end - part.start).hand

    @property
    def is_steep(self) -> bool:
        """Whether the line runs up or down its page rather than across."""
        return abs(float(self.own[1, 0])) > abs(float(self.own[0, 0]))

    def carried(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Carry points (n x 2) of its frame into the page's own working frame."""
        return np.asarray(points @ self.own[:, :2].T + self.own[:, 2], dtype=np.float64)

    def band(self, top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the corners of a band between two heights at each node, in the page's own working frame."""
        nodes = self.shape.nodes
        return self.carried(np.concatenate([np.stack([nodes, top], 1), np.stack([nodes, bottom], 1)[::-1]]))

    def letters(self) -> NDArray[np.float64]:
        """Give the corners of the band of its small letters in the page's own working frame."""
        return self.band(self.shape.base - self.shape.height, self.shape.base)

    def in_hand(self, hand: Hand) -> Found:
        """Take all its parts for written in one hand."""
        return replace(self, parts=tuple(replace(part, hand=hand) for part in self.parts))

    def likelier(self, times: float) -> Found:
        """Take its being a line for so many times as likely, as odds, by what speaks for it from outside."""
        odds = times * self.shape.confidence / max(1e-6, 1 - self.shape.confidence)
        return replace(self, shape=replace(self.shape, confidence=odds / (1 + odds)))


def clarity(lines: Sequence[Found]) -> float:
    """Give how clearly writing is seen, by its size on the page: long lines count more than their pieces."""
    lengths = [line.length * math.hypot(line.own[0, 0], line.own[1, 0]) for line in lines]
    return sum(line.shape.confidence * length * math.sqrt(length) for line, length in zip(lines, lengths, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What was seen of a page: its maps, and its lines with the area of ink that each has for its own.

    `text` is the ink without free strokes, `plain` without any; `owners` gives each pixel of ink the number from 1 of
    the line it belongs to, 0 for none; `inked` is how many pixels each number has.
    """

    page: Prepared
    text: Ink
    plain: Ink
    maps: Maps
    lines: tuple[Found, ...]
    owners: Owners
    inked: NDArray[np.int64]

    def without(self, gone: set[int], ink: Ink) -> Look:
        """Leave out lines, by their places, and some ink."""
        kept = [i for i in range(len(self.lines)) if i not in gone]
        rest = np.asarray(1 - ink, dtype=np.uint8)
        owners = _numbers_of(kept, len(self.lines))[self.owners] * rest
        return replace(
            self,
            text=self.text * rest,
            plain=self.plain * rest,
            lines=tuple(self.lines[i] for i in kept),
            owners=owners,
            inked=_count(owners, len(kept)),
        )


def look(
    page: Prepared,
    network: Network,
    text: Ink,
    plain: Ink,
    own: NDArray[np.float64] | None = None,
    least: float = confidence.LEAST,
) -> Look:
    """Look at a page, or at what of it is in `text`, for lines of at least some confidence; `own` carries its
    coordinates into the page's own frame."""
    maps = maps_of(page if own is None else replace(page, ink=text), network)
    return seen_with(maps, page, text, plain, own, least)


def seen_with(
    maps: Maps,
    page: Prepared,
    text: Ink,
    plain: Ink,
    own: NDArray[np.float64] | None = None,
    least: float = confidence.LEAST,
) -> Look:
    """Give what is seen of a page, or of what of it is in `text`, where its maps are known."""
    if own is None:
        text, plain = with_paler(page, maps, text, plain)
    shapes, owners, values = candidates(page, maps, text, plain)
    kept = confidence.keep_likely(shapes, values, least)
    carry = UNTURNED if own is None else own
    lines = tuple(
        Found(shape, hands.parts_of(shape.trace, shape.hand, maps, page.ink.shape), page, carry)
        for shape in kept.values()
    )
    owned = _numbers_of(list(kept), len(shapes))[owners]
    return Look(page, text, plain, maps, lines, owned, _count(owned, len(lines)))


def _numbers_of(kept: Sequence[int], count: int) -> Owners:
    """Give what the numbers of `count` lines, from 1, become where only some are kept, by their places; 0 if not."""
    numbers = np.zeros(count + 1, np.int32)
    numbers[[place + 1 for place in kept]] = np.arange(1, len(kept) + 1)
    return numbers


def with_paler(page: Prepared, maps: Maps, text: Ink, plain: Ink) -> tuple[Ink, Ink]:
    """Give text and plain ink with the paler ink where the maps see letters."""
    paler = np.where((page.ink > plain) | (page.ink > text), 0, _paler(page, maps)).astype(np.uint8)
    return np.maximum(text, paler), np.maximum(plain, paler)


def _count(owners: Owners, lines: int) -> NDArray[np.int64]:
    """Count the pixels of ink of each line, by its number."""
    return np.asarray(np.bincount(owners[owners > 0], minlength=lines + 1), dtype=np.int64)


def _paler(page: Prepared, maps: Maps) -> Ink:
    """Give the ink where the maps see letters, however pale it is."""
    sure = cv2.dilate((maps.core > _SURE).astype(np.uint8), np.ones((_TALL, 3), np.uint8))
    wide = cv2.resize(sure, (2 * sure.shape[1], 2 * sure.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.where(wide[: page.pale.shape[0], : page.pale.shape[1]] > 0, page.pale, 0).astype(np.uint8)


def candidates(page: Prepared, maps: Maps, text: Ink, plain: Ink) -> tuple[list[Shape], Owners, Numbers]:
    """Give all that may be a level line, whose ink each pixel is, by number from 1, and the features of each."""
    shapes, owners = shape_lines(find_traces(page, maps, text), text)
    traces = [shape.trace for shape in shapes]
    return shapes, owners, features_of(traces, page_ink(traces, plain, owners, page))


def maps_of(page: Prepared, network: Network) -> Maps:
    """Give the maps of a page; the network looks only at where there is ink, with some room around it."""
    filled = cv2.boundingRect(page.ink)
    height, width = page.ink.shape
    left, top = (max(0, 2 * ((edge - _ROOM) // 2)) for edge in filled[:2])
    right, bottom = min(width, filled[0] + filled[2] + _ROOM), min(height, filled[1] + filled[3] + _ROOM)
    inner = network.maps(np.ascontiguousarray(page.grey[top:bottom, left:right]))
    return inner.within(((height + 1) // 2, (width + 1) // 2), top=top // 2, left=left // 2)


def find_traces(page: Prepared, maps: Maps, text: Ink) -> list[Trace]:
    """Find the traces of the level lines of a page.

    Bands, cut where they go over into other writing, are joined; typed ones are laid on the grid of their block, which
    says how far they may be joined and carried on, and which rows are missing.
    """
    bands = bands_of(maps, text)
    pitch = find_pitch(profile(trace, text) for trace in bands)
    between = gutters(bands, text, pitch)
    if between is not None:
        bands = bands_of(without(maps, between), text)
    parts = [each for band in bands for each in part(band, text, page.darkness, maps)]
    rows = bridge(join([replace(trace, cell=pitch) for trace in parts]))
    grids = grids_of(rows, text)
    rows = on_grid(rows, grids, text)
    rows = with_signs(join(extend([*rows, *missing_rows(rows, grids, text, maps)], text, maps)), text)
    return rows if between is None else [piece for row in rows for piece in cut(row, between, text)]
