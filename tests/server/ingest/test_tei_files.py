"""TEI files in document folders: whole documents and single texts, found, loaded, and taken again."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from server import folder
from server.folder import Folder
from server.services import Services
from tests.server.ingest.conftest import load
from transcriptions import exporting
from transcriptions.formats.tei import writing
from transcriptions.model import MarkKind, Origin, TextKind

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "tei"
TRANSLATED = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><text xml:lang="en"><body><p>Visit the minister and
tell him <add place="above">at once</add>.</p></body></text></TEI>"""


def read(path: Path) -> Folder:
    return folder.read(path, origin=Origin("tests", path.name), text_bytes=200_000)


def place(cable: Path, name: str, as_name: str = "edition.xml") -> None:
    (cable / as_name).write_bytes((CORPUS / f"{name}.xml").read_bytes())


def test_a_file_gives_lines_texts_and_a_description(services: Services, cable: Path, pool: ProcessPoolExecutor) -> None:
    place(cable, "transkribus")
    snapshot, outcome = load(services, cable, pool)
    written = [[line.text for line in page.lines] for _, page in exporting.pages(snapshot)]

    assert written[0] == ["Посетите министра и сооб-", "щите ему срочно 20.IX.50.", "т. Иванову"]
    assert snapshot.document.title == (("none", ("Cable of the ministry",)),)
    assert {mark.kind for mark in snapshot.marks} == {MarkKind.UNCERTAIN, MarkKind.DELETION, MarkKind.DATE}
    assert all(link.confidence == 1.0 for link in snapshot.links)
    assert any("<persName>" in remark.detail for remark in outcome.remarks)

    _, again = load(services, cable, pool)
    assert (again.changed, again.differences) == (False, ())


def test_a_document_that_went_out_comes_home_unchanged(
    services: Services, cable: Path, pool: ProcessPoolExecutor
) -> None:
    place(cable, "transkribus")
    before, _ = load(services, cable, pool)
    (cable / "edition.xml").write_bytes(b"".join(writing.write(before)))
    after, outcome = load(services, cable, pool)

    assert outcome.differences == ()
    assert {line.id for line in after.lines} == {line.id for line in before.lines}
    assert [(link.id, link.line, link.confidence) for link in after.links] == [
        (link.id, link.line, link.confidence) for link in before.links
    ]
    assert [segment.content for segment in after.segments] == [segment.content for segment in before.segments]
    assert [(mark.id, mark.kind, mark.start) for mark in after.marks] == [
        (mark.id, mark.kind, mark.start) for mark in before.marks
    ]


def test_a_document_that_was_corrected_elsewhere_comes_home(
    services: Services, cable: Path, pool: ProcessPoolExecutor
) -> None:
    place(cable, "transkribus")
    before, _ = load(services, cable, pool)
    written = b"".join(writing.write(before)).decode()
    (cable / "edition.xml").write_text(written.replace("Иванову", "Петрову"), "utf-8")
    after, outcome = load(services, cable, pool)
    known = {link.id: link for link in before.links}

    assert [difference.detail for difference in outcome.differences] == [
        "edition.xml: reads “т. Петрову” and not “т. Иванову” any more"
    ]
    assert [known[link.id] == link for link in after.links].count(False) == 1


def test_a_description_is_filled_and_said_once(cable: Path) -> None:
    place(cable, "epidoc")
    (cable / "document.toml").write_text(
        '[title]\nen = "Own"\n[[fields]]\nlabel = {en = "Responsible", ru = "Ответственный"}\n'
        'value = {none = "A. Editor"}\n',
        "utf-8",
    )
    found = read(cable)

    assert found.problems == ()
    assert found.description.title == (("en", ("Own",)),)
    assert [field.value for field in found.description.fields] == [(("none", ("A. Editor",)),)]
    assert found.description.languages == ("grc", "en")


def test_a_name_says_what_a_text_is(cable: Path) -> None:
    (cable / "translation.en.xml").write_text(TRANSLATED, "utf-8")
    place(cable, "transkribus", "transcription.ru.xml")
    found = read(cable)

    assert found.problems == ()
    assert [(text.supplied.name, text.kind, text.language, bool(text.born)) for text in found.texts] == [
        ("transcription.ru.xml", TextKind.TRANSCRIPTION, "ru", True),
        ("translation.en.xml", TextKind.TRANSLATION, "en", False),
    ]
    assert sorted(found.lines) == ["p1.png"]


def test_texts_of_one_file_are_told_apart(cable: Path) -> None:
    place(cable, "epidoc")
    found = read(cable)

    assert [(text.supplied.name, text.kind, text.language) for text in found.texts] == [
        ("edition.xml", TextKind.TRANSCRIPTION, "grc"),
        ("edition.xml#2", TextKind.TRANSLATION, "en"),
    ]
    assert len({text.supplied.sha256 for text in found.texts}) == 2
    assert found.description.holdings[0].repository == "A Museum"


def test_lines_of_a_page_that_is_not_there_are_a_fault(cable: Path) -> None:
    data = (CORPUS / "transkribus.xml").read_text("utf-8").replace('url="p1.jpg"', 'url="other.jpg"')
    (cable / "edition.xml").write_text(data, "utf-8")
    (problem,) = read(cable).problems

    assert str(problem) == "edition.xml: holds the lines of the image other.jpg, which is not in the folder"


def test_a_damaged_file_is_a_fault_with_its_line(cable: Path) -> None:
    (cable / "edition.xml").write_text(TRANSLATED.replace("</add>", ""), "utf-8")
    (problem,) = read(cable).problems

    assert (problem.file, problem.line) == ("edition.xml", 2)


LINKED = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div type="edition" xml:lang="ru"><p>
<seg xml:id="r1">Посетите министра.</seg> <seg xml:id="r2">Сообщите ему.</seg> <seg xml:id="r3">Ждите.</seg></p></div>
<div type="translation" xml:lang="en"><p><seg xml:id="e1" corresp="#r2">Tell him.</seg> <seg xml:id="e2">Visit the
minister.</seg> <seg xml:id="e3">Wait.</seg></p></div></body></text><standOff><linkGrp><link target="#r1 #e2"/>
<link target="#r3 #e3" cert="low"/></linkGrp></standOff></TEI>"""


def test_links_between_texts_are_those_that_the_file_is_sure_of(
    services: Services, cable: Path, pool: ProcessPoolExecutor
) -> None:
    (cable / "edition.xml").write_text(LINKED, "utf-8")
    snapshot, outcome = load(services, cable, pool)
    contents = {segment.id: segment.content for segment in snapshot.segments}
    pinned = [bead for bead in snapshot.beads if bead.pinned]

    assert {(contents[bead.source[0].segment], contents[bead.target[0].segment]) for bead in pinned} == {
        ("Посетите министра.", "Visit the minister."),
        ("Сообщите ему.", "Tell him."),
    }
    assert any(remark.detail.startswith("links between texts: 1 made anew") for remark in outcome.remarks)
