"""What a line's ends say of paragraphs: indented beginnings, and ends well short of the column's right margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from images.geometry import Box

_NEIGHBOURS = 9
_INDENT, _FARTHEST_INDENT = 2.5, 16.0
_SHORT = 14.0


@dataclass(frozen=True, slots=True)
class Ends:
    """Whether a line begins indented, and whether it ends short; None where its neighbours do not tell."""

    indented: bool | None
    short: bool | None


UNKNOWN = Ends(None, None)


def ends_of(boxes: Sequence[Box], pitch: float) -> list[Ends]:
    """Compare each of a page's typed lines with the lines about it; `pitch` is the width of a character."""
    found = []
    for k, box in enumerate(boxes):
        near = [other for other in boxes[max(0, k - _NEIGHBOURS) : k + _NEIGHBOURS + 1] if _in_column(box, other)]
        if len(near) < 4:
            found.append(UNKNOWN)
            continue
        left = float(np.percentile([other.x for other in near], 30))
        right = float(np.percentile([other.right for other in near], 75))
        row = [other for other in boxes if other is not box and _same_row(box, other)]
        indent = (box.x - left) / pitch
        begins = not any(other.x < box.x for other in row)
        stops = not any(other.x > box.x for other in row)
        found.append(
            Ends(
                indented=_INDENT < indent < _FARTHEST_INDENT if begins and indent < _FARTHEST_INDENT else None,
                short=(right - box.right) / pitch > _SHORT if stops else None,
            )
        )
    return found


def _in_column(box: Box, other: Box) -> bool:
    shared = min(box.right, other.right) - max(box.x, other.x)
    return shared > 0.6 * min(box.width, other.width)


def _same_row(box: Box, other: Box) -> bool:
    shared = min(box.bottom, other.bottom) - max(box.y, other.y)
    return shared > 0.5 * min(box.height, other.height)
