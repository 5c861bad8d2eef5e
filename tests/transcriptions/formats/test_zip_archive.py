"""ZIP archives: what is inside stays inside, and nothing grows without bounds."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.written_pages import damages
from transcriptions.errors import Unreadable
from transcriptions.formats.zip_archive import Archive, Limits


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def opened(data: bytes, **limits: int) -> Archive:
    return Archive(data, name="x.zip", limits=Limits(**limits))


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_files_are_listed_and_read() -> None:
    archive = opened(packed(("page/p1.xml", b"<x/>"), ("p1.jpg", b"\xff\xd8" * 50_000)))

    assert [(entry.name, entry.size) for entry in archive.entries] == [("page/p1.xml", 4), ("p1.jpg", 100_000)]
    assert archive.read("page/p1.xml") == b"<x/>"
    assert len(list(archive.chunks("p1.jpg"))) == 2


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../../b", "/a", "C:/a", "a//b", "./a", "..\\a", "\\\\host\\a", "a\x01b", "a/" * 20 + "b", "x" * 300],
)
def test_paths_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(Unreadable, match=r"out of its folder|too long or too deep"):
        opened(packed((name, b"x")))


@pytest.mark.parametrize(
    ("data", "limits", "said"),
    [
        (packed(*[(f"{n}.txt", b"") for n in range(5)]), {"files": 4}, "holds 5 files"),
        (packed(("a", b"x" * 100)), {"file_bytes": 99}, "has 100 bytes"),
        (packed(("a", b"x" * 60), ("b", b"x" * 60)), {"total_bytes": 100}, "holds 120 bytes"),
        (packed(("a", b"\0" * 3_000_000)), {}, "bomb"),
        (packed((link("a"), b"/etc/passwd")), {}, "is a link"),
        (packed(("a.txt", b"1"), ("A.TXT", b"2")), {}, "twice"),
        (packed(("a", b"x"), method=zipfile.ZIP_BZIP2), {}, "by a method"),
        (b"not a zip", {}, "no ZIP archive"),
    ],
)
def test_what_must_not_be_unpacked_is_refused(data: bytes, limits: dict[str, int], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        opened(data, **limits)


def test_encrypted_files_are_refused() -> None:
    data = bytearray(packed(("a", b"x")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(signature) + offset
        data[place : place + 2] = struct.pack("<H", 1)

    with pytest.raises(Unreadable, match="encrypted"):
        opened(bytes(data))


def test_a_file_without_a_name_is_refused() -> None:
    data = bytearray(packed(("a", b"x")))
    lengths = data.index(b"PK\x01\x02") + 28
    # The name's only byte is counted to what follows it.
    data[lengths : lengths + 4] = struct.pack("<HH", 0, 1)

    with pytest.raises(Unreadable, match="out of its folder"):
        opened(bytes(data))


def test_a_file_never_gives_more_than_it_states() -> None:
    data = bytearray(packed(("a", b"x" * 5000)))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(signature) + offset
        data[place : place + 4] = struct.pack("<I", 10)

    with pytest.raises(Unreadable, match="damaged"):
        opened(bytes(data)).read("a")


@given(st.data())
def test_damaged_archives_are_read_or_refused(data: st.DataObject) -> None:
    try:
        archive = opened(data.draw(damages(packed(("a/b.txt", b"one two three" * 20), ("c", b"")))))
        for entry in archive.entries:
            assert len(archive.read(entry.name)) <= entry.size
    except Unreadable as error:
        assert str(error)
