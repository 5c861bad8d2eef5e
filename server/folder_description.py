"""What a folder's description and its files say of the document, brought together; the order of its files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from transcriptions.formats import digital_archive
from transcriptions.formats.document_toml import DocumentDescription
from transcriptions.identity import DocumentId
from transcriptions.model import Document, Origin, Supplied
from transcriptions.parsed import ParsedDocument, ParsedText
from transcriptions.supplied import SuppliedText


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """A Digital Archive page that stands in a folder."""

    supplied: Supplied
    parsed: ParsedDocument

    @classmethod
    def read(cls, data: bytes, *, name: str) -> ArchivePage:
        """Read a page that was saved as text or HTML. Raises Unreadable."""
        return cls(Supplied(name, hashlib.sha256(data).hexdigest()), digital_archive.read(data, name=name))

    def texts(self, part: str) -> tuple[SuppliedText, ...]:
        """Give the page's texts, as texts of a part."""
        return tuple(_archive_text(self.supplied, text, part) for text in self.parsed.texts)


def filled(described: DocumentDescription, files: Iterable[ParsedDocument]) -> DocumentDescription:
    """Fill what a description leaves open with what files say of the document, the first of them first."""
    for parsed in files:
        described = replace(
            described,
            title=described.title or parsed.title,
            summary=described.summary or parsed.summary,
            credit=described.credit or parsed.credit,
            dates=described.dates or parsed.dates,
            holdings=described.holdings or parsed.holdings,
            fields=described.fields + tuple(each for each in parsed.fields if each not in described.fields),
            rights=described.rights or parsed.rights,
            languages=described.languages or parsed.languages,
            homepage=described.homepage or parsed.homepage,
            source_id=described.source_id or parsed.source_id,
            hands=described.hands or parsed.hands,
        )
    return described


def document(described: DocumentDescription, *, name: str, origin: Origin) -> Document:
    """Give the described document, which is called by the name of its folder where nothing gives it a title."""
    return Document(
        id=DocumentId(described.id),
        origin=origin,
        title=described.title or (("none", (name,)),),
        summary=described.summary,
        dates=described.dates,
        holdings=described.holdings,
        fields=described.fields,
        credit=described.credit,
        rights=described.rights,
        languages=described.languages,
        homepage=described.homepage,
        source_id=described.source_id,
        collection=described.collection,
        hands=described.hands,
    )


def _archive_text(supplied: Supplied, text: ParsedText, part: str) -> SuppliedText:
    return SuppliedText(
        supplied=supplied,
        part=part,
        kind=text.kind,
        language=text.language,
        segments=text.segments,
        breaks_kept=text.breaks_kept,
        label=text.label,
        creator=text.creator,
        source=text.source,
        credit=text.credit,
    )


def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Give the sort key that puts page-10 after page-9."""
    pieces = re.findall(r"\d+|\D+", name.lower())
    return tuple((0, int(piece)) if piece.isdigit() else (1, piece) for piece in pieces)
