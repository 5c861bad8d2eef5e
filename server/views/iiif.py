"""IIIF and Web Annotation documents over HTTP: manifests, canvases, annotations, ranges, collections."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request

from manifests import annotations as lines
from manifests import canvases, collection, manifest, uris
from manifests.annotations import PRESENTATION, Form
from server.headers import METHODS
from server.views.context import PRESENTATION_TYPE, WEB_ANNOTATION_TYPE, Context, linked_data
from transcriptions.errors import EntityUnknown
from transcriptions.identity import PageId, PartId, TextId
from transcriptions.revision import EntityKind
from transcriptions.store.protocol import Summary

_SUMMARIES_AT_ONCE = 500
_IN_TOP = ("", uris.TOP_COLLECTION)
"""The collections whose documents stand in the top one itself: those that name none."""


def blueprint(context: Context) -> Blueprint:
    """Make the views."""
    views = Blueprint("iiif", __name__, url_prefix="/iiif")
    base, documents, store = context.base, context.documents, context.services.store

    @views.get("/presentation/3/<id:document>/manifest")
    def manifest_of(document: str) -> Response:
        found = documents.answer(document, ("manifest",), lambda snapshot: manifest.build(snapshot, base=base))
        return linked_data(request, found)

    @views.get("/canvas/<id:page>")
    def canvas_of(page: str) -> Response:
        id = PageId(page)
        found = documents.answer(
            store.document_of(id), ("canvas", id), lambda snapshot: canvases.document(snapshot, id, base=base)
        )
        return linked_data(request, found)

    @views.get("/canvas/<id:page>/annotations/<id:layer>")
    def annotations_of(page: str, layer: str) -> Response:
        id = PageId(page)
        builds = {
            uris.MARKS_LAYER: lambda snapshot: lines.marks_page(snapshot, id, base=base),
            canvases.PAINTING_LAYER: lambda snapshot: canvases.painting_page(snapshot, id, base=base),
        }
        build = builds.get(layer, lambda snapshot: lines.text_page(snapshot, id, TextId(layer), base=base))
        return linked_data(request, documents.answer(store.document_of(id), ("annotations", id, layer), build))

    @views.get("/annotation/<id:annotation>")
    def annotation_of(annotation: str) -> Response:
        placed = store.placed(annotation)
        if placed is not None:
            found = documents.answer(
                placed.document,
                ("painting", annotation),
                lambda snapshot: canvases.painting(snapshot, annotation, base=base),
            )
            return linked_data(request, found)
        form = Form.PRESENTATION if PRESENTATION in request.headers.get("Accept", "") else Form.WEB_ANNOTATION
        found = documents.answer(
            _owner(context, annotation.partition("-")[0]),
            ("annotation", annotation, form.value),
            lambda snapshot: lines.single(snapshot, annotation, base=base, form=form),
        )
        response = linked_data(request, found, PRESENTATION_TYPE if form is Form.PRESENTATION else WEB_ANNOTATION_TYPE)
        response.headers["Link"] = '<http://www.w3.org/ns/ldp#Resource>; rel="type"'
        response.headers["Allow"] = METHODS
        return response

    @views.get("/range/<id:part>")
    def range_of(part: str) -> Response:
        owner = store.owner(EntityKind.PART, part)
        found = documents.answer(
            owner, ("range", part), lambda snapshot: manifest.part_range(snapshot, PartId(part), base=base)
        )
        return linked_data(request, found)

    @views.get("/layer/<id:text>")
    def layer_of(text: str) -> Response:
        owner = store.owner(EntityKind.TEXT, text)
        found = documents.answer(
            owner, ("layer", text), lambda snapshot: lines.layer(snapshot, TextId(text), base=base)
        )
        return linked_data(request, found)

    @views.get("/collection/<id:name>")
    def collection_of(name: str) -> Response:
        named = [each for each in store.collections() if each not in _IN_TOP]
        if name != uris.TOP_COLLECTION and name not in named:
            raise EntityUnknown("there is no collection of that name")
        top = name == uris.TOP_COLLECTION
        found = documents.listing(
            ("collection", name),
            lambda: collection.build(
                name, _summaries(context, _IN_TOP if top else (name,)), base=base, collections=named if top else ()
            ),
        )
        return linked_data(request, found)

    return views


def _owner(context: Context, id: str) -> str | None:
    """Find the document of an annotation by the first part of its id, which names a text, a segment or a mark."""
    kinds = (EntityKind.TEXT, EntityKind.SEGMENT, EntityKind.MARK)
    return next((found for kind in kinds if (found := context.services.store.owner(kind, id))), None)


def _summaries(context: Context, names: Sequence[str]) -> list[Summary]:
    """List all documents of these collections."""
    listed: list[Summary] = []
    for name in names:
        after = None
        while more := context.services.store.summaries(collection=name, after=after, limit=_SUMMARIES_AT_ONCE):
            listed.extend(more)
            after = more[-1].document.id
    return listed
