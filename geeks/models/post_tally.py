"""How many visible posts of each kind a person has written: what a profile says at its head.

Triggers of the database count (docs/decisions/people-know-their-posts.md), whoever writes; nothing here adds or takes.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, models

COUNT_NEW = """
    INSERT INTO geeks_posttally AS had (author_id, kind, count)
    SELECT author_id, kind, count(*) FROM geeks_post
    WHERE id >= %s AND id < %s AND deleted_at IS NULL AND author_id IS NOT NULL GROUP BY author_id, kind
    ON CONFLICT (author_id, kind) DO UPDATE SET count = had.count + excluded.count
"""


class PostTallyManager(models.Manager["PostTally"]):
    def count_new(self, first: int, end: int) -> None:
        """Count the posts from number `first` up to `end`: for whoever stores them where no trigger runs."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT_NEW, [first, end])


class PostTally(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.PositiveSmallIntegerField()
    count = models.IntegerField(default=0, db_default=0)

    objects = PostTallyManager()

    class Meta:
        verbose_name_plural = "post tallies"
        constraints = [models.UniqueConstraint(fields=["author", "kind"], name="one_post_tally_a_kind")]

    def __str__(self) -> str:
        return f"{self.count} of kind {self.kind} by person {self.author_id}"
