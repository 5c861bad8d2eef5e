from hypothesis import given
from hypothesis import strategies as st

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
