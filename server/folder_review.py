"""What a folder's description says of marks, applied to its texts; and dates whose weekday is not theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from transcriptions import dates, said_marks
from transcriptions.errors import EntityUnknown
from transcriptions.formats import document_toml
from transcriptions.markup import Layer
from transcriptions.model import Date, Document, MarkKind, SegmentKind, TextKind
from transcriptions.problems import Problem
from transcriptions.said_marks import SaidMark
from transcriptions.supplied import SuppliedText


def heard(
    texts: Sequence[SuppliedText], said: Sequence[SaidMark], *, document: Document, line: Callable[[str], int | None]
) -> tuple[tuple[SuppliedText, ...], list[Problem]]:
    """Give texts under what the description says of their marks, and what it says of none that is there.

    `line` finds the line of some words in the description.
    """
    problems: list[Problem] = []

    def fault(each: SaidMark, detail: str) -> None:
        problems.append(Problem(document_toml.NAME, line(each.raw), f"marks: {detail}"))

    known = {_file(text) for text in texts} | {text.supplied.name for text in texts}
    for each in said:
        if each.text not in known:
            fault(each, f"names the text {each.text}, which is not in the folder")
    done = []
    for text in texts:
        own = [each for each in said if each.text in (_file(text), text.supplied.name)]
        try:
            found = said_marks.hear(
                text.segments,
                own,
                document=document,
                language=text.language,
                layer=Layer.TRANSLATION if text.kind is TextKind.TRANSLATION else Layer.SOURCE,
            )
        except EntityUnknown as error:
            fault(next(each for each in own if each.hand), str(error))
            continue
        for each in found.unmet:
            which = f" number {each.number}" if each.number else ""
            fault(each, f"{each.text} has no mark {each.raw}{which}")
        done.append(replace(text, segments=found.segments))
    return tuple(done), problems


def _file(text: SuppliedText) -> str:
    return text.supplied.name.partition("#")[0]


def wrong_weekdays(
    document: Document, texts: Iterable[SuppliedText], understand: Callable[[str], Date | None]
) -> Iterator[Problem]:
    """Say of dates of a document, and of those marked or standing alone in its texts, that the weekday is wrong."""
    for date in document.dates:
        if (detail := _fault(date)) is not None:
            yield Problem(".", None, detail)
    for text in texts:
        for segment in text.segments:
            marked = [segment.content[m.start : m.end] for m in segment.marks if m.kind is MarkKind.DATE]
            lines = [segment.content] if segment.kind is SegmentKind.DATE_LINE else []
            for written in dict.fromkeys([*lines, *marked]):
                understood = understand(written)
                if understood is not None and (detail := _fault(understood)) is not None:
                    yield Problem(text.supplied.name, None, detail)


def _fault(date: Date) -> str | None:
    return dates.find_fault(date, language="en")
