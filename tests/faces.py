"""Where the tests find the typefaces that pages are rendered with."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from images.layout.training.faces import Faces, read_faces

NODE_MODULES = Path(__file__).resolve().parent.parent / "server" / "web" / "node_modules"


def fonts_folder() -> Path:
    """Give the folder of npm packages, or skip the test where it lacks the typefaces."""
    folder = Path(os.environ.get("STROKA_TEST_FONTS", str(NODE_MODULES)))
    try:
        _read(folder)
    except FileNotFoundError as error:
        pytest.skip(f"the typefaces are not installed ({error}); `make setup` brings them")
    return folder


def faces() -> Faces:
    """Read the faces once for all tests."""
    return _read(fonts_folder())


@cache
def _read(folder: Path) -> Faces:
    return read_faces(folder)
