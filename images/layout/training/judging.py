"""Fits how surely a found line is one, and whose hand it is in, on pages whose lines are known.

`python -m images.layout.training.judging --help`; it writes `images.layout.fitted`.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from images.layout import closer, fitted, network, strokes
from images.layout.analyse import carried_line
from images.layout.confidence import terms
from images.layout.evaluation import LEAST_SHARED, TruePage, agreement, is_in_stamp, line_height, matched
from images.layout.look import candidates, maps_of, seen_with
from images.layout.maps import MAP_HANDS, Network
from images.layout.page import Hand, Line, Role
from images.layout.preprocess import grey_of, prepare
from images.layout.training.faces import read_faces
from images.layout.training.truths import real_truths, rendered_truths

Numbers = NDArray[np.float64]

_STIFFNESS = 2.0
_ROUNDS = 40
_LEAST_SPREAD = 0.03
_SHARPEST = 1200
_STRENGTHS = (0.25, 0.4, 0.55)
_SOURCE = '''"""Numbers fitted by `images.layout.training.judging`, which writes this module: change nothing by hand."""

from __future__ import annotations

import numpy as np

CONFIDENCE = np.array([
{confidence}])  # fmt: skip
"""Weights of `confidence.terms`, then of 1."""

HANDS = np.array([
{hands}])  # fmt: skip
"""For each hand of `maps.MAP_HANDS`, weights of the features of a line, then of 1."""
'''


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on a page: features by line, which are lines of the truth, and their true hands (-1 unknown)."""

    page: str
    features: Numbers
    right: NDArray[np.bool_]
    hand: NDArray[np.int64]


def found_on(page: TruePage, pixels: NDArray[np.uint8], net: Network) -> Found | None:
    """Look for lines without judging them: level ones, and those squeezed in between them that a closer look finds.

    None where nothing can be learned from the page.
    """
    ready = prepare(pixels)
    if ready.remark or not page.lines:
        return None
    _, text, plain = strokes.find_runs(ready.ink)
    maps = maps_of(ready, net)
    seen = seen_with(maps, ready, text, plain)
    text, plain = seen.text, seen.plain
    shapes, _, values = candidates(ready, maps, text, plain)
    found = [_compared(page, [carried_line(shape, (), ready, Role.BODY) for shape in shapes], values)]
    letters = closer.letters_of_rows(seen)
    for near in closer.places_nearby(seen, np.zeros_like(text)):
        shown = near.view.page
        shapes, _, values = candidates(shown, maps_of(replace(shown, ink=near.text), net), near.text, near.text)
        kept = [i for i, shape in enumerate(shapes) if closer.is_squeezed_in(shape.trace, near.view, letters)]
        lines = [carried_line(shapes[i], (), shown, Role.BODY) for i in kept]
        found.append(_compared(page, lines, values[kept]))
    return Found(
        page.name,
        np.concatenate([each.features for each in found]),
        np.concatenate([each.right for each in found]),
        np.concatenate([each.hand for each in found]),
    )


def _compared(page: TruePage, lines: Sequence[Line], values: Numbers) -> Found:
    """Say of each line whether it is one of the truth, leaving out those of which the truth does not tell."""
    shared = agreement(page.lines, lines, line_height([line.box for line in page.lines]))
    pairs = {j: i for i, j in matched(shared, LEAST_SHARED)}
    known = [j in pairs or (page.complete and not is_in_stamp(line, page.lines)) for j, line in enumerate(lines)]
    right = np.array([j in pairs for j in range(len(lines))], dtype=np.bool_)
    hand = np.array([_hand(page.lines[pairs[j]].hand) if j in pairs else -1 for j in range(len(lines))], dtype=np.int64)
    mask = np.array(known, dtype=np.bool_)
    return Found(page.name, values[mask], right[mask], hand[mask])


def shown_through(pixels: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    """Let a page shine through itself from behind, mirrored, moved and blurred; what is seen of it is no line."""
    light = grey_of(pixels).astype(np.float32)
    dark = np.maximum(np.percentile(light, 90) - light, 0)[:, ::-1]
    blurred = cv2.GaussianBlur(np.ascontiguousarray(dark), (0, 0), light.shape[0] / _SHARPEST)
    back = np.roll(blurred, light.shape[0] // 90, axis=0)
    return np.clip(light - strength * back, 0, 255).astype(np.uint8)


def _hand(hand: Hand) -> int:
    named = Hand.TYPED if hand is Hand.PRINTED else hand
    return MAP_HANDS.index(named) if named in MAP_HANDS else -1


def fit(values: Numbers, right: NDArray[np.bool_], *, even_out: bool = False) -> Numbers:
    """Give the weights of a logistic regression on these values and 1, by Newton's method.

    Large weights are held back by how far each value is spread. To `even_out` makes the rarer answer count more, by the
    root of how rare it is.
    """
    wide = np.column_stack([values, np.ones(len(values))])
    share = float(np.clip(right.mean(), 1e-3, 1 - 1e-3))
    counts = np.where(right, share**-0.5, (1 - share) ** -0.5) if even_out else np.ones(len(right))
    middle, spread = wide.mean(axis=0), np.maximum(wide.std(axis=0), _LEAST_SPREAD)
    middle[-1], spread[-1] = 0.0, 1.0
    even = (wide - middle) / spread
    weights = np.zeros(even.shape[1])
    held = np.full(even.shape[1], _STIFFNESS)
    held[-1] = 1e-6
    for _ in range(_ROUNDS):
        said = 1 / (1 + np.exp(-np.clip(even @ weights, -30, 30)))
        slope = even.T @ (counts * (said - right)) + held * weights
        curve = (even * (counts * said * (1 - said))[:, None]).T @ even + np.diag(held)
        weights -= np.linalg.solve(curve, slope)
    own = weights / spread
    own[-1] -= float((own * middle).sum())
    return np.asarray(own, dtype=np.float64)


def _pages(
    folders: Iterable[Path], every: int, rendered: int, fonts: Path | None
) -> Iterator[tuple[TruePage, NDArray[np.uint8]]]:
    for folder in folders:
        yield from itertools.islice(real_truths(folder), 0, None, every)
    if fonts is not None:
        faces = read_faces(fonts)
        for level in range(3):
            first = 50_000 + level * rendered
            yield from rendered_truths(range(first, first + rendered), faces, level=level)


def written(confidence: Numbers, hands: Numbers) -> str:
    """Give the source of `images.layout.fitted`."""
    rows = "".join(f"    [\n{_rows(row, 8)}    ],\n" for row in hands)
    return _SOURCE.format(confidence=_rows(confidence, 4), hands=rows)


def _rows(weights: Numbers, indent: int) -> str:
    words = ", ".join(f"{weight:.4g}" for weight in weights) + ","
    space = " " * indent
    return textwrap.fill(words, 120, initial_indent=space, subsequent_indent=space) + "\n"


def main() -> None:
    """Look at pages, fit, and write the weights."""
    parser = argparse.ArgumentParser(description="Fit how surely a found line is one, and whose hand it is in.")
    parser.add_argument("--truth", type=Path, action="append", default=[], help="a folder of ground truth; repeatable")
    parser.add_argument("--every", type=int, default=1, help="take every so many-th page of those folders only")
    parser.add_argument("--rendered", type=int, default=20, help="number of rendered pages of each level of faults")
    parser.add_argument("--fonts", type=Path, help="a folder of npm packages with the typefaces")
    parser.add_argument("--write", type=Path, default=Path(fitted.__file__), help="the module to write")
    given = parser.parse_args()
    net = network.own()
    every = []
    for number, (page, pixels) in enumerate(_pages(given.truth, given.every, given.rendered, given.fonts)):
        worn = shown_through(pixels, _STRENGTHS[number % len(_STRENGTHS)])
        every += [each for each in (found_on(page, pixels, net), found_on(page, worn, net)) if each is not None]
        print(f"\r{number + 1} pages", end="", file=sys.stderr)
    values = np.concatenate([each.features for each in every])
    right = np.concatenate([each.right for each in every])
    hand = np.concatenate([each.hand for each in every])
    print(f"{len(values)} lines of {len(every)} pages, {right.mean():.3f} of them right")
    known = hand >= 0
    hands = [fit(values[known], hand[known] == number, even_out=True) for number in range(len(MAP_HANDS))]
    given.write.write_text(written(fit(terms(values), right), np.stack(hands)), "utf-8")


if __name__ == "__main__":
    main()
