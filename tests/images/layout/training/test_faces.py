from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from images.layout.training.faces import read_faces
from tests.faces import faces


def test_a_folder_without_fonts_is_refused_by_the_name_of_the_font(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="typewriter"):
        read_faces(tmp_path)


def test_every_face_writes_what_a_soviet_page_needs() -> None:
    found = faces()

    for face in (found.typewriters[0], *found.hands, *found.stamps):
        assert face.holds("Ёё№йъщЭФ 1950 г.,;:()-/IX")
    for face in found.typewriters:
        assert face.holds('Ёё№йъщЭФ 1950 г.,;:()-/"')


def test_digits_come_from_the_next_file_of_the_chain() -> None:
    face = faces().hands[0]

    assert [place for place, _ in face.runs("20 сентября")] == [1, 0]
    assert face.glyph("2", 60).ink.max() > 0.9


def test_the_typewriter_has_one_width_for_all_characters() -> None:
    face = faces().typewriters[0]

    assert len({face.glyph(char, 100).advance for char in "щгЖ.,1№"}) == 1


def test_a_missing_character_is_named() -> None:
    with pytest.raises(ValueError, match="本"):
        faces().typewriters[0].glyph("本", 40)


def test_a_glyph_lies_where_its_offsets_say() -> None:
    glyph = faces().typewriters[0].glyph("р", 80)
    rows = np.flatnonzero(glyph.ink.max(axis=1) > 0.3)

    assert glyph.top + rows[0] < -20, "the bowl stands above the baseline"
    assert glyph.top + rows[-1] > 5, "the tail hangs below it"


def test_a_face_travels_to_another_process() -> None:
    face = faces().hands[0]
    again = pickle.loads(pickle.dumps(face))

    assert np.array_equal(again.glyph("ж", 50).ink, face.glyph("ж", 50).ink)
