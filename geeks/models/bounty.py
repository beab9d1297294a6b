"""Bounties: reputation somebody offers for an answer. So far they come with archives only."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Bounty(models.Model):
    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="bounties")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="bounties")
    amount = models.PositiveIntegerField()
    started = models.DateField()
    answer = models.ForeignKey(
        "geeks.Post", models.SET_NULL, null=True, blank=True, related_name="won_bounties", help_text="Who got it."
    )
    closed = models.DateField(null=True, blank=True)
    awarded = models.PositiveIntegerField(null=True, blank=True, help_text="How much of it the answer got.")

    class Meta:
        verbose_name_plural = "bounties"

    def __str__(self) -> str:
        return f"bounty of {self.amount} on post {self.post_id}"
