"""The eight ways in which a picture is mirrored and turned, as values that can be joined, applied and followed back.

Mirroring about the vertical axis comes first, then quarter turns clockwise. EXIF names the same eight by the numbers
1 to 8 (CIPA DC-008, tag 274).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box, Size, turn_box, turn_size


@dataclass(frozen=True, slots=True)
class Turning:
    """Mirror left and right, then turn clockwise by quarters 0..3."""

    mirror: bool = False
    quarters: int = 0

    def then(self, quarters: int) -> Turning:
        """Turn clockwise by further quarters."""
        return Turning(self.mirror, (self.quarters + quarters) % 4)

    def size(self, stored: Size) -> Size:
        """Give the size of what is stored at this size, once turned."""
        return turn_size(stored, quarters=self.quarters)

    def turned(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Turn pixels; what needs no turning comes back as it is."""
        if self.mirror:
            pixels = np.asarray(cv2.flip(pixels, 1), np.uint8)
        code = _CODES[self.quarters]
        return pixels if code is None else np.asarray(cv2.rotate(pixels, code), np.uint8)

    def stored_box(self, box: Box, stored: Size) -> Box:
        """Give the part of the stored picture that becomes this box of the turned one."""
        back = turn_box(box, size=self.size(stored), quarters=-self.quarters)
        return Box(stored.width - back.right, back.y, back.width, back.height) if self.mirror else back


UPRIGHT = Turning()
_CODES = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)

_EXIF = {
    2: Turning(True), 3: Turning(False, 2), 4: Turning(True, 2), 5: Turning(True, 3),
    6: Turning(False, 1), 7: Turning(True, 1), 8: Turning(False, 3),
}  # fmt: skip


def of_exif(orientation: int) -> Turning:
    """Give what brings a picture of this EXIF orientation upright; numbers that EXIF does not know change nothing."""
    return _EXIF.get(orientation, UPRIGHT)
