"""The JSON that the reader page is made of."""

from __future__ import annotations

from flask import Blueprint, Response, request

from server import reading
from server.headers import answered
from server.views.context import Context
from transcriptions.identity import PageId


def blueprint(context: Context) -> Blueprint:
    """Make the views."""
    views = Blueprint("api", __name__, url_prefix="/api")
    documents = context.documents

    @views.get("/documents/<id:document>")
    def document_of(document: str) -> Response:
        found = documents.answer(document, ("reader",), lambda snapshot: reading.document(snapshot, base=context.base))
        return answered(request, found, "application/json")

    @views.get("/documents/<id:document>/pages/<id:page>")
    def page_of(document: str, page: str) -> Response:
        found = documents.answer(document, ("reader", page), lambda snapshot: reading.page(snapshot, PageId(page)))
        return answered(request, found, "application/json")

    return views
