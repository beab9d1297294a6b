"""Comments, by themselves and beside posts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from geeks.api import shapes
from geeks.api.filters import Filter
from geeks.api.objects.base import Objects, address, body, in_order, text
from geeks.api.objects.people import beside, shallow
from geeks.api.parameters import seconds
from geeks.models import Comment, Kind

LICENCE = "CC BY-SA 4.0"
OWN = ("post", "created", "edited", "author", "author_name", "score", "licence")


class Comments(Objects):
    shape = shapes.Comment

    def comment_id(self, comment: Comment) -> int:
        return int(comment.pk)

    def post_id(self, comment: Comment) -> int:
        return int(comment.post_id)

    def post_type(self, comment: Comment) -> str:
        return str(Kind(comment.post.kind).label)

    def owner(self, comment: Comment) -> dict[str, Any] | None:
        return shallow(comment.author, self.wanted, comment.author_name)

    def score(self, comment: Comment) -> int:
        return comment.score

    def edited(self, comment: Comment) -> bool:
        return comment.edited is not None

    def creation_date(self, comment: Comment) -> int | None:
        return seconds(comment.created)

    def content_license(self, comment: Comment) -> str:
        return comment.licence or LICENCE

    def body(self, comment: Comment) -> str:
        return body(comment.html)

    def body_markdown(self, comment: Comment) -> str:
        return text(comment.text)

    def link(self, comment: Comment) -> str:
        return address(comment.get_absolute_url())


def of_comments(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    return Comments(in_order(_columns(wanted).filter(pk__in=ids), ids), wanted).all()


def comments_of(post_ids: list[int], wanted: Filter) -> dict[int, list[dict[str, Any]]]:
    """The comments of these posts, the oldest first, by their post."""
    rows = list(_columns(wanted).filter(post__in=post_ids).order_by("created", "id"))
    found = defaultdict(list)
    for comment, made in zip(rows, Comments(rows, wanted).all(), strict=True):
        found[comment.post_id].append(made)
    return found


def _columns(wanted: Filter) -> Any:
    long = [column for column, field in (("html", "body"), ("text", "body_markdown")) if wanted.has(f"comment.{field}")]
    neighbours = (f"post__{column}" for column in ("kind", "slug", "parent"))
    rows = Comment.objects.visible().select_related("author", "post")
    return rows.only(*OWN, *long, *neighbours, *beside("author"))
