"""Simulated lines: regions in reading order with noisy readings, and a running text; which words lie in which one."""

from __future__ import annotations

import random
import re

import msgspec

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, LinePart, Role
from server.evidence import PageEvidence
from server.single import Sheet, align, counting
from server.single import Written as Given
from transcriptions.alignment.align import PageLines, Reading, Shapes
from transcriptions.alignment.letters import shape
from transcriptions.identity import DocumentId, LineId, PageId, PartId, SegmentId, TextId
from transcriptions.model import Line, Segment, SegmentKind, Text, TextKind

_CODES, _WRONG = " xxxTgD.-", 0.1
_UNKNOWN = 0.4
"""Confidence of readings that are given without one."""

_TEXT = Text(TextId("text"), DocumentId("document"), PartId("part"), TextKind.TRANSCRIPTION, "ru")


class _Region(msgspec.Struct):
    id: str
    page: int
    bbox: tuple[int, int, int, int]
    ocr: str | None = None
    truth: tuple[int, int] | None = None


class _Task(msgspec.Struct):
    id: str
    transcription: str
    regions: list[_Region]


class _Tasks(msgspec.Struct):
    docs: list[_Task]


class _Placed(msgspec.Struct):
    id: str
    span: tuple[int, int] | None
    confidence: float


class _Prediction(msgspec.Struct):
    id: str
    regions: list[_Placed]


def predict(tasks: bytes) -> bytes:
    """Answer a file of tasks: for each region the span of the transcription that lies in it, or none.

    Where the file tells the truth and has no readings, shapes of letters are drawn from it, one in ten of them wrong.
    """
    docs = [_answer(task) for task in msgspec.json.decode(tasks, type=_Tasks).docs]
    return msgspec.json.encode({"docs": docs})


def _answer(task: _Task) -> _Prediction:
    numbers = sorted({region.page for region in task.regions})
    sheets = [_sheet([region for region in task.regions if region.page == n], n, task) for n in numbers]
    segments, starts = _paragraphs(task.transcription)
    found = align(sheets, Given(_TEXT, segments, ()))
    spans: dict[str, tuple[int, int, float]] = {}
    for link in found.links:
        start, end = starts[link.segment] + link.start, starts[link.segment] + link.end
        low, high, sure = spans.get(link.line, (start, end, 1.0))
        spans[link.line] = (min(low, start), max(high, end), min(sure, link.confidence))
    for first, second in found.joined:
        middle = _parted(task.transcription, spans[first], sheets, first, second)
        spans[second] = (middle, *spans[first][1:])
        spans[first] = (spans[first][0], middle, spans[first][2])
    placed = [
        _Placed(r.id, spans[r.id][:2], spans[r.id][2]) if r.id in spans else _Placed(r.id, None, 0.0)
        for r in task.regions
    ]
    return _Prediction(task.id, placed)


def _parted(text: str, span: tuple[int, int, float], sheets: list[Sheet], first: str, second: str) -> int:
    """Give where the words of two regions that were taken as one part: at the blank nearest to the gap."""
    boxes = {line.id: line.box for sheet in sheets for line in sheet.page.lines}
    left, right = boxes[LineId(first)], boxes[LineId(second)]
    share = (right.x - left.x) / max(1, right.right - left.x)
    starts = [span[0] + m.start() for m in re.finditer(r"(?<=\s)\S", text[span[0] : span[1]])]
    return min(starts, key=lambda at: abs(at - span[0] - share * (span[1] - span[0])), default=span[1])


def _paragraphs(text: str) -> tuple[tuple[Segment, ...], dict[SegmentId, int]]:
    mint = counting("s")
    segments: list[Segment] = []
    starts: dict[SegmentId, int] = {}
    at = 0
    for paragraph in text.split("\n"):
        id = SegmentId(mint())
        segments.append(
            Segment(id, _TEXT.id, id, SegmentKind.SENTENCE, paragraph + "\n", paragraph, opens_paragraph=True)
        )
        starts[id] = at
        at += len(paragraph) + 1
    return tuple(segments), starts


def _sheet(regions: list[_Region], number: int, task: _Task) -> Sheet:
    lines = tuple(_line(region, PageId(f"p{number}")) for region in regions)
    readings = {LineId(r.id): Reading(r.ocr, _UNKNOWN) for r in regions if r.ocr}
    right, bottom = max(line.box.right for line in lines), max(line.box.bottom for line in lines)
    page = PageLines(PageId(f"p{number}"), Size(right + 100, bottom + 100), lines)
    drawn = {LineId(r.id): _shapes(r, task) for r in regions if r.truth is not None and r.ocr is None}
    return Sheet(page, PageEvidence({"ru": readings}, drawn))


def _shapes(region: _Region, task: _Task) -> Shapes:
    assert region.truth is not None
    chance = random.Random(f"{task.id} {region.id}")
    words = task.transcription[slice(*region.truth)]
    codes = [chance.choice(_CODES) if chance.random() < _WRONG else shape(c) for c in words]
    return Shapes("".join(codes), region.bbox[2] / max(1, len(codes)), float(region.bbox[0]))


def _line(region: _Region, page: PageId) -> Line:
    x, y, width, height = region.bbox
    box = Box(max(0, x), max(0, y), max(1, width), max(1, height))
    foot = Baseline((Point(box.x, box.bottom), Point(box.right, box.bottom)))
    part = LinePart(box.x, box.right, Hand.TYPED, 1.0)
    return Line(LineId(region.id), page, foot, box.polygon, Role.BODY, (part,), 1.0)
