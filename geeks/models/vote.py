"""Votes: one a person a post, up or down; casting the same again changes nothing, casting 0 takes it back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from geeks.models.hotness import hotness
from geeks.models.outbox import Outbox
from geeks.models.post import Kind, Post
from geeks.models.reputation import hold_ledgers


class VoteQuerySet(models.QuerySet["Vote"]):
    """Reached as `post.votes`, so that it knows which post is meant."""

    @transaction.atomic
    def cast(self, user: Any, value: int) -> int:
        """Set this person's vote to +1, -1 or 0 (none); returns the post's score. ValidationError, PermissionDenied."""
        if value not in (1, -1, 0):
            raise ValidationError({"value": "A vote is 1, -1 or 0."})
        post = self._held()
        vote = self.filter(user=user, post=post).first()
        before = vote.value if vote else 0
        _demand_vote(user, post, value or before)
        if value != before:
            if vote is None:
                self.create(post=post, user=user, value=value)
            elif value == 0:
                vote.delete()
            else:
                self.filter(pk=vote.pk).update(value=value, created=timezone.now())
            _settle(post, user, before, value)
        self._hints["instance"].score = post.score
        return post.score

    @transaction.atomic
    def withdraw(self, user: Any) -> None:
        """Take this person's vote back, whoever he is by now: for accounts that become one."""
        post = self._held()
        vote = self.filter(user=user, post=post).first()
        if vote:
            vote.delete()
            _settle(post, user, vote.value, 0)

    def _held(self) -> Post:
        """The post as it is now, kept from others until the transaction ends."""
        rows = Post.objects.select_related("author", "parent").select_for_update(no_key=True, of=("self",))
        return rows.get(pk=self._hints["instance"].pk)


def _demand_vote(user: Any, post: Post, value: int) -> None:
    if post.author_id == user.pk:
        raise PermissionDenied("You cannot vote for your own post.")
    if post.deleted_at or (post.is_answer and post.parent.deleted_at):
        raise PermissionDenied("This post is deleted, so it takes no votes.")
    user.demand("vote_down" if value < 0 else "vote_up", post)


def _settle(post: Post, user: Any, before: int, value: int) -> None:
    """Bring score, order and reputation in line with a changed vote, in the vote's own transaction."""
    post.score += value - before
    post.hotness = hotness(post.score, post.answer_count, post.created)
    post.save(update_fields=["score", "hotness"])
    if post.is_answer:
        post.parent.refresh_standing()
    kind = Kind(post.kind).label
    hold_ledgers(post.author_id, user.pk)
    author = post.author
    for old_or_new, settle in ((before, "undo"), (value, "earn")):
        if old_or_new and author:
            name = f"{kind}_voted_{'up' if old_or_new > 0 else 'down'}"
            getattr(author.reputations, settle)(post, name, user)
        if old_or_new < 0 and post.is_answer:
            getattr(user.reputations, settle)(post, "cast_down_on_answer", user)
    Outbox.objects.announce([post.pk, *([post.parent_id] if post.is_answer else [])])


class Vote(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()
    created = models.DateTimeField(default=timezone.now)

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "user"], name="one_vote_a_person_a_post"),
            models.CheckConstraint(condition=Q(value__in=(1, -1)), name="a_vote_is_up_or_down"),
        ]
        indexes = [models.Index(fields=["user", "-created"], name="vote_by_user")]

    def __str__(self) -> str:
        return f"{self.value:+d} by {self.user_id} on {self.post_id}"
