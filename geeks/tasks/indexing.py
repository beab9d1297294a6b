"""Keeps a search index in step with the database by following the outbox.

Every step may be repeated without harm, and the checkpoint is stored with the index after its commit, so a crash at
any point costs at most doing the last batch again.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from geeks.models import Outbox, Post
from geeks.models.outbox import ALL_POSTS
from geeks.search import Backend, PutAside, open_backend
from geeks.tasks.gathering import documents
from geeks.tasks.preparing import all_prepared

log = logging.getLogger("geeks.search")

BATCH = 200
# Ids are given out before their transactions commit, so a lower id may appear after a higher one. A hole in the
# numbers is waited for this long; then its transaction was rolled back or is over. A follower measures that by the
# clock that only goes forward: one that is set forward would make it pass a hole that is about to be filled.
HOLE_SECONDS = 60
FOLLOWED = "followed"  # a file beside the index; its date says up to when the outbox was followed
LOOK_AHEAD = 5_000


def reader() -> Backend:
    """This host's index, for searching."""
    return open_backend(settings.SEARCH_DIR, writer=False, language=settings.SEARCH_LANGUAGE)


def writer() -> Backend:
    """This host's index, for the one process that writes it. Raises WriterBusy while another does."""
    return open_backend(settings.SEARCH_DIR, writer=True, language=settings.SEARCH_LANGUAGE)


def note_followed(since: float) -> None:
    """Leave word for other processes that everything announced before `since` (Unix seconds) is in the index."""
    mark = Path(settings.SEARCH_DIR) / FOLLOWED
    try:
        os.utime(mark, (since, since))
    except FileNotFoundError:
        mark.touch()


def followed_until() -> datetime:
    """The moment before which everything is in this host's index; long ago when no worker has left word."""
    try:
        seconds = (Path(settings.SEARCH_DIR) / FOLLOWED).stat().st_mtime
    except OSError:
        seconds = 0.0
    return datetime.fromtimestamp(seconds, UTC)


class Follower:
    """Applies what the outbox announces to `backend`, a writer."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        # Outbox ids beyond the checkpoint that are in the index already, and when (`monotonic`) they got there.
        self.applied: dict[int, float] = {}

    def catch_up(self) -> int:
        """Apply everything announced and not applied yet; returns how many announcements that were."""
        total = 0
        while rows := self._news():
            if ALL_POSTS in {post_id for _, post_id in rows}:
                self._renew(rows)
                continue
            for start in range(0, len(rows), BATCH):
                self._apply(rows[start : start + BATCH])
            total += len(rows)
        if self.applied:
            self._settle()
        return total

    def _renew(self, rows: list[tuple[int, int]]) -> None:
        """Build the index anew: it then holds all that these rows announce."""
        log.info("rebuilding the search index: everything was announced as changed")
        rebuild(self.backend, settled=self.backend.checkpoint())
        self._note(rows)
        self._forget(self.backend.checkpoint())

    def _settle(self) -> None:
        """Move the checkpoint over a hole that is too old to be filled, though nothing new has come since."""
        if (last := self._settled()) > self.backend.checkpoint():
            self.backend.commit(last)
            self._forget(last)

    def _settled(self) -> int:
        """The last number that was applied so long ago that nothing can appear before it."""
        long_ago = monotonic() - HOLE_SECONDS
        return max((number for number, since in self.applied.items() if since <= long_ago), default=0)

    def _news(self) -> list[tuple[int, int]]:
        rows = Outbox.objects.filter(pk__gt=self.backend.checkpoint()).order_by("pk")
        ahead = rows.values_list("pk", "post_id")[: LOOK_AHEAD + len(self.applied)]
        return [row for row in ahead if row[0] not in self.applied]

    def _apply(self, rows: list[tuple[int, int]]) -> None:
        write(self.backend, {post_id for _, post_id in rows})
        self._note(rows)
        checkpoint = self._safe()
        self.backend.commit(checkpoint)
        self._forget(checkpoint)

    def _safe(self) -> int:
        """The last number below which nothing can appear any more."""
        safe = max(self.backend.checkpoint(), self._settled())
        while safe + 1 in self.applied:
            safe += 1
        return safe

    def _note(self, rows: list[tuple[int, int]]) -> None:
        now = monotonic()
        self.applied.update((number, now) for number, _ in rows)

    def _forget(self, checkpoint: int) -> None:
        self.applied = {number: since for number, since in self.applied.items() if number > checkpoint}


def write(backend: Backend, post_ids: Iterable[int]) -> None:
    """Put these posts as they are now into the index, and take those out that readers may not find."""
    post_ids = set(post_ids)
    found = list(documents(post_ids))
    _report(backend.index(found))
    backend.delete(post_ids - {document.id for document in found})


def _report(aside: Iterable[PutAside]) -> None:
    for one in aside:
        log.error("post %s is not searchable: %s", one.id, one.reason)


def rebuild(backend: Backend, report: Any = None, settled: int = 0) -> int:
    """Fill a new index beside the old one and swap them; `report(done)` hears of every batch. Returns the posts.
    Up to the number `settled`, the outbox is known to be complete."""
    start = _start(settled)
    done = 0
    with backend.rebuild() as fresh:
        for batch in all_prepared(fresh):
            _report(fresh.index(batch))
            done += len(batch)
            if report and batch:
                report(done)
        fresh.commit(start)
    return done


def _start(settled: int) -> int:
    """Where to follow from after a rebuild that begins now: before anything that might not be committed yet."""
    old = Outbox.objects.filter(created__lt=_settled_before()).aggregate(last=models.Max("pk"))["last"] or 0
    settled = max(settled, old)
    # Young announcements without a hole between them are no less sure: nothing can appear among them any more.
    for number in Outbox.objects.filter(pk__gt=settled).order_by("pk").values_list("pk", flat=True)[:LOOK_AHEAD]:
        if number != settled + 1:
            break
        settled = number
    return settled


def _settled_before() -> Any:
    """Announcements made before this moment have all been committed by now, or never will be."""
    return timezone.now() - timedelta(seconds=HOLE_SECONDS)


def behind(backend: Backend) -> str:
    """Why following cannot bring this index up to date, so that it must be rebuilt; else an empty string."""
    if reason := backend.needs_rebuild():
        return reason
    oldest = Outbox.objects.order_by("pk").values_list("pk", flat=True).first()
    checkpoint = backend.checkpoint()
    if checkpoint == 0 and (oldest or 1) > 1 or (oldest or 0) > checkpoint + 1 > 1:
        return "the outbox no longer holds everything since the last commit"
    if oldest is None and checkpoint == 0 and Post.objects.without_wikis().exists():
        return "the index is empty and the outbox is too"
    return ""
