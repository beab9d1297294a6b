"""Who reads from which database: routing, read-your-writes, health, and asking again what failed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory

from geeks import replicas
from geeks.models import Change, Post
from geeks.replicas import Health, Router, current, reading
from geeks.views.errors import AWAY, what_passes

ask = RequestFactory()


class Always:
    """A health that knows these replicas as well."""

    def __init__(self, *good):
        self.good, self.out = list(good), []

    def choose(self):
        return self.good[0] if self.good else "default"

    def leave_out(self, alias):
        self.good.remove(alias)
        self.out.append(alias)


@pytest.fixture(autouse=True)
def _no_real_connections(monkeypatch):
    """Routing only: nothing of this asks a database."""
    closed = SimpleNamespace(close=lambda: None, in_atomic_block=False)
    monkeypatch.setattr(replicas, "connections", {"default": closed, "replica1": closed, "replica2": closed})


def at_once(job):
    job()


def site(view, *good):
    health = Always(*good)
    return reading(view, health), health


def reads():
    return Router().db_for_read(Post)


def served(request, view=None, *good):
    seen = []

    def default(request):
        seen.append(reads())
        return HttpResponse()

    response = site(view or default, *(good or ("replica1",)))[0](request)
    return seen, response


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_requests_read_from_a_replica(method):
    assert served(getattr(ask, method)("/questions"))[0] == ["replica1"]


@pytest.mark.parametrize(
    "request_",
    [
        ask.post("/questions"),
        ask.get("/admin/"),
        ask.get("/accounts/login"),
        ask.get("/readyz"),
        ask.get("/api/2.3/me?access_token=x"),
        ask.get("/api/2.3/me", headers={"Authorization": "Bearer x"}),
    ],
    ids=lambda request: f"{request.method} {request.get_full_path()}",
)
def test_others_read_from_the_primary(request_):
    assert served(request_)[0] == ["default"]


def test_who_wrote_reads_from_the_primary():
    request = ask.get("/questions")
    request.COOKIES["wrote"] = "1"
    assert served(request)[0] == ["default"]


def test_without_a_healthy_replica_all_read_from_the_primary():
    seen = []
    site(lambda request: seen.append(reads()) or HttpResponse())[0](ask.get("/"))
    assert seen == ["default"]


def test_outside_of_requests_all_is_the_primary_also_after_one():
    assert reads() == "default"
    served(ask.get("/"))
    assert reads() == "default"


def test_a_write_pins_the_rest_of_the_request():
    seen = []

    def view(request):
        seen.extend([reads(), Router().db_for_write(Post), reads()])
        return HttpResponse()

    served(ask.get("/"), view)
    assert seen == ["replica1", "default", "default"]


def test_what_is_read_in_a_transaction_comes_from_the_primary(monkeypatch):
    def view(request):
        monkeypatch.setattr(replicas.connections["default"], "in_atomic_block", True)
        return HttpResponse(reads())

    assert served(ask.get("/"), view)[1].content == b"default"


def writing(request):
    Router().db_for_write(Post)
    return HttpResponse()


def with_session(request):
    request.COOKIES["sessionid"] = "s"
    return request


@pytest.mark.parametrize(
    ("request_", "view", "pinned"),
    [
        (ask.post("/ask"), writing, True),
        (with_session(ask.post("/ask")), None, True),  # by hand-written SQL, which the router does not see
        (with_session(ask.get("/notifications")), writing, True),
        (with_session(ask.get("/")), None, False),
        (ask.get("/questions/1"), writing, False),  # views of posts: strangers get no cookie
        (ask.get("/"), None, False),
    ],
)
def test_the_cookie_goes_to_writers_only(request_, view, pinned):
    response = served(request_, view)[1]
    assert ("wrote" in response.cookies) is pinned
    if pinned:
        assert response.cookies["wrote"]["max-age"] > replicas.LAG_SECONDS + replicas.TRUSTED_SECONDS


def away(request=None):
    response = HttpResponse(status=503)
    response.database_away = True
    return response


def test_what_fails_on_a_replica_is_asked_of_the_primary():
    tried = []

    def view(request):
        tried.append((reads(), request))
        return away() if reads() == "replica1" else HttpResponse("page")

    through, health = site(view, "replica1")
    assert through(ask.get("/?page=2")).content == b"page"
    assert [alias for alias, _ in tried] == ["replica1", "default"]
    assert tried[0][1] is not tried[1][1], "nothing of the first try is left on the request"
    assert tried[1][1].get_full_path() == "/?page=2"
    assert health.out == ["replica1"]


def test_a_page_that_counted_views_while_the_primary_is_away_is_read_from_a_replica():
    tried = []

    def view(request):
        tried.append(1)
        if len(tried) == 1:
            Router().db_for_write(Post)
        return away() if reads() == "default" else HttpResponse("page")

    assert site(view, "replica1")[0](ask.get("/")).content == b"page"


@pytest.mark.parametrize("request_", [ask.post("/ask"), ask.get("/admin/")])
def test_what_the_primary_refused_is_not_sent_twice(request_):
    tried = []
    assert site(lambda request: tried.append(1) or away(), "replica1")[0](request_).status_code == 503
    assert len(tried) == 1


def test_a_fault_of_ours_is_not_run_twice():
    tried = []
    site(lambda request: tried.append(1) or HttpResponse(status=500), "replica1")[0](ask.get("/"))
    assert len(tried) == 1


class Servers:
    """Where each server stands in the log of changes; None is a server that does not answer."""

    def __init__(self, **stands):
        self.stands, self.asked = stands, []

    def __call__(self, alias, sql):
        self.asked.append(alias)
        return self.stands[alias]


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(replicas.time, "monotonic", lambda: now[0])
    return now


def test_servers_are_asked_once_a_second(clock):
    servers = Servers(default=10, replica1=10)
    health = Health(["replica1"], servers, at_once)
    for _ in range(5):
        assert health.choose() == "replica1"
    assert servers.asked == ["default", "replica1"]
    clock[0] += replicas.CHECK_SECONDS
    health.choose()
    assert len(servers.asked) == 4


def test_without_room_for_a_thread_the_next_request_asks(clock):
    def no_room(job):
        raise RuntimeError("can't start new thread")

    health = Health(["replica1"], Servers(default=10, replica1=10), no_room)
    assert health.choose() == "default"
    health._beside = at_once
    assert health.choose() == "replica1"


def test_an_old_verdict_is_not_trusted_while_another_thread_asks(clock):
    health = Health(["replica1"], Servers(default=10, replica1=10), at_once)
    assert health.choose() == "replica1"
    with health._lock:
        clock[0] += replicas.CHECK_SECONDS
        assert health.choose() == "replica1"
        clock[0] += 3600
        assert health.choose() == "default"


def test_who_waited_for_his_turn_does_not_ask_a_replica_that_was_left_out_meanwhile():
    def view(request):
        seen.append(reads())
        health.good = []  # somebody else has found it silent
        seen.append(reads())

    def answered(request):
        response = HttpResponse()
        try:
            view(request)
        except OperationalError as error:  # as the page for faults does
            response.database_away = what_passes(error) == AWAY
        return response

    seen, health = [], Always("replica1")
    health.leave_out = lambda alias: None
    assert reading(answered, health)(ask.get("/")).status_code == 200
    assert seen == ["replica1", "default", "default"]


def test_a_replica_that_is_down_is_left_out_and_comes_back(clock):
    servers = Servers(default=10, replica1=None, replica2=10)
    health = Health(["replica1", "replica2"], servers, at_once)
    health.check()
    assert health.good == ["replica2"]
    servers.stands["replica1"] = 10
    health.check()
    assert health.good == ["replica1", "replica2"]


def test_a_late_replica_is_left_out(clock):
    servers = Servers(default=10, replica1=10)
    health = Health(["replica1"], servers, at_once)
    health.check()
    servers.stands["default"] = 20  # the replica stays where it was
    clock[0] += replicas.LAG_SECONDS - 1
    health.check()
    assert health.good == ["replica1"]
    clock[0] += 2
    health.check()
    assert health.good == []


def test_a_replica_of_which_nobody_knows_how_late_it_is_is_not_used(clock):
    health = Health(["replica1"], Servers(default=20, replica1=10), at_once)
    health.check()
    assert health.choose() == "default"


def test_while_the_primary_is_away_current_replicas_are_read_from(clock):
    servers = Servers(default=10, replica1=10, replica2=5)
    health = Health(["replica1", "replica2"], servers, at_once)
    health.check()
    assert health.good == ["replica1"]
    servers.stands["default"] = None
    clock[0] += 60
    assert health.choose() == "replica1"
    servers.stands["replica1"] = None
    clock[0] += 60
    assert health.choose() == "default"


@pytest.mark.django_db
def test_pages_are_compared_with_the_database_they_are_read_from(monkeypatch, settings):
    """A page kept from a replica that is behind differs from what the primary says."""
    settings.DATABASE_ROUTERS = ["geeks.replicas.Router"]
    asked = []
    real = connections["default"]

    class Noting:
        def __getitem__(self, alias):
            asked.append(alias)
            return real

    for module in ("change", "statement"):
        monkeypatch.setattr(f"geeks.models.{module}.connections", Noting())
    monkeypatch.setattr("django.db.models.query.router.db_for_read", Router().db_for_read)
    monkeypatch.setattr(current, "alias", "replica1")
    Change.objects.standing(["site"])
    Change.objects.site()
    assert set(asked) == {"replica1"}


def test_only_the_primary_is_migrated():
    assert [Router().allow_migrate(alias, "geeks") for alias in ("default", "replica1")] == [True, False]
