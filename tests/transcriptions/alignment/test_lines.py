from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from images.geometry import Baseline, Point, Polygon, Size
from images.layout.page import Hand, Role
from transcriptions.alignment.align import (
    Memory,
    PageLines,
    Reading,
    Shapes,
    align_lines,
    approximate,
    kept_before,
)
from transcriptions.alignment.letters import shape
from transcriptions.identity import LineId, LinkId, PageId, SegmentId
from transcriptions.model import Anchor, Line, Link, Mark, MarkKind, Segment, Span

from .conftest import PARAGRAPHS, PITCH, Typed, counter, line, mark, noisy, page, segment, text, typed


def words_by_line(links: tuple[Link, ...], segments: tuple[Segment, ...]) -> dict[LineId, str]:
    content = {each.id: each.content for each in segments}
    rank = {each.id: k for k, each in enumerate(segments)}
    found: dict[LineId, list[str]] = {}
    for link in sorted(links, key=lambda link: (rank[link.segment], link.start)):
        found.setdefault(link.line, []).append(content[link.segment][link.start : link.end])
    return {id: " ".join(parts) for id, parts in found.items()}


def place(given: Typed, pages: tuple[PageLines, ...] | None = None, **more: object) -> tuple[dict[LineId, str], object]:
    found = align_lines(pages or given.pages, text(), given.segments, (), mint=counter(), **more)  # type: ignore[arg-type]
    return words_by_line(found.links, given.segments), found


def test_running_text_finds_its_lines_by_what_was_read() -> None:
    sample = typed(PARAGRAPHS, rows=6)

    placed, found = place(sample, readings=sample.readings)

    assert placed == sample.words
    assert found.evidence == "ocr"
    assert not found.unplaced
    assert all(link.confidence > 0.5 for link in found.links)


def test_lines_of_a_text_that_kept_its_breaks_are_found_by_their_widths() -> None:
    sample = typed(PARAGRAPHS)
    whole = segment("s0", "\n".join(sample.words.values()), opens=True)

    found = align_lines(sample.pages, text(kept=True), (whole,), (), mint=counter())

    assert words_by_line(found.links, (whole,)) == sample.words
    assert found.evidence == "width"


def test_running_text_finds_its_lines_by_the_shapes_of_letters() -> None:
    sample = typed(PARAGRAPHS)
    shapes = {id: Shapes("".join(map(shape, words)), 30.0) for id, words in sample.words.items()}

    placed, found = place(sample, shapes=shapes)

    assert placed == sample.words
    assert found.evidence == "shape"


def test_a_missed_line_leaves_its_words_unplaced_and_the_others_right() -> None:
    sample = typed(PARAGRAPHS)
    gone = sample.pages[0].lines[4].id
    pages = tuple(replace(p, lines=tuple(each for each in p.lines if each.id != gone)) for p in sample.pages)

    placed, found = place(sample, pages, readings=sample.readings)

    assert placed == {id: words for id, words in sample.words.items() if id != gone}
    assert [id for id, _ in found.unplaced] == [sample.segments[1].id]


def test_a_line_that_is_none_stays_empty() -> None:
    sample = typed(PARAGRAPHS)
    extra = line("extra", 20, page="p0", row=30)
    pages = (replace(sample.pages[0], lines=(*sample.pages[0].lines[:3], extra, *sample.pages[0].lines[3:])),)
    readings = {**sample.readings, extra.id: Reading("ъщхжф ыыэгш уцйэхш", 0.2)}

    placed, _ = place(sample, pages, readings=readings)

    assert placed == sample.words


def test_lines_given_in_the_order_of_rows_are_read_by_columns_where_the_words_say_so() -> None:
    sample = typed(PARAGRAPHS, room=32)
    lines = sample.pages[0].lines
    half = (len(lines) + 1) // 2
    moved = [
        replace(each, boundary=line("x", 1, row=k % half, indent=(k // half) * 40).boundary)
        for k, each in enumerate(lines)
    ]
    columns = [
        line(each.id, len(sample.words[each.id]), page="p0", row=k % half, indent=40 * (k // half))
        for k, each in enumerate(moved)
    ]
    rows = sorted(columns, key=lambda each: (each.box.y, each.box.x))

    placed, _ = place(sample, (page(rows, "p0"),), readings=sample.readings)

    right = sum(placed.get(id) == words for id, words in sample.words.items())
    assert right >= len(sample.words) - 1


def test_a_word_broken_over_two_lines_has_two_links() -> None:
    words = segment("s0", "Министерство подтверждает получение телеграммы посольства", opens=True)
    lines = (line("a", 25, row=0), line("b", 33, row=1))
    readings = {
        LineId("a"): Reading("Министерство подтвержда-", 0.9),
        LineId("b"): Reading("ет получение телеграммы посольства", 0.9),
    }

    found = align_lines((page(lines),), text(), (words,), (), readings=readings, mint=counter())

    assert words_by_line(found.links, (words,)) == {
        "a": "Министерство подтвержда",
        "b": "ет получение телеграммы посольства",
    }


def test_places_on_the_line_follow_the_words_that_were_read() -> None:
    from transcriptions.alignment.align import Word

    words = segment("s0", "Первый второй.", opens=True)
    other = segment("s1", "Третий.")
    alone = line("a", 40)
    reading = Reading(
        "Первый второй. Третий.",
        0.9,
        (Word("Первый", 200, 380), Word("второй.", 700, 910), Word("Третий.", 1100, 1310)),
    )

    found = align_lines((page((alone,)),), text(), (words, other), (), readings={alone.id: reading}, mint=counter())

    by_segment = {link.segment: link for link in found.links}
    assert by_segment[words.id].left == 200
    assert by_segment[words.id].right in range(905, 916)
    assert by_segment[other.id].left in range(1095, 1106)


# --- pins


def test_pins_come_back_unchanged_and_hold_the_others_apart() -> None:
    sample = typed(PARAGRAPHS)
    lines = sample.pages[0].lines
    second = sample.segments[1]
    pin = Link(LinkId("pin"), second.id, 0, 20, lines[-2].id, 1.0, pinned=True)

    found = align_lines(
        sample.pages, text(), sample.segments, (), readings=sample.readings, pins=(pin,), mint=counter()
    )

    assert pin in found.links
    others = [link for link in found.links if link != pin]
    assert not any(link.segment == second.id and link.start < 20 for link in others)
    assert words_by_line(found.links, sample.segments)[lines[0].id] == sample.words[lines[0].id]


def test_a_pin_moves_its_neighbours_where_nothing_was_read() -> None:
    sample = typed(PARAGRAPHS)
    lines = sample.pages[0].lines
    words = sample.words[lines[5].id]
    owner = next(each for each in sample.segments if words in each.content)
    start = owner.content.index(words)
    pin = Link(LinkId("pin"), owner.id, start, start + len(words), lines[5].id, 1.0, pinned=True)

    found = align_lines(sample.pages, text(), sample.segments, (), pins=(pin,), mint=counter())

    placed = words_by_line(found.links, sample.segments)
    assert placed[lines[5].id] == words
    content = "".join(each.content for each in sample.segments)
    before = [placed[each.id] for each in lines[:5] if each.id in placed]
    assert all(content.index(part.split()[0]) < content.index(words) for part in before)


# --- what stands apart


def insertion_sample() -> tuple[Segment, Mark, tuple[Link, ...], dict[LineId, Reading]]:
    words = segment("s0", "Договориться о составе делегаций и порядке дня. Приглашать преждевременно.", opens=True)
    start = words.content.index("и порядке дня")
    readings = {
        LineId("a"): Reading("Договориться о составе делегаций. Приглашать", 0.9),
        LineId("b"): Reading("преждевременно.", 0.9),
    }
    return words, mark("m", "s0", MarkKind.INSERTION, start, start + 13), (), readings


def test_inserted_words_go_to_the_line_between_the_lines() -> None:
    words, inserted, _, readings = insertion_sample()
    small = replace(
        line("i", 11, row=0, indent=34, hand=Hand.HANDWRITTEN, role=Role.INSERTION), anchor=Anchor(LineId("a"), 1200)
    )
    lines = (line("a", 44, row=0), small, line("b", 15, row=1))

    found = align_lines((page(lines),), text(), (words,), (inserted,), readings=readings, mint=counter())

    placed = words_by_line(found.links, (words,))
    assert placed[LineId("i")] == "и порядке дня"
    assert placed[LineId("a")].startswith("Договориться о составе делегаций")
    assert found.marks[0].lines == (LineId("i"),)
    assert found.marks[0].confidence > 0.5


def test_inserted_words_without_a_line_of_their_own_stay_on_the_typed_line() -> None:
    words, inserted, _, readings = insertion_sample()
    lines = (line("a", 44, row=0), line("b", 15, row=1))

    found = align_lines((page(lines),), text(), (words,), (inserted,), readings=readings, mint=counter())

    mine = [link for link in found.links if link.start == inserted.start]
    assert [link.line for link in mine] == [LineId("a")]
    assert found.marks[0].lines == ()
    assert not found.unplaced


def test_a_date_by_hand_a_stamp_and_a_signature_find_lines_of_their_hand() -> None:
    parts = (
        segment("s0", "3 июля 1950 г.", opens=True, tail="\n"),
        segment("s1", "СЕКРЕТНО", opens=True, tail="\n"),
        segment("s2", "Сообщите о положении дел в посольстве немедленно", opens=True, tail="\n"),
        segment("s3", "А. ГРОМЫКО", opens=True, tail="\n"),
    )
    marks = (
        mark("d", "s0", MarkKind.DATE, 0, 14),
        mark("st", "s1", MarkKind.STAMP, 0, 8, hand=Hand.STAMP),
        mark("si", "s3", MarkKind.SIGNATURE, 0, 0),
    )
    lines = (
        line("stamp", 8, row=0, indent=40, hand=Hand.STAMP, role=Role.STAMP),
        line("date", 12, row=1, indent=35, hand=Hand.HANDWRITTEN, role=Role.DATE),
        line("body", 48, row=2),
        line("flourish", 9, row=4, indent=20, hand=Hand.HANDWRITTEN, role=Role.SIGNATURE),
        line("name", 10, row=5, indent=30),
    )
    readings = {
        LineId("body"): Reading("Сообщите о положении дел в посольстве немедленно", 0.9),
        LineId("name"): Reading("А. ГРОМЫКО", 0.9),
    }

    found = align_lines((page(lines),), text(), parts, marks, readings=readings, mint=counter())

    assert [m.lines for m in found.marks] == [("date",), ("stamp",), ("flourish",)]
    assert words_by_line(found.links, parts)[LineId("name")] == "А. ГРОМЫКО"
    assert not found.unplaced


def test_a_stamp_of_two_lines_keeps_its_break_though_a_date_beside_it_comes_between() -> None:
    parts = (
        segment("s0", "КАНЦЕЛЯРИЯ\nВх. 14 МАР 1951", opens=True, tail="\n"),
        segment("s1", "3 июля 1950 г.", opens=True, tail="\n"),
        segment("s2", "Сообщите о положении дел в посольстве немедленно", opens=True, tail="\n"),
    )
    marks = (
        mark("st", "s0", MarkKind.STAMP, 0, 26, hand=Hand.STAMP),
        mark("d", "s1", MarkKind.DATE, 0, 14),
    )
    lines = (
        line("above", 11, row=0, indent=40, hand=Hand.STAMP, role=Role.STAMP),
        line("date", 14, row=0, indent=0, hand=Hand.HANDWRITTEN, role=Role.DATE),
        line("below", 12, row=1, indent=40, hand=Hand.STAMP, role=Role.STAMP),
        line("body", 48, row=3),
    )
    readings = {LineId("body"): Reading("Сообщите о положении дел в посольстве немедленно", 0.9)}

    found = align_lines((page(lines),), text(), parts, marks, readings=readings, mint=counter())

    assert [m.lines for m in found.marks] == [("above", "below"), ("date",)]
    words = words_by_line(found.links, parts)
    assert (words[LineId("above")], words[LineId("below")]) == ("КАНЦЕЛЯРИЯ", "Вх. 14 МАР 1951")


def test_words_by_hand_without_a_line_by_hand_are_said_to_be_unplaced() -> None:
    parts = (segment("s0", "В архив", opens=True), segment("s1", "Сообщите о положении дел", opens=True))
    body = line("body", 24)

    found = align_lines(
        (page((body,)),),
        text(),
        parts,
        (mark("h", "s0", MarkKind.HANDWRITTEN, 0, 7),),
        readings={body.id: Reading("Сообщите о положении дел", 0.9)},
        mint=counter(),
    )

    assert [(id, "hand" in why) for id, why in found.unplaced] == [(SegmentId("s0"), True)]
    assert found.marks[0].lines == ()


def test_supplied_words_are_not_forced_onto_the_page() -> None:
    words = segment("s0", "Прошу меня принять посла", opens=True)
    supplied = mark("m", "s0", MarkKind.SUPPLIED, 6, 10, hand=Hand.UNKNOWN)
    alone = line("a", 19)

    found = align_lines(
        (page((alone,)),), text(), (words,), (supplied,), readings={alone.id: Reading("Прошу принять посла", 0.9)},
        mint=counter(),
    )  # fmt: skip

    assert [(link.start, link.end) for link in found.links] == [(0, 5), (11, 24)]
    assert not found.unplaced


def test_an_approximate_placing_says_so_and_is_unsure() -> None:
    sample = typed(PARAGRAPHS)

    found = approximate(sample.pages, text(language="en"), sample.segments, mint=counter())

    assert found.evidence == "approximate"
    assert all(link.confidence <= 0.3 for link in found.links)
    assert not found.unplaced


def test_a_text_without_pages_is_unplaced_with_a_reason() -> None:
    found = align_lines((), text(), typed(PARAGRAPHS).segments, (), mint=counter())

    assert not found.links
    assert {why for _, why in found.unplaced} == {"no lines were found on the pages"}


# --- properties

LETTERS = st.text(alphabet="абвг дежз-. \n\u00ad[]12", max_size=60)


@st.composite
def problems(draw: st.DrawFn) -> tuple[tuple[PageLines, ...], tuple[Segment, ...], tuple[Mark, ...], tuple[Link, ...]]:
    segments = tuple(
        segment(f"s{k}", content, opens=draw(st.booleans()), tail=draw(st.sampled_from(["", " ", "\n", "\n\n"])))
        for k, content in enumerate(draw(st.lists(LETTERS, max_size=5)))
    )
    rows = draw(
        st.lists(st.tuples(st.integers(1, 70), st.sampled_from(list(Hand)), st.sampled_from(list(Role))), max_size=7)
    )
    lines = [line(f"l{k}", n, page=f"p{k // 4}", row=k % 4, hand=h, role=r) for k, (n, h, r) in enumerate(rows)]
    pages = tuple(page([each for each in lines if each.page == id], id) for id in sorted({each.page for each in lines}))
    hints = [PageId(id) for id in ("p0", "p1")]
    segments = tuple(replace(each, page=draw(st.sampled_from([None, *hints]))) for each in segments)
    marks = tuple(
        mark(f"m{k}", draw(st.sampled_from([*(s.id for s in segments), "other"])), kind, *span)
        for k, (kind, span) in enumerate(
            draw(
                st.lists(
                    st.tuples(st.sampled_from(list(MarkKind)), st.tuples(st.integers(0, 40), st.integers(0, 40))),
                    max_size=4,
                )
            )
        )
    )  # fmt: skip
    pins: list[Link] = []
    for k, each in enumerate(segments):
        if lines and each.content and draw(st.booleans()):
            start = draw(st.integers(0, len(each.content) - 1))
            end = draw(st.integers(start + 1, len(each.content)))
            on = draw(st.sampled_from([*(one.id for one in lines), LineId("gone")]))
            pins.append(Link(LinkId(f"pin{k}"), each.id, start, end, on, 1.0, pinned=True))
    return pages, segments, marks, tuple(pins)


@settings(max_examples=150)
@given(problems(), st.booleans(), st.data())
def test_links_cover_a_character_once_and_pins_stay(
    problem: tuple[tuple[PageLines, ...], tuple[Segment, ...], tuple[Mark, ...], tuple[Link, ...]],
    kept: bool,
    data: st.DataObject,
) -> None:
    pages, segments, marks, pins = problem
    readings = {
        each.id: Reading(data.draw(LETTERS), 0.5) for p in pages for each in p.lines if data.draw(st.booleans())
    }

    found = align_lines(pages, text(kept=kept), segments, marks, readings=readings, pins=pins, mint=counter())

    known = {each.id for p in pages for each in p.lines}
    content = {each.id: each.content for each in segments}
    covered = Counter((link.segment, k) for link in found.links for k in range(link.start, link.end))
    assert all(count == 1 for count in covered.values())
    assert set(pins) <= set(found.links)
    assert [m.id for m in found.marks] == [m.id for m in marks]
    for link in set(found.links) - set(pins):
        assert link.line in known
        assert 0 <= link.start < link.end <= len(content[link.segment])
        assert 0.0 <= link.confidence <= 1.0
        assert link.left is None or link.right is None or link.left <= link.right
    assert {id for id, _ in found.unplaced} <= set(content)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(40, 75), st.floats(0.0, 0.25))
def test_links_rise_with_the_lines(seed: int, room: int, errors: float) -> None:
    sample = typed(PARAGRAPHS, room=room, errors=errors)

    found = align_lines(sample.pages, text(), sample.segments, (), readings=sample.readings, mint=counter())

    order = {each.id: k for k, each in enumerate(each for p in sample.pages for each in p.lines)}
    rank = {each.id: k for k, each in enumerate(sample.segments)}
    rows = [order[k.line] for k in sorted(found.links, key=lambda k: (rank[k.segment], k.start))]
    assert rows == sorted(rows)


def test_inserted_words_that_nobody_marked_are_taken_out_of_the_middle_of_their_line() -> None:
    words = segment(
        "s0", "Связь с северным постом восстановлена, однако вместе с портом слышимость плохая.", opens=True
    )
    small = replace(
        line("i", 15, row=0, indent=44, hand=Hand.HANDWRITTEN, role=Role.INSERTION),
        anchor=Anchor(LineId("a"), 200 + 46 * 30),
    )
    lines = (line("a", 57, row=0), small, line("b", 7, row=1))
    readings = {
        LineId("a"): Reading("Связь с северным постом восстановлена, однако слышимость", 0.9),
        LineId("b"): Reading("плохая.", 0.9),
    }

    found = align_lines((page(lines),), text(), (words,), (), readings=readings, mint=counter())

    assert words_by_line(found.links, (words,)) == {
        "a": "Связь с северным постом восстановлена, однако слышимость",
        "i": "вместе с портом",
        "b": "плохая.",
    }
    assert not found.unplaced


def test_parts_of_one_line_are_taken_as_one_where_the_text_has_no_break() -> None:
    words = segment("s0", "Советское правительство не возражает\nпротив того, чтобы сессия состоялась.", opens=True)
    lines = (line("a", 16, row=0), line("b", 20, row=0, indent=17), line("c", 38, row=1))

    found = align_lines((page(lines),), text(kept=True), (words,), (), mint=counter())

    assert found.joined == (("a", "b"),)
    assert words_by_line(found.links, (words,)) == {
        "a": "Советское правительство не возражает",
        "c": "против того, чтобы сессия состоялась.",
    }
    assert max(link.right or 0 for link in found.links if link.line == "a") > 200 + 17 * 30


def test_a_date_goes_to_the_line_that_shows_its_value_in_another_way_of_writing() -> None:
    parts = (
        segment("s0", "3 июля 1950 г.", opens=True, tail="\n"),
        segment("s1", "Сообщите о положении дел в посольстве немедленно", opens=True, tail="\n"),
    )
    dated = replace(mark("d", "s0", MarkKind.DATE, 0, 14), value="1950-07-03")
    lines = (
        line("other", 12, row=0, indent=35, hand=Hand.HANDWRITTEN, role=Role.DATE),
        line("body", 48, row=1),
        line("own", 9, row=4, indent=20, hand=Hand.HANDWRITTEN, role=Role.MARGINAL),
    )
    readings = {
        LineId("other"): Reading("15 августа 49", 0.6),
        LineId("body"): Reading("Сообщите о положении дел в посольстве немедленно", 0.9),
        LineId("own"): Reading("3.VII.50", 0.6),
    }

    found = align_lines((page(lines),), text(), parts, (dated,), readings=readings, mint=counter())

    assert found.marks[0].lines == ("own",)


def test_an_alignment_from_here_leaves_what_lies_before_as_it_is() -> None:
    sample = typed(PARAGRAPHS)
    first = align_lines(sample.pages, text(), sample.segments, (), readings=sample.readings, mint=counter())
    # Everything is one line too low, up to the place where somebody asks for another run.
    lines = [each.id for each in sample.pages[0].lines]
    below = dict(pairwise(lines))
    wrong = tuple(replace(k, line=below.get(k.line, k.line)) for k in first.links)
    place = Span(sample.segments[1].id, 0, 0)

    kept = kept_before(wrong, sample.segments, place)
    found = align_lines(sample.pages, text(), sample.segments, (), readings=sample.readings, pins=kept, mint=counter())

    assert {k.segment for k in kept} == {sample.segments[0].id}
    assert set(kept) <= set(found.links)
    last = [k.line for k in found.links if k.segment == sample.segments[2].id]
    assert last == [k.line for k in first.links if k.segment == sample.segments[2].id]


def test_a_run_that_remembers_finds_the_same() -> None:
    sample = typed(PARAGRAPHS, errors=0.2)
    memory = Memory()
    pin = next(replace(k, pinned=True) for k in place(sample, readings=sample.readings)[1].links[2:])  # type: ignore[attr-defined]

    for pins in ((), (pin,), ()):
        given = {"readings": sample.readings, "pins": pins}
        assert place(sample, **given, memory=memory)[1] == place(sample, **given)[1]


def test_words_that_stand_nowhere_else_take_loose_ink_for_a_line() -> None:
    made = typed(PARAGRAPHS)
    number = replace(line("loose", 2, row=-1, indent=30), parts=(), confidence=0.3)
    speck = replace(line("speck", 2, row=3, indent=66), parts=(), confidence=0.3)
    pages = (replace(made.pages[0], loose=(speck, number)), *made.pages[1:])
    readings = {**made.readings, number.id: Reading("17", 0.9), speck.id: Reading("]", 0.2)}
    segments = (*made.segments, segment("last", "17", opens=True))

    found = align_lines(pages, text(), segments, (), readings=readings, mint=counter())

    assert [each.id for each in found.found] == ["loose"]
    assert found.found[0].hand is Hand.TYPED
    (link,) = (each for each in found.links if each.segment == "last")
    assert link.line == "loose"
    assert link.confidence < 0.9
    assert found.unplaced == ()


def test_loose_ink_stays_what_it_is_where_all_words_have_a_line() -> None:
    made = typed(PARAGRAPHS)
    loose = tuple(replace(line(f"loose{k}", 3 + k, row=k, indent=66), parts=()) for k in range(5))

    plain = align_lines(made.pages, text(), made.segments, (), readings=made.readings, mint=counter())
    again = align_lines(
        (replace(made.pages[0], loose=loose), *made.pages[1:]),
        text(),
        made.segments,
        (),
        readings=made.readings,
        mint=counter(),
    )

    assert again == plain


def test_inserted_words_go_to_the_loose_ink_above_their_line() -> None:
    host = line("l1", 40)
    above = replace(line("loose", 9, indent=12), role=Role.INSERTION, parts=(), anchor=Anchor(host.id, 700))
    words = "Сообщаем для руководства очень срочно следующее."
    start = words.index("очень")
    inserted = mark("m", "s", MarkKind.INSERTION, start, start + len("очень срочно"))

    found = align_lines(
        [replace(page([host]), loose=(above,))], text(), [segment("s", words)], [inserted], mint=counter()
    )

    assert [(each.id, each.hand) for each in found.found] == [("loose", Hand.HANDWRITTEN)]
    assert found.marks[0].lines == ("loose",)


def test_a_number_that_stands_alone_is_read_last_though_it_stands_first() -> None:
    made = typed(PARAGRAPHS[:2])
    number = line("number", 1, row=-2, indent=50)
    pages = (replace(made.pages[0], lines=(number, *made.pages[0].lines)), *made.pages[1:])
    readings = {**made.readings, number.id: Reading("9", 0.9)}

    found = align_lines(
        pages, text(), (*made.segments, segment("last", "9", opens=True)), (), readings=readings, mint=counter()
    )

    assert [each.line for each in found.links if each.segment == "last"] == ["number"]


def test_one_false_likeness_of_shapes_takes_no_line_out_of_the_order_of_the_page() -> None:
    made = typed(PARAGRAPHS, errors=0.0)
    ids = list(made.words)
    shapes = {id: Shapes("".join(map(shape, words)), PITCH) for id, words in made.words.items()}
    shapes[ids[1]] = shapes[ids[-2]]

    found = align_lines(made.pages, text(), made.segments, (), shapes=shapes, mint=counter())

    carried = words_by_line(found.links, made.segments)
    right = [id for id in ids if carried.get(id) == made.words[id]]
    assert set(ids) - set(right) <= {ids[1], ids[-2]}


def by_hand(sample: Typed) -> tuple[PageLines, ...]:
    return tuple(
        replace(
            p, lines=tuple(replace(each, parts=(replace(each.parts[0], hand=Hand.HANDWRITTEN),)) for each in p.lines)
        )
        for p in sample.pages
    )


def test_many_lines_that_say_nothing_keep_the_breaks_of_a_long_text() -> None:
    sample = typed([" ".join(PARAGRAPHS)] * 6)
    whole = segment("s0", "\n".join(sample.words.values()), opens=True)
    assert len(whole.content) > 2400

    found = align_lines(by_hand(sample), text(kept=True), (whole,), (), mint=counter())

    assert words_by_line(found.links, (whole,)) == sample.words


def test_words_that_a_sure_reading_has_nothing_of_are_not_forced_onto_its_line() -> None:
    sample = typed(PARAGRAPHS)
    stranger = "Настоящим сообщаем, что закупка лошадей для нужд экспедиции отменена."
    gone = sample.segments[1]
    segments = (sample.segments[0], replace(gone, content=stranger, raw=stranger + "\n\n"), sample.segments[2])

    found = align_lines(sample.pages, text(), segments, (), readings=sample.readings, mint=counter())

    assert words_by_line(found.links, segments) == {
        id: words for id, words in sample.words.items() if words not in gone.content
    }
    assert [id for id, _ in found.unplaced] == [gone.id]


def test_a_text_of_another_page_is_refused_also_where_the_page_was_read_badly() -> None:
    others = tuple(" ".join(reversed(paragraph.split())) for paragraph in PARAGRAPHS[::-1])
    sample, stranger = typed(PARAGRAPHS, errors=0.4), typed(others, errors=0.4)
    doubtful = {id: replace(each, confidence=0.3) for id, each in stranger.readings.items()}
    unknown = {
        id: replace(each, text=noisy("съешь ещё этих мягких французских булок да выпей же чаю", 0.3, k))
        for k, (id, each) in enumerate(doubtful.items())
    }

    found = align_lines(stranger.pages, text(), sample.segments, (), readings=unknown, mint=counter())
    right = align_lines(stranger.pages, text(), stranger.segments, (), readings=doubtful, mint=counter())

    assert found.links == ()
    assert {reason for _, reason in found.unplaced} == {"other words were read on the lines of the page"}
    assert len({link.line for link in right.links}) == len(stranger.words)


def test_a_page_too_many_that_is_refused_leaves_its_words_to_the_page_by_hand() -> None:
    sample = typed([" ".join(PARAGRAPHS)] * 2)
    mine = by_hand(sample)
    others = tuple(line(f"x{k}", 56, page="other", row=k) for k in range(12))
    readings = {
        each.id: Reading(noisy("съешь ещё этих мягких французских булок да выпей же чаю", 0.3, k), 0.3)
        for k, each in enumerate(others)
    }

    alone = align_lines(mine, text(), sample.segments, (), mint=counter())
    found = align_lines((*mine, page(others, "other")), text(), sample.segments, (), readings=readings, mint=counter())

    assert words_by_line(found.links, sample.segments) == words_by_line(alone.links, sample.segments)


def test_a_text_of_another_page_that_a_person_pinned_there_is_not_refused() -> None:
    sample = typed(PARAGRAPHS)
    unknown = {
        id: replace(each, text=noisy("съешь ещё этих мягких французских булок", 0.1, k), confidence=0.3)
        for k, (id, each) in enumerate(sample.readings.items())
    }
    pin = Link(LinkId("pin"), sample.segments[0].id, 0, 9, sample.pages[0].lines[0].id, 1.0, pinned=True)

    found = align_lines(sample.pages, text(), sample.segments, (), readings=unknown, pins=(pin,), mint=counter())

    assert pin in found.links
    assert len(found.links) > 1


def test_a_text_of_other_pages_does_not_go_onto_the_one_line_by_hand() -> None:
    sample = typed(PARAGRAPHS)
    date = line("date", 15, page="p0", row=30, hand=Hand.HANDWRITTEN)
    pages = (replace(sample.pages[0], lines=(date, *sample.pages[0].lines)),)
    before = segment("before", " ".join(PARAGRAPHS[::-1] * 4), opens=True)
    segments = (before, *sample.segments)

    found = align_lines(pages, text(), segments, (), readings=sample.readings, mint=counter())

    placed = words_by_line(found.links, segments)
    assert {id: words for id, words in placed.items() if id != date.id} == sample.words
    assert len(placed.get(date.id, "")) < 70


def test_a_line_read_elsewhere_than_given_is_said_to_be_moved_and_is_less_sure() -> None:
    sample = typed(PARAGRAPHS)
    last = sample.pages[0].lines[-1]
    pages = (replace(sample.pages[0], lines=(last, *sample.pages[0].lines[:-1])),)

    placed, found = place(sample, pages, readings=sample.readings)

    assert placed == sample.words
    assert {link.line for link in found.links if link.moved} == {last.id}
    sure = {link.line: link.confidence for link in found.links}
    assert sure[last.id] == min(sure.values())
    assert not any(link.moved for link in place(sample, readings=sample.readings)[1].links)


def upward(each: Line, size: Size) -> Line:
    """Turn a line with its page, so that it is read from below."""

    def turned(point: Point) -> Point:
        return Point(point.y, size.width - point.x)

    return replace(
        each,
        baseline=Baseline(tuple(map(turned, each.baseline.points))),
        boundary=Polygon(tuple(map(turned, each.boundary.points))),
    )


def test_a_page_on_its_side_is_aligned_as_if_it_were_upright_with_places_along_its_lines() -> None:
    sample = typed(PARAGRAPHS, rows=40)
    (given,) = sample.pages
    size = given.size
    turned = PageLines(given.page, Size(size.height, size.width), tuple(upward(each, size) for each in given.lines))

    placed, found = place(sample, (turned,))
    upright, expected = place(sample)

    assert placed == upright
    links = zip(found.links, expected.links, strict=True)
    assert all((a.left, a.right) == (size.width - b.left, size.width - b.right) for a, b in links)
    boxes = {each.id: each.box for each in turned.lines}
    assert all(boxes[k.line].y <= k.right < k.left <= boxes[k.line].bottom for k in found.links)


def test_a_pin_against_the_order_of_the_page_moves_no_other_line() -> None:
    sample = typed(PARAGRAPHS)
    number = line("number", 1, page="p0", row=-1)
    pages = (replace(sample.pages[0], lines=(number, *sample.pages[0].lines)),)
    last = replace(sample.segments[-1], opens_paragraph=False)
    foot = segment("foot", "7", opens=True)
    segments = (*sample.segments[:-1], last, foot)
    first = sample.pages[0].lines[0]
    pins = (
        Link(LinkId("n"), foot.id, 0, 1, number.id, 1.0, pinned=True),
        Link(LinkId("f"), SegmentId("s0"), 0, len(sample.words[first.id]), first.id, 1.0, pinned=True),
    )

    found = align_lines(pages, text(), segments, (), readings=sample.readings, pins=pins, mint=counter())

    assert words_by_line(found.links, segments) == {**sample.words, number.id: "7"}


def test_a_text_whose_breaks_are_not_those_of_the_page_finds_its_lines_nevertheless() -> None:
    first, second, third = "Министерство подтвер-", "ждает получение теле-", "граммы посольства от пер-"
    rows = (first, second, third, "вого июля и сообщает, что", "ответ будет дан к сроку.")
    words = segment(
        "s0",
        "Министерство\nподтверждает получение\nтелеграммы\nпосольства от\nпервого июля и\n"
        "сообщает, что ответ\nбудет дан к сроку.",
        opens=True,
    )
    lines = tuple(line(f"l{k}", len(row), row=k) for k, row in enumerate(rows))
    readings = {each.id: Reading(row, 0.9) for each, row in zip(lines, rows, strict=True)}

    found = align_lines((page(lines),), text(kept=True), (words,), (), readings=readings, mint=counter())

    placed = words_by_line(found.links, (words,))
    assert [" ".join(placed[each.id].split()) for each in lines] == [row.removesuffix("-") for row in rows]
