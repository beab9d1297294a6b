"""Reading from streaming replicas of PostgreSQL (`DATABASE_REPLICA_URLS`), without anybody missing what he wrote.

A GET or HEAD request reads from one replica from its first query to its last; all else, and everything outside of
requests, uses the primary. Whoever writes gets a cookie that sends his next requests to the primary for longer than a
replica may lag. A replica that is down, late or no replica is left out; what fails there is asked of the primary.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.http import HttpRequest, HttpResponse

from geeks.databases.postgresql.base import impatient

log = logging.getLogger("geeks.replicas")

Handler = Callable[[HttpRequest], HttpResponse]

COOKIE = "wrote"
CHECK_SECONDS = 1.0
SILENT_SECONDS = 2.0  # that a server may take to say where it stands
LAG_SECONDS = 5.0  # how old what a replica shows may be
TRUSTED_SECONDS = 8.0  # how old a verdict may be, while another thread waits for a server that is silent
PINNED_SECONDS = 15  # that a writer reads from the primary: the lag, the age of a verdict, and time to spare
SAFE = ("GET", "HEAD")
# What is read there decides what is done next, or says how this host is.
PRIMARY_PATHS = ("/admin/", "/accounts/", "/healthz", "/readyz")
PRIMARY_AT = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
REPLICA_AT = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') END"


class Current(threading.local):
    """What the request of this thread reads from; outside of requests the primary."""

    alias: str = DEFAULT_DB_ALIAS
    wrote: bool = False
    health: Health | None = None


current = Current()


class Router:
    """Django asks it before every query of the ORM."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        if current.alias == DEFAULT_DB_ALIAS or connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        if current.health is not None and current.alias not in current.health.good:
            # Found out while this request waited for its turn: it need not find out by itself, which takes seconds.
            raise OperationalError(f"{current.alias} has been left out") from psycopg.OperationalError()
        return current.alias

    def db_for_write(self, model: Any, **hints: Any) -> str:
        current.alias, current.wrote = DEFAULT_DB_ALIAS, True  # the rest of the request sees what it wrote
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *objects: Any, **hints: Any) -> bool:
        return True  # all are the same database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def _in_thread(job: Callable[[], None]) -> None:
    threading.Thread(target=job, name="health of replicas", daemon=True).start()


class Health:
    """Which replicas may be read from, found out when requests come, at most once a second in each process, and beside
    them: to learn that a server is silent takes seconds, which no reader should wait.

    How late a replica is needs no clocks compared and no privileges: it is asked how far it has come in the log of
    changes, and this process remembers when the primary stood there.
    """

    def __init__(
        self,
        aliases: list[str],
        ask: Callable[[str, LiteralString], int | None] | None = None,
        beside: Callable[[Callable[[], None]], None] = _in_thread,
    ) -> None:
        self.aliases = aliases
        self.good: list[str] = []
        self._ask = ask or Asking()
        self._beside = beside
        self._seen: deque[tuple[float, int]] = deque(maxlen=30)  # when the primary stood where
        self._checked = float("-inf")
        self._lock = threading.Lock()

    def choose(self) -> str:
        """A replica to read from, or the primary when none is well."""
        if time.monotonic() - self._checked >= CHECK_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._beside(self._check_and_release)
            except RuntimeError:  # no room for another thread: the next request may find some
                self._lock.release()
        good = self.good if time.monotonic() - self._checked < TRUSTED_SECONDS else []
        return random.choice(good) if good else DEFAULT_DB_ALIAS  # noqa: S311 - spreads load

    def leave_out(self, alias: str) -> None:
        """Not to be used before the next check."""
        if alias in self.good:
            log.warning("%s: left out: it failed a request", alias)
        self.good = [one for one in self.good if one != alias]

    def _check_and_release(self) -> None:
        try:
            self.check()
        except Exception:
            log.exception("the replicas' health cannot be found out")
        finally:
            self._lock.release()

    def check(self) -> None:
        began = time.monotonic()  # a verdict is as old as its question, however long the next server is silent
        stands = self._ask(DEFAULT_DB_ALIAS, PRIMARY_AT)
        if stands is not None:
            self._seen.append((time.monotonic(), stands))
        # Without a primary nothing is written, so what was current stays so for as long as it answers.
        asked = self.aliases if stands is not None else self.good
        good = [alias for alias in asked if self._is_current(alias, stands)]
        for alias in sorted({*good} ^ {*self.good}):
            log.warning("%s: %s", alias, "read from" if alias in good else "left out: down, late or no replica")
        self.good, self._checked = good, began

    def _is_current(self, alias: str, stands: int | None) -> bool:
        come = self._ask(alias, REPLICA_AT)
        if come is None or stands is None:
            return come is not None
        reached = [when for when, where in self._seen if where <= come]
        return bool(reached) and time.monotonic() - reached[-1] <= LAG_SECONDS


class Asking:
    """One connection to each server beside those of requests, which may all be taken or wait for a server that is away.
    Used by one thread at a time."""

    def __init__(self) -> None:
        self._open: dict[str, psycopg.Connection[Any]] = {}

    def __call__(self, alias: str, sql: LiteralString) -> int | None:
        """The first column of one row as a number; None when the server cannot answer or has no answer."""
        try:
            if alias not in self._open:
                wanted = connections[alias].get_connection_params()
                wanted |= {"autocommit": True, "cursor_factory": psycopg.Cursor, "connect_timeout": int(SILENT_SECONDS)}
                self._open[alias] = impatient(SILENT_SECONDS).connect(**wanted)
            row = self._open[alias].execute(sql).fetchone()
        except psycopg.Error as error:
            log.info("%s: %s", alias, error)
            if broken := self._open.pop(alias, None):
                broken.close()
            return None
        return int(row[0]) if row and row[0] is not None else None


def reading(get_response: Handler, health: Health | None = None) -> Handler:
    """The outermost middleware, so that a request that failed can be run again as if it came anew."""
    health = health or Health(settings.REPLICAS)

    def middleware(request: HttpRequest) -> HttpResponse:
        if not may_use_replica(request):
            return finished(request, _run(get_response, request, DEFAULT_DB_ALIAS)[0])
        current.health, alias = health, health.choose()
        response, failed_on = _run(get_response, request, alias)
        if getattr(response, "database_away", False):
            if failed_on != DEFAULT_DB_ALIAS:
                health.leave_out(failed_on)
                connections[failed_on].close()
                response = _again(get_response, request, DEFAULT_DB_ALIAS)
            elif (other := health.choose()) != DEFAULT_DB_ALIAS:
                # It wrote something by the way (views of posts) and then read from a primary that is away.
                response = _again(get_response, request, other)
        return finished(request, response)

    return middleware


def _run(get_response: Handler, request: HttpRequest, alias: str) -> tuple[HttpResponse, str]:
    """The answer, and what was read from at last."""
    current.alias, current.wrote = alias, False
    try:
        return get_response(request), current.alias
    finally:
        # Also for what is read after this: a page that is sent as it is made, the health of the next request.
        current.alias = DEFAULT_DB_ALIAS


def _again(get_response: Handler, request: HttpRequest, alias: str) -> HttpResponse:
    log.warning("%s: asked again, now of %s", request.path_info, alias)
    anew = type(request)(request.environ)  # type: ignore[attr-defined]  # nothing of the first try is in it
    return _run(get_response, anew, alias)[0]


def may_use_replica(request: HttpRequest) -> bool:
    return (
        request.method in SAFE
        and COOKIE not in request.COOKIES
        # Programs keep no cookies.
        and "HTTP_AUTHORIZATION" not in request.META
        and "access_token" not in request.GET
        and not request.path_info.startswith(PRIMARY_PATHS)
    )


def finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With the cookie, if this request wrote: not for a stranger's page that stores views of posts by the way."""
    known = settings.SESSION_COOKIE_NAME in request.COOKIES or bool(response.cookies)
    if known and (current.wrote or request.method not in SAFE) or (current.wrote and request.method not in SAFE):
        response.set_cookie(
            COOKIE,
            "1",
            max_age=PINNED_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
