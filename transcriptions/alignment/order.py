"""The order in which a page's lines are read, where what was read on them contradicts the page's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transcriptions.alignment.anchors import rising
from transcriptions.alignment.spans import Seen
from transcriptions.model import Line

_STRAY = 0.1
"""Share of the anchored lines up to which they are taken for single strays, which are moved one by one afterwards."""

_AWAY, _FARTHEST, _ACROSS, _CLEAR = 0.4, 5.0, 20.0, 1.0


def reading_order(members: Sequence[int], lines: Sequence[Seen], anchors: Mapping[int, int]) -> list[int]:
    """Order the lines of a page as given, or, where anchors rise in another order, by them.

    A line without an anchor follows the anchored line above it. Pinned lines always rise. Shapes of letters
    alone say nothing against the order of the page: a false anchor would take all lines below it along.
    """
    known = [j for j in members if j in anchors and (len(lines[j].read) or lines[j].fixed)]
    rise = rising([anchors[j] for j in known], [1.0] * len(known))
    pinned = [fixed.start for j in members if (fixed := lines[j].fixed) is not None]
    strays = len(known) - len(rise)
    if len(known) < 3 or strays <= _STRAY * len(known):
        return list(members) if pinned == sorted(pinned) else _with_pins_rising(members, lines, anchors)
    key: dict[int, tuple[float, float]] = {}
    trusted = frozenset(known)
    for rank, j in enumerate(members):
        if j in trusted:
            key[j] = (float(anchors[j]), 0.0)
            continue
        above = [i for i in key if _above(lines[i], lines[j])]
        nearest = min(above, key=lambda i: _middle(lines[j]) - _middle(lines[i]), default=None)
        key[j] = (key[nearest][0], key[nearest][1] + 0.01 + rank) if nearest is not None else (-1.0, float(rank))
    return sorted(members, key=lambda j: key[j])


def _with_pins_rising(members: Sequence[int], lines: Sequence[Seen], anchors: Mapping[int, int]) -> list[int]:
    """Keep the order of the page but for pinned lines that most others contradict: they go to their text."""
    known = [j for j in members if j in anchors and (len(lines[j].read) or lines[j].fixed)]
    steady = {known[k] for k in rising([anchors[j] for j in known], [1.0] * len(known))}
    gone = [j for j in known if lines[j].fixed is not None and j not in steady]
    ordered = [j for j in members if j not in gone]
    for j in sorted(gone, key=lambda j: anchors[j]):
        behind = (k for k, other in enumerate(ordered) if other in steady and anchors[other] > anchors[j])
        ordered.insert(next(behind, len(ordered)), j)
    return ordered


def with_loose(lines: Sequence[Line], loose: Sequence[Line]) -> list[Line]:
    """Give a page's lines in order, and loose ink among them: behind its host, or behind what is just above it."""
    ordered = list(lines)
    feet = {line.id: line.box.bottom for line in lines} if loose else {}
    for each in loose:
        host = None if each.anchor is None else each.anchor.line
        top = each.box.y
        above = [line for line in lines if line.id == host or (host is None and feet[line.id] <= top)]
        nearest = max(above, key=lambda line: feet[line.id], default=None)
        ordered.insert(0 if nearest is None else ordered.index(nearest) + 1, each)
    return ordered


def _middle(line: Seen) -> float:
    return line.box.y + line.box.height / 2


def _above(upper: Seen, lower: Seen) -> bool:
    shared = min(upper.box.right, lower.box.right) - max(upper.box.x, lower.box.x)
    return _middle(lower) > _middle(upper) and shared > 0.3 * min(upper.box.width, lower.box.width)


def side_by_side(first: Seen, second: Seen, *, pitch: float, gap: float) -> bool:
    """Say whether two lines could be parts of one: the second right of the first, at most `gap` letters away."""
    if first.page != second.page or first.by_hand != second.by_hand or first.fixed or second.fixed:
        return False
    shared = min(first.box.bottom, second.box.bottom) - max(first.box.y, second.box.y)
    away = (second.box.x - first.box.right) / pitch
    return -1.5 < away <= gap and shared > 0.5 * min(first.box.height, second.box.height)


def _stands_clear(line: Seen, others: Sequence[Seen]) -> bool:
    middle = _middle(line)
    return all(middle < each.box.y for each in others) or all(middle > each.box.bottom for each in others)


def oddness(order: Sequence[int], at: int, moved: int, lines: Sequence[Seen], pitch: float) -> float:
    """Give the cost of reading a line just before the one at a place of the order, by how far off it lies.

    What stands above or below all else, as page numbers do, may be read first or last.
    """
    line = lines[moved]
    if at in (0, len(order)) and _stands_clear(line, [lines[j] for j in order]):
        return _CLEAR
    distances = []
    for j in order[max(0, at - 1) : at + 1]:
        other = lines[j]
        down = abs(_middle(line) - _middle(other)) / max(1, min(line.box.height, other.box.height))
        across = max(0, line.box.x - other.box.right, other.box.x - line.box.right) / pitch
        distances.append(down + across / _ACROSS)
    return min(_FARTHEST, _AWAY * min(distances, default=0.0))
