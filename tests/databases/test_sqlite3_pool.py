"""The threads of a web process share a few connections to SQLite, and none gets one that another has left half done."""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from geeks import lanes
from geeks.databases.sqlite3 import base
from geeks.lanes import Lane, turn

pytestmark = pytest.mark.django_db  # its file is another, but without this no connection may be opened
MOST = 2


@pytest.fixture
def databases(tmp_path):
    """As `django.db.connections`, with a file of its own: each thread has a wrapper of its own in it."""
    return handler(str(tmp_path / "db.sqlite3"))


def handler(name: str) -> ConnectionHandler:
    options = {"pool": MOST, "timeout": 0.01, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA cache_size=-77"}
    database = {"ENGINE": "geeks.databases.sqlite3", "NAME": name, "CONN_MAX_AGE": 0, "OPTIONS": options}
    return ConnectionHandler({"default": database})


def asked(wrapper: Any, sql: str = "SELECT 1") -> list[tuple[Any, ...]]:
    with wrapper.cursor() as cursor:
        return list(cursor.execute(sql).fetchall())


def in_thread(job: Callable[[], Any]) -> Any:
    """What `job` gives in a thread of its own; what it raises is raised here."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(job())
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def test_threads_that_ask_in_turn_share_one_connection(databases):
    def request() -> sqlite3.Connection:
        assert asked(databases["default"], "PRAGMA cache_size") == [(-77,)]
        connection = databases["default"].connection
        databases["default"].close()
        return connection

    first = request()
    assert {in_thread(request) for _ in range(5)} == {first}


def test_no_more_than_so_many_are_open_at_once_and_who_waits_in_vain_is_told(databases):
    first, second = databases.create_connection("default"), databases.create_connection("default")
    assert asked(first) == asked(second) == [(1,)]
    with pytest.raises(OperationalError, match="all 2 connections"):
        in_thread(lambda: asked(databases["default"]))
    given_back = first.connection
    first.close()
    assert in_thread(lambda: asked(databases["default"]) and databases["default"].connection) is given_back


def test_who_waits_gets_what_is_given_back(tmp_path):
    pool = base.Pool(1, 30)
    pool.take()
    connection = sqlite3.connect(tmp_path / "db.sqlite3", check_same_thread=False)
    taken: list[Any] = []
    waiting = threading.Thread(target=lambda: taken.append(pool.take()))
    waiting.start()
    pool.give(connection, base.time.monotonic())
    waiting.join()
    assert taken[0][0] is connection


def test_what_is_left_half_done_is_nobody_elses(databases):
    asked(databases["default"], "CREATE TABLE notes (text)")
    databases["default"].close()

    def half(begin: Callable[[], object]) -> sqlite3.Connection:
        begin()
        asked(databases["default"], "INSERT INTO notes VALUES ('half')")
        connection = databases["default"].connection
        databases["default"].close()
        return connection

    def atomic() -> None:
        wrapper = databases["default"]
        wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        wrapper.in_atomic_block = True

    left = [
        in_thread(lambda: half(lambda: asked(databases["default"], "BEGIN"))),
        in_thread(lambda: half(atomic)),
    ]

    def whole() -> sqlite3.Connection:
        assert asked(databases["default"], "SELECT * FROM notes") == []
        connection = databases["default"].connection
        databases["default"].close()
        return connection

    for _ in range(2 * MOST):  # nobody's place is lost either
        assert in_thread(whole) not in left


def test_a_thread_that_ends_in_the_middle_gives_up_its_place(databases):
    for _ in range(2 * MOST):
        assert in_thread(lambda: asked(databases["default"])) == [(1,)]
        gc.collect()


def test_a_database_that_does_not_open_costs_no_place(tmp_path):
    away = handler(str(tmp_path / "not" / "there.sqlite3"))["default"]
    for _ in range(2 * MOST):
        with pytest.raises(OperationalError, match="unable to open"):
            asked(away)


def test_a_connection_is_not_kept_for_ever(databases, monkeypatch):
    monkeypatch.setattr(base, "MAX_AGE", 0.0)
    asked(databases["default"])
    old = databases["default"].connection
    databases["default"].close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        old.execute("SELECT 1")
    assert asked(databases["default"]) == [(1,)]


def test_others_go_on_while_a_transaction_goes_to_disk(databases, monkeypatch):
    monkeypatch.setattr(lanes, "PATIENCE_OF_READERS", 60)
    lane, at_disk, done, seen = Lane(1), threading.Event(), threading.Event(), []
    commit = BaseDatabaseWrapper._commit

    def slowly(self: Any) -> None:
        at_disk.set()
        seen.append(done.wait(20))
        commit(self)

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", slowly)

    def write() -> None:
        with turn(lane, reads=False), transaction_in(databases["default"]) as wrapper:
            asked(wrapper, "CREATE TABLE numbers (number)")

    def read() -> None:
        with turn(lane, reads=True):
            done.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert at_disk.wait(20)
    in_thread(read)
    writer.join(30)
    assert seen == [True]
    assert lane._free == 1
    assert asked(databases["default"], "SELECT COUNT(*) FROM numbers") == [(0,)]


def test_a_transaction_that_fails_at_its_end_holds_up_nobody(databases, monkeypatch):
    """What it has locked is free before its request waits for another turn."""
    wrapper, free = databases["default"], []

    def fail(self: Any) -> None:
        raise OperationalError("the disk is full")

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", fail)
    lane = Lane(1)
    enter = lane.enter
    monkeypatch.setattr(lane, "enter", lambda reads: free.append(not wrapper.connection.in_transaction) or enter(reads))
    asked(wrapper)  # a connection
    with turn(lane, reads=False), pytest.raises(OperationalError, match="disk"), transaction_in(wrapper):
        asked(wrapper, "CREATE TABLE numbers (number)")
    assert free == [True, True]  # at the beginning, and before the second turn
    assert lane._free == 1


@contextmanager
def transaction_in(wrapper: Any) -> Iterator[Any]:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    yield wrapper
    wrapper.commit()
    wrapper.set_autocommit(True)
