"""From the formula asked for to the formulas of an index, and how each answers: the same on every backend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from geeks.search.formulas.patterns import fit, required
from geeks.search.formulas.ranking import STRONG, FormulaClass, Found, Plan, plan
from geeks.search.formulas.terms import analyse, parsed

MOST = 300  # formulas that a search goes on with
LEAST_TELLING = 5  # nodes
MOST_TELLING = 4
MOST_FITTED = 50  # that a pattern with holes is tried on

_FIT_SCORES = {"same": 9.5, "shape": 8.5, "contains": 7.0}


class FormulaIndex(Protocol):
    """What a backend looks up."""

    def find(self, asked: Plan, limit: int) -> list[Found]:
        """Formulas with one of the plan's steps or parts, the best first."""
        ...

    def having(self, terms: list[str], limit: int) -> list[tuple[int, str]]:
        """(number, TeX) of formulas that have all of the terms, short ones first."""
        ...


def find(index: FormulaIndex, tex: str) -> list[Found]:
    """Formulas that answer `tex`, the best first, at most `MOST`."""
    asked = analyse(tex)
    if asked is None:
        return []
    if not asked.wild:
        return sorted(index.find(plan(asked), MOST), key=lambda one: -one.score)
    pattern = parsed(tex)
    found = []
    if pattern is not None and (terms := required(pattern)):
        for place, (number, other) in enumerate(index.having(terms, MOST_FITTED)):
            node = parsed(other)
            if node is not None and (kind := fit(pattern, node)):
                found.append(Found(number, kind, _FIT_SCORES[kind] + 0.4 * (1 - place / MOST_FITTED)))
    return sorted(found, key=lambda one: -one.score)


def telling(texs: Iterable[str]) -> list[str]:
    """The formulas of a draft that say what it is about: the largest few, none that is only a letter or two."""
    sizes = {tex: one.size for tex in dict.fromkeys(texs) if (one := analyse(tex)) and one.size >= LEAST_TELLING}
    return sorted(sizes, key=lambda tex: -sizes[tex])[:MOST_TELLING]


def formula_class(asked: str, tex: str) -> FormulaClass | None:
    """How `tex` answers the formula asked for: same, shape or contains; None if it does not. Never raises."""
    one, other = analyse(asked), analyse(tex)
    if one is None or other is None:
        return None
    if one.wild:
        pattern, node = parsed(asked), parsed(tex)
        return fit(pattern, node) if pattern is not None and node is not None else None
    has = frozenset(other.terms)
    return next((kind for terms, _, kind, _ in plan(one).steps if has.issuperset(terms)), None)


def best_class(classes: Iterable[FormulaClass | None]) -> FormulaClass | None:
    """The best of several."""
    found = set(classes)
    return next((kind for kind in ("same", "shape", "contains", "similar") if kind in found), None)


def strong(found: Iterable[Found]) -> list[Found]:
    """Those that are, or contain, the formula asked for in some variables."""
    return [one for one in found if one.kind in STRONG]
