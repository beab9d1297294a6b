"""The nodes of a formula's tree, and how some are made from their parts."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from geeks.search.formulas.symbols import ACCENTS, MIRRORED, UNORDERED

MAX_HEIGHT = 80  # a higher tree is a leaf that only equals itself, so that recursion is bounded
MAX_FLAT = 48  # leaves and operators of a subtree that are kept in a row, to be renamed


class Node:
    """An operator with its operands, or a leaf. Made once and never changed.

    `exact` and `shape` are 8-byte hashes: the tree as it is, and with all variables alike. `flat` lists operators
    and leaves in an order that does not depend on the names of variables.
    """

    __slots__ = ("exact", "flat", "height", "kids", "op", "shape", "size")

    def __init__(self, op: str, kids: tuple[Node, ...] = ()) -> None:
        self.op = op
        self.kids = kids
        if not kids:
            self.size = self.height = 1
            self.exact = _hash(op.encode("utf-8", "replace"))
            self.shape = _VARIABLE if op[0] == "v" or op == "c:i" else self.exact
            self.flat: tuple[str, ...] = (op,)
            return
        self.size = 1 + sum(kid.size for kid in kids)
        self.height = 1 + max(kid.height for kid in kids)
        head = f"{op}/{len(kids)}"
        exact, shaped = [kid.exact for kid in kids], list(kids)
        if op in UNORDERED:
            exact.sort()
            shaped.sort(key=_shape)
        start = head.encode("utf-8", "replace")
        self.exact = _hash(start + b"".join(exact))
        self.shape = _hash(start + b"".join(kid.shape for kid in shaped))
        self.flat = (head, *(token for kid in shaped for token in kid.flat)) if self.size <= MAX_FLAT else ()
        if self.height > MAX_HEIGHT:
            self.op, self.kids, self.flat = "deep", (), ()

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.kids))})" if self.kids else self.op


def _hash(value: bytes) -> bytes:
    return blake2b(value, digest_size=8).digest()


def _shape(node: Node) -> bytes:
    return node.shape


_VARIABLE = _hash(b"any variable")


@lru_cache(maxsize=8192)
def leaf(op: str) -> Node:
    return Node(op)


def joined(op: str, parts: list[Node]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Node(op, tuple(parts))


def related(sign: str, left: Node | None, right: Node | None) -> Node | None:
    """`left sign right`; half of a relation is its one side."""
    if left is None or right is None:
        return left or right
    if sign in MIRRORED:
        sign, left, right = MIRRORED[sign], right, left
    return Node(sign, (left, right))


def power(base: Node, high: Node) -> Node:
    if base.op == "v:e":
        base = leaf("c:e")
    if high.op in ("v:T", r"c:\top", "f:T"):
        high = leaf(r"c:\top")
    if high.op == "frac" and high.kids[0].op == "n:1" and high.kids[1].op == "n:2":
        return Node("sqrt", (base,))
    return Node("pow", (base, high))


def fraction(name: str, above: Node, below: Node) -> Node:
    """In `d/dx` the upper d is the same as the lower one, which a letter follows."""
    if name == "frac" and below.op == "*" and below.kids[0].op == "c:d":
        if above.op == "v:d":
            above = leaf("c:d")
        elif above.op == "pow" and above.kids[0].op == "v:d":
            above = Node("pow", (leaf("c:d"), above.kids[1]))
        elif above.op == "*" and above.kids[0].op == "pow" and above.kids[0].kids[0].op == "v:d":
            above = Node("*", (Node("pow", (leaf("c:d"), above.kids[0].kids[1])), *above.kids[1:]))
    return Node(name, (above, below))


def is_name(node: Node) -> bool:
    while node.op in ("sub", "pow") or node.op[:5] == "prime" or f"\\{node.op}" in ACCENTS:
        node = node.kids[0]
    return node.op[0] == "v" or node.op[:2] == "f:" or node.op[:5] == "c:bb:" or node.op == r"c:\Gamma"
