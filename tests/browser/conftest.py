"""A real service with the demo's documents, and a real Chromium that notes what pages ask for and complain of."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need the package playwright")

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 30_000
START_SECONDS = 240
"""Rendering and ingesting the sample documents comes before the first answer."""
PAGE_SECONDS = 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(str(item.path)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def chromium_path() -> str | None:
    """Find Debian's Chromium, or the one that the variable CHROMIUM names."""
    named = os.environ.get("CHROMIUM")
    return named if named else shutil.which("chromium") or shutil.which("chromium-browser")


def absent(message: str) -> None:
    """Skip, except in CI, where the browser tests must run."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{message} In CI they must run.", pytrace=False)
    pytest.skip(message)


@dataclass(frozen=True)
class Service:
    """The running service: its address, and the folder of its data."""

    base: str
    home: Path

    def get(self, address: str) -> bytes:
        """Fetch a path, or a whole address of this service."""
        url = address if address.startswith("http") else self.base + address
        with urllib.request.urlopen(url, timeout=PAGE_SECONDS) as answer:
            return bytes(answer.read())

    def json(self, address: str) -> Any:
        """Fetch JSON."""
        return json.loads(self.get(address))


@dataclass(frozen=True)
class Cable:
    """The demo's cable: the document and its first page, as the reader gets them, and its annotation pages."""

    document: dict[str, Any]
    page: dict[str, Any]
    manifest: dict[str, Any]

    @property
    def canvas(self) -> dict[str, Any]:
        canvases: list[dict[str, Any]] = self.manifest["items"]
        return next(one for one in canvases if one["id"] == self.first["canvas"])

    @property
    def first(self) -> dict[str, Any]:
        pages: list[dict[str, Any]] = self.document["pages"]
        return next(one for one in pages if one["id"] == self.page["page"])

    @property
    def insertion(self) -> dict[str, Any]:
        lines: list[dict[str, Any]] = self.page["lines"]
        return next(one for one in lines if one["role"] == "insertion" and one["anchor"])

    def runs(self, text: str) -> list[dict[str, Any]]:
        """Give the runs of one text on the first page, in order."""
        found = next(one for one in self.page["texts"] if one["text"] == text)
        segments = [segment for paragraph in found["paragraphs"] for segment in paragraph["segments"]]
        return [run for segment in segments for run in segment["runs"]]

    def text(self, kind: str) -> dict[str, Any]:
        """Give the first text of a kind that stands on the first page."""
        here = {one["text"] for one in self.page["texts"]}
        texts: list[dict[str, Any]] = self.document["texts"]
        return next(one for one in texts if one["kind"] == kind and one["id"] in here)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Start `stroka demo` on a free port with a data folder of its own."""
    if not (ROOT / "server" / "static" / ".vite" / "manifest.json").exists():
        absent("The browser tests need the built front end: run `make setup`.")
    home = tmp_path_factory.mktemp("stroka")
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STROKA_")}
    environment = {**kept, "STROKA_HOME": str(home), "STROKA_PORT": str(port), "PYTHONPATH": str(ROOT)}
    log = home / "log.txt"
    command = [sys.executable, "-m", "server.commands", "demo"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    running = Service(f"http://127.0.0.1:{port}", home)
    try:
        wait_for(running, process, log)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Ask the system for a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until the service answers; its log is the message where it ends instead."""
    for _ in range(START_SECONDS * 2):
        try:
            service.get("/readyz")
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        try:
            process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"the service ended with status {process.returncode} before it answered:\n{end_of(log)}")
    pytest.fail(f"the service did not answer in {START_SECONDS} s:\n{end_of(log)}")


def end_of(log: Path) -> str:
    """Give the last of what the service printed."""
    return log.read_text("utf-8", "replace")[-4000:]


def manifests_of(service: Service, collection: str) -> Iterator[str]:
    """Give the manifests of a collection and of those inside it."""
    for entry in service.json(collection)["items"]:
        if entry["type"] == "Collection":
            yield from manifests_of(service, entry["id"])
        else:
            yield entry["id"]


@pytest.fixture(scope="session")
def cable(service: Service) -> Cable:
    """The first demo document with both languages and an insertion on its first page."""
    for manifest in manifests_of(service, "/iiif/collection/top"):
        document = service.json(f"/api/documents/{manifest.split('/')[-2]}")
        first = document["parts"][0]["pages"][0]
        page = service.json(f"/api/documents/{document['id']}/pages/{first}")
        kinds = {text["kind"] for text in document["texts"]}
        if {"transcription", "translation"} <= kinds and any(line["anchor"] for line in page["lines"]):
            return Cable(document, page, service.json(manifest))
    raise AssertionError("the demo holds no document with both texts and an insertion")


@dataclass
class Visit:
    """One page in the browser, with what it asked for and what it complained of."""

    page: Any
    base: str
    answers: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note every request, answer and complaint from now on."""
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("response", lambda answer: self.answers.append(answer))
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    def assert_clean(self) -> None:
        """Assert that nothing went wrong, and that no other host was asked."""
        foreign = [url for url in self.asked if not url.startswith((self.base + "/", "data:", "blob:"))]
        failed = [f"{answer.status} {answer.url}" for answer in self.answers if answer.status >= 400]

        assert not foreign, "requests to other hosts"
        assert not failed, "requests that failed"
        assert not self.complaints, "errors in the console"

    def images(self, service: str) -> dict[str, Any]:
        """Give the answers of an image service that are images, by what stands behind its address."""
        start = service + "/"
        found = {answer.url.removeprefix(start): answer for answer in self.answers if answer.url.startswith(start)}
        return {form: answer for form, answer in found.items() if "default." in form}

    def wait(self, expression: str) -> None:
        """Wait until JavaScript says yes.

        Compiled once: Playwright's own waiting evaluates its string at each try, which the page's CSP forbids.
        """
        self.page.evaluate(f"""() => new Promise((yes, no) => {{
            const end = performance.now() + {WAIT_MS};
            const look = () => {{
                if ({expression}) yes(true);
                else if (performance.now() > end) no(new Error('never true: ' + {json.dumps(expression)}));
                else requestAnimationFrame(look);
            }};
            look();
        }})""")

    def settle(self, tiles: int = 1) -> None:
        """Wait until so many tiles have come, and nothing is asked for any more."""
        asked = "performance.getEntriesByType('resource').map((entry) => entry.name)"
        self.wait(f"{asked}.filter((name) => /iiif.image.*default[.]jpg$/.test(name)).length >= {tiles}")
        self.page.wait_for_load_state("networkidle")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium; Playwright's event loop would be in the way of later tests if it ran for the whole session."""
    path = chromium_path()
    if path is None or not Path(path).exists():
        absent("The browser tests need Chromium: install Debian's package chromium, or name one in CHROMIUM.")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def stored(service: Service, cable: Cable) -> Callable[[bytes], bool]:
    """Say whether bytes stand in one of the service's tile packs as they are."""
    packs = [path.read_bytes() for path in (service.home / "images" / "packs").rglob("*") if path.is_file()]
    assert packs, "the service holds no tile pack"
    return lambda body: any(body in pack for pack in packs)


@pytest.fixture(scope="session")
def grid(service: Service, cable: Cable) -> frozenset[str]:
    """Every form in which a viewer may ask for a tile of the first page: the grid that info.json announces."""
    info = service.json(f"{cable.first['image']}/info.json")
    (tiles,) = info["tiles"]
    forms: set[str] = set()
    for factor in tiles["scaleFactors"]:
        side = tiles["width"] * factor
        for y in range(0, info["height"], side):
            for x in range(0, info["width"], side):
                width, height = min(side, info["width"] - x), min(side, info["height"] - y)
                region = f"{x},{y},{width},{height}"
                if (width, height) == (info["width"], info["height"]):
                    region = "full"
                # OpenSeadragon rounds the size of the level up to a half, and cuts the last tiles out of it.
                level = (round_half_up(info["width"], factor), round_half_up(info["height"], factor))
                size = (min(tiles["width"], level[0] - x // factor), min(tiles["width"], level[1] - y // factor))
                forms.add(f"{region}/{size[0]},{size[1]}/0/default.jpg")
    return frozenset(forms)


def round_half_up(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)


@pytest.fixture
def assert_tiles(grid: frozenset[str], stored: Callable[[bytes], bool], cable: Cable) -> Callable[[Visit], None]:
    """Assert that a viewer's tiles of the first page came as the stored JPEGs of the announced grid."""

    def check(visited: Visit) -> None:
        images = visited.images(cable.first["image"])
        tiles = {form: answer for form, answer in images.items() if form in grid}
        regions = [form for form in images if form[0].isdigit()]

        assert len(tiles) >= 4, f"a page is more than a tile or two: {sorted(images)}"
        assert set(regions) <= grid, "regions that are no tile of the grid"
        for form, answer in tiles.items():
            assert answer.status == 200, form
            assert answer.headers["content-type"] == "image/jpeg", form
            assert stored(answer.body()), f"{form} is not the stored tile"

    return check


Visiting = Callable[..., Visit]


@pytest.fixture
def visit(browser: Any, service: Service) -> Iterator[Visiting]:
    """Open pages of the service, each in a profile of its own."""
    contexts: list[Any] = []

    def open_page(path: str, *, width: int = 1400, height: int = 950, locale: str = "en-GB") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        context.set_default_timeout(PAGE_SECONDS * 1000)
        contexts.append(context)
        visited = Visit(context.new_page(), service.base)
        visited.watch()
        visited.page.goto(service.base + path)
        return visited

    yield open_page
    for context in contexts:
        context.close()
