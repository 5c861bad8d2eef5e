"""An event loop that begins coroutines in the thread that hands them over.

granian hands each request over as a coroutine for the event loop, from a thread of its own. To wake the loop's thread
takes longer than to answer with a stored tile, so the coroutine's first step is taken right there. What can be answered
at once is answered by then; the others say `await later()`, and go on in the loop's thread.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import TypeVarTuple

from granian import loops

Ts = TypeVarTuple("Ts")


class _Later:
    def __await__(self) -> Generator[None, None, None]:
        yield None


_LATER = _Later()


def later() -> _Later:
    """Give what a coroutine awaits before it does anything that needs its loop."""
    return _LATER


class EagerLoop(asyncio.SelectorEventLoop):
    """Takes the first step of every coroutine that another thread hands over, in that thread.

    That step ends with the coroutine or with `await later()`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._nothing = asyncio.Handle(int, (), self)
        self._nothing.cancel()

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Take a coroutine's first step, and leave the rest, if any, to the callback in the loop's thread."""
        if args and inspect.iscoroutine(args[0]) and _ends_with_first_step(args[0]):
            return self._nothing
        return super().call_soon_threadsafe(callback, *args, context=context)


def _ends_with_first_step(coroutine: Coroutine[object, None, object]) -> bool:
    try:
        given = coroutine.send(None)
    except StopIteration:
        return True
    if given is not None:
        coroutine.close()
        raise RuntimeError("a coroutine must await later() before it awaits anything of its loop")
    return False


@loops.register("auto")
def _build() -> EagerLoop:
    """Make the loop of each worker of granian; also where they import us anew instead of being forked."""
    loop = EagerLoop()
    asyncio.set_event_loop(loop)
    return loop
