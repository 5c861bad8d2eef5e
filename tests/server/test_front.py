"""What granian runs answers as the WSGI application does, whether at once or after waiting."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # It is where granian documents it.
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from images.iiif.plan import Limits
from server.app import compose
from server.derivatives import FolderCache
from server.dispatch import PREFIX, Asked, Composition, Dispatcher, Later, Reply
from server.eager import EagerLoop, elsewhere, later
from server.front import GATHERED, AtOnce, Front, Headers
from server.logs import RequestLog
from server.services import Services
from server.settings import Settings
from tests.server.picture import IDENTIFIER, RIGHTS, draw, keep_picture
from tests.server.running import ask, running

THREE, TWO = f"/iiif/image/3/{IDENTIFIER}", f"/iiif/image/2/{IDENTIFIER}"
TILE = f"{THREE}/512,0,512,512/512,512/0/default.jpg"


@dataclass(frozen=True)
class Running:
    """The real service, and the same documents as a WSGI application in this process."""

    port: int
    client: Client
    log: Path


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("made")
    services = Services.open(Settings(home=home, log="none", max_body_bytes=1000))
    keep_picture(services, draw(1300, 900), folder, rights=RIGHTS)
    with running(home, folder / "log", base_url="http://127.0.0.1:8000", max_body_bytes="1000") as port:
        yield Running(port, Client(compose(services)), folder / "log")
    services.close()


REQUESTS = [
    ("GET", TILE, {}),
    ("GET", TILE, {"If-None-Match": "*"}),
    ("GET", TILE, {"If-None-Match": '"other", W/"one"'}),
    ("HEAD", TILE, {}),
    ("GET", f"{TWO}/full/200,/0/native.jpg", {}),
    ("GET", f"{THREE}/info.json", {}),
    ("GET", f"{THREE}/info.json", {"Accept": "application/json;q=0.9, application/ld+json;q=0.1"}),
    ("HEAD", f"{TWO}/info.json", {}),
    ("GET", THREE, {}),
    ("GET", f"{THREE}/", {}),
    ("OPTIONS", TILE, {}),
    ("DELETE", TILE, {}),
    ("GET", f"{THREE}/10,10,333,77/100,/90/gray.png", {}),
    ("GET", f"{THREE}/10,10,333,77/100,/90/gray.png", {"If-None-Match": "*"}),
    ("HEAD", f"{THREE}/10,10,333,77/100,/90/gray.png", {}),
    ("GET", f"{THREE}/full/max/0/default.jp2", {}),
    ("GET", f"{THREE}/full/max/361/default.jpg", {}),
    ("GET", f"{THREE}/pct%3A0%2C0%2C50%2C50/%5E!90%2C90/%210/default.jpg", {}),
    ("GET", f"{THREE}/%ff%fe/max/0/default.jpg", {}),
    ("GET", f"{THREE}/d%C3%A9j%C3%A0/max/0/default.jpg?q=%20", {}),
    ("GET", "/iiif/image/3/nothing/info.json", {}),
    ("GET", "/iiif/image/4/x/y", {}),
    ("GET", "/readyz", {}),
    ("HEAD", "/readyz", {}),
    ("GET", "/", {"Accept": "text/html", "Accept-Language": "ru"}),
    ("GET", "/", {"Accept": "text/html", "Accept-Encoding": "gzip"}),
    ("GET", "/documents/nothing", {"Accept": "application/json"}),
    ("GET", "/%D0%BF%D1%83%D1%82%D1%8C%2f..%2F", {"Accept": "application/json"}),
    ("POST", "/", {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}),
    ("BREW", "/", {"Accept": "application/json"}),
]
OF_THE_CONNECTION = {"date", "server", "x-request-id", "connection", "transfer-encoding"}


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path", "headers"), REQUESTS)
def test_the_service_answers_as_the_application_does(
    method: str, path: str, headers: dict[str, str], both: Running
) -> None:
    sent = {**headers, "X-Request-Id": "the-same-id"}
    expected = both.client.open(path, method=method, headers=sent)
    for answer in [ask(both.port, method, path, sent) for _ in range(3)]:
        assert answer.status_code == expected.status_code
        assert answer.data == expected.data
        assert told(answer) == told(expected)
        assert answer.headers.getlist("X-Request-Id") == ["the-same-id"]


def told(answer: Response) -> dict[str, str]:
    """What the headers say; the length of an empty body need not be said."""
    said = {name.lower(): value for name, value in answer.headers if name.lower() not in OF_THE_CONNECTION}
    if said.get("content-length") == "0":
        del said["content-length"]
    if "allow" in said:
        said["allow"] = ", ".join(sorted(said["allow"].split(", ")))
    return said


@pytest.mark.slow
def test_every_answer_has_one_line_in_the_log_and_an_id_of_its_own(both: Running) -> None:
    ids = [ask(both.port, "GET", path).headers["X-Request-Id"] for path in (TILE, TILE, "/readyz", f"{THREE}/no")]
    ask(both.port, "GET", TILE, {"X-Request-Id": 'x", "status": "0'})

    assert len(set(ids)) == 4
    lines: list[dict[str, object]] = []
    while not any(line.get("request_id") == ids[-1] for line in lines):
        # The last line may be half written.
        whole = both.log.read_text("utf-8").rpartition("\n")[0]
        lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
    for id, path in zip(ids, (TILE, TILE, "/readyz", f"{THREE}/no"), strict=True):
        (line,) = (line for line in lines if line.get("request_id") == id)
        assert (line["method"], line["path"], line["event"]) == ("GET", path, "request answered")


@pytest.mark.slow
def test_a_connection_goes_on_after_a_body_that_nobody_asked_for(both: Running) -> None:
    wanted = f"GET {TILE} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    last = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", both.port), timeout=60) as connection:
        connection.sendall((wanted + wanted + last).encode())
        with connection.makefile("rb") as answers:
            said = answers.read()

    assert said.count(b"HTTP/1.1 200 OK") == 3
    assert said.endswith(b'{"revision":1,"status":"ok"}\n')


# --- in this process


@dataclass
class Fields:
    given: list[tuple[str, str]]

    def get(self, key: str, /) -> str | None:
        return next((value for name, value in self.given if name == key), None)

    def items(self) -> list[tuple[str, str]]:
        return self.given


@dataclass
class Scope:
    method: str = "GET"
    path: str = "/"
    fields: list[tuple[str, str]] = field(default_factory=list)
    query_string: str = ""
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:9"
    scheme: str = "http"
    authority: str | None = None

    @property
    def headers(self) -> Fields:
        return Fields(self.fields)


@dataclass
class Exchange:
    """Keeps what was answered; of a body that is sent in pieces, it takes no more than `takes`."""

    pieces: list[bytes] = field(default_factory=list)
    takes: int = 1000
    status: int = 0
    headers: Headers = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    read: int = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.read += 1
            yield piece

    def response_empty(self, status: int, headers: Headers, /) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: Headers, body: bytes, /) -> None:
        assert self.status == 0
        self.status, self.headers, self.sent = status, headers, [body]

    def response_stream(self, status: int, headers: Headers, /) -> Exchange:
        self.status, self.headers = status, headers
        return self

    async def send_bytes(self, data: bytes, /) -> None:
        if len(self.sent) >= self.takes:
            raise ProtocolClosed
        self.sent.append(data)


Application = Callable[[Request], Response]


def _no_image() -> Reply:
    raise AssertionError("what is no image was asked for as one")


def answered(
    application: Application,
    scope: Scope,
    exchange: Exchange,
    at_once: AtOnce = lambda asked: _no_image(),
    rehearsal: Callable[[], object] = lambda: None,
) -> Exchange:
    """Hand one request over as granian does."""
    log = RequestLog(Request.application(application))
    front = Front(log, at_once, threads=2, max_body=1000, rehearsal=rehearsal)
    loop, ended = EagerLoop(), Future[None]()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def through() -> None:
        try:
            await front.__rsgi__(scope, exchange)
        except BaseException as error:
            ended.set_exception(error)
        else:
            ended.set_result(None)

    front.__rsgi_init__(loop)
    loop.call_soon_threadsafe(loop.create_task, through())
    try:
        ended.result(60)
    finally:
        front.__rsgi_del__(loop)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
    return exchange


def test_the_application_sees_the_whole_request() -> None:
    seen: list[Request] = []

    def application(request: Request) -> Response:
        seen.append(request)
        return Response(request.get_data())

    fields = [
        ("host", "h.example"), ("cookie", "a=1"), ("cookie", "b=2"), ("accept", "x/y"), ("accept", "z/w"),
        ("x_request_id", "a-forged-one"), ("content-length", "6"), ("content-type", "text/plain"),
    ]  # fmt: skip
    scope = Scope("PUT", "/дом/a b", fields, "q=%D0%B4&r", client="10.0.0.7:81", scheme="https")
    exchange = answered(application, scope, Exchange([b"abc", b"def"]))
    (request,) = seen

    assert (request.method, request.path, request.args["q"]) == ("PUT", "/дом/a b", "д")
    assert (request.url_root, request.remote_addr) == ("https://h.example/", "10.0.0.7")
    assert dict(request.cookies) == {"a": "1", "b": "2"}
    assert request.headers["Accept"] == "x/y,z/w"
    assert (request.content_type, request.content_length) == ("text/plain", 6)
    assert "X-Request-Id" not in request.headers
    assert exchange.sent == [b"abcdef"]


@pytest.mark.parametrize(("length", "read"), [(["5000"], 0), ([], 11)])
def test_no_more_of_a_body_is_read_than_allowed(length: list[str], read: int) -> None:
    def application(request: Request) -> Response:
        request.max_content_length = 1000
        return Response(str(len(request.get_data())))

    fields = [("content-length", each) for each in length] or [("transfer-encoding", "chunked")]
    exchange = answered(application, Scope("POST", "/", fields), Exchange([b"x" * 100] * 50))

    assert exchange.status == 413
    assert exchange.read == read


def test_a_body_that_breaks_off_reaches_no_application() -> None:
    def application(request: Request) -> Response:
        raise AssertionError("half a body was taken for a whole one")

    scope = Scope("POST", "/", [("content-length", "6")])

    assert answered(application, scope, Exchange([b"abc"])).status == 0


def test_short_answers_are_sent_whole_and_long_ones_in_pieces() -> None:
    short = answered(lambda request: Response([b"ab", b"", b"c"]), Scope(), Exchange())
    long = answered(lambda request: Response(b"x" * 1000 for _ in range(1000)), Scope(), Exchange())
    one = answered(lambda request: Response(b"x" * 3 * GATHERED), Scope(), Exchange())
    head = answered(lambda request: Response(b"x" * 1000 for _ in range(1000)), Scope("HEAD"), Exchange())

    assert short.sent == [b"abc"]
    assert b"".join(long.sent) == b"x" * 1_000_000
    assert min(len(piece) for piece in long.sent[:-1]) >= GATHERED
    assert [len(piece) for piece in one.sent] == [3 * GATHERED]
    assert head.sent == [b""]


def test_when_the_client_is_gone_the_rest_is_not_made() -> None:
    made, closed = [], []

    def application(request: Request) -> Response:
        response = Response(made.append(1) or b"x" * GATHERED for _ in range(100))
        response.call_on_close(lambda: closed.append(1))
        return response

    answered(application, Scope(), Exchange(takes=2))

    assert len(made) < 6
    assert closed == [1]


# --- what is answered at once


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = Services.open(Settings(home=tmp_path / "home", log="none"))
    keep_picture(opened, draw(1300, 900), tmp_path)
    yield opened
    opened.close()


def dispatcher(services: Services, *, private: bool = False, **settings: Any) -> Dispatcher:
    composition = Composition(
        lookup=services.store.placed,
        packs=services.images,
        base="http://127.0.0.1:8000",
        limits=Limits(),
        private=lambda placed: private,
        allowed=lambda asked, placed: None if asked.header("cookie") else 401,
        **settings,
    )
    return Dispatcher(Response("not an image"), composition)


def known(images: Dispatcher) -> Dispatcher:
    """Let a dispatcher look its image up, so that it need not be waited for."""
    assert Client(images).get(f"{THREE}/info.json").status_code == 200
    return images


def asked(path: str) -> Asked:
    return Asked("GET", path, lambda name: None)


def test_only_what_needs_no_waiting_is_answered_at_once(services: Services) -> None:
    images = dispatcher(services)
    rendered = f"{THREE}/3,3,90,90/max/0/default.jpg"

    waits = images.at_once(asked(TILE))
    assert isinstance(waits, Later) and waits.enter is None
    made, waited = waits.make(), Client(images).get(TILE)
    assert (made.status, made.body, dict(made.headers)) == (waited.status_code, waited.data, dict(waited.headers))
    first = images.at_once(asked(f"{THREE}/0,0,512,512/512,512/0/default.jpg"))
    again = images.at_once(asked(TILE))

    assert isinstance(again, Reply) and (again.status, again.body) == (200, made.body)
    assert isinstance(first, Reply) and first.body != made.body
    begun = images.at_once(asked(rendered))
    assert isinstance(begun, Later) and begun.enter is not None
    made = begun.make()
    waited = Client(images).get(rendered)
    assert (made.status, made.body, dict(made.headers)) == (waited.status_code, waited.data, dict(waited.headers))


def test_what_was_rehearsed_needs_no_waiting(services: Services) -> None:
    images = dispatcher(services)
    images.rehearse(["nothing", *services.store.newest_images(5)])
    described, tile = images.at_once(asked(f"{THREE}/info.json")), images.at_once(asked(TILE))

    assert isinstance(described, Reply) and described.status == 200
    assert isinstance(tile, Reply) and tile.status == 200


def test_a_service_without_images_begins_as_any_other(tmp_path: Path) -> None:
    opened = Services.open(Settings(home=tmp_path / "empty", log="none"))
    dispatcher(opened).rehearse(opened.store.newest_images(5))
    opened.close()


def test_what_fails_before_anybody_asks_is_harmless() -> None:
    sent = answered(lambda request: Response(b"ok"), Scope(), Exchange(), rehearsal=lambda: 1 / 0)

    assert sent.sent == [b"ok"]


def test_what_a_file_may_hold_already_is_not_rendered_at_once(services: Services, tmp_path: Path) -> None:
    images = known(dispatcher(services, cache=FolderCache(tmp_path / "cache", max_bytes=10**7)))

    looked_for = images.at_once(asked(f"{THREE}/full/333,/0/default.jpg"))
    begun = images.at_once(asked(f"{THREE}/3,3,90,90/max/0/default.jpg"))

    assert isinstance(looked_for, Later) and looked_for.enter is None
    assert isinstance(begun, Later) and begun.enter is not None
    first, again = looked_for.make(), looked_for.make()
    assert (first.status, first.body) == (200, again.body)


def test_too_many_renders_are_refused_without_waiting(services: Services) -> None:
    images = known(dispatcher(services, threads=2))
    begun = [images.at_once(asked(f"{THREE}/{x},3,90,90/max/0/default.jpg")) for x in range(2)]

    assert isinstance(begun[0], Later)
    assert isinstance(begun[1], Reply) and begun[1].status == 503
    assert int(dict(begun[1].headers)["Retry-After"]) >= 1


def test_what_waited_too_long_for_its_render_is_dropped(services: Services) -> None:
    images = known(dispatcher(services, patience=-1.0))
    begun = images.at_once(asked(f"{THREE}/3,3,90,90/max/0/default.jpg"))

    assert isinstance(begun, Later)
    assert begun.make().status == 503


def test_an_answer_is_rendered_and_sent_in_one_thread() -> None:
    pool, threads = ThreadPoolExecutor(1, thread_name_prefix="render"), list[str]()

    def make() -> Reply:
        threads.append(threading.current_thread().name)
        return Reply(200, [("Content-Length", "2")], b"ok")

    scope = Scope(path=f"{PREFIX}3/x/1,1,2,2/max/0/default.jpg")
    sent = answered(_never, scope, Exchange(), lambda asked: Later(pool.submit, make))
    pool.shutdown()

    assert (sent.status, sent.sent) == (200, [b"ok"])
    assert dict(sent.headers)["X-Request-Id"]
    assert threads == ["render_0"]


def test_a_render_that_fails_as_nobody_foresaw_goes_the_other_way() -> None:
    pool = ThreadPoolExecutor(1)

    def make() -> Reply:
        raise ZeroDivisionError

    scope = Scope(path=f"{PREFIX}3/x/1,1,2,2/max/0/default.jpg")
    sent = answered(lambda request: Response(b"other"), scope, Exchange(), lambda asked: Later(pool.submit, make))
    pool.shutdown()

    assert sent.sent == [b"other"]


def _never(request: Request) -> Response:
    raise AssertionError("what is rendered was asked for as WSGI")


def test_what_is_not_for_all_is_never_answered_without_asking_who_it_is(services: Services) -> None:
    images = dispatcher(services, private=True)
    client = Client(images)

    assert client.get(TILE).status_code == 401
    client.set_cookie("session", "x")
    shown = client.get(TILE)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "private, no-store")
    for path in (TILE, f"{THREE}/info.json"):
        later = images.at_once(asked(path))
        assert isinstance(later, Later) and later.make().status == 401


# --- the loop


def test_what_is_answered_at_once_never_reaches_the_thread_of_the_loop() -> None:
    loop, threads, done, moved = EagerLoop(), list[threading.Thread](), threading.Event(), threading.Event()
    pool, other, closed = (ThreadPoolExecutor(1, thread_name_prefix=name) for name in ("pool", "other", "closed"))
    closed.shutdown()

    async def quick() -> None:
        threads.append(threading.current_thread())

    async def slow() -> None:
        threads.append(threading.current_thread())
        await later()
        threads.append(threading.current_thread())
        await asyncio.sleep(0)
        done.set()

    async def moving() -> None:
        await elsewhere(pool.submit)
        threads.append(threading.current_thread())
        await elsewhere(other.submit)
        await later()
        threads.append(threading.current_thread())
        moved.set()

    async def refused() -> None:
        with pytest.raises(RuntimeError):
            await elsewhere(closed.submit)
        threads.append(threading.current_thread())

    async def wrong() -> None:
        await loop.create_future()

    running = threading.Thread(target=loop.run_forever)
    running.start()
    for each in (quick(), slow()):
        loop.call_soon_threadsafe(loop.create_task, each)
    assert done.wait(60)
    loop.call_soon_threadsafe(loop.create_task, moving())
    assert moved.wait(60)
    loop.call_soon_threadsafe(loop.create_task, refused())
    with pytest.raises(RuntimeError, match="later"):
        loop.call_soon_threadsafe(loop.create_task, wrong())
    loop.call_soon_threadsafe(loop.stop)
    running.join(60)
    loop.close()

    assert threads.pop(3).name == "pool_0"
    assert threads == [threading.current_thread()] * 2 + [running] * 2 + [threading.current_thread()]
    for each in (pool, other):
        each.shutdown()
