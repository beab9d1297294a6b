"""When a search finds nothing: searches near it that find something, each by what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from geeks.search import Backend, Query

TRIED = 8  # restrictions that are left out in turn


@dataclass(frozen=True)
class Wider:
    """`without` is what is left out, "" where phrases and tags are looked for as words; `text` is the whole search."""

    without: str
    text: str
    count: int
    href: str


def wider(index: Backend, query: Query) -> list[Wider]:
    """The words of phrases and tags wherever they stand, then the search without one restriction at a time; or, when
    no single one is in the way, without all of them. Only what finds something, the most results first."""
    restricting = [clause for clause in query.clauses if clause.role != "should" and clause.source]
    found = [_tried(index, clause.source, query.without(clause)) for clause in restricting[:TRIED]]
    ways = sorted((one for one in found if one.count), key=lambda one: -one.count)
    if not ways and len(restricting) > 1:
        alone = _tried(index, " ".join(clause.source for clause in restricting), query.without(*restricting))
        ways = [alone] if alone.count else []
    loosened = _tried(index, "", query.loosened or Query())
    return [loosened, *ways] if loosened.count else ways


def _tried(index: Backend, without: str, query: Query) -> Wider:
    count = index.search(query, size=0).total
    return Wider(without, query.text, count, "?" + urlencode({"q": query.text, "tab": query.sort}))
