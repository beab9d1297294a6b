"""Votes without voters: an archive says how many of each kind a post got on each day, not from whom.

Up and down votes count towards the score as those cast here do. Kind 0 is what an archive's own score has beyond its
votes, so that a post keeps the score it came with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Case, F, Sum, When

BEYOND, ACCEPTED, UP, DOWN = 0, 1, 2, 3  # the others: Stack Exchange's VoteTypeId


class VoteTallyQuerySet(models.QuerySet["VoteTally"]):
    def scores(self, post_ids: Iterable[int] | Any) -> dict[int, int]:
        """What each of these posts has from tallies; those without are left out."""
        signed = Case(When(kind=DOWN, then=-F("count")), default=F("count"))
        rows = self.filter(post__in=post_ids, kind__in=(BEYOND, UP, DOWN)).order_by().values("post")
        return {row["post"]: row["n"] for row in rows.annotate(n=Sum(signed))}


class VoteTally(models.Model):
    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="tallies", db_index=False)
    kind = models.SmallIntegerField(help_text="Stack Exchange's VoteTypeId; 0: the score beyond the votes.")
    day = models.DateField()
    count = models.IntegerField(help_text="Never negative, but for kind 0.")

    objects = VoteTallyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "vote tallies"
        constraints = [models.UniqueConstraint(fields=["post", "kind", "day"], name="one_tally_a_kind_a_day")]

    def __str__(self) -> str:
        return f"{self.count} of kind {self.kind} for post {self.post_id} on {self.day}"
