"""Measures this build on this machine: every module here with a `run(results)`; figures go to bench-results/."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parents[1] / "bench-results"


def main() -> None:
    RESULTS.mkdir(exist_ok=True)
    modules = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    wanted = sys.argv[1:] or [name for name in modules if name != "figures"]
    for name in wanted:
        import_module(f"tests.bench.{name}").run(RESULTS)


main()
