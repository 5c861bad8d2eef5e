"""Alignment measured: texts on pages of which the truth is known, with lines, breaks and evidence taken away or not."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from images.layout.page import Hand
from server.evaluation import judge
from server.evaluation.truth import TruePage, broken_text, running_text
from server.evidence import PageEvidence
from server.single import Sheet, Written, align, lines_as_one, words_by_line, written
from transcriptions.alignment.align import LineAlignment, Memory
from transcriptions.identity import LineId, LinkId
from transcriptions.model import Line, Link

_CORRECTIONS = 3
_MISSING = 0.1
_TOGETHER = 5
_UNSURE = 0.1


class Task(StrEnum):
    """What is measured: how much of the lines' breaks, of the evidence and of the text there is."""

    BROKEN = "broken"
    RUNNING = "running"
    WITHOUT_OCR = "without-ocr"
    WIDTHS = "broken-without-ocr"
    DOCUMENT = "document"
    MARKS = "marks"
    PINS = "pins"
    MISSING = "missing"
    EXTRA_PAGE = "extra-page"


@dataclass(frozen=True, slots=True)
class Placed:
    """What came out for one page: its lines with the words they carry, and how long the alignment took (seconds)."""

    page: TruePage
    lines: tuple[Line, ...]
    words: Mapping[LineId, tuple[str, float]]
    seconds: float

    def right(self) -> dict[int, bool]:
        """Say of each true line whether it is right."""
        return judge.right_lines(self.page.lines, self.lines, self.words)


def trial(task: Task, given: Sequence[tuple[TruePage, Sheet]]) -> Iterator[Placed]:
    """Run a task over pages; documents are made of up to five pages of one language, one after the other."""
    if task in (Task.WITHOUT_OCR, Task.WIDTHS):
        given = [(page, replace(sheet, evidence=PageEvidence({}, sheet.evidence.shapes))) for page, sheet in given]
    if task is Task.DOCUMENT:
        for document in _documents(given):
            yield from _one(task, document, document[0])
        return
    for number, each in enumerate(given):
        yield from _one(task, [each], given[(number + 1) % len(given)])


def _documents(given: Sequence[tuple[TruePage, Sheet]]) -> Iterator[Sequence[tuple[TruePage, Sheet]]]:
    for language in dict.fromkeys(page.language for page, _ in given):
        alike = [each for each in given if each[0].language == language]
        yield from (alike[first : first + _TOGETHER] for first in range(0, len(alike), _TOGETHER))


def _one(task: Task, given: Sequence[tuple[TruePage, Sheet]], stranger: tuple[TruePage, Sheet]) -> Iterator[Placed]:
    pages, sheets = [page for page, _ in given], [sheet for _, sheet in given]
    if task is Task.MISSING:
        pages = [_with_lines_missing(page) for page in pages]
    text = written(_text(task, pages), language=pages[0].language, breaks="kept" if _is_broken(task) else "none")
    if task is Task.EXTRA_PAGE:
        sheets = [*sheets, replace(stranger[1], page=replace(stranger[1].page))]
    memory = Memory()
    begun = time.perf_counter()
    found = align(sheets, text, memory=memory)
    if task is Task.PINS:
        sheets, pins = _corrected(pages[0], sheets[0], text, found)
        begun = time.perf_counter()
        found = align(sheets, text, pins=pins, memory=memory)
    seconds = (time.perf_counter() - begun) / len(pages)
    words = words_by_line(found, text)
    for page, sheet in zip(pages, sheets, strict=False):
        yield Placed(page, lines_as_one(sheet.page.lines, found), words, seconds)


def _with_lines_missing(page: TruePage) -> TruePage:
    """Take the words of one line in ten away, as if nobody had transcribed them."""
    chance = random.Random(page.id)
    lines = tuple(replace(line, words="") if chance.random() < _MISSING else line for line in page.lines)
    return replace(page, lines=lines, running="")


def _is_broken(task: Task) -> bool:
    return task in (Task.BROKEN, Task.WIDTHS)


def _text(task: Task, pages: Sequence[TruePage]) -> str:
    if _is_broken(task):
        return broken_text(pages[0])
    if task is Task.MARKS:
        return pages[0].marked or running_text(pages[0])
    return "\n\n".join(running_text(page) for page in pages)


# --- corrections


def _corrected(
    page: TruePage, sheet: Sheet, text: Written, found: LineAlignment
) -> tuple[list[Sheet], tuple[Link, ...]]:
    """Correct the first wrong typed lines as a person would: put the words on the right line, drawn where it is not."""
    lines = [*sheet.page.lines, *found.found]
    right = judge.right_lines(page.lines, lines, words_by_line(found, text))
    regions = judge.regions_of(page.lines, lines)
    places = _places(page, text)
    pins: list[Link] = []
    wrong = [i for i, good in right.items() if not good and page.lines[i].hand is not Hand.HANDWRITTEN]
    for i in [i for i in wrong if i in places][:_CORRECTIONS]:
        if i not in regions:
            lines = _drawn(page, i, lines)
            regions[i] = lines[-1].id
        pins += [replace(link, line=regions[i]) for link in places[i]]
    ordered = sorted(lines, key=lambda line: _order_of(line, sheet.page.lines))
    left = tuple(line for line in sheet.evidence.loose if line.id not in {each.id for each in ordered})
    evidence = replace(sheet.evidence, loose=left)
    return [replace(sheet, page=replace(sheet.page, lines=tuple(ordered)), evidence=evidence)], tuple(pins)


def _drawn(page: TruePage, index: int, lines: Sequence[Line]) -> list[Line]:
    """Draw a line where none was found; what lies on the same place gives way."""
    true = page.lines[index]
    model = lines[0]
    box = true.boundary.box
    drawn = replace(
        model,
        id=LineId(f"{page.id}drawn{index}"),
        baseline=true.baseline,
        boundary=true.boundary,
        parts=(replace(model.parts[0], start=box.x, end=box.right, hand=Hand.TYPED),) if model.parts else (),
        pinned=True,
        anchor=None,
    )
    kept = [line for line in lines if not _lies_in(line, drawn)]
    return [*kept, drawn]


def _lies_in(line: Line, drawn: Line) -> bool:
    across = min(line.box.right, drawn.box.right) - max(line.box.x, drawn.box.x)
    down = min(line.box.bottom, drawn.box.bottom) - max(line.box.y, drawn.box.y)
    return not line.pinned and across > 0.5 * line.box.width and down > 0.5 * line.box.height


def _order_of(line: Line, known: Sequence[Line]) -> tuple[float, float]:
    """Give where a line stands in the order: a drawn one behind the known line that ends just above it."""
    for rank, other in enumerate(known):
        if other.id == line.id:
            return float(rank), 0.0
    middle = line.box.y + line.box.height / 2
    above = [rank for rank, other in enumerate(known) if other.box.y + other.box.height / 2 < middle]
    return (float(max(above, default=-1)), 1.0 + line.box.x / 1e6)


def _places(page: TruePage, text: Written) -> dict[int, tuple[Link, ...]]:
    """Say where in a text's segments the words of each line stand, as pinned links to no line."""
    plain = "".join(segment.content + "\n" for segment in text.segments).replace("\n", " ")
    starts: list[int] = []
    at = 0
    for segment in text.segments:
        starts.append(at)
        at += len(segment.content) + 1
    found: dict[int, tuple[Link, ...]] = {}
    cursor = 0
    for i, line in enumerate(page.lines):
        words = line.words.rstrip("-= ")
        if not words or line.apart:
            continue
        place = plain.find(words, cursor, cursor + 400)
        if place < 0:
            continue
        if plain.startswith(line.words, place):
            words = line.words
        cursor = place + len(words)
        spans = [
            (segment, max(place, start) - start, min(cursor, start + len(segment.content)) - start)
            for segment, start in zip(text.segments, starts, strict=True)
        ]
        found[i] = tuple(
            Link(LinkId(f"pin{i}-{k}"), segment.id, a, b, LineId(""), 1.0, pinned=True)
            for k, (segment, a, b) in enumerate(spans)
            if a < b
        )
    return found


# --- figures


@dataclass(frozen=True, slots=True)
class Figures:
    """What the evaluator's table does not say; seconds are of wall time for a page.

    `doubted` is the share of the wrong lines (among those with words) found by looking at the tenth that is least
    sure, typed and by hand; None where nothing is wrong. `reliability` is (mean confidence, share right, lines) for
    each tenth of confidence.
    """

    typed: tuple[int, int]
    by_hand: tuple[int, int]
    doubted: tuple[float | None, float | None]
    reliability: tuple[tuple[float, float, int], ...]
    longest: float
    mean: float


def figures(placed: Sequence[Placed]) -> Figures:
    """Count what came out."""
    counts = {Hand.TYPED: [0, 0], Hand.HANDWRITTEN: [0, 0]}
    sure: dict[bool, list[tuple[float, bool]]] = {False: [], True: []}
    for each in placed:
        for i, good in each.right().items():
            if (count := counts.get(each.page.lines[i].hand)) is not None:
                count[0] += good
                count[1] += 1
        for line in each.lines if each.page.lines_are_true else ():
            if line.id in each.words:
                words, confidence = each.words[line.id]
                good = judge.words_fit(words, line, each.page.lines)
                sure[line.hand is Hand.HANDWRITTEN].append((confidence, good))
    times = [each.seconds for each in placed]
    return Figures(
        typed=(counts[Hand.TYPED][0], counts[Hand.TYPED][1]),
        by_hand=(counts[Hand.HANDWRITTEN][0], counts[Hand.HANDWRITTEN][1]),
        doubted=(_doubted(sure[False]), _doubted(sure[True])),
        reliability=_reliability([*sure[False], *sure[True]]),
        longest=max(times, default=0.0),
        mean=sum(times) / max(1, len(times)),
    )


def _doubted(sure: Sequence[tuple[float, bool]]) -> float | None:
    ordered = sorted(sure, key=lambda each: each[0])
    wrong = sum(not good for _, good in ordered)
    looked_at = ordered[: max(1, round(_UNSURE * len(ordered)))]
    return sum(not good for _, good in looked_at) / wrong if wrong else None


def _reliability(sure: Sequence[tuple[float, bool]]) -> tuple[tuple[float, float, int], ...]:
    """Give for each tenth of confidence the mean confidence, the share that is right, and how many there are."""
    found = []
    for step in range(10):
        inside = [(c, good) for c, good in sure if step / 10 <= c < (step + 1) / 10 or (step == 9 and c == 1.0)]
        if inside:
            found.append(
                (sum(c for c, _ in inside) / len(inside), sum(g for _, g in inside) / len(inside), len(inside))
            )
    return tuple(found)
