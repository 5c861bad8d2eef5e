"""The brackets themselves: their nesting, and what a bracket says by its label, by a closed list, or by its look."""

from __future__ import annotations

import re
from dataclasses import dataclass

from images.layout.page import Hand
from transcriptions.model import Certainty, MarkKind, Place


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket in a raw text: `raw` stands at [start, end); `closed` is false where its closing one is missing."""

    raw: str
    start: int
    closed: bool = True

    @property
    def end(self) -> int:
        """Place after its last character."""
        return self.start + len(self.raw)

    @property
    def double(self) -> bool:
        """Whether it is written [[so]]."""
        return self.closed and self.raw.startswith("[[") and self.raw.endswith("]]") and _spans_whole(self.raw[1:-1])

    @property
    def inner(self) -> str:
        """What stands between the brackets."""
        width = 2 if self.double else 1
        return self.raw[width : len(self.raw) - width * self.closed]

    def inside(self, offset: int) -> tuple[str | Bracket, ...]:
        """Give the nested contents from an offset in `inner` on."""
        start = self.start + (2 if self.double else 1) + offset
        return _shifted(nest(self.inner[offset:]), start)


def _spans_whole(raw: str) -> bool:
    depth = 0
    for place, character in enumerate(raw):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return place == len(raw) - 1
    return False


def _shifted(nodes: tuple[str | Bracket, ...], by: int) -> tuple[str | Bracket, ...]:
    return tuple(node if isinstance(node, str) else Bracket(node.raw, node.start + by, node.closed) for node in nodes)


def nest(raw: str) -> tuple[str | Bracket, ...]:
    """Cut a raw text into plain stretches and outermost brackets.

    A closing bracket without an opening one is plain. An opening one that is never closed reaches to the end where it
    begins with a label, and is plain otherwise.
    """
    nodes: list[str | Bracket] = []
    place = 0
    while (opening := raw.find("[", place)) >= 0:
        closing = _closing(raw, opening)
        if closing is not None:
            bracket = Bracket(raw[opening : closing + 1], opening)
        elif _label(raw[opening + 1 :]) is not None:
            bracket = Bracket(raw[opening:].rstrip(), opening, closed=False)
        else:
            nodes.append(raw[place : opening + 1])
            place = opening + 1
            continue
        nodes += [raw[place:opening], bracket]
        place = bracket.end
    nodes.append(raw[place:])
    return tuple(node for node in nodes if node != "")


def _closing(raw: str, opening: int) -> int | None:
    depth = 0
    for place in range(opening, len(raw)):
        depth += (raw[place] == "[") - (raw[place] == "]")
        if depth == 0:
            return place
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a bracket says. `words` is the offset in it where words begin that stand in the content; None: none do."""

    kind: MarkKind
    words: int | None
    value: str = ""
    certainty: Certainty = Certainty.NONE
    hand: Hand = Hand.UNKNOWN
    place: Place = Place.UNKNOWN
    suggested: MarkKind | None = None


_LABELS: tuple[tuple[MarkKind, Hand, str], ...] = (
    (
        MarkKind.INSERTION,
        Hand.HANDWRITTEN,
        r"(?:words? )?(?:inserted|added|written in)(?: by hand| above(?: the line)?)?",
    ),
    (MarkKind.INSERTION, Hand.HANDWRITTEN, r"handwritten (?:insert|insertion|addition)"),
    (
        MarkKind.INSERTION,
        Hand.HANDWRITTEN,
        r"(?:вписано|вставлено|добавлено|дописано)(?: от руки| сверху| над строкой)?|вставка(?: от руки)?",
    ),
    (MarkKind.DELETION, Hand.HANDWRITTEN, r"(?:words? )?(?:crossed|struck) out(?: by hand)?|deleted|strike ?out"),
    (MarkKind.DELETION, Hand.HANDWRITTEN, r"(?:за|вы)ч[её]ркнуто(?: от руки)?"),
    (MarkKind.UNDERLINE, Hand.HANDWRITTEN, r"underlined(?: by hand)?|подч[её]ркнуто(?: от руки)?"),
    (
        MarkKind.TRANSLATOR_NOTE,
        Hand.UNKNOWN,
        r"translator['’`]?s['’`]? note|t\. ?n\.?|прим(?:ечание|\.) (?:переводчика|пер\.)",
    ),
    (MarkKind.CREDIT, Hand.UNKNOWN, r"source|источник"),
    (
        MarkKind.STAMP,
        Hand.STAMP,
        r"(?:[^:\[\]]{0,60}\b)?stamps?|(?:круглая |гербовая )?печать|(?:[^:\[\]]{0,40})?штамп(?:[^:\[\]]{0,40})?",
    ),
    (
        MarkKind.HANDWRITTEN,
        Hand.HANDWRITTEN,
        r"(?:in )?hand-?writ(?:ten|ing)(?: (?:notations?|notes?|in|at|on|above|below)\b[^:\[\]]{0,40})?|"
        r"written by hand",
    ),
    (
        MarkKind.HANDWRITTEN,
        Hand.HANDWRITTEN,
        r"(?:написано |рукописно |пометка |помета |надпись )?от руки(?: [^:\[\]]{0,40})?|"
        r"рукописно|рукописная помета|помета|резолюция",
    ),
    (MarkKind.EDITOR_NOTE, Hand.UNKNOWN, r"(?:editor['’`]?s )?note|прим(?:ечание|\.)(?: [^:\[\]]{0,30})?"),
)
_LABEL = tuple((kind, hand, re.compile(rf"\s*(?P<label>{label})\s*[:\-–—]\s*", re.I)) for kind, hand, label in _LABELS)
_OTHER_LABEL = re.compile(r"\s*[A-Za-zА-Яа-яЁё'’ ]{3,40}:\s+")

_CLOSED: tuple[tuple[MarkKind, Hand, re.Pattern[str]], ...] = tuple(
    (kind, hand, re.compile(rf"\s*(?:{words})\s*", re.I))
    for kind, hand, words in (
        (MarkKind.ILLEGIBLE, Hand.UNKNOWN, r".*\billegible\b.*|.*\b(?:нрзб\.?|неразборчив\w*)(?:\W.*)?"),
        (MarkKind.SIGNATURE, Hand.HANDWRITTEN, r"(?:dated (?:&|and) )?sign(?:ature|ed)s?|подпис[ьи]"),
        (MarkKind.SIC, Hand.UNKNOWN, r"sic!?|!|так в (?:тексте|документе|оригинале)"),
        (MarkKind.OMISSION, Hand.UNKNOWN, r"…|\.{3,4}|<…>|excerpt"),
        (MarkKind.LOST, Hand.UNKNOWN, r"(?:text|pages?|words?) (?:is |are )?missing|утрачен\w*|– ?–.*"),
        (MarkKind.TRANSLATOR_NOTE, Hand.UNKNOWN, r"expansion unknown"),
        (MarkKind.STRUCTURE, Hand.UNKNOWN, r"page (?:\d+|[a-z]+)(?: of (?:\d+|[a-z]+))?|page break|attachment\b.*|"
         r"(?:лист|страница|л\.|с\.) ?\d+\w*(?: об\.)?|приложение\b.*"),
        (MarkKind.STAMP, Hand.STAMP, r"(?:[^:\[\]]{0,60}\b)?stamp|штамп|печать"),
        (MarkKind.BLANK, Hand.UNKNOWN, r"blank|пропуск|_+"),
    )
)  # fmt: skip
_PLACES: tuple[tuple[str, Place], ...] = (
    (r"left|слева", Place.LEFT),
    (r"right|справа", Place.RIGHT),
    (r"margin|поля", Place.MARGIN),
    (r"above|over|сверху|над", Place.ABOVE),
    (r"below|under|снизу|под строкой", Place.BELOW),
    (r"\btop\b|вверху", Place.TOP),
    (r"bottom|внизу", Place.BOTTOM),
)
_ROMANISED = re.compile(r"(?:shch|zh|kh|ts[aeiouy]|yu|[iy]ya|[iy]y$|ite$|stvo|nost|ovka)")
_PERSON_LIKE = re.compile(r"[^\W\d_a-zа-яё][\w.'’-]*(?: [\w.'’-]+){0,6}")


def _label(inner: str) -> tuple[MarkKind, Hand, re.Match[str]] | None:
    for kind, hand, pattern in _LABEL:
        if found := pattern.match(inner):
            return kind, hand, found
    return None


def read(bracket: Bracket, *, before: str, after: str, source: bool) -> Reading | None:
    """Say what a bracket means where it stands; None where it is no editorial bracket but plain words.

    `before` is the content before it, `after` the raw after it; `source` says that the text is of the page itself.
    """
    inner = bracket.inner
    if inner.strip() == "email\N{NO-BREAK SPACE}protected" or inner.strip() == "email protected":
        return None
    if (labelled := _label(inner)) is not None:
        return _labelled(*labelled, inner)
    if not inner.strip():
        return None
    for kind, hand, pattern in _CLOSED:
        if pattern.fullmatch(inner):
            return Reading(kind, None, value=inner.strip(), hand=hand)
    if inner.strip() == "?":
        return Reading(MarkKind.UNCERTAIN, None, certainty=Certainty.LOW)
    if bracket.double or inner.rstrip().endswith("?"):
        return Reading(
            MarkKind.UNCERTAIN, 0, certainty=Certainty.LOW if inner.rstrip().endswith("?") else Certainty.MEDIUM
        )
    if found := _OTHER_LABEL.match(inner):
        return Reading(MarkKind.EDITOR_NOTE, None, value=inner[found.end() :].strip())
    return _plain(inner.strip(), before, after, source=source)


def _labelled(kind: MarkKind, hand: Hand, found: re.Match[str], inner: str) -> Reading:
    label = found["label"]
    place = next((place for words, place in _PLACES if re.search(words, label, re.I)), Place.UNKNOWN)
    if kind is MarkKind.INSERTION and place is Place.UNKNOWN:
        place = Place.INLINE
    if kind in (MarkKind.TRANSLATOR_NOTE, MarkKind.EDITOR_NOTE, MarkKind.CREDIT):
        return Reading(kind, None, value=inner[found.end() :].strip(), hand=hand)
    value = ""
    if kind is MarkKind.STAMP:
        value = re.sub(r"\s*\bstamps?$|^(?:faded )?(?:image of an? )?", "", label, flags=re.I).strip()
    faded = "faded" in label.lower()
    certainty = Certainty.LOW if faded else Certainty.NONE
    return Reading(kind, found.end(), value=value, hand=hand, place=place, certainty=certainty)


def _plain(inner: str, before: str, after: str, *, source: bool) -> Reading:
    """Suggest what an unlabelled bracket is; a person decides."""
    joined = before[-1:].isalpha() or (after[:1].isalpha() and not before[-1:].isspace() and before != "")
    if joined and inner.replace(" ", "").isalpha():
        return Reading(MarkKind.EDITORIAL, 0, suggested=MarkKind.EXPANSION)
    if re.fullmatch(r"[\d\s.,/№Nºo-]+", inner):
        return Reading(MarkKind.EDITORIAL, 0, suggested=MarkKind.UNCERTAIN)
    if source:
        return Reading(MarkKind.EDITORIAL, 0, suggested=MarkKind.SUPPLIED)
    if re.search(r"[а-яё]", inner, re.I) or (inner.islower() and _ROMANISED.search(inner)):
        return Reading(MarkKind.EDITORIAL, None, value=inner, suggested=MarkKind.GLOSS)
    word = re.search(r"(\w[\w.'’-]*)\W*$", before)
    if word and word[1].isupper() and len(word[1]) > 1 and " " in inner and inner.lower() != inner:
        initials = "".join(part[0] for part in re.findall(r"[A-Z]\w*", inner))
        kind = MarkKind.EXPANSION if initials[:1] == word[1][:1] and len(word[1]) <= 6 else MarkKind.IDENTIFICATION
        return Reading(MarkKind.EDITORIAL, None, value=inner, suggested=kind)
    if _PERSON_LIKE.fullmatch(inner):
        return Reading(MarkKind.EDITORIAL, None, value=inner, suggested=MarkKind.IDENTIFICATION)
    return Reading(MarkKind.EDITORIAL, 0, suggested=MarkKind.SUPPLIED)
