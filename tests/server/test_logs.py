from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from server.app import compose
from server.logs import Batches, JsonLines, RequestLog, log
from server.services import Services
from server.settings import Settings
from tests.server.picture import IDENTIFIER, draw, keep_picture


@pytest.fixture
def lines() -> Iterator[list[str]]:
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(JsonLines().format(record))

    before = (log.handlers, log.level, log.propagate)
    log.handlers, log.propagate = [Kept()], False
    log.setLevel(logging.INFO)
    yield written
    log.handlers, log.propagate = before[0], before[2]
    log.setLevel(before[1])


def test_one_line_for_each_request_with_its_id(lines: list[str]) -> None:
    client = Client(RequestLog(Response("hello")))
    response = client.get("/я?secret=1", headers={"X-Request-Id": "given-id-1"})

    (line,) = (json.loads(each) for each in lines)
    assert line["path"] == "/я"
    assert line["status"] == 200
    assert line["request_id"] == response.headers["X-Request-Id"] == "given-id-1"
    assert "secret" not in lines[0]


def test_a_forged_request_id_is_not_taken_over(lines: list[str]) -> None:
    client = Client(RequestLog(Response("hello")))

    assert client.get("/", headers={"X-Request-Id": 'x", "status": "0'}).headers["X-Request-Id"].isalnum()


def test_what_nobody_foresaw_is_a_problem_and_a_trace_in_the_log(lines: list[str]) -> None:
    def broken(environ: object, start_response: object) -> list[bytes]:
        raise RuntimeError("a secret of the house")

    response = Client(RequestLog(broken)).get("/")

    assert response.status_code == 500
    assert "secret" not in response.get_data(as_text=True)
    assert any("a secret of the house" in json.loads(each).get("trace", "") for each in lines)


def test_what_went_wrong_is_written_at_once_after_all_before_it() -> None:
    out = io.StringIO()
    handler = Batches(out)
    handler.handle(logging.makeLogRecord({"levelno": logging.INFO, "msg": "first"}))
    handler.handle(logging.makeLogRecord({"levelno": logging.ERROR, "msg": "second"}))

    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["first", "second"]


def test_lines_that_wait_are_written_when_the_process_ends() -> None:
    said = "from server import logs; logs.start('all'); logs.log.info('last words')"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, timeout=60)

    assert json.loads(done.stderr)["event"] == "last words"


def test_a_log_that_nobody_reads_any_more_stops_nothing() -> None:
    out = io.StringIO()
    out.close()

    assert Batches(out).handle(logging.makeLogRecord({"levelno": logging.ERROR, "msg": "unheard"}))


@pytest.mark.parametrize("what", ["info.json", "0,0,512,512/512,512/0/default.jpg"])
def test_an_answer_that_is_remembered_carries_the_id_of_its_own_request(what: str, tmp_path: Path) -> None:
    services = Services.open(Settings(home=tmp_path / "home", log="none"))
    keep_picture(services, draw(600, 600), tmp_path)
    client = Client(compose(services))
    for id in ("first-id", "second-id", "third-id"):
        answer = client.get(f"/iiif/image/3/{IDENTIFIER}/{what}", headers={"X-Request-Id": id})
        assert answer.headers.getlist("X-Request-Id") == [id]
    services.close()
