"""Questions: asking, answering, accepting, closing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from geeks import policy
from geeks.models.acceptance import Acceptance
from geeks.models.answer import Answer
from geeks.models.audit import Audit
from geeks.models.hotness import hotness
from geeks.models.limits import demand_room, hold_room
from geeks.models.outbox import Outbox
from geeks.models.post import Kind, Post, PostQuerySet
from geeks.models.reputation import hold_ledgers
from geeks.models.state import said
from geeks.models.submission import Submission
from geeks.models.tag import Tag
from geeks.models.writes import update


class QuestionManager(models.Manager.from_queryset(PostQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().filter(kind=self.model.OWN_KIND)

    def ask(
        self,
        author: Any,
        title: str,
        body: str,
        category: Any,
        tags: list[str] | str,
        created: datetime | None = None,
        form: str = "",
    ) -> Question:
        """Store a new question, or nothing: ValidationError (field -> sentences), PermissionDenied; SubmittedBefore
        when the `form` (a key of `Submission`) made one before."""
        question = self.model(kind=Kind.QUESTION, author=author, category=category, created=created or timezone.now())
        return publish_titled(question, author, title, body, tags, form)


def publish_titled(post: Any, author: Any, title: str, body: str, tags: list[str] | str, form: str) -> Any:
    """Check and store a new question or article; every problem is reported at its own field at once."""
    with Submission.objects.once(author, form):
        author.demand("ask")
        demand_room(author, "posts", policy.NEWCOMER_POSTS_AN_HOUR)
        names = post.write_with_tags(title, body, tags, {} if post.category else {"category": "Choose a category."})
        if Tag.objects.filter(name__in=names).count() < len(names):
            author.demand("create_tags")
        with transaction.atomic():
            hold_room(author, "posts", policy.NEWCOMER_POSTS_AN_HOUR)
            post.publish(names)
            Submission.objects.note(author, form, post=post)
    return post


class Question(Post):
    OWN_KIND = Kind.QUESTION

    objects = QuestionManager()

    class Meta:
        proxy = True

    @property
    def answers(self) -> PostQuerySet:
        return Answer.objects.filter(parent_id=self.pk)

    @property
    def closure(self) -> Any:
        return self.closures.select_related("user", "duplicate_of").filter(ended=None).first()

    def give_answer(self, author: Any, body: str, created: datetime | None = None, form: str = "") -> Answer:
        """Store an answer to this question. Raises ValidationError, PermissionDenied; SubmittedBefore as `ask` does."""
        with Submission.objects.once(author, form):
            return self._give_answer(author, body, created, form)

    def _give_answer(self, author: Any, body: str, created: datetime | None, form: str) -> Answer:
        self.demand_answerable(author)
        demand_room(author, "posts", policy.NEWCOMER_POSTS_AN_HOUR)
        answer = Answer(kind=Kind.ANSWER, author=author, parent=self, created=created or timezone.now())
        answer.write(title=None, body=body)
        with transaction.atomic():
            # The lock makes two people who answer at once wait for each other, so that neither deadlocks on counters.
            self.hold("score", "answer_count", "last_activity", "last_active_by")
            self.demand_answerable(author)  # it may have been closed while the answer was rendered
            hold_room(author, "posts", policy.NEWCOMER_POSTS_AN_HOUR)
            answer.publish(beside=[self.pk])
            self._take_in(answer)
            Submission.objects.note(author, form, post=answer)
        return answer

    def _take_in(self, answer: Answer) -> None:
        """What a new answer changes of this question, which is held. It has no votes yet, so whether the question
        counts as answered stays as it is."""
        self.answer_count += 1
        self.hotness = hotness(self.score, self.answer_count, self.created)
        if answer.created >= self.last_activity:  # else somebody was active while the answer was rendered
            self.last_activity, self.last_active_by = answer.created, answer.author
        update(self, "answer_count", "hotness", "last_activity", "last_active_by")

    def demand_answerable(self, author: Any) -> None:
        if self.deleted_at:
            raise PermissionDenied("This question is deleted, so it takes no answers.")
        if self.closed_at:
            raise PermissionDenied("This question is closed, so it takes no new answers.")
        author.demand("answer", self)
        if self.protected_at:
            author.demand("answer_protected", self)

    @transaction.atomic
    def accept(self, answer: Post, user: Any) -> None:
        """Mark `answer` as the one that helped; an earlier accepted answer is let go first."""
        answer.hold()  # before its question, as votes and deleting do: two who wait for each other wait for ever
        self.hold()
        self._demand_accept(answer, user)
        if self.accepted_answer_id == answer.pk:
            return
        before = self._let_go(answer.author_id, user.pk)
        Acceptance.objects.create(question_id=self.pk, answer_id=answer.pk, user=user)
        self._set_accepted(answer, [*before, answer.pk])
        if user.pk != self.author_id:
            Audit.objects.record(user, "accept", post=answer)
        if answer.author_id and answer.author_id != self.author_id:
            answer.author.reputations.earn(answer, "answer_accepted", user)
            if user.pk == self.author_id:
                user.reputations.earn(answer, "accepted_an_answer", user)

    @transaction.atomic
    def unaccept(self, answer: Post, user: Any) -> None:
        self.hold()
        self._demand_accept(answer, user)
        if self.accepted_answer_id == answer.pk:
            self._set_accepted(None, self._let_go())
            if user.pk != self.author_id:
                Audit.objects.record(user, "unaccept", post=answer)

    def _demand_accept(self, answer: Post, user: Any) -> None:
        if answer.parent_id != self.pk:
            raise ValidationError("That answer belongs to another question.")
        if self.author_id != user.pk and not user.moderates:
            raise PermissionDenied("Only the person who asked can accept an answer.")
        if self.locked_at and not user.moderates:
            raise PermissionDenied("This question is locked: only a moderator can change the accepted answer.")
        if answer.deleted_at or self.deleted_at:
            raise ValidationError("A deleted answer cannot be accepted.")

    def _let_go(self, *gaining: int | None) -> list[int]:
        """End the acceptance there is, if any (its answer may be deleted by now); gives the answers concerned. The
        ledgers of all who lose or are `gaining` are held in one go: in two, their order would be lost."""
        row = Acceptance.objects.select_related("answer__author").filter(question_id=self.pk).first()
        hold_ledgers(*gaining, self.author_id, row.answer.author_id if row else None)
        if row is None:
            return []
        row.delete()
        old = row.answer
        if old.author_id:
            old.author.reputations.undo(old, "answer_accepted")
        if self.author_id:
            self.author.reputations.undo(old, "accepted_an_answer")
        return [old.pk]

    def _set_accepted(self, answer: Post | None, concerned: list[int]) -> None:
        self.accepted_answer = answer
        self.save(update_fields=["accepted_answer"])
        self.refresh_standing()
        Outbox.objects.announce([self.pk, *concerned])

    @transaction.atomic
    def close(self, user: Any, reason: str, note: str = "", duplicate_of: Post | None = None) -> None:
        """Close with one of policy.CLOSE_REASONS; a duplicate names the question it repeats."""
        self.hold()
        user.demand("close", self)
        if self.closed_at:
            raise ValidationError("This question is closed already.")
        if reason not in policy.CLOSE_REASONS:
            raise ValidationError({"reason": f"Choose one of: {', '.join(policy.CLOSE_REASONS)}."})
        if reason == "duplicate" and (
            duplicate_of is None or not duplicate_of.is_question or duplicate_of.pk == self.pk
        ):
            raise ValidationError({"duplicate_of": "Name the other question that this one repeats, by its number."})
        original = duplicate_of if reason == "duplicate" else None
        row = self.closures.create(user=user, reason=reason, note=said(note), duplicate_of=original)
        self._set_state(closed_at=row.created)
        Audit.objects.record(user, "close", post=self, reason=reason, note=row.note)
        Outbox.objects.announce([self.pk])

    @transaction.atomic
    def reopen(self, user: Any) -> None:
        self.hold()
        user.demand("close", self)
        row = self.closure
        if row is None:
            raise ValidationError("This question is not closed.")
        row.end(user)
        self._set_state(closed_at=None)
        Audit.objects.record(user, "reopen", post=self)
        Outbox.objects.announce([self.pk])
