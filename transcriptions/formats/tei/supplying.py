"""A TEI file that lies in a document folder -> lines for its pages and texts for its parts, as `supply` takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from transcriptions.formats.document_toml import TextDescription
from transcriptions.formats.tei.facsimile import TeiPage
from transcriptions.formats.tei.reading import TeiFile, TeiText
from transcriptions.formats.tei.vocabulary import SEGMENT_PREFIX, TEXT_PREFIX
from transcriptions.identity import SegmentId, TextId, id_in
from transcriptions.imported import Born
from transcriptions.model import Supplied, TextKind
from transcriptions.parsed import ParsedDocument
from transcriptions.supplied import SuppliedBead, SuppliedLines, SuppliedPart, SuppliedSpan, SuppliedText

FORMAT = "tei"


@dataclass(frozen=True, slots=True)
class TeiSupply:
    """What a file supplies: what it says of the document, lines by their pages' places, and texts.

    `faults` say what makes it unfit for its folder, `remarks` what of it is not taken over.
    """

    document: ParsedDocument
    lines: Mapping[str, SuppliedLines]
    texts: tuple[SuppliedText, ...]
    beads: tuple[SuppliedBead, ...] = ()
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def supply(
    file: TeiFile,
    data: bytes,
    *,
    name: str,
    pages: Sequence[str],
    parts: Sequence[SuppliedPart],
    language: str,
    wanted: TextDescription | None = None,
) -> TeiSupply:
    """Give what a file supplies to the pages of a folder, which are named by their places.

    `language` is that of texts which do not say theirs; `wanted` is what the folder says of the texts of the file.
    """
    places = _places(file.pages, pages)
    lines = {
        place: SuppliedLines(name, FORMAT, page.written)
        for index, page in enumerate(file.pages)
        if page.written is not None and page.written.lines and (place := places.get(str(index)))
    }
    texts = tuple(
        _text(text, data, name, number, places=places, parts=parts, language=language, wanted=_for(text, wanted, file))
        for number, text in enumerate(file.texts)
    )
    missing = [page for index, page in enumerate(file.pages) if str(index) not in places]
    faults = tuple(
        f"holds the lines of the image {_name(page) or 'without a name'}, which is not in the folder"
        for page in missing
        if page.written is not None and page.written.lines
    )
    unknown = f"names {len(missing)} of its pages so that they are none of the folder's, and they stay unknown"
    beads = tuple(_beads(file, [text.supplied.name for text in texts]))
    remarks = [unknown] if missing and not faults else []
    if left := len(file.answers) - len(beads):
        remarks.append(f"links between texts: {left} made anew, as nobody confirmed them")
    return TeiSupply(file.document, lines, texts, beads, faults, (*remarks, *file.remarks))


def _beads(file: TeiFile, names: Sequence[str]) -> Iterator[SuppliedBead]:
    """Give what a person confirmed to answer to each other, segments or clauses of two texts."""
    places = {
        name: (text, index) for text, each in enumerate(file.texts) for index, name in enumerate(each.names) if name
    }
    for answer in file.answers:
        sides: dict[int, list[SuppliedSpan]] = {}
        for end in answer.targets:
            text, segment = places[end.segment]
            sides.setdefault(text, []).append(SuppliedSpan(segment, end.start, end.end))
        if not answer.confirmed or len(sides) != 2:
            continue
        source, target = sorted(sides, key=lambda text: file.texts[text].parsed.kind is TextKind.TRANSLATION)
        yield SuppliedBead(
            names[source],
            tuple(sides[source]),
            names[target],
            tuple(sides[target]),
            1.0 if answer.confidence is None else answer.confidence,
            answer.name,
            answer.within,
        )


def _name(page: TeiPage) -> str:
    return next(iter(page.images), page.label)


def _places(pages: Sequence[TeiPage], folder: Sequence[str]) -> dict[str, str]:
    """Say which page of the folder each page of a file is: by the name of its image, else in order."""
    stems = {_stem(place): place for place in folder}
    named = {
        str(index): stems[stem]
        for index, page in enumerate(pages)
        if (stem := next((stem for image in page.images for stem in _stems(image) if stem in stems), None)) is not None
    }
    if len(set(named.values())) == len(pages):
        return named
    if not named and len(pages) == len(folder):
        return {str(index): place for index, place in enumerate(folder)}
    return named if len(set(named.values())) == len(named) else {}


def _stem(name: str) -> str:
    last = unquote(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return last.rpartition(".")[0] or last


def _stems(image: str) -> list[str]:
    """Give the names that an address may mean: its last step first, then those before, as an image service has them."""
    try:
        path = urlsplit(image).path
    except ValueError:
        path = image
    return [_stem(step) for step in reversed(path.replace("\\", "/").split("/")) if step]


def _for(text: TeiText, wanted: TextDescription | None, file: TeiFile) -> TextDescription | None:
    """Give what the folder says of one text: of a file with several, it speaks of those of its kind only."""
    return wanted if wanted is None or len(file.texts) == 1 or wanted.kind is text.parsed.kind else None


def _text(
    text: TeiText,
    data: bytes,
    name: str,
    number: int,
    *,
    places: Mapping[str, str],
    parts: Sequence[SuppliedPart],
    language: str,
    wanted: TextDescription | None,
) -> SuppliedText:
    parsed = text.parsed
    said = wanted or TextDescription(name, parsed.kind, language="")
    born = tuple(tuple(_moved(each, places) for each in listed if each.page in places) for listed in text.born)
    # A file may hold several texts, and each is to be found again by its own name and digest.
    place = f"#{number + 1}" if number else ""
    digest = hashlib.sha256(data + place.encode())
    own = parsed.language if parsed.language != "none" else ""
    kind = parsed.kind if parsed.kind is TextKind.OCR_DRAFT else said.kind
    own_id = id_in(text.name, TEXT_PREFIX)
    ids = [id_in(name, SEGMENT_PREFIX) for name in text.names]
    return SuppliedText(
        supplied=Supplied(name + place, digest.hexdigest()),
        part=said.part or _part(text, places, parts),
        kind=kind,
        language=said.language or own or language,
        segments=parsed.segments,
        breaks_kept=parsed.breaks_kept,
        label=said.label or parsed.label,
        creator=said.creator or parsed.creator,
        source=said.source or parsed.source,
        rights=said.rights or text.rights,
        credit=said.credit or parsed.credit,
        pages=dict(places),
        born=born if any(born) else (),
        id=None if own_id is None else TextId(own_id),
        segment_ids=tuple(None if id is None else SegmentId(id) for id in ids) if own_id else (),
        fragment=text.fragment,
    )


def _moved(born: Born, places: Mapping[str, str]) -> Born:
    return replace(born, page=places[born.page])


def _part(text: TeiText, places: Mapping[str, str], parts: Sequence[SuppliedPart]) -> str:
    """Give the part that holds the first page that a text speaks of; else the first."""
    hints = (segment.page for segment in text.parsed.segments if segment.page is not None)
    first = next((places[hint] for hint in hints if hint in places), None)
    return next((part.id for part in parts if first in part.pages), parts[0].id)
