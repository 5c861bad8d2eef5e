from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from server.commands.evaluate import command
from server.evaluation import judge, regions, truth
from server.evaluation.alignment import Task, figures, trial
from server.single import Sheet, page_lines

WORDS = (
    "Сообщаем для руководства, что груз леса прибыл на станцию",
    "Каменная утром четырнадцатого числа.",
    "По данным местного отделения, запасы угля на складе достаточ-",
    "ны лишь на двенадцать суток, поэтому просим ускорить отправку",
    "следующего эшелона и сообщить нам о дне отправки.",
)
PITCH = 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a ground-truth folder of one blank page with five typed lines."""
    lines = []
    for row, words in enumerate(WORDS):
        left, top, right = 100, 100 + 60 * row, 100 + PITCH * len(words)
        polygon = [[left, top], [right, top], [right, top + 40], [left, top + 40]]
        baseline = [[left, top + 32], [right, top + 32]]
        lines.append({"polygon": polygon, "baseline": baseline, "text": words, "kind": "typed", "unknown": 1})
    (tmp_path / "page.json").write_text(json.dumps({"lines": lines}), encoding="utf-8")
    entry = {"id": "page", "image": "page.png", "lines": "page.json", "language": "rus", "width": 1200, "height": 600}
    (tmp_path / "manifest.json").write_text(json.dumps({"pages": [entry]}), encoding="utf-8")
    assert cv2.imwrite(str(tmp_path / "page.png"), np.full((600, 1200), 235, np.uint8))
    return tmp_path


def sheet_of(page: truth.TruePage) -> Sheet:
    found = regions.layout_of([(line.baseline, line.boundary, line.hand) for line in page.lines], page.size)
    return Sheet(page_lines(found, page.id))


def test_running_text_joins_words_at_the_ends_of_lines(folder: Path) -> None:
    (page,) = truth.read(folder)

    assert "складе достаточны лишь" in truth.running_text(page)
    assert truth.broken_text(page) == "\n".join(WORDS)


def test_a_hyphen_at_the_end_counts_for_nothing_and_one_letter_in_ten_may_be_wrong() -> None:
    assert judge.same_words("складе достаточ", "складе достаточ-")
    assert judge.same_words("складе достатoч", "складе достаточ-")
    assert not judge.same_words("складе до", "складе достаточ-")


@pytest.mark.parametrize("task", [Task.WIDTHS, Task.PINS])
def test_lines_that_are_right_are_counted_as_right(folder: Path, task: Task) -> None:
    (page,) = truth.read(folder)

    found = figures(list(trial(task, [(page, sheet_of(page))])))

    assert found.typed == (5, 5)
    assert found.by_hand == (0, 0)


def test_a_line_in_the_wrong_place_is_counted_as_wrong(folder: Path) -> None:
    (page,) = truth.read(folder)
    lines = page_lines(
        regions.layout_of([(line.baseline, line.boundary, line.hand) for line in page.lines], page.size), "page"
    ).lines
    words = {line.id: (text, 1.0) for line, text in zip(lines, [WORDS[1], WORDS[0], *WORDS[2:]], strict=True)}

    assert judge.right_lines(page.lines, lines, words) == {0: False, 1: False, 2: True, 3: True, 4: True}


def test_the_command_prints_a_line_for_each_task(folder: Path) -> None:
    ran = CliRunner().invoke(
        command, ["alignment", str(folder), "--lines", "true", "--task", "broken-without-ocr", "--task", "extra-page"]
    )

    assert ran.exit_code == 0, ran.output
    assert "broken-without-ocr (true lines): typed 5/5 1.000" in ran.output
    assert "extra-page" in ran.output


def test_a_folder_that_is_no_ground_truth_is_refused_with_its_name(tmp_path: Path) -> None:
    ran = CliRunner().invoke(command, ["alignment", str(tmp_path)])

    assert "is no ground-truth folder" in str(ran.exception)
