"""The background worker: one process a host that keeps the search index in step, tells the owners of
saved searches what is new, and tidies up now and then."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from geeks.models import Outbox, Submission, statistics
from geeks.search import IndexReplaced, SearchError, WriterBusy
from geeks.tasks import indexing
from geeks.tasks.pruning import Pruning
from geeks.tasks.watching import Watch

log = logging.getLogger("geeks.worker")

IDLE_SECONDS = 0.2  # a new post is to be found within a second
# Where much is written, steps begin so far apart: what a commit costs is then shared by more posts, and a question with
# many new answers is put in once. With the step itself, a post is found within a second all the same.
BUSY_SECONDS = 0.5
MANY = 30  # announcements of one step
RETRY_SECONDS = 2.0
TIDY_SECONDS = 3600
OUTBOX_DAYS = 14  # a host whose index is older than this rebuilds it
ASLEEP_SECONDS = 86_400  # after so long a pause a host asks again whether the outbox still holds all it has missed


def run(stop: threading.Event) -> None:
    """Work until `stop` is set. Whatever goes wrong with the index or the database is logged and tried again."""
    while not stop.is_set():
        try:
            _follow(stop)
        except WriterBusy:
            stop.wait(RETRY_SECONDS)  # another worker of this host is on it; take over when it ends
        except IndexReplaced:
            log.info("the index was rebuilt; following the new one")
        except (SearchError, DatabaseError, OSError) as error:
            log.error("search index: %s: %s; trying again", type(error).__name__, error)
            stop.wait(RETRY_SECONDS)


def _follow(stop: threading.Event) -> None:
    close_old_connections()
    backend = indexing.writer()
    try:
        if reason := indexing.behind(backend):
            log.info("rebuilding the search index: %s", reason)
            count = indexing.rebuild(backend)
            log.info("the search index holds %s posts", count)
        follower, watch, pruning, tidied = indexing.Follower(backend), Watch(backend), Pruning(), 0.0
        began = time.time()
        while not stop.is_set() and time.time() - began < ASLEEP_SECONDS:
            began = time.time()
            changes = follower.catch_up()
            indexing.note_followed(began)
            watch.step(changes)
            pruning.step()
            if time.monotonic() - tidied > TIDY_SECONDS or not tidied:
                tidy()
                tidied = time.monotonic()
            close_old_connections()
            stop.wait(pause(changes, time.time() - began))
    finally:
        with suppress(SearchError):
            backend.close()


def pause(changes: int, took: float) -> float:
    """How long to wait after a step that put in so many `changes` and `took` so many seconds."""
    if changes < MANY:
        return IDLE_SECONDS
    return min(BUSY_SECONDS, max(IDLE_SECONDS, BUSY_SECONDS - took))  # also where the clock is set meanwhile


def tidy() -> int:
    """Let SQLite look at its tables; forget forms sent long ago; remove announcements that every index has long
    applied, and say how many."""
    if connection.vendor == "sqlite":
        statistics.gather()
    Submission.objects.prune()
    old = timezone.now() - timedelta(days=OUTBOX_DAYS)
    last = Outbox.objects.order_by("-pk").values_list("pk", flat=True).first()
    # The last row stays: it tells a new index that there was something before it.
    return Outbox.objects.filter(created__lt=old).exclude(pk=last).delete()[0]
