"""Several people at once: acts in threads, with connections of their own, on the database of the test."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections, transaction

Act = Callable[[], object]


def at_once(*acts: Act) -> list[BaseException]:
    """Run the acts in threads that start together; gives what they raised."""
    gate, raised = threading.Barrier(len(acts)), []

    def run(act: Act) -> None:
        gate.wait()
        act()

    threads = [_thread(lambda act=act: run(act), raised) for act in acts]
    for thread in threads:
        thread.join()
    return raised


def meanwhile(first: Act, then: Act) -> list[BaseException]:
    """Do `first`, and before it is committed begin `then` in a thread, until that has to wait for it or is through;
    gives what `then` raised. On PostgreSQL only."""
    raised: list[BaseException] = []
    with transaction.atomic():
        first()
        thread = _thread(then, raised)
        while thread.is_alive() and not _somebody_waits_for_me():
            pass
    thread.join()
    return raised


def _thread(act: Act, raised: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _somebody_waits_for_me() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]


@contextmanager
def one_database(folder: Path) -> Iterator[None]:
    """What threads started in here share. SQLite's database of a test lives in one connection, so there they work on a
    copy of it in a file, as on a site; what they leave must be read in a thread too."""
    if connection.vendor != "sqlite":
        yield
        return
    settings = connections.settings["default"]
    name = settings["NAME"]
    # One connection stays open: threads that come must neither be the first to turn the file to WAL nor the last to go.
    with closing(sqlite3.connect(folder / "db.sqlite3")) as file:
        connection.connection.backup(file)
        file.execute("PRAGMA journal_mode=WAL")
        settings["NAME"] = str(folder / "db.sqlite3")
        try:
            yield
        finally:
            settings["NAME"] = name
