"""Rendered images against Pillow's LANCZOS of the same page: size, mode, orientation and pixels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from images import jpeg
from images.geometry import Box, Size
from images.iiif import render as rendering
from images.iiif.plan import Limits, Plan, plan
from images.iiif.render import render
from images.iiif.request import Version, parse
from images.pack import Pack, Parameters, View, build, open_pack

WIDTH, HEIGHT = 1403, 1009


def pixels(*, grey: bool) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    bands = [190 + 40 * np.sin(x / 67), 180 + 40 * np.cos(y / 53), 170 + 40 * np.sin((x + y) / 71)]
    page = np.stack(bands, axis=2)
    page[(x // 9 % 5 < 2) & (y // 40 % 2 == 0)] = (40, 40, 60)
    result = page.clip(0, 255).astype(np.uint8)
    return result[:, :, 1] if grey else result


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Pack]:
    made = {}
    for grey in (False, True):
        folder = tmp_path_factory.mktemp("pack")
        Image.fromarray(pixels(grey=grey)).save(folder / "master.png")
        build(folder / "master.png", View(), folder / "pack", Parameters(tile=256))
        made[grey] = open_pack(folder / "pack")
    return made


def answered(pack: Pack, path: str) -> tuple[Plan, Image.Image]:
    planned = plan(parse(Version.THREE, *path.split("/")), pack.shape, limits=Limits())
    image = Image.open(io.BytesIO(render(pack, planned)))
    image.load()
    return planned, image


def reference(grey: bool, planned: Plan) -> Image.Image:
    box, size = planned.region, planned.size
    bounds = (box.x, box.y, box.right, box.bottom)
    page = Image.fromarray(pixels(grey=grey))
    return page.resize((size.width, size.height), Image.Resampling.LANCZOS, box=bounds)


def psnr(first: Image.Image, second: Image.Image) -> float:
    a, b = (np.asarray(image, np.float64) for image in (first, second))
    error = float(((a - b) ** 2).mean())
    return 99.0 if error == 0 else 10 * float(np.log10(65025 / error))


def encoded(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(jpeg.encode(np.asarray(image), table=jpeg.RESULT)))


REGIONS = [
    "full/700,", "full/max", "full/351,", "full/200,", "full/90,", "full/17,", "full/400,100", "full/100,400",
    "100,100,300,200/300,200", "101,103,307,211/307,", "101,103,307,211/200,", "101,103,307,211/153,",
    "777,333,501,402/250,", "777,333,501,402/125,", "1100,800,303,209/150,", "1024,768,379,241/190,121",
    "0,0,256,256/256,256", "0,0,512,512/256,256", "1024,768,379,241/189,", "square/300,", "pct:10,20,30,40/200,",
    "200,200,50,50/^200,", "1390,1000,13,9/^130,", "0,0,1,1/^9,", "0,0,1403,5/^1403,10",
]  # fmt: skip


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("path", REGIONS)
def test_regions_and_sizes_are_those_of_the_reference(path: str, grey: bool, packs: dict[bool, Pack]) -> None:
    planned, image = answered(packs[grey], f"{path}/0/default.jpg")
    expected = reference(grey, planned)

    assert image.size == expected.size
    assert image.mode == expected.mode
    if planned.region.area > 400:
        best = psnr(encoded(expected), expected)
        assert psnr(image, expected) > min(30, best - 3), (psnr(image, expected), best)


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize(
    ("part", "shown", "columns", "rows"), [(Size(150, 150), 100, 4, 3), (Size(600, 900), 520, 2, 1)]
)
def test_neighbouring_requests_join_without_shift(
    part: Size, shown: int, columns: int, rows: int, grey: bool, packs: dict[bool, Pack]
) -> None:
    """Off-grid tiles put side by side give the picture that one request gives: small ones, and large ones."""
    high = shown * part.height // part.width

    def answer(box: Box, width: int, height: int) -> NDArray[np.float64]:
        path = f"{box.x},{box.y},{box.width},{box.height}/{width},{height}/0/default.png"
        return np.asarray(answered(packs[grey], path)[1], np.float64)

    whole = answer(Box(31, 17, part.width * columns, part.height * rows), shown * columns, high * rows)
    parts = [
        [
            answer(Box(31 + part.width * x, 17 + part.height * y, part.width, part.height), shown, high)
            for x in range(columns)
        ]
        for y in range(rows)
    ]
    joined = np.concatenate([np.concatenate(row, axis=1) for row in parts], axis=0)

    assert joined.shape == whole.shape
    assert np.abs(joined - whole).mean() < 1.0
    for x in range(shown, shown * columns, shown):
        assert np.abs(joined[:, x - 2 : x + 2] - whole[:, x - 2 : x + 2]).mean() < 3.0


TURNS = {
    "90": Image.Transpose.ROTATE_270, "180": Image.Transpose.ROTATE_180, "270": Image.Transpose.ROTATE_90,
}  # fmt: skip


@pytest.mark.parametrize("turn", ["0", "90", "180", "270", "!0", "!90", "!180", "!270", "360"])
def test_quarter_turns_and_mirrors(turn: str, packs: dict[bool, Pack]) -> None:
    planned, image = answered(packs[False], f"100,50,600,400/300,200/{turn}/default.png")
    expected = reference(False, planned)
    if turn.startswith("!"):
        expected = expected.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if turn.strip("!") in TURNS:
        expected = expected.transpose(TURNS[turn.strip("!")])

    assert image.size == expected.size
    assert psnr(image, expected) > 27


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "tif", "gif"])
def test_other_turns_show_the_whole_on_white_or_nothing(format: str, packs: dict[bool, Pack]) -> None:
    _, image = answered(packs[False], f"0,0,800,400/400,200/30/default.{format}")
    corner = image.convert("RGBA").getpixel((0, 0))

    assert image.size == (447, 374)
    assert isinstance(corner, tuple)
    assert corner[3] == 0 or min(corner[:3]) > 250
    assert (corner[3] == 255) == (format == "jpg")
    flat = Image.new("RGBA", image.size, "white")
    flat.alpha_composite(image.convert("RGBA"))
    expected = reference(
        False,
        plan(parse(Version.THREE, "0,0,800,400", "400,200", "0", "default.png"), packs[False].shape, limits=Limits()),
    )
    turned = expected.rotate(-30, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    middle = (150, 120, 300, 250)
    assert psnr(flat.convert("RGB").crop(middle), turned.crop(middle)) > 18


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "tif", "gif"])
@pytest.mark.parametrize("quality", ["default", "color", "gray", "bitonal"])
@pytest.mark.parametrize("grey", [False, True])
def test_qualities_in_every_format(quality: str, format: str, grey: bool, packs: dict[bool, Pack]) -> None:
    _, image = answered(packs[grey], f"0,0,700,500/350,250/0/{quality}.{format}")

    assert image.size == (350, 250)
    assert image.format == {"jpg": "JPEG", "tif": "TIFF"}.get(format, format.upper())
    if quality == "bitonal":
        shades = np.unique(np.asarray(image.convert("L")))
        assert shades[0] < 40 and shades[-1] > 215
        if format != "jpg":
            assert len(shades) == 2
    elif format in ("jpg", "png", "tif"):
        assert (image.mode == "L") == (grey or quality == "gray")


def test_bitonal_tiles_share_one_threshold(packs: dict[bool, Pack]) -> None:
    whole = np.asarray(answered(packs[True], "0,0,600,300/max/0/bitonal.png")[1].convert("L"))
    left = np.asarray(answered(packs[True], "0,0,300,300/max/0/bitonal.png")[1].convert("L"))
    right = np.asarray(answered(packs[True], "300,0,300,300/max/0/bitonal.png")[1].convert("L"))

    assert (np.concatenate([left, right], axis=1) == whole).all()


@pytest.mark.parametrize("path", ["full/max", "full/1000,", "31,17,1000,900/max", "full/^1600,"])
@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("quality", ["default", "gray", "bitonal"])
def test_strips_give_what_one_piece_gives(
    path: str, grey: bool, quality: str, packs: dict[bool, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, once = answered(packs[grey], f"{path}/0/{quality}.jpg")
    monkeypatch.setattr(rendering, "STRIP_PIXELS", 400_000)
    _, strips = answered(packs[grey], f"{path}/0/{quality}.jpg")

    assert strips.size == once.size
    assert strips.mode == once.mode
    assert psnr(strips, once) > (30 if quality == "bitonal" else 38)


def test_a_stored_tile_is_sent_as_it_is(packs: dict[bool, Pack]) -> None:
    pack = packs[False]
    planned = plan(parse(Version.THREE, "256,0,256,256", "256,256", "0", "default.jpg"), pack.shape, limits=Limits())

    assert render(pack, planned) == pack.read(1)
