"""A page of letters on grainy paper, for what depends on how pictures of text are treated."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def letters(*, grey: bool = False) -> NDArray[np.uint8]:
    """Give 480 x 640 pixels."""
    rng = np.random.default_rng(7)
    picture = np.full((480, 640, 3), (232, 226, 210), np.uint8)
    for line in range(12):
        for letter in range(40):
            shown, place = "abcdefghiklmnopqrstuvwxyz"[(line * 7 + letter * 3) % 25], (12 + letter * 15, 30 + line * 38)
            cv2.putText(picture, shown, place, cv2.FONT_HERSHEY_COMPLEX, 0.7, (50, 40, 60), 1, cv2.LINE_AA)
    noisy = (picture + rng.normal(0, 4, picture.shape)).clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(noisy[:, :, 1]) if grey else noisy
