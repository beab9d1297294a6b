"""Revisions: every version of a post, numbered, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from geeks import policy
from geeks.models.writes import insert


class EditConflict(ValidationError):
    """Somebody changed a post after the form was opened that is to change it; `revision` is what he made of it."""

    def __init__(self, revision: Revision, editor: Any) -> None:
        mine = revision.editor_id == editor.pk
        who = "You" if mine else revision.editor.display_name if revision.editor else revision.editor_name or "Somebody"
        super().__init__(
            f"{who} changed this {'in another window' if mine else 'while you were writing'}: it is at revision "
            f"{revision.number} by now. Look at the history, and take over into your text what should stay. When you "
            "save again, your text replaces it."
        )
        self.revision = revision


class RevisionQuerySet(models.QuerySet["Revision"]):
    def newest_number(self, post_id: int) -> int:
        """0 for a post without revisions: it comes from an archive that is still being read."""
        return self.filter(post_id=post_id).aggregate(last=models.Max("number"))["last"] or 0

    def demand_unchanged(self, post: Any, number: int, editor: Any) -> None:
        """Raise EditConflict when `post`, held, has a revision after `number`."""
        newest = self.filter(post_id=post.pk).select_related("editor").order_by("-number").first()
        if newest is not None and newest.number > number:
            raise EditConflict(newest, editor)

    def take(
        self, post: Any, editor: Any, tags: list[str], comment: str, created: datetime, number: int = 0
    ) -> Revision:
        """Keep the post as it stands now, under the next number, or this one where it is known."""
        revision = Revision(
            post_id=post.pk,
            number=number or self.newest_number(post.pk) + 1,
            title=post.title,
            body=post.body,
            tags=" ".join(tags),
            category_id=post.category_id,
            comment=comment,
            editor=editor,
            created=created,
        )
        insert(revision)
        return revision

    def keep_first(self, post: Any, title: str, body: str, tags: list[str], category_id: int | None) -> Revision:
        """Keep what an imported post was before its first change here."""
        return Revision.objects.create(
            post_id=post.pk,
            number=1,
            title=title,
            body=body,
            tags=" ".join(tags),
            category_id=category_id,
            editor=post.author,
            editor_name=post.author_name,
            created=post.created,
            licence=post.licence,
        )


class Revision(models.Model):
    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=policy.TITLE_KEPT, blank=True)
    body = models.TextField()
    tags = models.CharField(max_length=250, blank=True)
    category = models.ForeignKey("geeks.Category", models.SET_NULL, null=True, related_name="+")
    comment = models.CharField(max_length=policy.REASON_MAX, blank=True)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    editor_name = models.CharField(max_length=policy.DISPLAY_NAME_MAX, blank=True)
    created = models.DateTimeField(default=timezone.now)
    # What an archive says of it besides: the rows of its history that this revision was.
    guid = models.CharField(max_length=36, blank=True)
    kinds = models.CharField(max_length=20, blank=True, help_text="Stack Exchange's PostHistoryTypeIds: 2 1 3")
    licence = models.CharField(max_length=16, blank=True, help_text="Empty: the site's own.")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="revision_number_once_a_post")]

    def __str__(self) -> str:
        return f"revision {self.number} of post {self.post_id}"
