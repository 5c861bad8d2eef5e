"""Builders of values with sensible defaults, for tests of several packages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, LinePart, Role
from server.workflows import ANALYSER
from transcriptions.identity import (
    BeadId,
    DocumentId,
    LineId,
    LinkId,
    MarkId,
    PageId,
    PartId,
    SegmentId,
    TextId,
)
from transcriptions.model import (
    Alignment,
    Anchor,
    Bead,
    BeadLevel,
    Date,
    DateKind,
    Document,
    Field,
    Holding,
    HoldingKind,
    Line,
    Link,
    Mark,
    MarkKind,
    Order,
    Origin,
    Page,
    Part,
    Placement,
    Segment,
    SegmentKind,
    Span,
    Text,
    TextKind,
    View,
)
from transcriptions.revision import Snapshot


def make_id(name: str) -> str:
    """Give an id of the stored form out of a short name, the same each time."""
    return (name + "a" * 26)[:26]


PAGE_SIZE = Size(1240, 1754)


def make_page(name: str, *, document: str = "cable", size: Size = PAGE_SIZE) -> Page:
    placement = Placement(make_id("i" + name), size, view=View(master="0" * 64), pack="p" * 40)
    return Page(PageId(make_id("p" + name)), DocumentId(document), size, (placement,), label=name)


def make_line(
    name: str,
    page: Page,
    box: Box,
    *,
    hand: Hand = Hand.TYPED,
    role: Role = Role.BODY,
    anchor: Anchor | None = None,
) -> Line:
    baseline = Baseline((Point(box.x, box.bottom - 8), Point(box.right, box.bottom - 8)))
    parts = (LinePart(box.x, box.right, hand, 0.9),)
    return Line(LineId(make_id("n" + name)), page.id, baseline, box.polygon, role, parts, 0.9, anchor=anchor)


def make_segment(name: str, text: Text, content: str, *, opens: bool = False) -> Segment:
    return Segment(
        SegmentId(make_id("s" + name)),
        text.id,
        rank=name,
        kind=SegmentKind.SENTENCE,
        raw=content + "\n",
        content=content,
        opens_paragraph=opens,
    )


def make_link(segment: Segment, line: Line, words: str, *, x: tuple[int, int] | None = None) -> Link:
    """Link the first place where these words stand in a segment to a line."""
    start = segment.content.index(words)
    left, right = x or (line.box.x, line.box.right)
    name = f"k{segment.id[1:4]}{line.id[1:4]}"
    return Link(LinkId(make_id(name)), segment.id, start, start + len(words), line.id, 0.9, left, right)


def make_mark(name: str, segment: Segment, words: str, kind: MarkKind, *, hand: Hand = Hand.HANDWRITTEN) -> Mark:
    start = segment.content.index(words)
    return Mark(
        MarkId(make_id("m" + name)),
        segment.id,
        kind,
        start,
        start + len(words),
        raw=f"[{words}]",
        raw_start=start,
        hand=hand,
    )


def make_bead(name: str, source: Segment, target: Segment) -> Bead:
    return Bead(
        BeadId(make_id("b" + name)),
        source.text,
        target.text,
        BeadLevel.SENTENCE,
        (Span(source.id, 0, len(source.content)),),
        (Span(target.id, 0, len(target.content)),),
        0.8,
    )


def make_cable(document: str = "cable") -> Snapshot:
    """Give a document of a final version (two pages, with translation) and an untranslated draft (one page).

    The first line is a date by hand; the second sentence has two words inserted by hand above its first line.
    """
    pages = tuple(make_page(name, document=document) for name in ("1", "2", "3"))
    final = Part(
        PartId(make_id("r1")),
        DocumentId(document),
        0,
        (("en", ("Final version",)), ("ru", ("Окончательный текст",))),
        (pages[0].id, pages[1].id),
    )
    draft = Part(
        PartId(make_id("r2")), DocumentId(document), 1, (("en", ("Draft",)),), (pages[2].id,), untranslated=True
    )
    aligned = Alignment("stroka-align/1", "shape", "0" * 64)
    russian = Text(
        TextId(make_id("t2ru")), DocumentId(document), final.id, TextKind.TRANSCRIPTION, "ru", alignment=aligned
    )
    english = Text(
        TextId(make_id("t3en")),
        DocumentId(document),
        final.id,
        TextKind.TRANSLATION,
        "en",
        creator="A. Translator",
        credit=(("en", ("Translated by A. Translator.",)),),
        alignment=replace(aligned, evidence="bitext"),
    )
    written = (
        make_segment("2", russian, "20.IX.50 г.", opens=True),
        make_segment("3", russian, "Посетите министра и в тот же день сообщите ему следующее.", opens=True),
        make_segment("4", russian, "Исполнение телеграфируйте."),
    )
    translated = (
        make_segment("5", english, "20 September 1950", opens=True),
        make_segment("6", english, "Visit the minister and on the same day tell him the following.", opens=True),
        make_segment("7", english, "Telegraph when this is done."),
    )
    body = make_line("3", pages[0], Box(150, 300, 900, 40))
    lines = (
        make_line("2", pages[0], Box(800, 100, 260, 60), hand=Hand.HANDWRITTEN, role=Role.DATE),
        body,
        make_line(
            "4",
            pages[0],
            Box(600, 260, 220, 36),
            hand=Hand.HANDWRITTEN,
            role=Role.INSERTION,
            anchor=Anchor(body.id, 610),
        ),
        make_line("5", pages[0], Box(150, 350, 500, 40)),
        make_line("6", pages[1], Box(150, 200, 700, 40)),
    )
    links = (
        make_link(written[0], lines[0], "20.IX.50 г."),
        make_link(written[1], lines[1], "Посетите министра и ", x=(150, 600)),
        replace(make_link(written[1], lines[2], "в тот же день "), moved=True),
        replace(make_link(written[1], lines[1], "сообщите ему", x=(620, 1050)), id=LinkId(make_id("kx"))),
        make_link(written[1], lines[3], "следующее."),
        make_link(written[2], lines[4], "Исполнение телеграфируйте."),
    )
    marks = (
        make_mark("2", written[0], "20.IX.50 г.", MarkKind.DATE),
        make_mark("3", written[1], "в тот же день", MarkKind.INSERTION),
        make_mark("4", translated[0], "20 September 1950", MarkKind.DATE),
    )
    beads = tuple(make_bead(str(n + 2), *pair) for n, pair in enumerate(zip(written, translated, strict=True)))
    return Snapshot(
        document=make_document(document),
        parts=(final, draft),
        pages=pages,
        orders=tuple(_orders(pages, lines)),
        lines=lines,
        texts=(russian, english),
        segments=(*written, *translated),
        marks=marks,
        links=tuple(sorted(links, key=lambda link: link.id)),
        beads=beads,
        number=3,
        modified="2026-01-02T03:04:05Z",
    )


def _orders(pages: Sequence[Page], lines: Sequence[Line]) -> list[Order]:
    return [Order(page.id, tuple(line.id for line in lines if line.page == page.id), ANALYSER) for page in pages]


def make_document(id: str = "cable", **changes: object) -> Document:
    document = Document(
        DocumentId(id),
        Origin("tests", id),
        title=(("en", ("Cable to the ambassador",)), ("ru", ("Телеграмма послу",))),
        summary=(("en", ("A made-up cable.",)),),
        dates=(Date("20.IX.50 г.", "1950-09-20", DateKind.WRITTEN),),
        holdings=(Holding(HoldingKind.ORIGINAL, "An archive", "f. 1, op. 2, d. 3"),),
        fields=(Field((("en", ("Subject",)), ("ru", ("Предмет",))), (("en", ("Tests",)),)),),
        credit=(("en", ("Written for tests.",)),),
        languages=("ru", "en"),
    )
    return replace(document, **changes)  # type: ignore[arg-type]
