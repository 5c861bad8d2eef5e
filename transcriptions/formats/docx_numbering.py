"""The numbers and letters that Word puts before the paragraphs of lists, which stand in no paragraph's words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from transcriptions.formats import xml

_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN = tuple(zip(_ROMAN_VALUES, "m cm d cd c xc l xl x ix v iv i".split(), strict=True))
_DEEPEST = 9
_LARGEST = 4000


class Numbering:
    """Counts a document's lists as its paragraphs come (ISO/IEC 29500-1, 17.9)."""

    def __init__(self, root: etree._Element | None = None, styles: etree._Element | None = None) -> None:
        self._lists: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counted: dict[str, dict[int, int]] = {}
        self._styles = dict(_listed(styles)) if styles is not None else {}
        if root is None:
            return
        abstract = {
            xml.attribute(each, "abstractNumId"): dict(_levels(each)) for each in xml.children(root, "abstractNum")
        }
        for each in xml.children(root, "num"):
            named = xml.child(each, "abstractNumId")
            if named is not None:
                self._lists[xml.attribute(each, "numId")] = abstract.get(xml.attribute(named, "val"), {})

    def label(self, properties: etree._Element) -> str:
        """Give what stands before a paragraph of a list, with a blank behind it; empty for any other."""
        own = xml.child(properties, "numPr")
        listed = own if own is not None else self._styles.get(_value(xml.child(properties, "pStyle")))
        if listed is None:
            return ""
        id, level = (_value(xml.child(listed, name)) for name in ("numId", "ilvl"))
        depth = int(level) if level.isascii() and level.isdecimal() and len(level) < 3 else 0
        levels = self._lists.get(id, {})
        if depth not in levels:
            return ""
        counted = self._counted.setdefault(id, {})
        start = levels[depth][2]
        counted[depth] = counted.get(depth, start - 1) + 1
        for deeper in [each for each in counted if each > depth]:
            del counted[deeper]
        return _written(levels, counted, depth)


def _written(levels: dict[int, tuple[str, str, int]], counted: dict[int, int], depth: int) -> str:
    kind, pattern, _ = levels[depth]
    if kind == "bullet":
        return "– "
    if kind == "none":
        return ""

    def number(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        each = levels.get(at)
        return _numeral(counted.get(at, each[2]), each[0]) if each else ""

    said = re.sub(r"%([1-9])", number, pattern)
    return f"{said} " if said else ""


def _levels(abstract: etree._Element) -> list[tuple[int, tuple[str, str, int]]]:
    found = []
    for level in xml.children(abstract, "lvl"):
        at, start = xml.attribute(level, "ilvl"), _value(xml.child(level, "start"))
        if at.isascii() and at.isdecimal() and len(at) == 1:
            first = int(start) if start.isascii() and start.isdecimal() and len(start) < 5 else 1
            kind, pattern = (_value(xml.child(level, name)) for name in ("numFmt", "lvlText"))
            found.append((int(at), (kind or "decimal", pattern, first)))
    return found[:_DEEPEST]


def _listed(styles: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Go through the styles whose paragraphs are a list's."""
    for style in xml.children(styles, "style"):
        properties = xml.child(style, "pPr")
        listed = xml.child(properties, "numPr") if properties is not None else None
        if listed is not None:
            yield xml.attribute(style, "styleId"), listed


def _value(element: etree._Element | None) -> str:
    return "" if element is None else xml.attribute(element, "val")


def _numeral(number: int, kind: str) -> str:
    """Write a number in one of Word's ways; an unknown way is in figures."""
    if kind in ("lowerLetter", "upperLetter", "russianLower", "russianUpper") and 1 <= number <= _LARGEST:
        letters = _RUSSIAN if kind.startswith("russian") else _LATIN
        said = letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)
        return said.upper() if kind.endswith(("Upper", "upperLetter")) else said
    if kind in ("lowerRoman", "upperRoman") and 1 <= number <= _LARGEST:
        said = ""
        for value, sign in _ROMAN:
            said += sign * (number // value)
            number %= value
        return said.upper() if kind == "upperRoman" else said
    return str(number)
