"""Plain text: finds the encoding of bytes, and refuses what is no text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import pairwise

from transcriptions.errors import Unreadable

ENCODINGS = ("utf-8", "utf-16", "windows-1251", "koi8-r")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_COMMON = frozenset("оеаинтсрвлкмдпуОЕАИНТСРВЛКМДПУ")
_ALLOWED_CONTROLS = frozenset("\t\n\r\f")


def read(data: bytes, *, name: str) -> tuple[str, str]:
    """Decode a text file, with its line ends as line feeds; give the text and the name of its encoding.

    Raises Unreadable, with the line, where the bytes are no text in any encoding that is known here.
    """
    text, encoding = _decoded(data, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        strange = next((c for c in line if c < " " and c not in _ALLOWED_CONTROLS), None)
        if strange is not None:
            raise Unreadable(f"holds the control character U+{ord(strange):04X}; it is no plain text", line=number)
    return text, encoding


def write(text: str) -> Iterator[bytes]:
    """Write a text as UTF-8 with line feeds."""
    yield text.encode("utf-8")


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError as error:
                detail = f"begins as {encoding.removesuffix('-sig')}, but breaks off from it"
                raise Unreadable(detail, line=_line(data, error.start)) from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        broken = error.start
    wide = _without_bom(data)
    if wide is not None:
        return wide
    best = max((_likeness(data, encoding), encoding) for encoding in ("koi8-r", "windows-1251"))
    if best[0] < 0.5:
        known = ", ".join(ENCODINGS)
        raise Unreadable(f"is in no encoding that is known here ({known}); save it as UTF-8", line=_line(data, broken))
    return data.decode(best[1], errors="strict"), best[1]


def _line(data: bytes, place: int) -> int:
    return data[:place].count(b"\n") + 1


def _without_bom(data: bytes) -> tuple[str, str] | None:
    """Tell UTF-16 without a mark by its line ends and blanks."""
    if len(data) < 4 or len(data) % 2:
        return None
    for encoding, blank in (("utf-16-le", b" \0"), ("utf-16-be", b"\0 ")):
        blanks = sum(data[i : i + 2] == blank for i in range(0, min(len(data), 4000), 2))
        if blanks * 40 >= min(len(data), 4000) / 2:
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                return None
    return None


def _likeness(data: bytes, encoding: str) -> float:
    """Say how much the bytes above ASCII look like Russian in an 8-bit encoding, 0..1.

    Common letters speak for it; a capital right after a small letter, which the wrong one of the two gives, against.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    letters = [c for c in text if ord(c) > 127]
    if not letters:
        return 0.0
    common = sum(c in _COMMON for c in letters) / len(letters)
    jumps = sum(a.islower() and b.isupper() for a, b in pairwise(text)) / len(letters)
    strange = sum(not c.isalpha() and c not in "«»„“”—–…№°" for c in letters) / len(letters)
    return max(0.0, common - jumps - 2 * strange)
