"""Pictures of every step of an analysis, and sheets of many small ones, to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.analyse import Steps
from images.layout.maps import Maps
from images.layout.overlay import draw

Picture = NDArray[np.uint8]

_ROOM = 12
_TITLE = 26


def pictures(pixels: Picture, steps: Steps) -> Iterator[tuple[str, Picture]]:
    """Give a name and an RGB picture for each step, in their order; `pixels` is the page that was analysed.

    Bands of level lines are green, of lines up or down the page red, borders blue; typed is green, handwritten red and
    stamped blue where the hands are shown.
    """
    if steps.maps is not None:
        yield "1-straightened", _coloured(steps.page.grey)
        yield "2-ink", _coloured(255 * (1 - steps.page.ink))
        yield "3-without-strokes", _coloured(255 * (1 - steps.text))
        yield "4-bands", _planes(steps.maps.upright, steps.maps.core, steps.maps.border)
        yield "5-hands", _hands(steps.maps)
    yield "6-lines", draw(pixels, steps.layout)


def contact_sheet(drawn: Sequence[tuple[str, Picture]], *, columns: int, width: int) -> Picture:
    """Lay pictures of one width in pixels out in columns, each under its title.

    Raises ValueError where there is none, or one of another width.
    """
    if not drawn or any(picture.shape[1] != width for _, picture in drawn):
        raise ValueError(f"a contact sheet needs pictures, all {width} pixels wide")
    rows = [drawn[start : start + columns] for start in range(0, len(drawn), columns)]
    heights = [_TITLE + _ROOM + max(picture.shape[0] for _, picture in row) for row in rows]
    across = min(columns, len(drawn))
    sheet = np.full((sum(heights) + _ROOM, across * (width + _ROOM) + _ROOM, 3), 255, np.uint8)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for number, (title, picture) in enumerate(row):
            left = _ROOM + number * (width + _ROOM)
            at = (left, top + _TITLE - 6)
            cv2.putText(sheet, title, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
            sheet[top + _TITLE : top + _TITLE + picture.shape[0], left : left + width] = picture
        top += height
    return sheet


def _coloured(plane: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(plane, cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def _planes(red: NDArray[np.float32], green: NDArray[np.float32], blue: NDArray[np.float32]) -> Picture:
    return np.asarray(np.rint(255 * np.stack([red, green, blue], axis=-1)), dtype=np.uint8)


def _hands(maps: Maps) -> Picture:
    typed, handwritten, stamp = maps.hand * np.maximum(maps.core, maps.upright)
    return _planes(handwritten, typed, stamp)
