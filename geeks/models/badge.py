"""Badges: what a person was honoured with. So far they come with archives only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count


class BadgeQuerySet(models.QuerySet["Badge"]):
    def by_rank(self) -> dict[int, int]:
        """How many of each rank; ranks without any are left out."""
        return dict(self.order_by().values_list("rank").annotate(Count("pk")))


class Badge(models.Model):
    class Rank(models.IntegerChoices):
        """Stack Exchange's own Class."""

        GOLD = 1, "gold"
        SILVER = 2, "silver"
        BRONZE = 3, "bronze"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="badges", db_index=False)
    name = models.CharField(max_length=50)
    rank = models.PositiveSmallIntegerField(choices=Rank.choices)
    tag_based = models.BooleanField(default=False)
    date = models.DateTimeField()

    objects = BadgeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-date", "-id"], name="badge_of_user")]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_rank_display()}) of {self.user_id}"
