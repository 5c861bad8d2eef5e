"""The archives whose references are known: their names in both languages, and how each of them is cited."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How the levels of a reference are written and divided."""

    FULL_STOPS = "full_stops"
    COMMAS = "commas"


@dataclass(frozen=True, slots=True)
class Archive:
    """A repository: its abbreviation and name in Russian and English, and other spellings of them.

    `originals` says whether what it holds are the papers themselves, not copies of another archive's.
    """

    russian: str
    english: str
    russian_name: str
    english_name: str
    others: tuple[str, ...] = ()
    russian_style: Style = Style.FULL_STOPS
    originals: bool = True


ARCHIVES = (
    Archive(
        "АП РФ",
        "APRF",
        "Архив Президента Российской Федерации",
        "Archive of the President of the Russian Federation",
        ("АПРФ", "AP RF", "Presidential Archive of the Russian Federation", "Russian Presidential Archive"),
        Style.COMMAS,
    ),
    Archive(
        "АВП РФ",
        "AVPRF",
        "Архив внешней политики Российской Федерации",
        "Foreign Policy Archive of the Russian Federation",
        (
            "АВПРФ",
            "AVP RF",
            "Archive of Foreign Policy of the Russian Federation",
            "Archive of the Foreign Policy of the Russian Federation",
        ),
    ),
    Archive(
        "РГАНИ",
        "RGANI",
        "Российский государственный архив новейшей истории",
        "Russian State Archive of Contemporary History",
        ("ЦХСД", "TsKhSD"),
    ),
    Archive(
        "РГАСПИ",
        "RGASPI",
        "Российский государственный архив социально-политической истории",
        "Russian State Archive of Socio-Political History",
        ("РЦХИДНИ", "RTsKhIDNI", "RGASPi"),
    ),
    Archive(
        "ГА РФ",
        "GARF",
        "Государственный архив Российской Федерации",
        "State Archive of the Russian Federation",
        ("ГАРФ", "GA RF"),
    ),
    Archive(
        "ЦАМО РФ",
        "TsAMO RF",
        "Центральный архив Министерства обороны Российской Федерации",
        "Central Archive of the Ministry of Defense of the Russian Federation",
        ("ЦАМО", "TsAMO", "TSAMO", "CAMO", "Central Archive of the Ministry of Defence of the Russian Federation"),
    ),
    Archive(
        "РГВА",
        "RGVA",
        "Российский государственный военный архив",
        "Russian State Military Archive",
    ),
    Archive(
        "РГАЭ",
        "RGAE",
        "Российский государственный архив экономики",
        "Russian State Archive of the Economy",
    ),
    Archive(
        "РГАЛИ",
        "RGALI",
        "Российский государственный архив литературы и искусства",
        "Russian State Archive of Literature and Art",
    ),
    Archive(
        "Библиотека Конгресса",
        "Library of Congress",
        "Библиотека Конгресса",
        "Library of Congress",
        ("LOC", "LoC"),
        Style.COMMAS,
        originals=False,
    ),
    Archive(
        "Национальный архив США",
        "NARA",
        "Национальное управление архивов и документации США",
        "National Archives and Records Administration",
        ("US National Archives", "U.S. National Archives", "National Archives of the United States"),
        Style.COMMAS,
    ),
    Archive(
        "Гуверовский архив",
        "Hoover Institution Archives",
        "Архив Гуверовского института",
        "Hoover Institution Library & Archives",
        ("Hoover Institution", "Hoover Archives"),
        Style.COMMAS,
        originals=False,
    ),
    Archive(
        "Архив национальной безопасности",
        "National Security Archive",
        "Архив национальной безопасности",
        "National Security Archive",
        ("NSArchive",),
        Style.COMMAS,
        originals=False,
    ),
)


def _key(name: str) -> str:
    return " ".join(name.casefold().replace(".", "").split())


_BY_NAME = {
    _key(name): archive
    for archive in ARCHIVES
    for name in (
        archive.russian,
        archive.english,
        archive.russian_name,
        archive.english_name,
        *archive.others,
    )
}


def find(name: str) -> Archive | None:
    """Find an archive by its abbreviation or name in either language; None where it is not known here."""
    return _BY_NAME.get(_key(name))


def leading(text: str) -> tuple[Archive, int] | None:
    """Find the archive that a text begins with, and where its name ends."""
    begun = text[:120].casefold()
    best: tuple[Archive, int] | None = None
    for archive in ARCHIVES:
        for name in (archive.russian, archive.english, archive.russian_name, archive.english_name, *archive.others):
            end = len(name)
            if begun.startswith(name.casefold()) and not text[end : end + 1].isalnum() and (not best or end > best[1]):
                best = archive, end
    return best
