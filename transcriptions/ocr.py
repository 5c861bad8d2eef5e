"""Tesseract, where it is installed: evidence for alignment and text for drafts. Its absence is normal.

tesserocr's wheel brings its own Tesseract and no data; the data of the system's package are looked for in the usual
places, and in TESSDATA_PREFIX first.
"""

from __future__ import annotations

import importlib.util
import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from images.geometry import Box
from images.layout.page import Hand
from transcriptions.alignment.course import course_of
from transcriptions.alignment.evidence import Readable, Reading, Word, primary
from transcriptions.identity import LineId
from transcriptions.model import Line

_CODES = {
    "be": "bel", "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa",
    "et": "est", "fi": "fin", "fr": "fra", "hu": "hun", "it": "ita", "ja": "jpn", "ko": "kor", "lt": "lit",
    "lv": "lav", "mn": "mon", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus",
    "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "chi_sim",
}  # fmt: skip
"""BCP 47's primary subtags to the names of Tesseract's data."""

_RELATIVES = {
    "cyrillic": ("ru", "uk", "be", "bg", "sr", "mn"),
    "latin": ("en", "fr", "de", "pl", "cs", "es", "it", "pt", "nl", "hu", "ro", "da", "sv", "no", "sk", "sl", "fi",
              "et", "lv", "lt", "vi"),
}  # fmt: skip
"""Languages of one script, those first whose data read the others' letters best."""

_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "/opt/local/share/tessdata",
)
_MARGIN = 4
_FRAME = 12
_LEAST = 5
_ATTEMPTS = (("SINGLE_LINE", 160), ("SINGLE_LINE", 64), ("RAW_LINE", 100))
"""Ways to read a line, as modes of Tesseract and the tallest picture (pixels), until one reads something.

A third of handwritten lines, and some typed ones, give nothing at full height and are read at another."""

_SLOTS, _FAR = 4, 8.0
"""Places of letters in which a letter is looked for, and the cost at which a letter is no rival any more."""

_AROUND, _DARK = 31, 97
_SLANTS = tuple(tenths / 10 for tenths in range(-2, 11))

_Rivals = tuple[tuple[str, float], ...]

ABSENT = "Tesseract is not installed here (Debian: tesseract-ocr and tesseract-ocr-rus); lines are not read"


@dataclass(frozen=True, slots=True)
class Places:
    """What x in the picture of a line is on the page: x, or y of lines that run up or down."""

    start: float
    step: float

    def of(self, x: float) -> int:
        """Give the place on the page."""
        return round(self.start + x * self.step)


def languages() -> frozenset[str]:
    """List the languages (BCP 47) that can be read here; empty where Tesseract or its data are not installed."""
    folder = _data()
    if folder is None or importlib.util.find_spec("tesserocr") is None:
        return frozenset()
    return frozenset(tag for tag, code in _CODES.items() if (folder / f"{code}.traineddata").is_file())


def readable() -> Readable:
    """List what can be read here: for drafts by the language's own data, for comparison also by a relative's.

    English data read enough of a French line to tell it from its neighbours; for a draft they would be no use.
    """
    own = languages()
    known = {*own, *(tag for family in _RELATIVES.values() for tag in family)}
    return Readable(drafts=own, compared=frozenset(tag for tag in known if _reader(tag, own)))


def _reader(tag: str, own: frozenset[str]) -> str | None:
    """Give the language whose data read a language: itself, or else a relative of the same script."""
    if tag in own:
        return tag
    relatives = next((family for family in _RELATIVES.values() if tag in family), ())
    return next((other for other in relatives if other in own), None)


def reason_for_absence(language: str = "") -> str:
    """Say why nothing can be read, and what to do; or why a language's lines cannot be, or only by another's data."""
    own = languages()
    if not own:
        return ABSENT
    reader = _reader(primary(language), own) if language else language
    if reader == primary(language):
        return ""
    code = _CODES.get(primary(language))
    bring = f" (Debian: tesseract-ocr-{code.replace('_', '-')})" if code else ""
    lacking = f"Tesseract's data for {primary(language)} are not installed here{bring}"
    return f"{lacking}; lines are {'not read' if reader is None else f'compared by those for {reader}'}"


def other_script(language: str, text: str) -> str:
    """Say that most letters of a text are of another script than its language's, as where nobody named it; or ""."""
    own = next((script for script, tags in _RELATIVES.items() if primary(language) in tags), None)
    letters = [unicodedata.name(c, "").lower() for c in text if c.isalpha()]
    shares = {script: sum(name.startswith(script) for name in letters) for script in _RELATIVES}
    other = max(shares, key=lambda script: shares[script])
    if own is None or other == own or 2 * shares[other] <= len(letters):
        return ""
    return f"the text is in {other.title()} letters, its language is {language}: is another one meant?"


@lru_cache(maxsize=1)
def _data() -> Path | None:
    named = os.environ.get("TESSDATA_PREFIX", "")
    folders = [Path(named), Path(named) / "tessdata"] if named else []
    folders += [Path(place) for place in _PLACES]
    return next((folder for folder in folders if any(folder.glob("*.traineddata"))), None)


def read_lines(pixels: NDArray[np.uint8], lines: Sequence[Line], language: str) -> Mapping[LineId, Reading]:
    """Read each line of a page of H x W grey or H x W x 3 RGB pixels; lines where nothing was read are left out.

    Lines are in the frame of those pixels. A language without data here is read by a relative's, good enough to compare
    and not for a draft; where there is none, nothing is read.
    """
    folder = _data()
    reader = _reader(primary(language), languages())
    if folder is None or reader is None or not lines:
        return {}
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    import tesserocr

    found: dict[LineId, Reading] = {}
    with tesserocr.PyTessBaseAPI(path=str(folder), lang=_CODES[reader]) as engine:
        engine.SetVariable("debug_file", os.devnull)
        engine.SetVariable("lstm_choice_mode", "2")
        for line in lines:
            reading = _first_read(engine, tesserocr, np.asarray(grey, dtype=np.uint8), line)
            if reading is not None and line.hand is Hand.HANDWRITTEN:
                again = _read_again(engine, tesserocr, np.asarray(grey, dtype=np.uint8), line)
                reading = replace(reading, again=tuple(again))
            if reading is not None:
                found[line.id] = reading
    return found


def _first_read(engine: Any, tesserocr: Any, grey: NDArray[np.uint8], line: Line) -> Reading | None:
    """Read a line in the first way that gives something."""
    for mode, tallest in _ATTEMPTS:
        cut = _cut(grey, line, tallest)
        if cut is None:
            return None
        engine.SetPageSegMode(getattr(tesserocr.PSM, mode))
        reading = _read(engine, tesserocr, *cut)
        if reading is not None:
            return reading
    return None


def _read_again(engine: Any, tesserocr: Any, grey: NDArray[np.uint8], line: Line) -> Iterator[Reading]:
    """Read a line by hand on other pictures of it, whose errors are partly others."""
    engine.SetPageSegMode(tesserocr.PSM.SINGLE_LINE)
    for tallest, change in _PICTURES:
        cut = _cut(grey, line, tallest)
        if cut is not None:
            reading = _read(engine, tesserocr, np.ascontiguousarray(change(cut[0])), cut[1])
            if reading is not None:
                yield replace(reading, words=())


def _cut(grey: NDArray[np.uint8], line: Line, tallest: int) -> tuple[NDArray[np.uint8], Places] | None:
    """Cut a line out, turned and levelled, on paper of its own; with what its places are on the page."""
    height, width = grey.shape
    box = line.box
    left, top = max(0, box.x - _MARGIN), max(0, box.y - _MARGIN)
    right, bottom = min(width, box.right + _MARGIN), min(height, box.bottom + _MARGIN)
    if right - left < _LEAST or bottom - top < _LEAST:
        return None
    cut = grey[top:bottom, left:right].copy()
    corners = np.array([[p.x - left, p.y - top] for p in line.boundary.points], dtype=np.int32)
    inside = np.zeros(cut.shape, dtype=np.uint8)
    cv2.fillPoly(inside, [corners], 255)
    inside = np.asarray(cv2.dilate(inside, np.ones((5, 5), dtype=np.uint8)), dtype=np.uint8)
    if not inside.any():
        return None
    paper = int(np.percentile(cut[inside > 0], 80))
    cut[inside == 0] = paper
    course = course_of(line.baseline)
    cut = np.ascontiguousarray(np.rot90(cut, course.quarters))
    cut = _levelled(cut, line, paper)
    scale = min(1.0, tallest / cut.shape[0])
    if scale < 1:
        cut = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    framed = cv2.copyMakeBorder(cut, _FRAME, _FRAME, _FRAME, _FRAME, cv2.BORDER_CONSTANT, value=[paper])
    start, _ = course.ends(Box(left, top, right - left, bottom - top))
    places = Places(start - course.sign * _FRAME / scale, course.sign / scale)
    return np.ascontiguousarray(framed, dtype=np.uint8), places


def _levelled(cut: NDArray[np.uint8], line: Line, paper: int) -> NDArray[np.uint8]:
    """Shear a line that was turned by quarters level, so that places along it stay what they are on the page."""
    first, last = line.baseline.points[0], line.baseline.points[-1]
    across, down = last.x - first.x, last.y - first.y
    run, rise = [(across, down), (down, -across), (-across, -down), (-down, across)][course_of(line.baseline).quarters]
    if run < 2 * cut.shape[0]:
        return cut
    slope = rise / run
    if not 0.004 < abs(slope) < 0.35:
        return cut
    shear = np.array([[1, 0, 0], [-slope, 1, slope * cut.shape[1] / 2]], dtype=np.float64)
    size = (cut.shape[1], cut.shape[0])
    return np.asarray(
        cv2.warpAffine(cut, shear, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=[paper]),
        dtype=np.uint8,
    )


def _as_it_is(cut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cut


def _evenly_inked(cut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give a line with its ink black on white paper."""
    around = cv2.medianBlur(cut, _AROUND) if min(cut.shape) > _AROUND else cut
    ink = cv2.subtract(around, cut).astype(np.float64)
    dark = max(1.0, float(np.percentile(ink, _DARK)))
    return np.asarray(255 - np.clip(ink / dark, 0, 1) * 255, dtype=np.uint8)


def _standing(cut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give a line without the slant of its letters: sheared so that its ink stands in the fullest columns."""
    low, high = (float(v) for v in np.percentile(cut, (20, 80)))
    ink = (cut < (low + high) / 2).astype(np.uint8)
    height, width = cut.shape

    def sheared(picture: NDArray[np.uint8], slant: float, paper: int) -> NDArray[np.uint8]:
        shear = np.array([[1, slant, -slant * height / 2], [0, 1, 0]], dtype=np.float64)
        moved = cv2.warpAffine(picture, shear, (width, height), flags=cv2.INTER_LINEAR, borderValue=[paper])
        return np.asarray(moved, dtype=np.uint8)

    def fullness(slant: float) -> float:
        return float((sheared(ink, slant, 0).sum(axis=0, dtype=np.float64) ** 2).sum())

    return sheared(cut, max(_SLANTS, key=fullness), round(high))


_PICTURES: tuple[tuple[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]], ...] = (
    (40, _as_it_is),
    (64, _evenly_inked),
    (90, _standing),
)
"""Further pictures of a line by hand: the tallest (pixels), and what is done to it."""


def _read(engine: Any, tesserocr: Any, cut: NDArray[np.uint8], places: Places) -> Reading | None:
    height, width = cut.shape
    engine.SetImageBytes(cut.tobytes(), width, height, 1, width)
    if not engine.Recognize():
        return None
    words = tuple(_words(engine, tesserocr, places))
    confidence = min(1.0, max(0.0, engine.MeanTextConf() / 100))
    if not words or confidence <= 0:
        return None
    text = " ".join(word.text for word in words)
    return Reading(text, confidence, words, tuple(_rivals(text, engine.GetBestLSTMSymbolChoices())))


def _rivals(text: str, choices: Sequence[Sequence[Sequence[tuple[str, float]]]]) -> Iterator[_Rivals]:
    """Go through a text's letters with those that each was nearly taken for, out of what the engine weighed.

    `choices` are words of places of letters with their costs, where not all letters of the text need appear.
    """
    slots = [dict(slot) for word in choices for slot in word]
    at = 0
    for letter in text:
        reach = range(at, min(at + _SLOTS, len(slots))) if letter != " " else ()
        place = next((k for k in reach if letter in slots[k]), None)
        if place is None:
            yield ()
            continue
        at, costs = place + 1, slots[place]
        least = min(costs.values())
        near = ((other, round(1 - (cost - least) / _FAR, 2)) for other, cost in costs.items() if other != letter)
        yield tuple((other, how) for other, how in near if how > 0 and other.strip())


def _words(engine: Any, tesserocr: Any, places: Places) -> Iterator[Word]:
    iterator = engine.GetIterator()
    if iterator is None:
        return
    for place in tesserocr.iterate_level(iterator, tesserocr.RIL.WORD):
        try:
            text = place.GetUTF8Text(tesserocr.RIL.WORD).strip()
        except RuntimeError:
            continue
        box = place.BoundingBox(tesserocr.RIL.WORD)
        if text and box is not None:
            yield Word(text, places.of(box[0]), places.of(box[2]))
