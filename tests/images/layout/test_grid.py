"""The grid that a typewriter writes on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from images.layout.grid import grids_of, missing_rows, on_grid
from images.layout.maps import Maps
from images.layout.pitch import beat, find_pitch, sharpened
from images.layout.traces import Trace, in_step, join

Ink = NDArray[np.uint8]

WIDE, HIGH, LEFT, TOP = 700, 700, 60, 60
TYPED = np.array([1.0, 0.0, 0.0])


def type_row(ink: Ink, base: float, *, left: float = LEFT, pitch: float = 13.0, cells: int = 40, seed: int = 0) -> None:
    """Write a row of blocks of ink, one to a cell, some cells left free."""
    generator = np.random.default_rng(seed)
    for cell in range(cells):
        if generator.random() < 0.85:
            at = round(left + cell * pitch)
            high = generator.integers(6, 11)
            ink[int(base) - high : int(base), at : at + int(0.6 * pitch)] = 1


def trace_of(
    base: float, *, left: float = LEFT, width: float = 520, slope: float = 0.0, darkness: float = 1.0
) -> Trace:
    columns = np.arange(int(width))
    return Trace(int(left), base - 5.0 + slope * columns, 10.0, TYPED, 0.9, darkness)


def page(rows: list[int], *, step: float = 30.0, pitch: float = 13.0) -> tuple[Ink, list[Trace]]:
    ink = np.zeros((HIGH, WIDE), np.uint8)
    for row in rows:
        type_row(ink, TOP + step * row, pitch=pitch, seed=row)
    return ink, [trace_of(TOP + step * row) for row in rows]


def maps_of(ink: Ink, core: float) -> Maps:
    shape = ((HIGH + 1) // 2, (WIDE + 1) // 2)
    plane = np.full(shape, core, np.float32)
    hand = np.zeros((3, *shape), np.float32)
    hand[0] = 1
    return Maps(core=plane, upright=np.zeros_like(plane), border=np.zeros_like(plane), hand=hand)


@settings(max_examples=25)
@given(pitch=st.floats(10.5, 19.0), step=st.floats(20.0, 45.0))
def test_pitch_and_distance_of_rows_are_found(pitch: float, step: float) -> None:
    ink, traces = page(list(range(12)), step=step, pitch=pitch)

    grids = grids_of(traces, ink)

    assert [len(grid.members) for grid in grids] == [12]
    assert abs(grids[0].pitch - pitch) < 0.02 * pitch
    assert abs(grids[0].step - step) < 0.6


def test_each_block_has_its_own_pitch() -> None:
    ink = np.zeros((HIGH, WIDE), np.uint8)
    traces = []
    for row in range(8):
        type_row(ink, TOP + 30 * row, pitch=11.0, cells=24, seed=row)
        type_row(ink, TOP + 30 * row, left=LEFT + 320, pitch=15.0, cells=18, seed=50 + row)
        traces += [trace_of(TOP + 30 * row, width=264), trace_of(TOP + 30 * row, left=LEFT + 320, width=270)]

    grids = grids_of(traces, ink)

    assert sorted(round(grid.pitch) for grid in grids) == [11, 15]


def test_a_row_that_the_grid_asks_for_is_found_where_letters_stand() -> None:
    ink, traces = page(list(range(10)))
    known = [trace for number, trace in enumerate(traces) if number != 4]

    rows = on_grid(known, grids_of(known, ink), ink)
    found = missing_rows(rows, grids_of(known, ink), ink, maps_of(ink, 0.3))

    assert len(found) == 1
    assert abs(float(found[0].middle.mean()) - float(traces[4].middle.mean())) < 2
    assert abs(len(found[0].middle) - 520) < 40


@pytest.mark.parametrize("core", [0.0, 0.3])
def test_no_row_is_made_up(core: float) -> None:
    ink, traces = page([number for number in range(10) if number != 4])
    if core == 0.0:
        type_row(ink, TOP + 30 * 4, seed=4)

    found = missing_rows(on_grid(traces, grids_of(traces, ink), ink), grids_of(traces, ink), ink, maps_of(ink, core))

    assert found == []


def test_short_rows_run_as_their_block_does() -> None:
    ink, traces = page(list(range(8)))
    traces[3] = trace_of(TOP + 30 * 3, width=90, slope=0.06)

    rows = on_grid(traces, grids_of(traces, ink), ink)

    assert abs(rows[3].middle[-1] - rows[3].middle[0]) < 0.5
    assert rows[2].middle is traces[2].middle


def test_pale_pieces_in_step_are_one_line_and_others_are_not() -> None:
    ink, traces = page(list(range(8)))
    pale = trace_of(TOP + 30 * 3, left=LEFT + 273, width=247, darkness=0.5)
    traces[3] = trace_of(TOP + 30 * 3, width=260)
    rows = on_grid([*traces, pale], grids_of(traces, ink), ink)
    second = rows[-1]
    aside = on_grid([pale], [], np.roll(ink, 6, axis=1))[0]

    def stepped(shift: int) -> Trace:
        profile = np.roll(ink, shift, axis=1)[int(pale.middle[0]) - 4 : int(pale.middle[0]) + 5].sum(axis=0)
        own = beat(profile[pale.start : pale.end].astype(np.float64), pale.start, rows[0].cell)
        return Trace(second.start, second.middle, 10.0, TYPED, 0.9, 0.5, rows[0].cell, own)

    assert in_step(rows[3], stepped(0))
    assert not in_step(rows[3], stepped(6))
    assert len(join([rows[3], stepped(0)])) == 1
    assert len(join([rows[3], stepped(6)])) == 2
    assert aside.beat == 0


@settings(max_examples=20)
@given(pitch=st.floats(11, 19), off=st.floats(-0.009, 0.009))
def test_a_pitch_is_sharpened_by_whole_lines(pitch: float, off: float) -> None:
    profiles = []
    for seed in range(5):
        ink = np.zeros((40, WIDE), np.uint8)
        type_row(ink, 30, pitch=pitch, cells=30, seed=seed)
        profiles.append(ink.sum(axis=0).astype(np.float64)[LEFT : LEFT + int(30 * pitch)])

    assert abs(sharpened(pitch * (1 + off), profiles) - pitch) < 0.004 * pitch


def test_the_pitch_of_broken_letters_is_found() -> None:
    generator = np.random.default_rng(7)
    profiles = []
    for _ in range(20):
        line = np.zeros(600)
        for cell in range(45):
            if generator.random() < 0.3:
                line[int(cell * 12.7) + generator.integers(0, 3) :][: generator.integers(2, 7)] = 2
        profiles.append(line)

    assert abs(find_pitch(profiles) - 12.7) < 0.4
