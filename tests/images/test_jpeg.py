"""Our tables against those of Annex K at the same bytes, and tiles made with those, as older packs hold them."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
import simplejpeg
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from images import jpeg, restart
from images.geometry import Box
from tests.written_letters import letters

Pixels = NDArray[np.uint8]


def error(data: bytes, pixels: Pixels) -> float:
    decoded = np.asarray(Image.open(io.BytesIO(data)), np.float64)
    return float(((decoded - pixels) ** 2).mean())


@pytest.mark.parametrize("grey", [False, True])
def test_results_are_nearer_to_the_page_than_usual_tables_bring_them(grey: bool) -> None:
    pixels = letters(grey=grey)
    ours = jpeg.encode(pixels, table=jpeg.RESULT)
    out = io.BytesIO()
    usual = next(q for q in range(60, 100) if _usual(pixels, q, out) >= len(ours))

    assert error(ours, pixels) < 0.8 * error(out.getvalue(), pixels), usual


def _usual(pixels: Pixels, quality: int, out: io.BytesIO) -> int:
    out.seek(0)
    out.truncate()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality, subsampling="4:2:0")
    return out.tell()


def test_better_tiles_have_more_bytes_and_less_error() -> None:
    pixels = letters()
    tiles = [jpeg.encode(pixels, table=jpeg.kept(quality), interval=4) for quality in (50, 80, 90, 98)]

    assert sorted(tiles, key=len) == tiles
    errors = [error(tile, pixels) for tile in tiles]
    assert sorted(errors, reverse=True) == errors


@settings(max_examples=40)
@given(width=st.integers(1, 70), height=st.integers(1, 70), grey=st.booleans(), interval=st.integers(0, 9))
def test_any_size_is_encoded_as_itself(width: int, height: int, grey: bool, interval: int) -> None:
    pixels = letters(grey=grey)[40 : 40 + height, 60 : 60 + width]
    image = Image.open(io.BytesIO(jpeg.encode(pixels, table=jpeg.kept(98), interval=interval)))

    assert image.size == (width, height)
    assert image.mode == ("L" if grey else "RGB")


@pytest.mark.parametrize("grey", [False, True])
def test_tiles_with_other_tables_are_cut_too(grey: bool) -> None:
    pixels = letters(grey=grey)
    shown = pixels if grey else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 91, cv2.IMWRITE_JPEG_RST_INTERVAL, 4])
    box = Box(130, 70, 200, 150)
    cut = restart.cut([[restart.Tile.read(data.tobytes())]], side=640, box=box)
    space = "GRAY" if grey else "RGB"
    whole, part = (simplejpeg.decode_jpeg(each, space) for each in (data.tobytes(), bytes(cut.data)))

    assert cut.box.x <= box.x and cut.box.y <= box.y and cut.box.right >= box.right and cut.box.bottom >= box.bottom
    inner = np.s_[2:-2, 2:-2]
    assert (part[inner] == whole[cut.box.y : cut.box.bottom, cut.box.x : cut.box.right][inner]).all()
