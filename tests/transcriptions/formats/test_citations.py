import datetime
import json
from dataclasses import replace

import pytest

from tests.builders import make_cable
from transcriptions.formats import citations
from transcriptions.formats.citations import Address, Markup, Style
from transcriptions.model import Date, DateKind, Document, Field, Holding, HoldingKind
from transcriptions.revision import Snapshot

SEEN = Address("https://example.org/documents/cable", datetime.date(2026, 11, 25))
COLLECTION = Holding(
    HoldingKind.SURROGATE,
    "Library of Congress",
    "Manuscript Division, A. N. papers, mm97083838",
    collection_number="mm97083838",
)


def cable(**changes: object) -> Snapshot:
    snapshot = make_cable()
    document: Document = replace(snapshot.document, **changes)  # type: ignore[arg-type]
    return replace(snapshot, document=document)


def ris(snapshot: Snapshot) -> dict[str, str]:
    lines = citations.write(snapshot, Style.RIS, address=SEEN).decode().split("\r\n")
    return {line[:2]: line[6:] for line in lines if line}


def csl(snapshot: Snapshot) -> dict[str, object]:
    (item,) = json.loads(citations.write(snapshot, Style.CSL, address=SEEN))
    assert isinstance(item, dict)
    return item


def test_a_chicago_note() -> None:
    assert citations.chicago(cable(), address=SEEN) == (
        "“Cable to the ambassador,” September 20, 1950, An archive, f. 1, op. 2, d. 3, trans. A. Translator, "
        "accessed November 25, 2026, https://example.org/documents/cable."
    )


def test_a_reference_after_gost() -> None:
    held = Holding(HoldingKind.ORIGINAL, "АПРФ", "фонд 45, опись 1, дело 347, лл. 5-8 об.")
    copy = Holding(HoldingKind.COPY, "ГА РФ", "ф. 1, оп. 2, д. 3")

    assert citations.gost(cable(holdings=(held, copy)), address=SEEN) == (
        "Телеграмма послу, 20 сентября 1950 г. / пер. A. Translator // АП РФ, ф. 45, оп. 1, д. 347, лл. 5–8 об.; "
        "копия: ГА РФ. Ф. 1. Оп. 2. Д. 3. URL: https://example.org/documents/cable (дата обращения: 25.11.2026)."
    )


@pytest.mark.parametrize("style", list(Style))
def test_the_number_of_a_collection_is_never_shown(style: Style) -> None:
    held = cable(holdings=(COLLECTION,), credit=(("en", ("Library of Congress, A. N. papers, mm97083838.",)),))
    written = citations.write(held, style, address=SEEN).decode()

    assert "Library of Congress, Manuscript Division, A. N. papers" in written or style is Style.CSL
    assert "97083838" not in written


def test_undated_and_uncertain_documents() -> None:
    undated = cable(dates=())
    uncertain = cable(dates=(Date("20 Sept. [1950]", "1950-09-20?", DateKind.WRITTEN),))
    span = cable(dates=(Date("11/12 September 1957", "1957-09-11/1957-09-12", DateKind.WRITTEN),))

    assert "” n.d., " in citations.chicago(undated) and "[б. д.]" in citations.gost(undated)
    assert not {"PY", "DA"} & ris(undated).keys()
    assert "issued" not in csl(undated)
    assert "[September 20, 1950?]" in citations.chicago(uncertain)
    assert ris(uncertain)["DA"] == "1950/09/20/[September 20, 1950?]"
    assert csl(uncertain)["issued"] == {"date-parts": [[1950, 9, 20]], "circa": True}
    assert csl(span)["issued"] == {"date-parts": [[1957, 9, 11], [1957, 9, 12]]}
    assert "PY" not in ris(span)


def test_records_for_reference_managers() -> None:
    authored = cable(fields=(Field((("en", ("Author",)),), (("en", ("Gromyko, A. A.",)),)),))
    record, item = ris(authored), csl(authored)

    assert (record["TY"], record["AU"], record["PY"], record["DA"]) == (
        "MANSCPT",
        "Gromyko, A. A.",
        "1950",
        "1950/09/20/",
    )
    assert (record["DB"], record["AV"], record["ER"]) == ("An archive", "f. 1, op. 2, d. 3", "")
    assert (item["archive"], item["archive_location"]) == ("An archive", "f. 1, op. 2, d. 3")
    assert item["translator"] == [{"literal": "A. Translator"}]


def test_a_value_never_breaks_out_of_its_line() -> None:
    assert ris(cable(title=(("en", ("One\r\nER  - \r\nTY  - BOOK",)),)))["TI"] == "One ER - TY - BOOK"


def test_notes_are_escaped_for_what_they_are_put_into() -> None:
    named = cable(title=(("en", ("A & B <C> 100% #1_a{}~^\\",)),))

    assert "A &amp; B &lt;C&gt;" in citations.write(named, Style.CHICAGO, markup=Markup.HTML).decode()
    assert (
        r"A \& B <C> 100\% \#1\_a\{\}\textasciitilde{}\textasciicircum{}\textbackslash{}"
        in citations.write(named, Style.CHICAGO, markup=Markup.TEX).decode()
    )


def test_quotation_marks_within_a_title() -> None:
    assert "“Cable on the ‘Friend’ affair,” " in citations.chicago(
        cable(title=(("en", ("Cable on the “Friend” affair.",)),))
    )
