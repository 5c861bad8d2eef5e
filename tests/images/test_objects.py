"""Packs in an object store, read by ranges; the store is a folder behind the same client."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from images.errors import ImageRefused, ImageUnknown, StorageUnreachable
from images.objects import ObjectStore, Place, open_store
from images.pack import Parameters, View, build, open_pack, read_array

SMALL = Parameters(tile=128, sizes=(64,))


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    (tmp_path / "bucket").mkdir()
    return ObjectStore((tmp_path / "bucket").as_uri(), tmp_path / "local", fresh_seconds=0.0)


def master(folder: Path, shade: int) -> Path:
    path = folder / f"{shade}.png"
    Image.fromarray(np.full((300, 400), shade, np.uint8)).save(path)
    return path


def test_what_is_kept_is_read_by_ranges_as_from_a_file(store: ObjectStore, tmp_path: Path) -> None:
    source = master(tmp_path, 90)
    with store.staging() as staging:
        made = build(source, View(), staging.path, SMALL)
        here = open_pack(staging.path / made.name)
        stored = [here.read(number) for number in range(here.pyramid.tiles + 1)]
        staging.add_master(made.master, source)
        staging.keep()
    pack = store.open_pack(made.name)

    assert store.has_pack(made.name)
    assert store.pack_size(made.name) == made.size
    assert [pack.read(number) for number in range(pack.pyramid.tiles + 1)] == stored
    assert (np.abs(read_array(pack).astype(int) - 90) <= 1).all()
    kept = tmp_path / "bucket" / "masters" / made.master[:2] / made.master
    assert kept.read_bytes() == source.read_bytes()
    assert store.open_pack(made.name) is pack
    assert not any((tmp_path / "local").rglob("*.part"))


def test_what_is_not_kept_leaves_nothing(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), store.staging() as staging:
        build(master(tmp_path, 90), View(), staging.path, SMALL)
        raise ZeroDivisionError

    assert list((tmp_path / "bucket").iterdir()) == []


def test_a_master_that_changed_meanwhile_is_not_kept(store: ObjectStore, tmp_path: Path) -> None:
    source = master(tmp_path, 90)
    with pytest.raises(ImageRefused, match="changed"):
        store.keep_master("ab" * 32, source)

    assert not [path for path in (tmp_path / "bucket").rglob("*") if path.is_file() and "#" not in path.name]


def test_a_pack_that_was_replaced_is_opened_anew(store: ObjectStore, tmp_path: Path) -> None:
    name = "ab" * 20
    shades = []
    for shade in (60, 200):
        build(master(tmp_path, shade), View(), tmp_path / f"pack {shade}", SMALL)
        store.add_pack(tmp_path / f"pack {shade}", name)
        kept = tmp_path / "bucket" / "packs" / "ab" / name
        os.utime(kept, (shade, shade))
        shades.append(int(read_array(store.open_pack(name)).mean().round()))

    assert shades == [60, 200]
    kept.unlink()
    with pytest.raises(ImageUnknown):
        store.open_pack(name)


def test_a_store_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageUnreachable, match="nowhere"):
        open_store(Place(tmp_path, "nowhere://bucket"))


def test_another_object_in_the_place_of_an_opened_one_is_never_taken_for_it(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    store = ObjectStore((tmp_path / "bucket").as_uri(), tmp_path / "local", fresh_seconds=3600)
    made = [build(master(tmp_path, shade), View(), tmp_path / f"made{shade}", SMALL) for shade in (90, 200)]
    store.add_pack(tmp_path / "made90", made[0].name)
    opened = store.open_pack(made[0].name)
    store.add_pack(tmp_path / "made200", made[0].name)

    with pytest.raises(StorageUnreachable, match="replaced"):
        opened.read(0)
    assert store.open_pack(made[0].name).description.master == made[1].master
