from images.layout.page import Hand
from transcriptions import dates
from transcriptions.formats import document_toml
from transcriptions.formats.document_toml import DocumentDescription
from transcriptions.identity import HandId
from transcriptions.model import Calendar, Certainty, Date, DateKind, HoldingKind, MarkKind, RegisteredHand, TextKind
from transcriptions.said_marks import SaidMark

GOOD = """
id = "cable-1"
languages = ["ru", "en"]
rights = "http://rightsstatements.org/vocab/NoC-US/1.0/"
[title]
en = "A cable"
ru = ["Телеграмма", "Шифровка"]
[[dates]]
written = "20 сентября 1950 г."
kind = "dispatched"
[[holdings]]
kind = "copy"
repository = "An archive"
reference = "ф. 1, оп. 2"
seen = true
collection_number = "mm00012345"
[[hands]]
id = "h1"
medium = "pencil"
colour = "blue"
person = "N. N."
certainty = "low"
stated_by = "A. Archivist"
[[parts]]
id = "final"
label = {en = "Final version"}
pages = ["p1.png", {service = "https://example.org/iiif/2", width = 100, height = 200, foliations = {leaf = "3 об."}}]
[[texts]]
file = "transcription.ru.txt"
part = "final"
language = "ru"
breaks = "kept"
"""


def understand(written: str) -> Date | None:
    return Date(written, "1950-09-20", DateKind.WRITTEN, Calendar.GREGORIAN)


def read(source: str) -> tuple[DocumentDescription, list[str]]:
    described, problems = document_toml.read(source.encode(), understand=understand)
    return described, [str(problem) for problem in problems]


def test_everything_is_read() -> None:
    described, problems = read(GOOD)

    assert problems == []
    assert described.id == "cable-1"
    assert described.title == (("en", ("A cable",)), ("ru", ("Телеграмма", "Шифровка")))
    assert (described.dates[0].edtf, described.dates[0].kind) == ("1950-09-20", DateKind.DISPATCHED)
    assert (described.holdings[0].kind, described.holdings[0].seen) == (HoldingKind.COPY, True)
    assert described.holdings[0].collection_number == "mm00012345"
    assert described.hands == (
        RegisteredHand(HandId("h1"), Hand.HANDWRITTEN, "pencil", "blue", "N. N.", Certainty.LOW, "A. Archivist"),
    )
    pages = described.parts[0].pages
    assert pages is not None
    assert pages[0].file == "p1.png"
    assert (pages[1].service, pages[1].size is not None) == ("https://example.org/iiif/2", True)
    assert pages[1].foliations[0].value == "3 об."
    assert (described.texts[0].kind, described.texts[0].breaks) == (TextKind.TRANSCRIPTION, "kept")


def test_faults_come_all_at_once_each_with_its_line() -> None:
    _, problems = read(
        'titel = "A cable"\nid = "Bad Id"\n[[dates]]\nkind = "sent"\n'
        '[[parts]]\npages = [3]\n[[texts]]\nfile = "a.txt"\nlanguage = "Russian!"\n'
    )

    assert [problem.split(": ")[0] for problem in problems] == [
        "document.toml:1",
        "document.toml:2",
        "document.toml:3",
        "document.toml:6",
        "document.toml:9",
    ]
    assert "titel: is not a key that is known here" in problems[0]
    assert "dates[0].written: is missing" in problems[2]


def test_broken_toml_names_the_line() -> None:
    _, problems = read('title = "x"\nid = \n')

    assert problems[0].startswith("document.toml:2: is not valid TOML")


def test_other_encodings_are_refused_with_the_line() -> None:
    described, problems = document_toml.read("a = 1\ntitle = 'Привет'".encode("cp1251"), understand=understand)

    assert described == DocumentDescription()
    assert (problems[0].line, problems[0].detail) == (2, "is not UTF-8; TOML files must be")


def test_a_key_twice_and_wrong_types_are_faults_not_crashes() -> None:
    for source in (
        "id = 5",
        "title = 5",
        "dates = 5",
        "parts = [5]",
        "pages = []",
        "languages = 'ru'",
        "texts = [[1]]",
    ):
        assert read(source)[1], source


def test_a_date_is_understood_and_says_by_whom() -> None:
    described, problems = document_toml.read(
        '[[dates]]\nwritten = "Received 21 September 1950"\n[[dates]]\nwritten = "осень"\nedtf = "1950-23"\n'
        'inferred_by = "N. N."\n'.encode(),
        understand=lambda written: dates.parse(written, language="en"),
    )

    assert problems == ()
    assert described.dates == (
        Date("Received 21 September 1950", "1950-09-21", DateKind.RECEIVED, inferred_by=dates.GENERATOR),
        Date("осень", "1950-23", DateKind.WRITTEN, inferred_by="N. N."),
    )


def test_hands_and_edtf_that_are_wrong_are_faults() -> None:
    described, problems = read(
        '[[hands]]\nid = "1"\n[[hands]]\nid = "h"\n[[hands]]\nid = "h"\nkind = "painted"\n'
        '[[dates]]\nwritten = "x"\nedtf = "20 September 1950"\n'
    )

    assert [each.split(": ")[1] for each in problems] == [
        "hands[0].id",
        "hands[1].id",
        "hands[2].kind",
        "dates[0].edtf",
    ]
    assert described.dates == ()


def test_what_is_said_of_marks_is_read_and_its_faults_are_told() -> None:
    description, problems = read(
        '[[marks]]\ntext = "t.txt"\nraw = "[me]"\nnumber = 2\nkind = "gloss"\n'
        '[[marks]]\ntext = "t.txt"\nraw = "[me]"\n'
        '[[marks]]\nraw = "[me]"\nkind = "joke"\nnumber = 0\n'
    )

    assert description.marks == (SaidMark("t.txt", "[me]", 2, MarkKind.GLOSS),)
    assert problems == [
        "document.toml:6: marks[1]: says nothing: give kind, function or hand",
        "document.toml:9: marks[2].text: is missing: the file of the text",
        "document.toml:12: marks[2].number: counts from 1",
    ]
