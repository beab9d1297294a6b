"""A hole in the numbers of the outbox holds the checkpoint back for a minute, and no longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Outbox
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


def test_a_young_hole_is_waited_for(follower):
    last = Outbox.objects.order_by("pk").last().pk
    assert follower.catch_up() == 0
    assert follower.backend.checkpoint() < last
    assert follower.applied == {last}


def test_an_old_hole_is_passed_though_nothing_new_comes(follower):
    last = Outbox.objects.order_by("pk").last().pk
    Outbox.objects.update(created=timezone.now() - timedelta(seconds=HOLE_SECONDS + 1))
    assert follower.catch_up() == 0
    assert follower.backend.checkpoint() == last
    assert follower.applied == set()


def test_what_appeared_late_is_applied_before_the_hole_is_passed(follower):
    last = Outbox.objects.order_by("pk").last()
    long_ago = timezone.now() - timedelta(seconds=HOLE_SECONDS + 1)
    Outbox.objects.update(created=long_ago)
    Outbox.objects.create(pk=last.pk - 2, post_id=last.post_id, created=long_ago)
    assert follower.catch_up() == 1
    assert follower.backend.checkpoint() == last.pk
