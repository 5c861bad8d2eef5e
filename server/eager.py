"""An event loop that begins coroutines in the thread that hands them over, and lets them go on in others.

granian hands each request over as a coroutine for the event loop, from a thread of its own. To wake the loop's thread
takes longer than to answer with a stored tile, so the coroutine's first step is taken right there. What can be answered
at once is answered by then. The others say where they go on: `await elsewhere(pool.submit)` in a thread of a pool,
where they end as well, so that nobody is woken but who does the work; `await later()` in the loop's thread.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import TypeVarTuple

from granian import loops

Ts = TypeVarTuple("Ts")

Submit = Callable[[Callable[[], None]], object]
"""Has something done in another thread, and returns before it is done."""


class _Later:
    def __await__(self) -> Generator[None, None, None]:
        yield None


class _Elsewhere:
    __slots__ = ("submit",)

    def __init__(self, submit: Submit) -> None:
        self.submit = submit

    def __await__(self) -> Generator[_Elsewhere, None, None]:
        yield self


_LATER = _Later()


def later() -> _Later:
    """Give what a coroutine awaits before it does anything that needs its loop."""
    return _LATER


def elsewhere(submit: Submit) -> _Elsewhere:
    """Give what a coroutine awaits to go on in another thread; what `submit` raises, it raises."""
    return _Elsewhere(submit)


class EagerLoop(asyncio.SelectorEventLoop):
    """Takes the first step of every coroutine that another thread hands over, in that thread.

    That step ends with the coroutine, with `await later()` or with `await elsewhere(...)`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._nothing = asyncio.Handle(int, (), self)
        self._nothing.cancel()

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Take a coroutine's first step, and leave the rest, if any, to the callback in the loop's thread."""
        if args and inspect.iscoroutine(args[0]):
            in_loop = super().call_soon_threadsafe
            _go_on(args[0], lambda: in_loop(callback, *args, context=context))
            return self._nothing
        return super().call_soon_threadsafe(callback, *args, context=context)


def _go_on(coroutine: Coroutine[object, None, object], in_loop: Callable[[], object]) -> None:
    """Let a coroutine go on until it ends, or is on its way to another thread."""
    try:
        given = coroutine.send(None)
        while isinstance(given, _Elsewhere):
            try:
                given.submit(lambda: _go_on(coroutine, in_loop))
            except Exception as error:
                given = coroutine.throw(error)
            else:
                return
    except StopIteration:
        return
    if given is not None:
        coroutine.close()
        raise RuntimeError("a coroutine must await later() before it awaits anything of its loop")
    in_loop()


@loops.register("auto")
def _build() -> EagerLoop:
    """Make the loop of each worker of granian; also where they import us anew instead of being forked."""
    loop = EagerLoop()
    asyncio.set_event_loop(loop)
    return loop
