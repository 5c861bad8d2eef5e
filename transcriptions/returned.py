"""Page files that went out of here and came back beside the text that they were written of: where their words differ.

Such a file is known by the ids of our lines in it. Its words are no second text: they are compared, line by line, with
those of the text that a file of the folder gives, and what differs is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from transcriptions.exporting import Pages
from transcriptions.identity import LineId, SegmentId
from transcriptions.imported import Settled, own_id
from transcriptions.model import Segment, Text
from transcriptions.parsed import ParsedSegment
from transcriptions.resegment import pair
from transcriptions.revision import Snapshot
from transcriptions.written import WrittenPage


def went_out(page: WrittenPage, known: Collection[LineId]) -> bool:
    """Say whether a page file was written here: at least half of its lines bear ids of lines that are known."""
    ours = sum(own_id(line.source_id) in known for line in page.lines)
    return bool(page.lines) and ours * 2 >= len(page.lines)


def differences(before: Snapshot, text: Text, page: WrittenPage, settled: Settled) -> Iterator[tuple[LineId, str]]:
    """Say of each line of a page that went out, by id, what its words are now and what they were."""
    standing = Pages(before, text)
    for line, now in zip(settled.lines, page.lines, strict=False):
        words, were = " ".join(now.text.split()), " ".join(standing.text_of(line.id).split())
        if words != were:
            yield line.id, f"reads “{words}” and not “{were}”, which stays as the text's own file has it"


def segment_differences(
    before: Sequence[Segment], now: Sequence[ParsedSegment], ids: Sequence[SegmentId | None], *, whole: bool
) -> Iterator[tuple[SegmentId, str]]:
    """Say of each segment of a text that went out what its words are now and what they were; `whole` if all came."""
    found: set[int] = set()
    last: Segment | None = None
    for parsed, index in zip(now, pair(before, [each.raw for each in now], ids), strict=True):
        words = " ".join(parsed.content.split())
        if index is None:
            yield (last or before[0]).id, f"“{words}” stands behind it there, and is not in the text's own file"
            continue
        last = before[index]
        found.add(index)
        were = " ".join(last.content.split())
        if words != were:
            yield last.id, f"reads “{words}” and not “{were}”, which stays as the text's own file has it"
    for index, segment in enumerate(before):
        if whole and index not in found:
            yield segment.id, f"“{' '.join(segment.content.split())}” is missing there, and stays"
