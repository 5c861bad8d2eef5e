"""Keeps the pixels of a picture that is read in another order than it came in a file without a name, not in memory.

Columns are kept in stripes, so that a few columns over all rows, which is what a turned picture is read by, are read
without the rest.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from images.geometry import Box, Size


class Spool:
    """Pixels of one size and number of bands on disk; the file goes when nothing refers to the spool any more."""

    def __init__(self, size: Size, bands: int, *, stripe: int, folder: Path | None) -> None:
        self._handle = -1
        self._size, self._bands, self._stripe = size, bands, min(stripe, size.width)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".spool", dir=folder)
        self._handle = handle
        Path(name).unlink()

    def __del__(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)

    def write(self, top: int, rows: NDArray[np.uint8]) -> None:
        """Keep whole rows (height x width x bands) from a top on. Raises OSError where the disk is full."""
        for left, width in self._stripes(0, self._size.width):
            part = np.ascontiguousarray(rows[:, left : left + width]).reshape(-1).data
            place = self._place(left, width, top)
            while part:
                written = os.pwrite(self._handle, part, place)
                part, place = part[written:], place + written

    def read(self, box: Box) -> NDArray[np.uint8]:
        """Give a box, height x width x bands."""
        parts = []
        for left, width in self._stripes(box.x, box.right):
            length = box.height * width * self._bands
            data = np.frombuffer(os.pread(self._handle, length, self._place(left, width, box.y)), np.uint8)
            columns = slice(max(box.x, left) - left, min(box.right, left + width) - left)
            parts.append(data.reshape(box.height, width, self._bands)[:, columns])
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _stripes(self, left: int, right: int) -> Iterator[tuple[int, int]]:
        """Give left and width of the stripes that hold these columns."""
        for start in range(left - left % self._stripe, right, self._stripe):
            yield start, min(self._stripe, self._size.width - start)

    def _place(self, left: int, width: int, row: int) -> int:
        return (left * self._size.height + row * width) * self._bands
