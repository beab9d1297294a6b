"""Saved searches are run as posts come in, in small steps, and never in the way of the index."""

import pytest

from geeks.models import Notification, SavedSearch
from geeks.search import SearchUnavailable
from geeks.tasks import indexing, watching
from geeks.tasks.watching import Watch
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def backend():
    opened = indexing.writer()
    indexing.rebuild(opened)
    yield opened
    opened.close()


@pytest.fixture
def watch(backend, monkeypatch):
    monkeypatch.setattr(watching, "EVERY_SECONDS", 0)
    monkeypatch.setattr(watching, "STEP_SECONDS", 60)
    return Watch(backend)


def test_a_new_post_that_matches_is_told_once(ada, ben, backend, watch):
    SavedSearch.objects.save_for(ada, "Zeta", "zeta [sums]")
    follower = indexing.Follower(backend)
    assert watch.step() == 0
    post = make.question(ben, title="Where does the zeta function vanish?")
    make.question(ben, title="What is the mean of a sample?", tags=["other"])
    assert watch.step(follower.catch_up()) == 1
    assert watch.step(1) == 0
    assert Notification.objects.get().post_id == post.pk


def test_nothing_is_run_while_nothing_comes_in(ada, watch, monkeypatch):
    SavedSearch.objects.save_for(ada, "", "zeta")
    watch.step()
    monkeypatch.setattr(watch.backend, "search", lambda *a, **k: pytest.fail("run although nothing has changed"))
    watch.step(0)


def test_a_post_deleted_before_the_round_is_not_told(ada, ben, backend, watch):
    SavedSearch.objects.save_for(ada, "", "zeta")
    follower = indexing.Follower(backend)
    watch.step()
    post = make.question(ben, title="Where does the zeta function vanish?")
    changes = follower.catch_up()
    post.delete_by(ben)
    assert watch.step(changes) == 0


def test_a_step_ends_in_time_and_the_next_goes_on(ada, watch, monkeypatch):
    for number in range(3):
        SavedSearch.objects.save_for(ada, "", f"zeta{number}")
    run = []
    monkeypatch.setattr(watch, "_check", lambda number: bool(run.append(number)))
    clock = iter(range(1000))
    monkeypatch.setattr(watching.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(watching, "STEP_SECONDS", 2.5)
    while len(run) < 3:
        before = len(run)
        watch.step()
        assert len(run) - before <= 2
    assert len(set(run)) == 3


def test_one_search_that_breaks_does_not_stop_the_others(ada, ben, backend, watch, monkeypatch):
    broken = SavedSearch.objects.save_for(ada, "", "broken")
    SavedSearch.objects.save_for(ada, "", "zeta")
    follower = indexing.Follower(backend)
    watch.step()
    post = make.question(ben, title="Where does the zeta function vanish?")
    read = watching.read
    monkeypatch.setattr(watching, "read", lambda text, *rest: 1 / 0 if text == broken.text else read(text, *rest))
    assert watch.step(follower.catch_up()) == 1
    assert Notification.objects.get().post_id == post.pk


def test_an_index_that_cannot_be_read_is_the_workers_business(ada, watch, monkeypatch):
    SavedSearch.objects.save_for(ada, "", "zeta")

    def broken(*args, **options):
        raise SearchUnavailable("damaged")

    monkeypatch.setattr(watch.backend, "search", broken)
    with pytest.raises(SearchUnavailable):
        watch.step()
