"""Text -> segments, for the register of Soviet cables and their English translations.

The raws of the segments, joined, are the text. Nothing is cut inside brackets. Whether the text's lines are those of
the page ("kept") or not ("none") is found out where nobody says.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transcriptions import dates, faults, markup
from transcriptions.markup import Layer
from transcriptions.model import MarkKind, SegmentKind
from transcriptions.parsed import ParsedSegment

_LONGEST_LINE = 110
_ABBREVIATIONS = frozenset(
    (
        "т тт тов т.е т.д т.п т.к др пр им г гг ул стр с л лл об п пп ст гл см ср напр проф акад ген полк кап "
        "лейт мин руб коп тыс млн млрд экз вх исх ч в м о ф оп д док № cde cdes com mr mrs ms dr prof gen col "
        "maj capt lt sgt st no nos nº vs etc i.e e.g cf vol pp p op f ed eds co inc jan feb mar apr jun jul "
        "aug sept oct nov dec u.s u.n"
    ).split()
)
_ENUMERATOR = re.compile(
    r"[\"“«]?(?:перв|втор|трет|четверт|пят|шест|седьм|восьм|девят|десят)\w{0,3}|"
    r"[\"“«]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?:ly)?|\d{1,2}|[а-яa-z]",
    re.I,
)
_STOP = re.compile(r"[.!?…]+[\"”»’)\]]*(?=\s)")
_OPENS = re.compile(r"\s+[\"“«„‘(\[]*[A-ZА-ЯЁ\d…]")


def segment(raw: str, *, language: str, layer: Layer, breaks: str = "auto") -> tuple[ParsedSegment, ...]:
    """Cut a text into segments; `breaks` is "kept", "none" or "auto". A form feed begins a new page.

    Each segment's `page` is the number, from 1, of the page that it begins on, where the text has form feeds.
    """
    keep = lines_are_kept(raw) if breaks == "auto" else breaks == "kept"
    paged = "\f" in raw
    found: list[ParsedSegment] = []
    page = 1
    for paragraph in _paragraphs(raw, keep=keep):
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
                    faults=faults.find(content, language=language),
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


def _paragraphs(raw: str, *, keep: bool) -> Iterator[str]:
    """Cut at blank lines and form feeds; where lines are kept, also before indented lines and around capitals."""
    start = 0
    depth = 0
    line_start = 0
    previous = ""
    for line in re.findall(r"[^\n\f]*[\n\f]+|[^\n\f]+$", raw):
        opens = depth == 0 and line_start > start and line.strip() != ""
        blank_before = bool(re.search(r"\n[ \t]*[\n\f]|\f", raw[max(start, line_start - 200) : line_start]))
        if opens and (blank_before or (keep and _breaks_between(previous, line))):
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
    start = 0
    for stop in _STOP.finditer(paragraph):
        if stop.end() <= start or _inside_bracket(paragraph, start, stop.end()):
            continue
        if _OPENS.match(paragraph, stop.end()) is None or _is_abbreviation(paragraph, start, stop):
            continue
        blank = re.compile(r"\s*").match(paragraph, stop.end())
        end = blank.end() if blank else stop.end()
        if end >= len(paragraph):
            break
        # A line break belongs to what went before it, an indent to what follows.
        yield paragraph[start:end]
        start = end
    yield paragraph[start:]


def _inside_bracket(paragraph: str, start: int, end: int) -> bool:
    depth = 0
    for character in paragraph[start:end]:
        depth = max(0, depth + (character == "[") - (character == "]"))
    return depth > 0 and "]" in paragraph[end:]


def _is_abbreviation(paragraph: str, start: int, stop: re.Match[str]) -> bool:
    if not stop[0].startswith(".") or stop[0].startswith(".."):
        return False
    before = paragraph[start : stop.start()]
    word = re.search(r"[^\s(«“\"\[]*$", before)
    token = word[0] if word else ""
    if _ENUMERATOR.fullmatch(before.strip()):
        return True
    if len(token) == 1 and token.isalpha() and token.isupper():
        return True
    return token.lower().strip("«“\"'") in _ABBREVIATIONS


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


def _kinds(found: Sequence[ParsedSegment], language: str) -> tuple[ParsedSegment, ...]:
    looks = [_look(each, language) for each in found]
    body = next((i for i, each in enumerate(found) if _is_body(each, looks[i])), len(found))
    last = max((i for i, each in enumerate(found) if _is_body(each, looks[i])), default=-1)
    return tuple(
        replace(each, kind=_kind(looks[i], before_body=i < body, after_body=i > last)) for i, each in enumerate(found)
    )


def _is_body(segment: ParsedSegment, look: _Look) -> bool:
    return len(segment.content) > 60 and not (look.heading or look.date or look.note)


def _kind(look: _Look, *, before_body: bool, after_body: bool) -> SegmentKind:
    if look.note:
        return SegmentKind.NOTE
    if look.date:
        return SegmentKind.DATE_LINE
    if look.signature or (look.heading and after_body):
        return SegmentKind.SIGNATURE
    if before_body and look.address:
        return SegmentKind.ADDRESS
    return SegmentKind.HEADING if look.heading else SegmentKind.SENTENCE


def _look(segment: ParsedSegment, language: str) -> _Look:
    content = segment.content.replace("\n", " ").strip()
    kinds = {mark.kind for mark in segment.marks}
    note = bool(kinds & {MarkKind.TRANSLATOR_NOTE, MarkKind.EDITOR_NOTE}) and content == ""
    covered = [
        mark for mark in segment.marks if mark.kind is MarkKind.DATE and mark.end - mark.start >= len(content) > 0
    ]
    date = bool(covered) or (len(content) < 40 and dates.parse(content, language=language) is not None)
    heading = _is_heading(content)
    signature = MarkKind.SIGNATURE in kinds and len(content) < 60
    named = heading or re.match(r"(?:тов|т\.|to\b|кому|г\. )", content, re.I) is not None
    address = len(content) < 60 and not content.endswith(".") and named
    return _Look(heading, date, note, signature, address)
