"""The truth to evaluate against: folders of real pages, and pages rendered by their seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box, Point
from images.layout.evaluation import TrueAnchor, TrueLine, TruePage
from images.layout.page import Hand
from images.layout.training.faces import Faces
from images.layout.training.synthesis import synthesise
from images.layout.training.truth import PageTruth

Pixels = NDArray[np.uint8]

_BY_HAND, _WITH_HAND = 0.6, 0.08


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
        truth = json.loads((folder / record["lines"]).read_text("utf-8"))["lines"]
        page = TruePage(
            record["id"], _group(record), tuple(_line(each) for each in truth), bool(record.get("gt_complete", True))
        )
        yield page, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def rendered_truths(seeds: range, faces: Faces, *, level: int) -> Iterator[tuple[TruePage, Pixels]]:
    """Give rendered pages of these seeds with the faults of a level."""
    for seed in seeds:
        made = synthesise(seed, faces, level=float(level))
        yield rendered_truth(f"rendered-{seed}", f"rendered, level {level}", made.truth), made.image


def rendered_truth(name: str, group: str, truth: PageTruth) -> TruePage:
    """Give what stands on a rendered page."""
    places = {line.id: number for number, line in enumerate(truth.lines)}
    lines = []
    for line in truth.lines:
        anchor = None
        if line.anchor is not None:
            anchor = TrueAnchor(places[line.anchor.line], line.anchor.x)
        lines.append(TrueLine(line.box, line.baseline.points, line.hand, line.role, anchor))
    return TruePage(name, group, tuple(lines))


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
    return TrueLine(box, tuple(Point(round(x), round(y)) for x, y in base), hand)
