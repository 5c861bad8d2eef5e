from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from images.layout.blocks import Extent
from images.layout.page import Hand, Role
from images.layout.roles import roles_of

BODY = [Extent(100, 900, 290 + 50 * i, 300 + 50 * i) for i in range(12)]


def written(left: float, right: float, base: float, *, height: float = 12, slope: float = 0.0) -> Extent:
    return Extent(left, right, base - height, base, slope=slope, hand=Hand.HANDWRITTEN)


def role_of(extent: Extent) -> Role:
    return roles_of([*BODY, extent]).roles[-1]


def test_handwriting_at_the_head_is_the_date() -> None:
    assert role_of(written(600, 850, 150, height=18)) is Role.DATE


def test_slanting_resolution_is_no_date() -> None:
    assert role_of(written(600, 850, 150, slope=-0.25)) is Role.MARGINAL


def test_a_date_on_the_right_may_lean_more_than_one_on_the_left() -> None:
    assert role_of(written(600, 850, 150, slope=-0.15)) is Role.DATE
    assert role_of(written(150, 400, 150, slope=-0.15)) is Role.MARGINAL


def test_handwriting_closely_above_a_typed_line_goes_into_it() -> None:
    roles = roles_of([*BODY, written(400, 520, 436)])

    assert roles.roles[-1] is Role.INSERTION
    assert roles.places[-1] == 3


def test_handwriting_at_the_foot_is_the_signature() -> None:
    assert role_of(written(600, 850, 960, height=18)) is Role.SIGNATURE


def test_what_is_written_far_under_the_text_or_left_of_it_is_no_signature() -> None:
    assert role_of(written(600, 850, 1400)) is Role.MARGINAL
    assert role_of(written(20, 200, 960)) is Role.MARGINAL


def test_a_number_by_hand_under_the_text_is_no_signature() -> None:
    assert role_of(written(820, 880, 960)) is not Role.SIGNATURE


def test_only_one_line_is_the_signature() -> None:
    roles = roles_of([*BODY, written(600, 850, 960), written(400, 520, 1000)]).roles

    assert roles.count(Role.SIGNATURE) == 1


def test_handwriting_beside_the_text_is_marginal() -> None:
    assert role_of(written(10, 80, 520)) is Role.MARGINAL


def test_stamp() -> None:
    assert role_of(Extent(300, 500, 940, 950, hand=Hand.STAMP)) is Role.STAMP


def test_page_number() -> None:
    assert role_of(Extent(480, 530, 190, 200)) is Role.PAGE_NUMBER


def test_a_page_number_stands_on_the_right_too_and_under_what_a_hand_wrote_at_the_head() -> None:
    lines = [*BODY, Extent(840, 900, 185, 191), written(700, 780, 100)]

    assert roles_of(lines).roles[len(BODY)] is Role.PAGE_NUMBER


def test_numbers_of_columns_are_no_page_numbers() -> None:
    heads = [Extent(100 + 200 * i, 112 + 200 * i, 190, 200) for i in range(4)]

    assert Role.PAGE_NUMBER not in roles_of([*heads, *BODY]).roles


def test_the_first_word_of_the_next_page_is_neither_number_nor_name() -> None:
    assert role_of(Extent(840, 895, 920, 930)) is Role.BODY


def test_a_short_name_in_capitals_is_the_signature() -> None:
    assert role_of(Extent(800, 880, 917, 930)) is Role.SIGNATURE


def test_cells_of_a_table_beside_the_long_lines_are_not_marginal() -> None:
    cells = [Extent(left, left + 40, 290 + 50 * i, 300 + 50 * i) for i in range(6) for left in (10, 950)]

    assert set(roles_of([*BODY, *cells]).roles[len(BODY) :]) == {Role.BODY}


def test_typed_side_headings_are_marginal() -> None:
    assert role_of(Extent(10, 70, 390, 400)) is Role.MARGINAL


def test_what_stands_between_rows_by_hand_goes_into_the_lower_one() -> None:
    rows = [written(100, 900, 300 + 50 * i) for i in range(12)]
    roles = roles_of([*rows, written(400, 520, 428, height=8)])

    assert roles.roles[-1] is Role.INSERTION
    assert roles.places[-1] == 3


def test_a_short_last_row_by_hand_is_body() -> None:
    rows = [written(100, 900, 300 + 50 * i) for i in range(12)]

    assert roles_of([*rows, written(100, 300, 900)]).roles[-1] is Role.BODY


def test_a_date_may_stand_on_the_left_but_neither_a_number_nor_a_whole_row_is_one() -> None:
    assert role_of(written(110, 350, 200)) is Role.DATE
    assert role_of(written(110, 170, 200)) is Role.MARGINAL
    assert role_of(written(110, 560, 200)) is Role.MARGINAL


def test_a_word_in_capitals_above_the_text_is_no_page_number() -> None:
    assert role_of(Extent(470, 540, 186, 200)) is not Role.PAGE_NUMBER
    assert role_of(Extent(470, 510, 186, 200)) is Role.PAGE_NUMBER


def test_the_end_of_a_paragraph_without_space_around_is_no_heading() -> None:
    lines = [*BODY[:6], Extent(400, 600, 590, 600), *[Extent(100, 900, 640 + 50 * i, 650 + 50 * i) for i in range(5)]]

    assert roles_of(lines).roles[6] is Role.BODY


def test_heading() -> None:
    assert role_of(Extent(400, 600, 230, 240)) is Role.HEADING


def test_a_heading_of_three_lines() -> None:
    heading = [Extent(400 - 20 * i, 600 + 20 * i, 100 + 40 * i, 110 + 40 * i) for i in range(3)]

    assert roles_of([*heading, *BODY]).roles[:3] == (Role.HEADING,) * 3


def test_a_column_in_the_middle_is_no_heading() -> None:
    column = [Extent(370, 630, 40 + 40 * i, 50 + 40 * i) for i in range(6)]

    assert Role.HEADING not in roles_of([*column, *BODY]).roles


def test_typed_lines_are_body() -> None:
    assert set(roles_of(BODY).roles) == {Role.BODY}


def test_a_page_by_hand_is_body() -> None:
    lines = [written(100, 900, 300 + 50 * i) for i in range(12)]

    assert set(roles_of(lines).roles) == {Role.BODY}


anything = st.builds(
    lambda left, width, base, height, slope, hand: Extent(left, left + width, base - height, base, slope, hand),
    st.floats(0, 900),
    st.floats(1, 900),
    st.floats(0, 1500),
    st.floats(2, 40),
    st.floats(-0.5, 0.5),
    st.sampled_from(list(Hand)),
)


@given(st.lists(anything, max_size=20))
def test_insertions_and_only_they_have_places(lines: list[Extent]) -> None:
    roles = roles_of(lines)

    assert len(roles.roles) == len(roles.places) == len(lines)
    for index, (role, place) in enumerate(zip(roles.roles, roles.places, strict=True)):
        assert (role is Role.INSERTION) == (place is not None)
        if place is not None:
            assert place != index
            assert roles.places[place] is None


def test_short_typed_line_at_the_right_under_the_text_is_the_signature() -> None:
    assert role_of(Extent(640, 860, 920, 930)) is Role.SIGNATURE


def test_last_line_of_the_text_is_no_signature() -> None:
    assert role_of(Extent(100, 420, 890, 900)) is Role.BODY


def test_typed_name_far_under_the_text_is_no_signature() -> None:
    assert role_of(Extent(640, 860, 1290, 1300)) is not Role.SIGNATURE


def test_a_note_of_two_lines_at_the_head_is_no_date() -> None:
    roles = roles_of([*BODY, written(400, 600, 130, height=16), written(420, 640, 168, height=16)]).roles

    assert roles[-2:] == (Role.MARGINAL, Role.MARGINAL)


def test_a_date_stays_one_above_a_note_that_leans() -> None:
    lines = [*BODY, written(600, 850, 130, height=18), written(500, 760, 172, height=16, slope=-0.2)]

    assert roles_of(lines).roles[-2:] == (Role.DATE, Role.MARGINAL)


def test_last_line_of_a_right_column_is_no_signature() -> None:
    column = [Extent(560, 900, 290 + 50 * i, 300 + 50 * i) for i in range(13)]
    left = [Extent(100, 500, 290 + 50 * i, 300 + 50 * i) for i in range(12)]

    assert roles_of([*left, *column]).roles[-1] is Role.BODY


def test_what_a_hand_fills_into_a_form_is_body() -> None:
    form = [Extent(100, 260, 290 + 60 * i, 300 + 60 * i) for i in range(10)]

    assert roles_of([*form, written(290, 480, 420)]).roles[-1] is Role.BODY


def test_large_letters_at_the_head_are_the_date_though_taken_for_type() -> None:
    assert role_of(Extent(640, 880, 146, 162)) is Role.DATE


def test_letters_as_large_as_the_others_at_the_head_are_no_date() -> None:
    assert role_of(Extent(640, 880, 152, 162)) is not Role.DATE
