"""The terms a formula is indexed and looked for by: two hashes of each part, and three of the whole.

A part's hashes say the same of it in two degrees: `a` with its variables renamed (x^2+y^2 is a^2+b^2), `s` with every
variable alike; that it is there exactly is told by its letters (`l`), which are looked for with it. The whole has `wx`
exactly, `wa` and `ws`, which tell the same formula from one that contains it. What would say nothing new is left out.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from geeks.search.formulas.nodes import Node, leaf
from geeks.search.formulas.symbols import UNORDERED
from geeks.search.formulas.tree import tree

VERSION = 3  # raise it when formulas get other terms
MIN_SIZE = 3  # smaller parts say something only exactly
MAX_SIZE = 40
MAX_PARTS = 120
RUNS = frozenset([r"+", r"*", r"\cup", r"\cap", r"\wedge", r"\vee", r"list", r"sequence", r"chain"])


@dataclass(frozen=True, slots=True)
class Analysis:
    """A formula as the index knows it.

    `id` is equal for formulas that are the same in any notation, 48 bits. `whole` are its terms as a whole, the exact
    one first; `parts` those of its parts. `root` are the whole's as a part of another formula: who has one contains it,
    and does so exactly if it has the `letters` too. `wild`: it has a `\\square`.
    """

    id: int
    whole: tuple[str, ...]
    parts: tuple[str, ...]
    root: tuple[str, ...]
    letters: tuple[str, ...]
    size: int
    wild: bool

    @property
    def terms(self) -> tuple[str, ...]:
        """What the index holds."""
        return self.whole + self.parts


@lru_cache(maxsize=4096)
def analyse(tex: str) -> Analysis | None:
    """Terms of a formula, or None when it says nothing. Never raises; the last few thousand are remembered."""
    node = parsed.__wrapped__(tex)
    if node is None:
        return None
    parts: dict[str, None] = {}
    operators: dict[str, None] = {}
    wild = False
    for number, part in enumerate(_parts(node)):
        wild |= part.op == "w"
        if number < MAX_PARTS:
            if part is not node:
                parts.update(dict.fromkeys(part_terms(part)))
            if part.kids:
                operators[operator_term(part.op)] = None
    letters = tuple(term for term in parts if term[0] == "l")
    root = tuple(part_terms(node))
    number = int.from_bytes(node.exact[:6])
    whole = [identity_term(number)]
    if node.size > 1:
        whole += [f"wa{_renamed_whole(node)}", f"ws{_short(node.shape)}"]
    return Analysis(
        id=number,
        whole=tuple(whole),
        parts=(*parts, *operators),
        root=root,
        letters=letters,
        size=node.size,
        wild=wild,
    )


def identity_term(number: int) -> str:
    """The term of a formula by its id. All 48 bits: no two formulas may be taken for one."""
    return f"wx{b2a_base64(number.to_bytes(6), newline=False).decode()}"


@lru_cache(maxsize=512)
def parsed(tex: str) -> Node | None:
    """The tree of a formula; one that is beyond reading is a leaf that only equals itself."""
    try:
        return tree(tex)
    except (RecursionError, ValueError, IndexError, TypeError, AttributeError):
        return leaf(f"unread:{blake2b(tex.encode('utf-8', 'replace'), digest_size=8).hexdigest()}")


def nodes(node: Node) -> Iterator[Node]:
    """Every distinct part, the larger before those within it."""
    seen = {node.exact}
    waiting = [node]
    while waiting:
        yield (part := waiting.pop(0))
        for kid in part.kids:
            if kid.exact not in seen:
                seen.add(kid.exact)
                waiting.append(kid)


def _parts(node: Node) -> Iterator[Node]:
    """The parts, and runs of neighbours in sums and products, so that part of a sum is found."""
    for part in nodes(node):
        yield part
        count = len(part.kids)
        if part.op in RUNS and count >= 3:
            lengths = range(2, count) if count <= 6 else (2,)
            for length in lengths:
                for start in range(count - length + 1):
                    yield Node(part.op, part.kids[start : start + length])
            if count <= 4:
                yield Node(part.op, (part.kids[0], part.kids[2]))
                if count == 4:
                    yield Node(part.op, (part.kids[0], part.kids[3]))
                    yield Node(part.op, (part.kids[1], part.kids[3]))


@lru_cache(maxsize=2048)
def operator_term(name: str) -> str:
    """The term of a formula in which an operator stands."""
    return f"o{_short(_digest(name))}"


def part_terms(part: Node) -> Iterator[str]:
    """The hashes of one part; none for a hole or for what is too large."""
    if part.op in ("none", "w", "deep") or part.size > MAX_SIZE:
        return
    if part.size < MIN_SIZE:
        # Variables and numbers are everywhere: they are looked for only by themselves.
        yield f"{'l' if part.op[:2] in ('v:', 'n:') else 'x'}{_short(part.exact)}"
        return
    names: dict[str, str] = {}
    out = [names.setdefault(token, f"v{len(names)}") if token[0] == "v" else token for token in part.flat]
    yield f"a{_short(_digest(' '.join(out)))}"
    if len(names) > 1 or sum(token in names for token in part.flat) > 1:
        yield f"s{_short(part.shape)}"


def _short(digest: bytes) -> str:
    """36 bits in 6 characters: they tell the parts of a million formulas apart, and are small in a dictionary."""
    return b2a_base64(digest[:6], newline=False)[:6].decode()


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).digest()


def _renamed_whole(node: Node) -> str:
    """The whole with each variable named by the places where it stands, so that the order of a sum is nothing."""
    places: dict[str, list[bytes]] = {}
    count = 0
    waiting = [(node, b"")]
    while waiting and count < 2_000:
        part, path = waiting.pop()
        count += 1
        if not part.kids:
            if part.op[0] == "v":
                places.setdefault(part.op, []).append(path)
            continue
        for number, kid in enumerate(part.kids):
            # Among things without an order a place is known by what its neighbours look like.
            mark = kid.shape if part.op in UNORDERED else b"%d" % number
            waiting.append((kid, blake2b(path + part.shape + mark, digest_size=6).digest()))
    names = {name: blake2b(b"".join(sorted(found)), digest_size=6).digest() for name, found in places.items()}
    return _short(_named(node, names, {}))


def _named(node: Node, names: dict[str, bytes], done: dict[bytes, bytes]) -> bytes:
    if not node.kids:
        return names.get(node.op, node.exact)
    if (known := done.get(node.exact)) is not None:
        return known
    kids = [_named(kid, names, done) for kid in node.kids]
    if node.op in UNORDERED:
        kids.sort()
    result = blake2b(f"{node.op}/{len(kids)}".encode("utf-8", "replace") + b"".join(kids), digest_size=6).digest()
    done[node.exact] = result
    return result
