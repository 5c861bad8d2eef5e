"""Large masters go through as a stream: in bounded memory, whatever their strips, compression and orientation."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from images.errors import ImageRefused
from images.geometry import Box
from images.masters import open_master
from images.pack import View, build, open_pack, read_array

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 700, 1300


def page() -> NDArray[np.uint8]:
    """Draw something whose rows and columns all differ, so that any out of its place shows."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([x * 3 + y, y * 5 - x, (x ^ y)], axis=2).astype(np.uint8)


def strips(path: Path, view: View, *, rows: int = 512) -> NDArray[np.uint8]:
    master = open_master(path, view, max_pixels=10**8, spool=path.parent)
    height = master.size.height
    return np.concatenate([master.strip(top, min(rows, height - top)) for top in range(0, height, rows)])


UPRIGHT = {
    1: lambda p: p, 2: np.fliplr, 3: lambda p: np.rot90(p, 2), 4: np.flipud, 5: lambda p: np.swapaxes(p, 0, 1),
    6: lambda p: np.rot90(p, -1), 7: lambda p: np.rot90(np.swapaxes(p, 0, 1), 2), 8: lambda p: np.rot90(p, 1),
}  # fmt: skip


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize("rows", [8, 300, HEIGHT])
def test_strips_of_any_height_are_read_in_any_orientation(
    rows: int, compression: str | None, orientation: int, tmp_path: Path
) -> None:
    path = tmp_path / "page.tif"
    Image.fromarray(page()).save(path, compression=compression, tiffinfo={278: rows, 274: orientation})

    assert (strips(path, View()) == UPRIGHT[orientation](page())).all()
    assert [each.name for each in tmp_path.iterdir()] == ["page.tif"]


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("format", ["TIFF", "BMP"])
def test_a_view_shows_its_crop_of_the_upright_page_turned(
    format: str, quarters: int, orientation: int, tmp_path: Path
) -> None:
    path = tmp_path / "page"
    if format == "BMP":
        orientation = 1
        Image.fromarray(page()).save(path, "BMP")
    else:
        Image.fromarray(page()).save(path, "TIFF", tiffinfo={274: orientation})
    upright = UPRIGHT[orientation](page())
    crop = Box(100, 31, 503, 577)
    expected = np.rot90(upright[crop.y : crop.bottom, crop.x : crop.right], -quarters)

    assert (strips(path, View(crop, quarters), rows=100) == expected).all()


def sparse_tiff(path: Path, width: int, height: int, *, orientation: int) -> None:
    """Write an RGB TIFF whose pixels are all black and take no room on the disk; strips of 64 rows."""
    rows = 64
    count = -(-height // rows)
    tags = 9
    lists = 8 + 2 + 12 * tags + 4
    bits, offsets, counts = lists, lists + 8, lists + 8 + 4 * count
    start = counts + 4 * count
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits), (262, 3, 1, 2), (273, 4, count, offsets),
        (274, 3, 1, orientation), (277, 3, 1, 3), (278, 4, 1, rows), (279, 4, count, counts),
    ]  # fmt: skip
    length = 3 * width * rows
    last = 3 * width * (height - rows * (count - 1))
    with path.open("wb") as file:
        file.write(struct.pack("<2sHIH", b"II", 42, 8, tags))
        file.writelines(struct.pack("<HHII", *entry) for entry in entries)
        file.write(struct.pack("<IHHHH", 0, 8, 8, 8, 0))
        file.write(struct.pack(f"<{count}I", *(start + length * n for n in range(count))))
        file.write(struct.pack(f"<{count}I", *([length] * (count - 1)), last))
        file.truncate(start + 3 * width * height)


# What the kernel says of the process's own memory: ru_maxrss begins with the peak of the process that started it.
INGEST = """
import sys
from pathlib import Path
from images.pack import View, build
made = build(Path(sys.argv[1]), View(), Path(sys.argv[2]), max_pixels=10**9)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
print(made.size.width, made.size.height, int(peak.split()[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("orientation", [1, 6])
def test_three_hundred_megapixels_take_less_than_600_megabytes(orientation: int, tmp_path: Path) -> None:
    sparse_tiff(tmp_path / "film.tif", 15_000, 20_000, orientation=orientation)
    ran = subprocess.run(
        [sys.executable, "-c", INGEST, str(tmp_path / "film.tif"), str(tmp_path / "pack")],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    width, height, memory = map(int, ran.stdout.split())

    assert (width, height) == ((15_000, 20_000) if orientation == 1 else (20_000, 15_000))
    assert memory < 600
    assert open_pack(tmp_path / "pack").pyramid.size.area == 300_000_000


def test_a_large_striped_page_on_its_side_becomes_a_whole_pack(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    Image.fromarray(page()).save(path, compression="tiff_lzw", tiffinfo={278: 100, 274: 8})
    build(path, View(), tmp_path / "pack")
    pack = open_pack(tmp_path / "pack")
    pack.verify()
    shown = read_array(pack).astype(int)

    # JPEG blurs the finest colours, but no row or column is out of its place.
    assert shown.shape == (WIDTH, HEIGHT, 3)
    assert np.abs(shown.mean(axis=2) - UPRIGHT[8](page()).mean(axis=2)).mean() < 25


def test_tiles_too_large_to_hold_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "tiles.tif"
    entries = [
        (256, 4, 1, 100), (257, 4, 1, 100), (258, 3, 1, 8), (262, 3, 1, 1), (277, 3, 1, 1),
        (322, 4, 1, 65_536), (323, 4, 1, 65_536), (324, 4, 1, 8), (325, 4, 1, 100),
    ]  # fmt: skip
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    path.write_bytes(struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + packed + bytes(4000))
    with pytest.raises(ImageRefused, match="more than 600,000,000 bytes"):
        open_master(path, View(), max_pixels=10**8)
