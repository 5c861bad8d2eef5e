"""What the tests of ingest share: a service without documents, a pool of processes, and a run of the ingest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from server import batch, ingest
from server.ingest import Outcome
from server.services import Services
from server.settings import Settings
from transcriptions.revision import Snapshot


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with batch.executor(1) as opened:
        yield opened


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = Services.open(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def cable(tmp_path: Path) -> Path:
    """Give a folder of two blank pages, p1.png and p2.png."""
    path = tmp_path / "cable"
    path.mkdir()
    for name in ("p1.png", "p2.png"):
        assert cv2.imwrite(str(path / name), np.full((700, 900), 235, np.uint8))
    return path


def run(services: Services, path: Path, pool: ProcessPoolExecutor) -> Outcome:
    with Path(os.devnull).open("w") as nowhere:
        return ingest.ingest(services, path, pool=pool, console=Console(file=nowhere))


def load(services: Services, path: Path, pool: ProcessPoolExecutor) -> tuple[Snapshot, Outcome]:
    outcome = run(services, path, pool)
    assert outcome.document is not None, outcome.problems
    return services.store.snapshot(outcome.document), outcome
