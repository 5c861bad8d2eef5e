"""Hypothesis strategies for whole documents: pages with lines, texts linked to them, marks, beads and a description."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import strategies as st

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, LinePart, Role
from tests.builders import make_document, make_id, make_page
from transcriptions import markup
from transcriptions.identity import (
    BeadId,
    HandId,
    LineId,
    LinkId,
    MarkId,
    PartId,
    SegmentId,
    TextId,
)
from transcriptions.markup import Layer
from transcriptions.model import (
    Alignment,
    Anchor,
    Bead,
    BeadLevel,
    Calendar,
    Certainty,
    Date,
    DateKind,
    Document,
    Field,
    Foliation,
    Function,
    Holding,
    HoldingKind,
    LanguageMap,
    Line,
    Link,
    Mark,
    MarkKind,
    Order,
    Page,
    Part,
    Place,
    RegisteredHand,
    Segment,
    SegmentKind,
    Span,
    Text,
    TextKind,
)
from transcriptions.parsed import ParsedMark
from transcriptions.revision import Snapshot

WORDS = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="[]"), min_size=1, max_size=6)
PHRASES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
SOME = st.one_of(st.just(""), PHRASES)
BRACKETS = (
    "[handwritten: {}]",
    "[inserted by hand: {}]",
    "[[{}]]",
    "[{}?]",
    "[crossed out: {}]",
    "[stamp: {}]",
    "[illegible]",
    "[3-4 illegible letters]",
    "[signature]",
    "[sic]",
    "[Translator's note: {}]",
    "[handwritten: 20 September 1950]",
    "{}",
)
EDTF = st.sampled_from(
    ["1950-09-20", "1950-09", "195X", "1950-09-20?", "1950/1951", "../1945-05-05", "", "XXXX-05-05/.."]
)


def maps() -> st.SearchStrategy[LanguageMap]:
    values = st.lists(PHRASES, min_size=1, max_size=2).map(tuple)
    return st.dictionaries(st.sampled_from(["en", "ru", "none"]), values, max_size=2).map(lambda d: tuple(d.items()))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    dates = st.builds(Date, SOME, EDTF, st.sampled_from(DateKind), st.sampled_from(Calendar), SOME)
    holdings = st.builds(Holding, st.sampled_from(HoldingKind), SOME, SOME, st.booleans(), SOME, SOME)
    hands = st.builds(
        RegisteredHand,
        st.just(HandId("pencil")),
        st.sampled_from(Hand),
        SOME,
        SOME,
        SOME,
        st.sampled_from(Certainty),
        SOME,
    )
    return make_document(
        title=draw(maps()),
        summary=draw(maps()),
        dates=tuple(draw(st.lists(dates, max_size=2))),
        holdings=tuple(draw(st.lists(holdings, max_size=3))),
        fields=tuple(draw(st.lists(st.builds(Field, maps(), maps()), max_size=2))),
        credit=draw(maps()),
        rights=draw(st.sampled_from(["", "http://rightsstatements.org/vocab/NoC-US/1.0/", "все права"])),
        languages=tuple(draw(st.lists(st.sampled_from(["ru", "en", "ko"]), unique=True, max_size=2))),
        homepage=draw(st.sampled_from(["", "https://example.org/a?b=c&d"])),
        source_id=draw(SOME),
        hands=tuple(draw(st.lists(hands, max_size=1))),
    )


@st.composite
def lines(draw: st.DrawFn, page: Page, name: str) -> Line:
    box = Box(draw(st.integers(0, 900)), draw(st.integers(0, 900)), draw(st.integers(2, 90)), draw(st.integers(2, 40)))
    hand = draw(st.sampled_from(Hand))
    parts = (LinePart(box.x, box.right, hand, draw(st.sampled_from([0.5, 1.0]))),)
    if draw(st.booleans()):
        typed = LinePart(box.x, box.x + draw(st.integers(0, 1)), Hand.TYPED, 0.5)
        parts = (typed, LinePart(box.x + 1, box.right, Hand.STAMP, 0.25))
    return Line(
        LineId(make_id(f"n{name}")),
        page.id,
        Baseline((Point(box.x, box.bottom - 1), Point(box.right, box.bottom - 1))),
        box.polygon,
        draw(st.sampled_from(Role)),
        () if parts[0].hand is Hand.UNKNOWN else parts,
        draw(st.sampled_from([0.25, 0.875, 1.0])),
        faint=draw(st.booleans()),
    )


@st.composite
def segments(draw: st.DrawFn, text: Text, name: str) -> tuple[Segment, tuple[Mark, ...]]:
    """Give a segment whose marks come out of its brackets, or lie anywhere."""
    pieces = [draw(st.sampled_from(BRACKETS)).format(draw(PHRASES)) for _ in range(draw(st.integers(1, 3)))]
    raw = "".join(piece + draw(st.sampled_from([" ", "\n"])) for piece in pieces)
    layer = Layer.TRANSLATION if text.kind is TextKind.TRANSLATION else Layer.SOURCE
    content, found = markup.parse(raw, language=text.language, layer=layer, keep_breaks=True)
    if draw(st.booleans()) and content:
        raw = content + "\n"
        found = tuple(draw(st.lists(marks(content), max_size=3)))
    segment = Segment(
        SegmentId(make_id(f"s{name}")),
        text.id,
        rank=name,
        kind=draw(st.sampled_from(SegmentKind)),
        raw=raw,
        content=content,
        opens_paragraph=name.endswith("2") or draw(st.booleans()),
    )
    return segment, tuple(_mark(each, segment, f"{name}{k}") for k, each in zip("bcdefgh", found, strict=False))


@st.composite
def marks(draw: st.DrawFn, content: str) -> ParsedMark:
    start = draw(st.integers(0, len(content)))
    return ParsedMark(
        kind=draw(st.sampled_from(MarkKind)),
        start=start,
        end=draw(st.integers(start, len(content))),
        raw="",
        raw_start=0,
        value=draw(SOME),
        certainty=draw(st.sampled_from(Certainty)),
        hand=draw(st.sampled_from(Hand)),
        function=draw(st.sampled_from(Function)),
        place=draw(st.sampled_from(Place)),
        suggested=draw(st.none() | st.sampled_from(MarkKind)),
        hand_id=draw(st.none() | st.just(HandId("pencil"))),
        pinned=draw(st.booleans()),
    )


def _mark(parsed: ParsedMark, segment: Segment, name: str) -> Mark:
    return Mark(
        MarkId(make_id(f"m{name}")),
        segment.id,
        parsed.kind,
        parsed.start,
        parsed.end,
        parsed.raw,
        parsed.raw_start,
        value=parsed.value,
        certainty=parsed.certainty,
        hand=parsed.hand,
        function=parsed.function,
        place=parsed.place,
        suggested=parsed.suggested,
        hand_id=parsed.hand_id,
        pinned=parsed.pinned,
    )


def linked(segments: list[Segment], targets: list[Line], *, long: int) -> list[Link]:
    """Lay the words of segments on lines in turn, so many words on each, until there are no more lines."""
    found: list[Link] = []
    free = list(targets)
    for segment in segments:
        words = list(re.finditer(r"\S+\s*", segment.content))
        for first in range(0, len(words), long):
            if not free:
                return found
            line = free.pop(0)
            start, end = words[first].start(), words[min(first + long, len(words)) - 1].end()
            name = f"k{segment.id[1:6]}{line.id[1:6]}"
            found.append(Link(LinkId(make_id(name)), segment.id, start, end, line.id, 0.5))
    return found


@st.composite
def joined(draw: st.DrawFn, source: list[Segment], target: list[Segment]) -> list[Bead]:
    """Join segments of two texts in order, one or two of each side."""
    beads: list[Bead] = []
    left, right = list(source), list(target)
    while left and right:
        one, other = (side[: draw(st.integers(1, 2))] for side in (left, right))
        del left[: len(one)], right[: len(other)]
        beads.append(
            Bead(
                BeadId(make_id(f"b{'bcdefg'[len(beads)]}")),
                one[0].text,
                other[0].text,
                BeadLevel.SENTENCE,
                tuple(Span(each.id, 0, len(each.content)) for each in one),
                tuple(Span(each.id, 0, len(each.content)) for each in other),
                draw(st.sampled_from([0.75, 1.0])),
                pinned=draw(st.booleans()),
            )
        )
    return beads


@st.composite
def clauses(draw: st.DrawFn, beads: list[Bead]) -> list[Bead]:
    """Cut some beads into two clauses each."""
    found: list[Bead] = []
    for bead in beads:
        ends = [bead.source[0].end, bead.target[0].end]
        if draw(st.booleans()) and min(ends) > 1:
            first, second = (draw(st.integers(1, end - 1)) for end in ends)
            halves = (((0, first), (0, second)), ((first, ends[0]), (second, ends[1])))
            found += [
                replace(
                    bead,
                    id=BeadId(make_id(f"c{bead.id[1]}{place}")),
                    level=BeadLevel.CLAUSE,
                    source=(Span(bead.source[0].segment, *own),),
                    target=(Span(bead.target[0].segment, *other),),
                    within=bead.id,
                )
                for place, (own, other) in zip("bc", halves, strict=True)
            ]
    return found


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Give a document of one or two pages with a transcription or draft, and perhaps a translation joined to it."""
    document = draw(documents())
    pages = []
    for name in ("2", "3")[: draw(st.integers(1, 2))]:
        foliations = (Foliation("leaf", "5"),) if draw(st.booleans()) else ()
        page = make_page(name, size=Size(1000, 1000))
        pages.append(replace(page, source_id=draw(st.sampled_from(["", f"p {name}.jpg"])), foliations=foliations))
    found = [draw(lines(page, f"{page.label}{k}")) for page in pages for k in "bcde"[: draw(st.integers(0, 4))]]
    if len(found) > 1 and found[0].page == found[1].page and draw(st.booleans()):
        found[1] = replace(found[1], role=Role.INSERTION, anchor=Anchor(found[0].id, 5))
    part = Part(PartId(make_id("r2")), document.id, 0, (), tuple(page.id for page in pages))
    aligned = Alignment("stroka-align/1", "shape", "0" * 64)
    kind = draw(st.sampled_from([TextKind.TRANSCRIPTION, TextKind.OCR_DRAFT]))
    source = Text(TextId(make_id("t2")), document.id, part.id, kind, "ru", alignment=aligned)
    target = Text(
        TextId(make_id("t3")),
        document.id,
        part.id,
        TextKind.TRANSLATION,
        "en",
        label=draw(maps()),
        creator=draw(SOME),
        source=draw(SOME),
        credit=draw(maps()),
    )
    written = [draw(segments(source, f"2{k}")) for k in "234567"[: draw(st.integers(1, 5))]]
    translated = [draw(segments(target, f"3{k}")) for k in "234567"[: draw(st.integers(0, 3))]]
    links = linked([segment for segment, _ in written], found, long=draw(st.integers(1, 3)))
    beads = draw(joined([segment for segment, _ in written], [segment for segment, _ in translated]))
    beads += draw(clauses(beads))
    return Snapshot(
        document=document,
        parts=(part,),
        pages=tuple(pages),
        orders=tuple(Order(page.id, tuple(line.id for line in found if line.page == page.id), "x") for page in pages),
        lines=tuple(found),
        texts=(source, target) if translated else (source,),
        segments=tuple(segment for segment, _ in (*written, *translated)),
        marks=tuple(mark for _, own in (*written, *translated) for mark in own),
        links=tuple(links),
        beads=tuple(beads),
        number=1,
        modified="2026-01-02T03:04:05Z",
    )
