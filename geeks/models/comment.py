"""Comments: short remarks under a post, in a little Markdown with formulas."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from geeks import policy
from geeks.models.audit import Audit
from geeks.models.change import Change, post_key
from geeks.models.limits import demand_room, hold_room
from geeks.models.link_titles import titles_at
from geeks.models.old_addresses import led_home
from geeks.models.post import Post
from geeks.models.state import shows_nothing
from geeks.models.submission import Submission
from geeks.rendering import RenderRefused, render_comment
from geeks.rendering.source import clean_part


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self) -> CommentQuerySet:
        return self.filter(deleted_at=None)

    def write(self, author: Any, text: str, created: datetime | None = None, form: str = "") -> Comment:
        """Comment on the post this set hangs off (`post.comments`). Raises ValidationError, PermissionDenied;
        SubmittedBefore when the `form` (a key of `Submission`) made a comment before."""
        with Submission.objects.once(author, form):
            return self._write(self._hints["instance"], author, text, created, form)

    def _write(self, post: Post, author: Any, text: str, created: datetime | None, form: str) -> Comment:
        _demand_commentable(post, author)
        limit = "comments", policy.NEWCOMER_COMMENTS_AN_HOUR
        demand_room(author, *limit)
        comment = Comment(post=post, author=author, created=created or timezone.now())
        comment.write(text)  # before the transaction: nobody else could write while formulas are typeset
        with transaction.atomic():
            post.hold()
            _demand_commentable(post, author)  # it may have been locked or deleted meanwhile
            hold_room(author, *limit)
            comment.save()
            Post.objects.filter(pk=post.pk).update(comment_count=F("comment_count") + 1)
            Change.objects.note(post_key(post.pk))
            Submission.objects.note(author, form, comment=comment)
        return comment


def _demand_commentable(post: Post, author: Any) -> None:
    _demand_open(post, author)
    own_thread = author.pk in (post.author_id, post.parent.author_id if post.is_answer else None)
    author.demand("comment_own" if own_thread else "comment", post)


def _demand_open(post: Post, user: Any) -> None:
    """Raise PermissionDenied when what stands under this post is not to be changed by `user`."""
    if (post.deleted_at or (post.is_answer and post.parent.deleted_at)) and not user.moderates:
        raise PermissionDenied("This post is deleted, so it takes no comments.")
    user.demand("comment_own", post)


class Comment(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments")
    author_name = models.CharField(max_length=policy.DISPLAY_NAME_MAX, blank=True)
    text = models.TextField(max_length=policy.COMMENT_MAX)
    html = models.TextField(editable=False)
    created = models.DateTimeField(default=timezone.now)
    edited = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    score = models.PositiveIntegerField(default=0, help_text="As the archive says.")
    licence = models.CharField(max_length=16, blank=True, help_text="Empty: the site's own.")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("created", "id")
        indexes = [
            models.Index(fields=["post", "created", "id"], name="comment_of_post"),
            models.Index(fields=["author", "-created"], name="comment_by_author"),
            models.Index(fields=["-created", "-id"], condition=Q(deleted_at=None), name="comment_newest"),
            models.Index(fields=["-score", "-id"], condition=Q(deleted_at=None), name="comment_best"),
            models.Index(fields=["-deleted_at", "-id"], condition=Q(deleted_at__isnull=False), name="comment_deleted"),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on post {self.post_id}"

    def get_absolute_url(self) -> str:
        return f"{self.post.get_absolute_url()}#comment-{self.pk}"

    def write(self, text: str) -> None:
        """Set the text and what is rendered from it. Raises ValidationError naming the field."""
        text = " ".join(clean_part(text).split())
        if len(text) < policy.COMMENT_MIN or shows_nothing(text):
            raise ValidationError({"text": f"Write a little more: at least {policy.COMMENT_MIN} characters."})
        if len(text) > policy.COMMENT_MAX:
            raise ValidationError(
                {"text": f"Shorten the comment to {policy.COMMENT_MAX} characters; it has {len(text)}."}
            )
        self.text = text
        try:
            self.render()
        except RenderRefused as refusal:
            raise ValidationError({"text": str(refusal)}) from None

    def render(self) -> None:
        """Renew what is stored of the rendered text. Raises RenderRefused."""
        html = render_comment(self.text, titles=titles_at).html
        self.html = led_home(html) if self.post.source_id else html

    def edit(self, editor: Any, text: str) -> None:
        """The author may correct a comment for five minutes; moderators at any time."""
        self._demand_edit(editor)
        self.write(text)
        self.edited = timezone.now()
        self.licence = ""  # what is written here is under the site's own
        with transaction.atomic():
            self._hold()
            self.post.hold()  # after the comment, as deleting does: two who wait for each other wait for ever
            self._demand_edit(editor)  # either may have been deleted or locked while the text was rendered
            self.save(update_fields=["text", "html", "edited", "licence"])
            Change.objects.note(post_key(self.post_id))

    def _demand_edit(self, editor: Any) -> None:
        _demand_open(self.post, editor)
        if editor.moderates:
            return
        if self.author_id != editor.pk:
            raise PermissionDenied("Only its author can change a comment.")
        if self.deleted_at:
            raise PermissionDenied("This comment is deleted, so it cannot be changed.")
        if timezone.now() - self.created > timedelta(seconds=policy.COMMENT_EDIT_SECONDS):
            raise PermissionDenied("A comment can be changed for five minutes; delete it and write a new one.")

    @transaction.atomic
    def delete_by(self, user: Any) -> None:
        self._hold()
        if self.author_id != user.pk:
            user.demand("delete", self.post)
        if self.deleted_at:
            raise ValidationError("This comment is deleted already.")
        self._set_deleted(timezone.now(), user, -1)
        Audit.objects.record(user, "delete comment", post=self.post, comment=self)

    @transaction.atomic
    def restore_by(self, user: Any) -> None:
        self._hold()
        user.demand("delete", self.post)
        if not self.deleted_at:
            raise ValidationError("This comment is not deleted.")
        self._set_deleted(None, None, +1)
        Audit.objects.record(user, "restore comment", post=self.post, comment=self)

    def _hold(self) -> None:
        """Two who act on a comment at once are served one after the other."""
        rows = Comment.objects.select_for_update(no_key=True)
        self.refresh_from_db(fields=["deleted_at"], from_queryset=rows)

    def _set_deleted(self, when: datetime | None, user: Any, by: int) -> None:
        self.deleted_at, self.deleted_by = when, user
        self.save(update_fields=["deleted_at", "deleted_by"])
        Post.objects.filter(pk=self.post_id).update(comment_count=F("comment_count") + by)
        Change.objects.note(post_key(self.post_id))
