"""Files that go out, as reviewers read them: one document in each format of text."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable

import pytest
from lxml import etree

from tests.builders import make_cable
from tests.conftest import Golden
from transcriptions.formats import citations, docx_writing, links_csv, reading_text, tmx
from transcriptions.formats.citations import Address, Style
from transcriptions.formats.reading_text import Side
from transcriptions.markup import State

SEEN = Address("https://example.org/documents/cable", datetime.date(2026, 11, 25))
STATE = State.AS_CHANGED


def joined(chunks: Iterable[bytes]) -> str:
    return b"".join(chunks).decode().replace("\r\n", "\n")


def test_texts_and_tables(golden: Golden) -> None:
    cable = make_cable()

    golden("texts/cable.txt", joined(reading_text.write(cable, Side.SOURCE, state=STATE)))
    golden("texts/cable.translation.txt", joined(reading_text.write(cable, Side.TARGET, state=STATE)))
    golden("texts/cable.facing.txt", joined(reading_text.write_facing(cable, state=STATE)))
    golden("texts/cable.tmx", joined(tmx.write(cable, state=STATE)))
    golden("texts/cable.links.csv", joined(links_csv.write(cable)))


@pytest.mark.parametrize("style", list(Style))
def test_citations(golden: Golden, style: Style) -> None:
    written = citations.write(make_cable(), style, address=SEEN)

    golden(f"texts/cable.{citations.SUFFIXES[style]}", joined([written]))


def test_a_word_file(golden: Golden) -> None:
    data = b"".join(docx_writing.write(make_cable(), state=STATE, language="ru"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))

    etree.indent(root)
    golden("texts/cable.docx.document.xml", etree.tostring(root, encoding="unicode") + "\n")
