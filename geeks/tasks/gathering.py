"""Posts as the search index sees them: read from the database by columns, a few queries for many posts."""

from __future__ import annotations

import html
import re
from collections import namedtuple
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from geeks.models import Category, Closure, Post, PostEvent, Tagging
from geeks.models.post import Kind
from geeks.models.prepared import Prepared
from geeks.search import Document

# Of `PostEvent`, as Stack Exchange numbers them.
MOVED_AWAY, NOTICE_ADDED, NOTICE_REMOVED = (17, 35), 33, 34
CODE = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.DOTALL)
MARKUP = re.compile(r"<[^>]*>")
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
TEX = re.compile(r'<(?:span|code) class="math[^"]*" data-tex="([^"]*)"')
_COLUMNS = """
    pk kind parent_id category_id author_id title title_html text body_html created last_activity score view_count
    answer_count answered accepted_answer_id closed_at locked_at wiki_at parent__category_id parent__accepted_answer_id
    duplicate migrated notice
"""
COLUMNS = _COLUMNS.split()
Row: Any = namedtuple("Row", COLUMNS)


def findable() -> models.QuerySet[Post]:
    """What readers may find."""
    return Post.objects.visible().without_wikis().exclude(kind=Kind.ANSWER, parent__deleted_at__isnull=False)


def documents(post_ids: Iterable[int]) -> Iterator[Document]:
    """The posts with these ids that readers may find, in three queries."""
    return _documents(AMONG(tuple(post_ids)).rows())


def documents_between(first: int, last: int) -> Iterator[Document]:
    """Those with ids from `first` to `last`, in the order of their ids, in three queries."""
    return _documents(BETWEEN(first, last).rows())


def _columns(posts: models.QuerySet[Post]) -> models.QuerySet[Post, Any]:
    this = models.OuterRef("pk")
    repeats = Closure.objects.filter(post=this, ended=None, reason__in=Closure.REPEATS)
    left = PostEvent.objects.filter(post=this, kind__in=MOVED_AWAY)
    notices = PostEvent.objects.filter(post=this, kind__in=(NOTICE_ADDED, NOTICE_REMOVED)).order_by("-created", "-pk")
    return (
        posts.annotate(duplicate=models.Exists(repeats), migrated=models.Exists(left))
        .annotate(notice=models.Subquery(notices.values("kind")[:1]))
        .values_list(*COLUMNS)
    )


# The index follows in small steps all day: compiling these took longer than all that the database does for them.
AMONG = Prepared(Post, lambda ids: _columns(findable().filter(pk__in=ids)))
BETWEEN = Prepared(Post, lambda first, last: _columns(findable().filter(pk__gte=first, pk__lte=last)).order_by("pk"))
TAGS = Prepared(Tagging, lambda posts: Tagging.objects.filter(post_id__in=posts).values_list("post_id", "tag__name"))
CATEGORIES = Prepared(Category, lambda: Category.objects.order_by().values_list("pk", "slug"))


def _documents(found: list[tuple[Any, ...]]) -> Iterator[Document]:
    rows = [Row(*one) for one in found]
    tags: dict[int, list[str]] = {}
    for thread, name in TAGS(tuple({row.parent_id or row.pk for row in rows})).rows():
        tags.setdefault(thread, []).append(name)
    categories = dict(CATEGORIES().rows())
    for row in rows:
        thread = row.parent_id or row.pk
        yield Document(
            id=row.pk,
            kind=Kind(row.kind).label,
            question_id=thread,
            title=row.title,
            body=row.text,
            created=row.created,
            last_activity=row.last_activity,
            tags=tags.get(thread, ()),
            category=categories.get(row.parent__category_id or row.category_id, ""),
            author_id=row.author_id,
            score=row.score,
            views=row.view_count,
            answers=row.answer_count,
            flags=_flags(row),
            formulas=_values(TEX, row.title_html + row.body_html),
            code="\n".join(html.unescape(MARKUP.sub("", block)) for block in _found(CODE, "<pre", row.body_html)),
            links=_values(LINK, row.body_html),
        )


def _values(pattern: re.Pattern[str], markup: str) -> list[str]:
    """The distinct values of an attribute in stored HTML, which our own sanitiser wrote."""
    return [html.unescape(value) for value in dict.fromkeys(pattern.findall(markup))]


def _found(pattern: re.Pattern[str], sign: str, markup: str) -> list[str]:
    return pattern.findall(markup) if sign in markup else []


def _flags(row: Any) -> list[str]:
    is_answer, is_question = row.kind == Kind.ANSWER, row.kind == Kind.QUESTION
    states = {
        "accepted": is_answer and row.parent__accepted_answer_id == row.pk,
        "hasaccepted": is_question and row.accepted_answer_id is not None,
        "isanswered": is_question and row.answered,
        "hascode": "<pre" in row.body_html,
        "closed": row.closed_at is not None,
        "duplicate": row.duplicate,
        "locked": row.locked_at is not None,
        "migrated": row.migrated,
        "hasnotice": row.notice == NOTICE_ADDED,
        "wiki": row.wiki_at is not None,
    }
    return [name for name, holds in states.items() if holds]
