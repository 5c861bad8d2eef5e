"""Pictures for what is printed, and printed pages for what is read."""

import cv2
import numpy as np

from transcriptions.formats.pdf import About, Writer, number
from transcriptions.formats.pdf_fonts import Codes, put_seen


def jpeg(width: int, height: int, *, colours: int = 1, grey: int = 200) -> bytes:
    """Give an even grey JPEG."""
    shape = (height, width) if colours == 1 else (height, width, colours)
    done, data = cv2.imencode(".jpg", np.full(shape, grey, np.uint8))
    assert done
    return data.tobytes()


def sheets(*pages: str | bytes) -> bytes:
    """Give a PDF of pages: words, with an empty line for more room between lines, or a JPEG that fills the sheet."""
    writer, codes = Writer(), Codes()
    font = writer.reserve()
    data = writer.start()
    for page in pages:
        pictures, content = {}, ""
        if isinstance(page, bytes):
            put = writer.put_picture(page)
            assert put is not None
            pictures["P"], written = put
            data += written
            content = "q 600 0 0 800 0 0 cm /P Do Q"
        else:
            y = 780.0
            for line in page.splitlines():
                y -= 12
                content += f"BT /F 9 Tf 1 0 0 1 40 {number(y)} Tm {codes.encode(line)} Tj ET\n" if line else ""
        data += writer.put_page((600, 800), content, fonts={"F": font}, pictures=pictures)
    return data + b"".join(put_seen(writer, font, codes)) + b"".join(writer.finish(About("x")))
