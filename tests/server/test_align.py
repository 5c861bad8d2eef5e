from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from server.commands import stroka

WORDS = ("FIRST LINE OF THE PAGE", "THE SECOND LINE GOES ON", "AND HERE IS THE LAST ONE")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    pixels = np.full((700, 900), 235, np.uint8)
    pixels = cv2.subtract(pixels, np.random.default_rng(1).integers(0, 12, pixels.shape, dtype=np.uint8))
    for index, words in enumerate(WORDS):
        cv2.putText(pixels, words, (80, 150 + 90 * index), cv2.FONT_HERSHEY_PLAIN, 2.4, 20, 2, cv2.LINE_AA)
    assert cv2.imwrite(str(tmp_path / "page.png"), pixels)
    (tmp_path / "text.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    return tmp_path / "page.png"


def run(page: Path, *options: str) -> str:
    arguments = ["align", "--image", str(page), "--text", str(page.with_name("text.txt")), "--language", "xx"]
    ran = CliRunner().invoke(stroka, [*arguments, *options])
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_a_text_is_put_on_the_lines_of_its_image(page: Path) -> None:
    found = json.loads(run(page, "--breaks", "kept", "--json"))

    assert [line["text"] for line in found["pages"][0]["lines"]] == list(WORDS)
    assert all(line["links"][0]["left"] >= 60 for line in found["pages"][0]["lines"])
    assert found["unplaced"] == []
    assert found["evidence"] in {"width", "shape"}


def test_what_has_no_place_is_said_with_the_reason(page: Path) -> None:
    assert cv2.imwrite(str(page), np.full((700, 900), 235, np.uint8))

    printed = run(page, "--breaks", "kept")

    assert "not placed: 'FIRST LINE OF THE PAGE" in printed
    assert "no lines were found on the pages" in printed


def test_what_is_no_language_is_refused(page: Path) -> None:
    ran = CliRunner().invoke(
        stroka, ["align", "--image", str(page), "--text", str(page.with_name("text.txt")), "--language", "../ru"]
    )

    assert ran.exit_code == 2
    assert "'../ru' names no language" in ran.output


def test_it_is_said_why_lines_are_not_read(page: Path) -> None:
    assert "lines are not read" in json.loads(run(page, "--json"))["note"]


def test_a_text_in_other_letters_than_its_language_has_is_doubted(page: Path) -> None:
    russian, english = (json.loads(run(page, "--json", "--language", tag))["note"] for tag in ("ru", "en"))

    assert "the text is in Latin letters, its language is ru" in russian
    assert "Latin letters" not in english


def test_an_image_without_a_text_is_refused(page: Path) -> None:
    ran = CliRunner().invoke(stroka, ["align", "--image", str(page)])

    assert ran.exit_code == 2
    assert "--image and --text together" in ran.output


def test_a_document_that_is_not_there_is_named_and_fails_the_batch(tmp_path: Path) -> None:
    ran = CliRunner().invoke(stroka, ["align", "nowhere", "--json"], env={"STROKA_HOME": str(tmp_path / "home")})

    assert ran.exit_code == 1
    assert json.loads(ran.stdout.splitlines()[0])["document"] == "nowhere"


def test_nothing_stored_is_nothing_to_do(tmp_path: Path) -> None:
    ran = CliRunner().invoke(stroka, ["align"], env={"STROKA_HOME": str(tmp_path / "home")})

    assert ran.exit_code == 0
    assert ran.stdout == ""
