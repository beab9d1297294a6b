"""What queries found, for as long as nothing has changed on the site: many people's pages show the same rows.

Within one request that only reads (`moment`) it is asked once what the site has seen (`Change.site`). What a query
finds is remembered under that, so it is never older than the database was at the beginning of the request; after any
change everything is asked anew. Counts of views are no change: they may be SECONDS old.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from geeks.rendering.fragments import Fragments, size_of

if TYPE_CHECKING:
    from geeks.models.prepared import Read

MOST = 8 * 1024 * 1024  # bytes in each web process
SECONDS = 240  # as old as views of kept pages may be

Site = tuple[int, int]


class Rows(tuple["Read", ...]):
    """What a query found."""

    __slots__ = ()

    def __sizeof__(self) -> int:
        return super().__sizeof__() + sum(300 + size_of(row.key) for row in self)


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


def at_this_moment(alias: str, key: Hashable, ask: Callable[[], list[Read]]) -> list[Read]:
    """What `ask` finds in the database `alias`, or has found under `key` since the site last changed; the rows are the
    caller's own."""
    now = _moment.get()
    if now is None:
        return ask()
    whole = (key, now.seen(alias), int(time.monotonic()) // SECONDS)
    return [row.again() for row in _found.get(whole, lambda: Rows(ask()))]


def forget() -> None:
    _found.clear()
