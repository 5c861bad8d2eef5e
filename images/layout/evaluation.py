"""How well found lines agree with true ones: lines, hands, roles, insertions and confidence, counted page by page.

Whether a line is found is judged as neutrally as can be: it must share 0.7 of its length with the true line, and run
within half a line of its middle. How tall a boundary is drawn does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from images.geometry import Box, Point
from images.layout.page import Hand, Layout, Line, Role

Numbers = NDArray[np.float64]

LEAST_SHARED = 0.7
_LEAST_SHARED_FOR_HAND = 0.5
_STEPS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0001)


@dataclass(frozen=True, slots=True)
class TrueAnchor:
    """Where an insertion goes: the place of its line in the truth, and between which of its words.

    `gaps` are the x of all places between words of that line, its ends among them; `gap` is the one it goes into.
    """

    line: int
    gaps: tuple[int, ...]
    gap: int

    def is_nearest(self, x: int) -> bool:
        """Tell whether an x is nearer to the true place than to any other."""
        return abs(x - self.gaps[self.gap]) <= min(abs(x - gap) for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class TrueLine:
    """A line that stands on a page; `role` is None where the truth does not tell it."""

    box: Box
    baseline: tuple[Point, ...]
    hand: Hand
    role: Role | None = None
    anchor: TrueAnchor | None = None


@dataclass(frozen=True, slots=True)
class TruePage:
    """What stands on a page; where the truth is not `complete`, a line that it lacks is no error."""

    name: str
    group: str
    lines: tuple[TrueLine, ...]
    complete: bool = True


@dataclass(slots=True)
class Tally:
    """Counts over pages; `hands` and `roles` count pairs of true and found ones, `surely` lines and right lines by
    steps of confidence.

    Of the insertions, those are `named` that are called so, `hosted` that are put into the right line, and `placed`
    that are put between the right words of it.
    """

    pages: int = 0
    true: int = 0
    found: int = 0
    agreed: int = 0
    true_of_complete: int = 0
    agreed_of_complete: int = 0
    merged: int = 0
    inserts: int = 0
    inserts_found: int = 0
    inserts_named: int = 0
    inserts_hosted: int = 0
    inserts_placed: int = 0
    seconds: float = 0.0
    hands: Counter[tuple[Hand, Hand]] = field(default_factory=Counter)
    roles: Counter[tuple[Role | None, Role | None]] = field(default_factory=Counter)
    surely: Counter[tuple[int, bool]] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add the counts of another tally."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def precision(self) -> float:
        """Share of the found lines that are true, on pages whose truth is complete."""
        return self.agreed_of_complete / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the true lines that are found."""
        return self.agreed / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, on pages whose truth is complete."""
        both = self.found + self.true_of_complete
        return 2 * self.agreed_of_complete / both if both else 0.0

    @property
    def hand_accuracy(self) -> float:
        """Balanced accuracy of hands: the mean over true hands of the share named rightly; print counts as typed."""
        return _balanced(_retyped(self.hands))

    @property
    def role_f1(self) -> float:
        """Mean over the roles that readers look for of their F1; a line that is not found has no role."""
        wanted = (Role.DATE, Role.INSERTION, Role.MARGINAL, Role.STAMP, Role.SIGNATURE, Role.PAGE_NUMBER)
        values = [_role_f1(self.roles, role) for role in wanted]
        told = [value for value in values if value is not None]
        return sum(told) / len(told) if told else 0.0

    def reliability(self) -> list[tuple[float, float, int, float]]:
        """Give steps of confidence: from, to, number of lines, share of them that are right."""
        out = []
        for step in range(len(_STEPS) - 1):
            right, wrong = self.surely[(step, True)], self.surely[(step, False)]
            if right + wrong:
                out.append((_STEPS[step], min(1.0, _STEPS[step + 1]), right + wrong, right / (right + wrong)))
        return out


def tally(page: TruePage, layout: Layout) -> Tally:
    """Compare the layout of a page with its truth."""
    unit = line_height([line.box for line in page.lines])
    shared = agreement(page.lines, layout.lines, unit)
    asked = [i for i, line in enumerate(page.lines) if line.hand is not Hand.STAMP]
    answered = [j for j, line in enumerate(layout.lines) if not is_in_stamp(line, page.lines)]
    pairs = matched(shared[np.ix_(asked, answered)], LEAST_SHARED)
    right = {answered[j] for _, j in pairs}
    out = Tally(pages=1, true=len(asked), agreed=len(pairs), merged=_merged(page.lines, layout.lines, unit))
    if page.complete:
        out.found, out.true_of_complete, out.agreed_of_complete = len(answered), len(asked), len(pairs)
        for j in answered:
            step = int(np.searchsorted(_STEPS, layout.lines[j].confidence, side="right")) - 1
            out.surely[(step, j in right)] += 1
    paired = dict(matched(shared, _LEAST_SHARED_FOR_HAND))
    for i, j in paired.items():
        if page.lines[i].hand is not Hand.UNKNOWN:
            out.hands[(page.lines[i].hand, layout.lines[j].hand)] += 1
    if any(line.role is not None for line in page.lines):
        _tally_roles(out, page, layout, paired)
    return out


def line_height(boxes: Sequence[Box]) -> float:
    """Give the height of a line of a page: the usual smaller one of its own height and its distance to the next."""
    heights = []
    for box in boxes:
        away = [
            abs((box.y + box.bottom) - (other.y + other.bottom)) / 2
            for other in boxes
            if other is not box
            and min(box.right, other.right) - max(box.x, other.x) > 0.3 * min(box.width, other.width)
        ]
        heights.append(min([box.height, *(d for d in away if d > 0.25 * box.height)]))
    return float(np.median(heights)) if heights else 30.0


def matched(shared: Numbers, least: float) -> list[tuple[int, int]]:
    """Pair rows with columns one to one, best first, as long as they share at least so much."""
    left = shared.copy()
    pairs = []
    while left.size and left.max() >= least:
        row, column = divmod(int(left.argmax()), left.shape[1])
        pairs.append((row, column))
        left[row, :] = left[:, column] = -1
    return pairs


def agreement(truth: Sequence[TrueLine], found: Sequence[Line], unit: float) -> Numbers:
    """Give the share of common length of lines whose middles run within half a line of each other, else 0."""
    out = np.zeros((len(truth), len(found)))
    for i, line in enumerate(truth):
        steep = _is_steep(line.baseline)
        a = _lain(line.box) if steep else line.box
        slope = 0.0 if steep else _slope(line.baseline)
        for j, other in enumerate(found):
            b = _lain(other.box) if steep else other.box
            common = min(a.right, b.right) - max(a.x, b.x)
            if common <= 0 or b.height > 2.6 * max(unit, a.height):
                continue
            across = (a.x + a.right - b.x - b.right) / 2
            lean = slope or (0.0 if steep else _slope(other.baseline.points))
            if abs((a.y + a.bottom) / 2 - (b.y + b.bottom) / 2 - across * lean) <= 0.5 * unit:
                out[i, j] = common / (max(a.right, b.right) - min(a.x, b.x))
    return out


def _is_steep(baseline: Sequence[Point]) -> bool:
    return abs(baseline[-1].y - baseline[0].y) > abs(baseline[-1].x - baseline[0].x)


def _lain(box: Box) -> Box:
    """Give the box of a line that runs up or down as if it lay."""
    return Box(box.y, box.x, box.height, box.width)


def _slope(baseline: Sequence[Point]) -> float:
    x, y = np.array([p.x for p in baseline], float), np.array([p.y for p in baseline], float)
    return float(np.polyfit(x, y, 1)[0]) if np.ptp(x) > 3 * max(float(np.ptp(y)), 1.0) else 0.0


def _covered(inner: Box, outer: Box) -> float:
    across = min(inner.right, outer.right) - max(inner.x, outer.x)
    down = min(inner.bottom, outer.bottom) - max(inner.y, outer.y)
    return max(0, across) * max(0, down) / max(1, inner.width * inner.height)


def is_in_stamp(line: Line, truth: Iterable[TrueLine]) -> bool:
    """Tell whether most of a line lies in a stamp: stamps are neither asked for nor errors."""
    return any(true.hand is Hand.STAMP and _covered(line.box, true.box) > 0.6 for true in truth)


def _merged(truth: Sequence[TrueLine], found: Iterable[Line], unit: float) -> int:
    """Count the lines that hold two true ones above each other."""
    level = [line for line in truth if line.hand is not Hand.STAMP and not _is_steep(line.baseline)]
    return sum(
        line.box.height > 1.7 * unit and sum(_covered(true.box, line.box) > 0.7 for true in level) >= 2
        for line in found
        if not _is_steep(line.baseline.points)
    )


def _tally_roles(out: Tally, page: TruePage, layout: Layout, paired: dict[int, int]) -> None:
    for i, line in enumerate(page.lines):
        out.roles[(line.role, layout.lines[paired[i]].role if i in paired else None)] += 1
        if line.role is not Role.INSERTION:
            continue
        out.inserts += 1
        if i in paired:
            _tally_insertion(out, line, layout.lines[paired[i]], paired)
    for j in set(range(len(layout.lines))) - set(paired.values()):
        if not is_in_stamp(layout.lines[j], page.lines):
            out.roles[(None, layout.lines[j].role)] += 1


def _tally_insertion(out: Tally, true: TrueLine, found: Line, paired: dict[int, int]) -> None:
    out.inserts_found += 1
    out.inserts_named += found.role is Role.INSERTION
    if found.place is None or true.anchor is None:
        return
    hosted = paired.get(true.anchor.line) == found.place.line
    out.inserts_hosted += hosted
    out.inserts_placed += hosted and true.anchor.is_nearest(found.place.x)


def _as_typed(hand: Hand) -> Hand:
    return Hand.TYPED if hand is Hand.PRINTED else hand


def _retyped(hands: Counter[tuple[Hand, Hand]]) -> Counter[tuple[Hand, Hand]]:
    out: Counter[tuple[Hand, Hand]] = Counter()
    for (true, found), count in hands.items():
        out[(_as_typed(true), _as_typed(found))] += count
    return out


def _balanced(hands: Counter[tuple[Hand, Hand]]) -> float:
    shares = []
    for hand in {true for true, _ in hands}:
        of_hand = sum(count for (true, _), count in hands.items() if true is hand)
        shares.append(hands[(hand, hand)] / of_hand if of_hand else 0.0)
    return sum(shares) / len(shares) if shares else 0.0


def _role_f1(roles: Counter[tuple[Role | None, Role | None]], role: Role) -> float | None:
    true = sum(count for (a, _), count in roles.items() if a is role)
    found = sum(count for (_, b), count in roles.items() if b is role)
    return 2 * roles[(role, role)] / (true + found) if true else None
