"""Pictures for what is printed."""

import cv2
import numpy as np


def jpeg(width: int, height: int, *, colours: int = 1, grey: int = 200) -> bytes:
    """Give an even grey JPEG."""
    shape = (height, width) if colours == 1 else (height, width, colours)
    done, data = cv2.imencode(".jpg", np.full(shape, grey, np.uint8))
    assert done
    return data.tobytes()
