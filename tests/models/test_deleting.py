"""Deleting and restoring: who may, who still sees it, which counters move."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Audit, Deletion, Outbox, Post, Tag
from tests import make

pytestmark = pytest.mark.django_db


def standing(question):
    question.refresh_from_db()
    return question.answer_count, question.answered, question.deleted_at is not None


def test_an_author_deletes_and_restores_his_own_question(ada):
    question = make.question(ada, tags=["sums"])
    question.delete_by(ada, "asked in haste")
    assert standing(question) == (0, False, True)
    assert Tag.objects.get().question_count == 0
    row = Deletion.objects.get()
    assert (row.user, row.reason, row.created) == (ada, "asked in haste", question.deleted_at)
    question.restore_by(ada)
    assert standing(question) == (0, False, False)
    assert Tag.objects.get().question_count == 1
    row.refresh_from_db()
    assert row.ended_by == ada
    assert list(Audit.objects.order_by("pk").values_list("action", flat=True)) == ["delete", "restore"]


def test_nobody_but_a_moderator_deletes_what_is_not_his(ada, ben, mod):
    question = make.question(ada)
    with pytest.raises(PermissionDenied, match="Only a moderator can delete"):
        question.delete_by(ben)
    question.delete_by(mod, "spam")
    assert question.deletion.user == mod


def test_what_a_moderator_deleted_only_a_moderator_restores(ada, mod):
    question = make.question(ada)
    question.delete_by(mod)
    with pytest.raises(PermissionDenied):
        question.restore_by(ada)
    question.restore_by(mod)
    assert not Post.objects.get().deleted_at


def test_what_was_locked_while_deleted_only_a_moderator_restores(ada, mod):
    question = make.question(ada)
    question.delete_by(ada)
    question.lock(mod)
    with pytest.raises(PermissionDenied):
        question.restore_by(ada)


def test_a_question_with_a_good_answer_or_with_several_is_not_its_authors_to_delete(ada, ben, mod):
    question = make.question(ada)
    answer = make.answer(question, ben)
    other = make.question(ada)
    make.answer(other, ben)
    make.answer(other, mod)
    answer.votes.cast(ada, 1)
    for kept in (question, other):
        with pytest.raises(PermissionDenied, match="belongs to them too"):
            kept.delete_by(ada)
        kept.delete_by(mod)


def test_a_question_with_one_answer_that_nobody_valued_may_go(ada, ben):
    question = make.question(ada)
    make.answer(question, ben)
    question.delete_by(ada)
    assert question.deleted_at


def test_an_accepted_answer_is_not_its_authors_to_delete(ada, ben, mod):
    question = make.question(ada)
    answer = make.answer(question, ben)
    question.accept(answer, ada)
    answer.refresh_from_db()
    with pytest.raises(PermissionDenied, match="accepted answer"):
        answer.delete_by(ben)
    answer.delete_by(mod)
    assert standing(question)[0] == 0


def test_locked_posts_are_not_their_authors_to_delete(ada, mod):
    question = make.question(ada)
    question.lock(mod)
    with pytest.raises(PermissionDenied, match="locked"):
        question.delete_by(ada)


def test_an_answer_leaves_and_rejoins_the_count_of_its_question(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    answer.votes.cast(ada, 1)
    assert standing(question) == (1, True, False)
    answer.delete_by(ben)
    assert standing(question) == (0, False, False)
    answer.restore_by(ben)
    assert standing(question) == (1, True, False)


def test_answers_come_back_after_their_question(ada, ben, mod):
    question = make.question(ada)
    answer = make.answer(question, ben)
    answer.delete_by(ben)
    question.delete_by(mod)
    answer = Post.objects.get(pk=answer.pk)
    with pytest.raises(PermissionDenied, match="after it"):
        answer.restore_by(ben)


@pytest.mark.parametrize("act", ["delete_by", "restore_by"])
def test_the_same_act_twice_is_refused(ada, act):
    question = make.question(ada)
    if act == "restore_by":
        question.delete_by(ada)
    again = Post.objects.get(pk=question.pk)
    getattr(question, act)(ada)
    with pytest.raises(ValidationError, match=r"deleted already|is not deleted"):
        getattr(again, act)(ada)
    assert Tag.objects.get().question_count == (0 if act == "delete_by" else 1)


def test_deleted_posts_are_seen_by_their_author_by_moderators_and_by_trusted_people(ada, ben, mod):
    question = make.question(ada)
    question.delete_by(ada)
    trusted = make.person(reputation=10_000)
    for reader, sees in (
        (ada, True),
        (mod, True),
        (trusted, True),
        (ben, False),
        (AnonymousUser(), False),
        (None, False),
    ):
        assert Post.objects.visible_to(reader).exists() is sees


def test_the_index_hears_of_a_question_and_its_answers(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    for act in (question.delete_by, question.restore_by):
        Outbox.objects.all().delete()
        act(ada)
        assert set(Outbox.objects.values_list("post_id", flat=True)) == {question.pk, answer.pk}


def test_an_article_is_not_counted_with_the_questions_of_its_tags(ada):
    article = make.article(ada, tags=["sums"])
    assert Tag.objects.get().question_count == 0
    article.delete_by(ada)
    article.restore_by(ada)
    assert Tag.objects.get().question_count == 0


def test_an_answer_accepted_a_moment_ago_is_not_its_authors_to_delete(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    as_it_was = Post.objects.select_related("parent").get(pk=answer.pk)
    question.accept(answer, ada)
    with pytest.raises(PermissionDenied, match="accepted"):
        as_it_was.delete_by(ben)
