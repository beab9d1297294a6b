"""What the database itself holds to, whoever writes into it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from geeks.models import Category, Closure, Deletion, Lock, Post, Protection, Revision, User, Vote
from tests import make

pytestmark = pytest.mark.django_db


def refused(write) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": 1, "title": "A title", "category": None},
        {"kind": 1, "title": ""},
        {"kind": 9, "title": ""},
        {"kind": 2, "title": ""},
        {"kind": 7, "title": "A title"},
        {"kind": 5},
    ],
    ids=[
        "no category",
        "no title",
        "untitled article",
        "answer to nothing",
        "unknown kind",
        "tag wiki in a category",
    ],
)
def test_a_post_has_the_shape_of_its_kind(columns):
    given = {"category": make.category(), "body": "x", **columns}
    refused(lambda: Post.objects.create(**given))


def test_an_answer_has_a_question_and_neither_title_nor_category():
    question = make.question()
    refused(lambda: Post.objects.create(kind=2, parent=question, title="x", body="x"))
    refused(lambda: Post.objects.create(kind=2, parent=question, category=make.category(), body="x"))


def test_only_questions_are_closed():
    article = make.article()
    refused(lambda: Post.objects.filter(pk=article.pk).update(closed_at=timezone.now()))


def test_a_vote_is_up_or_down(ada):
    question = make.question()
    refused(lambda: Vote.objects.create(post=question, user=ada, value=2))


@pytest.mark.parametrize("state", [Closure, Deletion, Lock, Protection])
def test_a_post_is_in_a_state_once(state):
    question = make.question()
    state.objects.create(post=question)
    refused(lambda: state.objects.create(post=question))


def test_a_revision_has_its_number_once():
    question = make.question()
    refused(lambda: Revision.objects.create(post=question, number=1, body="x"))


def test_reputation_is_at_least_one(ada):
    refused(lambda: User.objects.filter(pk=ada.pk).update(reputation=0))


def test_a_category_name_is_there_once_however_it_is_written():
    make.category("web", name="Web")
    refused(lambda: Category.objects.create(slug="other", name="WEB"))


def test_an_address_belongs_to_one_person_and_may_be_missing_with_many():
    make.person(email="a@example.org")
    make.person()
    make.person()
    refused(lambda: make.person(email="A@example.org"))
