"""The HTML of a post exactly as its archive gave it: the source that its page is rendered from until somebody edits
the post here, and what an export gives back."""

from __future__ import annotations

from django.db import models


class ImportedBody(models.Model):
    post = models.OneToOneField("geeks.Post", models.CASCADE, primary_key=True, related_name="imported_body")
    html = models.TextField()

    class Meta:
        verbose_name_plural = "imported bodies"

    def __str__(self) -> str:
        return f"HTML of post {self.post_id} as it was imported"
