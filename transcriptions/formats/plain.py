"""Plain text: finds the encoding of bytes, and refuses what is no text."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from itertools import pairwise

from transcriptions.errors import Unreadable

ENCODINGS = ("utf-8", "utf-16", "utf-32", "windows-1251", "koi8-r", "cp866", "mac-cyrillic", "windows-1252")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP file (a Word document is one, too)"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "an RTF file"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
)
_CYRILLIC = ("windows-1251", "koi8-r", "cp866", "mac-cyrillic")
_SHARES = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєў",
        (
            1097, 845, 801, 735, 670, 626, 547, 473, 454, 440, 349, 321, 298, 281, 262, 201, 190, 174, 170, 165, 159,
            144, 121, 97, 94, 73, 64, 48, 36, 32, 26, 4, 4, 40, 10, 10, 10,
        ),
        strict=True,
    )
)  # fmt: skip
"""How often each letter is met among ten thousand letters of Russian, or now and then of its neighbours."""

_FEWEST = 3
"""Letters beyond ASCII that it takes to tell one encoding from another."""

_LEAST_LIKELY = -3.5
"""Mean natural logarithm of the letters' shares that Russian text exceeds; any other order of the alphabet does not."""

_TYPOGRAPHIC = frozenset("«»„“”‘’‚–—…№°·•§±¶©®™\xa0\xad")
_WIDE = re.compile("[\t\n\r\f -~\xa0-\u024f\u0400-\u052f\u2010-\u2026№]+")
_ALLOWED_CONTROLS = frozenset("\t\n\r\f")
_SAMPLE = 100_000
"""Bytes from which an encoding is guessed."""


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
    for signature, kind in _OTHER_FILES:
        if data.startswith(signature):
            raise Unreadable(f"is {kind}, not plain text")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError as error:
                detail = f"begins as {encoding.removesuffix('-sig')}, but breaks off from it"
                raise Unreadable(detail, line=_line(data, error.start)) from error
    if (wide := _without_bom(data)) is not None:
        return wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        broken = error.start
    guessed = _eight_bits(data[:_SAMPLE])
    try:
        if guessed is not None:
            return data.decode(guessed).removesuffix("\x1a"), guessed
    except UnicodeDecodeError as error:
        broken = error.start
    known = ", ".join(ENCODINGS)
    raise Unreadable(f"is in no encoding that is known here ({known}); save it as UTF-8", line=_line(data, broken))


def _line(data: bytes, place: int) -> int:
    return data[:place].count(b"\n") + 1


def _without_bom(data: bytes) -> tuple[str, str] | None:
    """Tell UTF-16 without a mark by its blanks, or by letters of Latin and Cyrillic alone."""
    if len(data) < 4 or len(data) % 2:
        return None
    for encoding, blank in (("utf-16-le", b" \0"), ("utf-16-be", b"\0 ")):
        head = data[:4000]
        blanks = sum(head[i : i + 2] == blank for i in range(0, len(head), 2))
        plain = _WIDE.fullmatch(head.decode(encoding, errors="replace")) is not None
        if blanks * 40 >= len(head) / 2 or (plain and (b"\0" in head or b"\x04" in head)):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                return None
    return None


def _eight_bits(data: bytes) -> str | None:
    """Guess the 8-bit encoding of bytes: the Russian one whose letters are likeliest, else Western European."""
    if sum(byte > 127 for byte in data) >= _FEWEST:
        likeliest = max(_CYRILLIC, key=lambda encoding: _likeness(data, encoding))
        if _likeness(data, likeliest) > _LEAST_LIKELY:
            return likeliest
    text = data.decode("windows-1252", errors="replace")
    letters = [c for c in text if c.isalpha()]
    high = [c for c in text if ord(c) > 127]
    strange = sum(not c.isalpha() and c not in _TYPOGRAPHIC for c in high)
    western = len(letters) > 4 * len(high) and not strange
    return "windows-1252" if western else None


def _likeness(data: bytes, encoding: str) -> float:
    """Say how much the bytes above ASCII look like Russian in an 8-bit encoding: the mean logarithm of their shares.

    A capital right after a small letter, which the wrong one of two encodings gives, speaks against it, and so does a
    word that begins with a dash.
    """
    text = data.decode(encoding, errors="replace")
    high = [c for c in text if ord(c) > 127 and c not in _TYPOGRAPHIC]
    if not high:
        return -math.inf
    shares = sum(math.log(_SHARES.get(c.lower(), 0.5) / 10_000) for c in high) / len(high)
    jumps = sum(a.islower() and b.isupper() for a, b in pairwise(text)) / len(high)
    jumps += len(re.findall(r"(?<!\w)[–—…][^\W\d]", text)) / len(high)
    return shares - 4 * jumps
