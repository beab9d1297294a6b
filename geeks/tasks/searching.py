"""Asking the index: this process's reader of it, and what a person typed as a query that knows who he is.

Pages, feeds and the worker all ask here, so that one search means the same everywhere.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache

from geeks.models import Post
from geeks.models.post import SHOWN_IN_ROWS
from geeks.models.prepared import Prepared, Read
from geeks.models.tag import names_of
from geeks.models.user import unread_of
from geeks.rendering.fragments import Fragments
from geeks.rendering.mathjax import Drawings, Typeset
from geeks.search import Backend, Query, SearchError, parse
from geeks.tasks import indexing

_lock = threading.Lock()
_related: Fragments[list[int]] = Fragments(512 * 1024)
RELATED = 30  # remembered of one question
RELATED_SECONDS, NOTHING_RELATED_SECONDS = 3600, 60


def backend() -> Backend:
    """This process's reader of the index, opened at the first search."""
    with _lock:
        return _open(str(settings.SEARCH_DIR))


@lru_cache(maxsize=1)
def _open(folder: str) -> Backend:
    return indexing.reader()


def state() -> Hashable:
    """What differs once the index says something else; None while it cannot be asked."""
    try:
        return backend().state()
    except SearchError:
        return None


def read(text: str, user: Any = None, sort: str = "relevance", bare: bool = True) -> Query:
    """What `user` (None: a stranger) typed. Without `bare`, what is nothing but TeX is read as words."""
    if user is None:
        return parse(text, sort=sort, bare=bare)
    return parse(text, sort=sort, bare=bare, me=user.pk, bookmarks=user.bookmarks.post_ids)


def visible(ids: Iterable[int]) -> list[Post]:
    """These posts in this order, with what a list shows, without those that the index has not yet noticed are gone."""
    return [with_tags(row) for row in _tagged(FOUND, ids)]


def result_rows(ids: Iterable[int]) -> list[Read]:
    """The same with what a result shows: a text to cut from, and no excerpt."""
    return _tagged(RESULTS, ids)


def _tagged(posts: Prepared, ids: Iterable[int]) -> list[Read]:
    """As they were read. Beside each stand the names of its tags, or of its question's."""
    ids = list(ids)
    rows = {row.pk: row for row in posts(tuple(ids)).reads()}
    heads = {pk: row.column("parent_id") or pk for pk, row in rows.items()}
    names = names_of(heads.values())
    for pk, row in rows.items():
        row.beside["tag_names"] = names.get(heads[pk], ())
    return [rows[number] for number in ids if number in rows]


def with_tags(row: Read) -> Post:
    """The object of such a row; an answer's question knows its tags, too."""
    post: Post = row.object
    if post.is_answer:
        post.parent.tag_names = row.beside["tag_names"]
    return post


def _found(ids: tuple[int, ...]) -> Any:
    posts = Post.objects.visible().without_wikis().filter(pk__in=ids, parent__deleted_at=None)
    return posts.select_related("author", "category", "last_active_by", "parent", "parent__category")


def _in_full(ids: tuple[int, ...]) -> Any:
    unread = ("body", "body_html", *unread_of("author", "last_active_by"))
    theirs = (f"parent__{name}" for name in ("body", "body_html", "text", "excerpt", "excerpt_html"))
    return _found(ids).defer(*unread, *theirs)


OF_RESULTS = (
    *(column for column in SHOWN_IN_ROWS if column not in ("excerpt_html", "list_stamp")),
    *("title", "text", "parent"),
    *(f"parent__{name}" for name in ("kind", "title_html", "slug", "accepted_answer")),
    *(f"parent__category__{name}" for name in ("name", "slug")),
)
FOUND = Prepared(Post, _in_full, lasting=True)
RESULTS = Prepared(Post, lambda ids: _found(ids).only(*OF_RESULTS), lasting=True)
BODIES = Prepared(Post, lambda ids: Post.objects.filter(pk__in=ids).order_by().values_list("pk", "body_html"))


class Bodies:
    """The formulas that the pages of these posts show: read for all of them when the first is asked for."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._ids = tuple(ids)
        self._found: dict[int, Drawings] | None = None

    def drawn(self, post_id: int, tex: str) -> Typeset | None:
        """How the post draws this formula in its lines; None where it does not."""
        if self._found is None:
            self._found = {pk: Drawings(body) for pk, body in BODIES(self._ids).rows()}
        drawings = self._found.get(post_id)
        return drawings and drawings.of(tex)


def related_ids(question: Any) -> list[int]:
    """Questions about the same thing, best first, remembered for an hour; none while the index cannot be asked."""
    key = f"related:{question.pk}:{question.render_version}:{question.edited or ''}".replace(" ", "T")
    # The site's cache is a file, or a server, so that each process asks it once in a while only.
    minute = int(time.monotonic()) // NOTHING_RELATED_SECONDS
    return _related.get((key, minute), lambda: _related_ids(question, key), unless=lambda ids: not ids)


def _related_ids(question: Any, key: str) -> list[int]:
    ids: list[int] | None = cache.get(key)
    if ids is None:
        try:
            found = backend().similar(question.text, RELATED, title=question.title, exclude=[question.pk])
        except SearchError:
            return []
        ids = [hit.id for hit in found]
        # None may mean that the index is not filled yet.
        cache.set(key, ids, RELATED_SECONDS if ids else NOTHING_RELATED_SECONDS)
    return ids
