"""What lines are made from: where x-height bands, the borders around lines and the hands lie on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from images.layout.page import Hand

MAP_HANDS = (Hand.TYPED, Hand.HANDWRITTEN, Hand.STAMP)
"""The order of the planes of `Maps.hand`."""


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """Evidence per point of a page, every value 0..1: x-height band of a line, border around lines, and hands.

    `core` and `border` are H x W, `hand` 3 x H x W in the order of `MAP_HANDS`. They cover the whole picture they were
    made from, at its resolution or a lower one.
    """

    core: NDArray[np.float32]
    border: NDArray[np.float32]
    hand: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.core.ndim != 2 or self.core.size == 0:
            raise ValueError(f"core is height x width and not empty, not {self.core.shape}")
        if self.border.shape != self.core.shape or self.hand.shape != (len(MAP_HANDS), *self.core.shape):
            raise ValueError(
                f"border and hand belong to a core of {self.core.shape}, not {self.border.shape}, {self.hand.shape}"
            )


class Network(Protocol):
    """What finds x-height bands, borders and hands in a grey picture."""

    def maps(self, grey: NDArray[np.uint8]) -> Maps:
        """Give the maps of an upright, straight page, dark on light, whose small letters are 11 pixels high."""
        ...
