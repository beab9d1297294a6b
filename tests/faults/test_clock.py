"""The clock of the machine is set an hour back, or forward, while the site runs: nobody is signed out, nothing is
hidden, lists go on in one order, limits hold, and the worker misses nothing."""

from __future__ import annotations

import datetime
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from geeks import policy
from geeks.models import Outbox
from geeks.search import parse
from geeks.tasks import checking, indexing, searching, worker
from tests import make
from tests.views.test_list_paging import walk

pytestmark = pytest.mark.django_db

HOUR = 3600.0


class Clock:
    """The time of day, as everything in this process reads it; the clock that only goes forward is left alone."""

    def __init__(self, monkeypatch):
        self.step = 0.0
        self._time, clock = time.time, self

        class Shifted(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.datetime.fromtimestamp(clock._time() + clock.step, tz)

        monkeypatch.setattr(time, "time", lambda: self._time() + self.step)
        monkeypatch.setattr(timezone, "datetime", Shifted)  # what `timezone.now` and all defaults of columns ask


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture(params=[-HOUR, HOUR], ids=["back", "forward"])
def step(request):
    return request.param


@pytest.fixture
def index():
    """The worker's part, asked for by hand; and what a search finds."""
    writer = indexing.writer()
    indexing.rebuild(writer)
    searching._open.cache_clear()
    yield indexing.Follower(writer)
    writer.close()


def test_the_clock_of_these_tests_is_what_the_site_reads(clock, ada):
    before = timezone.now()
    clock.step = -HOUR
    assert (timezone.now() - before).total_seconds() < -HOUR + 60
    assert make.question(ada).created < before


def test_a_session_and_a_form_outlive_it(clock, step, ada, client):
    ada.set_password("a long and secret word")
    ada.save()
    client.get("/accounts/login")
    assert client.post("/accounts/login", {"login": "ada", "password": "a long and secret word"}).status_code == 302
    form = make.question_form()
    clock.step = step
    assert "/accounts/logout" in client.get("/").content.decode()
    assert client.post("/questions/ask", form).status_code == 302


def test_everything_is_on_its_lists_once_and_is_found(clock, step, ada, index, stranger):
    made = [make.question(ada, title=f"Is number {n} before the step?", tags="clock") for n in range(12)]
    index.catch_up()
    clock.step = step
    made += [make.question(ada, title=f"Is number {n} after the step?", tags="clock") for n in range(12, 24)]
    make.answer(made[3], ada)
    assert index.catch_up() > 0
    clock.step = 0.0  # and set right again
    made.append(make.question(ada, title="Is this after both steps?", tags="clock"))
    index.catch_up()
    wanted = sorted(question.pk for question in made)
    for address in ("/questions?tab=newest", "/questions?tab=active", "/questions/tagged/clock", "/"):
        assert sorted(walk(stranger, address)[0]) == wanted, address
    assert sorted(searching.backend().search(parse("step is:question"), size=100).ids) == wanted
    assert list(checking.differences(index.backend)) == []


def test_a_page_that_was_kept_shows_what_was_written_after_it(clock, step, ada, stranger, settings):
    settings.PAGE_CACHE_MB = 8
    question = make.question(ada, body=make.PLAIN)
    for _ in range(2):
        stranger.get(question.get_absolute_url())
    clock.step = step
    make.answer(question, ada, "An answer from another hour altogether.")
    assert "another hour" in stranger.get(question.get_absolute_url()).content.decode()
    assert question.title in stranger.get("/questions").content.decode()


def test_limits_hold_when_it_goes_back_and_nobody_is_shut_out_for_long(clock, newcomer, client):
    for _ in range(policy.NEWCOMER_POSTS_AN_HOUR):
        make.question(newcomer, body=make.PLAIN)
    with pytest.raises(PermissionDenied):
        make.question(newcomer, body=make.PLAIN)
    clock.step = -HOUR
    with pytest.raises(PermissionDenied):
        make.question(newcomer, body=make.PLAIN)
    clock.step = HOUR
    make.question(newcomer, body=make.PLAIN)


def test_calls_are_counted_on(clock, step, client, monkeypatch):
    monkeypatch.setattr(policy, "PREVIEWS_A_MINUTE", 3)
    asked = [client.post("/preview", {"markdown": "$x$"}).status_code for _ in range(4)]
    called = client.get("/api/2.3/info?site=geeksmental").json()["quota_remaining"]
    clock.step = step
    asked += [client.post("/preview", {"markdown": "$x$"}).status_code for _ in range(4)]
    assert asked == [200, 200, 200, 429] * 2
    # Of another day, if it is near midnight.
    assert client.get("/api/2.3/info?site=geeksmental").json()["quota_remaining"] in (called - 1, 9_999)


def test_the_worker_says_that_it_is_well(clock, step, ada, index, client):
    index.catch_up()
    indexing.note_followed(time.time())
    clock.step = step
    make.question(ada)
    assert client.get("/readyz").json()["search"].startswith("ok")
    index.catch_up()
    indexing.note_followed(time.time())
    assert client.get("/readyz").json()["search"] == "ok"
    assert worker.tidy() == 0  # nothing that another host may still wait for


def test_a_transaction_under_way_while_it_is_set_forward_reaches_the_index(clock, ada, index):
    """Its announcement has a lower number than what was applied before it, and must be waited for all the same."""
    late, soon = make.question(ada, title="Is this the late one?"), make.question(ada, title="Is this the soon one?")
    number, created = Outbox.objects.values_list("pk", "created").get(post_id=late.pk)
    Outbox.objects.filter(pk=number).delete()  # not committed yet
    index.catch_up()
    clock.step = HOUR
    index.catch_up()
    assert searching.backend().search(parse("intitle:soon")).ids == [soon.pk]
    Outbox.objects.create(pk=number, post_id=late.pk, created=created)
    assert index.catch_up() == 1
    assert searching.backend().search(parse("intitle:late")).ids == [late.pk]
