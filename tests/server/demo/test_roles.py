"""What the analysis proposes for the marks on the samples' pages, held against the truth they were rendered from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from images.layout import network
from images.layout.analyse import analyse
from images.layout.page import Layout, Role
from server.demo import scan
from tests.faces import fonts_folder

MARKS = {Role.DATE, Role.INSERTION, Role.STAMP, Role.SIGNATURE, Role.PAGE_NUMBER}


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[Role, bool]]:
    """Count the marks of all samples by their role, and whether they are proposed as such."""
    out: Counter[tuple[Role, bool]] = Counter()
    for sample in scan.samples():
        rendered = scan.render(sample, fonts_folder(), tmp_path_factory.mktemp("demo") / sample.name)
        for page in json.loads(rendered.truth.read_text("utf-8"))["pages"]:
            layout = analysed(rendered.folder / page["file"])
            for line in page["lines"]:
                if (role := Role(line["role"])) in MARKS:
                    out[role, role in roles_at(line["bbox"], layout)] += 1
    return out


def analysed(path: Path) -> Layout:
    with Image.open(path) as image:
        return analyse(np.asarray(image.convert("RGB")), network.own())


def roles_at(bbox: list[int], layout: Layout) -> set[Role]:
    """Give the roles of the lines whose middle lies in a box, and that are no wider than it by half."""
    left, top, right, bottom = bbox
    return {
        line.role
        for line in layout.lines
        if left < line.box.x + line.box.width / 2 < right
        and top < line.box.y + line.box.height / 2 < bottom
        and line.box.width < 1.5 * (right - left)
    }


@pytest.mark.parametrize("role", [Role.DATE, Role.INSERTION, Role.PAGE_NUMBER])
def test_each_of_these_is_proposed_as_such(counts: Counter[tuple[Role, bool]], role: Role) -> None:
    assert counts[role, True] >= 2
    assert counts[role, False] == 0


def test_nearly_all_stamps_and_most_signatures_are(counts: Counter[tuple[Role, bool]]) -> None:
    assert counts[Role.STAMP, True] >= 0.75 * (counts[Role.STAMP, True] + counts[Role.STAMP, False])
    assert counts[Role.SIGNATURE, True] >= counts[Role.SIGNATURE, False]
