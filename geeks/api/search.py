"""The methods that search. They ask the site's own index, so operators, phrases and formulas in `q` mean what they mean
on the search page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from geeks.api import quota, shapes
from geeks.api.errors import UNAVAILABLE, Refused, bad
from geeks.api.methods import reads
from geeks.api.narrowing import category_named
from geeks.api.objects.excerpts import excerpts_of
from geeks.api.objects.posts import of_questions
from geeks.api.paging import DEEPEST, Page
from geeks.api.parameters import LAST_SECOND, TEXT_MOST, Names, PostsAsked, names_of, whole_number
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.search import (
    AnyOf,
    Author,
    Category,
    Flag,
    InBody,
    InTitle,
    Kind,
    Link,
    Phrase,
    Range,
    SearchError,
    Tag,
    Term,
)
from geeks.search import Query as Search
from geeks.search.links import link_pattern
from geeks.tasks.searching import backend, read

router = Router(tags=["search"])

# `sort`: the index's own word for it, and what `min` and `max` bound.
SORTS: dict[str, tuple[Any, Any]] = {
    "activity": ("active", "active"),
    "creation": ("newest", "created"),
    "votes": ("score", "score"),
    "relevance": ("relevance", None),
}
QUESTIONS = (Kind("question"),)
QUESTIONS_AND_ANSWERS = (AnyOf((Kind("question"), Kind("answer"))),)


class SearchAsked(PostsAsked):
    sort: Literal["activity", "creation", "votes", "relevance"] = "activity"  # type: ignore[assignment]
    tagged: str | None = Names
    nottagged: str | None = Names
    intitle: str = Field("", max_length=TEXT_MOST, description="Words that follow each other in the title")


class AdvancedAsked(SearchAsked):
    q: str = Field("", max_length=TEXT_MOST, description="Words, operators and formulas in $…$")
    title: str = Field("", max_length=TEXT_MOST, description="Words that follow each other in the title")
    body: str = Field("", max_length=TEXT_MOST, description="Words that follow each other in the body")
    accepted: bool | None = Field(None, description="Whether the question has an accepted answer")
    answers: int | None = Field(None, description="At least so many answers")
    views: int | None = Field(None, description="At least so many views")
    closed: bool | None = None
    migrated: bool | None = None
    notice: bool | None = None
    wiki: bool | None = None
    user: int | None = Field(None, description="The id of the author")
    url: str = Field("", max_length=TEXT_MOST, description="An address that the post links to; * for any letters")


@reads(router, "search", shapes.Question)
def search(request: HttpRequest, asked: Query[SearchAsked]) -> HttpResponse:
    """Questions with words in the title or with any of some tags.

    One of `intitle` and `tagged` must be given.
    """
    if not (asked.intitle or asked.tagged):
        raise bad("One of `intitle` and `tagged` must be given; /search/advanced knows more.")
    return questions_found(request, asked)


@reads(router, "search/advanced", shapes.Question)
def search_advanced(request: HttpRequest, asked: Query[AdvancedAsked]) -> HttpResponse:
    """Questions by words, formulas and all that is known of them."""
    return questions_found(request, asked)


@reads(router, "search/excerpts", shapes.SearchExcerpt)
def search_excerpts(request: HttpRequest, asked: Query[AdvancedAsked]) -> HttpResponse:
    """Questions and answers, each with the text round what was found."""
    query = query_of(asked, QUESTIONS_AND_ANSWERS)
    return answered(request, asked, shapes.SearchExcerpt, excerpts_of(query), query)


def questions_found(request: HttpRequest, asked: SearchAsked) -> HttpResponse:
    return answered(request, asked, shapes.Question, of_questions, query_of(asked, QUESTIONS))


def answered(
    request: HttpRequest, asked: SearchAsked, shape: type[shapes.Shape], make: Callable[..., Any], query: Search
) -> HttpResponse:
    """A page of what the index finds."""
    demand_a_page(asked)
    backoff = quota.searched(request)
    begin = (asked.page - 1) * asked.pagesize
    if begin >= DEEPEST:
        raise bad(f"`page` begins {DEEPEST:,} or more results down. Narrow the search.")
    try:
        found = backend().search(query, size=asked.pagesize, offset=begin)
    except SearchError:
        raise Refused(UNAVAILABLE, "Search is not ready: its index is being built. Try again in a minute.") from None
    more = begin + asked.pagesize < min(found.total, DEEPEST)
    return wrapped(request, asked, shape, make, Page(found.ids, more, lambda: found.total), backoff)


def query_of(asked: SearchAsked, kinds: tuple[Term, ...]) -> Search:
    """What to ask the index. Raises Refused for bounds that cannot be understood."""
    sort, bounded = SORTS[asked.sort]
    q = asked.q.replace("\x00", "") if isinstance(asked, AdvancedAsked) else ""
    terms: list[Term] = [*kinds, *_ranges(asked, bounded)]
    if tags := names_of(asked.tagged):
        terms.append(AnyOf(tuple(Tag(name) for name in tags)))
    if asked.intitle:
        terms.append(InTitle(Phrase(asked.intitle)))
    if slug := category_named(asked):
        terms.append(Category(slug))
    if isinstance(asked, AdvancedAsked):
        terms += _advanced(asked)
    unwanted = tuple(Tag(name) for name in names_of(asked.nottagged))
    query = read(q).restricted(*terms, excluding=unwanted)
    return query.sorted_by(sort, ascending=asked.order == "asc" and sort != "relevance")


def _advanced(asked: AdvancedAsked) -> list[Term]:
    terms: list[Term] = []
    if asked.title:
        terms.append(InTitle(Phrase(asked.title)))
    if asked.body:
        terms.append(InBody(Phrase(asked.body)))
    flags = {"hasaccepted": asked.accepted, "closed": asked.closed, "migrated": asked.migrated}
    flags |= {"hasnotice": asked.notice, "wiki": asked.wiki}
    terms += [Flag(name, holds) for name, holds in flags.items() if holds is not None]
    if asked.answers is not None:
        terms.append(Range("answers", low=whole_number("answers", asked.answers)))
    if asked.views is not None:
        terms.append(Range("views", low=whole_number("views", asked.views)))
    if asked.user is not None:
        terms.append(Author(whole_number("user", asked.user)))
    if asked.url:
        if not (pattern := link_pattern(asked.url)):
            raise bad("`url` names no address: write a host or the beginning of an address.")
        terms.append(Link(pattern))
    return terms


def _ranges(asked: SearchAsked, bounded: Any) -> list[Term]:
    ranges: list[Term] = []
    if asked.fromdate is not None or asked.todate is not None:
        ranges.append(Range("created", low=asked.fromdate, high=asked.todate))
    if asked.min is None and asked.max is None:
        return ranges
    if bounded is None:
        raise bad("`min` and `max` bound nothing with sort=relevance.")
    low, high = (whole_number(name, value) for name, value in (("min", asked.min), ("max", asked.max)))
    if bounded != "score" and any(value is not None and not 0 <= value <= LAST_SECOND for value in (low, high)):
        raise bad("`min` or `max` is no date: write Unix seconds.")
    return [*ranges, Range(bounded, low=low, high=high)]
