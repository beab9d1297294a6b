"""After one look at the outbox a search shows what was done: to questions, answers and articles, by every act."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Outbox, Post, Question
from geeks.search import parse
from geeks.tasks import checking, indexing
from tests import make

pytestmark = pytest.mark.django_db

BODY = "A text about the zeta function, with $x^2$ in it and more words than one."


@pytest.fixture
def found():
    """What a search finds after the follower has looked once."""
    writer = indexing.writer()
    reader = indexing.reader()
    follower = indexing.Follower(writer)

    def search(text):
        follower.catch_up()
        return sorted(reader.search(parse(text)).ids)

    yield search
    reader.close()
    writer.close()


@pytest.fixture(params=["question", "answer", "article"])
def post(request, ada, ben):
    if request.param == "answer":
        return make.answer(make.question(ben, body=make.PLAIN, tags=["sums"]), ada, BODY)
    maker = make.question if request.param == "question" else make.article
    return maker(ada, title="What is it about, in the end?", body=BODY, tags=["sums"])


def test_posted_edited_deleted_and_restored(post, ada, found):
    assert found("zeta") == [post.pk]
    assert found("$x^2$") == [post.pk]
    post.edit(ada, body="A text about the gamma function, with $\\sqrt{y}$ in it and more words than one.")
    assert (found("zeta"), found("gamma")) == ([], [post.pk])
    assert (found("$x^2$"), found("$\\sqrt{y}$")) == ([], [post.pk])
    post.delete_by(ada)
    assert found("gamma") == found("$\\sqrt{y}$") == []
    post.restore_by(ada)
    assert found("gamma") == found("$\\sqrt{y}$") == [post.pk]


def test_votes_and_locks(post, ben, mod, found):
    voter = make.person()
    assert found("zeta score:1") == found("zeta locked:yes") == []
    post.votes.cast(voter, 1)
    assert found("zeta score:1") == [post.pk]
    post.votes.cast(voter, 0)
    assert found("zeta score:1") == []
    post.lock(mod)
    assert found("zeta locked:yes") == [post.pk]
    post.unlock(mod)
    assert found("zeta locked:yes") == []


def test_what_is_done_to_a_question_reaches_its_answers(ada, ben, mod, found):
    question = make.question(ada, body=BODY, tags=["sums"])
    answer = make.answer(question, ben, BODY)
    both = [question.pk, answer.pk]
    assert found("zeta [sums]") == both
    question.edit(ada, body=BODY, tags=["series"])
    assert (found("zeta [sums]"), found("zeta [series]")) == ([], both)
    question.move(mod, make.category("web"))
    assert found("zeta category:web") == both
    question.accept(answer, ada)
    assert (found("isaccepted:yes"), found("hasaccepted:yes isanswered:yes")) == ([answer.pk], [question.pk])
    question.unaccept(answer, ada)
    assert found("isaccepted:yes") == found("hasaccepted:yes") == found("isanswered:yes") == []
    question.delete_by(mod)
    assert found("zeta") == []
    question.restore_by(mod)
    assert found("zeta") == both


def test_an_edited_answer_makes_its_question_active(ada, ben, found):
    question = make.question(ada, body=BODY)
    answer = make.answer(question, ben, BODY)
    Post.objects.update(last_activity=timezone.now() - timedelta(hours=1))
    Outbox.objects.announce([question.pk, answer.pk])
    assert found("zeta") == [question.pk, answer.pk]
    answer.edit(ben, body=f"{BODY} And a sentence more.")
    assert found("sentence") == [answer.pk]
    reader = indexing.reader()
    assert list(checking.differences(reader)) == []
    reader.close()


def test_closing_and_reopening(ada, mod, found):
    question, original = make.question(ada, body=BODY), make.question(ada, body=make.PLAIN)
    question.close(mod, "duplicate", duplicate_of=original)
    assert found("closed:yes") == found("duplicate:yes") == [question.pk]
    Question.objects.get(pk=question.pk).reopen(mod)
    assert found("closed:yes") == found("duplicate:yes") == []
