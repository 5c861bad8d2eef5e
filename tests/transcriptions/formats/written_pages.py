"""Hypothesis strategies for written pages, and where schemas and examples lie."""

from pathlib import Path

from hypothesis import strategies as st

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, Line, LinePart, Role
from transcriptions.model import Certainty, MarkKind
from transcriptions.parsed import ParsedMark
from transcriptions.written import WrittenBlock, WrittenLine, WrittenPage

SHARED = Path(__file__).resolve().parents[4] / "shared"
SCHEMAS = SHARED / "schemas"
SOURCES = SHARED / "groundtruth" / "source"

WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8)
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
CONFIDENCES = st.sampled_from([0.25, 0.5, 0.875])


@st.composite
def marks(draw: st.DrawFn, text: str) -> ParsedMark:
    start = draw(st.integers(0, len(text)))
    return ParsedMark(
        kind=draw(st.sampled_from(MarkKind)),
        start=start,
        end=draw(st.integers(start, len(text))),
        raw=draw(TEXTS),
        raw_start=draw(st.integers(0, 5)),
        value=draw(TEXTS),
        certainty=draw(st.sampled_from(Certainty)),
        suggested=draw(st.none() | st.sampled_from(MarkKind)),
    )


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    return Box(draw(st.integers(0, 900)), draw(st.integers(0, 900)), draw(st.integers(2, 90)), draw(st.integers(2, 40)))


@st.composite
def lines(draw: st.DrawFn, *, rich: bool) -> WrittenLine:
    box = draw(boxes())
    hand = draw(st.sampled_from(Hand))
    parts = () if hand is Hand.UNKNOWN else (LinePart(box.x, box.right, hand, 1.0),)
    text = draw(TEXTS)
    found: tuple[ParsedMark, ...] = ()
    if rich:
        found = tuple(draw(st.lists(marks(text), max_size=2)))
        if draw(st.booleans()):
            parts = (
                LinePart(box.x, box.x + 1, Hand.TYPED, 0.5),
                LinePart(box.x + 1, box.right, Hand.HANDWRITTEN, 0.25),
            )
    baseline = Baseline((Point(box.x, box.bottom - 1), Point(box.right, box.bottom - 1)))
    layout = Line(
        baseline=baseline,
        boundary=box.polygon,
        role=draw(st.sampled_from(Role)),
        parts=parts,
        confidence=draw(CONFIDENCES) if rich else 1.0,
        faint=draw(st.booleans()) if rich else False,
    )
    return WrittenLine(layout, text, marks=found, confidence=draw(st.none() | CONFIDENCES))


@st.composite
def pages(draw: st.DrawFn, *, rich: bool) -> WrittenPage:
    blocks = []
    for index in range(draw(st.integers(0, 3))):
        found = [draw(lines(rich=rich)) for _ in range(draw(st.integers(1, 3)))]
        named = tuple(
            WrittenLine(line.layout, line.text, f"line_{index}_{k}", line.marks, line.confidence)
            for k, line in enumerate(found)
        )
        role = draw(st.none() | st.sampled_from(Role))
        blocks.append(WrittenBlock(draw(boxes()).polygon, named, role, f"block_{index}"))
    return WrittenPage(
        Size(1000, 1000), tuple(blocks), image="p1.jpg", creator="stroka", created="2026-01-02T03:04:05Z"
    )
