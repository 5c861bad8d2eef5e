"""Renders images in threads of their own, few and yielding, so that stored tiles never wait for a thread or a core."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as PatienceEnded
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

YIELDING = 5
"""By how much the threads that render stand back behind those that answer with stored tiles (nice)."""


class Busy(Exception):
    """Too many images wait to be rendered; `retry_seconds` says when to ask again."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__("too many images wait to be rendered; ask again in a moment")
        self.retry_seconds = retry_seconds


class Renders:
    """Does `running` pieces of work at once, and one large one beside; no more than `room` may run and queue in all.

    What has not begun after `patience` seconds is dropped.
    """

    def __init__(self, *, running: int, room: int, patience: float) -> None:
        self._common, self._large = (
            ThreadPoolExecutor(count, thread_name_prefix="render", initializer=_yield) for count in (running, 1)
        )
        self._room, self._patience = threading.BoundedSemaphore(room), patience

    def run(self, work: Callable[[], T], *, large: bool = False) -> T:
        """Do a piece of work. Raises Busy where there is no room, or patience ended before it began."""
        if not self._room.acquire(blocking=False):
            raise Busy(1)
        try:
            done = (self._large if large else self._common).submit(work)
            try:
                return done.result(self._patience)
            except PatienceEnded:
                if done.cancel():
                    raise Busy(2) from None
                return done.result()
        finally:
            self._room.release()

    def place(self, *, large: bool = False) -> Place:
        """Give a place in the queue, for work that nobody waits for. Raises Busy where there is no room."""
        if not self._room.acquire(blocking=False):
            raise Busy(1)
        return Place(self._large if large else self._common, self._room, time.monotonic() + self._patience)


@dataclass(frozen=True, slots=True)
class Place:
    """Room for one piece of work, until that is done."""

    _pool: ThreadPoolExecutor
    _room: threading.BoundedSemaphore
    _ends: float

    def submit(self, work: Callable[[], None]) -> None:
        """Have the work done in a thread for renders; it begins with `check`."""

        def done() -> None:
            try:
                work()
            finally:
                self._room.release()

        try:
            self._pool.submit(done)
        except RuntimeError:
            # The process ends.
            self._room.release()
            raise

    def check(self) -> None:
        """Raise Busy where patience ended before the work began."""
        if time.monotonic() > self._ends:
            raise Busy(2)


def _yield() -> None:
    if sys.platform == "linux":
        # There, priority belongs to a thread, and it can always be lowered.
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + YIELDING)
