import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions.errors import Unreadable
from transcriptions.formats import plain

RUSSIAN = "Председателю Совета Министров.\nПо поручению Инстанции сообщаем следующее: «№ 5».\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1251"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    text, named = plain.read(RUSSIAN.encode(encoding), name="t.txt")

    assert text == RUSSIAN
    assert named in encoding


def test_koi8_is_told_from_windows() -> None:
    plainer = RUSSIAN.replace("«", '"').replace("»", '"').replace("№", "N")

    assert plain.read(plainer.encode("koi8-r"), name="t.txt") == (plainer, "koi8-r")


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"ab\x07c", "Да\nнет\x00".encode(), bytes(range(128, 256)) * 3])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        plain.read(data, name="t.txt")


def test_the_line_of_the_fault_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        plain.read(b"one\ntwo\nthr\x01ee\n", name="t.txt")

    assert refused.value.line == 3


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=50))
def test_what_is_written_is_read_again(text: str) -> None:
    assert plain.read(b"".join(plain.write(text)), name="t.txt")[0] == text.removeprefix("\ufeff")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text, _ = plain.read(data, name="t.txt")
    except Unreadable:
        return
    assert "\0" not in text
