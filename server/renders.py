"""Bounds how many images are rendered at once, so that stored tiles never wait for a thread or a core."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Busy(Exception):
    """Too many images wait to be rendered; `retry_seconds` says when to ask again."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__("too many images wait to be rendered; ask again in a moment")
        self.retry_seconds = retry_seconds


class Gate:
    """Lets `running` renders in at once, and `waiting` more queue for `patience` seconds each."""

    def __init__(self, *, running: int, waiting: int, patience: float) -> None:
        self._free, self._room, self._patience = running, waiting, patience
        self._changed = threading.Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn. Raises Busy where the queue is full, or the request's patience ended in it."""
        self._enter(time.monotonic() + self._patience)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify()

    def _enter(self, deadline: float) -> None:
        with self._changed:
            if self._free > 0:
                self._free -= 1
                return
            if self._room == 0:
                raise Busy(1)
            self._room -= 1
            try:
                while self._free <= 0:
                    left = deadline - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        raise Busy(2)
                self._free -= 1
            finally:
                self._room += 1
