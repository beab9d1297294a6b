"""Lists of questions and articles by tab: one indexed order each, paged by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from geeks import policy
from geeks.models import BadCursor, Category, Page, Post, Question, paginate
from geeks.models.prepared import Asked, Prepared
from geeks.models.tag import names_of

ORDERS = {
    "active": ("-last_activity", "-id"),
    "newest": ("-created", "-id"),
    "score": ("-score", "-id"),
    "hot": ("-hotness", "-id"),
    "unanswered": ("-created", "-id"),
}


def listed(model: type[Post], posts: Callable[..., Any]) -> Prepared:
    """The prepared query of a list: `posts(*values)` are the posts of all its tabs."""

    def make(*values: Any, unanswered: bool = False, **shape: Any) -> Any:
        found = posts(*values, **shape)
        return (found.unanswered() if unanswered else found).for_rows()

    return Prepared(model, make, lasting=True)


QUESTIONS = listed(Question, lambda: Question.objects.visible())
CATEGORIES = Prepared(Category, lambda: Category.objects.all(), lasting=True)


def listing(request: HttpRequest, posts: Asked, tabs: tuple[str, ...]) -> tuple[str, Page]:
    """The tab asked for (the first of `tabs` when none or an unknown one is) and its page of `posts`, a query that
    `listed` prepared."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else tabs[0]
    page = page_of(request, posts.also(unanswered=True) if tab == "unanswered" else posts, ORDERS[tab])
    return tab, with_tags(page)


def with_tags(page: Page) -> Page:
    """The same page; its rows know the names of their tags."""
    names = names_of(row.pk for row in page.rows)
    for row in page.rows:
        row.beside["tag_names"] = names.get(row.pk, ())
    return page


def page_of(
    request: HttpRequest, posts: Any, order: tuple[str, ...], size: int = policy.PAGE_SIZE, *, finish: Any = None
) -> Page:
    """The page that `?after=` or `?before=` names. Raises BadCursor, which the error page turns into a 400."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if after and before:
        raise BadCursor("A page is either after or before another. Start again from the first page.")
    return paginate(posts, order, after=after, before=before, size=size, finish=finish)
