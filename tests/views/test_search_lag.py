"""/readyz tells how far the search index is behind, and refuses requests when that is more than a minute."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Outbox
from geeks.search import documents, parse
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def follow():
    """Call it to follow the outbox as the worker does."""
    backend = indexing.writer()
    follower = indexing.Follower(backend)

    def once():
        began = time.time()
        follower.catch_up()
        indexing.note_followed(began)

    yield once
    backend.close()


def test_an_index_in_step_is_well(stranger, follow, ada):
    make.question(ada)
    follow()
    assert stranger.get("/readyz").json()["search"] == "ok"


def test_a_young_lag_is_told_and_is_well(stranger, ada):
    make.question(ada)
    answer = stranger.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["search"] == "ok: 1 change behind, the oldest by 0 s"


def test_a_lag_of_more_than_a_minute_is_not_well(stranger, follow, ada):
    follow()
    indexing.note_followed(time.time() - 100)  # when the worker stopped
    make.question(ada)
    Outbox.objects.update(created=timezone.now() - timedelta(seconds=61))
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert re.fullmatch(r"1 change behind, the oldest by 6\d s", answer.json()["search"])


def test_an_old_announcement_that_was_applied_is_no_lag(stranger, follow, ada):
    make.question(ada)
    Outbox.objects.update(created=timezone.now() - timedelta(days=1))
    follow()
    assert stranger.get("/readyz").json()["search"] == "ok"


def test_what_lies_beyond_a_hole_in_the_numbers_is_in_the_index_and_no_lag(stranger, follow, ada):
    make.question(ada)
    last = Outbox.objects.order_by("pk").last()
    Outbox.objects.create(pk=last.pk + 7, post_id=last.post_id)
    follow()
    assert indexing.reader().checkpoint() < last.pk + 7
    assert stranger.get("/readyz").json()["search"] == "ok"


def test_a_post_that_no_index_can_hold_is_told_and_keeps_nothing_else_out(stranger, follow, ada, monkeypatch, caplog):
    good, bad = make.question(ada), make.question(ada)
    honest = documents._record

    def strict(document):
        return honest(document) if document.id != bad.pk else 1 / 0

    monkeypatch.setattr(documents, "_record", strict)
    follow()
    assert stranger.get("/readyz").json()["search"] == "ok: 1 post is not searchable; see the log"
    assert f"post {bad.pk} is not searchable: it cannot be read: ZeroDivisionError" in caplog.text
    assert indexing.reader().search(parse("sums")).ids == [good.pk]
    monkeypatch.setattr(documents, "_record", honest)
    bad.edit(ada, body=f"{make.BODY} It was edited.")
    follow()
    assert stranger.get("/readyz").json()["search"] == "ok"
    assert set(indexing.reader().search(parse("sums")).ids) == {good.pk, bad.pk}
