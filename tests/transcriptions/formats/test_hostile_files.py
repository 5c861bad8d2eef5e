"""Files made to do harm: each reader of XML or HTML reads or refuses them, soon, in little memory, touching nothing."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests import written_pages
from tests.builders import make_cable
from transcriptions import exporting
from transcriptions.errors import Unreadable
from transcriptions.formats import alto, hocr, page_xml
from transcriptions.formats.tei import reading, writing

Read = Callable[..., object]

CABLE = make_cable()
_, PAGE = next(iter(exporting.pages(CABLE)))
READERS: dict[str, tuple[Read, bytes, str]] = {
    "tei": (reading.read, b"".join(writing.write(CABLE)), "TEI"),
    "alto": (alto.read, b"".join(alto.write(PAGE)), "alto"),
    "page": (page_xml.read, b"".join(page_xml.write(PAGE)), "PcGts"),
    "hocr": (hocr.read, b"".join(hocr.write(PAGE)), "html"),
}
EACH = pytest.mark.parametrize("form", READERS)
CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "tei"
TEI_FILES = [path.read_bytes() for path in sorted(CORPUS.glob("*.xml"))]


def read(form: str, data: bytes) -> object | None:
    """Read a file; None where it is refused with a sentence that names it."""
    reader, _, _ = READERS[form]
    try:
        return reader(data, name="file.xml")
    except Unreadable as error:
        assert "file.xml" in str(error)
        return None


@EACH
def test_the_files_are_good_before_they_are_damaged(form: str) -> None:
    assert read(form, READERS[form][1])


@EACH
@given(data=st.data())
@settings(max_examples=120)
def test_damaged_files_are_read_or_refused(form: str, data: st.DataObject) -> None:
    read(form, data.draw(written_pages.damages(READERS[form][1])))


@given(st.sampled_from(TEI_FILES).flatmap(written_pages.damages))
@settings(max_examples=150)
def test_damaged_tei_of_others_is_read_or_refused(data: bytes) -> None:
    read("tei", data)


ODD = st.sampled_from(
    """
    |  |-1|0|99999999999999999999|1e308|nan|inf|1,2|1,2 3|#|#x #y|\u0661|²|１２|stroka:date|stroka:anchor=z-x@²
    |stroka:sic stroka:raw_start=²|../../etc/passwd|readingOrder {index:nan;}|add {offset:²; length:1;}|line typewritten
    |bbox|poly 1|x_wconf x|julian|1950-99-99|no
    """.split("|")
)


@EACH
@given(data=st.data())
@settings(max_examples=120)
def test_attributes_of_any_value_do_no_harm(form: str, data: st.DataObject) -> None:
    """Put odd values into attributes, and attributes onto elements that know nothing of them."""
    root = etree.fromstring(READERS[form][1])
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    names = sorted({str(key) for element in elements for key in element.attrib})
    for _ in range(data.draw(st.integers(1, 8))):
        element = data.draw(st.sampled_from(elements))
        element.set(data.draw(st.sampled_from(names)), data.draw(ODD))
    for _ in range(data.draw(st.integers(0, 3))):
        moved, target = data.draw(st.sampled_from(elements)), data.draw(st.sampled_from(elements))
        if moved is not root and target is not moved and moved not in target.iterancestors():
            target.append(moved)
    read(form, etree.tostring(root))


@EACH
@pytest.mark.parametrize("depth", [100, 240, 2_000, 200_000])
def test_deep_nesting(form: str, depth: int) -> None:
    _, whole, root = READERS[form]
    inner = {"tei": b"div", "alto": b"ComposedBlock", "page": b"TextRegion", "hocr": b"div"}[form]
    spot = {"tei": b"<body>", "alto": b"<PrintSpace", "page": b"<TextRegion", "hocr": b"<body>"}[form]
    place = whole.index(b">", whole.index(spot)) + 1
    read(form, whole[:place] + b"<" + inner + b">" + (b"<" + inner + b">") * depth)
    read(form, whole[:place] + (b"<" + inner + b">") * depth + (b"</" + inner + b">") * depth + whole[place:])
    read(form, f"<{root}>".encode() * depth)


@EACH
def test_other_encodings(form: str) -> None:
    _, whole, _ = READERS[form]
    text = whole.decode()
    declared = text.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace("encoding='UTF-8'", "encoding='UTF-16'")
    for encoding in ("utf-16", "utf-32", "utf-7", "cp1251", "koi8-r", "cp037"):
        read(form, text.encode(encoding, "replace"))
        read(form, declared.encode(encoding, "replace"))
    read(form, whole.replace(b"UTF-8", b"no-such-encoding"))
    read(form, whole.replace(b"UTF-8", b"\xff\xfe"))
    read(form, b"\xff\xfe" + whole)
    read(form, whole[:-1] + b"\0" * 100)


@EACH
def test_no_entity_and_no_file_is_read(form: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-WORDS")
    _, whole, root = READERS[form]
    body = whole[whole.index(f"<{root}".encode()) :].replace(b"</", b"&x;&y;</")
    for declared in (
        f'<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "inner">',
        f'<!ENTITY % p SYSTEM "{secret.as_uri()}">%p;<!ENTITY x "a"><!ENTITY y "b">',
    ):
        found = read(form, f"<!DOCTYPE {root} [{declared}]>".encode() + body)

        assert "SECRET-WORDS" not in repr(found)
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    found = read(form, whole.replace(b"</seg>", include.encode() + b"</seg>").replace(b"</Unicode>", include.encode()))
    assert "SECRET-WORDS" not in repr(found)


@EACH
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp037", "utf-7"])
def test_no_dtd_is_read(form: str, encoding: str, tmp_path: Path) -> None:
    """A DTD that were read would be a fault, as this one is none; and the words are no others for it."""
    dtd = tmp_path / "some.dtd"
    dtd.write_text("this is no DTD")
    _, whole, root = READERS[form]
    body = whole[whole.index(f"<{root}".encode()) :]
    if encoding != "utf-8":
        body = body.decode().encode("ascii", "xmlcharrefreplace")
    told = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE {root} SYSTEM "{dtd.as_uri()}">'
    found = read(form, (told + body.decode()).encode(encoding))

    assert found is not None or form == "hocr" or encoding in ("cp037", "utf-7")
    if encoding == "utf-8":
        assert found == read(form, whole)


@EACH
def test_no_address_is_asked(form: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        where = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        _, whole, root = READERS[form]
        body = whole[whole.index(f"<{root}".encode()) :]
        read(form, f'<!DOCTYPE {root} SYSTEM "{where}">'.encode() + body)
        read(form, f'<!DOCTYPE {root} PUBLIC "-//X//EN" "{where}" [<!ENTITY % d SYSTEM "{where}">%d;]>'.encode() + body)
        read(form, f'<?xml-stylesheet href="{where}"?><?xml-model href="{where}"?>'.encode() + body)
        with pytest.raises(BlockingIOError):
            server.accept()


BOMBS = {
    "laughs": """
entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
data = f'<!DOCTYPE {root} [<!ENTITY l0 "ha">{entities}]><{root}>&l11;</{root}>'.encode()
""",
    "quadratic": """
entity = f'<!ENTITY a "{"a" * 100_000}">'
data = f'<!DOCTYPE {root} [{entity}]><{root}>{"&a;" * 50_000}</{root}>'.encode()
""",
    "huge attribute": """
data = f'<{root} n="'.encode() + b"a" * 60_000_000 + f'"/>'.encode()
""",
    "huge text": """
data = f"<{root}>".encode() + b"a " * 30_000_000 + f"</{root}>".encode()
""",
    "many attributes": """
data = (f"<{root} " + " ".join(f'a{n}="1"' for n in range(300_000)) + "/>").encode()
""",
    "many points": """
points = b"1,1 " * 4_000_000
data = whole.replace(b'points="', b'points="' + points, 1).replace(b'POINTS="', b'POINTS="' + points, 1)
data = data.replace(b"poly ", b"poly " + points.replace(b",", b" "), 1)
""",
    "tags that never end": """
data = whole.replace(b'custom="', b'custom="' + b"a" * 1_000_000, 1).replace(b"poly ", b"poly " + b"'" * 1_000_000, 1)
data = data.replace(b'ana="', b'ana="' + b"stroka:a=%" * 100_000, 1)
""",
    "many pages": """
place = whole.rindex(b"</")
data = whole[:place] + b"<text><body>" + b"<pb/><p>a</p>" * 30_000 + b"</body></text>" + whole[place:]
""",
    "many marks": """
place = whole.rindex(b"</")
marks = b"<add>" * 70 + b"<p>Aa bb. Cc <del>dd</del>. Ee.</p>" * 5_000 + b"</add>" * 70
data = whole[:place] + b"<text><body>" + marks + b"</body></text>" + whole[place:]
""",
    "many surfaces": """
zone = b'<surface><zone><zone type="line" points="1,1 2,2 3,1"/></zone></surface>'
data = whole.replace(b"</facsimile>", zone * 15_000 + b"</facsimile>")
""",
    "many elements": """
place = whole.rindex(b"</")
data = whole[:place] + b"<p><lb/>a</p>" * 200_000 + whole[place:]
""",
}
"""What makes the bytes of a file, `data`, out of the name of a root element and a whole good file."""

PROGRAM = """
import resource, sys
sys.path.insert(0, {root!r})
resource.setrlimit(resource.RLIMIT_CPU, (90, 90))
from tests.transcriptions.formats import test_hostile_files as own
form = {form!r}
_, whole, root = own.READERS[form]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name, bomb in own.BOMBS.items():
    made = dict(root=root, whole=whole)
    exec(bomb, made)
    own.read(form, made["data"])
    print(name, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, flush=True)
"""


@EACH
def test_bombs_are_bounded_in_time_and_memory(form: str) -> None:
    """All are read or refused in one process with 90 seconds of CPU, and take 1 GiB more than the program does."""
    root = Path(__file__).resolve().parents[3]
    program = PROGRAM.format(root=str(root), form=form)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root)
    taken = {name: int(size) for name, _, size in (line.rpartition(" ") for line in done.stdout.splitlines())}

    assert done.returncode == 0, f"after {list(taken)}: {done.stderr[-2000:]}"
    assert taken.keys() == BOMBS.keys()
    assert max(taken.values()) < 1024
