from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from images.geometry import Box
from manifests import annotations, words
from manifests.annotations import Form
from tests.builders import make_cable, make_id, make_link
from transcriptions.model import MarkKind, TextKind
from transcriptions.revision import Snapshot

BASE = "https://cables.example.org"


def page_of(snapshot: Snapshot, page: int, text: int) -> Any:
    data = annotations.text_page(snapshot, snapshot.pages[page].id, snapshot.texts[text].id, base=BASE)
    return json.loads(data or b"null")


def marks_of(snapshot: Snapshot, page: int = 0) -> list[Any]:
    data = annotations.marks_page(snapshot, snapshot.pages[page].id, base=BASE)
    items: list[Any] = json.loads(data or b"null")["items"]
    return items


def value(annotation: Any) -> str:
    body = annotation["body"]
    first: str = (body[0] if isinstance(body, list) else body)["value"]
    return first


def with_text(snapshot: Snapshot, place: int, **changes: Any) -> Snapshot:
    texts = list(snapshot.texts)
    texts[place] = replace(texts[place], **changes)
    return replace(snapshot, texts=tuple(texts))


def test_a_transcription_has_one_annotation_for_each_line_in_reading_order() -> None:
    page = page_of(make_cable(), 0, 0)

    assert [value(each) for each in page["items"]] == [
        "20.IX.50 г.",
        "Посетите министра и сообщите ему",
        "в тот же день",
        "следующее.",
    ]
    assert all(each["textGranularity"] == "line" for each in page["items"])


def test_the_words_of_an_insertion_stand_once() -> None:
    values = [value(each) for each in page_of(make_cable(), 0, 0)["items"]]

    assert sum("в тот же день" in each for each in values) == 1


def test_reading_order_decides_and_not_the_order_of_the_text() -> None:
    snapshot = make_cable()
    first = snapshot.orders[0]
    turned = replace(first, lines=tuple(reversed(first.lines)))

    values = [value(each) for each in page_of(replace(snapshot, orders=(turned, *snapshot.orders[1:])), 0, 0)["items"]]
    assert values[0] == "следующее."


def test_a_translation_is_cut_at_the_lines_and_keeps_every_word() -> None:
    snapshot = make_cable()
    items = [each for page in (0, 1) for each in page_of(snapshot, page, 1)["items"]]
    said = sorted(word for each in items for word in value(each).split())

    assert said == sorted(w for s in snapshot.segments_of(snapshot.texts[1].id) for w in s.content.split())
    assert len({each["id"] for each in items}) == len(items)
    assert len({each["target"] for each in items}) == len(items), "no box goes around several lines"
    assert not any("textGranularity" in each for each in items)


def test_every_annotation_has_the_shape_that_viewers_draw() -> None:
    snapshot = make_cable()
    for text in (0, 1):
        for each in page_of(snapshot, 0, text)["items"]:
            assert each["motivation"] == ["supplementing", "commenting"]
            assert isinstance(each["target"], str)


def test_several_sentences_on_one_line_are_one_annotation() -> None:
    snapshot = make_cable()
    last = next(each for each in snapshot.segments if each.content == "Исполнение телеграфируйте.")
    line = next(line for line in snapshot.lines if line.box == Box(150, 350, 500, 40))
    links = tuple(link for link in snapshot.links if link.segment != last.id)
    joined = replace(snapshot, links=(*links, make_link(last, line, last.content)))

    assert value(page_of(joined, 0, 0)["items"][-1]) == "следующее. Исполнение телеграфируйте."


def test_machine_work_says_so_and_names_no_creator() -> None:
    page = page_of(make_cable(), 0, 0)

    assert page["label"]["en"] == ["Transcription (Russian) – machine alignment, unreviewed"]
    assert page["label"]["ru"] == ["Расшифровка (русский) – машинная привязка, не проверена"]
    assert page["items"][0]["generator"] == {"type": "Software", "name": "stroka-align/1"}
    assert "creator" not in page["items"][0]


def test_confirmed_work_names_no_program() -> None:
    snapshot = make_cable()
    pinned = replace(snapshot, links=tuple(replace(link, pinned=True) for link in snapshot.links))
    page = page_of(pinned, 0, 0)

    assert page["label"]["en"] == ["Transcription (Russian)"]
    assert not any("generator" in each for each in page["items"])


def test_one_confirmed_line_names_no_program() -> None:
    snapshot = make_cable()
    some = tuple(replace(link, pinned=link == snapshot.links[0]) for link in snapshot.links)
    items = page_of(replace(snapshot, links=some), 0, 0)["items"]

    assert ["generator" in each for each in items].count(False) == 1


@pytest.mark.parametrize(
    ("evidence", "kind", "said"),
    [
        ("approximate", TextKind.TRANSLATION, "machine alignment, unreviewed; regions are approximate"),
        ("ocr", TextKind.OCR_DRAFT, "uncorrected OCR"),
        ("shape", TextKind.TRANSCRIPTION, "machine alignment, unreviewed"),
    ],
)
def test_notices(evidence: str, kind: TextKind, said: str) -> None:
    snapshot = make_cable()
    alignment = snapshot.texts[0].alignment
    assert alignment is not None
    changed = with_text(snapshot, 0, kind=kind, alignment=replace(alignment, evidence=evidence))

    notice = words.text_notice(changed.texts[0], changed)
    assert notice is not None
    assert notice["en"] == [said]
    assert notice["ru"][0]


def test_a_translation_aligned_through_a_draft_says_so() -> None:
    snapshot = with_text(make_cable(), 0, kind=TextKind.OCR_DRAFT)

    notice = words.text_notice(snapshot.texts[1], snapshot)
    assert notice is not None
    assert "uncorrected OCR" in notice["en"][0]


def test_imported_places_are_no_machine_work() -> None:
    alignment = make_cable().texts[0].alignment
    assert alignment is not None
    snapshot = with_text(make_cable(), 0, alignment=replace(alignment, evidence="imported"))

    assert words.text_notice(snapshot.texts[0], snapshot) is None


@pytest.mark.parametrize("label", [(("en", ("The archive's text",)),), (("none", ("Text 1",)),)])
def test_a_given_label_is_kept_and_the_notice_still_said_in_both_languages(label: Any) -> None:
    snapshot = with_text(make_cable(), 0, label=label)
    written = page_of(snapshot, 0, 0)["label"]

    assert label[0][1][0] in written["en"][0]
    assert "unreviewed" in written["en"][0]
    assert "не проверена" in written["ru"][0]


def test_marks_carry_a_label_in_both_languages_and_a_tag() -> None:
    date, insertion = marks_of(make_cable())

    assert value(date) == "Дата от руки / Handwritten date: 20.IX.50 г."
    assert date["body"][1]["purpose"] == "tagging"
    assert date["target"].endswith("#xywh=800,100,260,60")
    assert value(insertion) == "Вставка от руки / Handwritten insertion: в тот же день"


def test_a_mark_of_both_texts_is_shown_once() -> None:
    kinds = [each["body"][1]["value"] for each in marks_of(make_cable())]

    assert kinds.count("date") == 1


def test_different_marks_at_one_place_are_both_shown() -> None:
    snapshot = make_cable()
    marks = tuple(replace(mark, kind=MarkKind.STAMP) if mark.id == make_id("m4") else mark for mark in snapshot.marks)

    assert {each["body"][1]["value"] for each in marks_of(replace(snapshot, marks=marks))} >= {"date", "stamp"}


def test_every_annotation_is_found_again_by_its_id() -> None:
    snapshot = make_cable()
    listed = [*page_of(snapshot, 0, 0)["items"], *page_of(snapshot, 0, 1)["items"], *marks_of(snapshot)]
    for each in listed:
        id = each["id"].rpartition("/")[2]
        alone = json.loads(annotations.single(snapshot, id, base=BASE, form=Form.PRESENTATION) or b"null")
        alone.pop("@context")

        assert alone == each


def test_a_single_annotation_speaks_the_vocabulary_asked_for() -> None:
    snapshot = make_cable()
    id = page_of(snapshot, 0, 0)["items"][0]["id"].rpartition("/")[2]
    web = json.loads(annotations.single(snapshot, id, base=BASE) or b"null")

    assert web["@context"] == annotations.WEB_ANNOTATION
    assert "textGranularity" not in web
    assert annotations.single(snapshot, make_id("zz"), base=BASE) is None
    assert annotations.single(snapshot, "-", base=BASE) is None


def test_pages_of_a_text_lead_from_one_to_the_next() -> None:
    snapshot = make_cable()
    first, second = page_of(snapshot, 0, 0), page_of(snapshot, 1, 0)
    layer = json.loads(annotations.layer(snapshot, snapshot.texts[0].id, base=BASE) or b"null")

    assert first["next"]["id"] == second["id"]
    assert second["prev"]["id"] == first["id"]
    assert "next" not in second
    assert (layer["first"]["id"], layer["last"]["id"]) == (first["id"], second["id"])
    assert layer["total"] == len(first["items"]) + len(second["items"])


def test_a_text_that_lies_nowhere_has_an_empty_page() -> None:
    page = page_of(make_cable(), 2, 0)

    assert page["items"] == []
    assert "next" not in page
