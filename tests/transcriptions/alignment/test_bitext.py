from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from images.layout.page import Hand
from transcriptions.alignment.align import TextAlignment, align_texts
from transcriptions.alignment.words import enumerator, keys_of, skeleton, stem, tokens_of
from transcriptions.identity import BeadId, SegmentId, TextId
from transcriptions.model import Bead, BeadLevel, Mark, MarkKind, Segment, Span, TextKind

from .conftest import counter, mark, segment, text

RUSSIAN = (
    "В связи с Вашим запросом от 29 июня сообщаем следующее.",
    "Приглашать наблюдателей от Австрии преждевременно.",
    "Этот вопрос может быть решен только после заключения государственного договора.",
    "К этому надо быть готовым, но уступать провокациям не следует.",
    "Исполнение телеграфируйте.",
)
ENGLISH = (
    "In connection with your inquiry of 29 June we report the following.",
    "It is premature to invite observers from Austria, since this question can be decided only after the conclusion "
    "of a state treaty.",
    "One needs to be ready for this.",
    "But one should not yield to provocations.",
    "Telegraph on implementation.",
)


def sides(source: tuple[str, ...], target: tuple[str, ...]) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    return (
        tuple(segment(f"r{k}", words, of="ru") for k, words in enumerate(source)),
        tuple(segment(f"e{k}", words, of="en") for k, words in enumerate(target)),
    )


def join(
    left: tuple[Segment, ...],
    right: tuple[Segment, ...],
    marks: tuple[tuple[Mark, ...], tuple[Mark, ...]] = ((), ()),
    pins: tuple[Bead, ...] = (),
) -> TextAlignment:
    source, target = text(id="ru"), text(id="en", language="en", kind=TextKind.TRANSLATION)
    return align_texts(source, left, marks[0], target, right, marks[1], pins=pins, mint=counter())


def sentences(found: TextAlignment) -> list[tuple[list[str], list[str]]]:
    return [
        ([span.segment for span in bead.source], [span.segment for span in bead.target])
        for bead in found.beads
        if bead.level is BeadLevel.SENTENCE
    ]


def test_sentences_are_joined_also_where_they_are_split_and_merged() -> None:
    found = join(*sides(RUSSIAN, ENGLISH))

    assert sentences(found) == [
        (["r0"], ["e0"]),
        (["r1", "r2"], ["e1"]),
        (["r3"], ["e2", "e3"]),
        (["r4"], ["e4"]),
    ]
    assert not found.unplaced


def test_clauses_are_joined_in_another_order() -> None:
    left, right = sides(
        ("Пока решение не принято, обещаний никаких давать нельзя.",),
        ("No promises can be made until a decision has been made.",),
    )

    found = join(left, right)

    clauses = {
        right[0].content[bead.target[0].start : bead.target[0].end].strip(): left[0]
        .content[bead.source[0].start : bead.source[-1].end]
        .strip()
        for bead in found.beads
        if bead.level is BeadLevel.CLAUSE
    }
    assert clauses["No promises can be made"] == "обещаний никаких давать нельзя."
    assert clauses["until a decision has been made."] == "Пока решение не принято,"


def test_clauses_lie_within_their_sentence_and_share_out_its_words() -> None:
    left, right = sides(RUSSIAN, ENGLISH)

    found = join(left, right)

    by_id = {bead.id: bead for bead in found.beads}
    for bead in found.beads:
        if bead.level is BeadLevel.CLAUSE:
            assert bead.within is not None
            outer = by_id[bead.within]
            assert {span.segment for span in bead.source} <= {span.segment for span in outer.source}
            assert {span.segment for span in bead.target} <= {span.segment for span in outer.target}
    for side in ("source", "target"):
        taken = [
            (span.segment, k)
            for bead in found.beads
            if bead.level is BeadLevel.CLAUSE
            for span in getattr(bead, side)
            for k in range(span.start, span.end)
        ]
        assert len(taken) == len(set(taken))


def test_inserted_words_answer_to_inserted_words() -> None:
    left = (segment("r0", "Следует договориться о составе делегаций и порядке дня.", of="ru"),)
    right = (segment("e0", "One should agree about the composition of the delegations and the agenda.", of="en"),)
    ours = mark("m", "r0", MarkKind.INSERTION, left[0].content.index("и порядке"), len(left[0].content) - 1)
    theirs = mark("n", "e0", MarkKind.INSERTION, right[0].content.index("and the"), len(right[0].content) - 1)

    found = join(left, right, ((ours,), (theirs,)))

    assert any(
        bead.source == (Span(left[0].id, ours.start, ours.end),)
        and bead.target == (Span(right[0].id, theirs.start, theirs.end),)
        for bead in found.beads
    )


def test_a_translators_note_and_a_stamp_without_translation_stay_alone() -> None:
    left = (segment("stamp", "Экз. № 4", of="ru", opens=True), *sides(RUSSIAN, ENGLISH)[0])
    right = (*sides(RUSSIAN, ENGLISH)[1], segment("note", "", of="en", opens=True))
    stamp = mark("m", "stamp", MarkKind.STAMP, 0, 8, hand=Hand.STAMP)

    found = join(left, right, ((stamp,), ()))

    assert all("stamp" not in source for source, _ in sentences(found))
    assert found.unplaced == ((SegmentId("note"), "it stands for nothing on the page"),)


def test_numbers_keep_articles_apart() -> None:
    articles = "Статья 4", "Рабство запрещено.", "Статья 5", "Пытки запрещены."
    left = tuple(segment(f"r{k}", words, of="ru", opens=True) for k, words in enumerate(articles))
    right = (
        segment("e2", "Article 5", of="en", opens=True),
        segment("e3", "Torture is prohibited.", of="en", opens=True),
    )

    assert sentences(join(left, right))[0] == (["r2"], ["e2"])


def test_pinned_beads_come_back_unchanged_and_hold() -> None:
    left, right = sides(RUSSIAN, ENGLISH)
    pin = Bead(
        BeadId("pin"),
        TextId("ru"),
        TextId("en"),
        BeadLevel.SENTENCE,
        (Span(left[1].id, 0, len(left[1].content)),),
        (Span(right[1].id, 0, len(right[1].content)),),
        1.0,
        pinned=True,
    )

    found = join(left, right, pins=(pin,))

    assert pin in found.beads
    holding = [bead for bead in found.beads if bead.level is BeadLevel.SENTENCE and bead.id != pin.id]
    assert all(span.segment not in ("r1", "e1") for bead in holding for span in (*bead.source, *bead.target))


def test_a_translation_without_a_source_is_unplaced() -> None:
    found = join((), sides((), ENGLISH)[1])

    assert not found.beads
    assert len(found.unplaced) == len(ENGLISH)


def test_the_cable_is_joined_as_by_hand(cable: dict[str, object]) -> None:
    gold = cable["gold"]
    assert isinstance(gold, dict)
    russian = [each for each in gold["ru_sentences"] if each["text"].strip()]
    english = [each for each in gold["en_sentences"] if not each["text"].startswith("[Translator")]
    left = tuple(segment(each["id"], each["text_with_inserts"], of="ru") for each in russian)
    right = tuple(segment(each["id"], each["text"].replace("[", "").replace("]", ""), of="en") for each in english)

    found = sentences(join(left, right))

    wanted = [(link["ru"], link["en"]) for link in gold["sentence_links"] if link["ru"] and link["en"]]
    assert sum(pair in found for pair in wanted) / len(wanted) >= 0.95


# --- words


def test_words_have_stems_keys_and_sounds() -> None:
    assert stem("правительства") == stem("правительство")
    assert {key for key, _ in keys_of("июня")} & {key for key, _ in keys_of("June")}
    assert keys_of("60,000") == keys_of("60000")
    assert skeleton("Лаврентьев")[:6] == skeleton("Lavrentiev")[:6]
    assert enumerator("б) качество") == enumerator("b) the quality") != ""
    assert enumerator("а) качество") != enumerator("1. quality")


def test_a_word_broken_at_the_end_of_a_line_is_one_word() -> None:
    content = "о руковод-\nстве"

    tokens = tokens_of(content)

    assert [token.text for token in tokens] == ["о", "руководстве"]
    assert (tokens[1].start, tokens[1].end) == (2, len(content))


# --- properties

WORDS = st.lists(
    st.sampled_from("Совет Soviet договор treaty 29 июня June и and, не not. Ким Kim а) a) первый First —".split()),
    max_size=9,
).map(" ".join)


@settings(max_examples=80)
@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5), st.lists(st.booleans(), min_size=10, max_size=10))
def test_beads_are_monotone_and_use_each_sentence_once(source: list[str], target: list[str], opens: list[bool]) -> None:
    left = tuple(segment(f"r{k}", words, of="ru", opens=opens[k]) for k, words in enumerate(source))
    right = tuple(segment(f"e{k}", words, of="en", opens=opens[5 + k]) for k, words in enumerate(target))

    found = join(left, right)

    pairs = sentences(found)
    for side in (0, 1):
        listed = [id for pair in pairs for id in pair[side]]
        assert listed == sorted(set(listed))
    joined = {id for _, ids in pairs for id in ids}
    assert joined | {id for id, _ in found.unplaced} == {each.id for each in right}
    assert all(0.0 <= bead.confidence <= 1.0 for bead in found.beads)
    content = {each.id: each.content for each in (*left, *right)}
    for bead in found.beads:
        for span in (*bead.source, *bead.target):
            assert 0 <= span.start < span.end <= len(content[span.segment])
