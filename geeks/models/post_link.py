"""Links between posts: one names another in its text, or is its duplicate."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class PostLink(models.Model):
    class Kind(models.IntegerChoices):
        """Stack Exchange's own LinkTypeId."""

        LINKED = 1, "linked"
        DUPLICATE = 3, "duplicate"

    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="links", db_index=False)
    related = models.ForeignKey("geeks.Post", models.CASCADE, related_name="linked_from")
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "related", "kind"], name="one_link_a_kind")]

    def __str__(self) -> str:
        return f"post {self.post_id} {self.get_kind_display()} {self.related_id}"
