"""Looking for kept pages comes before all limits: it has its own, and asks nothing for what is never kept."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection
from django.test import Client

from geeks.views import kept
from geeks.views.lookups import Lookups

REQUEST_SECONDS = 20


def test_so_many_look_at_a_time_and_others_after_them():
    lookups = Lookups(1, REQUEST_SECONDS)
    taken, leave, got = threading.Event(), threading.Event(), []

    def look():
        with lookups.place() as free:
            taken.set()
            leave.wait(REQUEST_SECONDS)
            got.append(free)

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
    with lookups.place() as free:
        assert free
        lookups._moved -= REQUEST_SECONDS + 1
        began = time.monotonic()
        with lookups.place() as another:
            assert not another
        assert time.monotonic() - began < REQUEST_SECONDS / 2


def test_a_place_is_given_back_after_a_fault():
    lookups = Lookups(1)
    with pytest.raises(ZeroDivisionError), lookups.place():
        raise ZeroDivisionError
    with lookups.place() as free:
        assert free


@pytest.mark.django_db
def test_without_a_place_the_page_is_made(keeping, thread, monkeypatch):
    reader, address = Client(), thread.get_absolute_url()
    first = reader.get(address).content
    full = Lookups(1, 0.01)
    monkeypatch.setattr(kept, "lookups", full)
    full._places.acquire()
    assert reader.get(address).content == first
    full._places.release()
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
