"""SQL that the ORM compiled, run again and again with other values (prepared.py, writes.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX

from geeks.lanes import give_way


class Watch:
    """Of the statements of one thread: `whole` as long as each of them was traced, so that whoever asks those of a
    trail (models/lasting.py) again has asked for all."""

    def __init__(self) -> None:
        self.whole = True
        self._traced = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Django calls it for every statement of a cursor (`connection.execute_wrappers`), the ORM's among them."""
        self.whole = self.whole and self._traced
        return execute(sql, params, many, context)

    @contextmanager
    def sees(self, traced: bool) -> Iterator[None]:
        """Around a statement of which it is known whether it is traced."""
        self.whole, self._traced = self.whole and traced, traced
        try:
            yield
        except BaseException:
            self.whole = False  # what it would have found is in no trail
            raise
        finally:
            self._traced = False


_watch: ContextVar[Watch | None] = ContextVar("who watches the statements of this request", default=None)


@contextmanager
def watching() -> Iterator[Watch]:
    """A watch over what this thread asks of its databases meanwhile."""
    watch = Watch()
    watched = [connection.execute_wrappers for connection in connections.all()]
    for wrappers in watched:
        wrappers.append(watch)
    before = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(before)
        for wrappers in watched:
            wrappers.remove(watch)


def untraced() -> None:
    """Say that this request shows what no statement of it tells, such as what a cache remembers of the database."""
    if (watch := _watch.get()) is not None:
        watch.whole = False


class Statement:
    """`sql` as Django's compiler wrote it for the database `alias`. `traced` says that what it finds need not be asked
    again to know whether a page still shows what is: it is remembered as a step of a trail, or such a step tells it."""

    __slots__ = ("alias", "sql", "sqlite", "traced")

    def __init__(self, alias: str, sql: str, traced: bool = False) -> None:
        self.alias = alias
        self.sql = sql
        self.traced = traced
        self.sqlite = FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")  # as Django's cursor turns it

    def run(self, params: list[Any]) -> tuple[list[tuple[Any, ...]], int]:
        """The rows that it gives, and how many it changed."""
        connection = connections[self.alias]
        if not connection.in_atomic_block:  # there others wait for what it holds
            give_way()
        watch = _watch.get()
        if watch is None:
            return self._run(connection, params, [])
        with watch.sees(self.traced):
            return self._run(connection, params, [watch])

    def _run(self, connection: Any, params: list[Any], watched_by: list[Watch]) -> tuple[list[tuple[Any, ...]], int]:
        others = connection.queries_logged or connection.execute_wrappers != watched_by
        if connection.vendor == "sqlite" and not others:
            return _run_on_sqlite(connection, self.sqlite, params)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            return list(cursor.fetchall()) if cursor.description else [], cursor.rowcount


def _run_on_sqlite(connection: Any, sql: str, params: list[Any]) -> tuple[list[tuple[Any, ...]], int]:
    """As Django's cursor does, without what it does for those who watch queries: a fifth of the time of a small one."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        cursor = connection.connection.execute(sql, params)
        return cursor.fetchall(), cursor.rowcount
