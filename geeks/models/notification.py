"""Notifications: what a person is told while away, counted in the head of every page until it is read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from geeks.models.post import Post
from geeks.models.prepared import Prepared


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> NotificationQuerySet:
        return self.filter(read=None)

    def mark_read(self) -> int:
        return self.unread().update(read=timezone.now())

    def found(self, search: Any, post: Post, count: int) -> Notification:
        """`count` new posts match a saved search, `post` the newest of them. An unread notice of the same search is
        renewed rather than followed by another."""
        waiting = self.unread().filter(search=search).first()
        count += waiting.count if waiting else 0
        text = f"{count:,} new {'post matches' if count == 1 else 'posts match'} your search “{search.name}”"
        values = {"post": post, "count": count, "text": text, "created": timezone.now()}
        if waiting and self.unread().filter(pk=waiting.pk).update(**values):
            waiting.refresh_from_db()
            return waiting
        return self.create(user_id=search.user_id, search=search, **values)


class Notification(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False)
    text = models.CharField(max_length=300)
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="+")
    search = models.ForeignKey("geeks.SavedSearch", models.CASCADE, null=True, blank=True, related_name="notifications")
    count = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(default=timezone.now)
    read = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created", "-id"], name="notification_of_user"),
            models.Index(fields=["user"], condition=Q(read=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.text


UNREAD = Prepared(
    Notification, lambda user: Notification.objects.filter(user=user).unread().order_by().values_list("pk")[:100]
)


def unread_count(person: Any) -> int:
    """How many notices of a person's are unread, counted to a hundred."""
    return len(UNREAD(person.pk).rows())
