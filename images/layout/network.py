"""The network that finds lines, run by OpenCV alone: loads its weights, and turns a grey page into maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.maps import MAP_HANDS, Maps

Grey = NDArray[np.uint8]
Planes = NDArray[np.float32]

WEIGHTS = Path(__file__).with_name("weights") / "lines.onnx"
DIVISOR = 16
"""Heights and widths that go into the network are multiples of it."""

_SEAM = 64
_SURROUNDINGS = 51
_PAPER = 9


def planes_of(grey: Grey) -> Planes:
    """Give what the network sees, 2 x H x W: darkness against the paper, contrast with the surroundings."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((_PAPER, _PAPER), np.uint8)), (0, 0), 6)
    ground = np.maximum(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), 8).astype(np.float32)
    light = grey.astype(np.float32)
    darkness = 2 * np.clip(1 - light / ground, 0, 1) - 0.5
    around = (_SURROUNDINGS, _SURROUNDINGS)
    mean = cv2.blur(light, around)
    spread = np.sqrt(np.maximum(cv2.blur(light * light, around) - mean * mean, 0))
    contrast = np.clip((mean - light) / (spread + 12), -2, 4) * 0.6
    return np.stack([darkness, contrast]).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LineNetwork:
    """A loaded network; see `images.layout.maps.Network`. Several threads may share it: they take turns.

    Pages of more than `most` pixels are looked at in strips, so that memory does not grow with them.
    """

    net: Any
    most: int = 1_400_000
    turn: Lock = field(default_factory=Lock)

    def maps(self, grey: Grey) -> Maps:
        """Give the maps of an upright, straight page whose small letters are 11 pixels high, at half its size."""
        height, width = grey.shape
        wide = width + -width % DIVISOR
        most = max(2 * _SEAM + DIVISOR, self.most // wide)
        count = -(-height // most)
        step = -(-height // count // DIVISOR) * DIVISOR
        tops = range(0, height, step)
        raw = np.concatenate([self._strip(grey, top, min(height, top + step)) for top in tops], axis=1)
        bands = 1 / (1 + np.exp(-np.clip(raw[:3], -30, 30)))
        grown = np.exp(raw[3:] - raw[3:].max(axis=0))
        assert len(grown) == len(MAP_HANDS)
        return Maps(core=bands[0], upright=bands[1], border=bands[2], hand=grown / grown.sum(axis=0))

    def _strip(self, grey: Grey, top: int, bottom: int) -> Planes:
        """Give the logits of a strip of a page, which is looked at with a seam above and below."""
        height, width = grey.shape
        first, last = max(0, top - _SEAM), min(height, bottom + _SEAM)
        seen = cv2.copyMakeBorder(
            grey[first:last], 0, -(last - first) % DIVISOR, 0, -width % DIVISOR, cv2.BORDER_REPLICATE
        )
        with self.turn:
            self.net.setInput(planes_of(np.asarray(seen, dtype=np.uint8))[None])
            raw = self.net.forward()[0].astype(np.float32)
        across = (width + 1) // 2
        return np.asarray(raw[:, (top - first) // 2 : (top - first) // 2 + (bottom - top + 1) // 2, :across])


def load(weights: Path) -> LineNetwork:
    """Load a network from an ONNX file.

    The engine is asked for by name: OpenCV 5's own is a quarter faster on whole pages than the one before it, and wrong
    where a kernel has nine numbers and is not 3 x 3; the network has none such.
    """
    return LineNetwork(cv2.dnn.readNetFromONNX(str(weights), cv2.dnn.ENGINE_NEW))


@cache
def own() -> LineNetwork:
    """Load the network that stands beside this module, once."""
    return load(WEIGHTS)
