"""A document whose page files went out, were corrected by another program, and came back: what stays, what is told."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from lxml import etree

from images.geometry import Baseline, Box, Point, Size
from images.layout.page import Hand, Line, LinePart, Role
from server.services import Services
from tests.server.ingest.conftest import load
from transcriptions import exporting
from transcriptions.formats import page_xml
from transcriptions.identity import LinkId
from transcriptions.imported import line_name
from transcriptions.model import Bead, Link
from transcriptions.revision import Author, AuthorKind, Effect, Snapshot, effects_between
from transcriptions.written import WrittenBlock, WrittenLine, WrittenPage

PAGES, LINES = 3, 40
WORDS = "урожай посол министр телеграмма правительство делегация совещание вопрос ответ доклад район завод".split()
PERSON = Author(AuthorKind.PERSON, "N. N.")
PC = "{http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15}"


def words(number: int) -> str:
    """Give the words of a line; every third line ends a sentence."""
    said = " ".join(WORDS[(number * 5 + k * 7 + number // 12) % len(WORDS)] for k in range(6))
    return f"{said.capitalize() if number % 3 == 0 else said} {number}{'.' if number % 3 == 2 else ''}"


def page(number: int) -> WrittenPage:
    lines = []
    for place in range(LINES):
        index = number * LINES + place
        box = Box(50, 20 + 40 * place, 800, 30)
        baseline = Baseline((Point(box.x, box.bottom - 4), Point(box.right, box.bottom - 4)))
        shape = Line(baseline, box.polygon, Role.BODY, (LinePart(box.x, box.right, Hand.TYPED, 1.0),), 1.0)
        lines.append(WrittenLine(shape, words(index), f"tr_{index}"))
    size = Size(900, 1700)
    blocks = (WrittenBlock(size.box.polygon, tuple(lines), Role.BODY, "r1"),)
    return WrittenPage(size, blocks, image=f"p{number}.png", language="ru", created="2026-01-01T00:00:00Z")


@pytest.fixture
def cable(tmp_path: Path) -> Path:
    path = tmp_path / "cable"
    path.mkdir()
    for number in range(PAGES):
        assert cv2.imwrite(str(path / f"p{number}.png"), np.full((1700, 900), 235, np.uint8))
        (path / f"p{number}.page.xml").write_bytes(b"".join(page_xml.write(page(number))))
    sentences = [f"Harvest of number {n * 3 + 2} in the {'north' if n % 2 else 'south'}." for n in range(40)]
    (path / "translation.en.txt").write_text(" ".join(sentences), "utf-8")
    return path


def pin(services: Services, snapshot: Snapshot) -> Snapshot:
    """Confirm every link and bead as a person, and every second line."""
    lines = [line for line in snapshot.lines if int(line.source_id.removeprefix("tr_")) % 2 == 0]
    before = (*snapshot.links, *snapshot.beads, *lines)
    effects: tuple[Effect, ...] = effects_between(before, [replace(each, pinned=True) for each in before])
    services.store.append(snapshot.document.id, effects, author=PERSON, note="", time=services.clock())
    return services.store.snapshot(snapshot.document.id)


def link_by_hand(services: Services, snapshot: Snapshot) -> Snapshot:
    """Put the words of every line on it as a person; the pictures are empty, and no program can."""
    made = []
    for line in snapshot.lines:
        said = words(int(line.source_id.removeprefix("tr_")))
        segment = next(each for each in snapshot.segments if said in each.content)
        start = segment.content.index(said)
        made.append(
            Link(LinkId(services.mint()), segment.id, start, start + len(said), line.id, confidence=1.0, pinned=True)
        )
    effects = (*effects_between(snapshot.links, ()), *effects_between((), made))
    services.store.append(snapshot.document.id, effects, author=PERSON, note="", time=services.clock())
    return services.store.snapshot(snapshot.document.id)


def correct(data: bytes, *, changed: set[str], split: set[str], gone: set[str]) -> bytes:
    """Do what another program does with a file: change words, split and drop lines, and write all in its own way."""
    root = etree.fromstring(data)
    for line in list(root.iter(f"{PC}TextLine")):
        name, unicode = line.get("id"), line.find(f"{PC}TextEquiv/{PC}Unicode")
        if name in gone:
            line.getparent().remove(line)
        elif name in changed:
            unicode.text = unicode.text.replace("о", "0", 1) + " исправлено"
        elif name in split:
            rest = deepcopy(line)
            rest.set("id", f"{name}_b")
            said = unicode.text.split(" ")
            unicode.text, rest.find(f"{PC}TextEquiv/{PC}Unicode").text = " ".join(said[:3]), " ".join(said[3:])
            top = int(line.find(f"{PC}Coords").get("points").split(",")[1].split(" ")[0])
            line.find(f"{PC}Coords").set("points", f"50,{top} 400,{top} 400,{top + 30} 50,{top + 30}")
            rest.find(f"{PC}Coords").set("points", f"410,{top} 850,{top} 850,{top + 30} 410,{top + 30}")
            for each, (left, right) in ((line, (50, 400)), (rest, (410, 850))):
                each.find(f"{PC}Baseline").set("points", f"{left},{top + 26} {right},{top + 26}")
            line.addnext(rest)
    for line in root.iter(f"{PC}TextLine"):
        line.set("custom", line.get("custom").partition("} ")[2])
    for region in root.iter(f"{PC}TextRegion"):
        region.remove(region.find(f"{PC}TextEquiv"))
    prefixed = etree.Element(root.tag, nsmap={"pc": PC.strip("{}")})
    prefixed.extend(list(root))
    return etree.tostring(prefixed, encoding="UTF-16")


def by_line(snapshot: Snapshot) -> dict[str, list[Link]]:
    """Bring links together by the names of their lines in the file."""
    names = {line.id: line.source_id for line in snapshot.lines}
    found: dict[str, list[Link]] = {}
    for link in snapshot.links:
        if link.line in names:
            found.setdefault(names[link.line], []).append(link)
    return found


def texts(snapshot: Snapshot) -> dict[str, str]:
    pages = (written for _, written in exporting.pages(snapshot))
    return {line.source_id: line.text for written in pages for line in written.lines}


def test_what_nobody_touched_stays_and_the_rest_is_told(
    services: Services, cable: Path, pool: ProcessPoolExecutor
) -> None:
    first, _ = load(services, cable, pool)
    before = pin(services, first)
    every = [f"tr_{index}" for index in range(PAGES * LINES)]
    split, gone = {"tr_30", "tr_60", "tr_90"}, {"tr_75"}
    changed = set(every[1::3])
    for place, (_, written) in enumerate(exporting.pages(before)):
        data = correct(b"".join(page_xml.write(written)), changed=changed, split=split, gone=gone)
        (cable / f"p{place}.page.xml").write_bytes(data)
    after, outcome = load(services, cable, pool)
    old, new = by_line(before), by_line(after)
    untouched = set(every) - changed - split - gone

    assert (len(changed), len(untouched), outcome.problems) == (40, 76, ())
    assert len(before.links) == len(every)
    for name in untouched:
        assert [(link.id, link.line, link.pinned, link.confidence) for link in new[name]] == [
            (link.id, link.line, True, link.confidence) for link in old[name]
        ]
    for name in changed:
        assert [(link.id, link.pinned, link.confidence < 0.5) for link in new[name]] == [(old[name][0].id, False, True)]
    lines_before = {line.id: line for line in before.lines}
    moved = {line.source_id for line in after.lines if lines_before.get(line.id) != line}
    kept = {line.source_id for line in before.lines if line.pinned}
    assert moved == {f"{name}_b" for name in split} | (split - kept)
    assert gone & kept == {line.source_id for line in after.lines if line.source_id in gone}
    expected = {name: words(int(name.removeprefix("tr_"))) for name in untouched}
    assert {name: said for name, said in texts(after).items() if name in untouched} == expected

    names = {line.id: line.source_id for line in (*before.lines, *after.lines)}
    told = {names[difference.id] for difference in outcome.differences if difference.id in names}
    assert told == changed | split | {f"{name}_b" for name in split} | gone
    assert all(difference.id in names for difference in outcome.differences)
    assert _confirmed(after) >= {bead for bead in _confirmed(before) if _is_untouched(before, bead, untouched)} != set()

    _, again = load(services, cable, pool)
    assert not again.changed
    assert {names[difference.id] for difference in again.differences} == kept & (split | gone)
    assert all("pinned: kept" in difference.detail for difference in again.differences)


def _without_words(block: WrittenBlock) -> WrittenBlock:
    return replace(block, lines=tuple(replace(line, text="") for line in block.lines))


def _ids(snapshot: Snapshot, names: set[str]) -> set[str]:
    """Give the names in our files of lines by those that they came with."""
    return {line_name(line.id) for line in snapshot.lines if line.source_id in names}


def _named_by_us(snapshot: Snapshot, written: WrittenPage) -> WrittenPage:
    """Name lines by our ids, as they are named where we found them ourselves."""
    ids = {line.source_id: line_name(line.id) for line in snapshot.lines}
    blocks = tuple(
        replace(block, lines=tuple(replace(line, source_id=ids[line.source_id]) for line in block.lines))
        for block in written.blocks
    )
    return replace(written, blocks=blocks)


def _confirmed(snapshot: Snapshot) -> set[Bead]:
    return {bead for bead in snapshot.beads if bead.pinned}


def _is_untouched(snapshot: Snapshot, bead: Bead, untouched: set[str]) -> bool:
    """Say whether all lines that a bead's source stands on were left as they were."""
    names = {line.id: line.source_id for line in snapshot.lines}
    segments = {span.segment for span in bead.source}
    return all(names[link.line] in untouched for link in snapshot.links if link.segment in segments)


def test_files_beside_the_text_that_they_were_written_of(
    services: Services, cable: Path, pool: ProcessPoolExecutor
) -> None:
    """The document has a transcription of its own; its page files, corrected elsewhere, are put beside it."""
    first, _ = load(services, cable, pool)
    lines = [line.text for _, written in exporting.pages(first) for line in written.lines]
    for number in range(PAGES):
        blank = replace(page(number), blocks=tuple(_without_words(block) for block in page(number).blocks))
        (cable / f"p{number}.page.xml").write_bytes(b"".join(page_xml.write(blank)))
    (cable / "transcription.ru.txt").write_text("\n".join(lines), "utf-8")
    before = link_by_hand(services, load(services, cable, pool)[0])
    changed, split = {f"tr_{n}" for n in range(1, PAGES * LINES, 3)}, {"tr_30", "tr_60", "tr_90"}
    for place, (_, written) in enumerate(exporting.pages(before)):
        data = b"".join(page_xml.write(_named_by_us(before, written)))
        data = correct(data, changed=_ids(before, changed), split=_ids(before, split), gone=_ids(before, {"tr_75"}))
        (cable / f"p{place}.page.xml").write_bytes(data)
    after, outcome = load(services, cable, pool)

    names = {text.supplied.name for text in after.texts if text.supplied}
    assert names == {"transcription.ru.txt", "translation.en.txt"}
    assert [segment.content for segment in after.segments] == [segment.content for segment in before.segments]
    gone = {line.id for line in before.lines} - {line.id for line in after.lines}
    assert {line.source_id for line in before.lines if line.id in gone} == {"tr_75"}
    kept = {link for link in before.links if link.line not in gone}
    assert kept <= set(after.links)
    names = {line.id: line.source_id for line in (*before.lines, *after.lines)}
    told = {names[difference.id] for difference in outcome.differences}
    assert told >= changed | split | {"tr_75"}
    assert told & {line.source_id for line in before.lines} == changed | split | {"tr_75"}
