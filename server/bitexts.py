"""Translation memories (TMX) in a document folder: two texts and the beads between them, as somebody gave them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transcriptions.formats import tmx
from transcriptions.model import Supplied
from transcriptions.supplied import SuppliedBead, SuppliedSpan, SuppliedText

SUFFIX = f".{tmx.SUFFIX}"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a file gives: texts and beads, or in a sentence why nothing was taken of it."""

    texts: tuple[SuppliedText, ...] = ()
    beads: tuple[SuppliedBead, ...] = ()
    remark: str = ""


def read(data: bytes, *, name: str, languages: Sequence[str], part: str, others: Iterable[SuppliedText]) -> Memory:
    """Read a file as the transcription and translation of a part. Raises Unreadable.

    `languages` are those of the document. Where the part has such texts of its own (`others`), these are kept instead.
    """
    units = tmx.read(data, name=name)
    pair = tmx.languages(units, preferred=languages)
    if pair is None:
        return Memory(remark="is not taken: its units are not in two languages")
    if any(text.part == part for text in others):
        return Memory(remark="is not taken: its part of the document has texts of its own")
    found = tmx.bitext(units, source=pair[0], target=pair[1])
    digest = hashlib.sha256(data).hexdigest()
    names = [f"{name}#{language}" for language in pair]
    texts = tuple(
        SuppliedText(
            supplied=Supplied(own, digest, tmx.SUFFIX),
            part=part,
            kind=text.kind,
            language=text.language,
            segments=text.segments,
        )
        for own, text in zip(names, (found.source, found.target), strict=True)
        if text.segments
    )
    beads = (
        SuppliedBead(names[0], (SuppliedSpan(first),), names[1], (SuppliedSpan(second),))
        for first, second in found.beads
    )
    return Memory(texts, tuple(beads))
