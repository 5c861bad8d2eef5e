"""`stroka analyse`: what it prints, and the pictures it writes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from server.commands import stroka
from server.errors import CannotServe

WORDS = "the reply to the note will be sent by the end of the week "


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    page = np.full((900, 1100), 235, np.uint8)
    for number in range(10):
        for index, letter in enumerate((WORDS * 2)[number : number + 36]):
            at = (120 + 24 * index, 130 + 60 * number)
            cv2.putText(page, letter, at, cv2.FONT_HERSHEY_COMPLEX, 1.0, 40, 2, cv2.LINE_AA)
    (tmp_path / "scans").mkdir()
    path = tmp_path / "scans" / "page.png"
    cv2.imwrite(str(path), page)
    return path


def test_json_has_what_evaluators_read(scan: Path) -> None:
    printed = json.loads(CliRunner().invoke(stroka, ["analyse", str(scan), "--json"]).output)

    assert (printed["width"], printed["height"]) == (1100, 900)
    assert len(printed["lines"]) == 10
    wanted = {"id", "bbox", "polygon", "baseline", "hand", "role", "confidence", "order"}
    assert all(wanted <= line.keys() for line in printed["lines"])


def test_the_debug_folder_has_a_picture_of_every_step(scan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "steps"

    result = CliRunner().invoke(stroka, ["analyse", str(scan), "--debug-dir", str(folder)])

    assert result.exit_code == 0
    pictures = {path.stem: cv2.imread(str(path)) for path in folder.iterdir()}
    assert sorted(pictures) == ["1-straightened", "2-ink", "3-without-strokes", "4-bands", "5-hands", "6-lines"]
    assert all(picture is not None and picture.std() > 1 for picture in pictures.values())
    assert pictures["6-lines"].shape == (900, 1100, 3)


def test_a_blank_page_has_only_its_last_step(tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    cv2.imwrite(str(path), np.full((600, 400), 240, np.uint8))

    result = CliRunner().invoke(stroka, ["analyse", str(path), "--debug-dir", str(tmp_path / "steps")])

    assert result.output.startswith("blank")
    assert [step.stem for step in (tmp_path / "steps").iterdir()] == ["6-lines"]


def test_a_contact_sheet_shows_every_page_of_a_folder(scan: Path, tmp_path: Path) -> None:
    (scan.parent / "notes.txt").write_text("no picture")
    for name in ("a", "b", "c", "d"):
        (scan.parent / f"{name}.png").write_bytes(scan.read_bytes())
    sheet = tmp_path / "sheet.png"

    result = CliRunner().invoke(stroka, ["analyse", str(scan.parent), "--contact-sheet", str(sheet)])

    assert result.exit_code == 0
    assert "passed over" in result.output
    assert "notes.txt" in result.output
    picture = cv2.imread(str(sheet))
    height, width, _ = picture.shape
    assert width > 4 * 700
    assert height > 2 * 700 * 900 / 1100, "the fifth page stands in a second row"


def test_a_folder_alone_is_refused(scan: Path) -> None:
    result = CliRunner().invoke(stroka, ["analyse", str(scan.parent)])

    assert result.exit_code == 2
    assert "--contact-sheet" in result.output


@pytest.mark.parametrize("name", ["sheet.unknown", "missing/sheet.png"])
def test_a_picture_that_cannot_be_written_is_named(scan: Path, tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(stroka, ["analyse", str(scan), "--overlay", str(tmp_path / name)])

    assert isinstance(result.exception, CannotServe)
    assert name in str(result.exception)


def test_a_folder_without_pictures_makes_no_contact_sheet(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    result = CliRunner().invoke(
        stroka, ["analyse", str(tmp_path / "empty"), "--contact-sheet", str(tmp_path / "sheet.png")]
    )

    assert isinstance(result.exception, CannotServe)
    assert "no page image" in str(result.exception)
