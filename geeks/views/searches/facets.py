"""Facets: where and what the results are, each with its count and the address of the search narrowed down to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from geeks.search import Category, Facets, Flag, Kind, Query, Tag, Term

TAGS_SHOWN = 10


class Choice(NamedTuple):
    text: str
    count: int
    href: str
    chosen: bool
    exact: bool


class Facet(NamedTuple):
    title: str
    choices: tuple[Choice, ...]


# The name shown, how many results, what to type, what it means.
Offer = tuple[str, int, str, Term]


def facets_of(query: Query, counts: Facets, categories: Mapping[str, str]) -> tuple[Facet, ...]:
    """What `query` can be narrowed down to, and what it can be widened from; `categories` are their names by slug."""
    chosen = {clause.term: clause for clause in query.clauses if clause.role == "must" and clause.source}
    facets = []
    for title, offers in _offers(query, counts, categories):
        choices = []
        for name, count, operator, term in offers:
            clause = chosen.get(term)
            rest = query.text_without(clause) if clause else f"{query.text} {operator}"
            if count or clause:
                address = "?" + urlencode({"q": rest, "tab": query.sort})
                choices.append(Choice(name, count, address, clause is not None, counts.exact))
        if choices:
            facets.append(Facet(title, tuple(choices)))
    return tuple(facets)


def _offers(query: Query, counts: Facets, names: Mapping[str, str]) -> Iterator[tuple[str, list[Offer]]]:
    kinds = (("Questions", "question"), ("Answers", "answer"), ("Articles", "article"))
    yield "Kind", [(name, counts.kinds.get(kind, 0), f"is:{kind}", Kind(kind)) for name, kind in kinds]
    yield (
        "Category",
        [(names.get(slug, slug), n, f"category:{slug}", Category(slug)) for slug, n in counts.categories.items()],
    )
    yield (
        "Questions",
        [
            ("Answered", counts.answered, "isanswered:yes", Flag("isanswered", True)),
            ("Not answered", counts.unanswered, "isanswered:no", Flag("isanswered", False)),
        ],
    )
    asked = [clause.term.name for clause in query.clauses if isinstance(clause.term, Tag) and clause.role == "must"]
    tags = [*dict.fromkeys([*(name for name in asked if name in counts.tags), *counts.tags])][:TAGS_SHOWN]
    yield "Tags", [(name, counts.tags[name], f"[{name}]", Tag(name)) for name in tags]
