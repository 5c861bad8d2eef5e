"""Marks <-> the elements of TEI that stand for them: the forms of BRACKETS, and in `ana` what they cannot say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from images.layout.page import Hand
from transcriptions import gaps
from transcriptions.formats import xml
from transcriptions.formats.tei.vocabulary import PAIR, PLACES, dated, hand_note, place_of, pointer, pointers
from transcriptions.gaps import Unit
from transcriptions.identity import HandId
from transcriptions.model import Certainty, Function, MarkKind, Place
from transcriptions.parsed import ParsedMark

_WIDE: Mapping[MarkKind, tuple[str, dict[str, str]]] = {
    MarkKind.HANDWRITTEN: ("add", {"type": "handwritten"}),
    MarkKind.INSERTION: ("add", {"type": "insertion"}),
    MarkKind.DELETION: ("del", {"rend": "strikethrough"}),
    MarkKind.SUBSTITUTION: ("mod", {"type": "substitution"}),
    MarkKind.UNDERLINE: ("hi", {"rend": "underline"}),
    MarkKind.DATE: ("date", {}),
    MarkKind.STAMP: ("stamp", {}),
    MarkKind.ILLEGIBLE: ("unclear", {"reason": "illegible"}),
    MarkKind.UNCERTAIN: ("unclear", {}),
    MarkKind.FADED: ("unclear", {"reason": "faded"}),
    MarkKind.SUPPLIED: ("supplied", {}),
    MarkKind.EXPANSION: ("ex", {}),
    MarkKind.SIC: ("sic", {}),
}
_EMPTY: Mapping[MarkKind, tuple[str, dict[str, str]]] = {
    MarkKind.DELETION: ("del", {"rend": "strikethrough"}),
    MarkKind.SIGNATURE: ("figure", {"type": "signature"}),
    MarkKind.ILLEGIBLE: ("gap", {"reason": "illegible"}),
    MarkKind.OMISSION: ("gap", {"reason": "sampling"}),
    MarkKind.LOST: ("gap", {"reason": "lost"}),
    MarkKind.BLANK: ("space", {}),
}
_NOTES = {MarkKind.TRANSLATOR_NOTE: "translator", MarkKind.EDITOR_NOTE: "editorial"}
_OF_THE_TRANSLATOR = frozenset({MarkKind.TRANSLATOR_NOTE, MarkKind.IDENTIFICATION, MarkKind.SUPPLIED})
_WRITTEN_BY = frozenset({"add", "del", "mod", "hi", "seg", "note"})
_UNITS = {
    Unit.CHARACTER: "chars",
    Unit.WORD: "words",
    Unit.LINE: "lines",
    Unit.PAGE: "pages",
    Unit.NAME: "names",
    Unit.NUMBER: "numbers",
    Unit.SIGNATURE: "signatures",
    Unit.GROUP: "groups",
}
_UNIT_WORDS = {"char": "letter", "chars": "letter", "leaf": "page", "folio": "page", "lines": "line"}


# --- writing


def wide(mark: ParsedMark, *, crowded: bool, translator: str | None) -> tuple[str, dict[str, str]]:
    """Give the element of a mark with words, and its attributes.

    A mark is `crowded` where other marks or breaks lie in it. `translator` points to who made a translation, "" where
    nobody is named; it is None in what stands on the page.
    """
    name, plain = _WIDE.get(mark.kind, ("seg", {"type": mark.kind.value}))
    if name == "ex" and crowded:
        name, plain = "seg", {"type": mark.kind.value}
    attributes = plain | _said(mark, name, translator)
    if mark.kind is MarkKind.SUPPLIED:
        attributes["reason"] = "omitted" if translator is None else "subaudible"
    if mark.kind is MarkKind.DATE:
        attributes |= dated(mark.value)
    return name, attributes


def empty(mark: ParsedMark, *, translator: str | None) -> etree._Element:
    """Make the element of a mark without words of its own: a gap, or a note with its value."""
    name, plain = _EMPTY.get(mark.kind, ("note", {"type": _NOTES.get(mark.kind, mark.kind.value)}))
    element = etree.Element(name, plain | _said(mark, name, translator))
    if name == "del":
        _measure(etree.SubElement(element, "gap", reason="illegible", ana=pointer(PAIR)), mark)
    if name == "note":
        element.text = xml.clean(mark.value)
    elif name in ("gap", "space"):
        _measure(element, mark)
    return element


def _measure(element: etree._Element, mark: ParsedMark) -> None:
    """Say how much is missing, or that nobody knows."""
    extent = gaps.extent(mark.kind, mark.value)
    if extent is None or extent.least is None or extent.most is None:
        element.set("extent", "unknown")
        return
    element.set("unit", _UNITS.get(extent.unit or Unit.CHARACTER, "chars"))
    if extent.least == extent.most:
        element.set("quantity", str(extent.least))
    else:
        element.attrib.update({"atLeast": str(extent.least), "atMost": str(extent.most)})


def _said(mark: ParsedMark, name: str, translator: str | None) -> dict[str, str]:
    """Give the attributes that say all of a mark: those of TEI where it has some, and ours in `ana`."""
    attributes: dict[str, str] = {}
    if mark.certainty is not Certainty.NONE:
        attributes["cert"] = mark.certainty.value
    target = mark.hand_id or hand_note(mark.hand)
    if (mark.hand_id or mark.hand is not Hand.UNKNOWN) and name in _WRITTEN_BY and xml.is_name(target):
        attributes["hand"] = f"#{target}"
    if name in ("add", "note") and mark.place in PLACES:
        attributes["place"] = PLACES[mark.place]
    if translator and mark.kind in _OF_THE_TRANSLATOR:
        attributes["resp"] = translator
    facts = {
        "hand": mark.hand.value if mark.hand is not Hand.UNKNOWN else "",
        "hand_id": mark.hand_id or "",
        "function": mark.function.value if mark.function is not Function.UNKNOWN else "",
        "place": mark.place.value if mark.place is not Place.UNKNOWN else "",
        "suggested": mark.suggested.value if mark.suggested else "",
        "value": "" if name == "note" else mark.value,
        "raw_start": str(mark.raw_start) if mark.raw else "",
        "pinned": "true" if mark.pinned else "",
    }
    told = [pointer(mark.kind.value), *(pointer(key, value) for key, value in facts.items() if value)]
    attributes["ana"] = " ".join(told)
    if mark.raw:
        attributes["n"] = xml.clean(mark.raw)
    return attributes


# --- reading


def of_ours(element: etree._Element) -> ParsedMark | None:
    """Read the mark that an element of ours says in `ana` that it is; None where it says none."""
    said = pointers(element)
    if said.get("") not in list(MarkKind):
        return None
    cert, start = element.get("cert") or "", said.get("raw_start", "")
    hand, suggested, function, place = (said.get(key, "") for key in ("hand", "suggested", "function", "place"))
    return ParsedMark(
        kind=MarkKind(said[""]),
        start=0,
        end=0,
        raw=element.get("n") or "",
        raw_start=int(start) if re.fullmatch(r"[0-9]{1,9}", start) else 0,
        value=xml.text_of(element) if xml.local(element) == "note" else said.get("value", ""),
        certainty=Certainty(cert) if cert in list(Certainty) else Certainty.NONE,
        hand=Hand(hand) if hand in list(Hand) else Hand.UNKNOWN,
        function=Function(function) if function in list(Function) else Function.UNKNOWN,
        place=Place(place) if place in list(Place) else Place.UNKNOWN,
        suggested=MarkKind(suggested) if suggested in list(MarkKind) else None,
        hand_id=HandId(said["hand_id"]) if said.get("hand_id") else None,
        pinned=said.get("pinned") == "true",
    )


def of_others(element: etree._Element, hands: Mapping[str, Hand], *, kind: MarkKind, value: str = "") -> ParsedMark:
    """Read what an element of any project says of itself as a mark of a kind; `hands` are those of the handNotes."""
    cert = element.get("cert") or ""
    target = (element.get("hand") or "").strip().partition(" ")[0].lstrip("#")
    return ParsedMark(
        kind=kind,
        start=0,
        end=0,
        raw="",
        raw_start=0,
        value=value,
        certainty=Certainty(cert) if cert in list(Certainty) else Certainty.NONE,
        hand=hands.get(target, Hand.UNKNOWN),
        place=place_of(element.get("place") or ""),
        hand_id=HandId(target) if target and not target.startswith("hand-") and target in hands else None,
    )


def is_no_mark(element: etree._Element) -> bool:
    """Say whether an element of ours only brings marks together, or shows what one says."""
    return PAIR in pointers(element).values()


def wide_kind(name: str, element: etree._Element) -> MarkKind | None:
    """Say what an element with words marks; None for one that marks nothing that a mark can be."""
    said = " ".join(element.get(key) or "" for key in ("type", "rend", "rendition", "reason", "style")).lower()
    if name == "add":
        margin = place_of(element.get("place") or "") in (Place.MARGIN, Place.LEFT, Place.RIGHT, Place.TOP)
        return MarkKind.HANDWRITTEN if margin or "handwritten" in said else MarkKind.INSERTION
    if name == "hi":
        if "strike" in said or "crossed" in said or "line-through" in said:
            return MarkKind.DELETION
        return MarkKind.UNDERLINE if "underl" in said or re.search(r"#u\b", said) else None
    parent = element.getparent()
    if name == "del" and parent is not None and xml.local(parent) == "restore":
        # What was struck out and restored stands.
        return None
    if name == "unclear":
        return MarkKind.FADED if "faded" in said else MarkKind.UNCERTAIN
    return _FOREIGN.get(name)


_FOREIGN = {
    "del": MarkKind.DELETION,
    "surplus": MarkKind.EDITORIAL,
    "subst": MarkKind.SUBSTITUTION,
    "mod": MarkKind.SUBSTITUTION,
    "date": MarkKind.DATE,
    "stamp": MarkKind.STAMP,
    "supplied": MarkKind.SUPPLIED,
    "ex": MarkKind.EXPANSION,
    "sic": MarkKind.SIC,
    "damage": MarkKind.FADED,
}


def gap_kind(element: etree._Element) -> MarkKind:
    """Say what a gap is: by its reason, something illegible where it gives none."""
    reason = (element.get("reason") or "").lower()
    if re.search("sampl|ellips|editor|irrelevant|omit", reason):
        return MarkKind.OMISSION
    return MarkKind.LOST if re.search("lost|missing|torn|damage", reason) else MarkKind.ILLEGIBLE


def measured(element: etree._Element) -> str:
    """Give the extent of a gap or space in words, as an editor writes it: "3-4 letters"."""
    least, most, quantity, extent = (
        (element.get(key) or "").strip() for key in ("atLeast", "atMost", "quantity", "extent")
    )
    count = f"{least}-{most}" if least and most else quantity or least or most or extent
    if count in ("", "unknown"):
        return ""
    unit = element.get("unit") or ""
    unit = _UNIT_WORDS.get(unit, unit.removesuffix("s"))
    return f"{count} {unit}{'s' * (count != '1')}" if unit else count


def note_kind(element: etree._Element) -> MarkKind:
    """Say what a note of an editor or translator is."""
    named = f"{element.get('type') or ''} {element.get('resp') or ''}".lower()
    if "transl" in named:
        return MarkKind.TRANSLATOR_NOTE
    if "ident" in named:
        return MarkKind.IDENTIFICATION
    return MarkKind.GLOSS if "gloss" in named else MarkKind.EDITOR_NOTE


def stands_on_page(note: etree._Element) -> bool:
    """Say whether a note's words are the page's, not an editor's: a hand or a place is given, or its lines are."""
    resp = note.get("resp") or ""
    if (resp and "auth" not in resp.lower()) or re.search("edit|transl|comm|crit|ident|gloss", note.get("type") or ""):
        return False
    return bool(note.get("hand") or note.get("place") or next(note.iter("{*}lb", "{*}pb"), None) is not None)
