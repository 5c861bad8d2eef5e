"""Labels of zones and lines, as the Tapuscorpus and eScriptorium write them, <-> roles and hands.

A zone is a `MainZone` or `MarginTextZone`; a line is a `DefaultLine:Typewritten`, with its hand behind the colon.
"""

from __future__ import annotations

import re

from images.layout.page import Hand, Role

_LINES = {
    Role.BODY: "DefaultLine",
    Role.HEADING: "HeadingLine",
    Role.DATE: "DateLine",
    Role.INSERTION: "InterlinearLine",
    Role.MARGINAL: "MarginTextLine",
    Role.STAMP: "StampLine",
    Role.SIGNATURE: "SignatureLine",
    Role.PAGE_NUMBER: "NumberingLine",
}
_ZONES = {
    Role.BODY: "MainZone",
    Role.HEADING: "TitlePageZone",
    Role.DATE: "DateZone",
    Role.INSERTION: "InterlinearZone",
    Role.MARGINAL: "MarginTextZone",
    Role.STAMP: "StampZone",
    Role.SIGNATURE: "SignatureZone",
    Role.PAGE_NUMBER: "NumberingZone",
}
_HANDS = {
    Hand.TYPED: "Typewritten",
    Hand.HANDWRITTEN: "Handwritten",
    Hand.PRINTED: "Print",
    Hand.STAMP: "Stamp",
}
_ROLE_WORDS = (
    (re.compile("interlin|insert|addition", re.I), Role.INSERTION),
    (re.compile("margin", re.I), Role.MARGINAL),
    (re.compile("signature", re.I), Role.SIGNATURE),
    (re.compile("stamp|seal", re.I), Role.STAMP),
    (re.compile("number|page.?nr", re.I), Role.PAGE_NUMBER),
    (re.compile("head|title", re.I), Role.HEADING),
    (re.compile("date", re.I), Role.DATE),
    (re.compile("^(default|main|body|paragraph|text)", re.I), Role.BODY),
)
_HAND_WORDS = (
    (re.compile("typewrit|typed|dactylo", re.I), Hand.TYPED),
    (re.compile("handwrit|manuscript|cursive", re.I), Hand.HANDWRITTEN),
    (re.compile("print", re.I), Hand.PRINTED),
)


def zone_label(role: Role) -> str:
    """Name the zone whose lines have a role."""
    return _ZONES[role]


def line_label(role: Role, hand: Hand = Hand.UNKNOWN) -> str:
    """Name the lines of a role, and of a hand where it is known."""
    return _LINES[role] + (f":{_HANDS[hand]}" if hand in _HANDS else "")


def role_of(label: str) -> Role | None:
    """Give the role that a zone's or line's label speaks of; None where it speaks of none."""
    named = label.partition(":")[0]
    return next((role for words, role in _ROLE_WORDS if words.search(named)), None)


def hand_of(label: str) -> Hand | None:
    """Give the hand that a zone's or line's label speaks of; None where it speaks of none."""
    _, colon, named = label.partition(":")
    if colon and named.lower().startswith("stamp"):
        return Hand.STAMP
    return next((hand for words, hand in _HAND_WORDS if words.search(named if colon else label)), None)
