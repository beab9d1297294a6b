"""The methods about comments."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from geeks.api import answers, posts, shapes
from geeks.api.methods import reads
from geeks.api.objects.comments import of_comments
from geeks.api.paging import dated, page_of
from geeks.api.parameters import Ids, Ordered, ids_of
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.models import Comment, Question

router = Router(tags=["comments"])


COLUMNS = {"creation": "created", "votes": "score"}


class CommentsAsked(Ordered):
    sort: Literal["creation", "votes"] = "creation"


@reads(router, "comments", shapes.Comment)
def comments(request: HttpRequest, asked: Query[CommentsAsked]) -> HttpResponse:
    """All comments."""
    return listed(request, asked, visible())


@reads(router, "comments/{ids}", shapes.Comment)
def comments_by_ids(request: HttpRequest, ids: Ids, asked: Query[CommentsAsked]) -> HttpResponse:
    """The comments with these ids."""
    return listed(request, asked, visible().filter(pk__in=ids_of(ids)))


@reads(router, "posts/{ids}/comments", shapes.Comment)
def comments_on_posts(request: HttpRequest, ids: Ids, asked: Query[CommentsAsked]) -> HttpResponse:
    """The comments on these posts, of whatever kind."""
    return listed(request, asked, on(posts.visible(), ids))


@reads(router, "questions/{ids}/comments", shapes.Comment)
def comments_on_questions(request: HttpRequest, ids: Ids, asked: Query[CommentsAsked]) -> HttpResponse:
    """The comments on these questions, not on their answers."""
    return listed(request, asked, on(Question.objects.visible(), ids))


@reads(router, "answers/{ids}/comments", shapes.Comment)
def comments_on_answers(request: HttpRequest, ids: Ids, asked: Query[CommentsAsked]) -> HttpResponse:
    """The comments on these answers."""
    return listed(request, asked, on(answers.visible(), ids))


@reads(router, "users/{ids}/comments", shapes.Comment)
def comments_of_users(request: HttpRequest, ids: Ids, asked: Query[CommentsAsked]) -> HttpResponse:
    """The comments of these people."""
    return listed(request, asked, visible().filter(author__in=ids_of(ids)))


def visible() -> Any:
    """Comments that everybody may see: on nothing that is deleted, nor on an answer to it."""
    rows = Comment.objects.visible().filter(post__deleted_at=None)
    return rows.exclude(post__parent__deleted_at__isnull=False)


def on(rows: Any, ids: str) -> Any:
    return Comment.objects.visible().filter(post__in=rows.filter(pk__in=ids_of(ids)).values("pk"))


def listed(request: HttpRequest, asked: CommentsAsked, rows: Any) -> HttpResponse:
    """A page of these comments. They take no votes here; imported ones keep the score they came with."""
    demand_a_page(asked)
    page = page_of(request, asked, dated(rows, asked), COLUMNS[asked.sort])
    return wrapped(request, asked, shapes.Comment, of_comments, page)
