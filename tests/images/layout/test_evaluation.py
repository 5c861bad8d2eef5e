"""How found lines are held against true ones, on layouts made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from images.geometry import Baseline, Box, Point, Size
from images.layout.evaluation import Tally, TrueAnchor, TrueLine, TruePage, tally
from images.layout.page import Hand, InsertionPlace, Layout, Line, LinePart, Role


def true_line(
    left: int, top: int, width: int = 600, hand: Hand = Hand.TYPED, role: Role | None = None, **more: TrueAnchor | None
) -> TrueLine:
    box = Box(left, top, width, 30)
    return TrueLine(box, (Point(left, top + 24), Point(left + width, top + 24)), hand, role, **more)


def line(box: Box, hand: Hand = Hand.TYPED, role: Role = Role.BODY, confidence: float = 0.95) -> Line:
    base = Baseline((Point(box.x, box.bottom - 6), Point(box.right, box.bottom - 6)))
    return Line(base, box.polygon, role, (LinePart(box.x, box.right, hand, 1.0),), confidence)


def layout(*lines: Line) -> Layout:
    return Layout(Size(1000, 1000), lines, (), (), tuple(range(len(lines))))


def page(*lines: TrueLine, complete: bool = True) -> TruePage:
    return TruePage("p", "typed", lines, complete)


TRUTH = page(*(true_line(100, top) for top in range(100, 500, 50)))
EXACT = layout(*(line(each.box) for each in TRUTH.lines))


def test_the_truth_itself_is_perfect() -> None:
    counted = tally(TRUTH, EXACT)

    assert (counted.precision, counted.recall, counted.f1) == (1.0, 1.0, 1.0)
    assert counted.merged == 0


def test_nothing_found_counts_as_all_missed() -> None:
    counted = tally(TRUTH, layout())

    assert (counted.true, counted.recall, counted.f1) == (8, 0.0, 0.0)


def test_one_missed_and_one_invented() -> None:
    counted = tally(TRUTH, layout(*EXACT.lines[1:], line(Box(100, 800, 600, 30))))

    assert counted.precision == counted.recall == 7 / 8


def test_how_tall_a_boundary_is_drawn_does_not_count() -> None:
    tall = layout(*(line(Box(each.box.x, each.box.y - 8, each.box.width, 46)) for each in TRUTH.lines))

    assert tally(TRUTH, tall).f1 == 1.0


def test_a_line_cut_in_two_is_not_found() -> None:
    box = TRUTH.lines[0].box
    halves = [line(Box(box.x, box.y, 300, 30)), line(Box(box.x + 300, box.y, 300, 30))]

    counted = tally(TRUTH, layout(*halves, *EXACT.lines[1:]))

    assert counted.agreed == 7
    assert counted.found == 9


def test_two_lines_in_one_are_merged() -> None:
    both = line(Box(100, 100, 600, 80))

    assert tally(TRUTH, layout(both, *EXACT.lines[2:])).merged == 1


def test_lines_beyond_an_incomplete_truth_are_no_errors() -> None:
    part = page(*TRUTH.lines[:4], complete=False)
    whole = Tally()
    whole.add(tally(TRUTH, EXACT))

    whole.add(tally(part, EXACT))

    assert (whole.precision, whole.recall, whole.f1) == (1.0, 1.0, 1.0)
    assert (whole.pages, whole.true) == (2, 12)


def test_stamps_are_not_asked_for_but_their_hand_is() -> None:
    stamp = true_line(700, 700, 200, Hand.STAMP)
    truth = page(*TRUTH.lines, stamp)

    without = tally(truth, EXACT)
    mistaken = tally(truth, layout(*EXACT.lines, line(stamp.box)))

    assert without.f1 == mistaken.f1 == 1.0
    assert without.hand_accuracy == 1.0
    assert mistaken.hand_accuracy == 0.5


def test_print_counts_as_type() -> None:
    truth = page(true_line(100, 100, hand=Hand.PRINTED))

    assert tally(truth, layout(line(truth.lines[0].box))).hand_accuracy == 1.0


def test_a_line_up_the_margin_is_found_by_its_length() -> None:
    margin = TrueLine(Box(20, 100, 30, 400), (Point(44, 500), Point(44, 100)), Hand.HANDWRITTEN)
    truth = page(*TRUTH.lines, margin)
    found = replace(line(margin.box), baseline=Baseline((Point(44, 490), Point(44, 110))))

    assert tally(truth, layout(*EXACT.lines, found)).f1 == 1.0
    assert tally(truth, layout(*EXACT.lines, line(Box(20, 100, 30, 150)))).agreed == 8


@pytest.mark.parametrize(
    ("x", "into", "hosted", "placed"), [(330, 1, 1, 1), (370, 1, 1, 0), (90, 1, 1, 0), (330, 0, 0, 0)]
)
def test_an_insertion_is_placed_between_the_right_words(x: int, into: int, hosted: int, placed: int) -> None:
    anchor = TrueAnchor(1, gaps=(100, 320, 400, 700), gap=1)
    insertion = true_line(300, 120, 120, Hand.HANDWRITTEN, Role.INSERTION, anchor=anchor)
    truth = page(*(replace(each, role=Role.BODY) for each in TRUTH.lines), insertion)
    found = replace(line(insertion.box, Hand.HANDWRITTEN, Role.INSERTION), place=InsertionPlace(into, x))

    counted = tally(truth, layout(*EXACT.lines, found))

    assert (counted.inserts, counted.inserts_found, counted.inserts_named) == (1, 1, 1)
    assert (counted.inserts_hosted, counted.inserts_placed) == (hosted, placed)


def test_an_insertion_that_is_found_may_be_called_otherwise() -> None:
    insertion = true_line(300, 120, 120, Hand.HANDWRITTEN, Role.INSERTION, anchor=TrueAnchor(1, (100, 320, 700), 1))
    truth = page(*TRUTH.lines, insertion)

    missed = tally(truth, EXACT)
    called_a_note = tally(truth, layout(*EXACT.lines, line(insertion.box, Hand.HANDWRITTEN, Role.MARGINAL)))

    assert (missed.inserts, missed.inserts_found) == (1, 0)
    assert (called_a_note.inserts_found, called_a_note.inserts_named, called_a_note.inserts_hosted) == (1, 0, 0)


def test_roles_are_held_against_each_other() -> None:
    truth = page(true_line(100, 100, role=Role.DATE), true_line(100, 200, role=Role.SIGNATURE))
    found = layout(line(truth.lines[0].box, role=Role.DATE), line(truth.lines[1].box, role=Role.MARGINAL))

    counted = tally(truth, found)

    assert counted.role_f1 == 0.5
    assert tally(truth, layout()).role_f1 == 0.0


def test_confidence_is_counted_by_steps() -> None:
    sure = [line(each.box, confidence=0.92) for each in TRUTH.lines]
    doubtful = line(Box(100, 800, 600, 30), confidence=0.4)

    assert tally(TRUTH, layout(*sure, doubtful)).reliability() == [(0.3, 0.5, 1, 0.0), (0.9, 1.0, 8, 1.0)]
