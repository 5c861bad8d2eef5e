"""The headers of answers: who may read them, how long they hold, and what a page of ours may load."""

from __future__ import annotations

import gzip

from flask import Request, Response

from server.documents import Answer

METHODS = "GET, HEAD, OPTIONS"
_HEADERS = "Accept, Authorization, Content-Type, If-Match, If-None-Match, Prefer, X-Request-Id"
_EXPOSED = "Content-Type, ETag, Last-Modified, Link, Location, X-Request-Id"

_PAGE = (
    "default-src 'self'",
    "img-src 'self' data: blob: http: https:",
    "connect-src 'self' http: https:",
    "font-src 'self' data:",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
"""Scans and manifests may be other institutions', so pictures and data come from anywhere; scripts are ours alone."""

PAGE_POLICY = "; ".join((*_PAGE, "script-src 'self'"))
VIEWER_POLICY = "; ".join((*_PAGE, "script-src 'self' 'unsafe-eval'", "media-src 'self' http: https: blob:"))
"""Universal Viewer compiles its templates at run time, and so needs `unsafe-eval`; only the viewers' pages have it."""

DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

_WORTH_ZIPPING = 800
_ZIPPABLE = ("text/html", "application/json", "application/problem+json")


def answered(request: Request, answer: Answer, media_type: str, *, vary: str = "Accept") -> Response:
    """Answer with a document: 304 where the client holds it, compressed where it says it can read that."""
    response = Response(status=200, content_type=media_type)
    response.set_etag(answer.etag, weak=True)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update([vary, "Accept-Encoding"])
    if request.if_none_match.contains_weak(answer.etag):
        response.status_code = 304
        del response.headers["Content-Type"]
        return response
    if answer.zipped is not None and _reads_gzip(request):
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(answer.zipped)
    else:
        response.set_data(answer.body)
    return response


def _reads_gzip(request: Request) -> bool:
    return request.accept_encodings["gzip"] > 0


def complete(request: Request, response: Response) -> Response:
    """Add what every answer carries: CORS for reading, and what keeps browsers from guessing and framing."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", METHODS)
        headers["Access-Control-Allow-Headers"] = _HEADERS
        headers["Access-Control-Max-Age"] = "86400"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    elif (response.mimetype or "").endswith("json"):
        headers.setdefault("Content-Security-Policy", DATA_POLICY)
    return _zipped(request, response)


def _zipped(request: Request, response: Response) -> Response:
    """Compress what was made for this one answer: pages, problems."""
    fit = (response.mimetype or "").startswith(_ZIPPABLE) and not response.direct_passthrough
    if not fit or response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    data = response.get_data()
    if len(data) >= _WORTH_ZIPPING and _reads_gzip(request):
        response.set_data(gzip.compress(data, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
