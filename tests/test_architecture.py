"""The one rule: imports follow the data, and pure modules do no input or output."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("images", "transcriptions", "manifests", "server")

EDGES = (
    "images.iiif.render",
    "images.masters",
    "images.objects",
    "images.pack",
    "images.spool",
    "images.store",
    "images.whole",
    "images.layout.network",
    "images.layout.training",
    "transcriptions.ocr",
    "transcriptions.pdf_pages",
    "transcriptions.store.tables",
    "transcriptions.store.sql",
    "manifests.remote",
    "server",
)
"""Modules, and packages with all in them, that may touch the world (the starred ones of the design)."""

IMPURE = frozenset(
    {
        "alembic", "asyncio", "concurrent", "flask", "glob", "granian", "http", "logging", "multiprocessing", "os",
        "pathlib", "psycopg", "pypdfium2", "pyvips", "random", "requests", "secrets", "shutil", "signal", "socket",
        "sqlalchemy", "sqlite3", "subprocess", "tempfile", "tesserocr", "threading", "time", "urllib.request", "uuid",
        "werkzeug",
    }
)  # fmt: skip
IMPURE_CALLS = frozenset({"open", "print", "input"})
IMPURE_ATTRIBUTES = frozenset({"now", "utcnow", "today", "imread", "imwrite", "default_rng"})


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_edge(module: str) -> bool:
    return any(module == edge or module.startswith(edge + ".") for edge in EDGES)


MODULES = tuple(modules())
PURE = tuple((name, path) for name, path in MODULES if not is_edge(name))


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_imports_follow_the_data(name: str, path: Path) -> None:
    own = PACKAGES.index(name.split(".")[0])
    later = PACKAGES[own + 1 :]
    wrong = [module for module in imported(ast.parse(path.read_text("utf-8"))) if module.split(".")[0] in later]

    assert not wrong, f"{name} imports {wrong}, which lie to its right in {' -> '.join(PACKAGES)}"


@pytest.mark.parametrize(("name", "path"), PURE, ids=[name for name, _ in PURE])
def test_pure_modules_touch_nothing(name: str, path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    reached = list(imported(tree))
    impure = [module for module in reached if any(module == bad or module.startswith(bad + ".") for bad in IMPURE)]
    edges = [module for module in reached if is_edge(module)]
    calls = [
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in IMPURE_ATTRIBUTES)
        )
    ]

    assert not impure, f"{name} is pure, but imports {impure}"
    assert not edges, f"{name} is pure, but imports the edge {edges}"
    assert not calls, f"{name} is pure, but calls {calls}"


def test_every_edge_that_is_listed_exists_or_is_still_to_come() -> None:
    names = {name for name, _ in MODULES}

    still_to_come = {"manifests.remote"}
    assert {edge for edge in EDGES if edge not in names} <= still_to_come


def test_no_module_has_a_name_that_says_nothing() -> None:
    banned = {"utils", "util", "helpers", "helper", "common", "manager", "models"}

    assert not [name for name, _ in MODULES if banned & set(name.split("."))]


def test_package_files_are_empty() -> None:
    for name, path in MODULES:
        if path.name == "__init__.py" and name != "server.commands":
            assert not path.read_text("utf-8").strip() or name.startswith("server."), f"{name} holds code"
