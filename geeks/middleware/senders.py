"""Places for those who are still sending a form: a few in each web process, and for one address not all of them.

Whether a form is here in whole nobody can tell before it is read, for the web server hands it on as it comes. So each
takes a place while it is read: for a moment, or for as long as its sender likes (`slow_clients`).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 0.5  # that one waits for a place: most forms take theirs for a thousandth of that


class Senders:
    """An address has a third of the places. It gets more only while half of them stay free: many people may share an
    address, and whoever sends slowly on purpose has few of them. As many as there are places may wait for one."""

    def __init__(self, places: int) -> None:
        self.places, self.share = places, max(1, places // 3)
        self._held: Counter[str] = Counter()
        self._waiting = 0
        self._freed = threading.Condition()
        _of_process[:] = [self]

    @contextmanager
    def place(self, address: str) -> Iterator[bool]:
        """True inside for whoever has got one."""
        found = self._take(address)
        try:
            yield found
        finally:
            if found:
                self._give_back(address)

    @property
    def free(self) -> int:
        with self._freed:
            return self.places - self._held.total()

    def _take(self, address: str) -> bool:
        with self._freed:
            if not self._may(address) and not self._waited(address):
                return False
            self._held[address] += 1
            return True

    def _may(self, address: str) -> bool:
        left = self.places - self._held.total() - 1
        return left >= 0 and (self._held[address] < self.share or left * 2 >= self.places)

    def _waited(self, address: str) -> bool:
        if self._waiting >= self.places:
            return False
        self._waiting += 1
        try:
            return self._freed.wait_for(lambda: self._may(address), SECONDS)
        finally:
            self._waiting -= 1

    def _give_back(self, address: str) -> None:
        with self._freed:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]  # else every address that ever sent would stay
            self._freed.notify_all()


_of_process: list[Senders] = []  # those of the middleware made last


def crowded() -> bool:
    """Whether nobody else could send anything to this process now."""
    return any(senders.free == 0 for senders in _of_process)
