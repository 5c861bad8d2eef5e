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

    `core` holds the bands of level lines, `upright` those of lines that run up or down the page. All are H x W, but
    `hand` 3 x H x W in the order of `MAP_HANDS`. They cover the whole picture they were made from, at its resolution
    or a lower one.
    """

    core: NDArray[np.float32]
    upright: NDArray[np.float32]
    border: NDArray[np.float32]
    hand: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.core.ndim != 2 or self.core.size == 0:
            raise ValueError(f"core is height x width and not empty, not {self.core.shape}")
        if {self.border.shape, self.upright.shape} != {self.core.shape} or self.hand.shape != (
            len(MAP_HANDS),
            *self.core.shape,
        ):
            raise ValueError(
                f"upright, border and hand belong to a core of {self.core.shape}, not {self.upright.shape}, "
                f"{self.border.shape}, {self.hand.shape}"
            )

    def within(self, shape: tuple[int, int], *, top: int, left: int) -> Maps:
        """Give the maps of a picture of which these show a part, with nothing found around it."""

        def wide(plane: NDArray[np.float32]) -> NDArray[np.float32]:
            out = np.zeros((*plane.shape[:-2], *shape), np.float32)
            out[..., top : top + plane.shape[-2], left : left + plane.shape[-1]] = plane
            return out

        return Maps(core=wide(self.core), upright=wide(self.upright), border=wide(self.border), hand=wide(self.hand))

    def turned(self, quarters: int) -> Maps:
        """Give the maps of the page turned clockwise by one or three quarters."""

        def side(plane: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.ascontiguousarray(np.rot90(plane, -quarters, axes=(-2, -1)))

        return Maps(core=side(self.upright), upright=side(self.core), border=side(self.border), hand=side(self.hand))


class Network(Protocol):
    """What finds x-height bands, borders and hands in a grey picture."""

    def maps(self, grey: NDArray[np.uint8]) -> Maps:
        """Give the maps of an upright, straight page, dark on light, whose small letters are 11 pixels high."""
        ...
