"""Texts in a document folder: plain text and Word files, read to the same value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from transcriptions.formats import docx, plain
from transcriptions.formats.docx import DocxText
from transcriptions.parsed import ParsedSegment


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text as its file has it; `remarks` say what of the file is not in it."""

    text: str
    encoding: str
    sha256: str
    remarks: tuple[str, ...] = ()
    word: DocxText | None = None

    def with_kinds(self, segments: Iterable[ParsedSegment]) -> tuple[ParsedSegment, ...]:
        """Give segments the kinds that the file says they have."""
        return self.word.with_kinds(segments) if self.word else tuple(segments)


def read(data: bytes, *, name: str) -> TextFile:
    """Read a text by the ending of its file's name. Raises Unreadable."""
    digest = hashlib.sha256(data).hexdigest()
    if name.lower().endswith(f".{docx.SUFFIX}"):
        found = docx.read(data, name=name)
        return TextFile(found.text, docx.SUFFIX, digest, found.remarks, found)
    written, encoding = plain.read(data, name=name)
    return TextFile(written, encoding, digest)
