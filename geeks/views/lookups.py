"""How many requests may ask at the same time whether a kept page still holds.

They come before the turnstile (middleware/overload.py), where nothing else counts them: with a database that is silent
they would soon fill all threads of the process, and nobody would learn that it lives. Who finds no place goes on as if
nothing were kept, to the turnstile.
"""

from __future__ import annotations

import threading
import time

SECONDS = 0.5  # that one waits for a place: a look takes a thousandth of that


class Lookups:
    """`most` at a time. Nobody waits when all places are taken and nothing has moved for as long as he would."""

    def __init__(self, most: int, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._places = threading.BoundedSemaphore(most)
        self._moved = time.monotonic()  # when a place was last taken or given back

    def enter(self) -> bool:
        """Whether there is a place; then `leave` gives it back. (A context manager takes several times as long, and
        every kept page comes by here.)"""
        got = self._places.acquire(blocking=False) or (not self._stuck and self._places.acquire(timeout=self.seconds))
        if got:
            self._moved = time.monotonic()
        return got

    def leave(self) -> None:
        self._moved = time.monotonic()
        self._places.release()

    @property
    def _stuck(self) -> bool:
        return time.monotonic() - self._moved > self.seconds
