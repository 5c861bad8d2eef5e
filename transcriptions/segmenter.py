"""Text -> segments, for the register of Soviet cables and their English translations.

The raws of the segments, joined, are the text. Nothing is cut inside brackets. Whether the text's lines are those of
the page ("kept") or not ("none") is found out where nobody says.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transcriptions import abbreviations, dates, faults, markup
from transcriptions.markup import Layer
from transcriptions.model import MarkKind, SegmentKind
from transcriptions.parsed import ParsedSegment

_LONGEST_LINE = 110
_STOP = re.compile(r"[.!?…]+[\"”»’)\]]*(?=\s)")
_OPENS = re.compile(r"\s+(?:[\"“«„‘(\[]*[A-ZА-ЯЁ\d…]|\(?[a-zа-я]\)\s)")
_BLANK = re.compile(r"\s*")
_CLASSIFICATION = re.compile(
    r"(?:top )?secret\b|strictly confidential|confidential|special folder|(?:very )?urgent|copy\b|cable\b|telegram\b|"
    r"cipher|(?:строго |совершенно |сов\. ?)?секретно|особая папка|весьма срочно|срочно|экз\b|копия|вне очереди|"
    r"шифр|телеграмма|вх\b|исх\b|№",
    re.IGNORECASE,
)
_NAME = re.compile(r"\(?(?:[A-ZА-ЯЁ][a-zа-яё]{0,2}\. ?){1,3}[A-ZА-ЯЁ][\w’'-]+\)?")
_SIGNED = re.compile(r"[^\W\d_]\]?[^\S\n]+(?P<name>[A-ZА-ЯЁ]{5,}(?:-[A-ZА-ЯЁ]+)?)\s*$")


def segment(raw: str, *, language: str, layer: Layer, breaks: str = "auto") -> tuple[ParsedSegment, ...]:
    """Cut a text into segments; `breaks` is "kept", "none" or "auto". A form feed begins a new page.

    Each segment's `page` is the number, from 1, of the page that it begins on, where the text has form feeds.
    """
    keep = lines_are_kept(raw) if breaks == "auto" else breaks == "kept"
    known = faults.vocabulary(raw)
    paged = "\f" in raw
    found: list[ParsedSegment] = []
    page = 1
    for paragraph in _paragraphs(raw, keep=keep, apart=not keep and _lines_are_paragraphs(raw)):
        page += _leading(paragraph).count("\f")
        pieces = list(_sentences(paragraph, keep=keep))
        for index, piece in enumerate(pieces):
            content, marks = markup.parse(piece, language=language, layer=layer, keep_breaks=keep)
            found.append(
                ParsedSegment(
                    kind=SegmentKind.SENTENCE,
                    raw=piece,
                    content=content,
                    marks=marks,
                    opens_paragraph=index == 0,
                    page=str(page) if paged else None,
                    faults=faults.find(content, language=language, known=known),
                )
            )
        page += paragraph[len(_leading(paragraph)) :].count("\f")
    return _kinds(_without_hollow(found), language)


def _leading(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def lines_are_kept(raw: str) -> bool:
    """Say whether the lines of a text look like lines of a page: many, short, and broken inside sentences."""
    blocks = [[line.strip() for line in block.splitlines()] for block in re.split(r"\n\s*\n|\f", raw)]
    inner = [line for block in blocks for line in block[:-1] if line]
    lines = [line for block in blocks for line in block if line]
    if not inner or max(len(line) for line in lines) > _LONGEST_LINE:
        return False
    broken = sum(not re.search(r"[.!?:;…][\"”»)\]]*$", line) for line in inner) / len(inner)
    return broken >= 0.4 and statistics.median(len(line) for line in inner) >= 8


def _lines_are_paragraphs(raw: str) -> bool:
    """Say whether each line of a text is a paragraph: long ones are there, and end where sentences do."""
    long = [line.strip() for line in re.split(r"[\n\f]", raw) if len(line.strip()) > _LONGEST_LINE]
    broken = sum(not re.search(r"[.!?:;…][\"”»’)\]]*$", line) for line in long)
    return bool(long) and broken * 5 <= len(long)


def _paragraphs(raw: str, *, keep: bool, apart: bool) -> Iterator[str]:
    """Cut at blank lines and form feeds; where lines are kept, also before indented lines and around capitals.

    Where lines stand `apart`, each is a paragraph.
    """
    start = 0
    depth = 0
    line_start = 0
    previous = ""
    for line in re.findall(r"[^\n\f]*[\n\f]+|[^\n\f]+$", raw):
        opens = depth == 0 and line_start > start and line.strip() != ""
        blank_before = bool(re.search(r"\n[ \t]*[\n\f]|\f", raw[max(start, line_start - 200) : line_start]))
        if opens and (blank_before or apart or (keep and _breaks_between(previous, line))):
            yield raw[start:line_start]
            start = line_start
        if line.strip():
            previous = line
            depth = max(0, depth + line.count("[") - line.count("]"))
        if blank_before or line.endswith(("\n\n", "\f")):
            # An opening bracket that nobody closes must not swallow the rest.
            depth = depth if _closes(raw, line_start + len(line)) else 0
        line_start += len(line)
    if start < len(raw):
        yield raw[start:]


def _closes(raw: str, place: int) -> bool:
    following = re.search(r"[\[\]]", raw[place : place + 2000])
    return following is not None and following[0] == "]"


def _breaks_between(previous: str, line: str) -> bool:
    indented = len(line) - len(line.lstrip(" \t")) >= 2
    was_indented = len(previous) - len(previous.lstrip(" \t")) >= 2
    if indented and not was_indented and previous.strip():
        return True
    return _is_heading(previous) or (_is_heading(line) and bool(re.search(r"[.!?:…)\"»]\s*$", previous)))


def _is_heading(line: str) -> bool:
    letters = [c for c in re.sub(r"\[[^\[\]]*[:\]]", "", line) if c.isalpha()]
    return len(letters) >= 3 and all(c.isupper() for c in letters) and len(line.strip()) <= 60


def _sentences(paragraph: str, *, keep: bool) -> Iterator[str]:
    """Cut a paragraph into sentences; a line break belongs to what went before it, an indent to what follows."""
    start = counted = depth = 0
    last_closing = paragraph.rfind("]")
    for stop in _STOP.finditer(paragraph):
        depth = _depth(paragraph[counted : stop.end()], depth)
        counted = stop.end()
        if depth and counted <= last_closing:
            continue
        following = _OPENS.match(paragraph, counted)
        if following is None or not _ends(paragraph, start, stop):
            continue
        blank = _BLANK.match(paragraph, counted)
        end = blank.end() if blank else counted
        if end >= len(paragraph):
            break
        yield paragraph[start:end]
        # An opening bracket that nobody closes must not hold back the cuts of what follows.
        start, depth = end, 0
    yield from _signed(paragraph[start:])


def _depth(text: str, depth: int) -> int:
    for character in text:
        if character in "[]":
            depth = max(0, depth + (1 if character == "[" else -1))
    return depth


def _ends(paragraph: str, start: int, stop: re.Match[str]) -> bool:
    """Say whether a stop ends a sentence; only one full stop without a quotation mark behind it may abbreviate."""
    if stop[0] != ".":
        return True
    blank = _BLANK.match(paragraph, stop.end())
    return abbreviations.ends_sentence(paragraph, start, stop.start(), blank.end() if blank else stop.end())


def _signed(sentence: str) -> Iterator[str]:
    """Cut the name in capitals off a last sentence without a stop ("At the instructions of headquarters GROMYKO")."""
    found = _SIGNED.search(sentence[-80:])
    place = len(sentence) - len(sentence[-80:]) + found.start("name") if found else 0
    words = re.findall(r"[^\W\d_]{2,}", sentence[max(0, place - 200) : place])
    if found and len([word for word in words if word.islower()]) >= 3:
        yield sentence[:place]
        sentence = sentence[place:]
    yield sentence


def _without_hollow(found: Sequence[ParsedSegment]) -> list[ParsedSegment]:
    """Join segments that hold nothing (blanks only) to a neighbour, so that no raw is lost."""
    joined: list[ParsedSegment] = []
    lead = ""
    for each in found:
        if each.raw.strip() == "":
            if joined:
                joined[-1] = replace(joined[-1], raw=joined[-1].raw + each.raw)
            else:
                lead += each.raw
            continue
        if lead:
            shifted = tuple(replace(mark, raw_start=mark.raw_start + len(lead)) for mark in each.marks)
            each = replace(each, raw=lead + each.raw, marks=shifted)
            lead = ""
        joined.append(each)
    return joined


# --- kinds


@dataclass(frozen=True, slots=True)
class _Look:
    """What a segment looks like."""

    heading: bool
    date: bool
    note: bool
    signature: bool
    address: bool
    classification: bool
    name: bool


def _kinds(found: Sequence[ParsedSegment], language: str) -> tuple[ParsedSegment, ...]:
    looks = [_look(each, language) for each in found]
    long = [i for i, each in enumerate(found) if _is_body(each, looks[i])]
    bodies = long or [i for i, each in enumerate(found) if _is_short_body(each, looks[i])]
    body, last = (bodies[0], bodies[-1]) if bodies else (len(found), -1)
    return tuple(
        replace(each, kind=_kind(looks[i], alone=_is_alone(found, i), before_body=i < body, after_body=i > last))
        for i, each in enumerate(found)
    )


def _is_alone(found: Sequence[ParsedSegment], index: int) -> bool:
    """Say whether a segment is a paragraph of its own."""
    return found[index].opens_paragraph and (index + 1 == len(found) or found[index + 1].opens_paragraph)


def _is_body(segment: ParsedSegment, look: _Look) -> bool:
    return len(segment.content) > 60 and not (look.heading or look.date or look.note)


def _is_short_body(segment: ParsedSegment, look: _Look) -> bool:
    plain = not (look.heading or look.date or look.note or look.address or look.classification or look.name)
    return plain and re.search(r"[a-zа-яё]{3}.*[.!?…][\"”»)]*$", segment.content, re.S) is not None


def _kind(look: _Look, *, alone: bool, before_body: bool, after_body: bool) -> SegmentKind:
    if look.note:
        return SegmentKind.NOTE
    if look.signature or (after_body and not look.classification and (look.heading or (look.name and alone))):
        return SegmentKind.SIGNATURE
    if not alone:
        return SegmentKind.SENTENCE
    if look.date:
        return SegmentKind.DATE_LINE
    if before_body and look.address:
        return SegmentKind.ADDRESS
    return SegmentKind.HEADING if look.heading or (before_body and look.classification) else SegmentKind.SENTENCE


def _look(segment: ParsedSegment, language: str) -> _Look:
    content = segment.content.replace("\n", " ").strip()
    kinds = {mark.kind for mark in segment.marks}
    short = len(content) < 60
    covered = [
        mark for mark in segment.marks if mark.kind is MarkKind.DATE and mark.end - mark.start >= len(content) > 0
    ]
    heading = _is_heading(content)
    classification = short and _CLASSIFICATION.match(content) is not None
    named = heading or re.match(r"(?:тов|т\.|to\b|кому|г\. )", content, re.I) is not None
    return _Look(
        heading=heading,
        date=bool(covered) or (len(content) < 40 and dates.parse(content, language=language) is not None),
        note=bool(kinds & {MarkKind.TRANSLATOR_NOTE, MarkKind.EDITOR_NOTE}) and content == "",
        signature=MarkKind.SIGNATURE in kinds and short,
        address=short and named and not classification and re.search(r"[^\s.A-ZА-ЯЁ]\.$", content) is None,
        classification=classification,
        name=short and _NAME.fullmatch(content) is not None,
    )
