"""Lines and texts out of page files: what lies where, and what stays when a corrected file comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, InsertionPlace, LinePart, Role
from images.layout.page import Line as LayoutLine
from tests.builders import make_cable
from transcriptions import exporting, imported
from transcriptions.formats import page_xml
from transcriptions.identity import DocumentId, LinkId
from transcriptions.model import Document, Link, MarkKind, Origin, Supplied, TextKind, View
from transcriptions.revision import KINDS, EntityKind, Snapshot, kind_of
from transcriptions.supplied import SuppliedDocument, SuppliedLines, SuppliedPage, SuppliedPart, SuppliedText
from transcriptions.supply import Reconciled, reconcile
from transcriptions.written import WrittenBlock, WrittenLine, WrittenPage

FIELDS = {kind: f"{kind.value}s" for kind in EntityKind if kind is not EntityKind.DOCUMENT}
SIZE = Size(1000, 8000)


def minting() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{next(numbers):026d}".translate(str.maketrans("0189", "abcd"))


def line(words: str, name: str, box: Box, **more: object) -> WrittenLine:
    baseline = Baseline((Point(box.x, box.bottom - 4), Point(box.right, box.bottom - 4)))
    shape = LayoutLine(baseline, box.polygon, Role.BODY, (LinePart(box.x, box.right, Hand.TYPED, 1.0),), 1.0)
    return WrittenLine(replace(shape, **more), words, name)  # type: ignore[arg-type]


def page(lines: list[WrittenLine]) -> WrittenPage:
    return WrittenPage(SIZE, (WrittenBlock(SIZE.box.polygon, tuple(lines), Role.BODY, "r1"),), image="p1.jpg")


def supplied(written: WrittenPage) -> SuppliedDocument:
    written = page_xml.read(b"".join(page_xml.write(replace(written, created="2026-01-01T00:00:00Z"))), name="p1.xml")[
        0
    ]
    composed = imported.compose([("p1.jpg", written)], language="ru")
    text = SuppliedText(
        Supplied("*.page.xml", "hash"),
        "document",
        TextKind.TRANSCRIPTION,
        "ru",
        composed.segments,
        breaks_kept=True,
        pages={"p1.jpg": "p1.jpg"},
        born=composed.places,
    )
    place = SuppliedPage("p1.jpg", SIZE, view=View("m"), pack="k", lines=SuppliedLines("p1.xml", "page", written))
    description = Document(DocumentId(""), Origin("s", "d"), title=(("en", ("A cable",)),))
    return SuppliedDocument("", description, (place,), (SuppliedPart("document", (), ("p1.jpg",)),), (text,))


def taken(before: Snapshot | None, given: SuppliedDocument, mint: Callable[[], str]) -> tuple[Snapshot, Reconciled]:
    outcome = reconcile(before, given, held={}, mint=mint)
    held = {(kind_of(entity), entity.id): entity for entity in (before.entities() if before else ())}
    for effect in outcome.effects:
        held.pop((effect.kind, effect.entity.id), None)
        if effect.after is not None:
            held[effect.kind, effect.entity.id] = effect.after
    document = next(entity for entity in held.values() if isinstance(entity, Document))
    groups = {name: tuple(e for e in held.values() if isinstance(e, KINDS[kind])) for kind, name in FIELDS.items()}
    groups["segments"] = tuple(sorted(groups["segments"], key=lambda each: (each.text, each.rank)))  # type: ignore[union-attr]
    return replace(Snapshot(document, modified="2026-01-01T00:00:00Z"), **groups), outcome  # type: ignore[arg-type]


def line_texts(snapshot: Snapshot) -> dict[str, str]:
    """Give the words on each line, by its name in the file."""
    contents = {segment.id: segment.content for segment in snapshot.segments}
    found: dict[str, str] = {each.id: "" for each in snapshot.lines}
    for link in sorted(snapshot.links, key=lambda each: each.start):
        found[link.line] = (found[link.line] + " " + contents[link.segment][link.start : link.end]).strip()
    return {each.source_id: found[each.id] for each in snapshot.lines}


WORDS = "урожай посол министр телеграмма правительство делегация совещание вопрос ответ доклад район завод".split()


def many(number: int) -> list[WrittenLine]:
    """Give lines of a long page; every third ends a sentence."""
    lines = []
    for index in range(number):
        words = " ".join(WORDS[(index * 5 + k * 7 + index // 12) % len(WORDS)] for k in range(6))
        words = words.capitalize() if index % 3 == 0 else words
        stop = "." if index % 3 == 2 else ""
        lines.append(line(f"{words} {index}{stop}", f"tr_{index}", Box(50, 20 + 60 * index, 800, 40)))
    return lines


def test_every_line_of_a_file_has_its_words() -> None:
    lines = many(40)
    lines[5] = replace(lines[5], text="  два  пробела [и скобки] ")
    lines[6] = replace(lines[6], text="")
    snapshot, outcome = taken(None, supplied(page(lines)), minting())

    assert line_texts(snapshot) == {each.source_id: each.text.strip() for each in lines}
    assert outcome.differences == ()
    assert {order.generator for order in snapshot.orders} == {"import/page"}
    assert [text.alignment.evidence for text in snapshot.texts if text.alignment] == ["imported"]
    assert not snapshot.marks


def test_a_second_supply_changes_nothing() -> None:
    mint = minting()
    snapshot, _ = taken(None, supplied(page(many(40))), mint)
    again = reconcile(snapshot, supplied(page(many(40))), held={}, mint=mint)

    assert (again.effects, again.differences) == ((), ())


def test_words_of_an_insertion_stand_once_where_they_go() -> None:
    host = line("Посетите министра и сообщите ему следующее.", "h", Box(100, 100, 860, 40))
    inserted = line("в тот же день", "i", Box(500, 60, 200, 30), role=Role.INSERTION, place=InsertionPlace(0, 500))
    inserted = replace(inserted, offset=20)
    snapshot, _ = taken(None, supplied(page([host, inserted])), minting())
    (segment,) = snapshot.segments
    (mark,) = snapshot.marks

    assert segment.content == "Посетите министра и в тот же день сообщите ему следующее."
    assert (mark.kind, segment.content[mark.start : mark.end].strip()) == (MarkKind.INSERTION, "в тот же день")
    assert line_texts(snapshot) == {"h": host.text, "i": inserted.text}


@pytest.mark.parametrize("pinned", [True, False])
def test_a_corrected_file_that_comes_back(pinned: bool) -> None:
    mint = minting()
    before, _ = taken(None, supplied(page(many(120))), mint)
    before = replace(before, links=tuple(replace(link, pinned=pinned) for link in before.links))
    gone_out = exporting.page(before, before.pages[0].id)
    assert gone_out is not None
    lines = list(gone_out.lines)
    changed = {f"tr_{index}" for index in range(1, 120, 3)}
    split = {"tr_30", "tr_60", "tr_90"}
    corrected: list[WrittenLine] = []
    for each in lines:
        if each.source_id == "tr_75":
            continue
        if each.source_id in split:
            words, box = each.text.split(" "), each.layout.box
            corrected.append(replace(line(" ".join(words[:3]), each.source_id, replace(box, width=400)), marks=()))
            corrected.append(line(" ".join(words[3:]), each.source_id + "b", replace(box, x=460, width=390)))
        elif each.source_id in changed:
            corrected.append(replace(each, text=each.text.replace("о", "0", 1) + " исправлено"))
        else:
            corrected.append(each)
    after, outcome = taken(before, supplied(page(corrected)), mint)

    assert len(changed) == 40
    assert line_texts(after) == {each.source_id: each.text for each in corrected}
    names = {each.id: each.source_id for each in (*before.lines, *after.lines)}
    old = {names[link.line]: link for link in before.links}
    new = {names[link.line]: link for link in after.links}
    untouched = {each.source_id for each in lines} - changed - split - {"tr_75"}
    assert len(untouched) == 76
    for name in untouched:
        assert (new[name].id, new[name].line, new[name].pinned, new[name].confidence) == (
            old[name].id,
            old[name].line,
            pinned,
            1.0,
        )
    for name in changed:
        assert (new[name].id, new[name].pinned) == (old[name].id, False)
        assert new[name].confidence < 0.5
    told = {names[difference.id] for difference in outcome.differences}  # type: ignore[index]
    assert told == changed | split | {f"{name}b" for name in split} | {"tr_75"}


def test_what_goes_out_and_comes_back_as_it_was_changes_no_words() -> None:
    cable = make_cable()
    for each in cable.pages[:2]:
        written = exporting.page(cable, each.id)
        assert written is not None
        composed = imported.compose([("p", written)], language="ru")
        own = [
            segment.content
            for segment in cable.segments
            if segment.text == cable.texts[0].id
            and any(link.segment == segment.id and link.line in _lines(cable, each.id) for link in cable.links)
        ]

        assert [" ".join(segment.content.split()) for segment in composed.segments] == own


def _lines(snapshot: Snapshot, page: str) -> set[str]:
    return {line.id for line in snapshot.lines if line.page == page}


def test_marks_go_out_with_their_lines() -> None:
    cable = make_cable()
    written = exporting.page(cable, cable.pages[0].id)
    assert written is not None
    told = [(mark.kind, line.text[mark.start : mark.end]) for line in written.lines for mark in line.marks]

    assert told == [(MarkKind.DATE, "20.IX.50 г."), (MarkKind.INSERTION, "в тот же день")]


def test_several_links_on_a_line_stay_where_its_words_do() -> None:
    mint = minting()
    before, _ = taken(None, supplied(page(many(6))), mint)
    whole = next(link for link in before.links if contents(before, link).startswith(many(6)[1].text[:5]))
    middle = whole.start + contents(before, whole).index(" ", 15)
    parts = (
        replace(whole, end=middle, pinned=True, confidence=0.4),
        replace(whole, id=LinkId(mint()), start=middle, pinned=True, confidence=0.6),
    )
    before = replace(before, links=(*(link for link in before.links if link is not whole), *parts))
    gone_out = exporting.page(before, before.pages[0].id)
    assert gone_out is not None
    lines = [replace(each, text=each.text.replace("4", "четыре")) for each in gone_out.lines]
    lines[0] = replace(lines[0], text="")
    after, outcome = taken(before, supplied(page(lines)), mint)

    stood = {(link.id, link.pinned, link.confidence, contents(after, link)) for link in after.links}
    assert {(part.id, True, part.confidence, contents(before, part).strip()) for part in parts} <= stood
    assert [difference.detail.partition(" ")[2].partition(" ")[0] for difference in outcome.differences] == [
        "reads",
        "has",
    ]


def contents(snapshot: Snapshot, link: Link) -> str:
    return next(each.content for each in snapshot.segments if each.id == link.segment)[link.start : link.end]
