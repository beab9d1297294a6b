"""A protected question takes answers from those only who have earned a little reputation."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from geeks.models import Post, Protection, Question
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def protected(ada):
    question = make.question(ada, body=make.PLAIN)
    row = Protection.objects.create(post=question, user=ada, reason="Many thanks, no answers.")
    Post.objects.filter(pk=question.pk).update(protected_at=row.created)
    return Question.objects.get(pk=question.pk)


def test_a_newcomer_cannot_answer(protected, newcomer):
    with pytest.raises(PermissionDenied, match="You need 10 reputation to answer protected questions; you have 1"):
        make.answer(protected, newcomer)
    assert protected.answers.count() == 0


def test_who_has_earned_ten_can_and_a_moderator_always(protected):
    make.answer(protected, make.person(reputation=10))
    make.answer(protected, make.person(reputation=1, is_moderator=True))
    assert protected.answers.count() == 2


def test_protection_that_comes_while_one_writes_is_honoured(ada, newcomer, monkeypatch):
    question = make.question(ada, body=make.PLAIN)
    stale = Question.objects.get(pk=question.pk)
    Post.objects.filter(pk=question.pk).update(protected_at=timezone.now())
    with pytest.raises(PermissionDenied):
        make.answer(stale, newcomer)


def test_the_page_offers_a_newcomer_no_form(protected, newcomer, ben, browser_of):
    for person, offered in ((newcomer, False), (ben, True)):
        page = browser_of(person).get(protected.get_absolute_url()).content.decode()
        assert ('id="your-answer"' in page) == offered
