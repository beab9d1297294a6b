"""One page of results: the posts, the text round what was looked for, and where each hit stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from sys import getsizeof
from typing import Any

from django.http import HttpRequest

from geeks import policy
from geeks.models import BadCursor, Post
from geeks.models import Page as Shown
from geeks.models.prepared import Read
from geeks.rendering.fragments import Fragments
from geeks.search import Page, Query
from geeks.tasks.marking import CLASSES, Marker, address, marked
from geeks.tasks.searching import Bodies, backend, result_rows, state, with_tags
from geeks.views.lists import CATEGORIES
from geeks.views.searches.facets import Facet, facets_of
from geeks.views.searches.wider import Wider, wider

LAST = 10_000  # results beyond this are not paged; refine the search instead
LONGEST = 300  # characters of a search that is remembered
REMEMBERED = 2 * 1024 * 1024  # bytes, roughly, of what the index said


@dataclass(frozen=True)
class Found:
    """One result: the post, its text around what was looked for, where it stands, and how its best formula answers."""

    post: Post
    snippet: str
    url: str
    match: str = ""
    label: str = ""


@dataclass(frozen=True)
class Answered:
    """What the index says to a query: a page of ids, what it can be narrowed down to, what was perhaps meant, and
    searches near it when nothing is found."""

    page: Page
    facets: tuple[Facet, ...]
    correction: str
    wider: tuple[Wider, ...]

    def __sizeof__(self) -> int:
        choices = sum(300 + getsizeof(one.href) for facet in self.facets for one in facet.choices)
        wider = sum(300 + getsizeof(one.href) + getsizeof(one.text) for one in self.wider)
        return 3_000 + 200 * len(self.page.ids) + choices + wider


_answered: Fragments[Answered] = Fragments(REMEMBERED)


def results(request: HttpRequest, query: Query) -> dict[str, Any]:
    """`page` of the rows that the index finds and the reader may see, `found` to make results of them, `total`,
    `facets`, what was perhaps meant as `correction`, and `wider` searches when nothing is found. Raises SearchError,
    BadCursor."""
    offset = _offset(request)
    answered = ask(query, offset)
    ids, total = answered.page.ids, answered.page.total
    page = Shown(
        result_rows(ids),
        next=str(offset + policy.PAGE_SIZE) if offset + len(ids) < min(total, LAST) else "",
        previous=str(max(0, offset - policy.PAGE_SIZE)) if offset else "",
    )
    return {
        "page": page,
        "found": Finder(query, Bodies(ids)),
        "total": total,
        "total_is_exact": answered.page.total_is_exact,
        "facets": answered.facets,
        "correction": answered.correction,
        "wider": answered.wider,
    }


def ask(query: Query, offset: int) -> Answered:
    """What many search for is asked of the index once, until it says something else."""
    names = tuple((row.column("slug"), row.column("name")) for row in CATEGORIES().reads())

    def made() -> Answered:
        index = backend()
        page = index.search(query, size=policy.PAGE_SIZE, offset=offset)
        facets = facets_of(query, index.facets(query, total=page.total), dict(names)) if page.total else ()
        correction = index.corrected(query) if not offset else ""
        return Answered(page, facets, correction, () if page.total else tuple(wider(index, query)))

    standing = state()
    # What many search for is short; the addresses of what a long search can be narrowed down to would be thirty times
    # as long as it is.
    if standing is None or len(query.text) > LONGEST:
        return made()
    return _answered.get((standing, query, offset, names), made)


class Finder:
    """Makes results of rows: what is searched for is marked in them."""

    def __init__(self, query: Query, bodies: Bodies) -> None:
        self._query = query
        self._bodies = bodies
        self._marker: Marker | None = None
        # All that a result shows of the query: the same words and formulas are marked for everybody.
        self.key = (query.text, query.bare_formula)

    def __call__(self, row: Read) -> Found:
        self._marker = self._marker or Marker(self._query)
        post = with_tags(row)
        best, matches = self._marker.formulas(post.title, post.text)
        head = post.parent if post.is_answer else post
        head.title_html = marked(head.title_html, matches)
        url = address(post.get_absolute_url(), matches)
        snippet = self._marker.snippet(post.text, matches, partial(self._bodies.drawn, post.pk))
        return Found(post, snippet, url, best, CLASSES.get(best, ""))


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("after") or request.GET.get("before") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) >= LAST:
        raise BadCursor("This page's address has been changed or cut. Start again from the first page of results.")
    return int(text)
