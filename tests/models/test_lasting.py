"""Rows that last while nothing has changed: asked once within requests that read, and always outside of them."""

from __future__ import annotations

import pytest

from geeks.models import Change, lasting
from geeks.models.change import SITE
from geeks.views.lists import CATEGORIES
from tests import make

pytestmark = pytest.mark.django_db


def moment():
    return lasting.moment(lambda alias: Change.objects.using(alias).site())


def names():
    return [row.object.name for row in CATEGORIES().reads()]


def test_every_change_is_told_apart():
    seen = [Change.objects.site()]
    for keys in (("p1",), ("u2", "p3"), ("p1",), ()):
        Change.objects.note(*keys)
        seen.append(Change.objects.site())
    assert len(set(seen)) == len(seen)
    assert Change.objects.site() == seen[-1]


def test_pruning_may_cost_a_page_and_never_brings_an_old_state_back():
    for _ in range(4):
        Change.objects.note("p1")
    seen = {Change.objects.site()}
    Change.objects.prune_site(Change.objects.newest())
    Change.objects.prune(Change.objects.newest())
    Change.objects.note("p1")
    assert Change.objects.site() not in seen


def test_it_is_asked_once_while_nothing_has_changed(django_assert_num_queries):
    make.category("First")
    with moment():
        before = names()
    with moment(), django_assert_num_queries(1):  # whether something has
        assert names() == names() == before
    make.category("Second")
    Change.objects.note(SITE)
    with moment(), django_assert_num_queries(2):
        assert "Second" in names()


def test_outside_of_such_a_request_it_is_always_asked(django_assert_num_queries):
    with moment():
        names()
    with django_assert_num_queries(2):
        names()
        names()


def test_the_objects_are_each_readers_own():
    make.category("First")
    with moment():
        CATEGORIES().reads()[0].object.name = "Changed by one"
        CATEGORIES().reads()[0].beside["name"] = "Put beside by another"
        assert names()[0] not in ("Changed by one", "Put beside by another")


class Query:
    """Says which database it asked."""

    views_at = None

    def __init__(self, alias):
        self.alias = alias
        self.asked = 0

    def ask(self, values):
        self.asked += 1
        return [(self.alias,)]


def test_what_one_database_found_is_not_said_of_another():
    """A replica may be behind."""
    queries, asked, found = [Query("default"), Query("replica1")], [], []
    with lasting.moment(lambda alias: asked.append(alias) or (len(asked), 0)):
        for query in (*queries, *queries):
            found += lasting.at_this_moment(query, (), tuple, tuple)
    assert asked == ["default", "replica1"]
    assert found == [("default",), ("replica1",)] * 2
    assert [query.asked for query in queries] == [1, 1]


def test_much_is_not_remembered_beyond_what_memory_is_given(monkeypatch):
    monkeypatch.setattr(lasting._found, "most", 100_000)

    class Long(Query):
        def ask(self, values):
            return [("x" * 5_000,)]

    for _ in range(50):
        with lasting.moment(lambda alias: (1, 1)):
            lasting.at_this_moment(Long("default"), (), tuple, tuple)
        assert 0 < lasting._found.size <= 50_000
