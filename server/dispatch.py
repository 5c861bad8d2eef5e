"""Answers image URLs in front of Flask: same headers, limits and access rules for stored tiles and rendered images.

The order is: parse (400), source (404), access (401, 403), plan (400), ETag (304), and only then pixels. What was
answered before takes none of the first steps but access again.

There are two ways in. `at_once` never waits: it answers what memory and the system's page cache hold, in the one
thread that hands all requests over, and says what makes the other answers, in a thread for renders or in one that may
wait for the database, a file or a render. As WSGI, all is waited for. Both take the same steps; they differ in the
`_Means` with which they take them.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol
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


class Asked(NamedTuple):
    """A request: its decoded path, and what gives a header by its name in small letters."""

    method: str
    path: str
    header: Callable[[str], str | None]


Allowed = Callable[[Asked, Placed], int | None]
"""Gives None where the client may see an image that is not for all, or else the status to refuse with."""


class Packs(Protocol):
    """Where opened packs come from."""

    def open_pack(self, name: str) -> Pack:
        """Open a pack. Raises ImageUnknown or PackDamaged."""
        ...

    def held_pack(self, name: str) -> Pack | None:
        """Give a pack that is open and was looked at a moment ago, without touching a disk or a network."""
        ...


@dataclass(frozen=True, slots=True)
class Composition:
    """What a dispatcher works with.

    What is `private` is kept in no shared cache, and shown to those who are `allowed`; all else is shown to everybody.
    `part_of` names a manifest, or is "".
    """

    lookup: Callable[[str], Placed | None]
    packs: Packs
    base: str
    limits: Limits = field(default_factory=Limits)
    private: Callable[[Placed], bool] = lambda placed: False
    allowed: Allowed = lambda asked, placed: 401
    part_of: Callable[[Placed], str] = lambda placed: ""
    cache: Cache | None = None
    renders: int = 2
    threads: int = 16
    patience: float = 10.0


class Reply(NamedTuple):
    """An answer; the list of headers is its own, and may be added to."""

    status: int
    headers: Headers
    body: bytes = b""


class _Known(NamedTuple):
    """An answer that was given and can be given again: a stored image of a pack, a body, or what is to be rendered."""

    placed: Placed
    pack: Pack
    etag: str
    headers: Sequence[tuple[str, str]]
    stored: int = -1
    body: bytes = b""
    media_types: tuple[str, str] | None = None
    planned: Plan | None = None


class Later(NamedTuple):
    """An answer that is made in another thread: by what, and how to get there; None stands for any that may wait."""

    enter: Callable[[Callable[[], None]], None] | None
    make: Callable[[], Reply]


class _WouldWait(Exception):
    """The answer needs a file, a database or a render."""


class _WouldRender(_WouldWait):
    """The answer needs a render, and nothing else."""

    def __init__(self, answer: _Known) -> None:
        super().__init__()
        self.answer = answer


class _Means(Protocol):
    """How to get what an answer is made of."""

    def placed(self, identifier: str) -> Placed | None:
        """Give what an identifier stands for, or None."""
        ...

    def refusal(self, placed: Placed) -> int | None:
        """Give None where the client may see the image, or else the status to refuse with."""
        ...

    def pack(self, name: str) -> Pack:
        """Open a pack. Raises ImageUnknown or PackDamaged."""
        ...

    def stored(self, pack: Pack, number: int) -> bytes:
        """Read a stored image. Raises PackDamaged."""
        ...

    def rendered(self, answer: _Known, planned: Plan) -> bytes:
        """Carry the plan of an answer out. Raises Busy."""
        ...


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
        self._known: dict[str, _Known] = {}
        self._at_once = _AtOnce(self)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, waiting for what that needs."""
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            return self._following(environ, start_response)

        def header(name: str) -> str | None:
            given: str | None = environ.get("HTTP_" + name.upper().replace("-", "_"))
            return given

        asked = Asked(environ["REQUEST_METHOD"], path, header)
        reply = self._reply(asked, _Waiting(self, asked))
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", reply.headers)
        return (reply.body,) if reply.body else ()

    def at_once(self, asked: Asked) -> Reply | Later:
        """Answer one request for an image without waiting, or say what makes the answer elsewhere."""
        try:
            return self._reply(asked, self._at_once)
        except _WouldRender as error:
            return self._begin(asked, error.answer)
        except _WouldWait:
            return Later(None, lambda: self._reply(asked, _Waiting(self, asked)))

    def rehearse(self, identifiers: Iterable[str]) -> None:
        """Describe images that nobody asked for yet, so that what takes long once is done, and their packs are open."""
        for identifier in identifiers:
            asked = Asked("GET", f"{PREFIX}3/{identifier}/info.json", lambda name: None)
            self._reply(asked, _Waiting(self, asked))

    def _begin(self, asked: Asked, answer: _Known) -> Reply | Later:
        """Say what renders an answer; what a file may hold already is looked for first."""
        pack, planned = answer.pack, answer.planned
        assert planned is not None, "what is rendered is planned"
        if self._with.cache is not None and is_dear(planned, pack):
            return Later(None, lambda: _answered(lambda: _send(answer, asked, _Waiting(self, asked))))
        try:
            place = self._renders.place(large=planned.held > _LARGE_PIXELS)
        except Busy as error:
            return _refusal(error)

        def make() -> Reply:
            place.check()
            return _rendered([*answer.headers], render(pack, planned))

        return Later(place.submit, lambda: _answered(make))

    def _reply(self, asked: Asked, means: _Means) -> Reply:
        try:
            known = self._known.get(asked.path)
            if known is not None and asked.method == "GET":
                again = self._again(known, asked, means)
                if again is not None:
                    return again
            return self._answer(asked, means)
        except (Busy, ImagesError) as error:
            return _refusal(error)

    # --- known answers

    def _again(self, known: _Known, asked: Asked, means: _Means) -> Reply | None:
        """Answer as before, where nothing changed since."""
        placed = means.placed(asked.path.split("/", 5)[4])
        if placed is None or means.refusal(placed) is not None:
            return None
        pack = means.pack(placed.placement.pack)
        if pack is not known.pack or (placed is not known.placed and placed != known.placed):
            self._known.pop(asked.path, None)
            return None
        return _send(known, asked, means)

    # --- one request

    def _answer(self, asked: Asked, means: _Means) -> Reply:
        if asked.method == "OPTIONS":
            return _preflight()
        if asked.method not in ("GET", "HEAD"):
            return _problem(405, None, extra=[("Allow", _METHODS)])
        number, _, rest = asked.path[len(PREFIX) :].partition("/")
        segments = rest.split("/")
        version = _VERSIONS.get(number)
        if version is None or not segments[0] or not _is_image_path(segments):
            return _problem(404, ImageUnknown("there is no image at this address"))
        request = parse(version, *segments[1:]) if len(segments) == 5 else None
        placed = means.placed(segments[0])
        if placed is None:
            raise ImageUnknown(f"there is no image {segments[0][:80]!r}")
        refused = means.refusal(placed)
        if refused is not None:
            return _problem(refused, None)
        id = f"{self._with.base}{PREFIX}{number}/{segments[0]}"
        if len(segments) == 1 or segments[1:] == [""]:
            return _redirect(f"{id}/info.json")
        if request is None:
            return self._describe(id, version, placed, asked, means)
        return self._show(id, request, placed, asked, means)

    def _describe(self, id: str, version: Version, placed: Placed, asked: Asked, means: _Means) -> Reply:
        pack = means.pack(placed.placement.pack)
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
        answer = _Known(placed, pack, etag, headers, body=body, media_types=types)
        _keep(self._known, _KNOWN, asked.path, answer)
        return _send(answer, asked, means)

    def _show(self, id: str, request: ImageRequest, placed: Placed, asked: Asked, means: _Means) -> Reply:
        pack = means.pack(placed.placement.pack)
        planned = plan(request, pack.shape, limits=self._with.limits)
        etag = f'"{pack.name[:16]}-{hashlib.sha256(planned.key.encode()).hexdigest()[:16]}"'
        links = f'<{PROFILES[request.version]}>;rel="profile", <{id}/{planned.canonical}>;rel="canonical"'
        headers = self._headers(placed, etag, links)
        headers.append(("Content-Type", MEDIA_TYPES[planned.format]))
        if planned.stored is not None:
            headers.append(("Content-Length", str(pack.place(planned.stored)[1])))
            answer = _Known(placed, pack, etag, headers, stored=planned.stored)
            _keep(self._known, _KNOWN, asked.path, answer)
            return _send(answer, asked, means)
        return _send(_Known(placed, pack, etag, headers, planned=planned), asked, means)

    def _headers(self, placed: Placed, etag: str, links: str) -> Headers:
        return [
            ("Access-Control-Allow-Origin", "*"),
            ("Cache-Control", PRIVATE if self._with.private(placed) else PUBLIC),
            ("ETag", etag),
            ("Link", links),
        ]

    # --- what answers are made of

    def _fresh(self, identifier: str) -> tuple[float, Placed | None] | None:
        held = self._placed.get(identifier)
        return held if held is not None and time.monotonic() < held[0] else None

    def _look_up(self, identifier: str) -> Placed | None:
        placed = self._with.lookup(identifier)
        if placed is not None and not placed.placement.pack:
            placed = None
        if len(self._placed) >= _KNOWN:
            self._placed.clear()
        seconds = UNSEEN_SECONDS if placed is None else SEEN_SECONDS
        self._placed[identifier] = time.monotonic() + seconds, placed
        return placed

    def _render(self, pack: Pack, planned: Plan) -> bytes:
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


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Gets everything, and waits for it."""

    of: Dispatcher
    asked: Asked

    def placed(self, identifier: str) -> Placed | None:
        fresh = self.of._fresh(identifier)
        return self.of._look_up(identifier) if fresh is None else fresh[1]

    def refusal(self, placed: Placed) -> int | None:
        return self.of._with.allowed(self.asked, placed) if self.of._with.private(placed) else None

    def pack(self, name: str) -> Pack:
        return self.of._with.packs.open_pack(name)

    def stored(self, pack: Pack, number: int) -> bytes:
        return pack.read(number)

    def rendered(self, answer: _Known, planned: Plan) -> bytes:
        return self.of._render(answer.pack, planned)


@dataclass(frozen=True, slots=True)
class _AtOnce:
    """Gets what is at hand, and raises _WouldWait for all else."""

    of: Dispatcher

    def placed(self, identifier: str) -> Placed | None:
        fresh = self.of._fresh(identifier)
        if fresh is None:
            raise _WouldWait
        return fresh[1]

    def refusal(self, placed: Placed) -> int | None:
        # Who may see it, a database knows.
        if self.of._with.private(placed):
            raise _WouldWait
        return None

    def pack(self, name: str) -> Pack:
        pack = self.of._with.packs.held_pack(name)
        if pack is None:
            raise _WouldWait
        return pack

    def stored(self, pack: Pack, number: int) -> bytes:
        data = pack.read_at_once(number)
        if data is None:
            raise _WouldWait
        return data

    def rendered(self, answer: _Known, planned: Plan) -> bytes:
        raise _WouldRender(answer)


def is_dear(planned: Plan, pack: Pack) -> bool:
    """Say whether keeping a result pays: it shows the whole page, as thumbnails do, or takes long."""
    return planned.region == pack.pyramid.size.box or planned.work > CACHED_WORK


def _is_image_path(segments: list[str]) -> bool:
    return len(segments) in (1, 5) or (len(segments) == 2 and segments[1] in ("", "info.json"))


# --- answers


def _send(answer: _Known, asked: Asked, means: _Means) -> Reply:
    # A copy: what stands in front adds headers of its own to the list that it is given.
    headers = [*answer.headers]
    if answer.media_types is not None:
        headers.append(("Content-Type", _media_type(asked, answer.media_types)))
    if _unchanged(asked, answer.etag):
        return _not_modified(headers)
    if asked.method == "HEAD":
        return Reply(200, headers)
    if answer.planned is not None:
        return _rendered(headers, means.rendered(answer, answer.planned))
    return Reply(200, headers, answer.body if answer.stored < 0 else means.stored(answer.pack, answer.stored))


def _keep(answers: dict[str, _Known], most: int, path: str, answer: _Known) -> None:
    """Keep an answer; where there are as many as may be, the others go."""
    if len(answers) >= most:
        answers.clear()
    answers[path] = answer


def _rendered(headers: Headers, body: bytes) -> Reply:
    headers.append(("Content-Length", str(len(body))))
    return Reply(200, headers, body)


def _unchanged(asked: Asked, etag: str) -> bool:
    """Compare weakly with If-None-Match (RFC 9110, 13.1.2)."""
    given = asked.header("if-none-match")
    if given is None:
        return False
    return given.strip() == "*" or any(each.strip().removeprefix("W/") == etag for each in given.split(","))


def _not_modified(headers: Headers) -> Reply:
    """Answer with 304, without what describes a body that is not sent (RFC 9110, 15.4.5)."""
    return Reply(304, [pair for pair in headers if not pair[0].startswith("Content-")])


def _media_type(asked: Asked, offered: tuple[str, str]) -> str:
    """Choose between JSON-LD and JSON; what the client does not tell apart gets the version's own."""
    accepted = asked.header("accept") or ""
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


def _redirect(location: str) -> Reply:
    return Reply(303, [("Location", location), ("Access-Control-Allow-Origin", "*"), ("Content-Length", "0")])


def _preflight() -> Reply:
    return Reply(
        204,
        [
            ("Allow", _METHODS),
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Methods", _METHODS),
            ("Access-Control-Allow-Headers", "Accept, Authorization, If-None-Match"),
            ("Access-Control-Max-Age", "86400"),
        ],
    )


def _answered(make: Callable[[], Reply]) -> Reply:
    """Make an answer; what is refused is one as well."""
    try:
        return make()
    except (Busy, ImagesError) as error:
        return _refusal(error)


def _refusal(error: Busy | ImagesError) -> Reply:
    if isinstance(error, Busy):
        return _problem(503, error, extra=[("Retry-After", str(error.retry_seconds))])
    return _problem(int(STATUSES[type(error)]), error)


def _problem(status: int, error: Exception | None, *, extra: Sequence[tuple[str, str]] = ()) -> Reply:
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
        *extra,
    ]
    return Reply(status, headers, body)
