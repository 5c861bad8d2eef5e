"""Writes one figure to the screen and, as a line of JSON, into the file of its bench."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path


def per_second(work: Callable[[], object], *, seconds: float = 2.0) -> float:
    """Do the work over and over for some seconds, and say how often a second it was done."""
    work()
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        work()
        done += 1
    return done / spent


def write(results: Path, bench: str, name: str, value: float, unit: str) -> None:
    """Append a figure to results/BENCH.jsonl and print it."""
    with (results / f"{bench}.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps({"time": int(time.time()), "name": name, "value": round(value, 2), "unit": unit}) + "\n")
    print(f"{bench:10} {name:44} {value:12.2f} {unit}")
