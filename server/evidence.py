"""What a page's pixels say about its lines: what OCR reads on them, and the shapes of their letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from images.geometry import Size
from images.layout.shapes import read_shapes
from transcriptions import ocr
from transcriptions.alignment.align import Reading, Shapes
from transcriptions.analysis import carried
from transcriptions.identity import LineId
from transcriptions.model import Line


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What was seen on the lines of one page; readings by the language (BCP 47) that they were asked for."""

    readings: Mapping[str, Mapping[LineId, Reading]]
    shapes: Mapping[LineId, Shapes]


def read_evidence(
    pixels: NDArray[np.uint8], lines: Sequence[Line], languages: Sequence[str], *, frame: Size
) -> PageEvidence:
    """Read the lines of a page of grey or RGB pixels; lines come, and places go out, in the page frame of that size."""
    size = Size(pixels.shape[1], pixels.shape[0])
    across = frame.width / size.width
    there = tuple(carried(line, source=frame, target=size) for line in lines)
    readings = {
        language: {id: _carried_reading(read, across) for id, read in ocr.read_lines(pixels, there, language).items()}
        for language in languages
    }
    found = read_shapes(pixels, tuple((line.baseline, line.boundary) for line in there))
    shapes = {
        line.id: replace(each, pitch=each.pitch * across, left=each.left * across)
        for line, each in zip(lines, found, strict=True)
        if each is not None
    }
    return PageEvidence(readings, shapes)


def _carried_reading(reading: Reading, across: float) -> Reading:
    words = (replace(word, left=round(word.left * across), right=round(word.right * across)) for word in reading.words)
    return replace(reading, words=tuple(words))
