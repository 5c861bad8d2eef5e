from collections.abc import Callable
from dataclasses import replace
from itertools import count

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, InsertionPlace, Layout, LinePart, Role, Stroke, StrokeKind
from images.layout.page import Line as FoundLine
from transcriptions.analysis import settle
from transcriptions.identity import DocumentId, LineId, LinkId, PageId, SegmentId
from transcriptions.model import Anchor, Document, Line, Link, Order, Origin, Page, Placement
from transcriptions.model import Stroke as KnownStroke
from transcriptions.revision import Effect, Snapshot

PAGE = Page(
    PageId("page"), DocumentId("doc"), Size(2000, 3000), (Placement("i", Size(2000, 3000), pack="k"),), label="1"
)
EMPTY = Snapshot(Document(DocumentId("doc"), Origin("s", "p"), title=()), pages=(PAGE,))


def minting() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"id{next(numbers)}"


def found_line(box: Box, *, role: Role = Role.BODY, place: InsertionPlace | None = None) -> FoundLine:
    foot = Baseline((Point(box.x, box.bottom), Point(box.right, box.bottom)))
    return FoundLine(foot, box.polygon, role, (LinePart(box.x, box.right, Hand.TYPED, 0.9),), 0.9, place=place)


def layout(*lines: FoundLine, strokes: tuple[Stroke, ...] = ()) -> Layout:
    return Layout(Size(1000, 1500), lines, strokes, (), tuple(range(len(lines))))


def run(found: Layout, before: Snapshot) -> tuple[Effect, ...]:
    return settle(found, PAGE, before, generator="test/1", mint=minting())


def applied(effects: tuple[Effect, ...]) -> Snapshot:
    after = [effect.after for effect in effects]
    return replace(
        EMPTY,
        lines=tuple(each for each in after if isinstance(each, Line)),
        orders=tuple(each for each in after if isinstance(each, Order)),
        strokes=tuple(each for each in after if isinstance(each, KnownStroke)),
    )


UPPER, LOWER, INSERT = Box(100, 100, 800, 40), Box(100, 200, 800, 40), Box(300, 150, 200, 30)


def test_what_was_found_is_carried_to_the_page_frame() -> None:
    found = layout(found_line(UPPER), found_line(INSERT, role=Role.INSERTION, place=InsertionPlace(0, 350)))
    first, inserted = applied(run(found, EMPTY)).lines

    assert first.box == Box(200, 200, 1600, 80)
    assert first.parts == (LinePart(200, 1800, Hand.TYPED, 0.9),)
    assert inserted.anchor == Anchor(first.id, 700)


def test_the_same_analysis_again_changes_nothing() -> None:
    stroke = Stroke(StrokeKind.UNDERLINE, Box(100, 245, 200, 4).polygon, 0.8)
    found = layout(found_line(UPPER), found_line(LOWER), strokes=(stroke,))

    assert run(found, applied(run(found, EMPTY))) == ()


def test_a_line_that_moved_a_little_keeps_its_id() -> None:
    before = applied(run(layout(found_line(UPPER), found_line(LOWER)), EMPTY))
    after = applied(run(layout(found_line(replace(UPPER, x=104)), found_line(replace(LOWER, y=202))), before))

    assert {line.id for line in after.lines} == {line.id for line in before.lines}


def test_a_pinned_line_stays_and_nothing_is_put_over_it() -> None:
    before = applied(run(layout(found_line(UPPER), found_line(LOWER)), EMPTY))
    pinned = replace(before.lines[0], pinned=True)
    standing = replace(before, lines=(pinned, before.lines[1]))
    effects = run(layout(found_line(replace(UPPER, width=500)), found_line(LOWER)), standing)

    assert all(effect.entity.id != pinned.id for effect in effects)


def test_links_of_a_line_that_is_gone_go_with_it() -> None:
    before = applied(run(layout(found_line(UPPER), found_line(LOWER)), EMPTY))
    link = Link(LinkId("link"), SegmentId("s"), 0, 3, LineId(before.lines[1].id), 0.9)
    effects = run(layout(found_line(UPPER)), replace(before, links=(link,)))

    assert [effect.before for effect in effects if effect.after is None] == [link, before.lines[1]]
