"""Rows in bulk: the same as Django writes, and which numbers have come by."""

import random
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection

from geeks.dumps.stackexchange import store
from geeks.dumps.stackexchange.ids import POST, Ids, Seen
from geeks.models import Category, Comment, Post, Source, VoteTally
from tests import make

MOMENTS = [
    datetime(2015, 3, 1, 10, 20, 30, 457000, UTC),
    datetime(2015, 3, 1, tzinfo=UTC),
    datetime(2015, 3, 1, 12, 0, 0, 5, timezone(timedelta(hours=2))),
]


@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS)
def test_moments_and_days_are_written_as_django_writes_them(moment):
    post = make.question()
    Comment.objects.create(post=post, text="By Django.", created=moment)
    store.insert(Comment, [{"post_id": post.pk, "text": "In bulk.", "created": moment}])
    assert set(Comment.objects.values_list("created", flat=True)) == {moment}
    day = VoteTally.objects.create(post=post, kind=2, day=date(2015, 3, 1), count=1)
    store.insert(VoteTally, [{"post_id": post.pk, "kind": 3, "day": date(2015, 3, 1), "count": 1}])
    assert set(VoteTally.objects.values_list("day", flat=True)) == {day.day}
    with connection.cursor() as cursor:  # what stands in the file, not what Django reads out of it
        cursor.execute("SELECT count(DISTINCT created) FROM geeks_comment")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_columns_that_are_not_given_get_the_models_defaults():
    post = make.question()
    store.insert(Comment, [{"post_id": post.pk, "text": text} for text in ("one", "two")])
    plain = Comment(post=post, text="one")
    for row in Comment.objects.all():
        assert (row.score, row.html, row.author_id, row.deleted_at) == (plain.score, plain.html, None, None)


@pytest.mark.django_db
def test_columns_of_every_kind_are_changed_together():
    first, second = make.question(), make.question()
    changes = [
        {"id": first.pk, "title": "It's “new”, {really}", "closed_at": MOMENTS[0], "answered": True, "hotness": 1.5},
        {"id": second.pk, "title": "x" * 200, "closed_at": None, "answered": False, "hotness": -2.0},
    ]
    store.update(Post, changes)
    for change in changes:
        assert Post.objects.filter(**change).count() == 1, change


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no such limits")
def test_what_is_too_long_for_its_column_is_refused_and_not_cut():
    post = make.question()
    with pytest.raises(DataError, match="too long"):
        store.update(Post, [{"id": post.pk, "licence": "x" * 17}])


def test_numbers_are_new_once():
    chance = random.Random(4)
    numbers = [chance.choice([chance.randrange(20_000), chance.randrange(2**31), -1]) for _ in range(20_000)]
    seen, plain = Seen(), set()
    for number in numbers:
        assert (number in seen) == (number in plain)
        assert seen.add(number) == (number not in plain)
        plain.add(number)


@pytest.mark.django_db
def test_a_new_number_is_none_that_another_row_of_the_batch_keeps():
    taken = make.question().pk
    source = Source.objects.create(host="sums.stackexchange.com", category=Category.objects.get())
    ours = Ids(source).give(POST, [taken, taken + 1])
    assert ours[taken + 1] == taken + 1
    assert ours[taken] > taken + 1
