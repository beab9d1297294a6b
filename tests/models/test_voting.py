"""Voting: who may, what it does to score, order and reputation, changing and undoing it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Outbox, Post, Vote
from tests import make

pytestmark = pytest.mark.django_db


def reputations(*people):
    for person in people:
        person.refresh_from_db()
    return tuple(person.reputation for person in people)


@pytest.mark.parametrize(
    ("factory", "value", "author_gets", "voter_pays"),
    [
        (make.question, 1, 10, 0),
        (make.question, -1, -2, 0),
        (make.answer, 1, 10, 0),
        (make.answer, -1, -2, -1),
        (make.article, 1, 10, 0),
        (make.article, -1, -2, 0),
    ],
    ids=["question up", "question down", "answer up", "answer down", "article up", "article down"],
)
def test_a_vote_changes_score_and_reputation_and_taking_it_back_undoes_both(
    ada, ben, factory, value, author_gets, voter_pays
):
    post = factory(author=ada)
    assert post.votes.cast(ben, value) == value
    assert reputations(ada, ben) == (500 + author_gets, 500 + voter_pays)
    assert post.votes.cast(ben, 0) == 0
    assert reputations(ada, ben) == (500, 500)
    assert not Vote.objects.exists()


def test_a_vote_cast_twice_counts_once(ada, ben):
    post = make.question(ada)
    post.votes.cast(ben, 1)
    assert post.votes.cast(ben, 1) == 1
    assert reputations(ada) == (510,)


def test_a_vote_may_change_its_mind(ada, ben):
    answer = make.answer(author=ada)
    answer.votes.cast(ben, 1)
    assert answer.votes.cast(ben, -1) == -1
    assert reputations(ada, ben) == (498, 499)
    assert answer.votes.cast(ben, 1) == 1
    assert reputations(ada, ben) == (510, 500)


def test_taking_back_a_vote_that_was_never_cast_changes_nothing(ada, ben):
    assert make.question(ada).votes.cast(ben, 0) == 0
    assert reputations(ada) == (500,)


def test_an_author_cannot_vote_for_his_own_post(ada, mod):
    for author in (ada, mod):
        with pytest.raises(PermissionDenied, match="your own post"):
            make.question(author).votes.cast(author, 1)


@pytest.mark.parametrize(("reputation", "value", "needed"), [(14, 1, 15), (124, -1, 125)])
def test_voting_asks_for_reputation(ada, reputation, value, needed):
    post = make.question(ada)
    with pytest.raises(PermissionDenied, match=f"You need {needed} reputation"):
        post.votes.cast(make.person(reputation=reputation), value)
    assert post.votes.cast(make.person(reputation=needed), value) == value


def test_a_vote_is_one_up_or_down_or_none(ada, ben):
    for value in (2, -2, 10**30, "1", None):
        with pytest.raises(ValidationError, match="1, -1 or 0"):
            make.question(ada).votes.cast(ben, value)


def test_deleted_and_locked_posts_take_no_votes(ada, ben, mod):
    deleted, locked = make.question(ada), make.question(ada)
    deleted.delete_by(ada)
    locked.lock(mod)
    for post, word in ((deleted, "deleted"), (locked, "locked")):
        with pytest.raises(PermissionDenied, match=word):
            post.votes.cast(ben, 1)


def test_reputation_never_falls_below_one(newcomer, ben):
    answer = make.answer(author=newcomer)
    answer.votes.cast(ben, -1)
    assert reputations(newcomer) == (1,)
    answer.votes.cast(ben, 0)
    answer.votes.cast(ben, 1)
    assert reputations(newcomer) == (11,)


def test_a_question_is_answered_while_an_answer_has_a_positive_score(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    for value, answered in ((1, True), (-1, False), (1, True), (0, False)):
        answer.votes.cast(ada, value)
        question.refresh_from_db()
        assert question.answered is answered


def test_a_vote_makes_a_post_hotter_and_leaves_its_activity_alone(ada, ben):
    question = make.question(ada)
    before = Post.objects.get(pk=question.pk)
    voters = [make.person() for _ in range(3)]
    for voter in voters:
        question.votes.cast(voter, 1)
    after = Post.objects.get(pk=question.pk)
    assert after.hotness > before.hotness
    assert after.last_activity == before.last_activity


def test_the_index_hears_of_the_post_and_of_the_question_that_an_answer_belongs_to(ada, ben):
    answer = make.answer(author=ada)
    Outbox.objects.all().delete()
    answer.votes.cast(ben, 1)
    assert set(Outbox.objects.values_list("post_id", flat=True)) == {answer.pk, answer.parent_id}


def test_a_post_whose_author_left_can_still_be_voted_on(ada, ben):
    post = make.question(ada)
    Post.objects.filter(pk=post.pk).update(author=None)
    assert post.votes.cast(ben, 1) == 1


def test_the_database_holds_one_vote_of_a_person_for_a_post(ada, ben):
    post = make.question(ada)
    post.votes.cast(ben, 1)
    with pytest.raises(Exception, match="(?i)unique|duplicate"):
        Vote.objects.create(post=post, user=ben, value=-1)
