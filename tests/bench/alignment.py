"""Speed of alignment: a page again after a correction, and a hundred pages of running text, with their memory."""

from __future__ import annotations

import random
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, LinePart, Role
from server.evidence import PageEvidence
from server.single import Sheet, Written, align, written
from tests.bench.figures import per_second, write
from transcriptions.alignment.align import Memory, PageLines, Reading, Shapes
from transcriptions.alignment.letters import shape
from transcriptions.identity import LineId, PageId
from transcriptions.model import Line

PAGES, ROWS, ROOM, PITCH = 100, 30, 62, 30
ERRORS = 0.08
WORDS = (
    "сообщаем для руководства что советское правительство не возражает против того чтобы очередная сессия комиссии "
    "состоялась во второй половине августа если другие стороны на это согласятся следует заблаговременно договориться "
    "о составе делегаций порядке работы приглашать наблюдателей преждевременно так как этот вопрос может быть решен "
    "только после заключения договора просьба отсрочить возврат тысяч тонн пшеницы рассмотрена передайте посольству "
    "исполнение телеграфируйте немедленно получение подтвердите министерство считает предложение румынских друзей"
).split()
LETTERS = "оеаинтсрвлкмдпуяыьгзбчй"


def typed(pages: int) -> tuple[list[Sheet], Written]:
    """Type random sentences on pages, and read them with a letter in twelve wrong."""
    chance = random.Random(1950)
    rows: list[str] = []
    while len(rows) < pages * ROWS:
        row = ""
        while len(row) + len(word := chance.choice(WORDS)) < ROOM:
            row = f"{row} {word}".strip()
        rows.append(row + "." * (chance.random() < 0.3))
    sheets = [_sheet(number, rows[number * ROWS : (number + 1) * ROWS], chance) for number in range(pages)]
    paragraphs = (" ".join(rows[first : first + 10]) for first in range(0, len(rows), 10))
    return sheets, written("\n\n".join(paragraphs), language="ru", breaks="none")


def _sheet(number: int, rows: list[str], chance: random.Random) -> Sheet:
    page = PageId(f"p{number:03}")
    lines = tuple(_line(page, row, words) for row, words in enumerate(rows))
    readings = {line.id: Reading(_misread(words, chance), 0.9) for line, words in zip(lines, rows, strict=True)}
    return Sheet(PageLines(page, Size(2480, 3508), lines), PageEvidence({"ru": readings}, {}))


def _by_shapes(sheet: Sheet) -> Sheet:
    """Give a page of which only the shapes of letters are known, as badly as it was read."""
    read = sheet.evidence.readings["ru"]
    shapes = {line.id: Shapes("".join(map(shape, read[line.id].text)), PITCH, line.box.x) for line in sheet.page.lines}
    return Sheet(sheet.page, PageEvidence({}, shapes))


def _line(page: PageId, row: int, words: str) -> Line:
    box = Box(250, 200 + 90 * row, PITCH * len(words), 50)
    foot = Baseline((Point(box.x, box.bottom - 10), Point(box.right, box.bottom - 10)))
    parts = (LinePart(box.x, box.right, Hand.TYPED, 1.0),)
    return Line(LineId(f"{page}l{row:02}"), page, foot, box.polygon, Role.BODY, parts, 1.0)


def _misread(words: str, chance: random.Random) -> str:
    return "".join(chance.choice(LETTERS) if chance.random() < ERRORS else letter for letter in words)


def run(results: Path) -> None:
    """Measure one page with pins, then documents of fifty and of a hundred pages."""
    sheets, text = typed(1)
    memory = Memory()
    first = align(sheets, text, memory=memory)
    pins = [replace(link, pinned=True) for link in first.links[::8]]
    again = per_second(lambda: align(sheets, text, pins=pins, memory=memory))
    write(results, "alignment", f"page of {ROWS} lines again, with pins", 1000 / again, "ms")
    sheets = [_by_shapes(sheet) for sheet in sheets]
    memory = Memory()
    first = align(sheets, text, memory=memory)
    pins = [replace(link, pinned=True) for link in first.links[::8]]
    again = per_second(lambda: align(sheets, text, pins=pins, memory=memory))
    write(results, "alignment", f"page of {ROWS} lines again, with pins, without OCR", 1000 / again, "ms")
    for pages in (PAGES // 2, PAGES):
        sheets, text = typed(pages)
        begun = time.process_time()
        found = align(sheets, text)
        write(results, "alignment", f"running text over {pages} pages", time.process_time() - begun, "s")
        linked = {link.line for link in found.links}
        write(results, "alignment", f"lines of {pages} pages that carry text", len(linked) / (pages * ROWS), "of 1")
        tracemalloc.start()
        align(sheets, text)
        write(results, "alignment", f"most memory, {pages} pages", tracemalloc.get_traced_memory()[1] / 2**20, "MiB")
        tracemalloc.stop()
