"""Renders a page description as the scan of a microfilmed typescript, with the truth of what stands on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from images.layout.page import Hand, Role
from images.layout.training import handwriting, stamps
from images.layout.training.description import Imprint, PageDescription, Typed, Written
from images.layout.training.faces import Face, Faces, Ink
from images.layout.training.faults import Faults
from images.layout.training.film import Grey, lay_in_frame, photograph
from images.layout.training.ink import band
from images.layout.training.machine import Grid, Machine, grid_of, ribbon
from images.layout.training.paper import reflect
from images.layout.training.truth import DrawnLine, DrawnStroke, PageTruth, Points, settle


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A grey scan and what stands on it."""

    image: Grey
    truth: PageTruth


def render(page: PageDescription, faces: Faces, faults: Faults, rng: np.random.Generator) -> RenderedPage:
    """Render a page; the same arguments, and a generator in the same state, give the same bytes.

    Raises ValueError where a face has no glyph for a character, or where an insertion goes into a line that is not
    there or beyond its end.
    """
    leaf = _Leaf(page, faces, faults, rng)
    leaf.fill()
    light = reflect(leaf.typed, leaf.pen, leaf.stamp, _behind(page, faces, faults, rng), faults, rng)
    warp = lay_in_frame(page.size, faults, rng, pitch=leaf.grid.pitch)
    image = photograph(light, warp, faults, rng, pitch=leaf.grid.pitch)
    truth = settle(tuple(leaf.lines), tuple(leaf.strokes), warp.carry, size=page.size, quarters=page.quarters)
    if page.imprint is not None:
        image, printed = _burn_in(image, page.imprint, faces.stamps[0], margin=faults.border * page.size.width)
        own = settle((printed,), (), lambda points: points, size=page.size, quarters=page.quarters)
        truth = replace(truth, lines=truth.lines + own.lines)
    return RenderedPage(np.ascontiguousarray(np.rot90(image, -page.quarters)), truth)


class _Leaf:
    """The layers of ink of one leaf, and what has been drawn on them so far."""

    def __init__(self, page: PageDescription, faces: Faces, faults: Faults, rng: np.random.Generator) -> None:
        shape = (page.size.height, page.size.width)
        self.grid = grid_of(page)
        self.typed, self.pen, self.stamp = (np.zeros(shape, np.float32) for _ in range(3))
        self.lines: list[DrawnLine] = []
        self.strokes: list[DrawnStroke] = []
        self._page, self._faces, self._faults, self._rng = page, faces, faults, rng
        self._machine = Machine(
            faces.typewriters[page.typewriter % len(faces.typewriters)], self.grid, faults, page.machine
        )

    def fill(self) -> None:
        """Draw everything, in the order in which it came onto the paper."""
        page, rng = self._page, self._rng
        for typed in page.typed:
            self._type(typed)
        ribbon(self.typed, rng, amount=self._faults.ribbon, pitch=self.grid.pitch)
        for typed in page.typed:
            self._strike_out(typed)
        for written in page.written:
            self._write(written)
        for rule in page.rules:
            start, end = (np.array(self.grid.point(*place)) for place in (rule.start, rule.end))
            layer = self.pen if rule.hand is Hand.HANDWRITTEN else self.typed
            self.strokes.append(handwriting.rule(layer, start, end, self.grid, rng, hand=rule.hand))
        for signature in page.signatures:
            self.lines.append(handwriting.sign(self.pen, signature, self._hand(signature.hand), self.grid, rng))
        for stamp in page.stamps:
            face = self._faces.stamps[stamp.face % len(self._faces.stamps)]
            self.lines.extend(stamps.press(self.stamp, stamp, face, self.grid, rng))

    def _type(self, typed: Typed) -> None:
        drawn = self._machine.type(self.typed, typed, self._rng)
        self.lines.append(drawn)
        for stretch in typed.underlined:
            stroke = self._machine.underline(self.typed, drawn.stops, stretch, self._rng)
            self.strokes.append(replace(stroke, line=typed.id))
        for stretch in typed.overtyped:
            stroke = self._machine.overtype(self.typed, drawn.stops, stretch, self._rng)
            self.strokes.append(replace(stroke, line=typed.id))

    def _strike_out(self, typed: Typed) -> None:
        for stretch in typed.struck:
            stroke = handwriting.strike_out(self.pen, self._drawn(typed.id).stops, stretch, self.grid, self._rng)
            self.strokes.append(replace(stroke, line=typed.id))

    def _write(self, written: Written) -> None:
        face = self._hand(written.hand)
        if written.into is None:
            at = self.grid.point(written.column, written.row)
            drawn, strokes = handwriting.write(self.pen, written, at, face, self.grid, self._rng)
            self.lines.append(drawn)
            self.strokes.extend(strokes)
            return
        host = self._drawn(written.into.line)
        if not 0 <= written.into.offset < len(host.stops):
            raise ValueError(f"{written.id} goes in beyond the end of {host.id}")
        place = host.stops[written.into.offset]
        # A hand puts the caret into the blank between two words, where there is one.
        blank = host.text[written.into.offset : written.into.offset + 1] == " "
        x, y = float(place[0]) + (self.grid.pitch / 2 if blank else 0.0), float(place[1])
        mark = handwriting.caret(self.pen, (x, y), self.grid, self._rng, pressure=written.pressure)
        self.strokes.append(replace(mark, line=written.id))
        across, down = self.grid.point(written.column, written.row)
        at = (x + across, y + down - self.grid.pitch * 1.3)
        drawn, strokes = handwriting.write(self.pen, written, at, face, self.grid, self._rng, hang=0.4)
        self.strokes.extend(strokes)
        self.lines.append(replace(drawn, line=host.id, offset=written.into.offset, anchor=(x, y)))

    def _hand(self, number: int) -> Face:
        return self._faces.hands[number % len(self._faces.hands)]

    def _drawn(self, identity: str) -> DrawnLine:
        found = next((line for line in self.lines if line.id == identity), None)
        if found is None:
            raise ValueError(f"there is no typed line {identity!r} on the page")
        return found


def _behind(page: PageDescription, faces: Faces, faults: Faults, rng: np.random.Generator) -> Ink | None:
    """Draw what shines through, at half the resolution: it ends up blurred."""
    if not page.behind or faults.showing <= 0.0:
        return None
    layer = np.zeros((page.size.height // 2, page.size.width // 2), np.float32)
    grid: Grid = grid_of(page, share=0.5)
    machine = Machine(faces.typewriters[page.typewriter % len(faces.typewriters)], grid, faults, page.machine)
    for typed in page.behind:
        machine.type(layer, typed, rng)
    return layer


def _burn_in(image: Grey, imprint: Imprint, face: Face, *, margin: float) -> tuple[Grey, DrawnLine]:
    """Print a line along the lower edge, on a light ground of its own."""
    height, width = image.shape
    size = max(8.0, round(height * 0.0095, 1))
    length = sum(face.font(place, size).getlength(run) for place, run in face.runs(imprint.text))
    x, y = (width - length) / 2, height - margin - size * 1.1
    letters = Image.new("L", (width, height), 0)
    brush = ImageDraw.Draw(letters)
    pen = x
    for place, run in face.runs(imprint.text):
        brush.text((pen, y), run, font=face.font(place, size), fill=255, anchor="ls")
        pen += face.font(place, size).getlength(run)
    top, bottom = round(y - size * 1.6), min(height, round(y + size * 0.9))
    ink: NDArray[np.uint8] = np.asarray(letters)[top:bottom]
    ground = np.asarray(letters.crop((0, top, width, bottom)).filter(ImageFilter.MaxFilter(9)), np.float32) / 255
    ground = np.asarray(cv2.GaussianBlur(ground, (0, 0), size * 0.12), np.float32)
    below = image[top:bottom].astype(np.float32)
    lit = below + (235.0 - below) * ground
    image[top:bottom] = np.clip(lit * (1.0 - ink.astype(np.float32) / 255 * 0.85), 0, 255).astype(np.uint8)
    path: Points = np.array([(x, y), (x + length, y)])
    boundary = band(path, above=size * 1.0, below=size * 0.32)
    drawn = DrawnLine(imprint.id, imprint.text, Hand.PRINTED, Role.MARGINAL, path, boundary, np.empty((0, 2)))
    return image, drawn
