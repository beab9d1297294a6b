"""Trails of queries, and who watches that nothing else is asked of the database."""

from __future__ import annotations

import pytest
from django.db import connection

from geeks.models import Category, Change, Tagging, User, lasting
from geeks.models.change import SITE
from geeks.models.statement import Statement, untraced, watching
from geeks.views.lists import CATEGORIES, TEXTS
from tests import make

pytestmark = pytest.mark.django_db


def seen(alias="default"):
    return Change.objects.using(alias).site()


def trail_of_categories():
    with lasting.moment(seen) as now:
        CATEGORIES().reads()
    return now.trail()


def test_a_trail_leads_back_while_its_queries_find_the_same():
    make.category("First")
    trail = trail_of_categories()
    Change.objects.note(SITE)
    assert trail.leads_back("default", seen())
    Category.objects.update(name="Second")
    Change.objects.note(SITE)
    assert not trail.leads_back("default", seen())


def test_a_trail_leads_back_in_the_database_alone_where_it_was_made():
    assert not trail_of_categories().leads_back("another", seen())


class Listing:
    """Finds what cannot be hashed."""

    alias = "default"
    views_at = None

    def ask(self, values):
        return [([1, 2],)]


def test_what_has_no_fingerprint_is_never_taken_for_the_same():
    with lasting.moment(seen) as now:
        lasting.at_this_moment(Listing(), (), tuple, tuple)
    assert not now.trail().leads_back("default", seen())


def test_what_trails_tell_is_whole(django_assert_num_queries):
    make.question()
    for _ in range(2):  # as on a site, and as where somebody counts queries
        with watching() as watch, lasting.moment(seen):
            CATEGORIES().reads()
            TEXTS((1, 2)).rows()
            seen()
        assert watch.whole
        with django_assert_num_queries(2), watching() as watch:
            TEXTS((1, 2)).rows()
            seen()
        assert watch.whole


def of_the_orm():
    list(User.objects.all())


def of_a_cursor():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def in_pieces():
    list(Tagging.objects.iterator(2))


def by_hand():
    Statement("default", "SELECT 1").run([])


@pytest.mark.parametrize("ask", [of_the_orm, of_a_cursor, in_pieces, by_hand, untraced])
def test_whatever_else_is_asked_is_noticed(ask):
    with watching() as watch:
        seen()
        ask()
        seen()
    assert not watch.whole
    with watching() as watch:
        seen()
    assert watch.whole  # nothing of the first is left


def test_a_failing_statement_ends_the_watch_properly():
    with pytest.raises(Exception, match="no_such_table"), watching() as watch:
        Statement("default", "SELECT 1 FROM no_such_table", traced=True).run([])
    assert not watch.whole
    assert not connection.execute_wrappers
