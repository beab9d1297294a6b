"""Cuts off clients that keep a connection and neither send nor read: who dribbles a form, or never takes the answer.

The web server waits for them as long as they like, and each that sends holds one of the few places for senders
(`senders`). The kernel knows of every connection when data last came and went: one on which nothing moves is idle, or
its client is silent or does not read; one that only ever takes is a form that dribbles, for no view takes so long as
that. Linux only.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings

from geeks.middleware.senders import crowded

log = logging.getLogger("geeks.web")

# Where the kernel's `struct tcp_info` has the milliseconds since data was last sent and since it last came, both
# counted from the beginning where there was none, and the bytes that came.
LAST_SENT, LAST_CAME, BYTES_CAME, LENGTH = 44, 52, 128, 136
# Bytes a second of one that hurries; while all places for senders are taken, others wait for one, and it takes more.
IN_A_HURRY, IN_A_CROWD = 1_000, 10_000
# How many times as long as one on which nothing moves may a form take that dribbles, and one that hurries.
DRIBBLES, HURRIES = 3, 10


@dataclass(frozen=True)
class Connection:
    key: tuple[str, int]  # the client's address and port
    sent: float  # seconds since something was sent to it
    came: float  # seconds since something came
    bytes: int  # that came in all


class SlowClients:
    """Looks at the connections of this process, and remembers how much had come on each at the last look."""

    def __init__(self, seconds: float, crowded: Callable[[], bool]) -> None:
        self.seconds, self.pause = seconds, seconds / 6
        self.crowded = crowded
        self._before: dict[tuple[str, int], int] = {}

    def look(self) -> int:
        """Cut off those who are too slow; how many they were."""
        cut, seen = 0, {}
        hurry = self.pause * (IN_A_CROWD if self.crowded() else IN_A_HURRY)
        for one, line in connections():
            seen[one.key] = one.bytes
            if one.sent >= self._patience(one, hurry):
                cut += 1
                log.debug("%s is cut off: for %.0f s nothing could be sent to it", one.key[0], one.sent)
                with suppress(OSError):  # it has gone by itself
                    if line.getpeername()[:2] == one.key:  # the number may stand for another one by now
                        line.shutdown(socket.SHUT_RDWR)
        self._before = seen
        return cut

    def _patience(self, one: Connection, hurry: float) -> float:
        if one.came >= self.seconds:
            return self.seconds
        lately = one.bytes - self._before.get(one.key, 0)
        return self.seconds * (HURRIES if lately >= hurry else DRIBBLES)

    def watch(self) -> None:
        """For as long as the process lives."""
        never = threading.Event()
        while not never.wait(self.pause):
            try:
                self.look()
            except OSError:
                log.warning("the connections cannot be looked at", exc_info=True)


def watch() -> None:
    """Called in a web process."""
    if sys.platform == "linux":
        slow = SlowClients(settings.SLOW_CLIENT_SECONDS, crowded)
        threading.Thread(target=slow.watch, name="slow clients", daemon=True).start()


def connections() -> Iterator[tuple[Connection, socket.socket]]:
    """Those that came in by the ports on which this process listens; each stands for its connection until the
    next comes."""
    ports = set()
    for fd in open_files():
        with held(fd) as line:
            if line is not None and line.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                ports.add(line.getsockname()[1])
    for fd in open_files():
        with held(fd) as line:
            if line is not None and (one := connection(line, ports)) is not None:
                yield one, line


def open_files() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd")]


@contextmanager
def held(fd: int) -> Iterator[socket.socket | None]:
    """The TCP socket that this number stands for, None where it is none.

    Never through a copy of the number: to close a copy of SQLite's file takes all locks on it from this process, and
    two that write at once destroy the database."""
    try:
        line = socket.socket(fileno=fd)
    except OSError:  # a file, or closed by now
        yield None
        return
    try:
        tcp = line.family in (socket.AF_INET, socket.AF_INET6) and line.type == socket.SOCK_STREAM
        yield line if tcp else None
    finally:
        line.detach()  # it belongs to the web server, which closes it


def connection(line: socket.socket, ports: set[int]) -> Connection | None:
    try:
        if line.getsockname()[1] not in ports:
            return None
        address, port = line.getpeername()[:2]
        info = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LENGTH)
    except OSError:  # it listens, or its client has gone
        return None
    if len(info) < LENGTH:
        return None
    sent, came = (struct.unpack_from("I", info, place)[0] / 1000 for place in (LAST_SENT, LAST_CAME))
    return Connection((address, port), sent, came, struct.unpack_from("Q", info, BYTES_CAME)[0])
