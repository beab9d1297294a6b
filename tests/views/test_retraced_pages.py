"""Kept pages after changes that are none of theirs: their queries are asked again, and the same page is given again."""

from __future__ import annotations

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.models import F
from django.test import Client

from geeks.models import Category, Change, PostLink, Question, Tagging, User, lasting, statement
from geeks.models.change import EVERYTHING, SITE
from geeks.models.statement import Statement, watching
from geeks.views import home, questions, suggestions, tags
from geeks.views.kept import pages_of_process
from geeks.views.lists import CATEGORIES, TEXTS
from tests import make

pytestmark = pytest.mark.django_db
SITE_AND_STANDING = 2  # queries
OF_A_LIST = 3  # rows, tags, categories
AT_MOST_MADE = 40


@pytest.fixture
def made(monkeypatch):
    """How often a whole page has been made."""
    pages, get = [], BaseHandler._get_response
    monkeypatch.setattr(BaseHandler, "_get_response", lambda self, request: pages.append(request) or get(self, request))
    return pages


@pytest.fixture
def elsewhere(ada):
    """A question that is not on the lists of the other category, and on all others."""
    return make.question(ada, category=make.category("elsewhere"), tags=["moments"])


@pytest.mark.parametrize("address", ["/c/data-science", "/c/data-science?tab=active", "/articles"])
def test_a_list_without_what_has_changed_is_given_again(
    keeping, thread, elsewhere, ben, made, address, django_assert_num_queries
):
    make.article(category=make.category("elsewhere"))
    reader = Client()
    first = reader.get(address).content
    make.answer(elsewhere, ben)
    count = SITE_AND_STANDING + OF_A_LIST + address.startswith("/c/")  # the category itself
    with django_assert_num_queries(count):
        assert reader.get(address).content == first
    with django_assert_num_queries(1):  # until something changes again
        assert reader.get(address).content == first
    assert len(made) == 1


def test_views_are_no_change(keeping, thread, elsewhere, ben, made):
    reader = Client()
    addresses = ["/c/data-science", thread.get_absolute_url()]
    before = [reader.get(address).content for address in addresses]
    Question.objects.filter(pk=thread.pk).update(view_count=F("view_count") + 1)
    make.answer(elsewhere, ben)
    Change.objects.note(f"p{thread.pk}")
    assert [reader.get(address).content for address in addresses] == before
    assert len(made) == 2
    thread.votes.cast(make.person(), 1)
    assert all(new != old for new, old in zip([reader.get(one).content for one in addresses], before, strict=True))


def test_what_stands_beside_a_question_is_read_without_what_is_not_shown(thread):
    with lasting.moment(seen) as now:
        suggestions.titles_of([thread.pk])
    before = now.trail()
    make.answer(thread)
    assert before.leads_back("default", seen())
    thread.votes.cast(make.person(), 1)
    assert not before.leads_back("default", seen())


@pytest.mark.parametrize("address", ["/", "/questions?tab=score", "/c/elsewhere"])
def test_a_list_with_what_has_changed_is_made_anew(keeping, thread, elsewhere, ben, made, address):
    reader = Client()
    first = reader.get(address).content
    make.answer(elsewhere, ben)
    assert reader.get(address).content != first
    assert len(made) == 2


def test_what_was_asked_again_in_vain_is_not_asked_a_third_time(keeping, thread, ben, django_assert_max_num_queries):
    reader = Client()
    reader.get("/questions?tab=score")
    make.answer(thread, ben)
    with django_assert_max_num_queries(AT_MOST_MADE) as asked:
        reader.get("/questions?tab=score")
    shown = [query["sql"] for query in asked if "geeks_change" not in query["sql"]]
    assert len(shown) == len(set(shown)) == OF_A_LIST + 1  # the row that has changed asks for its texts


def test_a_question_is_given_again_while_those_beside_it_only_get_answers(keeping, thread, ada, ben, mod, made):
    other = make.question(ada, title="Why is the other variance never negative?", tags="variance")
    PostLink.objects.create(post=thread, related=other, kind=PostLink.Kind.LINKED)
    reader, address = Client(), thread.get_absolute_url()
    first = reader.get(address).content
    assert other.title.encode() in first
    make.answer(other, ben)
    assert reader.get(address).content == first
    assert len(made) == 1
    other.edit(ada, title="Why is yet another variance never negative?", body=other.body, tags="variance")
    assert b"yet another variance" in reader.get(address).content
    assert len(made) == 2


def test_what_the_orm_was_asked_for_is_asked_by_making_the_page(keeping, thread, elsewhere, ben, mod, made):
    thread.close(mod, "unclear", "What is asked?")  # the closure is read by the ORM
    PostLink.objects.create(post=elsewhere, related=thread, kind=PostLink.Kind.LINKED)
    reader = Client()
    for address in (elsewhere.get_absolute_url(), thread.get_absolute_url(), "/tags", "/users"):
        reader.get(address)
    Change.objects.note(SITE, f"p{thread.pk}")
    made.clear()
    for address in (elsewhere.get_absolute_url(), thread.get_absolute_url(), "/tags", "/users"):
        reader.get(address)
    assert [request.path for request in made] == [thread.get_absolute_url(), "/tags", "/users"]


def test_after_a_change_to_everything_nothing_is_given_again(keeping, thread, made):
    reader = Client()
    reader.get("/")
    Change.objects.note(EVERYTHING)
    reader.get("/")
    assert len(made) == 2


@pytest.fixture
def meanwhile(monkeypatch):
    """Acts of somebody else, in another thread as it were, after the queries of the next page, before it is kept."""
    acts, show = [], questions.shows

    def shows(*given, **named):
        while acts:
            watch, wrappers = statement._watch.set(None), connection.execute_wrappers
            connection.execute_wrappers = []
            acts.pop()()
            statement._watch.reset(watch)
            connection.execute_wrappers = wrappers
        return show(*given, **named)

    for module in (questions, home, tags):
        monkeypatch.setattr(module, "shows", shows)
    return acts


@pytest.mark.parametrize("where", ["/", "the question"])
def test_a_page_made_while_something_else_changed_is_kept(keeping, thread, elsewhere, ben, made, meanwhile, where):
    reader, address = Client(), thread.get_absolute_url() if where == "the question" else where
    meanwhile.append(lambda: Change.objects.note(f"p{thread.pk}", f"p{elsewhere.pk}"))
    first = reader.get(address).content
    assert reader.get(address).content == first
    assert len(made) == 1


@pytest.mark.parametrize("where", ["/", "the question"])
def test_a_page_made_while_what_it_shows_changed_is_made_anew(keeping, thread, ben, made, meanwhile, where):
    reader, address = Client(), thread.get_absolute_url() if where == "the question" else where
    meanwhile.append(lambda: make.answer(thread, ben))
    first = reader.get(address).content
    assert reader.get(address).content != first
    assert len(made) == 2


def test_a_page_made_while_everything_changed_is_made_anew(keeping, thread, made, meanwhile):
    reader = Client()
    meanwhile.append(lambda: Change.objects.note(EVERYTHING))
    for _ in range(3):
        reader.get("/")
    assert len(made) == 2


def test_a_page_without_a_trail_made_while_something_changed_is_not_kept(keeping, thread, made, meanwhile):
    reader = Client()
    meanwhile.append(lambda: Change.objects.note("p0"))
    for _ in range(3):
        reader.get("/tags")
    assert len(made) == 2


def test_a_list_is_not_given_for_ever(keeping, thread, elsewhere, ben, made, monkeypatch):
    reader = Client()
    reader.get("/c/data-science")
    make.answer(elsewhere, ben)
    monkeypatch.setattr("geeks.views.finished.SECONDS", -1.0)
    reader.get("/c/data-science")
    assert len(made) == 2


# --- trails --------------------------------------------------------------------------------------------------------


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


# --- who watches the statements ----------------------------------------------------------------------------------


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


@pytest.mark.parametrize("ask", [of_the_orm, of_a_cursor, in_pieces, by_hand])
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
    with pytest.raises(Exception, match="no_such_table"), watching():
        Statement("default", "SELECT 1 FROM no_such_table", traced=True).run([])
    assert not connection.execute_wrappers


def test_a_question_that_is_open_is_made_of_nothing_else(keeping, thread):
    """So that those pages which are asked for most do not come to be made anew unnoticed."""
    thread = Question.objects.get(pk=thread.pk)
    for address in ("/", "/questions", "/c/data-science", thread.get_absolute_url(), thread.author.get_absolute_url()):
        reader = Client()
        reader.get(address)
        (page,) = pages_of_process()._pages.values()
        assert page.trail is not None, address
