"""The service as granian runs it (RSGI): images in the thread that suits each, and all else as WSGI in a pool.

What memory and the page cache hold is answered in the thread that hands requests over; see `eager`. What must be
rendered, and nothing else, is answered in the thread that renders it. Images that wait for a file or the database, and
everything else, which is turned into WSGI, are answered in a pool of threads, with the same headers, ids and log lines.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol, TypeVar
from wsgiref.types import WSGIEnvironment

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # It is where granian documents it.

from server.dispatch import PREFIX, Asked, Headers, Later, Reply
from server.eager import elsewhere, later
from server.logs import BEGUN, REQUEST_ID, RequestLog, log, write

GATHERED = 256 << 10
"""Bytes of an answer that are sent together; what is shorter is sent whole, with its length."""

_IN_MEMORY = 1 << 20
"""Bytes of a request's body that are kept in memory; the rest goes to a temporary file."""


T = TypeVar("T")


class Scope(Protocol):
    """What granian says of a request; the path is decoded."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Fields:
        """The request's headers, with names in small letters."""
        ...


class Fields(Protocol):
    """The headers of a request."""

    def get(self, key: str, /) -> str | None:
        """Give the first of a name."""
        ...

    def items(self) -> Iterable[tuple[str, str]]:
        """Give all, in the order in which they came."""
        ...


class Transport(Protocol):
    """An answer that is sent in pieces."""

    async def send_bytes(self, data: bytes, /) -> None:
        """Send a piece, once there is room for it. Raises ProtocolClosed where the client is gone."""
        ...


class Exchange(Protocol):
    """One request's body, which is read by `async for`, and the ways to answer it."""

    def __aiter__(self) -> Any:
        """Give the pieces of the body."""
        ...

    def response_empty(self, status: int, headers: Headers, /) -> None:
        """Answer without a body."""
        ...

    def response_bytes(self, status: int, headers: Headers, body: bytes, /) -> None:
        """Answer with a body."""
        ...

    def response_stream(self, status: int, headers: Headers, /) -> Transport:
        """Begin an answer that is sent in pieces."""
        ...


AtOnce = Callable[[Asked], Reply | Later]
"""Answers a request for an image without waiting, or says what makes the answer elsewhere."""


class Front:
    """An RSGI application: `at_once` in granian's own thread, or `application` in one of `threads`.

    Of a request's body, not much more than `max_body` bytes are read; the application refuses what is longer. When it
    begins, `rehearsal` is done in one of the threads.
    """

    def __init__(
        self,
        application: RequestLog,
        at_once: AtOnce,
        *,
        threads: int,
        max_body: int,
        rehearsal: Callable[[], object] = lambda: None,
    ) -> None:
        self._application, self._at_once, self._max_body = application, at_once, max_body
        self._rehearsal = rehearsal
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, on the loop that runs in this process."""
        self._loop = loop
        # Nobody waits for it, and what fails in it fails again where it is asked for.
        self._pool.submit(self._rehearsal)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End: what has begun is finished, what waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        begun = time.perf_counter()
        asked = Asked(scope.method, scope.path, scope.headers.get)
        if asked.path.startswith(PREFIX):
            reply = _made(lambda: self._at_once(asked))
            if isinstance(reply, Later):
                await elsewhere(reply.enter or self._pool.submit)
                reply = _made(reply.make)
            if reply is not None:
                self._answer(asked, reply, exchange, begun)
                return
        environ = environ_of(scope)
        environ[BEGUN] = begun
        if not _has_body(environ):
            await elsewhere(self._pool.submit)
            self._run(environ, exchange)
            return
        await later()
        with SpooledTemporaryFile(_IN_MEMORY) as body:
            length = await _receive(exchange, body, _announced(environ), self._max_body)
            if length is None:
                return
            # Whatever came in chunks lies here with its length now, by which the application refuses what is too long.
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(length), body
            await asyncio.wrap_future(self._pool.submit(self._run, environ, exchange))

    def _answer(self, asked: Asked, reply: Reply, exchange: Exchange, begun: float) -> None:
        id = self._application.id_for(asked.header("x-request-id"))
        reply.headers.append(("X-Request-Id", id))
        write(asked.method, asked.path, reply.status, id, begun)
        _send(exchange, reply.status, reply.headers, reply.body if asked.method != "HEAD" else b"")

    def _run(self, environ: WSGIEnvironment, exchange: Exchange) -> None:
        """Answer by WSGI, in a thread of the pool."""
        status, headers = 500, Headers()

        def started(said: str, given: Headers, *error: Any) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = int(said[:3]), given
            return _no_write

        chunks = self._application(environ, started)
        try:
            pieces = _gathered(chunks)
            first, second = next(pieces, b""), next(pieces, None)
            if environ["REQUEST_METHOD"] == "HEAD":
                _send(exchange, status, headers, b"")
            elif second is None:
                _send(exchange, status, headers, first)
            else:
                self._stream(exchange.response_stream(status, headers), itertools.chain((first, second), pieces))
        except ProtocolClosed:
            # The client is gone, and nobody waits for the rest.
            pass
        except Exception as error:
            facts = {"request_id": environ.get(REQUEST_ID, "")}
            log.error("answer broken off", exc_info=error, extra={"facts": facts})
            raise
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _stream(self, transport: Transport, pieces: Iterable[bytes]) -> None:
        async def send(piece: bytes) -> None:
            await transport.send_bytes(piece)

        for piece in pieces:
            asyncio.run_coroutine_threadsafe(send(piece), self._loop).result()


def _made(make: Callable[[], T]) -> T | None:
    """Make an answer, or None where that fails as nobody foresaw: as WSGI it is met again, logged and answered."""
    try:
        return make()
    except Exception:
        return None


def _send(exchange: Exchange, status: int, headers: Headers, body: bytes) -> None:
    if body:
        exchange.response_bytes(status, headers, body)
    else:
        exchange.response_empty(status, headers)


def _no_write(data: bytes) -> object:
    raise NotImplementedError("bodies are returned, not written (PEP 3333 keeps writing for old frameworks)")


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Join chunks to pieces that are worth sending."""
    waiting: list[bytes] = []
    length = 0
    for chunk in chunks:
        waiting.append(chunk)
        length += len(chunk)
        if length >= GATHERED:
            yield waiting[0] if len(waiting) == 1 else b"".join(waiting)
            waiting, length = [], 0
    if length:
        yield b"".join(waiting)


# --- requests


def environ_of(scope: Scope) -> WSGIEnvironment:
    """Write a request as WSGI has it (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        # A name with a low line would pass for one with a hyphen, which something in front of us may have checked.
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{'; ' if name == 'cookie' else ','}{value}"
        environ[key] = value
    if scope.authority is not None:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


def _has_body(environ: WSGIEnvironment) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


def _announced(environ: WSGIEnvironment) -> int | None:
    given = environ.get("CONTENT_LENGTH", "")
    return int(given) if given.isascii() and given.isdigit() else None


async def _receive(exchange: Exchange, body: IO[bytes], announced: int | None, limit: int) -> int | None:
    """Read a body until it is longer than a limit; give its length, or None where less came than was announced."""
    if announced is not None and announced > limit:
        return announced
    length = 0
    with suppress(ProtocolClosed):
        async for piece in exchange:
            body.write(piece)
            length += len(piece)
            if length > limit:
                break
    body.seek(0)
    return length if announced is None or length == announced else None
