"""What all tests share: the option that rewrites golden files, and that no example of a property test is timed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

GOLDEN = Path(__file__).resolve().parent / "golden"

Golden = Callable[[str, str], None]
"""Compares a text with the golden file of that name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files from what the code gives")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Give a function that compares a text with a file under tests/golden, or rewrites the file."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, written: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written, encoding="utf-8")
        assert path.exists(), f"there is no golden file {name}; pytest --update-golden writes it"
        assert written == path.read_text(encoding="utf-8"), f"{name} differs; pytest --update-golden rewrites it"

    return compare
