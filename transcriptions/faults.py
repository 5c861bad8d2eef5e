"""Probable faults of capture in a text: words run together. They are flagged with both readings, never repaired."""

from __future__ import annotations

import re

from transcriptions.model import Fault

# Function words that stick to a neighbour where a page's capture lost the blank between two elements.
_BEFORE_CAPITAL = re.compile(r"\b(and|or|of|the|to|in|for|with|that|by|from|at|on)([A-Z][a-z]{2,})")
_AFTER_NAME = re.compile(r"\b([A-Z][a-z]{2,}?[b-df-hj-np-tv-z])(the|and|with|that|which)\b")
_WORDS_THAT_END_SO = frozenset(
    (
        "Thousand England Ireland Iceland Holland Poland Finland Switzerland Scotland Greenland Zealand "
        "Maryland Command Demand Grand Brand Stand Strand Island Highland Lowland Northland Portland "
        "Cleveland Auckland Thailand Netherland Rhineland Understand Expand Husband Band Hand Land Sand Wand "
        "Ferdinand Armand Roland Rand Gothenthe Forthwith Herewith Therewith Wherewith Smith Swaziland "
        "Queensland Sudetenland Helgoland Herand Bathe Swathe Loathe Breathe Goethe Marthe"
    ).split()
)


def find(content: str, *, language: str) -> tuple[Fault, ...]:
    """Find words that were probably run together; only for English, where captures of web pages are the source."""
    if not language.startswith("en"):
        return ()
    found = [Fault(m.start(), m.end(), f"{m[1]} {m[2]}") for m in _BEFORE_CAPITAL.finditer(content)]
    found += [
        Fault(m.start(), m.end(), f"{m[1]} {m[2]}")
        for m in _AFTER_NAME.finditer(content)
        if m[0] not in _WORDS_THAT_END_SO
    ]
    return tuple(sorted(found, key=lambda fault: fault.start))
