"""Removes changes that no kept page can ask about any more.

Ages are measured by the clock that only goes forward: a machine whose time of day is set must not forget early.
"""

from __future__ import annotations

import time
from collections import deque

from geeks.models.change import Change

EVERY = 10.0  # seconds
SITE_KEPT = 20.0  # seconds; for SITE the newest row is all that matters
KEPT = 600.0  # seconds; longer than a page is kept (views/finished.py)


class Pruning:
    """Remembers which row was the newest when, and removes what is old enough."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._next = 0.0

    def step(self, now: float | None = None) -> None:
        """Called all the time; looks every EVERY seconds."""
        now = time.monotonic() if now is None else now
        if now < self._next:
            return
        self._next = now + EVERY
        self._seen.append((now, Change.objects.newest()))
        if (old := self._newest_before(now - SITE_KEPT)) is not None:
            Change.objects.prune_site(old)
        while len(self._seen) > 1 and self._seen[1][0] <= now - KEPT:
            self._seen.popleft()
        if self._seen[0][0] <= now - KEPT:
            Change.objects.prune(self._seen[0][1])

    def _newest_before(self, moment: float) -> int | None:
        return next((newest for when, newest in reversed(self._seen) if when <= moment), None)
