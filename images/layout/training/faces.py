"""Typefaces for rendered pages: chains of font files, and the glyphs in them as arrays of ink.

A web font is cut into subsets (Cyrillic in one file, digits and punctuation in another), so a face is a chain of
files, and each character comes from the first file that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Ink = NDArray[np.float32]
"""How much ink lies on each pixel, 0 to 1."""

TYPEWRITER_FILES = (
    ("computer-modern/fonts/cmu-typewriter-text-500-roman.woff2",),
    ("computer-modern/fonts/cmu-typewriter-text-700-roman.woff2",),
    (
        "@fontsource/pt-mono/files/pt-mono-cyrillic-400-normal.woff2",
        "@fontsource/pt-mono/files/pt-mono-latin-400-normal.woff2",
    ),
    (
        "@fontsource/cousine/files/cousine-cyrillic-400-normal.woff2",
        "@fontsource/cousine/files/cousine-latin-400-normal.woff2",
    ),
    (
        "@fontsource/anonymous-pro/files/anonymous-pro-cyrillic-400-normal.woff2",
        "@fontsource/anonymous-pro/files/anonymous-pro-latin-400-normal.woff2",
    ),
)
HAND_FILES = tuple(
    tuple(f"@fontsource/{name}/files/{name}-{subset}-{weight}-normal.woff2" for subset in ("cyrillic", "latin"))
    for name, weight in (
        ("marck-script", 400), ("bad-script", 400), ("caveat", 400), ("neucha", 400), ("great-vibes", 400),
        ("comforter", 400), ("pacifico", 400), ("amatic-sc", 700), ("shantell-sans", 400), ("playpen-sans", 400),
        ("pangolin", 400), ("caveat", 700),
    )
)  # fmt: skip
STAMP_FILES = tuple(
    tuple(f"@fontsource/{name}/files/{name}-{subset}-{weight}-normal.woff2" for subset in ("cyrillic", "latin"))
    for name, weight in (
        ("oswald", 500), ("pt-serif", 700), ("open-sans", 400), ("open-sans", 700), ("roboto-condensed", 400),
        ("roboto-condensed", 700), ("pt-sans-narrow", 400), ("pt-sans-narrow", 700), ("rubik", 500), ("russo-one", 400),
        ("oranienbaum", 400), ("playfair-display", 700), ("pt-serif", 400),
    )
)  # fmt: skip

_ABSENT = "\U0010fffe"
_BLANK = " \u00a0"
_FONTS_KEPT = 200
_GLYPHS_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Glyph:
    """The ink of one character; `left` and `top` place it from the pen's point on the baseline."""

    ink: Ink
    left: int
    top: int
    advance: float


class Face:
    """A typeface made of a chain of font files."""

    def __init__(self, files: Sequence[bytes]) -> None:
        if not files:
            raise ValueError("a face needs at least one font file")
        self._files = tuple(files)
        self._fonts: dict[tuple[int, float], ImageFont.FreeTypeFont] = {}
        self._places: dict[str, int] = {}
        self._glyphs: dict[tuple[str, float], Glyph] = {}
        self._absent: dict[int, tuple[tuple[int, int], bytes]] = {}

    def __reduce__(self) -> tuple[type[Face], tuple[tuple[bytes, ...]]]:
        return Face, (self._files,)

    def font(self, place: int, size: float) -> ImageFont.FreeTypeFont:
        """Give the chain's font of that place at a size in pixels."""
        key = (place, size)
        if key not in self._fonts:
            _make_room(self._fonts, _FONTS_KEPT)
            source = BytesIO(self._files[place])
            self._fonts[key] = ImageFont.truetype(source, size, layout_engine=ImageFont.Layout.BASIC)
        return self._fonts[key]

    def holds(self, text: str) -> bool:
        """Say whether every character has a glyph."""
        return all(self._place(char) is not None for char in text if char not in _BLANK)

    def runs(self, text: str) -> Iterable[tuple[int, str]]:
        """Cut a text into runs of one font file each; a blank goes with the first file."""
        placed = ((0 if char in _BLANK else self._needed(char), char) for char in text)
        for place, run in groupby(placed, key=lambda each: each[0]):
            yield place, "".join(char for _, char in run)

    def glyph(self, char: str, size: float) -> Glyph:
        """Give the ink of a character at a size in pixels; raises ValueError where the face has none."""
        key = (char, size)
        if key not in self._glyphs:
            font = self.font(0 if char in _BLANK else self._needed(char), size)
            _make_room(self._glyphs, _GLYPHS_KEPT)
            self._glyphs[key] = _drawn(font, char)
        return self._glyphs[key]

    def advance(self, size: float) -> float:
        """Give the pitch of a face whose characters are all equally wide."""
        return self.glyph("н" if self.holds("н") else "n", size).advance

    def _needed(self, char: str) -> int:
        place = self._place(char)
        if place is None:
            raise ValueError(f"the face has no glyph for {char!r}")
        return place

    def _place(self, char: str) -> int | None:
        if char not in self._places:
            found = (place for place in range(len(self._files)) if self._has(place, char))
            self._places[char] = next(found, -1)
        place = self._places[char]
        return None if place < 0 else place

    def _has(self, place: int, char: str) -> bool:
        font = self.font(place, 40)
        if place not in self._absent:
            absent = font.getmask(_ABSENT)
            self._absent[place] = (absent.size, bytes(absent))
        drawn = font.getmask(char)
        return bool(bytes(drawn).strip(b"\0")) and (drawn.size, bytes(drawn)) != self._absent[place]


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces that a page is made with: typewriters, handwritings and stamps, at least one of each."""

    typewriters: tuple[Face, ...]
    hands: tuple[Face, ...]
    stamps: tuple[Face, ...]


def read_faces(folder: Path) -> Faces:
    """Read the faces that stand in a folder of npm packages; raises FileNotFoundError where a kind has none."""
    return Faces(
        _read_kind(folder, "typewriter", TYPEWRITER_FILES),
        _read_kind(folder, "handwriting", HAND_FILES),
        _read_kind(folder, "stamp", STAMP_FILES),
    )


def font_files(folder: Path) -> tuple[Path, ...]:
    """List the font files that `read_faces` reads from the folder, in order."""
    chains = (*TYPEWRITER_FILES, *HAND_FILES, *STAMP_FILES)
    return tuple(folder / name for chain in chains for name in chain if _stands(folder, chain))


def _stands(folder: Path, chain: tuple[str, ...]) -> bool:
    return all((folder / name).is_file() for name in chain)


def _read_kind(folder: Path, kind: str, chains: tuple[tuple[str, ...], ...]) -> tuple[Face, ...]:
    faces = tuple(Face([(folder / name).read_bytes() for name in chain]) for chain in chains if _stands(folder, chain))
    if not faces:
        wanted = " or ".join(chain[0] for chain in chains)
        raise FileNotFoundError(f"{folder} holds no {kind} face; wanted is {wanted}")
    return faces


def _make_room(kept: dict[Any, Any], most: int) -> None:
    """Empty a cache that is full: pages of ever new sizes must not fill the memory."""
    if len(kept) >= most:
        kept.clear()


def _drawn(font: ImageFont.FreeTypeFont, text: str) -> Glyph:
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text, anchor="ls"))
    picture = Image.new("L", (max(1, right - left) + 2, max(1, bottom - top) + 2), 0)
    ImageDraw.Draw(picture).text((1 - left, 1 - top), text, font=font, fill=255, anchor="ls")
    ink = np.asarray(picture, np.float32) / np.float32(255)
    return Glyph(ink, left - 1, top - 1, font.getlength(text))
