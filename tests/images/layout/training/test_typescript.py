from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from images.geometry import Point, Polygon, Size, turn
from images.layout.page import Hand, Role, StrokeKind
from images.layout.training.description import (
    Frame,
    Imprint,
    Insertion,
    PageDescription,
    Signature,
    Stamp,
    Typed,
    Written,
)
from images.layout.training.faults import SPOTLESS, Faults, faults
from images.layout.training.typescript import RenderedPage, render
from tests.faces import faces

SMALL = Size(1000, 640)
LINES = (
    "Происходит это оттого, что армия еще",
    "неопытна, связь командования с вой-",
    "сками слаба (№ 3); Щукин, еще, Цой",
)


def small(**changes: object) -> PageDescription:
    page = PageDescription(
        typed=tuple(Typed(f"t{number}", line, 8, 9 + 2.2 * number) for number, line in enumerate(LINES)),
        size=SMALL,
        resolution=200.0,
        machine=7,
    )
    return replace(page, **changes)  # type: ignore[arg-type]


FULL = small(
    typed=(
        Typed("head", "ПЕКИН", 8, 6, Role.HEADING, underlined=((0, 5),)),
        *(Typed(f"t{number}", line, 8, 9 + 2.2 * number) for number, line in enumerate(LINES[:2])),
        Typed("t2", LINES[2], 8, 13.4, struck=((0, 5),), overtyped=((6, 10),)),
    ),
    written=(
        Written("date", "20 сентября 1950 г.", 24, 4, 1.2, 2.0, role=Role.DATE, underlined=True),
        Written("insert", "как и партия", 0, 0, 0.8, role=Role.INSERTION, into=Insertion("t1", 15)),
    ),
    signatures=(Signature("sign", "Громыко", 8, 17, 1.6),),
    stamps=(Stamp("stamp", ("ОТПРАВЛЕНО", "20 СЕН 1950"), 32, 16, 0.8, -8.0, Frame.NONE),),
)


def rendered(page: PageDescription, wear: Faults = SPOTLESS, seed: int = 1) -> RenderedPage:
    return render(page, faces(), wear, np.random.default_rng(seed))


def filled(polygons: list[Polygon], size: Size, *, grown: int = 0) -> NDArray[np.bool_]:
    canvas = np.zeros((size.height, size.width), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(canvas, [np.array([(p.x, p.y) for p in polygon.points])], 255)
    if grown:
        canvas = np.asarray(cv2.dilate(canvas, np.ones((2 * grown + 1, 2 * grown + 1), np.uint8)), np.uint8)
    return np.asarray(canvas > 0)


def test_the_same_seed_gives_the_same_bytes() -> None:
    wear = faults(1.0, np.random.default_rng(3))
    first, second, other = rendered(FULL, wear, 5), rendered(FULL, wear, 5), rendered(FULL, wear, 6)

    assert first.image.tobytes() == second.image.tobytes()
    assert first.truth == second.truth
    assert first.image.tobytes() != other.image.tobytes()


def test_all_ink_lies_inside_what_the_truth_names() -> None:
    page = rendered(FULL)
    named = [line.boundary for line in page.truth.lines] + [stroke.boundary for stroke in page.truth.strokes]
    ink = page.image < 150

    assert ink.sum() > 5000
    assert not (ink & ~filled(named, page.truth.size, grown=1)).any()


def test_ink_lies_inside_the_boundaries_also_where_the_page_is_crooked() -> None:
    bent = replace(SPOTLESS, skew=2.5, curl=0.6, border=0.03, crooked=0.04)
    page = rendered(FULL, bent)
    named = [line.boundary for line in page.truth.lines] + [stroke.boundary for stroke in page.truth.strokes]
    leaf = np.zeros(page.image.shape, np.bool_)
    leaf[60:-60, 60:-60] = True
    ink = (page.image < 150) & leaf

    assert (ink & filled(named, page.truth.size, grown=1)).sum() > 0.998 * ink.sum()


def test_boundaries_are_tight_on_the_ink() -> None:
    page = rendered(small())
    ink = page.image < 170

    for line in page.truth.lines:
        box = line.box
        inside = ink[box.y : box.bottom, box.x : box.right]
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        assert rows[0] <= 5 and box.height - rows[-1] <= 6
        assert columns[0] <= 8 and box.width - columns[-1] <= 8


def test_letters_stand_on_the_baseline_between_their_stops() -> None:
    page = rendered(small())
    line = page.truth.lines[0]
    ink = page.image < 170

    assert len(line.stops) == len(line.text) + 1
    for place, char in enumerate(line.text):
        left, right = line.stops[place], line.stops[place + 1]
        cell = ink[left.y - 30 : left.y + 3, left.x + 2 : right.x - 2]
        assert cell.any() == (char != " ")


@pytest.mark.parametrize(("leading", "share"), [(1.0, 0.05), (1.5, 0.0)])
def test_typed_lines_keep_apart(leading: float, share: float) -> None:
    lines = tuple(Typed(f"t{number}", LINES[number % 3], 6, 4 + number * leading) for number in range(9))
    page = rendered(small(typed=lines), replace(SPOTLESS, crooked=0.02, skew=1.0))

    for first, second in combinations(page.truth.lines, 2):
        own, other = filled([first.boundary], SMALL), filled([second.boundary], SMALL)
        assert (own & other).sum() <= share * own.sum()


def test_an_insertion_knows_its_place() -> None:
    page = rendered(FULL, replace(SPOTLESS, skew=1.5))
    lines = {line.id: line for line in page.truth.lines}
    insert, host = lines["insert"], lines["t1"]

    assert insert.anchor is not None
    assert (insert.anchor.line, insert.anchor.offset) == ("t1", 15)
    assert host.stops[15].x <= insert.anchor.x <= host.stops[16].x
    assert insert.box.y < host.box.y
    assert any(s.kind is StrokeKind.TICK and s.line == "insert" for s in page.truth.strokes)


def test_strokes_say_what_they_are_about() -> None:
    found = {(s.kind, s.line, s.start, s.end) for s in rendered(FULL).truth.strokes}

    assert (StrokeKind.UNDERLINE, "head", 0, 5) in found
    assert (StrokeKind.DELETION, "t2", 0, 5) in found
    assert (StrokeKind.DELETION, "t2", 6, 10) in found
    assert (StrokeKind.UNDERLINE, "date", 0, 19) in found


def test_hands_and_roles_are_told() -> None:
    lines = {line.id: (line.hand, line.role) for line in rendered(FULL).truth.lines}

    assert lines["date"] == (Hand.HANDWRITTEN, Role.DATE)
    assert lines["sign"] == (Hand.HANDWRITTEN, Role.SIGNATURE)
    assert lines["stamp-2"] == (Hand.STAMP, Role.STAMP)
    assert lines["t0"] == (Hand.TYPED, Role.BODY)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_is_the_same_page_turned(quarters: int) -> None:
    upright, turned = rendered(FULL), rendered(replace(FULL, quarters=quarters))

    assert np.array_equal(turned.image, np.rot90(upright.image, -quarters))
    assert (turned.truth.size.width, turned.truth.size.height) == (turned.image.shape[1], turned.image.shape[0])
    for before, after in zip(upright.truth.lines, turned.truth.lines, strict=True):
        assert after.boundary.points == tuple(turn(p, size=SMALL, quarters=quarters) for p in before.boundary.points)


def test_the_imprint_stays_clear_on_the_worst_film() -> None:
    words = "RECONSTRUCTION / РЕКОНСТРУКЦИЯ"
    page = rendered(small(imprint=Imprint("imprint", words)), faults(2.0, np.random.default_rng(1)))
    line = page.truth.lines[-1]
    inside = page.image[line.box.y : line.box.bottom, line.box.x : line.box.right]

    assert (line.text, line.hand, line.role) == (words, Hand.PRINTED, Role.MARGINAL)
    assert 0.1 < (inside < 110).mean() < 0.6
    assert (inside > 170).mean() > 0.1


def test_an_insertion_beyond_its_line_is_refused() -> None:
    lost = Written("insert", "да", 0, 0, into=Insertion("t0", 99))

    with pytest.raises(ValueError, match="beyond the end of t0"):
        rendered(small(written=(lost,)))
    with pytest.raises(ValueError, match="no typed line 'nowhere'"):
        rendered(small(written=(replace(lost, into=Insertion("nowhere", 0)),)))


def test_a_round_stamp_runs_along_its_rim() -> None:
    stamp = Stamp("seal", ("МИНИСТЕРСТВО ИНОСТРАННЫХ ДЕЛ", "1950"), 30, 12, 0.7, 20.0, Frame.ROUND)
    rim = next(line for line in rendered(small(typed=(), stamps=(stamp,))).truth.lines if line.id == "seal-1")
    centre = np.mean([(p.x, p.y) for p in rim.baseline.points], axis=0)
    directions = [np.arctan2(p.y - centre[1], p.x - centre[0]) for p in rim.baseline.points]

    assert np.ptp(np.unwrap(directions)) > 3.5


@pytest.mark.parametrize("frame", Frame)
def test_the_letters_of_every_stamp_lie_in_their_boundaries(frame: Frame) -> None:
    stamp = Stamp("p", ("ПОЛУЧЕНО", "Вх. № 17", "1950"), 28, 14, 0.9, 12.0, frame, strength=1.0)
    page = rendered(small(typed=(), stamps=(stamp,)))

    assert len(page.truth.lines) == 3
    for line in page.truth.lines:
        inside = page.image[line.box.y : line.box.bottom, line.box.x : line.box.right]
        assert 0.03 < (inside < 150).mean() < 0.7


def test_a_starved_stamp_leaves_less_ink_and_a_slipped_one_more() -> None:
    plain = Stamp("p", ("СОВЕРШЕННО СЕКРЕТНО",), 28, 14, 1.2, strength=0.9)
    page, starved, slipped = (
        rendered(small(typed=(), stamps=(stamp,))).image.astype(np.float32)
        for stamp in (plain, replace(plain, blotched=0.9), replace(plain, slipped=0.15))
    )

    assert starved.mean() > page.mean() > slipped.mean()


def test_writing_of_another_style_has_another_width_and_weight() -> None:
    plain = Written("w", "Доложите о ходе работы", 8, 10, 1.4)
    page, narrow, bold = (
        rendered(small(typed=(), written=(line,)))
        for line in (plain, replace(plain, squeeze=0.75), replace(plain, weight=1.8))
    )

    assert narrow.truth.lines[0].box.width < 0.85 * page.truth.lines[0].box.width
    assert bold.image.mean() < page.image.mean()


def test_film_fades_and_tears() -> None:
    page, faded, torn = (rendered(small(), replace(SPOTLESS, **wear)) for wear in ({}, {"faded": 0.8}, {"torn": 6}))

    assert (faded.image < 120).sum() < 0.9 * (page.image < 120).sum()
    assert (torn.image != page.image).mean() > 0.005
    assert faded.truth == page.truth == torn.truth


def test_a_level_of_faults_has_its_limits() -> None:
    with pytest.raises(ValueError, match="between 0 and 2"):
        faults(2.5, np.random.default_rng(1))


def test_points_stay_on_the_page() -> None:
    page = rendered(FULL, replace(faults(2.0, np.random.default_rng(4)), skew=6.0))

    for line in page.truth.lines:
        assert all(0 <= p.x <= SMALL.width and 0 <= p.y <= SMALL.height for p in line.boundary.points)
        assert isinstance(line.boundary.points[0], Point)
