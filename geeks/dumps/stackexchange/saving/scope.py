"""What is written: the posts of one category or of all that a stranger may see, and who and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from geeks.models import Category, Comment, Origin, Post, PostEvent, Revision, Source, Tag, Tagging, User
from geeks.models.post import WIKIS

BATCH = 500

M = TypeVar("M")


def each(rows: QuerySet[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """The rows in batches, by primary key, so that memory stays flat whatever the database."""
    last: int | None = None
    while True:
        batch = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:size])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


class Scope:
    """`category` None is the whole site."""

    def __init__(self, category: Category | None) -> None:
        self.category = category
        self.sources = list(Source.objects.filter(category=category) if category else Source.objects.all())

    @property
    def posts(self) -> QuerySet[Post]:
        visible = Post.objects.filter(deleted_at=None, parent__deleted_at=None)
        if self.category is None:
            return visible
        theirs = Q(kind__in=WIKIS, source__in=self.sources)
        return visible.filter(Q(category=self.category) | Q(parent__category=self.category) | theirs)

    def of_posts(self, relation: str = "post") -> Q:
        """The same for rows that hang off a post."""
        visible = Q(**{f"{relation}__deleted_at": None, f"{relation}__parent__deleted_at": None})
        if self.category is None:
            return visible
        return visible & (
            Q(**{f"{relation}__category": self.category})
            | Q(**{f"{relation}__parent__category": self.category})
            | Q(**{f"{relation}__kind__in": WIKIS, f"{relation}__source__in": self.sources})
        )

    @property
    def people(self) -> QuerySet[User]:
        """Who came with the archives of the category, and who wrote or edited in it. Not who was merged into others."""
        people = User.objects.filter(merged_into=None)
        if self.category is None:
            return people
        came = Origin.objects.filter(kind=Origin.Kind.USER, source__in=self.sources, our_id=OuterRef("pk"))
        mine = self.of_posts()
        return people.filter(
            Exists(came)
            | Exists(self.posts.filter(author=OuterRef("pk")))
            | Exists(Comment.objects.filter(mine, author=OuterRef("pk"), deleted_at=None))
            | Exists(Revision.objects.filter(mine, editor=OuterRef("pk")))
            | Exists(PostEvent.objects.filter(mine, user=OuterRef("pk")))
        )

    @property
    def tags(self) -> QuerySet[Tag]:
        if self.category is None:
            return Tag.objects.all()
        came = Origin.objects.filter(kind=Origin.Kind.TAG, source__in=self.sources, our_id=OuterRef("pk"))
        worn = Tagging.objects.filter(tag=OuterRef("pk"), post__category=self.category, post__deleted_at=None)
        return Tag.objects.filter(Exists(came) | Exists(worn))

    def has(self, post_ids: set[int]) -> set[int]:
        """Which of these posts are written."""
        return set(self.posts.filter(pk__in=post_ids).values_list("pk", flat=True))
