"""What the service gives the reader has the shape of the fixtures that the front end's own tests read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).resolve().parents[2] / "server" / "web" / "test" / "fixtures"
LANGUAGE_MAPS = frozenset({"title", "summary", "credit", "label", "value", "notice"})


def differences(given: Any, wanted: Any, place: str = "") -> list[str]:
    """List where a value has not the keys and types of another; of a list, the first entry speaks for all."""
    if wanted is None or given is None:
        return []
    if isinstance(wanted, dict) and place.rpartition(".")[2] in LANGUAGE_MAPS:
        well = isinstance(given, dict) and all(isinstance(value, list) for value in given.values())
        return [] if well else [f"{place}: no language map"]
    if isinstance(wanted, dict):
        if not isinstance(given, dict):
            return [f"{place}: no object"]
        found = [f"{place}.{key}: missing" for key in wanted.keys() - given.keys()]
        return found + [
            one
            for key in wanted.keys() & given.keys()
            for one in differences(given[key], wanted[key], f"{place}.{key}")
        ]
    if isinstance(wanted, list):
        if not isinstance(given, list):
            return [f"{place}: no list"]
        return [
            one
            for index, entry in enumerate(given)
            if wanted
            for one in differences(entry, wanted[0], f"{place}[{index}]")
        ]
    numbers = isinstance(wanted, int | float) and isinstance(given, int | float)
    return [] if numbers or type(given) is type(wanted) else [f"{place}: {given!r} is no {type(wanted).__name__}"]


@pytest.mark.parametrize(("name", "fixture"), [("document", "document.json"), ("page", "page-1.json")])
def test_the_service_gives_what_the_front_end_reads(cable: Any, name: str, fixture: str) -> None:
    wanted = json.loads((FIXTURES / fixture).read_text("utf-8"))

    assert not differences(getattr(cable, name), wanted)


def test_positions_are_code_points_of_the_segments(cable: Any) -> None:
    for text in cable.page["texts"]:
        for run in cable.runs(text["text"]):
            assert run["end"] - run["start"] == len(run["text"]), run


def test_marks_and_lines_that_are_named_are_there(cable: Any) -> None:
    lines = {line["id"] for line in cable.page["lines"]}
    marks = {mark["id"] for mark in cable.page["marks"]}
    runs = [run for text in cable.page["texts"] for run in cable.runs(text["text"])]

    assert {run["line"] for run in runs if run["line"]} <= lines
    assert {mark for run in runs for mark in run["marks"]} <= marks
    assert {line["anchor"]["line"] for line in cable.page["lines"] if line["anchor"]} <= lines
