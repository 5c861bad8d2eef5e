import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions import ranks


@given(st.integers(0, 3000))
def test_spread_ranks_ascend_and_leave_room(count: int) -> None:
    spread = ranks.spread(count)

    assert len(spread) == count
    assert list(spread) == sorted(set(spread))
    assert all(a < ranks.between(a, b) < b for a, b in zip(("", *spread), spread, strict=False))


@given(st.lists(st.integers(0, 40), max_size=60))
def test_there_is_always_a_rank_between(places: list[int]) -> None:
    listed = list(ranks.spread(2))
    for place in places:
        index = place % (len(listed) + 1)
        before = listed[index - 1] if index else ""
        after = listed[index] if index < len(listed) else ""
        listed.insert(index, ranks.between(before, after))

    assert listed == sorted(set(listed))


def test_no_rank_between_equals() -> None:
    with pytest.raises(ValueError, match="no rank"):
        ranks.between("k", "k")


@given(st.lists(st.booleans(), max_size=40))
def test_reranking_keeps_what_is_in_order(kept: list[bool]) -> None:
    old = tuple(rank if keep else None for rank, keep in zip(ranks.spread(len(kept)), kept, strict=True))

    new = ranks.rerank(old)

    assert list(new) == sorted(set(new))
    assert all(a is None or a == b for a, b in zip(old, new, strict=True))


def test_reranking_starts_anew_where_the_order_changed() -> None:
    assert ranks.rerank(("b", "a", None)) == ranks.spread(3)
