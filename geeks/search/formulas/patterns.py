"""Formulas with a hole: `\\square` stands for any part. What can be looked up of such a pattern, and whether one fits.

Matching is bounded: a pattern of many interchangeable holes gives up after `MAX_STEPS` and says no.
"""

from __future__ import annotations

from geeks.search.formulas.nodes import Node
from geeks.search.formulas.ranking import FormulaClass
from geeks.search.formulas.symbols import UNORDERED
from geeks.search.formulas.terms import nodes, operator_term, part_terms

MAX_STEPS = 3_000


def required(pattern: Node) -> list[str]:
    """Terms that every formula in which the pattern is found has: its operators, numbers and constants."""
    terms: dict[str, None] = {}
    for part in nodes(pattern):
        if part.kids:
            terms[operator_term(part.op)] = None
        elif part.op not in ("w", "none") and part.op[:2] != "v:":
            terms[next(iter(part_terms(part)))] = None
    return list(terms)


def fit(pattern: Node, node: Node) -> FormulaClass | None:
    """How the pattern fits: the whole formula, with other variables, a part of it, or not at all (None)."""
    matching = _Matching()
    if matching.fits(pattern, node, None):
        return "same"
    if matching.fits(pattern, node, {}):
        return "shape"
    parts = [part for part in nodes(node) if part.size >= pattern.size]
    if any(matching.fits(pattern, part, None) for part in parts):
        return "contains"
    return "contains" if any(matching.fits(pattern, part, {}) for part in parts) else None


class _Matching:
    """Counts the steps of one comparison."""

    def __init__(self) -> None:
        self.steps = 0

    def fits(self, pattern: Node, node: Node, names: dict[str, str] | None) -> bool:
        """Whether the pattern is this node. `names` maps variables to those of the node; None: to themselves."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            return False
        if pattern.op == "w":
            return node.op != "none"
        if not pattern.kids:
            if names is not None and pattern.op[0] == "v" and node.op[0] == "v":
                taken = names.setdefault(pattern.op, node.op)
                return taken == node.op and sum(value == node.op for value in names.values()) == 1
            return pattern.op == node.op
        if pattern.op != node.op:
            return False
        if pattern.op in UNORDERED:
            return self.any_order(list(pattern.kids), list(node.kids), names)
        return len(pattern.kids) == len(node.kids) and all(
            self.fits(one, other, names) for one, other in zip(pattern.kids, node.kids, strict=True)
        )

    def any_order(self, wanted: list[Node], given: list[Node], names: dict[str, str] | None) -> bool:
        """Each wanted part fits one given; bare holes take the rest, at least one each."""
        holes = sum(one.op == "w" for one in wanted)
        solid = [one for one in wanted if one.op != "w"]
        if not solid:
            return len(given) >= holes if holes else not given
        first, others = solid[0], [*solid[1:], *(one for one in wanted if one.op == "w")]
        for place, one in enumerate(given):
            before = None if names is None else dict(names)
            if self.fits(first, one, names) and self.any_order(others, given[:place] + given[place + 1 :], names):
                return True
            if names is not None and before is not None:
                names.clear()
                names.update(before)
        return False
