"""The hands of a document: what a bracket's label says of them, and who is entered in the document's register."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeVar

from images.layout.page import Hand
from transcriptions.errors import EntityUnknown
from transcriptions.identity import HandId
from transcriptions.model import Document, Function, Mark, RegisteredHand
from transcriptions.parsed import ParsedMark

M = TypeVar("M", Mark, ParsedMark)

_MEDIA = tuple(
    (re.compile(words, re.I), medium)
    for words, medium in (
        (r"\bpencil|карандаш", "pencil"),
        (r"\bink\b|чернил", "ink"),
        (r"\b(?:ballpoint|ball-point)|шариков", "ballpoint"),
        (r"\bpen\b|\bручк", "pen"),
        (r"\bcrayon|мелк", "crayon"),
    )
)
_COLOURS = tuple(
    (re.compile(words, re.I), colour)
    for words, colour in (
        (r"\bred\b|красн", "red"),
        (r"\bblue\b|\bсин", "blue"),
        (r"\bgreen\b|зел[её]н", "green"),
        (r"\bviolet\b|\bpurple\b|фиолетов|лилов", "violet"),
        (r"\bblack\b|[чЧ]ёрн|черн(?:ы|о[гй])", "black"),
        (r"\bbrown\b|коричнев", "brown"),
        (r"\bgr[ae]y\b|простым", "grey"),
    )
)
_OWNER = re.compile(r"((?:[A-ZА-ЯЁ][\w.-]* ?){1,3})['’]s (?:hand|resolution|note|notation)")
_RUSSIAN_OWNER = re.compile(r"(?:рукой|почерком) ((?:[А-ЯЁ][\w.-]*\s?){1,3})")


@dataclass(frozen=True, slots=True)
class Described:
    """What a label says of a hand; what it leaves out is empty."""

    medium: str = ""
    colour: str = ""
    person: str = ""


def describe(raw: str) -> Described:
    """Read medium, colour and person off the label of a bracket's raw form."""
    label = re.split(r":|\s[–—-]\s", raw[:120], maxsplit=1)[0]
    found = _OWNER.search(label) or _RUSSIAN_OWNER.search(label)
    return Described(
        next((medium for words, medium in _MEDIA if words.search(label)), ""),
        next((colour for words, colour in _COLOURS if words.search(label)), ""),
        found[1].strip() if found else "",
    )


def find(document: Document, wanted: HandId) -> RegisteredHand:
    """Give a hand of a document's register. Raises EntityUnknown."""
    found = next((hand for hand in document.hands if hand.id == wanted), None)
    if found is None:
        known = ", ".join(hand.id for hand in document.hands) or "none"
        raise EntityUnknown(f"there is no hand {wanted!r} in the document's register; known are {known}")
    return found


def register(document: Document, hand: RegisteredHand) -> Document:
    """Enter a hand in a document's register, in place of the one with its id where there is one."""
    if any(each.id == hand.id for each in document.hands):
        return replace(document, hands=tuple(hand if each.id == hand.id else each for each in document.hands))
    return replace(document, hands=(*document.hands, hand))


def attribute(mark: M, document: Document, wanted: HandId | None) -> M:
    """Say in which registered hand a mark is written, or with None that nobody knows; the mark is pinned.

    Raises EntityUnknown where the register has no such hand.
    """
    kind = find(document, wanted).kind if wanted is not None else mark.hand
    return replace(mark, hand_id=wanted, hand=mark.hand if kind is Hand.UNKNOWN else kind, pinned=True)


def assign(mark: M, function: Function) -> M:
    """Say what a mark does in its document; the mark is pinned."""
    return replace(mark, function=function, pinned=True)
