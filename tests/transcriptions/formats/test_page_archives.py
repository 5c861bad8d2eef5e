"""Archives of documents: which files belong together, in which order, under which title."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.written_pages import damages
from transcriptions.errors import Unreadable
from transcriptions.formats import page_archives
from transcriptions.formats.page_archives import Found

METS = b"""<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"><fileSec><fileGrp>
<file ID="i1"><FLocat xlink:href="a%20one.jpg"/></file><file ID="x1"><FLocat xlink:href="a one.xml"/></file>
<file ID="i2"><FLocat xlink:href="images\\b.JPG"/></file></fileGrp></fileSec>
<structMap TYPE="logical"><div><fptr FILEID="i1"/></div></structMap>
<structMap TYPE="physical"><div><div><fptr FILEID="i2"/></div><div><fptr><area FILEID="i1"/></fptr>
<fptr FILEID="x1"/></div></div></structMap></mets>"""
TITLED = '<trpDocMetadata><docId>1</docId><title>Дело "5"</title></trpDocMetadata>'.encode()


def found(*names: str) -> tuple[Found, ...]:
    return page_archives.find(names, archive="export")


def described(files: dict[str, bytes]) -> dict[str, object]:
    (document,) = found(*files)
    written = page_archives.describe(document, files.__getitem__)
    assert written is not None
    return tomllib.loads(written.decode())


def test_an_export_of_escriptorium_lies_flat() -> None:
    (document,) = found("METS.xml", "p1.jpg", "p1.xml", "p2.jpg", "p2.xml")

    assert document.name == "export"
    assert dict(document.files) == {name: name for name in ("p1.jpg", "p1.xml", "p2.jpg", "p2.xml")}
    assert document.mets == "METS.xml"


def test_an_export_of_transkribus_has_folders() -> None:
    base = "1_col/77/Title"
    names = [
        f"{base}/{each}" for each in ("0001_a.jpg", "page/0001_a.xml", "alto/0001_a.xml", "mets.xml", "metadata.xml")
    ]
    (document,) = found("log.txt", *names, f"{base}/thumbs/0001_a.jpg", "__MACOSX/x.jpg")

    assert (document.name, document.place) == ("Title", base)
    assert [place for place, _ in document.files] == ["0001_a.jpg", "alto/0001_a.xml", "page/0001_a.xml"]
    assert document.titled == f"{base}/metadata.xml"


def test_pictures_in_a_folder_of_their_own_come_up_to_their_pages() -> None:
    (document,) = found("doc/images/p1.png", "doc/page/p1.xml", "doc/document.toml")

    assert dict(document.files) == {
        "p1.png": "doc/images/p1.png",
        "page/p1.xml": "doc/page/p1.xml",
        "document.toml": "doc/document.toml",
    }
    assert document.described


def test_several_documents_are_told_apart() -> None:
    documents = found("a/p.jpg", "b/c/p.jpg", "b/c/p.xml", "nested.zip")

    assert [(each.name, len(each.files)) for each in documents] == [("a", 1), ("c", 2)]


def test_the_order_is_that_of_the_physical_structure() -> None:
    assert described({"mets.xml": METS, "a one.jpg": b"", "b.jpg": b""})["parts"] == [
        {"id": "document", "pages": ["b.jpg", "a one.jpg"]}
    ]


def test_the_title_comes_from_the_metadata() -> None:
    assert described({"metadata.xml": TITLED, "p.jpg": b""}) == {"title": {"none": 'Дело "5"'}}


def test_a_structure_that_leaves_pages_out_gives_no_order() -> None:
    (document,) = found("mets.xml", "a one.jpg", "b.jpg", "c.jpg")

    assert page_archives.describe(document, lambda name: METS) is None


def test_a_description_in_the_archive_is_left_as_it_is() -> None:
    (document,) = found("document.toml", "metadata.xml", "p.jpg")

    assert page_archives.describe(document, lambda name: TITLED) is None


@pytest.mark.parametrize("name", ["mets.xml", "metadata.xml"])
def test_other_files_of_those_names_are_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        described({name: b"<html/>", "p.jpg": b""})


@given(st.data())
def test_damaged_structures_are_read_or_refused(data: st.DataObject) -> None:
    whole = data.draw(damages(METS))
    try:
        found_order = described({"mets.xml": whole, "metadata.xml": TITLED, "a one.jpg": b"", "b.jpg": b""})
        assert found_order["title"] == {"none": 'Дело "5"'}
    except Unreadable as error:
        assert str(error)
