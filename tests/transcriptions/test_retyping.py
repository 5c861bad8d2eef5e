from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_id
from tests.transcriptions.test_markup import RAWS
from transcriptions import markup
from transcriptions.errors import EntityUnknown
from transcriptions.identity import MarkId, SegmentId, TextId
from transcriptions.markup import Layer
from transcriptions.model import Mark, MarkKind, Segment, SegmentKind
from transcriptions.retyping import retype


def parsed(raw: str) -> tuple[Segment, tuple[Mark, ...]]:
    content, found = markup.parse(raw, language="en", layer=Layer.TRANSLATION, keep_breaks=False)
    segment = Segment(
        SegmentId(make_id("s")), TextId(make_id("t")), "m", SegmentKind.SENTENCE, raw=raw, content=content
    )
    marks = tuple(
        Mark(
            MarkId(make_id(f"m{number}")), segment.id, each.kind, each.start, each.end, each.raw, each.raw_start,
            value=each.value, suggested=each.suggested,
        )
        for number, each in enumerate(found)
    )  # fmt: skip
    return segment, marks


def retyped(raw: str, number: int, kind: MarkKind) -> tuple[Segment, tuple[Mark, ...]]:
    segment, marks = parsed(raw)
    return retype(
        segment, marks, marks[number].id, kind, language="en", layer=Layer.TRANSLATION, mint=lambda: make_id("new")
    )


def test_a_suggestion_is_taken() -> None:
    segment, (mark,) = retyped("headquarters [instantsiya] said", 0, MarkKind.GLOSS)

    assert segment.content == "headquarters said"
    assert (mark.kind, mark.suggested, mark.value, mark.pinned) == (MarkKind.GLOSS, None, "instantsiya", True)
    assert mark.raw == "[instantsiya]"


def test_words_come_into_the_content_when_they_are_said_to_be_of_the_page() -> None:
    segment, (first, second) = retyped("FILIPPOV [Stalin] said [me] so", 0, MarkKind.SUPPLIED)

    assert segment.content == "FILIPPOV Stalin said me so"
    assert [segment.content[each.start : each.end] for each in (first, second)] == ["Stalin", "me"]
    assert segment.raw == "FILIPPOV [Stalin] said [me] so"


def test_words_leave_the_content_when_they_are_said_to_be_a_note() -> None:
    segment, (first, second) = retyped("asked [me] to [sic] come", 0, MarkKind.IDENTIFICATION)

    assert segment.content == "asked to come"
    assert (first.start, first.end, first.value) == (5, 5, "me")
    assert second.start == len("asked to")


def test_there_and_back_is_as_before() -> None:
    before, marks = parsed("FILIPPOV [Stalin [x]] said")
    there = retype(
        before, marks, marks[0].id, MarkKind.SUPPLIED, language="en", layer=Layer.TRANSLATION, mint=lambda: make_id("n")
    )
    back = retype(
        *there, marks[0].id, MarkKind.IDENTIFICATION, language="en", layer=Layer.TRANSLATION, mint=lambda: make_id("n")
    )

    assert "Stalin" in there[0].content
    assert back[0].content == "FILIPPOV said"
    assert [mark.kind for mark in back[1]] == [MarkKind.IDENTIFICATION]


def test_a_corrected_content_is_left_alone() -> None:
    segment, marks = parsed("FILIPPOV [Stalin] said")
    corrected = replace(segment, content="FILIPPOFF said")
    after, (mark,) = retype(
        corrected, marks, marks[0].id, MarkKind.SUPPLIED, language="en", layer=Layer.TRANSLATION, mint=str
    )

    assert after == corrected
    assert (mark.kind, mark.pinned) == (MarkKind.SUPPLIED, True)


def test_a_mark_that_is_not_there_is_named() -> None:
    segment, marks = parsed("FILIPPOV [Stalin] said")

    with pytest.raises(EntityUnknown, match="nosuch"):
        retype(segment, marks, MarkId("nosuch"), MarkKind.SIC, language="en", layer=Layer.TRANSLATION, mint=str)


@given(RAWS, st.integers(0, 9), st.sampled_from(MarkKind))
def test_any_bracket_may_be_taken_for_anything(raw: str, number: int, kind: MarkKind) -> None:
    _, marks = parsed(raw)
    if not marks:
        return
    segment, after = retyped(raw, number % len(marks), kind)
    chosen = next(mark for mark in after if mark.id == marks[number % len(marks)].id)

    assert (chosen.kind, chosen.raw) == (kind, marks[number % len(marks)].raw)
    assert segment.raw == raw
    assert all(0 <= mark.start <= mark.end <= len(segment.content) for mark in after)
