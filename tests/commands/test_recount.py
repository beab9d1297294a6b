"""`manage.py recount` proves counters, prints differences and repairs them."""

from io import StringIO

import pytest
from django.core.management import call_command

from geeks.models import Post, Tag, User
from geeks.models.counters import post_differences
from tests import make

pytestmark = pytest.mark.django_db


def recount() -> list[str]:
    out = StringIO()
    call_command("recount", stdout=out)
    return out.getvalue().splitlines()


def test_a_right_site_has_no_differences(ada, ben):
    question = make.question(ada)
    make.answer(question, ben).votes.cast(ada, 1)
    assert recount() == ["no differences"]


def test_differences_are_named_and_repaired(ada):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).update(score=3)
    Tag.objects.update(question_count=9)
    User.objects.filter(pk=ada.pk).update(reputation=7)
    tag = Tag.objects.get()
    lines = recount()
    assert f"post {question.pk}: score is 3, should be 0" in lines
    assert f"tag {tag.pk}: question_count is 9, should be 1" in lines
    assert f"user {ada.pk}: reputation is 7, should be 500" in lines
    assert lines[-1] == "3 differences, repaired"
    assert recount() == ["no differences"]


def test_more_posts_than_one_batch_are_proved(ada, monkeypatch):
    monkeypatch.setattr("geeks.models.counters.BATCH", 2)
    posts = [make.question(ada, body=make.PLAIN) for _ in range(5)]
    Post.objects.update(comment_count=1)
    assert recount()[-1] == f"{len(posts)} differences, repaired"


def test_one_run_repairs_what_hangs_on_another_difference(ada, ben):
    question = make.question(ada)
    make.answer(question, ben).votes.cast(ada, 1)
    make.answer(question, ben).votes.cast(ada, -1)
    Post.objects.update(score=0, answered=False)
    assert recount()[-1] == "3 differences, repaired"
    assert Post.objects.get(pk=question.pk).answered
    assert recount() == ["no differences"]


def test_what_changed_since_it_was_read_is_left(ada, ben):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).update(score=3)
    (difference,) = [found for found in post_differences() if found.column == "score"]
    Post.objects.filter(pk=question.pk).update(score=4)
    difference.repair()
    assert Post.objects.get(pk=question.pk).score == 4
