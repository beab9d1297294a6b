"""Several people at once, in threads with connections of their own. SQLite lets one write at a time, so there is
nothing to see there; on PostgreSQL counters and states must still come out right and nobody may deadlock."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from geeks.models import Audit, Post, Question, User
from geeks.models.counters import differences
from tests import make
from tests.models.together import at_once, meanwhile

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one transaction at a time"),
]


def test_votes_on_many_posts_of_one_author_all_count(ada):
    posts = [make.question(ada) for _ in range(6)]
    voters = [make.person() for _ in range(6)]
    acts = [lambda p=post, v=voter: p.votes.cast(v, 1) for post, voter in zip(posts, voters, strict=True)]
    assert at_once(*acts) == []
    assert User.objects.get(pk=ada.pk).reputation == 560
    assert list(differences()) == []


def test_votes_on_one_post_all_count(ada):
    question = make.question(ada)
    voters = [make.person() for _ in range(6)]
    acts = [lambda v=voter: Post.objects.get(pk=question.pk).votes.cast(v, 1) for voter in voters]
    assert at_once(*acts) == []
    assert Post.objects.get(pk=question.pk).score == 6
    assert list(differences()) == []


def test_two_who_vote_each_other_down_do_not_wait_for_each_other_forever(ada, ben):
    for _ in range(3):
        hers, his = make.answer(author=ada), make.answer(author=ben)
        assert at_once(lambda a=hers: a.votes.cast(ben, -1), lambda a=his: a.votes.cast(ada, -1)) == []
    assert list(differences()) == []


def test_answers_votes_and_an_acceptance_at_once_leave_the_counters_right(ada):
    question = make.question(ada)
    answer = make.answer(question)
    people = [make.person() for _ in range(4)]
    acts = [lambda p=person: Question.objects.get(pk=question.pk).give_answer(p, make.ANSWER) for person in people]
    acts += [lambda p=person: Post.objects.get(pk=answer.pk).votes.cast(p, 1) for person in people]
    acts += [lambda: Question.objects.get(pk=question.pk).accept(answer, ada)]
    assert at_once(*acts) == []
    now = Post.objects.get(pk=question.pk)
    assert (now.answer_count, now.accepted_answer_id, now.answered) == (5, answer.pk, True)
    assert list(differences()) == []


def test_a_post_deleted_by_several_at_once_is_deleted_once(ada, mod):
    question = make.question(ada)
    copies = [Post.objects.get(pk=question.pk) for _ in range(4)]
    raised = at_once(*[lambda p=post: p.delete_by(mod) for post in copies])
    assert [type(error) for error in raised] == [ValidationError] * 3
    assert list(differences()) == []


def test_editors_at_once_get_numbers_of_their_own(ada, mod):
    question = make.question(ada)
    acts = [lambda n=n: Post.objects.get(pk=question.pk).edit(mod, body=f"{make.PLAIN} Version {n}.") for n in range(4)]
    assert at_once(*acts) == []
    assert list(question.revisions.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_an_answer_accepted_and_deleted_at_once_is_one_of_the_two(ada, mod):
    for _ in range(4):
        answer = make.answer(make.question(ada))
        mine, his = Question.objects.get(pk=answer.parent_id), Post.objects.get(pk=answer.pk)
        raised = at_once(lambda q=mine, a=answer: q.accept(a, ada), lambda p=his: p.delete_by(mod))
        assert [type(error) for error in raised] in ([], [ValidationError])
    assert list(differences()) == []


def test_a_vote_taken_back_hides_no_vote_cast_at_once_on_another_answer(ada, ben):
    question = make.question(ada)
    liked, other = make.answer(question), make.answer(question)
    liked.votes.cast(ben, 1)
    assert meanwhile(lambda: other.votes.cast(ada, 1), lambda: liked.votes.cast(ben, 0)) == []
    assert Post.objects.get(pk=question.pk).answered
    assert list(differences()) == []


def test_a_vote_taken_back_leaves_a_question_solved_whose_answer_is_accepted_at_once(ada, ben):
    question = make.question(ada)
    liked, other = make.answer(question), make.answer(question)
    liked.votes.cast(ben, 1)
    assert meanwhile(lambda: question.accept(other, ada), lambda: liked.votes.cast(ben, 0)) == []
    assert Post.objects.get(pk=question.pk).answered
    assert list(differences()) == []


def test_a_deleted_answer_takes_no_acceptance_with_it_that_another_answer_got_at_once(ada, mod):
    question = make.question(ada)
    old, new = make.answer(question), make.answer(question)
    question.accept(old, ada)
    assert meanwhile(lambda: question.accept(new, ada), lambda: Post.objects.get(pk=old.pk).delete_by(mod)) == []
    assert Post.objects.get(pk=question.pk).accepted_answer_id == new.pk
    assert list(differences()) == []


def test_a_restored_answer_takes_no_place_that_another_answer_got_at_once(ada, mod):
    question = make.question(ada)
    old, new = make.answer(question), make.answer(question)
    question.accept(old, ada)
    Post.objects.get(pk=old.pk).delete_by(mod)
    assert meanwhile(lambda: question.accept(new, ada), lambda: Post.objects.get(pk=old.pk).restore_by(mod)) == []
    assert Post.objects.get(pk=question.pk).accepted_answer_id == new.pk
    assert list(differences()) == []


def test_an_acceptance_that_passes_on_holds_all_ledgers_at_once_and_in_order(ada, monkeypatch):
    """In two goes the second may be the lower, and somebody who holds that one waits for the first."""
    new, old = make.answer(question := make.question(ada)), make.answer(question)
    question.accept(old, ada)
    held: list[tuple[int, ...]] = []
    monkeypatch.setattr("geeks.models.question.hold_ledgers", lambda *pks: held.append(pks))
    question.accept(new, ada)
    (pks,) = held
    assert {ada.pk, new.author_id, old.author_id} <= set(pks)


def test_a_comment_that_is_being_deleted_is_not_corrected(ada, mod):
    comment = make.comment(author=ada)
    copy = type(comment).objects.get(pk=comment.pk)
    raised = meanwhile(lambda: copy.delete_by(mod), lambda: comment.edit(ada, "A moment too late."))
    assert [type(error) for error in raised] == [PermissionDenied]


def test_a_comment_on_a_post_that_is_being_locked_is_not_corrected(ada, mod):
    comment = make.comment(author=ada)
    post = Post.objects.get(pk=comment.post_id)
    raised = meanwhile(lambda: post.lock(mod), lambda: comment.edit(ada, "A moment too late."))
    assert [type(error) for error in raised] == [PermissionDenied]


def test_a_post_moved_by_two_at_once_is_moved_from_one_to_the_next(ada, mod):
    question = make.question(ada)
    first, second = make.category("first"), make.category("second")
    copy = Post.objects.get(pk=question.pk)
    assert meanwhile(lambda: question.move(mod, first), lambda: copy.move(mod, second)) == []
    assert Audit.objects.order_by("pk").last().detail == {"before": "First", "after": "Second"}
