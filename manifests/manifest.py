"""Manifests: a document as Presentation API 3.0 describes it, and the ranges of its parts."""

from typing import Any

import msgspec
from iiif_prezi3 import CanvasRef, Manifest, Range  # type: ignore[import-untyped]

from manifests import annotations, canvases, description, uris, words
from manifests.annotations import PRESENTATION
from manifests.errors import NothingToDescribe
from transcriptions.formats import catalogue
from transcriptions.formats.catalogue import DocumentFormat
from transcriptions.identity import PartId
from transcriptions.model import Part
from transcriptions.revision import Snapshot


def build(snapshot: Snapshot, *, base: str) -> bytes:
    """Write a document's manifest. Raises NothingToDescribe where it has no pages."""
    pages = snapshot.ordered_pages()
    if not pages:
        raise NothingToDescribe(f"the document {snapshot.document.id} has no pages")
    layers = annotations.references(snapshot, base=base)
    files = canvases.see_also(snapshot, base=base)
    manifest = Manifest(
        id=uris.manifest(base, snapshot.document.id),
        label=description.title(snapshot.document),
        items=[canvases.build(page, layers.get(page.id, []), files.get(page.id, []), base=base) for page in pages],
        behavior=["individuals"],
        **_described(snapshot, base),
    )
    if ranges := _ranges(snapshot, base):
        manifest.structures = ranges
    written: dict[str, Any] = manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    written["items"] = [
        canvases.restored(canvas, page, base=base) for canvas, page in zip(written["items"], pages, strict=True)
    ]
    return msgspec.json.encode({"@context": PRESENTATION, **written})


def _described(snapshot: Snapshot, base: str) -> dict[str, Any]:
    document = snapshot.document
    fields = [
        *description.date_fields(document),
        *description.fields(snapshot),
        *description.text_fields(snapshot),
    ]
    credit = description.credit(snapshot)
    offered = catalogue.document_formats(snapshot)
    first = next((each for page in snapshot.ordered_pages() for each in description.placements(page)), None)
    return {
        "summary": description.shown(words.language_map(document.summary)) or None,
        "metadata": [{"label": label, "value": description.shown(value)} for label, value in fields] or None,
        "requiredStatement": {"label": words.both(words.CREDIT), "value": description.shown(credit)}
        if credit
        else None,
        "rights": description.rights(snapshot),
        "navDate": description.nav_date(document),
        "provider": [_provider(base)],
        "thumbnail": None if first is None else [description.thumbnail(first, base=base)],
        "homepage": _homepages(snapshot, base),
        "rendering": [_rendering(each, snapshot, base) for each in offered if each.for_people] or None,
        "seeAlso": [_see_also(each, snapshot, base) for each in offered if not each.for_people] or None,
        "partOf": [_collection(document.collection, base)],
    }


def _provider(base: str) -> dict[str, Any]:
    home = {
        "id": f"{base}/",
        "type": "Text",
        "label": words.both(words.LIBRARY),
        "format": "text/html",
        "language": ["en", "ru"],
    }
    return {"id": f"{base}/", "type": "Agent", "label": {"none": ["Stroka"]}, "homepage": [home]}


def _homepages(snapshot: Snapshot, base: str) -> list[dict[str, Any]]:
    document = snapshot.document
    reader = {
        "id": uris.reader(base, document.id),
        "type": "Text",
        "label": words.both(words.READER),
        "format": "text/html",
        "language": ["en", "ru"],
    }
    source = description.address(document.homepage)
    if source is None:
        return [reader]
    return [
        reader,
        {"id": source, "type": "Text", "label": words.both(words.SOURCE_PAGE), "format": "text/html"},
    ]


def _rendering(form: DocumentFormat, snapshot: Snapshot, base: str) -> dict[str, Any]:
    return {
        "id": uris.export(base, snapshot.document.id, form.suffix),
        "type": "Text",
        "label": words.both(form.label),
        "format": form.media_type,
    }


def _see_also(form: DocumentFormat, snapshot: Snapshot, base: str) -> dict[str, Any]:
    described = {**_rendering(form, snapshot, base), "type": "Dataset"}
    return {**described, "profile": form.profile} if form.profile else described


def _collection(name: str, base: str) -> dict[str, Any]:
    label = {"none": [name]} if name else words.both(words.ALL_DOCUMENTS)
    return {"id": uris.collection(base, name or uris.TOP_COLLECTION), "type": "Collection", "label": label}


# --- ranges


def _ranges(snapshot: Snapshot, base: str) -> list[Range]:
    """Make a Range of each part; a document of one part without a label needs none."""
    parts = [part for part in snapshot.parts if part.pages]
    if len(parts) == 1 and not parts[0].label:
        return []
    return [_range(snapshot, part, number, base) for number, part in enumerate(parts, start=1)]


def _range(snapshot: Snapshot, part: Part, number: int, base: str) -> Range:
    pages = {page.id: page for page in snapshot.pages}
    canvas_uris = [annotations.canvas_uri(pages[id], base=base) for id in part.pages if id in pages]
    return Range(
        id=uris.part_range(base, part.id),
        label=canvases.part_label(words.language_map(part.label), number),
        items=[CanvasRef(id=uri, type="Canvas") for uri in canvas_uris],
    )


def part_range(snapshot: Snapshot, part_id: PartId, *, base: str) -> bytes | None:
    """Write a part's Range that is served alone; None where the document has no such part."""
    parts = [part for part in snapshot.parts if part.pages]
    for number, part in enumerate(parts, start=1):
        if part.id == part_id:
            written = _range(snapshot, part, number, base).model_dump(mode="json", by_alias=True, exclude_none=True)
            manifest = {
                "id": uris.manifest(base, snapshot.document.id),
                "type": "Manifest",
                "label": description.title(snapshot.document),
            }
            return msgspec.json.encode({"@context": PRESENTATION, **written, "partOf": [manifest]})
    return None
