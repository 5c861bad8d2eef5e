"""Writes the log: JSON lines on standard error, one for each request, with its id and duration.

Requests do not wait for their lines: they are written in batches, a fraction of a second later. What went wrong is
written at once.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
import secrets
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

import msgspec

from server.errors import STATUSES, UNFORESEEN, problem_of, problem_of_status, status_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "stroka.request_id"
"""The key of a request's id in its WSGI environ."""

BEGUN = "stroka.begun"
"""The key of when a request came, on the clock `time.perf_counter`, in its WSGI environ."""

log = logging.getLogger("stroka")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


BATCH_SECONDS = 0.25
"""How long a line waits for others to be written with."""

_FORGOTTEN = 10_000
"""Lines that may wait; older ones are dropped where the log is not taken off fast enough."""


@lru_cache(4)
def _written(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


class Line(msgspec.Struct, frozen=True, gc=False):
    """The line of a request, in the order in which its members are written; `ms` is how long its answer took."""

    time: str
    level: str
    event: str
    method: str
    path: str
    status: int
    ms: float
    request_id: str


_RECORDS = {
    level: logging.LogRecord("stroka", level, "", 0, "request answered", None, None).__dict__
    for level in (logging.INFO, logging.ERROR)
}


class Answered(logging.LogRecord):
    """The record of a request; to find out for each what its maker looks for costs more than a tile."""

    def __init__(self, level: int, created: float, line: Line) -> None:
        self.__dict__.update(_RECORDS[level])
        self.created, self.line = created, line


_encoder = msgspec.json.Encoder()


class JsonLines(logging.Formatter):
    """One JSON object a line; a record's `facts` become its members."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        if isinstance(record, Answered):
            return _encoder.encode(record.line).decode()
        line: dict[str, Any] = {
            "time": _written(int(record.created)),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class Batches(logging.Handler):
    """Writes lines to a stream from a thread of its own; warnings and errors, and all before them, at once."""

    def __init__(self, stream: IO[str], *, seconds: float = BATCH_SECONDS) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self._stream, self._seconds = stream, seconds
        self._waiting: deque[str] = deque(maxlen=_FORGOTTEN)
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Take a record; a deque needs no lock for that. A line takes a tenth of its memory, so it is made now."""
        self._waiting.append(self.format(record))
        if record.levelno >= logging.WARNING:
            self.flush()
        elif self._thread is None:
            self._start()
        return True

    def flush(self) -> None:
        """Write all that waits."""
        with self._writing:
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if not lines:
                return
            try:
                self._stream.write("\n".join([*lines, ""]))
                self._stream.flush()
            except (OSError, ValueError):
                # Nobody reads the log any more; that is no reason to stop answering.
                return

    def _start(self) -> None:
        """Start the thread with the first line; a process that only imports us needs none."""
        with self._writing:
            if self._thread is None:
                # No daemon: the process waits for it, and so for the last lines.
                self._thread = threading.Thread(target=self._write_on, name="log", daemon=False)
                self._thread.start()

    def _write_on(self) -> None:
        main = threading.main_thread()
        while main.is_alive():
            time.sleep(self._seconds)
            self.flush()


def start(level: str) -> None:
    """Send our log to standard error: "all" requests, "problems" only, or "none"."""
    log.handlers = [Batches(sys.stderr)]
    log.propagate = False
    log.setLevel({"all": logging.INFO, "problems": logging.WARNING}.get(level, logging.CRITICAL + 1))


class RequestLog:
    """WSGI in front of all else: gives each request an id, and writes a line when its answer begins."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        # Ids need to differ, not to be secret: asking the system for randomness would cost a switch of threads each.
        self._begins, self._numbers = secrets.token_hex(4), itertools.count()

    def id_for(self, given: str | None) -> str:
        """Give a request's id: the one that came with it, where it is harmless, or a fresh one."""
        if given is not None and _GIVEN_ID.fullmatch(given):
            return given
        return f"{self._begins}{next(self._numbers):08x}"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun = environ.get(BEGUN) or time.perf_counter()
        id = self.id_for(environ.get("HTTP_X_REQUEST_ID"))
        environ[REQUEST_ID] = id

        def started(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            headers.append(("X-Request-Id", id))
            path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
            write(environ.get("REQUEST_METHOD", ""), path, int(status[:3]), id, begun)
            return start_response(status, headers, *error)

        try:
            return self._application(environ, started)
        except Exception as error:
            # What the views raise is answered by Flask; this is for what stands in front of it.
            log.error("request failed", exc_info=error, extra={"facts": {"request_id": id}})
            return _failed(error, id, started)


def _failed(error: Exception, id: str, start_response: StartResponse) -> Iterable[bytes]:
    status = status_of(error)
    if type(error) in STATUSES:
        problem = problem_of(error, request_id=id)
    else:
        problem = problem_of_status(status, UNFORESEEN, request_id=id)
    body = json.dumps(problem, ensure_ascii=False).encode()
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Access-Control-Allow-Origin", "*"),
        ("Cache-Control", "no-store"),
    ]
    start_response(f"{int(status)} {status.phrase}", headers)
    return (body,)


def write(method: str, path: str, status: int, id: str, begun: float) -> None:
    """Write the line of a request that was answered; `begun` is when it came, on the clock `time.perf_counter`."""
    level = logging.INFO if status < 500 else logging.ERROR
    if not log.isEnabledFor(level):
        return
    now, passed = time.time(), round((time.perf_counter() - begun) * 1000, 1)
    word = "info" if level == logging.INFO else "error"
    line = Line(_written(int(now)), word, "request answered", method, path[:300], status, passed, id)
    log.handle(Answered(level, now, line))
