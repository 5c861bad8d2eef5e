"""The `teiHeader` of any project -> what it says of the document, its hands, and who made its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from images.layout.page import Hand
from transcriptions import dates
from transcriptions import hands as describing
from transcriptions.formats import labels, languages, xml
from transcriptions.formats.tei.vocabulary import ID, LANG, dating, pointers
from transcriptions.identity import HandId
from transcriptions.model import (
    Calendar,
    Certainty,
    Date,
    DateKind,
    Field,
    Holding,
    HoldingKind,
    LanguageMap,
    RegisteredHand,
)
from transcriptions.parsed import ParsedDocument

_MADE = (("en", ("Responsible",)), ("ru", ("Ответственный",)))
_AUTHOR = (("en", ("Author",)), ("ru", ("Автор",)))
_DESCRIBED = (("en", ("Source",)), ("ru", ("Источник",)))
_LONGEST_DATE = 200
_SENT = {"sent": DateKind.WRITTEN, "transmitted": DateKind.DISPATCHED, "received": DateKind.RECEIVED}


@dataclass(frozen=True, slots=True)
class TextInfo:
    """What a header says of one text; what it leaves out is empty."""

    label: LanguageMap = ()
    creator: str = ""
    source: str = ""
    credit: LanguageMap = ()
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says: of the document, of each text by its xml:id, and the sort of writing of each handNote."""

    document: ParsedDocument
    texts: Mapping[str, TextInfo] = field(default_factory=dict)
    hands: Mapping[str, Hand] = field(default_factory=dict)
    created: str = ""


def read(root: etree._Element) -> Header:
    """Read the header of a file; one that has none says nothing."""
    header = next(root.iter("{*}teiHeader"), None)
    known = {f"hand-{hand.value}": hand for hand in Hand}
    if header is None:
        return Header(ParsedDocument(), hands=known)
    notes = list(_below(header, "handNote"))
    titles = [title for title in _below(header, "titleStmt/title") if "untitled" not in pointers(title).values()]
    licence = next(_below(header, "availability/licence"), None)
    document = ParsedDocument(
        title=_map(titles),
        summary=_map(_below(header, "abstract/p")) or _map(_below(header, "msContents/summary")),
        dates=tuple(_dates(header)),
        holdings=tuple(_holdings(header)),
        fields=tuple(_fields(header)),
        credit=_map(_below(header, "publicationStmt/availability/p")),
        homepage=next((_words(each) for each in _below(header, "idno") if each.get("type") == "URI"), ""),
        source_id=_source_id(header),
        hands=tuple(_registered(note) for note in notes if _is_registered(note)),
        rights=_licence(licence),
        languages=tuple(dict.fromkeys(_tags(header))),
    )
    hands = {name: _kind(note) for note in notes if (name := note.get(ID))}
    change = next(_below(header, "revisionDesc/change"), None)
    return Header(document, _texts(header), known | hands, "" if change is None else change.get("when") or "")


def _below(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """Go through the elements at a path of local names, which may begin anywhere below."""
    return element.iterfind(".//" + "/".join(f"{{*}}{name}" for name in path.split("/")))


def _words(element: etree._Element | None) -> str:
    return " ".join(xml.text_of(element).split())


def _map(elements: Iterator[etree._Element] | list[etree._Element]) -> LanguageMap:
    """Bring the words of elements together by language, in order."""
    found: dict[str, list[str]] = {}
    for element in elements:
        if words := _words(element):
            found.setdefault(element.get(LANG) or "none", []).append(words)
    return tuple((tag, tuple(values)) for tag, values in found.items())


def _tags(header: etree._Element) -> Iterator[str]:
    for language in _below(header, "langUsage/language"):
        if named := language.get("ident") or language.get("id"):
            yield languages.tag(named) or named


def _licence(element: etree._Element | None) -> str:
    """Give the address of a licence: that which its words are, else the one that it points to."""
    if element is None:
        return ""
    words, target = _words(element), element.get("target") or ""
    named = ":" in words and " " not in words
    return words if named or ":" not in target else target


def _source_id(header: etree._Element) -> str:
    numbers = list(_below(header, "publicationStmt/idno"))
    own = [each for each in numbers if each.get("type") == "source"]
    others = [each for each in numbers if each.get("type") not in ("document", "URI", "URL")]
    return next((_words(each) for each in own or others), "")


# --- dates


def _dates(header: etree._Element) -> Iterator[Date]:
    found = [*_below(header, "creation/date"), *_below(header, "origDate")]
    for element in found:
        yield _date(element, DateKind.WRITTEN)
    for action in _below(header, "correspAction"):
        kind = _SENT.get(action.get("type") or "")
        if kind is not None:
            yield from (_date(each, kind) for each in xml.children(action, "date"))


def _date(element: etree._Element, kind: DateKind) -> Date:
    """Read a date by its attributes, or by its words where it has none that say when."""
    said = element.get("type") or ""
    calendar = Calendar.JULIAN if "julian" in (element.get("calendar") or "").lower() else Calendar.GREGORIAN
    kind = DateKind(said) if said in list(DateKind) else kind
    written = _words(element)
    edtf = pointers(element).get("edtf") or dating(element)
    by = element.get("n") or ""
    if not edtf and not pointers(element) and 0 < len(written) < _LONGEST_DATE:
        language = "ru" if any("а" <= letter.lower() <= "я" for letter in written) else "en"
        understood = dates.parse(written, language=language)
        if understood is not None:
            return Date(written, understood.edtf, kind, understood.calendar, understood.inferred_by)
    return Date(written, edtf, kind, calendar, by)


# --- sources


def _holdings(header: etree._Element) -> Iterator[Holding]:
    for element in header.iter("{*}msDesc", "{*}bibl"):
        name, kind = xml.local(element), element.get("type") or ""
        if name == "msDesc":
            yield _held(element, HoldingKind(kind) if kind in list(HoldingKind) else HoldingKind.ORIGINAL)
        elif kind == HoldingKind.PUBLICATION:
            yield _published(element)


def _held(element: etree._Element, kind: HoldingKind) -> Holding:
    identifier = xml.child(element, "msIdentifier")
    places = [] if identifier is None else list(xml.children(identifier, "settlement", "institution", "repository"))
    named = [each for each in places if xml.local(each) != "settlement"] or places
    collection = None if identifier is None else xml.child(identifier, "collection")
    number = _words(collection) if collection is not None and collection.get("type") == "number" else ""
    words = "" if number or collection is None else _words(collection)
    shelf = "" if identifier is None else next((_words(each) for each in xml.children(identifier, "idno")), "")
    return Holding(
        kind=kind,
        repository=", ".join(word for each in named if (word := _words(each))),
        reference=", ".join(each for each in (words, shelf) if each),
        seen="seen" in pointers(element).values(),
        stated_by=next((_words(each) for each in _below(element, "recordHist/source")), ""),
        collection_number=number,
    )


def _published(element: etree._Element) -> Holding:
    notes = (note for note in xml.children(element, "note") if note.get("type") == "source")
    numbers = (each for each in xml.children(element, "idno") if each.get("type") == "collection")
    return Holding(
        kind=HoldingKind.PUBLICATION,
        repository=_words(xml.child(element, "title")),
        reference=_words(xml.child(element, "biblScope")),
        seen="seen" in pointers(element).values(),
        stated_by=next((_words(note) for note in notes), ""),
        collection_number=next((_words(each) for each in numbers), ""),
    )


def _fields(header: etree._Element) -> Iterator[Field]:
    ours = False
    for element in _below(header, "sourceDesc/bibl"):
        ours = ours or element.get("type") in ("field", "text", HoldingKind.PUBLICATION)
        if element.get("type") == "field":
            notes = list(xml.children(element, "note"))
            label, value = ([each for each in notes if each.get("type") == name] for name in ("label", "value"))
            yield Field(_map(label), _map(value))
        elif element.get("type") not in ("text", HoldingKind.PUBLICATION) and (words := _words(element)):
            yield Field(_DESCRIBED, (("none", (words,)),))
    for author in _below(header, "titleStmt/author"):
        if words := _words(author):
            yield Field(_AUTHOR, (("none", (words,)),))
    for made in (*_below(header, "titleStmt/editor"), *_below(header, "titleStmt/respStmt")):
        if not (made.get(ID) or "").startswith("r-") and (words := _words(made)):
            yield Field(_MADE, (("none", (words,)),))


# --- texts and hands


def _texts(header: etree._Element) -> dict[str, TextInfo]:
    """Read what a header of ours says of each text."""
    creators = {
        (made.get(ID) or "").removeprefix("r-"): _words(xml.child(made, "name"))
        for made in _below(header, "titleStmt/respStmt")
    }
    found = {f"t-{name}": TextInfo(creator=creator) for name, creator in creators.items() if name}
    for element in _below(header, "sourceDesc/bibl"):
        if element.get("type") != "text":
            continue
        name = (element.get("corresp") or "").lstrip("#")
        notes = list(xml.children(element, "note"))
        found[name] = TextInfo(
            label=_map(list(xml.children(element, "title"))),
            creator=found[name].creator if name in found else "",
            source=next((_words(each) for each in notes if each.get("type") == "source"), ""),
            credit=_map([each for each in notes if each.get("type") == "credit"]),
            rights=_licence(xml.child(element, "ref")),
        )
    return found


def _kind(note: etree._Element) -> Hand:
    """Say what sort of writing a handNote describes; a hand of which nothing is said writes by hand."""
    said = pointers(note).get("", "")
    if said in list(Hand):
        return Hand(said)
    words = " ".join([note.get("medium") or "", note.get("script") or "", _words(note)])
    return labels.hand_of(words) or (Hand.STAMP if "stamp" in words.lower() else Hand.HANDWRITTEN)


def _is_registered(note: etree._Element) -> bool:
    """Say whether a handNote is of one hand, and not of a sort of writing as our files name them."""
    said = pointers(note)
    return "hand_id" in said or (not said and bool(note.get(ID)))


def _registered(note: etree._Element) -> RegisteredHand:
    said = pointers(note)
    described = describing.describe(_words(note))
    cert = note.get("cert") or ""
    person = xml.child(note, "persName")
    stated = next((_words(each) for each in xml.children(note, "note") if each.get("type") == "source"), "")
    ours = "hand_id" in said
    return RegisteredHand(
        id=HandId(said.get("hand_id") or note.get(ID) or ""),
        kind=_kind(note),
        medium=said.get("medium", "" if ours else note.get("medium") or described.medium),
        colour=said.get("colour", "" if ours else described.colour),
        person=_words(person) if person is not None else "" if ours else note.get("scribe") or described.person,
        certainty=Certainty(cert) if cert in list(Certainty) else Certainty.NONE,
        stated_by=stated,
    )
