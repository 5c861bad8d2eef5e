"""Every file that a manifest offers is there, is what it says, and reads back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from werkzeug.test import Client

from server import exports
from server.commands import stroka
from server.exports import Export
from server.services import Services
from server.settings import Settings
from tests.builders import make_cable, make_document, make_id, make_page
from tests.server.conftest import keep
from transcriptions.formats import catalogue, pages
from transcriptions.identity import PartId

MANIFEST = "/iiif/presentation/3/cable/manifest"
BASE = "http://127.0.0.1:8000"
PAGE = make_id("p1")


def offered(value: Any) -> Iterator[dict[str, Any]]:
    """Find what a manifest and its canvases refer to by rendering and seeAlso."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in ("rendering", "seeAlso"):
                yield from each
            else:
                yield from offered(each)
    elif isinstance(value, list):
        for each in value:
            yield from offered(each)


def test_what_a_manifest_offers_is_there_in_the_format_it_names(client: Client) -> None:
    files = list(offered(json.loads(client.get(MANIFEST).data)))

    assert {each["format"] for each in files} >= {each.media_type for each in pages.FORMATS.values()}
    assert {each["id"].rpartition("cable.")[2] for each in files if "/pages/" not in each["id"]} == {
        each.suffix for each in catalogue.document_formats(make_cable())
    }
    for each in files:
        response = client.get(each["id"].removeprefix(BASE))
        assert response.status_code == 200, each
        assert response.headers["Content-Type"].partition(";")[0] == each["format"]
        assert int(response.headers["Content-Length"]) == len(response.data) > 0
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert each["label"]


@pytest.mark.parametrize("form", pages.FORMATS.values(), ids=list(pages.FORMATS))
def test_a_page_goes_out_with_the_words_of_the_text_asked_for(client: Client, form: pages.PageFormat) -> None:
    path = f"/documents/cable/pages/{PAGE}.{form.suffix}"
    own, translated = (
        " ".join(line.text for page in form.read(client.get(each).data, name="it") for line in page.lines)
        for each in (path, f"{path}?text={make_id('t3en')}")
    )

    assert "министра" in own
    assert "министра" not in translated
    assert "minister" in translated


def test_the_pages_of_a_document_come_in_one_archive(client: Client) -> None:
    with zipfile.ZipFile(io.BytesIO(client.get("/documents/cable.alto.zip").data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        read = [pages.read(archive.read(name), name=name) for name in names]

    assert names == sorted(names)
    assert all(found.name == "alto" for found, _ in read)
    assert f"cable/0001-{PAGE}.alto.xml" in names


def test_texts_are_read_in_the_state_asked_for(client: Client) -> None:
    typed, changed, default = (
        client.get(f"/documents/cable.txt{query}").get_data(as_text=True)
        for query in ("?state=as_typed", "?state=as_changed", "")
    )

    assert default == changed
    assert changed.count("в тот же день") == 1
    assert "в тот же день" not in typed
    assert "as typed" in typed
    assert "с рукописной правкой" in client.get("/documents/cable.txt?language=ru").get_data(as_text=True)


@pytest.mark.parametrize(("parameter", "value"), [("state", "as_dreamt"), ("language", "fr")])
def test_what_may_be_asked_for_is_said(client: Client, parameter: str, value: str) -> None:
    response = client.get(f"/documents/cable.txt?{parameter}={value}")

    assert response.status_code == 400
    assert json.loads(response.data)["parameter"] == parameter


def test_one_page_of_a_text_can_be_had(client: Client) -> None:
    whole, page = (
        client.get(path).get_data(as_text=True)
        for path in ("/documents/cable.txt", f"/documents/cable/pages/{make_id('p2')}.txt")
    )

    assert "Исполнение телеграфируйте" in page
    assert "Посетите министра" not in page
    assert "Посетите министра" in whole
    assert client.get(f"/documents/cable/pages/{make_id('p2')}.tmx").status_code == 404


def test_a_citation_names_the_reference_and_where_it_was_seen(client: Client) -> None:
    note = client.get("/documents/cable.chicago.txt").get_data(as_text=True)

    assert "f. 1, op. 2, d. 3" in note
    assert f"{BASE}/documents/cable" in note


def test_files_are_asked_for_again_only_when_the_document_changed(client: Client, services: Services) -> None:
    path = f"/documents/cable/pages/{PAGE}.alto.xml"
    etag = client.get(path).headers["ETag"]
    held = client.get(path, headers={"If-None-Match": etag})
    before = services.store.snapshot(make_document().id)
    keep(services, replace(before, document=replace(before.document, source_id="other")), before)

    assert held.status_code == 304
    assert held.data == b""
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_head_request_makes_no_file(client: Client) -> None:
    response = client.head(f"/documents/cable/pages/{PAGE}.page.xml")

    assert response.status_code == 200
    assert "Content-Length" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "/documents/cable.exe",
        "/documents/cable.page.xml",
        "/documents/nothing.alto.zip",
        f"/documents/cable/pages/{PAGE}.alto.zip",
        f"/documents/cable/pages/{make_id('zz')}.alto.xml",
        f"/documents/cable/pages/{PAGE}.alto.xml?text={make_id('zz')}",
        f"/documents/nothing/pages/{PAGE}.alto.xml",
    ],
)
def test_what_is_not_there_is_a_problem(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert json.loads(response.data)["detail"]


def test_a_malformed_text_id_is_named(client: Client) -> None:
    response = client.get(f"/documents/cable/pages/{PAGE}.alto.xml?text=%00")

    assert response.status_code == 400
    assert json.loads(response.data)["parameter"] == "text"


def test_a_page_without_lines_offers_no_files(services: Services, client: Client) -> None:
    cable, page = make_cable("bare"), make_page("b1", document="bare")
    part = replace(cable.parts[0], id=PartId(make_id("rb")), pages=(page.id,))
    keep(services, replace(cable, pages=(page,), parts=(part,), **_NOTHING))
    manifest = json.loads(client.get("/iiif/presentation/3/bare/manifest").data)

    assert not list(offered(manifest["items"]))


_NOTHING: dict[str, Any] = dict.fromkeys(("orders", "lines", "texts", "segments", "marks", "links", "beads"), ())


def test_an_export_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ValueError("broken")

    (tmp_path / "it.xml").write_bytes(b"before")
    with pytest.raises(ValueError, match="broken"):
        exports.save(Export("it.xml", "application/xml", broken), tmp_path / "it.xml")

    assert [each.name for each in tmp_path.iterdir()] == ["it.xml"]
    assert (tmp_path / "it.xml").read_bytes() == b"before"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    services = Services.open(Settings(home=tmp_path / "elsewhere"))
    keep(services, make_cable())
    services.close()
    return tmp_path / "elsewhere"


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(stroka, ["export", *arguments], env={"STROKA_HOME": str(home)})


def test_the_command_writes_what_the_service_gives(home: Path, client: Client, tmp_path: Path) -> None:
    saved = run(home, "cable", "--format", "alto", "--page", "1", "-o", str(tmp_path))
    printed = run(home, "cable", "--format", "alto", "--page", PAGE, "-o", "-")
    archive = run(home, "cable", "--format", "page-zip", "-o", str(tmp_path / "all.zip"))

    assert saved.exit_code == printed.exit_code == archive.exit_code == 0
    file = Path(saved.output.strip())
    assert file.name == f"cable-{PAGE}.alto.xml"
    assert pages.read(file.read_bytes(), name="it")[1] == pages.read(printed.stdout_bytes, name="it")[1]
    assert zipfile.is_zipfile(tmp_path / "all.zip")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing", "--format", "alto-zip"), "no document nothing"),
        (("cable", "--format", "alto"), "--page"),
        (("cable", "--format", "alto", "--page", "99"), "no page 99"),
        (("cable", "--format", "alto-zip", "--page", "1"), "whole documents"),
        (("cable", "--format", "alto-zip", "-o", "/nowhere/at/all"), "cannot be written"),
    ],
)
def test_the_command_says_what_is_wrong(home: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run(home, *arguments)

    assert result.exit_code == 1
    assert said in str(result.exception)
