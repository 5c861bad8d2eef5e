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


def test_only_one_line_is_the_signature() -> None:
    roles = roles_of([*BODY, written(600, 850, 960), written(100, 160, 1000)]).roles

    assert roles.count(Role.SIGNATURE) == 1


def test_handwriting_beside_the_text_is_marginal() -> None:
    assert role_of(written(10, 80, 520)) is Role.MARGINAL


def test_stamp() -> None:
    assert role_of(Extent(300, 500, 940, 950, hand=Hand.STAMP)) is Role.STAMP


def test_page_number() -> None:
    assert role_of(Extent(480, 530, 190, 200)) is Role.PAGE_NUMBER


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
            assert lines[place].hand in (Hand.TYPED, Hand.PRINTED)


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
