"""How many visible posts of each kind a person has: the database counts, whoever writes."""

from importlib import import_module

import pytest
from django.db import connection

from geeks.models import Answer, Kind, Post, PostTally, Question, User
from geeks.models.counters import differences, tally_differences
from tests import make
from tests.models.together import at_once

QUESTION, ANSWER, ARTICLE = Kind.QUESTION, Kind.ANSWER, Kind.ARTICLE


def counted(person: User) -> dict[int, int]:
    return dict(PostTally.objects.filter(author=person, count__gt=0).values_list("kind", "count"))


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def taken_from_ada(ada: User, ben: User) -> None:
    Post.objects.filter(author=ada).update(author=ben)


ACTS = {
    "nothing": (lambda ada, ben: None, {QUESTION: 2, ANSWER: 1}, {ANSWER: 1}),
    "a question": (lambda ada, ben: make.question(ada), {QUESTION: 3, ANSWER: 1}, {ANSWER: 1}),
    "an article": (lambda ada, ben: make.article(ada), {QUESTION: 2, ANSWER: 1, ARTICLE: 1}, {ANSWER: 1}),
    "an answer": (
        lambda ada, ben: make.answer(Question.objects.filter(author=ada)[1], ben),
        {QUESTION: 2, ANSWER: 1},
        {ANSWER: 2},
    ),
    "a deletion": (
        lambda ada, ben: Answer.objects.get(author=ben).delete_by(ben),
        {QUESTION: 2, ANSWER: 1},
        {},
    ),
    "a deletion taken back": (
        lambda ada, ben: [getattr(Answer.objects.get(author=ben), act)(ben) for act in ("delete_by", "restore_by")],
        {QUESTION: 2, ANSWER: 1},
        {ANSWER: 1},
    ),
    "all columns saved": (
        lambda ada, ben: [post.save() for post in Post.objects.all()],
        {QUESTION: 2, ANSWER: 1},
        {ANSWER: 1},
    ),
    "another author": (taken_from_ada, {}, {QUESTION: 2, ANSWER: 2}),
    "no author": (lambda ada, ben: Post.objects.filter(author=ada).update(author=None), {}, {ANSWER: 1}),
    "another kind": (
        lambda ada, ben: Question.objects.filter(author=ada, answer_count=0).update(kind=ARTICLE),
        {QUESTION: 1, ANSWER: 1, ARTICLE: 1},
        {ANSWER: 1},
    ),
    "rows removed": (lambda ada, ben: Post.objects.filter(author=ben).delete(), {QUESTION: 2, ANSWER: 1}, {}),
    "a statement of no model's": (
        lambda ada, ben: sql("UPDATE geeks_post SET deleted_at = created, kind = kind WHERE author_id = %s", ada.pk),
        {},
        {ANSWER: 1},
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS)
def test_what_people_have_written_is_counted(ada, ben, act):
    question = make.question(ada)
    make.question(ada)
    make.answer(question, ben)
    make.answer(question, ada)
    do, adas, bens = ACTS[act]
    do(ada, ben)
    assert (counted(ada), counted(ben)) == (adas, bens)
    assert list(tally_differences()) == []


@pytest.mark.django_db
def test_what_was_deleted_counts_for_nobody_when_its_author_changes(ada, ben, mod):
    question = make.question(ada)
    question.delete_by(ada)
    taken_from_ada(ada, ben)
    assert (counted(ada), counted(ben)) == ({}, {})
    Question.objects.get(pk=question.pk).restore_by(mod)
    assert (counted(ada), counted(ben)) == ({}, {QUESTION: 1})


@pytest.mark.django_db
def test_a_person_can_go_and_the_posts_stay(ada, ben):
    make.answer(make.question(ada), ben)
    ben.delete()
    assert Answer.objects.get().author is None
    assert set(PostTally.objects.values_list("author", flat=True)) == {ada.pk}
    assert list(tally_differences()) == []


@pytest.mark.django_db
def test_planted_differences_are_found_and_repaired(ada, ben):
    make.answer(make.question(ada), ben)
    PostTally.objects.filter(author=ada).update(count=7)
    PostTally.objects.filter(author=ben).delete()
    found = list(tally_differences())
    assert {(one.row.author_id, one.column, one.stored, one.true) for one in found} == {
        (ada.pk, "count", 7, 1),
        (ben.pk, "count", 0, 1),
    }
    for one in found:
        one.repair()
    assert list(tally_differences()) == []
    assert (counted(ada), counted(ben)) == ({QUESTION: 1}, {ANSWER: 1})


@pytest.mark.django_db
def test_posts_from_before_the_triggers_are_counted(ada, ben):
    """What the migration does on a site with posts."""
    question = make.question(ada)
    make.answer(question, ben)
    make.answer(question, ada).delete_by(ada)
    Post.objects.filter(pk=make.article(ben).pk).update(author=None)
    PostTally.objects.all().delete()
    sql(import_module("geeks.migrations.0015_people_know_their_posts").COUNT_ALL)
    assert (counted(ada), counted(ben)) == ({QUESTION: 1}, {ANSWER: 1})
    assert list(tally_differences()) == []


@pytest.mark.django_db
def test_a_profile_reads_what_is_counted_and_no_posts(client, ada):
    make.question(ada)
    PostTally.objects.filter(author=ada).update(count=999)
    assert ">999<" in client.get(ada.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one transaction at a time")
def test_posts_of_one_person_at_once_all_count(ada, ben):
    question = make.question(ada)
    asking = [lambda: make.question(ben, tags=["sums"])] * 5
    assert at_once(*asking, lambda: make.answer(question, ben)) == []
    assert counted(ben) == {QUESTION: 5, ANSWER: 1}
    assert list(tally_differences()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one transaction at a time")
def test_answers_deleted_while_their_author_gives_others_wait_for_nobody_in_a_circle(ada, ben, mod):
    """The question is held before the tally, whatever comes or goes."""
    question = make.question(ada)
    answers = [make.answer(question, ben) for _ in range(6)]
    acts = [lambda pk=answer.pk: Answer.objects.get(pk=pk).delete_by(mod) for answer in answers]
    acts += [lambda: Question.objects.get(pk=question.pk).give_answer(ben, make.ANSWER)] * 6
    assert at_once(*acts) == []
    assert counted(ben) == {ANSWER: 6}
    assert list(differences()) == []
