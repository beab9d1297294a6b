"""Locking: moderators only, once, with a row that tells who and why."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Audit, Lock, Outbox, Post
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [make.question, make.answer, make.article])
def test_a_moderator_locks_and_unlocks_any_post(factory, mod):
    post = factory()
    Outbox.objects.all().delete()
    post.lock(mod, "heated")
    assert Post.objects.get(pk=post.pk).locked_at == Lock.objects.get().created
    post.unlock(mod)
    assert Post.objects.get(pk=post.pk).locked_at is None
    assert Lock.objects.get().ended_by == mod
    assert list(Audit.objects.order_by("pk").values_list("action", flat=True)) == ["lock", "unlock"]
    assert list(Outbox.objects.values_list("post_id", flat=True)) == [post.pk, post.pk]


def test_nobody_else_locks_or_unlocks(ada, mod):
    question = make.question(ada)
    with pytest.raises(PermissionDenied, match="Only a moderator can lock"):
        question.lock(ada)
    question.lock(mod)
    with pytest.raises(PermissionDenied, match="Only a moderator can lock"):
        question.unlock(make.person(reputation=30_000))


def test_the_same_act_twice_is_refused(mod):
    question = make.question()
    with pytest.raises(ValidationError, match="not locked"):
        question.unlock(mod)
    again = Post.objects.get(pk=question.pk)
    question.lock(mod)
    with pytest.raises(ValidationError, match="locked already"):
        again.lock(mod)
    assert Lock.objects.count() == 1
