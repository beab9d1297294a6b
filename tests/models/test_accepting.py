"""Accepting: the asker's mark, its reputation, taking it back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Acceptance, Audit, Outbox, Post, Question
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(ada):
    return make.question(ada)


def test_accepting_gives_fifteen_to_the_author_and_two_to_the_asker(question, ada, ben):
    answer = make.answer(question, ben)
    question.accept(answer, ada)
    ada.refresh_from_db()
    ben.refresh_from_db()
    question.refresh_from_db()
    assert (ben.reputation, ada.reputation) == (515, 502)
    assert question.accepted_answer_id == answer.pk
    assert question.answered
    assert Acceptance.objects.get().user == ada


def test_taking_it_back_takes_the_points_back(question, ada, ben):
    answer = make.answer(question, ben)
    question.accept(answer, ada)
    question.unaccept(answer, ada)
    ada.refresh_from_db()
    ben.refresh_from_db()
    question.refresh_from_db()
    assert (ben.reputation, ada.reputation) == (500, 500)
    assert question.accepted_answer_id is None
    assert not question.answered
    assert not Acceptance.objects.exists()


def test_accepting_ones_own_answer_gives_nothing(question, ada):
    question.accept(make.answer(question, ada), ada)
    ada.refresh_from_db()
    assert ada.reputation == 500


def test_accepting_another_answer_moves_mark_and_points(question, ada, ben, newcomer):
    first, second = make.answer(question, ben), make.answer(question, newcomer)
    question.accept(first, ada)
    question.accept(second, ada)
    ben.refresh_from_db()
    newcomer.refresh_from_db()
    assert (ben.reputation, newcomer.reputation) == (500, 16)
    assert Acceptance.objects.get().answer_id == second.pk


def test_accepting_twice_counts_once(question, ada, ben):
    answer = make.answer(question, ben)
    question.accept(answer, ada)
    Question.objects.get(pk=question.pk).accept(answer, ada)
    ben.refresh_from_db()
    assert ben.reputation == 515


def test_only_the_asker_or_a_moderator_accepts(question, ada, ben, mod):
    answer = make.answer(question, ben)
    with pytest.raises(PermissionDenied, match="Only the person who asked"):
        question.accept(answer, ben)
    question.accept(answer, mod)
    assert question.accepted_answer_id == answer.pk
    assert Audit.objects.get().action == "accept"
    question.unaccept(answer, mod)
    assert list(Audit.objects.order_by("pk").values_list("action", flat=True)) == ["accept", "unaccept"]


def test_an_answer_to_another_question_cannot_be_accepted(question, ada):
    with pytest.raises(ValidationError, match="another question"):
        question.accept(make.answer(), ada)


def test_a_deleted_answer_cannot_be_accepted(question, ada, ben):
    answer = make.answer(question, ben)
    answer.delete_by(ben)
    with pytest.raises(ValidationError, match="deleted"):
        question.accept(answer, ada)


def test_a_lock_holds_the_accepted_answer(question, ada, ben, mod):
    answer = make.answer(question, ben)
    question.lock(mod)
    with pytest.raises(PermissionDenied, match="locked"):
        question.accept(answer, ada)
    question.accept(answer, mod)
    assert question.accepted_answer_id == answer.pk


def test_an_accepted_answer_that_is_deleted_no_longer_solves_and_solves_again_when_restored(question, ada, ben, mod):
    answer = make.answer(question, ben)
    question.accept(answer, ada)
    answer.delete_by(mod)
    question.refresh_from_db()
    assert question.accepted_answer_id is None
    assert not question.answered
    answer.restore_by(mod)
    question.refresh_from_db()
    assert question.accepted_answer_id == answer.pk
    assert question.answered


def test_another_answer_can_be_accepted_while_the_accepted_one_is_deleted(question, ada, ben, mod, newcomer):
    first, second = make.answer(question, ben), make.answer(question, newcomer)
    question.accept(first, ada)
    first.delete_by(mod)
    question.accept(second, ada)
    first.restore_by(mod)
    question.refresh_from_db()
    assert question.accepted_answer_id == second.pk
    ben.refresh_from_db()
    assert ben.reputation == 500


def test_the_index_hears_of_the_question_and_of_both_answers(question, ada, ben):
    first, second = make.answer(question, ben), make.answer(question, ben)
    question.accept(first, ada)
    Outbox.objects.all().delete()
    question.accept(second, ada)
    assert set(Outbox.objects.values_list("post_id", flat=True)) == {question.pk, first.pk, second.pk}
    Outbox.objects.all().delete()
    question.unaccept(second, ada)
    assert set(Outbox.objects.values_list("post_id", flat=True)) == {question.pk, second.pk}


def test_an_answer_deleted_a_moment_ago_is_not_accepted(ada, mod):
    question = make.question(ada)
    answer = make.answer(question)
    Post.objects.get(pk=answer.pk).delete_by(mod)
    with pytest.raises(ValidationError, match="deleted"):
        question.accept(answer, ada)
    assert Post.objects.get(pk=question.pk).accepted_answer is None
