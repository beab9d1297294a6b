"""Search results: a question or an answer with the text round what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geeks.api import shapes
from geeks.api.filters import Filter
from geeks.api.objects.base import Objects, text
from geeks.api.parameters import seconds
from geeks.models import Post
from geeks.search import Query
from geeks.tasks.marking import Marker
from geeks.tasks.searching import visible


class Excerpts(Objects):
    shape = shapes.SearchExcerpt

    def __init__(self, rows: list[Post], wanted: Filter, query: Query) -> None:
        super().__init__(rows, wanted)
        self.marker = Marker(query)

    def item_type(self, post: Post) -> str:
        return "answer" if post.is_answer else "question"

    def question_id(self, post: Post) -> int:
        return int(post.thread_id)

    def answer_id(self, post: Post) -> int | None:
        return int(post.pk) if post.is_answer else None

    def title(self, post: Post) -> str:
        return text(self._head(post).title)

    def excerpt(self, post: Post) -> str:
        return self.marker.plain(post.text)

    def body(self, post: Post) -> str:
        return text(post.excerpt)

    def tags(self, post: Post) -> list[str]:
        return list(self._head(post).tag_names)

    def category(self, post: Post) -> str | None:
        head = self._head(post)
        return head.category.slug if head.category else None

    def score(self, post: Post) -> int:
        return post.score

    def question_score(self, post: Post) -> int | None:
        return post.parent.score if post.is_answer else None

    def answer_count(self, post: Post) -> int | None:
        return None if post.is_answer else post.answer_count

    def has_accepted_answer(self, post: Post) -> bool | None:
        return None if post.is_answer else post.accepted_answer_id is not None

    def is_answered(self, post: Post) -> bool:
        return self._head(post).answered

    def is_accepted(self, post: Post) -> bool | None:
        return post.parent.accepted_answer_id == post.pk if post.is_answer else None

    def creation_date(self, post: Post) -> int | None:
        return seconds(post.created)

    def last_activity_date(self, post: Post) -> int | None:
        return seconds(post.last_activity)

    def closed_date(self, post: Post) -> int | None:
        return seconds(post.closed_at)

    def locked_date(self, post: Post) -> int | None:
        return seconds(post.locked_at)

    def _head(self, post: Post) -> Post:
        """Where title, tags and category of a post stand: on an answer's question."""
        return post.parent if post.is_answer else post


def excerpts_of(query: Query) -> Callable[[list[int], Filter], list[dict[str, Any]]]:
    """What makes the objects of a page of this search."""
    return lambda ids, wanted: Excerpts(visible(ids), wanted, query).all()
