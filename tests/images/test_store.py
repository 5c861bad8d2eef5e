"""The folder of masters and packs: kept as one or not at all, never changed, replaced files noticed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from images.errors import ImageRefused, ImageUnknown
from images.masters import checksum
from images.pack import Parameters, View, build
from images.store import FolderStore

SMALL = Parameters(tile=128, sizes=())


def master(folder: Path, shade: int = 128) -> Path:
    path = folder / f"page {shade}.png"
    Image.fromarray(np.full((40, 30), shade, np.uint8)).save(path)
    return path


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_what_is_kept_can_be_opened(tmp_path: Path) -> None:
    source = master(tmp_path)
    store = FolderStore(tmp_path / "images")
    with store.staging() as staging:
        made = build(source, View(), staging.path, SMALL)
        staging.add_master(made.master, source)
        staging.keep()

    assert store.has_pack(made.name)
    assert store.open_pack(made.name).pyramid.size == made.size == store.pack_size(made.name)
    assert store.master_path(made.master).read_bytes() == source.read_bytes()
    assert checksum(store.master_path(made.master)) == made.master
    assert list((tmp_path / "images" / "staging").iterdir()) == []


def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    source = master(tmp_path)
    store = FolderStore(tmp_path / "images")
    with pytest.raises(ZeroDivisionError), store.staging() as staging:
        made = build(source, View(), staging.path, SMALL)
        staging.add_master(made.master, source)
        raise ZeroDivisionError

    assert files(tmp_path / "images") == []
    with pytest.raises(ImageUnknown):
        store.open_pack(made.name)


def test_a_master_is_stored_once_and_cannot_be_written(tmp_path: Path) -> None:
    source = master(tmp_path)
    copy = tmp_path / "copy.png"
    copy.write_bytes(source.read_bytes())
    store = FolderStore(tmp_path / "images")

    assert store.add_master(source) == store.add_master(copy)
    assert len(files(tmp_path / "images")) == 1
    assert not store.master_path(checksum(source)).stat().st_mode & 0o222


def test_a_master_that_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    source, other = master(tmp_path), master(tmp_path, 7)
    store = FolderStore(tmp_path / "images")
    with store.staging() as staging:
        staging.add_master(checksum(other), source)
        with pytest.raises(ImageRefused, match="changed"):
            staging.keep()

    assert files(tmp_path / "images") == []


def test_a_replaced_pack_is_noticed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "images", fresh_seconds=0)
    made = build(master(tmp_path), View(), tmp_path, SMALL)
    store.add_pack(tmp_path / made.name, made.name)
    before = store.open_pack(made.name)
    second = build(master(tmp_path, 9), View(), tmp_path / "another", SMALL)
    store.add_pack(tmp_path / "another", made.name)
    after = store.open_pack(made.name)

    assert second.master != made.master
    assert after is not before
    assert after.description.master == second.master
    assert before.read(0)
    store.pack_path(made.name).unlink()
    with pytest.raises(ImageUnknown):
        store.open_pack(made.name)


def test_a_pack_is_at_hand_for_as_long_as_it_need_not_be_looked_at_again(tmp_path: Path) -> None:
    stores = [FolderStore(tmp_path / "images", fresh_seconds=seconds) for seconds in (3600, 0)]
    made = build(master(tmp_path), View(), tmp_path, SMALL)
    stores[0].add_pack(tmp_path / made.name, made.name)

    assert [store.held_pack(made.name) for store in stores] == [None, None]
    opened = [store.open_pack(made.name) for store in stores]
    assert [store.held_pack(made.name) for store in stores] == [opened[0], None]


def test_no_more_packs_are_held_open_than_allowed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "images", open_packs=2, fresh_seconds=0)
    names = []
    for shade in (1, 2, 3):
        made = build(master(tmp_path, shade), View(), tmp_path, SMALL)
        store.add_pack(tmp_path / made.name, made.name)
        names.append(made.name)
    first = store.open_pack(names[0])
    for name in names:
        store.open_pack(name)

    assert store.open_pack(names[0]) is not first
    assert first.read(0)


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "abc/def", "ABCDEF", "a" * 500, "ab\0cd", "x" * 40])
def test_a_name_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "images")
    with pytest.raises(ImageUnknown):
        store.open_pack(name)
    with pytest.raises(ImageUnknown):
        store.master_path(name)


KILLED = """
import os, signal, sys
from pathlib import Path
from images.store import FolderStore
with FolderStore(Path(sys.argv[1])).staging() as staging:
    (staging.path / "0123456789abcdef").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_swept_out(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    folder = tmp_path / "images"
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], cwd=root, check=False)
    left = list((folder / "staging").iterdir())
    assert len(left) == 1
    long_ago = left[0].stat().st_mtime - 100
    os.utime(left[0] / ".lock", (long_ago, long_ago))
    store = FolderStore(folder)
    with store.staging() as first, store.staging():
        assert first.path.exists()

    assert files(folder) == []
