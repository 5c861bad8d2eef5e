from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from images.geometry import Baseline, Box, Point, Polygon
from images.layout.shapes import read_shapes

PITCH, SMALL, LEFT = 26, 18, 120
CODES = (
    "xTxxgx Txx.",
    "TxTTxx xxgxx-xTx Txxx",
    "xxgTx xxTxxx.",
    "TDxx xTxTxx xgxxTTx xx",
    "xxTxxT xxx-xxTxx",
    "TTxxg xTxxx",
)


def typed(rows: tuple[str, ...]) -> tuple[NDArray[np.uint8], list[tuple[Baseline, Polygon]]]:
    """Draw frames of the height of letters in cells of one pitch."""
    page = np.full((200 + 90 * len(rows), 1000), 230, dtype=np.uint8)
    lines = []
    for k, codes in enumerate(rows):
        base = 150 + 90 * k
        for i, code in enumerate(codes):
            x = LEFT + i * PITCH + 5
            top = {"T": 28, "D": 28, ".": 5, "-": 11}.get(code, SMALL)
            bottom = {"g": 8, "D": 8, "-": -7}.get(code, 0)
            if code == " ":
                continue
            width = 6 if code == "." else 16
            page[base - top : base + bottom, x : x + width] = 40
            if code not in ".-":
                page[base - top + 5 : base + bottom - 5, x + 5 : x + width - 5] = 230
        right = LEFT + len(codes) * PITCH
        box = Box(LEFT, base - 32, right - LEFT, 44)
        lines.append((Baseline((Point(LEFT, base), Point(right, base))), box.polygon))
    return page, lines


def test_cells_are_coded_at_the_pitch() -> None:
    page, lines = typed(CODES * 2)

    found = read_shapes(page, lines)

    assert all(shapes is not None for shapes in found)
    codes = [shapes.codes for shapes in found if shapes is not None]
    right = sum(a == b for got, codes_ in zip(codes, CODES * 2, strict=True) for a, b in zip(got, codes_, strict=False))
    assert right >= 0.9 * sum(map(len, CODES * 2))
    for shapes in found:
        assert shapes is not None
        assert shapes.pitch == pytest.approx(PITCH, rel=0.03)
        assert shapes.left == pytest.approx(LEFT, abs=PITCH / 2)


def test_blank_paper_has_no_shapes() -> None:
    page = np.full((600, 800), 230, dtype=np.uint8)
    _, lines = typed(CODES[:2])

    assert read_shapes(page, lines) == (None, None)
    assert read_shapes(page, []) == ()


def test_a_page_of_the_wrong_form_is_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        read_shapes(np.zeros((4, 4)), typed(CODES[:1])[1])  # type: ignore[arg-type]


COORDINATES = st.integers(-50, 900)


@settings(max_examples=25)
@given(st.lists(st.tuples(COORDINATES, COORDINATES, st.integers(1, 700), st.integers(1, 90)), max_size=4))
def test_lines_anywhere_are_survived(boxes: list[tuple[int, int, int, int]]) -> None:
    page, _ = typed(CODES[:3])
    lines = [(Baseline((Point(x, y + h), Point(x + w, y + h))), Box(x, y, w, h).polygon) for x, y, w, h in boxes]

    assert len(read_shapes(page, lines)) == len(lines)
