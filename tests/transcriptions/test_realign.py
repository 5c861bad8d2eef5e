from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from images.geometry import Box
from tests.builders import make_document, make_line, make_page, make_segment
from transcriptions.alignment.align import Reading
from transcriptions.alignment.evidence import Readable
from transcriptions.identity import DocumentId, LineId, LinkId, PartId, TextId
from transcriptions.model import Alignment, Line, Link, Order, Part, Segment, Text, TextKind
from transcriptions.realign import Evidence, draft_language, languages_wanted, realign, stale
from transcriptions.revision import Effect, EntityKind, Snapshot

PAGE = make_page("1")
PART = Part(PartId("part"), DocumentId("cable"), 0, (), (PAGE.id,))
RUSSIAN = Text(TextId("ru"), DocumentId("cable"), PART.id, TextKind.TRANSCRIPTION, "ru", breaks_kept=True)
ENGLISH = Text(TextId("en"), DocumentId("cable"), PART.id, TextKind.TRANSLATION, "en")
OCR = Readable(drafts=frozenset({"en", "ru"}), compared=frozenset({"en", "ru", "fr", "uk"}))
FRAGMENTS = (
    make_line("2", PAGE, Box(100, 100, 360, 40)),
    make_line("3", PAGE, Box(490, 102, 460, 40)),
    make_line("4", PAGE, Box(100, 160, 840, 40)),
)
WORDS = ("Советское правительство не возражает против", "того, чтобы сессия комиссии состоялась летом.")
READINGS = {
    FRAGMENTS[0].id: Reading("Советское правитель", 0.9),
    FRAGMENTS[1].id: Reading("ство не возражает против", 0.9),
    FRAGMENTS[2].id: Reading(WORDS[1], 0.9),
}


def minting() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"id{next(numbers)}"


def snapshot(text: Text, segments: tuple[Segment, ...], lines: tuple[Line, ...] = FRAGMENTS) -> Snapshot:
    return Snapshot(
        document=make_document(),
        parts=(PART,),
        pages=(PAGE,),
        orders=(Order(PAGE.id, tuple(line.id for line in lines), "test/1"),),
        lines=lines,
        texts=(text,),
        segments=segments,
    )


def russian(lines: tuple[Line, ...] = FRAGMENTS) -> Snapshot:
    return snapshot(RUSSIAN, (make_segment("2", RUSSIAN, "\n".join(WORDS), opens=True),), lines)


def run(before: Snapshot, evidence: Evidence) -> tuple[Effect, ...]:
    return realign(before, PART, evidence, held={}, ocr=OCR, generator="test/2", mint=minting())


def applied(before: Snapshot, effects: tuple[Effect, ...]) -> Snapshot:
    """Bring a snapshot to what some effects say."""
    changed = {(type(e.entity).__name__, e.entity.id): e.after for e in effects}

    def now(kind: str, old: tuple[object, ...]) -> tuple[object, ...]:
        mine = {id: after for (name, id), after in changed.items() if name == kind}
        kept = [mine.pop(each.id, each) for each in old]  # type: ignore[attr-defined]
        return tuple(each for each in (*kept, *mine.values()) if each is not None)

    return replace(
        before,
        orders=now("Order", before.orders),  # type: ignore[arg-type]
        lines=now("Line", before.lines),  # type: ignore[arg-type]
        texts=now("Text", before.texts),  # type: ignore[arg-type]
        segments=now("Segment", before.segments),  # type: ignore[arg-type]
        links=now("Link", before.links),  # type: ignore[arg-type]
    )


def test_two_parts_of_one_line_become_one_and_the_next_run_finds_nothing_to_do() -> None:
    before = russian()

    after = applied(before, run(before, Evidence(readings={"ru": READINGS})))

    assert [line.box for line in after.lines] == [Box(100, 100, 850, 42), FRAGMENTS[2].box]
    assert after.orders[0].lines == (FRAGMENTS[0].id, FRAGMENTS[2].id)
    content = after.segments[0].content
    assert [(content[k.start : k.end], k.line) for k in after.links] == [
        (WORDS[0], FRAGMENTS[0].id),
        (WORDS[1], FRAGMENTS[2].id),
    ]
    assert not stale(after, PART, ocr=OCR, generator="test/2")


def test_a_line_that_a_person_pinned_is_not_joined_with_another() -> None:
    before = russian((replace(FRAGMENTS[0], pinned=True), *FRAGMENTS[1:]))

    after = applied(before, run(before, Evidence(readings={"ru": READINGS})))

    assert {line.id for line in after.lines} == {line.id for line in FRAGMENTS}


def test_a_pinned_link_stays_where_it_is_against_all_evidence() -> None:
    words = russian().segments[0]
    pin = Link(LinkId("pin"), words.id, 0, 9, FRAGMENTS[2].id, 1.0, pinned=True)
    before = replace(russian(), links=(pin,))

    effects = run(before, Evidence(readings={"ru": READINGS}))

    assert pin.id not in {effect.entity.id for effect in effects}
    assert pin in applied(before, effects).links


def test_a_line_that_is_read_elsewhere_than_the_order_has_it_is_stored_as_moved() -> None:
    rows = (
        "Советское правительство не возражает",
        "чтобы очередная сессия комиссии",
        "состоялась летом в Вашингтоне или",
        "в другом городе по выбору хозяев",
    )
    lines = tuple(make_line(str(2 + k), PAGE, Box(100, 100 + 60 * k, 20 * len(row), 40)) for k, row in enumerate(rows))
    given = (lines[3], *lines[:3])
    before = snapshot(RUSSIAN, (make_segment("2", RUSSIAN, "\n".join(rows), opens=True),), given)
    readings = {each.id: Reading(row, 0.9) for each, row in zip(lines, rows, strict=True)}

    after = applied(before, run(before, Evidence(readings={"ru": readings})))

    assert {link.line: link.moved for link in after.links} == {each.id: each == lines[3] for each in lines}


def test_a_file_of_one_page_leaves_the_others_to_be_aligned() -> None:
    other = make_page("2")
    part = replace(PART, pages=(PAGE.id, other.id))
    here, there = FRAGMENTS[2], make_line("7", other, Box(100, 100, 860, 40))
    empty = make_line("8", PAGE, Box(100, 220, 840, 40))
    text = replace(RUSSIAN, alignment=Alignment("import", "imported", ""))
    words = make_segment("2", text, "\n".join(WORDS), opens=True)
    came = Link(LinkId("came"), words.id, 0, len(WORDS[0]), here.id, 1.0)
    orders = (Order(PAGE.id, (here.id, empty.id), "import/tei"), Order(other.id, (there.id,), "test/1"))
    before = replace(
        snapshot(text, (words,), (here, empty, there)), parts=(part,), pages=(PAGE, other), orders=orders, links=(came,)
    )
    readings = {empty.id: Reading(WORDS[1], 0.9), there.id: Reading(WORDS[1], 0.9)}

    def align(before: Snapshot) -> Snapshot:
        evidence = Evidence(readings={"ru": readings})
        return applied(before, realign(before, part, evidence, held={}, ocr=OCR, generator="test/2", mint=minting()))

    after = align(before)

    assert languages_wanted(before, part, OCR) == {"ru"}
    assert came in after.links
    assert [(words.content[k.start : k.end], k.line) for k in after.links if k != came] == [(WORDS[1], there.id)]
    assert after.texts[0].alignment is not None
    assert (after.texts[0].alignment.evidence, after.texts[0].alignment.generator) == ("mixed", "test/2")
    assert not stale(after, part, ocr=OCR, generator="test/2")
    assert align(after).links == after.links


def test_lines_are_compared_by_a_relatives_data_but_never_drafted_with_them() -> None:
    french = replace(RUSSIAN, language="fr")
    transcribed = snapshot(french, (make_segment("2", french, "Bonjour"),))
    translated = snapshot(ENGLISH, (make_segment("2", ENGLISH, "Good day"),))
    in_french = replace(translated, document=replace(translated.document, languages=("fr", "en")))

    assert languages_wanted(transcribed, PART, OCR) == {"fr"}
    assert draft_language(in_french, PART, OCR) is None
    assert draft_language(translated, PART, OCR) == "ru"


def test_a_scan_with_a_translation_only_gets_a_draft_that_carries_the_alignment() -> None:
    before = snapshot(ENGLISH, (make_segment("2", ENGLISH, "The Soviet government does not object.", opens=True),))

    after = applied(before, run(before, Evidence(readings={"ru": READINGS})))

    (draft,) = [text for text in after.texts if text.kind is TextKind.OCR_DRAFT]
    assert dict(draft.label)["en"] == ("Uncorrected OCR",)
    drafted = {segment.id for segment in after.segments if segment.text == draft.id}
    assert {link.line for link in after.links} == {line.id for line in FRAGMENTS}
    assert {link.segment for link in after.links} == drafted


def test_a_scan_with_a_translation_only_is_placed_roughly_where_nothing_can_be_read() -> None:
    before = snapshot(ENGLISH, (make_segment("2", ENGLISH, "The Soviet government does not object.", opens=True),))

    effects = realign(before, PART, Evidence(), held={}, ocr=Readable(), generator="test/2", mint=minting())
    after = applied(before, effects)

    (text,) = after.texts
    assert text.alignment is not None
    assert text.alignment.evidence == "approximate"
    assert after.links
    assert {link.line for link in after.links} <= {LineId(line.id) for line in FRAGMENTS}


def test_a_corrected_line_of_the_draft_keeps_its_words_and_its_links() -> None:
    before = snapshot(ENGLISH, (make_segment("2", ENGLISH, "The Soviet government does not object.", opens=True),))
    drafted = applied(before, run(before, Evidence(readings={"ru": READINGS})))
    read = next(each for each in drafted.segments if each.text != ENGLISH.id)
    corrected = replace(read, content=read.content.replace("правитель", "ПРАВИТЕЛЬ"))
    standing = replace(drafted, segments=tuple(corrected if s.id == read.id else s for s in drafted.segments))
    held = {(EntityKind.SEGMENT, str(read.id)): frozenset({"content"})}

    for again in (READINGS, {**READINGS, FRAGMENTS[1].id: Reading("нечто совсем иное", 0.4)}):
        effects = realign(
            standing, PART, Evidence(readings={"ru": again}), held=held, ocr=OCR, generator="test/3", mint=minting()
        )
        after = applied(standing, effects)

        assert corrected.content in {segment.content for segment in after.segments}
        assert {k for k in after.links if k.segment == read.id} == {k for k in drafted.links if k.segment == read.id}


def test_loose_ink_that_carries_words_becomes_a_line_among_the_others() -> None:
    number = replace(make_line("9", PAGE, Box(500, 20, 60, 40)), id=LineId(f"{PAGE.id}~0"), parts=())
    words = make_segment("2", RUSSIAN, "\n".join(("12", *WORDS)), opens=True)
    before = snapshot(RUSSIAN, (words,))
    evidence = Evidence(readings={"ru": {**READINGS, number.id: Reading("12", 0.9)}}, loose={PAGE.id: (number,)})

    after = applied(before, run(before, evidence))

    (made,) = (line for line in after.lines if line.box == number.box)
    assert made.id.startswith("id")
    assert after.orders[0].lines[0] == made.id
    assert made.id in {link.line for link in after.links}
    assert not stale(after, PART, ocr=OCR, generator="test/2")
