"""A hole in the numbers of the outbox holds the checkpoint back for a minute, and no longer."""

import time

import pytest

from geeks.models import Outbox
from geeks.tasks import indexing
from geeks.tasks.indexing import HOLE_SECONDS, Follower
from tests import make
from tests.tasks.test_following import Kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def follower(ada):
    """It has followed up to a hole and beyond it."""
    following = Follower(Kept())
    make.question(ada)
    # Whatever other tests took from the sequence.
    following.backend.number = Outbox.objects.order_by("pk").first().pk - 1
    following.catch_up()
    first = Outbox.objects.order_by("pk").last()
    Outbox.objects.create(pk=first.pk + 5, post_id=first.post_id)
    following.catch_up()
    return following


@pytest.fixture
def later(monkeypatch):
    """`later(seconds)`: so many have passed since, by the clock that only goes forward."""
    return lambda seconds: monkeypatch.setattr(indexing, "monotonic", lambda: time.monotonic() + seconds)


def test_a_young_hole_is_waited_for(follower):
    last = Outbox.objects.order_by("pk").last().pk
    assert follower.catch_up() == 0
    assert follower.backend.checkpoint() < last
    assert set(follower.applied) == {last}


def test_an_old_hole_is_passed_though_nothing_new_comes(follower, later):
    last = Outbox.objects.order_by("pk").last().pk
    later(HOLE_SECONDS + 1)
    assert follower.catch_up() == 0
    assert follower.backend.checkpoint() == last
    assert not follower.applied


def test_what_appeared_late_is_applied_before_the_hole_is_passed(follower, later):
    last = Outbox.objects.order_by("pk").last()
    Outbox.objects.create(pk=last.pk - 2, post_id=last.post_id)
    later(HOLE_SECONDS + 1)
    assert follower.catch_up() == 1
    assert follower.backend.checkpoint() == last.pk
