from dataclasses import replace

from tests.builders import make_bead, make_cable, make_id, make_link, make_segment
from transcriptions import facing
from transcriptions.facing import FacingPart, Row
from transcriptions.identity import BeadId
from transcriptions.markup import State
from transcriptions.model import Span
from transcriptions.revision import Snapshot


def said(row: Row, state: State = State.AS_CHANGED) -> tuple[str, str]:
    return facing.read(row.source, state, language="en"), facing.read(row.target, state, language="en")


def rows(part: FacingPart) -> dict[str, list[tuple[str, str]]]:
    return {page.page.label if page.page else "": [said(row) for row in page.rows] for page in part.pages}


def test_segments_that_answer_to_each_other_stand_in_a_row_on_their_page() -> None:
    final, draft = facing.parts(make_cable())

    assert rows(final) == {
        "1": [
            ("20.IX.50 г.", "20 September 1950"),
            (
                "Посетите министра и в тот же день сообщите ему следующее.",
                "Visit the minister and on the same day tell him the following.",
            ),
        ],
        "2": [("Исполнение телеграфируйте.", "Telegraph when this is done.")],
    }
    assert (draft.source, draft.target, rows(draft)) == (None, None, {"3": []})


def with_note(snapshot: Snapshot) -> Snapshot:
    """Give the cable with a sentence in the translation that answers to nothing, behind its first."""
    english = snapshot.texts[1]
    note = replace(make_segment("55", english, "A note of the translator."), rank="5m")
    segments = sorted((*snapshot.segments, note), key=lambda each: (each.text, each.rank))
    return replace(snapshot, segments=tuple(segments))


def test_what_answers_to_nothing_stands_behind_what_it_followed() -> None:
    final, _ = facing.parts(with_note(make_cable()))

    assert rows(final)["1"][1] == ("", "A note of the translator.")


def test_two_sentences_for_one_are_one_row() -> None:
    snapshot = make_cable()
    segments = {segment.rank: segment for segment in snapshot.segments}
    bead = replace(
        make_bead("9", segments["3"], segments["6"]),
        id=BeadId(make_id("b9")),
        target=(Span(segments["6"].id, 0, 62), Span(segments["7"].id, 0, 28)),
    )
    beads = (snapshot.beads[0], bead)
    final, _ = facing.parts(replace(snapshot, beads=beads))
    both = "Visit the minister and on the same day tell him the following. Telegraph when this is done."

    assert rows(final)["1"][1][1] == both
    assert rows(final)["2"] == [("Исполнение телеграфируйте.", "")]


def test_a_sentence_that_runs_over_a_page_is_cut_there() -> None:
    snapshot = make_cable()
    second = snapshot.lines[3]
    moved = replace(second, page=snapshot.pages[1].id)
    lines = tuple(moved if line.id == second.id else line for line in snapshot.lines)
    final, _ = facing.parts(replace(snapshot, lines=lines))

    assert rows(final)["1"][1][0] == "Посетите министра и в тот же день сообщите ему"
    assert rows(final)["2"][0] == ("следующее.", "following.")


def test_without_links_nothing_is_lost() -> None:
    final, _ = facing.parts(replace(make_cable(), links=(), beads=()))

    assert [page.page for page in final.pages if page.rows] == [None]
    assert sum(len(page.rows) for page in final.pages) == 6


def test_a_translation_alone_has_its_own_places() -> None:
    cable = make_cable()
    english, first = cable.texts[1], cable.segments[3]
    alone = replace(
        cable,
        texts=(english,),
        segments=cable.segments[3:],
        links=(make_link(first, cable.lines[4], first.content),),
        beads=(),
        marks=(),
    )
    final, _ = facing.parts(alone)

    assert final.source is None
    assert rows(final) == {"1": [], "2": [("", segment.content) for segment in cable.segments[3:]]}
