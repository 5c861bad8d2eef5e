"""Pictures mirrored and turned: the eight ways of EXIF, and boxes followed back to where they are stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from images.geometry import Box, Size
from images.spool import Spool
from images.turning import Turning, of_exif

turnings = st.builds(Turning, st.booleans(), st.integers(0, 3))


@st.composite
def boxes(draw: st.DrawFn, size: Size) -> Box:
    left, top = draw(st.integers(0, size.width - 1)), draw(st.integers(0, size.height - 1))
    return Box(left, top, draw(st.integers(1, size.width - left)), draw(st.integers(1, size.height - top)))


def numbered(size: Size) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.arange(size.area, dtype=np.uint8).reshape(size.height, size.width)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_what_pillow_makes_of_it(orientation: int) -> None:
    stored = numbered(Size(5, 3))
    image = Image.fromarray(stored)
    image.getexif()[0x0112] = orientation

    assert (of_exif(orientation).turned(stored) == np.asarray(ImageOps.exif_transpose(image))).all()


def test_an_orientation_that_is_none_turns_nothing() -> None:
    assert of_exif(0) == of_exif(9) == of_exif(65535) == Turning()


@given(turnings, st.integers(0, 3), st.builds(Size, st.integers(1, 9), st.integers(1, 9)))
def test_further_quarters_are_the_same_as_turning_twice(turning: Turning, quarters: int, size: Size) -> None:
    stored = numbered(size)
    once = turning.then(quarters).turned(stored)

    assert (once == np.rot90(turning.turned(stored), -quarters)).all()
    assert once.shape == (turning.then(quarters).size(size).height, turning.then(quarters).size(size).width)


@given(turnings, st.data())
def test_a_box_is_followed_back_to_where_it_is_stored(turning: Turning, data: st.DataObject) -> None:
    size = data.draw(st.builds(Size, st.integers(1, 12), st.integers(1, 12)))
    stored = numbered(size)
    box = data.draw(boxes(turning.size(size)))
    back = turning.stored_box(box, size)
    part = stored[back.y : back.bottom, back.x : back.right]

    assert (turning.turned(part) == turning.turned(stored)[box.y : box.bottom, box.x : box.right]).all()


@pytest.mark.parametrize("stripe", [1, 3, 8, 1000])
@pytest.mark.parametrize("bands", [1, 3])
def test_boxes_are_read_back_from_a_spool(stripe: int, bands: int, tmp_path: Path) -> None:
    pixels = np.random.Generator(np.random.PCG64(1)).integers(0, 255, (11, 17, bands), np.uint8)
    spool = Spool(Size(17, 11), bands, stripe=stripe, folder=tmp_path)
    for top in (0, 4, 8):
        spool.write(top, pixels[top : top + 4])

    assert list(tmp_path.iterdir()) == []
    for box in (Box(0, 0, 17, 11), Box(2, 3, 9, 5), Box(16, 10, 1, 1), Box(0, 0, 1, 11)):
        assert (spool.read(box) == pixels[box.y : box.bottom, box.x : box.right]).all()
