"""Image URLs over HTTP: headers, negotiation, conditions, limits, problems, and ten thousand hostile requests."""

from __future__ import annotations

import io
import json
import random
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.test import Client, EnvironBuilder

from server.app import compose
from server.services import Services
from server.settings import Settings
from tests.server.picture import IDENTIFIER, RIGHTS, draw, keep_picture

THREE, TWO = f"/iiif/image/3/{IDENTIFIER}", f"/iiif/image/2/{IDENTIFIER}"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    opened = Services.open(Settings(home=tmp_path_factory.mktemp("home"), log="none"))
    keep_picture(opened, draw(1300, 900), tmp_path_factory.mktemp("made"), rights=RIGHTS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(services: Services) -> Client:
    return Client(compose(services))


@pytest.mark.parametrize("base", [THREE, TWO])
def test_the_service_leads_to_its_description(base: str, client: Client) -> None:
    for path in (base, base + "/"):
        answer = client.get(path)

        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"{base}/info.json")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_version_3_says_just_what_is_true(client: Client) -> None:
    said = client.get(f"{THREE}/info.json").get_json(force=True)

    assert said["type"] == "ImageService3"
    assert said["profile"] == "level2"
    assert (said["width"], said["height"]) == (1300, 900)
    assert said["rights"] == RIGHTS
    assert said["preferredFormats"] == ["jpg"]
    assert client.get(said["partOf"][0]["id"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    for size in said["sizes"]:
        asked = f"{THREE}/full/{size['width']},{size['height']}/0/default.jpg"
        assert Image.open(io.BytesIO(client.get(asked).data)).size == (size["width"], size["height"])
    for format in ("jpg", "png", *said["extraFormats"]):
        for quality in ("default", *said["extraQualities"]):
            assert client.get(f"{THREE}/full/90,/0/{quality}.{format}").status_code == 200
    features = {
        "mirroring": ("full/90,/!0/default.jpg", 200),
        "rotationArbitrary": ("full/90,/22.5/default.png", 200),
        "sizeUpscaling": ("0,0,10,10/^90,/0/default.jpg", 200),
    }
    headers = {"canonicalLinkHeader", "profileLinkHeader"}
    assert set(said["extraFeatures"]) == set(features) | headers
    for path, status in features.values():
        assert client.get(f"{THREE}/{path}").status_code == status


def test_version_2_says_its_own(client: Client) -> None:
    said = client.get(f"{TWO}/info.json").get_json(force=True)

    assert said["@id"].endswith(TWO)
    assert said["profile"][0] == "http://iiif.io/api/image/2/level2.json"
    assert said["license"] == RIGHTS
    assert "sizeAboveFull" in said["profile"][1]["supports"]
    assert client.get(f"{TWO}/0,0,10,10/90,/0/native.jpg").status_code == 200
    assert client.get(f"{TWO}/full/full/0/default.jpg").status_code == 200


@pytest.mark.parametrize(
    ("base", "accept", "expected"),
    [
        (THREE, None, "application/ld+json"),
        (THREE, "*/*", "application/ld+json"),
        (THREE, "application/json", "application/json"),
        (THREE, "application/json;q=0.5, application/ld+json", "application/ld+json"),
        (TWO, None, "application/json"),
        (TWO, "application/ld+json", "application/ld+json"),
    ],
)
def test_the_description_comes_in_the_type_asked_for(
    base: str, accept: str | None, expected: str, client: Client
) -> None:
    answer = client.get(f"{base}/info.json", headers={"Accept": accept} if accept else {})

    assert answer.headers["Content-Type"].split(";")[0] == expected
    assert answer.headers["Vary"] == "Accept"


PATHS = ["info.json", "512,0,512,512/512,512/0/default.jpg", "0,0,300,300/200,/0/default.png", "full/90,/0/gray.jpg"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("base", [THREE, TWO])
def test_links_conditions_head_and_options(base: str, path: str, client: Client) -> None:
    first = client.get(f"{base}/{path}")
    profile = f'<http://iiif.io/api/image/{base[12]}/level2.json>;rel="profile"'

    assert first.status_code == 200
    assert profile in first.headers["Link"]
    assert ('rel="canonical"' in first.headers["Link"]) == (path != "info.json")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    for condition in (first.headers["ETag"], f'"other", W/{first.headers["ETag"]}', "*"):
        again = client.get(f"{base}/{path}", headers={"If-None-Match": condition})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(f"{base}/{path}", headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(f"{base}/{path}")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == first.headers["ETag"]
    options = client.options(f"{base}/{path}")
    assert options.status_code == 204
    assert "Authorization" in options.headers["Access-Control-Allow-Headers"]
    refused = client.post(f"{base}/{path}")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", PATHS[1:])
def test_the_canonical_address_gives_the_same_bytes(path: str, client: Client) -> None:
    first = client.get(f"{THREE}/{path}")
    link = first.headers["Link"].split("<")[2].split(">")[0]

    assert client.get(link.removeprefix("http://127.0.0.1:8000")).data == first.data


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("0,0,0,5/max/0/default.jpg", 400, "region"),
        ("1300,0,5,5/max/0/default.jpg", 400, "region"),
        ("full/1301,/0/default.jpg", 400, "size"),
        ("full/^99999,/0/default.jpg", 400, "size"),
        ("full/max/361/default.jpg", 400, "rotation"),
        ("full/max/0/sepia.jpg", 400, "quality"),
        ("full/max/0/default.bmp", 400, "format"),
        ("full/max/0/default.jp2", 501, "format"),
    ],
)
def test_a_problem_names_the_parameter(path: str, status: int, parameter: str, client: Client) -> None:
    answer = client.get(f"{THREE}/{path}")
    said = answer.get_json(force=True)

    assert (answer.status_code, said["status"], said["parameter"]) == (status, status, parameter)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert said["detail"].startswith(f"{parameter}: ")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/iiif/image/3/nothing/info.json", "/iiif/image/4/x/info.json", THREE + "/full"])
def test_what_is_not_there_is_a_problem(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


def test_a_whole_page_of_600_dpi_a3_is_answered_by_default(tmp_path: Path) -> None:
    services = Services.open(Settings(home=tmp_path / "home", log="none"))
    keep_picture(services, Image.new("L", (7016, 9921), 200), tmp_path)
    client = Client(compose(services))
    for path in (f"{TWO}/full/full/0/default.jpg", f"{THREE}/full/max/0/default.jpg"):
        answer = client.get(path)
        assert Image.open(io.BytesIO(answer.data)).size == (7016, 9921)
    services.close()


PIECES = [
    "full", "max", "square", "^max", "^!90,90", "!10,10", "pct:50", "^pct:200", "0", "!0", "359.9", "45", "90", "1e3",
    "pct:0,0,100,100", "pct:99.99,0,0.01,1", "0,0,1,1", "1,1,1299,899", "0,0,99999999,99999999", "1,", ",1", "700,3",
    "1300,1", "1,900", "^10000,7500", "^,7500", "-1", "NaN", "", ".", "..", "%00", "é", "default.jpg", "gray.png",
    "bitonal.gif", "color.webp", "default.tif", "default.jp2", "default", ".jpg", "info.json", "💥", "a" * 3000,
]  # fmt: skip


def test_ten_thousand_hostile_requests_take_no_memory_and_never_end_in_500(services: Services) -> None:
    """A result of the largest area allowed here takes some 30 MiB; what takes many times that is amplified."""
    client = Client(compose(replace(services, settings=replace(services.settings, max_area=2_000_000))))
    chance = random.Random(4)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counted: dict[int, int] = {}
    for _ in range(10_000):
        version, identifier = chance.choice("23324x"), chance.choice([IDENTIFIER] * 9 + ["..", "%2f", "no such"])
        region, size, rotation, file = (chance.choice(PIECES) for _ in range(4))
        if chance.random() < 0.7:
            region, size = chance.choice(PIECES[15:18]), chance.choice([*PIECES[:10], "9,", ",17", "20,20"])
            rotation, file = chance.choice(PIECES[8:13]), chance.choice(PIECES[33:40])
        parts = [version, identifier, region, size, rotation, file][: chance.choice([6, 6, 6, 6, 6, 2, 3, 5])]
        environ = EnvironBuilder(method=chance.choice(["GET"] * 8 + ["HEAD", "PUT"])).get_environ()
        environ["PATH_INFO"] = ("/iiif/image/" + "/".join(parts)).encode().decode("latin-1")
        body, status, _ = client.run_wsgi_app(environ, buffered=True)
        content, code = b"".join(body), int(status[:3])
        counted[code] = counted.get(code, 0) + 1

        assert code < 500 or code == 501, (parts, content[:300])
        if code >= 400 and content:
            assert json.loads(content)["status"] == code
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10

    assert counted[200] > 500 and counted[400] > 1000, counted
    assert grown < 130, f"{grown} MiB"
