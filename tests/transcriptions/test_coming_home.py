"""A document that went out as TEI and comes home: what nobody touched stays as it was, and whose work it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TypeVar

import pytest

from tests.builders import make_cable, make_id
from transcriptions import exporting, imported
from transcriptions.exporting import parsed
from transcriptions.formats.pages import FORMATS, PageFormat
from transcriptions.formats.tei import reading, supplying, writing
from transcriptions.identity import BeadId, LineId
from transcriptions.imported import GENERATOR
from transcriptions.model import Bead, BeadLevel, Entity, Line, Link, Order, Segment, Span, Supplied, Text, TextKind
from transcriptions.parsed import ParsedSegment
from transcriptions.revision import EntityKind, Snapshot
from transcriptions.supplied import SuppliedDocument, SuppliedLines, SuppliedPage, SuppliedPart, SuppliedText
from transcriptions.supply import Reconciled, reconcile
from transcriptions.written import WrittenPage

E = TypeVar("E", bound=Entity)
FILES = {TextKind.TRANSCRIPTION: "transcription.ru.txt", TextKind.TRANSLATION: "translation.en.txt"}


@pytest.fixture
def cable() -> Snapshot:
    """Give a document that a folder of pictures and two texts made, aligned by program, one bead of it confirmed."""
    made = make_cable()
    first = made.beads[1]
    halves = [
        Bead(
            BeadId(make_id(f"c{number}")),
            first.source_text,
            first.target_text,
            BeadLevel.CLAUSE,
            (Span(first.source[0].segment, *source),),
            (Span(first.target[0].segment, *target),),
            0.7,
            within=first.id,
            pinned=number == 3,
        )
        for number, source, target in ((2, (0, 17), (0, 18)), (3, (18, 57), (19, 62)))
    ]
    return replace(
        made,
        pages=tuple(replace(page, source_id=f"{page.label}.png") for page in made.pages),
        parts=tuple(replace(part, source_id=f"part-{part.position}") for part in made.parts),
        texts=tuple(replace(text, supplied=Supplied(FILES[text.kind], "0" * 64)) for text in made.texts),
        beads=(made.beads[0], replace(first, pinned=True), made.beads[2], *halves),
    )


def minting() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{next(numbers):026d}".translate(str.maketrans("0189", "wxyz"))


def of_file(text: Text, snapshot: Snapshot) -> SuppliedText:
    """Give a text as its own file supplies it."""
    part = snapshot.part(text.part)
    assert text.supplied is not None and part is not None
    return SuppliedText(
        text.supplied,
        part.source_id,
        text.kind,
        text.language,
        tuple(_as_parsed(each, snapshot) for each in snapshot.segments_of(text.id)),
        creator=text.creator,
        credit=text.credit,
    )


def _as_parsed(segment: Segment, snapshot: Snapshot) -> ParsedSegment:
    marks = tuple(
        replace(parsed(mark, mark.start, mark.end), raw_start=mark.raw_start)
        for mark in snapshot.marks_of([segment.id])
    )
    return ParsedSegment(segment.kind, segment.raw, segment.content, marks, segment.opens_paragraph)


def come_home(snapshot: Snapshot, data: str, *, beside: tuple[Text, ...] = ()) -> Reconciled:
    """Take a TEI file in beside the pictures, and beside the files of some texts."""
    names = [page.source_id for page in snapshot.pages]
    by_id = {page.id: page.source_id for page in snapshot.pages}
    parts = [
        SuppliedPart(p.source_id, p.label, tuple(by_id[id] for id in p.pages), p.untranslated) for p in snapshot.parts
    ]
    file = reading.read(data.encode(), name="d.xml")
    supply = supplying.supply(file, data.encode(), name="d.xml", pages=names, parts=parts, language="ru")
    assert supply.faults == ()
    pages = tuple(
        SuppliedPage(
            page.source_id, page.size, page.placements[0].view, page.placements[0].pack, label=page.label,
            lines=supply.lines.get(page.source_id),
        )
        for page in snapshot.pages
    )  # fmt: skip
    texts = (*(of_file(text, snapshot) for text in beside), *supply.texts)
    document = SuppliedDocument("cable", snapshot.document, pages, tuple(parts), texts, supply.beads)
    return reconcile(snapshot, document, held={}, mint=minting())


def written(snapshot: Snapshot) -> str:
    return b"".join(writing.write(snapshot)).decode()


def now(home: Reconciled, kind: type[E]) -> list[E]:
    """Give the entities of one kind that were made or changed, as they are now."""
    return [effect.after for effect in home.effects if isinstance(effect.after, kind)]


def come_or_gone(home: Reconciled) -> list[str]:
    return [effect.entity.id for effect in home.effects if effect.before is None or effect.after is None]


def test_an_untouched_file_changes_only_where_texts_come_from(cable: Snapshot) -> None:
    home = come_home(cable, written(cable))
    texts = {text.id: text for text in now(home, Text)}

    assert home.differences == ()
    assert {effect.kind for effect in home.effects} == {EntityKind.TEXT, EntityKind.ORDER}
    assert [text.supplied.name for text in texts.values() if text.supplied] == ["d.xml", "d.xml#2"]
    assert [texts[text.id].alignment for text in cable.texts] == [text.alignment for text in cable.texts]
    assert {order.generator for order in now(home, Order)} == {f"{GENERATOR}tei of {cable.orders[0].generator}"}


def test_beside_the_texts_own_files_an_untouched_file_changes_nothing_of_them(cable: Snapshot) -> None:
    home = come_home(cable, written(cable), beside=cable.texts)

    assert home.differences == ()
    assert {effect.kind for effect in home.effects} == {EntityKind.ORDER}


def test_words_changed_elsewhere_are_taken_and_their_links_are_doubtful(cable: Snapshot) -> None:
    data = written(cable).replace("Исполнение телеграфируйте", "Об исполнении сообщите").replace("Telegraph", "Report")
    home = come_home(cable, data)
    texts = {text.id: text.alignment for text in now(home, Text)}
    russian, english = cable.texts
    aligned = texts[russian.id]

    assert [segment.content for segment in now(home, Segment)] == [
        "Об исполнении сообщите.",
        "Report when this is done.",
    ]
    assert aligned is not None and russian.alignment is not None
    assert (aligned.evidence, aligned.generator) == ("mixed", russian.alignment.generator)
    assert texts[english.id] == english.alignment
    assert all(bead.confidence < 0.5 and not bead.pinned for bead in now(home, Bead))
    assert [link.confidence < 0.5 for link in now(home, Link)] == [True]
    assert come_or_gone(home) == []


def test_words_changed_elsewhere_beside_the_texts_own_file_are_told(cable: Snapshot) -> None:
    data = written(cable).replace("Исполнение телеграфируйте", "Об исполнении сообщите").replace("Telegraph", "Report")
    home = come_home(cable, data, beside=cable.texts)

    assert {effect.kind for effect in home.effects} == {EntityKind.ORDER}
    assert [(difference.id, difference.detail) for difference in home.differences] == [
        (
            cable.segments[2].id,
            "d.xml: reads “Об исполнении сообщите.” and not “Исполнение телеграфируйте.”, which stays as the text's "
            "own file has it",
        ),
        (
            cable.segments[5].id,
            "d.xml#2: reads “Report when this is done.” and not “Telegraph when this is done.”, which stays as the "
            "text's own file has it",
        ),
    ]


def test_segments_keep_their_ids_wherever_they_are_put(cable: Snapshot) -> None:
    data = written(cable)
    (moved,) = re.findall(rf'<seg xml:id="g-{cable.segments[2].id}".*?</seg>', data, re.S)
    first = f'<seg xml:id="g-{cable.segments[1].id}"'
    home = come_home(cable, data.replace(moved, "").replace(first, moved + first))
    segments = {segment.id: segment for segment in (*cable.segments, *now(home, Segment))}
    order = sorted((each for each in segments.values() if each.text == cable.texts[0].id), key=lambda each: each.rank)

    assert [each.content[:8] for each in order] == ["20.IX.50", "Исполнен", "Посетите"]
    assert come_or_gone(home) == []


def test_a_page_alone_never_takes_the_place_of_its_text(cable: Snapshot) -> None:
    page = b"".join(writing.write(cable, page=cable.pages[0].id)).decode().replace("сообщите ему", "скажите ему")
    home = come_home(cable, page)

    assert {effect.kind for effect in home.effects} <= {EntityKind.ORDER}
    assert [difference.id for difference in home.differences] == [cable.segments[1].id]


def test_a_draft_that_comes_back_stays_a_draft(cable: Snapshot) -> None:
    draft = replace(cable.texts[0], kind=TextKind.OCR_DRAFT, supplied=None)
    drafted = replace(cable, texts=(draft, cable.texts[1]))
    home = come_home(drafted, written(drafted).replace("Исполнение", "Исполнения"), beside=cable.texts[1:])

    assert {effect.kind for effect in home.effects} == {EntityKind.ORDER}
    assert [difference.id for difference in home.differences] == [cable.segments[2].id]


def test_links_that_somebody_confirmed_elsewhere_are_confirmed_here(cable: Snapshot) -> None:
    first, _, third, clause, _ = cable.beads
    data = re.sub(rf'<link xml:id="b-{first.id}".*?/>\n', "", written(cable))
    known, more = (f'target="#g-{bead.source[0].segment}' for bead in (third, first))
    home = come_home(cable, data.replace(known, f'ana="stroka:pinned" {more} #g-{third.source[0].segment}'))
    (made,) = now(home, Bead)

    assert made.pinned
    assert [span.segment for span in (*made.source, *made.target)] == [
        first.source[0].segment,
        third.source[0].segment,
        third.target[0].segment,
    ]
    assert {each for each in come_or_gone(home) if each != made.id} == {first.id, third.id}
    assert clause.id not in {effect.entity.id for effect in home.effects}


def lined_home(snapshot: Snapshot, form: PageFormat, *, change: Callable[[WrittenPage], WrittenPage]) -> Reconciled:
    """Take the page files of a document in again, without any file of its transcription."""
    by_id = {page.id: page for page in snapshot.pages}
    files = {}
    for id, page in exporting.pages(snapshot):
        if page.lines:
            (again,) = form.read(b"".join(form.write(change(page))), name="f")
            files[by_id[id].source_id] = again
    pages = tuple(
        SuppliedPage(
            page.source_id, page.size, page.placements[0].view, page.placements[0].pack, label=page.label,
            lines=SuppliedLines("f", form.name, files[page.source_id]) if page.source_id in files else None,
        )
        for page in snapshot.pages
    )  # fmt: skip
    parts = tuple(
        SuppliedPart(p.source_id, p.label, tuple(by_id[id].source_id for id in p.pages), p.untranslated)
        for p in snapshot.parts
    )
    composed = imported.compose(list(files.items()), language="ru")
    text = SuppliedText(
        Supplied("*.xml", "1" * 64),
        parts[0].id,
        TextKind.TRANSCRIPTION,
        "ru",
        composed.segments,
        breaks_kept=True,
        pages={place: place for place in files},
        born=composed.places,
    )
    texts = (text, of_file(snapshot.texts[1], snapshot))
    document = SuppliedDocument("cable", snapshot.document, pages, parts, texts)
    return reconcile(snapshot, document, held={}, mint=minting())


def without_corrections(page: WrittenPage) -> WrittenPage:
    return page


def corrected(page: WrittenPage) -> WrittenPage:
    blocks = tuple(
        replace(block, lines=tuple(replace(line, text=line.text.replace("следующее", "всё")) for line in block.lines))
        for block in page.blocks
    )
    return replace(page, blocks=blocks)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_page_files_that_come_back_say_no_more_than_they_do(cable: Snapshot, form: PageFormat) -> None:
    untouched, changed = (lined_home(cable, form, change=each) for each in (without_corrections, corrected))
    (before, _), (same, *_), (other, *_) = cable.texts, now(untouched, Text), now(changed, Text)
    lines = {line.id: line for line in cable.lines}

    assert untouched.differences == ()
    assert same.alignment == before.alignment
    assert not now(untouched, Line)
    assert all(order.generator.endswith(f" of {cable.orders[0].generator}") for order in now(untouched, Order))
    assert before.alignment is not None
    assert other.alignment == replace(before.alignment, evidence="mixed")
    assert [lines[LineId(each.id)].source_id for each in changed.differences] == [""]
    assert "reads “всё.” and not “следующее.” any more" in changed.differences[0].detail
