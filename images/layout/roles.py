"""What each line is for: insertions and their places, the date at the head, stamps, signature, page number, margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from images.layout.blocks import Extent, group, line_distance
from images.layout.page import Hand, Role

_INDENT = 0.35
_FILLED = 15.0
_LARGE = 1.18
_NAME_REACH = 4.5
_SHORT_NAME, _CAPITALS = 12.0, 1.1
_SIGNED, _SIGNED_REACH = 9.0, 8.0
_DATE, _LONGEST_DATE = 8.0, 30.0
_NUMBER, _NARROW_NUMBER, _DIGITS = 7.0, 4.0, 5.2
_APART, _SPACE = 1.4, 1.15
_HEADINGS = 3
_ALIKE = 0.08
_COLUMN = 3
_CELLS, _OUTSIDE = 3, 0.15
_ROOMY = 0.25
_IN_ROW, _BETWEEN = 0.2, 0.75
_PRINTED = (Hand.TYPED, Hand.PRINTED)


@dataclass(frozen=True, slots=True)
class Roles:
    """The role of each line, and for insertions the index of the line that each goes into."""

    roles: tuple[Role, ...]
    places: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """Where the running text of a page stands: its margins, its first and last line, and how far its rows are apart.

    `height` is that of its small letters; `columns` tells whether much of what is typed stands beside the margins, as
    in a table.
    """

    left: float
    right: float
    top: float
    bottom: float
    distance: float
    height: float
    columns: bool

    @property
    def width(self) -> float:
        """Distance of the margins."""
        return self.right - self.left


def roles_of(extents: Sequence[Extent]) -> Roles:
    """Propose a role for each line of a page out of where it stands and who wrote it."""
    text = _running_text(extents)
    rows = _rows_by_hand(extents)
    places = tuple(_insertion_place(i, extents, text, rows) for i in range(len(extents)))
    roles = tuple(Role.INSERTION if places[i] is not None else _role(i, extents, text) for i in range(len(extents)))
    for once in (Role.DATE, Role.SIGNATURE):
        roles = _only_widest(once, roles, extents)
    return Roles(_with_headings(_with_typed_name(roles, extents, text), extents, text), places)


def _running_text(extents: Sequence[Extent]) -> _Text:
    """Find the running text: the margins between which most of what is typed (or else written) stands."""
    typed = [e for e in extents if e.hand in _PRINTED] or list(extents)
    if not typed:
        return _Text(0, 0, 0, 0, 0, 1, False)
    weights = np.array([e.width for e in typed])
    longest = [e for e in typed if e.width >= 0.5 * np.percentile(weights, 90)]
    lefts, rights = [e.left for e in longest], [e.right for e in longest]
    left, right = float(np.percentile(lefts, 10)), float(np.percentile(rights, 90))
    height = float(np.median([e.height for e in longest]))
    beside = [e for e in typed if _is_beside(e, left, right, e.height)]
    return _Text(
        left=left,
        right=right,
        top=min(e.head for e in longest),
        bottom=max(e.base for e in longest),
        distance=line_distance(extents),
        height=height,
        columns=len(beside) > max(_CELLS, _OUTSIDE * len(typed)),
    )


def _is_beside(this: Extent, left: float, right: float, height: float) -> bool:
    return this.right < left - 0.5 * height or this.left > right + 2 * height


def _insertion_place(index: int, extents: Sequence[Extent], text: _Text, rows: _Rows) -> int | None:
    """Give the typed line right below a handwritten one that stands closely above it, else the row by hand below what
    stands between two such rows, or None."""
    this = extents[index]
    if this.hand is not Hand.HANDWRITTEN or abs(this.slope) > 0.12:
        return None
    best, nearest = None, np.inf
    for number, other in enumerate(extents):
        gap = other.base - this.base
        if other.hand not in _PRINTED or this.width > 0.9 * other.width or this.shared(other) < 0.6:
            continue
        farthest = max(2.6 * other.height, 0.6 * text.distance)
        if -0.3 * other.height < gap < farthest and abs(gap - 1.3 * other.height) < nearest:
            best, nearest = number, abs(gap - 1.3 * other.height)
    if best is None:
        return _row_below(this, extents, rows)
    return best if extents[best].base >= text.top else None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The long lines by hand of a page written by hand, by their indices, and how far they are apart; else none."""

    lines: tuple[int, ...]
    width: float
    distance: float


def _rows_by_hand(extents: Sequence[Extent]) -> _Rows:
    """Find the rows of a page most of which is written by hand."""
    by_hand = [i for i, e in enumerate(extents) if e.hand is Hand.HANDWRITTEN]
    if sum(extents[i].width for i in by_hand) <= 0.5 * sum(e.width for e in extents):
        return _Rows((), 0, 0)
    width = float(np.percentile([extents[i].width for i in by_hand], 90))
    long = [i for i in by_hand if extents[i].width > 0.5 * width]
    bases = np.sort([extents[i].base for i in long])
    return _Rows(tuple(long), width, float(np.median(np.diff(bases))) if len(long) > _COLUMN else 0.0)


def _row_below(this: Extent, extents: Sequence[Extent], rows: _Rows) -> int | None:
    """Give the row by hand that stands closer below a short line than rows stand below each other, or None."""
    if this.width > 0.5 * rows.width:
        return None
    gaps = {i: extents[i].base - this.base for i in rows.lines if this.shared(extents[i]) > 0.6}
    if any(abs(gap) < _IN_ROW * rows.distance for gap in gaps.values()):
        return None
    below = [i for i, gap in gaps.items() if 0 < gap < _BETWEEN * rows.distance]
    return min(below, key=lambda i: gaps[i], default=None)


def _role(index: int, extents: Sequence[Extent], text: _Text) -> Role:
    this = extents[index]
    if this.hand is Hand.STAMP:
        return Role.STAMP
    if _is_page_number(index, extents, text):
        return Role.PAGE_NUMBER
    if this.hand is Hand.HANDWRITTEN:
        return _handwritten_role(this, extents, text)
    if _is_large_at_the_head(this, extents, text):
        return Role.DATE
    if _is_beside(this, text.left, text.right, this.height) and text.top < this.base < text.bottom:
        return Role.BODY if text.columns or _is_cell(this, extents) else Role.MARGINAL
    return Role.BODY


def _is_cell(this: Extent, extents: Sequence[Extent]) -> bool:
    """Tell whether several typed lines stand in a row with this one, as the cells of a table do."""
    return len(_beside(this, extents)) + 1 >= _CELLS


def _beside(this: Extent, extents: Sequence[Extent]) -> list[Extent]:
    """Give the other typed lines in the row of a line."""
    return [e for e in extents if e is not this and e.hand in _PRINTED and abs(e.middle - this.middle) < this.height]


def _handwritten_role(this: Extent, extents: Sequence[Extent], text: _Text) -> Role:
    typed = [e for e in extents if e.hand in _PRINTED]
    if sum(e.width for e in typed) < 0.5 * sum(e.width for e in extents):
        return Role.BODY
    if this.base < text.top + 0.02 * (text.bottom - text.top):
        # On the right, where dates stand, one that leans is likelier than a note of a single line.
        steepest = 0.2 if this.left > text.left + 0.5 * text.width else 0.09
        dated = _DATE * text.height < this.width < _LONGEST_DATE * text.height
        upright = abs(this.slope) < steepest and not _is_of_a_note(this, extents)
        return Role.DATE if dated and upright else Role.MARGINAL
    if this.middle > text.bottom:
        return Role.SIGNATURE if _is_signed(this, text) else Role.MARGINAL
    return Role.BODY if _fills_in(this, typed, text) else Role.MARGINAL


def _is_signed(this: Extent, text: _Text) -> bool:
    """Tell whether a line by hand under the text is as long as a name, near the text and not left of it: shelf marks,
    numbers of leaves and what the library printed below its picture are not."""
    return (
        _SIGNED * text.height < this.width < 0.5 * text.width
        and this.left > text.left + _ROOMY * text.width
        and this.right < text.right + 0.15 * text.width
        and this.base - text.bottom < _SIGNED_REACH * max(text.distance, 1.5 * text.height)
    )


def _is_large_at_the_head(this: Extent, extents: Sequence[Extent], text: _Text) -> bool:
    """Tell whether a line stands above the text in the right half in letters larger than type: a date by hand, though
    it was taken for type."""
    usual = float(
        np.median([e.height for e in extents if e.hand in _PRINTED and e.width > 0.4 * text.width] or [np.inf])
    )
    right = this.left > text.left + 0.5 * text.width and this.right > text.left + 0.75 * text.width
    first = all(e.base > this.head for e in extents)
    return right and first and this.base < text.top and this.height > _LARGE * usual and this.width > 13 * usual


def _fills_in(this: Extent, typed: Sequence[Extent], text: _Text) -> bool:
    """Tell whether a line by hand goes on where a typed one stops, as what is filled into a form does."""
    return this.left > text.left + this.height and any(
        abs(e.middle - this.middle) < 0.7 * max(e.height, this.height)
        and -e.height < this.left - e.right < _FILLED * e.height
        for e in typed
    )


def _is_of_a_note(this: Extent, extents: Sequence[Extent]) -> bool:
    """Tell whether another line by hand that leans alike stands right above or below: a note has several lines, a date
    has one."""
    return any(
        other is not this
        and other.hand is Hand.HANDWRITTEN
        and abs(other.slope - this.slope) < _ALIKE
        and 0.8 * this.height < abs(other.middle - this.middle) < 3.5 * max(this.height, other.height)
        and this.shared(other) > 0.3
        for other in extents
    )


def _with_typed_name(roles: tuple[Role, ...], extents: Sequence[Extent], text: _Text) -> tuple[Role, ...]:
    """Call the typed name under the text a signature: the first short line of the right half behind the last line of
    the text, with nothing typed left of it."""
    if text.distance == 0:
        return roles
    typed = [i for i, e in enumerate(extents) if e.hand in _PRINTED and abs(e.slope) < 0.06]
    left = [
        i for i in typed if extents[i].left < text.left + _INDENT * text.width and extents[i].width > 2 * text.distance
    ]
    if not left:
        return roles
    last = max(extents[i].base for i in left)
    under = [
        i
        for i in typed
        if extents[i].left > text.left + _INDENT * text.width
        and 0.8 * text.distance < extents[i].base - last < _NAME_REACH * text.distance
        and extents[i].right > text.left + 0.75 * text.width
        and _is_name(extents[i], text)
        and roles[i] in (Role.BODY, Role.HEADING, Role.PAGE_NUMBER, Role.MARGINAL)
    ]
    if not under:
        return roles
    name = min(under, key=lambda i: extents[i].base)
    if any(_heads_a_column(extents[i], extents[name], text) for i in typed):
        return roles
    return tuple(Role.SIGNATURE if i == name else role for i, role in enumerate(roles))


def _is_name(this: Extent, text: _Text) -> bool:
    """Tell whether a line is long or in capitals: else it is the word with which the next page begins."""
    return this.width > _SHORT_NAME * text.height or this.height > _CAPITALS * text.height


def _heads_a_column(upper: Extent, this: Extent, text: _Text) -> bool:
    """Tell whether a line stands right above another and begins where it does, as in a column of text."""
    gap = this.base - upper.base
    return 0.3 * text.distance < gap < 1.6 * text.distance and abs(upper.left - this.left) < 2.5 * this.height


def _is_page_number(index: int, extents: Sequence[Extent], text: _Text) -> bool:
    """Tell whether a line is short and stands alone above or below all that is typed, not on the left: what is wider
    than a number of three letters, at some distance from it."""
    this = extents[index]
    by_hand = this.hand is Hand.HANDWRITTEN
    others = [e for i, e in enumerate(extents) if i != index and (e.hand in _PRINTED or by_hand)]
    # Dashes beside a number make it wide, and low; what is wide and high is a word in capitals.
    widest = _DIGITS if this.height > _CAPITALS * text.height else _NUMBER
    if sum(e.width > 3 * e.height for e in others) < 3 or this.width > widest * text.height:
        return False
    above, below = min(e.head for e in others) - this.base, this.head - max(e.base for e in others)
    apart = _APART * text.distance - text.height if this.width > _NARROW_NUMBER * text.height else 0.0
    # A short word on the right under the text is that with which the next page begins.
    ends = text.left + 0.75 * text.width if below > 0 and not by_hand else np.inf
    return max(above, below) > apart and text.left + _ROOMY * text.width < this.left and this.right < ends


def _with_headings(roles: tuple[Role, ...], extents: Sequence[Extent], text: _Text) -> tuple[Role, ...]:
    """Call headings what stands alone in the middle between the margins, a few lines together, with space above and
    below."""
    middle = [i for i, role in enumerate(roles) if role is Role.BODY and _is_in_the_middle(extents[i], extents, text)]
    headings: set[int] = set()
    for block in group([extents[i] for i in middle]) if text.distance else ():
        lines = [middle[i] for i in block]
        above, below = (_space(extents[lines[end]], extents, down) for end, down in ((0, False), (-1, True)))
        if (
            len(lines) <= _HEADINGS
            and min(above, below) > _SPACE * text.distance
            and extents[lines[-1]].base < text.bottom
        ):
            headings |= set(lines)
    return tuple(Role.HEADING if i in headings else role for i, role in enumerate(roles))


def _space(this: Extent, extents: Sequence[Extent], down: bool) -> float:
    """Give the distance of a line from the next typed one below it, or above it; infinite where there is none."""
    away = [(e.base - this.base) * (1 if down else -1) for e in extents if e.hand in _PRINTED and e.shared(this) > 0.3]
    return min((gap for gap in away if gap > 0.5 * this.height), default=np.inf)


def _is_in_the_middle(this: Extent, extents: Sequence[Extent], text: _Text) -> bool:
    """Tell whether a typed line is alone in its row, indented on both sides about alike, and not of a column there."""
    width = text.width
    if this.hand not in _PRINTED or this.width > 0.8 * width:
        return False
    off = abs((this.left + this.right) / 2 - (text.left + text.right) / 2)
    indented = min(this.left - text.left, text.right - this.right) > 0.06 * width
    return off < 0.1 * width and indented and not _beside(this, extents) and not _is_of_a_column(this, extents, text)


def _is_of_a_column(this: Extent, extents: Sequence[Extent], text: _Text) -> bool:
    """Tell whether several lines closely above and below begin where a line does; those of headings rarely do."""
    near = [e for e in extents if e is not this and abs(e.middle - this.middle) < 4.5 * text.distance]
    return sum(abs(e.left - this.left) < this.height for e in near) >= _COLUMN


def _only_widest(role: Role, roles: tuple[Role, ...], extents: Sequence[Extent]) -> tuple[Role, ...]:
    """Keep the widest of several lines of a role that a page has once; the others are notes in the margin."""
    claimed = [i for i, given in enumerate(roles) if given is role]
    if len(claimed) < 2:
        return roles
    widest = max(claimed, key=lambda i: extents[i].width)
    others = {i: Role.BODY if extents[i].hand in _PRINTED else Role.MARGINAL for i in claimed if i != widest}
    return tuple(others.get(i, given) for i, given in enumerate(roles))
