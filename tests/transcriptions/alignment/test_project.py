from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from images.geometry import Baseline, Box, Point, Polygon, Size
from images.layout.page import Hand, Role
from transcriptions.alignment.project import answering_boxes, mark_boxes, transcription_pieces, translation_pieces
from transcriptions.identity import BeadId, DocumentId, LineId, LinkId, PageId, TextId
from transcriptions.model import (
    Bead,
    BeadLevel,
    Document,
    Line,
    Link,
    Mark,
    MarkKind,
    Origin,
    Page,
    Segment,
    Span,
    TextKind,
)
from transcriptions.revision import Snapshot

from .conftest import line, mark, segment, text

SOURCE = segment("r0", "Румынским товарищам следует договориться с венграми.", of="ru")
TARGET = segment("e0", "The Romanian comrades should reach agreement with the Hungarians.", of="en")
A4 = Size(2480, 3508)
LINES = (line("a", 27, row=0), line("b", 24, row=1))
LINKS = (
    Link(LinkId("k0"), SOURCE.id, 0, 27, LineId("a"), 0.9, left=200, right=1010),
    Link(LinkId("k1"), SOURCE.id, 28, 52, LineId("b"), 0.8, left=200, right=920),
)


def bead(id: str, source: Sequence[Span], target: Sequence[Span], level: BeadLevel = BeadLevel.SENTENCE) -> Bead:
    return Bead(BeadId(id), TextId("ru"), TextId("en"), level, tuple(source), tuple(target), 0.95)


def whole(of: Segment) -> Span:
    return Span(of.id, 0, len(of.content))


def snapshot(
    *,
    segments: Sequence[Segment] = (SOURCE, TARGET),
    lines: Sequence[Line] = LINES,
    links: Sequence[Link] = LINKS,
    beads: Sequence[Bead] = (),
    marks: Sequence[Mark] = (),
    size: Size = A4,
) -> Snapshot:
    return Snapshot(
        document=Document(DocumentId("d"), Origin("", ""), ()),
        pages=(Page(PageId("p1"), DocumentId("d"), size, (), "1"),),
        lines=tuple(lines),
        texts=(text(id="ru"), text(id="en", language="en", kind=TextKind.TRANSLATION)),
        segments=tuple(segments),
        marks=tuple(marks),
        links=tuple(links),
        beads=tuple(beads),
    )


def test_a_transcription_is_cut_at_its_links() -> None:
    pieces = transcription_pieces(snapshot(), TextId("ru"))

    assert [(p.text, p.line) for p in pieces] == [
        ("Румынским товарищам следует ", "a"),
        ("договориться с венграми.", "b"),
    ]
    assert pieces[0].box == Box(200, 200, 810, 45)
    assert pieces[0].confidence == 0.9


def test_words_without_a_link_are_a_piece_without_a_place() -> None:
    pieces = transcription_pieces(snapshot(links=LINKS[:1]), TextId("ru"))

    assert [(p.text, p.line, p.box) for p in pieces][1] == ("договориться с венграми.", None, None)


def test_a_translation_is_cut_at_the_aligned_break() -> None:
    beads = (bead("s", [whole(SOURCE)], [whole(TARGET)]),)

    pieces = translation_pieces(snapshot(beads=beads), TextId("en"))

    assert [p.line for p in pieces] == ["a", "b"]
    assert "".join(p.text for p in pieces) == TARGET.content
    assert all(p.confidence <= 0.95 for p in pieces)


def test_clauses_place_words_more_finely_than_their_sentence() -> None:
    cut = TARGET.content.index("reach")
    beads = (
        bead("s", [whole(SOURCE)], [whole(TARGET)]),
        bead("c0", [Span(SOURCE.id, 0, 27)], [Span(TARGET.id, cut, len(TARGET.content))], BeadLevel.CLAUSE),
        bead("c1", [Span(SOURCE.id, 28, 52)], [Span(TARGET.id, 0, cut)], BeadLevel.CLAUSE),
    )

    pieces = translation_pieces(snapshot(beads=beads), TextId("en"))

    assert [(p.text, p.line) for p in pieces] == [(TARGET.content[:cut], "b"), (TARGET.content[cut:], "a")]


def test_boxes_stay_within_the_page() -> None:
    pieces = transcription_pieces(snapshot(size=Size(600, 220)), TextId("ru"))

    assert pieces[0].box == Box(200, 200, 400, 20)
    assert pieces[1].box is None


def test_all_that_answers_to_a_clause_is_given() -> None:
    cut = TARGET.content.index("reach")
    beads = (
        bead("s", [whole(SOURCE)], [whole(TARGET)]),
        bead("c0", [Span(SOURCE.id, 0, 27)], [Span(TARGET.id, 0, cut)], BeadLevel.CLAUSE),
        bead("c1", [Span(SOURCE.id, 28, 52)], [Span(TARGET.id, cut, len(TARGET.content))], BeadLevel.CLAUSE),
    )

    boxes = answering_boxes(snapshot(beads=beads), Span(TARGET.id, 0, cut))

    assert boxes == ((PageId("p1"), Box(200, 200, 810, 45)),)


def test_a_mark_lies_where_its_words_lie() -> None:
    inserted = mark("m", "r0", MarkKind.INSERTION, 10, 19)

    boxes = mark_boxes(snapshot(marks=(inserted,)), inserted)

    assert boxes == ((PageId("p1"), Box(500, 200, 270, 45)),)


def test_a_mark_without_words_lies_on_its_lines_or_beside_its_letter() -> None:
    flourish = line("s", 9, row=5, hand=Hand.HANDWRITTEN, role=Role.SIGNATURE)
    signature = Mark(
        mark("m", "r0", MarkKind.SIGNATURE, 52, 52).id, SOURCE.id, MarkKind.SIGNATURE, 52, 52, "[подпись]", 0,
        lines=(flourish.id,),
    )  # fmt: skip
    illegible = mark("i", "r0", MarkKind.ILLEGIBLE, 9, 9)
    shown = snapshot(lines=(*LINES, flourish), marks=(signature, illegible))

    assert mark_boxes(shown, signature) == ((PageId("p1"), flourish.box),)
    [(_, beside)] = mark_boxes(shown, illegible)
    assert beside.x in range(460, 480)


def test_a_translations_mark_lies_where_the_sources_does() -> None:
    ours = mark("m", "r0", MarkKind.INSERTION, 10, 19)
    theirs = mark("n", "e0", MarkKind.INSERTION, 4, 12)
    note = mark("t", "e0", MarkKind.TRANSLATOR_NOTE, 0, 0)
    shown = snapshot(beads=(bead("s", [whole(SOURCE)], [whole(TARGET)]),), marks=(ours, theirs, note))

    assert mark_boxes(shown, theirs) == mark_boxes(shown, ours)
    assert mark_boxes(shown, note) == ()


def test_a_translation_that_was_placed_by_itself_lies_on_its_own_links() -> None:
    own = Link(LinkId("k9"), TARGET.id, 0, 21, LineId("b"), 0.2)

    pieces = translation_pieces(snapshot(links=(*LINKS, own)), TextId("en"))

    assert [p.line for p in pieces] == ["b", None]


SPANS = st.tuples(st.integers(0, 70), st.integers(0, 70))


@settings(max_examples=100)
@given(
    st.lists(st.tuples(SPANS, SPANS, st.sampled_from(list(BeadLevel))), max_size=5),
    st.lists(st.tuples(SPANS, st.sampled_from(["a", "b", "gone"])), max_size=4),
)
def test_every_character_is_in_just_one_piece(
    pairs: list[tuple[tuple[int, int], tuple[int, int], BeadLevel]], given_links: list[tuple[tuple[int, int], str]]
) -> None:
    beads = [
        bead(f"b{k}", [Span(SOURCE.id, *sorted(s))], [Span(TARGET.id, *sorted(t))], level)
        for k, (s, t, level) in enumerate(pairs)
    ]
    links = [
        Link(LinkId(f"k{k}"), SOURCE.id, *sorted(span), LineId(on), 0.5) for k, (span, on) in enumerate(given_links)
    ]
    shown = snapshot(beads=beads, links=links)

    for id, content in (("ru", SOURCE.content), ("en", TARGET.content)):
        pieces = (transcription_pieces if id == "ru" else translation_pieces)(shown, TextId(id))
        assert "".join(piece.text for piece in pieces) == content
        assert [piece.start for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]
        for piece in pieces:
            assert (piece.line is None) == (piece.box is None) == (piece.page is None)
            if id == "en" and piece.end < len(content):
                assert not content[piece.end - 1].isalnum() or not content[piece.end].isalnum()


def upward(each: Line) -> Line:
    """Turn a line with its page, so that it is read from below."""

    def turned(point: Point) -> Point:
        return Point(point.y, A4.width - point.x)

    base, edge = (tuple(map(turned, points)) for points in (each.baseline.points, each.boundary.points))
    return replace(each, baseline=Baseline(base), boundary=Polygon(edge))


def test_words_on_a_page_that_lies_on_its_side_have_the_regions_that_they_have_on_it_upright() -> None:
    turned = snapshot(
        lines=tuple(map(upward, LINES)),
        links=[replace(k, left=A4.width - (k.left or 0), right=A4.width - (k.right or 0)) for k in LINKS],
        beads=(joined := bead("b", [whole(SOURCE)], [whole(TARGET)]),),
        marks=(place := mark("m", "r0", MarkKind.DATE, 5, 5),),
        size=Size(A4.height, A4.width),
    )
    upright = snapshot(beads=(joined,), marks=(place,))

    for pieces, id in ((transcription_pieces, "ru"), (translation_pieces, "en")):
        both = list(zip(pieces(turned, TextId(id)), pieces(upright, TextId(id)), strict=True))
        assert [a.text for a, _ in both] == [b.text for _, b in both]
        assert [_turned_back(a.box) for a, _ in both] == [b.box for _, b in both]
    for marked in (place, replace(place, start=11, end=20)):
        ((_, box),), ((_, expected),) = mark_boxes(turned, marked), mark_boxes(upright, marked)
        assert _turned_back(box) == expected


def _turned_back(box: Box | None) -> Box | None:
    return None if box is None else Box(A4.width - box.bottom, box.x, box.height, box.width)
