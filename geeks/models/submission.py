"""Submissions: which form made which post or comment. A form that is sent twice, by an impatient finger or a browser
that repeats itself, leads the second time to what the first made.

A form carries a random token; its key is a digest of that and of all that was typed. So going back and writing
something else in the same form is something new.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.utils import timezone

from geeks.models.prepared import Prepared
from geeks.models.writes import insert_new

DAYS = 7  # that a form is remembered


def new_token() -> str:
    """What a form carries, and no other form."""
    return token_urlsafe(16)


class SubmittedBefore(Exception):
    """The same form came before; `made` is the post or comment that it made."""

    def __init__(self, made: Any) -> None:
        super().__init__(f"This was sent before: it is {made}.")
        self.made = made


class SubmissionQuerySet(models.QuerySet["Submission"]):
    @contextmanager
    def once(self, user: Any, key: str) -> Iterator[None]:
        """Around all that makes a post of a form. Raises SubmittedBefore when `user` has sent it already, also when
        that was stored while this was refused: a newcomer has no room for his last post twice. Without a key nothing
        is known of a form."""
        self._demand_new(user, key)
        try:
            yield
        except PermissionDenied:
            self._demand_new(user, key)
            raise

    def _demand_new(self, user: Any, key: str) -> None:
        if key and (before := SENT(user.pk, key).first()):
            raise SubmittedBefore(before.made)

    def note(self, user: Any, key: str, **made: Any) -> None:
        """Remember, in the transaction that stores it, the `post` or `comment` that the form made. Whoever comes second
        of two at the same moment waits here for the first, and gets SubmittedBefore; nothing of his is stored."""
        if not key:
            return
        if not insert_new(Submission(user=user, key=key, **made)):
            self._demand_new(user, key)
            raise IntegrityError("This form came at the same time as itself, and what it made is gone by now.")

    def prune(self) -> int:
        """Forget the forms that nobody will send again; how many."""
        return self.filter(created__lt=timezone.now() - timedelta(days=DAYS)).delete()[0]


class Submission(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    post = models.ForeignKey("geeks.Post", models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey("geeks.Comment", models.CASCADE, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="form_sent_once")]

    def __str__(self) -> str:
        return f"form that made {self.made}"

    @property
    def made(self) -> Any:
        return self.comment or self.post


SENT = Prepared(Submission, lambda user, key: Submission.objects.filter(user=user, key=key)[:1])
