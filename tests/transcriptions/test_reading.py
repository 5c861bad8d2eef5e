from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions import markup, reading
from transcriptions.identity import MarkId, SegmentId, TextId
from transcriptions.markup import Layer, State
from transcriptions.model import Mark, MarkKind, Segment, SegmentKind


def parsed(raw: str) -> tuple[Segment, tuple[Mark, ...]]:
    content, found = markup.parse(raw, language="en", layer=Layer.TRANSLATION)
    segment = Segment(SegmentId("s"), TextId("t"), "1", SegmentKind.SENTENCE, raw, content)
    marks = tuple(
        Mark(
            MarkId(str(n)), segment.id, each.kind, each.start, each.end, each.raw, each.raw_start, each.value,
            each.certainty, each.hand, each.function, each.place, each.suggested,
        )
        for n, each in enumerate(found)
    )  # fmt: skip
    return segment, marks


def read(raw: str, state: State = State.AS_CHANGED) -> str:
    segment, marks = parsed(raw)
    return reading.words(segment, marks, state, language="en")


def test_an_insertion_stands_once_or_not_at_all() -> None:
    raw = "The Army [inserted by hand: like the Party] is [crossed out: not] young."

    assert read(raw, State.AS_TYPED) == "The Army is not young."
    assert read(raw, State.AS_CHANGED) == "The Army like the Party is young."


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("At the instructions of headquarters [instantsiya] GROMYKO", None),
        ("Five copies printed v[i]", None),
        ("over the line [?] of nearby neighbors", None),
        ("[Translator’s note: a draft follows]", None),
        ("No. 01089[3-4 illegible letters] of [illegible].", None),
        ("He asked [me] to come.", "He asked me to come."),
        ("[Source: An archive] End.", "End."),
    ],
)
def test_notes_and_gaps_stay_in_their_brackets(raw: str, words: str | None) -> None:
    assert read(raw) == (words or raw)


def test_what_is_deleted_takes_its_notes_with_it() -> None:
    raw = "One [crossed out: two [illegible] three] four."

    assert read(raw, State.AS_CHANGED) == "One four."
    assert read(raw, State.AS_TYPED) == "One two [illegible] three four."


def test_a_mark_without_raw_form_gets_the_usual_bracket() -> None:
    segment, _ = parsed("One two.")
    gap = Mark(MarkId("m"), segment.id, MarkKind.ILLEGIBLE, 3, 3, "", 0)

    assert reading.words(segment, (gap,), State.AS_TYPED, language="ru") == "One [неразборчиво] two."


def test_prose_joins_the_lines_of_a_page() -> None:
    segment = Segment(SegmentId("s"), TextId("t"), "1", SegmentKind.SENTENCE, "", "сооб-\nщите ему\nследующее")

    assert reading.words(segment, (), State.AS_TYPED, language="ru") == "сооб-\nщите ему\nследующее"
    assert reading.prose(segment, (), State.AS_TYPED, language="ru") == "сообщите ему следующее"


@given(
    st.lists(
        st.sampled_from("one two [inserted by hand: x] [illegible] [y] [crossed out: z] [[q]] [?] [ ]".split(" ")),
        max_size=9,
    ),
    st.data(),
)
def test_pieces_of_a_segment_hold_the_words_of_the_whole(tokens: list[str], data: st.DataObject) -> None:
    segment, marks = parsed(" ".join(tokens))
    length = len(segment.content)
    cuts = sorted({0, length, *data.draw(st.lists(st.integers(0, length), max_size=3))})
    for state in State:
        pieces = [
            reading.words(segment, marks, state, language="en", start=start, end=end) for start, end in pairwise(cuts)
        ]
        whole = reading.words(segment, marks, state, language="en")

        assert "".join("".join(pieces).split()) == "".join(whole.split()) or not length


def test_words_of_a_language_map_fall_back() -> None:
    both = (("en", ("Letter",)), ("ru", ("Письмо",)))

    assert reading.said(both, "ru-RU") == "Письмо"
    assert reading.said(both, "de") == "Letter"
    assert reading.said((("fr", ("Lettre",)),), "de") == "Lettre"
    assert reading.said((), "de") == ""
