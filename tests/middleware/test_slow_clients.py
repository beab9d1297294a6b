"""Looking for slow clients touches nothing but sockets. (tests/faults/test_slow_clients.py meets some.)"""

import fcntl
import socket
import subprocess
import sys
import threading

import pytest

from geeks.middleware import senders, slow_clients
from geeks.middleware.slow_clients import Connection, SlowClients, connections

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of connections")

TRY = """
import fcntl, sys
try:
    fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    print("locked")
"""


def test_the_locks_of_this_process_on_its_files_stay(tmp_path):
    """SQLite's are of this kind: closing any handle on a file, even a copy, takes them all from the process."""
    path = tmp_path / "database"
    path.touch()
    with path.open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        list(connections())
        said = subprocess.run([sys.executable, "-c", TRY, str(path)], capture_output=True, text=True, check=True)
        assert said.stdout.strip() == "locked"


def test_a_connection_is_found_and_stays_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        line, address = server.accept()
        with line:
            assert [one.key for one, _ in connections() if one.key == address] == [address]
            line.sendall(b"still here")
            assert client.recv(100) == b"still here"


class Line:
    """A client's connection, as far as it is looked at."""

    def __init__(self, key):
        self.key, self.is_cut = key, False

    def getpeername(self):
        return self.key

    def shutdown(self, how):
        self.is_cut = True


@pytest.mark.parametrize(
    ("a_second", "is_crowded", "is_cut"),
    [(900, False, True), (1_100, False, False), (1_100, True, True), (9_900, True, True), (10_100, True, False)],
)
def test_while_all_places_are_taken_only_the_quick_may_take_long(monkeypatch, a_second, is_crowded, is_cut):
    """Three minutes after they began to send."""
    key = ("192.0.2.1", 50_000)
    line, slow = Line(key), SlowClients(60, lambda: is_crowded)
    for look in (1, 2):
        one = Connection(key, sent=181, came=0, bytes=(18 + look) * 10 * a_second)
        monkeypatch.setattr(slow_clients, "connections", lambda one=one: iter([(one, line)]))
        line.is_cut = False
        slow.look()
    assert line.is_cut is is_cut


def test_who_sends_quickly_is_waited_for_by_as_many_as_there_are_places(monkeypatch):
    monkeypatch.setattr(senders, "SECONDS", 20)
    places, found = senders.Senders(1), []

    def send():
        with places.place("192.0.2.1") as got:
            found.append(got)

    with places.place("192.0.2.1"):
        waiting = threading.Thread(target=send)
        waiting.start()
        while not places._waiting:
            assert waiting.is_alive()
        send()  # nobody else may wait
        assert found == [False]
    waiting.join(20)
    assert found == [False, True]


def test_a_process_is_crowded_while_all_places_are_taken(monkeypatch):
    monkeypatch.setattr(senders, "SECONDS", 0.01)
    places = senders.Senders(1)
    assert not senders.crowded()
    with places.place("192.0.2.1") as found, places.place("192.0.2.2") as other:
        assert (found, other) == (True, False)
        assert senders.crowded()
    assert not senders.crowded()
