"""What a bracket says: by its label, by a closed list of words, or by how it looks where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from images.layout.page import Hand
from transcriptions import dates
from transcriptions.model import Certainty, Function, MarkKind, Place

LONGEST_LABEL = 90
"""Characters after an opening bracket within which a label ends."""


_NOTES = frozenset(
    {
        MarkKind.GLOSS,
        MarkKind.IDENTIFICATION,
        MarkKind.SIC,
        MarkKind.OMISSION,
        MarkKind.LOST,
        MarkKind.BLANK,
        MarkKind.TRANSLATOR_NOTE,
        MarkKind.EDITOR_NOTE,
        MarkKind.STRUCTURE,
        MarkKind.CREDIT,
    }
)
"""Kinds whose words are not on the page."""

_WORDS = frozenset(
    {
        MarkKind.HANDWRITTEN,
        MarkKind.INSERTION,
        MarkKind.DELETION,
        MarkKind.UNDERLINE,
        MarkKind.DATE,
        MarkKind.STAMP,
        MarkKind.UNCERTAIN,
        MarkKind.FADED,
        MarkKind.SUPPLIED,
    }
)
"""Kinds whose words stand in the content."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a bracket says. `words` is the offset in it where words begin that stand in the content; None: none do."""

    kind: MarkKind
    words: int | None
    value: str = ""
    certainty: Certainty = Certainty.NONE
    hand: Hand = Hand.UNKNOWN
    function: Function = Function.UNKNOWN
    place: Place = Place.UNKNOWN
    suggested: MarkKind | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a bracket stands: the content before it, the raw after it, its language, and whether on the page itself."""

    before: str
    after: str
    language: str
    of_page: bool


_KINDS: tuple[tuple[MarkKind, Hand, re.Pattern[str]], ...] = tuple(
    (kind, hand, re.compile(words, re.I))
    for kind, hand, words in (
        (MarkKind.TRANSLATOR_NOTE, Hand.UNKNOWN, r"translator|^t\. ?n\.?$|^tn$|^trans\b|переводч|прим\w*\.? пер"),
        (MarkKind.CREDIT, Hand.UNKNOWN, r"^(?:source|источник)s?$"),
        (MarkKind.SIC, Hand.UNKNOWN, r"^sic\b"),
        (
            MarkKind.INSERTION,
            Hand.HANDWRITTEN,
            r"\binsert|\binterlinear|\badd(?:ed|ition)\b|\b(?<!-)written in\b|"
            r"\b(?:correct|replac|chang|amend)\w* (?:\w+ )?(?:by|in) |"
            r"\bвписан|\bвстав|\bдобавлен|\bдописан|\bисправлено|\bзаменено",
        ),
        (
            MarkKind.DELETION,
            Hand.HANDWRITTEN,
            r"cross(?:ed)?[ -]out|str(?:uck|ike)[ -]?(?:out|through)|\bdelet|ч[её]ркнут",
        ),
        (MarkKind.STAMP, Hand.STAMP, r"\bstamps?\b|\bseals?\b|\bштамп|\bпечат[ьи]\b|\bоттиск"),
        (MarkKind.SIGNATURE, Hand.HANDWRITTEN, r"\bsign(?:ature|ed)s?\b|\bподпис[ьи]\b|\bподписал"),
        (MarkKind.UNCERTAIN, Hand.UNKNOWN, r"illegible|unclear|нрзб|неразборч"),
        (
            MarkKind.HANDWRITTEN,
            Hand.HANDWRITTEN,
            r"hand-?writ|\bby hand\b|\bin (?:\w+ )?(?:ink|pen|pencil|crayon)\b|\bin (?:the )?(?:\w+ )?margin|^margin|"
            r"\bin [\w. -]+['’]s (?:own )?hand(?:writing)?$|^(?:рукой|почерком)\b|"
            r"от руки|рукопис|карандаш|чернил|\bпомет|резолюци|надпис|\bвиза\b|на полях|"
            r"\bresolution$|^(?:visa|pencil)$",
        ),
        (MarkKind.EDITORIAL, Hand.TYPED, r"^typed\b|^type-?written|^напечатано|машинопис"),
        (
            MarkKind.EDITORIAL,
            Hand.UNKNOWN,
            r"^vertical text|^(?:in|at|on) (?:the )?(?:upper|lower|top|bottom|left|right|back|reverse|verso)\b|"
            r"^на обороте|^(?:в|на) (?:верхн|нижн|лев|прав)|^(?:вверху|внизу|слева|справа)$",
        ),
        (MarkKind.FADED, Hand.UNKNOWN, r"^(?:faded|pale)(?: text| words?)?$|^(?:выцвел|угасш)"),
        (MarkKind.EDITOR_NOTE, Hand.UNKNOWN, r"^(?:editor.{0,2}s? ?)?note|^ed\.|^прим"),
    )
)
# "Зачёркнуто" and "подчёркнуто" share a stem: what is underlined is told first.
_UNDERLINED = re.compile(r"underlin|подч[её]ркн", re.I)
_LABEL = re.compile(
    r"\s*(?P<label>[^:\[\]\n.!?;]{1,70}(?:\.[^:\[\]\n!?;]{0,30})?)\s*(?P<sign>:|\s(?:[–—-]|--)(?=\s))\s*"
)
# A label may run over a line's end where a page's columns were run together; only a stamp's is told then.
_BROKEN_LABEL = re.compile(r"\s*(?P<label>[^:\[\].!?;]{1,70}\b(?:stamp|штамп|печать))\s*:\s*", re.I)
# A label whose colon was forgotten; where a place follows, the words are still the editor's.
_WITHOUT_SIGN = re.compile(
    r"\s*(?P<label>(?:inserted|added|crossed out|struck out|deleted|underlined) by hand|"
    r"(?:вписано|добавлено|зач[её]ркнуто|подч[её]ркнуто) от руки)\s+"
    r"(?!(?:above|below|over|under|between|in|into|on|at|near|by|to|before|after|with|над|под|на|в|во|между|перед|после)\b)(?=\S)",
    re.I,
)
_WORDLIKE = re.compile(r"[^\W\d][^\d]*\s?")

_SOME_TEXT = (
    r"(?:[\w ]{0,40}\b(?:words?|lines?|sentences?|paragraphs?|passages?|portions?|sections?|pages?|names?|text|list|"
    r"слов[ао]?|строк[аи]?|абзац\w*|фраз[аы]|част[ьи]|текст|далее) )?"
)

_CLOSED: tuple[tuple[MarkKind, Hand, re.Pattern[str]], ...] = tuple(
    (kind, hand, re.compile(rf"\s*(?:{words})\s*", re.I))
    for kind, hand, words in (
        (
            MarkKind.ILLEGIBLE,
            Hand.UNKNOWN,
            r"[^\[\]]*\b(?:illegible|unreadable|not (?:legible|readable)|unrecover(?:ed|able)|garbled)\b[^\[\]]*|"
            r"unclear|[^\[\]]*\b(?:нрзб\.?|неразб\.?|неразборчив\w*)(?:\W[^\[\]]*)?",
        ),
        (MarkKind.SIGNATURE, Hand.HANDWRITTEN, r"(?:dated (?:&|and) )?sign(?:ature|ed)s?|sgd\.?|/?s/?/|подпис[ьи]"),
        (
            MarkKind.SIC,
            Hand.UNKNOWN,
            r"sic ?!?|!|(?:so|as|thus) in (?:the )?(?:original|text|document|source)|"
            r"так(?: в (?:тексте|документе|оригинале|подлиннике))?!?",
        ),
        (
            MarkKind.OMISSION,
            Hand.UNKNOWN,
            rf"…|\.{{3,4}}|<…>|\. \. \.|excerpt|abridged|omission|gap|"
            rf"{_SOME_TEXT}(?:excised|redacted|withheld|sanitized)|{_SOME_TEXT}(?:is )?not declassified|"
            rf"{_SOME_TEXT}omitted(?: by [^\[\]]*)?|omitted here\b[^\[\]]*|"
            rf"выдержка|{_SOME_TEXT}(?:опущен|пропущен|изъят)[оаы]?|купюра",
        ),
        (
            MarkKind.LOST,
            Hand.UNKNOWN,
            r"(?:(?:text|pages?|words?|lines?) (?:(?:is|are) )?)?(?:missing|lost|cut off|torn(?: off| away)?)|"
            r"(?:текст )?(?:утрачен|оторван|обрезан)\w*|(?:лист|страница) отсутствует|– ?–[ –]*",
        ),
        (MarkKind.TRANSLATOR_NOTE, Hand.UNKNOWN, r"expansion unknown"),
        (
            MarkKind.STRUCTURE,
            Hand.UNKNOWN,
            r"(?:end of |beginning of )?(?:page|p\.) ?(?:\d+|[a-z]+)(?: of (?:\d+|[a-z]+))?|page break|new page|"
            r"(?:attachment|enclosure|appendix|annex)\b.*|"
            r"(?:лист|страница|стр\.|л\.|с\.) ?\d+\w*(?: об\.)?|приложение\b.*",
        ),
        (MarkKind.STAMP, Hand.STAMP, r"(?:[^:\[\]]{0,60}\b)?(?:stamps?|seals?)|(?:[^:\[\]]{0,40}\b)?(?:штамп|печать)"),
        (
            MarkKind.DELETION,
            Hand.HANDWRITTEN,
            r"(?:[^:\[\]]{0,30} )?(?:crossed|struck) out(?: by hand)?|(?:[^:\[\]]{0,30} )?(?:за|вы)ч[её]ркнут[оаы]?",
        ),
        (
            MarkKind.INSERTION,
            Hand.HANDWRITTEN,
            r"(?:inserted|added|written in) by hand(?: (?:above|below|over|between|in|at|on)\b[^\[\]]{0,60})?|"
            r"(?:вписано|добавлено) от руки(?: (?:над|под|на|в|между)\b[^\[\]]{0,60})?",
        ),
        (MarkKind.UNDERLINE, Hand.UNKNOWN, r"underlined(?: by hand)?|подч[её]ркнуто(?: от руки)?"),
        (MarkKind.HANDWRITTEN, Hand.HANDWRITTEN, r"hand-?writ(?:ten|ing)(?: notations?| notes?)?|от руки|рукописно"),
        (
            MarkKind.EDITOR_NOTE,
            Hand.UNKNOWN,
            r"(?:emphasis|italics|underlin(?:ing|ed)) (?:added|in (?:the )?original)|выделено .*|курсив .*",
        ),
        (MarkKind.FADED, Hand.UNKNOWN, r"faded(?: text| words?)?|выцвел\w*|угасш\w*(?: текст)?"),
        (MarkKind.BLANK, Hand.UNKNOWN, r"(?:left )?blank(?: (?:space|line|page))?|пропуск|_+"),
    )
)
_PLACES: tuple[tuple[re.Pattern[str], Place], ...] = tuple(
    (re.compile(words, re.I), place)
    for words, place in (
        (r"\bleft\b|слева", Place.LEFT),
        (r"\bright\b|справа", Place.RIGHT),
        (r"margin|поля", Place.MARGIN),
        (r"\babove\b|\bover\b|сверху|над", Place.ABOVE),
        (r"\bbelow\b|\bunder\b|снизу|под строкой", Place.BELOW),
        (r"\btop\b(?! secret)|вверху", Place.TOP),
        (r"bottom|внизу", Place.BOTTOM),
    )
)
_FUNCTIONS = (
    (re.compile(r"resolution|резолюци", re.I), Function.RESOLUTION),
    (re.compile(r"\bvisa\b|\bвиза\b", re.I), Function.VISA),
    (re.compile(r"registration|регистрац", re.I), Function.REGISTRATION),
    (re.compile(r"archivist|архивист|архивн", re.I), Function.ARCHIVIST),
    (re.compile(r"correct|replac|chang|amend|исправл|замен", re.I), Function.TEXTUAL_CHANGE),
)
_OWNER = re.compile(
    r"\b(?:stamps?|seals?)\b|^(?:faded )?(?:image of an? )?|\b(?:штамп|печать|оттиск)[а-я]*|\b(?:круглая|гербовая)\b",
    re.I,
)
_ROMANISED = re.compile(r"(?:shch|zh|kh|ts[aeiouy]|yu|[iy]ya|[iy]y$|ite$|stvo|nost|ovka)")
_SOFT_SIGN = re.compile(r"[^\W\d_]['’](?:[yeiou]|$)", re.I)
_PERSON_LIKE = re.compile(r"[^\W\d_a-zа-яё][\w.'’-]*(?: [\w.'’-]+){0,6}")
_TITLE = re.compile(
    r"\b(?:comrades?|cdes?\.?|com\.|minister|ambassador|president|chairman|general|marshal|mr\.?|dr\.?|тов\.?|т\.)\s*$",
    re.I,
)
_ADDRESS_AFTER = re.compile(r"\s*[\w-]+\s*(?:\[dot\]\s*|\.)[a-z]{2,}\b", re.I)
_FOOTNOTE = re.compile(r"[ivx]{1,4}|\d{1,3}|\*+")


def has_label(inner: str) -> bool:
    """Say whether the inside of a bracket begins with a label that is known."""
    return _labelled(inner) is not None


def read(inner: str, around: Surroundings, *, double: bool) -> Reading | None:
    """Say what the inside of a bracket means where it stands; None where it is no editorial bracket but plain words."""
    words = inner.strip()
    if not words or _is_address(words.lower(), around):
        return None
    if (labelled := _labelled(inner)) is not None:
        return labelled
    if (closed := _closed(inner)) is not None:
        return closed
    if words == "?":
        return Reading(MarkKind.UNCERTAIN, None, certainty=Certainty.LOW)
    if double or words.endswith("?"):
        certainty = Certainty.LOW if words.endswith("?") else Certainty.MEDIUM
        return Reading(MarkKind.UNCERTAIN, 0, certainty=certainty)
    found = _LABEL.match(inner)
    if found and _WORDLIKE.fullmatch(found["label"]) and inner[found.end("sign") :][:1].isspace():
        return Reading(MarkKind.EDITOR_NOTE, None, value=inner[found.end() :].strip())
    return _plain(words, around)


def retyped(reading: Reading, kind: MarkKind, inner: str) -> Reading:
    """Take a bracket for what a person says it is: its words come into the content, leave it, or stay as they are."""
    changed = replace(reading, kind=kind, suggested=None)
    if kind in _NOTES and reading.words is not None:
        return replace(changed, words=None, value=inner[reading.words :].strip())
    if kind in _WORDS and reading.words is None:
        return replace(changed, words=max(inner.find(reading.value), 0), value="")
    return changed


def _is_address(words: str, around: Surroundings) -> bool:
    """Tell the brackets of obfuscated e-mail addresses, which are no editor's."""
    if re.fullmatch(r"e-?mail\s+protected", words):
        return True
    if words == "at":
        return re.search(r"[\w.-]\s*$", around.before) is not None and _ADDRESS_AFTER.match(around.after) is not None
    return words == "dot" and "[at]" in around.before.lower()


def _labelled(inner: str) -> Reading | None:
    found = _LABEL.match(inner) or _BROKEN_LABEL.match(inner) or _WITHOUT_SIGN.match(inner)
    if found is None:
        return None
    label = " ".join(found["label"].split())
    kind, hand = _kind_of(label)
    if kind is None:
        return None
    place = next((place for words, place in _PLACES if words.search(label)), Place.UNKNOWN)
    rest = inner[found.end() :].strip()
    if kind in (MarkKind.TRANSLATOR_NOTE, MarkKind.EDITOR_NOTE, MarkKind.CREDIT, MarkKind.SIC):
        return Reading(kind, None, value=rest)
    if kind is MarkKind.INSERTION and place is Place.UNKNOWN:
        place = Place.INLINE
    if kind is MarkKind.UNDERLINE:
        place = Place.UNKNOWN
    owner = _OWNER.sub("", label).strip() if kind is MarkKind.STAMP else ""
    unread = (closed := _closed(rest)) is not None and closed.kind is MarkKind.ILLEGIBLE
    faint = "faded" in label.lower() or kind is MarkKind.UNCERTAIN
    return Reading(
        kind,
        # That something cannot be read is no word of the page.
        None if unread else found.end(),
        value=", ".join(each for each in (owner, rest if unread else "") if each),
        certainty=Certainty.LOW if faint else Certainty.NONE,
        hand=hand,
        function=next((function for words, function in _FUNCTIONS if words.search(label)), Function.UNKNOWN),
        place=place,
    )


def _kind_of(label: str) -> tuple[MarkKind | None, Hand]:
    if _UNDERLINED.search(label):
        return MarkKind.UNDERLINE, Hand.HANDWRITTEN
    return next(((kind, hand) for kind, hand, words in _KINDS if words.search(label)), (None, Hand.UNKNOWN))


def _closed(inner: str) -> Reading | None:
    for kind, hand, pattern in _CLOSED:
        if pattern.fullmatch(inner):
            doubtful = kind is MarkKind.ILLEGIBLE and re.search(r"possibly|perhaps|probably|возможно", inner, re.I)
            certainty = Certainty.LOW if doubtful else Certainty.NONE
            return Reading(kind, None, value=inner.strip(), hand=hand, certainty=certainty)
    return None


def closed_kind(words: str) -> MarkKind | None:
    """Say what kind of mark some words alone in a bracket are, where they are of the closed list."""
    found = _closed(words)
    return None if found is None else found.kind


def _plain(inner: str, around: Surroundings) -> Reading:
    """Suggest what an unlabelled bracket is; a person decides. Notes for the reader have no width, words stay."""
    before, after = around.before, around.after

    def stays(kind: MarkKind) -> Reading:
        return Reading(MarkKind.EDITORIAL, 0, suggested=kind)

    def note(kind: MarkKind) -> Reading:
        return Reading(MarkKind.EDITORIAL, None, value=inner, suggested=kind)

    ends_word = before[-1:].isalpha() and not after[:1].isalpha()
    if ends_word and _FOOTNOTE.fullmatch(inner):
        return note(MarkKind.EDITOR_NOTE)
    inside_word = before[-1:].isalpha() or (after[:1].isalpha() and before[-1:].isalnum())
    if inside_word and inner.replace(" ", "").isalpha():
        return stays(MarkKind.EXPANSION)
    if "[" in inner or "]" in inner:
        return stays(MarkKind.SUPPLIED)
    if len(inner) > 3 and dates.parse(inner, language=around.language) is not None:
        return stays(MarkKind.DATE)
    if re.fullmatch(r"[\d\s.,/№Nºo-]+", inner):
        return stays(MarkKind.UNCERTAIN)
    if around.of_page:
        return stays(MarkKind.SUPPLIED)
    return _for_the_reader(inner, around, stays(MarkKind.SUPPLIED), note)


def _for_the_reader(
    inner: str, around: Surroundings, supplied: Reading, note: Callable[[MarkKind], Reading]
) -> Reading:
    """Tell glosses, expansions and identifications in a translation from words supplied for sense."""
    if re.search(r"[а-яё]", inner, re.I) or (inner.islower() and _ROMANISED.search(inner)):
        return note(MarkKind.GLOSS)
    found = re.search(r"(\w[\w.'’-]*)\W*$", around.before)
    word = found[1] if found else ""
    if word and (_SOFT_SIGN.search(word) or (word.islower() and _ROMANISED.search(word) and inner.istitle())):
        return note(MarkKind.GLOSS)
    if word.isupper() and len(word) > 1 and " " in inner and inner.lower() != inner:
        initials = "".join(part[0] for part in re.findall(r"[A-Z]\w*", inner))
        return note(MarkKind.EXPANSION if initials[:1] == word[:1] and len(word) <= 6 else MarkKind.IDENTIFICATION)
    if _PERSON_LIKE.fullmatch(inner) is None or _TITLE.search(around.before):
        return supplied
    follows_name = word[:1].isupper()
    leads_name = re.match(r"\s+[A-ZА-ЯЁ]", around.after) is not None
    return note(MarkKind.IDENTIFICATION) if follows_name or leads_name else supplied
