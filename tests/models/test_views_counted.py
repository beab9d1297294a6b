"""Views are counted in memory and written in batches."""

import pytest
from django.db import OperationalError

from geeks.models import Post, view_tally
from geeks.models.view_tally import ViewTally
from tests import make

pytestmark = pytest.mark.django_db


def views(post) -> int:
    return Post.objects.get(pk=post.pk).view_count


def test_a_view_costs_no_query_until_it_is_time(django_assert_num_queries):
    question, tally = make.question(), ViewTally()
    with django_assert_num_queries(0):
        for _ in range(10):
            tally.add(question.pk)
    with django_assert_num_queries(1):
        tally.flush()
    assert views(question) == 10


def test_counts_are_written_after_some_seconds(monkeypatch):
    question, tally = make.question(), ViewTally()
    monkeypatch.setattr(view_tally, "FLUSH_SECONDS", 0)
    tally.add(question.pk)
    assert views(question) == 1


def test_counts_are_written_when_many_posts_were_seen(monkeypatch):
    first, second, tally = make.question(), make.question(), ViewTally()
    monkeypatch.setattr(view_tally, "FLUSH_VIEWS", 2)
    tally.add(first.pk)
    assert views(first) == 0
    tally.add(second.pk)
    assert (views(first), views(second)) == (1, 1)


def test_a_flush_of_nothing_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        ViewTally().flush()


def test_views_that_cannot_be_written_wait_and_disturb_nobody(monkeypatch):
    question, tally = make.question(), ViewTally()
    tally.add(question.pk)
    with monkeypatch.context() as patch:
        patch.setattr(view_tally.Post, "objects", Unreachable())
        tally.flush()
    tally.add(question.pk)
    tally.flush()
    assert views(question) == 2


class Unreachable:
    def filter(self, **_: object) -> None:
        raise OperationalError("the database is locked")
