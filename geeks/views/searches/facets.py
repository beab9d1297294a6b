"""Facets: where and what the results are, each with its count and the address of the search narrowed down to it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from geeks.models import Category as Shelf
from geeks.models import Post
from geeks.search import Backend, Category, Flag, Kind, Query, Tag, Term

TAGS_SHOWN = 8  # those that the posts on the page have most often
BUDGET_SECONDS = 0.06  # then the rest is left out: a narrower search is a convenience, waiting is not


@dataclass(frozen=True)
class Choice:
    text: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    title: str
    choices: list[Choice]


# (title, [(name shown, what to type, what it means)])
Offer = tuple[str, list[tuple[str, str, Term]]]


def facets_of(query: Query, posts: Iterable[Post], index: Backend, tab: str) -> list[Facet]:
    """What `query` can be narrowed down to, and what it can be widened from. Raises SearchError."""
    chosen = {clause.term: clause for clause in query.clauses if clause.role == "must" and clause.source}
    until = time.monotonic() + BUDGET_SECONDS
    facets = []
    for title, offers in offers_for(query, posts):
        choices = []
        for name, operator, term in offers:
            clause = chosen.get(term)
            if clause is None and time.monotonic() > until:
                break
            count = index.search(query if clause else query.restricted(term), size=1).total
            rest = query.text_without(clause) if clause else f"{typed(query)} {operator}"
            if count or clause:
                choices.append(Choice(name, count, "?" + urlencode({"q": rest, "tab": tab}), clause is not None))
        if choices:
            facets.append(Facet(title, choices))
    return facets


def offers_for(query: Query, posts: Iterable[Post]) -> Iterator[Offer]:
    kinds = (("Questions", "question"), ("Answers", "answer"), ("Articles", "article"))
    yield "Kind", [(name, f"is:{kind}", Kind(kind)) for name, kind in kinds]
    shelves = Shelf.objects.values_list("name", "slug")
    yield "Category", [(name, f"category:{slug}", Category(slug)) for name, slug in shelves]
    yield (
        "Questions",
        [
            ("Answered", "isanswered:yes", Flag("isanswered", True)),
            ("Not answered", "isanswered:no", Flag("isanswered", False)),
        ],
    )
    often = Counter(tag.name for post in posts for tag in (post.parent if post.is_answer else post).tags.all())
    asked = [clause.term.name for clause in query.clauses if isinstance(clause.term, Tag) and clause.role == "must"]
    names = dict.fromkeys([*asked, *(name for name, _ in often.most_common(TAGS_SHOWN))])
    yield "Tags", [(name, f"[{name}]", Tag(name)) for name in names]


def typed(query: Query) -> str:
    """What to type for this very search, formulas between dollars."""
    return " ".join(clause.source for clause in query.clauses if clause.source)
