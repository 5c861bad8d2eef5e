"""Shows long work: a bar with count, rate and time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

Advance = Callable[[int], None]
"""Tells that so many more pieces are done."""

_SECONDS_BETWEEN_LINES = 5.0


class _Rate(ProgressColumn):
    """Pieces a second."""

    def render(self, task: Task) -> Text:
        """Write the rate, or nothing until there is one."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="progress.data.speed")


@contextlib.contextmanager
def shown(console: Console, label: str, total: int) -> Iterator[Advance]:
    """Show progress over `total` pieces while the block runs."""
    if total == 0:
        yield lambda _: None
    elif console.is_terminal:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        ) as bars:
            task = bars.add_task(label, total=total)
            yield lambda count: bars.advance(task, count)
    else:
        yield _lines(console, label, total)


def _lines(console: Console, label: str, total: int) -> Advance:
    begun = last = time.monotonic()
    done = 0

    def advance(count: int) -> None:
        nonlocal done, last
        done += count
        now = time.monotonic()
        if done < total and now - last < _SECONDS_BETWEEN_LINES:
            return
        last = now
        rate = done / max(now - begun, 1e-9)
        left = "" if done >= total else f", about {(total - done) / rate:.0f} s left"
        console.print(f"{label}: {done} of {total} ({rate:.1f}/s{left})", highlight=False)

    return advance
