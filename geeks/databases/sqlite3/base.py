"""Django's SQLite with a pool: the threads of a web process borrow a connection for as long as a request takes.

Each connection reads the whole schema and holds pages and statements of its own, 0.2 to 2.5 MB: far too much for each
of eighty threads, of which a few ask at a time. It is to SQLite what psycopg's pool is to PostgreSQL: with CONN_MAX_AGE
of 0 Django closes its connection after each request, and closing gives it back. OPTIONS["pool"] says how many.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any, ClassVar

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from geeks.lanes import aside

MAX_AGE = 600.0  # seconds; as CONN_MAX_AGE elsewhere
SHORTEST, LONGEST = 0.0002, 0.004  # seconds between two looks whether another has done writing


class Pool:
    """At most `most` connections to one database; the one used last is lent first, so that few are many people's."""

    def __init__(self, most: int, timeout: float) -> None:
        self.most, self.timeout = most, timeout
        self._places = threading.BoundedSemaphore(most)
        self._idle: list[tuple[sqlite3.Connection, float]] = []

    def take(self) -> tuple[sqlite3.Connection | None, float]:
        """A connection and when it was opened, or None and now: the caller opens one. Either holds a place until
        `give` or `leave`. Raises OperationalError when no place becomes free within `timeout` seconds."""
        if not self._places.acquire(timeout=self.timeout):
            raise sqlite3.OperationalError(f"all {self.most} connections of this process are in use")
        try:
            return self._idle.pop()
        except IndexError:
            return None, time.monotonic()

    def give(self, connection: sqlite3.Connection, born: float) -> None:
        if time.monotonic() - born < MAX_AGE:
            self._idle.append((connection, born))
        else:
            connection.close()
        self.leave()

    def leave(self) -> None:
        """Give up the place, without a connection that another could use."""
        self._places.release()


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """One for each thread, as Django has it; what it borrows is `connection`."""

    pools: ClassVar[dict[str, Pool]] = {}  # by the database's name
    _making: ClassVar[threading.Lock] = threading.Lock()
    _lender: Pool | None = None  # while something is borrowed
    _born = 0.0

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        most = params.pop("pool")
        with self._making:
            if params["database"] not in self.pools:
                self.pools[params["database"]] = Pool(most, params["timeout"])
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        pool = self.pools[conn_params["database"]]
        connection, self._born = pool.take()
        try:
            connection = connection or super().get_new_connection(conn_params)
        except BaseException:
            pool.leave()
            raise
        self._lender = pool
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        """Begin one that writes, or wait for who writes now. SQLite itself looks again after 1, 2, 5, 10 ... ms, and
        sleeps while the place is free long since; here whoever waits looks often, and others calculate meanwhile."""
        end, pause = time.monotonic() + self._patience, SHORTEST
        self.connection.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    return super()._start_transaction_under_autocommit()
                except OperationalError as error:
                    if not _is_busy(error) or time.monotonic() >= end:
                        raise
                with aside():
                    time.sleep(pause)
                pause = min(2 * pause, LONGEST)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout={int(1000 * self._patience)}")

    def _commit(self) -> None:
        """Nobody waits for this request's turn while its transaction goes to disk."""
        with aside():
            try:
                super()._commit()
            except BaseException:
                super()._rollback()  # before the wait for another turn, for others wait for what it holds
                raise

    @property
    def _patience(self) -> float:
        """Seconds that a transaction waits for another."""
        return float(self.settings_dict["OPTIONS"].get("timeout", 5.0))

    def _close(self) -> None:
        pool, self._lender = self._lender, None
        if pool is None:
            return
        # What is half done, or has failed, goes; only what is as good as new may be another's.
        if self.in_atomic_block or self.errors_occurred or self.connection.in_transaction:
            try:
                super()._close()
            finally:
                pool.leave()
        else:
            pool.give(self.connection, self._born)

    def __del__(self) -> None:
        """The thread has ended in the middle of a request."""
        if self._lender is not None:
            self._lender.leave()


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
