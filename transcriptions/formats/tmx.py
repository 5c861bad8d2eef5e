"""TMX 1.4b (Translation Memory eXchange, LISA OSCAR) <-> pairs of texts: a bitext in, a document's beads out.

Codes of layout inside a segment (bpt, ept, it, ph, ut) are dropped, what `hi` holds is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from transcriptions import exporting, facing, imprint, reading
from transcriptions.errors import Unreadable
from transcriptions.facing import Cell
from transcriptions.formats import xml
from transcriptions.identity import SegmentId, TextId
from transcriptions.markup import State
from transcriptions.model import Bead, BeadLevel, Segment, SegmentKind, Span, TextKind
from transcriptions.parsed import ParsedSegment, ParsedText
from transcriptions.revision import Snapshot

MEDIA_TYPE = "application/x-tmx+xml"
SUFFIX = "tmx"
PROFILE = "http://www.lisa.org/tmx14"

_CODES = frozenset({"bpt", "ept", "it", "ph", "ut", "sub", ""})
"""Elements whose words are none of the text's; an entity that nobody resolved has no name."""

_MOST_UNITS = 1_000_000
_XML = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Unit:
    """A translation unit: its id, and what it says in each language (tag as written), in the file's order."""

    id: str
    variants: tuple[tuple[str, str], ...]

    def said(self, language: str) -> str:
        """Give the words in a language, whatever its region (ru for ru-RU); empty where there are none."""
        wanted = language.lower()
        exact = next((text for tag, text in self.variants if tag.lower() == wanted), None)
        near = (text for tag, text in self.variants if _base(tag) == _base(wanted))
        return exact if exact is not None else next(near, "")


@dataclass(frozen=True, slots=True)
class Pair:
    """What answers to each other; `id` is the unit's."""

    source: str
    target: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Bitext:
    """Two texts that answer to each other segment by segment: the segments at one place make a bead.

    Where one side of a unit is empty, its segment stands in one text only; `beads` gives places in both.
    """

    source: ParsedText
    target: ParsedText
    beads: tuple[tuple[int, int], ...]


# --- reading


def read(data: bytes, *, name: str) -> tuple[Unit, ...]:
    """Read a file's translation units. Raises Unreadable where it is no TMX."""
    root = xml.parse(data, name=name, roots=("tmx",))
    body = xml.child(root, "body")
    if body is None:
        raise Unreadable(f"{name} is TMX without a body")
    units: list[Unit] = []
    for element in xml.children(body, "tu"):
        if len(units) >= _MOST_UNITS:
            raise Unreadable(f"{name} holds more than {_MOST_UNITS:,} translation units")
        units.append(Unit(element.get("tuid") or "", tuple(_variants(element))))
    return tuple(units)


def _variants(unit: etree._Element) -> Iterator[tuple[str, str]]:
    for variant in xml.children(unit, "tuv"):
        segment = xml.child(variant, "seg")
        if segment is not None:
            tag = variant.get(_XML) or variant.get("lang") or ""
            yield tag, "".join(_words(segment))


def _words(element: etree._Element) -> Iterator[str]:
    """Go through an element's words without those of codes; in a loop, as depth is the stranger's choice."""
    skipped = 0
    for event, each in etree.iterwalk(element, events=("start", "end")):
        code = xml.local(each) in _CODES
        if event == "start":
            skipped += code
            if not skipped:
                yield str(each.text or "")
        else:
            skipped -= code
            if not skipped and each is not element:
                yield str(each.tail or "")


def languages(units: Iterable[Unit], *, preferred: Sequence[str] = ()) -> tuple[str, str] | None:
    """Say which two languages units are in: those preferred, else Russian and English, else the commonest.

    None where there are not two.
    """
    counted = Counter(_base(tag) for unit in units for tag, _ in unit.variants if tag)
    wished = (tag for tag in map(_base, (*preferred, "ru", "en")) if counted[tag])
    chosen = list(dict.fromkeys((*wished, *(tag for tag, _ in counted.most_common()))))
    return (chosen[0], chosen[1]) if len(chosen) > 1 else None


def _base(tag: str) -> str:
    return tag.lower().replace("_", "-").partition("-")[0]


def pairs(units: Iterable[Unit], *, source: str, target: str) -> tuple[Pair, ...]:
    """Give what two languages say in each unit that has both."""
    found = (Pair(unit.said(source).strip(), unit.said(target).strip(), unit.id) for unit in units)
    return tuple(each for each in found if each.source and each.target)


def bitext(units: Iterable[Unit], *, source: str, target: str) -> Bitext:
    """Make two texts of the units, each unit a segment and a paragraph, with the beads between them."""
    sides: tuple[list[ParsedSegment], list[ParsedSegment]] = ([], [])
    beads = []
    for unit in units:
        said = unit.said(source).strip(), unit.said(target).strip()
        if all(said):
            beads.append((len(sides[0]), len(sides[1])))
        for side, words in zip(sides, said, strict=True):
            if words:
                side.append(_segment(words))
    return Bitext(
        ParsedText(TextKind.TRANSCRIPTION, source, tuple(sides[0])),
        ParsedText(TextKind.TRANSLATION, target, tuple(sides[1])),
        tuple(beads),
    )


def _segment(words: str) -> ParsedSegment:
    """Make a segment of a unit's words as they are: brackets in a translation memory are no editor's."""
    return ParsedSegment(SegmentKind.SENTENCE, f"{words}\n", " ".join(words.split()), opens_paragraph=True)


# --- writing


def write(snapshot: Snapshot, *, state: State = State.AS_CHANGED, translation: TextId | None = None) -> Iterator[bytes]:
    """Write the sentence beads of a document as translation units, in one state, in the order of the text.

    A unit has its bead's id; its confidence, and whether a person confirmed it, stand in `x-` properties.
    """
    chosen = [(part, exporting.source_text(snapshot, part)) for part in snapshot.parts]
    languages = [text.language for _, text in chosen if text]
    yield _head(snapshot, languages[0] if languages else "*all*", state)
    marks = reading.marks_by_segment(snapshot)
    segments = {segment.id: segment for segment in snapshot.segments}
    for part, source in chosen:
        target = facing.translation_of(snapshot, part, translation)
        if source is None or target is None:
            continue
        order = {segment.id: index for index, segment in enumerate(snapshot.segments_of(source.id))}
        own = [bead for bead in snapshot.beads if _joins(bead, source.id, target.id)]
        for bead in sorted(own, key=lambda bead: min(order.get(span.segment, 0) for span in bead.source)):
            sides = [
                (text.language, _said(spans, segments, marks, state, text.language))
                for text, spans in ((source, bead.source), (target, bead.target))
            ]
            if all(words for _, words in sides):
                yield _unit(bead, sides)
    yield b"</body>\n</tmx>\n"


def _joins(bead: Bead, source: TextId, target: TextId) -> bool:
    sentence = bead.level is BeadLevel.SENTENCE and bead.source and bead.target
    return bool(sentence) and (bead.source_text, bead.target_text) == (source, target)


def _head(snapshot: Snapshot, language: str, state: State) -> bytes:
    root = etree.Element("tmx", version="1.4")
    header = etree.SubElement(
        root,
        "header",
        {
            "creationtool": exporting.PROGRAM,
            "creationtoolversion": "1",
            "segtype": "sentence",
            "o-tmf": exporting.PROGRAM,
            "adminlang": "en",
            "srclang": language,
            "datatype": "plaintext",
        },
    )
    if snapshot.modified:
        header.set("creationdate", snapshot.modified.replace("-", "").replace(":", ""))
    etree.SubElement(header, "note").text = xml.clean(imprint.title(snapshot.document, language="en"))
    etree.SubElement(header, "prop", type="x-state").text = state.value
    written = etree.tostring(root, encoding="unicode").removesuffix("</tmx>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n<body>\n'.encode()


def _said(
    spans: Iterable[Span], segments: Mapping[SegmentId, Segment], marks: reading.Marks, state: State, language: str
) -> str:
    cells = [
        Cell(segments[span.segment], span.start, span.end, marks.get(span.segment, ()))
        for span in spans
        if span.segment in segments
    ]
    return facing.read(cells, state, language=language).replace("\n", " ")


def _unit(bead: Bead, sides: Iterable[tuple[str, str]]) -> bytes:
    unit = etree.Element("tu", tuid=bead.id)
    etree.SubElement(unit, "prop", type="x-confidence").text = f"{bead.confidence:.3f}"
    etree.SubElement(unit, "prop", type="x-confirmed").text = "yes" if bead.pinned else "no"
    for language, words in sides:
        variant = etree.SubElement(unit, "tuv", {_XML: language})
        etree.SubElement(variant, "seg").text = xml.clean(words)
    return etree.tostring(unit, encoding="utf-8") + b"\n"
