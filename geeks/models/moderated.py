"""What is done to a post rather than written into it: deleting, restoring, locking, moving. Each act is a row, a stored
column that lists read, and an audit row, in one transaction."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from geeks.models.acceptance import Acceptance
from geeks.models.audit import Audit
from geeks.models.outbox import Outbox
from geeks.models.post_link import PostLink
from geeks.models.prepared import Prepared
from geeks.models.state import said
from geeks.models.tag import change_counts
from geeks.models.writes import update

# What rules decide by, read again by whoever holds a post.
HELD = ["closed_at", "locked_at", "deleted_at", "protected_at", "accepted_answer"]


class Moderated(models.Model):
    """The part of `Post` that holds these acts; `self` is always a post."""

    class Meta:
        abstract = True

    @property
    def deletion(self) -> Any:
        return self.deletions.select_related("user").filter(ended=None).first()

    @property
    def lock_row(self) -> Any:
        return self.locks.select_related("user").filter(ended=None).first()

    @property
    def protection(self) -> Any:
        return self.protections.select_related("user").filter(ended=None).first()

    @transaction.atomic
    def delete_by(self, user: Any, reason: str = "") -> None:
        """Delete softly. Authors may delete their own posts while nobody else's work hangs on them."""
        self._hold_with_question()
        reason = said(reason)
        if self.deleted_at:
            raise ValidationError("This post is deleted already.")
        self._demand_delete(user)
        row = self.deletions.create(user=user, reason=reason)
        self._set_state(deleted_at=row.created)
        self._count_in_lists(-1)
        Audit.objects.record(user, "delete", post=self, reason=reason)

    @transaction.atomic
    def restore_by(self, user: Any) -> None:
        self._hold_with_question()
        row = self.deletion
        if row is None:
            raise ValidationError("This post is not deleted.")
        if row.user_id != user.pk or row.user_id != self.author_id or self.locked_at:
            user.demand("delete", self)
        if self.is_answer and self.parent.deleted_at and not user.moderates:
            raise PermissionDenied("The question is deleted; its answers come back after it.")
        row.end(user)
        self._set_state(deleted_at=None)
        self._count_in_lists(+1)
        PostLink.objects.note_beside(self.pk)
        Audit.objects.record(user, "restore", post=self)

    def _demand_delete(self, user: Any) -> None:
        if user.pk != self.author_id or user.moderates:
            return user.demand("delete", self)
        if self.locked_at:
            raise PermissionDenied("This post is locked: only a moderator can delete it.")
        if Acceptance.objects.filter(answer_id=self.pk).exists():
            raise PermissionDenied("An accepted answer cannot be deleted by its author; ask a moderator.")
        answers = self.children.filter(deleted_at=None)
        if self.is_question and (answers.filter(score__gt=0).exists() or answers.count() > 1):
            raise PermissionDenied("A question with good answers, or several, belongs to them too; ask a moderator.")

    def _hold_with_question(self) -> None:
        """An answer before its question, and both before the tally of the author's posts, which the database holds when
        this one comes or goes: whoever gives an answer holds the question, then the tally."""
        self.hold()
        if self.is_answer:
            self.parent.hold()  # the acceptance, too, may pass to another answer at this moment

    def _count_in_lists(self, by: int) -> None:
        """Counters that change when a post comes or goes; the question of an answer is held."""
        if self.is_answer:
            if Acceptance.objects.filter(answer_id=self.pk).exists():
                # The acceptance stays for the answer's return; meanwhile nothing shows the question as solved.
                self.parent.accepted_answer = self if by > 0 else None
                self.parent.save(update_fields=["accepted_answer"])
            self.parent.refresh_standing(answers=by)
            Outbox.objects.announce([self.parent_id, self.pk])
            return
        change_counts(self.taggings.values_list("tag_id", flat=True) if self.is_question else [], by)
        answers = self.children.values_list("pk", flat=True)
        Outbox.objects.announce([self.pk, *answers])

    @transaction.atomic
    def lock(self, user: Any, reason: str = "") -> None:
        self.hold()
        user.demand("lock", self)
        reason = said(reason)
        if self.locked_at:
            raise ValidationError("This post is locked already.")
        row = self.locks.create(user=user, reason=reason)
        self._set_state(locked_at=row.created)
        Audit.objects.record(user, "lock", post=self, reason=reason)
        Outbox.objects.announce([self.pk])

    @transaction.atomic
    def unlock(self, user: Any) -> None:
        self.hold()
        user.demand("lock", self)
        row = self.lock_row
        if row is None:
            raise ValidationError("This post is not locked.")
        row.end(user)
        self._set_state(locked_at=None)
        Audit.objects.record(user, "unlock", post=self)
        Outbox.objects.announce([self.pk])

    @transaction.atomic
    def move(self, user: Any, category: Any) -> None:
        """Put a question or article into another category."""
        user.demand("move", self)
        if self.is_answer:
            raise ValidationError("An answer moves with its question.")
        self.hold("category")
        if self.category_id == category.pk:
            return
        before = str(self.category)
        self.category = category
        self.save(update_fields=["category"])
        Audit.objects.record(user, "move", post=self, before=before, after=str(category))
        Outbox.objects.announce([self.pk, *self.children.values_list("pk", flat=True)])

    def hold(self, *also: str) -> None:
        """Keep others from changing this post until the transaction ends, and read again what rules decide by, and
        `also` these columns: two who act at once are served one after the other, the second by what the first has
        left."""
        names = tuple(self._meta.get_field(name).attname for name in (*HELD, *also))
        found = _held_of(type(self))(self.pk, names=names).rows()
        if not found:
            raise self.DoesNotExist(f"Post {self.pk} is not there any more.")
        for name, value in zip(names, found[0], strict=True):
            setattr(self, name, value)

    def _set_state(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self, name, value)
        update(self, *columns)


@cache
def _held_of(model: Any) -> Prepared:
    return Prepared(
        model,
        lambda pk, *, names: model._base_manager.select_for_update(no_key=True).filter(pk=pk).values_list(*names),
    )
