"""Answers image URLs in front of Flask: same headers, limits and access rules for stored tiles and rendered images.

The order is: parse (400), source (404), access (401, 403), plan (400), ETag (304), and only then pixels. An exact tile
that was asked for before takes none of the first steps but access again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec

from images.errors import ImagesError, ImageUnknown, RequestInvalid, RequestUnsupported
from images.iiif import info
from images.iiif.plan import Limits, Plan, plan
from images.iiif.protocol import Cache
from images.iiif.render import MEDIA_TYPES, render
from images.iiif.request import ImageRequest, Version, parse
from images.pack import Pack
from server.errors import DOCUMENTATION, STATUSES
from server.renders import Busy, Renders
from transcriptions.store.protocol import Placed

PREFIX = "/iiif/image/"
PROFILES = {Version.TWO: info.LEVEL_2, Version.THREE: info.LEVEL_3}
CONTEXTS = {Version.TWO: info.CONTEXT_2, Version.THREE: info.CONTEXT_3}
PUBLIC = "public, max-age=86400"
PRIVATE = "private, no-store"
SEEN_SECONDS = 5.0
"""How long a placement is used before the database is asked again."""
UNSEEN_SECONDS = 1.0
CACHED_WORK = 6_000_000
"""Results that take the decoding and encoding of more pixels than this are kept, whatever their region."""

_LARGE_PIXELS = 8_000_000
"""Results that hold more pixels than this in memory are made one at a time."""
_KEPT_FREE = 8
"""Of so many threads, one is kept free for what need not be rendered."""

_KNOWN = 8192
_METHODS = "GET, HEAD, OPTIONS"
_VERSIONS = {"2": Version.TWO, "3": Version.THREE}

Headers = list[tuple[str, str]]
Allowed = Callable[[WSGIEnvironment, Placed], int | None]
"""Gives None where the client may see the image, or else the status to refuse with."""


class Packs(Protocol):
    """Where opened packs come from."""

    def open_pack(self, name: str) -> Pack:
        """Open a pack. Raises ImageUnknown or PackDamaged."""
        ...


@dataclass(frozen=True, slots=True)
class Composition:
    """What a dispatcher works with: no shared cache keeps `private` images; `part_of` names a manifest, or is ""."""

    lookup: Callable[[str], Placed | None]
    packs: Packs
    base: str
    limits: Limits = field(default_factory=Limits)
    allowed: Allowed = lambda environ, placed: None
    private: Callable[[Placed], bool] = lambda placed: False
    part_of: Callable[[Placed], str] = lambda placed: ""
    cache: Cache | None = None
    renders: int = 2
    threads: int = 16
    patience: float = 10.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer that was given and can be given again: a stored image of a pack, or a body."""

    placed: Placed
    pack: Pack
    etag: str
    headers: Headers
    stored: int = -1
    body: bytes = b""
    media_types: tuple[str, str] | None = None


class Dispatcher:
    """A WSGI application that answers image URLs, and hands all others to the one it stands before."""

    def __init__(self, following: WSGIApplication, composition: Composition) -> None:
        self._following, self._with = following, composition
        self._renders = Renders(
            running=composition.renders,
            room=max(1, composition.threads - max(1, composition.threads // _KEPT_FREE)),
            patience=composition.patience,
        )
        self._placed: dict[str, tuple[float, Placed | None]] = {}
        self._known: dict[str, _Answer] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            return self._following(environ, start_response)
        try:
            known = self._known.get(path)
            if known is not None and environ["REQUEST_METHOD"] == "GET":
                again = self._again(path, known, environ, start_response)
                if again is not None:
                    return again
            return self._answer(path, environ, start_response)
        except Busy as error:
            return _problem(start_response, 503, error, extra=[("Retry-After", str(error.retry_seconds))])
        except ImagesError as error:
            return _problem(start_response, int(STATUSES[type(error)]), error)

    # --- known answers

    def _again(
        self, path: str, known: _Answer, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes] | None:
        """Answer as before, where nothing changed since."""
        placed = self._source(path.split("/", 5)[4])
        if placed is None or self._with.allowed(environ, placed) is not None:
            return None
        pack = self._with.packs.open_pack(placed.placement.pack)
        if pack is not known.pack or (placed is not known.placed and placed != known.placed):
            self._known.pop(path, None)
            return None
        return _send(known, pack, environ, start_response)

    def _remember(self, path: str, answer: _Answer) -> None:
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[path] = answer

    def _source(self, identifier: str) -> Placed | None:
        """Give what an identifier stands for; from memory where it was asked for a moment ago."""
        now = time.monotonic()
        held = self._placed.get(identifier)
        if held is not None and now < held[0]:
            return held[1]
        placed = self._with.lookup(identifier)
        if placed is not None and not placed.placement.pack:
            placed = None
        if len(self._placed) >= _KNOWN:
            self._placed.clear()
        self._placed[identifier] = now + (UNSEEN_SECONDS if placed is None else SEEN_SECONDS), placed
        return placed

    # --- one request

    def _answer(self, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return _preflight(start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _problem(start_response, 405, None, extra=[("Allow", _METHODS)])
        number, _, rest = path[len(PREFIX) :].partition("/")
        segments = rest.split("/")
        version = _VERSIONS.get(number)
        if version is None or not segments[0] or not _is_image_path(segments):
            return _problem(start_response, 404, ImageUnknown("there is no image at this address"))
        request = parse(version, *segments[1:]) if len(segments) == 5 else None
        placed = self._source(segments[0])
        if placed is None:
            raise ImageUnknown(f"there is no image {segments[0][:80]!r}")
        refused = self._with.allowed(environ, placed)
        if refused is not None:
            return _problem(start_response, refused, None)
        id = f"{self._with.base}{PREFIX}{number}/{segments[0]}"
        if len(segments) == 1 or segments[1:] == [""]:
            return _redirect(start_response, f"{id}/info.json")
        if request is None:
            return self._describe(path, id, version, placed, environ, start_response)
        return self._show(path, id, request, placed, environ, start_response)

    def _describe(
        self,
        path: str,
        id: str,
        version: Version,
        placed: Placed,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        pack = self._with.packs.open_pack(placed.placement.pack)
        limits, rights = self._with.limits, placed.placement.rights
        if version is Version.THREE:
            part_of = self._with.part_of(placed)
            said = info.version_3(id, pack.shape, limits=limits, rights=rights, part_of=part_of)
        else:
            said = info.version_2(id, pack.shape, limits=limits, rights=rights)
        body = msgspec.json.encode(said)
        linked = f'application/ld+json;profile="{CONTEXTS[version]}"'
        types = (linked, "application/json") if version is Version.THREE else ("application/json", linked)
        etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        headers = self._headers(placed, etag, f'<{PROFILES[version]}>;rel="profile"')
        headers += [("Vary", "Accept"), ("Content-Length", str(len(body)))]
        answer = _Answer(placed, pack, etag, headers, body=body, media_types=types)
        self._remember(path, answer)
        return _send(answer, pack, environ, start_response)

    def _show(
        self,
        path: str,
        id: str,
        request: ImageRequest,
        placed: Placed,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        pack = self._with.packs.open_pack(placed.placement.pack)
        planned = plan(request, pack.shape, limits=self._with.limits)
        etag = f'"{pack.name[:16]}-{hashlib.sha256(planned.key.encode()).hexdigest()[:16]}"'
        links = f'<{PROFILES[request.version]}>;rel="profile", <{id}/{planned.canonical}>;rel="canonical"'
        headers = self._headers(placed, etag, links)
        headers.append(("Content-Type", MEDIA_TYPES[planned.format]))
        if planned.stored is not None:
            headers.append(("Content-Length", str(pack.place(planned.stored)[1])))
            answer = _Answer(placed, pack, etag, headers, stored=planned.stored)
            self._remember(path, answer)
            return _send(answer, pack, environ, start_response)
        if _unchanged(environ, etag):
            start_response("304 Not Modified", headers)
            return ()
        if environ["REQUEST_METHOD"] == "HEAD":
            start_response("200 OK", headers)
            return ()
        body = self._rendered(pack, planned)
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return (body,)

    def _rendered(self, pack: Pack, planned: Plan) -> bytes:
        cache = self._with.cache if is_dear(planned, pack) else None
        key = f"{pack.name}/{planned.key}"
        if cache is not None and (kept := cache.load(key)) is not None:
            return kept

        def work() -> bytes:
            # Another request may have made it while this one waited.
            if cache is not None and (kept := cache.load(key)) is not None:
                return kept
            return render(pack, planned)

        body = self._renders.run(work, large=planned.held > _LARGE_PIXELS)
        if cache is not None:
            cache.save(key, body)
        return body

    def _headers(self, placed: Placed, etag: str, links: str) -> Headers:
        return [
            ("Access-Control-Allow-Origin", "*"),
            ("Cache-Control", PRIVATE if self._with.private(placed) else PUBLIC),
            ("ETag", etag),
            ("Link", links),
        ]


def is_dear(planned: Plan, pack: Pack) -> bool:
    """Say whether keeping a result pays: it shows the whole page, as thumbnails do, or takes long."""
    return planned.region == pack.pyramid.size.box or planned.work > CACHED_WORK


def _is_image_path(segments: list[str]) -> bool:
    return len(segments) in (1, 5) or (len(segments) == 2 and segments[1] in ("", "info.json"))


# --- answers


def _send(answer: _Answer, pack: Pack, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    # A copy: what stands in front adds headers of its own to the list that it is given.
    headers = [*answer.headers]
    if answer.media_types is not None:
        headers.append(("Content-Type", _media_type(environ, answer.media_types)))
    if "HTTP_IF_NONE_MATCH" in environ and _unchanged(environ, answer.etag):
        start_response("304 Not Modified", [pair for pair in headers if not pair[0].startswith("Content-")])
        return ()
    if environ["REQUEST_METHOD"] == "HEAD":
        start_response("200 OK", headers)
        return ()
    body = answer.body if answer.stored < 0 else pack.read(answer.stored)
    start_response("200 OK", headers)
    return (body,)


def _unchanged(environ: WSGIEnvironment, etag: str) -> bool:
    """Compare weakly with If-None-Match (RFC 9110, 13.1.2)."""
    given = environ.get("HTTP_IF_NONE_MATCH", "")
    return given.strip() == "*" or any(each.strip().removeprefix("W/") == etag for each in given.split(","))


def _media_type(environ: WSGIEnvironment, offered: tuple[str, str]) -> str:
    """Choose between JSON-LD and JSON; what the client does not tell apart gets the version's own."""
    accepted = environ.get("HTTP_ACCEPT", "")
    if not accepted or "application/" not in accepted:
        return offered[0]
    named = {kind: _weight(accepted, kind) for kind in ("application/ld+json", "application/json")}
    return max(offered, key=lambda kind: (named[kind.partition(";")[0]], kind == offered[0]))


def _weight(accepted: str, kind: str) -> float:
    """Give the quality of a media type in an Accept header (RFC 9110, 12.5.1), 0 where it is not named."""
    for each in accepted.split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        if name.lower() != kind:
            continue
        given = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            return float(given)
        except ValueError:
            return 0.0
    return 0.0


def _redirect(start_response: StartResponse, location: str) -> Iterable[bytes]:
    headers = [("Location", location), ("Access-Control-Allow-Origin", "*"), ("Content-Length", "0")]
    start_response("303 See Other", headers)
    return ()


def _preflight(start_response: StartResponse) -> Iterable[bytes]:
    headers = [
        ("Allow", _METHODS),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", _METHODS),
        ("Access-Control-Allow-Headers", "Accept, Authorization, If-None-Match"),
        ("Access-Control-Max-Age", "86400"),
    ]
    start_response("204 No Content", headers)
    return ()


def _problem(
    start_response: StartResponse, status: int, error: Exception | None, *, extra: Headers | None = None
) -> Iterable[bytes]:
    """Answer with problem details (RFC 9457)."""
    title = HTTPStatus(status).phrase
    said: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if isinstance(error, ImagesError):
        name = type(error).__name__
        said["type"], said["title"] = f"{DOCUMENTATION}#{name}", (type(error).__doc__ or title).partition(";")[0]
    if error is not None:
        said["detail"] = str(error)
    if isinstance(error, RequestInvalid | RequestUnsupported):
        said["parameter"] = error.parameter
        said["detail"] = f"{error.parameter}: {error}"
    body = json.dumps(said, ensure_ascii=False).encode()
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Access-Control-Allow-Origin", "*"),
        ("Cache-Control", "no-store"),
        *(extra or ()),
    ]
    start_response(f"{status} {title}", headers)
    return (body,)
