"""Lists of questions and articles by tab: one indexed order each, paged by key."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from geeks import policy
from geeks.models import BadCursor, Page, paginate

ORDERS = {
    "active": ("-last_activity", "-id"),
    "newest": ("-created", "-id"),
    "score": ("-score", "-id"),
    "hot": ("-hotness", "-id"),
    "unanswered": ("-created", "-id"),
}


def listing(request: HttpRequest, posts: Any, tabs: tuple[str, ...]) -> tuple[str, Page]:
    """The tab asked for (the first of `tabs` when none or an unknown one is) and its page of `posts`."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else tabs[0]
    if tab == "unanswered":
        posts = posts.unanswered()
    return tab, page_of(request, posts.for_lists(), ORDERS[tab])


def page_of(request: HttpRequest, posts: Any, order: tuple[str, ...], size: int = policy.PAGE_SIZE) -> Page:
    """The page that `?after=` or `?before=` names. Raises BadCursor, which the error page turns into a 400."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if after and before:
        raise BadCursor("A page is either after or before another. Start again from the first page.")
    return paginate(posts, order, after=after, before=before, size=size)
