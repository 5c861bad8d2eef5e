"""What an export says of itself: the document's title, which texts in which state, who made them, and the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from transcriptions import date_writing, holdings, reading
from transcriptions.markup import STATE_NAMES, State
from transcriptions.model import BeadLevel, Document, Text, TextKind
from transcriptions.revision import Snapshot

Words = tuple[str, str]
"""English and Russian."""

PAGE: Words = ("Page", "Страница")
UNPLACED: Words = ("Without a place on the pages", "Без места на страницах")
RIGHTS: Words = ("Rights", "Права")
SOURCE: Words = ("Source", "Источник")
MACHINE: Words = ("machine alignment, unreviewed", "машинная привязка, не проверена")
_KINDS: Mapping[TextKind, Words] = {
    TextKind.TRANSCRIPTION: ("Transcription", "Расшифровка"),
    TextKind.TRANSLATION: ("Translation", "Перевод"),
    TextKind.OCR_DRAFT: ("Uncorrected OCR", "Неисправленное распознавание"),
}


def chosen(words: Words, language: str) -> str:
    """Give words of ours in Russian, or in English for any other language."""
    return words[language.startswith("ru")]


def title(document: Document, *, language: str) -> str:
    """Give a document's title."""
    return reading.said(document.title, language) or str(document.id)


def text_name(text: Text, *, language: str) -> str:
    """Name a text: as it names itself, else by what it is, with its language and who made it."""
    named = reading.said(text.label, language) or chosen(_KINDS[text.kind], language)
    if text.kind is TextKind.OCR_DRAFT and chosen(_KINDS[text.kind], language) not in named:
        named = f"{named} – {chosen(_KINDS[text.kind], language)}"
    tagged = f"{named} ({text.language})" if text.language not in ("", "none") and not text.label else named
    return f"{tagged}, {text.creator}" if text.creator and text.creator not in tagged else tagged


def state_name(state: State, *, language: str) -> str:
    """Name a state."""
    return reading.said(STATE_NAMES[state], language)


def source(document: Document, *, language: str) -> str:
    """Cite what a document is held as, the original first; without holdings, its credit."""
    held = [cited for each in document.holdings if (cited := holdings.cite(each, language=language))]
    return "; ".join(dict.fromkeys(held)) or credit(document, language=language)


def credit(document: Document, *, language: str) -> str:
    """Give a document's credit, without the number of a collection, which would be taken for a shelf mark."""
    return holdings.without_collection_number(reading.said(document.credit, language))


def lines(snapshot: Snapshot, texts: Iterable[Text], state: State, *, language: str) -> tuple[str, ...]:
    """Say in a few lines what an export gives."""
    document = snapshot.document
    listed = tuple(texts)
    given = [text_name(text, language=language) for text in listed]
    date = date_writing.of_document(document)
    said = [
        title(document, language=language),
        date_writing.words(date, language=language) if date else "",
        f"{'; '.join(given)}: {state_name(state, language=language)}" if given else "",
        f"{chosen(SOURCE, language)}: {cited}" if (cited := source(document, language=language)) else "",
        *_terms(document, listed, language),
    ]
    return tuple(dict.fromkeys(each for each in said if each))


def _terms(document: Document, texts: Sequence[Text], language: str) -> Iterator[str]:
    """Give what must be said with the texts: the credits, and on which terms they are to be had."""
    shown = credit(document, language=language)
    if shown != source(document, language=language):
        yield shown
    yield from (reading.said(text.credit, language) for text in texts)
    terms = dict.fromkeys(each for each in (document.rights, *(text.rights for text in texts)) if each)
    if terms:
        yield f"{chosen(RIGHTS, language)}: {', '.join(terms)}"


def is_machine_work(text: Text, snapshot: Snapshot) -> bool:
    """Say whether a program aligned the text, and some of that was confirmed by nobody."""
    if text.alignment is None or text.alignment.evidence == "imported":
        return False
    segments = {segment.id for segment in snapshot.segments_of(text.id)}
    links = [link.pinned for link in snapshot.links if link.segment in segments]
    beads = [
        bead.pinned
        for bead in snapshot.beads
        if bead.target_text == text.id and bead.level is BeadLevel.SENTENCE and text.kind is TextKind.TRANSLATION
    ]
    return not all([*links, *beads]) or not (links or beads)


def joined_by_machine(snapshot: Snapshot, target: Text | None) -> bool:
    """Say whether a program brought a translation together with its source, and some of that nobody confirmed."""
    return target is not None and any(
        bead.target_text == target.id and bead.level is BeadLevel.SENTENCE and not bead.pinned
        for bead in snapshot.beads
    )
