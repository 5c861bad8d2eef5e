"""The words that this service adds to a document, in English and Russian: labels of texts, marks, dates, holdings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from images.layout.page import Hand
from transcriptions import imprint
from transcriptions.model import (
    DateKind,
    HoldingKind,
    LanguageMap,
    Mark,
    MarkKind,
    Text,
    TextKind,
)
from transcriptions.revision import Snapshot

Words = tuple[str, str]
"""English and Russian."""

ALL_DOCUMENTS: Words = ("All documents", "Все документы")
CREDIT: Words = ("Credit", "Указание источника")
LANGUAGE: Words = ("Language", "Язык")
LIBRARY: Words = ("Library of documents", "Собрание документов")
MARKS: Words = ("Marks on the page", "Пометы на странице")
READER: Words = ("Scan and texts side by side", "Скан и тексты рядом")
SOURCE_ID: Words = ("Identifier at the source", "Обозначение в источнике")
SOURCE_PAGE: Words = ("Page at the source", "Страница источника")
TEXTS: Words = ("Texts", "Тексты")
JULIAN: Words = ("Julian calendar", "по старому стилю")

MACHINE: Words = ("machine alignment, unreviewed", "машинная привязка, не проверена")
THROUGH_DRAFT: Words = (
    "machine alignment through uncorrected OCR, unreviewed",
    "машинная привязка через неисправленное распознавание, не проверена",
)
DRAFT: Words = ("uncorrected OCR", "неисправленное распознавание")
APPROXIMATE: Words = ("regions are approximate", "места указаны приблизительно")

_TEXTS: Mapping[TextKind, Words] = {
    TextKind.TRANSCRIPTION: ("Transcription", "Расшифровка"),
    TextKind.TRANSLATION: ("Translation", "Перевод"),
    TextKind.OCR_DRAFT: ("Machine reading", "Машинное чтение"),
}

_LANGUAGES: Mapping[str, Words] = {
    "be": ("Belarusian", "белорусский"),
    "bg": ("Bulgarian", "болгарский"),
    "cs": ("Czech", "чешский"),
    "de": ("German", "немецкий"),
    "en": ("English", "английский"),
    "es": ("Spanish", "испанский"),
    "fr": ("French", "французский"),
    "hu": ("Hungarian", "венгерский"),
    "it": ("Italian", "итальянский"),
    "ja": ("Japanese", "японский"),
    "ka": ("Georgian", "грузинский"),
    "ko": ("Korean", "корейский"),
    "mn": ("Mongolian", "монгольский"),
    "pl": ("Polish", "польский"),
    "ro": ("Romanian", "румынский"),
    "ru": ("Russian", "русский"),
    "sr": ("Serbian", "сербский"),
    "uk": ("Ukrainian", "украинский"),
    "zh": ("Chinese", "китайский"),
}

DATES: Mapping[DateKind, Words] = {
    DateKind.WRITTEN: ("Date", "Дата"),
    DateKind.DISPATCHED: ("Dispatched", "Отправлено"),
    DateKind.RECEIVED: ("Received", "Получено"),
    DateKind.REGISTERED: ("Registered", "Зарегистрировано"),
    DateKind.RESOLUTION: ("Date of the resolution", "Дата резолюции"),
    DateKind.COPIED: ("Copied", "Снята копия"),
    DateKind.DECLASSIFIED: ("Declassified", "Рассекречено"),
    DateKind.ASSIGNED: ("Date assigned by the archive", "Дата, установленная архивом"),
}

HOLDINGS: Mapping[HoldingKind, Words] = {
    HoldingKind.ORIGINAL: ("Original", "Подлинник"),
    HoldingKind.COPY: ("Copy", "Копия"),
    HoldingKind.SURROGATE: ("Surrogate", "Воспроизведение"),
    HoldingKind.PUBLICATION: ("Publication", "Публикация"),
}

_MARKS: Mapping[MarkKind, Words] = {
    MarkKind.HANDWRITTEN: ("written", "написано"),
    MarkKind.INSERTION: ("insertion", "вставка"),
    MarkKind.DELETION: ("deletion", "зачёркнуто"),
    MarkKind.SUBSTITUTION: ("substitution", "исправлено"),
    MarkKind.UNDERLINE: ("underlined", "подчёркнуто"),
    MarkKind.DATE: ("date", "дата"),
    MarkKind.STAMP: ("stamp", "штамп"),
    MarkKind.SIGNATURE: ("signature", "подпись"),
    MarkKind.ILLEGIBLE: ("illegible", "неразборчиво"),
    MarkKind.UNCERTAIN: ("uncertain reading", "чтение предположительно"),
    MarkKind.FADED: ("faded", "угасший текст"),
    MarkKind.SUPPLIED: ("supplied by the editor", "восстановлено издателем"),
    MarkKind.EXPANSION: ("abbreviation expanded", "сокращение раскрыто"),
    MarkKind.IDENTIFICATION: ("identification", "пояснение о лице или месте"),
    MarkKind.GLOSS: ("gloss", "пояснение"),
    MarkKind.SIC: ("thus in the original", "так в тексте"),
    MarkKind.OMISSION: ("omission", "пропуск"),
    MarkKind.LOST: ("text lost", "утрата текста"),
    MarkKind.BLANK: ("left blank", "не заполнено"),
    MarkKind.TRANSLATOR_NOTE: ("translator's note", "примечание переводчика"),
    MarkKind.EDITOR_NOTE: ("editor's note", "примечание издателя"),
    MarkKind.STRUCTURE: ("structure", "структура"),
    MarkKind.CREDIT: ("credit", "указание авторства"),
    MarkKind.EDITORIAL: ("editorial remark", "редакционная помета"),
}

_HANDS: Mapping[Hand, Words] = {
    Hand.HANDWRITTEN: ("handwritten", "от руки"),
    Hand.TYPED: ("typed", "на машинке"),
    Hand.PRINTED: ("printed", "типографски"),
    Hand.STAMP: ("stamped", "штампом"),
}


def both(words: Words) -> dict[str, list[str]]:
    """Write words of ours as a language map."""
    return {"en": [words[0]], "ru": [words[1]]}


def language_map(entries: LanguageMap) -> dict[str, list[str]]:
    """Write a language map as IIIF has it.

    A tag with digits (es-419) is cut to its letters, which still tell the truth: iiif-prezi3 takes no digits.
    """
    written: dict[str, list[str]] = {}
    for tag, values in entries:
        letters = tag
        while any(not (each.isascii() and (each.isalpha() or each == "-")) for each in letters):
            letters = letters.rpartition("-")[0]
        written.setdefault(letters or "none", []).extend(values)
    return {tag: values for tag, values in written.items() if values}


def language(tag: str) -> Words:
    """Name a language; one that is not known here keeps its tag."""
    return _LANGUAGES.get(tag.split("-")[0].lower(), (tag, tag))


def text_label(text: Text) -> dict[str, list[str]]:
    """Name a text: in its own words where it has some, else by kind and language."""
    given = language_map(text.label)
    english, russian = _TEXTS[text.kind]
    if text.language and text.language != "none":
        named = language(text.language)
        english, russian = f"{english} ({named[0]})", f"{russian} ({named[1]})"
    if "none" in given:
        return given
    return {**both((english, russian)), **given}


def noticed_label(text: Text, snapshot: Snapshot) -> dict[str, list[str]]:
    """Name a text, with what a reader must know about how it was made."""
    label, notice = text_label(text), text_notice(text, snapshot)
    if notice is None:
        return label
    plain = label.get("none")
    return {tag: [*(plain or label[tag])[:-1], f"{(plain or label[tag])[-1]} – {notice[tag][0]}"] for tag in notice}


def text_notice(text: Text, snapshot: Snapshot) -> dict[str, list[str]] | None:
    """Say what a reader must know: uncorrected OCR, machine alignment that nobody reviewed, approximate regions."""
    said: list[Words] = []
    if text.kind is TextKind.OCR_DRAFT:
        said.append(DRAFT)
    elif imprint.is_machine_work(text, snapshot):
        said.append(THROUGH_DRAFT if _through_draft(text, snapshot) else MACHINE)
    if text.alignment is not None and text.alignment.evidence == "approximate":
        said.append(APPROXIMATE)
    if not said:
        return None
    return {"en": ["; ".join(each[0] for each in said)], "ru": ["; ".join(each[1] for each in said)]}


def _through_draft(text: Text, snapshot: Snapshot) -> bool:
    drafts = {each.id for each in snapshot.texts if each.kind is TextKind.OCR_DRAFT}
    return any(bead.target_text == text.id and bead.source_text in drafts for bead in snapshot.beads)


def mark_label(mark: Mark) -> dict[str, list[str]]:
    """Name a mark by its kind and hand."""
    english, russian = _MARKS[mark.kind]
    hand = _HANDS.get(mark.hand)
    if mark.kind is MarkKind.HANDWRITTEN:
        english, russian = "handwritten", "написано от руки"
    elif hand is not None and not (mark.kind is MarkKind.STAMP and mark.hand is Hand.STAMP):
        english, russian = f"{hand[0]} {english}", f"{russian} {hand[1]}"
    return both((english[0].upper() + english[1:], russian[0].upper() + russian[1:]))


def joined(maps: Iterable[Mapping[str, list[str]]]) -> dict[str, list[str]]:
    """Put the values of several language maps into one, each value once."""
    together: dict[str, list[str]] = {}
    for each in maps:
        for tag, values in each.items():
            held = together.setdefault(tag, [])
            held.extend(value for value in values if value not in held)
    return together
