from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from images.layout.blocks import Extent, group
from images.layout.page import Hand
from images.layout.reading_order import reading_order


def line(left: float, right: float, base: float, hand: Hand = Hand.TYPED) -> Extent:
    return Extent(left, right, base - 10, base, hand=hand)


def test_lines_come_from_top_to_bottom() -> None:
    assert reading_order([line(0, 500, 60), line(0, 500, 20), line(0, 500, 100)]) == (1, 0, 2)


def test_pieces_of_one_line_come_from_left_to_right() -> None:
    assert reading_order([line(300, 500, 22), line(0, 200, 20), line(0, 500, 60)]) == (1, 0, 2)


def test_a_stamp_beside_the_head_is_read_as_a_whole() -> None:
    stamp = [line(50, 300, 20, Hand.STAMP), line(40, 310, 50, Hand.STAMP)]
    head = [line(600, 800, 22), line(580, 700, 44)]

    assert reading_order([*stamp, *head]) == (0, 1, 2, 3)
    assert reading_order([head[0], stamp[1], head[1], stamp[0]]) == (3, 1, 0, 2)


def test_columns_under_a_heading() -> None:
    heading = [line(200, 500, 10)]
    left = [line(0, 300, 80 + 30 * i) for i in range(5)]
    right = [line(360, 680, 80 + 30 * i) for i in range(5)]
    mixed = heading + [one for pair in zip(left, right, strict=True) for one in pair]

    assert reading_order(mixed) == (0, 1, 3, 5, 7, 9, 2, 4, 6, 8, 10)


def test_columns_with_gaps_across_both_and_a_narrow_gutter() -> None:
    heads = [line(100, 560, 10)]
    heights = [50 + 30 * i + 60 * (i // 4) for i in range(12)]
    left, right = ([line(x, x + 300, base) for base in heights] for x in (0, 308))
    foot = [line(200, 420, 700)]
    mixed = heads + [one for pair in zip(left, right, strict=True) for one in pair] + foot

    assert reading_order(mixed) == (0, *range(1, 25, 2), *range(2, 26, 2), 25)


def test_tables_are_read_across() -> None:
    cells = [line(x, x + 60, 30 * i) for i in range(1, 6) for x in (0, 200)]

    assert reading_order(cells) == tuple(range(10))


def test_no_lines() -> None:
    assert reading_order([]) == ()
    assert group([]) == ()


def test_a_gap_parts_blocks() -> None:
    lines = [line(0, 500, 30 * i) for i in (1, 2, 3)] + [line(0, 500, 300 + 30 * i) for i in (1, 2)]

    assert group(lines) == ((0, 1, 2), (3, 4))


def test_an_insert_by_hand_does_not_part_the_typed_lines_around_it() -> None:
    lines = [line(0, 500, 30), line(0, 500, 60, Hand.HANDWRITTEN), line(0, 500, 90)]

    assert group(lines) == ((0, 2), (1,))


extents = st.builds(
    lambda left, width, base, height: Extent(left, left + width, base - height, base),
    st.floats(0, 900),
    st.floats(1, 900),
    st.floats(0, 1500),
    st.floats(4, 40),
)


@given(st.lists(extents, max_size=25))
def test_each_line_is_read_once(lines: list[Extent]) -> None:
    assert sorted(reading_order(lines)) == list(range(len(lines)))
    assert sorted(index for block in group(lines) for index in block) == list(range(len(lines)))
