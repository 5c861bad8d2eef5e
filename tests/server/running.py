"""The service as it is really started, as a process of its own, and a client that speaks HTTP to it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

ROOT = Path(__file__).resolve().parents[2]


class Answer(Response):
    """What came, with no type where none was sent."""

    default_mimetype = None


@contextmanager
def running(home: Path, output: Path, **settings: str) -> Iterator[int]:
    """Start the service on a home folder, its output going to a file; give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    given = {f"STROKA_{name.upper()}": value for name, value in settings.items()}
    environment = {"STROKA_WORKERS": "1", **os.environ, "STROKA_HOME": str(home), "STROKA_PORT": str(port), **given}
    command = [sys.executable, "-u", "-m", "server.commands", "serve"]
    with (
        output.open("wb") as written,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=written) as service,
    ):
        try:
            while service.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
            assert service.poll() is None, output.read_text("utf-8")
            yield port
        finally:
            service.send_signal(signal.SIGTERM)
            assert service.wait(timeout=60) == 0, output.read_text("utf-8")


def ask(
    port: int, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Make one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        given = Answer(answer.read(), answer.status)
        given.headers = Headers(answer.getheaders())
        return given
    finally:
        connection.close()
