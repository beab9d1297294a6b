"""`among`, the lookup for many numbers: the same as `in`, in one value, along the index."""

import pytest
from django.db import connection

from geeks.models import Origin, Post, Source, Tagging, User
from tests import make

pytestmark = pytest.mark.django_db


def test_it_finds_what_in_finds():
    posts = [make.question(tags=["sums"]) for _ in range(3)]
    wanted = {posts[0].pk, posts[2].pk, 2**40}
    found = Post.objects.filter(pk__among=wanted).order_by("pk")
    assert list(found) == list(Post.objects.filter(pk__in=wanted).order_by("pk")) == [posts[0], posts[2]]
    assert Tagging.objects.filter(post__among=wanted).count() == 2
    assert Post.objects.exclude(pk__among=wanted).get() == posts[1]


def test_of_none_it_finds_none():
    make.question()
    assert not Post.objects.filter(pk__among=[]).exists()
    assert Post.objects.exclude(pk__among=[]).count() == 1


def test_negative_numbers_are_numbers():
    User.objects.create(pk=-1, username="community")
    assert User.objects.filter(pk__among=[-1]).count() == 1


def test_more_numbers_than_a_statement_may_have_parameters():
    post = make.question()
    assert Post.objects.filter(pk__among=range(post.pk, post.pk + 300_000)).get() == post


def test_it_goes_along_the_index():
    source = Source.objects.create(host="a.example", name="A", category=make.category())
    Origin.objects.bulk_create(Origin(source=source, kind=1, their_id=n, our_id=n) for n in range(5_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = Origin.objects.filter(source=source, kind=1, their_id__among=range(20)).explain()
    if connection.vendor == "sqlite":
        assert "SEARCH geeks_origin USING INDEX" in plan, plan
        assert "their_id=?" in plan, plan
    else:
        assert "using origin_once" in plan, plan
