from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client

from server.services import Services
from tests.builders import make_cable, make_document, make_id
from tests.server.conftest import keep
from transcriptions.model import MarkKind

MANIFEST = "/iiif/presentation/3/cable/manifest"
PAGE = make_id("p1")
BASE = "http://127.0.0.1:8000"

DOCUMENTS = [
    MANIFEST,
    f"/iiif/canvas/{PAGE}",
    f"/iiif/canvas/{PAGE}/annotations/marks",
    f"/iiif/canvas/{PAGE}/annotations/painting",
    f"/iiif/canvas/{PAGE}/annotations/{make_id('t2ru')}",
    f"/iiif/canvas/{PAGE}/annotations/{make_id('t3en')}",
    f"/iiif/annotation/{make_id('t2ru')}-{make_id('n3')}",
    f"/iiif/annotation/{make_id('s6')}-{make_id('n4')}",
    f"/iiif/annotation/{make_id('m2')}",
    f"/iiif/annotation/{make_id('i1')}",
    f"/iiif/range/{make_id('r1')}",
    f"/iiif/layer/{make_id('t2ru')}",
    "/iiif/collection/top",
    "/api/documents/cable",
    f"/api/documents/cable/pages/{PAGE}",
]
PAGES = ["/", "/documents/cable", "/view/mirador", "/view/uv", "/docs/errors"]
UNKNOWN = [
    "/nowhere",
    "/documents/nothing",
    "/iiif/presentation/3/nothing/manifest",
    f"/iiif/canvas/{make_id('zz')}",
    f"/iiif/canvas/{PAGE}/annotations/{make_id('zz')}",
    f"/iiif/canvas/{PAGE}/annotations/%00",
    f"/iiif/annotation/{make_id('zz')}",
    f"/iiif/annotation/{make_id('m2')}-x",
    f"/iiif/range/{make_id('zz')}",
    f"/iiif/layer/{make_id('zz')}",
    "/iiif/collection/nothing",
    "/api/documents/nothing",
    f"/api/documents/cable/pages/{make_id('zz')}",
    "/documents/a%20b",
    "/static/../wsgi.py",
    "/static/%2e%2e/app.py",
    "/view/other",
]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_are_json_that_any_site_may_read(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert json.loads(response.data)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["ETag"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_what_the_client_holds_is_not_sent_again(client: Client, path: str) -> None:
    etag = client.get(path).headers["ETag"]

    again = client.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert not again.data
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", DOCUMENTS + PAGES)
def test_head_and_options(client: Client, path: str) -> None:
    head = client.head(path)
    preflight = client.options(path, headers={"Origin": "https://viewer.example.org"})

    assert head.status_code == 200
    assert not head.data
    assert preflight.status_code == 200
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_is_not_there_is_a_problem(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    problem = json.loads(response.data)
    assert problem["status"] == 404
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_methods_that_are_not_offered_are_a_problem(client: Client) -> None:
    response = client.post(MANIFEST, data=b"{}")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert json.loads(response.data)["title"] == "Method Not Allowed"


def test_a_person_gets_a_page_instead_of_a_problem(client: Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get("/documents/nothing", headers={"Accept": accept})

    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert client.get(f"/iiif/canvas/{make_id('zz')}", headers={"Accept": accept}).mimetype != "text/html"


LINKED = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, LINKED),
        ("*/*", LINKED),
        ("image/png", LINKED),
        ("application/json", "application/json"),
        ("application/json, text/plain;q=0.5", "application/json"),
        ("application/ld+json, application/json", LINKED),
        ('application/ld+json;profile="http://iiif.io/api/presentation/2/context.json"', LINKED),
        ("application/json;q=0, */*", LINKED),
        (",;q=x", LINKED),
    ],
)
def test_json_ld_is_the_default_and_json_the_fallback(client: Client, accept: str | None, expected: str) -> None:
    response = client.get(MANIFEST, headers={"Accept": accept} if accept else {})

    assert response.status_code == 200
    assert response.content_type == expected
    assert "Accept" in response.headers["Vary"]


def test_a_single_annotation_comes_in_the_vocabulary_asked_for(client: Client) -> None:
    path = f"/iiif/annotation/{make_id('m2')}"
    web = client.get(path)
    iiif = client.get(path, headers={"Accept": LINKED})

    assert json.loads(web.data)["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert "anno.jsonld" in web.content_type
    assert json.loads(iiif.data)["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert web.headers["ETag"] != iiif.headers["ETag"]


def test_answers_are_compressed_where_that_is_accepted(client: Client) -> None:
    plain = client.get(MANIFEST)
    zipped = client.get(MANIFEST, headers={"Accept-Encoding": "gzip, br"})

    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert "Accept-Encoding" in zipped.headers["Vary"]
    assert "Content-Encoding" not in client.get(MANIFEST, headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_every_uri_in_a_manifest_resolves(client: Client) -> None:
    seen: set[str] = set()
    queue = [MANIFEST]
    while queue:
        path = queue.pop()
        if path in seen or path.startswith("/iiif/image/"):
            continue
        seen.add(path)
        response = client.get(path)

        assert response.status_code == 200, path
        if response.mimetype.endswith("json"):
            queue += [each.removeprefix(BASE).partition("#")[0] for each in _uris(json.loads(response.data))]
    assert len(seen) > 30


def _uris(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (found for each in value.values() for found in _uris(each))
    elif isinstance(value, list):
        yield from (found for each in value for found in _uris(each))
    elif isinstance(value, str) and value.startswith(BASE):
        yield value


def test_an_etag_changes_only_when_the_bytes_do(client: Client, services: Services) -> None:
    marks = f"/iiif/canvas/{PAGE}/annotations/marks"
    before = {path: client.get(path).headers["ETag"] for path in (MANIFEST, marks)}
    snapshot = services.store.snapshot(make_document().id)
    changed = replace(
        snapshot,
        marks=tuple(replace(m, kind=MarkKind.STAMP) if m.id == make_id("m2") else m for m in snapshot.marks),
    )
    keep(services, changed, snapshot)

    assert client.get(MANIFEST).headers["ETag"] == before[MANIFEST]
    assert client.get(marks).headers["ETag"] != before[marks]


def test_the_library_lists_documents_with_their_links(client: Client) -> None:
    page = client.get("/", headers={"Accept-Language": "ru,en;q=0.5"}).get_data(as_text=True)

    assert '<html lang="ru"' in page
    assert "Телеграмма послу" in page
    assert "Cable to the ambassador" in page
    assert 'href="/documents/cable"' in page
    assert "/view/mirador?iiif-content=http%3A%2F%2F127.0.0.1%3A8000" in page
    assert "/view/uv?iiif-content=" in page
    assert f'src="/iiif/image/3/{make_id("i1")}/full/' in page


def test_the_library_is_paged(services: Services) -> None:
    from server.app import compose

    for name in ("other-1", "other-2"):
        keep(services, _renamed(name))
    client = Client(compose(replace(services, settings=replace(services.settings, page_length=2))))
    first = client.get("/").get_data(as_text=True)
    second = client.get("/?after=other-1").get_data(as_text=True)

    assert "/documents/cable" in first
    assert "/documents/other-2" not in first
    assert 'href="/?after=other-1"' in first
    assert "/documents/other-2" in second
    assert client.get("/?after=%22%3E").status_code == 400


def _renamed(name: str) -> Any:
    """Give an empty document of another name."""
    snapshot = make_cable(name)
    return replace(type(snapshot)(make_document(name)), number=1)


def test_hostile_words_are_escaped_in_pages(client: Client, services: Services) -> None:
    snapshot = services.store.snapshot(make_document().id)
    hostile = '"><script>alert(1)</script>'
    document = replace(snapshot.document, title=(("en", (hostile,)),), summary=(("en", (hostile,)),))
    keep(services, replace(snapshot, document=document), snapshot)
    page = client.get("/").get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_pages_allow_only_scripts_of_ours(client: Client) -> None:
    library = client.get("/").headers["Content-Security-Policy"]
    viewer = client.get("/view/uv").headers["Content-Security-Policy"]

    assert "script-src 'self'" in library
    assert "unsafe-eval" not in library
    assert "unsafe-eval" in viewer


def test_health(client: Client, services: Services) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    services.settings.images_folder.rename(services.settings.home / "gone")

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_a_database_that_is_gone_is_a_problem_and_no_crash(client: Client, services: Services) -> None:
    for path in services.settings.home.glob("stroka.sqlite3*"):
        path.unlink()

    for path in (MANIFEST, "/", "/readyz", "/iiif/image/3/x/info.json"):
        response = client.get(path)
        assert response.status_code == 503, path
        assert json.loads(response.data)["request_id"]
