"""Renders at once are bounded, and so is their queue; what waited too long is never begun."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.renders import Busy, Renders


class Held:
    """Work that says when it began, and answers when it is told to."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.begun, self.finish = threading.Event(), threading.Event()

    def __call__(self) -> bytes:
        self.begun.set()
        assert self.finish.wait(60)
        return self._answer


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_no_more_than_allowed_run_at_once_and_all_get_their_turn(callers: ThreadPoolExecutor) -> None:
    renders, lock, at_once = Renders(running=2, room=8, patience=60), threading.Lock(), [0, 0]
    met = threading.Barrier(2, timeout=60)

    def work() -> bytes:
        with lock:
            at_once[0] += 1
            at_once[1] = max(at_once)
        met.wait()
        with lock:
            at_once[0] -= 1
        return b"done"

    assert [each.result() for each in [callers.submit(renders.run, work) for _ in range(8)]] == [b"done"] * 8
    assert at_once == [0, 2]


def test_beyond_the_queue_the_answer_is_busy(callers: ThreadPoolExecutor) -> None:
    renders, held = Renders(running=1, room=1, patience=60), Held(b"done")

    first = callers.submit(renders.run, held)
    assert held.begun.wait(60)
    with pytest.raises(Busy) as busy:
        renders.run(lambda: b"never")
    held.finish.set()

    assert busy.value.retry_seconds >= 1
    assert first.result() == b"done"
    assert renders.run(lambda: b"again") == b"again"


def test_what_waited_too_long_is_dropped_and_not_begun(callers: ThreadPoolExecutor) -> None:
    renders, held, late = Renders(running=1, room=4, patience=0.05), Held(b"done"), list[int]()

    first = callers.submit(renders.run, held)
    assert held.begun.wait(60)
    with pytest.raises(Busy):
        renders.run(lambda: late.append(1))
    held.finish.set()

    assert first.result() == b"done"
    assert renders.run(lambda: b"next") == b"next"
    assert late == []


def test_a_large_one_does_not_keep_the_others_waiting(callers: ThreadPoolExecutor) -> None:
    renders, held = Renders(running=1, room=4, patience=60), Held(b"large")

    large = callers.submit(renders.run, held, large=True)
    assert held.begun.wait(60)
    assert renders.run(lambda: b"small") == b"small"
    held.finish.set()
    assert large.result() == b"large"


def test_what_goes_wrong_in_a_render_reaches_who_asked() -> None:
    renders = Renders(running=1, room=1, patience=60)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            renders.run(lambda: 1 // 0)
