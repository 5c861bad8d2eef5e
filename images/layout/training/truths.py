"""The truth to evaluate against: folders of real pages or the bench's own, and pages rendered by their seeds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box, Point
from images.layout.evaluation import TrueAnchor, TrueLine, TruePage
from images.layout.page import Hand, Role
from images.layout.training.faces import Faces
from images.layout.training.synthesis import synthesise
from images.layout.training.truth import PageTruth, TruthLine

Pixels = NDArray[np.uint8]

_BY_HAND, _WITH_HAND = 0.6, 0.08
_ROLES = {
    "date": Role.DATE,
    "insert": Role.INSERTION,
    "resolution": Role.MARGINAL,
    "stamp": Role.STAMP,
    "sign": Role.SIGNATURE,
    "head": Role.HEADING,
}
"""What the bench's generator calls roles; all it knows beside these is running text."""

_INSERTED = re.compile(r"\[вписано от руки: [^\]]*\]")


def real_truths(folder: Path) -> Iterator[tuple[TruePage, Pixels]]:
    """Give the pages of a ground-truth folder whose boxes people have drawn, each with its RGB pixels.

    Raises FileNotFoundError or KeyError where the folder is none.
    """
    for record in json.loads((folder / "manifest.json").read_text("utf-8"))["pages"]:
        if not record.get("detection_gt", True):
            continue
        picture = cv2.imread(str(folder / record["image"]))
        if picture is None:
            raise FileNotFoundError(f"{folder / record['image']} is no picture")
        truth = json.loads((folder / record["lines"]).read_text("utf-8"))
        page = TruePage(record["id"], _group(record), true_lines(truth), bool(record.get("gt_complete", True)))
        yield page, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def rendered_truths(seeds: range, faces: Faces, *, level: int) -> Iterator[tuple[TruePage, Pixels]]:
    """Give rendered pages of these seeds with the faults of a level."""
    for seed in seeds:
        made = synthesise(seed, faces, level=float(level))
        yield rendered_truth(f"rendered-{seed}", f"rendered, level {level}", made.truth), made.image


def rendered_truth(name: str, group: str, truth: PageTruth) -> TruePage:
    """Give what stands on a rendered page."""
    places = {line.id: number for number, line in enumerate(truth.lines)}
    lines = [TrueLine(line.box, line.baseline.points, line.hand, line.role) for line in truth.lines]
    for number, line in enumerate(truth.lines):
        if line.anchor is not None:
            host = places[line.anchor.line]
            anchor = _anchor(host, truth.lines[host].text, _stops(truth.lines[host]), line.anchor.offset)
            lines[number] = replace(lines[number], anchor=anchor)
    return TruePage(name, group, tuple(lines))


def true_lines(truth: dict[str, Any]) -> tuple[TrueLine, ...]:
    """Give the lines of a page of the bench's form, with what it tells of roles and of the places of insertions.

    A line that an insertion goes into stands right before it, and the marked text says behind which of its words.
    Raises ValueError where that text has other insertions than the lines.
    """
    records = truth["lines"]
    lines = [_line(each) for each in records]
    texts = _INSERTED.split(truth.get("running_text_marked", ""))
    inserted = [number for number, line in enumerate(lines) if line.role is Role.INSERTION]
    if len(texts) != len(inserted) + 1:
        raise ValueError(f"{truth.get('id')}: {len(inserted)} insertions are lines, the text has {len(texts) - 1}")
    for number, before in zip(inserted, texts, strict=False):
        text, host = records[number - 1]["text"], lines[number - 1]
        offset = max(at for at in _blanks(text) if before.rstrip().endswith(text[:at]))
        ends = np.linspace(host.baseline[0].x, host.baseline[-1].x, len(text) + 1)
        lines[number] = replace(lines[number], anchor=_anchor(number - 1, text, ends.tolist(), offset))
    return tuple(lines)


def _anchor(line: int, text: str, stops: Sequence[float], offset: int) -> TrueAnchor:
    """Give the place at a blank of a line whose characters end at these x, from that before the first on."""
    blanks = _blanks(text)
    gaps = (stops[0], *((stops[at] + stops[at + 1]) / 2 for at in blanks), stops[-1])
    return TrueAnchor(line, tuple(round(x) for x in gaps), blanks.index(offset) + 1)


def _stops(line: TruthLine) -> list[float]:
    return [float(point.x) for point in line.stops]


def _blanks(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if char == " "]


def _group(record: dict[str, Any]) -> str:
    if record.get("source_repo") == "synthetic":
        return f"synthetic, level {record['synthetic']['level']}"
    by_hand = record["kinds"].get("handwritten", 0) / max(1, sum(record["kinds"].values()))
    return "handwritten" if by_hand > _BY_HAND else "typed and handwritten" if by_hand > _WITH_HAND else "typed"


def _line(each: dict[str, Any]) -> TrueLine:
    points = np.array(each["polygon"], float)
    left, top = np.floor(points.min(axis=0)).astype(int)
    right, bottom = np.ceil(points.max(axis=0)).astype(int)
    base = each.get("baseline") or [[left, bottom], [right, bottom]]
    hand = Hand(each["kind"]) if each["kind"] in set(Hand) else Hand.UNKNOWN
    box = Box(int(left), int(top), max(1, int(right - left)), max(1, int(bottom - top)))
    return TrueLine(box, tuple(Point(round(x), round(y)) for x, y in base), hand, _role(each))


def _role(each: dict[str, Any]) -> Role | None:
    """Give the role of a line; None where the truth tells no roles."""
    return _ROLES.get(each["role"], Role.BODY) if each.get("role") else None
