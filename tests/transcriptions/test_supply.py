"""A document supplied again: ids, links and pins of what did not change stay; a person's word is kept."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, LinePart, Role
from transcriptions.identity import DocumentId, LineId, LinkId
from transcriptions.model import (
    Document,
    Line,
    Link,
    MarkKind,
    Order,
    Origin,
    SegmentKind,
    Supplied,
    TextKind,
    View,
)
from transcriptions.parsed import ParsedMark, ParsedSegment
from transcriptions.resegment import DOUBTFUL, Correspondence
from transcriptions.revision import (
    KINDS,
    Author,
    AuthorKind,
    Effect,
    EntityKind,
    Revision,
    Snapshot,
    held_fields,
    kind_of,
)
from transcriptions.supplied import SuppliedDocument, SuppliedPage, SuppliedPart, SuppliedText
from transcriptions.supply import Reconciled, reconcile

FIELDS = {
    EntityKind.PART: "parts",
    EntityKind.PAGE: "pages",
    EntityKind.ORDER: "orders",
    EntityKind.LINE: "lines",
    EntityKind.STROKE: "strokes",
    EntityKind.TEXT: "texts",
    EntityKind.SEGMENT: "segments",
    EntityKind.MARK: "marks",
    EntityKind.LINK: "links",
    EntityKind.BEAD: "beads",
}


def minting() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{next(numbers):026d}".replace("0", "a").replace("1", "b").replace("8", "c").replace("9", "d")


def applied(before: Snapshot | None, effects: tuple[Effect, ...]) -> Snapshot:
    held = {(kind_of(entity), entity.id): entity for entity in (before.entities() if before else ())}
    for effect in effects:
        key = (effect.kind, effect.entity.id)
        assert held.get(key) == effect.before
        held.pop(key, None)
        if effect.after is not None:
            held[key] = effect.after
    document = next(entity for entity in held.values() if isinstance(entity, Document))
    groups = {name: tuple(e for e in held.values() if isinstance(e, KINDS[kind])) for kind, name in FIELDS.items()}
    groups["segments"] = tuple(sorted(groups["segments"], key=lambda each: (each.text, each.rank)))  # type: ignore[union-attr]
    return replace(Snapshot(document), **groups)  # type: ignore[arg-type]


def segment(raw: str, **more: object) -> ParsedSegment:
    return ParsedSegment(SegmentKind.SENTENCE, raw, raw.strip(), **more)  # type: ignore[arg-type]


def supply(*raws: str, pages: tuple[str, ...] = ("p1.jpg",), master: str = "m") -> SuppliedDocument:
    return SuppliedDocument(
        id="",
        description=Document(DocumentId(""), Origin("s", "d"), title=(("en", ("A cable",)),)),
        pages=tuple(SuppliedPage(name, Size(1000, 1400), view=View(master + name), pack="k") for name in pages),
        parts=(SuppliedPart("document", (), pages),),
        texts=(
            SuppliedText(
                Supplied("transcription.ru.txt", "hash"),
                "document",
                TextKind.TRANSCRIPTION,
                "ru",
                tuple(segment(raw) for raw in raws),
            ),
        ),
    )


def taken(
    before: Snapshot | None, supplied: SuppliedDocument, *, mint: Callable[[], str]
) -> tuple[Snapshot, Reconciled]:
    outcome = reconcile(before, supplied, held={}, mint=mint)
    return applied(before, outcome.effects), outcome


def with_line(snapshot: Snapshot, *, pinned: bool = False) -> Snapshot:
    """Put one line on the first page, with every segment's first word linked to it."""
    page = snapshot.pages[0].id
    line = Line(
        LineId("l" * 26),
        page,
        Baseline((Point(10, 40), Point(500, 40))),
        Box(10, 10, 490, 40).polygon,
        Role.BODY,
        (LinePart(10, 500, Hand.TYPED, 0.9),),
        0.9,
    )
    links = tuple(
        Link(LinkId(f"{index:026d}"), each.id, 0, each.content.find(" "), line.id, 0.9, pinned=pinned)
        for index, each in enumerate(snapshot.segments)
    )
    return replace(snapshot, lines=(line,), links=links, orders=(Order(page, (line.id,), "test"),))


TEXTS = ("Первое. Нам стало ясно.\n", "Второе. Потеря порта велика.\n", "Третье. Мнение верно.\n")


def test_the_same_again_has_no_effects() -> None:
    mint = minting()
    first, _ = taken(None, supply(*TEXTS), mint=mint)
    stored = with_line(first)

    assert reconcile(stored, supply(*TEXTS), held={}, mint=mint).effects == ()


def test_an_inserted_segment_leaves_the_others_as_they_are() -> None:
    mint = minting()
    first, _ = taken(None, supply(*TEXTS), mint=mint)
    stored = with_line(first, pinned=True)
    again, outcome = taken(stored, supply(TEXTS[0], "Совсем новые слова тут.\n", *TEXTS[1:]), mint=mint)

    assert [each.raw for each in again.segments][1] == "Совсем новые слова тут.\n"
    assert {each.id for each in first.segments} < {each.id for each in again.segments}
    assert set(again.links) == set(stored.links)
    assert {effect.kind for effect in outcome.effects} == {EntityKind.SEGMENT}


def test_a_changed_segment_keeps_its_id_and_doubts_what_changed() -> None:
    mint = minting()
    first, _ = taken(None, supply(*TEXTS), mint=mint)
    stored = with_line(first, pinned=True)
    again, _ = taken(
        stored, supply("Пирвое. Нам стало ясно.\n", "Второе. Потеря города велика.\n", TEXTS[2]), mint=mint
    )

    assert [each.id for each in again.segments] == [each.id for each in first.segments]
    by_segment = {link.segment: link for link in again.links}
    changed, moved, same = (by_segment[each.id] for each in again.segments)
    assert (changed.pinned, changed.confidence) == (False, DOUBTFUL)
    assert moved.pinned
    assert same == stored.links[2]


def test_a_removed_segment_takes_its_links_along() -> None:
    mint = minting()
    first, _ = taken(None, supply(*TEXTS), mint=mint)
    again, _ = taken(with_line(first), supply(TEXTS[0], TEXTS[2]), mint=mint)

    assert len(again.segments) == len(again.links) == 2
    assert {link.segment for link in again.links} == {each.id for each in again.segments}


def test_a_person_is_not_overwritten_and_the_difference_is_said() -> None:
    mint = minting()
    first, _ = taken(None, supply(*TEXTS), mint=mint)
    corrected = replace(first.segments[0], content="Первое. Нам стало ЯСНО.")
    stored = replace(first, segments=(corrected, *first.segments[1:]))
    person = Revision(
        2,
        first.document.id,
        "2026-01-01T00:00:00Z",
        Author(AuthorKind.PERSON, "a"),
        "",
        (Effect(first.segments[0], corrected),),
    )
    outcome = reconcile(stored, supply("Первое. Нам стало видно.\n", *TEXTS[1:]), held=held_fields([person]), mint=mint)
    again = applied(stored, outcome.effects)

    assert again.segments[0].content == "Первое. Нам стало ЯСНО."
    assert again.segments[0].raw == "Первое. Нам стало видно.\n"
    assert [difference.id for difference in outcome.differences] == [corrected.id]


def test_another_scan_keeps_the_page_and_drops_its_lines() -> None:
    mint = minting()
    first, _ = taken(None, supply(*TEXTS), mint=mint)
    again, _ = taken(with_line(first), supply(*TEXTS, master="other"), mint=mint)

    assert again.pages[0].id == first.pages[0].id
    assert again.pages[0].placements[0].identifier != first.pages[0].placements[0].identifier
    assert (again.lines, again.orders, again.links) == ((), (), ())


def test_a_renamed_scan_is_the_same_page() -> None:
    mint = minting()
    first, _ = taken(None, supply(*TEXTS), mint=mint)
    renamed = supply(*TEXTS, pages=("scan-1.jpg",))
    same_image = replace(renamed, pages=(replace(renamed.pages[0], view=View("mp1.jpg")),))
    again, _ = taken(with_line(first), same_image, mint=mint)

    assert again.pages[0].id == first.pages[0].id
    assert again.pages[0].placements == first.pages[0].placements
    assert len(again.lines) == 1


def test_marks_keep_their_ids_over_a_change_elsewhere() -> None:
    mint = minting()
    mark = ParsedMark(MarkKind.INSERTION, 8, 11, "[вписано от руки: Нам]", 8)
    document = supply("x")
    marked = replace(
        document, texts=(replace(document.texts[0], segments=(segment("Первое. Нам стало ясно.\n", marks=(mark,)),)),)
    )
    first, _ = taken(None, marked, mint=mint)
    moved = replace(mark, start=10, end=13, raw_start=10)
    changed = replace(
        marked, texts=(replace(document.texts[0], segments=(segment("А первое. Нам стало ясно.\n", marks=(moved,)),)),)
    )
    again, _ = taken(first, changed, mint=mint)

    assert [each.id for each in again.marks] == [each.id for each in first.marks]
    assert again.marks[0].start == 10


WORDS = st.lists(st.sampled_from(["один", "два", "три", "четыре", "пять"]), min_size=1, max_size=6).map(" ".join)


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8))
def test_any_text_after_any_other_is_taken_to_the_letter(before: list[str], after: list[str]) -> None:
    mint = minting()
    first, _ = taken(None, supply(*[raw + "\n" for raw in before]), mint=mint)
    again, _ = taken(with_line(first), supply(*[raw + "\n" for raw in after]), mint=mint)

    assert "".join(each.raw for each in again.segments) == "".join(raw + "\n" for raw in after)
    assert {link.segment for link in again.links} <= {each.id for each in again.segments}
    assert reconcile(again, supply(*[raw + "\n" for raw in after]), held={}, mint=mint).effects == ()


@given(st.text("абв", max_size=30), st.text("абв", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_carried_span_lies_in_the_new_content(old: str, new: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(old)), min(second, len(old))))
    place = Correspondence(old, new).carry(start, end)

    if place is not None:
        assert 0 <= place[0] < place[1] <= len(new)
        assert not place[2] or old[start:end] == new[place[0] : place[1]]
