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
from typing import IO, TYPE_CHECKING, Any

import msgspec

from server.errors import STATUSES, UNFORESEEN, problem_of, problem_of_status, status_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "stroka.request_id"
"""The key of a request's id in its WSGI environ."""

log = logging.getLogger("stroka")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


BATCH_SECONDS = 0.25
"""How long a line waits for others to be written with."""

_FORGOTTEN = 10_000
"""Lines that may wait; older ones are dropped where the log is not taken off fast enough."""


class JsonLines(logging.Formatter):
    """One JSON object a line; a record's `facts` become its members."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
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
        self._waiting: deque[logging.LogRecord] = deque(maxlen=_FORGOTTEN)
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Take a record; a deque needs no lock for that."""
        self._waiting.append(record)
        if record.levelno >= logging.WARNING:
            self.flush()
        elif self._thread is None:
            self._start()
        return True

    def flush(self) -> None:
        """Write all that waits."""
        with self._writing:
            lines = [self.format(self._waiting.popleft()) for _ in range(len(self._waiting))]
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

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        id = given if _GIVEN_ID.fullmatch(given) else f"{self._begins}{next(self._numbers):08x}"
        environ[REQUEST_ID] = id

        def started(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            headers.append(("X-Request-Id", id))
            _write(environ, status, id, time.perf_counter() - begun)
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


def _write(environ: WSGIEnvironment, status: str, id: str, seconds: float) -> None:
    level = logging.INFO if status < "500" else logging.ERROR
    if not log.isEnabledFor(level):
        return
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    facts: dict[str, object] = {
        "method": environ.get("REQUEST_METHOD", ""),
        "path": path[:300],
        "status": int(status[:3]),
        "ms": round(seconds * 1000, 1),
        "request_id": id,
    }
    if "stroka.cache" in environ:
        facts["cache"] = environ["stroka.cache"]
    # Made by hand: looking for the calling line would cost more than all else here.
    record = logging.LogRecord(log.name, level, "", 0, "request answered", None, None)
    record.facts = facts
    log.handle(record)
