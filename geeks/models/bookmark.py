"""Bookmarks: what a person keeps to find again. Nobody else sees them, and nothing about the post changes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone

from geeks import policy
from geeks.models.post import Post


class BookmarkQuerySet(models.QuerySet["Bookmark"]):
    """Keeping is reached as `post.bookmarks`, so that it knows which post is meant."""

    def keep(self, user: Any) -> Bookmark:
        """Bookmark this post for `user`; doing it again changes nothing. Raises ValidationError, PermissionDenied."""
        post = self._hints["instance"]
        if not user.is_active:
            raise PermissionDenied("This account is switched off, so it cannot keep bookmarks.")
        if kept := self.filter(user=user, post=post).first():
            return kept
        if user.bookmarks.count() >= policy.BOOKMARKS_MOST:
            raise ValidationError(
                f"You have {policy.BOOKMARKS_MOST:,} bookmarks, which is all there is room for. Remove one first."
            )
        return self.get_or_create(user=user, post=post)[0]

    def drop(self, user: Any) -> None:
        self.filter(user=user, post=self._hints["instance"]).delete()

    def post_ids(self) -> list[int]:
        """The posts bookmarked here, the newest bookmark first."""
        return list(self.order_by("-created", "-id").values_list("post_id", flat=True)[: policy.BOOKMARKS_MOST])


class Bookmark(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="bookmarks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks", db_index=False)
    created = models.DateTimeField(default=timezone.now)

    objects = BookmarkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="one_bookmark_a_person_a_post")]
        indexes = [models.Index(fields=["user", "-created", "-id"], name="bookmark_by_user")]

    def __str__(self) -> str:
        return f"{self.post_id} kept by {self.user_id}"
