"""Closing and reopening a question."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks import policy
from geeks.models import Audit, Closure, Outbox, Question
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", policy.CLOSE_REASONS)
def test_a_moderator_closes_for_any_of_the_reasons_and_reopens(mod, reason):
    question, original = make.question(), make.question()
    Outbox.objects.all().delete()
    question.close(mod, reason, " see the other ", original if reason == "duplicate" else None)
    row = question.closure
    assert (row.reason, row.note, row.user) == (reason, "see the other", mod)
    assert row.reason_name == policy.CLOSE_REASONS[reason][1]
    assert Question.objects.get(pk=question.pk).closed_at == row.created
    question.reopen(mod)
    assert Question.objects.get(pk=question.pk).closed_at is None
    assert question.closure is None
    assert Closure.objects.get().ended_by == mod
    assert list(Audit.objects.order_by("pk").values_list("action", flat=True)) == ["close", "reopen"]
    assert list(Outbox.objects.values_list("post_id", flat=True)) == [question.pk] * 2


def test_nobody_else_closes_or_reopens(ada, mod):
    question = make.question(ada)
    with pytest.raises(PermissionDenied, match="Only a moderator can close"):
        question.close(ada, "unclear")
    question.close(mod, "unclear")
    with pytest.raises(PermissionDenied):
        question.reopen(ada)


def test_a_reason_that_is_not_known_is_refused(mod):
    with pytest.raises(ValidationError, match="Choose one of") as caught:
        make.question().close(mod, "boring")
    assert list(caught.value.message_dict) == ["reason"]


def test_a_duplicate_names_another_question(mod):
    question = make.question()
    for target in (None, question, make.article(), make.answer()):
        with pytest.raises(ValidationError, match="Name the other question"):
            question.close(mod, "duplicate", duplicate_of=target)
    assert not Closure.objects.exists()


def test_the_same_act_twice_is_refused(mod):
    question = make.question()
    again = Question.objects.get(pk=question.pk)
    question.close(mod, "unclear")
    with pytest.raises(ValidationError, match="closed already"):
        again.close(mod, "unclear")
    question.reopen(mod)
    with pytest.raises(ValidationError, match="not closed"):
        again.reopen(mod)


def test_a_question_may_be_closed_again(mod):
    question = make.question()
    question.close(mod, "unclear")
    question.reopen(mod)
    question.close(mod, "too-broad")
    assert question.closure.reason == "too-broad"
    assert Closure.objects.count() == 2


def test_a_closed_question_still_takes_votes_comments_and_edits(ada, ben, mod):
    question = make.question(ada)
    question.close(mod, "unclear")
    assert question.votes.cast(ben, 1) == 1
    assert question.comments.write(ben, "What do you mean?").pk
    assert question.edit(ada, body=make.BODY + " Now clearer.")


def test_only_a_duplicate_keeps_an_original(mod):
    question = make.question()
    question.close(mod, "off-topic", duplicate_of=make.question())
    assert question.closure.duplicate_of is None
