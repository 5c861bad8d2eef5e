"""Document folders: what is read, and that every fault comes at once with its file and line."""

import zipfile
from pathlib import Path

import pytest

from server import folder
from server.folder import Folder
from transcriptions.model import Function, MarkKind, Origin, TextKind


def read(path: Path) -> Folder:
    return folder.read(path, origin=Origin("tests", path.name), text_bytes=100_000)


def problems(path: Path) -> list[str]:
    return [str(problem) for problem in read(path).problems]


@pytest.fixture
def cable(tmp_path: Path) -> Path:
    path = tmp_path / "cable"
    path.mkdir()
    for name in ("p10.jpg", "p9.jpg"):
        (path / name).write_bytes(b"\xff\xd8\xff image")
    (path / "transcription.ru.txt").write_text("Первое слово дня\nи ещё одно слово.\n", "utf-8")
    return path


def test_images_alone_are_enough_and_come_in_natural_order(cable: Path) -> None:
    (cable / "transcription.ru.txt").unlink()
    found = read(cable)

    assert found.problems == ()
    assert [page.file for page in found.pages] == ["p9.jpg", "p10.jpg"]
    assert found.description.title == (("none", ("cable",)),)


def test_texts_are_found_by_name_and_belong_to_page_or_part(cable: Path) -> None:
    (cable / "translation.en.txt").write_text("The [inserted by hand: first] word of the day.\n", "utf-8")
    (cable / "p10.transcription.ru.txt").write_text("Текст второй страницы.\n", "utf-8")
    found = read(cable)
    texts = {text.supplied.name: text for text in found.texts}

    assert found.problems == ()
    assert {name: (text.kind, text.language) for name, text in texts.items()} == {
        "transcription.ru.txt": (TextKind.TRANSCRIPTION, "ru"),
        "translation.en.txt": (TextKind.TRANSLATION, "en"),
        "p10.transcription.ru.txt": (TextKind.TRANSCRIPTION, "ru"),
    }
    assert texts["p10.transcription.ru.txt"].segments[0].page == "p10.jpg"
    assert [mark.kind for mark in texts["translation.en.txt"].segments[0].marks] == [MarkKind.INSERTION]


def test_form_feeds_lead_to_the_pages_of_the_part(cable: Path) -> None:
    (cable / "transcription.ru.txt").write_text("Первая страница.\n\fВторая страница.\n", "utf-8")
    (text,) = read(cable).texts

    assert [text.pages[segment.page or ""] for segment in text.segments] == ["p9.jpg", "p10.jpg"]


def test_all_faults_come_at_once(cable: Path) -> None:
    (cable / "document.toml").write_text(
        'titel = "x"\n\n[[parts]]\npages = ["p9.jpg", "p11.jpg"]\n\n[[texts]]\nfile = "lost.txt"\nlanguage = "ru"\n',
        "utf-8",
    )
    (cable / "p7.transcription.ru.txt").write_text("нет", "utf-8")
    (cable / "translation.txt").write_text("no language", "utf-8")
    (cable / "translation.en.pdf").write_bytes(b"%PDF")
    (cable / "transcription.ru.txt").write_bytes(b"\xff\x00\x81\x98\x01" * 20)
    found = problems(cable)

    assert [each.split(": ")[0] for each in found] == [
        "document.toml:1",
        "document.toml:4",
        "document.toml:7",
        "p7.transcription.ru.txt",
        "transcription.ru.txt:1",
        "translation.en.pdf",
        "translation.txt",
    ]
    assert "p11.jpg, which is not in the folder" in found[1]
    assert "p7, which is not there" in found[3]


def test_windows_1251_is_read(cable: Path) -> None:
    (cable / "transcription.ru.txt").write_bytes("Председателю Совета Министров сообщаем.\n".encode("cp1251"))
    (text,) = read(cable).texts

    assert text.supplied.encoding == "windows-1251"
    assert text.segments[0].content == "Председателю Совета Министров сообщаем."


def test_links_out_of_the_folder_are_faults(cable: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (cable / "translation.en.txt").symlink_to(tmp_path / "secret.txt")
    (cable / "p11.jpg").symlink_to("/etc/hostname")
    found = read(cable)

    assert [problem.file for problem in found.problems] == ["p11.jpg", "translation.en.txt"]
    assert all("leads out of the folder" in problem.detail for problem in found.problems)
    assert [page.file for page in found.pages] == ["p9.jpg", "p10.jpg"]


def test_links_within_the_folder_are_files(cable: Path) -> None:
    (cable / "p11.jpg").symlink_to("p9.jpg")

    assert [page.file for page in read(cable).pages] == ["p9.jpg", "p10.jpg", "p11.jpg"]


def test_a_text_too_long_is_refused(cable: Path) -> None:
    (cable / "transcription.ru.txt").write_text("слово " * 50_000, "utf-8")

    assert any("is larger than the 100,000 bytes" in each for each in problems(cable))


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    (found,) = problems(tmp_path)

    assert "holds no page images" in found


def test_files_that_nothing_asked_for_are_named(cable: Path) -> None:
    (cable / "notes.docx").write_bytes(b"x")

    assert read(cable).unused == ("notes.docx",)


def test_an_archive_page_describes_the_document(cable: Path) -> None:
    (cable / "page.txt").write_text(
        "Skip to content\n\nMarch 3, 1951\n\nLetter\n\nThe harvest was good.\n\nIt was sold.\n\nA letter on it.\n\n"
        "Document Information\n\nAn Archive. Translated by A. Name.\n\nOriginal Archive\n\n"
        "The History and Public Policy Program welcomes reuse of it.\n",
        "utf-8",
    )
    found = read(cable)

    assert found.problems == ()
    assert found.description.title == (("en", ("Letter",)),)
    assert [date.edtf for date in found.description.dates] == ["1951-03-03"]
    assert [(text.kind, text.creator) for text in found.texts] == [
        (TextKind.TRANSCRIPTION, ""),
        (TextKind.TRANSLATION, "A. Name"),
    ]


def test_a_word_file_is_a_text_like_any_other(cable: Path) -> None:
    words = "".join(
        f"<w:p>{run}</w:p>"
        for run in (
            "<w:r><w:t>The [inserted by hand: first] </w:t></w:r><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>word of the day.</w:t></w:r></w:ins>",
            '<w:r><w:br w:type="page"/><w:t>The second page.</w:t></w:r>',
        )
    )
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    with zipfile.ZipFile(cable / "translation.en.docx", "w") as archive:
        archive.writestr(
            "_rels/.rels", f'<Relationships><Relationship Type="{related}" Target="word/document.xml"/></Relationships>'
        )
        archive.writestr("word/document.xml", f'<w:document xmlns:w="w"><w:body>{words}</w:body></w:document>')
    (cable / "p9.transcription.ru.docx").write_bytes(b"\xd0\xcf\x11\xe0 an old one")
    found = read(cable)
    text = next(text for text in found.texts if text.kind is TextKind.TRANSLATION)

    assert [problem.file for problem in found.problems] == ["p9.transcription.ru.docx"]
    assert (text.supplied.encoding, text.language) == ("docx", "en")
    assert [segment.content for segment in text.segments] == ["The first word of the day.", "The second page."]
    assert [text.pages[segment.page or ""] for segment in text.segments] == ["p9.jpg", "p10.jpg"]
    assert "tracked changes" in found.remarks[0].detail


SAID = """
[[dates]]
written = "Wednesday, 21 September 1950"
[[hands]]
id = "stalin"
[[marks]]
text = "translation.en.txt"
raw = "[me]"
kind = "gloss"
[[marks]]
text = "translation.en.txt"
raw = "[handwritten: To Molotov]"
function = "resolution"
hand = "stalin"
"""


def test_what_the_description_says_of_marks_is_so(cable: Path) -> None:
    (cable / "document.toml").write_text(SAID, "utf-8")
    (cable / "translation.en.txt").write_text("He asked [me] twice. [handwritten: To Molotov]\n", "utf-8")
    found = read(cable)
    (translation,) = [text for text in found.texts if text.kind is TextKind.TRANSLATION]
    marks = [mark for segment in translation.segments for mark in segment.marks]

    assert found.problems == ()
    assert [each.content for each in translation.segments] == ["He asked twice. To Molotov"]
    assert [(mark.kind, mark.function, mark.hand_id, mark.pinned) for mark in marks] == [
        (MarkKind.GLOSS, Function.UNKNOWN, None, True),
        (MarkKind.HANDWRITTEN, Function.RESOLUTION, "stalin", True),
    ]


def test_what_the_description_says_of_marks_that_are_not_there_is_a_fault(cable: Path) -> None:
    said = SAID.replace('"[me]"', '"[us]"').replace('hand = "stalin"', 'hand = "molotov"')
    (cable / "document.toml").write_text(said, "utf-8")
    (cable / "translation.en.txt").write_text("He asked [me] twice. [handwritten: To Molotov]\n", "utf-8")
    unheard = problems(cable)
    (cable / "document.toml").write_text(SAID.replace("translation.en", "translation.fr"), "utf-8")

    assert unheard == [
        "document.toml:12: marks: there is no hand 'molotov' in the document's register; known are stalin",
    ]
    assert problems(cable) == [
        "document.toml:8: marks: names the text translation.fr.txt, which is not in the folder",
        "document.toml:12: marks: names the text translation.fr.txt, which is not in the folder",
    ]


def test_a_weekday_that_the_day_does_not_have_is_told(cable: Path) -> None:
    (cable / "document.toml").write_text(SAID.partition("[[hands]]")[0], "utf-8")
    (cable / "transcription.ru.txt").write_text("Пятница, 20 сентября 1950 г.\n\nПервое слово дня.\n", "utf-8")

    assert [str(remark) for remark in read(cable).remarks] == [
        ".: Wednesday, 21 September 1950: the weekday is given as Wednesday, but it was a Thursday",
        "transcription.ru.txt: Пятница, 20 сентября 1950 г.: the weekday is given as Friday, but it was a Wednesday",
    ]
