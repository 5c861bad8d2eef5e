"""How high the letters of a page are, which way up it is, and how far it leans, all from its ink."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.pieces import Pieces

Ink = NDArray[np.uint8]
Numbers = NDArray[np.float64]

_STEEPEST = 7.0
_FEWEST = 12
_SHOULDER = 0.62
_ON_ITS_HEAD = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Blots:
    """Connected pieces of the ink of a picture: x, y, width, height and area of each, its centre, and the width and
    height of the picture."""

    stats: Numbers
    centres: Numbers
    wide: int
    high: int

    def turned(self) -> Blots:
        """Give the pieces as they are on the picture turned clockwise by a quarter."""
        x, y, width, height, area = self.stats.T
        return Blots(
            stats=np.column_stack([self.high - y - height, x, height, width, area]),
            centres=np.column_stack([self.high - 1 - self.centres[:, 1], self.centres[:, 0]]),
            wide=self.high,
            high=self.wide,
        )


def blots_of(pieces: Pieces, keep: NDArray[np.bool_]) -> Blots:
    """Give the pieces of a picture that are kept, by their numbers."""
    high, wide = pieces.labels.shape
    return Blots(pieces.stats[keep].astype(np.float64), pieces.centres[keep], wide, high)


def letter_height(blots: Blots) -> float:
    """Give the height of small letters in pixels; 0 where there are too few letters to tell.

    Component heights have one peak at the small letters and one, often as high, at capitals and ascenders 1.2 to 1.7
    times as tall: the lower of such a pair is taken, also where it is but a shoulder of the other.
    """
    boxes = letter_boxes(blots, least=3.0, most=blots.high / 8)
    if len(boxes) < _FEWEST:
        return 0.0
    height = boxes[:, 3]
    edges = np.exp(np.arange(math.log(3), math.log(max(8.0, float(height.max()) + 2)), 0.06))
    votes, _ = np.histogram(height, bins=edges, weights=np.sqrt(height))
    smooth = np.convolve(votes, np.exp(-0.5 * (np.arange(-4, 5) / 1.3) ** 2), "same")
    best = int(smooth.argmax())
    peaks = [
        i
        for i in range(max(1, best - 9), best - 2)
        if smooth[i] >= max(smooth[i - 1], smooth[i + 1]) and smooth[i] > 0.4 * smooth[best]
    ]
    best = max(peaks, key=lambda i: float(smooth[i])) if peaks else _shoulder(smooth, best)
    near = height[(height > edges[best] * 0.88) & (height < edges[best + 1] * 1.12)]
    return float(near.mean()) if len(near) else float(edges[best])


def _shoulder(votes: Numbers, best: int) -> int:
    """Give the place of a shoulder below a peak, where small letters run into the capitals; else that of the peak."""
    near = [i for i in range(max(1, best - 8), best - 3) if votes[i] > _SHOULDER * votes[best]]
    return max(near, key=lambda i: float(2 * votes[i] - votes[i - 1] - votes[i + 1])) if near else best


def letter_boxes(blots: Blots, *, least: float, most: float) -> Numbers:
    """Give x, y, width and height of the pieces of ink that may be letters, by height and form."""
    box = blots.stats[:, :4]
    width, height, area = box[:, 2], box[:, 3], blots.stats[:, 4]
    letter = (height >= least) & (height <= most) & (width > 0.2 * height) & (width < 2.5 * height)
    return np.asarray(box[letter & (area > 0.12 * width * height) & (area < 0.93 * width * height)])


def quarter_turns(blots: Blots, *, unit: float) -> int:
    """Give the clockwise quarter turns, none or one, that lay the lines of a page level.

    Letters stand closer together along a line than across lines. Whether the page then stands on its head is told by
    `upside_down`.
    """
    boxes = letter_boxes(blots, least=0.5 * unit, most=3.0 * unit)
    if len(boxes) < _FEWEST:
        return 0
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    beside = _share_beside(x, y, unit)
    if beside < 0.3:
        return 1
    return int(beside < 0.42 and _lean(y, x, unit)[1] > 1.15 * _lean(x, y, unit)[1])


def skew(blots: Blots, *, unit: float) -> float:
    """Give the lean of level lines in degrees, positive where they fall to the right; 0 where it cannot be told."""
    boxes = letter_boxes(blots, least=0.5 * unit, most=3.0 * unit)
    if len(boxes) < _FEWEST:
        return 0.0
    return _lean(boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3], unit)[0]


def upside_down(blots: Blots, *, unit: float) -> bool:
    """Tell whether a straight page stands on its head.

    Lines begin at one margin and end where they may, and full stops and commas stand at the foot of letters: both must
    point the same way, or one of them strongly.
    """
    boxes = letter_boxes(blots, least=0.55 * unit, most=2.2 * unit)
    if len(boxes) < 4 * _FEWEST:
        return False
    starts, ends = _line_ends(boxes, unit)
    ragged = math.log((_aligned(ends, unit) + 2) / (_aligned(starts, unit) + 2))
    low, high = _dots(blots, boxes, unit)
    return ragged + float(np.clip(math.log((high + 3) / (low + 3)), -1, 1)) > _ON_ITS_HEAD


def _line_ends(boxes: Numbers, unit: float) -> tuple[Numbers, Numbers]:
    """Give the left and the right ends of chains of letters that stand side by side."""
    reach = int(3 * unit)
    size = (int(boxes[:, 1].max() + 3 * unit), int((boxes[:, 0] + boxes[:, 2]).max()) + 2 * reach)
    chains = np.zeros(size, np.uint8)
    for x, y, width, height in boxes:
        top = int(y + 0.3 * height)
        chains[top : int(y + 0.7 * height) + 1, int(x) : int(x + width) + 2 * reach] = 1
    _, _, stats, _ = cv2.connectedComponentsWithStats(chains, connectivity=8)
    left, width = stats[1:, 0].astype(np.float64), stats[1:, 2].astype(np.float64)
    long = (width - 2 * reach > 5 * unit) & (stats[1:, 3] < 1.6 * unit)
    return left[long], (left + width - 2 * reach)[long]


def _aligned(ends: Numbers, unit: float) -> int:
    """Count the ends at the column where most of them stand."""
    if not len(ends):
        return 0
    ranked = np.sort(ends)
    return int((np.searchsorted(ranked, ranked + 0.9 * unit) - np.arange(len(ranked))).max())


def _dots(blots: Blots, boxes: Numbers, unit: float) -> tuple[int, int]:
    """Count the dots that follow or precede a letter at its foot, and at its head."""
    stats = blots.stats
    small = (stats[:, 2] < 0.5 * unit) & (stats[:, 3] < 0.65 * unit) & (stats[:, 4] > 0.03 * unit * unit)
    low = high = 0
    for x, y in blots.centres[small][:: max(1, int(small.sum()) // 150)]:
        beside = (boxes[:, 0] < x + 2 * unit) & (boxes[:, 0] + boxes[:, 2] > x - 2 * unit)
        beside &= (boxes[:, 1] - 0.4 * unit < y) & (boxes[:, 1] + boxes[:, 3] + 0.4 * unit > y)
        apart = (boxes[:, 0] > x + 0.15 * unit) | (boxes[:, 0] + boxes[:, 2] < x - 0.15 * unit)
        near = boxes[beside & apart & (boxes[:, 3] < 1.3 * unit)]
        if len(near) and not (beside & ~apart).any():
            place = float(np.median((y - near[:, 1]) / near[:, 3]))
            low, high = low + (place > 0.7), high + (place < 0.3)
    return low, high


def _lean(along: Numbers, across: Numbers, unit: float) -> tuple[float, float]:
    """Give the angle in degrees at which the projection is sharpest, and how sharp it is."""
    step = unit / 3

    def sharpness(degrees: float) -> float:
        lines = (across - along * math.tan(math.radians(degrees))) / step
        counts = np.bincount((lines - lines.min()).astype(np.int64))
        return float((counts.astype(np.float64) ** 2).sum()) / len(lines)

    coarse = np.arange(-_STEEPEST, _STEEPEST + 0.01, 0.25)
    first = coarse[int(np.argmax([sharpness(a) for a in coarse]))]
    fine = first + np.arange(-0.3, 0.31, 0.05)
    values = [sharpness(a) for a in fine]
    best = int(np.argmax(values))
    return float(fine[best]), values[best]


def _share_beside(x: Numbers, y: Numbers, unit: float) -> float:
    """Give the share of letters whose nearest neighbour lies beside rather than above or below them."""
    beside = told = 0
    order = np.argsort(y)
    ys = y[order]
    for index in order[:: max(1, len(order) // 1500)]:
        low, high = np.searchsorted(ys, [y[index] - 4 * unit, y[index] + 4 * unit])
        near = order[low:high]
        dx, dy = np.abs(x[near] - x[index]), np.abs(y[near] - y[index])
        distance = np.hypot(dx, dy)
        distance[distance < 0.3 * unit] = np.inf
        nearest = int(distance.argmin())
        if distance[nearest] < 4 * unit:
            told += 1
            beside += bool(dx[nearest] > dy[nearest])
    return beside / told if told >= _FEWEST else 0.5
