"""Categories: the few shelves of a site. A question and an article stand on exactly one."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models.functions import Lower

from geeks.models.change import EVERYTHING, Change


class Category(models.Model):
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller comes first.")

    class Meta:
        verbose_name_plural = "categories"
        ordering = ("position", "name")
        constraints = [models.UniqueConstraint(Lower("name"), name="category_name_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            Change.objects.note(EVERYTHING)  # its name stands on every page of its posts

    def get_absolute_url(self) -> str:
        return f"/c/{self.slug}"
