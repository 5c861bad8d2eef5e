import pytest

from tests.builders import make_cable
from transcriptions.formats import plain, reading_text
from transcriptions.formats.reading_text import Side
from transcriptions.markup import State

INSERTED = "в тот же день"


def text(side: Side, state: State, **rest: object) -> str:
    return b"".join(reading_text.write(make_cable(), side, state=state, **rest)).decode()  # type: ignore[arg-type]


def test_a_text_says_what_it_is_and_in_which_state() -> None:
    head = text(Side.SOURCE, State.AS_TYPED).split("\n\n")[0].splitlines()

    assert head == [
        "Cable to the ambassador",
        "September 20, 1950",
        "Transcription (ru): as typed",
        "Source: An archive, f. 1, op. 2, d. 3",
        "Written for tests.",
    ]
    assert "с рукописной правкой" in text(Side.TARGET, State.AS_CHANGED, language="ru")


@pytest.mark.parametrize(("state", "times"), [(State.AS_TYPED, 0), (State.AS_CHANGED, 1)])
def test_an_insertion_never_stands_twice(state: State, times: int) -> None:
    assert text(Side.SOURCE, state).count(INSERTED) == times
    assert b"".join(reading_text.write_facing(make_cable(), state=state)).decode().count(INSERTED) == times


def test_pages_are_divided_by_form_feeds_and_one_can_be_asked_for() -> None:
    cable = make_cable()
    whole = text(Side.SOURCE, State.AS_CHANGED, headed=False)

    assert whole.split("\f")[1] == "Исполнение телеграфируйте.\n"
    assert text(Side.SOURCE, State.AS_CHANGED, headed=False, page=cable.pages[1].id) == whole.split("\f")[1]
    assert plain.read(whole.encode(), name="t.txt")[0] == whole


def test_facing_columns() -> None:
    cable = make_cable()
    written = b"".join(reading_text.write_facing(cable, state=State.AS_TYPED, page=cable.pages[0].id)).decode()

    assert "machine alignment, unreviewed" in written
    assert written.endswith(
        "Page 1\n\n"
        "20.IX.50 г.                                                | 20 September 1950\n\n"
        "Посетите министра и сообщите ему следующее.                | "
        "Visit the minister and on the same day tell him the\n"
        "                                                           | following.\n\n"
    )
