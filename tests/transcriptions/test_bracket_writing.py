import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.transcriptions.test_markup import RAWS
from transcriptions.bracket_writing import write
from transcriptions.markup import Layer, parse
from transcriptions.model import MarkKind
from transcriptions.parsed import ParsedMark


@given(RAWS, st.sampled_from(Layer), st.booleans())
def test_what_nobody_changed_is_written_to_the_letter(raw: str, layer: Layer, keep: bool) -> None:
    content, marks = parse(raw, language="en", layer=layer, keep_breaks=keep)

    assert write(raw, content, marks, language="en", layer=layer, keep_breaks=keep) == raw


WORDS = st.lists(st.sampled_from(["слово", "Army", "1950", "then", "И."]), min_size=1, max_size=6).map(" ".join)
KINDS = [
    MarkKind.HANDWRITTEN,
    MarkKind.INSERTION,
    MarkKind.DELETION,
    MarkKind.UNDERLINE,
    MarkKind.STAMP,
    MarkKind.UNCERTAIN,
    MarkKind.FADED,
]


@given(WORDS, st.sampled_from(KINDS), st.sampled_from(["en", "ru"]), st.data())
def test_a_mark_without_raw_form_gets_a_bracket_that_reads_the_same(
    content: str, kind: MarkKind, language: str, data: st.DataObject
) -> None:
    words = content.split()
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    start = len(" ".join(words[:first])) + (first > 0)
    end = start + len(" ".join(words[first : last + 1]))
    written = write("", content, [ParsedMark(kind, start, end, "", 0)], language=language, layer=Layer.SOURCE)
    parsed, marks = parse(written, language=language, layer=Layer.SOURCE)
    assume(marks[0].kind is not MarkKind.DATE)

    assert parsed == content
    assert [(mark.kind, mark.start, mark.end) for mark in marks] == [(kind, start, end)]


@pytest.mark.parametrize(
    ("kind", "value", "language", "written"),
    [
        (MarkKind.TRANSLATOR_NOTE, "a draft follows", "en", "the Army [Translator’s note: a draft follows] is"),
        (MarkKind.EDITOR_NOTE, "см. ниже", "ru", "the Army [Примечание: см. ниже] is"),
        (MarkKind.ILLEGIBLE, "", "en", "the Army [illegible] is"),
        (MarkKind.ILLEGIBLE, "3-4 illegible letters", "en", "the Army [3-4 illegible letters] is"),
        (MarkKind.SIC, "", "ru", "the Army [так в тексте] is"),
        (MarkKind.SIC, "recieve", "en", "the Army [sic: recieve] is"),
        (MarkKind.STAMP, "MFA, illegible", "en", "the Army [stamp: MFA, illegible] is"),
        (MarkKind.DELETION, "нрзб.", "ru", "the Army [зачёркнуто: нрзб.] is"),
        (MarkKind.INSERTION, "inserted by hand above it", "en", "the Army [inserted by hand above it] is"),
        (MarkKind.DELETION, "word crossed out", "en", "the Army [word crossed out] is"),
        (MarkKind.GLOSS, "armiya", "en", "the Army [armiya] is"),
        (MarkKind.SIGNATURE, "", "en", "the Army [signature] is"),
        (MarkKind.STRUCTURE, "page 2", "en", "the Army [page 2] is"),
        (MarkKind.SUBSTITUTION, "", "en", "the Army is"),
    ],
)
def test_notes_and_gaps(kind: MarkKind, value: str, language: str, written: str) -> None:
    mark = ParsedMark(kind, 8, 8, "", 0, value=value)

    assert write("", "the Army is", [mark], language=language, layer=Layer.TRANSLATION) == written


RAW = "the  Army [inserted by hand: like the [[Party]]] is\nyoung [sic]."


def test_a_changed_word_changes_only_itself() -> None:
    content, marks = parse(RAW, language="en", layer=Layer.TRANSLATION)
    corrected = content.replace("like", "unlike").replace("young", "old")

    assert write(RAW, corrected, marks, language="en", layer=Layer.TRANSLATION) == RAW.replace(
        "like", "unlike"
    ).replace("young", "old")


def test_a_bracket_whose_mark_is_gone_loses_its_syntax_and_keeps_its_words() -> None:
    content, marks = parse(RAW, language="en", layer=Layer.TRANSLATION)
    without_insertion, without_doubt = marks[1:], (marks[0], marks[2])

    assert write(RAW, content, without_insertion, language="en", layer=Layer.TRANSLATION) == (
        "the  Army like the [[Party]] is\nyoung [sic]."
    )
    assert write(RAW, content, without_doubt, language="en", layer=Layer.TRANSLATION) == RAW.replace(
        "[[Party]]", "Party"
    )


def test_a_new_mark_is_woven_into_what_came_in() -> None:
    content, marks = parse(RAW, language="en", layer=Layer.TRANSLATION)
    start = content.index("young")
    new = ParsedMark(MarkKind.UNDERLINE, start, start + 5, "", 0)

    assert write(RAW, content, (*marks, new), language="en", layer=Layer.TRANSLATION) == RAW.replace(
        "young", "[underlined: young]"
    )


@given(RAWS, RAWS, st.sampled_from(MarkKind), st.integers(0, 30), st.integers(0, 30))
def test_any_change_is_written(raw: str, changed: str, kind: MarkKind, start: int, length: int) -> None:
    _, marks = parse(raw, language="en", layer=Layer.TRANSLATION)
    start = min(start, len(changed))
    new = ParsedMark(kind, start, min(start + length, len(changed)), "", 0, value="x")

    written = write(raw, changed, (*marks, new), language="ru", layer=Layer.SOURCE)
    rest = iter(written)
    assert all(letter in rest for letter in changed if not letter.isspace()), "a letter is lost or moved"
