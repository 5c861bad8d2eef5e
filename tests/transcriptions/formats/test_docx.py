"""Word documents: what is read of them, what is refused, and what is written."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.builders import make_cable
from tests.written_pages import damages
from transcriptions import segmenter
from transcriptions.errors import Unreadable
from transcriptions.formats import docx, docx_writing
from transcriptions.markup import Layer, State
from transcriptions.model import SegmentKind

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def packed(parts: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(body: str, **parts: str) -> bytes:
    more = {f"word/{name}.xml": content for name, content in parts.items()}
    return packed(
        {"_rels/.rels": RELATIONS, "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>", **more}
    )


def p(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def text(body: str, **parts: str) -> str:
    return docx.read(word(body, **parts), name="t.docx").text


def test_paragraphs_headings_and_runs_give_their_words_whole() -> None:
    bold = (
        '<w:p><w:r><w:t>Перв</w:t></w:r><w:r><w:rPr><w:b/><w:u w:val="single"/></w:rPr><w:t>ое слово.</w:t></w:r></w:p>'
    )

    assert text(p("ЗАГОЛОВОК", '<w:pStyle w:val="Heading1"/>') + bold) == "ЗАГОЛОВОК\n\nПервое слово.\n"


@pytest.mark.parametrize(
    "page_break",
    [
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + p("Два."),
        p("Два.", "<w:pageBreakBefore/>"),
    ],
)
def test_page_breaks_are_form_feeds(page_break: str) -> None:
    pages = text(p("Один.") + page_break).split("\f")

    assert [page.strip() for page in pages] == ["Один.", "Два."]


def test_a_section_ends_a_page_unless_it_is_continuous() -> None:
    assert "\f" in text(p("Один.", "<w:sectPr/>") + p("Два."))
    assert "\f" not in text(p("Один.", '<w:sectPr><w:type w:val="continuous"/></w:sectPr>') + p("Два."))


def test_tracked_changes_are_taken_and_remarked() -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Было </w:t></w:r>'
        '<w:del w:id="1"><w:r><w:delText>старое</w:delText></w:r></w:del>'
        '<w:ins w:id="2"><w:r><w:t>новое</w:t></w:r></w:ins><w:r><w:commentReference w:id="1"/></w:r></w:p>'
    )
    found = docx.read(word(body), name="t.docx")

    assert found.text == "Было новое\n"
    assert [remark.split(";")[0] for remark in found.remarks] == [
        "has tracked changes: 1 insertions were kept and 1 deletions dropped",
        "has 1 comments, which are not in the text",
    ]


def test_a_deleted_paragraph_end_joins_two_paragraphs() -> None:
    assert text(p("Один ", "<w:rPr><w:del/></w:rPr>") + p("два.")) == "Один два.\n"


def test_footnotes_are_notes_where_they_are_called() -> None:
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0">{p("x")}</w:footnote>'
        f'<w:footnote w:id="2">{p("See [1].")}</w:footnote></w:footnotes>'
    )
    body = (
        '<w:p><w:r><w:t>Word</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:r><w:t xml:space="preserve"> goes on.</w:t></w:r></w:p>'
    )

    assert text(body, footnotes=notes) == "Word [Note: See (1).] goes on.\n"


def test_tables_come_row_by_row() -> None:
    cell = "<w:tc>{}</w:tc>".format
    inner = f"<w:tbl><w:tr>{cell(p('x'))}{cell(p('y'))}</w:tr></w:tbl>"
    first = cell(p("Один") + p("два")) + cell(p("One"))
    body = f"<w:tbl><w:tr>{first}</w:tr><w:tr>{cell(inner)}{cell(p(''))}</w:tr></w:tbl>"

    assert text(body) == "Один два\tOne\n\nx y\n"


def test_list_numbers_are_words_too() -> None:
    level = '<w:lvl w:ilvl="{}"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'.format
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{level(0, 1, "decimal", "%1.")}'
        f"{level(1, 3, 'russianLower', '%1.%2)')}"
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    listed = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = f'<w:styles {W}><w:style w:styleId="L">{listed}</w:style></w:styles>'
    second = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
    body = (
        p("раз", '<w:pStyle w:val="L"/>') + p("два", second) + p("три", second) + p("четыре", '<w:pStyle w:val="L"/>')
    )

    assert text(body, numbering=numbering, styles=styles) == "1. раз\n\n1.в) два\n\n1.г) три\n\n2. четыре\n"


def test_headings_are_told_by_their_style_or_level() -> None:
    style = '<w:style w:styleId="{}"><w:name w:val="{}"/><w:pPr>{}</w:pPr></w:style>'.format
    level = '<w:outlineLvl w:val="{}"/>'.format
    known = style("1", "heading 1", "") + style("x", "Own", level(2)) + style("y", "Body", level(9))
    styles = f"<w:styles {W}>{known}</w:styles>"
    body = (
        p("О поездке  в порт", '<w:pStyle w:val="1"/>') + p("Первый день", '<w:pStyle w:val="x"/>')
        + p("Мы приехали утром", '<w:pStyle w:val="y"/>') + p("Второй день", level(0)) + p("Мы уехали.")
    )  # fmt: skip
    found = docx.read(word(body, styles=styles), name="t.docx")
    segments = segmenter.segment(found.text, language="ru", layer=Layer.TRANSLATION)

    assert found.headings == {"О поездке в порт", "Первый день", "Второй день"}
    assert [(each.content, each.kind is SegmentKind.HEADING) for each in found.with_kinds(segments)] == [
        ("О поездке в порт", True),
        ("Первый день", True),
        ("Мы приехали утром", False),
        ("Второй день", True),
        ("Мы уехали.", False),
    ]


def test_lines_of_a_typed_page_stay_lines() -> None:
    lines = [
        "Нам стало известно из беседы",
        "товарищей с нашими друзьями,",
        "что они плохо информируют",
        "китайских товарищей.",
    ]

    assert text("".join(map(p, lines))) == "\n".join(lines) + "\n"


def test_what_has_two_forms_is_read_once() -> None:
    box = "<w:txbxContent>" + p("В рамке") + "</w:txbxContent>"
    body = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice>'
        + box
        + "</mc:Choice><mc:Fallback>"
        + box
        + "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Рядом</w:t></w:r></w:p>"
    )

    assert text(body) == "В рамке\n\nРядом\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no Word document"),
        (b"PK\x03\x04 nothing", "no ZIP archive"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Word file"),
        (packed({"a.txt": "x"}), "no main part"),
        (packed({"../word/document.xml": "x"}), "out of its folder"),
        (packed({"/etc/passwd": "x"}), "out of its folder"),
        (packed({"a" * 300: "x"}), "too long"),
        (packed({"_rels/.rels": RELATIONS, "word/document.xml": "<w:document"}), "no well-formed XML"),
        (packed({"_rels/.rels": RELATIONS, "word/document.xml": "<html/>"}), "not <document>"),
        (packed({"a.xml": "a" * 5_000_000}), "bomb"),
        (packed({"_rels/.rels": RELATIONS, "word/document.xml": "x"}, zipfile.ZIP_LZMA), "method"),
    ],
)
def test_what_is_refused_is_said(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        docx.read(data, name="t.docx")


def test_entities_are_not_resolved() -> None:
    hostile = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><w:document {W}><w:body>{p("a&e;b")}</w:body>'
        "</w:document>"
    )
    bomb = hostile.replace('SYSTEM "file:///etc/hostname"', '"' + "a" * 99 + '"')
    for content in (hostile, bomb):
        found = docx.read(packed({"_rels/.rels": RELATIONS, "word/document.xml": content}), name="t.docx")

        assert found.text.strip() in ("a", "ab")


@given(st.data())
def test_damaged_packages_are_read_or_refused(data: st.DataObject) -> None:
    whole = word(p("Один") + "<w:tbl><w:tr><w:tc>" + p("два") + "</w:tc></w:tr></w:tbl>")
    try:
        docx.read(data.draw(damages(whole)), name="t.docx")
    except Unreadable as error:
        assert str(error)


ELEMENTS = (
    "w:p",
    "w:r",
    "w:t",
    "w:tbl",
    "w:tr",
    "w:tc",
    "w:del",
    "w:ins",
    "w:br",
    "w:pPr",
    "w:sym",
    "w:footnoteReference",
)


@given(
    st.recursive(
        st.sampled_from(["слово", ""]),
        lambda inner: st.builds(
            lambda name, body: f"<{name}>{''.join(body)}</{name}>",
            st.sampled_from(ELEMENTS),
            st.lists(inner, max_size=3),
        ),
        max_leaves=12,
    )
)
def test_any_order_of_elements_is_read(body: str) -> None:
    assert isinstance(text(body), str)


# --- writing


def rows(data: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return [
        ["\n".join("".join(each.itertext()) for each in cell.iter("{*}p")) for cell in row.iter("{*}tc")]
        for row in root.iter("{*}tr")
    ]


def test_a_facing_translation_row_by_row() -> None:
    cable = make_cable()
    data = b"".join(docx_writing.write(cable, state=State.AS_TYPED, language="ru"))

    assert rows(data) == [
        ["20.IX.50 г.", "20 September 1950"],
        [
            "Посетите министра и сообщите ему следующее.",
            "Visit the minister and on the same day tell him the following.",
        ],
        ["Исполнение телеграфируйте.", "Telegraph when this is done."],
    ]
    assert len(rows(b"".join(docx_writing.write(cable, state=State.AS_TYPED, page=cable.pages[1].id)))) == 1
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        header = archive.read("word/header1.xml").decode()
        assert archive.testzip() is None
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
    assert "Телеграмма послу – как напечатано" in header
    assert "An archive. Ф. 1. Оп. 2. Д. 3" in header


def test_what_is_written_is_read_again() -> None:
    read = docx.read(b"".join(docx_writing.write(make_cable(), state=State.AS_CHANGED)), name="out.docx").text

    assert "Посетите министра и в тот же день сообщите ему следующее.\tVisit the minister and on" in read
    assert read.count("в тот же день") == 1


def test_the_bytes_depend_on_the_values_alone() -> None:
    first, second = (b"".join(docx_writing.write(make_cable(), state=State.AS_TYPED)) for _ in range(2))

    assert first == second


def test_a_part_of_nothing_but_tags_is_refused() -> None:
    part = f"<w:document {W}>{'<w:p/>' * 3_000_000}</w:document>"
    with pytest.raises(Unreadable, match="more than 3,000,000 tags"):
        docx.read(packed({"_rels/.rels": RELATIONS, "word/document.xml": part}, zipfile.ZIP_STORED), name="t.docx")
