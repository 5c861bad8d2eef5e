"""Nothing that a client sends may end in an answer of 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder

from server.app import compose
from server.services import Services
from server.settings import Settings
from tests.builders import make_cable, make_id
from tests.server.conftest import keep


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    home: Path = tmp_path_factory.mktemp("home")
    services = Services.open(Settings(home=home, log="none", cache_bytes=0))
    keep(services, make_cable())
    yield Client(compose(services))
    services.close()


ids = st.sampled_from([make_id(name) for name in ("p1", "t2ru", "m2", "i1", "s3", "r1")]) | st.sampled_from(
    ["cable", "marks", "painting", "top", "..", "%00", "-", "--", "%ff", "'", "%2e%2e%2f", "é", "a" * 300]
)
words = st.sampled_from(
    "iiif canvas annotations annotation presentation 3 manifest range layer collection api documents pages image 2 "
    "view mirador uv static docs errors info.json full max 0 default.jpg 1,2,3,4 pct:1,2,3,4 ^!9,9 ".split(" ")
)
paths = st.lists(words | ids | st.text(max_size=8), max_size=8).map(lambda parts: "/" + "/".join(parts))
header_values = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60)
names = (
    "Accept Accept-Encoding Accept-Language If-None-Match If-Modified-Since Range Origin X-Request-Id Host "
    "Content-Length Content-Type Cookie Prefer Transfer-Encoding"
)
odd = ['W/"', "*", "gzip;q=x", "text/html;q=2", 'application/ld+json;profile="', "bytes=9-1"]
headers = st.dictionaries(st.sampled_from(names.split()), header_values | st.sampled_from(odd), max_size=4)
methods = st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "XYZZY"])


@given(path=paths, query=st.text(max_size=30), method=methods, sent=headers, body=st.binary(max_size=40))
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
def test_no_request_is_answered_with_500(
    client: Client, path: str, query: str, method: str, sent: dict[str, str], body: bytes
) -> None:
    environ = EnvironBuilder(method=method, data=body).get_environ()
    environ["PATH_INFO"] = path.encode("utf-8", "surrogatepass").decode("latin-1")
    environ["QUERY_STRING"] = query.encode("utf-8", "surrogatepass").decode("latin-1")
    for name, value in sent.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"] = value
    response = client.run_wsgi_app(environ, buffered=True)
    content, status = b"".join(response[0]), int(response[1][:3])

    assert status < 500 or status in (501, 503), (path, content)
    if status >= 400 and method != "HEAD" and "json" in response[2].get("Content-Type", ""):
        assert json.loads(content)["status"] == status
