from __future__ import annotations

import pytest

from images.layout.page import Role
from images.layout.training.description import Insertion
from server.demo.sheets import LaidOut, Sheet, Spot, lay_out

SHEET = Sheet(
    left=10,
    first=(12, 9),
    leading=2.0,
    spots={
        "ПЕКИН": Spot(10, 8, underlined=True),
        "СЕКРЕТНО": Spot(60, 5, angle=3),
        "3 июля": Spot(20, 5, role=Role.DATE),
        "[подпись]": Spot(40, 30, name="Громыко"),
        "А. ГРОМЫКО": Spot(55, 31),
    },
)
TEXT = """[штамп: СЕКРЕТНО
Экз. № 1]

[от руки: 3 июля]

ПЕКИН

Потеря, конечно, [зачёркнуто: тяжелый
удар] [вписано от руки: большой минус]. Но объяс-
няется она [вписано от руки: и тем] просто.
\f- 2 -

[вписано от руки: Не] спешите.

[подпись] А. ГРОМЫКО
""".replace("тяжелый\nудар]", "удар]")


def laid_out() -> LaidOut:
    return lay_out(TEXT, SHEET)


def test_brackets_become_what_they_say() -> None:
    first, second = laid_out().pages

    assert [line.text for line in first.typed] == ["ПЕКИН", "Потеря, конечно, удар. Но объяс-", "няется она просто."]
    assert first.typed[1].struck == ((17, 21),)
    assert [written.text for written in first.written] == ["3 июля", "большой минус", "и тем"]
    assert first.written[1].into == Insertion(first.typed[1].id, 21)
    assert first.written[2].into == Insertion(first.typed[2].id, 10)
    assert first.stamps[0].lines == ("СЕКРЕТНО", "Экз. № 1")
    assert [line.text for line in second.typed] == ["- 2 -", "спешите.", "А. ГРОМЫКО"]
    assert second.written[0].into == Insertion(second.typed[1].id, 0)
    assert second.signatures[0].name == "Громыко"


def test_roles_and_places_follow_the_sheet() -> None:
    first, second = laid_out().pages

    assert (first.typed[0].column, first.typed[0].row, first.typed[0].role) == (10, 8, Role.HEADING)
    assert first.typed[0].underlined == ((0, 5),)
    assert (first.typed[1].column, first.typed[1].row) == (15, 12)
    assert (first.typed[2].column, first.typed[2].row) == (10, 14)
    assert (second.typed[0].role, second.typed[1].row) == (Role.PAGE_NUMBER, 9)


def test_every_word_is_placed_on_its_line() -> None:
    found = laid_out()
    texts = {line.id: line.text for page in found.pages for line in (*page.typed, *page.written)}
    texts |= {
        f"{stamp.id}-{number}": line
        for page in found.pages
        for stamp in page.stamps
        for number, line in enumerate(stamp.lines, start=1)
    }
    covered = [False] * len(TEXT)
    for placed in found.placed:
        words = TEXT[placed.start : placed.end]
        assert words in texts[placed.line]
        covered[placed.start : placed.end] = [True] * len(words)
    left = "".join(char for char, placed in zip(TEXT, covered, strict=True) if not placed)

    for label in ("[штамп:", "[от руки:", "[зачёркнуто:", "[вписано от руки:", "[подпись]", "]"):
        left = left.replace(label, "")
    assert left.strip().replace("\n", "").replace("\f", "").replace(" ", "") == ""


def test_what_the_sheet_does_not_place_is_named() -> None:
    with pytest.raises(ValueError, match="КОПИЯ"):
        lay_out("[штамп: КОПИЯ]\n", SHEET)


def test_each_page_shows_another_through() -> None:
    first, second = laid_out().pages

    assert first.behind == second.typed
    assert second.behind == first.typed
