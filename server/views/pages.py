"""Pages for people: the library, the reader, the two viewers, and what the errors mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from manifests import description, uris, words
from server.errors import DOCUMENTATION, STATUSES, anchor_of, title_of
from server.headers import VIEWER_POLICY
from server.views.context import Context, id_parameter
from transcriptions.errors import EntityUnknown
from transcriptions.identity import DocumentId
from transcriptions.store.protocol import Summary

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "all": "All documents",
        "lead": "Scans of archival documents, with their transcriptions and translations line by line.",
        "empty": "There are no documents yet. Load some with: stroka ingest FOLDER",
        "pages": "pages",
        "read": "Read",
        "manifest": "IIIF manifest",
        "collection": "IIIF collection",
        "next": "Next page",
        "first": "First page",
        "thumbnail": "First page of",
        "skip": "Skip to the documents",
    },
    "ru": {
        "all": "Все документы",
        "lead": "Сканы архивных документов с построчной расшифровкой и переводом.",
        "empty": "Документов пока нет. Загрузить: stroka ingest ПАПКА",
        "pages": "стр.",
        "read": "Читать",
        "manifest": "Манифест IIIF",
        "collection": "Коллекция IIIF",
        "next": "Следующая страница",
        "first": "Первая страница",
        "thumbnail": "Первая страница документа",
        "skip": "К документам",
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One document in the list: titles with their languages, and addresses from this service's root."""

    titles: list[tuple[str, str]]
    summary: tuple[str, str] | None
    dates: list[str]
    pages: int
    thumbnail: dict[str, Any] | None
    reader: str
    mirador: str
    uv: str
    manifest: str


def blueprint(context: Context) -> Blueprint:
    """Make the views."""
    views = Blueprint("pages", __name__)

    @views.get("/")
    def library() -> Response:
        speech = request.accept_languages.best_match(["en", "ru"]) or "en"
        after, length = id_parameter(request, "after"), context.services.settings.page_length
        found = context.services.store.summaries(after=DocumentId(after) if after else None, limit=length + 1)
        more = found[length - 1].document.id if len(found) > length else None
        entries = [_entry(each, speech, context.base) for each in found[:length]]
        page = render_template(
            "library.html",
            assets=context.assets,
            collection=_path(uris.collection(context.base), context.base),
            entries=entries,
            first=after is not None,
            more=more,
            speech=speech,
            words=WORDS[speech],
        )
        response = make_response(page)
        response.headers["Cache-Control"] = "no-cache"
        response.vary.add("Accept-Language")
        return response

    @views.get("/documents/<id:document>")
    def reader(document: str) -> str:
        if context.services.store.version(DocumentId(document)) is None:
            raise EntityUnknown("there is no document of that id")
        return render_template("reader.html", assets=context.assets, document=document)

    @views.get("/view/<any(mirador, uv):viewer>")
    def viewer(viewer: str) -> Response:
        response = make_response(render_template(f"{viewer}.html", assets=context.assets))
        response.headers["Content-Security-Policy"] = VIEWER_POLICY
        return response

    @views.get(DOCUMENTATION)
    def errors() -> str:
        listed = [(anchor_of(kind), title_of(kind), int(status)) for kind, status in STATUSES.items()]
        return render_template("errors.html", assets=context.assets, errors=sorted(listed))

    @views.get("/favicon.ico")
    def icon() -> BaseResponse:
        return redirect(url_for("static", filename="icon.svg"))

    return views


def _entry(summary: Summary, speech: str, base: str) -> Entry:
    document = summary.document
    manifest = uris.manifest(base, document.id)
    picture = summary.placement
    said = words.language_map(document.summary)
    tag = next((each for each in (speech, "none", "en") if each in said), next(iter(said), ""))
    return Entry(
        titles=_titles(description.title(document), speech),
        summary=(tag, " ".join(said[tag])) if tag else None,
        dates=[date.written or date.edtf for date in document.dates],
        pages=summary.pages,
        thumbnail=None if picture is None else _thumbnail(description.thumbnail(picture, base=base), base),
        reader=_path(uris.reader(base, document.id), base),
        mirador=f"/view/mirador?{urlencode({'iiif-content': manifest}, quote_via=quote)}",
        uv=f"/view/uv?{urlencode({'iiif-content': manifest}, quote_via=quote)}",
        manifest=_path(manifest, base),
    )


def _titles(title: dict[str, list[str]], speech: str) -> list[tuple[str, str]]:
    """Give the titles with their languages (empty where unknown), the reader's language first."""
    order = sorted(title, key=lambda tag: (tag != speech, tag))
    return [("" if tag == "none" else tag, " ".join(title[tag])) for tag in order]


def _thumbnail(thumbnail: dict[str, Any], base: str) -> dict[str, Any]:
    return {**thumbnail, "id": _path(thumbnail["id"], base)}


def _path(uri: str, base: str) -> str:
    """Write an address of ours from the root, so that the page works under whatever name it was reached."""
    return uri.removeprefix(base)
