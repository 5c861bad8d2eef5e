"""Pages, texts and cables for the alignment tests."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, LinePart, Role
from transcriptions.alignment.align import PageLines, Reading
from transcriptions.identity import DocumentId, LineId, MarkId, PageId, PartId, SegmentId, TextId
from transcriptions.model import Line, Mark, Segment, SegmentKind, Text, TextKind

CABLES = Path(__file__).resolve().parents[4] / "shared" / "cables"
PITCH = 30


def counter() -> Callable[[], str]:
    numbers = itertools.count()
    return lambda: f"id{next(numbers):06}"


def line(
    id: str,
    letters: int,
    *,
    page: str = "p1",
    row: int = 0,
    indent: int = 0,
    hand: Hand = Hand.TYPED,
    role: Role = Role.BODY,
) -> Line:
    box = Box(200 + indent * PITCH, 200 + 75 * row, max(1, letters * PITCH), 45)
    return Line(
        id=LineId(id),
        page=PageId(page),
        baseline=Baseline((Point(box.x, box.bottom - 8), Point(box.right, box.bottom - 8))),
        boundary=box.polygon,
        role=role,
        parts=(LinePart(box.x, box.right, hand, 1.0),),
        confidence=1.0,
    )


def page(lines: Sequence[Line], id: str = "p1") -> PageLines:
    return PageLines(PageId(id), Size(2480, 3508), tuple(lines))


def text(*, kept: bool = False, language: str = "ru", kind: TextKind = TextKind.TRANSCRIPTION, id: str = "t") -> Text:
    return Text(TextId(id), DocumentId("d"), PartId("part"), kind, language, breaks_kept=kept)


def segment(id: str, content: str, *, opens: bool = False, of: str = "t", tail: str = " ") -> Segment:
    return Segment(SegmentId(id), TextId(of), id, SegmentKind.SENTENCE, content + tail, content, opens_paragraph=opens)


def mark(id: str, of: str, kind: Any, start: int, end: int, *, hand: Hand = Hand.HANDWRITTEN) -> Mark:
    return Mark(MarkId(id), SegmentId(of), kind, start, end, "[…]", 0, hand=hand)


def noisy(words: str, errors: float, seed: int) -> str:
    """Read a line badly: letters changed, dropped and added."""
    chance = random.Random(seed)
    out = []
    for letter in words:
        fate = chance.random()
        if fate < errors * 0.7:
            out.append(chance.choice("оеанитсрвлк"))
        elif fate >= errors * 0.85:
            out.append(letter)
        if errors * 0.85 <= fate < errors:
            out.append(chance.choice("оеанитсрвлк"))
    return "".join(out)


@dataclass(frozen=True)
class Typed:
    """A running text, and the lines that it was typed on."""

    pages: tuple[PageLines, ...]
    segments: tuple[Segment, ...]
    readings: Mapping[LineId, Reading]
    words: Mapping[LineId, str]


def typed(paragraphs: Sequence[str], *, room: int = 60, errors: float = 0.1, rows: int = 40) -> Typed:
    """Type paragraphs on lines of some room, without breaking words."""
    lines: list[Line] = []
    words: dict[LineId, str] = {}
    for paragraph in paragraphs:
        row, indent = "", 5
        for word in [*paragraph.split(), ""]:
            if word and len(row) + len(word) + 1 + indent <= room:
                row = f"{row} {word}".strip()
                continue
            if row:
                number = len(lines)
                made = line(f"l{number:03}", len(row), page=f"p{number // rows}", row=number % rows, indent=indent)
                lines.append(made)
                words[made.id] = row
            row, indent = word, 0
    pages = [page([each for each in lines if each.page == id], id) for id in dict.fromkeys(each.page for each in lines)]
    return Typed(
        pages=tuple(pages),
        segments=tuple(segment(f"s{k}", p, opens=True, tail="\n\n") for k, p in enumerate(paragraphs)),
        readings={id: Reading(noisy(row, errors, k), 0.9) for k, (id, row) in enumerate(words.items())},
        words=words,
    )


PARAGRAPHS = (
    "В связи с Вашим запросом сообщаем для руководства следующее. Советское правительство не возражает против того, "
    "чтобы очередная сессия комиссии состоялась во второй половине августа, если другие стороны на это согласятся.",
    "Соседним представителям следует заблаговременно договориться о составе делегаций и о порядке их работы. "
    "Приглашать наблюдателей преждевременно, так как этот вопрос может быть решен только после договора.",
    "Просьба отсрочить на четыре месяца возврат шестидесяти тысяч тонн пшеницы рассмотрена. Передайте, что отсрочка "
    "предоставляется до первого декабря при условии, что погрузка производится в портах силами другой стороны.",
)


@pytest.fixture(scope="session")
def cable() -> dict[str, Any]:
    path = CABLES / "d1-bucharest-1950-07-03.json"
    if not path.is_file():
        pytest.skip("the composed cable is not in ../shared/cables")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
