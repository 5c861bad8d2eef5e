"""What a person says of marks in a document's description, applied to its texts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_document
from transcriptions import markup, segmenter
from transcriptions.errors import EntityUnknown
from transcriptions.identity import HandId
from transcriptions.markup import Layer
from transcriptions.model import Function, MarkKind, RegisteredHand, SegmentKind
from transcriptions.parsed import ParsedMark, ParsedSegment
from transcriptions.said_marks import Heard, SaidMark, hear

DOCUMENT = make_document(hands=(RegisteredHand(HandId("stalin"), medium="pencil", person="I. V. Stalin"),))
RAW = "FILIPPOV [Stalin] asked [me] to go. [handwritten: To Molotov] They sent [me], at the [instantsiya [sic]].\n"


def said(raw: str, **more: object) -> SaidMark:
    return replace(SaidMark("t.txt", raw), **more)  # type: ignore[arg-type]


def heard(*statements: SaidMark, raw: str = RAW) -> Heard:
    cut = segmenter.segment(raw, language="en", layer=Layer.TRANSLATION, breaks="none")
    return hear(cut, statements, document=DOCUMENT, language="en", layer=Layer.TRANSLATION)


def marks(found: Heard) -> list[tuple[str, MarkKind, str, bool]]:
    return [
        (mark.raw, mark.kind, segment.content[mark.start : mark.end], mark.pinned)
        for segment in found.segments
        for mark in segment.marks
    ]


def test_a_plain_bracket_is_what_a_person_says_it_is() -> None:
    found = heard(said("[Stalin]", kind=MarkKind.IDENTIFICATION), said("[me]", number=2, kind=MarkKind.GLOSS))

    assert found.unmet == ()
    assert marks(found)[:4] == [
        ("[Stalin]", MarkKind.IDENTIFICATION, "", True),
        ("[me]", MarkKind.EDITORIAL, "me", False),
        ("[handwritten: To Molotov]", MarkKind.HANDWRITTEN, "To Molotov", False),
        ("[me]", MarkKind.GLOSS, "", True),
    ]
    assert "They sent, at" in "".join(segment.content for segment in found.segments)
    assert "".join(segment.raw for segment in found.segments) == RAW


def test_all_brackets_that_read_so_are_meant_where_no_number_is_given() -> None:
    found = heard(said("[me]", kind=MarkKind.SUPPLIED))

    assert [(kind, words, pinned) for raw, kind, words, pinned in marks(found) if raw == "[me]"] == [
        (MarkKind.SUPPLIED, "me", True),
        (MarkKind.SUPPLIED, "me", True),
    ]


def test_words_that_come_into_the_text_bring_their_own_brackets() -> None:
    found = heard(said("[instantsiya [sic]]", kind=MarkKind.SUPPLIED))

    assert found.segments[-1].content.endswith("at the instantsiya.")
    assert marks(found)[-1][:2] == ("[sic]", MarkKind.SIC)


def test_handwriting_has_a_function_and_a_hand_of_the_register() -> None:
    written = "[handwritten: To Molotov]"
    found = heard(said(written, function=Function.RESOLUTION), said(written, hand=HandId("stalin")))
    (mark,) = [mark for segment in found.segments for mark in segment.marks if mark.raw == written]

    assert (mark.function, mark.hand_id, mark.pinned) == (Function.RESOLUTION, "stalin", True)


def test_a_mark_without_a_bracket_is_called_by_its_words() -> None:
    mark = ParsedMark(MarkKind.HANDWRITTEN, 0, 7, "", 0)
    segment = ParsedSegment(SegmentKind.SENTENCE, "срочно! Идите.", "срочно! Идите.", (mark,))
    found = hear(
        [segment],
        [said("срочно!", kind=MarkKind.INSERTION, function=Function.TEXTUAL_CHANGE)],
        document=DOCUMENT,
        language="ru",
        layer=Layer.SOURCE,
    )

    assert found.segments == (
        replace(
            segment,
            marks=(replace(mark, kind=MarkKind.INSERTION, function=Function.TEXTUAL_CHANGE, pinned=True),),
        ),
    )


def test_what_is_not_there_is_told() -> None:
    statements = (said("[Molotov]", kind=MarkKind.SIC), said("[me]", number=3, kind=MarkKind.SIC))

    assert heard(*statements).unmet == statements
    with pytest.raises(EntityUnknown, match="no hand 'molotov' in the document's register; known are stalin"):
        heard(said("[me]", hand=HandId("molotov")))


@given(st.text("ab []?:\n", max_size=40), st.sampled_from(MarkKind), st.integers(0, 5))
def test_no_statement_touches_what_came_in(raw: str, kind: MarkKind, number: int) -> None:
    _, found = markup.parse(raw, language="en", layer=Layer.TRANSLATION)
    if not found:
        return
    mark = found[number % len(found)]
    after = heard(said(mark.raw, kind=kind), raw=raw)

    assert "".join(segment.raw for segment in after.segments) == raw
    for segment in after.segments:
        assert all(0 <= each.start <= each.end <= len(segment.content) for each in segment.marks)
