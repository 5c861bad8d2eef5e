import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions.errors import Unreadable
from transcriptions.formats import plain

RUSSIAN = "Председателю Совета Министров.\nПо поручению Инстанции сообщаем следующее: «№ 5».\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1251", "mac-cyrillic"]
)
def test_the_encoding_is_found_out(encoding: str) -> None:
    text, named = plain.read(RUSSIAN.encode(encoding), name="t.txt")

    assert text == RUSSIAN
    assert named in encoding


def test_koi8_is_told_from_windows() -> None:
    plainer = RUSSIAN.replace("«", '"').replace("»", '"').replace("№", "N")

    assert plain.read(plainer.encode("koi8-r"), name="t.txt") == (plainer, "koi8-r")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "cp866"])
@pytest.mark.parametrize(
    "text",
    [
        "СТРОГО СЕКРЕТНО\nПЕКИН. СОВПОСОЛ\nВ СВЯЗИ С ВАШЕЙ БЕСЕДОЙ СООБЩИТЕ ЧЖОУ ЭНЬЛАЮ СЛЕДУЮЩЕЕ",
        "первое. нам стало ясно из беседы, что друзья плохо информируют товарищей",
        "To: Посол СССР, Peking. Re: Ваш № 418",
    ],
)
def test_capitals_and_small_letters_are_told_apart(encoding: str, text: str) -> None:
    assert plain.read(text.replace("№", "N").encode(encoding), name="t.txt") == (text.replace("№", "N"), encoding)


def test_english_from_a_word_processor() -> None:
    text = "The Korean People’s Army – “young” – and a naïve reader. " * 3

    assert plain.read(text.encode("windows-1252"), name="t.txt") == (text, "windows-1252")
    assert plain.read("in English only".encode("utf-16-le"), name="t.txt") == (
        "in English only",
        "utf-16-le",
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"%PDF-1.7\n", "PDF"), (b"PK\x03\x04rest", "ZIP"), (b"{\\rtf1 text}", "RTF"), (b"II*\0", "TIFF")],
)
def test_another_kind_of_file_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match=kind):
        plain.read(data, name="t.txt")


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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "windows-1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("text", ["т. Сталину", "СЕКРЕТНО", "Пекин", "ГРОМЫКО\n20.IX.50 г."])
def test_a_few_words_are_read(text: str, encoding: str) -> None:
    assert plain.read(text.encode(encoding), name="t.txt") == (text, encoding)


def test_a_letter_or_two_tell_no_encoding() -> None:
    with pytest.raises(Unreadable, match="is in no encoding that is known here"):
        plain.read("й\n".encode("windows-1251"), name="t.txt")
