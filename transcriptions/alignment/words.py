"""Words of two languages, and how much seeing one says about seeing another: numbers, names, dates, a word list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import snowballstemmer
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from transcriptions.alignment import lexicon

Floats = NDArray[np.float32]

_ENUMERATOR = re.compile(r"\s*[\"“«(]?([а-яёa-z]|\d{1,2})\s?[).]\s", re.IGNORECASE)
_LETTERS = "абвгдежзиклмнопрст"

_KNOWN = 0.3
_ROOT, _AKIN = 5, 0.3
_STRONG = 1500.0
_LEAST_ALIKE, _LEAST_ALIKE_NAME = 0.66, 0.5

_ROMAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "і": "i", "ї": "i", "є": "e", "ґ": "g",
}  # fmt: skip
_SOUNDS = (
    ("tsz", "z"), ("chzh", "zh"), ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("qu", "kv"), ("x", "ks"), ("w", "v"), ("y", "i"), ("j", "i"), ("dzh", "g"), ("gh", "g"), ("ts", "c"), ("tz", "c"),
    ("k", "c"), ("q", "c"), ("z", "s"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ii", "i"), ("h", "g"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number of a segment's content, from character to character."""

    text: str
    start: int
    end: int

    @property
    def named(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[:1].isupper()


def tokens_of(content: str) -> list[Token]:
    """Cut content into words and numbers; a word broken at the end of a line is one word."""
    joined = re.sub(r"([^\W\d_])-\n", lambda m: m[1] + "\u00ad\u00ad", content)
    found = []
    for match in re.finditer(r"\d+(?:[.,]\d+)*|[^\W\d_\u00ad]+(?:['’\u00ad]+[^\W\d_\u00ad]+)*", joined):
        found.append(Token(match[0].replace("\u00ad", ""), match.start(), match.end()))
    return found


def numbers_of(tokens: Iterable[Token]) -> frozenset[str]:
    """Give the numbers that are written in digits, without their separators."""
    return frozenset(re.sub(r"[.,]", "", token.text) for token in tokens if token.text[0].isdigit())


@lru_cache(maxsize=8)
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(language)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Give the stem of a word, by the script it is written in."""
    lower = word.lower().replace("ё", "е").replace("’", "'").removesuffix("'s")
    return str(_stemmer("english" if lower.isascii() else "russian").stemWord(lower))


@lru_cache(maxsize=1)
def _concepts() -> dict[str, tuple[tuple[str, float], ...]]:
    """Give for each stem of the word list what it may mean, and the gain of meeting that in the other language."""
    found: dict[str, dict[str, float]] = {}
    for number, (russian, english, frequency) in enumerate(lexicon.entries()):
        for word in (*russian, *english):
            found.setdefault(stem(word), {})[f"w{number}"] = _KNOWN / frequency
    return {word: tuple(meanings.items()) for word, meanings in found.items()}


@lru_cache(maxsize=65536)
def keys_of(word: str) -> tuple[tuple[str, float], ...]:
    """Give the keys that a word shares with its answer in another language, each with its gain."""
    if word[0].isdigit():
        plain = re.sub(r"[.,](?=\d{3}\b)", "", word)
        return ((f"#{plain}", _STRONG),)
    root = stem(word)
    return _concepts().get(root) or _kin().get(root[:_ROOT], ()) if len(root) > _ROOT else _concepts().get(root, ())


@lru_cache(maxsize=1)
def _kin() -> dict[str, tuple[tuple[str, float], ...]]:
    """Give for the beginnings of longer stems what words that share them may mean, with less gain."""
    found: dict[str, dict[str, float]] = {}
    for root, meanings in _concepts().items():
        if len(root) >= _ROOT:
            for key, gain in meanings:
                found.setdefault(root[:_ROOT], {})[key] = gain * _AKIN
    return {root: tuple(meanings.items()) for root, meanings in found.items() if len(meanings) <= 12}


def enumerator(content: str) -> str:
    """Give the place in a list that a segment begins with (а, a and 1 are not the same), or nothing."""
    found = _ENUMERATOR.match(content + " ")
    if found is None:
        return ""
    mark = found[1].lower()
    if mark.isdigit():
        return f"n{mark}"
    if mark in _LETTERS:
        return f"l{_LETTERS.index(mark)}"
    return f"l{ord(mark) - ord('a')}" if mark.isascii() else ""


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """Write a word by its sounds in Latin letters, so that transliterations come out alike."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("й", "i"))
    latin = "".join(_ROMAN.get(c, c) for c in plain if not unicodedata.combining(c))
    for sound, written in _SOUNDS:
        latin = latin.replace(sound, written)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^a-z]", "", latin))


class Vocabulary:
    """The different words of a text, numbered."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.named: list[bool] = []
        self._numbers: dict[str, int] = {}

    def number(self, token: Token) -> int:
        """Give the number of a token's word."""
        key = token.text if token.text[0].isdigit() else token.text.lower()
        if key not in self._numbers:
            self._numbers[key] = len(self.words)
            self.words.append(key)
            self.named.append(token.named)
        at = self._numbers[key]
        self.named[at] = self.named[at] and token.named
        return at

    def numbers(self, tokens: Iterable[Token]) -> NDArray[np.int64]:
        """Give the numbers of tokens' words."""
        return np.array([self.number(token) for token in tokens], dtype=np.int64)


def associations(source: Vocabulary, target: Vocabulary) -> Floats:
    """Say for all pairs of words how much likelier the second is where the first is answered: a ratio, 0 unknown."""
    table = np.zeros((len(source.words), len(target.words)), dtype=np.float32)
    places: dict[str, list[int]] = {}
    for j, word in enumerate(target.words):
        for key, _ in keys_of(word):
            places.setdefault(key, []).append(j)
    for i, word in enumerate(source.words):
        for key, gain in keys_of(word):
            for j in places.get(key, ()):
                table[i, j] = max(table[i, j], gain)
    _add_cognates(table, source, target)
    return table


def _add_cognates(table: Floats, source: Vocabulary, target: Vocabulary) -> None:
    left = [i for i, word in enumerate(source.words) if len(word) >= 3 and not word[0].isdigit()]
    right = [j for j, word in enumerate(target.words) if len(word) >= 3 and not word[0].isdigit()]
    if not left or not right:
        return
    bones = [_stemmed(source.words[i]) for i in left], [_stemmed(target.words[j]) for j in right]
    alike = cdist(*bones, scorer=Levenshtein.normalized_similarity, score_cutoff=_LEAST_ALIKE_NAME)
    for a, b in zip(*np.nonzero(alike), strict=True):
        i, j = left[a], right[b]
        names = source.named[i] and target.named[j]
        short = min(len(bones[0][a]), len(bones[1][b]))
        least = _LEAST_ALIKE_NAME if names and short >= 4 else _LEAST_ALIKE + (0.15 if short < 5 else 0.0)
        if alike[a, b] >= least:
            sure = float((alike[a, b] - least) / (1.0 - least))
            gain = (80.0 + 900.0 * sure) if names else (20.0 + 250.0 * sure)
            table[i, j] = max(table[i, j], gain)


@lru_cache(maxsize=65536)
def _stemmed(word: str) -> str:
    return skeleton(stem(word)) or "-"


def lengths(tokens: Sequence[Token]) -> int:
    """Count the letters of tokens, with a blank for each."""
    return sum(token.end - token.start + 1 for token in tokens)
