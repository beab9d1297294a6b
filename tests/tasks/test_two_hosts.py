"""Several hosts with an index each follow one database, each at its own pace, through crashes and gaps."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Outbox
from geeks.search import open_backend, parse
from geeks.search.opening import ENGINES
from geeks.tasks import indexing, worker
from tests import make

pytestmark = pytest.mark.django_db


class Host:
    """One host: a folder with its index, and the follower of its worker."""

    def __init__(self, folder, engine):
        self.folder, self.engine = folder, engine
        self.start()

    def start(self):
        self.backend = open_backend(self.folder, writer=True, engine=self.engine)
        self.follower = indexing.Follower(self.backend)

    def follow(self):
        self.follower.catch_up()

    def die(self):
        """What was not committed is gone, and so is what the follower had in mind."""
        self.backend.close()

    def finds(self, text):
        reader = open_backend(self.folder, engine=self.engine)
        try:
            return sorted(reader.search(parse(text), size=100).ids)
        finally:
            reader.close()


@pytest.fixture(params=ENGINES)
def hosts(request, tmp_path):
    made = [Host(tmp_path / name, request.param) for name in ("one", "other")]
    Outbox.objects.announce([1])
    for host in made:  # in step with whatever other tests took from the sequence
        host.backend.commit(Outbox.objects.last().pk)
    yield made
    for host in made:
        host.die()


def test_both_find_everything_at_their_own_pace(hosts, ada, mod):
    one, other = hosts
    first = make.question(ada, title="Why does the zeta function vanish?")
    one.follow()
    assert (one.finds("zeta"), other.finds("zeta")) == ([first.pk], [])
    second = make.question(ada, title="Where else does the zeta function vanish?")
    first.delete_by(mod)
    other.follow()
    assert one.finds("zeta") == [first.pk]
    assert other.finds("zeta") == [second.pk]
    one.follow()
    assert one.finds("zeta") == [second.pk]
    assert one.backend.checkpoint() == other.backend.checkpoint() == Outbox.objects.last().pk


def test_one_that_dies_before_its_commit_catches_up_when_it_is_back(hosts, ada, monkeypatch):
    one, other = hosts
    first = make.question(ada, title="Why does the zeta function vanish?")
    for host in hosts:
        host.follow()
    later = [make.question(ada, title=f"Why does the zeta function vanish, part {n}?") for n in range(3)]

    def crash(checkpoint):
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(other.backend, "commit", crash)
        with pytest.raises(OSError, match="killed"):
            other.follow()
    other.die()
    one.follow()
    assert other.finds("zeta") == [first.pk]
    other.start()
    assert indexing.behind(other.backend) == ""
    other.follow()
    assert other.finds("zeta") == one.finds("zeta") == [first.pk, *(post.pk for post in later)]


def test_a_rebuild_of_one_host_leaves_the_other_alone(hosts, ada):
    one, other = hosts
    post = make.question(ada, title="Why does the zeta function vanish?")
    for host in hosts:
        host.follow()
    before = other.backend.shelf.current()
    indexing.rebuild(one.backend)
    assert other.backend.shelf.current() == before
    for host in hosts:
        host.follow()
        assert host.finds("zeta") == [post.pk]


def test_announcements_younger_than_two_weeks_wait_for_the_slowest(hosts, ada):
    one, other = hosts
    post = make.question(ada, title="Why does the zeta function vanish?")
    one.follow()
    Outbox.objects.update(created=timezone.now() - timedelta(days=worker.OUTBOX_DAYS - 1))
    assert worker.tidy() == 0
    other.follow()
    assert other.finds("zeta") == [post.pk]


@pytest.fixture
def tidied(hosts, ada):
    """One host is in step; the other has slept for so long that the outbox no longer tells it of two posts."""
    one, other = hosts
    titles = [f"Why does the zeta function vanish, part {n}?" for n in range(3)]
    posts = [make.question(ada, title=titles[0])]
    other.follow()
    posts += [make.question(ada, title=title) for title in titles[1:]]
    one.follow()
    Outbox.objects.update(created=timezone.now() - timedelta(days=worker.OUTBOX_DAYS + 1))
    make.question(ada, title="What is the mean of a sample?", body=make.PLAIN)
    assert worker.tidy() == 4
    one.follow()
    return one, other, [post.pk for post in posts]


def run_once(host, settings, monkeypatch):
    """A round of the very worker, on this host."""
    host.die()
    stop = threading.Event()
    settings.SEARCH_DIR = host.folder  # where it leaves word of how far it has followed
    monkeypatch.setattr(indexing, "writer", lambda: open_backend(host.folder, writer=True, engine=host.engine))
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "tidy", stop.set)  # the first round ends with it
    worker.run(stop)


def test_one_that_slept_past_the_outbox_builds_its_index_anew_by_itself(tidied, settings, monkeypatch):
    one, other, ids = tidied
    assert "no longer holds" in indexing.behind(other.backend)
    assert indexing.behind(one.backend) == ""
    kept = one.backend.shelf.current()
    run_once(other, settings, monkeypatch)
    assert other.finds("zeta") == one.finds("zeta") == ids
    run_once(one, settings, monkeypatch)
    assert one.backend.shelf.current() == kept
