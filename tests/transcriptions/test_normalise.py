import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions.normalise import compared, join_breaks


@pytest.mark.parametrize(
    ("content", "joined"),
    [
        ("из бесе-\nды, что друзья", "из беседы, что друзья"),
        ("инфор-\n   мируют", "информируют"),
        ("Мао Цзэ-\nДун", "Мао Цзэ-Дун"),
        ("кто-\nто сказал по-\nпрежнему", "кто-то сказал по-прежнему"),
        ("1950-\n1951 гг.", "1950-1951 гг."),
        ("осве\u00ad\nдомляют", "осведомляют"),
        ("осве¬\nдомляют", "осведомляют"),
        ("пере-\nосве-\nдомить", "переосведомить"),
        ("да -\nнет", "да - нет"),
        ("одна\nстрока", "одна строка"),
    ],
)
def test_words_that_a_line_divides_are_joined(content: str, joined: str) -> None:
    assert join_breaks(content).text == joined


def test_texts_are_compared_without_what_typists_do_differently() -> None:
    assert compared("Ещё  «Да» —\nНЕТ").text == compared('еще "да" - нет').text


PIECES = st.lists(st.sampled_from(["бе", "-", "\n", " ", "Дун", "ё", "1", "«", "İ", "\u00ad", "ﬁ"]), max_size=20)


@given(st.text(max_size=60) | PIECES.map("".join))
def test_every_character_knows_its_place(content: str) -> None:
    joined, form = join_breaks(content), compared(content)

    assert len(joined.text) == len(joined.places) and len(form.text) == len(form.places)
    assert all(c == content[place] or c == " " for c, place in zip(joined.text, joined.places, strict=True))
    assert list(form.places) == sorted(form.places)
