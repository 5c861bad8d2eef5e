from __future__ import annotations

import numpy as np
import pytest

from images.layout.page import Hand, Role
from images.layout.training.compositions import COMPOSITIONS
from images.layout.training.synthesis import describe, synthesise
from images.layout.training.truth import TruthLine
from images.layout.training.wording import Wording, wrapped
from tests.faces import faces


@pytest.mark.parametrize("kind", COMPOSITIONS)
def test_lines_of_every_kind_of_page_hold_ink(kind: str) -> None:
    page = synthesise(4, faces(), level=0.0, resolution=100.0, kind=kind)
    paper = float(np.median(page.image))
    ink = np.abs(page.image.astype(np.float32) - paper) > 20

    assert len(page.truth.lines) >= 4
    assert page.image.shape == (page.truth.size.height, page.truth.size.width)
    for line in page.truth.lines:
        box = line.box
        assert ink[box.y : box.bottom, box.x : box.right].mean() > 0.01, line.text


def test_a_seed_gives_one_page_and_another_seed_another() -> None:
    first, second, other = (synthesise(seed, faces(), resolution=80.0) for seed in (11, 11, 12))

    assert first.image.tobytes() == second.image.tobytes()
    assert first.truth == second.truth
    assert first.truth != other.truth


def test_drafts_have_inserts_with_places_in_typed_lines() -> None:
    page = synthesise(2, faces(), level=1.0, resolution=80.0, kind="draft")
    lines = {line.id: line for line in page.truth.lines}
    inserts = [line for line in lines.values() if line.role is Role.INSERTION]

    assert inserts
    for insert in inserts:
        assert insert.anchor is not None
        host = lines[insert.anchor.line]
        assert host.hand is Hand.TYPED
        assert host.text[insert.anchor.offset] == " "


def test_a_typed_name_under_the_text_is_a_signature() -> None:
    found = 0
    for seed in range(20):
        page = describe(np.random.default_rng(seed), faces(), resolution=50.0, kind="letter")
        names = [line for line in page.typed if line.role is Role.SIGNATURE]
        assert len(names) <= 1
        for name in names:
            above = [line for line in page.typed if line.row < name.row]
            assert len(above) > len(page.typed) / 2
            found += 1

    assert found >= 3


def test_hands_write_leaning_notes_over_typed_lines() -> None:
    crossing = 0
    for seed in range(16):
        lines = synthesise(seed, faces(), level=0.0, resolution=50.0, kind="letter").truth.lines
        typed = [line for line in lines if line.hand is Hand.TYPED]
        crossing += sum(clip_any(note, typed) for note in lines if 8 < lean(note) < 50)

    assert crossing >= 3


def lean(line: TruthLine) -> float:
    """Degrees by which a handwritten line rises."""
    first, last = line.baseline.points[0], line.baseline.points[-1]
    return float(np.degrees(np.arctan2(first.y - last.y, last.x - first.x))) if line.hand is Hand.HANDWRITTEN else 0.0


def clip_any(note: TruthLine, lines: list[TruthLine]) -> bool:
    """Whether the box of a note shares a place with one of the lines."""
    box = note.box
    return any(
        box.x < other.box.right and other.box.x < box.right and box.y < other.box.bottom and other.box.y < box.bottom
        for other in lines
    )


def test_what_the_pages_hold_is_varied() -> None:
    roles: set[Role] = set()
    for seed in range(24):
        page = synthesise(seed, faces(), resolution=50.0)
        roles |= {line.role for line in page.truth.lines}

    assert roles == set(Role)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'poster' is no kind of page; known are letter, draft"):
        synthesise(1, faces(), kind="poster")


@pytest.mark.parametrize("latin", [False, True])
def test_paragraphs_keep_to_their_width(latin: bool) -> None:
    wording = Wording(np.random.default_rng(1), latin=latin)

    for _ in range(20):
        lines = wording.lines(40, 6)
        assert 1 <= len(lines) <= 6
        assert all(len(line) <= 40 for line in lines)
        assert len("".join(lines)) > 40


def test_broken_words_join_again() -> None:
    text = "правительство объяснило предварительное решение делегации"
    lines = wrapped(text, 16)

    joined = " ".join(lines).replace("- ", "")
    assert any(line.endswith("-") for line in lines)
    assert joined == text
