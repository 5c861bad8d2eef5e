"""What a page's pixels say about its lines: what OCR reads on them, and the shapes of their letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from images.geometry import Size
from images.layout.loose import Loose, loose_ink
from images.layout.page import Hand, Role
from images.layout.shapes import read_shapes
from transcriptions import ocr
from transcriptions.alignment.align import Reading, Shapes
from transcriptions.analysis import carried
from transcriptions.identity import LineId
from transcriptions.model import Anchor, Line

_UNSURE = 0.3
"""Confidence that ink on no line is a line."""


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What was seen on the lines of one page; readings by the language (BCP 47) that they were asked for.

    `loose` is ink on no line, as lines with ids of their own, which were read as well.
    """

    readings: Mapping[str, Mapping[LineId, Reading]]
    shapes: Mapping[LineId, Shapes]
    loose: tuple[Line, ...] = ()


def read_evidence(
    pixels: NDArray[np.uint8], lines: Sequence[Line], languages: Sequence[str], *, frame: Size
) -> PageEvidence:
    """Read the lines of a page of grey or RGB pixels; lines come, and places go out, in the page frame of that size."""
    size = Size(pixels.shape[1], pixels.shape[0])
    across = frame.width / size.width
    there = tuple(carried(line, source=frame, target=size) for line in lines)
    loose = _loose(pixels, there)
    read = (*there, *loose)
    readings = {
        language: {id: _carried_reading(each, across) for id, each in ocr.read_lines(pixels, read, language).items()}
        for language in languages
    }
    found = read_shapes(pixels, tuple((line.baseline, line.boundary) for line in there))
    shapes = {
        line.id: replace(each, pitch=each.pitch * across, left=each.left * across)
        for line, each in zip(lines, found, strict=True)
        if each is not None
    }
    return PageEvidence(readings, shapes, tuple(carried(line, source=size, target=frame) for line in loose))


def _loose(pixels: NDArray[np.uint8], lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give the loose ink of a page as lines, in the frame of its pixels."""
    known = [(line.baseline, line.boundary, line.hand is Hand.TYPED) for line in lines]
    return tuple(_line(each, number, lines) for number, each in enumerate(loose_ink(pixels, known)))


def _line(found: Loose, number: int, lines: Sequence[Line]) -> Line:
    box = found.boundary.box
    host = None if found.host is None else lines[found.host]
    return Line(
        id=LineId(f"{lines[0].page}~{number}"),
        page=lines[0].page,
        baseline=found.baseline,
        boundary=found.boundary,
        role=Role.BODY if host is None else Role.INSERTION,
        parts=(),
        confidence=_UNSURE,
        anchor=None if host is None else Anchor(host.id, box.x + box.width // 2),
    )


def _carried_reading(reading: Reading, across: float) -> Reading:
    words = (replace(word, left=round(word.left * across), right=round(word.right * across)) for word in reading.words)
    return replace(reading, words=tuple(words))
