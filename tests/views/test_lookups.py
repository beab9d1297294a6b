"""Looking for kept pages comes before all limits: it has its own, and asks nothing for what is never kept."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from geeks.views import kept
from geeks.views.finished import Kept
from geeks.views.lookups import Lookups

REQUEST_SECONDS = 20


def test_so_many_look_at_a_time_and_others_after_them():
    lookups = Lookups(1, REQUEST_SECONDS)
    taken, leave, got = threading.Event(), threading.Event(), []

    def look():
        got.append(lookups.enter())
        taken.set()
        leave.wait(REQUEST_SECONDS)
        lookups.leave()

    first, second = threading.Thread(target=look), threading.Thread(target=look)
    first.start()
    assert taken.wait(REQUEST_SECONDS)
    second.start()
    leave.set()
    for thread in (first, second):
        thread.join(REQUEST_SECONDS)
    assert got == [True, True]


def test_nobody_waits_where_nothing_moves():
    lookups = Lookups(1, REQUEST_SECONDS)
    assert lookups.enter()
    lookups._moved -= REQUEST_SECONDS + 1
    began = time.monotonic()
    assert not lookups.enter()
    assert time.monotonic() - began < REQUEST_SECONDS / 2
    lookups.leave()
    assert lookups.enter()


@pytest.mark.django_db
def test_a_place_is_given_back_after_a_fault(keeping, thread, monkeypatch):
    def broken(page):
        raise DatabaseError

    reader, address = Client(), thread.get_absolute_url()
    first = reader.get(address).content
    one = Lookups(1, 0.01)
    monkeypatch.setattr(kept, "lookups", one)
    with monkeypatch.context() as away:
        away.setattr(Kept, "holds", broken)
        assert reader.get(address).content == first  # made anew
    assert one.enter()


@pytest.mark.django_db
def test_without_a_place_the_page_is_made(keeping, thread, monkeypatch):
    reader, address = Client(), thread.get_absolute_url()
    first = reader.get(address).content
    full = Lookups(1, 0.01)
    monkeypatch.setattr(kept, "lookups", full)
    assert full.enter()
    assert reader.get(address).content == first
    full.leave()
    assert reader.get(address).content == first


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/static/none.css", "/media/none.png", "/healthz"])
def test_files_and_health_ask_no_database_whether_they_are_kept(keeping, address):
    Client().get("/")
    asked = []

    def told(execute, sql, *arguments):
        asked.append(sql)
        return execute(sql, *arguments)

    client = Client()
    with connection.execute_wrapper(told):
        client.get(address)
    assert not any("change" in sql for sql in asked)
