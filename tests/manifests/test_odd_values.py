"""Whatever a description holds, a manifest comes out, and it is JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from manifests import canvases, collection, manifest
from tests.builders import make_cable, make_document
from transcriptions.model import Date, DateKind, Field, Foliation
from transcriptions.store.protocol import Summary

BASE = "https://cables.example.org"

words = st.text(max_size=30)
tags = st.from_regex(r"none|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", fullmatch=True) | st.sampled_from(
    ["", "1", "-", "я"]
)
language_maps = st.lists(st.tuples(tags, st.lists(words, max_size=2).map(tuple)), max_size=3).map(tuple)
addresses = st.from_regex(r"(https?|ftp|javascript)://?[^\s]{0,30}", fullmatch=True) | words


@given(
    title=language_maps,
    summary=language_maps,
    label=language_maps,
    homepage=addresses,
    rights=addresses | st.from_regex(r"http://creativecommons\.org/\S{1,20}", fullmatch=True),
    edtf=words | st.from_regex(r"\d{4}-\d\d-\d\d", fullmatch=True),
    folio=st.tuples(words, words),
)
def test_odd_descriptions(
    title: tuple[tuple[str, tuple[str, ...]], ...],
    summary: tuple[tuple[str, tuple[str, ...]], ...],
    label: tuple[tuple[str, tuple[str, ...]], ...],
    homepage: str,
    rights: str,
    edtf: str,
    folio: tuple[str, str],
) -> None:
    document = make_document(
        title=title,
        summary=summary,
        credit=summary,
        fields=(Field(label, summary),),
        dates=(Date("", edtf, DateKind.WRITTEN),),
        homepage=homepage,
        rights=rights,
        source_id=folio[0],
    )
    cable = make_cable()
    pages = tuple(replace(page, label=folio[1], foliations=(Foliation(*folio),)) for page in cable.pages)
    parts = tuple(replace(part, label=label) for part in cable.parts)
    texts = tuple(replace(text, label=label, language=folio[0]) for text in cable.texts)
    snapshot = replace(cable, document=document, pages=pages, parts=parts, texts=texts)

    assert json.loads(manifest.build(snapshot, base=BASE))["label"]
    assert json.loads(canvases.document(snapshot, pages[0].id, base=BASE) or b"")["id"]
    assert json.loads(collection.build("top", [Summary(document, 3, None, 1, "")], base=BASE))["items"]
