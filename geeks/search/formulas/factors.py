"""What binds tightest: letters, numbers and commands with their scripts, functions with their arguments, brackets."""

from __future__ import annotations

from geeks.search.formulas.nodes import Node, fraction, is_name, joined, leaf, power
from geeks.search.formulas.reading import SIGNS, Reading
from geeks.search.formulas.symbols import ACCENTS, BIG, CLOSING, FUNCTIONS, INTEGRALS, LETTERS, OPENING, PRODUCTS
from geeks.search.formulas.tokens import Environment

MAX_DEPTH = 48


class Factors(Reading):
    """Reads one factor of a product."""

    def factor(self) -> Node | None:
        """An atom with its scripts; a function, a big operator or a name with what belongs to it."""
        if self.depth >= MAX_DEPTH:
            self.at += 1
            return leaf("deep")
        self.depth += 1
        try:
            mark = self.peek()
            if isinstance(mark, str):
                if mark in BIG or self.function_name(mark) in ("lim", "limsup", "liminf"):
                    return self.big()
                if name := self.function_name(mark):
                    return self.function(name)
            return self.scripted()
        finally:
            self.depth -= 1

    def big(self) -> Node | None:
        sign = str(self.take())
        name = self.function_name(sign) or sign
        low, high, _ = self.scripts()
        body = None
        if sign in INTEGRALS and self.differential_ahead():
            body = self.sum()
        elif not self.at_end():
            body = self.product()
        return Node(f"big:{name}", tuple(kid or leaf("none") for kid in (low, high, body)))

    def function(self, name: str) -> Node | None:
        self.take()
        if name == "arg" and self.function_name(self.peek()) in ("min", "max"):
            name += self.function_name(self.take())
        if name == "mod":
            inside = self.argument()
            return Node("mod", (inside,)) if inside else leaf("c:mod")
        low, high, primes = self.scripts()
        head: Node = leaf(f"f:{name}")
        if low is not None:
            head = Node("sub", (head, low))
        if primes:
            head = Node(f"prime{primes}", (head,))
        given = self.function_argument(name)
        if given is None:
            result = head
        elif name == "exp" and low is None:
            result = Node("pow", (leaf("c:e"), given))
        else:
            result = Node("app", (head, given))
        return power(result, high) if high is not None else result

    def function_argument(self, name: str) -> Node | None:
        """What stands in brackets behind it, or the product up to the next function: `cos nx sin x`."""
        mark = self.peek()
        if mark in ("(", "["):
            return self.bracket(ordered=True)
        if mark == r"\{" and name not in FUNCTIONS:
            return self.bracket(ordered=True)
        if isinstance(mark, list) and name not in FUNCTIONS:
            return None
        factors: list[Node] = []
        while len(factors) < 6 and (name in FUNCTIONS):
            mark = self.peek()
            if mark is None or self.function_name(mark) or (isinstance(mark, str) and self._stops_argument(mark)):
                break
            factor = self.scripted(differential=False)
            if factor is None:
                break
            factors.append(factor)
        return joined("*", factors)

    def _stops_argument(self, mark: str) -> bool:
        return (
            self.differential_at(self.at) or mark in BIG or mark in PRODUCTS or mark in "([" or self.ends_product(mark)
        )

    def scripted(self, differential: bool = True) -> Node | None:
        if differential and self.differential_at(self.at):
            self.at += 1
            return leaf("c:d")
        base = self.atom()
        if base is None:
            return None
        base = self.with_scripts(base)
        # A letter and a bracket: a function and its argument, unless the bracket is a sum to be multiplied.
        while self.peek() in ("(", "[") and is_name(base):
            inside = self.bracket(ordered=True)
            if inside is None:
                break
            if inside.op in ("+", "mod"):
                return Node("*", (base, self.with_scripts(inside)))
            base = self.with_scripts(Node("app", (base, inside)))
        name = base.kids[0].op if base.op == "sub" else base.op
        if name[:2] == "f:" and name[2:] in FUNCTIONS and (given := self.function_argument(name[2:])):
            return Node("app", (base, given))
        return base

    def with_scripts(self, base: Node) -> Node:
        low, high, primes = self.scripts()
        if low is not None:
            base = Node("sub", (base, low))
        if primes:
            base = Node(f"prime{min(primes, 9)}", (base,))
        if high is not None:
            base = power(base, high)
        while self.peek() == "!":
            self.at += 1
            base = Node("!", (base,))
        return base

    def scripts(self) -> tuple[Node | None, Node | None, int]:
        """What stands below, above, and the number of primes."""
        low = high = None
        primes = 0
        while (mark := self.peek()) in ("_", "^", "'"):
            self.at += 1
            if mark == "'":
                primes += 1
                continue
            target = self.peek()
            if mark == "^" and isinstance(target, list) and target and all(one == "'" for one in target):
                self.at += 1
                primes += len(target)
                continue
            if mark == "^" and target == "'":
                self.at += 1
                primes += 1
                continue
            value = self.argument()
            if mark == "_":
                if value is not None and value.op in ("list", "sequence"):
                    value = Node("*", value.kids)  # a_{i,j} is a_{ij}
                low = value if low is None else low
            else:
                high = value if high is None else high
        return low, high, primes

    def argument(self) -> Node | None:
        """What TeX takes as one argument: a group, a digit, a letter or a command with its own arguments."""
        mark = self.peek()
        if isinstance(mark, list) and len(mark) == 1 and isinstance(mark[0], str) and mark[0] in SIGNS:
            mark = self.items[self.at] = mark[0]
        if isinstance(mark, str) and mark[0].isdigit() and len(mark) > 1:
            self.items = [*self.items[: self.at], mark[0], mark[1:], *self.items[self.at + 1 :]]
        if isinstance(mark, str) and (name := self.function_name(mark)):
            self.at += 1
            return leaf(f"f:{name}")
        if isinstance(mark, str) and mark in SIGNS:
            self.at += 1
            return leaf(f"c:{mark}")
        return self.atom()

    def atom(self) -> Node | None:
        if self.depth >= MAX_DEPTH:
            self.at += 1
            return leaf("deep")
        mark = self.peek()
        if mark is None:
            return None
        if isinstance(mark, list):
            self.at += 1
            return self.inner(mark).whole()
        if isinstance(mark, Environment):
            self.at += 1
            return self.matrix(mark)
        if mark in OPENING:
            return self.bracket()
        if mark in ("|", r"\|"):
            return self.between_bars(mark)
        if mark in CLOSING or mark in ("^", "_", "'", "!"):
            return leaf("none") if mark not in CLOSING else None
        self.at += 1
        mark = str(mark)
        return self.command(mark) if mark[0] == "\\" else self.plain(mark)

    def plain(self, mark: str) -> Node:
        if mark[0].isdigit() or (mark[0] == "." and len(mark) > 1):
            return leaf(f"n:{mark.lstrip('0') or '0'}")
        if mark.startswith("@cal:") or mark.startswith("@frak:"):
            return leaf(f"v:{mark}")
        if mark[0] == "@":
            return leaf(f"f:{mark[1:]}" if mark[1:].isalpha() else f"c:{mark[1:]}")
        if mark == "i" and not self.letters.counting:
            return leaf("c:i")
        return leaf(f"v:{mark}" if mark.isalpha() else f"c:{mark}")

    def command(self, name: str) -> Node | None:
        self.depth += 1
        try:
            if name in (r"\frac", r"\binom"):
                above, below = self.argument(), self.argument()
                return fraction(name[1:], above or leaf("none"), below or leaf("none"))
            if name == r"\sqrt":
                index = self.bracket() if self.peek() == "[" else None
                inside = self.argument() or leaf("none")
                return Node("root", (inside, index)) if index else Node("sqrt", (inside,))
            if name in (r"\stackrel", r"\overset", r"\textcolor", r"\colorbox"):
                self.argument()  # what stands above, or the colour
                return self.argument()
            if name == r"\underset":
                lower, upper = self.argument(), self.argument()
                return Node("sub", (upper, lower)) if upper and lower else upper or lower
            if name in ACCENTS or name == r"\pmod":
                accent = "mod" if name == r"\pmod" else name[1:]
                over = self.argument()
                return Node(accent, (over,)) if over else leaf(f"c:\\{accent}")
        finally:
            self.depth -= 1
        if name == r"\square":
            return leaf("w")
        return leaf(f"v:{name}" if name in LETTERS else f"c:{name}")

    # --- brackets ---------------------------------------------------------------------------------------------

    def bracket(self, ordered: bool = False) -> Node | None:
        """What stands in brackets; the brackets themselves say something only round a list."""
        if self.depth >= MAX_DEPTH:
            self.at += 1
            return leaf("deep")
        opening = str(self.take())
        self.depth += 1
        self.bars.append(opening)
        inside = self.sequence(ordered=True)
        self.bars.pop()
        self.depth -= 1
        if isinstance(closing := self.peek(), str) and closing in CLOSING:
            self.at += 1
        if inside is None:
            return leaf(f"c:{opening}")
        if opening == r"\{":
            return Node("set", inside.kids if inside.op == "sequence" else (inside,))
        if opening in ("(", "["):
            is_list = inside.op == "sequence" and not ordered
            return Node(f"{opening}{closing}" if closing else opening, (inside,)) if is_list else inside
        return Node(opening, (inside,))

    def between_bars(self, bar: str) -> Node | None:
        self.at += 1
        self.bars.append(bar)
        self.depth += 1
        inside = self.sequence(ordered=True)
        self.depth -= 1
        self.bars.pop()
        if self.peek() == bar:
            self.at += 1
        return Node("abs" if bar == "|" else "norm", (inside,)) if inside else leaf(f"c:{bar}")

    def matrix(self, environment: Environment) -> Node:
        rows: list[Node] = []
        row: list[Node] = []
        cell: list[object] = []
        for item in [*environment.items, "\\\\"]:
            if item in ("&", "\\\\", r"\cr"):
                inside = self.inner(cell).whole()
                row.append(inside or leaf("none"))
                cell = []
                if item != "&":
                    if len(row) > 1 or inside is not None:
                        rows.append(Node("row", tuple(row)))
                    row = []
            else:
                cell.append(item)
        inside = Node("matrix", tuple(rows)) if rows else leaf("c:matrix")
        return Node("abs", (inside,)) if environment.name == "vmatrix" else inside
