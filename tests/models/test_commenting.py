"""Comments: who may write where, limits, correcting, deleting and restoring."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from geeks.models import Audit, Comment, Post
from tests import make

pytestmark = pytest.mark.django_db


def counted(post) -> int:
    post.refresh_from_db()
    return post.comment_count


def test_a_comment_is_stored_rendered_and_counted(ada, ben):
    question = make.question(ada)
    comment = question.comments.write(ben, "Is *every*   $n$ meant here?\x00")
    assert comment.text == "Is *every* $n$ meant here?"
    assert "<em>every</em>" in comment.html
    assert 'data-tex="n"' in comment.html
    assert counted(question) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least 5"),
        ("hi", "at least 5"),
        ("\u202e" * 9, "at least 5"),
        ("\u200b" * 9, "at least 5"),
        ("x" * 601, "600 characters"),
    ],
)
def test_a_comment_has_a_shortest_and_a_longest_length(ada, text, says):
    question = make.question(ada)
    with pytest.raises(ValidationError, match=says) as caught:
        question.comments.write(ada, text)
    assert list(caught.value.message_dict) == ["text"]
    assert counted(question) == 0


def test_commenting_on_other_peoples_posts_asks_for_reputation(ada):
    question = make.question(ada)
    with pytest.raises(PermissionDenied, match="You need 50 reputation"):
        question.comments.write(make.person(reputation=49), "A remark from below.")
    assert question.comments.write(make.person(reputation=50), "A remark from above.").pk


def test_a_newcomer_comments_on_his_own_posts_and_on_answers_to_his_question(newcomer, ben):
    question = make.question(newcomer)
    answer = make.answer(question, ben)
    assert question.comments.write(newcomer, "To my question.").pk
    assert answer.comments.write(newcomer, "To an answer of my question.").pk
    with pytest.raises(PermissionDenied):
        make.answer(author=ben).comments.write(newcomer, "To somebody else's.")


def test_a_newcomer_writes_a_limited_number_of_comments_an_hour(newcomer, monkeypatch):
    monkeypatch.setattr("geeks.policy.NEWCOMER_COMMENTS_AN_HOUR", 1)
    question = make.question(newcomer)
    question.comments.write(newcomer, "The first one.")
    with pytest.raises(PermissionDenied, match="1 comments an hour"):
        question.comments.write(newcomer, "The second one.")


def test_locked_and_deleted_posts_take_comments_from_moderators_only(ada, mod):
    locked, deleted = make.question(ada), make.question(ada)
    locked.lock(mod)
    deleted.delete_by(ada)
    for post, word in ((locked, "locked"), (deleted, "deleted")):
        with pytest.raises(PermissionDenied, match=word):
            post.comments.write(ada, "One more remark.")
        assert post.comments.write(mod, "A word on why.").pk


def test_answers_to_a_deleted_question_take_no_comments_and_no_votes(ada, ben, mod):
    question = make.question(ada)
    answer = make.answer(question, ben)
    question.delete_by(mod)
    answer.refresh_from_db()
    with pytest.raises(PermissionDenied, match="deleted"):
        answer.comments.write(ada, "One more remark.")
    with pytest.raises(PermissionDenied, match="deleted"):
        answer.votes.cast(ada, 1)


def test_an_author_corrects_a_comment_for_five_minutes_a_moderator_always(ada, ben, mod):
    comment = make.comment(author=ben)
    comment.edit(ben, "A corrected remark.")
    assert "corrected" in Comment.objects.get().html
    with pytest.raises(PermissionDenied, match="Only its author"):
        comment.edit(ada, "A foreign hand.")
    comment.created = timezone.now() - timedelta(seconds=301)
    with pytest.raises(PermissionDenied, match="five minutes"):
        comment.edit(ben, "Corrected too late.")
    comment.edit(mod, "Corrected by a moderator.")
    assert Comment.objects.get().edited


def test_an_author_or_a_moderator_deletes_and_a_moderator_restores(ada, ben, mod):
    question = make.question(ada)
    comment = question.comments.write(ben, "A remark to be deleted.")
    with pytest.raises(PermissionDenied, match="Only a moderator"):
        comment.delete_by(ada)
    comment.delete_by(ben)
    assert counted(question) == 0
    with pytest.raises(PermissionDenied):
        comment.restore_by(ben)
    comment.restore_by(mod)
    assert counted(question) == 1
    assert not Comment.objects.get().deleted_at
    assert list(Audit.objects.order_by("pk").values_list("action", flat=True)) == ["delete comment", "restore comment"]


def test_deleting_twice_counts_once(ada, ben):
    question = make.question(ada)
    comment = question.comments.write(ben, "A remark to be deleted.")
    again = Comment.objects.get(pk=comment.pk)
    comment.delete_by(ben)
    with pytest.raises(ValidationError, match="deleted already"):
        again.delete_by(ben)
    assert counted(question) == 0


def test_a_comment_that_was_deleted_meanwhile_is_corrected_by_moderators_only(ben, mod):
    comment = make.comment(author=ben, text="As it was at first.")
    Comment.objects.get(pk=comment.pk).delete_by(mod)
    with pytest.raises(PermissionDenied, match="deleted"):
        comment.edit(ben, "Corrected a moment too late.")
    assert Comment.objects.get().text == "As it was at first."
    comment.edit(mod, "Corrected by a moderator.")
    stored = Comment.objects.get()
    assert (stored.text, bool(stored.deleted_at)) == ("Corrected by a moderator.", True)


@pytest.mark.parametrize("act", ["lock", "delete_by"])
@pytest.mark.parametrize("of", ["question", "answer"])
def test_comments_on_locked_and_deleted_posts_are_corrected_by_moderators_only(ben, mod, act, of):
    post = make.answer() if of == "answer" else make.question()
    comment = post.comments.write(ben, "As it was at first.")
    getattr(Post.objects.get(pk=post.pk), act)(mod)
    with pytest.raises(PermissionDenied, match="locked|deleted"):
        comment.edit(ben, "Corrected a moment too late.")
    assert Comment.objects.get().text == "As it was at first."
    comment.edit(mod, "Corrected by a moderator.")
    assert Comment.objects.get().text == "Corrected by a moderator."


def test_a_comment_on_an_answer_to_a_deleted_question_is_corrected_by_moderators_only(ben, mod):
    answer = make.answer()
    comment = answer.comments.write(ben, "As it was at first.")
    Post.objects.get(pk=answer.parent_id).delete_by(mod)
    comment = Comment.objects.get(pk=comment.pk)
    with pytest.raises(PermissionDenied, match="deleted"):
        comment.edit(ben, "Corrected a moment too late.")


def test_a_comment_whose_author_lost_reputation_is_still_his_to_correct(ben):
    comment = make.comment(author=ben)
    ben.reputation = 1
    comment.edit(ben, "A corrected remark.")
    assert Comment.objects.get().text == "A corrected remark."


def test_a_comment_is_rendered_before_anything_is_held(ada, monkeypatch):
    question, during = make.question(ada), []
    before, render = len(connection.savepoint_ids), Comment.write

    def watched(comment, text):
        during.append(len(connection.savepoint_ids) - before)
        render(comment, text)

    monkeypatch.setattr(Comment, "write", watched)
    question.comments.write(ada, "A remark of mine.")
    assert during == [0]


def test_a_post_locked_while_a_comment_is_rendered_takes_none(ada, mod, monkeypatch):
    question, render = make.question(ada), Comment.write

    def locked_first(comment, text):
        Post.objects.get(pk=question.pk).lock(mod)
        render(comment, text)

    monkeypatch.setattr(Comment, "write", locked_first)
    with pytest.raises(PermissionDenied, match="locked"):
        question.comments.write(ada, "A remark of mine.")
    assert not Comment.objects.exists()
