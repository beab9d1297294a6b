"""One page of results: the posts, the text round what was looked for, and where each hit stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from geeks import policy
from geeks.models import BadCursor, Page, Post
from geeks.search import Query
from geeks.tasks.marking import CLASSES, Marker, address, marked
from geeks.tasks.searching import backend, visible
from geeks.views.searches.facets import facets_of
from geeks.views.searches.wider import wider

LAST = 10_000  # results beyond this are not paged; refine the search instead


@dataclass(frozen=True)
class Found:
    """One result: the post, its text around what was looked for, where it stands, and how its best formula answers."""

    post: Post
    snippet: str
    url: str
    match: str = ""
    label: str = ""


def results(request: HttpRequest, query: Query) -> dict[str, Any]:
    """`page` of what the index finds and the reader may see, `total`, `facets`, what was perhaps meant as
    `correction`, and `wider` searches when nothing is found. Raises SearchError, BadCursor."""
    offset = _offset(request)
    index, marker = backend(), Marker(query)
    found = index.search(query, size=policy.PAGE_SIZE, offset=offset)
    page = Page(
        [shown(post, marker) for post in visible(found.ids)],
        next=str(offset + policy.PAGE_SIZE) if offset + len(found.ids) < min(found.total, LAST) else "",
        previous=str(max(0, offset - policy.PAGE_SIZE)) if offset else "",
    )
    return {
        "page": page,
        "total": found.total,
        "total_is_exact": found.total_is_exact,
        "facets": facets_of(query, index.facets(query)) if found.total else [],
        "correction": index.corrected(query) if not offset else "",
        "wider": [] if found.total else wider(index, query),
    }


def shown(post: Post, marker: Marker) -> Found:
    best, matches = marker.formulas(post.title, post.text)
    head = post.parent if post.is_answer else post
    head.title_html = marked(head.title_html, matches)
    url = address(post.get_absolute_url(), matches)
    return Found(post, marker.snippet(post.text, matches), url, best, CLASSES.get(best, ""))


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("after") or request.GET.get("before") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) >= LAST:
        raise BadCursor("This page's address has been changed or cut. Start again from the first page of results.")
    return int(text)
