"""One page of results: the posts, the text round what was looked for, and where each hit stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from geeks import policy
from geeks.models import BadCursor, Page, Post
from geeks.rendering import render_snippet
from geeks.search import Query, highlights
from geeks.tasks.searching import backend, visible

LAST = 10_000  # results beyond this are not paged; refine the search instead


@dataclass(frozen=True)
class Found:
    """One result: the post, its text around the words looked for, and where it stands."""

    post: Post
    snippet: str
    url: str


def results(request: HttpRequest, query: Query) -> dict[str, Any]:
    """`page` of what the index finds and the reader may see, and the `total`. Raises SearchError, BadCursor."""
    offset = _offset(request)
    found = backend().search(query, size=policy.PAGE_SIZE, offset=offset)
    words = highlights(query)
    page = Page(
        [Found(post, render_snippet(post.text, words), post.get_absolute_url()) for post in visible(found.ids)],
        next=str(offset + policy.PAGE_SIZE) if offset + len(found.ids) < min(found.total, LAST) else "",
        previous=str(max(0, offset - policy.PAGE_SIZE)) if offset else "",
    )
    return {"page": page, "total": found.total}


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("after") or request.GET.get("before") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) >= LAST:
        raise BadCursor("This page's address has been changed or cut. Start again from the first page of results.")
    return int(text)
