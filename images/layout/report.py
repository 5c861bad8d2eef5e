"""A layout as the plain values that `stroka analyse --json` prints."""

from __future__ import annotations

from typing import Any

from images.geometry import Point
from images.layout.page import Layout, Line


def report(layout: Layout) -> dict[str, Any]:
    """Give a layout as plain dicts and lists; lines come in reading order, coordinates are pixels of the page."""
    places = {index: position for position, index in enumerate(layout.order)}
    lines = [_line(layout.lines[index], index=index, order=places[index]) for index in layout.order]
    out: dict[str, Any] = {"width": layout.size.width, "height": layout.size.height, "lines": lines}
    out["strokes"] = [
        {
            "kind": stroke.kind.value,
            "polygon": _points(stroke.boundary.points),
            "confidence": round(stroke.confidence, 3),
        }
        for stroke in layout.strokes
    ]
    if layout.remark:
        out["remark"] = layout.remark
    return out


def line_id(index: int) -> str:
    """Give the id of a line within one report."""
    return f"l{index + 1:03d}"


def _line(line: Line, *, index: int, order: int) -> dict[str, Any]:
    box = line.box
    out: dict[str, Any] = {
        "id": line_id(index),
        "bbox": [box.x, box.y, box.right, box.bottom],
        "polygon": _points(line.boundary.points),
        "baseline": _points(line.baseline.points),
        "hand": line.hand.value,
        "role": line.role.value,
        "confidence": round(line.confidence, 3),
        "order": order,
    }
    if len(line.parts) > 1:
        out["parts"] = [
            {"from": part.start, "to": part.end, "hand": part.hand.value, "confidence": round(part.confidence, 3)}
            for part in line.parts
        ]
    if line.faint:
        out["faint"] = True
    if line.place is not None:
        out["place"] = {"line": line_id(line.place.line), "x": line.place.x}
    return out


def _points(points: tuple[Point, ...]) -> list[list[int]]:
    return [[point.x, point.y] for point in points]
