"""Names and codes of languages as files have them (Russian, rus, ru-RU) <-> language tags (BCP 47)."""

from __future__ import annotations

import re

_LANGUAGES = {
    "ru": "rus russian русский",
    "en": "eng english",
    "de": "deu ger german",
    "fr": "fra fre french",
    "uk": "ukr ukrainian",
    "be": "bel belarusian",
    "pl": "pol polish",
    "cs": "ces cze czech",
    "es": "spa spanish castilian",
    "it": "ita italian",
    "zh": "zho chi chi_sim chi_tra chinese",
    "ko": "kor korean",
    "ja": "jpn japanese",
    "hu": "hun hungarian",
    "ro": "ron rum romanian",
    "bg": "bul bulgarian",
    "sr": "srp serbian",
    "ka": "kat geo georgian",
    "mn": "mon mongolian",
}
_TAGS = {name: tag for tag, names in _LANGUAGES.items() for name in names.split()}
_NAMES = {
    tag: next(name for name in names.split() if len(name) > 4 and name.isascii() and name.isalpha()).title()
    for tag, names in _LANGUAGES.items()
}


def tag(written: str) -> str:
    """Give the language tag of a name or code; empty where it is unknown."""
    plain = written.strip().lower()
    if plain in _TAGS:
        return _TAGS[plain]
    return plain if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", plain) and plain not in ("und", "zxx", "mul") else ""


def name(tag: str) -> str:
    """Give the English name of a language; empty where it is unknown."""
    return _NAMES.get(tag, "")
