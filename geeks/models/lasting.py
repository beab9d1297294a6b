"""What queries found, for as long as nothing has changed on the site: many people's pages show the same rows.

Within one request that only reads (`moment`) it is asked once what the site has seen (`Change.site`). What a query
finds is remembered under that, so it is never older than the database was at the beginning of the request; after any
change everything is asked anew. Counts of views are no change: they may be SECONDS old.

The queries of a request are its trail: a page that was made of nothing else still shows what is, whatever has changed,
while each of them finds the same rows (docs/decisions/pages-retraced.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from geeks.rendering.fragments import Fragments

MOST = 8 * 1024 * 1024  # bytes in each web process
SECONDS = 240  # as old as views of kept pages may be

Site = tuple[int, int]
T = TypeVar("T")


class Query(Protocol):
    """A compiled query: `ask` gives its rows. Where they have a count of views it is the column `views_at`."""

    @property
    def alias(self) -> str: ...

    @property
    def views_at(self) -> int | None: ...

    def ask(self, values: Any) -> list[tuple[Any, ...]]: ...


class Rows(tuple[Any, ...]):
    """What was made of the rows of a query, as they were `found`, which hold so many `bytes`."""

    bytes = 0
    found: list[tuple[Any, ...]]

    def __sizeof__(self) -> int:
        return super().__sizeof__() + 300 * len(self) + self.bytes


def _bytes_of(rows: list[tuple[Any, ...]]) -> int:
    """Of their texts; all else is counted with the row. What a database gives holds nothing nested, and a list that is
    read anew has a thousand values to look at."""
    return sum([value.__sizeof__() for row in rows for value in row if type(value) is str])


@dataclass(frozen=True, slots=True)
class Step:
    """A query that was asked, with its values, and what was made of each row."""

    query: Query
    values: Any
    make: Callable[[Any], Any]

    def fingerprint(self, rows: Rows) -> int | None:
        """Python's keyed hash of all that was found, but for views; None for what has none, as PostgreSQL's arrays."""
        at, found = self.query.views_at, rows.found
        if at is not None:
            found = [row[:at] + row[at + 1 :] for row in found]
        # Python's hash of -1 is that of -2: so where every -1 stands goes into it.
        minus = [(number, *map((-1).__eq__, row)) for number, row in enumerate(found) if -1 in row]
        try:
            return hash((*found, *minus))
        except TypeError:
            return None


class Moment:
    """What each database had seen when it was first asked in this request, and what has been asked in it."""

    def __init__(self, ask: Callable[[str], Site]) -> None:
        self._ask = ask
        self._seen: dict[str, Site] = {}
        self._asked: list[tuple[Step, Rows]] = []

    def seen(self, alias: str) -> Site:
        if alias not in self._seen:
            self._seen[alias] = self._ask(alias)
        return self._seen[alias]

    def find(self, step: Step) -> Rows:
        def ask() -> Rows:
            rows = step.query.ask(step.values)
            made = Rows(map(step.make, rows))
            made.found, made.bytes = rows, _bytes_of(rows)
            return made

        key = (step.query, step.values, self.seen(step.query.alias), int(time.monotonic()) // SECONDS)
        found = _found.get(key, ask)
        self._asked.append((step, found))
        return found

    def trail(self) -> Trail:
        """What has been asked so far, and a fingerprint of what it found."""
        return Trail([(step, step.fingerprint(found)) for step, found in self._asked])


@dataclass(frozen=True, slots=True)
class Trail:
    """The queries of one request, in their order, with fingerprints of what they found."""

    steps: list[tuple[Step, int | None]]

    def leads_back(self, alias: str, seen: Site) -> bool:
        """Whether each of them, asked again of the database `alias`, which has `seen` so much by now, finds the same.
        What they find is remembered for whoever asks next."""
        with moment(lambda _: seen) as now:
            return all(
                step.query.alias == alias and mark is not None and step.fingerprint(now.find(step)) == mark
                for step, mark in self.steps
            )


_found: Fragments[Rows] = Fragments(MOST)
_moment: ContextVar[Moment | None] = ContextVar("the request that reads at this moment", default=None)


@contextmanager
def moment(ask: Callable[[str], Site]) -> Iterator[Moment]:
    """Around a request that changes nothing; `ask` says what the site has seen by a database's alias
    (`ChangeQuerySet.site`)."""
    now = Moment(ask)
    before = _moment.set(now)
    try:
        yield now
    finally:
        _moment.reset(before)


def at_this_moment(query: Query, values: Any, make: Callable[[Any], T], own: Callable[[T], T]) -> list[T]:
    """What `make` makes of each row that the query finds, or has found with these values since the site last changed;
    of what others may get, too, `own` makes the caller's."""
    now = _moment.get()
    if now is None:
        return [make(row) for row in query.ask(values)]

    return [own(row) for row in now.find(Step(query, values, make))]


def forget() -> None:
    _found.clear()
