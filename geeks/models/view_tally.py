"""Views of posts are counted in memory and written in batches: a page view never costs a write."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter

from django.db import DatabaseError
from django.db.models import F

from geeks.models.post import Post

log = logging.getLogger(__name__)

FLUSH_SECONDS = 10.0
FLUSH_VIEWS = 500


class ViewTally:
    """Counts of one process, flushed by whichever request notices that it is time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[int] = Counter()
        self._since = time.monotonic()

    def add(self, post_id: int) -> None:
        with self._lock:
            self._counts[post_id] += 1
            due = len(self._counts) >= FLUSH_VIEWS or time.monotonic() - self._since >= FLUSH_SECONDS
        if due:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            counts, self._counts, self._since = self._counts, Counter(), time.monotonic()
        try:
            for post_id, views in sorted(counts.items()):
                Post.objects.filter(pk=post_id).update(view_count=F("view_count") + views)
                del counts[post_id]
        except DatabaseError:
            # The page can be read all the same. What is not written yet waits for the next flush.
            log.warning("%s views could not be written now", sum(counts.values()), exc_info=True)
            with self._lock:
                self._counts += counts


tally = ViewTally()
