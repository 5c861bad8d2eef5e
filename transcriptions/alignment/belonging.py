"""Whether a text belongs to a page at all: how much better its words agree with what was read than any words would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from transcriptions.alignment.letters import Codes

OTHER_WORDS_READ, OTHER_WORDS_SHAPED = 0.5, 0.4
"""Skill of the better lines below which a page's typed lines carry other words, by what was read and by shapes. Right
texts had .61 and .47 at least (on 140 pages; most .9), texts of other pages .42 and .45 at most (most .3)."""

_CHANCES = 8
_LEAST_LINE, _LEAST_LINES, _BETTER = 8, 3, 75


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many letters of a line were read otherwise than its words have them, and how many would be by chance."""

    wrong: float
    by_chance: float


def agreements(told: Iterable[tuple[Codes, Codes]], text: Codes) -> Iterator[Agreement]:
    """Go through the lines of which eight letters and more were read.

    `told` are pairs of what was read on a line and the words that it took of `text`, in the same letters. Chance is how
    far a reading is from as many letters of the text read backwards.
    """
    back = text[::-1]
    at = np.linspace(0, len(text) - 1, _CHANCES).astype(np.int64).tolist()
    for read, words in told:
        if min(len(read), len(words)) >= _LEAST_LINE:
            mine = read.tolist()
            spans = (back.take(range(k, k + len(words)), mode="wrap") for k in at)
            others = (Levenshtein.distance(mine, span.tolist()) for span in spans)
            yield Agreement(Levenshtein.distance(mine, words.tolist()), sum(others) / _CHANCES)


def skill(found: Sequence[Agreement]) -> float | None:
    """Give the share of errors by chance that lines do without: 1 where all was read as written, 0 for foreign words.

    That is Cohen's kappa (1960) for edit distances. None where too few lines were read.
    """
    if len(found) < _LEAST_LINES:
        return None
    return 1 - sum(each.wrong for each in found) / max(1.0, sum(each.by_chance for each in found))


def skill_of_better(found: Sequence[Agreement]) -> float | None:
    """Give the skill that a quarter of the lines reach: of a right text some are read well, however bad the page."""
    if len(found) < _LEAST_LINES:
        return None
    return float(np.percentile([1 - each.wrong / max(1.0, each.by_chance) for each in found], _BETTER))
