"""Work in other processes ends with the process that gave it out."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

GIVING_OUT = """
import os, sys
from server import batch

def main():
    with batch.executor(2) as pool:
        list(batch.run(pool, abs, range(8)))
        print(*(process.pid for process in pool._processes.values()), flush=True)
        sys.stdin.read()

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the end of other processes is watched as Linux does it")
def test_no_process_outlives_the_one_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "giving_out.py"
    script.write_text(GIVING_OUT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, script], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        watched = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
        parent.kill()
    ended: set[int] = set()
    while len(ended) < len(watched):
        ready, _, _ = select.select([each for each in watched if each not in ended], [], [], 60)
        assert ready, "a process went on without its parent"
        ended.update(ready)
    for each in watched:
        os.close(each)

    assert len(watched) >= 1
