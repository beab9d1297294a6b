"""Saved searches are run again as new posts come into the index, and their owners are told.

Done in small steps between two looks at the outbox, so that however many searches there are, a new post is still
found within a second.
"""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError

from geeks.models import SavedSearch
from geeks.search import Backend, SearchError
from geeks.tasks.searching import read, visible

log = logging.getLogger("geeks.worker")

EVERY_SECONDS = 30.0  # between two rounds
STEP_SECONDS = 0.05
NEWEST = 20  # of each search; who has more to read is told so by the search itself


class Watch:
    """Rounds over all saved searches; a round begins only when the index has changed since the last one."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.began = 0.0
        self.stale = True  # something may have come since the last round began
        self.waiting: list[int] = []

    def step(self, changes: int = 0) -> int:
        """Run some of the saved searches, as many as `STEP_SECONDS` allow; returns how many owners were told.
        `changes` says how much has come into the index since the last step."""
        until, told = time.monotonic() + STEP_SECONDS, 0
        self.stale = self.stale or changes > 0
        if self.stale and not self.waiting:
            self._begin()
        while self.waiting and time.monotonic() < until:
            told += self._check(self.waiting.pop())
        return told

    def _begin(self) -> None:
        now = time.monotonic()
        if self.began and now - self.began < EVERY_SECONDS:
            return
        self.began, self.stale = now, False
        active = SavedSearch.objects.filter(user__is_active=True)
        self.waiting = list(active.order_by("-pk").values_list("pk", flat=True))

    def _check(self, number: int) -> bool:
        search = SavedSearch.objects.select_related("user").filter(pk=number).first()
        if search is None:
            return False
        try:
            found = self.backend.search(read(search.text, search.user, "newest"), size=NEWEST).ids
        except (SearchError, DatabaseError):
            raise
        except Exception:
            # One search that cannot be run must keep neither the others nor the index from their turn.
            log.exception("saved search %s cannot be run", number)
            return False
        return search.tell(visible(post_id for post_id in found if post_id > search.last_post_id))
