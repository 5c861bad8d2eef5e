import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcriptions import holdings
from transcriptions.archives import ARCHIVES, find
from transcriptions.holdings import Level, Reference, Step
from transcriptions.model import Holding, HoldingKind

STALIN = (Step(Level.FOND, "45"), Step(Level.OPIS, "1"), Step(Level.DELO, "347"), Step(Level.LIST, "5–8"))

READ = [
    ("АПРФ, ф. 45, оп. 1, д. 347, лл. 5-8", "АПРФ", STALIN),
    ("АП РФ. Ф. 45. Оп. 1. Д. 347. Л. 5–8.", "АП РФ", STALIN),
    ("АПРФ ф.45 оп.1 д.347 л.5—8", "АПРФ", STALIN),
    ("APRF, f. 45, op. 1, d. 347, ll. 5-8", "APRF", STALIN),
    ("APRF, Fond 45, Opis' 1, Delo 347, Listy 5-8", "APRF", STALIN),
    ("Архив Президента Российской Федерации, фонд 45, опись 1, дело 347, листы 5–8",
     "Архив Президента Российской Федерации", STALIN),
    ("AVPRF F.0102. O.13 P.72 Delo 5", "AVPRF",
     (Step(Level.FOND, "0102"), Step(Level.OPIS, "13"), Step(Level.PAPKA, "72"), Step(Level.DELO, "5"))),
    ("АВПРФ, ф. 07, оп. 23а, пор. 5, п. 18, д. 242, л. 12 об.", "АВПРФ",
     (Step(Level.FOND, "07"), Step(Level.OPIS, "23а"), Step(Level.PORIADOK, "5"), Step(Level.PAPKA, "18"),
      Step(Level.DELO, "242"), Step(Level.LIST, "12 об."))),
    ("ГАРФ, ф. Р-9401, оп. 2, д. 66, лл. 1, 3, 5-7об.", "ГАРФ",
     (Step(Level.FOND, "Р-9401"), Step(Level.OPIS, "2"), Step(Level.DELO, "66"), Step(Level.LIST, "1, 3, 5–7 об."))),
    ("РГАСПИ. Ф. 558. Оп. 11. Ед. хр. 334. Л. 1", "РГАСПИ",
     (Step(Level.FOND, "558"), Step(Level.OPIS, "11"), Step(Level.DELO, "334"), Step(Level.LIST, "1"))),
    ("РГАНИ, ф. 89, пер. 51, док. 3, л. 2 и 4 оборот", "РГАНИ",
     (Step(Level.FOND, "89"), Step(Level.PERECHEN, "51"), Step(Level.DOKUMENT, "3"), Step(Level.LIST, "2, 4 об."))),
    ("TsKhSD, f. 5, op. 28, r. 5106, d. 411, t. 1, ll. 139-148", "TsKhSD",
     (Step(Level.FOND, "5"), Step(Level.OPIS, "28"), Step(Level.ROLIK, "5106"), Step(Level.DELO, "411"),
      Step(Level.TOM, "1"), Step(Level.LIST, "139–148"))),
    ("AVPRF, fund 0102, inventory 13, folder 72, file 5, pages 12-15", "AVPRF",
     (Step(Level.FOND, "0102"), Step(Level.OPIS, "13"), Step(Level.PAPKA, "72"), Step(Level.DELO, "5"),
      Step(Level.LIST, "12–15"))),
    ("National Archives, RG 59, Entry 1, Box 5, Folder 3", "National Archives",
     (Step(Level.RECORD_GROUP, "59"), Step(Level.ENTRY, "1"), Step(Level.BOX, "5"), Step(Level.FOLDER, "3"))),
    ("Hoover Institution Archives, box 3, reel 2, frames 12-15", "Hoover Institution Archives",
     (Step(Level.BOX, "3"), Step(Level.REEL, "2"), Step(Level.FRAME, "12–15"))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "repository", "steps"), READ, ids=[case[0] for case in READ])
def test_references_as_they_are_found(text: str, repository: str, steps: tuple[Step, ...]) -> None:
    reference = holdings.parse(text)

    assert reference == Reference(repository, steps=steps)


@pytest.mark.parametrize(
    ("text", "english", "russian"),
    [
        (
            "AVPRF, fond 0102, opis 13, papka 72, delo 5, listy 1 ob.-2",
            "AVPRF, f. 0102, op. 13, p. 72, d. 5, ll. 1 ob.–2",
            "АВП РФ. Ф. 0102. Оп. 13. П. 72. Д. 5. Л. 1 об.–2",
        ),
        (
            "АПРФ, ф. 45, оп. 1, д. 347, лл. 5-8",
            "APRF, f. 45, op. 1, d. 347, ll. 5–8",
            "АП РФ, ф. 45, оп. 1, д. 347, лл. 5–8",
        ),
        (
            "Russian State Archive of Contemporary History (RGANI), fond 89, opis 51, delo 4, list 1",
            "RGANI, f. 89, op. 51, d. 4, l. 1",
            "РГАНИ. Ф. 89. Оп. 51. Д. 4. Л. 1",
        ),
        (
            "Library of Congress, N. N. papers, mm00012345, Container 16, Folder 3, Reels 11-12",
            "Library of Congress, N. N. papers, container 16, folder 3, reels 11–12",
            "Библиотека Конгресса, N. N. papers, контейнер 16, папка 3, рулон 11–12",
        ),
    ],
)
def test_each_archive_is_cited_as_it_cites_itself(text: str, english: str, russian: str) -> None:
    (holding,) = holdings.describe(text)

    assert holdings.cite(holding, language="en") == english
    assert holdings.cite(holding, language="ru") == russian


def test_the_number_of_a_collection_is_never_a_call_number() -> None:
    (holding,) = holdings.describe(
        "Library of Congress, Manuscript Division, N. N. papers, 1887-1995, mm97083838. Translated by A. Translator.",
        stated_by="N. N.",
    )

    assert holding == Holding(
        HoldingKind.SURROGATE,
        "Library of Congress",
        "Manuscript Division, N. N. papers, 1887-1995",
        stated_by="N. N.",
        collection_number="mm97083838",
    )
    assert "97083838" not in holdings.cite(holding, language="en") + holdings.cite(holding, language="ru")


def test_several_witnesses_in_one_description() -> None:
    found = holdings.describe(
        "APRF, f. 45, op. 1, d. 347, ll. 5-8; a draft; copy in RGASPI, f. 558, op. 11, d. 334; published in Cold War 6"
    )

    assert [(each.kind, each.repository, each.reference) for each in found] == [
        (HoldingKind.ORIGINAL, "APRF", "f. 45, op. 1, d. 347, ll. 5-8; a draft"),
        (HoldingKind.COPY, "RGASPI", "f. 558, op. 11, d. 334"),
        (HoldingKind.PUBLICATION, "Cold War 6", ""),
    ]


def test_words_between_levels_are_not_lost() -> None:
    reference = holdings.parse("AVPRF, f. 07, op. 23, the second part, d. 5")

    assert reference is not None
    assert (reference.steps[-1].value, reference.remark) == ("23", "the second part, d. 5")


NUMBERS = st.from_regex(r"[1-9]\d{0,3}[а-в]?", fullmatch=True)
LEAVES = st.lists(st.integers(1, 500), min_size=1, max_size=3).map(
    lambda numbers: ", ".join(f"{number}–{number + 3} об." for number in numbers)
)
RUSSIAN = st.sampled_from([archive for archive in ARCHIVES if archive.originals and "NARA" not in archive.english])


@given(RUSSIAN, NUMBERS, NUMBERS, st.none() | NUMBERS, NUMBERS, st.none() | LEAVES, st.sampled_from(["ru", "en"]))
def test_what_is_written_is_read_again(
    archive: object, fond: str, opis: str, papka: str | None, delo: str, leaves: str | None, language: str
) -> None:
    pairs = [(Level.FOND, fond), (Level.OPIS, opis), (Level.PAPKA, papka), (Level.DELO, delo), (Level.LIST, leaves)]
    steps = tuple(Step(level, value) for level, value in pairs if value is not None)
    name = getattr(archive, "russian" if language == "ru" else "english")
    written = holdings.write(Reference(name, steps=steps), language=language)

    assert holdings.parse(written) == Reference(name, steps=steps)


@given(
    st.lists(
        st.sampled_from(
            ["АПРФ", ", ", "ф. ", "45", "оп.", "л. ", "1-2", "об.", "; ", "copy in ", " mm97083838 ", "RG 59", "(", ")"]
        ),
        max_size=14,
    ).map("".join)
    | st.text(max_size=60)
)
def test_anything_is_read_without_a_fault(text: str) -> None:
    for holding in holdings.describe(text):
        cited = holdings.cite(holding, language="ru")
        assert "mm97083838" not in cited
    reference = holdings.parse(text)
    if reference is not None:
        assert all(step.value.replace(" об.", "").split("–")[0].split(",")[0] in text for step in reference.steps)


def test_every_archive_is_found_by_each_of_its_names() -> None:
    for archive in ARCHIVES:
        for name in (archive.russian, archive.english, archive.english_name, *archive.others):
            assert find(name) is archive
