"""Clients that send their request a byte at a time, stop in the middle, or never take the answer: others are answered
meanwhile, and in the end the slow ones are cut off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from geeks.settings import RECEIVING
from tests.browser.client import Client, ask
from tests.browser.site import Site
from tests.cluster.servers import until

FORM = "POST /preview HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HERS = "127.0.0.1"  # everybody's address but of those who come from others
READ = ("/", "/questions", "/users", "/search?q=variance", "/healthz")


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@pytest.fixture(scope="module")
def site(sites) -> Iterator[Site]:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.faults.impatient", "LOG_LEVEL": "DEBUG"}
    with sites.on("SQLite", **settings) as site:
        yield site.start()


class Slow:
    """One slow client. `dribble` goes on for as long as it is let."""

    def __init__(self, site: Site, begins: str, piece: bytes = b"", room: int = 0, address: str = HERS) -> None:
        self.line = socket.socket()
        self.line.bind((address, 0))
        if room:
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.line.settimeout(60)
        self.line.connect(("127.0.0.1", site.port))
        self.line.sendall(begins.encode())
        self.piece, self.gone = piece, threading.Event()
        if piece:
            threading.Thread(target=self.dribble, daemon=True).start()

    def dribble(self) -> None:
        while not self.gone.wait(0.05):
            try:
                self.line.sendall(self.piece)
            except OSError:
                self.gone.set()

    def cut_off(self) -> bool:
        """Wait for the end of the connection; what comes until then is read."""
        try:
            while self.line.recv(1 << 20):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self.gone.set()
        self.line.close()


@pytest.fixture
def slow(site) -> Iterator:
    with ExitStack() as all_of_them:

        def come(count: int, begins: str, **how) -> list[Slow]:
            clients = [Slow(site, begins, **how) for _ in range(count)]
            for client in clients:
                all_of_them.callback(client.close)
            return clients

        yield come


def read_on(site: Site) -> None:
    for path in READ:
        assert Client(site.url).get(path).status == 200, path


def test_who_dribbles_a_form_takes_places_from_senders_only_and_not_for_ever(site, slow):
    her = Client(site.url).sign_in("ada", site.logins["ada"])
    clients = []
    # More than there are places for, and from as many addresses as it takes: those that find none are sent away at
    # once.
    for number in range(RECEIVING):
        clients += slow(2, f"{FORM}Content-Length: 100000\r\n\r\nmarkdown=", piece=b"x", address=f"127.0.1.{number}")
    until(lambda: her.post("/preview", markdown="$x$").status == 503, "all places for senders are taken", 10)
    read_on(site)
    assert all(client.cut_off() for client in clients)
    until(lambda: her.post("/preview", markdown="$x$").status == 200, "there are places again", 10)
    ask(her, "Who may send now?", "Everybody may, for those who were slow are gone from here.")


def test_who_dribbles_forms_from_one_address_leaves_places_to_others(site, slow):
    begins = f"{FORM}Content-Length: 100000\r\n\r\nmarkdown="
    clients = slow(2 * RECEIVING, begins, piece=b"x" * 100, address="127.0.1.1")
    from_there = slow(1, f"{FORM}Connection: close\r\nContent-Length: 10\r\n\r\nmarkdown=x", address="127.0.1.1")
    assert b" 503 " in from_there[0].line.recv(100)
    her = Client(site.url).sign_in("ada", site.logins["ada"])
    assert her.post("/preview", markdown="$x$").status == 200
    ask(her, "May others send meanwhile?", "They may, for whoever sends so slowly has half of the places at most.")
    for client in clients:
        client.close()


def test_who_stops_in_the_middle_of_a_form_is_cut_off(site, slow):
    clients = slow(RECEIVING, f"{FORM}Content-Length: 100\r\n\r\nmarkdown=x")
    read_on(site)
    assert all(client.cut_off() for client in clients)
    # A client sees the end of its connection a moment before the thread that read from it gives up its place.
    until(lambda: Client(site.url).post("/preview", markdown="$x$").status == 200, "there is a place again", 10)


def test_who_dribbles_headers_is_cut_off(site, slow):
    clients = slow(2 * RECEIVING, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", piece=b"x")
    read_on(site)
    assert Client(site.url).post("/preview", markdown="$x$").status == 200
    assert all(client.cut_off() for client in clients)


def test_who_never_takes_the_answers_is_cut_off(site, slow):
    many = "GET /help/maths HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 200
    clients = slow(2 * RECEIVING, many, room=4096)
    read_on(site)
    # Nothing is taken for so long that the site gives up; only then is there an end to what comes.
    until(lambda: said(site).count("is cut off") >= len(clients), "they are cut off", 60)
    assert all(client.cut_off() for client in clients)


def test_a_sender_who_takes_his_time_is_served(site):
    body = b"markdown=" + b"x" * 4000
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as line:
        line.sendall(f"{FORM}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        pause = threading.Event()
        for start in range(0, len(body), 80):
            line.sendall(body[start : start + 80])
            pause.wait(0.05)  # so that it takes as long as silence is borne
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200")


def said(site: Site) -> str:
    return (site.folder / "serve.log").read_text()
