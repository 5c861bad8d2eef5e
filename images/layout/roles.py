"""What each line is for: insertions and their places, the date at the head, stamps, signature, page number, margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from images.layout.blocks import Extent, line_distance
from images.layout.page import Hand, Role

_INDENT = 0.35
_FILLED = 15.0
_LARGE = 1.18
_NAME_REACH = 4.5
_ALIKE = 0.08
_COLUMN = 3
_PRINTED = (Hand.TYPED, Hand.PRINTED)


@dataclass(frozen=True, slots=True)
class Roles:
    """The role of each line, and for insertions the index of the line that each goes into."""

    roles: tuple[Role, ...]
    places: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """Where the running text of a page stands: its margins, its first and last line."""

    left: float
    right: float
    top: float
    bottom: float
    distance: float

    @property
    def width(self) -> float:
        """Distance of the margins."""
        return self.right - self.left


def roles_of(extents: Sequence[Extent]) -> Roles:
    """Propose a role for each line of a page out of where it stands and who wrote it."""
    text = _running_text(extents)
    places = tuple(_insertion_place(i, extents, text) for i in range(len(extents)))
    roles = tuple(Role.INSERTION if places[i] is not None else _role(i, extents, text) for i in range(len(extents)))
    for once in (Role.DATE, Role.SIGNATURE):
        roles = _only_widest(once, roles, extents)
    return Roles(_with_typed_name(roles, extents, text), places)


def _running_text(extents: Sequence[Extent]) -> _Text:
    """Find the running text: the margins between which most of what is typed (or else written) stands."""
    typed = [e for e in extents if e.hand in _PRINTED] or list(extents)
    if not typed:
        return _Text(0, 0, 0, 0, 0)
    weights = np.array([e.width for e in typed])
    longest = [e for e in typed if e.width >= 0.5 * np.percentile(weights, 90)]
    lefts, rights = [e.left for e in longest], [e.right for e in longest]
    return _Text(
        left=float(np.percentile(lefts, 10)),
        right=float(np.percentile(rights, 90)),
        top=min(e.head for e in longest),
        bottom=max(e.base for e in longest),
        distance=line_distance(extents),
    )


def _insertion_place(index: int, extents: Sequence[Extent], text: _Text) -> int | None:
    """Give the typed line right below a handwritten one that stands closely above it, or None."""
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
    if best is None or extents[best].base < text.top:
        return None
    return best


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
    if this.right < text.left - 0.5 * this.height or this.left > text.right + 2 * this.height:
        return Role.MARGINAL if text.top < this.base < text.bottom else Role.BODY
    return Role.HEADING if _is_heading(this, extents, text) else Role.BODY


def _handwritten_role(this: Extent, extents: Sequence[Extent], text: _Text) -> Role:
    typed = [e for e in extents if e.hand in _PRINTED]
    if sum(e.width for e in typed) < 0.5 * sum(e.width for e in extents):
        return Role.BODY
    if this.base < text.top + 0.02 * (text.bottom - text.top):
        # On the right, where dates stand, one that leans is likelier than a note of a single line.
        steepest = 0.2 if this.left > text.left + 0.5 * text.width else 0.09
        return Role.DATE if abs(this.slope) < steepest and not _is_of_a_note(this, extents) else Role.MARGINAL
    if this.middle > text.bottom:
        return Role.SIGNATURE
    return Role.BODY if _fills_in(this, typed, text) else Role.MARGINAL


def _is_large_at_the_head(this: Extent, extents: Sequence[Extent], text: _Text) -> bool:
    """Tell whether a line stands above the text in the right half in letters larger than type: a date by hand, though
    it was taken for type."""
    usual = float(
        np.median([e.height for e in extents if e.hand in _PRINTED and e.width > 0.4 * text.width] or [np.inf])
    )
    right = this.left > text.left + 0.5 * text.width and this.right > text.left + 0.75 * text.width
    first = all(e.base > this.head for e in extents)
    return right and first and this.base < text.top and this.height > _LARGE * usual and this.width > 6 * usual


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
        and roles[i] in (Role.BODY, Role.HEADING, Role.PAGE_NUMBER, Role.MARGINAL)
    ]
    if not under:
        return roles
    name = min(under, key=lambda i: extents[i].base)
    if any(_heads_a_column(extents[i], extents[name], text) for i in typed):
        return roles
    return tuple(Role.SIGNATURE if i == name else role for i, role in enumerate(roles))


def _heads_a_column(upper: Extent, this: Extent, text: _Text) -> bool:
    """Tell whether a line stands right above another and begins where it does, as in a column of text."""
    gap = this.base - upper.base
    return 0.3 * text.distance < gap < 1.6 * text.distance and abs(upper.left - this.left) < 2.5 * this.height


def _is_page_number(index: int, extents: Sequence[Extent], text: _Text) -> bool:
    """Tell whether a line is short, and stands alone above or below all others, in the middle or at the right."""
    this = extents[index]
    others = [e for i, e in enumerate(extents) if i != index and e.width > 3 * e.height]
    if len(others) < 3:
        return False
    centred = abs((this.left + this.right) / 2 - (text.left + text.right) / 2) < 0.12 * (text.right - text.left)
    above = all(e.head > this.base for e in others) and (centred or this.left > text.left + 0.5 * text.width)
    below = all(e.base < this.head for e in others)
    return this.width < (8 if centred else 4.5) * this.height and (above or below)


def _is_heading(this: Extent, extents: Sequence[Extent], text: _Text) -> bool:
    """Tell whether a line is short, stands alone in the middle between the margins, and is not of a column there."""
    width = text.width
    if this.width > 0.6 * width or text.distance == 0:
        return False
    off = abs((this.left + this.right) / 2 - (text.left + text.right) / 2)
    indented = this.left - text.left > 0.12 * width and text.right - this.right > 0.12 * width
    alone = not any(e is not this and abs(e.middle - this.middle) < this.height for e in extents)
    return off < 0.045 * width and indented and alone and not _is_of_a_column(this, extents, text)


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
    return tuple(Role.MARGINAL if i in claimed and i != widest else given for i, given in enumerate(roles))
