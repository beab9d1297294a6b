"""More requests than can be answered: some run, some wait, the rest is told to come again; none holds up others."""

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from geeks.middleware import overload, senders

SECONDS = 20  # nothing here waits so long unless it is broken
ask = RequestFactory()


class View:
    """Holds each request until it is told to leave."""

    def __init__(self):
        self.came = threading.Semaphore(0)
        self.leave = threading.Event()

    def __call__(self, request):
        self.came.release()
        assert self.leave.wait(SECONDS)
        return HttpResponse(b"answered")


class SlowSender(io.RawIOBase):
    """A body that begins and does not go on."""

    def __init__(self):
        self.asked = threading.Event()
        self.go_on = threading.Event()

    def read(self, size=-1):
        self.asked.set()
        assert self.go_on.wait(SECONDS)
        return b""


@pytest.fixture
def view():
    return View()


@pytest.fixture(autouse=True)
def _small(settings, monkeypatch):
    settings.RUNNING, settings.WAITING, settings.RECEIVING, settings.ABREAST = 2, 1, 2, 2
    settings.CHANGING, settings.CHANGES_WAITING = 1, 1
    monkeypatch.setattr(overload, "SECONDS", SECONDS)


@pytest.fixture
def visitors(view):
    with ThreadPoolExecutor(20) as pool:
        yield pool
        view.leave.set()


def busy(site, view, visitors, **headers):
    """As many requests as run and wait, and five more; those five, which were refused."""
    come = [visitors.submit(site, ask.get("/", headers=headers)) for _ in range(8)]
    done = as_completed(come, timeout=SECONDS)
    refused = [next(done).result() for _ in range(5)]
    return refused, done


def post(path="/", body=b"text", **meta):
    return ask.generic("POST", path, body, content_type="text/plain", **meta)


def slow_post(sender, address="127.0.0.1"):
    return post(**{"wsgi.input": sender, "CONTENT_LENGTH": "100", "REMOTE_ADDR": address})


@pytest.fixture
def send_slowly(view, visitors, monkeypatch):
    """Begin to send a form from each of these addresses; whether each has found a place."""
    monkeypatch.setattr(senders, "SECONDS", 0.01)
    view.leave.set()
    slow = []

    def begin(site, *addresses):
        return [found_a_place(site, address) for address in addresses]

    def found_a_place(site, address):
        slow.append(sender := SlowSender())
        sent = visitors.submit(site, slow_post(sender, address))
        sent.add_done_callback(lambda _: sender.asked.set())  # who is refused is never asked for the rest
        assert sender.asked.wait(SECONDS)
        return not sent.done()

    yield begin
    for sender in slow:
        sender.go_on.set()


def test_more_than_run_and_wait_are_refused_at_once_and_the_others_answered(view, visitors):
    refused, rest = busy(overload.turnstile(view), view, visitors)
    for response in refused:
        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
        assert response["Cache-Control"] == "no-store"
        assert "try again" in response.content.decode()
    view.leave.set()
    assert [visit.result().content for visit in rest] == [b"answered"] * 3


def test_programs_are_told_in_their_own_form(view, visitors):
    refused, _ = busy(overload.turnstile(view), view, visitors, accept="application/json")
    assert "try again" in json.loads(refused[0].content)["error"]
    view.leave.set()


def test_the_api_refuses_as_stack_exchange_does():
    response = overload.refusal(ask.get("/api/2.3/questions"))
    assert response.status_code == 503
    assert json.loads(response.content)["error_name"] == "temporarily_unavailable"


def test_readers_find_a_place_however_many_change_something(view, visitors):
    site = overload.turnstile(view)
    changes = [visitors.submit(site, post()) for _ in range(6)]
    refused = next(as_completed(changes, timeout=SECONDS)).result()
    assert view.came.acquire(timeout=SECONDS)  # one of them runs
    reading = visitors.submit(site, ask.get("/"))
    assert view.came.acquire(timeout=SECONDS)  # beside it
    view.leave.set()
    assert reading.result(SECONDS).status_code == 200
    answers = [change.result(SECONDS).status_code for change in changes]
    assert refused.status_code == 503
    assert sorted(set(answers)) == [200, 503]
    assert 1 <= answers.count(200) <= 4


def test_who_waits_too_long_goes_away(view, visitors, monkeypatch):
    monkeypatch.setattr(overload, "SECONDS", 0)
    site = overload.turnstile(view)
    for _ in range(2):
        visitors.submit(site, ask.get("/"))
        assert view.came.acquire(timeout=SECONDS)
    assert site(ask.get("/")).status_code == 503
    view.leave.set()


def test_who_watches_the_site_is_answered_all_the_same(view, visitors):
    site = overload.turnstile(view)
    busy(site, view, visitors)
    watched = visitors.submit(site, ask.get("/healthz"))
    view.leave.set()
    assert watched.result(SECONDS).status_code == 200


def test_slow_senders_hold_up_none_but_senders(view, visitors):
    view.leave.set()
    site = overload.turnstile(view)
    senders = [SlowSender() for _ in range(2)]
    sent = [visitors.submit(site, slow_post(sender, f"192.0.2.{n}")) for n, sender in enumerate(senders)]
    assert all(sender.asked.wait(SECONDS) for sender in senders)
    assert site(post()).status_code == 503
    assert [site(ask.get("/")).status_code for _ in range(3)] == [200] * 3
    for sender in senders:
        sender.go_on.set()
    assert [one.result(SECONDS).status_code for one in sent] == [200] * 2
    assert site(post()).status_code == 200


def test_one_address_never_has_more_than_half_of_the_places(settings, send_slowly):
    settings.RECEIVING = 8
    site = overload.turnstile(lambda request: HttpResponse(b"answered"))
    assert send_slowly(site, *["192.0.2.1"] * 8) == [True] * 4 + [False] * 4
    assert site(post(REMOTE_ADDR="192.0.2.1")).status_code == 503
    assert site(post(REMOTE_ADDR="192.0.2.2")).status_code == 200


def test_an_address_has_its_share_while_a_place_is_free_and_no_more_when_many_are_taken(settings, send_slowly):
    settings.RECEIVING = 8
    site = overload.turnstile(lambda request: HttpResponse(b"answered"))
    assert send_slowly(site, *["192.0.2.1"] * 4) == [True] * 4
    assert send_slowly(site, *["192.0.2.2"] * 3) == [True, True, False]
    assert send_slowly(site, *["192.0.2.3"] * 3) == [True, True, False]
    assert site(post(REMOTE_ADDR="192.0.2.4")).status_code == 503  # all are taken


def test_a_network_of_ipv6_counts_as_one_sender(settings, send_slowly):
    settings.RECEIVING = 8
    site = overload.turnstile(lambda request: HttpResponse(b"answered"))
    assert send_slowly(site, *[f"2001:db8::{n}" for n in range(1, 9)]) == [True] * 4 + [False] * 4
    assert site(post(REMOTE_ADDR="2001:db8:0:1::1")).status_code == 200


def test_behind_a_proxy_its_clients_are_told_apart(settings, send_slowly):
    settings.RECEIVING, settings.TRUSTED_PROXIES = 8, 1
    site = overload.turnstile(lambda request: HttpResponse(b"answered"))
    assert send_slowly(site, *["127.0.0.1"] * 5) == [True] * 4 + [False]
    assert site(post(HTTP_X_FORWARDED_FOR="192.0.2.1")).status_code == 200


def test_whoever_has_sent_gives_the_place_back(settings, send_slowly, visitors):
    settings.RECEIVING = 8
    site = overload.turnstile(lambda request: HttpResponse(b"answered"))
    assert [site(post()).status_code for _ in range(20)] == [200] * 20
    sender = SlowSender()
    sent = visitors.submit(site, slow_post(sender, "192.0.2.1"))
    assert send_slowly(site, *["192.0.2.1"] * 4).count(True) == 3
    sender.go_on.set()
    assert sent.result(SECONDS).status_code == 200
    assert send_slowly(site, "192.0.2.1") == [True]


def test_the_view_still_reads_what_was_sent(rf):
    site = overload.turnstile(lambda request: HttpResponse(request.POST["body"]))
    assert site(rf.post("/", {"body": "a long answer"})).content == b"a long answer"


def test_what_is_too_large_to_be_held_is_read_by_the_view_beside_the_others(settings, view, visitors):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    site = overload.turnstile(view)
    large = [visitors.submit(site, post(body=b"x" * 11, REMOTE_ADDR=f"192.0.2.{n}")) for n in range(2)]
    for _ in range(2):
        assert view.came.acquire(timeout=SECONDS)
    readers = [visitors.submit(site, ask.get("/")) for _ in range(2)]
    for _ in range(2):  # they take no turn from readers
        assert view.came.acquire(timeout=SECONDS)
    view.leave.set()
    assert [one.result(SECONDS).status_code for one in large + readers] == [200] * 4


def test_a_view_that_fails_gives_its_turn_back():
    def fails(request):
        raise RuntimeError("broken")

    site = overload.turnstile(fails)
    for _ in range(5):
        with pytest.raises(RuntimeError, match="broken"):
            site(ask.get("/"))


@pytest.mark.parametrize("length", ["q=", "1e3", "1,2", "-5", "\u0663", "9" * 5_000])
@pytest.mark.django_db
def test_a_length_that_is_no_number_is_a_400(client, length):
    status = client.post("/accounts/login", {"login": "ada"}, CONTENT_LENGTH=length).status_code
    assert 400 <= status < 500
