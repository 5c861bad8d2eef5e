from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.demo import scan
from server.demo.sheets import IMPRINT
from server.folder import understand
from tests.faces import fonts_folder
from transcriptions.formats import document_toml

CABLE = scan.SAMPLES / "cable-1950-09-20"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> scan.Rendered:
    return scan.render(CABLE, fonts_folder(), tmp_path_factory.mktemp("demo") / CABLE.name)


@pytest.fixture(scope="module")
def truth(made: scan.Rendered) -> dict[str, Any]:
    return dict(json.loads(made.truth.read_text("utf-8")))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = scan.SAMPLES / "report-1951-03-12"
    rendered = scan.render(folder, fonts_folder(), tmp_path_factory.mktemp("demo") / folder.name)
    return dict(json.loads(rendered.truth.read_text("utf-8")))


def lines_of(truth: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for page in truth["pages"] for line in page["lines"]}


@pytest.mark.parametrize("sample", scan.samples(), ids=lambda sample: sample.name)
def test_the_description_of_a_sample_has_no_fault(sample: Path) -> None:
    described, problems = document_toml.read((sample / document_toml.NAME).read_bytes(), understand=understand)

    assert problems == ()
    assert described.collection == "demo"
    assert all((sample / text.file).is_file() for text in described.texts)
    assert all(holding.reference == "" for holding in described.holdings)


def test_beads_take_every_sentence_once() -> None:
    declared = scan.beads(CABLE)
    source = (CABLE / "transcription.ru.txt").read_text("utf-8")

    spans = [span for bead in declared for span in bead["source"]]
    assert [tuple(span) for span in spans] == list(scan.sentences(source))
    assert all(len(bead["source"]) <= 2 and len(bead["target"]) <= 2 for bead in declared)


def test_beads_keep_numbered_points_together() -> None:
    source, target = ((CABLE / name).read_text("utf-8") for name in ("transcription.ru.txt", "translation.en.txt"))
    pairs = {"Первое.": "First.", "Второе.": "Second.", "Третье.": "Third.", "а)": "a)", "б)": "b)", "г)": "d)"}
    pairs |= {"Четвертое.": "Fourth.", "Пятое.": "Fifth.", "А. ГРОМЫКО": "A. GROMYKO", "[вписано": "[inserted"}

    for russian, english in pairs.items():
        here = [
            bead
            for bead in scan.beads(CABLE)
            if any(russian in source[start:end] for start, end in bead["source"])
            and any(english in target[start:end] for start, end in bead["target"])
        ]
        assert here, f"{russian} and {english} are not in one bead"


def test_the_scans_are_a4_at_300_dots_per_inch(made: scan.Rendered, truth: dict[str, Any]) -> None:
    for page in truth["pages"]:
        with Image.open(made.folder / page["file"]) as image:
            assert image.size == (page["width"], page["height"]) == (2480, 3508)
            assert round(image.info["dpi"][0]) == 300


def test_the_folder_is_complete(made: scan.Rendered) -> None:
    described, _ = document_toml.read((made.folder / document_toml.NAME).read_bytes(), understand=understand)
    wanted = {page.file for part in described.parts for page in part.pages or ()}
    wanted |= {text.file for text in described.texts} | {document_toml.NAME}

    assert wanted == {path.name for path in made.folder.iterdir() if not path.name.startswith(".")}


def test_a_second_time_nothing_is_made(made: scan.Rendered) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.folder.iterdir()}
    again = scan.render(CABLE, fonts_folder(), made.folder)

    assert not again.made
    assert before == {path: path.stat().st_mtime_ns for path in made.folder.iterdir()}


def test_links_place_the_words_of_the_texts_on_lines(truth: dict[str, Any]) -> None:
    lines = lines_of(truth)

    for link in truth["links"]:
        text = (CABLE / link["text"]).read_text("utf-8")
        assert text[link["start"] : link["end"]] == link["words"]
        assert link["words"] in lines[link["line"]]["text"]
    linked = {link["line"] for link in truth["links"]}
    unlinked = {line["role"] for line in lines.values() if line["id"] not in linked}
    assert unlinked == {"signature", "marginal"}, "only the signature and the imprint stand in no text"


def test_no_line_is_cut_off_and_no_typed_lines_overlap(truth: dict[str, Any], report: dict[str, Any]) -> None:
    for page in (*truth["pages"], *report["pages"]):
        for line in page["lines"]:
            left, top, right, bottom = line["bbox"]
            assert 20 < left < right < page["width"] - 20, line["text"]
            assert 20 < top < bottom < page["height"] - 20, line["text"]
        typed = [line["bbox"] for line in page["lines"] if line["hand"] == "typed"]
        for (l1, t1, r1, b1), (l2, t2, r2, b2) in combinations(typed, 2):
            across = min(r1, r2) - max(l1, l2)
            down = min(b1, b2) - max(t1, t2)
            assert min(across, down) <= 12, "a skewed line's box may reach a little into the next"


def test_the_insertion_of_the_final_version_stands_in_its_line(truth: dict[str, Any]) -> None:
    lines = lines_of(truth)
    insert = next(line for line in lines.values() if line["text"] == "как и Коммунистическая партия")
    host = lines[insert["anchor"]["line"]]

    assert (insert["hand"], insert["role"]) == ("handwritten", "insertion")
    assert host["text"][: insert["anchor"]["offset"]].endswith("Корейская народная армия")
    assert host["bbox"][0] < insert["anchor"]["x"] < host["bbox"][2]


def test_the_draft_has_changes_by_hand(truth: dict[str, Any]) -> None:
    draft = truth["pages"][3:]
    inserted = [line for page in draft for line in page["lines"] if line["role"] == "insertion"]
    struck = [stroke for page in draft for stroke in page["strokes"] if stroke["kind"] == "deletion"]

    assert len(inserted) >= 10
    assert len(struck) >= 7


def test_every_page_says_that_it_is_a_reconstruction(truth: dict[str, Any]) -> None:
    for page in truth["pages"]:
        assert page["lines"][-1]["text"] == IMPRINT


def test_the_report_has_a_turned_table_whose_cells_stand_alone(report: dict[str, Any]) -> None:
    table = report["pages"][2]
    cell = next(line for line in table["lines"] if line["text"] == "Рельсы и скрепления")
    left, top, right, bottom = cell["bbox"]

    assert (table["width"], table["height"]) == (3508, 2480)
    assert bottom - top > 5 * (right - left), "the page lies on its side"
    assert {"№ 1", "412", "960", "Недостача"} <= {line["text"] for line in table["lines"]}


def test_the_report_has_notes_up_its_margin_and_a_round_stamp(report: dict[str, Any]) -> None:
    lines = lines_of(report)
    note = next(line for line in lines.values() if line["text"] == "Тов. Лапин! Доложите")
    rim = next(line for line in lines.values() if line["text"] == "УПРАВЛЕНИЕ ПОРТОВ И СКЛАДОВ")

    assert note["bbox"][3] - note["bbox"][1] > 5 * (note["bbox"][2] - note["bbox"][0])
    assert note["bbox"][2] < 400
    assert (rim["hand"], rim["role"]) == ("stamp", "stamp")
    assert len(rim["baseline"]) > 10


def test_links_of_the_report_cover_its_tables(report: dict[str, Any]) -> None:
    lines = lines_of(report)

    for link in report["links"]:
        assert link["words"] in lines[link["line"]]["text"]
    assert {"Мотор 10 квт", "913", "915"} & {link["words"] for link in report["links"]} == {"Мотор 10 квт", "915"}


def test_missing_fonts_are_named_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no typewriter face"):
        scan.render(CABLE, tmp_path, tmp_path / "out")

    assert not (tmp_path / "out").exists()
