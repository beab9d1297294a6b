"""What the search box of the admin finds. Every source is short and read by an index: a number, a person's name, the
site's search index, and, for what the index does not hold (deleted posts, the last seconds), the newest rows."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import Q, QuerySet

from geeks.models import Comment, Post, User
from geeks.models.paging import LARGEST
from geeks.search import SearchError, parse
from geeks.search.query import Kind as OfKind
from geeks.tasks.indexing import reader

log = logging.getLogger("geeks.admin")

FOUND = 300  # rows taken from one source
NEWEST = 1_000  # posts or comments whose text is read without an index


def number_in(words: str) -> int | None:
    """The row's number that `words` are, or None; also as `#12`, and never beyond the database's integers."""
    digits = words.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 19):
        return None
    return int(digits) if int(digits) <= LARGEST else None


def people_named(words: str) -> list[int]:
    """The person with exactly this user name, as a list of ids."""
    name = words.removeprefix("@")
    return list(User.objects.filter(username__in={name, name.lower()}).values_list("pk", flat=True))


def newest_ids(rows: QuerySet[Any], *conditions: Q, order: tuple[str, ...] = ("-pk",)) -> set[int]:
    """Ids of at most FOUND rows for each condition."""
    ids: set[int] = set()
    for condition in conditions:
        ids.update(rows.filter(condition).order_by(*order).values_list("pk", flat=True)[:FOUND])
    return ids


def posts(kind: int, name: str, words: str) -> set[int]:
    """Ids of posts of `kind` (called `name` in the index): by number, author, words of the title or text."""
    of_kind = Post.objects.filter(kind=kind)
    number = number_in(words)
    ids = newest_ids(of_kind, Q(pk=number)) if number is not None else set()
    if ids or words.startswith("#"):
        return ids  # who types a number that exists means it
    if people := people_named(words):
        ids |= newest_ids(of_kind, Q(author_id__in=people), order=("-created", "-id"))
    ids |= _indexed(name, words)
    newest = of_kind.order_by("-id")
    deleted = of_kind.filter(deleted_at__isnull=False).order_by("-deleted_at", "-id")
    for rows in (newest, deleted):
        ids |= _reading(Post, rows, words, ("title", "text"))
    return ids


def comments(words: str) -> set[int]:
    """Ids of comments: by their number or their post's, by author, by words of the newest."""
    number = number_in(words)
    ids = newest_ids(Comment.objects.all(), Q(pk=number), Q(post_id=number)) if number is not None else set()
    if people := people_named(words):
        ids |= newest_ids(Comment.objects.all(), Q(author_id__in=people), order=("-created",))
    return ids | _reading(Comment, Comment.objects.order_by("-id"), words, ("text",))


def _indexed(name: str, words: str) -> set[int]:
    index = reader()
    try:
        return set(index.search(parse(words).restricted(OfKind(name)).sorted_by("newest"), size=FOUND).ids)
    except SearchError as error:
        log.warning("The admin searches without the index: %s", error)
        return set()
    finally:
        index.close()


def _reading(model: Any, rows: QuerySet[Any], words: str, columns: tuple[str, ...]) -> set[int]:
    """Ids of those among the first NEWEST of `rows` that hold every word in one of `columns`."""
    found = model._base_manager.filter(pk__in=rows.values("pk")[:NEWEST])
    for word in words.split()[:10]:
        found = found.filter(_any_holds(columns, word))
    return set(found.order_by().values_list("pk", flat=True)[:FOUND])


def _any_holds(columns: tuple[str, ...], word: str) -> Q:
    holds = Q()
    for column in columns:
        holds |= Q(**{f"{column}__icontains": word})
    return holds
