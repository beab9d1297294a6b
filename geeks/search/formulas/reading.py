"""A place in the tokens of a group, and what stands at it and ahead of it."""

from __future__ import annotations

from dataclasses import dataclass

from geeks.search.formulas.nodes import Node
from geeks.search.formulas.symbols import (
    ACCENTS,
    CLAIMS,
    CLOSING,
    FUNCTIONS,
    INTEGRALS,
    LETTERS,
    LIMITS,
    OPENING,
    PRODUCTS,
    RELATIONS,
    SEPARATORS,
    SUMS,
)
from geeks.search.formulas.tokens import Environment

SIGNS = RELATIONS | SUMS | PRODUCTS
_NO_OPERANDS = SIGNS | SEPARATORS | frozenset(OPENING)


@dataclass(frozen=True, slots=True)
class Letters:
    """What two letters mean in this formula: `i` counts something, `d` says over what something runs."""

    counting: bool
    differential: bool


def has_differentials(items: list) -> bool:  # type: ignore[type-arg]
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if item in INTEGRALS or item in (r"\frac", "/"):
                return True
        else:
            waiting.extend(item.items if isinstance(item, Environment) else item)
    return False


def stands_low(items: list, letter: str, below: bool = False) -> bool:  # type: ignore[type-arg]
    """Whether the letter stands in a subscript, so that it is not the imaginary unit."""
    after_low = False
    for item in items:
        if isinstance(item, str):
            if item == letter and (below or after_low):
                return True
        else:
            inner = item.items if isinstance(item, Environment) else item
            if stands_low(inner, letter, below or after_low):
                return True
        after_low = item == "_"
    return False


class Reading:
    """Reads one group; inner groups get a reading of their own. `bars` are the brackets open around here."""

    def __init__(self, items: list, letters: Letters, depth: int) -> None:  # type: ignore[type-arg]
        self.items = items
        self.at = 0
        self.letters = letters
        self.depth = depth
        self.bars: list[str] = []

    def inner(self, items: list) -> Reading:  # type: ignore[type-arg]
        return type(self)(items, self.letters, self.depth + 1)

    def whole(self) -> Node | None:
        raise NotImplementedError

    def sequence(self, ordered: bool = False) -> Node | None:
        raise NotImplementedError

    def sum(self) -> Node | None:
        raise NotImplementedError

    def product(self) -> Node | None:
        raise NotImplementedError

    def peek(self) -> object:
        return self.items[self.at] if self.at < len(self.items) else None

    def take(self) -> object:
        self.at += 1
        return self.items[self.at - 1]

    def function_name(self, mark: object) -> str:
        """The name of a function, or an empty string: `\\sin`, `\\operatorname{tr}`, a name in brackets' reach."""
        if not isinstance(mark, str) or len(mark) < 3:
            return ""
        name = mark[1:]
        if mark[0] == "\\":
            return name if name in FUNCTIONS or name in LIMITS else ""
        return name if mark[0] == "@" and name.isalpha() else ""

    def differential_at(self, place: int) -> bool:
        return self.letters.differential and self.items[place] == "d" and self.letter_at(place + 1)

    def letter_at(self, place: int) -> bool:
        mark = self.items[place] if place < len(self.items) else None
        if isinstance(mark, list):
            return len(mark) == 1 and isinstance(mark[0], str) and (mark[0].isalpha() or mark[0] in LETTERS)
        return isinstance(mark, str) and (mark.isalpha() or mark in LETTERS or mark in ACCENTS)

    def at_end(self) -> bool:
        mark = self.peek()
        return mark is None or (isinstance(mark, str) and mark in CLOSING)

    def differential_ahead(self) -> bool:
        """Whether the integral says, at this depth and before a relation, over what it runs."""
        depth = 0
        for place in range(self.at, len(self.items)):
            item = self.items[place]
            if not isinstance(item, str):
                continue
            if item in OPENING:
                depth += 1
            elif item in CLOSING:
                depth -= 1
            elif depth == 0 and self.differential_at(place):
                return True
            if depth < 0 or (depth == 0 and (item in RELATIONS or item in SEPARATORS or item in INTEGRALS)):
                break
        return False

    def only_points(self) -> bool:
        return all(item in (".", ",", ";", "!", "\\\\", r"\quad") for item in self.items[self.at :])

    def ends_product(self, mark: str) -> bool:
        if mark in ("|", r"\|"):
            # Where an operand is over, a bar ends it: it closes, or it says "given".
            return bool(self.bars and self.bars[-1] == mark) or (mark == "|" and self.after_operand())
        return (
            mark in CLOSING
            or mark in RELATIONS
            or mark in SUMS
            or mark in SEPARATORS
            or (mark in CLAIMS and mark != "|")
            or mark.startswith("not")
            or (mark == "." and self.only_points())
        )

    def after_operand(self) -> bool:
        before = self.items[self.at - 1] if self.at else None
        if before is None or (isinstance(before, str) and before in _NO_OPERANDS):
            return False
        return self._bars_left() % 2 == 1

    def _bars_left(self) -> int:
        """Bars from here to the end of the bracket around them: an odd number divides, an even number encloses."""
        depth = count = 0
        for item in self.items[self.at :]:
            if not isinstance(item, str):
                continue
            if item in OPENING:
                depth += 1
            elif item in CLOSING:
                depth -= 1
                if depth < 0:
                    break
            elif item == "|" and depth == 0:
                count += 1
        return count
