import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions import faults
from transcriptions.markup import Layer
from transcriptions.model import SegmentKind
from transcriptions.parsed import ParsedSegment
from transcriptions.segmenter import lines_are_kept, segment

PIECES = st.sampled_from(
    ["Первое. ", "Тов. Сталин ", "и т.д. ", "слово ", "[", "]", "[от руки: ", "\n", "\n\n", "\f", "а) ", "г. ", "  ",
     "Конец.", "«Да!» ", "ПЕКИН\n", "20 сентября 1950 г.", "…"]
)  # fmt: skip


@given(
    st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80),
    st.sampled_from(["auto", "kept", "none"]),
    st.sampled_from(Layer),
)
def test_the_raws_joined_are_the_text(raw: str, breaks: str, layer: Layer) -> None:
    segments = segment(raw, language="ru", layer=layer, breaks=breaks)

    if raw.strip():
        assert "".join(each.raw for each in segments) == raw
    else:
        assert segments == ()
    for each in segments:
        for mark in each.marks:
            assert each.raw[mark.raw_start : mark.raw_start + len(mark.raw)] == mark.raw


def contents(raw: str, *, language: str = "ru", breaks: str = "none") -> list[str]:
    return [each.content for each in segment(raw, language=language, layer=Layer.SOURCE, breaks=breaks)]


def test_abbreviations_initials_and_enumerators_do_not_end_a_sentence() -> None:
    assert contents("Тов. Ким Ир Сен просил, т.е. И. В. Сталин знал. В 1950 г. Мао был в Москве.") == [
        "Тов. Ким Ир Сен просил, т.е. И. В. Сталин знал.",
        "В 1950 г. Мао был в Москве.",
    ]
    assert contents("Первое. Нам стало ясно. Второе. Конечно.") == ["Первое. Нам стало ясно.", "Второе. Конечно."]
    english = contents("Cdes. Roshchin and Kotov met. See Nos. 4 and 5. “First. It is clear.”", language="en")
    assert english == ["Cdes. Roshchin and Kotov met.", "See Nos. 4 and 5.", "“First. It is clear.”"]


def test_kept_breaks_stand_as_line_feeds_and_hyphens_stay() -> None:
    raw = "   Первое. Нам стало ясно из бесе-\nды, что друзья плохо осве-\nдомляют.\n   Второе. Потеря порта\nвелика.\n"

    assert lines_are_kept(raw)
    assert contents(raw, breaks="auto") == [
        "Первое. Нам стало ясно из бесе-\nды, что друзья плохо осве-\nдомляют.",
        "Второе. Потеря порта\nвелика.",
    ]


def test_paragraphs_in_long_lines_are_running_text() -> None:
    assert not lines_are_kept("Первое предложение " * 20 + ".\n\n" + "Второе " * 40 + ".\n")
    assert not lines_are_kept("Один абзац.\n\nДругой абзац.\n")


def test_a_bracket_over_several_lines_is_one_segment() -> None:
    raw = "[штамп: Секретариат. Вх. № 5.\nПолучено. 21 сентября]\nТекст идёт дальше и он длинный. Ещё."
    segments = segment(raw, language="ru", layer=Layer.SOURCE, breaks="kept")

    assert segments[0].raw.startswith("[штамп") and "21 сентября]" in segments[0].raw


def kinds(segments: tuple[ParsedSegment, ...]) -> list[SegmentKind]:
    return [each.kind for each in segments]


def test_head_and_foot_of_a_cable() -> None:
    raw = (
        "СТРОГО СЕКРЕТНО\nПЕКИН\n[от руки: 20 сентября 1950 г.]\n\n"
        "   В связи с Вашей беседой с Чжоу Эньлаем о военном положении в Ко-\nрее Вам следует посетить его.\n\n"
        "[подпись]\nГРОМЫКО\n"
    )
    segments = segment(raw, language="ru", layer=Layer.SOURCE, breaks="kept")

    assert kinds(segments)[0] in (SegmentKind.HEADING, SegmentKind.ADDRESS)
    assert SegmentKind.DATE_LINE in kinds(segments)
    assert kinds(segments)[-1] is SegmentKind.SIGNATURE


def test_lines_of_a_text_with_long_ones_are_paragraphs() -> None:
    raw = (
        "TOP SECRET\nCopy Nº 3\nTo Cde. STALIN, I. V.\nI report that the ambassador received me yesterday, and that he "
        "gave me to understand that his government agrees. The reply follows.\nA. GROMYKO\n20 September 1950\n"
    )
    segments = segment(raw, language="en", layer=Layer.TRANSLATION)

    assert [(each.kind, each.content[:14]) for each in segments] == [
        (SegmentKind.HEADING, "TOP SECRET"),
        (SegmentKind.HEADING, "Copy Nº 3"),
        (SegmentKind.ADDRESS, "To Cde. STALIN"),
        (SegmentKind.SENTENCE, "I report that "),
        (SegmentKind.SENTENCE, "The reply foll"),
        (SegmentKind.SIGNATURE, "A. GROMYKO"),
        (SegmentKind.DATE_LINE, "20 September 1"),
    ]


def test_a_short_cable_has_a_head_and_a_foot() -> None:
    raw = "СЕКРЕТНО\n\nТов. Сталину И. В.\n\nДокладываю. Прошу указаний.\n\nГРОМЫКО\n"

    assert kinds(segment(raw, language="ru", layer=Layer.SOURCE)) == [
        SegmentKind.HEADING,
        SegmentKind.ADDRESS,
        SegmentKind.SENTENCE,
        SegmentKind.SENTENCE,
        SegmentKind.SIGNATURE,
    ]


def test_form_feeds_number_the_pages() -> None:
    segments = segment("Раз.\n\fДва.\n\fТри.\n", language="ru", layer=Layer.SOURCE, breaks="kept")

    assert [each.page for each in segments] == ["1", "2", "3"]


def test_words_run_together_are_flagged_and_left_alone() -> None:
    raw = "no loss of Chemulpo andKorea would be in Seoulthe tactic of Thousand Islands."
    (found,) = segment(raw, language="en", layer=Layer.TRANSLATION, breaks="none")

    assert found.content == raw
    assert [(raw[f.start : f.end], f.reading) for f in found.faults] == [
        ("andKorea", "and Korea"),
        ("Seoulthe", "Seoul the"),
    ]


SENTENCES = [
    ("ru", ["Вх. № 5.", "Копия тов. Молотову.", "См. л. 5 об.", "Далее."]),
    ("ru", ["Об этом знали т.т. Ким, Пак и др.", "Однако они молчали..."]),
    ("ru", ["Было 5 млн. человек, т.е. много.", "И т.д.", "В 1950 г. он был в г. Пекине."]),
    ("ru", ["Телеграмма от 20 сентября 1950 г.", "В связи с ней прошу Вас ответить."]),
    ("ru", ["Первое. Нам ясно.", "I. Второй раздел.", "2. Третий.", "а) четвёртый;"]),
    ("ru", ["Он сказал: «Да».", "Затем... ушёл.", "Что?!", "Ничего."]),
    ("en", ["Cdes. Roshchin, Kotov et al. agreed.", "See Nos. 4 and 5.", "No.", "That is wrong."]),
    ("en", ["The U.S. Army left Gen. Smith in the U.S.", "It rained at 5 a.m. Monday."]),
    ("en", ["Lt. Gen. MacArthur paused… then went.", "He said, “No.”", "Then he left."]),
    ("ru", ["Доложил им.", "Ответ ждём к 5 окт. 1950 г.", "В цехе завода им. Кирова."]),
    ("ru", ["ЦК решил: 1. Утвердить.", "2. Поручить т. Громыко."]),
    ("en", ["“First. It is clear.", "Second. It is not.”", "1) One.", "b) two."]),
]


@pytest.mark.parametrize(("language", "sentences"), SENTENCES, ids=[case[1][0] for case in SENTENCES])
def test_sentences_of_this_register(language: str, sentences: list[str]) -> None:
    assert contents(" ".join(sentences), language=language) == sentences


def test_a_quotation_goes_on_over_paragraphs() -> None:
    raw = "Tell him:\n\n“First. It is clear.\n\nSecond. It is not.\n\na) this;\n\nb) that.”\n\nTelegraph the results.\n"

    assert contents(raw, language="en") == [
        "Tell him:",
        "“First. It is clear.",
        "Second. It is not.",
        "a) this;",
        "b) that.”",
        "Telegraph the results.",
    ]


def test_every_part_of_a_cable_has_its_kind() -> None:
    raw = (
        "TOP SECRET\n\nCOPY Nº 3\n\nPEKING\n\nTO THE SOVIET AMBASSADOR\n\n20 September 1950\n\n"
        "In connection with your conversation with Zhou Enlai you should meet him and present the following to him.\n\n"
        "At the instructions of headquarters [instantsiya] GROMYKO\n\n[Translator’s note: a draft follows]\n"
    )
    found = segment(raw, language="en", layer=Layer.TRANSLATION, breaks="none")

    assert [(each.kind, each.content) for each in found if each.kind is not SegmentKind.SENTENCE] == [
        (SegmentKind.HEADING, "TOP SECRET"),
        (SegmentKind.HEADING, "COPY Nº 3"),
        (SegmentKind.ADDRESS, "PEKING"),
        (SegmentKind.ADDRESS, "TO THE SOVIET AMBASSADOR"),
        (SegmentKind.DATE_LINE, "20 September 1950"),
        (SegmentKind.SIGNATURE, "GROMYKO"),
        (SegmentKind.NOTE, ""),
    ]


FAULTS = [
    (
        "en",
        "In 1950and later the UNthat met on 20September of 1950 and on the 5th.",
        [("1950and", "1950 and"), ("UNthat", "UN that"), ("20September", "20 September")],
    ),
    ("en", "The word.Next sentence.", [("word.Next", "word. Next")]),
    ("en", "in Korea,and then", [("Korea,and", "Korea, and")]),
    ("en", "ofthe war and tothe front", [("ofthe", "of the"), ("tothe", "to the")]),
    ("en", "to comradeStalin by MacArthur", [("comradeStalin", "comrade Stalin")]),
    ("en", "the troops and the troopswere there", [("troopswere", "troops were")]),
    ("en", "Maryland, Kristiansand, a thousand commands, whatever; forever the brigand", []),
    ("en", "See www.example.org/ofThe or write to n.Name@example.org", []),
    ("ru", "вКорее и товСталин.Однако", [("вКорее", "в Корее"), ("товСталин.Однако", "товСталин. Однако")]),
    ("ru", "МакАртур, МИДа, ЦК ВКП(б), Ким Ир Сен", []),
    ("fr", "andKorea", []),
]


@pytest.mark.parametrize(("language", "text", "wanted"), FAULTS, ids=[case[1] for case in FAULTS])
def test_faults_of_capture(language: str, text: str, wanted: list[tuple[str, str]]) -> None:
    found = faults.find(text, language=language, known=faults.vocabulary(text))

    assert [(text[fault.start : fault.end], fault.reading) for fault in found] == wanted


@given(st.text(max_size=60) | st.lists(st.sampled_from(["and", "the", "Korea", "X", ".", ",", " ", "в"])).map("".join))
def test_a_fault_is_a_missing_blank(text: str) -> None:
    for fault in faults.find(text, language="en", known=faults.vocabulary(text)):
        assert fault.reading.replace(" ", "", 1) == text[fault.start : fault.end]


@pytest.mark.parametrize(
    "raw",
    [
        "a. b. c. " * 20_000,
        "[a. " * 20_000,
        "[handwritten: 1 May 1950] " * 8_000,
        "x" * 200_000,
        "And" * 60_000,
        "." * 100_000 + " ",
        " \n" * 60_000 + "a",
        "«" * 50_000 + ". A",
        "1, " * 60_000,
        "\f\n" * 50_000 + "a",
    ],
    ids=lambda raw: raw[:12],
)
def test_long_texts_without_shape_are_cut_in_good_time(raw: str) -> None:
    found = segment(raw, language="en", layer=Layer.TRANSLATION)

    assert "".join(each.raw for each in found) == raw
