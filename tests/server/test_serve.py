"""The service as it is really started: granian, worker processes, image dispatcher and Flask."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(service: subprocess.Popen[str], port: int, path: str) -> tuple[int, object]:
    """Get JSON; while nothing listens yet, try again for as long as the service runs."""
    while service.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except ConnectionRefusedError:
            continue
        finally:
            connection.close()
    raise AssertionError("the service ended by itself")


@pytest.mark.slow
def test_the_service_starts_answers_and_ends_when_asked(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "STROKA_HOME": str(tmp_path), "STROKA_PORT": str(port), "STROKA_WORKERS": "1"}
    command = [sys.executable, "-u", "-m", "server.commands", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as service:
        assert service.stdout is not None
        try:
            assert f"http://127.0.0.1:{port}/" in service.stdout.readline()
            assert ask(service, port, "/readyz") == (200, {"status": "ok", "revision": 0})
            assert ask(service, port, "/iiif/image/3/x/info.json")[0] == 404
            assert ask(service, port, "/documents/x")[0] == 404
        finally:
            service.send_signal(signal.SIGTERM)
            rest = service.stdout.read()
        assert service.wait(timeout=60) == 0, rest
