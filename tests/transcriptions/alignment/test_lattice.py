from __future__ import annotations

from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions.alignment.lattice import Edges, Lattice

GAINS = st.floats(-9, 9).map(lambda value: round(value, 2))


@st.composite
def spans(draw: st.DrawFn, cuts: int) -> Edges:
    some = draw(st.lists(st.tuples(st.integers(0, cuts - 1), st.integers(0, cuts - 1), GAINS), min_size=1, max_size=9))
    start, end, gain = zip(*((min(a, b), max(a, b), gain) for a, b, gain in some), strict=True)
    return Edges(np.array(start), np.array(end), np.array(gain))


@st.composite
def pages(draw: st.DrawFn) -> tuple[Lattice, Lattice, int]:
    """Draw the program of a page within a document, that of its lines but one, and the place of that one."""
    cuts, lines = draw(st.integers(2, 9)), draw(st.integers(2, 6))
    positions = np.cumsum(draw(st.lists(st.integers(1, 9), min_size=cuts, max_size=cuts)))
    landing = np.array(draw(st.lists(st.floats(0, 4), min_size=cuts, max_size=cuts)))
    reach = draw(st.integers(0, cuts - 1)), cuts
    first, last = (reach[0], draw(st.integers(reach[0] + 1, cuts))), (draw(st.integers(reach[0], cuts - 1)), cuts)
    ends = tuple(
        np.array(draw(st.lists(GAINS | st.just(-np.inf), min_size=high - low, max_size=high - low)))
        for low, high in (first, last)
    )
    edges = draw(st.lists(st.none() | spans(cuts), min_size=lines, max_size=lines))
    empty = draw(st.lists(st.floats(0, 5), min_size=lines, max_size=lines))
    doubles = draw(st.dictionaries(st.integers(0, lines - 2), spans(cuts)))
    out = draw(st.integers(0, lines - 1))

    def program(kept: list[int]) -> Lattice:
        return Lattice(
            positions,
            landing,
            [first, *[reach] * (len(kept) - 1), last],
            [edges[t] for t in kept],
            [empty[t] for t in kept],
            doubles={at: doubles[t] for at, (t, k) in enumerate(pairwise(kept)) if t in doubles and k == t + 1},
            ends=(ends[0], ends[1]),
        )

    return program(list(range(lines))), program([t for t in range(lines) if t != out]), out


@given(pages(), st.sampled_from((np.maximum, np.logaddexp)))
def test_leaving_a_line_out_is_solving_the_others_again(drawn: tuple[Lattice, Lattice, int], reduce: np.ufunc) -> None:
    whole, others, out = drawn
    tables = whole.tables(reduce)
    before = [[table.copy() for table in each] for each in astuple(tables)]

    part, found = whole.without(out, tables, reduce)

    assert part.windows == others.windows
    for mine, again in zip(astuple(found), astuple(others.tables(reduce)), strict=True):
        assert [each.tolist() for each in mine] == [pytest.approx(each.tolist(), abs=1e-9) for each in again]
    for kept, each in zip(astuple(tables), before, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(kept, each, strict=True))
