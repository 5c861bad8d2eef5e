"""Runs work in other processes through a `concurrent.futures` executor; spawned, never forked."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Done(Generic[Work, Result]):
    """A piece of work with its result, or with the exception that it ended in."""

    work: Work
    result: Result | None
    failure: Exception | None


@contextlib.contextmanager
def executor(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes; when the block is left by an exception, work that has not begun is dropped."""
    pool = ProcessPoolExecutor(
        max_workers=max(1, workers),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the process that gives out the work, and end with it, also where it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def run(
    pool: ProcessPoolExecutor, function: Callable[[Work], Result], works: Iterable[Work], *, ahead: int = 8
) -> Iterator[Done[Work, Result]]:
    """Run a function over works, giving each as soon as it is done; no more than `ahead` wait in the queue."""
    pending: dict[Future[Result], Work] = {}
    source = iter(works)
    exhausted = False
    while pending or not exhausted:
        while not exhausted and len(pending) < ahead:
            try:
                work = next(source)
            except StopIteration:
                exhausted = True
            else:
                pending[pool.submit(function, work)] = work
        if pending:
            yield from _finished(pending)


def _finished(pending: dict[Future[Any], Any]) -> Sequence[Done[Any, Any]]:
    done, _ = wait(pending, return_when=FIRST_COMPLETED)
    finished = []
    for future in done:
        work = pending.pop(future)
        failure = future.exception()
        if failure is not None and not isinstance(failure, Exception):
            raise failure
        finished.append(Done(work, None if failure else future.result(), failure))
    return finished
