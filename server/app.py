"""Puts the Flask application together: views, error handlers, headers, static files."""

from __future__ import annotations

import msgspec
from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from images.iiif.plan import Limits
from manifests import uris
from server import headers
from server.derivatives import FolderCache
from server.dispatch import Composition, Dispatcher
from server.documents import Documents
from server.errors import STATUSES, UNFORESEEN, Problem, problem_of, problem_of_status, status_of
from server.front import Front
from server.logs import REQUEST_ID, RequestLog, log
from server.services import Services
from server.settings import ROOT
from server.views import api, assets, exports, health, iiif, pages
from server.views.context import Context, IdConverter, SuffixConverter, wants_page

STATIC = ROOT / "server" / "static"
NOWHERE = "there is nothing at this address"
_YEAR = 31_536_000
_HOUR = 3_600

_REHEARSED = 8
"""The newest images, which are described before anybody asks; each takes some milliseconds on a cold disk."""


def compose(services: Services) -> RequestLog:
    """Make the whole WSGI application: the log in front, then image requests, then Flask."""
    return RequestLog(_dispatcher(services))


def compose_front(services: Services) -> Front:
    """Make what granian runs: the same, and before it what is answered at once."""
    settings = services.settings
    images = _dispatcher(services)

    def rehearsal() -> None:
        images.rehearse(services.store.newest_images(_REHEARSED))

    return Front(
        RequestLog(images),
        images.at_once,
        threads=settings.threads,
        max_body=settings.max_body_bytes,
        rehearsal=rehearsal,
    )


def _dispatcher(services: Services) -> Dispatcher:
    settings = services.settings
    composition = Composition(
        lookup=services.store.placed,
        packs=services.images,
        base=settings.base,
        limits=Limits(settings.max_width, settings.max_height, settings.max_area),
        part_of=lambda placed: uris.manifest(settings.base, placed.document),
        cache=FolderCache(settings.cache_folder, max_bytes=settings.cache_bytes),
        renders=settings.renders,
        threads=settings.threads,
    )
    return Dispatcher(create_app(services), composition)


class Application(Flask):
    """Flask with our rules of how long static files hold."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Let files whose names change with their content be kept for a year."""
        return _YEAR if filename and filename.startswith(("assets/", "vendor/")) else _HOUR


def create_app(services: Services, *, documents: Documents | None = None) -> Flask:
    """Make the application on these services."""
    app = Application(__name__, static_folder=str(STATIC), static_url_path="/static", template_folder="views/templates")
    app.url_map.converters.update(id=IdConverter, suffix=SuffixConverter)
    app.config["MAX_CONTENT_LENGTH"] = services.settings.max_body_bytes
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    context = Context(services, documents or Documents(services.store), assets.read(STATIC))
    for views in (pages, iiif, api, exports, health):
        app.register_blueprint(views.blueprint(context))
    _register_errors(app, context)

    @app.after_request
    def complete(response: Response) -> Response:
        return headers.complete(request, response)

    return app


def _register_errors(app: Flask, context: Context) -> None:
    def request_id() -> str:
        return str(request.environ.get(REQUEST_ID, ""))

    def ours(error: Exception) -> Response:
        if status_of(error) >= 500:
            log.error("request failed", exc_info=error, extra={"facts": {"request_id": request_id()}})
        return _problem(problem_of(error, request_id=request_id()), context)

    def of_http(error: HTTPException) -> BaseResponse:
        if error.code is None or error.code < 400:
            return error.get_response()
        detail = NOWHERE if error.code == 404 else error.description or ""
        described = problem_of_status(error.code, detail, request_id=request_id())
        response = _problem(described, context)
        for name, value in error.get_headers(request.environ):
            if name.lower() not in ("content-type", "content-length"):
                response.headers.add(name, value)
        return response

    def unforeseen(error: Exception) -> Response:
        log.error("request failed", exc_info=error, extra={"facts": {"request_id": request_id()}})
        return _problem(problem_of_status(500, UNFORESEEN, request_id=request_id()), context)

    for kind in STATUSES:
        app.register_error_handler(kind, ours)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, unforeseen)


def _problem(problem: Problem, context: Context) -> Response:
    """Answer with a problem: as a page to a person, as RFC 9457 has it to a program."""
    if wants_page(request):
        response = make_response(render_template("problem.html", problem=problem, assets=context.assets))
    else:
        response = Response(msgspec.json.encode(problem), content_type="application/problem+json")
    response.status_code = problem["status"]
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response
