"""Writes the log: JSON lines on standard error, one for each request, with its id and duration."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from server.errors import STATUSES, UNFORESEEN, problem_of, problem_of_status, status_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "stroka.request_id"
"""The key of a request's id in its WSGI environ."""

log = logging.getLogger("stroka")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


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
        return json.dumps(line, ensure_ascii=False, default=str)


def start(level: str) -> None:
    """Send our log to standard error: "all" requests, "problems" only, or "none"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    log.handlers = [handler]
    log.propagate = False
    log.setLevel({"all": logging.INFO, "problems": logging.WARNING}.get(level, logging.CRITICAL + 1))


class RequestLog:
    """WSGI in front of all else: gives each request an id, and writes a line when its answer begins."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
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
    log.log(level, "request answered", extra={"facts": facts})
