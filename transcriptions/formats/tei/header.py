"""A document's description -> the `teiHeader`: titles, holdings, dates, hands, and the state of each text."""

from __future__ import annotations

import re
from urllib.parse import quote

from lxml import etree

from images.layout.page import Hand
from transcriptions import imprint
from transcriptions.exporting import PROGRAM
from transcriptions.formats import xml
from transcriptions.formats.alto import is_language
from transcriptions.formats.tei.vocabulary import ID, LANG, SCHEME, dated, hand_note, pointer
from transcriptions.markup import State
from transcriptions.model import (
    Calendar,
    Certainty,
    Date,
    Document,
    Field,
    Holding,
    HoldingKind,
    LanguageMap,
    MarkKind,
    RegisteredHand,
    Text,
    TextKind,
)
from transcriptions.revision import Snapshot

_STATES = (
    "What was inserted by hand (add) and what was crossed out (del) both stand in the text and are marked: without the "
    "one it reads as it was typed, without the other as it was changed by hand."
)
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")


def address(words: str) -> str:
    """Give an address, or a name as one, in the form that an attribute of TEI takes; as it is where it has that."""
    if _ADDRESS.fullmatch(words) and words.count("#") <= 1:
        return words
    return quote(xml.clean(words), safe="/")


def say(parent: etree._Element, name: str, entries: LanguageMap, **attributes: str) -> None:
    """Write an element for each value, with its language."""
    for tag, values in entries:
        for value in values:
            element = etree.SubElement(parent, name, attributes)
            element.text = xml.clean(value)
            if is_language(tag) and tag != "none":
                element.set(LANG, tag)


def compose(snapshot: Snapshot) -> etree._Element:
    """Write the header of a document."""
    document = snapshot.document
    header = etree.Element("teiHeader")
    described = etree.SubElement(header, "fileDesc")
    _titles(etree.SubElement(described, "titleStmt"), snapshot)
    if snapshot.texts:
        _edition(etree.SubElement(described, "editionStmt"), snapshot)
    _publication(etree.SubElement(described, "publicationStmt"), document)
    _source(etree.SubElement(described, "sourceDesc"), snapshot)
    _encoding(etree.SubElement(header, "encodingDesc"))
    if (profile := _profile(snapshot)) is not None:
        header.append(profile)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", snapshot.modified):
        change = etree.SubElement(etree.SubElement(header, "revisionDesc"), "change", when=snapshot.modified)
        change.text = f"Revision {snapshot.number}"
    return header


def _titles(statement: etree._Element, snapshot: Snapshot) -> None:
    document = snapshot.document
    say(statement, "title", document.title)
    if not document.title:
        etree.SubElement(statement, "title", ana=pointer("untitled")).text = document.id
    for text in snapshot.texts:
        if text.creator:
            made = etree.SubElement(statement, "respStmt", {ID: f"r-{text.id}"})
            etree.SubElement(made, "resp").text = text.kind.value.replace("_", " ")
            etree.SubElement(made, "name").text = xml.clean(text.creator)


def _edition(statement: etree._Element, snapshot: Snapshot) -> None:
    """Say of each text in which states it is given, and what nobody has reviewed."""
    for text in snapshot.texts:
        for language in ("en", "ru"):
            states = ", ".join(imprint.state_name(state, language=language) for state in State)
            said = f"{imprint.text_name(text, language=language)}: {states}"
            if text.kind is not TextKind.OCR_DRAFT and imprint.is_machine_work(text, snapshot):
                said += f"; {imprint.chosen(imprint.MACHINE, language)}"
            paragraph = etree.SubElement(statement, "p", {LANG: language, "corresp": f"#t-{text.id}"})
            paragraph.text = xml.clean(said)


def _publication(statement: etree._Element, document: Document) -> None:
    etree.SubElement(statement, "publisher").text = PROGRAM
    etree.SubElement(statement, "idno", type="document").text = document.id
    if document.source_id:
        etree.SubElement(statement, "idno", type="source").text = xml.clean(document.source_id)
    if document.homepage:
        etree.SubElement(statement, "idno", type="URI").text = xml.clean(document.homepage)
    if document.rights or any(values for _, values in document.credit):
        availability = etree.SubElement(statement, "availability")
        if document.rights:
            licence = etree.SubElement(availability, "licence", target=address(document.rights))
            licence.text = xml.clean(document.rights)
        say(availability, "p", document.credit)


def _source(source: etree._Element, snapshot: Snapshot) -> None:
    for number, holding in enumerate(snapshot.document.holdings, start=1):
        publication = holding.kind is HoldingKind.PUBLICATION
        (_published if publication else _held)(source, holding, f"holding-{number}")
    for field in snapshot.document.fields:
        _field(source, field)
    for text in snapshot.texts:
        _text(source, text)
    if not len(source):
        etree.SubElement(source, "p").text = "The source is not described."


def _seen(holding: Holding) -> dict[str, str]:
    return {"ana": pointer("seen")} if holding.seen else {}


def _held(source: etree._Element, holding: Holding, name: str) -> None:
    described = etree.SubElement(source, "msDesc", {ID: name, "type": holding.kind.value, **_seen(holding)})
    identifier = etree.SubElement(described, "msIdentifier")
    etree.SubElement(identifier, "repository").text = xml.clean(holding.repository)
    if holding.collection_number:
        collection = etree.SubElement(identifier, "collection", type="number")
        collection.text = xml.clean(holding.collection_number)
    if holding.reference:
        etree.SubElement(identifier, "idno", type="shelfmark").text = xml.clean(holding.reference)
    if holding.stated_by:
        record = etree.SubElement(etree.SubElement(described, "additional"), "adminInfo")
        stated = etree.SubElement(etree.SubElement(record, "recordHist"), "source")
        stated.text = xml.clean(holding.stated_by)


def _published(source: etree._Element, holding: Holding, name: str) -> None:
    published = etree.SubElement(source, "bibl", {ID: name, "type": holding.kind.value, **_seen(holding)})
    etree.SubElement(published, "title").text = xml.clean(holding.repository)
    if holding.collection_number:
        etree.SubElement(published, "idno", type="collection").text = xml.clean(holding.collection_number)
    if holding.reference:
        etree.SubElement(published, "biblScope").text = xml.clean(holding.reference)
    if holding.stated_by:
        etree.SubElement(published, "note", type="source").text = xml.clean(holding.stated_by)


def _field(source: etree._Element, field: Field) -> None:
    described = etree.SubElement(source, "bibl", type="field")
    say(described, "note", field.label, type="label")
    say(described, "note", field.value, type="value")


def _text(source: etree._Element, text: Text) -> None:
    """Say what a text calls itself, where it comes from, and whom to name for it."""
    described = etree.Element("bibl", type="text", corresp=f"#t-{text.id}")
    say(described, "title", text.label)
    if text.source:
        etree.SubElement(described, "note", type="source").text = xml.clean(text.source)
    say(described, "note", text.credit, type="credit")
    if text.rights:
        etree.SubElement(described, "ref", target=address(text.rights)).text = xml.clean(text.rights)
    if len(described):
        source.append(described)


def _encoding(encoding: etree._Element) -> None:
    declaration = etree.SubElement(encoding, "editorialDecl")
    etree.SubElement(declaration, "p").text = _STATES
    prefixes = etree.SubElement(encoding, "listPrefixDef")
    prefix = etree.SubElement(prefixes, "prefixDef", ident=SCHEME, matchPattern="(.+)", replacementPattern="#$1")
    etree.SubElement(prefix, "p").text = "What a mark is, in the words of the program that wrote this file."


def _profile(snapshot: Snapshot) -> etree._Element | None:
    document = snapshot.document
    profile = etree.Element("profileDesc")
    if any(values for _, values in document.summary):
        say(etree.SubElement(profile, "abstract"), "p", document.summary)
    if document.dates:
        creation = etree.SubElement(profile, "creation")
        for date in document.dates:
            _date(creation, date)
        if any(date.calendar is Calendar.JULIAN for date in document.dates):
            calendars = etree.SubElement(profile, "calendarDesc")
            calendar = etree.SubElement(calendars, "calendar", {ID: "julian"})
            etree.SubElement(calendar, "p").text = "Julian calendar"
    tags = [tag for tag in document.languages if is_language(tag)]
    if tags:
        usage = etree.SubElement(profile, "langUsage")
        for tag in tags:
            etree.SubElement(usage, "language", ident=tag).text = tag
    _hands(profile, snapshot)
    return profile if len(profile) else None


def _date(creation: etree._Element, date: Date) -> None:
    element = etree.SubElement(creation, "date", {"type": date.kind.value, **dated(date.edtf)})
    if date.edtf:
        element.set("ana", pointer("edtf", date.edtf))
    if "?" in date.edtf or "%" in date.edtf:
        element.set("cert", "medium")
    if date.calendar is Calendar.JULIAN:
        element.set("calendar", "#julian")
    if date.inferred_by:
        element.set("n", xml.clean(date.inferred_by))
    element.text = xml.clean(date.written)


# --- hands and persons


def persons(snapshot: Snapshot) -> dict[str, str]:
    """Give the persons whom the document's hands and identifications name, each once, with an xml:id."""
    hands = [hand.person for hand in snapshot.document.hands]
    marks = [mark.value for mark in snapshot.marks if mark.kind is MarkKind.IDENTIFICATION]
    names = dict.fromkeys(name for name in (*hands, *marks) if name.strip())
    return {name: f"person-{number}" for number, name in enumerate(names, start=1)}


def _hands(profile: etree._Element, snapshot: Snapshot) -> None:
    sorts = {part.hand for line in snapshot.lines for part in line.parts} | {mark.hand for mark in snapshot.marks}
    plain = sorted(hand for hand in sorts if hand is not Hand.UNKNOWN)
    registered = snapshot.document.hands
    if not plain and not registered:
        return
    notes = etree.SubElement(profile, "handNotes")
    for hand in plain:
        note = etree.SubElement(notes, "handNote", {ID: hand_note(hand), "scope": "minor", "ana": pointer(hand.value)})
        note.text = hand.value
    known = persons(snapshot)
    for each in registered:
        _registered(notes, each, known)


def _registered(notes: etree._Element, hand: RegisteredHand, known: dict[str, str]) -> None:
    facts = {"hand_id": hand.id, "medium": hand.medium, "colour": hand.colour}
    told = [pointer(hand.kind.value), *(pointer(key, value) for key, value in facts.items() if value)]
    note = etree.SubElement(notes, "handNote", ana=" ".join(told))
    if xml.is_name(hand.id):
        note.set(ID, hand.id)
    if re.fullmatch(r"\w+", hand.medium):
        note.set("medium", hand.medium)
    if hand.certainty is not Certainty.NONE:
        note.set("cert", hand.certainty.value)
    if hand.person:
        person = etree.SubElement(note, "persName")
        person.text = xml.clean(hand.person)
        if hand.person in known:
            person.set("ref", f"#{known[hand.person]}")
    if hand.stated_by:
        etree.SubElement(note, "note", type="source").text = xml.clean(hand.stated_by)


def person_list(snapshot: Snapshot) -> etree._Element | None:
    """Write the persons of a document; None where none is known."""
    known = persons(snapshot)
    if not known:
        return None
    listed = etree.Element("listPerson")
    for name, id in known.items():
        person = etree.SubElement(listed, "person", {ID: id})
        etree.SubElement(person, "persName").text = xml.clean(name)
    return listed
