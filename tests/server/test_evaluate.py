"""`stroka evaluate lines` on a folder of one page."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
from click.testing import CliRunner

from server.commands import stroka
from server.errors import CannotServe

WORDS = "the reply to the note will be sent by the end of the week "


def folder(at: Path, *, lines: int = 12) -> Path:
    """Write a folder of one typed page, of whose lines the last is not in the truth."""
    page = np.full((200 + 60 * lines, 1100), 235, np.uint8)
    known = []
    for number in range(lines):
        base = 130 + 60 * number
        for index, letter in enumerate((WORDS * 2)[number : number + 36]):
            cv2.putText(page, letter, (120 + 24 * index, base), cv2.FONT_HERSHEY_COMPLEX, 1.0, 40, 2, cv2.LINE_AA)
        corners = [[120, base - 24], [984, base - 24], [984, base + 8], [120, base + 8]]
        known.append({"polygon": corners, "baseline": [[120, base], [984, base]], "kind": "typed"})
    for name in ("images", "lines"):
        (at / name).mkdir(parents=True)
    cv2.imwrite(str(at / "images" / "one.png"), page)
    (at / "lines" / "one.json").write_text(json.dumps({"lines": known[:-1]}))
    record = {"id": "one", "image": "images/one.png", "lines": "lines/one.json", "kinds": {"typed": lines - 1},
              "source_repo": "here", "gt_complete": True}  # fmt: skip
    (at / "manifest.json").write_text(json.dumps({"pages": [record]}))
    return at


def test_lines_that_are_found_and_lines_that_are_not_true(tmp_path: Path) -> None:
    truth = folder(tmp_path / "truth")

    printed = CliRunner().invoke(stroka, ["evaluate", "lines", str(truth), "--json"])

    figures = json.loads(printed.output)["typed"]
    assert (figures["pages"], figures["lines"]) == (1, 11)
    assert figures["recall"] == 1.0
    assert 0.84 <= figures["precision"] < 1.0


def test_the_table_names_the_group_and_the_confidence(tmp_path: Path) -> None:
    truth = folder(tmp_path / "truth", lines=6)

    printed = CliRunner().invoke(stroka, ["evaluate", "lines", str(truth)])

    assert printed.exit_code == 0
    assert "typed" in printed.output
    assert "confidence" in printed.output


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(stroka, ["evaluate", "lines", str(tmp_path)])

    assert isinstance(result.exception, CannotServe)
    assert str(tmp_path) in str(result.exception)


def test_nothing_to_evaluate_is_refused() -> None:
    result = CliRunner().invoke(stroka, ["evaluate", "lines"])

    assert result.exit_code == 2
    assert "--rendered" in result.output
