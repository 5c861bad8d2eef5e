from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from images.geometry import Size
from manifests import annotations, canvases, collection, manifest, uris
from manifests.errors import NothingToDescribe
from tests.builders import make_cable, make_document, make_id
from tests.conftest import Golden
from transcriptions.identity import PartId
from transcriptions.model import Date, DateKind, Placement
from transcriptions.revision import Snapshot
from transcriptions.store.protocol import Summary

BASE = "https://cables.example.org"
SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "schemas" / "iiif" / "iiif_3_0.json"


def built(snapshot: Snapshot) -> Any:
    return json.loads(manifest.build(snapshot, base=BASE))


def pretty(data: bytes) -> str:
    return json.dumps(json.loads(data), ensure_ascii=False, indent=1) + "\n"


def with_document(**changes: object) -> Snapshot:
    return replace(make_cable(), document=make_document(**changes))


def every_resource(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    yield "manifest", manifest.build(snapshot, base=BASE)
    for page in snapshot.pages:
        for text in snapshot.texts:
            data = annotations.text_page(snapshot, page.id, text.id, base=BASE)
            assert data is not None
            yield f"{page.label}-{text.language}", data
        data = annotations.marks_page(snapshot, page.id, base=BASE)
        assert data is not None
        yield f"{page.label}-marks", data
    for text in snapshot.texts:
        data = annotations.layer(snapshot, text.id, base=BASE)
        assert data is not None
        yield f"layer-{text.language}", data
    yield "collection", collection.build("top", summaries(snapshot), base=BASE, collections=["samples"])


def summaries(snapshot: Snapshot) -> list[Summary]:
    return [Summary(snapshot.document, 3, snapshot.pages[0].placements[0], 1, "2026-01-02T03:04:05Z")]


def test_shapes_are_as_the_golden_files_show(golden: Golden) -> None:
    for name, data in every_resource(make_cable()):
        golden(f"manifests/{name}.json", pretty(data))


@pytest.mark.skipif(not SCHEMA.exists(), reason="the Presentation 3 schema is not in ../shared")
def test_everything_is_valid_by_the_schema() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    kinds = {"Manifest": "manifest", "AnnotationPage": "annotationPage", "Collection": "collection"}
    for name, data in every_resource(make_cable()):
        value = json.loads(data)
        kind = kinds.get(value["type"], "annotationCollection")
        errors = list(validator.evolve(schema={**schema, "oneOf": [{"$ref": f"#/classes/{kind}"}]}).iter_errors(value))

        assert not errors, f"{name}: {errors[0].message} at {list(errors[0].absolute_path)}"


def test_context_comes_first_and_once() -> None:
    for name, data in every_resource(make_cable()):
        assert data.startswith(b'{"@context":'), name
        assert data.count(b'"@context"') == 1, name


def test_referenced_pages_have_a_label_in_both_languages_and_no_items() -> None:
    references = [each for canvas in built(make_cable())["items"] for each in canvas.get("annotations", [])]

    assert references
    for each in references:
        assert set(each) == {"id", "type", "label"}
        assert set(each["label"]) == {"en", "ru"}


def test_pages_without_annotations_are_not_referenced() -> None:
    first, second, third = built(make_cable())["items"]

    assert len(first["annotations"]) == 3
    assert len(second["annotations"]) == 2, "no marks lie on the second page"
    assert "annotations" not in third


def test_every_uri_of_ours_can_be_parsed() -> None:
    for name, data in every_resource(make_cable()):
        for found in set(_uris(json.loads(data))):
            path = found.removeprefix(BASE)
            assert path == "/" or uris.parse(BASE, _without_image_request(found)), f"{found} in {name}"


def _uris(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (found for each in value.values() for found in _uris(each))
    elif isinstance(value, list):
        yield from (found for each in value for found in _uris(each))
    elif isinstance(value, str) and value.startswith(BASE):
        yield value


def _without_image_request(uri: str) -> str:
    return uri.partition("/full/")[0]


def test_targets_are_inside_their_canvas() -> None:
    snapshot = make_cable()
    small = tuple(replace(page, size=Size(700, 320)) for page in snapshot.pages)
    for _, data in every_resource(replace(snapshot, pages=small)):
        for each in json.loads(data).get("items", ()):
            if each["type"] != "Annotation":
                continue
            target = uris.parse(BASE, each["target"])
            assert target is not None
            assert target.box is not None
            assert target.box.right <= 700
            assert target.box.bottom <= 320


@pytest.mark.parametrize(
    "edtf", ["1950-09", "1950-09-20?", "1950-09-20~", "195X-09-20", "1950-02-30", "0000-01-01", ""]
)
def test_a_date_that_is_not_certain_to_the_day_is_no_nav_date(edtf: str) -> None:
    assert "navDate" not in built(with_document(dates=(Date("a day", edtf, DateKind.WRITTEN),)))


def test_nav_date_is_the_date_of_writing() -> None:
    dates = (Date("later", "1950-10-01", DateKind.DECLASSIFIED), Date("20.IX.50", "1950-09-20", DateKind.WRITTEN))

    assert built(with_document(dates=dates))["navDate"] == "1950-09-20T00:00:00Z"
    assert "navDate" not in built(with_document(dates=dates[:1]))
    assert "navDate" not in built(with_document(dates=(*dates, Date("or", "1950-09-21", DateKind.WRITTEN))))


PUBLIC_DOMAIN = "http://creativecommons.org/publicdomain/mark/1.0/"


def test_rights_hold_for_all_or_are_left_out() -> None:
    snapshot = make_cable()

    assert "rights" not in built(snapshot)
    assert built(with_document(rights=PUBLIC_DOMAIN))["rights"] == PUBLIC_DOMAIN
    other = replace(snapshot.texts[1], rights="http://rightsstatements.org/vocab/InC/1.0/")
    mixed = replace(with_document(rights=PUBLIC_DOMAIN), texts=(snapshot.texts[0], other))
    assert "rights" not in built(mixed)


def test_one_part_without_label_makes_no_range() -> None:
    snapshot = make_cable()
    only = replace(snapshot.parts[0], label=(), pages=tuple(page.id for page in snapshot.pages))

    assert "structures" not in built(replace(snapshot, parts=(only,)))
    assert [each["label"]["en"] for each in built(snapshot)["structures"]] == [["Final version"], ["Draft"]]


def test_hostile_words_stay_words() -> None:
    script = "<script>alert(1)</script>"
    value = built(
        with_document(summary=(("en", (script,)),), title=(("es-419", (script,)),), homepage="javascript:alert(1)")
    )

    assert value["summary"] == {"en": ["<span>&lt;script&gt;alert(1)&lt;/script&gt;</span>"]}
    assert value["label"] == {"es": [script]}, "a label is plain text, and is not escaped"
    assert len(value["homepage"]) == 1


@pytest.mark.parametrize(
    "homepage", ["http://[", "http://a:99999/", "https://", "http://xn--/", "ftp://a.org", "https://архив.рф/1"]
)
def test_odd_addresses_do_not_spoil_the_manifest(homepage: str) -> None:
    homepages = built(with_document(homepage=homepage))["homepage"]

    assert len(homepages) == (2 if "архив" in homepage else 1)


def test_a_document_without_pages_has_no_manifest() -> None:
    with pytest.raises(NothingToDescribe):
        manifest.build(replace(make_cable(), pages=()), base=BASE)


def test_another_institutions_canvas_and_service_keep_their_addresses() -> None:
    snapshot = make_cable()
    page = replace(
        snapshot.pages[0],
        canvas="https://Archive.example/канвас/1",
        placements=(Placement(make_id("i1"), Size(620, 877), service="https://archive.example/iiif/2/a%2Fb"),),
    )
    foreign = replace(snapshot, pages=(page, *snapshot.pages[1:]))
    canvas = built(foreign)["items"][0]
    text = json.loads(annotations.text_page(foreign, page.id, foreign.texts[0].id, base=BASE) or b"")

    assert canvas["id"] == page.canvas
    assert canvas["items"][0]["items"][0]["target"] == page.canvas
    assert all(each["target"].startswith(page.canvas + "#xywh=") for each in text["items"])
    body = canvas["items"][0]["items"][0]["body"]
    assert body["id"] == "https://archive.example/iiif/2/a%2Fb/full/full/0/default.jpg"
    assert body["service"][0]["@type"] == "ImageService2"


def test_resources_of_other_documents_are_not_there() -> None:
    snapshot = make_cable()
    page, text = snapshot.pages[0].id, snapshot.texts[0].id
    nowhere = type(page)(make_id("zz"))

    assert canvases.document(snapshot, nowhere, base=BASE) is None
    assert annotations.text_page(snapshot, nowhere, text, base=BASE) is None
    assert annotations.marks_page(snapshot, nowhere, base=BASE) is None
    assert manifest.part_range(snapshot, PartId(make_id("zz")), base=BASE) is None


def test_a_canvas_served_alone_is_the_manifests_canvas() -> None:
    snapshot = make_cable()
    alone = json.loads(canvases.document(snapshot, snapshot.pages[0].id, base=BASE) or b"")

    assert alone.pop("@context") == annotations.PRESENTATION
    assert alone.pop("partOf")[0]["id"] == uris.manifest(BASE, snapshot.document.id)
    assert alone == built(snapshot)["items"][0]


def test_embedded_painting_resources_are_served_alone_too() -> None:
    snapshot = make_cable()
    page = snapshot.pages[0]
    embedded = built(snapshot)["items"][0]["items"][0]
    painting_page = json.loads(canvases.painting_page(snapshot, page.id, base=BASE) or b"")
    painting = json.loads(canvases.painting(snapshot, page.placements[0].identifier, base=BASE) or b"")

    assert {"@context": annotations.PRESENTATION, **embedded} == painting_page
    assert {"@context": annotations.PRESENTATION, **embedded["items"][0]} == painting


def test_a_collection_lists_collections_and_manifests_with_dates() -> None:
    data = collection.build("top", summaries(make_cable()), base=BASE, collections=["samples"])
    nested, listed = json.loads(data)["items"]

    assert nested["type"] == "Collection"
    assert listed["navDate"] == "1950-09-20T00:00:00Z"
    assert listed["id"] == uris.manifest(BASE, "cable")
    assert "items" not in listed
