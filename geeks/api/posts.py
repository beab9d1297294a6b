"""The methods about posts of any kind: questions, answers and articles, and their revisions."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from geeks.api import answers, shapes
from geeks.api.answers import COLUMNS
from geeks.api.methods import reads
from geeks.api.narrowing import category_of
from geeks.api.objects.posts import of_posts
from geeks.api.objects.revisions import of_revisions
from geeks.api.paging import dated, page_of, page_of_many
from geeks.api.parameters import Dated, Ids, Ordered, PostsAsked, ids_of
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.models import Article, Post, Question, Revision

router = Router(tags=["posts"])


def visible() -> Any:
    """Posts that everybody may see: a deleted question takes its answers along."""
    return Post.objects.visible().without_wikis().filter(Q(parent=None) | Q(parent__deleted_at=None))


@reads(router, "posts", shapes.Post)
def posts(request: HttpRequest, asked: Query[PostsAsked]) -> HttpResponse:
    """All questions, answers and articles."""
    demand_a_page(asked)
    kinds = (Question.objects.visible(), answers.visible(), Article.objects.visible())
    rows = [within(dated(posts, asked), asked) for posts in kinds]
    return wrapped(request, asked, shapes.Post, of_posts, page_of_many(asked, rows, COLUMNS[asked.sort]))


@reads(router, "posts/{ids}", shapes.Post)
def posts_by_ids(request: HttpRequest, ids: Ids, asked: Query[PostsAsked]) -> HttpResponse:
    """The posts with these ids."""
    return listed(request, asked, visible().filter(pk__in=ids_of(ids)))


@reads(router, "posts/{ids}/revisions", shapes.Revision)
def revisions_of_posts(request: HttpRequest, ids: Ids, asked: Query[Dated]) -> HttpResponse:
    """Every version of these posts, the newest first."""
    demand_a_page(asked)
    rows = Revision.objects.filter(post__in=visible().filter(pk__in=ids_of(ids)).values("pk"))
    ordered = Ordered(page=asked.page, pagesize=asked.pagesize)
    page = page_of(request, ordered, dated(rows, asked), "created")
    return wrapped(request, asked, shapes.Revision, of_revisions, page)


def listed(request: HttpRequest, asked: PostsAsked, rows: Any) -> HttpResponse:
    """A page of these posts."""
    demand_a_page(asked)
    page = page_of(request, asked, within(dated(rows, asked), asked), COLUMNS[asked.sort])
    return wrapped(request, asked, shapes.Post, of_posts, page)


def within(rows: Any, asked: PostsAsked) -> Any:
    """These posts as far as they, or their questions, stand in the category that `asked` names."""
    narrowed, number = category_of(asked)
    if not narrowed:
        return rows
    return rows.filter(Q(category=number) | Q(parent__category=number)) if number is not None else rows.none()
