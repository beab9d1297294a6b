"""Sources: the sites whose archives were imported. What came from one names it, and is credited to it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Source(models.Model):
    host = models.CharField(max_length=253, unique=True, help_text="As in its addresses: math.stackexchange.com")
    name = models.CharField(max_length=100)
    category = models.ForeignKey("geeks.Category", models.PROTECT, related_name="sources")
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name or self.host

    @property
    def url(self) -> str:
        return f"https://{self.host}"
