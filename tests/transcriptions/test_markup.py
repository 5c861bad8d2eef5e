from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images.layout.page import Hand
from transcriptions.markup import STATE_NAMES, Layer, State, parse, state, state_spans, substitutions, trace
from transcriptions.model import Function, MarkKind, Place
from transcriptions.parsed import ParsedMark

PIECES = st.sampled_from(
    ["[", "]", "[[", "]]", "[handwritten: ", "[inserted by hand: ", "[crossed out: ", "[stamp: ", "[USSR\nstamp: ",
     "[Note: ", "[signature]", "[?]", "[at]", " [dot] com", "слово", "word ", " ", "\n", "20 September 1950", ".",
     "[illegible]", "2", "’"]
)  # fmt: skip
RAWS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60)


@given(RAWS, st.sampled_from(Layer), st.booleans())
def test_anything_parses_and_every_mark_keeps_its_raw(raw: str, layer: Layer, keep: bool) -> None:
    content, marks = parse(raw, language="en", layer=layer, keep_breaks=keep)

    for mark in marks:
        assert raw[mark.raw_start : mark.raw_start + len(mark.raw)] == mark.raw
        assert 0 <= mark.start <= mark.end <= len(content)


@given(RAWS, st.sampled_from(Layer), st.booleans())
def test_no_character_is_lost(raw: str, layer: Layer, keep: bool) -> None:
    traced = trace(raw, language="en", layer=layer, keep_breaks=keep)

    assert [raw[place] for place, c in zip(traced.places, traced.content, strict=True) if not c.isspace()] == [
        c for c in traced.content if not c.isspace()
    ]
    assert list(traced.places) == sorted(set(traced.places))
    held = set(traced.places).union(*(range(mark.raw_start, mark.raw_start + len(mark.raw)) for mark in traced.marks))
    assert not [c for place, c in enumerate(raw) if place not in held and not c.isspace()]


@given(st.text(st.characters(blacklist_characters="[]"), max_size=80))
def test_without_brackets_only_blanks_change(raw: str) -> None:
    content, marks = parse(raw, language="ru", layer=Layer.SOURCE)

    assert marks == ()
    assert content.split() == raw.split()


CASES = [
    ("[handwritten: 20 September 1950]", "20 September 1950", MarkKind.DATE, "20 September 1950"),
    ("[от руки: 20 сентября 1950 г.]", "20 сентября 1950 г.", MarkKind.DATE, "20 сентября 1950 г."),
    ("[handwriting: to Cde. Samsonov]", "to Cde. Samsonov", MarkKind.HANDWRITTEN, "to Cde. Samsonov"),
    ("[in handwriting: agreed]", "agreed", MarkKind.HANDWRITTEN, "agreed"),
    ("Army [inserted by hand: like the Party] is", "Army like the Party is", MarkKind.INSERTION, "like the Party"),
    ("армия [вписано от руки: как и партия] молода", "армия как и партия молода", MarkKind.INSERTION, "как и партия"),
    ("a [crossed out: bad] word", "a bad word", MarkKind.DELETION, "bad"),
    ("слово [зачёркнуто: плохое]", "слово плохое", MarkKind.DELETION, "плохое"),
    ("[MFA stamp: Korea 19361\n12 June 1969]", "Korea 19361 12 June 1969", MarkKind.STAMP, "Korea 19361 12 June 1969"),
    ("[штамп: СЕКРЕТНО]", "СЕКРЕТНО", MarkKind.STAMP, "СЕКРЕТНО"),
    ("[signature] (A. PUZANOV)", "(A. PUZANOV)", MarkKind.SIGNATURE, ""),
    ("[подпись]", "", MarkKind.SIGNATURE, ""),
    ("01089[3-4 illegible letters] left", "01089 left", MarkKind.ILLEGIBLE, ""),
    ("31 March [illegible signature]", "31 March", MarkKind.ILLEGIBLE, ""),
    ("2[[0]] February", "20 February", MarkKind.UNCERTAIN, "0"),
    ("N. P. [Varnov?] said", "N. P. Varnov? said", MarkKind.UNCERTAIN, "Varnov?"),
    ("for the time being[?].", "for the time being.", MarkKind.UNCERTAIN, "being"),
    ("Peking [sic] said", "Peking said", MarkKind.SIC, ""),
    ("so […] on", "so on", MarkKind.OMISSION, ""),
    ("[Translator’s note: a draft follows]", "", MarkKind.TRANSLATOR_NOTE, ""),
    ("[Source: an archive]", "", MarkKind.CREDIT, ""),
    ("[page one of five]", "", MarkKind.STRUCTURE, ""),
    ("[handwritten in blue pencil: for]", "for", MarkKind.HANDWRITTEN, "for"),
    ("[Резолюция: в архив]", "в архив", MarkKind.HANDWRITTEN, "в архив"),
    ("[на полях слева от руки: да]", "да", MarkKind.HANDWRITTEN, "да"),
    ("[подчёркнуто красным карандашом: важно]", "важно", MarkKind.UNDERLINE, "важно"),
    ("a [word crossed out] b", "a b", MarkKind.DELETION, ""),
    ("[подпись: Громыко]", "Громыко", MarkKind.SIGNATURE, "Громыко"),
    ("[unclear: abc]", "abc", MarkKind.UNCERTAIN, "abc"),
    ("[круглая печать]", "", MarkKind.STAMP, ""),
    ("[3 groups unrecovered]", "", MarkKind.ILLEGIBLE, ""),
    ("[crossed-out: bad]", "bad", MarkKind.DELETION, "bad"),
    ("[corrected by hand to: good]", "good", MarkKind.INSERTION, "good"),
    ("[исправлено от руки: так]", "так", MarkKind.INSERTION, "так"),
    ("[Stalin’s resolution: agreed]", "agreed", MarkKind.HANDWRITTEN, "agreed"),
    ("[TN: a draft follows]", "", MarkKind.TRANSLATOR_NOTE, ""),
    ("[Trans. note: a draft follows]", "", MarkKind.TRANSLATOR_NOTE, ""),
    ("[Editors' note -- abridged]", "", MarkKind.EDITOR_NOTE, ""),
    ("[in the upper left corner: no]", "no", MarkKind.EDITORIAL, "no"),
    ("[на обороте: в дело]", "в дело", MarkKind.EDITORIAL, "в дело"),
    ("[faded: TOP SECRET]", "TOP SECRET", MarkKind.FADED, "TOP SECRET"),
    ("[sgd.] A. Gromyko", "A. Gromyko", MarkKind.SIGNATURE, ""),
    ("[not legible]", "", MarkKind.ILLEGIBLE, ""),
    ("[text cut off]", "", MarkKind.LOST, ""),
    ("[p. 2]", "", MarkKind.STRUCTURE, ""),
    ("[Enclosure 1]", "", MarkKind.STRUCTURE, ""),
    ("DPRK [faded USSR\nMFA stamp: Copy 3]", "DPRK Copy 3", MarkKind.STAMP, "Copy 3"),
    ("1. [handwritten: 1077/43[?] is open", "1. 1077/43 is open", MarkKind.HANDWRITTEN, "1077/43 is open"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "content", "kind", "words"), CASES, ids=[case[0][:40] for case in CASES])
def test_known_forms(raw: str, content: str, kind: MarkKind, words: str) -> None:
    parsed, marks = parse(raw, language="en", layer=Layer.TRANSLATION)

    assert parsed == content
    assert (marks[0].kind, parsed[marks[0].start : marks[0].end]) == (kind, words)


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        ("[omitted]", MarkKind.OMISSION, "omitted"),
        ("[portion excised]", MarkKind.OMISSION, "portion excised"),
        ("[less than 1 line of text not declassified]", MarkKind.OMISSION, "less than 1 line of text not declassified"),
        ("[Omitted here is a list of names.]", MarkKind.OMISSION, "Omitted here is a list of names."),
        ("[so in original]", MarkKind.SIC, "so in original"),
        ("[sic: recieve]", MarkKind.SIC, "recieve"),
        ("[stamp: illegible]", MarkKind.STAMP, "illegible"),
        ("[MFA stamp: 3 words illegible]", MarkKind.STAMP, "MFA, 3 words illegible"),
        ("[handwritten: illegible word]", MarkKind.HANDWRITTEN, "illegible word"),
        ("[Signature: illegible]", MarkKind.SIGNATURE, "illegible"),
        ("[зачёркнуто: нрзб.]", MarkKind.DELETION, "нрзб."),
    ],
)
def test_what_an_editor_says_of_the_page_is_no_word_of_it(raw: str, kind: MarkKind, value: str) -> None:
    content, (mark,) = parse(f"and {raw} so", language="en", layer=Layer.TRANSLATION)

    assert (content, mark.kind, mark.start, mark.end, mark.value) == ("and so", kind, 3, 3, value)


def test_a_hand_that_is_called_by_its_owner_is_a_hand() -> None:
    content, (mark,) = parse("[in Molotov's hand: agreed]", language="en", layer=Layer.TRANSLATION)

    assert (content, mark.kind) == ("agreed", MarkKind.HANDWRITTEN)


def test_words_supplied_for_sense_are_no_omission() -> None:
    assert parse("what [he omitted] is [so]", language="en", layer=Layer.TRANSLATION)[0] == "what he omitted is so"


SUGGESTED = [
    ("headquarters [instantsiya] said", "headquarters said", MarkKind.GLOSS),
    ("FILIPPOV [Stalin] said", "FILIPPOV said", MarkKind.IDENTIFICATION),
    ("asked [me] to", "asked me to", MarkKind.SUPPLIED),
    ("Com[rade] X", "Comrade X", MarkKind.EXPANSION),
    ("MID [Ministry of Foreign Affairs]", "MID", MarkKind.EXPANSION),
    ("Nº [208]", "Nº 208", MarkKind.UNCERTAIN),
    ("printed v[i]", "printed v", MarkKind.EDITOR_NOTE),
    ("[Korean] friends", "Korean friends", MarkKind.SUPPLIED),
    ("Comrade [Kim Il Sung] said", "Comrade Kim Il Sung said", MarkKind.SUPPLIED),
    ("[Foreign Minister] Pak Hon Yong", "Pak Hon Yong", MarkKind.IDENTIFICATION),
    ("Brat'ya [Brothers] met", "Brat'ya met", MarkKind.GLOSS),
    ("on [20 September 1950] he", "on 20 September 1950 he", MarkKind.DATE),
]


@pytest.mark.parametrize(("raw", "content", "suggested"), SUGGESTED, ids=[case[0] for case in SUGGESTED])
def test_a_plain_bracket_is_editorial_with_a_suggestion(raw: str, content: str, suggested: MarkKind) -> None:
    parsed, (mark,) = parse(raw, language="en", layer=Layer.TRANSLATION)

    assert (parsed, mark.kind, mark.suggested) == (content, MarkKind.EDITORIAL, suggested)


@pytest.mark.parametrize(
    "raw",
    [
        "write to [email\N{NO-BREAK SPACE}protected].",
        "[email protected]",
        "info [at] centre [dot] org",
        "info [at] centre.org",
        "a ] b",
        "lost [ bracket",
        "[]",
    ],
)
def test_what_is_no_editorial_bracket_stays_words(raw: str) -> None:
    content, marks = parse(raw, language="en", layer=Layer.TRANSLATION)

    assert (content.split(), marks) == (raw.split(), ())


def test_nested_brackets_are_marks_of_their_own() -> None:
    content, marks = parse("[stamp: [[11]] September [[5]]7]", language="en", layer=Layer.TRANSLATION)

    assert content == "11 September 57"
    assert [mark.kind for mark in marks] == [MarkKind.STAMP, MarkKind.UNCERTAIN, MarkKind.UNCERTAIN]
    assert [content[mark.start : mark.end] for mark in marks] == ["11 September 57", "11", "5"]


def test_words_beside_a_nested_bracket_are_not_lost() -> None:
    content, marks = parse("to [[illegible name] and G. Ye. Samsonov]", language="en", layer=Layer.TRANSLATION)

    assert content == "to and G. Ye. Samsonov"
    assert MarkKind.ILLEGIBLE in [mark.kind for mark in marks]


@pytest.mark.parametrize(
    "raw", ["[" * 3000, "]" * 3000, "[" * 900 + "a" + "]" * 900, "[handwritten: " * 900, "a[?]" * 900]
)
def test_brackets_without_end_are_parsed_in_good_time(raw: str) -> None:
    content, marks = parse(raw, language="en", layer=Layer.TRANSLATION)

    assert all(mark.raw in raw and mark.end <= len(content) for mark in marks)


def test_a_handwritten_date_with_a_doubtful_figure_is_uncertain() -> None:
    _, marks = parse("[handwritten: [[11]] September 1957]", language="en", layer=Layer.TRANSLATION)

    assert (marks[0].kind, marks[0].value) == (MarkKind.DATE, "1957-09-11?")


def test_place_and_hand_are_read_off_the_label() -> None:
    _, (mark,) = parse("[handwritten in the left margin: no]", language="en", layer=Layer.TRANSLATION)

    assert (mark.hand, mark.place) == (Hand.HANDWRITTEN, Place.LEFT)


def test_states_show_an_insert_once_or_not_at_all() -> None:
    content, marks = parse(
        "the Army [crossed out: and Navy] [inserted by hand: like the Party] is young",
        language="en",
        layer=Layer.TRANSLATION,
    )

    assert state(content, marks, State.AS_TYPED) == "the Army and Navy is young"
    assert state(content, marks, State.AS_CHANGED) == "the Army like the Party is young"


def test_handwriting_that_changes_the_text_is_not_as_typed() -> None:
    mark = ParsedMark(MarkKind.HANDWRITTEN, 4, 8, "", 0, function=Function.TEXTUAL_CHANGE)

    assert state("the new Army", (mark,), State.AS_TYPED) == "the Army"
    assert state("the new Army", (replace(mark, function=Function.VISA),), State.AS_TYPED) == "the new Army"


@given(RAWS)
def test_no_character_stands_twice_in_a_state(raw: str) -> None:
    content, marks = parse(raw, language="en", layer=Layer.TRANSLATION)

    for wanted in State:
        places = [place for span in state_spans(content, marks, wanted) for place in range(*span)]
        assert places == sorted(set(places))
        gone = MarkKind.INSERTION if wanted is State.AS_TYPED else MarkKind.DELETION
        assert not [mark for mark in marks if mark.kind is gone and set(range(mark.start, mark.end)) & set(places)]


def test_a_deletion_and_the_insertion_in_its_place_are_a_substitution() -> None:
    content, marks = parse(
        "[crossed out: bad] [inserted by hand: good] and [inserted by hand: more]",
        language="en",
        layer=Layer.TRANSLATION,
    )

    assert [(content[a.start : a.end], content[b.start : b.end]) for a, b in substitutions(content, marks)] == [
        ("bad", "good")
    ]


def test_states_have_names_in_both_languages() -> None:
    assert all([tag for tag, _ in STATE_NAMES[wanted]] == ["en", "ru"] for wanted in State)


def test_no_blank_is_left_before_a_stop() -> None:
    content, marks = parse("into the UN [inserted by hand: soon], he said", language="en", layer=Layer.TRANSLATION)

    assert state(content, marks, State.AS_TYPED) == "into the UN, he said"
    assert state(content, marks, State.AS_CHANGED) == "into the UN soon, he said"


@pytest.mark.parametrize(
    ("raw", "words", "typed"),
    [
        ("the [inserted by hand new] army", "new", "the army"),
        ("армия [вписано от руки новая] идёт", "новая", "армия идёт"),
        ("the [inserted by hand above the line] army", "", "the army"),
    ],
)
def test_a_label_without_its_colon(raw: str, words: str, typed: str) -> None:
    content, marks = parse(raw, language="en", layer=Layer.TRANSLATION)

    assert [content[mark.start : mark.end] for mark in marks if mark.kind is MarkKind.INSERTION] == [words]
    assert state(content, marks, State.AS_TYPED) == typed
