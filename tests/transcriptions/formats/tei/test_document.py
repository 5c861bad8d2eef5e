"""A whole document in TEI: what is written is read as it was, whole or page by page."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from tests import snapshots
from transcriptions.formats.tei import reading, writing
from transcriptions.formats.tei.reading import TeiFile
from transcriptions.imported import line_name
from transcriptions.model import Mark
from transcriptions.parsed import ParsedMark
from transcriptions.revision import Snapshot


def through(snapshot: Snapshot) -> TeiFile:
    return reading.read(b"".join(writing.write(snapshot)), name="d.xml")


def mark_told(mark: Mark | ParsedMark) -> tuple[object, ...]:
    return (
        mark.kind, mark.start, mark.end, mark.raw, mark.value, mark.certainty, mark.hand, mark.function, mark.place,
        mark.suggested, mark.hand_id, mark.pinned,
    )  # fmt: skip


def of_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Say what a document holds, in plain values and without the ids of the store."""
    known = {line.id: line for line in snapshot.lines}
    contents = {segment.id: segment.content for segment in snapshot.segments}
    texts = []
    for text in snapshot.texts:
        own = []
        for segment in snapshot.segments_of(text.id):
            links = sorted((link for link in snapshot.links if link.segment == segment.id), key=lambda link: link.start)
            own.append(
                (
                    segment.kind,
                    segment.raw.strip(),
                    segment.content,
                    sorted(map(repr, (mark_told(mark) for mark in snapshot.marks_of([segment.id])))),
                    [(line_name(link.line), segment.content[link.start : link.end].split()) for link in links],
                )
            )
        texts.append((text.kind, text.language, text.label, text.creator, text.source, text.credit, own))
    return {
        "document": tuple(
            getattr(snapshot.document, name)
            for name in (
                "title", "summary", "dates", "holdings", "fields", "credit", "rights", "languages", "homepage",
                "source_id", "hands",
            )
        ),
        "pages": [
            (
                page.source_id or page.label,
                page.size,
                [
                    (
                        line_name(line.id), line.boundary, line.baseline, line.role, line.parts, line.confidence,
                        line.faint, line_name(line.anchor.line) if line.anchor else "",
                    )
                    for line in snapshot.ordered_lines(page.id)
                ],
            )
            for page in snapshot.ordered_pages()
        ],
        "texts": texts,
        "beads": [
            (
                [
                    (f"g-{span.segment}", contents[span.segment][span.start : span.end])
                    for span in (*bead.source, *bead.target)
                ],
                bead.confidence, bead.pinned, f"b-{bead.id}", f"b-{bead.within}" if bead.within else "",
            )
            for bead in snapshot.beads
            if all(contents[span.segment] or snapshot.marks_of([span.segment]) for span in (*bead.source, *bead.target))
        ],
        "lines": known.keys(),
    }  # fmt: skip


def of_file(file: TeiFile) -> dict[str, Any]:
    """Say the same of a file that was read."""
    names: dict[tuple[str, int], str] = {}
    pages = []
    for index, page in enumerate(file.pages):
        assert page.written is not None
        lines = page.written.lines
        names |= {(str(index), place): line.source_id for place, line in enumerate(lines)}
        pages.append(
            (
                page.images[0],
                page.written.size,
                [
                    (
                        line.source_id, line.layout.boundary, line.layout.baseline, line.layout.role,
                        line.layout.parts, line.layout.confidence, line.layout.faint,
                        lines[line.layout.place.line].source_id if line.layout.place else "",
                    )
                    for line in lines
                ],
            )
        )  # fmt: skip
    contents: dict[str, str] = {}
    texts = []
    for text in file.texts:
        own = []
        for segment, born, name in zip(text.parsed.segments, text.born, text.names, strict=True):
            contents[name] = segment.content
            own.append(
                (
                    segment.kind,
                    segment.raw.strip(),
                    segment.content,
                    sorted(map(repr, (mark_told(mark) for mark in segment.marks))),
                    [(names[each.page, each.line], segment.content[each.start : each.end].split()) for each in born],
                )
            )
        parsed = text.parsed
        texts.append((parsed.kind, parsed.language, parsed.label, parsed.creator, parsed.source, parsed.credit, own))
    return {
        "document": tuple(
            getattr(file.document, name)
            for name in (
                "title", "summary", "dates", "holdings", "fields", "credit", "rights", "languages", "homepage",
                "source_id", "hands",
            )
        ),
        "pages": pages,
        "texts": texts,
        "beads": [
            (
                [(end.segment, contents[end.segment][end.start : end.end]) for end in each.targets],
                each.confidence, each.confirmed, each.name, each.within,
            )
            for each in file.answers
        ],
    }  # fmt: skip


@given(snapshots.snapshots())
@settings(max_examples=60)
def test_reading_what_was_written_gives_the_same_document(snapshot: Snapshot) -> None:
    file = through(snapshot)
    expected, found = of_snapshot(snapshot), of_file(file)

    assert file.remarks == ()
    for name in ("document", "pages", "texts", "beads"):
        assert found[name] == expected[name]
