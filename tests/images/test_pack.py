"""Tile packs: what is stored, read back whole and in part, and never believed when damaged."""

from __future__ import annotations

import io
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from images import jpeg, packfile, restart
from images.errors import ImageUnknown, PackDamaged
from images.geometry import Box, Size
from images.pack import Pack, PackInfo, Parameters, View, build, open_pack, read_array
from images.packfile import pack_name


def page(width: int, height: int, *, grey: bool = False) -> NDArray[np.uint8]:
    """Smooth colours with lines of different slopes, so that any shift shows."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    bands = [128 + 90 * np.sin(x / 37 + y / 91), 128 + 90 * np.cos(y / 53), 128 + 90 * np.sin((x + y) / 71)]
    pixels = np.stack(bands, axis=2)
    pixels[(np.abs(x - 2 * y) < 8) | (np.abs(x + y - width) < 6)] = 20
    result = pixels.clip(0, 255).astype(np.uint8)
    return result[:, :, 0] if grey else result


def packed(folder: Path, pixels: NDArray[np.uint8], parameters: Parameters | None = None) -> tuple[PackInfo, Pack]:
    path = folder / "master.png"
    Image.fromarray(pixels).save(path, "PNG", compress_level=1)
    target = folder / "packs"
    target.mkdir(exist_ok=True)
    made = build(path, View(), target, parameters or Parameters(tile=128, sizes=(50, 120)))
    return made, open_pack(target / made.name)


def psnr(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    error = float(((first.astype(np.float64) - second.astype(np.float64)) ** 2).mean())
    return 99.0 if error == 0 else 10 * float(np.log10(65025 / error))


SIZES = [(1, 1), (1, 700), (700, 1), (127, 129), (128, 128), (256, 384), (513, 257), (1000, 777), (1025, 1023)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("grey", [False, True])
def test_every_stored_image_shows_its_part_of_the_page(width: int, height: int, grey: bool, tmp_path: Path) -> None:
    pixels = page(width, height, grey=grey)
    made, pack = packed(tmp_path, pixels)
    pack.verify()

    assert made.size == pack.pyramid.size == Size(width, height)
    assert made.grey == pack.description.grey == grey
    whole = Image.fromarray(pixels)
    for level in range(len(pack.pyramid.levels)):
        columns, rows = pack.pyramid.grid(level)
        for column in range(columns):
            for row in range(rows):
                box = pack.pyramid.tile_box(level, column, row)
                region = pack.pyramid.tile_region(level, column, row)
                tile = Image.open(io.BytesIO(pack.read(pack.pyramid.number(level, column, row))))
                bounds = (region.x, region.y, region.right, region.bottom)
                expected = whole.resize((box.width, box.height), Image.Resampling.LANCZOS, box=bounds)

                assert tile.size == (box.width, box.height)
                assert (tile.mode == "L") == grey
                if min(tile.size) >= 16:
                    assert psnr(np.asarray(tile), np.asarray(expected)) > 28, (level, column, row)
    for place, size in enumerate(pack.description.sizes):
        stored = Image.open(io.BytesIO(pack.read(pack.pyramid.tiles + place)))
        assert stored.size == (size.width, size.height)


@pytest.mark.parametrize("grey", [False, True])
def test_a_page_is_read_whole_and_reduced(grey: bool, tmp_path: Path) -> None:
    pixels = page(1000, 777, grey=grey)
    _, pack = packed(tmp_path, pixels)

    assert psnr(read_array(pack), pixels) > 34
    reduced = read_array(pack, longest=300)
    assert reduced.shape[:2] == (233, 300)
    assert reduced.ndim == pixels.ndim
    assert read_array(pack, longest=5000).shape == pixels.shape


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data(), grey=st.booleans())
def test_a_box_cut_at_restart_markers_is_the_box_of_the_whole(data: st.DataObject, grey: bool, tmp_path: Path) -> None:
    folder = tmp_path / str(grey)
    if not folder.exists():
        folder.mkdir()
        packed(folder, page(613, 411, grey=grey))
    pack = open_pack(next((folder / "packs").iterdir()))
    level = data.draw(st.integers(0, len(pack.pyramid.levels) - 1))
    size = pack.pyramid.levels[level]
    x, y = data.draw(st.integers(0, size.width - 1)), data.draw(st.integers(0, size.height - 1))
    box = Box(x, y, data.draw(st.integers(1, size.width - x)), data.draw(st.integers(1, size.height - y)))
    whole = pack.pixels(level, size.box)
    cut = pack.pixels(level, box)
    expected = whole[box.y : box.bottom, box.x : box.right]

    assert cut.shape == expected.shape
    # Chroma at the edge of what is decoded is not smoothed with its neighbour's.
    assert np.abs(cut.astype(int) - expected.astype(int)).mean() < (0.01 if grey else 6)


def test_strips_are_stacked_to_the_same_picture() -> None:
    pixels = page(333, 290)
    strips = [jpeg.encode(pixels[top : top + 96], table=jpeg.RESULT, interval=21) for top in range(0, 290, 96)]
    stacked = restart.stack(strips, height=290)
    once = jpeg.encode(pixels, table=jpeg.RESULT, interval=21)

    assert simplejpeg.decode_jpeg_header(stacked)[:2] == (290, 333)
    assert stacked == once


def test_the_header_comes_with_one_read(tmp_path: Path) -> None:
    _, pack = packed(tmp_path, page(1000, 777))
    reads: list[tuple[int, int]] = []

    class Counting:
        def length(self) -> int:
            return next((tmp_path / "packs").iterdir()).stat().st_size

        def read(self, offset: int, length: int) -> bytes:
            reads.append((offset, length))
            data = next((tmp_path / "packs").iterdir()).read_bytes()
            return data[offset : offset + length]

    assert Pack("name", Counting()).description == pack.description
    assert reads == [(0, packfile.LEADING_READ)]


def test_a_name_depends_on_all_that_a_pack_is_made_of() -> None:
    master = "0" * 64
    names = {
        pack_name(master, View(), Parameters()),
        pack_name("1" * 64, View(), Parameters()),
        pack_name(master, View(quarters=1), Parameters()),
        pack_name(master, View(crop=Box(0, 0, 1, 1)), Parameters()),
        pack_name(master, View(page=1), Parameters()),
        pack_name(master, View(), Parameters(quality=80)),
        pack_name(master, View(), Parameters(tile=256)),
    }

    assert len(names) == 7
    assert pack_name(master, View(), Parameters()) in names


def test_the_same_master_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        packed(tmp_path / name, page(300, 200))
    first, second = (next((tmp_path / name / "packs").iterdir()).read_bytes() for name in ("a", "b"))

    assert first == second


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "master.png"
    Image.fromarray(page(100, 1000)).save(path)
    told: list[float] = []
    build(path, View(), tmp_path / "pack", Parameters(tile=128), progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0


def test_damage_is_noticed(tmp_path: Path) -> None:
    _, pack = packed(tmp_path, page(300, 200))
    path = next((tmp_path / "packs").iterdir())
    data = path.read_bytes()
    offset, length = pack.place(0)
    for damaged in (
        data[:40],
        data[:200],
        data[:-10],
        b"STROKAPK" + data[10:],
        b"x" * 9000,
        data[:100] + b"?" + data[101:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(PackDamaged):
            open_pack(path)
    path.write_bytes(data[: offset + length // 2] + b"\xff\xd5" + data[offset + length // 2 + 2 :])
    with pytest.raises(PackDamaged, match="checksum"):
        open_pack(path).verify()
    path.unlink()
    with pytest.raises(ImageUnknown):
        open_pack(path)


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, 3000))
def test_decoding_a_header_of_anything_raises_nothing_else(noise: bytes, at: int) -> None:
    description = packfile.Description("0" * 64, View(), Parameters(), Size(900, 700), False, (), 128)
    index = np.zeros(description.pyramid.tiles, packfile.INDEX)
    data = bytearray(packfile.encode(packfile.Header(description, index)))
    data[at : at + len(noise)] = noise
    try:
        decoded = packfile.decode(bytes(data), file_length=10**6)
    except PackDamaged:
        return
    assert decoded.description == description


def test_what_is_read_at_once_is_what_is_read_or_nothing(tmp_path: Path) -> None:
    """That the system holds a file just written in memory is likely, not certain."""
    made, pack = packed(tmp_path, page(700, 500))
    for number in range(pack.pyramid.tiles):
        assert pack.read_at_once(number) in (pack.read(number), None)
    with (tmp_path / "packs" / made.name).open("r+b") as file:
        file.truncate(packfile.LEADING_READ // 4)

    last = max(range(pack.pyramid.tiles), key=lambda number: pack.place(number)[0])

    assert pack.read_at_once(last) is None
    with pytest.raises(PackDamaged):
        pack.read(last)


def test_what_is_asked_for_first_lies_first_and_each_level_together(tmp_path: Path) -> None:
    made, pack = packed(tmp_path, page(1000, 777))
    firsts, sizes = pack.pyramid.firsts, len(pack.description.sizes)
    by_place = sorted(range(pack.pyramid.tiles + sizes), key=lambda number: pack.place(number)[0])
    levels = [list(range(first, after)) for first, after in pairwise(firsts)]

    assert by_place == [pack.pyramid.tiles + each for each in range(sizes)] + list(chain(*reversed(levels)))
    ends = [sum(pack.place(number)) for number in by_place]
    assert [pack.place(number)[0] for number in by_place[1:]] == ends[:-1]
    assert ends[-1] == (tmp_path / "packs" / made.name).stat().st_size
