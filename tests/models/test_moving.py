"""Moving a post to another category."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Audit, Outbox, Post
from tests import make

pytestmark = pytest.mark.django_db


def test_a_moderator_moves_a_question_and_the_audit_tells_from_where_to_where(mod):
    question = make.question(category=make.category("web"))
    answer = make.answer(question)
    Outbox.objects.all().delete()
    question.move(mod, make.category("android"))
    assert Post.objects.get(pk=question.pk).category.slug == "android"
    assert Audit.objects.get().detail == {"before": "Web", "after": "Android"}
    assert set(Outbox.objects.values_list("post_id", flat=True)) == {question.pk, answer.pk}


def test_nobody_else_moves(ada):
    with pytest.raises(PermissionDenied, match="Only a moderator can move"):
        make.question(ada).move(ada, make.category("web"))


def test_an_answer_moves_with_its_question(mod):
    with pytest.raises(ValidationError, match="moves with its question"):
        make.answer().move(mod, make.category("web"))


def test_moving_to_where_it_is_leaves_no_trace(mod):
    question = make.question()
    question.move(mod, question.category)
    assert not Audit.objects.exists()


def test_a_post_that_was_moved_meanwhile_is_moved_from_where_it_is(mod):
    question = make.question(category=make.category("web"))
    web, read = question.category, Post.objects.get(pk=question.pk)
    question.move(mod, make.category("android"))
    read.move(mod, web)
    assert Post.objects.get(pk=question.pk).category == web
    assert Audit.objects.order_by("pk").last().detail == {"before": "Android", "after": "Web"}
