"""Resamples decoded pixels to a grid that need not lie on whole pixels: array in, array out.

Reductions to about a half, which are most requests, go the fast way: a small filter, then OpenCV's cubic, together as
good as a cubic stretched over what a pixel of the result covers (Keys, 1981). What need not be fine is interpolated
linearly instead: that takes a third of the time, and costs 0.2 dB. OpenCV resizes from whole pixels only; so an origin
is looked for from which the grid is met after some pixels, and those are dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from images.geometry import Box, Point, box_outward
from images.pyramid import Axis

Pixels = NDArray[np.uint8]

FOLLOWED = 2.1
"""The strongest reduction that the fast way can make; levels lie a factor of two apart."""

REACH = 4
"""Pixels beyond the grid that the fast way sees."""

_LINEAR_STEP = 1.1
_LEAD = 24
_PRECISE, _CLOSE = 1 / 32, 1 / 8
_FINEST = 0.25
_LANCZOS_REACH = 3
_PLAIN = 0.01
"""The weakest filter that is worth its time, by its tap beside the middle."""

# The filter's outer taps by the step, fitted to Lanczos reductions of scanned pages; a source that is a halved one has
# lost some of its finest detail, and is filtered less before small steps.
_STEPS = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0)
_WHOLE = (
    (0.006, 0.037, 0.094, 0.141, 0.181, 0.216, 0.253, 0.278, 0.306, 0.318, 0.334),
    (0.000, -0.009, -0.028, -0.044, -0.056, -0.066, -0.075, -0.079, -0.082, -0.078, -0.075),
)
_HALVED = (
    (0.000, 0.005, 0.060, 0.110, 0.165, 0.212, 0.251, 0.286, 0.310, 0.325, 0.342),
    (0.000, -0.002, -0.020, -0.036, -0.054, -0.067, -0.075, -0.080, -0.080, -0.074, -0.067),
)


@dataclass(frozen=True, slots=True)
class _Origin:
    """A whole pixel from which, moved by `off` of a pixel, the grid is met after `lead` pixels of the result."""

    at: int
    lead: int = 0
    off: float = 0.0


def window(across: Sequence[Axis], along: Sequence[Axis]) -> Box:
    """Say what of the source is looked at to resample to all of these axes; it may reach beyond its edges."""
    followed = max(axis.step for axis in (*across, *along)) <= FOLLOWED
    left, right = _extent(across, followed=followed)
    top, bottom = _extent(along, followed=followed)
    return box_outward(left, top, right, bottom)


def resample(pixels: Pixels, corner: Point, x: Axis, y: Axis, *, fine: bool = True, halved: bool = False) -> Pixels:
    """Resample pixels whose first lies at `corner` of the source; beyond its edges they are repeated.

    A source that was `halved` has little left of its finest detail, and is filtered less.
    """
    if _is_whole(x) and _is_whole(y):
        left, top = int(x.start) - corner.x, int(y.start) - corner.y
        return np.ascontiguousarray(pixels[top : top + y.count, left : left + x.count])
    if max(x.step, y.step) > FOLLOWED:
        return _by_lanczos(pixels, _moved(x, corner.x), _moved(y, corner.y))
    origin_x, origin_y = _origin(x), _origin(y)
    if origin_x is None or origin_y is None or (_copies(x, origin_x) and _copies(y, origin_y)):
        smooth = _smoothed(pixels, _kernel(x.step, halved), _kernel(y.step, halved))
        return _by_warping(smooth, _moved(x, corner.x), _moved(y, corner.y))
    part = _from_origin(pixels, corner, (origin_x, x), (origin_y, y))
    precise = max(abs(origin_x.off), abs(origin_y.off)) <= _PRECISE
    linear = not fine and precise and min(x.step, y.step) > _LINEAR_STEP
    if not linear:
        part = _smoothed(part, _kernel(x.step, halved, origin_x.off), _kernel(y.step, halved, origin_y.off))
    interpolation = cv2.INTER_LINEAR if linear else cv2.INTER_CUBIC
    resized = cv2.resize(part, None, fx=1 / x.step, fy=1 / y.step, interpolation=interpolation)
    left, top = origin_x.lead, origin_y.lead
    return np.ascontiguousarray(_uint8(resized)[top : top + y.count, left : left + x.count])


def _extent(axes: Sequence[Axis], *, followed: bool) -> tuple[float, float]:
    extents = [_seen(axis, followed=followed) for axis in axes]
    return min(first for first, _ in extents), max(last for _, last in extents)


def _seen(axis: Axis, *, followed: bool) -> tuple[float, float]:
    if _is_whole(axis):
        return axis.start, axis.end
    if not followed:
        reach = math.ceil(_LANCZOS_REACH * max(1.0, axis.step))
        return axis.start - reach, axis.end + reach
    origin = _origin(axis)
    first = axis.start - REACH if origin is None else min(origin.at, axis.start - REACH)
    return first, axis.end + REACH


def _is_whole(axis: Axis) -> bool:
    """Say whether the pixels of the result are pixels of the source."""
    return axis.step == 1 and axis.start % 1 == 0


def _origin(axis: Axis) -> _Origin | None:
    """Find a whole pixel from which the grid is met: precisely after few pixels, or else closely; None if nowhere."""
    if axis.step < _FINEST:
        # The pixels beyond the grid that are looked at would become many times as many.
        return None
    if axis.start == 0 or _is_whole(axis):
        return _Origin(int(axis.start))
    best, least = None, _CLOSE
    for lead in range(math.ceil(REACH / axis.step), max(_LEAD, axis.count // 12)):
        at = axis.start - lead * axis.step
        off = at - round(at)
        if abs(off) < least:
            best, least = _Origin(round(at), lead, off), abs(off)
        if least <= _PRECISE:
            break
    return best


def _copies(axis: Axis, origin: _Origin) -> bool:
    """Say whether a result may have as many pixels as its source: OpenCV would copy them, and not move any."""
    return abs((origin.lead + axis.count) * (axis.step - 1)) < 2 + REACH


def _from_origin(pixels: Pixels, corner: Point, x: tuple[_Origin, Axis], y: tuple[_Origin, Axis]) -> Pixels:
    """Give the pixels from the origins on, as many as are looked at; before the source's edge they are repeated."""
    columns, before_x = _slice(corner.x, *x)
    rows, before_y = _slice(corner.y, *y)
    part = pixels[rows, columns]
    if before_x or before_y:
        part = _uint8(cv2.copyMakeBorder(part, before_y, 0, before_x, 0, cv2.BORDER_REPLICATE))
    return part


def _slice(corner: int, origin: _Origin, axis: Axis) -> tuple[slice, int]:
    first = origin.at - corner
    return slice(max(0, first), first + math.ceil((origin.lead + axis.count) * axis.step) + REACH), max(0, -first)


def _smoothed(pixels: Pixels, x: NDArray[np.float32], y: NDArray[np.float32]) -> Pixels:
    if len(x) == len(y) == 1:
        return pixels
    return _uint8(cv2.sepFilter2D(pixels, -1, x, y, borderType=cv2.BORDER_REPLICATE))


def _kernel(step: float, halved: bool, off: float = 0.0) -> NDArray[np.float32]:
    """Give the filter for a step, which also moves by a small part of a pixel."""
    fitted = _HALVED if halved else _WHOLE
    near, far = (float(np.interp(step, _STEPS, each)) if step > 1 else 0.0 for each in fitted)
    taps = np.array([far, near, 1 - 2 * (near + far), near, far], np.float32)
    if abs(off) <= _PRECISE:
        # Symmetric kernels are three times as fast.
        return taps if near > _PLAIN else np.array([1], np.float32)
    return taps + np.array([off / 12, -off * 2 / 3, 0, off * 2 / 3, -off / 12], np.float32)


def _by_warping(pixels: Pixels, x: Axis, y: Axis) -> Pixels:
    # Centres of pixels lie at half coordinates.
    matrix = np.array([[x.step, 0, x.start + x.step / 2 - 0.5], [0, y.step, y.start + y.step / 2 - 0.5]])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (x.count, y.count)
    return _uint8(cv2.warpAffine(pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _by_lanczos(pixels: Pixels, x: Axis, y: Axis) -> Pixels:
    bounds = (x.start, y.start, min(x.end, float(pixels.shape[1])), min(y.end, float(pixels.shape[0])))
    image = Image.fromarray(pixels).resize((x.count, y.count), Image.Resampling.LANCZOS, box=bounds)
    return _uint8(image)


def _moved(axis: Axis, origin: int) -> Axis:
    return Axis(axis.start - origin, axis.step, axis.count)


def _uint8(pixels: Any) -> Pixels:
    return np.asarray(pixels, np.uint8)
