"""Pages of the Wilson Center Digital Archive (captured text, HTML, PDF) -> a described document with its translation.

The page's furniture is dropped; empty fields are missing; what the page says of rights is kept as words, since it names
no licence. The obfuscated e-mail address is left out of the texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree, html

from transcriptions import dates, holdings, segmenter
from transcriptions.errors import Unreadable
from transcriptions.formats import digital_archive_cover, plain, xml
from transcriptions.formats.digital_archive_cover import Entry
from transcriptions.markup import Layer
from transcriptions.model import Date, DateKind, Field, Holding, LanguageMap, TextKind
from transcriptions.parsed import ParsedDocument, ParsedText

_HEADINGS = (
    "Author(s)",
    "Associated People & Organizations",
    "Associated Places",
    "Associated Topics",
    "Subjects Discussed",
    "Related Documents",
    "Document Information",
    "Source",
    "Original Archive",
    "Rights",
    "Original Uploaded Date",
    "Type",
    "Language",
    "Record ID",
    "Original Classification",
    "Donors",
)
_LABELS = {
    "Author(s)": (("en", ("Author",)), ("ru", ("Автор",))),
    "Type": (("en", ("Type",)), ("ru", ("Вид",))),
    "Language": (("en", ("Original language",)), ("ru", ("Язык подлинника",))),
    "Original Classification": (("en", ("Original classification",)), ("ru", ("Гриф",))),
    "Original Archive": (("en", ("Original archive",)), ("ru", ("Архив подлинника",))),
    "Original Uploaded Date": (("en", ("Published online",)), ("ru", ("Опубликовано в сети",))),
    "Subjects Discussed": (("en", ("Subjects",)), ("ru", ("Темы",))),
    "Associated People & Organizations": (("en", ("People and organizations",)), ("ru", ("Лица и организации",))),
    "Associated Places": (("en", ("Places",)), ("ru", ("Места",))),
    "Donors": (("en", ("Support",)), ("ru", ("Поддержка",))),
}
_SOURCE_LABEL: LanguageMap = (("en", ("Source",)), ("ru", ("Источник",)))
_TRANSLATOR_LABEL: LanguageMap = (("en", ("Translator",)), ("ru", ("Переводчик",)))
_RIGHTS_LABEL: LanguageMap = (("en", ("Rights statement",)), ("ru", ("Условия использования",)))
_EMAIL = re.compile(r"\s*(?:at )?\[email[\s\N{NO-BREAK SPACE}]protected\]", re.I)
_TRANSLATOR = re.compile(r"\b[Tt]ranslated (?:for (?:CWIHP|NKIDP|NPIHP) )?by ((?:[A-Z]\. ?)*[^.;\n]+)")
_VIEW = re.compile(
    r"^[ \t]*VIEW DOCUMENT IN\b[^\n]*(?:\n\s*(?:English|Russian|HTML|PDF|English HTML)\s*(?=\n))*", re.I | re.M
)
_END = re.compile(r"^(?:Document Information|Related Documents|Rights|Share this)[ \t]*$", re.M)
_SUPPORT = re.compile(r"This document was made possible with support from")
_MENUS = 80
"""Paragraphs among which a page's date is looked for."""

_TRANSLATION = Entry("", TextKind.TRANSLATION, "en")
_WORDS = ("Skip to content", "Document Information", "The History and Public Policy Program welcomes reuse")


def looks_like(data: bytes) -> bool:
    """Say whether bytes are such a page."""
    found = sum(word.encode() in data for word in _WORDS)
    return found >= 2 or (b"VIEW DOCUMENT IN" in data and b"Digital Archive" in data)


def read(data: bytes, *, name: str) -> ParsedDocument:
    """Read a page. Raises Unreadable where the parts that such a page has are not found."""
    if re.match(rb"\s*(?:<!doctype html|<html|<head|<body)", data[:2000], re.I):
        text = _text_of_html(plain.read(data, name=name)[0].encode())
    else:
        text, _ = plain.read(data, name=name)
    if (view := _VIEW.search(text)) is not None:
        return _covered(text[: view.start()], _END.split(text[view.end() :])[0])
    return _document(_cut(text))


@dataclass(frozen=True, slots=True)
class ReadPdf:
    """A document out of a PDF of the archive, and the numbers, from 0, of the pages that are scans of the original."""

    document: ParsedDocument
    scans: tuple[int, ...]


def is_pdf(pages: Sequence[tuple[str, bool]]) -> bool:
    """Say whether a PDF, given as the words of its pages and whether they are scans, has the archive's cover."""
    first = "\n".join(text for text, _ in pages[:2])
    return re.search(r"^\s*Citation\b", first, re.M) is not None and "digital archive" in first.lower()


def read_pdf(pages: Sequence[tuple[str, bool]]) -> ReadPdf:
    """Read a PDF of the archive, given as the words of its pages and whether they are scans. Raises Unreadable."""
    written = _running([text for text, scan in pages if not scan])
    document = _covered(written, "")
    return ReadPdf(document, tuple(number for number, (_, scan) in enumerate(pages) if scan))


def _running(texts: Sequence[str]) -> str:
    """Put the texts of pages together; a paragraph that no stop ends goes on on the next page."""
    written = ""
    for text in texts:
        open_end = written[-1:].isalnum() or written.endswith((",", ";", "-"))
        goes_on = open_end and (text[:1].islower() or text[:1].isdecimal())
        written += ("" if not written else "\n" if goes_on else "\n\n") + text
    return written


def _covered(text: str, body: str) -> ParsedDocument:
    """Make a document of a cover with what follows it, or with a body that stands apart."""
    cover = digital_archive_cover.read(text)
    fields = {**cover.fields, **({"Record ID": cover.record} if cover.record else {})}
    page = _Page(cover.date, cover.title, "", cover.summary, fields, ())
    sections = list(digital_archive_cover.sections(_EMAIL.sub("", body or cover.rest), cover.contents))
    return replace(_document(page, sections), homepage=cover.homepage)


def _text_of_html(data: bytes) -> str:
    """Give the words of an HTML page, a line for each block; nothing is fetched."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(f"is HTML that cannot be read: {error}") from error
    for element in root.iter("script", "style", "noscript", "svg", "form", "nav"):
        element.text = ""
        for child in list(element):
            element.remove(child)
    for element in root.iter("*"):
        # The ends of lines in the source are blanks, but for those of preformatted text.
        if element.tag != "pre":
            element.text = re.sub(r"[ \t\r\n]+", " ", xml.clean(element.text or ""))
        element.tail = re.sub(r"[ \t\r\n]+", " ", xml.clean(element.tail or ""))
    for element in root.iter("p", "div", "h1", "h2", "h3", "h4", "h5", "li", "dt", "dd", "section", "header", "footer"):
        element.tail = "\n\n" + (element.tail or "")
        element.text = "\n\n" + (element.text or "")
    for element in root.iter("tr"):
        element.tail = "\n" + (element.tail or "")
    for element in root.iter("td", "th"):
        element.tail = "\t" + (element.tail or "")
    for element in root.iter("br"):
        element.tail = "\n" + (element.tail or "")
    lines = [
        re.sub(r"[ \t\xa0]+", " ", line).strip()
        for line in "".join(str(words) for words in root.itertext()).splitlines()
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


@dataclass(frozen=True, slots=True)
class _Page:
    """The parts of a page: its date and title, the body's raw text, the summary, and its fields by heading."""

    date: str
    title: str
    body: str
    summary: str
    fields: dict[str, str]
    unnamed: tuple[str, ...]


def _cut(text: str) -> _Page:
    text = text.lstrip().removeprefix("Skip to content").lstrip()
    paragraphs = list(re.finditer(r"\S(?:.|\n(?!\s*\n))*", text))
    if len(paragraphs) < 3:
        raise Unreadable("has not the date, title and body that a page of the Digital Archive has")
    # What stands before the date are the site's own menus.
    first = next((i for i, p in enumerate(paragraphs[:_MENUS]) if dates.parse(p[0].strip(), language="en")), None)
    if first is None or first + 2 > len(paragraphs):
        raise Unreadable("does not begin with a date and a title, as a page of the Digital Archive does", line=1)
    paragraphs = paragraphs[first:]
    date = paragraphs[0][0].strip()
    title = " ".join(paragraphs[1][0].split())
    first_heading = next((i for i, p in enumerate(paragraphs[2:], 2) if _heading(p[0]) is not None), len(paragraphs))
    supported = [p[0] for p in paragraphs[2:first_heading] if _SUPPORT.match(p[0])]
    body = [p for p in paragraphs[2:first_heading] if not _SUPPORT.match(p[0])]
    summary = ""
    # One unlabelled paragraph after the body sums the document up; a bracket or a signature is the body's.
    if len(body) > 1 and body[-1][0].rstrip().endswith(".") and not body[-1][0].startswith("["):
        summary = _EMAIL.sub("", " ".join(body.pop()[0].split()))
    raw = text[body[0].start() : body[-1].end()] + "\n" if body else ""
    fields, unnamed = _fields([p[0] for p in paragraphs[first_heading:]])
    if supported:
        fields["Donors"] = " ".join(" ".join([*supported, fields.get("Donors", "")]).split())
    return _Page(date, title, _EMAIL.sub("", raw), summary, fields, unnamed)


def _heading(paragraph: str) -> str | None:
    first = paragraph.strip().splitlines()[0].strip().removesuffix(":").rstrip()
    return first if first in _HEADINGS else None


def _fields(paragraphs: list[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give what stands under each heading, without empty fields, and the words under "Document Information"."""
    fields: dict[str, list[str]] = {}
    unnamed: list[str] = []
    current = ""
    for paragraph in paragraphs:
        for line in paragraph.splitlines():
            line = _EMAIL.sub("", line).strip()
            if line and (heading := _heading(line)) is not None:
                current = heading
            elif line and current == "Document Information":
                unnamed.append(line)
            elif line:
                fields.setdefault(current, []).append(line)
    return {name: "\n".join(lines) for name, lines in fields.items()}, tuple(unnamed)


def _document(page: _Page, sections: Sequence[tuple[Entry, str]] = ()) -> ParsedDocument:
    fields = dict(page.fields)
    rights = fields.pop("Rights", "")
    archive = fields.get("Original Archive", "")
    if archive.startswith("The History and Public Policy Program"):
        # The capture lost the heading "Rights", and the archive is empty.
        rights, archive = f"{archive}\n{rights}".strip(), ""
        fields.pop("Original Archive")
    source = fields.pop("Source", "") or " ".join(page.unnamed)
    found = _TRANSLATOR.search(source)
    translator = re.sub(r" for (?:the )?(?:CWIHP|NKIDP|NPIHP)$", "", found[1].strip()) if found else ""
    reference = re.sub(r"\s{2,}", " ", _TRANSLATOR.sub("", source)).strip(" .") if found else source.strip(" .")
    described = [Field(_SOURCE_LABEL, _english(source))] if source else []
    if translator:
        described.append(Field(_TRANSLATOR_LABEL, _english(translator)))
    described += [Field(label, _english(fields[name])) for name, label in _LABELS.items() if fields.get(name)]
    if rights:
        described.append(Field(_RIGHTS_LABEL, _english(" ".join(rights.split()))))
    return ParsedDocument(
        title=_english(page.title),
        summary=_english(page.summary) if page.summary else (),
        dates=_dates(page.date),
        holdings=_holdings(reference, archive),
        fields=tuple(described),
        credit=_english(source) if source else (),
        source_id=fields.get("Record ID", "").partition("\n")[0],
        texts=tuple(
            _text(entry, body, translator, source)
            for entry, body in sections or ((_TRANSLATION, page.body),)
            if body.strip()
        ),
    )


def _english(words: str) -> LanguageMap:
    return (("en", (words,)),)


def _dates(written: str) -> tuple[Date, ...]:
    date = dates.parse(written, language="en")
    return (Date(written, date.edtf, DateKind.WRITTEN, date.calendar, "Wilson Center Digital Archive"),) if date else ()


def _holdings(reference: str, archive: str) -> tuple[Holding, ...]:
    return holdings.describe(reference or archive, stated_by="Wilson Center Digital Archive")


def _text(entry: Entry, body: str, translator: str, source: str) -> ParsedText:
    translated = entry.kind is TextKind.TRANSLATION
    layer = Layer.TRANSLATION if translated else Layer.SOURCE
    label: LanguageMap = ()
    if translated and entry.language == "en":
        label = (("en", ("English translation",)), ("ru", ("Английский перевод",)))
    return ParsedText(
        kind=entry.kind,
        language=entry.language,
        segments=segmenter.segment(body, language=entry.language, layer=layer, breaks="none"),
        label=label,
        creator=translator if translated else "",
        source=source,
    )
