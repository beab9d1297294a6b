"""Looking for slow clients touches nothing but sockets. (tests/faults/test_slow_clients.py meets some.)"""

import fcntl
import socket
import subprocess
import sys

import pytest

from geeks.middleware.slow_clients import connections

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
