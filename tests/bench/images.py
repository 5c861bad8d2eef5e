"""Speed of the image service on one page: making its pack, stored tiles, rendered regions, info.json by the service."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from images.iiif.plan import Limits, plan
from images.iiif.render import render
from images.iiif.request import Version, parse
from images.pack import Pack, Parameters, View, build, open_pack
from tests.bench.figures import per_second, write

WIDTH, HEIGHT = 2480, 3508


def page() -> Image.Image:
    """Draw a grey page with rows of dark strokes, as typed letters have them."""
    generator = np.random.default_rng(1)
    pixels = np.full((HEIGHT, WIDTH), 225, np.uint8) - generator.integers(0, 25, (HEIGHT, WIDTH), np.uint8)
    for top in range(200, HEIGHT - 200, 70):
        strokes = generator.random((1, WIDTH - 400)) < 0.35
        pixels[top : top + 28, 200 : WIDTH - 200] -= (strokes * 130).astype(np.uint8)
    return Image.fromarray(pixels)


def answer(pack: Pack, path: str) -> bytes:
    """Answer one request of the Image API 3.0, given after the identifier."""
    return render(pack, plan(parse(Version.THREE, *path.split("/")), pack.shape, limits=Limits()))


def run(results: Path) -> None:
    """Measure on an A4 page of 300 dpi."""
    with tempfile.TemporaryDirectory() as folder:
        master, made = Path(folder) / "page.png", itertools.count()
        page().save(master)
        made_a_second = per_second(lambda: build(master, View(), Path(folder) / f"{next(made)}", Parameters()))
        write(results, "images", "packs of an A4 page", made_a_second, "a second")
        pack = open_pack(Path(folder) / "0")
        side = pack.pyramid.tile
        for name, path in {
            "stored tile": f"{side},{side},{side},{side}/{side},{side}/0/default.jpg",
            "region 700 x 500 to 350 wide": "301,403,700,500/350,/0/default.jpg",
            "thumbnail 200 wide": "full/200,/0/default.jpg",
            "whole page": "full/max/0/default.jpg",
            "region turned by 15 degrees, png": "301,403,700,500/350,/15/default.png",
        }.items():
            write(results, "images", name, per_second(lambda path=path: answer(pack, path)), "a second")
