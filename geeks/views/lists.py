"""Lists of questions and articles by tab: one indexed order each, paged by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from geeks import policy
from geeks.models import BadCursor, Category, Page, Post, Question, paginate
from geeks.models.post import LONG_IN_ROWS
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
        return (found.unanswered() if unanswered else found).for_rows(long=False)

    return Prepared(model, make, lasting=True)


def _texts(ids: tuple[int, ...]) -> Any:
    return Post.objects.filter(pk__in=ids).order_by().values_list("pk", *LONG_IN_ROWS)


TEXTS = Prepared(Post, _texts, told=True)  # by the rows' stamps
QUESTIONS = listed(Question, lambda: Question.objects.visible())
CATEGORIES = Prepared(Category, lambda: Category.objects.all(), lasting=True)


def listing(request: HttpRequest, posts: Asked, tabs: tuple[str, ...]) -> tuple[str, Page]:
    """The tab asked for (the first of `tabs` when none or an unknown one is) and its page of `posts`, a query that
    `listed` prepared."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else tabs[0]
    page = page_of(request, posts.also(unanswered=True) if tab == "unanswered" else posts, ORDERS[tab])
    return tab, with_tags(page)


class Texts:
    """What is long in the rows of one page: read for all of them when the first of them is laid out anew."""

    def __init__(self, ids: tuple[int, ...]) -> None:
        self._ids = ids
        self._found: dict[int, list[str]] | None = None

    def give(self, post: Post) -> None:
        if self._found is None:
            self._found = {pk: texts for pk, *texts in TEXTS(self._ids).rows()}
        # Of a row that has gone between the two queries there is nothing to show.
        for name, text in zip(LONG_IN_ROWS, self._found.get(post.pk, ("", "")), strict=True):
            setattr(post, name, text)


def with_tags(page: Page) -> Page:
    """The same page; its rows know the names of their tags, and where their texts are."""
    ids = tuple(row.pk for row in page.rows)
    names, texts = names_of(ids), Texts(ids)
    for row in page.rows:
        row.beside["tag_names"] = names.get(row.pk, ())
        row.later = texts.give
    return page


def page_of(
    request: HttpRequest, posts: Any, order: tuple[str, ...], size: int = policy.PAGE_SIZE, *, finish: Any = None
) -> Page:
    """The page that `?after=` or `?before=` names. Raises BadCursor, which the error page turns into a 400."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if after and before:
        raise BadCursor("A page is either after or before another. Start again from the first page.")
    return paginate(posts, order, after=after, before=before, size=size, finish=finish)
