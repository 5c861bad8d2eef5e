"""The documentation tells the truth: settings, commands, errors and links are there."""

from __future__ import annotations

import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest

from server.commands import MODULES
from server.settings import Settings, variable
from transcriptions import dates
from transcriptions.model import DateKind, Function, HoldingKind, MarkKind

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))


def test_every_setting_is_documented() -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    missing = [name for name in Settings.__dataclass_fields__ if variable(name) not in text]

    assert not missing


def test_every_command_is_documented() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    missing = [name for name in MODULES if f"stroka {name}" not in text and f"make {name}" not in text]

    assert not missing


@pytest.mark.parametrize("kinds", [MarkKind, Function, DateKind, HoldingKind], ids=lambda kinds: kinds.__name__)
def test_what_is_said_of_texts_is_documented(kinds: type[StrEnum]) -> None:
    text = (DOCS / "texts.md").read_text("utf-8")

    assert not [kind.value for kind in kinds if f"`{kind.value}`" not in text]


@pytest.mark.parametrize("text", re.findall(r"^\| ([^`|]+) \| `", (DOCS / "texts.md").read_text("utf-8"), re.M))
def test_dates_are_understood_as_documented(text: str) -> None:
    documented = (DOCS / "texts.md").read_text("utf-8")
    (edtf,) = re.findall(rf"^\| {re.escape(text)} \| `([^`]+)`", documented, re.M)

    for written in text.split(" · "):
        language = "ru" if re.search("[а-я]", written) else "en"
        date = dates.parse(written, language=language)
        assert date is not None and date.edtf == edtf


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_readme_names_only_targets_and_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M))

    assert set(re.findall(r"^\s+make (\w+)", text, re.M)) <= targets
    assert set(re.findall(r"stroka (\w+)", text)) <= set(MODULES)


def test_make_alone_prints_the_targets() -> None:
    printed = subprocess.run(["make", f"PYTHON={sys.executable}"], cwd=ROOT, capture_output=True, text=True, check=True)

    for target in ("setup", "demo", "dev", "test", "check", "bench", "browser", "docs", "migrate", "clean"):
        assert re.search(rf"^\s*make {target}\b", printed.stdout, re.M)


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / "README.md").read_text("utf-8")
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("make test")


def test_no_lock_file_names_a_host() -> None:
    locks = [*ROOT.glob("*.lock"), ROOT / "server" / "web" / "package-lock.json"]
    named = [
        lock.name
        for lock in locks
        if re.search(r'"resolved": "[a-z+]*://|://[^\s"]*(?:/simple|registry|pythonhosted)', lock.read_text())
    ]

    assert not named
