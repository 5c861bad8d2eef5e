"""The pages that the network learns from, in the working frame of the analysis: real ones with their truth, and
rendered ones; prepared once, and kept on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout.page import Hand
from images.layout.preprocess import Prepared, prepare
from images.layout.training.faces import Faces
from images.layout.training.synthesis import synthesise
from images.layout.training.truth import Points, TruthLine

Grey = NDArray[np.uint8]

_SMALL_LETTERS = 0.42
"""Height of small letters as a share of the height of a boundary drawn around ascenders and descenders."""
_RENDERED = {Hand.TYPED: 0.65, Hand.PRINTED: 0.65, Hand.HANDWRITTEN: 0.4, Hand.STAMP: 0.8}
_ROOM = 0.52
_PARTLY = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class LearnedLine:
    """A line to learn: boundary, baseline in reading direction, height of its small letters, hand."""

    boundary: Points
    baseline: Points
    height: float
    hand: Hand


@dataclass(frozen=True, slots=True, eq=False)
class LearnedPage:
    """A page to learn; `trust` (0..1) says how far ink that is no line of the truth really is none."""

    name: str
    grey: Grey
    lines: tuple[LearnedLine, ...]
    trust: float


def real_names(folder: Path) -> tuple[str, ...]:
    """List the pages of a ground-truth folder whose lines people have drawn."""
    return tuple(page["id"] for page in _manifest(folder) if page.get("detection_gt", True))


def real_page(folder: Path, name: str) -> LearnedPage | None:
    """Read a page of a ground-truth folder; None where it cannot be prepared."""
    record = next(page for page in _manifest(folder) if page["id"] == name)
    picture = cv2.imread(str(folder / record["image"]), cv2.IMREAD_GRAYSCALE)
    truth = json.loads((folder / record["lines"]).read_text("utf-8"))["lines"]
    page = prepare(np.asarray(picture, dtype=np.uint8))
    if page.remark or not truth:
        return None
    # Some projects have left handwriting out of their truth.
    trust = 0.0 if not record.get("gt_complete", True) else _PARTLY if "ehri" in record["source_repo"].lower() else 1.0
    lines = [_real_line(each) for each in truth]
    return _laid(name, page, [line for line in lines if line is not None], trust=trust)


def rendered_page(seed: int, faces: Faces) -> LearnedPage | None:
    """Render the page of a seed; None where it cannot be prepared."""
    made = synthesise(seed, faces)
    page = prepare(made.image)
    if page.remark:
        return None
    return _laid(f"rendered-{seed}", page, [_rendered_line(line) for line in made.truth.lines], trust=1.0)


def kept(folder: Path, name: str) -> LearnedPage | None:
    """Give a page that `keep` has put into a folder; None where there is none of that name."""
    path = folder / f"{name}.npz"
    if not path.is_file():
        return None
    with np.load(path) as stored:
        grey = np.asarray(cv2.imdecode(stored["grey"], cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
        lines = json.loads(str(stored["lines"]))
        trust = float(stored["trust"])
    return LearnedPage(name, grey, tuple(_line_of(each) for each in lines), trust)


def keep(folder: Path, page: LearnedPage) -> None:
    """Put a page into a folder; it is there whole or not at all."""
    lines = [
        {"boundary": line.boundary.tolist(), "baseline": line.baseline.tolist(), "height": line.height,
         "hand": line.hand.value}
        for line in page.lines
    ]  # fmt: skip
    _, packed = cv2.imencode(".png", page.grey)
    waiting = folder / f"{page.name}.part.npz"
    np.savez(waiting, grey=packed, lines=np.array(json.dumps(lines)), trust=np.array(page.trust))
    waiting.rename(folder / f"{page.name}.npz")


def _manifest(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "manifest.json").read_text("utf-8"))["pages"])


def _line_of(each: dict[str, Any]) -> LearnedLine:
    return LearnedLine(np.array(each["boundary"]), np.array(each["baseline"]), each["height"], Hand(each["hand"]))


def _real_line(each: dict[str, Any]) -> LearnedLine | None:
    boundary = np.array(each["polygon"], np.float64)
    baseline = np.array(each.get("baseline") or [], np.float64).reshape(-1, 2)
    if len(boundary) < 3:
        return None
    (left, top), (right, bottom) = boundary.min(axis=0), boundary.max(axis=0)
    if len(baseline) < 2:
        foot = bottom - 0.25 * (bottom - top)
        baseline = np.array([(left, foot), (right, foot)])
    hand = Hand(each["kind"]) if each["kind"] in set(Hand) else Hand.UNKNOWN
    return LearnedLine(boundary, baseline, _SMALL_LETTERS * _thickness(boundary, baseline), hand)


def _rendered_line(line: TruthLine) -> LearnedLine:
    boundary = np.array([(p.x, p.y) for p in line.boundary.points], np.float64)
    baseline = np.array([(p.x, p.y) for p in line.baseline.points], np.float64)
    return LearnedLine(boundary, baseline, _RENDERED[line.hand] * _thickness(boundary, baseline), line.hand)


def _thickness(boundary: Points, baseline: Points) -> float:
    length = float(np.hypot(*np.diff(baseline, axis=0).T).sum())
    return abs(float(cv2.contourArea(boundary.astype(np.float32)))) / max(length, 1.0)


def _laid(name: str, page: Prepared, lines: list[LearnedLine], *, trust: float) -> LearnedPage:
    """Carry lines into the working frame, turned so that they run to the right even where the analysis erred."""
    matrix = np.asarray(cv2.invertAffineTransform(page.to_page), np.float64)
    carried = [_carried(line, matrix) for line in lines]
    runs = np.array([line.baseline[-1] - line.baseline[0] for line in carried])
    along = np.arctan2(runs[:, 1], runs[:, 0])
    weights = np.hypot(runs[:, 0], runs[:, 1])
    quarters = int(np.argmax([(weights * np.cos(along + q * np.pi / 2)).sum() for q in range(4)]))
    grey = page.grey
    for _ in range(quarters):
        # A quarter clockwise takes (x, y) to (height - y, x).
        turning = np.array([[0.0, -1.0, grey.shape[0]], [1.0, 0.0, 0.0]])
        grey, carried = np.ascontiguousarray(np.rot90(grey, -1)), [_carried(line, turning) for line in carried]
    return LearnedPage(name, grey, tuple(_fitted(carried)), trust)


def _carried(line: LearnedLine, matrix: Points) -> LearnedLine:
    turned, shift = matrix[:, :2].T, matrix[:, 2]
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    return LearnedLine(line.boundary @ turned + shift, line.baseline @ turned + shift, line.height * scale, line.hand)


def _fitted(lines: list[LearnedLine]) -> Iterator[LearnedLine]:
    """Hold the letter heights of a page against each other, and against the room to the line of the same hand above;
    draw baselines on to the ends of their boundaries."""
    for line in lines:
        usual = float(np.median([each.height for each in lines if each.hand is line.hand]))
        # What another hand writes above a line does not make its letters lower.
        like = (other for other in lines if other is not line and other.hand is line.hand)
        room = min((_rise(line, other, usual) for other in like), default=np.inf)
        height = max(2.5, min(float(np.clip(line.height, 0.6 * usual, 1.5 * usual)), _ROOM * room))
        yield LearnedLine(line.boundary, _extended(line), height, line.hand)


def _rise(line: LearnedLine, other: LearnedLine, usual: float) -> float:
    """Give how far the baseline of another line lies above that of a line, infinite where it does not."""
    left = max(line.baseline[:, 0].min(), other.baseline[:, 0].min())
    right = min(line.baseline[:, 0].max(), other.baseline[:, 0].max())
    if right - left < 10 or not (_is_level(line) and _is_level(other)):
        return np.inf
    rise = float(_level_at(line, (left + right) / 2) - _level_at(other, (left + right) / 2))
    return rise if rise > 0.35 * usual else np.inf


def _level_at(line: LearnedLine, column: float) -> float:
    order = np.argsort(line.baseline[:, 0])
    return float(np.interp(column, line.baseline[order, 0], line.baseline[order, 1]))


def _is_level(line: LearnedLine) -> bool:
    across, down = np.abs(line.baseline[-1] - line.baseline[0])
    return bool(across > 2 * down)


def _extended(line: LearnedLine) -> Points:
    """Draw a baseline straight on to the ends of its boundary."""
    first, last = line.baseline[0], line.baseline[-1]
    length = float(np.hypot(*(last - first)))
    if length < 1 or np.hypot(*np.diff(line.baseline, axis=0).T).sum() > 1.3 * length:
        return line.baseline
    along = (last - first) / length
    reach = (line.boundary - first) @ along
    start, end = min(0.0, float(reach.min())), max(length, float(reach.max()))
    inner = line.baseline[1:-1]
    return np.vstack([first + along * start, inner, first + along * end])
