"""The search page. The index says which posts and in what order; the database says what they are, and whether this
reader may still see them."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geeks import policy
from geeks.models import BadCursor, Page, Post
from geeks.rendering import render_snippet
from geeks.search import SORTS, Backend, Query, SearchError, highlights, parse
from geeks.tasks import indexing
from geeks.views.reader import reader

log = logging.getLogger("geeks.search")

QUERY_LENGTH = 4_000
LAST = 10_000  # results beyond this are not paged; refine the search instead
_lock = threading.Lock()


@dataclass(frozen=True)
class Found:
    """One result: the post, its text around the words looked for, and where it stands."""

    post: Post
    snippet: str
    url: str


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").replace("\x00", "").strip()
    tab = request.GET.get("tab", "")
    tab = tab if tab in SORTS else SORTS[0]
    context: dict[str, Any] = {"q": q, "tab": tab}
    if len(q) > QUERY_LENGTH:
        problem = f"Shorten the search to {QUERY_LENGTH:,} characters; it has {len(q):,}."
        return render(request, "searches/show.html", {**context, "problem": problem}, status=400)
    if q:
        user = reader(request)
        query = parse(q, sort=tab, me=user.pk if user else None)
        try:
            page, total = results(request, query)
            context.update(page=page, total=total, notes=query.notes)
        except SearchError as error:
            log.error("search: %s", error)
            context["problem"] = "Search is not ready: its index is being built. Try again in a minute."
            return render(request, "searches/show.html", context, status=503)
    return render(request, "searches/show.html", context)


def results(request: HttpRequest, query: Query) -> tuple[Page, int]:
    """One page of what the index finds and the reader may see. Raises SearchError, BadCursor."""
    offset = _offset(request)
    found = backend().search(query, size=policy.PAGE_SIZE, offset=offset)
    rows = posts_of(request, found.ids)
    words = highlights(query)
    page = Page(
        [Found(post, render_snippet(post.text, words), post.get_absolute_url()) for post in rows],
        next=str(offset + policy.PAGE_SIZE) if offset + len(found.ids) < min(found.total, LAST) else "",
        previous=str(max(0, offset - policy.PAGE_SIZE)) if offset else "",
    )
    return page, found.total


def posts_of(request: HttpRequest, ids: list[int]) -> list[Post]:
    """These posts in this order, without those the index has not yet noticed are gone."""
    posts = (
        Post.objects.visible()
        .filter(pk__in=ids)
        .select_related("author", "category", "last_active_by", "parent", "parent__category")
        .defer("body", "body_html", "parent__body", "parent__body_html", "parent__text")
        .prefetch_related("tags", "parent__tags")
    )
    by_id = {post.pk: post for post in posts if not (post.is_answer and post.parent.deleted_at)}
    return [by_id[number] for number in ids if number in by_id]


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("after") or request.GET.get("before") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) >= LAST:
        raise BadCursor("This page's address has been changed or cut. Start again from the first page of results.")
    return int(text)


def backend() -> Backend:
    """This process's reader of the index, opened at the first search."""
    with _lock:
        return _open(str(settings.SEARCH_DIR))


@lru_cache(maxsize=1)
def _open(folder: str) -> Backend:
    return indexing.reader()
