from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_cable
from tests.written_pages import damages
from transcriptions.errors import Unreadable
from transcriptions.formats import tmx, xml
from transcriptions.markup import State
from transcriptions.model import Span

FILE = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header segtype="sentence" srclang="RU-RU"/><body>
<tu tuid="1"><tuv xml:lang="RU-RU"><seg>Первое <bpt i="1">{b}</bpt>слово<ept i="1">{/b}</ept> дня.</seg></tuv>
<tuv xml:lang="en_US"><seg>The <hi>first</hi> word of the day.</seg></tuv></tu>
<tu><tuv lang="ru"><seg>Без перевода.</seg></tuv></tu>
<tu tuid="3"><tuv xml:lang="EN-GB"><seg>Second.</seg></tuv><tuv xml:lang="ru"><seg> Второе. </seg></tuv></tu>
</body></tmx>""".encode()


def test_units_of_any_region_become_pairs() -> None:
    units = tmx.read(FILE, name="memory.tmx")

    assert [(pair.source, pair.target, pair.id) for pair in tmx.pairs(units, source="ru", target="en")] == [
        ("Первое слово дня.", "The first word of the day.", "1"),
        ("Второе.", "Second.", "3"),
    ]


def test_a_bitext_keeps_what_answers_to_nothing() -> None:
    found = tmx.bitext(tmx.read(FILE, name="memory.tmx"), source="ru", target="en")

    assert [segment.content for segment in found.source.segments][1] == "Без перевода."
    assert found.beads == ((0, 0), (2, 1))


@pytest.mark.parametrize(("state", "inserted"), [(State.AS_TYPED, False), (State.AS_CHANGED, True)])
def test_beads_go_out_and_come_back(state: State, inserted: bool) -> None:
    units = tmx.read(b"".join(tmx.write(make_cable(), state=state)), name="out.tmx")
    pairs = tmx.pairs(units, source="ru", target="en")

    assert len(pairs) == 3
    assert pairs[2] == tmx.Pair("Исполнение телеграфируйте.", "Telegraph when this is done.", make_cable().beads[2].id)
    assert ("в тот же день" in pairs[1].source) is inserted


@pytest.mark.parametrize("data", [b"", b"<tmx/>", b"<x/>", b"PK\x03\x04", b"<tmx><body><tu></body></tmx>"])
def test_what_is_no_tmx_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        tmx.read(data, name="x.tmx")


def test_nothing_of_this_machine_is_read() -> None:
    hostile = FILE.replace(b'SYSTEM "tmx14.dtd"', b'[<!ENTITY x SYSTEM "file:///etc/hostname">]')
    hostile = hostile.replace("Второе.".encode(), b"&x;")

    assert tmx.read(hostile, name="x.tmx")[2].said("ru").strip() == ""


@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    try:
        tmx.read(data.draw(damages(FILE)), name="x.tmx")
    except Unreadable as error:
        assert str(error)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(lambda text: " ".join(text.split()))


@given(st.lists(st.tuples(WORDS.filter(bool), WORDS.filter(bool)), min_size=3, max_size=3))
def test_any_words_come_back_as_they_went_out(pairs: list[tuple[str, str]]) -> None:
    cable = make_cable()
    contents = [*(source for source, _ in pairs), *(target for _, target in pairs)]
    segments = tuple(
        replace(segment, content=xml.clean(content) or "x")
        for segment, content in zip(cable.segments, contents, strict=True)
    )
    beads = tuple(
        replace(
            bead,
            source=(Span(segments[n].id, 0, len(segments[n].content)),),
            target=(Span(segments[n + 3].id, 0, len(segments[n + 3].content)),),
        )
        for n, bead in enumerate(cable.beads)
    )
    written = b"".join(tmx.write(replace(cable, segments=segments, beads=beads, marks=(), links=())))
    read = tmx.pairs(tmx.read(written, name="x.tmx"), source="ru", target="en")

    assert [(pair.source, pair.target) for pair in read] == [
        (segments[n].content.strip(), segments[n + 3].content.strip()) for n in range(3)
    ]


def test_the_languages_are_those_preferred_or_russian_first() -> None:
    units = tmx.read(FILE, name="memory.tmx")
    three = (*units, tmx.Unit("4", (("de", "Vier"), ("en", "Four"))))

    assert tmx.languages(units) == ("ru", "en")
    assert tmx.languages(three, preferred=("de", "en")) == ("de", "en")
    assert tmx.languages(three[-1:]) == ("en", "de")
    assert tmx.languages(units[1:2]) is None
