from dataclasses import replace

from tests.builders import make_cable
from transcriptions import imprint
from transcriptions.markup import State
from transcriptions.model import TextKind

LICENCE = "http://rightsstatements.org/vocab/NoC-US/1.0/"


def test_an_export_says_what_it_gives_and_on_which_terms() -> None:
    cable = make_cable()
    russian, english = cable.texts
    licensed = replace(russian, rights=LICENCE)

    assert imprint.lines(cable, (licensed, english), State.AS_TYPED, language="en") == (
        "Cable to the ambassador",
        "September 20, 1950",
        "Transcription (ru); Translation (en), A. Translator: as typed",
        "Source: An archive, f. 1, op. 2, d. 3",
        "Written for tests.",
        "Translated by A. Translator.",
        f"Rights: {LICENCE}",
    )


def test_uncorrected_reading_is_called_so_whatever_its_label() -> None:
    draft = replace(make_cable().texts[0], kind=TextKind.OCR_DRAFT, label=(("en", ("Reading of 1999",)),))

    assert imprint.text_name(draft, language="en") == "Reading of 1999 – Uncorrected OCR"


def test_a_document_without_holdings_names_its_credit_once() -> None:
    cable = make_cable()
    bare = replace(cable, document=replace(cable.document, holdings=(), dates=(), title=()))

    assert imprint.lines(bare, (), State.AS_CHANGED, language="ru") == ("cable", "Источник: Written for tests.")


def test_alignment_that_nobody_reviewed_is_told() -> None:
    cable = make_cable()
    confirmed = replace(cable, beads=tuple(replace(bead, pinned=True) for bead in cable.beads))

    assert imprint.joined_by_machine(cable, cable.texts[1])
    assert not imprint.joined_by_machine(confirmed, cable.texts[1])
    assert not imprint.joined_by_machine(cable, None)
