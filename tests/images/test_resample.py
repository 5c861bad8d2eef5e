"""Resampling to grids that lie between pixels: place, joins, edges, and what a page wider than a JPEG may be needs."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from images.geometry import Point
from images.iiif.plan import Limits, plan
from images.iiif.render import render
from images.iiif.request import Version, parse
from images.iiif.resample import resample, window
from images.pack import Parameters, View, build, open_pack
from images.pyramid import Axis
from tests.written_letters import letters

WIDTH, HEIGHT = 900, 700


def waves(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values that change by up to twelve from pixel to pixel, so that a shift shows."""
    x, y = np.meshgrid(xs, ys)
    return np.stack([128 + 100 * np.sin(x / 8), 128 + 100 * np.cos(y / 8), 128 + 100 * np.sin((x + y) / 13)], axis=2)


SOURCE = waves(np.arange(WIDTH, dtype=float), np.arange(HEIGHT, dtype=float)).round().astype(np.uint8)


def centres(axis: Axis) -> NDArray[np.float64]:
    return axis.start + axis.step * (np.arange(axis.count) + 0.5) - 0.5


AXES = st.tuples(
    st.floats(100, 250), st.one_of(st.floats(0.3, 2.1), st.sampled_from([1.0, 0.5, 2.0, 4.5])), st.integers(8, 60)
).map(lambda parts: Axis(*parts))


@given(AXES, AXES, st.booleans())
def test_every_pixel_lies_where_it_should(x: Axis, y: Axis, fine: bool) -> None:
    box = window([x], [y])
    source = SOURCE[box.y : box.bottom, box.x : box.right]
    found = resample(source, Point(box.x, box.y), x, y, fine=fine)

    assert found.shape == (y.count, x.count, 3)
    # A shift by a quarter of a pixel would be 2 on average.
    assert np.abs(found - waves(centres(x), centres(y))).mean() < 1.3


@given(st.floats(0, 3), st.floats(0.3, 2.1), st.booleans())
def test_the_edge_of_the_page_is_repeated_and_not_dark(start: float, step: float, fine: bool) -> None:
    flat = np.full((50, 60), 200, np.uint8)
    axis = Axis(start, step, int((50 - start) / step))
    box = window([axis], [axis])
    assert box.x <= 4
    found = resample(flat, Point(0, 0), axis, axis, fine=fine)

    assert (found == 200).all()


@pytest.mark.parametrize("step", [1.0, 1.07, 1.3, 1.9])
@pytest.mark.parametrize("fine", [True, False])
def test_parts_of_a_grid_join(step: float, fine: bool) -> None:
    noise = np.random.default_rng(5).integers(90, 160, (300, 300), np.uint8)
    y = Axis(10.3, step, 100)
    whole = resample(noise, Point(0, 0), Axis(7.4, step, 120), y, fine=fine).astype(int)
    parts = [resample(noise, Point(0, 0), Axis(7.4 + at * step, step, 40), y, fine=fine) for at in (0, 40, 80)]
    difference = np.abs(np.concatenate(parts, axis=1) - whole)

    assert difference.mean() < 3
    assert difference[:, 38:42].mean() < 4


@pytest.fixture(scope="module")
def panorama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("panorama")
    shades = np.tile((np.arange(70_000) % 251).astype(np.uint8), (24, 1))
    Image.fromarray(shades).save(folder / "master.png")
    build(folder / "master.png", View(), folder / "pack", Parameters(tile=512))
    return folder / "pack"


@pytest.mark.parametrize("path", ["full/10000,20", "full/max", "0,0,69000,24/!900,900", "full/^9000,3000"])
def test_a_page_wider_than_a_jpeg_may_be_is_rendered(path: str, panorama: Path) -> None:
    pack = open_pack(panorama)
    planned = plan(parse(Version.THREE, *path.split("/"), "0", "default.jpg"), pack.shape, limits=Limits())
    image = Image.open(io.BytesIO(render(pack, planned)))

    assert image.size == (planned.size.width, planned.size.height)
    assert 100 < np.asarray(image).mean() < 150


def test_a_distorted_size_is_reduced_as_lanczos_reduces_it(tmp_path: Path) -> None:
    y, x = np.mgrid[0:3000, 0:700]
    page = (128 + 100 * np.sin(x / 40) * np.cos(y / 300)).astype(np.uint8)
    Image.fromarray(page).save(tmp_path / "master.png")
    build(tmp_path / "master.png", View(), tmp_path / "pack", Parameters(tile=256))
    pack = open_pack(tmp_path / "pack")
    planned = plan(parse(Version.THREE, "5,7,690,2990", "600,30", "0", "default.png"), pack.shape, limits=Limits())
    found = np.asarray(Image.open(io.BytesIO(render(pack, planned))), float)
    wanted = Image.fromarray(page).resize((600, 30), Image.Resampling.LANCZOS, box=(5, 7, 695, 2997))

    assert planned.level == 0
    assert np.abs(found - np.asarray(wanted, float)).mean() < 2.5


@pytest.mark.parametrize(
    ("halved", "step", "least"),
    [(False, 1.3, 39), (False, 1.7, 42), (True, 1.3, 36.8), (True, 1.5, 40), (True, 1.7, 43)],
)
def test_text_is_reduced_as_by_lanczos_from_the_page_itself(halved: bool, step: float, least: float) -> None:
    page = np.tile(letters(grey=True), (2, 2))
    factor = 2 if halved else 1
    whole = Image.fromarray(page)
    source = np.asarray(whole.resize((page.shape[1] // factor, page.shape[0] // factor), Image.Resampling.LANCZOS))
    across, along = (Axis(0, step, int(length / step) - 4) for length in (source.shape[1], source.shape[0]))
    found = resample(source, Point(0, 0), across, along, halved=halved)
    bounds = (0, 0, across.end * factor, along.end * factor)
    expected = whole.resize((across.count, along.count), Image.Resampling.LANCZOS, box=bounds)
    error = np.square(found.astype(np.float64) - np.asarray(expected)).mean()

    assert 10 * np.log10(65025 / error) > least
