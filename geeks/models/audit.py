"""The audit: one row for every privileged act, written in the act's own transaction and never changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditQuerySet(models.QuerySet["Audit"]):
    def record(
        self,
        actor: Any,
        action: str,
        *,
        post: Any = None,
        comment: Any = None,
        user: Any = None,
        **detail: Any,
    ) -> Audit:
        """Write one row. `detail` holds what the act alone would not tell (reason, old and new values)."""
        return self.create(actor=actor, action=action, post=post, comment=comment, user=user, detail=detail)

    def update(self, **kwargs: Any) -> int:
        raise TypeError("The audit is append-only: rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit is append-only: rows are never deleted.")


class Audit(models.Model):
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="acts")
    action = models.CharField(max_length=40)
    post = models.ForeignKey("geeks.Post", models.SET_NULL, null=True, related_name="audit")
    comment = models.ForeignKey("geeks.Comment", models.SET_NULL, null=True, related_name="audit")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="audit")
    detail = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "audit row"
        indexes = [
            models.Index(fields=["-created", "-id"], name="audit_newest"),
            models.Index(fields=["post", "-created"], name="audit_of_post"),
            models.Index(fields=["actor", "-created"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_id} at {self.created:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The audit is append-only: rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit is append-only: rows are never deleted.")
