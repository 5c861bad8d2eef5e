"""Documents and pages in other formats, as files: TEI, ALTO, PAGE, PDF and what else the catalogue lists."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from flask import Blueprint, Response, request
from werkzeug.exceptions import ServiceUnavailable

from manifests import uris
from server import exports
from server.errors import ParameterInvalid
from server.exports import Export
from server.headers import DATA_POLICY
from server.renders import Busy, Renders
from server.views.context import Context, id_parameter
from transcriptions.errors import EntityUnknown
from transcriptions.formats.catalogue import Wish
from transcriptions.identity import PageId, TextId
from transcriptions.markup import State
from transcriptions.revision import Snapshot

_WAITING = 4
_PATIENCE = 20.0
_CHUNK = 1 << 16
_LANGUAGES = ("en", "ru")
_NO_FORMAT = "there is no format of that name; the manifest lists those of a document"
_NOTHING = "the document holds nothing of that id, or nothing that this format could show"


def blueprint(context: Context) -> Blueprint:
    """Make the views."""
    views = Blueprint("exports", __name__, url_prefix="/documents")
    # One file at a time in each process: whoever asks for a reel must not keep others from their tiles.
    renders = Renders(running=1, room=1 + _WAITING, patience=_PATIENCE)
    pictures = exports.pictures_of(context.services.images)

    addresses = exports.picture_address_of(context.base)

    @views.get("/<id:document>.<suffix:suffix>")
    def document_as(document: str, suffix: str) -> Response:
        return written(document, suffix, None)

    @views.get("/<id:document>/pages/<id:page>.<suffix:suffix>")
    def page_as(document: str, page: str, suffix: str) -> Response:
        lines = exports.page_format(suffix)
        if lines is None:
            return written(document, suffix, PageId(page))
        text = id_parameter(request, "text")
        text_id = TextId(text) if text else None
        return answer(
            document, (page, suffix, text or ""), lambda found: exports.of_page(found, PageId(page), lines, text_id)
        )

    def written(document: str, suffix: str, page: PageId | None) -> Response:
        form = exports.document_format(suffix)
        if form is None:
            raise EntityUnknown(_NO_FORMAT)
        today = datetime.date.fromisoformat(context.services.clock()[:10])
        wish = Wish(_state(), page, _language(), uris.reader(context.base, document), today, pictures, addresses)
        day = str(today) if form.dated else ""
        key = (suffix, page or "", wish.state.value, wish.language, day)
        return answer(document, key, lambda snapshot: exports.of_document(snapshot, form, wish))

    def answer(document: str, key: tuple[str, ...], find: Callable[[Snapshot], Export | None]) -> Response:
        revision, snapshot = context.documents.read(document)
        export = find(snapshot)
        if export is None:
            raise EntityUnknown(_NOTHING)
        response = Response(mimetype=export.media_type)
        response.set_etag("-".join((str(revision), *filter(None, key))), weak=True)
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Content-Disposition"] = f'inline; filename="{export.filename}"'
        if export.media_type != "application/pdf":
            response.headers["Content-Security-Policy"] = DATA_POLICY
        if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
            response.status_code = 304
            del response.headers["Content-Type"]
        elif request.method == "HEAD":
            # How long the file is would be known only when it was made.
            response.response = iter(())
        else:
            _fill(response, export, renders)
        return response

    return views


def _state() -> State:
    given = request.args.get("state", State.AS_CHANGED)
    if given not in set(State):
        raise ParameterInvalid("state", f"state must be {' or '.join(State)}")
    return State(given)


def _language() -> str:
    given = request.args.get("language", "en")
    if given not in _LANGUAGES:
        raise ParameterInvalid("language", f"language must be {' or '.join(_LANGUAGES)}")
    return given


def _fill(response: Response, export: Export, renders: Renders) -> None:
    """Let a response stream the file, which is whole before its first byte goes out."""
    held = ExitStack()
    try:
        file = renders.run(lambda: held.enter_context(exports.spooled(export)))
    except Busy as busy:
        raise ServiceUnavailable("too many files are being made; ask again", retry_after=busy.retry_seconds) from busy

    def chunks() -> Iterator[bytes]:
        with held:
            while chunk := file.read(_CHUNK):
                yield chunk

    response.content_length = file.seek(0, 2)
    file.seek(0)
    response.response = chunks()
    response.call_on_close(held.close)
