"""Transactions that write wait for each other, and not much longer than they must."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError, transaction
from django.db.utils import ConnectionHandler

from geeks import lanes
from geeks.databases.sqlite3 import base
from geeks.lanes import Lane, turn

pytestmark = pytest.mark.django_db  # its file is another, but without this no connection may be opened
SECONDS = 20  # nothing here waits so long unless it is broken


@pytest.fixture
def databases(tmp_path, monkeypatch):
    def handler(timeout):
        options = {"pool": 8, "timeout": timeout, "transaction_mode": "IMMEDIATE"}
        database = {"ENGINE": "geeks.databases.sqlite3", "NAME": str(tmp_path / "db.sqlite3"), "OPTIONS": options}
        made = ConnectionHandler({"default": database})
        monkeypatch.setattr(transaction, "get_connection", lambda using=None: made["default"])
        return made

    return handler


class Writer:
    """A thread that holds a transaction until it is told to end."""

    def __init__(self, databases):
        self.began, self.end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.write, args=(databases,))
        self.thread.start()
        assert self.began.wait(SECONDS)

    def write(self, databases):
        with transaction.atomic():
            self.began.set()
            assert self.end.wait(SECONDS)
        databases["default"].close()

    def leave(self):
        self.end.set()
        self.thread.join()


def patience_of(databases):
    with databases["default"].cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


def test_who_waits_begins_when_the_other_has_ended(databases, monkeypatch):
    waits = []
    monkeypatch.setattr(base.time, "sleep", lambda seconds: waits.append(seconds) or threading.Event().wait(seconds))
    found = databases(SECONDS)
    writer = Writer(found)
    threading.Timer(0.05, writer.leave).start()
    with transaction.atomic():
        pass
    assert waits
    assert max(waits) <= base.LONGEST
    assert patience_of(found) == 1000 * SECONDS


def test_nobody_waits_longer_than_the_timeout(databases):
    found = databases(0.05)
    writer = Writer(found)
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass
    writer.leave()
    assert patience_of(found) == 50
    with transaction.atomic():
        pass


def test_others_go_on_while_one_waits_for_the_database(databases, monkeypatch):
    monkeypatch.setattr(lanes, "PATIENCE", SECONDS)
    found, lane = databases(SECONDS), Lane(1)
    writer, went = Writer(found), threading.Event()

    def other():
        with turn(lane, reads=False):
            went.set()

    def waits():
        with turn(lane, reads=False), transaction.atomic():
            pass
        found["default"].close()

    first = threading.Thread(target=waits)
    first.start()
    end = time.monotonic() + SECONDS
    while not lane.readers_wait and lane._free and time.monotonic() < end:
        time.sleep(0.0001)  # until it has begun
    second = threading.Thread(target=other)
    second.start()
    assert went.wait(SECONDS)
    assert first.is_alive()
    writer.leave()
    first.join(SECONDS)
    second.join(SECONDS)
    assert lane._free == 1
