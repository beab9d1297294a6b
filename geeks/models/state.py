"""The shape of a state that is a row: who put a post into it, when and why, and who ended it.

A post is in the state while a row without an end exists; undoing ends the row, so history comes free.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from geeks import policy
from geeks.rendering.source import clean_part


def said(text: str) -> str:
    """What somebody gives as a reason, as it is stored: without hidden characters, and not too long."""
    return clean_part(text).strip()[: policy.REASON_MAX]


def shows_nothing(text: str) -> bool:
    """True of a text without a letter, digit, sign or symbol: of spaces and invisible characters alone."""
    return not any(unicodedata.category(letter)[0] in "LNPS" for letter in text)


class PostState(models.Model):
    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="%(class)ss")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=policy.REASON_MAX, blank=True)
    created = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(fields=["post"], condition=Q(ended=None), name="one_open_%(class)s_a_post"),
        )

    def __str__(self) -> str:
        return f"{type(self).__name__.lower()} of post {self.post_id}: {self.reason or 'no reason given'}"

    def end(self, user: Any) -> None:
        self.ended, self.ended_by = timezone.now(), user
        self.save(update_fields=["ended", "ended_by"])


class Deletion(PostState):
    """A soft deletion: the post stays, shown to its author and to those who may see deleted posts."""


class Lock(PostState):
    """Nobody but a moderator edits, votes, comments or answers."""


class Protection(PostState):
    """A protected question takes answers from those only who have earned a little reputation."""


class Closure(PostState):
    """A closed question takes no new answers."""

    REPEATS = ("duplicate", "exact-duplicate")  # reasons that name other questions; the second is of old archives

    # `reason` is a key of policy.CLOSE_REASONS here; `note` is what the closer adds for the author.
    note = models.CharField(max_length=policy.REASON_MAX, blank=True)
    duplicate_of = models.ForeignKey("geeks.Post", models.SET_NULL, null=True, blank=True, related_name="duplicates")

    @property
    def repeats(self) -> bool:
        return self.reason in self.REPEATS

    @property
    def reason_name(self) -> str:
        return (policy.CLOSE_REASONS.get(self.reason) or policy.OLD_CLOSE_REASONS.get(self.reason, (0, self.reason)))[1]
