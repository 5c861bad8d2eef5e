"""Reads a ground-truth folder: page images with their lines, each line's words, hand and place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from images.geometry import Baseline, Point, Polygon, Size
from images.layout.page import Hand
from server.errors import CannotServe

_LANGUAGES = {"fra": "fr", "eng": "en", "ces": "cs", "rus": "ru", "deu": "de", "kpv": "ru"}
_JOINED = re.compile(r"\w-$")


@dataclass(frozen=True, slots=True)
class TrueLine:
    """One line as it is; `words` is empty where nobody transcribed it, `apart` where it is not in the running text."""

    baseline: Baseline
    boundary: Polygon
    hand: Hand
    words: str
    apart: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class TruePage:
    """One page; `running` and `marked` are given where the source has a running text of its own.

    Where `lines_are_true` is not, a tool made the boxes, and only the words are true.
    """

    id: str
    image: Path
    language: str
    size: Size
    lines: tuple[TrueLine, ...]
    running: str = ""
    marked: str = ""
    lines_are_true: bool = True


class _Entry(msgspec.Struct):
    id: str
    image: str
    lines: str
    language: str
    width: int
    height: int
    detection_gt: bool = True


class _Manifest(msgspec.Struct):
    pages: list[_Entry]


class _Line(msgspec.Struct):
    polygon: list[tuple[float, float]]
    kind: str
    baseline: list[tuple[float, float]] | None = None
    text: str = ""
    in_text: bool = True
    role: str = ""


class _Page(msgspec.Struct):
    lines: list[_Line]
    running_text: str = ""
    running_text_marked: str = ""


def read(folder: Path) -> tuple[TruePage, ...]:
    """Read the pages of a ground-truth folder. Raises CannotServe where it is none."""
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest)
        return tuple(_page(folder, entry) for entry in manifest.pages)
    except (OSError, msgspec.DecodeError) as error:
        raise CannotServe(f"{folder} is no ground-truth folder: {error}") from error


def _page(folder: Path, entry: _Entry) -> TruePage:
    page = msgspec.json.decode((folder / entry.lines).read_bytes(), type=_Page)
    return TruePage(
        id=entry.id,
        image=folder / entry.image,
        language=_LANGUAGES.get(entry.language, entry.language),
        size=Size(entry.width, entry.height),
        lines=tuple(_line(line) for line in page.lines if len(line.polygon) > 2),
        running=page.running_text,
        marked=page.running_text_marked,
        lines_are_true=entry.detection_gt,
    )


def _line(line: _Line) -> TrueLine:
    boundary = Polygon(_points(line.polygon))
    box = boundary.box
    foot = Baseline((Point(box.x, box.bottom), Point(box.right, box.bottom)))
    hand = Hand(line.kind) if line.kind in set(Hand) else Hand.UNKNOWN
    return TrueLine(
        baseline=Baseline(_points(line.baseline)) if line.baseline and len(line.baseline) > 1 else foot,
        boundary=boundary,
        hand=hand,
        words=line.text,
        apart=not line.in_text,
        role=line.role,
    )


def _points(points: list[tuple[float, float]]) -> tuple[Point, ...]:
    return tuple(Point(round(x), round(y)) for x, y in points)


def broken_text(page: TruePage) -> str:
    """Give the words of a page line by line."""
    return "\n".join(line.words for line in page.lines if line.words and not line.apart)


def running_text(page: TruePage) -> str:
    """Give the words of a page as one run, words at the ends of lines joined again."""
    if page.running:
        return page.running
    text = ""
    for line in page.lines:
        if not line.words or line.apart:
            continue
        joined = _JOINED.search(text) is not None and line.words[:1].islower()
        text = text[:-1] + line.words if joined else f"{text} {line.words}".strip()
    return text
