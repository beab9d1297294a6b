"""/readyz tells how far the search index is behind, and refuses requests when that is more than a minute."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Outbox
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    backend = indexing.writer()
    yield indexing.Follower(backend)
    backend.close()


def test_an_index_in_step_is_well(stranger, worker, ada):
    make.question(ada)
    worker.catch_up()
    assert stranger.get("/readyz").json()["search"] == "ok"


def test_a_young_lag_is_told_and_is_well(stranger, ada):
    make.question(ada)
    answer = stranger.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["search"] == "ok: 1 change behind, the oldest by 0 s"


def test_a_lag_of_more_than_a_minute_is_not_well(stranger, worker, ada):
    make.question(ada)
    worker.catch_up()
    make.question(ada)
    late = Outbox.objects.order_by("pk").last()
    Outbox.objects.filter(pk=late.pk).update(created=timezone.now() - timedelta(seconds=61))
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["search"] == "1 change behind, the oldest by 61 s"


def test_an_old_announcement_that_was_applied_is_no_lag(stranger, worker, ada):
    make.question(ada)
    Outbox.objects.update(created=timezone.now() - timedelta(days=1))
    worker.catch_up()
    assert stranger.get("/readyz").json()["search"] == "ok"
