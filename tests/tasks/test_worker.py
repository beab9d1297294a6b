"""The background worker: it follows until it is stopped, and survives what goes wrong."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from geeks.models import Outbox
from geeks.search import IndexReplaced, SearchError, WriterBusy, parse
from geeks.tasks import indexing, worker
from tests import make

pytestmark = pytest.mark.django_db


def test_it_rebuilds_an_empty_index_follows_and_stops(ada, monkeypatch):
    question = make.question(ada, title="Why does the zeta function vanish?")
    stop = threading.Event()
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "tidy", stop.set)  # the first round ends with it
    worker.run(stop)
    backend = indexing.reader()
    try:
        assert set(backend.search(parse("zeta")).ids) == {question.pk}
    finally:
        backend.close()


@pytest.mark.parametrize("trouble", [WriterBusy, IndexReplaced, SearchError, OSError, OperationalError])
def test_it_tries_again_after_trouble(monkeypatch, trouble):
    stop, rounds = threading.Event(), []
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0)

    def follow(stop):
        rounds.append(1)
        if len(rounds) == 1:
            raise trouble("something is wrong")
        stop.set()

    monkeypatch.setattr(worker, "_follow", follow)
    worker.run(stop)
    assert len(rounds) == 2


def test_it_removes_old_announcements_but_the_last(ada):
    make.question(ada)
    make.question(ada)
    old = timezone.now() - timedelta(days=worker.OUTBOX_DAYS + 1)
    Outbox.objects.update(created=old)
    last = Outbox.objects.order_by("pk").last()
    assert worker.tidy() == 1
    assert list(Outbox.objects.all()) == [last]


def test_it_keeps_young_announcements(ada):
    make.question(ada)
    assert worker.tidy() == 0
    assert Outbox.objects.count() == 1
