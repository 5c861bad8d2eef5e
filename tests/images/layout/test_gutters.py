"""Columns of print beside each other, however narrow the gutter, and blanks that are none."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from images.layout import network
from images.layout.analyse import analyse
from images.layout.gutters import gutters
from images.layout.page import Layout
from images.layout.traces import Trace
from images.layout.training.wording import Wording
from tests.faces import faces

Pixels = NDArray[np.uint8]

SIZE, LETTER, LEADING = 40.0, 20, 46
LEFT, TOP = 120, 140


@dataclass(frozen=True)
class Row:
    """A printed row: its ends, and its baseline."""

    left: int
    right: int
    base: int


def advance(text: str) -> float:
    return sum(faces().stamps[-1].glyph(char, SIZE).advance for char in text)


def filled(wording: Wording, width: float) -> tuple[list[str], float]:
    """Give words for a row, the last one broken where it is too long, and how wide their letters are together."""
    words: list[str] = []
    while advance(" ".join(words)) < width:
        words.append(wording.words(1))
    last = words.pop()
    rests = (last[:length] + "-" for length in range(len(last) - 1, 1, -1))
    words += [rest for rest in rests if advance(" ".join([*words, rest])) <= width][:1]
    return words, advance("".join(words))


def print_column(page: Pixels, left: int, width: int, top: int, rows: int, seed: int, *, justified: bool) -> list[Row]:
    """Print rows of words, the last of each paragraph shorter, and give them."""
    face, generator = faces().stamps[-1], np.random.default_rng(seed)
    wording = Wording(generator)
    printed = []
    for number in range(rows):
        base = top + number * LEADING
        indent = LETTER if number % 6 == 0 else 0
        words, wide = filled(wording, width - indent)
        blank = advance(" ")
        ends = number % 6 == 5 or not justified
        between = blank if ends else (width - indent - wide) / max(1, len(words) - 1)
        at = float(left + indent)
        for word in words:
            for char in word:
                glyph = face.glyph(char, SIZE)
                x, y = round(at) + glyph.left, base + glyph.top
                where = page[y : y + glyph.ink.shape[0], x : x + glyph.ink.shape[1]]
                where[:] = np.minimum(where, (235 - 195 * glyph.ink).astype(np.uint8))
                at += glyph.advance
            at += between
        printed.append(Row(left + indent, round(at - between), base))
    return printed


def columns(
    count: int, gutter: float, *, rule: bool = False, level: bool = False, rows: int = 18
) -> tuple[Pixels, list[Row]]:
    """Print columns beside each other, with a gutter of so many small letters between them."""
    width = 460
    apart = width + round(gutter * LETTER)
    page = np.full((2 * TOP + rows * LEADING, 2 * LEFT + count * apart), 235, np.uint8)
    printed = []
    for number in range(count):
        left = LEFT + number * apart
        top = TOP + (0 if level else 17 * (number % 2))
        printed += print_column(page, left, width, top, rows, seed=number + round(10 * gutter), justified=True)
        if rule and number:
            across = left - (apart - width) // 2
            cv2.line(page, (across, TOP - LEADING), (across, TOP + rows * LEADING), 60, 2)
    return page, printed


def found(layout: Layout, rows: list[Row]) -> int:
    """Count the rows over which one line runs from end to end."""
    count = 0
    for row in rows:
        middle = row.base - LETTER / 2
        own = [
            line.box
            for line in layout.lines
            if abs(line.box.y + line.box.height / 2 - middle) < LETTER
            and min(line.box.right, row.right) - max(line.box.x, row.left)
            > 0.8 * (max(line.box.right, row.right) - min(line.box.x, row.left))
        ]
        count += len(own) == 1
    return count


@pytest.mark.parametrize(
    ("count", "gutter", "rule", "level"),
    [(2, 1.0, False, False), (2, 1.5, True, False), (3, 1.0, False, True), (3, 1.5, True, True), (2, 3.0, False, True)],
)
def test_columns_are_told_apart_over_a_narrow_gutter(count: int, gutter: float, rule: bool, level: bool) -> None:
    page, rows = columns(count, gutter, rule=rule, level=level)

    layout = analyse(page, network.own())

    assert found(layout, rows) == len(rows)
    sides = [np.searchsorted(edges(count, gutter), layout.lines[index].box.x + LETTER) for index in layout.order]
    assert sides == sorted(sides)


def edges(count: int, gutter: float) -> list[int]:
    return [LEFT + number * (460 + round(gutter * LETTER)) for number in range(count)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("justified", [False, True])
def test_blanks_between_words_are_no_gutter(seed: int, justified: bool) -> None:
    page = np.full((2 * TOP + 30 * LEADING, 2 * LEFT + 1000), 235, np.uint8)
    rows = print_column(page, LEFT, 1000, TOP, 30, seed, justified=justified)

    layout = analyse(page, network.own())

    assert found(layout, rows) == len(rows)


def drawn(texts: list[str], cell: int = 12) -> tuple[list[Trace], NDArray[np.uint8]]:
    """Draw rows of blocks for letters, each in its cell, small ones for dots."""
    ink = np.zeros((28 * (len(texts) + 1), cell * (max(map(len, texts)) + 4)), np.uint8)
    traces = []
    for number, text in enumerate(texts, start=1):
        middle = 28 * number
        for place, letter in enumerate(text):
            left = cell * (place + 2)
            if letter == ".":
                ink[middle + 3 : middle + 6, left + 4 : left + 7] = 1
            elif letter != " ":
                ink[middle - 5 : middle + 6, left + 1 : left + cell - 1] = 1
        width = cell * len(text)
        traces.append(Trace(2 * cell, np.full(width, float(middle)), 11.0, np.array([0.9, 0.1, 0.0]), 0.9, cell=cell))
    return traces, ink


def test_words_that_begin_at_one_place_are_no_columns_on_a_typewriter() -> None:
    traces, ink = drawn(["abcdefghi abcdefghij"] * 12)

    assert gutters(traces, ink, 12.0) is None
    assert gutters(traces, ink, 0.0) is not None


def test_typed_columns_two_blanks_apart() -> None:
    traces, ink = drawn(["abcdefghi  abcdefghij"] * 12)

    marked = gutters(traces, ink, 12.0)

    assert marked is not None
    across = np.flatnonzero(marked.any(axis=0))
    assert 12 * 11 - 2 <= across[0] <= across[-1] <= 12 * 13 + 2


def test_dots_that_lead_to_a_number_are_no_columns() -> None:
    traces, ink = drawn(["abcdefghi . . . . . . . . 12"] * 12)

    assert gutters(traces, ink, 0.0) is None


def test_numbers_before_the_items_of_a_list_are_no_column() -> None:
    traces, ink = drawn(["12  abcdefghij abcdefg"] * 12)

    assert gutters(traces, ink, 12.0) is None
