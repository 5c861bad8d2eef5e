"""Canvases: a page with its image painted on it, and references to the annotation pages of its texts and marks."""

from collections.abc import Sequence
from typing import Any

import msgspec
from iiif_prezi3 import AnnotationPageRef, Canvas  # type: ignore[import-untyped]

from manifests import annotations, description, uris, words
from manifests.annotations import PRESENTATION, Reference
from transcriptions.formats import catalogue
from transcriptions.formats.pages import FORMATS
from transcriptions.identity import PageId
from transcriptions.model import Page, Placement
from transcriptions.revision import Snapshot

PAINTING_LAYER = "painting"
"""The layer of a canvas that holds its image; embedded in the canvas, and served alone as well."""


def document(snapshot: Snapshot, page_id: PageId, *, base: str) -> bytes | None:
    """Write a canvas that is served alone; None where the document has no such page."""
    page = snapshot.page(page_id)
    if page is None:
        return None
    layers = annotations.references(snapshot, base=base).get(page_id, [])
    built = build(page, layers, see_also(snapshot, base=base).get(page_id, []), base=base)
    canvas = described(built, page, base=base)
    manifest = {
        "id": uris.manifest(base, snapshot.document.id),
        "type": "Manifest",
        "label": description.title(snapshot.document),
    }
    return msgspec.json.encode({"@context": PRESENTATION, **canvas, "partOf": [manifest]})


def painting_page(snapshot: Snapshot, page_id: PageId, *, base: str) -> bytes | None:
    """Write the page of painting annotations of a canvas; None where the document has no such page."""
    page = snapshot.page(page_id)
    if page is None:
        return None
    canvas = described(build(page, base=base), page, base=base)
    return msgspec.json.encode({"@context": PRESENTATION, **canvas["items"][0]})


def painting(snapshot: Snapshot, identifier: str, *, base: str) -> bytes | None:
    """Write the annotation that paints a placement; None where no page of the document begins with it."""
    for page in snapshot.pages:
        if any(each.identifier == identifier for each in description.placements(page)[:1]):
            canvas = described(build(page, base=base), page, base=base)
            return msgspec.json.encode({"@context": PRESENTATION, **canvas["items"][0]["items"][0]})
    return None


def see_also(snapshot: Snapshot, *, base: str) -> dict[PageId, list[dict[str, Any]]]:
    """List the files for programs of each page that has any: its lines in each format of pages."""
    return {
        page: [
            {
                "id": uris.page_export(base, snapshot.document.id, page, each.suffix),
                "type": "Dataset",
                "label": {"none": [each.label]},
                "format": each.media_type,
                "profile": each.profile,
            }
            for each in FORMATS.values()
        ]
        for page in catalogue.pages_with_lines(snapshot)
    }


def build(
    page: Page, layers: Sequence[Reference] = (), see_also: Sequence[dict[str, Any]] = (), *, base: str
) -> Canvas:
    """Build a canvas with its image, and references to the annotation pages that are not empty and to other files."""
    uri = annotations.canvas_uri(page, base=base)
    placements = description.placements(page)
    painted = [_painting(placements, uri, base)] if placements else []
    canvas = Canvas(
        id=uri,
        label={"none": [page.label]},
        width=page.size.width,
        height=page.size.height,
        items=[
            {
                "id": uris.annotation_page(base, page.id, PAINTING_LAYER),
                "type": "AnnotationPage",
                "items": painted,
            }
        ],
    )
    if page.foliations:
        canvas.metadata = [
            {"label": {"none": [each.system]}, "value": description.shown({"none": [each.value]})}
            for each in page.foliations
        ]
    if placements:
        canvas.thumbnail = [description.thumbnail(placements[0], base=base)]
    if see_also:
        canvas.seeAlso = list(see_also)
    if layers:
        # A reference must not carry `items`, which a plain dictionary would be given.
        canvas.annotations = [AnnotationPageRef(root=msgspec.to_builtins(layer)) for layer in layers]
    return canvas


def _painting(placements: Sequence[Placement], canvas: str, base: str) -> dict[str, Any]:
    images = [description.image(placement, base=base) for placement in placements]
    return {
        "id": uris.annotation(base, placements[0].identifier),
        "type": "Annotation",
        "motivation": "painting",
        "body": images[0] if len(images) == 1 else {"type": "Choice", "items": images},
        "target": canvas,
    }


def described(canvas: Canvas, page: Page, *, base: str) -> dict[str, Any]:
    """Give a canvas as JSON values."""
    written: dict[str, Any] = canvas.model_dump(mode="json", by_alias=True, exclude_none=True)
    return restored(written, page, base=base)


def restored(canvas: dict[str, Any], page: Page, *, base: str) -> dict[str, Any]:
    """Write a foreign canvas's URI letter for letter: iiif-prezi3 normalises URLs, and targets must be the same."""
    if page.canvas:
        canvas["id"] = page.canvas
        for painted in canvas["items"][0]["items"]:
            painted["target"] = page.canvas
    return canvas


def part_label(label: dict[str, list[str]], number: int) -> dict[str, list[str]]:
    """Name a part, by its number where it has no label."""
    return label or words.both((f"Part {number}", f"Часть {number}"))
