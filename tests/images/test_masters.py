"""Every odd kind of master becomes an upright 8-bit page, and every hostile one is refused with a reason."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image, ImageCms

from images.errors import ImageRefused
from images.geometry import Box, Size
from images.masters import frames, open_master, sniff
from images.pack import View, build, open_pack, read_array

WIDTH, HEIGHT = 90, 60
LIMIT = 10_000_000


def scene() -> NDArray[np.uint8]:
    """Red top left, green top right, blue bottom left, white bottom right."""
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = (200, 30, 30)
    pixels[: HEIGHT // 2, WIDTH // 2 :] = (30, 160, 30)
    pixels[HEIGHT // 2 :, : WIDTH // 2] = (30, 30, 200)
    return pixels


def grey_scene() -> NDArray[np.uint8]:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = 0
    pixels[: HEIGHT // 2, WIDTH // 2 :] = 80
    pixels[HEIGHT // 2 :, : WIDTH // 2] = 160
    return pixels


def shown(path: Path, view: View | None = None) -> NDArray[np.uint8]:
    target = path.with_name("pack")
    build(path, view or View(), target, max_pixels=LIMIT)
    pack = open_pack(target)
    pack.verify()
    return read_array(pack)


def assert_shows(pixels: NDArray[np.uint8], expected: NDArray[np.uint8], tolerance: int = 16) -> None:
    assert pixels.shape == expected.shape
    height, width = expected.shape[:2]
    for y in (height // 4, 3 * height // 4):
        for x in (width // 4, 3 * width // 4):
            assert np.abs(pixels[y, x].astype(int) - expected[y, x].astype(int)).max() <= tolerance, (x, y)


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


SAVED: dict[str, Callable[[Path], None]] = {
    "jpeg": lambda path: Image.fromarray(scene()).save(path, "JPEG", quality=95, subsampling=0),
    "progressive jpeg": lambda path: Image.fromarray(scene()).save(path, "JPEG", quality=95, progressive=True),
    "png": lambda path: Image.fromarray(scene()).save(path, "PNG"),
    "tiff": lambda path: Image.fromarray(scene()).save(path, "TIFF"),
    "tiff lzw": lambda path: Image.fromarray(scene()).save(path, "TIFF", compression="tiff_lzw"),
    "tiff deflate": lambda path: Image.fromarray(scene()).save(path, "TIFF", compression="tiff_adobe_deflate"),
    "tiff jpeg": lambda path: Image.fromarray(scene()).save(path, "TIFF", compression="jpeg", quality=95),
    "big tiff": lambda path: Image.fromarray(scene()).save(path, "TIFF", big_tiff=True),
    "webp": lambda path: Image.fromarray(scene()).save(path, "WEBP", lossless=True),
    "gif": lambda path: Image.fromarray(scene()).quantize(16).save(path, "GIF"),
    "bmp": lambda path: Image.fromarray(scene()).save(path, "BMP"),
    "jp2": lambda path: Image.fromarray(scene()).save(path, "JPEG2000", irreversible=False),
    "jpeg 2000 codestream": lambda path: Image.fromarray(scene()).save(path, "JPEG2000", no_jp2=True),
    "palette png": lambda path: Image.fromarray(scene()).quantize(16).save(path, "PNG"),
    "palette tiff": lambda path: Image.fromarray(scene()).quantize(16).save(path, "TIFF"),
    "alpha png": lambda path: Image.fromarray(scene()).convert("RGBA").save(path, "PNG"),
    "16-bit png": lambda path: pyvips.Image.new_from_array(scene().astype(np.uint16) * 257)
    .copy(interpretation="rgb16")
    .pngsave(str(path)),
    "16-bit tiff": lambda path: pyvips.Image.new_from_array(scene().astype(np.uint16) * 257)
    .copy(interpretation="rgb16")
    .tiffsave(str(path)),
    "16-bit tiff with alpha": lambda path: pyvips.Image.new_from_array(
        np.dstack([scene(), np.full((HEIGHT, WIDTH), 255, np.uint8)]).astype(np.uint16) * 257
    )
    .copy(interpretation="rgb16")
    .tiffsave(str(path)),
    "jp2 with alpha": lambda path: Image.fromarray(scene()).convert("RGBA").save(path, "JPEG2000", irreversible=False),
    "tiled jp2": lambda path: Image.fromarray(scene()).save(path, "JPEG2000", tile_size=(32, 32)),
    "tiff with a broken profile": lambda path: Image.fromarray(scene()).save(path, "TIFF", icc_profile=b"none" * 40),
    "tiled tiff": lambda path: pyvips.Image.new_from_array(scene()).tiffsave(
        str(path), tile=True, tile_width=64, tile_height=64, compression="deflate"
    ),
}  # fmt: skip

GREY: dict[str, Callable[[Path], None]] = {
    "jpeg": lambda path: Image.fromarray(grey_scene()).save(path, "JPEG", quality=95),
    "png": lambda path: Image.fromarray(grey_scene()).save(path, "PNG"),
    "tiff": lambda path: Image.fromarray(grey_scene()).save(path, "TIFF"),
    "jp2": lambda path: Image.fromarray(grey_scene()).save(path, "JPEG2000"),
    "jp2 with alpha": lambda path: Image.fromarray(grey_scene()).convert("LA").save(path, "JPEG2000"),
    "grey palette gif": lambda path: Image.fromarray(grey_scene()).save(path, "GIF"),
    "grey palette tiff": lambda path: Image.fromarray(grey_scene()).convert("P").save(path, "TIFF"),
    "grey with an sRGB profile": lambda path: Image.fromarray(grey_scene()).save(
        path, "PNG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ),
    "16-bit tiff with alpha": lambda path: (
        pyvips.Image.new_from_array(
            np.dstack([grey_scene(), np.full((HEIGHT, WIDTH), 255, np.uint8)]).astype(np.uint16) * 257
        )
        .copy(interpretation="grey16")
        .tiffsave(str(path))
    ),
    "grey with alpha": lambda path: Image.fromarray(grey_scene()).convert("LA").save(path, "PNG"),
    "16-bit png": lambda path: Image.fromarray(grey_scene().astype(np.uint16) * 257).save(path, "PNG"),
    "16-bit tiff": lambda path: Image.fromarray(grey_scene().astype(np.uint16) * 257).save(path, "TIFF"),
    "16-bit jp2": lambda path: Image.fromarray(grey_scene().astype(np.uint16) * 257).save(path, "JPEG2000"),
}


@pytest.mark.parametrize("kind", SAVED)
def test_colour_masters_are_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a master.whatever"
    SAVED[kind](path)

    assert_shows(shown(path), scene())


@pytest.mark.parametrize("kind", GREY)
def test_grey_masters_stay_grey(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "master"
    GREY[kind](path)

    assert_shows(shown(path), grey_scene())


@pytest.mark.parametrize("compression", ["group4", "raw"])
def test_bilevel_tiffs_are_read_the_right_way_round(compression: str, tmp_path: Path) -> None:
    path = tmp_path / "master"
    Image.fromarray(np.where(grey_scene() > 100, 255, 0).astype(np.uint8)).convert("1").save(
        path, "TIFF", compression=compression
    )

    assert_shows(shown(path), np.where(grey_scene() > 100, 255, 0).astype(np.uint8))


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_becomes_the_colours_that_were_meant(format: str, tmp_path: Path) -> None:
    path = tmp_path / "master"
    Image.fromarray(scene()).convert("CMYK").save(path, format, quality=95)
    pixels = shown(path)

    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert pixels[45, 67].min() > 240
    assert pixels[15, 22].argmax() == 0
    assert pixels[45, 22].argmax() == 2


def test_transparent_places_are_white(tmp_path: Path) -> None:
    path = tmp_path / "master"
    image = Image.fromarray(scene()).convert("RGBA")
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    alpha[: HEIGHT // 2, : WIDTH // 2] = 0
    image.putalpha(Image.fromarray(alpha))
    image.save(path, "TIFF")
    expected = scene()
    expected[: HEIGHT // 2, : WIDTH // 2] = 255

    assert_shows(shown(path), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_exif_orientation_is_applied_once(orientation: int, format: str, tmp_path: Path) -> None:
    path = tmp_path / "master"
    stored = {
        1: lambda p: p, 2: np.fliplr, 3: lambda p: np.rot90(p, 2), 4: np.flipud,
        5: lambda p: np.swapaxes(p, 0, 1), 6: lambda p: np.rot90(p, 1),
        7: lambda p: np.rot90(np.swapaxes(p, 0, 1), 2), 8: lambda p: np.rot90(p, -1),
    }[orientation](scene())  # fmt: skip
    tags = Image.Exif()
    tags[0x0112] = orientation
    image = Image.fromarray(np.ascontiguousarray(stored))
    if format == "JPEG":
        image.save(path, format, quality=95, exif=tags)
    else:
        image.save(path, format, tiffinfo={0x0112: orientation})

    assert_shows(shown(path), scene())


def test_a_colour_profile_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "master"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    Image.fromarray(scene()).save(path, "TIFF", icc_profile=srgb.tobytes())

    assert profile.tobytes()
    assert_shows(shown(path), scene(), tolerance=6)


def test_crop_and_turn_show_a_part_of_the_upright_page(tmp_path: Path) -> None:
    path = tmp_path / "master"
    Image.fromarray(scene()).save(path, "PNG")
    view = View(crop=Box(10, 0, 80, 60), quarters=1)

    assert_shows(shown(path, view), np.rot90(scene()[:, 10:], -1))
    with pytest.raises(ImageRefused, match="crop reaches beyond"):
        shown(path, View(crop=Box(0, 0, 91, 60)))


def test_strips_that_cut_through_those_of_the_file_are_read_in_order(tmp_path: Path) -> None:
    drawn = np.random.default_rng(1).integers(0, 255, (3000, 1500, 3), np.uint8)
    path = tmp_path / "page.tif"
    Image.fromarray(drawn).save(path, compression="tiff_lzw")
    master = open_master(path, View(), max_pixels=10_000_000)
    strips = [master.strip(top, min(512, 3000 - top)) for top in range(0, 3000, 512)]

    assert np.array_equal(np.vstack(strips), drawn)


def test_pages_of_a_tiff_are_shown_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "master"
    first, second = Image.fromarray(scene()), Image.fromarray(255 - scene())
    first.save(path, "TIFF", save_all=True, append_images=[second])

    assert frames(path) == (0, 1)
    assert_shows(shown(path, View(page=1)), 255 - scene())
    with pytest.raises(ImageRefused):
        shown(path, View(page=2))


@pytest.mark.parametrize("subifd", [False, True])
def test_the_levels_of_a_pyramid_are_no_pages(tmp_path: Path, subifd: bool) -> None:
    path = tmp_path / "master"
    large = pyvips.Image.new_from_array(np.kron(scene(), np.ones((12, 12, 1), np.uint8)))
    large.tiffsave(str(path), pyramid=True, tile=True, tile_width=256, tile_height=256, subifd=subifd)

    assert frames(path) == (0,)


def test_halves_of_the_picture_before_are_no_pages_even_where_nothing_says_so(tmp_path: Path) -> None:
    path = tmp_path / "master"
    page = Image.fromarray(scene())
    half = page.resize(((page.width + 1) // 2, page.height // 2))
    page.save(path, "TIFF", save_all=True, append_images=[half, page])

    assert frames(path) == (0, 2)


def test_a_thumbnail_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "master"
    page = Image.fromarray(scene())
    small = page.resize((20, 20))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    page.save(path, "TIFF", save_all=True, append_images=[small])

    assert frames(path) == (0,)


def test_directories_that_run_in_a_circle_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "master"
    Image.fromarray(scene()).save(path, "TIFF")
    data = bytearray(path.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[first : first + 2], "little")
    data[first + 2 + 12 * entries : first + 6 + 12 * entries] = data[4:8]
    path.write_bytes(data)

    with pytest.raises(ImageRefused, match="no end"):
        frames(path)


def test_a_page_of_a_pdf_is_drawn_at_the_resolution_of_its_scan(tmp_path: Path) -> None:
    path = tmp_path / "master"
    large = Image.fromarray(np.kron(scene(), np.ones((10, 10, 1), np.uint8)))
    large.save(path, "PDF", resolution=400)

    assert frames(path) == (0,)
    assert open_master(path, View(), max_pixels=LIMIT).size == Size(900, 600)
    assert_shows(shown(path), np.asarray(large), tolerance=30)
    with pytest.raises(ImageRefused, match="1 pages"):
        shown(path, View(page=1))


# --- refused


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def saved(format: str, **options: object) -> bytes:
    noise = np.random.Generator(np.random.PCG64(1)).integers(0, 255, (400, 300, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, format, **options)
    return out.getvalue()


def saved_as(format: str, mode: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(scene()).convert("L" if mode == "F" else mode).convert(mode).save(out, format)
    return out.getvalue()


def tiff_with(tag: int, value: int) -> bytes:
    """Give a TIFF in which one entry of the directory has another value."""
    data = bytearray(saved("TIFF"))
    at = struct.unpack_from("<I", data, 4)[0]
    for entry in range(struct.unpack_from("<H", data, at)[0]):
        place = at + 2 + 12 * entry
        if struct.unpack_from("<H", data, place)[0] == tag:
            struct.pack_into("<I", data, place + 8, value)
    return bytes(data)


def big_tiff_with_directory_at(place: int) -> bytes:
    return b"II+\0" + struct.pack("<HHQ", 8, 0, place) + bytes(400)


def tiff_with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = bytearray(saved("TIFF", icc_profile=profile))
    # To its end, where programs that write row by row put it.
    at = struct.unpack_from("<I", data, 4)[0]
    for entry in range(struct.unpack_from("<H", data, at)[0]):
        if struct.unpack_from("<H", data, at + 2 + 12 * entry)[0] == 34675:
            struct.pack_into("<I", data, at + 10 + 12 * entry, len(data))
    return bytes(data) + profile


HOSTILE: dict[str, bytes] = {
    "an empty file": b"",
    "text": "Из беседы видно, что …".encode(),
    "text that begins like a TIFF": b"II*\0 and then nothing that is one",
    "zeros": bytes(5000),
    "HTML": b"<html><body>404</body></html>",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "a JPEG cut short": saved("JPEG", quality=90)[:20_000],
    "a JPEG cut just before its end": saved("JPEG", quality=90)[:-200],
    "a JPEG's first bytes": saved("JPEG")[:20],
    "a progressive JPEG cut short": saved("JPEG", progressive=True)[:20_000],
    "a PNG cut short": saved("PNG")[:30_000],
    "a TIFF cut short": saved("TIFF")[:30_000],
    "an LZW TIFF cut short": saved("TIFF", compression="tiff_lzw")[:30_000],
    "a WebP cut short": saved("WEBP", lossless=True)[:10_000],
    "a JP2 cut short": saved("JPEG2000")[:10_000],
    "a GIF cut short": saved("GIF")[:10_000],
    "a BMP cut short": saved("BMP")[:10_000],
    "a PDF cut short": saved("PDF")[:300],
    "a PNG bomb": png_header(60_000, 60_000),
    "a PNG of the largest size there is": png_header(2**31 - 1, 2**31 - 1),
    "a TIFF whose profile is cut short": tiff_with_profile()[:-100],
    "a BigTIFF whose directory is farther than files go": big_tiff_with_directory_at(2**63 + 5),
    "a TIFF that says it is wide": tiff_with(256, 2_000_000_000),
    "a TIFF that says it is higher than it is": tiff_with(257, 9000),
    "a TIFF that was never finished": tiff_with(273, 0),
    "a TIFF of floating point": saved_as("TIFF", "F"),
    "a TIFF of YCbCr": saved_as("TIFF", "YCbCr"),
    "a TIFF whose strips lie beyond its end": tiff_with(273, 2_000_000_000),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_whole_image_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    path.write_bytes(HOSTILE[kind])
    target = tmp_path / "packs"
    target.mkdir()

    with pytest.raises(ImageRefused) as refusal:
        build(path, View(), target, max_pixels=LIMIT)

    assert len(str(refusal.value)) > 5
    assert list(target.iterdir()) == []


def test_few_rows_that_are_very_long_are_refused_before_they_take_memory(tmp_path: Path) -> None:
    (tmp_path / "master.png").write_bytes(png_header(4_000_000, 200))

    with pytest.raises(ImageRefused, match="at most 100,000 are allowed on a side"):
        build(tmp_path / "master.png", View(), tmp_path / "pack")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageRefused, match="cannot be read"):
        sniff(tmp_path / "nothing.tif")


@pytest.mark.parametrize("at", range(0, 20_000, 1009))
def test_a_damaged_master_is_refused_or_read(at: int, tmp_path: Path) -> None:
    path = tmp_path / "master"
    for format in ("JPEG", "PNG", "TIFF", "JPEG2000"):
        data = bytearray(saved(format))
        data[at : at + 40] = bytes(range(40))
        path.write_bytes(data)
        try:
            build(path, View(), tmp_path / "pack", max_pixels=LIMIT)
        except ImageRefused as error:
            assert str(error)


def test_a_profile_at_the_end_of_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "master.tif"
    path.write_bytes(tiff_with_profile())
    build(path, View(), tmp_path / "pack")

    assert open_pack(tmp_path / "pack").pyramid.size == Size(300, 400)
