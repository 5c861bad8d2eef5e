"""Ranks: strings that order the segments of a text as plain text, with room for a new one between any two.

A rank is a fraction written in base 36 after an unwritten point, without trailing zeros; so between two different
ranks there is always another, and nothing else has to change when a segment is split.
"""

from __future__ import annotations

from itertools import pairwise

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)


def spread(count: int) -> tuple[str, ...]:
    """Give `count` ranks in ascending order, evenly spread and of one short length."""
    width = 1
    while _BASE**width < (count + 1) * 2:
        width += 1
    step = _BASE**width // (count + 1)
    return tuple(_write(step * (index + 1), width) for index in range(count))


def between(before: str, after: str) -> str:
    """Give a rank after `before` ("" for the start) and before `after` ("" for the end).

    Raises ValueError where `before` is not smaller than `after`.
    """
    if after and before >= after:
        raise ValueError(f"there is no rank between {before!r} and {after!r}")
    prefix = ""
    position = 0
    while True:
        low = _DIGITS.index(before[position]) if position < len(before) else 0
        high = _DIGITS.index(after[position]) if position < len(after) else _BASE
        if high - low > 1:
            return prefix + _DIGITS[(low + high) // 2]
        prefix += _DIGITS[low]
        if high - low == 1:
            after = ""
        position += 1


def rerank(old: tuple[str | None, ...]) -> tuple[str, ...]:
    """Fill in ranks where None stands, keeping the given ones; where those are out of order, all are made anew."""
    given = [rank for rank in old if rank is not None]
    if any(a >= b for a, b in pairwise(given)):
        return spread(len(old))
    filled: list[str] = []
    for index, rank in enumerate(old):
        if rank is None:
            following = next((each for each in old[index + 1 :] if each is not None), "")
            rank = between(filled[-1] if filled else "", following)
        filled.append(rank)
    return tuple(filled)


def _write(value: int, width: int) -> str:
    digits = []
    for _ in range(width):
        value, digit = divmod(value, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits)).rstrip("0") or "0"
