"""What TEI files of ours say in the words of this project: pointers in `ana`, names of hands, dates as attributes.

A pointer is `stroka:NAME` or `stroka:NAME=VALUE`; the header declares the prefix (TEI P5, 17.4.3 `prefixDef`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote, unquote

from lxml import etree

from images.layout.page import Hand
from transcriptions.formats import xml
from transcriptions.model import Place

NAMESPACE = "http://www.tei-c.org/ns/1.0"
MEDIA_TYPE = "application/tei+xml"
PROFILE = NAMESPACE

ID = "{http://www.w3.org/XML/1998/namespace}id"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
SCHEME = "stroka"
UNPLACED = "unplaced"
"""The unit of a milestone from which on the words of a text of ours lie on no line."""

PAIR = "pair"
"""The pointer of an element that brings marks together, or shows what one says, and is no mark itself."""

PINNED = "pinned"
"""The pointer of a link that a person confirmed."""

CLAUSE = "clause"
"""The type of a link between clauses; `corresp` points to that between the sentences around them."""

SPANS = "spans"
"""The pointer of a link of a program's that joins parts of segments: characters [from-to) of each target, * for all."""

TEXT_PREFIX, SEGMENT_PREFIX, BEAD_PREFIX = "t-", "g-", "b-"
"""What the xml:ids of texts, segments and beads of ours begin with."""

PLACES: Mapping[Place, str] = {
    Place.INLINE: "inline",
    Place.ABOVE: "above",
    Place.BELOW: "below",
    Place.LEFT: "left",
    Place.RIGHT: "right",
    Place.TOP: "top",
    Place.BOTTOM: "bottom",
    Place.MARGIN: "margin",
    Place.END: "end",
}
_PLACE_NAMES = {name: place for place, name in PLACES.items()} | {
    "supralinear": Place.ABOVE,
    "interlinear": Place.ABOVE,
    "infralinear": Place.BELOW,
    "foot": Place.BOTTOM,
    "head": Place.TOP,
    "inspace": Place.INLINE,
    "opposite": Place.MARGIN,
}
_DATE = re.compile(r"(\d{2}(?:\d\d|\dX|XX))(?:-(\d\d|XX)(?:-(\d\d|XX))?)?")
_FOREIGN_DATE = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?")


def place_of(name: str) -> Place:
    """Give the place that a `place` attribute names, by its first word that is known."""
    return next((_PLACE_NAMES[word] for word in name.lower().split() if word in _PLACE_NAMES), Place.UNKNOWN)


def hand_note(hand: Hand) -> str:
    """Give the xml:id of the handNote of a sort of writing."""
    return f"hand-{hand.value}"


def pointer(name: str, value: str | None = None) -> str:
    """Write a pointer of ours, for `ana`."""
    return f"{SCHEME}:{name}" if value is None else f"{SCHEME}:{name}={quote(xml.clean(value), safe='')}"


def pointers(element: etree._Element) -> dict[str, str]:
    """Read our pointers of `ana` by name; one without a value stands under ""."""
    found: dict[str, str] = {}
    for each in (element.get("ana") or "").split():
        scheme, _, rest = each.partition(":")
        if scheme == SCHEME:
            name, equals, value = rest.partition("=")
            found[name if equals else ""] = unquote(value) if equals else name
    return found


def dated(edtf: str) -> dict[str, str]:
    """Write an EDTF date with the attributes of TEI that can hold it; what they can't say is left out."""
    plain = re.sub(r"[?~%]", "", edtf)
    first, slash, last = plain.partition("/")
    if slash:
        ends = {"notBefore": _span(first)[:1], "notAfter": _span(last)[1:]}
    else:
        start, end = _span(plain) or ("", "")
        ends = {"when": (start,)} if start == end else {"notBefore": (start,), "notAfter": (end,)}
    return {name: value[0] for name, value in ends.items() if value and value[0]}


def _span(plain: str) -> tuple[str, ...]:
    """Give the first and the last date of XML Schema that one date may be; () where it is none."""
    found = _DATE.fullmatch(plain)
    if found is None:
        return ()
    first, last = found[1].replace("X", "0"), found[1].replace("X", "9")
    if not _exists(last):
        return ()
    if not _exists(first):
        first = "0001"
    for figure in found.groups()[1:]:
        if first != last or figure is None or not _exists(f"{first}-{figure}"):
            break
        first = last = f"{first}-{figure}"
    return first, last


def _exists(day: str) -> bool:
    try:
        date.fromisoformat((day + "-01-01")[:10])
    except ValueError:
        return False
    return True


def dating(element: etree._Element) -> str:
    """Give the date of an element as EDTF, by its attributes; empty where they say none."""
    when, first, last = (
        next((day for name in names.split() if (day := _day(element.get(name)))), "")
        for names in ("when when-iso value", "notBefore from notBefore-iso from-iso", "notAfter to notAfter-iso to-iso")
    )
    if when:
        return when
    return f"{first or '..'}/{last or '..'}" if first or last else ""


def _day(written: str | None) -> str:
    found = _FOREIGN_DATE.fullmatch((written or "").strip())
    return found[1] if found and _exists(found[1]) else ""
