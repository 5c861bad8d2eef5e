import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions.gaps import Extent, Unit, extent
from transcriptions.model import MarkKind


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("3-4 illegible letters", Extent(Unit.CHARACTER, 3, 4)),
        ("two names illegible", Extent(Unit.NAME, 2, 2)),
        ("illegible word", Extent(Unit.WORD, 1, 1)),
        ("number is illegible", Extent(Unit.NUMBER, 1, 1)),
        ("illegible signature", Extent(Unit.SIGNATURE, 1, 1)),
        ("illegible words", Extent(Unit.WORD)),
        ("36 groups unrecoverable", Extent(Unit.GROUP, 36, 36)),
        ("три слова неразборчиво", Extent(Unit.WORD, 3, 3)),
        ("слово нрзб.", Extent(Unit.WORD, 1, 1)),
        ("illegible", Extent()),
    ],
)
def test_how_much_is_illegible(words: str, wanted: Extent) -> None:
    assert extent(MarkKind.ILLEGIBLE, words) == wanted


def test_a_blank_is_as_long_as_it_is_written() -> None:
    assert extent(MarkKind.BLANK, "___") == Extent(Unit.CHARACTER, 3, 3)


def test_other_marks_have_no_extent() -> None:
    assert extent(MarkKind.STAMP, "3 words") is None


@given(st.text(max_size=60))
def test_any_words_have_an_extent(words: str) -> None:
    found = extent(MarkKind.ILLEGIBLE, words)

    assert found is not None
    if found.least is not None and found.most is not None:
        assert found.least <= found.most
