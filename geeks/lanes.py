"""Requests that calculate go one after another, those that only read first.

Threads that calculate at the same time take the interpreter from each other all the time, and each takes up to twice as
long. So the requests of a process share a lane. One that changes something takes many times as long as a page; it gives
way between two statements of the database when a reader waits, and leaves the lane while it waits for something that
needs no interpreter.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_OF_READERS = 0.05  # seconds: most requests take a twentieth of that
PATIENCE = 0.5  # of all others


class Lane:
    """`abreast` requests at a time. Nobody holds up others for longer than their patience: then they go beside it."""

    def __init__(self, abreast: int) -> None:
        self._free = abreast
        self._lock = threading.Lock()
        self._readers, self._others = threading.Condition(self._lock), threading.Condition(self._lock)
        self.readers_wait = 0

    def enter(self, reads: bool) -> bool:
        """True when it is this one's turn, False when it goes beside the lane."""
        with self._lock:
            if reads:
                self.readers_wait += 1
                try:
                    came = self._readers.wait_for(self._is_free, PATIENCE_OF_READERS)
                finally:
                    self.readers_wait -= 1
            else:
                came = self._others.wait_for(self._is_free_of_readers, PATIENCE)
            self._free -= came
            # Two who left woke the same reader, perhaps: the other place is for who waits behind him.
            if self._free > 0 and not self.readers_wait:
                self._others.notify()
            return came

    def leave(self) -> None:
        with self._lock:
            self._free += 1
            (self._readers if self.readers_wait else self._others).notify()

    def _is_free(self) -> bool:
        return self._free > 0

    def _is_free_of_readers(self) -> bool:
        return self._free > 0 and not self.readers_wait


class _Own(threading.local):
    lane: Lane | None = None  # in which this thread's request is
    reads = True


_own = _Own()


@contextmanager
def turn(lane: Lane, reads: bool) -> Iterator[None]:
    """Around a request; `reads` says that it changes nothing."""
    _own.lane, _own.reads = lane if lane.enter(reads) else None, reads
    try:
        yield
    finally:
        left, _own.lane = _own.lane, None
        if left is not None:
            left.leave()


def give_way() -> None:
    """Between two steps of what changes something: let readers go first who wait for their turn."""
    lane = _own.lane
    if lane is not None and lane.readers_wait and not _own.reads:
        with aside():
            pass


@contextmanager
def aside() -> Iterator[None]:
    """Around a wait for what needs no interpreter: others go on meanwhile."""
    lane, _own.lane = _own.lane, None
    if lane is None:
        yield
        return
    lane.leave()
    try:
        yield
    finally:
        _own.lane = lane if lane.enter(_own.reads) else None
