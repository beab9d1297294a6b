"""The stored counters agree with the rows they count, after everything people do."""

import random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Answer, Change, Comment, Post, Question, Tag, User, counters
from geeks.models.change import EVERYTHING
from geeks.models.counters import differences, post_differences, tag_differences, user_differences
from tests import make

pytestmark = pytest.mark.django_db


def test_a_site_where_much_was_done_has_no_differences():
    """A seeded story of 250 acts by four people, some of them refused."""
    chance = random.Random(5)
    people = [make.person(), make.person(), make.person(reputation=3000), make.person(is_moderator=True)]
    body, answer = make.PLAIN, "A plain answer without any formula in it."
    for _ in range(3):
        make.question(chance.choice(people), body=body, tags=["a", "b"])

    def question():
        return chance.choice(Question.objects.order_by("pk"))

    def post():
        return chance.choice(Post.objects.order_by("pk"))

    acts = [
        lambda who: make.question(who, body=body, tags=chance.sample("abcde", 2)),
        lambda who: question().give_answer(who, answer),
        lambda who: post().votes.cast(who, chance.choice((-1, 0, 1, 1))),
        lambda who: post().votes.cast(who, chance.choice((-1, 0, 1, 1))),
        lambda who: post().comments.write(who, "A plain remark."),
        lambda who: chance.choice(Comment.objects.order_by("pk")).delete_by(who),
        lambda who: chance.choice(Comment.objects.order_by("pk")).restore_by(who),
        lambda who: post().delete_by(who),
        lambda who: post().restore_by(who),
        lambda who: accept(who, chance.choice(Answer.objects.order_by("pk"))),
        lambda who: unaccept(who, chance.choice(Answer.objects.order_by("pk"))),
        lambda who: question().close(who, "unclear"),
        lambda who: question().reopen(who),
        lambda who: post().lock(who),
        lambda who: post().unlock(who),
        lambda who: question().edit(who, body=body, tags=chance.sample("abcde", 2)),
    ]

    def accept(who, given):
        Question.objects.get(pk=given.parent_id).accept(given, who)

    def unaccept(who, given):
        Question.objects.get(pk=given.parent_id).unaccept(given, who)

    done = 0
    for _ in range(250):
        try:
            chance.choice(acts)(chance.choice(people))
            done += 1
        except (PermissionDenied, ValidationError, IndexError):
            continue
    assert done > 60
    assert list(differences()) == []


def test_planted_differences_are_found_and_repaired(ada, ben):
    question = make.question(ada)
    make.answer(question, ben)
    Post.objects.filter(pk=question.pk).update(score=7, answer_count=9, comment_count=3, answered=True, hotness=1)
    Tag.objects.update(question_count=5)
    User.objects.filter(pk=ada.pk).update(reputation=12)
    found = [*post_differences(), *tag_differences(), *user_differences()]
    assert {(type(row.row).__name__, row.column) for row in found} == {
        *(("Post", name) for name in ("score", "answer_count", "comment_count", "answered", "hotness")),
        ("Tag", "question_count"),
        ("User", "reputation"),
    }
    for row in found:
        row.repair()
    assert list(differences()) == []


def test_planted_states_without_a_row_are_found(ada, mod):
    question = make.question(ada)
    question.lock(mod)
    Post.objects.filter(pk=question.pk).update(locked_at=None, closed_at=question.locked_at)
    assert {row.column for row in post_differences()} == {"locked_at", "closed_at"}


def between(monkeypatch, act):
    """Do `act` once, after what is stored was read and before it is compared: as others do on a site that is open."""
    read, acts = counters._true_of, [act]

    def late(ids):
        if acts:
            acts.pop()()
        return read(ids)

    monkeypatch.setattr(counters, "_true_of", late)


def test_what_is_done_while_posts_are_proved_is_no_difference(ada, ben, monkeypatch):
    question = make.question(ada)
    answer = make.answer(question)

    def act():
        answer.votes.cast(ben, 1)
        question.comments.write(ben, "A remark meanwhile.")
        make.answer(question)

    between(monkeypatch, act)
    assert list(post_differences()) == []


def test_a_true_difference_is_told_as_it_stands_when_others_are_held(ada, ben, monkeypatch):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).update(score=7)
    between(monkeypatch, lambda: Post.objects.get(pk=question.pk).votes.cast(ben, 1))
    assert {(found.column, found.stored, found.true) for found in post_differences()} >= {("score", 8, 1)}


def test_votes_while_people_and_tags_are_proved_are_no_differences(ada, ben, monkeypatch):
    question = make.question(ada)
    people, tags = counters._true_of_people, counters._true_of_tags
    acts = [lambda: make.question(ada, tags=["sums"]), lambda: question.votes.cast(ben, 1)]

    def late(read, rows):
        if acts:
            acts.pop()()
        return read(rows)

    monkeypatch.setattr(counters, "_true_of_people", lambda rows: late(people, rows))
    monkeypatch.setattr(counters, "_true_of_tags", lambda rows: late(tags, rows))
    assert list(user_differences()) == []
    assert list(tag_differences()) == []
    assert not acts


def test_an_answer_that_comes_while_answers_are_read_stops_nothing(ada, ben, monkeypatch):
    question, read = make.question(ada), counters._scores
    acts = [lambda: make.answer(question).votes.cast(ben, 1)]

    def late(ids):
        if acts:
            acts.pop()()
        return read(ids)

    monkeypatch.setattr(counters, "_scores", late)
    assert list(post_differences()) == []


def test_a_repair_that_changes_nothing_ends_no_kept_page(ada):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).update(score=3)
    (difference,) = [found for found in post_differences() if found.column == "score"]
    Post.objects.filter(pk=question.pk).update(score=4)
    Change.objects.all().delete()
    difference.repair()
    assert not Change.objects.exists()
    Post.objects.filter(pk=question.pk).update(score=3)
    difference.repair()
    assert Change.objects.filter(key=EVERYTHING).exists()
