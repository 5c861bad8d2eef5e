"""Fonts of a PDF (ISO 32000-1, 9.7): each letter that is used gets a code, and codes are told apart as Unicode.

One font has letters (Noto Sans, SIL Open Font License, from the package pymupdf-fonts), cut down to those that were
used; the other has but a box, and holds the words that lie unseen on a scan.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from transcriptions.formats.pdf import Writer, number

UNSEEN_WIDTH = 0.5
"""Width of every letter of the unseen font, for a size of 1."""

_EPOCH = 2_082_844_800
"""1 January 1970, in seconds since 1904, as fonts count."""

_MOST = 65_000
_UNUSED = ("GPOS", "GSUB", "GDEF", "STAT", "DSIG", "TTFA")
"""Tables that no reader of a PDF asks for; they would be read in vain before they are dropped."""

_ROWS = 100


class Codes:
    """Gives each character that a font is asked for a code, from 1, in the order in which they come."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def encode(self, words: str) -> str:
        """Write words as a string of a page's content; what goes beyond the letters that a font can have is lost."""
        codes = self._codes
        for character in words:
            if character not in codes and len(codes) < _MOST:
                codes[character] = f"{len(codes) + 1:04x}"
        return f"<{''.join(codes.get(character, '') for character in words)}>"

    @property
    def characters(self) -> tuple[str, ...]:
        """The characters by their codes, that of code 1 first."""
        return tuple(self._codes)


@dataclass(frozen=True, slots=True)
class _Face:
    """The measures of the letters: font units of an em, advances and glyph names by code point."""

    em: int
    ascent: float
    descent: float
    advances: dict[int, int]
    missing: int


@functools.cache
def _data() -> bytes:
    from pymupdf_fonts.NotoSans_Regular import fontbuffer

    return bytes(fontbuffer)


@functools.cache
def _face() -> _Face:
    font = TTFont(io.BytesIO(_data()), lazy=True)
    metrics = font["hmtx"].metrics
    advances = {code: metrics[name][0] for code, name in font.getBestCmap().items()}
    em = font["head"].unitsPerEm
    head = font["hhea"]
    return _Face(em, head.ascent / em, head.descent / em, advances, metrics[".notdef"][0])


@functools.lru_cache(1 << 14)
def width(words: str) -> float:
    """Give the width of words in the font that is seen, for a size of 1."""
    face = _face()
    return sum(face.advances.get(ord(c), face.missing) for c in words) / face.em


def put_seen(writer: Writer, id: int, codes: Codes) -> Iterator[bytes]:
    """Put the font with letters in, with those alone that have codes."""
    face = _face()
    characters = codes.characters
    font, glyphs = _cut(characters)
    widths = [face.advances.get(ord(c), face.missing) * 1000 / face.em for c in characters]
    yield from _put(
        writer,
        id,
        characters,
        name="STROKA+NotoSans",
        font=font,
        glyphs=glyphs,
        measures=f"/Ascent {number(face.ascent * 1000)} /Descent {number(face.descent * 1000)}",
        widths=f"/W [1 [{' '.join(map(number, widths))}]]",
    )


def put_unseen(writer: Writer, id: int, codes: Codes) -> Iterator[bytes]:
    """Put the font in whose letters are never seen."""
    yield from _put(
        writer,
        id,
        codes.characters,
        name="STROKA+Unseen",
        font=_unseen(),
        glyphs=[1] * len(codes.characters),
        measures="/Ascent 800 /Descent -200",
        widths=f"/DW {number(UNSEEN_WIDTH * 1000)}",
    )


def _cut(characters: Iterable[str]) -> tuple[bytes, list[int]]:
    """Cut the font down to some characters; give it, and the glyph of each of them (0 where it has none)."""
    wanted = [ord(c) for c in characters]
    font = TTFont(io.BytesIO(_data()), recalcTimestamp=False, lazy=True)
    for table in _UNUSED:
        if table in font:
            del font[table]
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[], legacy_kern=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    order = {name: index for index, name in enumerate(font.getGlyphOrder())}
    known = font.getBestCmap() or {}
    glyphs = [order.get(known.get(code, ""), 0) for code in wanted]
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue(), glyphs


@functools.cache
def _unseen() -> bytes:
    """Make a font of one letter, a full box, by which viewers know what a mark covers; it is never painted."""
    builder = FontBuilder(1000, isTTF=True)
    names = [".notdef", "unseen"]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    pen = TTGlyphPen(None)
    corners = [(0, -200), (0, 800), (round(UNSEEN_WIDTH * 1000), 800), (round(UNSEEN_WIDTH * 1000), -200)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "unseen": pen.glyph()})
    builder.setupHorizontalMetrics({name: (round(UNSEEN_WIDTH * 1000), 0) for name in names})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Unseen", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.updateHead(created=_EPOCH, modified=_EPOCH)
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _put(
    writer: Writer,
    id: int,
    characters: tuple[str, ...],
    *,
    name: str,
    font: bytes,
    glyphs: list[int],
    measures: str,
    widths: str,
) -> Iterator[bytes]:
    file, places, unicode, described, inner = (writer.reserve() for _ in range(5))
    yield writer.put_stream(file, font, f"/Length1 {len(font)}")
    yield writer.put_stream(places, b"".join(each.to_bytes(2) for each in (0, *glyphs)))
    yield writer.put_stream(unicode, _to_unicode(characters).encode())
    yield writer.put(
        described,
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [-500 -300 1500 1100] /ItalicAngle 0 "
        f"{measures} /CapHeight 714 /StemV 80 /FontFile2 {file} 0 R >>",
    )
    yield writer.put(
        inner,
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering (Identity) /Supplement 0 >> /FontDescriptor {described} 0 R /CIDToGIDMap {places} 0 R {widths} >>",
    )
    yield writer.put(
        id,
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [{inner} 0 R] /ToUnicode {unicode} 0 R >>",
    )


def _to_unicode(characters: tuple[str, ...]) -> str:
    """Write the table by which what is copied out of the file is words again (ISO 32000-1, 9.10.3)."""
    rows = [f"<{code:04x}> <{c.encode('utf-16-be', 'replace').hex()}>" for code, c in enumerate(characters, start=1)]
    blocks = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    told = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{told}\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
