"""The cache of rendered images: bounded, whole or missing, shared between processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.derivatives import FolderCache


def total(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, max_bytes=1 << 20)
    cache.save("a/b", b"pixels")

    assert cache.load("a/b") == b"pixels"
    assert FolderCache(tmp_path, max_bytes=1 << 20).load("a/b") == b"pixels"
    assert cache.load("a/c") is None


def test_nothing_is_kept_where_nothing_is_allowed(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "none", max_bytes=0)
    cache.save("a", b"pixels")

    assert cache.load("a") is None
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("damage", [b"", b"pi", b"pixelx", b"pixels and more"])
def test_a_damaged_file_counts_as_missing(damage: bytes, tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, max_bytes=1 << 20)
    cache.save("a", b"pixels")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith("."))
    whole = path.read_bytes()
    path.write_bytes(damage + whole[len(damage) :] if len(damage) == 6 else damage)

    assert cache.load("a") is None
    cache.save("a", b"pixels")
    assert cache.load("a") == b"pixels"


def test_it_stays_within_its_bound_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, max_bytes=100_000)
    for number in range(400):
        cache.save(f"key {number}", bytes(1000))
        for path in tmp_path.rglob("*"):
            if path.is_file() and path.stat().st_mtime > 2_000_000:
                os.utime(path, (1_000_000 + number, 1_000_000 + number))

        assert total(tmp_path) <= 106_500

    assert cache.load("key 399") == bytes(1000)
    assert cache.load("key 0") is None


def test_processes_share_it_and_its_bound(tmp_path: Path) -> None:
    said = (
        "import sys; from pathlib import Path; from server.derivatives import FolderCache\n"
        "cache = FolderCache(Path(sys.argv[1]), max_bytes=300_000)\n"
        "for number in range(600):\n"
        "    name = f'{number % 150}'; cache.save(name, name.encode() * 2000)\n"
        "    kept = cache.load(f'{(number * 7) % 150}')\n"
        "    assert kept is None or kept == f'{(number * 7) % 150}'.encode() * 2000\n"
    )
    command = [sys.executable, "-c", said, str(tmp_path)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    errors = [each.communicate(timeout=120)[1] for each in running]

    assert [each.returncode for each in running] == [0, 0, 0], errors
    assert total(tmp_path) <= 300_000 * 1.2
    assert not [path for path in tmp_path.rglob(".*") if path.name != ".lock"]
