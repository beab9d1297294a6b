"""The background worker: it follows until it is stopped, and survives what goes wrong."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

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


def test_where_much_is_written_steps_are_fewer_and_a_post_is_found_within_a_second():
    assert worker.pause(0, 0.0) == worker.pause(worker.MANY - 1, 0.3) == worker.IDLE_SECONDS
    for took in (0.0, 0.1, 0.2, 0.3, 0.4):
        paused = worker.pause(worker.MANY, took)
        assert paused >= worker.IDLE_SECONDS
        assert took + paused >= worker.BUSY_SECONDS
        assert took + paused + took < 1.01  # of what is posted just after a step began
    assert worker.pause(worker.MANY, -3600.0) == worker.BUSY_SECONDS


def test_an_index_of_another_version_serves_until_a_new_one_is_built(ada, monkeypatch):
    question = make.question(ada, title="Why does the zeta function vanish?")
    backend = indexing.writer()
    indexing.rebuild(backend)
    backend.close()
    old = backend.shelf.current()
    stamp = old / "stamp.json"
    stamp.write_text(stamp.read_text().replace("tantivy", "an older tantivy"))
    later = make.question(ada, title="Where does the zeta function vanish?")
    reader, stop, served = indexing.reader(), threading.Event(), []
    rebuild = indexing.rebuild

    def watched(backend):
        return rebuild(backend, report=lambda done: served.append(reader.search(parse("zeta")).ids))

    monkeypatch.setattr(indexing, "rebuild", watched)
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "tidy", stop.set)
    worker.run(stop)
    assert served == [[question.pk]]
    assert set(reader.search(parse("zeta")).ids) == {question.pk, later.pk}
    assert reader.needs_rebuild() == ""
    assert reader.shelf.current() != old
    assert not old.exists()
    reader.close()


def test_after_its_machine_was_suspended_it_asks_again_whether_the_outbox_holds_all_it_missed(monkeypatch):
    stop, asked = threading.Event(), []
    clock = iter([0.0, 1.0, 2.0, worker.ASLEEP_SECONDS * 2.0])

    def behind(backend):
        asked.append(backend)
        if len(asked) == 2:
            stop.set()
        return ""

    monkeypatch.setattr(worker, "time", SimpleNamespace(time=lambda: next(clock, 1e9), monotonic=time.monotonic))
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(indexing, "behind", behind)
    worker.run(stop)
    assert len(asked) == 2


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
