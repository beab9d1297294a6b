"""A formula as an operator tree: what it says, not how it is set.

A forgiving precedence parser: lists, then claims (arrows, a bar), relations, sums, products, scripts. Sums, products,
equations and lists have no order; `a > b` is `b < a`; fractions, roots and functions are one thing however they are
spelled. Never raises, whatever it is given; work and depth are bounded by `tokens` and `factors.MAX_DEPTH`.
"""

from __future__ import annotations

from collections.abc import Callable

from geeks.search.formulas.factors import Factors
from geeks.search.formulas.nodes import Node, fraction, joined, leaf, related
from geeks.search.formulas.reading import Letters, has_differentials, stands_low
from geeks.search.formulas.symbols import CLAIMS, PRODUCTS, RELATIONS, SEPARATORS, SUMS
from geeks.search.formulas.tokens import nested


def tree(tex: str) -> Node | None:
    """The tree of a formula, or None when nothing of it says anything."""
    items = nested(tex)
    return Parser(items, Letters(stands_low(items, "i"), has_differentials(items)), 0).whole()


class Parser(Factors):
    """Reads a group from the loosest operator to the tightest."""

    def whole(self) -> Node | None:
        """All of the group; a closing bracket that nothing opened is passed over."""
        parts = []
        while self.at < len(self.items):
            before = self.at
            if (part := self.sequence()) is not None:
                parts.append(part)
            if self.at == before:
                self.at += 1
        return joined("*", parts)

    def sequence(self, ordered: bool = False) -> Node | None:
        parts = []
        while True:
            part = self.claims()
            if part is not None:
                parts.append(part)
            while (ended := self.peek()) == "." and self.only_points():
                self.at = len(self.items)
            if not isinstance(ended, str) or ended not in SEPARATORS:
                break
            self.at += 1
        return joined("sequence" if ordered else "list", parts)

    def claims(self) -> Node | None:
        return self.chain(CLAIMS, self.relations)

    def relations(self) -> Node | None:
        return self.chain(RELATIONS, self.sum)

    def chain(self, operators: frozenset[str], operand: Callable[[], Node | None]) -> Node | None:
        """`a = b = c` is the list of `a = b` and `b = c`, and of `a = c` while it is short."""
        parts, between = [operand()], []
        while isinstance(sign := self.peek(), str) and self._is_sign(sign, operators):
            self.at += 1
            between.append(sign)
            parts.append(operand())
        if not between:
            return parts[0]
        pairs = [related(sign, left, right) for sign, left, right in zip(between, parts, parts[1:], strict=False)]
        if len(parts) in (3, 4) and set(between) == {"="}:
            pairs += [related("=", parts[i], parts[j]) for i in range(4) for j in range(i + 2, len(parts))]
        return joined("chain", [pair for pair in pairs if pair is not None])

    def _is_sign(self, sign: str, operators: frozenset[str]) -> bool:
        if sign == "|" and self.bars and self.bars[-1] == "|":
            return False  # it closes
        return sign in operators or (sign.startswith("not") and operators is RELATIONS)

    def sum(self) -> Node | None:
        terms: list[Node] = []
        kind = "+"
        sign = ""
        while True:
            mark = self.peek()
            if isinstance(mark, str) and mark in SUMS:
                self.at += 1
                minus = "-" if (sign == "-") != (mark == "-") else ""
                sign = minus if mark in "+-" else mark
                continue
            term = self.product()
            if term is None:
                break
            if sign not in ("", "-", r"\pm", r"\mp") and terms:
                if kind != sign and len(terms) > 1:
                    terms = [Node(kind, tuple(terms))]
                kind = sign
            elif sign:
                term = Node("neg" if sign == "-" else sign, (term,))
            terms.append(term)
            sign = ""
            following = self.peek()
            if not (isinstance(following, str) and following in SUMS):
                break
        return joined(kind, terms)

    def product(self) -> Node | None:
        factors: list[Node] = []
        kind = "*"
        while True:
            mark = self.peek()
            if mark is None or (isinstance(mark, str) and self.ends_product(mark)):
                break
            if isinstance(mark, str) and mark in PRODUCTS:
                self.at += 1
                if mark == "/":
                    self.divide(factors)
                elif mark not in (r"\times", "*") and factors:
                    if kind != mark and len(factors) > 1:
                        factors = [Node(kind, tuple(factors))]
                    kind = mark
                continue
            factor = self.factor()
            if factor is None:
                break
            if factor.op == "*":
                factors.extend(factor.kids)
            else:
                factors.append(factor)
        return joined(kind, factors)

    def divide(self, factors: list[Node]) -> None:
        above = joined("*", factors) or leaf("n:1")
        factors.clear()
        below = self.factor()
        if below is None:
            factors.append(above)
            return
        if below.op in ("c:d", r"c:\partial"):
            below = joined("*", [below, following]) if (following := self.factor()) else below
        factors.append(fraction("frac", above, below or leaf("none")))
