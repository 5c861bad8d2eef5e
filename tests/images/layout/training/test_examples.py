"""The examples that the network learns from: targets, crops, and the pages they are cut out of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from images.layout.maps import MAP_HANDS
from images.layout.page import Hand
from images.layout.training.corpus import LearnedLine, LearnedPage, keep, kept, real_names, real_page
from images.layout.training.crops import SHAPE, Scrap, example, scraps_of
from images.layout.training.targets import NO_HAND, Targets, targets_of


def line(left: float, base: float, right: float, hand: Hand = Hand.TYPED, height: float = 11.0) -> LearnedLine:
    boundary = np.array([[left, base - 16], [right, base - 16], [right, base + 5], [left, base + 5]], np.float64)
    return LearnedLine(boundary, np.array([[left, base], [right, base]], np.float64), height, hand)


def upright(along: float, top: float, bottom: float) -> LearnedLine:
    """A line that runs up the page."""
    boundary = np.array([[along - 16, top], [along + 5, top], [along + 5, bottom], [along - 16, bottom]], np.float64)
    return LearnedLine(boundary, np.array([[along, bottom], [along, top]], np.float64), 11.0, Hand.HANDWRITTEN)


def page(*, trust: float = 1.0) -> LearnedPage:
    grey = np.full((420, 640), 230, np.uint8)
    lines = []
    for number, hand in enumerate((Hand.TYPED, Hand.TYPED, Hand.HANDWRITTEN, Hand.TYPED)):
        base = 80 + 80 * number
        cv2.putText(grey, "words of a line", (60, base), cv2.FONT_HERSHEY_COMPLEX, 0.6, 50, 1, cv2.LINE_AA)
        lines.append(line(60, base, 260, hand))
    return LearnedPage("p", grey, tuple(lines), trust)


def same(first: Targets, second: Targets) -> bool:
    planes = ("core", "upright", "border", "cores", "hand", "known", "weight", "text")
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in planes)


def test_the_band_of_a_line_lies_on_its_small_letters() -> None:
    targets = targets_of((line(100, 60, 200),), (128, 256))

    assert targets.core.shape == (64, 128)
    down, across = np.nonzero(targets.core)
    assert (down.min(), down.max()) == pytest.approx((24, 30), abs=1.5)
    assert (across.min(), across.max()) == pytest.approx((50, 100), abs=2)
    assert targets.upright.sum() == 0
    assert not (targets.core & targets.border).any()
    assert targets.border[22, 75] == targets.border[32, 75] == 1


def test_a_line_up_the_margin_is_upright() -> None:
    targets = targets_of((upright(60, 20, 110),), (128, 256))

    assert targets.core.sum() == 0
    assert targets.upright[40, 27] == 1


def test_a_border_parts_bands_that_lie_upon_each_other() -> None:
    targets = targets_of((line(40, 60, 220), line(40, 67, 220)), (128, 256))

    assert targets.core[26, 60] == 1
    assert targets.core[32, 60] == 1
    assert targets.core[28, 60] == 0
    assert targets.border[28, 60] == 1


def test_lines_of_two_hands_upon_each_other_keep_their_own_bands() -> None:
    typed, insert = line(40, 60, 220), line(100, 56, 160, Hand.HANDWRITTEN)
    alone, targets = targets_of((typed,), (128, 256)), targets_of((typed, insert), (128, 256))

    assert np.array_equal(targets.cores[0], alone.cores[0])
    assert targets.cores[1, 25, 60] == 1
    assert np.array_equal(targets.core, targets.cores.max(axis=0))
    assert targets.hand[26, 60] == NO_HAND
    assert targets.hand[26, 25] == 0
    assert not (targets.core & targets.border).any()


def test_type_yields_to_what_is_written_upon_its_upper_part() -> None:
    typed, insert = line(40, 60, 220), line(100, 50, 160, Hand.HANDWRITTEN, height=7.0)

    targets = targets_of((typed, insert), (128, 256))

    column = targets.core[:, 65]
    gap = np.flatnonzero(column[22:31] == 0) + 22
    assert len(gap) == 1, "one point parts the two bands"
    assert targets.border[gap[0], 65] == 1
    assert column[29] == 1, "the type keeps its foot"
    assert targets.hand[gap[0] - 1, 65] == MAP_HANDS.index(Hand.HANDWRITTEN)
    assert targets.weight[gap[0] - 1, 65] > targets.weight[29, 30]
    assert np.array_equal(targets.core[:, 30], targets_of((typed,), (128, 256)).core[:, 30])


def test_a_line_of_unknown_hand_has_a_band_but_of_no_hand() -> None:
    targets = targets_of((line(40, 60, 220, Hand.UNKNOWN),), (128, 256))

    assert targets.core[26, 60] == 1
    assert targets.cores.sum() == 0
    assert targets.known[26, 60] == 0
    assert targets.known[5, 5] == 1


def test_hands_are_told_where_they_are_known() -> None:
    lines = (line(20, 30, 220, Hand.PRINTED), line(20, 70, 220, Hand.STAMP), line(20, 110, 220, Hand.UNKNOWN))

    hand = targets_of(lines, (128, 256)).hand

    assert hand[12, 60] == 0
    assert hand[32, 60] == 2
    assert hand[52, 60] == NO_HAND


def test_the_same_key_gives_the_same_example() -> None:
    learned = page()
    scraps = scraps_of(learned)

    first, again, other = (example(learned, scraps, np.random.default_rng(key)) for key in ((1, 2), (1, 2), (1, 3)))

    assert np.array_equal(first.planes, again.planes)
    assert same(first.targets, again.targets)
    assert not np.array_equal(first.planes, other.planes)


def test_an_example_shows_a_line_and_its_band() -> None:
    learned = page()

    for key in range(12):
        made = example(learned, scraps_of(learned), np.random.default_rng(key))
        assert made.planes.shape == (2, *SHAPE)
        assert made.targets.core.sum() + made.targets.upright.sum() > 50


def test_lines_of_a_rare_hand_are_looked_for() -> None:
    grey = np.full((2000, 640), 230, np.uint8)
    typed = [line(60, 80 + 40 * number, 260) for number in range(40)]
    learned = LearnedPage("p", grey, (*typed, line(60, 1900, 260, Hand.HANDWRITTEN)), 1.0)

    made = [example(learned, [], np.random.default_rng(key)) for key in range(60)]

    shown = sum(bool(each.targets.cores[MAP_HANDS.index(Hand.HANDWRITTEN)].any()) for each in made)
    assert 20 < shown < 55


def test_short_lines_are_looked_for() -> None:
    grey = np.full((3000, 640), 230, np.uint8)
    typed = [line(60, 80 + 40 * number, 260) for number in range(40)]
    learned = LearnedPage("p", grey, (*typed, line(60, 2700, 85)), 1.0)

    made = [example(learned, [], np.random.default_rng(key)) for key in range(60)]

    alone = sum(0 < each.targets.core.sum() < 300 for each in made)
    assert 10 < alone < 45


def test_scraps_are_the_handwritten_lines() -> None:
    assert [scrap.line.hand for scrap in scraps_of(page())] == [Hand.HANDWRITTEN]


def test_ink_that_the_truth_may_lack_counts_less() -> None:
    told = replace(page(), lines=page().lines[:1])
    keys = range(8)

    sure = [example(told, [], np.random.default_rng(key)).targets.weight for key in keys]
    doubtful = [example(replace(told, trust=0.0), [], np.random.default_rng(key)).targets.weight for key in keys]

    assert min(float(weight.min()) for weight in sure) >= 1
    assert min(float(weight.min()) for weight in doubtful) == 0


def test_a_kept_page_comes_back(tmp_path: Path) -> None:
    keep(tmp_path, page(trust=0.3))

    again = kept(tmp_path, "p")

    assert again is not None
    assert np.array_equal(again.grey, page().grey)
    assert again.trust == 0.3
    assert [each.hand for each in again.lines] == [each.hand for each in page().lines]
    assert np.array_equal(again.lines[2].baseline, page().lines[2].baseline)
    assert kept(tmp_path, "q") is None


def real_page_of(folder: Path, rows: list[tuple[str, int, int, int]], *, quarters: int = 0) -> LearnedPage:
    """A page read from a folder; rows are kind, left, right and base before it was turned back by quarters."""
    picture = np.full((1000, 1000), 235, np.uint8)
    records = []
    for number, (kind, left, right, base) in enumerate(rows):
        for index, letter in enumerate("the reply to the note will be sent."[: 34 - number % 5]):
            if left + 24 * index < right:
                at = (left + 24 * index, base)
                cv2.putText(picture, letter, at, cv2.FONT_HERSHEY_COMPLEX, 1.0, 40, 2, cv2.LINE_AA)
        corners = np.array(
            [[left, base - 26], [right, base - 26], [right, base + 8], [left, base + 8], [left, base], [right, base]]
        )
        for _ in range(quarters):
            corners = np.stack([corners[:, 1], 1000 - corners[:, 0]], axis=1)
        records.append({"polygon": corners[:4].tolist(), "baseline": corners[4:].tolist(), "kind": kind})
    cv2.imwrite(str(folder / "one.png"), np.rot90(picture, quarters))
    (folder / "one.json").write_text(json.dumps({"lines": records}))
    record = {"id": "one", "image": "one.png", "lines": "one.json", "source_repo": "here"}
    (folder / "manifest.json").write_text(json.dumps({"pages": [record]}))
    learned = real_page(folder, "one")
    assert learned is not None
    return learned


def test_an_insert_above_a_line_does_not_make_its_letters_lower(tmp_path: Path) -> None:
    rows = [("typed", 90, 900, 180 + 60 * number) for number in range(12)] + [("handwritten", 400, 600, 390)]
    told = real_page_of(tmp_path, rows)

    heights = [each.height for each in told.lines if each.hand is Hand.TYPED]

    assert max(heights) == pytest.approx(min(heights), rel=0.1)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_lines_of_a_real_page_run_to_the_right_however_it_lies(tmp_path: Path, quarters: int) -> None:
    learned = real_page_of(tmp_path, [("typed", 90, 900, 180 + 60 * number) for number in range(12)], quarters=quarters)

    assert real_names(tmp_path) == ("one",)
    assert all(each.baseline[-1, 0] - each.baseline[0, 0] > 300 for each in learned.lines)
    dark = [
        learned.grey[int(each.baseline[0, 1]) - 8, int(each.baseline[0, 0]) :][:300].min() for each in learned.lines
    ]
    assert max(dark) < 120, "the lines lie on their letters"


def test_a_narrow_scrap_can_be_written_in() -> None:
    darkness = np.zeros((30, 6), np.float32)
    darkness[10:20, 4:] = 0.8
    written = line(-30, 20, 6, Hand.HANDWRITTEN)
    begun = replace(written, baseline=np.array([[-30, 20], [-10, 20], [6, 20]], np.float64))

    for seed in range(20):
        made = example(page(), [Scrap(darkness, begun)], np.random.default_rng(seed))

        assert made.planes.shape[1:] == SHAPE
