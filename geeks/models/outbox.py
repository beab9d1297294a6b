"""The outbox: which posts changed, in order, written in the transaction that changed them.

Every host's search index follows it, so nothing is lost by a crash between the database and the index.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from geeks.models.change import EVERYTHING, Change, post_key
from geeks.models.writes import insert_all

ALL_POSTS = 0  # in the place of a post: so much has changed that an index is built anew


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def announce(self, post_ids: Iterable[int]) -> None:
        ids = list(post_ids)
        insert_all([Outbox(post_id=post_id) for post_id in ids])
        Change.objects.note(*map(post_key, ids))

    def announce_everything(self) -> None:
        """Instead of announcing posts one by one; they must have been committed before."""
        self.create(post_id=ALL_POSTS)
        Change.objects.note(EVERYTHING)


class Outbox(models.Model):
    # No foreign key: a row must outlive a post that is really removed, so that the index forgets it.
    post_id = models.BigIntegerField()
    created = models.DateTimeField(default=timezone.now)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outbox"

    def __str__(self) -> str:
        return f"post {self.post_id} changed" if self.post_id != ALL_POSTS else "everything changed"
