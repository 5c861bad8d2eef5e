"""A TEI P5 file of any project -> its document: description, pages with lines, texts with marks, what answers to what.

What the model cannot hold is counted in the remarks; words and lines are never left out without one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from transcriptions.errors import Unreadable
from transcriptions.formats import languages, xml
from transcriptions.formats.tei import facsimile, header_reading, texts
from transcriptions.formats.tei.facsimile import Facsimile, TeiPage
from transcriptions.formats.tei.flow import Flow
from transcriptions.formats.tei.header_reading import Header, TextInfo
from transcriptions.formats.tei.texts import Cut, Division
from transcriptions.formats.tei.vocabulary import CLAUSE, ID, PINNED, SPANS, pointers
from transcriptions.imported import Born
from transcriptions.parsed import ParsedDocument, ParsedText

ROOTS = ("TEI", "TEI.2", "teiCorpus")
_SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_RANGE = re.compile(r"#range\(([^,()\s]+),([^,()\s]+)\)")


@dataclass(frozen=True, slots=True)
class TeiText:
    """One text of a file; `born` says for each segment which characters stand on which line, by places in the file.

    `names` are the xml:ids of the segments, "" for one that the file does not name, and `name` is that of the text.
    `part` is what it calls the part. A `fragment` is a part of a text only.
    """

    parsed: ParsedText
    born: tuple[tuple[Born, ...], ...]
    names: tuple[str, ...] = ()
    rights: str = ""
    part: str = ""
    name: str = ""
    fragment: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Characters [start, end) of a segment, which is named by its xml:id; without an end, all of it."""

    segment: str
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """That segments, or clauses of them, answer to those of another text; how sure, 0..1, where the file says so.

    `confirmed` is true where a person made or confirmed it: so a file of ours says, and others that leave no doubt.
    `name` is the link's xml:id, `within` that of the sentences' link around clauses.
    """

    targets: tuple[Target, ...]
    confidence: float | None = None
    confirmed: bool = False
    name: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class TeiFile:
    """What a file holds. The texts of `document` are empty: they stand in `texts`, with their places."""

    document: ParsedDocument
    pages: tuple[TeiPage, ...]
    texts: tuple[TeiText, ...]
    answers: tuple[Answer, ...] = ()
    remarks: tuple[str, ...] = ()


def looks_like(data: bytes) -> bool:
    """Say whether bytes are TEI, by their root element."""
    return xml.root_name(data) in ROOTS


def read(data: bytes, *, name: str) -> TeiFile:
    """Read a file with all that the model can hold of it. Raises Unreadable where it is no TEI."""
    root = xml.parse(data, name=name, roots=ROOTS)
    header = header_reading.read(root)
    places = facsimile.read(root, header.hands)
    remarks: Counter[str] = Counter(places.lost)
    _remark_unread(root, remarks)
    _drop_zones(root)
    flow = Flow(places, header.hands, remarks)
    default = next(iter(header.document.languages), "")
    divisions = texts.divide(root, default)
    cuts = [texts.cut(division, flow, languages.tag(division.language) or "none") for division in divisions]
    found = [_text(division, cut, header) for division, cut in zip(divisions, cuts, strict=True)]
    sure = dict(_sureness(root, places))
    kept = tuple(_doubted(text, sure) for text in found if text.parsed.segments)
    if not kept and not any(page.written and page.written.lines for page in places.pages):
        raise Unreadable(f"{name} is TEI without any words or lines")
    return TeiFile(
        document=header.document,
        pages=_with_words(places.pages, kept, header),
        texts=kept,
        answers=tuple(_answers(root, _Ends.of(kept, cuts))),
        remarks=tuple(_counted(remarks)),
    )


def _drop_zones(root: etree._Element) -> None:
    """Let go of the facsimile, which is read by then: half of a large file."""
    for element in list(root.iter("{*}facsimile")):
        for surface in list(element):
            element.remove(surface)


def _text(division: Division, found: Cut, header: Header) -> TeiText:
    info = header.texts.get(division.name, TextInfo())
    parsed = ParsedText(
        kind=division.kind,
        language=languages.tag(division.language) or "none",
        segments=found.segments,
        label=info.label,
        creator=info.creator,
        source=info.source,
        credit=info.credit,
        breaks_kept=found.breaks_kept,
    )
    return TeiText(
        parsed, found.places, found.names, info.rights, division.part, division.name, fragment=division.fragment
    )


def _with_words(pages: Sequence[TeiPage], found: Sequence[TeiText], header: Header) -> tuple[TeiPage, ...]:
    """Write on the lines of each page what the first text that stands on them has there."""
    words: dict[tuple[str, int], list[str]] = {}
    owners: dict[tuple[str, int], int] = {}
    for index, text in enumerate(found):
        for segment, places in zip(text.parsed.segments, text.born, strict=True):
            for born in places:
                if owners.setdefault((born.page, born.line), index) == index:
                    said = " ".join(segment.content[born.start : born.end].split())
                    words.setdefault((born.page, born.line), []).append(said)
    language = next((text.parsed.language for text in found if text.parsed.language != "none"), "")
    return tuple(_written(page, str(index), words, language, header.created) for index, page in enumerate(pages))


def _written(page: TeiPage, name: str, words: dict[tuple[str, int], list[str]], language: str, created: str) -> TeiPage:
    if page.written is None:
        return page
    number = 0
    blocks = []
    for block in page.written.blocks:
        lines = []
        for line in block.lines:
            lines.append(replace(line, text=" ".join(words.get((name, number), ()))))
            number += 1
        blocks.append(replace(block, lines=tuple(lines)))
    written = replace(page.written, blocks=tuple(blocks), language=language, created=created)
    return replace(page, written=written)


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a link may point to: the xml:ids of segments, and the anchors in them by name."""

    names: frozenset[str]
    anchors: Mapping[str, tuple[str, int]]

    @classmethod
    def of(cls, found: Sequence[TeiText], cuts: Sequence[Cut]) -> _Ends:
        names = frozenset(name for text in found for name in text.names if name)
        return cls(names, {name: (segment, at) for cut in cuts for name, segment, at in cut.anchors})

    def targets(self, pointed: str | None) -> tuple[Target, ...]:
        """Read the targets of a link; none where any of them is no segment or stretch of one (TEI P5, 17.2.4)."""
        found = [self._target(each) for each in (pointed or "").split()]
        known = tuple(each for each in found if each is not None)
        return known if len(known) == len(found) else ()

    def _target(self, pointed: str) -> Target | None:
        stretch = _RANGE.fullmatch(pointed)
        if stretch is None:
            name = pointed.lstrip("#")
            return Target(name) if name in self.names else None
        first, last = (self.anchors.get(each.strip("# ")) for each in stretch.groups())
        if first is None or last is None or first[0] != last[0] or first[1] > last[1]:
            return None
        return Target(first[0], first[1], last[1])


def _answers(root: etree._Element, ends: _Ends) -> Iterator[Answer]:
    """Read the links between segments: of `standOff`, and what segments of a translation point to themselves."""
    for link in root.iter("{*}link"):
        targets = _parts(ends.targets(link.get("target")), pointers(link).get(SPANS, ""))
        if len(targets) > 1:
            yield _answer(targets, link)
    for segment in root.iter("{*}seg"):
        targets = ends.targets(segment.get("corresp"))
        if targets and (name := segment.get(ID) or "") in ends.names:
            yield _answer((*targets, Target(name)), segment)


def _parts(targets: tuple[Target, ...], said: str) -> tuple[Target, ...]:
    """Give the parts of segments that a link of ours joins."""
    spans = [_SPAN.fullmatch(each) for each in said.split(",")]
    if len(spans) != len(targets):
        return targets
    return tuple(
        replace(target, start=int(span[1]), end=int(span[2]))
        if span is not None and int(span[1]) < int(span[2])
        else target
        for target, span in zip(targets, spans, strict=True)
    )


def _answer(targets: tuple[Target, ...], element: etree._Element) -> Answer:
    confirmed = PINNED in pointers(element).values() or (element.get("cert") or "high") == "high"
    link = xml.local(element) == "link"
    within = element.get("corresp") or "" if link and element.get("type") == CLAUSE else ""
    return Answer(
        targets,
        _confidence(element),
        confirmed,
        name=element.get(ID) or "" if link else "",
        within=within.strip().lstrip("#"),
    )


def _sureness(root: etree._Element, places: Facsimile) -> Iterator[tuple[str, float]]:
    """Say how sure it is that segments (by their xml:ids) lie on their lines, where links of the file tell it."""
    for link in root.iter("{*}link"):
        targets = [each.lstrip("#") for each in (link.get("target") or "").split()]
        if len(targets) > 1 and all(each in places.lines for each in targets[1:]):
            sure = _confidence(link)
            if sure is not None:
                yield targets[0], sure


def _doubted(text: TeiText, sure: Mapping[str, float]) -> TeiText:
    born = tuple(
        tuple(replace(each, confidence=sure.get(name, 1.0)) for each in listed)
        for listed, name in zip(text.born, text.names, strict=True)
    )
    return replace(text, born=born)


def _confidence(element: etree._Element) -> float | None:
    said = element.get("cert") or ""
    sure = xml.number(said)
    if sure is not None:
        return min(1.0, max(0.0, sure))
    return {"high": 0.9, "medium": 0.6, "low": 0.3}.get(said)


_UNREAD = ("delSpan", "addSpan", "damageSpan", "redo", "undo", "metamark", "listTranspose", "msItem", "physDesc")


def _remark_unread(root: etree._Element, remarks: Counter[str]) -> None:
    for element in root.iter(*(f"{{*}}{name}" for name in _UNREAD)):
        remarks[f"<{xml.local(element)}>: is not read"] += 1
    zones = (" ".join(zone.get(key) or "" for key in ("type", "rendition")) for zone in root.iter("{*}zone"))
    if any(re.search("word|glyph|character", said, re.I) for said in zones):
        remarks["<zone> of a word or letter: only the lines around it are read"] += 1


def _counted(remarks: Counter[str]) -> Iterator[str]:
    for words, count in sorted(remarks.items()):
        yield words if count == 1 else f"{count} × {words}"
