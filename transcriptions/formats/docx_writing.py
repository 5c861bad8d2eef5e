"""A document as a Word file (DOCX, ISO/IEC 29500): its text and translation side by side, row by row, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from transcriptions import exporting, facing, imprint, reading
from transcriptions.facing import FacingPart, Row
from transcriptions.formats import xml, zip_archive
from transcriptions.formats.docx import MEDIA_TYPE, PROFILE, SUFFIX
from transcriptions.identity import PageId, TextId
from transcriptions.markup import State
from transcriptions.model import Text
from transcriptions.revision import Snapshot

__all__ = ["MEDIA_TYPE", "PROFILE", "SUFFIX", "write"]

_W = f'xmlns:w="{PROFILE}"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_COLUMN = 4820
"""Width of a column in twentieths of a point: half of an A4 page between its margins."""

_CONTENT_TYPES = (
    f'{_PROLOGUE}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_WORD}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_RELATIONS = (
    f'{_PROLOGUE}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATED}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_WORD_RELATIONS = (
    f'{_PROLOGUE}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATED}/styles" Target="styles.xml"/>'
    f'<Relationship Id="r2" Type="{_RELATED}/header" Target="header1.xml"/>'
    f'<Relationship Id="r3" Type="{_RELATED}/footer" Target="footer1.xml"/></Relationships>'
)
_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'


def _style(id: str, name: str, rest: str, *, level: int | None = None) -> str:
    outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
    spacing = '<w:keepNext/><w:spacing w:before="240" w:after="80"/>' if level is not None else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{spacing}{outline}</w:pPr><w:rPr>{rest}</w:rPr></w:style>"
    )


_STYLES = (
    f"{_PROLOGUE}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_FONT}"
    '<w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    + _style("Title", "Title", '<w:b/><w:sz w:val="30"/>', level=0)
    + _style("Heading1", "heading 1", '<w:b/><w:sz w:val="26"/>', level=0)
    + _style("Heading2", "heading 2", '<w:b/><w:sz w:val="22"/>', level=1)
    + _style("Small", "Small", '<w:sz w:val="18"/>')
    + "</w:styles>"
)
_FOOTER = (
    f'{_PROLOGUE}<w:ftr {_W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)


def write(
    snapshot: Snapshot,
    *,
    state: State,
    page: PageId | None = None,
    translation: TextId | None = None,
    language: str = "en",
) -> Iterator[bytes]:
    """Write a document, or one page of it, in one state; labels in `language` (ru, else English).

    The header of each sheet names the document, the state and the source. The bytes depend on the values alone.
    """
    parts = tuple(facing.parts(snapshot, translation=translation))
    fixed = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "docProps/core.xml": _core(snapshot, language),
        "word/_rels/document.xml.rels": _WORD_RELATIONS,
        "word/styles.xml": _STYLES,
        "word/header1.xml": _header(snapshot, state, language),
        "word/footer1.xml": _FOOTER,
    }
    document = (piece.encode() for piece in _document(snapshot, parts, state, page, language))
    entries = ((name, (content.encode(),)) for name, content in fixed.items())
    return zip_archive.write(chain(entries, (("word/document.xml", document),)))


def _core(snapshot: Snapshot, language: str) -> str:
    title = escape(xml.clean(imprint.title(snapshot.document, language=language)))
    return (
        f'{_PROLOGUE}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:creator>{exporting.PROGRAM}</dc:creator></cp:coreProperties>"
    )


def _header(snapshot: Snapshot, state: State, language: str) -> str:
    document = snapshot.document
    named = f"{imprint.title(document, language=language)} – {imprint.state_name(state, language=language)}"
    cited = imprint.source(document, language=language)
    return f"{_PROLOGUE}<w:hdr {_W}>{_paragraph(named, 'Small')}{_paragraph(cited, 'Small') if cited else ''}</w:hdr>"


def _document(
    snapshot: Snapshot, parts: Sequence[FacingPart], state: State, page: PageId | None, language: str
) -> Iterator[str]:
    yield f'{_PROLOGUE}<w:document {_W} xmlns:r="{_RELATED}"><w:body>'
    texts = [text for part in parts for text in (part.source, part.target) if text]
    title, *rest = imprint.lines(snapshot, texts, state, language=language)
    yield _paragraph(title, "Title")
    if any(imprint.joined_by_machine(snapshot, part.target) for part in parts):
        rest.append(imprint.chosen(imprint.MACHINE, language))
    yield from (_paragraph(line, "Small") for line in rest)
    for part in parts:
        yield from _part(part, state, page, language)
    yield (
        '<w:p/><w:sectPr><w:headerReference w:type="default" r:id="r2"/><w:footerReference w:type="default" r:id="r3"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1134" w:bottom="1134" w:left="1134" '
        'w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _part(part: FacingPart, state: State, page: PageId | None, language: str) -> Iterator[str]:
    pages = [each for each in part.pages if each.rows and (page is None or (each.page and each.page.id == page))]
    if pages and (label := reading.said(part.part.label, language)):
        yield _paragraph(label, "Heading1")
    for each in pages:
        named = f"{imprint.chosen(imprint.PAGE, language)} {each.page.label}" if each.page else ""
        yield _paragraph(named or imprint.chosen(imprint.UNPLACED, language), "Heading2")
        yield (
            '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
            '<w:right w:w="170" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
            f'<w:gridCol w:w="{_COLUMN}"/><w:gridCol w:w="{_COLUMN}"/></w:tblGrid>'
        )
        for row in each.rows:
            yield _row(row, part, state)
        yield "</w:tbl>"


def _row(row: Row, part: FacingPart, state: State) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{_COLUMN}" w:type="dxa"/></w:tcPr>{_cell(side, text, state)}</w:tc>'
        for side, text in ((row.source, part.source), (row.target, part.target))
    )
    return f"<w:tr>{cells}</w:tr>"


def _cell(side: Sequence[facing.Cell], text: Text | None, state: State) -> str:
    language = text.language if text else ""
    said = facing.read(side, state, language=language) if side else ""
    return "".join(_paragraph(each, language=language) for each in said.split("\n"))


def _paragraph(words: str, style: str = "", *, language: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else '<w:spacing w:after="80"/>'
    spoken = f"<w:rPr><w:lang w:val={quoteattr(xml.clean(language))}/></w:rPr>" if language not in ("", "none") else ""
    text = f'<w:t xml:space="preserve">{escape(xml.clean(words))}</w:t>'
    run = f"<w:r>{spoken}{text}</w:r>" if words else ""
    return f"<w:p><w:pPr>{named}</w:pPr>{run}</w:p>"
