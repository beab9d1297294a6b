"""Answering: who may, when, and what it changes on the question."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Outbox, Post, Question
from tests import make

pytestmark = pytest.mark.django_db


def test_an_answer_moves_its_question_to_the_front(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    question.refresh_from_db()
    assert question.answer_count == 1
    assert question.last_activity == answer.created
    assert question.last_active_by == ben
    assert answer.revisions.get().body == make.ANSWER
    assert set(Outbox.objects.values_list("post_id", flat=True)) == {question.pk, answer.pk}


def test_an_answer_that_was_rendered_while_somebody_else_was_active_does_not_turn_the_clock_back(ada, ben, mod):
    question = make.question(ada)
    began = question.last_activity + timedelta(minutes=1)
    stale = Question.objects.get(pk=question.pk)
    later = make.answer(question, mod, created=began + timedelta(seconds=3))
    make.answer(stale, ben, created=began)
    question.refresh_from_db()
    assert (question.last_activity, question.last_active_by) == (later.created, mod)
    assert (stale.last_activity, stale.last_active_by, stale.answer_count) == (later.created, mod, 2)


def test_everybody_may_answer_also_the_one_who_asked_and_a_newcomer(ada, newcomer):
    question = make.question(ada)
    make.answer(question, ada)
    make.answer(question, newcomer)
    assert question.answer_count == 2


@pytest.mark.parametrize(("body", "says"), [("", "Write a body"), ("short", "at least 20"), ("x" * 30_001, "30,000")])
def test_a_wrong_body_is_refused_and_nothing_is_stored(ben, body, says):
    question = make.question()
    with pytest.raises(ValidationError, match=says) as caught:
        question.give_answer(ben, body)
    assert list(caught.value.message_dict) == ["body"]
    question.refresh_from_db()
    assert question.answer_count == 0
    assert Post.objects.count() == 1


def test_a_closed_question_takes_no_answers_not_even_from_a_moderator(ben, mod):
    question = make.question()
    question.close(mod, "unclear")
    for person in (ben, mod):
        with pytest.raises(PermissionDenied, match="closed"):
            question.give_answer(person, make.ANSWER)
    assert question.answers.count() == 0


def test_a_question_closed_while_the_answer_was_written_takes_none(ben, mod):
    question = make.question()
    Question.objects.get(pk=question.pk).close(mod, "unclear")
    with pytest.raises(PermissionDenied, match="closed"):
        question.give_answer(ben, make.ANSWER)
    assert question.answers.count() == 0


def test_a_locked_question_takes_answers_from_moderators_only(ben, mod):
    question = make.question()
    question.lock(mod)
    with pytest.raises(PermissionDenied, match="locked"):
        question.give_answer(ben, make.ANSWER)
    assert question.give_answer(mod, make.ANSWER).pk


def test_a_deleted_question_takes_no_answers(ada, mod):
    question = make.question(ada)
    question.delete_by(ada)
    for person in (ada, mod):
        with pytest.raises(PermissionDenied, match="deleted"):
            question.give_answer(person, make.ANSWER)
