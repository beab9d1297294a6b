"""How well a formula found answers the one asked for, in steps that every backend decides by looking up one term.

The same formula, the same in other variables, one that contains it, and last what merely shares parts with it. A step
is a power of two, larger than all steps below it together, so that the sum of those that hold tells the best of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geeks.search.formulas.terms import MIN_SIZE, Analysis

FormulaClass = Literal["same", "shape", "contains", "similar"]
CLASSES: tuple[FormulaClass, ...] = ("same", "shape", "contains", "similar")
STRONG = frozenset(("same", "shape", "contains"))

LARGE = 9  # nodes from which on the same shape with any variables is no coincidence
MAX_QUERY_PARTS = 64
MAX_LETTERS = 8  # that are looked for with a part
PART_WEIGHTS = {"x": 1.0, "a": 1.0, "s": 0.4, "l": 0.0}
LEAST_SHARE = 0.25  # of the weight of the parts asked for that something similar must have


@dataclass(frozen=True, slots=True)
class Found:
    """A formula of the index. `score` is 0 to 10, and comparable between searches."""

    id: int
    kind: FormulaClass
    score: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look up. `steps`: (terms, points, class, score from), the best first; a step holds for a formula that has
    all of its terms. `parts`: (term, weight)."""

    steps: tuple[tuple[tuple[str, ...], int, FormulaClass, float], ...]
    parts: tuple[tuple[str, float], ...]

    def found(self, number: int, points: int, share: float) -> Found | None:
        """A formula for which steps worth `points` hold and that has this share of the parts; None if too little."""
        share = max(0.0, min(share, 1.0))
        for _, worth, kind, score in self.steps:
            if points & worth:
                return Found(number, kind, score + 0.4 * share)
        return Found(number, "similar", 3.5 * share) if share >= LEAST_SHARE else None


def plan(asked: Analysis) -> Plan:
    same, *renamed = ((term,) for term in asked.whole)
    within, *alike_within = ((term,) for term in asked.root) if asked.root else ((),)
    found: list[tuple[tuple[str, ...], FormulaClass, float]] = [(same, "same", 9.5)]
    if asked.size >= MIN_SIZE:
        found += [(renamed[0], "shape", 8.5), ((*within, *asked.letters[:MAX_LETTERS]), "contains", 7.0)]
        found.insert(2 if asked.size >= LARGE else 3, (renamed[1], "shape", 8.0 if asked.size >= LARGE else 6.5))
        found += [(within, "contains", 5.5), *((term, "contains", 4.5) for term in alike_within)]
    else:
        found.append((within, "contains", 7.0))
    found = [one for one in found if one[0]]
    steps = tuple((terms, 2 ** (len(found) - n), kind, score) for n, (terms, kind, score) in enumerate(found))
    parts = [(term, PART_WEIGHTS.get(term[0], 0.0)) for term in (*asked.root, *asked.parts)]
    return Plan(steps, tuple(part for part in parts if part[1])[:MAX_QUERY_PARTS])
