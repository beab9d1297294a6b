"""A question retagged while somebody else changes what stands beside its tags (tags-know-their-posts.md): whoever comes
first, the copies are right in the end. On PostgreSQL, where two transactions write at once."""

import pytest
from django.db import connection

from geeks.models import Post, Question, Tagging
from geeks.models.counters import differences, tagging_differences
from tests import make
from tests.models.together import at_once, meanwhile

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one transaction at a time"),
]

ACTS = {
    "a vote": lambda question, mod: Post.objects.get(pk=question.pk).votes.cast(mod, 1),
    "an answer": lambda question, mod: Question.objects.get(pk=question.pk).give_answer(mod, make.ANSWER),
    "a vote for its answer": lambda question, mod: question.children.first().votes.cast(mod, 1),
    "an acceptance": lambda question, mod: Question.objects.get(pk=question.pk).accept(
        question.children.first(), question.author
    ),
    "a deletion": lambda question, mod: Post.objects.get(pk=question.pk).delete_by(mod),
    "a statement of no model's method": lambda question, mod: Post.objects.filter(pk=question.pk).update(score=77),
}


def retag(question: Question, *names: str) -> None:
    Post.objects.get(pk=question.pk).edit(question.author, body=question.body, tags=list(names))


@pytest.fixture
def question(ada, ben):
    question = make.question(ada, tags=["sums", "series"])
    make.answer(question, ben)
    return question


@pytest.mark.parametrize("what", ACTS)
@pytest.mark.parametrize("retagged_first", [True, False])
def test_copies_beside_new_tags_are_right_whoever_comes_first(question, mod, what, retagged_first):
    def act():
        ACTS[what](question, mod)

    def tag():
        retag(question, "sums", "limits", "proofs")

    raised = meanwhile(tag, act) if retagged_first else meanwhile(act, tag)
    # A tag given to what has just been deleted is refused.
    assert len(raised) == (what == "a deletion" and not retagged_first)
    assert Tagging.objects.filter(post=question).count() == (2 if raised else 3)
    assert list(tagging_differences()) == []


def test_many_acts_and_retaggings_at_once_leave_the_copies_right(question):
    people = [make.person(reputation=3_000) for _ in range(4)]
    acts = [lambda p=person: ACTS["a vote"](question, p) for person in people]
    acts += [lambda p=person: ACTS["an answer"](question, p) for person in people]
    acts += [lambda n=n: retag(question, "sums", f"limits-{n}") for n in range(3)]
    assert at_once(*acts) == []
    assert Tagging.objects.filter(post=question, score=4, answered=False).count() == 2
    assert list(differences()) == []
