"""XML of strangers: parsed without entities, DTDs or network, in bounded depth and size, with errors that say where."""

from __future__ import annotations

import codecs
import html
import math
import re
from collections.abc import Collection, Iterator, Sequence
from typing import cast

from lxml import etree

from images.geometry import Point
from transcriptions.errors import Unreadable

LARGEST = 256 * 2**20
"""The largest file that is parsed, in bytes."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,2})?")
_FARTHEST = 10_000_000
_NAME = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*>)*+<(?:[\w.-]+:)?([\w.-]+)", re.S
)
_IN_ASCII = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml(?=\s)(?:(?!\?>|encoding)[^<])*"
    rb"(?:encoding\s*=\s*[\"'](?i:utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d)[\"'](?:(?!\?>|encoding)[^<])*)?\?>)?+"
    rb"\s*+<(?!\?xml\s)[A-Za-z_!?]"
)
_TAG = re.compile(rb"<[A-Za-z][^\s/>]*+(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+)*+")
_ATTRIBUTE = re.compile(rb"([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+|[\s/]++")
_LONG_TAG = 1_000
_MOST_ATTRIBUTES = 200
"""An element of HTML with more attributes than this is refused: the parser compares each with each."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(data: bytes, *, name: str, roots: tuple[str, ...]) -> etree._Element:
    """Parse a file whose root element has one of the local names. Raises Unreadable, with the line, for any other."""
    if len(data) > LARGEST:
        raise Unreadable(f"{name} is larger than {LARGEST // 2**20} MiB")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        # Without a table of ids libxml2 is quicker, and takes any xml:id; but it then reads the DTD that a file names.
        collect_ids=not _names_no_dtd(data),
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"{name} is no well-formed XML: {error.msg}", line=error.lineno) from error
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(f"{name} cannot be read as XML: {error}") from error
    if local(root) not in roots:
        raise Unreadable(f"{name} is XML with the root <{local(root)}>, not <{'> or <'.join(roots)}>", line=1)
    return root


def _names_no_dtd(data: bytes) -> bool:
    """Say whether a file surely names no DTD: in an encoding that writes ASCII as it is, the word must stand there."""
    return _IN_ASCII.match(data) is not None and b"<!DOCTYPE" not in data


def root_name(data: bytes) -> str:
    """Give the local name of a file's root element, without parsing it; empty where it does not begin as XML."""
    head = data[:20_000]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode("ascii", "replace")
    root = _ROOT.match(head)
    return root[1].decode("ascii", "replace") if root else ""


def parse_html(data: bytes, *, name: str) -> etree._Element:
    """Parse HTML, or XHTML, however badly formed. Raises Unreadable where nothing can be made of it."""
    if len(data) > LARGEST:
        raise Unreadable(f"{name} is larger than {LARGEST // 2**20} MiB")
    if any(_is_crowded(data, tag) for tag in _TAG.finditer(data)):
        raise Unreadable(f"{name} has an element with more than {_MOST_ATTRIBUTES} attributes")
    try:
        data.decode("utf-8")
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding=encoding)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(f"{name} cannot be read as HTML: {error}") from error
    if root is None:
        raise Unreadable(f"{name} holds no HTML")
    return root


def _is_crowded(data: bytes, tag: re.Match[bytes]) -> bool:
    start, end = tag.span()
    if end - start < _LONG_TAG:
        return False
    return sum(found[1] is not None for found in _ATTRIBUTE.finditer(data, start, end)) > _MOST_ATTRIBUTES


def local(element: etree._Element) -> str:
    """Give an element's name without its namespace; an unresolved entity has none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Go through the child elements of these local names."""
    return (child for child in element if local(child) in names)


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Give the first child element of a local name."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """Give all text inside an element; entities with a name that HTML knows too stand for their characters."""
    if element is None:
        return ""
    text = "".join(part for part in element.itertext() if isinstance(part, str))
    for entity in element.iter(etree.Entity) if "&" in text else ():
        text = text.replace(entity.text or "", spelled(entity))
    return text


def spelled(entity: etree._Element) -> str:
    """Give the characters of an entity that HTML knows too; any other as it was written."""
    return html.unescape(entity.text or "")


def attribute(element: etree._Element, name: str) -> str:
    """Give an attribute by its local name, in any namespace; empty where there is none."""
    found = element.get(name)
    if found is not None:
        return str(found)
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def line_of(element: etree._Element) -> int | None:
    """Give the line of its file that an element begins on."""
    line = element.sourceline
    return line if isinstance(line, int) else None


def default_namespace(namespace: str) -> dict[str, str]:
    """Give the map by which lxml writes a namespace without a prefix; its key is None, which the stubs do not know."""
    return cast("dict[str, str]", {None: namespace})


def number(text: str | None) -> float | None:
    """Read a finite number of a size that can be a coordinate, or None."""
    if text is None or _NUMBER.fullmatch(text.strip()) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) and abs(value) < _FARTHEST else None


def points(text: str) -> list[Point]:
    """Read "x,y x,y" or "x y x y" as points to the nearest pixel, none of them negative."""
    figures = [float(figure) for figure in _NUMBER.findall(text)]
    bounded = [min(max(0.0, figure), float(_FARTHEST)) for figure in figures]
    return [Point(round(x), round(y)) for x, y in zip(bounded[::2], bounded[1::2], strict=False)]


def is_name(text: str) -> bool:
    """Say whether a text may be an xml:id as it is."""
    return _NAME.fullmatch(text) is not None


def clean(text: str) -> str:
    """Drop the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def written_points(points: Sequence[Point]) -> str:
    """Write points as "x,y x,y"; negative figures, which schemas refuse, become 0."""
    return " ".join(f"{max(0, p.x)},{max(0, p.y)}" for p in points)


def names(wanted: Sequence[str], prefix: str, *, reserved: Collection[str] = ()) -> list[str]:
    """Give each an xml:id of its own: the one it came with where that is allowed and free."""
    taken = {name for name in wanted if is_name(name)} | set(reserved)
    used = set(reserved)
    given: list[str] = []
    for index, name in enumerate(wanted):
        if not is_name(name) or name in used:
            number = index + 1
            while (name := f"{prefix}{number}") in taken or name in used:
                number += len(wanted)
        used.add(name)
        given.append(name)
    return given
