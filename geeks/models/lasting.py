"""What queries found, for as long as nothing has changed on the site: many people's pages show the same rows.

Within one request that only reads (`moment`) it is asked once what the site has seen (`Change.site`). What a query
finds is remembered under that, so it is never older than the database was at the beginning of the request; after any
change everything is asked anew. Counts of views are no change: they may be SECONDS old.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from geeks.rendering.fragments import Fragments, size_of

MOST = 8 * 1024 * 1024  # bytes in each web process
SECONDS = 240  # as old as views of kept pages may be

Site = tuple[int, int]
T = TypeVar("T")


class Query(Protocol):
    """A compiled query: `ask` gives its rows."""

    @property
    def alias(self) -> str: ...

    def ask(self, values: Any) -> list[tuple[Any, ...]]: ...


class Rows(tuple[Any, ...]):
    """What was made of the rows of a query, which hold so many `bytes`."""

    bytes = 0

    def __sizeof__(self) -> int:
        return super().__sizeof__() + 300 * len(self) + self.bytes


class Moment:
    """What each database had seen when it was first asked in this request."""

    def __init__(self, ask: Callable[[str], Site]) -> None:
        self._ask = ask
        self._seen: dict[str, Site] = {}

    def seen(self, alias: str) -> Site:
        if alias not in self._seen:
            self._seen[alias] = self._ask(alias)
        return self._seen[alias]


_found: Fragments[Rows] = Fragments(MOST)
_moment: ContextVar[Moment | None] = ContextVar("the request that reads at this moment", default=None)


@contextmanager
def moment(ask: Callable[[str], Site]) -> Iterator[None]:
    """Around a request that changes nothing; `ask` says what the site has seen by a database's alias
    (`ChangeQuerySet.site`)."""
    before = _moment.set(Moment(ask))
    try:
        yield
    finally:
        _moment.reset(before)


def at_this_moment(query: Query, values: Any, make: Callable[[Any], T], own: Callable[[T], T]) -> list[T]:
    """What `make` makes of each row that the query finds, or has found with these values since the site last changed;
    of what others may get, too, `own` makes the caller's."""
    now = _moment.get()
    if now is None:
        return [make(row) for row in query.ask(values)]

    def ask() -> Rows:
        rows = query.ask(values)
        found = Rows(make(row) for row in rows)
        found.bytes = sum(map(size_of, rows))
        return found

    key = (query, values, now.seen(query.alias), int(time.monotonic()) // SECONDS)
    return [own(row) for row in _found.get(key, ask)]


def forget() -> None:
    _found.clear()
